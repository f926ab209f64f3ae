package desk_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
)

// snapshot copies a folder as it lies at one moment, as a loss of power would leave it.
// What works on meanwhile may write to one file after another was copied, or remove one
// before it is, and such a copy is a folder that never was: a log that ends before what
// is noted of it, say. So it is made once more until nothing has changed between the
// copying of the first file and that of the last.
func snapshot(from, to string) error {
	for tries := 1; ; tries++ {
		err := os.CopyFS(to, os.DirFS(from))
		if err == nil {
			err = alike(os.DirFS(from), os.DirFS(to))
		}
		if err == nil || tries == 100 || !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errUnlike) {
			return err
		}
		if err := os.RemoveAll(to); err != nil {
			return err
		}
	}
}

var errUnlike = errors.New("a file is not as it was copied")

// alike returns nil where two folders hold the same files, and errUnlike or
// fs.ErrNotExist where they do not.
func alike(one, other fs.FS) error {
	found := 0
	if err := fs.WalkDir(one, ".", func(name string, e fs.DirEntry, err error) error {
		found++
		if err != nil || e.IsDir() {
			return err
		}
		a, err := fs.ReadFile(one, name)
		if err != nil {
			return err
		}
		b, err := fs.ReadFile(other, name)
		if err == nil && !bytes.Equal(a, b) {
			err = errUnlike
		}
		return err
	}); err != nil {
		return err
	}
	return fs.WalkDir(other, ".", func(_ string, _ fs.DirEntry, err error) error {
		if found--; err == nil && found < 0 {
			err = errUnlike
		}
		return err
	})
}
