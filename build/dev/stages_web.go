package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	"quietline/build/dev/stage"
)

func npmRun(t *tree, script string, args ...string) check {
	return func(ctx context.Context, out io.Writer) error {
		if err := t.modules(ctx, out); err != nil {
			return err
		}
		return t.npm(ctx, out, append([]string{"run", script, "--"}, args...)...)
	}
}

// vitest runs the front end's tests, of which one reads PDFs back.
func vitest(t *tree) check {
	return func(ctx context.Context, out io.Writer) error {
		if err := t.need(ctx, out, forPaper); err != nil {
			return err
		}
		return npmRun(t, "test")(ctx, out)
	}
}

// npmAudit asks the registry for known faults. A mirror may hold the modules and
// not the question; that is no finding.
func npmAudit(t *tree) check {
	return func(ctx context.Context, out io.Writer) error {
		if err := t.modules(ctx, out); err != nil {
			return err
		}
		text, auditErr := t.output(ctx, "frontend", nil, "npm", "audit", "--json")
		var answer struct {
			AuditReportVersion int `json:"auditReportVersion"`
		}
		if err := json.Unmarshal(bytes.TrimSpace(text), &answer); err != nil || answer.AuditReportVersion == 0 {
			return stage.Skip("the registry answers no questions about faults")
		}
		if auditErr == nil {
			return nil
		}
		out.Write(text)
		return errors.New("modules with known faults")
	}
}

// previewEnv tells the browser stories which program to start.
const previewEnv = "QUIETLINE_PREVIEW"

// e2e builds the preview; the stories start it themselves, each on a folder of
// its own.
func e2e(t *tree) check {
	return func(ctx context.Context, out io.Writer) error {
		if err := t.need(ctx, out, forBrowser, forPaper); err != nil {
			return err
		}
		bin, err := t.buildPreview(ctx, out)
		if err != nil {
			return err
		}
		env := []string{previewEnv + "=" + bin}
		return t.exec(ctx, out, "frontend", env, "npm", "run", "e2e")
	}
}

// storyTags build the story in the real window; nothing else is built with them.
const storyTags = "windowstory"

// These tell the stories in the window which program to start, which build of it has
// the door that crashes and a phone service of its own, and where pictures go.
const (
	windowEnv    = "QUIETLINE_WINDOW"
	rehearsalEnv = "QUIETLINE_REHEARSAL"
	picturesEnv  = "QUIETLINE_PICTURES"
)

func windowStory(t *tree) check {
	return func(ctx context.Context, out io.Writer) error {
		if runtime.GOOS != "linux" {
			return stage.Skip("a private screen for the window is to be had on Linux only")
		}
		if err := t.need(ctx, out, forScreen, forPaper); err != nil {
			return err
		}
		bin, err := t.buildWindow(ctx, out)
		if err != nil {
			return err
		}
		rehearsal := t.bin("quietline-rehearsal")
		if err := t.exec(ctx, out, "", nil, "go", "build", "-tags", windowTags()+","+storyTags, "-o", rehearsal, "."); err != nil {
			return err
		}
		pictures := t.path("build/out/pictures")
		if err := os.MkdirAll(pictures, 0o755); err != nil {
			return fmt.Errorf("making the folder of pictures: %w", err)
		}
		env := []string{windowEnv + "=" + bin, rehearsalEnv + "=" + rehearsal, picturesEnv + "=" + pictures}
		return t.exec(ctx, out, "", env, "go", "test", "-v", "-count=1", "-tags", storyTags, "./build/windowstory/...")
	}
}
