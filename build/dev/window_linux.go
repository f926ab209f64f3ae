package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"time"

	"quietline/build/windowstory"
)

func window(ctx context.Context, t *tree, args []string) (err error) {
	fs := flags("window")
	out := fs.String("out", "", "the PNG `file` to write (build/out/window.png)")
	dir := fs.String("dir", "", "the sample clinic's `folder` (one that is thrown away)")
	size := fs.String("size", "1440x900", "the screen's `WxH`")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if err := none(fs); err != nil {
		return err
	}
	var screen windowstory.Size
	if _, err := fmt.Sscanf(*size, "%dx%d", &screen.Width, &screen.Height); err != nil {
		return errors.New("-size is a width and a height, such as 1440x900")
	}
	picture, err := t.folder(*out, "build/out/window.png")
	if err != nil {
		return err
	}
	if err := t.need(ctx, os.Stdout, forWindow, forScreen); err != nil {
		return err
	}
	bin, err := t.buildWindow(ctx, os.Stdout)
	if err != nil {
		return err
	}
	s, err := windowstory.Start(ctx, screen)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	folder := s.Folder("clinic")
	if *dir != "" {
		if folder, err = filepath.Abs(*dir); err != nil {
			return fmt.Errorf("finding the folder: %w", err)
		}
	}
	app, err := s.Open(ctx, bin, "-sample", "-dir", folder)
	if err != nil {
		return err
	}
	return photograph(ctx, s, app, picture)
}

func photograph(ctx context.Context, s *windowstory.Session, app *windowstory.App, picture string) error {
	wait, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	_, err := s.Await(wait, func(img *image.RGBA) bool { return windowstory.Readable(img) || !app.Running() })
	if err != nil || !app.Running() {
		return fmt.Errorf("the window showed nothing: %w\n%s", errors.Join(err, errors.New("see what it printed")), s.Log())
	}
	fmt.Printf("first readable screen after %.2f s\n", time.Since(app.Started).Seconds())
	rest, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	img, err := s.Still(rest)
	if err != nil && !errors.Is(err, windowstory.ErrNotShown) {
		return err
	}
	if err := windowstory.Save(img, picture); err != nil {
		return err
	}
	fmt.Println("window:", picture)
	return nil
}
