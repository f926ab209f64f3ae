//go:build windowstory

package windowstory_test

import (
	"context"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"quietline/build/windowstory"
)

// utf16le is how a web view keeps what is not Latin, and often what is.
func utf16le(s string) []byte {
	var b []byte
	for _, c := range []byte(s) {
		b = append(b, c, 0)
	}
	return b
}

// lockedAgain waits for the lock screen.
func (p person) lockedAgain(locked *image.RGBA, name string) *image.RGBA {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 40*time.Second)
	defer cancel()
	// Whoever was signed in is offered, and the button with it; nothing else differs
	// from the start.
	const offered = 50
	img, err := p.s.Await(ctx, func(img *image.RGBA) bool {
		return windowstory.Readable(img) && windowstory.Unlike(img, locked) < offered
	})
	if err != nil {
		save(p.t, img, name+"-not-locked")
		p.t.Fatalf("the lock: %v; %.0f in a thousand differ", err, windowstory.Unlike(img, locked))
	}
	return p.rests()
}

// TestALockedProgramHoldsNothingInMemory looks for the keys and for a text in the
// memory of the program and of the web view's processes, before and after a lock.
func TestALockedProgramHoldsNothingInMemory(t *testing.T) {
	letsDump(t)
	s, binary := desktop(t)
	rehearsal := os.Getenv("QUIETLINE_REHEARSAL")
	if rehearsal == "" {
		t.Fatal("run this with: go run ./build/dev test window")
	}
	p := person{t, s}
	clinic := s.Folder("clinic")
	// The first start makes the sample clinic.
	making := start(t, s, binary, "-sample", "-dir", clinic)
	readable(t, s, making, 2*time.Minute)
	making.Close()
	p.seesNothing()
	path := filepath.Join(t.TempDir(), "keys")
	if err := s.Run(t.Context(), []string{"QUIETLINE_REHEARSED_KEYS=" + path}, rehearsal, "-sample", "-dir", clinic); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil || len(raw) != 5*32 {
		t.Fatalf("%d bytes of keys, %v", len(raw), err)
	}
	const body = "The heliotrope room is free, bring the kaleidoscope."
	const passphrase = "quiet line sample clinic"
	texts := [][]byte{[]byte(body), utf16le(body)}
	names := []string{"the text", "the text in two bytes"}
	for i := range 5 {
		texts = append(texts, raw[i*32:(i+1)*32])
		names = append(names, fmt.Sprintf("key %d", i+1))
	}
	held := func(pids []int) (sums []int) {
		t.Helper()
		sums = make([]int, len(texts))
		for _, pid := range pids {
			counts, err := windowstory.Holding(pid, texts...)
			if err != nil {
				t.Skipf("this system lets nobody read a process's memory: %v", err)
			}
			for i, n := range counts {
				sums[i] += n
			}
		}
		return sums
	}

	app := start(t, s, binary, "-sample", "-dir", clinic)
	readable(t, s, app, time.Minute)
	locked := p.rests()
	p.press("Down", "Tab")
	p.types(passphrase)
	p.press("Return")
	inbox := p.seesTheDesk("memory-1-inbox", locked)
	p.press("k", "Return")
	p.sees("memory-2-thread", inbox)
	p.press("r")
	p.types(body)
	p.rests()
	p.press("ctrl+Return")
	p.rests()

	before, err := app.Processes()
	if err != nil {
		t.Fatal(err)
	}
	open := held(before)
	if len(before) < 3 || open[0]+open[1] == 0 || open[2]+open[3]+open[4]+open[5]+open[6] == 0 {
		t.Fatalf("open, %d processes hold %v: the search finds nothing", len(before), open)
	}
	for _, pid := range before {
		if dumps, err := windowstory.Dumps(pid); err != nil || dumps {
			t.Errorf("a crash of process %d leaves its memory on the disk: %v, %v", pid, dumps, err)
		}
	}
	pressed := time.Now()
	p.press("ctrl+l")
	for !windowstory.Gone(before[1:]) && time.Since(pressed) < 10*time.Second {
		if _, err := s.Look(); err != nil { // also a pause
			t.Fatal(err)
		}
	}
	gone := time.Since(pressed)
	p.lockedAgain(locked, "memory-3")
	after, err := app.Processes()
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range held(after) {
		if n > 0 {
			t.Errorf("locked, the memory holds %s %d times", names[i], n)
		}
	}
	t.Logf("open, %d processes held %v; they were gone %v after the key, and the lock was painted after %v",
		len(before), open, gone.Round(time.Millisecond), time.Since(pressed).Round(10*time.Millisecond))
	if gone > 2*time.Second && atRest(t, time.Second) {
		t.Errorf("what the old program had started was gone after %v", gone)
	}
	if after[0] != before[0] || !app.Running() {
		t.Error("it is not the same process any more")
	}
}

// letsDump lets what is started from here be dumped by the system when it crashes, as far
// as this account may: where the shell forbids it, the program could not be seen to.
func letsDump(t *testing.T) {
	t.Helper()
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &before); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{Cur: before.Max, Max: before.Max}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &before) })
}

// roundsVariable names the environment variable that says how many times as often
// TestManyLocks locks.
const roundsVariable = "QUIETLINE_ROUNDS"

func rounds(t *testing.T, n int) int {
	t.Helper()
	times := os.Getenv(roundsVariable)
	if times == "" {
		return n
	}
	by, err := strconv.Atoi(times)
	if err != nil || by < 1 {
		t.Fatalf("%s is %q", roundsVariable, times)
	}
	return n * by
}

// copies writes something into a conversation, copies it, and hands the clipboard to
// another program, which holds then that very text, or one of its own.
func (c clerk) copies(text, held string) {
	c.t.Helper()
	c.press("k", "Return")
	field := c.of("composer.label")
	c.until("the conversation", func(p *part) bool { return p.called(field) != nil })
	c.press("r")
	c.until("the field", func(p *part) bool { at := p.focus(); return at != nil && at.bears(field) })
	c.press("ctrl+a")
	c.types(text)
	c.press("ctrl+a", "ctrl+c")
	c.pastes(text)
	c.rests() // the program has been told as well
	if err := c.s.Copies(c.t.Context(), held); err != nil {
		c.t.Fatal(err)
	}
	c.pastes(held)
}

// pastes waits until other programs find a text in the clipboard.
func (p person) pastes(want string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 20*time.Second)
	defer cancel()
	for {
		got, err := p.s.Pastes(ctx)
		if err == nil && got == want {
			return
		}
		if ctx.Err() != nil {
			p.t.Fatalf("the clipboard holds %q, want %q: %v", got, want, err)
		}
	}
}

// TestManyLocks signs in and locks over and over: the window is there each time,
// and nothing piles up. What was copied in it cannot be pasted afterwards, also where
// another program keeps it; what such a program has copied itself stays.
func TestManyLocks(t *testing.T) {
	s, binary := desktop(t)
	p := employ(t, s)
	app := start(t, s, binary, "-sample", "-dir", s.Folder("clinic"))
	readable(t, s, app, 2*time.Minute)
	locked := p.rests()
	p.press("Down", "Tab")
	for i := range rounds(t, 5) {
		p.types("quiet line sample clinic")
		p.press("Return")
		p.seesTheDesk("many-open", locked)
		const ours, theirs = "the heliotrope room", "of another program"
		switch i {
		case 0:
			p.copies(ours, ours)
		case 1:
			p.copies(ours, theirs)
		}
		p.press("ctrl+l")
		p.lockedAgain(locked, fmt.Sprintf("many-%d", i))
		switch i {
		case 0:
			p.pastes("")
		case 1:
			p.pastes(theirs)
		}
	}
	if all, err := app.Processes(); err != nil || len(all) > 6 {
		t.Errorf("%d processes, %v", len(all), err)
	}
	if n, err := s.Windows(t.Context(), "Quietline"); err != nil || n != 1 {
		t.Errorf("%d windows, %v", n, err)
	}

	// Whoever closes the program leaves as much.
	p.types("quiet line sample clinic")
	p.press("Return")
	p.seesTheDesk("many-open", locked)
	p.copies("the heliotrope room", "the heliotrope room")
	p.press("alt+F4")
	gone, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := app.Ended(gone); err != nil {
		t.Errorf("closing the window: %v", err)
	}
	p.pastes("")
}
