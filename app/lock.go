//go:build !preview

package app

import (
	"context"
	"crypto/sha256"
	"os"
	"sync"
	"time"

	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"quietline/app/desk"
	"quietline/app/successor"
	"quietline/backend/clinic"
)

// tidyWithin bounds what a locked process still asks of its window: where it is,
// and what is in the clipboard. The keys are gone by then.
const tidyWithin = 300 * time.Millisecond

// locked ends the process: what it has shown stays in its memory for as long as
// it lives. A fresh one takes its place, at the same place on the screen where
// the system tells and takes places. Where that fails the program ends, and is
// started by hand.
func (w *window) locked(left desk.Left) {
	w.mu.Lock()
	ctx := w.ctx
	w.mu.Unlock()
	if ctx == nil { // the window has gone, and with it the process
		clear(left.Errand)
		return
	}
	w.log.Info("locked", "milliseconds", left.Took.Milliseconds())
	h := successor.Handover{Member: left.Member, LockedAt: left.At, Noted: left.Noted}
	tidied := make(chan successor.Place, 1)
	go func() {
		w.clipboard.clear(ctx)
		tidied <- placeOf(ctx)
	}()
	select {
	case p := <-tidied:
		h.Window = &p
	case <-time.After(tidyWithin):
	}
	err := successor.Replace(h, left.Errand)
	if err != nil {
		w.log.Error("the locked program could not be replaced and ends", "code", clinic.CodeOf(err))
		os.Exit(1)
	}
	os.Exit(0)
}

// placeOf returns where the window is.
func placeOf(ctx context.Context) successor.Place {
	var p successor.Place
	p.X, p.Y = runtime.WindowGetPosition(ctx)
	p.Width, p.Height = runtime.WindowGetSize(ctx)
	p.Maximised, p.Minimised = runtime.WindowIsMaximised(ctx), runtime.WindowIsMinimised(ctx)
	return p
}

// resize gives the window the size of the one before.
func (w *window) resize(o *options.App) {
	p := w.before
	if p == nil {
		return
	}
	o.Width, o.Height = max(p.Width, o.MinWidth), max(p.Height, o.MinHeight)
	switch {
	case p.Minimised:
		o.WindowStartState = options.Minimised
	case p.Maximised:
		o.WindowStartState = options.Maximised
	}
}

// replace puts the window where the one before was. The library centres a new
// window some time after it has called, so it is said more than once.
func (w *window) replace(ctx context.Context) {
	p := w.before
	if p == nil || p.Maximised || p.Minimised {
		return
	}
	for range 8 {
		runtime.WindowSetPosition(ctx, p.X, p.Y)
		time.Sleep(5 * time.Millisecond)
	}
}

// clipboard knows what the window has put into the system's clipboard, by its
// hash alone.
type clipboard struct {
	mu  sync.Mutex
	sum *[sha256.Size]byte // nil where there is nothing of ours
}

// put notes a text that the window has put there.
func (c *clipboard) put(text string) {
	sum := sha256.Sum256([]byte(text))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sum = &sum
}

// clear empties the clipboard where it still holds what the window has put there,
// and leaves what another program has put there since.
func (c *clipboard) clear(ctx context.Context) {
	c.mu.Lock()
	ours := c.sum
	c.sum = nil
	c.mu.Unlock()
	if ours == nil {
		return
	}
	text, err := runtime.ClipboardGetText(ctx)
	now := sha256.Sum256([]byte(text))
	if err != nil || now != *ours {
		return
	}
	if runtime.ClipboardSetText(ctx, "") == nil {
		// The window's thread sets it some time later; by the answer it has.
		_, _ = runtime.ClipboardGetText(ctx)
	}
}

// clearWithin is clear for who cannot wait for it longer than that.
func (c *clipboard) clearWithin(ctx context.Context, most time.Duration) {
	cleared := make(chan struct{})
	go func() {
		defer close(cleared)
		c.clear(ctx)
	}()
	select {
	case <-cleared:
	case <-time.After(most):
	}
}
