package backup

import (
	"context"
	"path"

	"quietline/backend/clinic"
	"quietline/backend/journal"
)

// givenAtOnce is how many segments a sink is given at once: ids lie everywhere in the
// indexes of a log, and a page of them is then written once for so many.
const givenAtOnce = 16

// readSegment is a segment that was read, or what it failed with.
type readSegment struct {
	events []journal.Entry
	err    error
}

// giveRecords hands out what follows at, up to until. The next segments are read while
// the sink is at work. After an error the sink has what was read before it.
func (r *Repository) giveRecords(ctx context.Context, m *manifest, at journal.Head, until journal.Pos, into Sink, tell func(Progress), done *Restored) (journal.Head, error) {
	wanted, from, err := m.following(at, until)
	if err != nil {
		return at, err
	}
	reading, stop := context.WithCancel(ctx)
	segments := make(chan readSegment, givenAtOnce/4)
	go func() {
		defer close(segments)
		for i, s := range wanted {
			one := r.readSegment(reading, s, from[i])
			select {
			case segments <- one:
			case <-reading.Done():
				return
			}
			if one.err != nil {
				return
			}
		}
	}()
	defer func() {
		stop()
		for range segments { // until the reading has noticed
		}
	}()

	var given []journal.Entry
	give := func() error {
		if len(given) == 0 {
			return nil
		}
		if err := into.Records(ctx, given); err != nil {
			return err
		}
		last := given[len(given)-1]
		done.Events += uint64(len(given))
		at, given = journal.Head{Pos: last.Pos, Chain: last.Chain}, nil
		tell(Progress{Stage: StageRecords, Done: at.Seq, Total: until.Seq})
		return nil
	}
	for i, s := range wanted {
		read, more := <-segments
		if !more {
			return at, cancelled(ctx)
		}
		if err := read.err; err != nil {
			if code := clinic.CodeOf(err); code == CodeDamaged || code == CodeNewer {
				done.Lost = append(done.Lost, Problem{File: path.Join(segmentsDir, s.Name.String()), Code: code})
			}
			// The sink's own failure matters more: it ends the restore as well.
			if failed := give(); failed != nil {
				err = failed
			}
			return at, err
		}
		events, err := within(read.events, at, until)
		if err != nil {
			return at, err
		}
		given = append(given, events...)
		if i+1 == len(wanted) || (i+1)%givenAtOnce == 0 {
			if err := give(); err != nil {
				return at, err
			}
		}
	}
	if at.Pos != until {
		return at, ErrOtherStart
	}
	return at, nil
}

// following returns the segments that hold what follows a head, up to a position, and
// where each of them begins. What is there already is held against the segment that it
// ends in.
func (m *manifest) following(at journal.Head, until journal.Pos) (wanted []segmentMark, from []journal.Head, err error) {
	for i, s := range m.Segments {
		begins := m.segmentsEnd(i)
		switch {
		case s.to() == at, s.Seq < at.Seq:
			continue
		case begins.Seq >= until.Seq:
			return wanted, from, nil
		case begins.Seq == at.Seq && begins != at:
			return nil, nil, ErrOtherStart
		}
		wanted, from = append(wanted, s), append(from, begins)
	}
	return wanted, from, nil
}

func (r *Repository) readSegment(ctx context.Context, s segmentMark, from journal.Head) readSegment {
	if err := cancelled(ctx); err != nil {
		return readSegment{err: err}
	}
	size, begins, ends, events, err := r.segment(s.Name)
	if err == nil && (size != s.Size || begins != from || ends != s.to()) {
		err = damaged("a segment is not the one that was named")
	}
	return readSegment{events, err}
}

// within leaves of a segment's events those that follow what is there, up to a position,
// which must be the end of a batch.
func within(events []journal.Entry, at journal.Head, until journal.Pos) ([]journal.Entry, error) {
	for len(events) > 0 && events[0].Seq <= at.Seq {
		if events[0].Seq == at.Seq && (events[0].Pos != at.Pos || events[0].Chain != at.Chain) {
			return nil, ErrOtherStart
		}
		events = events[1:]
	}
	if len(events) == 0 {
		return nil, nil
	}
	if over := int64(events[len(events)-1].Seq) - int64(until.Seq); over > 0 {
		events = events[:max(len(events)-int(over), 0)]
	}
	if len(events) == 0 {
		return nil, nil
	}
	last := events[len(events)-1]
	if last.Seq == until.Seq && (last.Pos != until || last.Seal == nil) {
		return nil, clinic.E(CodeNoGeneration)
	}
	return events, nil
}
