package desk

import (
	"context"

	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// lineStatus answers how the line to the provider stands.
func (d *Desk) lineStatus(ctx context.Context, _ *door.Caller, _ door.None) (LineStatus, error) {
	o, err := d.current()
	if err != nil {
		return LineStatus{}, err
	}
	return o.lineStatus(ctx)
}

func (o *open) lineStatus(ctx context.Context) (LineStatus, error) {
	var counts exchange.Counts
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		counts, err = exchange.Count(tx)
		return err
	}); err != nil {
		return LineStatus{}, err
	}
	o.mu.RLock()
	line, x := o.line, o.exchange
	o.mu.RUnlock()
	s := LineStatus{
		Line: LineNone, Kind: ProviderNone, Waiting: counts.Waiting, Undecided: counts.Undecided, Phone: line.Phone.Display(),
	}
	if x == nil {
		return s, nil
	}
	s.Kind = ProviderSimulator
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
func (d *Desk) checkLine(ctx context.Context, _ *door.Caller, _ door.None) (LineStatus, error) {
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
	return o.lineStatus(ctx)
}

// connectLine records the line to the provider and begins to use it.
func (d *Desk) connectLine(ctx context.Context, c *door.Caller, r ConnectProvider) (LineStatus, error) {
	d.turn.Lock()
	defer d.turn.Unlock()
	o, err := d.current()
	if err != nil {
		return LineStatus{}, err
	}
	line, err := r.line()
	if err != nil {
		return LineStatus{}, err
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		return settings.Connect(dec, line)
	}); err != nil {
		return LineStatus{}, err
	}
	if err := o.stop(); err != nil {
		return LineStatus{}, err
	}
	if err := o.connect(ctx); err != nil {
		return LineStatus{}, err
	}
	if err := o.startJobs(); err != nil {
		return LineStatus{}, err
	}
	o.pushed(exchange.TopicLine)
	return d.checkLine(ctx, c, door.None{})
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
