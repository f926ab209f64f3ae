package exchange

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/phi"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// Draft is a text that a member of staff is writing.
type Draft struct {
	// Sight is what the writer may see: a thread outside of it does not exist.
	Sight    archive.Sight
	Thread   clinic.ThreadID
	Body     string
	Category policy.Category
	// At is when it is to go, in whole seconds; zero for as soon as it may. It is decided
	// about again then.
	At clinic.Instant
	// AtProvider leaves it with the provider until At, where the provider sends it even
	// if no computer of the clinic is on. Policy lets that be for reminders alone.
	AtProvider bool
	// Picture says that a picture goes with it. Kept is where it lies, sealed; only [Write]
	// needs it, and whoever calls settles it.
	Picture bool
	Kept    *archive.Kept
	// Again is the text of the thread that did not arrive and that this one sends once
	// more; zero for none.
	Again clinic.MessageID
	// Lift is why the clinic's own hours and caps are lifted for this text, in the words of
	// whoever lifts them and may; empty where they count. It goes at once then.
	Lift string
}

// Asked is the answer about a draft.
type Asked struct {
	policy.Verdict
	// Reply says that it counts as an answer to the patient's own text.
	Reply bool
	// First says that nothing ever went to the number or came from it.
	First bool
	// Body is the text as it would be sent.
	Body string
	// Found is what its words tell, as places in Body.
	Found []phi.Found
}

// MayLift reports whether nothing but the clinic's own limits stands in the way of a text,
// or what a person may confirm, and the clinic lets somebody lift them.
func (a Asked) MayLift(tx *sqlite.Tx) (bool, error) {
	if a.Override != policy.OverrideLimits {
		return false, nil
	}
	rules, err := settings.GetTexting(tx)
	return rules.LiftLimits, err
}

// replyWithin mirrors the rule of package policy: within it a text of the
// patient makes the next one of the clinic an answer.
const replyWithin = 24 * 60 * 60 * 1000

// Ask answers whether a draft may go now.
func Ask(tx *sqlite.Tx, d Draft, line policy.Line, now clinic.Instant, accepted []policy.Override) (Asked, error) {
	thread, err := archive.GetThread(tx, d.Sight, d.Thread)
	if err != nil {
		return Asked{}, err
	}
	facts, err := Facts(tx, thread, line, now)
	if err != nil {
		return Asked{}, err
	}
	a := Asked{Body: provider.Normalize(d.Body), Reply: isReply(facts)}
	if a.Found, facts.Findings, err = check(tx, d.Sight.Patients(), a.Body, d.Category, facts); err != nil {
		return Asked{}, err
	}
	if facts.Signs, err = signs(tx, d.Sight.Patients(), thread, facts); err != nil {
		return Asked{}, err
	}
	a.First = facts.Signs.First()
	draft := draftOf(thread, a.Body, d.pictures(), d.Category, startedBy(a.Reply), accepted)
	if d.AtProvider {
		draft.SendAt = d.At
	}
	a.Verdict = policy.Decide(draft, facts)
	if !d.AtProvider && d.At > now && (a.Outcome == policy.Go || a.Outcome == policy.WaitUntil) {
		a.Verdict = thenOf(draft, facts, a.Verdict, d.At)
	}
	return a, nil
}

// thenOf is the answer for a text that is to go at a later hour, where nothing but the
// hour stands in its way now: until when it waits then, or what will never let it go.
// What asks for a second look then, is asked about then.
func thenOf(draft policy.Draft, facts policy.Facts, now policy.Verdict, at clinic.Instant) policy.Verdict {
	facts.Now = at
	then := policy.Decide(draft, facts)
	switch then.Outcome {
	case policy.Go, policy.NeedsOverride:
		return policy.Verdict{Outcome: policy.Go, Basis: now.Basis}
	}
	return then
}

func isReply(f policy.Facts) bool {
	return !f.LastInbound.At.IsZero() && f.Now-f.LastInbound.At <= replyWithin
}

// pictures counts the pictures that go with it.
func (d Draft) pictures() int {
	if d.Picture {
		return 1
	}
	return 0
}

func startedBy(reply bool) policy.StartedBy {
	if reply {
		return policy.ByPatient
	}
	return policy.ByClinic
}

func draftOf(t archive.Thread, body string, pictures int, c policy.Category, by policy.StartedBy, accepted []policy.Override) policy.Draft {
	return policy.Draft{
		Patient: t.Patient, To: t.Number, Category: c, StartedBy: by,
		Characters: provider.Length(body), Pictures: pictures, Overrides: accepted,
	}
}

// Write decides on a draft and, where it may go now or later, records it for
// sending. The id is made by whoever presses the button; the same id twice is
// one text.
//
// CodeNotFailed: the text that it would send once more has not failed. CodeLiftReason: the
// clinic's limits are lifted without a reason; CodeLimitsStay: nobody may lift them.
// CodeMayNotGo: it may not go; nothing was recorded. CodeNeedsConfirming: a
// person has to confirm it first. Both carry the code of the first reason as
// parameter "reason".
func Write(ctx context.Context, j Journal, by clinic.StaffID, id clinic.MessageID, draft Draft, line policy.Line, confirmed bool) error {
	if id.IsZero() || !utf8.ValidString(draft.Body) || draft.Picture != (draft.Kept != nil) {
		return clinic.E(clinic.CodeBadInput)
	}
	_, err := j.Submit(ctx, journal.Actor{Staff: by}, func(d *journal.Decision) error {
		// First of all, so that an id says nothing about threads that are out of sight.
		thread, err := archive.GetThread(d.Tx, draft.Sight, draft.Thread)
		if err != nil {
			return err
		}
		if _, err := archive.GetMessage(d.Tx, archive.SeeAll(), id); err == nil {
			return nil // pressed twice
		} else if !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
			return err
		}
		if err := failedBefore(d.Tx, draft); err != nil {
			return err
		}
		if !draft.At.IsZero() {
			if err := checkTime(draft.At, d.Now); err != nil {
				return err
			}
		}
		asked, accepted, err := decide(d, draft, line, by, confirmed)
		if err != nil {
			return err
		}
		switch asked.Outcome {
		case policy.Go, policy.WaitUntil:
			archive.Write(d, thread.Dossier, archive.Written{
				Message: id, Thread: draft.Thread, Body: asked.Body, Category: draft.Category,
				StartedBy: startedBy(asked.Reply), Overrides: accepted,
				Again: draft.Again, Pictures: draft.pictures(),
			})
			if draft.Picture {
				archive.Picture(d, thread.Dossier, draft.Thread, id, draft.Kept)
			}
			m := archive.Message{ID: id, Dossier: thread.Dossier}
			switch {
			case asked.Outcome == policy.WaitUntil && asked.Until > draft.At:
				archive.Postpone(d, m, archive.Postponed{
					Message: id, Until: asked.Until, Reason: asked.Reasons[0].Code, AtProvider: draft.AtProvider,
				})
			case !draft.At.IsZero():
				archive.Postpone(d, m, archive.Postponed{Message: id, Until: draft.At, Reason: CodeSendLater, AtProvider: draft.AtProvider})
			}
			return nil
		case policy.NeedsOverride:
			return clinic.E(CodeNeedsConfirming).With("reason", asked.Reasons[0].Code)
		}
		return clinic.E(CodeMayNotGo).With("reason", asked.Reasons[0].Code)
	})
	return err
}

// failedBefore refuses a draft that would send once more what is not known to have
// failed: nothing goes twice because somebody was impatient.
func failedBefore(tx *sqlite.Tx, draft Draft) error {
	if draft.Again.IsZero() {
		return nil
	}
	m, err := archive.GetMessage(tx, draft.Sight, draft.Again)
	if err != nil {
		return err
	}
	if m.Thread != draft.Thread || m.Way != archive.Out || m.State != archive.Failed {
		return clinic.E(CodeNotFailed)
	}
	return nil
}

// decide asks about a draft; where a person has confirmed it, everything that a
// person may set aside is set aside in that person's name.
func decide(d *journal.Decision, draft Draft, line policy.Line, by clinic.StaffID, confirmed bool) (Asked, []policy.Override, error) {
	asked, err := Ask(d.Tx, draft, line, d.Now, nil)
	if err != nil {
		return Asked{}, nil, err
	}
	var accepted []policy.Override
	switch {
	case draft.Lift != "":
		if accepted, err = lift(d, asked, draft, by); err != nil {
			return Asked{}, nil, err
		}
	case asked.Outcome != policy.NeedsOverride || !confirmed:
		return asked, nil, nil
	}
	if confirmed {
		accepted = append(accepted, acceptAll(asked.Reasons, by, d.Now)...)
	}
	asked, err = Ask(d.Tx, draft, line, d.Now, accepted)
	if err == nil && draft.Lift != "" && asked.Outcome == policy.WaitUntil {
		// The limits that are left are the patient's own. Nobody lifts those.
		err = clinic.E(CodeMayNotGo).With("reason", asked.Reasons[0].Code)
	}
	return asked, accepted, err
}

// MostReason is how many characters the reason for lifting a limit may have.
const MostReason = 200

// lift sets the clinic's own limits aside for one text, in a person's name and for a reason.
func lift(d *journal.Decision, asked Asked, draft Draft, by clinic.StaffID) ([]policy.Override, error) {
	why := strings.Join(strings.Fields(draft.Lift), " ")
	if n := utf8.RuneCountInString(why); n < 3 || n > MostReason || !utf8.ValidString(why) {
		return nil, clinic.E(CodeLiftReason)
	}
	if !draft.At.IsZero() || draft.AtProvider {
		return nil, clinic.E(clinic.CodeBadInput)
	}
	rules, err := settings.GetTexting(d.Tx)
	if err == nil && !rules.LiftLimits {
		err = clinic.E(CodeLimitsStay)
	}
	if err != nil {
		return nil, err
	}
	var accepted []policy.Override
	for _, r := range asked.Reasons {
		if r.Override == policy.OverrideLimits {
			accepted = append(accepted, policy.Override{Code: r.Code, By: by, At: d.Now, Reason: why})
		}
	}
	return accepted, nil
}

// acceptAll sets aside, in a person's name, what a confirmation may set aside.
// What needs more than a second look stays.
func acceptAll(reasons []policy.Reason, by clinic.StaffID, now clinic.Instant) []policy.Override {
	var accepted []policy.Override
	for _, r := range reasons {
		if r.Outcome == policy.NeedsOverride && r.Override == policy.ConfirmText {
			accepted = append(accepted, policy.Override{Code: r.Code, By: by, At: now})
		}
	}
	return accepted
}

// Resolve is a person's decision about a text in sight that has not left: let it
// go, or take it back. A text that may have left in an earlier attempt cannot be
// taken back: it is given up, and recognised where it shows at the provider.
func Resolve(ctx context.Context, j Journal, by clinic.StaffID, s archive.Sight, id clinic.MessageID, send bool, line policy.Line) error {
	_, err := j.Submit(ctx, journal.Actor{Staff: by}, func(d *journal.Decision) error {
		m, err := archive.GetMessage(d.Tx, s, id)
		if err != nil {
			return err
		}
		item, err := itemOf(d.Tx, id)
		switch {
		case err != nil:
			return err
		case item.state == archive.Recalling && !send:
			return nil // it is being asked for
		case item.state == archive.Scheduled && !send:
			return archive.Recall(d, m, "")
		case !send && item.doubts > 0:
			return archive.GiveUp(d, m)
		case !send:
			return archive.Withdraw(d, m)
		}
		verdict, err := item.decide(d.Tx, line, d.Now)
		if err != nil {
			return err
		}
		if verdict.Outcome == policy.Refused {
			return clinic.E(CodeMayNotGo).With("reason", verdict.Reasons[0].Code)
		}
		return archive.Confirm(d, m, item.confirmedBy(acceptAll(verdict.Reasons, by, d.Now)))
	})
	return err
}

// confirmedBy is what has been set aside for a text once a person sets aside more:
// what was confirmed before still counts, or the text would be held for it again.
func (i item) confirmedBy(accepted []policy.Override) []policy.Override {
	for _, before := range i.overrides {
		if !slices.ContainsFunc(accepted, func(o policy.Override) bool { return o.Code == before.Code }) {
			accepted = append(accepted, before)
		}
	}
	return accepted
}
