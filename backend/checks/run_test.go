package checks_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// reporter remembers what it was told.
type reporter struct {
	parts []checks.Part
	kept  []checks.Place
	stop  func(checks.Place) error
}

func (r *reporter) Tell(p checks.Progress) {
	if len(r.parts) == 0 || r.parts[len(r.parts)-1] != p.Part {
		r.parts = append(r.parts, p.Part)
	}
}

func (r *reporter) Keep(p checks.Place) error {
	r.kept = append(r.kept, p)
	if r.stop != nil {
		return r.stop(p)
	}
	return nil
}

// faults are a journal and a file that answer as they are told.
type faults struct {
	anchors, log, viewsFile, views, file error
	asked                                []string
}

func (f *faults) CheckAnchors(context.Context, []journal.Anchor) error {
	f.asked = append(f.asked, "anchors")
	return f.anchors
}

func (f *faults) CheckLog(_ context.Context, _ journal.Head, at func(journal.Head, uint64) error) error {
	f.asked = append(f.asked, "log")
	if err := at(journal.Head{Pos: journal.Pos{Incarnation: 1, Seq: 7}}, 9); err != nil {
		return err
	}
	return f.log
}

func (f *faults) CheckViewsFile(context.Context) error {
	f.asked = append(f.asked, "views file")
	return f.viewsFile
}

func (f *faults) CheckViews(_ context.Context, progress journal.Progress) error {
	f.asked = append(f.asked, "views")
	progress(9, 9)
	return f.views
}

func (f *faults) IntegrityCheck(context.Context) error {
	f.asked = append(f.asked, "file")
	return f.file
}

func (f *faults) subject() checks.Subject {
	return checks.Subject{Journal: f, Log: f, Clock: clinictest.NewClock(noon)}
}

// noDrive gives nothing of a file that is there.
type noDrive struct{}

func (noDrive) Open(string) (sqlite.DriveFile, error) { return noDrive{}, nil }
func (noDrive) ReadAt([]byte, int64) (int, error)     { return 0, errors.New("the drive does not give it") }
func (noDrive) Close() error                          { return nil }

// unread is what is said of a file of which a drive does not give a part.
func unread(t *testing.T) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := sqlite.Create(t.Context(), path, sqlite.Key{1}, sqlite.Options{})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	_, err = sqlite.Open(t.Context(), path, sqlite.Key{1}, sqlite.Options{Drive: noDrive{}})
	if !sqlite.IsUnread(err) || clinic.CodeOf(err) != sqlite.CodeDevice {
		t.Fatalf("it says %v", err)
	}
	return err
}

func TestWhatACheckComesTo(t *testing.T) {
	damaged := clinic.E(sqlite.CodeDamaged)
	for name, test := range map[string]struct {
		faults  faults
		outcome checks.Outcome
		parts   []checks.Part // of the problems
	}{
		"nothing is wrong":                    {faults{}, checks.Good, nil},
		"the log's file is damaged":           {faults{file: damaged}, checks.RecordsDamaged, []checks.Part{checks.Files}},
		"the views' file is damaged":          {faults{viewsFile: damaged}, checks.ListsDiffer, []checks.Part{checks.Lists}},
		"the log went another way":            {faults{log: journal.ErrForked}, checks.RecordsDamaged, []checks.Part{checks.Records}},
		"an anchor is not held":               {faults{anchors: clinic.E(journal.CodeRolledBack)}, checks.RecordsDamaged, []checks.Part{checks.Records}},
		"a body does not open":                {faults{log: journal.ErrDamaged}, checks.RecordsDamaged, []checks.Part{checks.Records}},
		"an epoch is not known":               {faults{log: clinic.E(clinic.CodeNotFound)}, checks.RecordsDamaged, []checks.Part{checks.Records}},
		"the drive does not give all of it":   {faults{log: unread(t)}, checks.RecordsDamaged, []checks.Part{checks.Records}},
		"the views differ":                    {faults{views: clinic.E(journal.CodeViewsTampered)}, checks.ListsDiffer, []checks.Part{checks.Lists}},
		"the views differ and a file is worn": {faults{views: clinic.E(journal.CodeViewsTampered), file: damaged}, checks.RecordsDamaged, []checks.Part{checks.Files, checks.Lists}},
	} {
		t.Run(name, func(t *testing.T) {
			r := &reporter{}
			f, err := checks.Run(context.Background(), test.faults.subject(), checks.Place{}, r)
			if err != nil {
				t.Fatal(err)
			}
			var parts []checks.Part
			for _, p := range f.Problems {
				parts = append(parts, p.Part)
			}
			if f.Outcome != test.outcome || !slices.Equal(parts, test.parts) || f.Began != clinic.At(noon) {
				t.Errorf("found %+v", f)
			}
			if !slices.Equal(r.parts, []checks.Part{checks.Files, checks.Records, checks.Lists, checks.Attachments}) {
				t.Errorf("told %v", r.parts)
			}
		})
	}
}

// TestACheckThatCannotBeMadeIsNoFinding: a full disk says nothing of the records.
func TestACheckThatCannotBeMadeIsNoFinding(t *testing.T) {
	for name, err := range map[string]error{
		"no room":   clinic.E(sqlite.CodeDiskFull),
		"locked":    clinic.E(journal.CodeClosed),
		"cancelled": clinic.E(clinic.CodeCancelled),
		"too quick": journal.ErrConflict,
	} {
		for _, f := range []faults{{file: err}, {viewsFile: err}, {anchors: err}, {log: err}, {views: err}} {
			if found, got := checks.Run(context.Background(), f.subject(), checks.Place{}, &reporter{}); !errors.Is(got, err) {
				t.Errorf("%s: found %+v, %v", name, found, got)
			}
		}
	}
}

func TestACheckGoesOnWhereItWas(t *testing.T) {
	first := &faults{file: clinic.E(sqlite.CodeDamaged)}
	stopped := errors.New("stopped")
	r := &reporter{stop: func(p checks.Place) error {
		if p.Part == checks.Lists {
			return stopped
		}
		return nil
	}}
	if _, err := checks.Run(context.Background(), first.subject(), checks.Place{}, r); !errors.Is(err, stopped) {
		t.Fatalf("stopped: %v", err)
	}
	second := &faults{}
	f, err := checks.Run(context.Background(), second.subject(), r.kept[len(r.kept)-1], &reporter{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(second.asked, []string{"views"}) {
		t.Errorf("asked again for %v", second.asked)
	}
	if f.Outcome != checks.RecordsDamaged || len(f.Problems) != 1 {
		t.Errorf("what was found before is forgotten: %+v", f)
	}
}

func TestAttachmentsAreChecked(t *testing.T) {
	s := (&faults{}).subject()
	const many = checks.MaxLost + 5
	s.Attachments = func(_ context.Context, _ func(done, total uint64), lost func(checks.LostFile)) error {
		for i := range many {
			code := clinic.Code("blob.missing")
			if i == many-1 {
				code = "blob.damaged"
			}
			lost(checks.LostFile{Attachment: clinic.AttachmentID{byte(i), byte(i >> 8)}, Code: code})
		}
		return nil
	}
	f, err := checks.Run(context.Background(), s, checks.Place{}, &reporter{})
	// What is not named any more is a problem all the same.
	if err != nil || f.Outcome != checks.RecordsDamaged || len(f.Problems) != 2 || len(f.Lost) != checks.MaxLost || f.LostFiles != many {
		t.Errorf("found %+v, %d named, %v", f.Problems, len(f.Lost), err)
	}
}

// TestACheckRestsAsLongAsItWorks: whoever sits at the desk goes first.
func TestACheckRestsAsLongAsItWorks(t *testing.T) {
	clock := clinictest.NewClock(noon)
	s := (&slow{clock: clock}).subject()
	done := make(chan error, 1)
	go func() {
		_, err := checks.Run(context.Background(), s, checks.Place{}, &reporter{})
		done <- err
	}()
	clock.AwaitWaiters(1)
	clock.Advance(59 * time.Millisecond)
	select {
	case <-done:
		t.Fatal("it did not rest")
	default:
	}
	clock.Advance(time.Millisecond)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// slow takes 60 ms for the log.
type slow struct {
	faults
	clock *clinictest.Clock
}

func (s *slow) CheckLog(_ context.Context, _ journal.Head, at func(journal.Head, uint64) error) error {
	s.clock.Advance(60 * time.Millisecond)
	return at(journal.Head{Pos: journal.Pos{Incarnation: 1, Seq: 7}}, 9)
}

func (s *slow) subject() checks.Subject {
	return checks.Subject{Journal: s, Log: s, Clock: s.clock}
}

func TestWhenACheckIsDue(t *testing.T) {
	now := clinic.At(noon)
	day := 24 * time.Hour
	for _, test := range []struct {
		since        time.Duration
		due, overdue bool
	}{
		{0, false, false}, {7*day - 1*time.Millisecond, false, false}, {7 * day, true, false},
		{8 * day, true, false}, {8*day + time.Millisecond, true, true}, {30 * day, true, true},
	} {
		last := now.Add(-test.since)
		if due := checks.Due(last) <= now; due != test.due || checks.Overdue(last, now) != test.overdue {
			t.Errorf("after %v: due %v, overdue %v", test.since, due, checks.Overdue(last, now))
		}
	}
	if checks.Due(0) > now || checks.Overdue(0, now) {
		t.Error("a clinic that was never checked is due and not overdue")
	}
}

func TestWhatIsRecordedIsReadAgain(t *testing.T) {
	c := journaltest.New(t, checks.Projection())
	ctx := context.Background()
	found := checks.Finished{
		Began: clinic.At(noon), Outcome: checks.ListsDiffer, Events: 12,
		Problems: []checks.Problem{{Part: checks.Lists, Code: journal.CodeViewsTampered}},
	}
	gone := checks.Resumed{Code: journal.CodeTruncated, From: 5, Until: 9, Sheet: true}
	c.Clock.Advance(time.Hour)
	for range 2 { // the same check, and the same export, are recorded once
		if _, err := c.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
			checks.RecordFinished(d, found)
			checks.RecordExported(d, 77, checks.Exported{Events: 3, Texts: 2, Unreadable: 1})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
		checks.RecordResumed(d, gone)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	err := c.Read(ctx, func(tx *sqlite.Tx) error {
		f, at, _, err1 := checks.Last(tx)
		r, _, _, err2 := checks.LastResumed(tx)
		exported, err3 := checks.LastExported(tx)
		if at != clinic.At(noon.Add(time.Hour)) || f.Outcome != found.Outcome || !slices.Equal(f.Problems, found.Problems) || r != gone || exported != 77 {
			t.Errorf("read %+v at %v, %+v, %v", f, at, r, exported)
		}
		var rows int
		err4 := tx.QueryRow(`SELECT (SELECT count(*) FROM checks) + (SELECT count(*) FROM records_exported)`).Scan(&rows)
		if rows != 2 {
			t.Errorf("%d rows", rows)
		}
		return errors.Join(err1, err2, err3, err4)
	})
	if err != nil {
		t.Fatal(err)
	}
}
