package desk

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"

	"quietline/app/practice"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/provider/twilio"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// wire is a line to a provider, ready for use. It is built as a whole and
// replaced as a whole, so that whoever holds one needs no lock.
type wire struct {
	line     settings.Line
	exchange *exchange.Exchange // nil where the line could not be built
	problem  error              // why not
	sms      *twilio.Client
	peer     *practice.Peer
}

// stays says that a line is not ended after all.
func (w *wire) stays(ctx context.Context) error {
	if w.exchange == nil {
		return nil
	}
	return w.exchange.Stays(context.WithoutCancel(ctx))
}

// callOff calls off what a line has left with its provider, before it ends. Where it could
// not be built the provider cannot be told: the error says why, unless nothing is there or
// somebody ends the line anyway.
func (o *open) callOff(ctx context.Context, w *wire, anyway bool) error {
	if w.exchange != nil {
		return w.exchange.CallOff(ctx, anyway)
	}
	if anyway || w.problem == nil {
		return nil
	}
	return o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		left, err := exchange.AnythingLeft(tx)
		if err == nil && left {
			err = w.problem
		}
		return err
	})
}

// dial builds the line that settings name. It makes no request and touches no
// record.
func (o *open) dial(line settings.Line) (_ *wire, err error) {
	w := &wire{line: line}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.hangUp())
		}
	}()
	if line.Kind == settings.LineSample || line.Kind == settings.LinePractice {
		if err := o.practise(w); err != nil {
			return nil, err
		}
		w.line = w.peer.Line(line.Kind)
	}
	if line.Kind == settings.LineTwilio {
		w.line.Address = cmp.Or(o.cfg.Provider, twilio.DefaultBaseURL)
	}
	w.sms, err = twilio.New(twilio.Config{
		BaseURL: w.line.Address, Account: provider.Account(w.line.Account), KeySID: w.line.Key, KeySecret: w.line.Secret,
		Transport: o.cfg.Carrier,
	})
	if err != nil {
		return nil, err
	}
	askEvery := exchange.AskEvery
	if w.line.Kind != settings.LineTwilio {
		askEvery = practiceEvery
	}
	w.exchange = exchange.New(exchange.Config{
		Journal: o.clinic.Journal, SMS: w.sms, Media: w.sms, Pictures: w.sms, NoPictures: o.noPictures, Purger: w.sms, Scheduler: w.sms, Blobs: o.clinic.Blobs, Clock: o.cfg.Clock, Log: o.log,
		Account: provider.Account(w.line.Account), Phone: line.Phone, Line: line.Policy(),
		ListenFirst:   true,
		AskEvery:      askEvery,
		StatusChanged: func() { o.pushed(exchange.TopicLine) },
		Attended:      func() bool { return o.rested() < attendedFor }, Random: rand.Float64,
	})
	return w, nil
}

// practise gives a wire the practice line of the session before, where it has the
// same number, and otherwise a new one.
func (o *open) practise(w *wire) (err error) {
	if kept := o.kept; kept != nil && kept.Phone() == w.line.Phone {
		o.kept, w.peer = nil, kept
		return nil
	}
	if err := o.dropKept(); err != nil {
		return err
	}
	w.peer, err = practice.Start(w.line.Phone, o.cfg.Clock, o.cfg.Control)
	return err
}

// greet gives every patient's number a telephone on a practice line, before its first
// round. Whoever signs in does not wait for it.
func (o *open) greet(ctx context.Context, peer *practice.Peer) error {
	o.greeting.Lock()
	defer o.greeting.Unlock()
	if peer == nil || o.greeted == peer {
		return nil
	}
	var known []patients.Reached
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		known, err = patients.Phones(tx)
		return err
	}); err != nil {
		return err
	}
	for _, p := range known {
		if err := peer.Greet(p.Phone, p.Language); err != nil {
			return err
		}
	}
	o.greeted = peer
	return nil
}

// hangUp ends the line. Requests under way break off.
func (w *wire) hangUp() error {
	if w.sms != nil {
		w.sms.Close()
	}
	if w.peer != nil {
		return w.peer.Stop()
	}
	return nil
}

// connect builds the line of the settings. A line that cannot be built is a
// problem to be shown, and never a reason to keep a clinic shut.
func (o *open) connect(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, o.dropKept()) }()
	var line settings.Line
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		line, err = settings.GetLine(tx)
		return err
	}); err != nil {
		return err
	}
	if line.Kind == settings.LineNone {
		o.use(&wire{})
		return nil
	}
	w, err := o.dial(line)
	if err != nil {
		o.log.Warn("the line cannot be built", "code", clinic.CodeOf(err))
		w = &wire{line: line, problem: err}
	}
	o.use(w)
	if w.exchange == nil {
		return nil
	}
	return w.exchange.Settle(ctx)
}

// use puts a line in the place of the one before.
func (o *open) use(w *wire) {
	if before := o.wired.Swap(w); before != nil {
		if err := before.hangUp(); err != nil {
			o.log.Warn("the line before did not end in good order", "code", clinic.CodeOf(err))
		}
	}
}

// policyLine returns what texts are decided against.
func (o *open) policyLine() policy.Line { return o.wired.Load().line.Policy() }

// wire returns the exchange, or CodeNoLine.
func (o *open) wire() (*exchange.Exchange, error) {
	if x := o.wired.Load().exchange; x != nil {
		return x, nil
	}
	return nil, clinic.E(CodeNoLine)
}
