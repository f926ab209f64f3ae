package desk

import (
	"context"
	"time"

	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/jobs"
	"quietline/backend/session"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

const (
	// historyEvery and compareEvery are how often it is asked whether there is
	// something to do.
	historyEvery = 30 * time.Second
	compareEvery = 5 * time.Minute
	// attendedFor is how long nobody has to be there for the desk to be one that
	// nobody waits at.
	attendedFor = 3 * time.Minute
)

// readingJobs are the jobs that read the provider.
func (o *open) readingJobs() []jobs.Job {
	return []jobs.Job{
		{Name: jobListen, Every: historyEvery, Run: o.round((*exchange.Exchange).Listen), Rest: o.listenRest},
		{Name: jobHistory, Every: historyEvery, Run: o.readHistory},
		{Name: jobCompare, Every: compareEvery, Run: o.compare},
	}
}

// listenRest is how long the reading of the newest texts rests. A practice line
// answers at once and costs nothing to ask.
func (o *open) listenRest(err error) time.Duration {
	x, none := o.wire()
	switch {
	case none != nil:
		return exchange.LongestRest // connecting starts the jobs anew
	case err == nil && o.wired.Load().line.Kind != settings.LineTwilio:
		return practiceEvery
	}
	return x.Rest(err)
}

// readHistory is the job that brings in earlier texts.
func (o *open) readHistory(ctx context.Context, lease *jobs.Lease) error {
	x, err := o.wire()
	if err != nil {
		return nil
	}
	return x.Backfill(ctx, func(h exchange.History) {
		lease.Progress(jobs.Progress{Done: h.Texts, Stage: string(ReadingHistory)})
	})
}

// compare is the job that holds the provider's list against the records, where
// that is due or was asked for.
func (o *open) compare(ctx context.Context, lease *jobs.Lease) error {
	x, err := o.wire()
	if err != nil {
		return nil
	}
	// Before the first reading there is nothing to hold the records against.
	if begun, err := x.Begun(ctx); err != nil || !begun {
		return err
	}
	// Taken as it begins: who asks while it runs asks for another.
	all := o.compareAll.CompareAndSwap(true, false)
	if err := x.Compare(ctx, all, func(texts int, _ clinic.Instant) {
		lease.Progress(jobs.Progress{Done: texts, Stage: string(ReadingCompare)})
		o.pushed(exchange.TopicLine)
	}); err != nil {
		if all {
			o.compareAll.Store(true)
		}
		return err
	}
	return nil
}

// lineReading answers how the records stand against what the provider lists.
func (d *Desk) lineReading(ctx context.Context, c *door.Caller, _ door.None) (LineReading, error) {
	o, err := d.current()
	if err != nil {
		return LineReading{}, err
	}
	return o.lineReading(ctx, c)
}

func (o *open) lineReading(ctx context.Context, c *door.Caller) (LineReading, error) {
	r := LineReading{History: "none", Work: ReadingNone}
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		is, err := exchange.CompletenessOf(tx, o.cfg.Clock.Now())
		if err != nil {
			return err
		}
		r.stand(is)
		if !session.Allows(c.Role, session.EditSettings) {
			r.hideCounts()
		}
		own, err := settings.Get(tx)
		if err != nil {
			return err
		}
		r.Clinic, r.Phone = own.Name, o.wired.Load().line.Phone.Display()
		r.Sender, err = otherSender(tx, sightOf(c))
		return err
	}); err != nil {
		return LineReading{}, err
	}
	o.mu.RLock()
	running := o.running
	o.mu.RUnlock()
	for _, s := range running.States() {
		if s.Name != jobHistory && s.Name != jobCompare {
			continue
		}
		if s.Phase == jobs.Running && s.Progress.Stage != "" {
			r.Work, r.Done = ReadingWork(s.Progress.Stage), s.Progress.Done
		}
		if s.Phase == jobs.Retrying {
			r.Failed = &Problem{Code: s.Problem, Params: clinic.Params{}}
		}
	}
	if !session.Allows(c.Role, session.EditSettings) {
		r.Done = 0
	}
	if o.compareAll.Load() && r.Work == ReadingNone {
		r.Work = ReadingCompare
	}
	return r, nil
}

// stand says how the records stand.
func (r *LineReading) stand(is exchange.Completeness) {
	if is.History.Stage != exchange.HistoryNone {
		r.History = HistoryStage(is.History.Stage)
	}
	r.Texts, r.BackTo, r.ReadUpTo, r.Compared = is.History.Texts, is.History.BackTo, is.ReadUpTo, is.Compared
	r.Holds = is.Holds
	r.Listed, r.Kept, r.Brought, r.Aside = is.Listed, is.Kept, is.Brought, is.Aside
	r.Missing = is.Missing
	for _, day := range is.Holes {
		r.Holes = append(r.Holes, Hole{Day: day.Day, Listed: day.Listed, Missing: day.Missing()})
	}
	if is.Alarm != nil {
		r.Alarm = problemOf(is.Alarm)
	}
}

// hideCounts leaves what everybody needs: whether all is well. How many texts the
// clinic has is for those who look after the line.
func (r *LineReading) hideCounts() {
	r.Texts, r.Listed, r.Kept, r.Brought, r.Aside, r.Missing = 0, 0, 0, 0, 0, 0
	r.Holes = nil
}

func otherSender(tx *sqlite.Tx, s archive.Sight) (*OtherSender, error) {
	known, err := exchange.Strangers(tx)
	if err != nil || known.Texts == 0 {
		return nil, err
	}
	sender := &OtherSender{Texts: known.Texts, First: known.First, Last: known.Last}
	seen, err := archive.InSight(tx, s, known.Thread)
	if err == nil && len(seen) == 1 {
		sender.Thread = known.Thread
	}
	return sender, err
}

// compareLine begins to hold all that the provider lists against the records.
func (d *Desk) compareLine(ctx context.Context, c *door.Caller, _ door.None) (LineReading, error) {
	o, err := d.current()
	if err != nil {
		return LineReading{}, err
	}
	if _, err := o.wire(); err != nil {
		return LineReading{}, err
	}
	o.compareAll.Store(true)
	o.poke(jobCompare)
	return o.lineReading(ctx, c)
}

// pauseHistory lets the reading of earlier texts rest, or go on.
func (d *Desk) pauseHistory(ctx context.Context, c *door.Caller, r PauseHistory) (LineReading, error) {
	o, err := d.current()
	if err != nil {
		return LineReading{}, err
	}
	if err := exchange.PauseHistory(ctx, o.clinic.Journal, c.ID, r.Paused); err != nil {
		return LineReading{}, err
	}
	o.poke(jobHistory)
	return o.lineReading(ctx, c)
}

// settleSender records that a person knows who else sent from the clinic's number.
func (d *Desk) settleSender(ctx context.Context, c *door.Caller, r SettleSender) (LineReading, error) {
	o, err := d.current()
	if err != nil {
		return LineReading{}, err
	}
	if err := exchange.SettleStrangers(ctx, o.clinic.Journal, c.ID, r.UpTo); err != nil {
		return LineReading{}, err
	}
	return o.lineReading(ctx, c)
}
