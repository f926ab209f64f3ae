package exchange

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

const (
	// recallWithin bounds how long the provider may take to be told that a text is not to
	// go. It can be told twice, and answers to patients wait meanwhile.
	recallWithin = 10 * time.Second
	// recallAgain is how long the provider is left alone after it could not be told that
	// a text is not to go.
	recallAgain = 5 * time.Second
)

// takeBack calls off every text that the provider keeps and that would not be left with
// it now: whoever it is for has opted out or revoked, her hours or the number have
// changed, a person took it back, or nothing may be sent at all. That a text is called
// off is recorded before the provider is told, so that it is told again after a kill.
// Each is decided about in every round; they are few.
//
// An error of the provider ends no round: the next one tells it again.
func (x *Exchange) takeBack(ctx context.Context) error {
	var kept bool
	var falls []clinic.MessageID
	var apart []archive.Message
	if err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		falls = nil
		all, err := items(tx, atProvider)
		if err != nil {
			return err
		}
		if apart, err = x.apart(tx); err != nil {
			return err
		}
		kept = len(all) > 0
		for _, i := range all {
			if reason, err := i.falls(tx, x.cfg.Line, x.cfg.Clock.Now()); err != nil {
				return err
			} else if reason != "" {
				falls = append(falls, i.message)
			}
		}
		return nil
	}); err != nil || !kept && len(apart) == 0 {
		return err
	}
	if len(falls) > 0 {
		if err := x.askBack(ctx, falls, item.falls); err != nil {
			return err
		}
	}
	if x.cfg.Scheduler == nil || x.waitsToRecall() {
		return nil
	}
	var back []archive.Message
	if err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		back, err = messagesOf(tx, `state = 'recalling'`)
		return err
	}); err != nil {
		return err
	}
	for _, m := range back {
		if _, err := x.cancel(ctx, m, x.told(ctx, m), false); err != nil || x.waitsToRecall() {
			return err // what is not answered about one is not about the others
		}
	}
	for _, m := range apart {
		if x.waitsToRecall() {
			return nil
		}
		if err := x.cancelApart(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// CallOff calls off every text that the provider keeps, before the line is ended, and
// leaves none with it from then on. Where
// the provider cannot be told, the error says why and the texts stay called off, to be
// told of again; with anyway set, they are recorded as texts that were not called off in
// time, and nil is returned. It may be repeated.
func (x *Exchange) CallOff(ctx context.Context, anyway bool) (err error) {
	if err := x.sending.take(ctx); err != nil {
		return err
	}
	defer x.sending.give()
	x.ended = true
	defer func() { x.ended = err == nil }()
	var kept []archive.Message
	if err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		kept, err = messagesOf(tx, atProvider)
		return err
	}); err != nil || len(kept) == 0 {
		return err
	}
	ids := make([]clinic.MessageID, len(kept))
	for n, m := range kept {
		ids[n] = m.ID
	}
	ended := func(i item, _ *sqlite.Tx, _ policy.Line, _ clinic.Instant) (clinic.Code, error) {
		if i.state != archive.Scheduled {
			return "", nil
		}
		return CodeLineEnded, nil
	}
	if err := x.askBack(ctx, ids, ended); err != nil {
		return err
	}
	var silent error // what the provider says of none of them, it is asked once
	for _, m := range kept {
		told := silent
		if silent == nil {
			if told = x.told(ctx, m); !ofTheText(told) {
				silent = told
			}
		}
		if untold, err := x.cancel(ctx, m, told, anyway); untold != nil || err != nil {
			return cmp.Or(err, untold)
		}
	}
	return nil
}

// falls returns why a text that the provider keeps would not be left there now; empty
// where it would. What a person has set aside for it stays set aside.
func (i item) falls(tx *sqlite.Tx, line policy.Line, now clinic.Instant) (clinic.Code, error) {
	switch {
	case i.state != archive.Scheduled, !i.until.IsZero() && i.until <= now:
		return "", nil
	case i.until.IsZero():
		return CodeInterrupted, nil // nobody knows for when it lies there
	}
	verdict, err := i.decideAt(tx, line, now, i.until)
	if err != nil {
		return "", err
	}
	for _, r := range verdict.Reasons {
		aside := r.Outcome == policy.NeedsOverride &&
			slices.ContainsFunc(i.overrides, func(o policy.Override) bool { return o.Code == r.Code })
		if r.Outcome != policy.Go && !aside {
			return r.Code, nil
		}
	}
	return "", nil
}

// askBack records of those texts that they are called off for which falls has a reason.
func (x *Exchange) askBack(ctx context.Context, ids []clinic.MessageID,
	falls func(item, *sqlite.Tx, policy.Line, clinic.Instant) (clinic.Code, error)) error {
	_, err := x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
		for _, id := range ids {
			i, err := itemOf(d.Tx, id)
			if errors.Is(err, clinic.E(archive.CodeNotWaiting)) {
				continue // it has left meanwhile
			}
			if err != nil {
				return err
			}
			reason, err := falls(i, d.Tx, x.cfg.Line, d.Now)
			if err != nil {
				return err
			}
			if reason != "" {
				m, err := archive.GetMessage(d.Tx, archive.SeeAll(), id)
				if err != nil {
					return err
				}
				archive.Stop(d, m, archive.KindRecall, archive.Stopped{Message: id, Reason: reason})
			}
		}
		return nil
	})
	return err
}

// Stays takes back that the line ends: texts are left with the provider again.
func (x *Exchange) Stays(ctx context.Context) error {
	if err := x.sending.take(ctx); err != nil {
		return err
	}
	defer x.sending.give()
	x.ended = false
	return nil
}

// AnythingLeft reports whether the provider is thought to keep a text that is to go later.
func AnythingLeft(tx *sqlite.Tx) (left bool, err error) {
	if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM outbox WHERE ` + atProvider + `)`).Scan(&left); err != nil {
		return false, fmt.Errorf("exchange: look for what is left: %w", err)
	}
	return left, nil
}

// told tells the provider not to send a text.
func (x *Exchange) told(ctx context.Context, m archive.Message) error {
	if x.cfg.Scheduler == nil {
		return clinic.E(provider.CodeOffline)
	}
	_, err := x.tell(ctx, m)
	return err
}

// cancel records what came of telling the provider not to send a text. Where it could not
// be told, untold says why, and that is left for later, or with lastly set taken for too
// late.
func (x *Exchange) cancel(ctx context.Context, m archive.Message, untold error, lastly bool) (_, err error) {
	if cancelled(untold) {
		return nil, untold
	}
	back := untold == nil || errors.Is(untold, clinic.E(clinic.CodeNotFound))
	late := !back && (lastly || errors.Is(untold, clinic.E(provider.CodeTooLate)))
	if !back && !late {
		return untold, nil
	}
	recording, stopRecording := context.WithTimeout(context.WithoutCancel(ctx), recordWithin)
	defer stopRecording()
	_, err = x.cfg.Journal.Submit(recording, journal.Actor{}, func(d *journal.Decision) error {
		i, err := itemOf(d.Tx, m.ID)
		if err != nil || i.state != archive.Recalling {
			return ignoreGone(err)
		}
		now, err := archive.GetMessage(d.Tx, archive.SeeAll(), m.ID)
		switch {
		case err != nil:
			return err
		case late:
			archive.Stop(d, now, archive.KindTooLate, archive.Stopped{Message: m.ID, Reason: CodeRecallTooLate})
		default:
			gaveBack(d, now)
		}
		return nil
	})
	return nil, err
}

// apart returns texts at the provider that are no row of the outbox and are not to go: a
// second attempt of one that has left, and what another program or a copy of this archive
// left there for somebody who has opted out since.
func (x *Exchange) apart(tx *sqlite.Tx) ([]archive.Message, error) {
	all, err := archive.ScheduledApart(tx)
	if err != nil {
		return nil, err
	}
	var not []archive.Message
	for _, m := range all {
		if m.Origin == archive.Elsewhere {
			thread, err := archive.GetThread(tx, archive.SeeAll(), m.Thread)
			if err != nil {
				return nil, err
			}
			facts, err := Facts(tx, thread, x.cfg.Line, x.cfg.Clock.Now())
			if err != nil {
				return nil, err
			}
			if !slices.ContainsFunc(facts.Numbers, func(n policy.NumberFact) bool { return !n.OptedOutSince.IsZero() }) {
				continue
			}
		}
		not = append(not, m)
	}
	return not, nil
}

// cancelApart calls off one of those. Where it has left already, or is not there any more,
// that is recorded, and it is asked for no more.
func (x *Exchange) cancelApart(ctx context.Context, m archive.Message) error {
	now, err := x.tell(ctx, m)
	if errors.Is(err, clinic.E(provider.CodeTooLate)) {
		now, err = x.cfg.SMS.Fetch(ctx, provider.SID(m.SID))
	}
	said := archive.Reported{Message: m.ID, State: stateOf(now), ErrorCode: now.ErrorCode}
	switch {
	case cancelled(err):
		return err
	case errors.Is(err, clinic.E(clinic.CodeNotFound)):
		said.State = archive.Failed
	case err != nil:
		return nil // told again, or found to have left by the list
	}
	_, err = x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
		now, err := archive.GetMessage(d.Tx, archive.SeeAll(), m.ID)
		if err == nil && moves(now.State, said.State) {
			archive.Report(d, now, said)
		}
		return err
	})
	return err
}

// tell tells the provider not to send a text. After a failure that says nothing of the
// text it is left alone for a while.
func (x *Exchange) tell(ctx context.Context, m archive.Message) (provider.Message, error) {
	bounded, stop := context.WithTimeout(ctx, recallWithin)
	defer stop()
	now, err := x.cfg.Scheduler.Cancel(bounded, provider.SID(m.SID))
	if !ofTheText(err) && !cancelled(err) {
		x.failed(err)
		x.mu.Lock()
		x.recalls = x.cfg.Clock.Elapsed() + max(recallAgain, min(retryAfter(err), maxRest))
		x.mu.Unlock()
	}
	return now, err
}

// ofTheText reports whether the answer to a recall says something of the text.
func ofTheText(err error) bool {
	return err == nil || errors.Is(err, clinic.E(clinic.CodeNotFound)) || errors.Is(err, clinic.E(provider.CodeTooLate))
}

// callBack calls a text off that was found to wait at the provider after it had ended
// here: a person has let it be, or it was taken back or has failed in another attempt.
// Nobody expects it to go any more.
func callBack(d *journal.Decision, own archive.Message, listed provider.Message) {
	if stateOf(listed) != archive.Scheduled {
		return
	}
	reason := own.Reason
	switch own.State {
	case archive.GivenUp:
		reason = ""
	case archive.Withdrawn, archive.Failed:
	default:
		return
	}
	archive.Stop(d, own, archive.KindRecall, archive.Stopped{Message: own.ID, Reason: reason})
}

// gaveBack records that the provider does not send a text that it kept. One that a person
// took back, and one whose reader wants no more, is withdrawn; any other has failed, and
// is shown with the reason to whoever may write it again. Neither goes again under its
// name: that is the provider's name for the text that was called off.
func gaveBack(d *journal.Decision, m archive.Message) {
	kind := archive.KindFailed
	if m.Reason == "" || m.Reason == policy.CodeOptedOut {
		kind = archive.KindWithdrawn
	}
	archive.Stop(d, m, kind, archive.Stopped{Message: m.ID, Reason: m.Reason})
}

func (x *Exchange) waitsToRecall() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.cfg.Clock.Elapsed() < x.recalls
}
