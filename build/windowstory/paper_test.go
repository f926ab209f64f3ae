//go:build windowstory

package windowstory_test

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// paper answers the window's dialog for printing, which bears a title, and returns what
// stands on the paper. Where the system has no printer the dialog offers a file.
func (c clerk) paper(title string) string {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	c.await(ctx, "the dialog for printing", func() bool {
		n, err := c.s.Windows(ctx, "^"+title+"$")
		return err == nil && n == 1
	})
	c.rests()
	c.press("Tab", "Home") // the list of printers, and the first of them
	c.photographs("paper-dialog")
	c.press("alt+p")
	var printed, text string
	c.await(ctx, "the paper", func() bool {
		printed = firstPDF(c.t, c.s.Folder(""))
		if printed == "" {
			return false
		}
		// It may still be written.
		out, err := exec.CommandContext(ctx, "pdftotext", "-layout", printed, "-").Output()
		text = string(out)
		return err == nil && strings.TrimSpace(text) != ""
	})
	if folder := os.Getenv("QUIETLINE_PICTURES"); folder != "" {
		out, err := exec.CommandContext(ctx, "pdftoppm", "-png", "-r", "80", printed, filepath.Join(folder, "paper")).CombinedOutput()
		if err != nil {
			c.t.Errorf("a picture of the paper: %v\n%s", err, out)
		}
	}
	return text
}

func (c clerk) await(ctx context.Context, what string, ok func() bool) {
	c.t.Helper()
	for !ok() {
		select {
		case <-time.After(200 * time.Millisecond):
			continue
		case <-ctx.Done():
		}
		if img, err := c.s.Look(); err == nil {
			save(c.t, img, "not-there")
		}
		c.t.Fatalf("%s did not come", what)
	}
}

// firstPDF returns a PDF that lies somewhere in a folder, empty for none.
func firstPDF(t *testing.T, folder string) (found string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && filepath.Ext(path) == ".pdf" {
			found = path
		}
		return nil // what goes meanwhile is not the paper
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
