package desk

import (
	"context"
	"errors"
	"strings"

	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/device"
	"quietline/backend/exchange"
	"quietline/backend/phi"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/session"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

// checkText answers, while somebody types, whether a text may go now.
func (d *Desk) checkText(ctx context.Context, c *door.Caller, r CheckText) (CheckedText, error) {
	o, err := d.current()
	if err != nil {
		return CheckedText{}, err
	}
	if len(r.Body) > maxDraft {
		return CheckedText{}, clinic.E(clinic.CodeBadInput)
	}
	var asked exchange.Asked
	var lift bool
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		err := o.looked(tx, c, r.ID)
		if err != nil {
			return err
		}
		if r.Picture {
			if err := o.mustHavePictures(tx); err != nil {
				return err
			}
		}
		if asked, err = exchange.Ask(tx, r.draft(sightOf(c)), o.policyLine(), d.cfg.Clock.Now(), nil); err != nil {
			return err
		}
		lift, err = asked.MayLift(tx)
		return err
	})
	if err != nil {
		return CheckedText{}, err
	}
	lift = lift && r.SendAt.IsZero() && session.Allows(c.Role, session.LiftLimits)
	answer := answerOf(asked.Outcome)
	if answer == AnswerConfirm && asked.Override == policy.OverrideLimits && !lift {
		answer = AnswerNo // more than a second look
	}
	return CheckedText{
		Answer: answer, Lift: lift, Until: asked.Until, Reasons: reasonsOf(asked.Reasons),
		Size: sizeOf(asked.Body), IsReply: asked.Reply, First: asked.First, Told: toldOf(asked),
	}, nil
}

// looked notes, once for each thread, that the answer tells how the patient's consent
// stands: as much as a look.
func (o *open) looked(tx *sqlite.Tx, c *door.Caller, id clinic.ThreadID) error {
	if _, recorded := o.read.LoadOrStore(id, true); recorded {
		return nil
	}
	t, err := archive.GetThread(tx, sightOf(c), id)
	if err != nil {
		o.read.Delete(id)
		return err
	}
	c.Saw(t.Dossier)
	return nil
}

func toldOf(a exchange.Asked) []Told {
	told := make([]Told, 0, len(a.Found))
	for _, f := range a.Found {
		told = append(told, Told{
			Kind: f.Kind.Code(), Words: a.Body[f.From:f.To], Asks: f.Action == phi.Ask, Stops: f.Action == phi.Stop,
		})
	}
	return told
}

func (r CheckText) draft(s archive.Sight) exchange.Draft {
	return exchange.Draft{
		Sight: s, Thread: r.ID, Body: r.Body, Category: policy.Category(r.Category), At: r.SendAt, AtProvider: r.AtProvider, Picture: r.Picture,
	}
}

func answerOf(o policy.Outcome) Answer {
	switch o {
	case policy.Go:
		return AnswerGo
	case policy.WaitUntil:
		return AnswerWait
	case policy.NeedsOverride:
		return AnswerConfirm
	}
	return AnswerNo
}

func sizeOf(body string) Size {
	n := provider.CountSegments(body)
	return Size{
		Characters: provider.Length(body), Segments: n.Segments, Left: n.Left,
		Unicode: n.Encoding == provider.UCS2, TooLong: provider.Length(body) > provider.MaxBody,
	}
}

// sendText records a text for sending and lets it go at once where it may.
func (d *Desk) sendText(ctx context.Context, c *door.Caller, r SendText) (SentText, error) {
	draft := CheckText{ID: r.ID, Body: r.Body, Category: r.Category, SendAt: r.SendAt, AtProvider: r.AtProvider, Picture: r.Picture}.draft(sightOf(c))
	draft.Again = r.Again
	return d.write(ctx, c, r.Key, draft, r.Confirmed)
}

// liftText records a text for sending beyond the clinic's own hours and caps.
func (d *Desk) liftText(ctx context.Context, c *door.Caller, r LiftText) (SentText, error) {
	if strings.TrimSpace(r.Reason) == "" {
		return SentText{}, clinic.E(exchange.CodeLiftReason)
	}
	draft := CheckText{ID: r.ID, Body: r.Body, Category: r.Category, Picture: r.Picture}.draft(sightOf(c))
	draft.Again, draft.Lift = r.Again, r.Reason
	return d.write(ctx, c, r.Key, draft, true)
}

func (d *Desk) write(ctx context.Context, c *door.Caller, key clinic.MessageID, draft exchange.Draft, confirmed bool) (SentText, error) {
	o, err := d.current()
	if err != nil {
		return SentText{}, err
	}
	if _, err := o.wire(); err != nil {
		return SentText{}, err
	}
	if len(draft.Body) > maxDraft {
		return SentText{}, clinic.E(provider.CodeTooLong).With("limit", provider.MaxBody).With("length", provider.Length(draft.Body))
	}
	if draft.Picture {
		draft.Kept, err = o.keepPicture(ctx, c, draft.Thread)
		if errors.Is(err, clinic.E(CodeNoDraftPicture)) {
			return o.sentBefore(ctx, c, key, err)
		}
		if err != nil {
			return SentText{}, err
		}
		defer draft.Kept.Settle()
	}
	if err := exchange.Write(ctx, o.clinic.Journal, c.ID, key, draft, o.policyLine(), confirmed); err != nil {
		return SentText{}, err
	}
	o.poke(jobSend)
	// The text is recorded; a draft that stays behind is a nuisance, and an error
	// here would have it sent again.
	err = o.clinic.Device.SaveDraft(ctx, c.ID, draft.Thread, device.Draft{}, d.cfg.Clock.Now())
	if err == nil && draft.Picture {
		err = o.clinic.Device.ForgetPicture(ctx, c.ID, draft.Thread)
	}
	if err != nil {
		o.log.Warn("a draft could not be forgotten", "code", clinic.CodeOf(err))
	}
	return o.sent(ctx, c, key)
}

// resolveText is a person's decision about a text that has not left.
func (d *Desk) resolveText(ctx context.Context, c *door.Caller, r Resolve) (SentText, error) {
	o, err := d.current()
	if err != nil {
		return SentText{}, err
	}
	if err := exchange.Resolve(ctx, o.clinic.Journal, c.ID, sightOf(c), r.ID, r.Send, o.policyLine()); err != nil {
		return SentText{}, err
	}
	o.poke(jobSend)
	return o.sent(ctx, c, r.ID)
}

func (o *open) sent(ctx context.Context, c *door.Caller, id clinic.MessageID) (SentText, error) {
	var answer SentText
	err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		m, err := archive.GetMessage(tx, sightOf(c), id)
		if err != nil {
			return err
		}
		c.Saw(m.Dossier)
		answer.Message, err = o.presenter(tx).message(m)
		return err
	})
	return answer, err
}

// why answers "Why was this sent?" from what was recorded with the attempt.
func (d *Desk) why(ctx context.Context, c *door.Caller, r MessageRef) (Why, error) {
	o, err := d.current()
	if err != nil {
		return Why{}, err
	}
	var answer Why
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		sight := sightOf(c)
		m, err := archive.GetMessage(tx, sight, r.ID)
		if err != nil {
			return err
		}
		c.Saw(m.Dossier)
		show := o.presenter(tx)
		if answer.Message, err = show.message(m); err != nil {
			return err
		}
		basis, found, err := m.Basis()
		if err != nil {
			return err
		}
		if !found {
			return clinic.E(clinic.CodeNotFound)
		}
		answer.DecidedAt, answer.By, answer.Category = basis.DecidedAt, answer.Message.Author, Category(m.Category)
		answer.Attempts, answer.Kind, answer.Form = m.Attempts, "consent", basis.ConsentVersion
		if basis.Kind == policy.ByReply || basis.Kind == policy.ByFirstText {
			answer.Kind = "reply"
			in, err := archive.GetMessage(tx, sight, basis.InReplyTo)
			if err != nil && !errors.Is(err, clinic.E(clinic.CodeNotFound)) { // destroyed by retention
				return err
			}
			answer.InReplyAt = in.At
		}
		switch basis.Kind {
		case policy.ByRequest:
			answer.Kind = "request"
		case policy.ByFirstText:
			answer.Kind = "first_text"
		}
		if len(basis.Overrides) > 0 {
			answer.Kind = "confirmed"
			names, err := staff.Names(tx, basis.Overrides[0].By)
			if err != nil {
				return err
			}
			answer.By = names[basis.Overrides[0].By]
			for _, over := range basis.Overrides {
				if over.Reason != "" {
					answer.Kind, answer.Reason = "lifted", over.Reason
				}
			}
		}
		signed, err := consent.Get(tx, basis.ConsentID)
		if err != nil && !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
			return err
		}
		answer.SignedOn = signed.SignedOn
		return nil
	})
	return answer, err
}
