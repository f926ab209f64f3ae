package checks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Journal is what a full check needs of the journal.
type Journal interface {
	CheckAnchors(ctx context.Context, anchors []journal.Anchor) error
	CheckLog(ctx context.Context, from journal.Head, at func(done journal.Head, total uint64) error) error
	CheckViewsFile(ctx context.Context) error
	CheckViews(ctx context.Context, progress journal.Progress) error
}

// File is a database file of the clinic.
type File interface {
	IntegrityCheck(ctx context.Context) error
}

// Subject is what is checked. All but Attachments is required.
type Subject struct {
	Journal Journal
	// Log is the file that the log lies in.
	Log File
	// Anchors is what was noted of the log outside of it.
	Anchors []journal.Anchor
	// Attachments reads every file that the log names and hands those that are
	// missing or damaged to lost.
	Attachments func(ctx context.Context, at func(done, total uint64), lost func(LostFile)) error
	Clock       clinic.Clock
}

// Place is where a full check that was cut short goes on. The zero Place is the
// beginning of one.
type Place struct {
	Began    clinic.Instant `json:"began"`
	Part     Part           `json:"part"`
	Head     journal.Head   `json:"head"`
	Problems []Problem      `json:"problems"`
}

// Progress is how far a check has come in one part. Total is zero where it is
// not known.
type Progress struct {
	Part        Part
	Done, Total uint64
}

// Reporter is told how a check goes.
type Reporter interface {
	// Tell is called often.
	Tell(p Progress)
	// Keep is called now and then with the place at which the check could go on.
	// Its error ends the check.
	Keep(p Place) error
}

// keepEvery is how many events are read again, at most, after a check was cut
// short.
const keepEvery = 20_000

// longestRest bounds a rest where the computer slept in between.
const longestRest = 250 * time.Millisecond

// Run makes a full check, or goes on with one that was cut short at a place.
// Faults of the records are its outcome and no error. An error says that the
// check could not be finished: it was cancelled, the clinic was locked, or the
// disk refused to work; it may be repeated from the last place that was kept.
func Run(ctx context.Context, s Subject, from Place, report Reporter) (Finished, error) {
	r := &run{subject: s, place: from, report: report, rested: s.Clock.Elapsed()}
	if r.place.Began.IsZero() {
		r.place = Place{Began: s.Clock.Now(), Part: Files}
	}
	stages := []stage{{Files, r.files}, {Records, r.records}, {Lists, r.lists}, {Attachments, r.attachments}}
	at := slices.IndexFunc(stages, func(s stage) bool { return s.part == r.place.Part })
	for _, p := range stages[max(at, 0):] {
		if p.part != r.place.Part {
			r.place.Part, r.place.Head = p.part, journal.Head{}
			if err := report.Keep(r.place); err != nil {
				return Finished{}, err
			}
		}
		report.Tell(Progress{Part: p.part})
		if err := p.check(ctx); err != nil {
			return Finished{}, fmt.Errorf("check %s: %w", p.part, err)
		}
	}
	f := Finished{Began: r.place.Began, Outcome: Good, Problems: r.place.Problems, Lost: r.lost, LostFiles: r.lostFiles, Events: r.events}
	for _, p := range f.Problems {
		if p.Part != Lists {
			f.Outcome = RecordsDamaged
		} else if f.Outcome == Good {
			f.Outcome = ListsDiffer
		}
	}
	return f, nil
}

type stage struct {
	part  Part
	check func(context.Context) error
}

type run struct {
	subject Subject
	place   Place
	report  Reporter
	events  uint64
	lost    []LostFile
	// lostFiles counts those that lost names, and the others.
	lostFiles int
	rested    time.Duration
}

// found notes a fault; what is no fault of the records is returned.
func (r *run) found(part Part, err error) error {
	if err == nil || !fault(err) {
		return err
	}
	r.note(Problem{Part: part, Code: clinic.CodeOf(err)})
	return nil
}

func (r *run) note(p Problem) {
	if !slices.Contains(r.place.Problems, p) {
		r.place.Problems = append(slices.Clone(r.place.Problems), p)
	}
}

// fault reports whether an error says that what was read is not what was
// written, as opposed to a check that could not be made.
func fault(err error) bool {
	for _, code := range []clinic.Code{
		sqlite.CodeDamaged, sqlite.CodeMissing, sqlite.CodeNotOurs, sqlite.CodeWrongKey,
		journal.CodeDamaged, journal.CodeGap, journal.CodeTruncated, journal.CodeForked, journal.CodeUnknownSeat,
		journal.CodeRolledBack, journal.CodeViewsTampered,
	} {
		if errors.Is(err, clinic.E(code)) {
			return true
		}
	}
	// What the drive does not give cannot be read, until it does. Keys of an epoch that
	// the vault does not know.
	return sqlite.IsUnread(err) || errors.Is(err, clinic.E(clinic.CodeNotFound))
}

func (r *run) files(ctx context.Context) error {
	if err := r.found(Files, r.subject.Log.IntegrityCheck(ctx)); err != nil {
		return err
	}
	return r.found(Lists, r.subject.Journal.CheckViewsFile(ctx))
}

func (r *run) records(ctx context.Context) error {
	if err := r.found(Records, r.subject.Journal.CheckAnchors(ctx, r.subject.Anchors)); err != nil {
		return err
	}
	kept := r.place.Head.Seq
	r.events = kept
	err := r.subject.Journal.CheckLog(ctx, r.place.Head, func(done journal.Head, total uint64) error {
		r.events = done.Seq
		r.report.Tell(Progress{Part: Records, Done: done.Seq, Total: total})
		if done.Seq-kept >= keepEvery {
			kept, r.place.Head = done.Seq, done
			if err := r.report.Keep(r.place); err != nil {
				return err
			}
		}
		return r.rest(ctx)
	})
	return r.found(Records, err)
}

func (r *run) lists(ctx context.Context) error {
	if slices.ContainsFunc(r.place.Problems, func(p Problem) bool { return p.Part == Records }) {
		return nil // there is nothing sound to hold them against
	}
	err := r.subject.Journal.CheckViews(ctx, func(done, total uint64) {
		r.events = max(r.events, done)
		r.report.Tell(Progress{Part: Lists, Done: done, Total: total})
		// The end of the context ends the check by itself.
		_ = r.rest(ctx)
	})
	return r.found(Lists, err)
}

func (r *run) attachments(ctx context.Context) error {
	if r.subject.Attachments == nil {
		return nil
	}
	return r.subject.Attachments(ctx, func(done, total uint64) {
		r.report.Tell(Progress{Part: Attachments, Done: done, Total: total})
		_ = r.rest(ctx)
	}, func(l LostFile) {
		r.note(Problem{Part: Attachments, Code: l.Code})
		r.lostFiles++
		if len(r.lost) < MaxLost {
			r.lost = append(r.lost, l)
		}
	})
}

// rest waits for as long as was worked since the last rest, so that whoever sits
// at the desk has the disk and half a processor to herself at any moment.
func (r *run) rest(ctx context.Context) error {
	worked := min(r.subject.Clock.Elapsed()-r.rested, longestRest)
	if worked > 0 {
		if err := r.subject.Clock.Wait(ctx, worked); err != nil {
			return err
		}
	}
	r.rested = r.subject.Clock.Elapsed()
	return ctx.Err()
}
