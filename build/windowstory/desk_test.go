//go:build windowstory

package windowstory_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"quietline/build/windowstory"
)

// person is somebody at the desktop of a test.
type person struct {
	t *testing.T
	s *windowstory.Session
}

func (p person) press(keys ...string) {
	p.t.Helper()
	if err := p.s.Press(p.t.Context(), keys...); err != nil {
		p.t.Fatal(err)
	}
}

func (p person) types(text string) {
	p.t.Helper()
	if err := p.s.Type(p.t.Context(), text); err != nil {
		p.t.Fatal(err)
	}
}

// sees waits until the screen differs from what it was by as much as a screen
// differs from another, comes to rest, and keeps a picture of it.
func (p person) sees(name string, before *image.RGBA) *image.RGBA {
	p.t.Helper()
	return p.seesChanged(name, before, another)
}

// seesTheDesk is sees after a sign-in: the button that turns meanwhile is as much of
// the screen as many a screen differs by, and the desk differs in most of it.
func (p person) seesTheDesk(name string, locked *image.RGBA) *image.RGBA {
	p.t.Helper()
	return p.seesChanged(name, locked, 200)
}

func (p person) seesChanged(name string, before *image.RGBA, by float64) *image.RGBA {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 20*time.Second)
	defer cancel()
	shown := func(img *image.RGBA) bool {
		return windowstory.Readable(img) && windowstory.Unlike(img, before) > by
	}
	for {
		img, err := p.s.Await(ctx, shown)
		if err != nil {
			save(p.t, img, name+"-not-shown")
			p.t.Fatalf("%s: %v", name, err)
		}
		// On a slow machine a window can rest blank between one screen and the next.
		if img = p.rests(); shown(img) {
			save(p.t, img, name)
			return img
		}
	}
}

// seesNothing waits until no window is left on the screen.
func (p person) seesNothing() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 20*time.Second)
	defer cancel()
	if _, err := p.s.Await(ctx, func(img *image.RGBA) bool { return !windowstory.Readable(img) }); err != nil {
		p.t.Fatalf("clearing the screen: %v", err)
	}
}

func (p person) rests() *image.RGBA {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 5*time.Second)
	defer cancel()
	// A caret that blinks never rests; what is there after the patience will do.
	img, err := p.s.Still(ctx)
	if img == nil {
		p.t.Fatal(err)
	}
	return img
}

// another is how much of the screen, in thousandths, differs at least where
// another screen is shown.
const another = 15

func start(t *testing.T, s *windowstory.Session, binary string, args ...string) *windowstory.App {
	t.Helper()
	app, err := s.Open(t.Context(), binary, args...)
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func TestADayInTheWindow(t *testing.T) {
	s, binary := desktop(t)
	p := person{t, s}
	clinic := s.Folder("clinic")
	app := start(t, s, binary, "-sample", "-dir", clinic)
	readable(t, s, app, 2*time.Minute)
	locked := p.rests()
	save(t, locked, "day-1-locked")

	// By the keyboard alone: a person, the passphrase, a conversation, an answer.
	p.press("Down", "Tab")
	p.types("quiet line sample clinic")
	p.press("Return")
	inbox := p.sees("day-2-inbox", locked)
	p.press("k", "Return")
	thread := p.sees("day-3-thread", inbox)
	p.press("r")
	p.types("The heliotrope room is free, bring the kaleidoscope.")
	save(t, p.rests(), "day-4-written")
	p.press("ctrl+Return")
	sent := p.sees("day-5-sent", thread)
	// What the window's storage must hold at no time: names, numbers, words, and words
	// of the tables.
	words := []string{
		"heliotrope", "kaleidoscope", "quiet line sample clinic", "Whitfield", "Everett", "Quintanilla",
		"3035550142", "555-0142", "555-0113", "messages_by_thread", "journal_cursor",
	}
	searched(t, s.Folder(""), words)

	pressed := time.Now()
	p.press("ctrl+l")
	again := p.lockedAgain(locked, "day-6")
	t.Logf("locked %v after the key", time.Since(pressed).Round(10*time.Millisecond))
	save(t, again, "day-6-locked-again")

	searched(t, s.Folder(""), words)

	p.types("quiet line sample clinic")
	p.press("Return")
	p.sees("day-7-again", again)
	p.press("k", "Return")
	back := p.sees("day-8-thread", inbox)
	if d := windowstory.Unlike(back, sent); d > 150 {
		t.Errorf("what was sent is not there again: %.0f in a thousand differ", d)
	}
	if !app.Running() {
		t.Fatal("the program has ended")
	}
	app.Kill()
	searched(t, s.Folder(""), words)
}

func TestASecondStartBringsTheWindowToTheFront(t *testing.T) {
	s, binary := desktop(t)
	args := []string{"-sample", "-dir", s.Folder("clinic")}
	first := start(t, s, binary, args...)
	readable(t, s, first, 2*time.Minute)
	if err := s.Minimise(t.Context(), "Quietline"); err != nil {
		t.Fatal(err)
	}
	person{t, s}.seesNothing()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	second := start(t, s, binary, args...)
	// The window's library ends a second program with the code of a failure.
	var ended *exec.ExitError
	if err := second.Ended(ctx); err != nil && !errors.As(err, &ended) {
		t.Errorf("the second start: %v", err)
	}
	if _, err := s.Await(ctx, windowstory.Readable); err != nil {
		t.Errorf("the first window did not come back: %v", err)
	}
	if n, err := s.Windows(t.Context(), "Quietline"); err != nil || n != 1 || !first.Running() {
		t.Errorf("%d windows, %v", n, err)
	}
}

// searched looks for words in every file of a folder, in UTF-8 and UTF-16. Shorter
// words turn up in sealed bytes by chance.
func searched(t *testing.T, dir string, words []string) {
	t.Helper()
	var forms [][]byte
	for _, w := range words {
		if len(w) < 7 {
			t.Fatalf("%q is too short to look for", w)
		}
		var wide []byte
		for _, u := range utf16.Encode([]rune(strings.ToLower(w))) {
			wide = binary.LittleEndian.AppendUint16(wide, u)
		}
		forms = append(forms, []byte(strings.ToLower(w)), wide)
	}
	var names []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone since its name was read
		}
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		low := bytes.ToLower(raw)
		for i, form := range forms {
			if bytes.Contains(low, form) {
				t.Errorf("%s holds %q", e.Name(), words[i/2])
			}
		}
		names = append(names, e.Name())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(names, "journal.db") || len(names) < 10 {
		t.Errorf("only %v were searched", names)
	}
}

// TestAnErrorInACallLeavesTheProgramRunning opens a build of the program with a
// door that dereferences nil. The web view's signal handlers abort on that
// unless they are told not to; see app.prepareProcess.
func TestAnErrorInACallLeavesTheProgramRunning(t *testing.T) {
	s, _ := desktop(t)
	binary := os.Getenv("QUIETLINE_REHEARSAL")
	if binary == "" {
		t.Fatal("run this with: go run ./build/dev test window")
	}
	app := start(t, s, binary, "-dir", s.Folder("own"))
	readable(t, s, app, time.Minute)
	// The crash is an error, another token is refused, and the next call answers.
	const rehearsed = "Rehearsed: app.internal door.token ok"
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := s.Await(ctx, func(*image.RGBA) bool {
		n, err := s.Windows(ctx, rehearsed)
		return err == nil && n == 1
	}); err != nil || !app.Running() {
		t.Errorf("%v, running: %v", err, app.Running())
	}
}

func TestANewClinicIsKeptByTheKeyring(t *testing.T) {
	s, binary := desktop(t)
	p := person{t, s}
	const passphrase = "seven grey herons at dawn"
	folder := s.Folder("own")
	app := start(t, s, binary, "-dir", folder)
	readable(t, s, app, time.Minute)
	welcome := p.rests()
	save(t, welcome, "new-1-welcome")
	p.press("Tab", "Return")
	clinic := p.sees("new-2-clinic", welcome)
	p.types("Juniper Counseling")
	p.press("Tab")
	p.types("3035550100")
	p.press("Tab", "Down", "Down")
	save(t, p.rests(), "new-3-zone")
	p.press("Tab", "Return")
	you := p.sees("new-4-you", clinic)
	p.types("Amir Haddad")
	p.press("Tab")
	p.types(passphrase)
	p.press("Tab", "Tab")
	p.types(passphrase)
	p.press("Return")
	p.sees("new-5-sheet", you)
	app.Close()
	p.seesNothing()

	app = start(t, s, binary, "-dir", folder)
	readable(t, s, app, time.Minute)
	locked := p.rests()
	save(t, locked, "new-6-locked")
	p.types(passphrase)
	p.press("Return")
	pending := p.sees("new-7-sheet-pending", locked)
	p.press("Tab", "Tab", "Return")
	inbox := p.sees("new-8-inbox", pending)
	p.press("ctrl+l")
	again := p.sees("new-9-locked-again", inbox)
	p.types("not the passphrase")
	p.press("Return")
	save(t, p.rests(), "new-10-refused")
	p.types(passphrase)
	p.press("Return")
	p.sees("new-11-open", again)
	searched(t, s.Folder(""), []string{"Juniper", "Amir Haddad", passphrase, "3035550100", "America/Puerto"})
}
