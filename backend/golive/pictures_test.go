package golive_test

import (
	"bytes"
	"context"
	"errors"
	"image/jpeg"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/golive"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/provider"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

func (w *world) pictures() (p golive.Pictures, lent []provider.LoanSID) {
	w.t.Helper()
	if err := w.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
		if p, err = golive.GetPictures(tx); err != nil {
			return err
		}
		lent, err = golive.Lent(tx)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return p, lent
}

func (w *world) answer(code string) (refused error) {
	w.t.Helper()
	if err := w.do(func(d *journal.Decision) (err error) {
		refused, err = golive.AnswerPictures(d, code)
		return err
	}); err != nil {
		return err
	}
	return refused
}

// TestPicturesAreTriedFirst: nothing is proven but by the digits of the newest picture,
// five guesses are too many, and what was proven goes with what it was proven with.
func TestPicturesAreTriedFirst(t *testing.T) {
	w := &world{journaltest.New(t, settings.Projection(), golive.Projection()), t}
	all := golive.Credentials{Account: account, Key: key, Secret: secret}
	ask := func(code string, loan provider.LoanSID) func(*journal.Decision) error {
		return func(d *journal.Decision) error { return golive.AskPictures(d, code, held, loan) }
	}
	wants := func(what string, err error, code clinic.Code) {
		t.Helper()
		if !errors.Is(err, clinic.E(code)) {
			t.Errorf("%s: %v, want %s", what, err, code)
		}
	}
	wants("before a key", w.do(ask("4821", "ME1")), golive.CodeNoKey)
	w.must(func(d *journal.Decision) error { return golive.UseKey(d, all) })
	wants("before a number", w.do(ask("4821", "ME1")), golive.CodeNoNumber)
	w.must(func(d *journal.Decision) error { return golive.UseNumber(d, ours) })
	wants("to itself", w.do(func(d *journal.Decision) error { return golive.AskPictures(d, "4821", ours, "ME1") }), golive.CodeOwnNumber)
	wants("to no number", w.do(func(d *journal.Decision) error { return golive.AskPictures(d, "4821", "+1303", "ME1") }), clinic.CodeBadPhone)
	wants("an answer to nothing", w.answer("4821"), golive.CodeNoTrial)

	w.must(ask("4821", "ME1"))
	for left := golive.MaxTries - 1; left > 0; left-- {
		wants("a wrong number", w.answer("1111"), golive.CodeTrialWrong)
	}
	w.Reopen()
	wants("the last wrong one", w.answer("1111"), golive.CodeTrialOver)
	wants("the right one after them", w.answer("4821"), golive.CodeTrialOver)
	if p, lent := w.pictures(); p.On() || len(lent) != 1 {
		t.Errorf("guessed: on %v, to be taken back %v", p.On(), lent)
	}

	w.must(ask("7310", "ME2"))
	if _, lent := w.pictures(); len(lent) != 1 || lent[0] != "ME1" {
		t.Errorf("of two, %v is waited for by nobody", lent)
	}
	wants("the number of the picture before", w.answer("4821"), golive.CodeTrialWrong)
	if err := w.answer("7310"); err != nil {
		t.Fatal(err)
	}
	p, lent := w.pictures()
	if !p.On() || p.By != (clinic.StaffID{1}) || p.Held != held || len(lent) != 2 {
		t.Fatalf("proven: on %v, to be taken back %v", p.On(), lent)
	}
	w.must(func(d *journal.Decision) error { golive.TookBack(d, "ME1"); return nil })
	if err := w.answer("1111"); err != nil {
		t.Errorf("an answer to what is proven: %v", err)
	}
	w.Reopen()
	if p, lent = w.pictures(); !p.On() || len(lent) != 1 {
		t.Fatalf("after a restart: on %v, to be taken back %v", p.On(), lent)
	}

	proven := func() {
		t.Helper()
		w.must(func(d *journal.Decision) error { return golive.UseKey(d, all) })
		w.must(func(d *journal.Decision) error { return golive.UseNumber(d, ours) })
		w.must(ask("7310", "ME3"))
		if err := w.answer("7310"); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		change func(*journal.Decision) error
		keeps  bool // what was lent can still be taken back
	}{
		"the same key": {func(d *journal.Decision) error { return golive.UseKey(d, all) }, true},
		"another key": {func(d *journal.Decision) error {
			return golive.UseKey(d, golive.Credentials{Account: account, Key: "SK" + token, Secret: secret})
		}, true},
		"another secret": {func(d *journal.Decision) error {
			return golive.UseKey(d, golive.Credentials{Account: account, Key: key, Secret: token})
		}, true},
		"another account": {func(d *journal.Decision) error {
			return golive.UseKey(d, golive.Credentials{Account: "AC" + token, Key: key, Secret: secret})
		}, false},
		"another number":     {func(d *journal.Decision) error { return golive.UseNumber(d, "+13035550101") }, true},
		"disconnected":       {golive.End, false},
		"switched off":       {golive.EndPictures, true},
		"switched off twice": {func(d *journal.Decision) error { return errors.Join(golive.EndPictures(d), golive.EndPictures(d)) }, true},
	} {
		proven()
		w.must(c.change)
		p, lent := w.pictures()
		if p.On() != (name == "the same key") || (len(lent) > 0) != c.keeps {
			t.Errorf("%s: on %v, to be taken back %v", name, p.On(), lent)
		}
	}
}

// TestATrialIsKnownAgain: the text of a trial is one of ours for a day, to its phone, and
// however much was tried or forgotten after it.
func TestATrialIsKnownAgain(t *testing.T) {
	w := &world{journaltest.New(t, settings.Projection(), golive.Projection()), t}
	w.must(func(d *journal.Decision) error {
		return golive.UseKey(d, golive.Credentials{Account: account, Key: key, Secret: secret})
	})
	w.must(func(d *journal.Decision) error { return golive.UseNumber(d, ours) })
	w.must(func(d *journal.Decision) error { return golive.AskPictures(d, "4821", held, "ME1") })
	p, _ := w.pictures()
	w.must(func(d *journal.Decision) error { return golive.AskPictures(d, "7310", "+13035550143", "ME2") })
	w.must(golive.End)
	for name, c := range map[string]struct {
		to   clinic.Phone
		body string
		at   clinic.Instant
		want bool
	}{
		"it":               {held, golive.TrialText(), p.AskedAt.Add(time.Second), true},
		"a clock behind":   {held, golive.TrialText(), p.AskedAt.Add(-time.Minute), true},
		"a day later":      {held, golive.TrialText(), p.AskedAt.Add(24 * time.Hour), true},
		"too early":        {held, golive.TrialText(), p.AskedAt.Add(-time.Minute - time.Millisecond), false},
		"too late":         {held, golive.TrialText(), p.AskedAt.Add(24*time.Hour + time.Millisecond), false},
		"to another phone": {"+13035550144", golive.TrialText(), p.AskedAt, false},
		"other words":      {held, "Buy now", p.AskedAt, false},
	} {
		var is bool
		if err := w.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
			is, err = golive.Trial(tx, c.to, c.body, c.at)
			return err
		}); err != nil || is != c.want {
			t.Errorf("%s: %v, %v", name, is, err)
		}
	}
}

// TestTheTrialPictureCanBeSent: it is a picture that the provider takes, and another code
// is another picture.
func TestTheTrialPictureCanBeSent(t *testing.T) {
	drawn := map[string]string{}
	for _, code := range []string{"1000", "4821", "4812", "9999"} {
		p, err := golive.TrialPicture(code)
		if err == nil {
			err = p.Check()
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := jpeg.Decode(bytes.NewReader(p.JPEG)); err != nil {
			t.Fatal(err)
		}
		if before := drawn[string(p.JPEG)]; before != "" {
			t.Errorf("%s looks like %s", code, before)
		}
		drawn[string(p.JPEG)] = code
	}
	if n := provider.CountSegments(golive.TrialText()); n.Segments != 1 {
		t.Errorf("its words take %d texts", n.Segments)
	}
}
