package backup_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/vault"
)

// otherSeat are the keys of the same clinic on another computer.
type otherSeat struct{ *vault.Keys }

func (otherSeat) Seat() (clinic.SeatID, error) { return clinic.SeatID{42}, nil }

func TestOneWriterAtATime(t *testing.T) {
	w := newWorld(t)
	w.day()
	w.mustRun()
	src := w.source()
	src.Keys = otherSeat{w.keys}

	// It dies in the middle and leaves its sign.
	w.record(20)
	w.disk.breakAt(60, gone)
	if _, err := backup.NewTarget(w.config()).Run(t.Context(), src, nil); err == nil {
		t.Fatal("it was not cut short")
	}
	w.disk.mend()
	sign := w.disk.files[repository+"/writer"]
	if sign == nil {
		t.Fatal("it left no sign")
	}

	busy := clinic.E(backup.CodeBusy)
	if _, err := w.run(); !errors.Is(err, busy) {
		t.Fatalf("beside another writer: %v", err)
	}
	w.clock.Advance(4 * time.Minute)
	if _, err := w.run(); !errors.Is(err, busy) {
		t.Fatalf("beside a writer that was silent for four minutes: %v", err)
	}
	// A clock that is put forward says nothing of how long it was silent; only this
	// target's own watching does.
	if _, err := backup.NewTarget(w.config()).Run(t.Context(), w.source(), nil); !errors.Is(err, busy) {
		t.Fatalf("with a target that has not watched: %v", err)
	}
	w.clock.Advance(2 * time.Minute)
	w.mustRun()
	w.whole()

	// A sign of the same seat is one of a run that died.
	w.record(20)
	w.disk.breakAt(60, gone)
	if _, err := w.run(); err == nil {
		t.Fatal("it was not cut short")
	}
	w.disk.mend()
	w.mustRun()
	if n := w.disk.names(repository + "/writer"); len(n) != 0 {
		t.Errorf("a sign is left: %v", n)
	}
}

// A writer that was taken for dead writes nothing that replaces or removes.
func TestAWriterThatWasTakenForDeadStops(t *testing.T) {
	w := newWorld(t)
	w.day()
	w.mustRun()
	w.record(60)
	src := w.source()
	src.Log = &meanwhile{src.Log, func() {
		other := w.source()
		other.Keys = otherSeat{w.keys}
		target := backup.NewTarget(w.config())
		if _, err := target.Run(context.Background(), other, nil); !errors.Is(err, clinic.E(backup.CodeBusy)) {
			t.Errorf("beside one who lives: %v", err)
		}
		w.clock.Advance(6 * time.Minute)
		// It is at work when the first one wakes up.
		w.disk.breakAt(60, gone)
		if _, err := target.Run(context.Background(), other, nil); err == nil || errors.Is(err, clinic.E(backup.CodeBusy)) {
			t.Errorf("beside one who is silent: %v", err)
		}
		w.disk.mend()
	}}
	before := w.disk.names(repository + "/generations/")
	if _, err := w.target.Run(t.Context(), src, nil); !errors.Is(err, clinic.E(backup.CodeBusy)) {
		t.Errorf("it goes on: %v", err)
	}
	if after := w.disk.names(repository + "/generations/"); !slices.Equal(before, after) {
		t.Error("it made a generation")
	}
	w.clock.Advance(6 * time.Minute)
	if _, err := w.run(); !errors.Is(err, clinic.E(backup.CodeBusy)) {
		t.Errorf("it takes its turn back at once: %v", err)
	}
	w.clock.Advance(6 * time.Minute)
	w.mustRun()
	w.whole()
}

// meanwhile does something once, while the log is read.
type meanwhile struct {
	backup.Log
	do func()
}

func (m *meanwhile) Head(ctx context.Context) (journal.Head, error) {
	if m.do != nil {
		m.do()
		m.do = nil
	}
	return m.Log.Head(ctx)
}

func TestWhoMayOpenIt(t *testing.T) {
	w := newWorld(t)
	w.day()
	w.mustRun()
	other := newWorld(t)
	for what, c := range map[string]struct {
		by   backup.Opener
		code clinic.Code
	}{
		"another clinic":         {backup.ByKeys(other.keys), backup.CodeForeign},
		"another clinic's sheet": {backup.BySheet(other.sheet), vault.CodeWrongWords},
		"the clinic":             {backup.ByKeys(w.keys), ""},
		"its sheet":              {backup.BySheet(w.sheet), ""},
	} {
		r, err := backup.Open(t.Context(), w.config(), c.by)
		if clinic.CodeOf(err) != c.code && err != nil || (err == nil) != (c.code == "") {
			t.Errorf("%s: %v", what, err)
		}
		if err == nil {
			r.Close()
		}
	}
	other.record(1)
	other.disk = w.disk
	other.target = backup.NewTarget(w.config())
	if _, err := other.run(); !errors.Is(err, clinic.E(backup.CodeForeign)) {
		t.Errorf("a run of another clinic: %v", err)
	}
}

func TestWhereThereIsNoBackup(t *testing.T) {
	w := newWorld(t)
	w.day()
	open := func(dir string) error {
		_, err := backup.Open(t.Context(), backup.Config{Dir: dir, Files: w.disk}, backup.ByKeys(w.keys))
		return err
	}
	if err := open("unplugged/backup"); !errors.Is(err, clinic.E(backup.CodeUnreachable)) {
		t.Errorf("a disk that is not there: %v", err)
	}
	if err := open("usb"); !errors.Is(err, clinic.E(backup.CodeMissing)) {
		t.Errorf("a folder without one: %v", err)
	}
	if err := backup.Create(t.Context(), w.config(), w.keys); !errors.Is(err, clinic.E(backup.CodeOccupied)) {
		t.Errorf("a second one in one folder: %v", err)
	}
	// A disk is unplugged, and its place is an empty folder: nothing is made there.
	w.disk.files = map[string]*node{}
	if _, err := w.run(); !errors.Is(err, clinic.E(backup.CodeMissing)) || len(w.disk.names("usb")) != 0 {
		t.Errorf("an empty place: %v, %v", err, w.disk.names("usb"))
	}
}

func TestANewerFormatIsRefused(t *testing.T) {
	w := newWorld(t)
	w.day()
	w.mustRun()
	for _, name := range w.disk.names(repository + "/generations/") {
		w.disk.files[name].data[len("quietline backup")] = 2
	}
	r := w.open()
	if _, broken, err := r.Generations(t.Context()); err != nil || len(broken) != 1 || broken[0].Code != backup.CodeNewer {
		t.Errorf("a newer generation: %v, %v", broken, err)
	}
	r.Close()
	for _, name := range w.disk.names(repository + "/repository") {
		w.disk.files[name].data = fmt.Appendf(nil, "{%q: %q, %q: 2}\n", "format", "quietline-backup", "version")
	}
	if _, err := w.run(); !errors.Is(err, clinic.E(backup.CodeNewer)) {
		t.Errorf("a newer repository: %v", err)
	}
}

// kept are sightings that outlive a program.
type kept struct {
	sign  []byte
	since clinic.Instant
}

func (k *kept) Saw(_ context.Context, sign []byte, since clinic.Instant) error {
	k.sign, k.since = sign, since
	return nil
}

func (k *kept) Seen(context.Context) ([]byte, clinic.Instant, error) { return k.sign, k.since, nil }

// TestADeskThatLocksOftenTakesAnAbandonedPlace: each lock ends the program that was
// watching the sign of a writer that died.
func TestADeskThatLocksOftenTakesAnAbandonedPlace(t *testing.T) {
	w := newWorld(t)
	w.day()
	w.mustRun()
	other := w.source()
	other.Keys = otherSeat{w.keys}
	abandon := func() {
		w.record(20)
		w.disk.breakAt(60, gone)
		if _, err := backup.NewTarget(w.config()).Run(t.Context(), other, nil); err == nil {
			t.Fatal("it was not cut short")
		}
		w.disk.mend()
	}
	seen := &kept{}
	look := func() clinic.Code {
		cfg := w.config()
		cfg.Sightings = seen
		_, err := backup.NewTarget(cfg).Run(t.Context(), w.source(), nil)
		if err == nil {
			return ""
		}
		return clinic.CodeOf(err)
	}
	abandon()
	for range 3 {
		if code := look(); code != backup.CodeBusy {
			t.Fatalf("beside a writer that may live: %q", code)
		}
		w.clock.Advance(2 * time.Minute)
	}
	if code := look(); code != "" {
		t.Fatalf("a writer that was silent for six minutes: %q", code)
	}
	// Another sign begins to be watched anew, and so does one when the clock is put back.
	abandon()
	if code := look(); code != backup.CodeBusy {
		t.Errorf("another sign: %q", code)
	}
	w.clock.Jump(-time.Hour)
	w.clock.Advance(6 * time.Minute)
	if code := look(); code != backup.CodeBusy {
		t.Errorf("by a clock that was put back: %q", code)
	}
	w.clock.Advance(6 * time.Minute)
	if code := look(); code != "" {
		t.Errorf("after six more minutes: %q", code)
	}
	w.whole()
}
