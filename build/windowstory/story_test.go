//go:build windowstory

package windowstory_test

import (
	"context"
	"errors"
	"image"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"quietline/build/windowstory"
)

// screen is the size of a test's desktop.
var screen = windowstory.Size{Width: 1440, Height: 900}

// desktop opens a private desktop for a test and says how to reach the program.
func desktop(t *testing.T) (s *windowstory.Session, binary string) {
	t.Helper()
	binary = os.Getenv("QUIETLINE_WINDOW")
	if binary == "" {
		t.Fatal("run this with: go run ./build/dev test window")
	}
	s, err := windowstory.Start(t.Context(), screen)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(s.Log())
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, binary
}

func save(t *testing.T, img image.Image, name string) {
	t.Helper()
	if folder := os.Getenv("QUIETLINE_PICTURES"); folder != "" {
		if err := windowstory.Save(img, filepath.Join(folder, name+".png")); err != nil {
			t.Error(err)
		}
	}
}

// readable waits for the first readable screen and returns how long it took.
func readable(t *testing.T, s *windowstory.Session, app *windowstory.App, patience time.Duration) (*image.RGBA, time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	img, err := s.Await(ctx, func(img *image.RGBA) bool { return windowstory.Readable(img) || !app.Running() })
	took := time.Since(app.Started)
	if err == nil && !app.Running() {
		err = errors.New("the program has ended")
	}
	if err != nil {
		save(t, img, "not-shown")
		t.Fatalf("the first screen: %v", err)
	}
	return img, took
}

// quickly is how soon after its start the window must show something to read.
const quickly = 1500 * time.Millisecond

func TestTheFirstScreenCanBeReadAtOnce(t *testing.T) {
	s, binary := desktop(t)
	clinic := s.Folder("clinic")
	open := func() *windowstory.App {
		t.Helper()
		// What the last program showed must be gone, or it would be timed.
		gone, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if _, err := s.Await(gone, func(img *image.RGBA) bool { return !windowstory.Readable(img) }); err != nil {
			t.Fatalf("clearing the screen: %v", err)
		}
		app, err := s.Open(t.Context(), binary, "-sample", "-dir", clinic)
		if err != nil {
			t.Fatal(err)
		}
		return app
	}
	// The first start makes the sample clinic and is not timed.
	app := open()
	readable(t, s, app, 2*time.Minute)
	app.Close()

	// The best of a few: what the program can do, not what else the machine did.
	times := []time.Duration{time.Hour}
	rested := true
	for try := 0; try < 6 && slices.Min(times) > quickly; try++ {
		rested = rested && atRest(t, 20*time.Second)
		app := open()
		img, took := readable(t, s, app, 30*time.Second)
		save(t, img, "first-readable")
		times = append(times, took)
		rest, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		img, err := s.Still(rest)
		cancel()
		if err != nil && !errors.Is(err, windowstory.ErrNotShown) {
			t.Fatal(err)
		}
		save(t, img, "first-screen")
		app.Close()
	}
	times = times[1:]
	t.Logf("first readable screen after %v", times)
	if best := slices.Min(times); best > quickly && !rested {
		t.Skipf("the machine was busy with other work, so %v is not judged", best)
	} else if best > quickly {
		t.Errorf("the first readable screen took %v; at most %v", best, quickly)
	}
}
