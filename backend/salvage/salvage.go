// Package salvage saves what can still be read of damaged records in a folder
// where anyone can read it: for people a file of texts for each conversation and
// tables that any spreadsheet opens, for programs every event as one line of
// JSON.
//
// It is the last resort, and the one way in which content leaves the sealed files
// in bulk. Whoever calls it has asked for the permission and the passphrase, has
// said what it means, and has noted durably that it happens. Nothing of the
// clinic is changed.
//
// What is saved was written by somebody of the clinic: all of it opened under
// the clinic's keys. Where its place in the log cannot be proven any more, the
// lines of JSON say so. What cannot be read is listed by time.
//
// The folder appears under its name when it is complete and has been synced;
// otherwise nothing is left behind.
package salvage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Codes of this package.
const (
	// CodeFolder: the folder is not there, is not one, or cannot be written to.
	CodeFolder clinic.Code = "salvage.folder"
	// CodeExists: there is something of that name in the folder already.
	CodeExists clinic.Code = "salvage.exists"
	// CodeNothing: nothing at all can be read any more.
	CodeNothing clinic.Code = "salvage.nothing"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code { return []clinic.Code{CodeFolder, CodeExists, CodeNothing} }

// Source is a damaged log. Open reads it once, hands every event that opens to
// each, and returns what was read.
type Source interface {
	Open(ctx context.Context, each func(journal.Salvaged) error) (Remains, error)
}

// Remains is what was read.
type Remains interface {
	Wreckage() journal.Wreckage
	Read(ctx context.Context, fn func(tx *sqlite.Tx) error) error
	Close() error
}

// Into is where it is saved.
type Into struct {
	// Folder exists and is outside of the clinic's own.
	Folder string
	// Name is that of the folder to be made in it.
	Name string
}

// Saved is what was saved.
type Saved struct {
	Wreckage journal.Wreckage
	Patients int
	Texts    int
	Consents int
}

// partial ends the name of a folder that is not complete.
const partial = ".partial"

// Save saves what a source still holds. clinicDir is the clinic's own folder,
// into which nothing is saved.
func Save(ctx context.Context, source Source, into Into, clinicDir string) (_ Saved, err error) {
	if err := into.check(clinicDir); err != nil {
		return Saved{}, err
	}
	final := filepath.Join(into.Folder, into.Name)
	draft := final + partial
	if err := os.Mkdir(draft, 0o700); err != nil {
		return Saved{}, folderError(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, nameless(os.RemoveAll(draft)))
		}
	}()
	saved, err := fill(ctx, source, draft)
	if err != nil {
		return Saved{}, err
	}
	if err := errors.Join(syncDir(filepath.Join(draft, textsDir)), syncDir(draft)); err != nil {
		return Saved{}, folderError(err)
	}
	if err := os.Rename(draft, final); err != nil {
		return Saved{}, folderError(err)
	}
	if err := syncDir(into.Folder); err != nil {
		return Saved{}, folderError(err)
	}
	return saved, nil
}

func (i Into) check(clinicDir string) error {
	info, err := os.Stat(i.Folder)
	if err != nil || !info.IsDir() || i.Name == "" || filepath.Base(i.Name) != i.Name || !filepath.IsAbs(i.Folder) {
		return clinic.E(CodeFolder).Because(nameless(err))
	}
	// Among the clinic's own files it would be taken for one of them.
	own, err := os.Stat(clinicDir)
	if err != nil {
		return clinic.E(CodeFolder).Because(nameless(err))
	}
	for at := i.Folder; ; at = filepath.Dir(at) {
		if above, err := os.Stat(at); err == nil && os.SameFile(above, own) {
			return clinic.E(CodeFolder)
		}
		if at == filepath.Dir(at) {
			break
		}
	}
	for _, name := range []string{i.Name, i.Name + partial} {
		if _, err := os.Lstat(filepath.Join(i.Folder, name)); err == nil {
			return clinic.E(CodeExists)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return clinic.E(CodeFolder).Because(nameless(err))
		}
	}
	return nil
}

func fill(ctx context.Context, source Source, draft string) (_ Saved, err error) {
	w := &writer{dir: draft}
	if err := os.Mkdir(filepath.Join(draft, textsDir), 0o700); err != nil {
		return Saved{}, folderError(err)
	}
	events, err := w.create(eventsFile)
	if err != nil {
		return Saved{}, err
	}
	noted := newNotes(events)
	remains, err := source.Open(ctx, noted.event)
	if err = errors.Join(err, w.finish(events)); err != nil {
		if remains != nil {
			err = errors.Join(err, remains.Close())
		}
		return Saved{}, err
	}
	defer func() { err = errors.Join(err, remains.Close()) }()
	saved := Saved{Wreckage: remains.Wreckage()}
	if saved.Wreckage.Events == 0 {
		return Saved{}, clinic.E(CodeNothing)
	}
	err = remains.Read(ctx, func(tx *sqlite.Tx) error {
		r := &report{writer: w, tx: tx, notes: noted, saved: &saved, names: map[clinic.StaffID]string{}}
		return r.write()
	})
	return saved, err
}

func folderError(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return clinic.E(CodeExists)
	}
	return clinic.E(CodeFolder).Because(nameless(err))
}

// nameless keeps the cause of a file error and drops its path.
func nameless(err error) error {
	var one *fs.PathError
	var two *os.LinkError
	switch {
	case errors.As(err, &one):
		return fmt.Errorf("%s: %w", one.Op, one.Err)
	case errors.As(err, &two):
		return fmt.Errorf("%s: %w", two.Op, two.Err)
	}
	return err
}
