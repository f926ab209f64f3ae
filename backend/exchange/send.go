package exchange

import (
	"context"
	"errors"
	"slices"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

const (
	// sendWithin bounds one request. A request that takes longer leaves the
	// outcome open, which costs a person's time; so it is generous.
	sendWithin = 30 * time.Second
	// recordWithin bounds how long the outcome of a request may take to be
	// recorded after the round was cancelled.
	recordWithin = 5 * time.Second
)

// validFor bounds how long the provider may hold a text back: what is older says
// something else.
const validFor = 4 * time.Hour

// Settle closes what an earlier run of the program left open: an attempt whose
// outcome was never recorded may have gone out. It is called once, before the
// first round.
func (x *Exchange) Settle(ctx context.Context) error {
	if err := x.cfg.Journal.Read(ctx, x.recall); err != nil {
		return err
	}
	return x.interrupted(ctx, func(*journal.Decision, item) bool { return true })
}

// settleOverdue is Settle for attempts of this run whose outcome could not be
// recorded in its time, as on a full disk: they would hold back their threads
// until the next sign-in.
func (x *Exchange) settleOverdue(ctx context.Context) error {
	overdue := func(now clinic.Instant, i item) bool { return now.Sub(i.attempted) > i.takes() }
	var some bool
	if err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		open, err := items(tx, `state = 'sending'`)
		some = slices.ContainsFunc(open, func(i item) bool { return overdue(x.cfg.Clock.Now(), i) })
		return err
	}); err != nil || !some {
		return err
	}
	return x.interrupted(ctx, func(d *journal.Decision, i item) bool { return overdue(d.Now, i) })
}

// takes is how long an attempt takes at most until its outcome is recorded.
func (i item) takes() time.Duration {
	if i.pictures > 0 {
		return lendWithin + sendWithin + 2*recordWithin
	}
	return sendWithin + recordWithin
}

// interrupted records that nobody knows what became of those attempts under way
// of which is says so.
func (x *Exchange) interrupted(ctx context.Context, is func(*journal.Decision, item) bool) error {
	_, err := x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
		open, err := items(d.Tx, `state = 'sending'`)
		if err != nil {
			return err
		}
		for _, i := range open {
			if !is(d, i) {
				continue
			}
			m, err := archive.GetMessage(d.Tx, archive.SeeAll(), i.message)
			if err != nil {
				return err
			}
			archive.Stop(d, m, archive.KindUnsure, archive.Stopped{Message: m.ID, Reason: CodeInterrupted})
		}
		return nil
	})
	return err
}

// SendDue hands over every text whose turn it is and that may go. It returns nil
// where nothing is left to do now; an error of one text does not keep the others.
// Where Config.ListenFirst says so, nothing goes before the list was read.
func (x *Exchange) SendDue(ctx context.Context) error {
	if err := x.sending.take(ctx); err != nil {
		return err
	}
	defer x.sending.give()
	defer x.rememberKept(ctx)
	if err := x.takeBack(ctx); err != nil {
		return err
	}
	tried := map[clinic.MessageID]bool{}
	for ctx.Err() == nil {
		if x.resting() || x.listensFirst() {
			return nil
		}
		var next []item
		err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
			if next, err = due(tx, x.cfg.Clock.Now()); err != nil {
				return err
			}
			early, err := x.forProvider(tx, x.cfg.Clock.Now())
			next = append(next, early...)
			return err
		})
		if err != nil {
			return err
		}
		moved := false
		for _, i := range next {
			if tried[i.message] || ctx.Err() != nil || x.resting() || i.pictures > 0 && !x.mayLend() {
				continue
			}
			tried[i.message], moved = true, true
			if err := x.try(ctx, i.message, i.pictures > 0); err != nil {
				return err
			}
		}
		if !moved {
			return nil
		}
	}
	return ctx.Err()
}

// make makes the request of an attempt, with the picture that was lent for it.
func (x *Exchange) make(ctx context.Context, a *attempt, loan *provider.Loan) (provider.Message, error) {
	text := provider.Outgoing{From: x.cfg.Phone, To: a.to, Body: a.message.Body, Picture: loan}
	if a.at.IsZero() {
		text.ValidFor = validFor
		return x.cfg.SMS.Send(ctx, text)
	}
	// Nothing says from when the provider counts the limit of one that waits there.
	return x.cfg.Scheduler.Schedule(ctx, text, a.at)
}

// attempt is what one try needs once it has been recorded.
type attempt struct {
	message archive.Message
	to      clinic.Phone
	number  int
	// picture goes with it where it is not nil.
	picture *provider.Picture
	// at is when the provider is to send it, zero for at once.
	at clinic.Instant
}

// try decides about a text once more and, where it may go, records the attempt,
// makes it, and records what came of it.
func (x *Exchange) try(ctx context.Context, id clinic.MessageID, pictured bool) error {
	if read, err := x.readFirst(ctx, id); err != nil || !read {
		return err
	}
	var picture *provider.Picture
	var missing error
	if pictured && x.lends() {
		if picture, missing = x.picture(ctx, id); missing != nil && !errors.Is(missing, clinic.E(CodePictureLost)) {
			x.cfg.Log.Warn("a picture could not be read", "code", clinic.CodeOf(missing))
			return nil // it waits
		}
	}
	var a *attempt
	_, err := x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
		a = nil
		i, err := itemOf(d.Tx, id)
		if errors.Is(err, clinic.E(archive.CodeNotWaiting)) {
			return nil
		}
		if err != nil || (i.state != archive.Waiting && i.state != archive.Later) {
			return err
		}
		if line, err := lineNow(d.Tx, x.cfg.Line); err != nil || line != x.cfg.Line {
			return err // it has come to a standstill since the text was due
		}
		if missing != nil {
			return lost(d, i)
		}
		if a, err = x.begin(d, i); a != nil {
			a.picture = picture
		}
		return err
	})
	if errors.Is(err, journal.ErrConflict) {
		return nil // another workstation has claimed this attempt
	}
	if err != nil || a == nil {
		return err
	}
	var loan *provider.Loan
	if a.picture != nil {
		if loan, err = x.lend(ctx, a); err != nil {
			recording, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordWithin)
			defer cancel()
			return x.notLent(recording, a, err)
		}
		x.lent()
	}
	bounded, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	sent, sendErr := x.make(bounded, a, loan)
	// The request is made: what came of it is recorded even if the round is being
	// cancelled, or the text would have to be looked for without need.
	recording, cancelRecording := context.WithTimeout(context.WithoutCancel(ctx), recordWithin)
	defer cancelRecording()
	return x.record(recording, a, sent, sendErr)
}

// lost records that a text does not go because its picture is not there any more.
func lost(d *journal.Decision, i item) error {
	m, err := archive.GetMessage(d.Tx, archive.SeeAll(), i.message)
	if err == nil {
		archive.Stop(d, m, archive.KindFailed, archive.Stopped{Message: m.ID, Reason: CodePictureLost})
	}
	return err
}

// begin decides and records the attempt; it returns nil where the text does not
// go now.
func (x *Exchange) begin(d *journal.Decision, i item) (*attempt, error) {
	m, err := archive.GetMessage(d.Tx, archive.SeeAll(), i.message)
	if err != nil {
		return nil, err
	}
	if i.pictures > 0 {
		off, err := x.noPictures(d.Tx)
		if err != nil {
			return nil, err
		}
		if off != "" {
			archive.Stop(d, m, archive.KindFailed, archive.Stopped{Message: m.ID, Reason: off})
			return nil, nil
		}
	}
	at := x.leaves(i, d.Now)
	verdict, err := i.decideAt(d.Tx, x.cfg.Line, d.Now, at)
	if err != nil {
		return nil, err
	}
	if at.IsZero() && i.state == archive.Later && i.until > d.Now {
		return nil, nil // it was to wait with the provider, and now is too near
	}
	if !at.IsZero() && verdict.Outcome != policy.Go {
		// It waits here, and is decided about anew when it is due.
		archive.Postpone(d, m, archive.Postponed{Message: m.ID, Until: i.until, Reason: verdict.Reasons[0].Code})
		return nil, nil
	}
	switch verdict.Outcome {
	case policy.Go:
	case policy.WaitUntil:
		if i.state != archive.Later || i.until != verdict.Until {
			archive.Postpone(d, m, archive.Postponed{Message: m.ID, Until: verdict.Until, Reason: verdict.Reasons[0].Code})
		}
		return nil, nil
	case policy.NeedsOverride:
		archive.Stop(d, m, archive.KindHeld, archive.Stopped{Message: m.ID, Reason: verdict.Reasons[0].Code})
		return nil, nil
	default:
		archive.Stop(d, m, archive.KindFailed, archive.Stopped{Message: m.ID, Reason: verdict.Reasons[0].Code})
		return nil, nil
	}
	thread, err := archive.GetThread(d.Tx, archive.SeeAll(), i.thread)
	if err != nil {
		return nil, err
	}
	number, err := patients.GetNumber(d.Tx, thread.Number)
	if err != nil {
		return nil, err
	}
	a := &attempt{message: m, to: number.Phone, number: i.attempts + 1, at: at}
	archive.Begin(d, m, archive.Attempt{Message: m.ID, Number: a.number, Basis: verdict.Basis})
	return a, nil
}

// record records what came of an attempt.
func (x *Exchange) record(ctx context.Context, a *attempt, sent provider.Message, sendErr error) error {
	m := a.message
	outcome := provider.OutcomeOf(sendErr)
	switch {
	case outcome == provider.TakenOver:
		x.handedOver()
	case goesLater(sendErr), outcome == provider.Unknown:
		x.notHandedOver(sendErr)
	}
	_, err := x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
		i, err := itemOf(d.Tx, m.ID)
		if errors.Is(err, clinic.E(archive.CodeNotWaiting)) {
			return nil // found in the provider's list meanwhile
		}
		if err != nil || i.attempts != a.number {
			return err
		}
		other := false
		if outcome == provider.TakenOver {
			if other, err = taken(d.Tx, m.ID, string(sent.SID)); err != nil {
				return err
			}
		}
		switch {
		case other:
			// What became of this one is as open as if the answer had been lost.
			archive.Stop(d, m, archive.KindUnsure, archive.Stopped{Message: m.ID, Reason: provider.CodeUnknown})
		case outcome == provider.TakenOver:
			if stateOf(sent) == archive.Scheduled {
				if err := x.keeps(d.Tx, m.Thread, sent.SID); err != nil {
					return err
				}
			}
			archive.Accept(d, m, archive.Accepted{
				Message: m.ID, SID: string(sent.SID), State: stateOf(sent), Segments: sent.Segments, Until: a.at,
			})
		case outcome == provider.Unknown:
			archive.Stop(d, m, archive.KindUnsure, archive.Stopped{Message: m.ID, Reason: provider.CodeUnknown})
		case goesLater(sendErr):
			archive.Postpone(d, m, archive.Postponed{
				Message: m.ID, Until: a.at, Reason: clinic.CodeOf(sendErr), AtProvider: !a.at.IsZero(),
			})
		case !a.at.IsZero():
			// The provider does not keep it. Whether it sends it shows when it is due.
			archive.Postpone(d, m, archive.Postponed{Message: m.ID, Until: a.at, Reason: clinic.CodeOf(sendErr)})
		default:
			archive.Stop(d, m, archive.KindFailed, archive.Stopped{
				Message: m.ID, Reason: clinic.CodeOf(sendErr), ProviderCode: provider.ProviderCode(sendErr),
			})
			if provider.ProviderCode(sendErr) == providerStopped {
				return refused(d, m, d.Now, nil, nil, nil)
			}
		}
		return nil
	})
	return err
}

// taken reports whether another text of the archive has this name already: the
// list was read while the answer was on its way, and it went to one in the same
// words.
func taken(tx *sqlite.Tx, id clinic.MessageID, sid string) (bool, error) {
	m, err := archive.BySID(tx, sid)
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		return false, nil
	}
	return err == nil && m.ID != id, err
}

// goesLater reports whether a text that was not sent for this reason goes by itself
// once the reason has passed.
func goesLater(err error) bool { return err != nil && provider.RetryOf(err) == provider.Later }

// stateOf reads the provider's word about an outgoing text.
func stateOf(m provider.Message) archive.State {
	switch m.Status {
	case provider.Delivered, provider.Read:
		return archive.Delivered
	case provider.Failed, provider.Undelivered, provider.Canceled:
		return archive.Failed
	case provider.Scheduled:
		return archive.Scheduled
	}
	return archive.Sent
}
