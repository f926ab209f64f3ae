package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
)

// Where the clinics that the runner opens lie unless told otherwise: out of
// git's sight, and gone with the checkout.
const (
	sampleDir = "build/out/sample-clinic"
	newDir    = "build/out/new-clinic"
)

// display reports whether a window can open here.
func display() bool {
	if runtime.GOOS != "linux" {
		return true
	}
	return os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

func run(ctx context.Context, t *tree, args []string) error {
	fs := flags("run")
	dir := fs.String("dir", "", "the clinic's `folder` (a sample clinic in build/out)")
	fresh := fs.Bool("new", false, "start without a clinic, to make a new, empty one")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if err := none(fs); err != nil {
		return err
	}
	var opening []string
	place := sampleDir
	if *fresh {
		place = newDir
	} else {
		opening = append(opening, "-sample")
	}
	folder, err := t.folder(*dir, place)
	if err != nil {
		return err
	}
	opening = append(opening, "-dir", folder)
	if !display() {
		fmt.Println("There is no display here; serving a browser instead.")
		return t.serve(ctx, "127.0.0.1:0", opening)
	}
	bin, err := t.buildWindow(ctx, os.Stdout)
	if err != nil {
		return err
	}
	return t.foreground(ctx, nil, bin, opening...)
}

func buildVerb(ctx context.Context, t *tree, args []string) error {
	fs := flags("build")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if err := none(fs); err != nil {
		return err
	}
	bin, err := t.buildWindow(ctx, os.Stdout)
	if err != nil {
		return err
	}
	console, err := t.buildConsole(ctx, os.Stdout)
	if err != nil {
		return err
	}
	fmt.Println("built:", bin)
	fmt.Println("built:", console)
	return nil
}

func preview(ctx context.Context, t *tree, args []string) error {
	fs := flags("preview")
	addr := fs.String("addr", "127.0.0.1:0", "`HOST:PORT` to serve at; port 0 takes a free one")
	dir := fs.String("dir", "", "the sample clinic's `folder` (one in build/out)")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if err := none(fs); err != nil {
		return err
	}
	folder, err := t.folder(*dir, sampleDir)
	if err != nil {
		return err
	}
	return t.serve(ctx, *addr, []string{"-sample", "-dir", folder})
}

// serve runs the preview, which prints `preview: URL` when it serves.
func (t *tree) serve(ctx context.Context, addr string, opening []string) error {
	bin, err := t.buildPreview(ctx, os.Stdout)
	if err != nil {
		return err
	}
	return t.foreground(ctx, nil, bin, append(opening, "-addr", addr)...)
}

func sample(ctx context.Context, t *tree, args []string) error {
	fs := flags("sample")
	dir := fs.String("dir", "", "the `folder` to make the clinic in")
	messages := fs.Int("messages", 0, "how many texts the clinic holds (0: as many as the sample has by itself)")
	seed := fs.Uint64("seed", 1, "the same seed makes the same clinic")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if err := none(fs); err != nil {
		return err
	}
	if *dir == "" {
		return errors.New("sample needs -dir, the folder to make the clinic in")
	}
	folder, err := t.folder(*dir, "")
	if err != nil {
		return err
	}
	bin, err := t.buildPreview(ctx, os.Stdout)
	if err != nil {
		return err
	}
	making := []string{"sample", "-dir", folder, "-seed", strconv.FormatUint(*seed, 10)}
	if *messages > 0 {
		making = append(making, "-messages", strconv.Itoa(*messages))
	}
	return t.foreground(ctx, nil, bin, making...)
}

// folder returns the folder that a person named, seen from where they are, or
// the checkout's own.
func (t *tree) folder(named, own string) (string, error) {
	if named == "" {
		return t.path(own), nil
	}
	abs, err := filepath.Abs(named)
	if err != nil {
		return "", fmt.Errorf("finding the folder: %w", err)
	}
	return abs, nil
}
