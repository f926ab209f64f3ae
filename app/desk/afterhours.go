package desk

import (
	"cmp"
	"context"
	"errors"
	"time"

	"quietline/app/door"
	"quietline/backend/afterhours"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/golive"
	"quietline/backend/jobs"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

const (
	// jobAfterHours keeps what is left with the provider true and long enough.
	jobAfterHours = "afterhours.renew"
	// afterHoursEvery is how often it is asked whether that is due. Most of the time
	// it is not, and nobody is asked.
	afterHoursEvery = 10 * time.Minute
	// forgetEvery is how often the provider is made to forget what it kept of replies.
	forgetEvery = 6 * time.Hour
	// replyLookEvery is how often it is looked whether what was left there still is.
	replyLookEvery = 24 * time.Hour
)

// afterHours answers what is answered outside of the clinic's hours.
func (d *Desk) afterHours(ctx context.Context, _ *door.Caller, _ door.None) (AfterHours, error) {
	o, err := d.current()
	if err != nil {
		return AfterHours{}, err
	}
	return o.afterHours(ctx)
}

func (o *open) afterHours(ctx context.Context) (shown AfterHours, err error) {
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		hours, _, err := afterhours.Get(tx)
		if err != nil {
			return err
		}
		shown = AfterHours{On: hours.On, Holidays: hours.Holidays}
		for _, day := range hours.Week {
			shown.Week = append(shown.Week, OpenDay(day))
		}
		left, err := afterhours.GetLeft(tx)
		if err != nil {
			return err
		}
		draft, err := golive.Get(tx)
		if err != nil {
			return err
		}
		unanswered := o.unanswered.Load()
		shown.Behind = behind(left, draft)
		if !shown.Behind {
			shown.Held, shown.Until = !left.At.IsZero() && unanswered == nil, left.Until
		}
		plan, err := o.plan(tx, hours)
		var why *clinic.Error
		if errors.As(err, &why) {
			shown.Problem = problemOf(err)
			return nil
		}
		if err == nil {
			shown.Text = plan.Reply.Periods[0].Text
			said := plan.Warning()
			if unanswered != nil {
				said = unanswered
			}
			if hours.On && said != nil {
				shown.Problem = problemOf(said)
			}
		}
		return err
	})
	return shown, err
}

// behind reports whether what is left with the provider lies in an account that is not the
// set-up's any more. It may answer there, and only that account's key can take it back.
func behind(left afterhours.Left, now golive.Draft) bool {
	return left.Begun && left.Of.Account != "" && left.Of.Account != now.Account
}

// plan works out what is to be answered from now on.
func (o *open) plan(tx *sqlite.Tx, hours afterhours.Hours) (afterhours.Plan, error) {
	own, err := settings.Get(tx)
	if err != nil {
		return afterhours.Plan{}, err
	}
	refused, err := consent.Refusing(tx)
	if err != nil {
		return afterhours.Plan{}, err
	}
	return afterhours.Work(hours, afterhours.Desk{Zone: own.Zone, Phone: own.OfficePhone, Refused: refused}, o.cfg.Clock.Now())
}

// saveAfterHours changes the hours, and what is left with the provider with them,
// where there is an account and a number to leave it with. The hours hold also where
// the provider could not be told: the error says so, and it is tried again.
func (d *Desk) saveAfterHours(ctx context.Context, c *door.Caller, r SaveAfterHours) (AfterHours, error) {
	o, err := d.current()
	if err != nil {
		return AfterHours{}, err
	}
	hours := afterhours.Hours{On: r.On, Holidays: r.Holidays}
	if len(r.Week) != len(hours.Week) {
		return AfterHours{}, clinic.E(clinic.CodeBadInput)
	}
	for i, day := range r.Week {
		hours.Week[i] = afterhours.Day(day)
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		// What could never be answered is not switched on.
		if hours.On {
			if _, err := o.plan(dec.Tx, hours); err != nil {
				return err
			}
		}
		return afterhours.Change(dec, hours)
	}); err != nil {
		return AfterHours{}, err
	}
	draft, err := o.draft(ctx)
	if err != nil {
		return AfterHours{}, err
	}
	switch {
	case hours.On && draft.Phone != "":
		err = o.leaveReply(ctx, c.ID, true)
	case !hours.On && draft.Account != "":
		o.replying.Lock()
		if err = o.withdrawReply(ctx, c.ID); err == nil {
			o.unansweredFor(nil)
		}
		o.replying.Unlock()
	}
	if err != nil {
		return AfterHours{}, err
	}
	return o.afterHours(ctx)
}

// leaveReply leaves the reply with the provider, where it is due or asked for. Unasked
// it gives way to whoever changes it, and never leaves one for a line that is none any
// more.
func (o *open) leaveReply(ctx context.Context, by clinic.StaffID, asked bool) error {
	if asked {
		o.replying.Lock()
	} else if !o.replying.TryLock() {
		return nil
	}
	defer o.replying.Unlock()
	if line := o.wired.Load().line; !asked && (line.Kind != settings.LineTwilio || !line.Live) {
		return nil
	}
	var plan afterhours.Plan
	var of afterhours.Number
	var left afterhours.Left
	var none error
	due := false
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		hours, _, err := afterhours.Get(tx)
		if err != nil || !hours.On {
			return err
		}
		if left, err = afterhours.GetLeft(tx); err != nil {
			return err
		}
		draft, err := golive.Get(tx)
		if err != nil {
			return err
		}
		of = afterhours.Number{Account: draft.Account, Phone: draft.Phone}
		if plan, err = o.plan(tx, hours); errors.Is(err, clinic.E(afterhours.CodeTooManyRefused)) {
			none = err
			return nil
		}
		due = asked || !left.For(of) || plan.Due(left, o.cfg.Clock.Now())
		return err
	}); err != nil {
		return err
	}
	if none != nil {
		// What is there now would answer those who have asked for silence since.
		if err := o.withdrawReply(ctx, by); err != nil {
			return err
		}
		o.unansweredFor(none)
		return nil
	}
	if !due {
		return nil
	}
	draft, client, err := o.account(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	before, err := client.Replaces(ctx, draft.Phone)
	if err != nil {
		return replyProblem(err)
	}
	if !asked && !left.At.IsZero() && left.For(of) && setElsewhere(before, left.Before) {
		o.unansweredFor(clinic.E(afterhours.CodeElsewhere))
		return nil
	}
	// On record before it answers anybody: a program that ends in between knows its
	// answers, and what the number did.
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: by}, func(dec *journal.Decision) error {
		return afterhours.RecordLeaving(dec, plan, of, before)
	}); err != nil {
		return err
	}
	if _, err := client.Respond(ctx, draft.Phone, plan.Reply); err != nil {
		return replyProblem(err)
	}
	o.unansweredFor(nil)
	_, err = o.clinic.Journal.Submit(context.WithoutCancel(ctx), journal.Actor{Staff: by}, func(dec *journal.Decision) error {
		return afterhours.RecordLeft(dec, plan, of)
	})
	return err
}

// replyProblem names the permission that a key lacks for leaving a reply.
func replyProblem(err error) error {
	if errors.Is(err, clinic.E(provider.CodeUnauthorised)) {
		return clinic.E(golive.CodeKeyNoReply)
	}
	return err
}

// left returns what is left with the provider.
func (o *open) left(ctx context.Context) (left afterhours.Left, err error) {
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		left, err = afterhours.GetLeft(tx)
		return err
	})
	return left, err
}

// withdrawReply takes back what was left with the provider, if anything was or may have
// been. What was left with another account stays there, and on record: nothing of ours is
// in this one. The caller holds replying.
func (o *open) withdrawReply(ctx context.Context, by clinic.StaffID) error {
	left, err := o.left(ctx)
	if err != nil || !left.Begun {
		return err
	}
	draft, err := o.draft(ctx)
	if err != nil || behind(left, draft) {
		return err
	}
	draft, client, err := o.account(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	of := afterhours.Number{Account: draft.Account, Phone: cmp.Or(left.Of.Phone, draft.Phone)}
	if of.Phone == "" {
		return nil // from when that was not recorded, and no number is chosen now
	}
	// Whether words go with the flow that kept them, nobody promises.
	if _, err := client.Forget(ctx, of.Phone); err != nil && !errors.Is(err, clinic.E(provider.CodeUnauthorised)) {
		return err
	}
	if err := client.Withdraw(ctx, of.Phone, left.Before); err != nil {
		return replyProblem(err)
	}
	_, err = o.clinic.Journal.Submit(context.WithoutCancel(ctx), journal.Actor{Staff: by}, func(dec *journal.Decision) error {
		afterhours.RecordWithdrawn(dec)
		return nil
	})
	return err
}

// moveReply takes back what answers on another number, or with another account, before
// the set-up goes to these. What an account whose key is not known any more answers, nobody
// can take back.
func (o *open) moveReply(ctx context.Context, by clinic.StaffID, to afterhours.Number) error {
	o.replying.Lock()
	defer o.replying.Unlock()
	left, err := o.left(ctx)
	if err != nil || !left.Begun {
		return err
	}
	draft, err := o.draft(ctx)
	if err != nil || draft.Account == "" || behind(left, draft) {
		return err
	}
	if (afterhours.Number{Account: cmp.Or(left.Of.Account, draft.Account), Phone: cmp.Or(left.Of.Phone, draft.Phone)}) == to {
		return nil
	}
	err = o.withdrawReply(ctx, by)
	if to.Account != draft.Account && (errors.Is(err, clinic.E(provider.CodeUnauthorised)) || errors.Is(err, clinic.E(golive.CodeKeyNoReply))) {
		return nil
	}
	return err
}

// renewReply is the job that keeps the reply true and long enough while the clinic is
// live, and has the provider forget what it kept of the replies that were given.
func (o *open) renewReply(ctx context.Context, _ *jobs.Lease) error {
	line := o.wired.Load().line
	if line.Kind != settings.LineTwilio || !line.Live {
		return nil
	}
	// What could not be left is no reason to let the provider keep patients' words.
	return errors.Join(o.forgetReplies(ctx, line.Phone), o.leaveReply(ctx, clinic.StaffID{}, false), o.lookAtReply(ctx, line.Phone))
}

// lookAtReply looks once a day whether the reply is still in force. Where it went away it
// is left anew; where somebody else has set what the number does, that is said and stays.
func (o *open) lookAtReply(ctx context.Context, phone clinic.Phone) error {
	now := o.cfg.Clock.Elapsed()
	if last := time.Duration(o.repliedAt.Load()); last != 0 && now-last < replyLookEvery {
		return nil
	}
	left, err := o.left(ctx)
	if err != nil || left.At.IsZero() {
		return err
	}
	_, client, err := o.account(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	there, err := client.Responds(ctx, phone)
	if err != nil {
		return replyProblem(err)
	}
	if there {
		o.unansweredFor(nil)
	} else {
		does, err := client.Replaces(ctx, phone)
		if err != nil {
			return replyProblem(err)
		}
		if setElsewhere(does, left.Before) {
			o.unansweredFor(clinic.E(afterhours.CodeElsewhere))
		} else if err := o.leaveReply(ctx, clinic.StaffID{}, true); err != nil {
			return err
		}
	}
	o.repliedAt.Store(int64(max(now, 1)))
	return nil
}

// unansweredFor notes why nobody is answered outside of the hours although somebody should
// be; nil that it is not so. Whoever looks at the line is shown it.
func (o *open) unansweredFor(why error) {
	var now *clinic.Error
	errors.As(why, &now)
	before := o.unanswered.Swap(now)
	if (now == nil) != (before == nil) || now != nil && now.Code != before.Code {
		o.pushed(afterhours.Topic)
		o.pushed(exchange.TopicLine)
	}
}

// setElsewhere reports whether somebody else has set what a number does since a reply of
// ours took the place of what it did before.
func setElsewhere(does, before provider.Replaced) bool {
	set := does.URL != "" || does.Application != ""
	return set && (does.URL != before.URL || does.Application != before.Application)
}

// forgetReplies has the provider forget what it kept of the replies that were given,
// now and then.
func (o *open) forgetReplies(ctx context.Context, phone clinic.Phone) error {
	now := o.cfg.Clock.Elapsed()
	if last := time.Duration(o.forgot.Load()); last != 0 && now-last < forgetEvery {
		return nil
	}
	_, client, err := o.account(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	// A key that may not see replies has left none.
	if _, err := client.Forget(ctx, phone); err != nil && !errors.Is(err, clinic.E(provider.CodeUnauthorised)) {
		return err
	}
	o.forgot.Store(int64(max(now, 1)))
	return nil
}

// mindReply has the reply looked at when something changed on which it rests: who
// asked for no texts, or the clinic's particulars.
func (o *open) mindReply(changes []journal.Change) {
	for _, c := range changes {
		if c.Topic == consent.Topic || c.Topic == settings.TopicSettings {
			o.poke(jobAfterHours)
			return
		}
	}
}
