package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"quietline/build/dev/stamp"
)

// The two ways to build the program. The preview has no window, needs no C
// compiler and serves sample data only; on Linux the window links against
// WebKitGTK 4.1. Whether Go uses the compiler that it finds is left to Go, and
// paths are not trimmed: so all builds and checks share what is compiled once,
// of which the database engine takes a minute.
const previewTags = "preview"

func windowTags() string {
	if runtime.GOOS == "linux" {
		return "desktop,production,webkit2_41"
	}
	return "desktop,production"
}

func (t *tree) bin(name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return t.path("build/bin/" + name)
}

// npm runs npm in the front end's folder.
func (t *tree) npm(ctx context.Context, out io.Writer, args ...string) error {
	if !t.host.Has("npm") {
		return errors.New("npm is missing; install Node 20.19 or newer, with npm")
	}
	return t.exec(ctx, out, "frontend", nil, "npm", args...)
}

// modules installs the front end's modules where they are absent or older than
// the lock file.
func (t *tree) modules(ctx context.Context, out io.Writer) error {
	if !t.host.Has("node") {
		return errors.New("node is missing; install Node 20.19 or newer, with npm")
	}
	version, err := t.output(ctx, "", nil, "node", "--version")
	if err != nil {
		return err
	}
	// Modules hold programs for one system and one Node.
	words := []string{runtime.GOOS, runtime.GOARCH, string(bytes.TrimSpace(version))}
	sum, err := stamp.Sum(t.root, []string{"frontend/package.json", "frontend/package-lock.json"}, nil, words)
	if err != nil {
		return err
	}
	place := t.path("frontend/node_modules/.quietline")
	if stamp.Fresh(place, sum) {
		return nil
	}
	fmt.Fprintln(out, "Installing the front end's modules")
	if err := t.npm(ctx, out, "ci", "--no-audit", "--no-fund"); err != nil {
		return err
	}
	return stamp.Write(place, sum)
}

// screens builds the front end where its sources changed.
func (t *tree) screens(ctx context.Context, out io.Writer) error {
	if err := t.modules(ctx, out); err != nil {
		return err
	}
	leave := []string{"node_modules", "dist", "e2e"}
	sum, err := stamp.Sum(t.root, []string{"frontend"}, leave, nil)
	if err != nil {
		return err
	}
	place := t.path("build/out/screens.stamp")
	if _, err := os.Stat(t.path("frontend/dist/index.html")); err == nil && stamp.Fresh(place, sum) {
		return nil
	}
	fmt.Fprintln(out, "Building the front end")
	if err := t.npm(ctx, out, "run", "--silent", "build", "--", "--logLevel", "warn"); err != nil {
		return err
	}
	return stamp.Write(place, sum)
}

// embeddable sees to it that frontend/dist holds a file: Go refuses to embed a
// folder without one. What compiles the program without running it needs no
// more.
func (t *tree) embeddable() error {
	dist := t.path("frontend/dist")
	if entries, err := os.ReadDir(dist); err == nil && len(entries) > 0 {
		return nil
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("looking at the built front end: %w", err)
	}
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return fmt.Errorf("making the built front end's folder: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dist, ".gitkeep"), nil, 0o644); err != nil {
		return fmt.Errorf("filling the built front end's folder: %w", err)
	}
	return nil
}

// buildPreview builds the program that serves a browser and returns its path.
func (t *tree) buildPreview(ctx context.Context, out io.Writer) (string, error) {
	if err := t.screens(ctx, out); err != nil {
		return "", err
	}
	bin := t.bin("quietline-preview")
	return bin, t.exec(ctx, out, "", nil, "go", "build", "-tags", previewTags, "-o", bin, ".")
}

// buildWindow builds the program with its window and returns its path.
func (t *tree) buildWindow(ctx context.Context, out io.Writer) (string, error) {
	if err := t.need(ctx, out, forWindow); err != nil {
		return "", err
	}
	if err := t.screens(ctx, out); err != nil {
		return "", err
	}
	bin, link := t.bin("quietline"), "-s -w"
	if runtime.GOOS == "windows" {
		// Without this a console opens beside the window.
		link += " -H windowsgui"
	}
	return bin, t.exec(ctx, out, "", nil, "go", "build", "-tags", windowTags(), "-ldflags", link, "-o", bin, ".")
}

// buildConsole builds, for Windows, the console program that lies beside the one with
// the window, and returns its path. It needs no compiler but Go's on any system.
func (t *tree) buildConsole(ctx context.Context, out io.Writer) (string, error) {
	bin := filepath.Join(t.path("build/bin"), "quietline-backup.exe")
	return bin, t.exec(ctx, out, "", system("windows"), "go", "build", "-ldflags", "-s -w", "-o", bin, "./app/command/quietline-backup")
}
