// Package stamp tells whether something made from files must be made again.
//
// A stamp is a small file beside what was made; it holds a SHA-256 over the
// names and contents of all that it was made from. Times are not looked at: a
// checkout, a copy or a clock set back changes nothing. A stamp that is missing
// or unreadable means "make it again", never "it is fresh".
package stamp

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Sum returns the sum over the named files and folders of root and over words,
// which stand for what is not a file, such as a tool's version. Folders are read
// whole, except those whose base name is in leave. A named path that is absent
// is no error.
func Sum(root string, paths, leave, words []string) (string, error) {
	h := sha256.New()
	for _, word := range words {
		fmt.Fprintf(h, "word %q\n", word)
	}
	for _, p := range paths {
		err := filepath.WalkDir(filepath.Join(root, filepath.FromSlash(p)), func(name string, d fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil
			case err != nil:
				return err
			case d.IsDir() && slices.Contains(leave, d.Name()):
				return filepath.SkipDir
			case !d.Type().IsRegular():
				return nil
			}
			return file(h, root, name)
		})
		if err != nil {
			return "", fmt.Errorf("reading what is built from: %w", err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func file(h io.Writer, root, name string) error {
	rel, err := filepath.Rel(root, name)
	if err != nil {
		return err
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	inner := sha256.New()
	if _, err := io.Copy(inner, f); err != nil {
		return err
	}
	fmt.Fprintf(h, "file %q %x\n", filepath.ToSlash(rel), inner.Sum(nil))
	return nil
}

// Fresh reports whether the stamp holds that sum.
func Fresh(path, sum string) bool {
	held, err := os.ReadFile(path)
	return err == nil && strings.TrimSpace(string(held)) == sum
}

// Write puts the sum in the stamp. Call it after what it stands for is whole: an
// interrupted build is then done again.
func Write(path, sum string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("making the folder of a stamp: %w", err)
	}
	next := path + ".next"
	if err := os.WriteFile(next, []byte(sum+"\n"), 0o644); err != nil {
		return errors.Join(fmt.Errorf("writing a stamp: %w", err), os.Remove(next))
	}
	if err := os.Rename(next, path); err != nil {
		return errors.Join(fmt.Errorf("putting a stamp in place: %w", err), os.Remove(next))
	}
	return nil
}
