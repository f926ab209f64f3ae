//go:build linux

package windowstory

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// App is the program under test, running on the session's screen.
type App struct {
	s *Session
	p *process
	// Started is when the process was started.
	Started time.Time
}

// Open starts the program.
func (s *Session) Open(ctx context.Context, binary string, args ...string) (*App, error) {
	started := time.Now()
	p, err := s.start(ctx, nil, binary, args...)
	if err != nil {
		return nil, err
	}
	return &App{s: s, p: p, Started: started}, nil
}

// Running reports whether the program still runs.
func (a *App) Running() bool { return !a.p.gone() }

// Ended waits until the program has gone by itself and returns how.
func (a *App) Ended(ctx context.Context) error {
	select {
	case <-a.p.done:
		return a.p.err
	case <-ctx.Done():
		return fmt.Errorf("waiting for the program to end: %w", context.Cause(ctx))
	}
}

// Close ends the program.
func (a *App) Close() { a.p.end() }

// Kill ends the program at once, with no word of warning.
func (a *App) Kill() { a.p.kill() }

// hands runs xdotool, which is the session's keyboard and mouse.
func (s *Session) hands(ctx context.Context, args ...string) (string, error) {
	cmd := s.command(ctx, "xdotool", args...)
	cmd.Stdout = nil
	out, err := cmd.Output()
	if err != nil {
		// The arguments hold what was typed and stay out of the error.
		return "", fmt.Errorf("xdotool %s: %w", args[0], err)
	}
	return strings.TrimSpace(string(out)), nil
}

// Type types text into what has the focus.
func (s *Session) Type(ctx context.Context, text string) error {
	_, err := s.hands(ctx, "type", "--delay", "8", "--", text)
	return err
}

// Press presses keys one after the other, in X's names: Tab, Return, ctrl+Return,
// alt+F4.
func (s *Session) Press(ctx context.Context, keys ...string) error {
	_, err := s.hands(ctx, append([]string{"key", "--delay", "40", "--"}, keys...)...)
	return err
}

// Click clicks the first button at a place on the screen.
func (s *Session) Click(ctx context.Context, x, y int) error {
	_, err := s.hands(ctx, "mousemove", strconv.Itoa(x), strconv.Itoa(y), "click", "1")
	return err
}

// Scroll turns the wheel by some lines, down or up, at a place on the screen.
func (s *Session) Scroll(ctx context.Context, x, y int, down bool) error {
	button := "4"
	if down {
		button = "5"
	}
	_, err := s.hands(ctx, "mousemove", strconv.Itoa(x), strconv.Itoa(y), "click", "--repeat", "10", "--delay", "10", button)
	return err
}

// Windows returns how many visible windows bear that name.
func (s *Session) Windows(ctx context.Context, name string) (int, error) {
	out, err := s.hands(ctx, "search", "--onlyvisible", "--name", name)
	if err != nil && ctx.Err() != nil {
		return 0, err
	}
	// xdotool fails where it finds none.
	return len(strings.Fields(out)), nil
}

// Minimise puts the windows of that name away.
func (s *Session) Minimise(ctx context.Context, name string) error {
	_, err := s.hands(ctx, "search", "--onlyvisible", "--name", name, "windowminimize", "%@")
	return err
}

// Copies lets another program put text into the clipboard and keep it there, as a
// clipboard manager does with what any program has copied.
func (s *Session) Copies(ctx context.Context, text string) error {
	cmd := s.command(ctx, "xclip", "-quiet", "-in", "-selection", "clipboard")
	cmd.Stdin = strings.NewReader(text)
	_, err := s.begin(cmd)
	return err
}

// Pastes returns the text that is in the clipboard for other programs; empty where there
// is none.
func (s *Session) Pastes(ctx context.Context) (string, error) {
	cmd := s.command(ctx, "xclip", "-out", "-selection", "clipboard")
	cmd.Stdout = nil
	out, err := cmd.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) && ctx.Err() == nil {
		return "", nil // nobody offers any
	}
	if err != nil {
		return "", fmt.Errorf("xclip: %w", err)
	}
	return string(out), nil
}
