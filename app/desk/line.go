package desk

import (
	"context"
	"errors"

	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// lineStatus answers how the line to the provider stands.
func (d *Desk) lineStatus(ctx context.Context, c *door.Caller, _ door.None) (LineStatus, error) {
	o, err := d.current()
	if err != nil {
		return LineStatus{}, err
	}
	return o.lineStatus(ctx, c)
}

func (o *open) lineStatus(ctx context.Context, c *door.Caller) (LineStatus, error) {
	var counts exchange.Counts
	var doubts int
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		if counts, err = exchange.Count(tx, sightOf(c)); err != nil {
			return err
		}
		doubts, err = exchange.CountDoubts(tx, sightOf(c))
		return err
	}); err != nil {
		return LineStatus{}, err
	}
	w := o.wired.Load()
	line, x := w.line, w.exchange
	s := LineStatus{
		Line: LineNone, Kind: ProviderNone, Waiting: counts.Waiting, Undecided: counts.Undecided, Doubts: doubts, Phone: line.Phone.Display(),
	}
	kind := ProviderSimulator
	if line.Kind == settings.LineTwilio {
		kind = ProviderTwilio
	}
	if why := o.unanswered.Load(); why != nil && line.Live {
		s.Unanswered = problemOf(why)
	}
	if w.problem != nil {
		s.Kind, s.Line, s.Problem = kind, LineTrouble, problemOf(w.problem)
	}
	if x == nil {
		return s, nil
	}
	s.Kind = kind
	status := x.Status()
	s.Line, s.LastHeard = LineGood, status.Heard
	if p := status.Problem; p != nil {
		s.Problem = problemOf(p)
		s.Line = LineTrouble
		if p.Code == provider.CodeOffline || p.Code == provider.CodeBusy {
			s.Line = LineOffline
		}
	}
	return s, nil
}

// checkLine asks the provider now.
func (d *Desk) checkLine(ctx context.Context, c *door.Caller, _ door.None) (LineStatus, error) {
	o, err := d.current()
	if err != nil {
		return LineStatus{}, err
	}
	x, err := o.wire()
	if err != nil {
		return LineStatus{}, err
	}
	// What went wrong is part of the answer.
	if err := x.Listen(ctx); err != nil && ctx.Err() != nil {
		return LineStatus{}, err
	}
	return o.lineStatus(ctx, c)
}

// connectLine records the line to the provider and begins to use it.
func (d *Desk) connectLine(ctx context.Context, c *door.Caller, r ConnectProvider) (LineStatus, error) {
	line, err := r.line()
	if err != nil {
		return LineStatus{}, err
	}
	if err := settings.CheckLine(line); err != nil {
		return LineStatus{}, err
	}
	o, err := d.current()
	if err != nil {
		return LineStatus{}, err
	}
	w := o.wired.Load()
	if err := notLive(w.line); err != nil {
		return LineStatus{}, err
	}
	// Whatever lies with a practice line ends with it.
	if err := o.callOff(ctx, w, true); err != nil {
		return LineStatus{}, err
	}
	// A half-changed line would be worse than a slow answer.
	if err := d.rewire(context.WithoutCancel(ctx), c, line, notLive, func(dec *journal.Decision) error {
		return settings.Connect(dec, line)
	}); err != nil {
		return LineStatus{}, errors.Join(err, w.stays(ctx))
	}
	return d.checkLine(ctx, c, door.None{})
}

// rewire replaces the line by one that record puts on record; without a kind there is
// none afterwards. It builds the new one before it records anything, so that a line
// that cannot be built changes nothing. allowed says whether the line that is there may be
// replaced, at a moment in which nobody else replaces it.
func (d *Desk) rewire(ctx context.Context, c *door.Caller, line settings.Line, allowed func(is settings.Line) error, record func(*journal.Decision) error) error {
	d.turn.Lock()
	defer d.turn.Unlock()
	o, err := d.current()
	if err != nil {
		return err
	}
	if err := allowed(o.wired.Load().line); err != nil {
		return err
	}
	w := &wire{}
	if line.Kind != settings.LineNone {
		if w, err = o.dial(line); err != nil {
			return err
		}
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, record); err != nil {
		return errors.Join(err, w.hangUp())
	}
	if err := o.rest(); err != nil {
		o.log.Warn("work did not end in good order", "code", clinic.CodeOf(err))
	}
	o.use(w)
	if w.exchange != nil {
		err = w.exchange.Settle(ctx)
	}
	o.pushed(exchange.TopicLine)
	return errors.Join(err, o.startJobs())
}

// notLive refuses to replace a live account: what is left with the provider would go on
// without anybody who minds it.
func notLive(is settings.Line) error {
	if is.Kind == settings.LineTwilio {
		return clinic.E(CodeDisconnectFirst)
	}
	return nil
}

// notSample refuses to replace the sample clinic's line.
func notSample(is settings.Line) error {
	if is.Kind == settings.LineSample {
		return clinic.E(CodeSampleClinic)
	}
	return nil
}

func (r ConnectProvider) line() (settings.Line, error) {
	line := settings.Line{Address: r.Address, Account: r.Account, Key: r.Key, Secret: r.Secret}
	switch {
	case r.Kind == ProviderSimulator && r.Address == "":
		line.Kind = settings.LinePractice
	case r.Kind == ProviderSimulator:
		line.Kind = settings.LineSimulator
	case r.Kind == ProviderTwilio:
		line.Kind = settings.LineTwilio
		return line, nil // refused before its number is looked at
	default:
		return line, clinic.E(clinic.CodeBadInput)
	}
	var err error
	line.Phone, err = clinic.ParsePhone(r.Phone)
	return line, err
}
