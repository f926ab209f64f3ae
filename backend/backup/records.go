package backup

import (
	"context"
	"errors"
	"path"

	"quietline/backend/clinic"
	"quietline/backend/journal"
)

var errReached = errors.New("the head is reached")

// gatheredAtOnce is how many events are gathered before somebody else may go first.
const gatheredAtOnce = 64

// records copies the log from where earlier segments end.
func (w *run) records(ctx context.Context) error {
	marks, err := w.standing(ctx)
	if err != nil {
		return err
	}
	// Segments grow together as they come, so that each event is written a few times
	// at most and there are few segments, however often a copy is made.
	for n := len(marks); n > 0 && w.segmentEnd(marks).Seq < w.head.Seq; n = len(marks) {
		last, before := marks[n-1], w.segmentEnd(marks[:n-1]).Seq
		if last.Size >= int64(w.segmentBytes) || last.Seq-before > 2*(w.head.Seq-last.Seq) {
			break
		}
		marks = marks[:n-1]
	}
	at := w.segmentEnd(marks)
	total := w.head.Seq - at.Seq
	segment := newSegment(at)
	gathered := 0
	flush := func() error {
		if err := w.hold.live(); err != nil {
			return err
		}
		name, size, err := w.add(kindSegment, segmentsDir, segment.content())
		if err != nil {
			return err
		}
		to := segment.to
		marks = append(marks, segmentMark{
			Name: name, Size: size, Incarnation: to.Incarnation, Seq: to.Seq, Chain: hexHash(to.Chain),
		})
		w.result.Events += to.Seq - segment.from.Seq
		w.result.Written += size
		w.tell(Progress{Stage: StageRecords, Done: to.Seq - at.Seq, Total: total})
		segment.next()
		return nil
	}
	if at.Seq < w.head.Seq {
		err := w.src.Log.Tail(ctx, at.Pos, func(e journal.Entry) error {
			segment.add(e)
			last := e.Seq == w.head.Seq
			if e.Seal != nil && (last || segment.size() >= w.segmentBytes) {
				if err := flush(); err != nil {
					return err
				}
			}
			if last {
				return errReached
			}
			if gathered++; gathered%gatheredAtOnce == 0 {
				clinic.Aside(ctx)
			}
			return nil
		})
		if !errors.Is(err, errReached) {
			if err == nil {
				err = journal.ErrTruncated
			}
			return err
		}
	}
	w.next.Segments = marks
	if w.segmentEnd(marks) != w.head {
		return journal.ErrForked
	}
	return nil
}

func (w *run) segmentEnd(marks []segmentMark) journal.Head {
	if len(marks) == 0 {
		return journal.Head{}
	}
	return marks[len(marks)-1].to()
}

// standing returns the segments from the beginning on that are whole parts of this
// log: those of the newest generation, as far as its history is ours, and after
// them those that a run which was cut short has left.
func (w *run) standing(ctx context.Context) ([]segmentMark, error) {
	var marks []segmentMark
	if len(w.old) > 0 {
		for i, s := range w.old[0].Segments {
			held, err := w.holds(ctx, s.to())
			if err != nil {
				return nil, err
			}
			good, err := w.whole(path.Join(segmentsDir, s.Name.String()), s.Size, i, func() error {
				return w.checkSegment(s, w.segmentEnd(marks))
			})
			if err != nil {
				return nil, err
			}
			clinic.Aside(ctx)
			if !held || !good {
				break
			}
			marks = append(marks, s)
		}
	}
	left, err := w.leftovers(ctx)
	if err != nil {
		return nil, err
	}
	for {
		next, there := left[w.segmentEnd(marks)]
		if !there || next.Seq > w.head.Seq {
			return marks, nil
		}
		held, err := w.holds(ctx, next.to())
		if err != nil {
			return nil, err
		}
		if !held {
			return marks, nil
		}
		marks = append(marks, next)
	}
}

func (w *run) holds(ctx context.Context, h journal.Head) (bool, error) {
	err := w.src.Log.Verify(ctx, h.Pos, h.Chain)
	if errors.Is(err, journal.ErrForked) || errors.Is(err, journal.ErrTruncated) || errors.Is(err, journal.ErrGap) {
		return false, nil
	}
	return err == nil, err
}

// leftovers are the segments that no generation names, by the head that they
// follow; the longest, where there are several.
func (w *run) leftovers(ctx context.Context) (map[journal.Head]segmentMark, error) {
	names, _, err := w.disk.named(segmentsDir)
	if err != nil {
		return nil, err
	}
	known := map[Name]bool{}
	for _, m := range w.old {
		for _, s := range m.Segments {
			known[s.Name] = true
		}
	}
	found := map[journal.Head]segmentMark{}
	for _, name := range names {
		if known[name] {
			continue
		}
		if err := cancelled(ctx); err != nil {
			return nil, err
		}
		size, from, to, _, err := w.segment(name)
		switch code := clinic.CodeOf(err); {
		case code == CodeDamaged, code == CodeNewer:
			continue
		case err != nil:
			return nil, err
		}
		if had, there := found[from]; !there || had.Seq < to.Seq {
			found[from] = segmentMark{Name: name, Size: size, Incarnation: to.Incarnation, Seq: to.Seq, Chain: hexHash(to.Chain)}
		}
	}
	return found, nil
}

// checkSegment reads a segment and holds it against what was written.
func (r *Repository) checkSegment(s segmentMark, before journal.Head) error {
	size, from, to, _, err := r.segment(s.Name)
	if err == nil && (size != s.Size || from != before || to != s.to()) {
		err = damaged("a segment is not the one that was named")
	}
	return err
}

// segment reads a whole segment.
func (r *Repository) segment(name Name) (size int64, from, to journal.Head, events []journal.Entry, err error) {
	raw, err := r.disk.read(path.Join(segmentsDir, name.String()))
	if err != nil {
		return 0, from, to, nil, err
	}
	content, err := r.keys.open(kindSegment, name.String(), raw)
	if err != nil {
		return 0, from, to, nil, err
	}
	from, to, events, err = parseSegment(content)
	return int64(len(raw)), from, to, events, err
}
