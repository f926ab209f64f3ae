//go:build windowstory

package windowstory_test

import (
	"context"
	"testing"
	"time"

	"quietline/build/windowstory"
)

// clerk works at a desktop by keyboard and mouse, and is told what it shows in words.
type clerk struct {
	person
	reader reader
	words  words
}

// employ seats somebody at a desktop, before a program is opened on it.
func employ(t *testing.T, s *windowstory.Session) clerk {
	t.Helper()
	return clerk{person{t, s}, listen(t, s), wordsIn(t, "en")}
}

// of returns a sentence of the screens by its key.
func (c clerk) of(key string, fill ...string) string {
	c.t.Helper()
	sentence, err := c.words.of(key, fill...)
	if err != nil {
		c.t.Fatal(err)
	}
	return sentence
}

// patience is how long a screen may take to come on a machine that does much else.
const patience = time.Minute

// until reads until ok, and returns what was read last.
func (c clerk) until(what string, ok func(*part) bool) *part {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	last := &part{}
	for {
		began := time.Now()
		if now, err := c.reader.read(ctx); err == nil {
			last = now
			if ok(now) {
				return now
			}
		}
		// Reading takes the processor from what is waited for: half of the time at most.
		select {
		case <-time.After(max(100*time.Millisecond, time.Since(began))):
			continue
		case <-ctx.Done():
		}
		if img, err := c.s.Look(); err == nil {
			save(c.t, img, "not-read")
		}
		c.t.Fatalf("%s: it was not read; the screen reads:\n%v", what, last)
	}
}

// reads waits until the screen says something.
func (c clerk) reads(key string, fill ...string) *part {
	c.t.Helper()
	sentence := c.of(key, fill...)
	return c.until(key, func(p *part) bool { return p.says(sentence) })
}

// goes moves the focus forward to what bears a name.
func (c clerk) goes(key string, fill ...string) {
	c.t.Helper()
	c.goesTo(c.of(key, fill...))
}

// goesTo is goes for a name that is none of the screens' words, such as a number.
func (c clerk) goesTo(name string) {
	c.t.Helper()
	page := c.until(name, func(p *part) bool { return p.called(name) != nil })
	var before reference
	for range 40 {
		pressed := time.Now()
		page = c.until("the next thing", func(p *part) bool {
			if p.focus() == nil { // after the last one the focus leaves the page, and a key brings it back
				return time.Since(pressed) > 5*time.Second
			}
			return p.focus().at != before
		})
		if at := page.focus(); at != nil {
			if at.bears(name) {
				return
			}
			before = at.at
		}
		c.press("Tab")
	}
	c.t.Fatalf("no way to %q by the keyboard; the screen reads:\n%v", name, page)
}

// fills goes to a field and types something in the place of what it holds.
func (c clerk) fills(text, key string, fill ...string) {
	c.t.Helper()
	c.goes(key, fill...)
	c.press("ctrl+a")
	c.types(text)
}

// presses goes to a button and presses it.
func (c clerk) presses(key string) {
	c.t.Helper()
	c.goes(key)
	c.press("Return")
}

// clicks presses a button with the mouse, where the keyboard would have a long way.
func (c clerk) clicks(key string) {
	c.t.Helper()
	name := c.of(key)
	for range 20 {
		var button *part
		c.until(key, func(p *part) bool {
			button = p.called(name)
			return button != nil
		})
		x, y, err := c.reader.middle(c.t.Context(), button)
		if err != nil { // another has taken its place
			continue
		}
		if y > 0 && y < screen.Height-60 { // below may be the edge of the window
			if err := c.s.Click(c.t.Context(), x, y); err != nil {
				c.t.Fatal(err)
			}
			return
		}
		if err := c.s.Scroll(c.t.Context(), screen.Width/2, screen.Height/2, y > 0); err != nil {
			c.t.Fatal(err)
		}
		c.rests()
	}
	c.t.Fatalf("%q does not come into sight", name)
}

// photographs keeps a picture of what is shown.
func (c clerk) photographs(name string) {
	c.t.Helper()
	save(c.t, c.rests(), name)
}
