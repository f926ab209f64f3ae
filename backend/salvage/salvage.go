// Package salvage saves what can still be read of damaged records in a folder
// where anyone can read it: for people a file of texts for each conversation,
// the attachments, the scans of signed papers, and tables that any spreadsheet opens; for programs every
// event as one line of JSON.
//
// It is the last resort, and the one way in which content leaves the sealed files
// in bulk. Whoever calls it has asked for the permission and the passphrase, has
// said what it means, and has noted that it happens. Nothing of the clinic is
// changed, and nothing is written but in the folder that was named.
//
// What is saved was written by somebody of the clinic: all of it opened under
// the clinic's keys, and each attachment has the hash that its event names. Where
// an event's place in the log cannot be proven any more, the lines of JSON say so.
// What cannot be read is listed by time.
//
// It reads from front to back and holds no more in memory than one batch of
// events, however many there are; what has to wait lies sealed in the folder. It
// can be cancelled at any time. The folder appears under its name when it is
// complete and has been synced; otherwise nothing is left behind. Only a process
// that dies leaves a folder, whose name says that it is partial.
package salvage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"quietline/backend/archive/blob"
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
	// CodeNoRoom: the folder's drive has no room for it; "need" is how much it
	// takes, in megabytes.
	CodeNoRoom clinic.Code = "salvage.no_room"
	// CodeNothing: nothing at all can be read any more.
	CodeNothing clinic.Code = "salvage.nothing"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code { return []clinic.Code{CodeFolder, CodeExists, CodeNoRoom, CodeNothing} }

// Source is a damaged clinic.
type Source interface {
	// Size says how large what is to be read is. What cannot be looked at counts
	// for nothing.
	Size() Size
	// Open reads the log once, hands every event that opens to each, with the
	// transaction in which it came into [Tables], and returns what was read. All
	// that it writes it writes, sealed, in scratch, an empty folder, from which it
	// need not remove anything.
	Open(ctx context.Context, scratch string, each func(*sqlite.Tx, journal.Salvaged) error) (Remains, error)
}

// Size is how large a clinic is: its log and its attachments in bytes, and how
// many events the log is known to hold, zero where that is not known.
type Size struct {
	Log, Attachments int64
	Events           uint64
}

// Remains is what was read.
type Remains interface {
	Wreckage() journal.Wreckage
	// Read and Write run fn over the views that were made, and over [Tables].
	Read(ctx context.Context, fn func(tx *sqlite.Tx) error) error
	Write(ctx context.Context, fn func(tx *sqlite.Tx) error) error
	// SaveAttachment copies the content of a sealed file to a path; its contract is
	// that of [blob.Store.SaveCopy].
	SaveAttachment(ctx context.Context, ref blob.Ref, path string) error
	Close() error
}

// Into is where it is saved.
type Into struct {
	// Folder exists and is outside of the clinic's own.
	Folder string
	// Name is that of the folder to be made in it.
	Name string
	// Room returns how many bytes there is room for in a folder; nil asks the
	// machine.
	Room func(folder string) (int64, error)
}

// Saved is what was saved.
type Saved struct {
	Wreckage    journal.Wreckage
	Patients    int
	Texts       int
	Consents    int
	Attachments int
	// LostAttachments are those without a file; Lost says of which time, the first
	// maxLost of them.
	LostAttachments int
	Lost            []Lost
	// Scans are those of signed papers, LostScans the ones without a file.
	Scans, LostScans int
}

// Lost is an attachment that could not be saved: when its text was, and why.
type Lost struct {
	At    clinic.Instant
	State string
}

const maxLost = 500

// Stage is what is being done.
type Stage string

// The stages, in their order.
const (
	Reading     Stage = "reading"     // the log
	Attachments Stage = "attachments" // copying them, and the scans
	Writing     Stage = "writing"     // what people read
)

// Progress is how far a stage has come. Total is zero where it is not known.
type Progress struct {
	Stage       Stage
	Done, Total uint64
}

// partial ends the name of a folder that is not complete.
const partial = ".partial"

// Save saves what a source still holds. clinicDir is the clinic's own folder,
// into which nothing is saved. tell is called often, by the goroutine of the call.
// It may be repeated under another name.
func Save(ctx context.Context, source Source, into Into, clinicDir string, tell func(Progress)) (_ Saved, err error) {
	if err := into.check(clinicDir); err != nil {
		return Saved{}, err
	}
	if err := into.checkRoom(source.Size()); err != nil {
		return Saved{}, err
	}
	final := filepath.Join(into.Folder, into.Name)
	draft := final + partial
	if err := os.Mkdir(draft, 0o700); err != nil {
		return Saved{}, FolderError(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, nameless(os.RemoveAll(draft)))
		}
	}()
	saved, err := fill(ctx, source, draft, tell)
	if err != nil {
		return Saved{}, err
	}
	if err := os.RemoveAll(filepath.Join(draft, scratchDir)); err != nil {
		return Saved{}, FolderError(err)
	}
	for _, dir := range []string{filepath.Join(draft, textsDir), filepath.Join(draft, attachmentsDir), filepath.Join(draft, scansDir), draft} {
		if err := syncDir(dir); err != nil {
			return Saved{}, FolderError(err)
		}
	}
	if err := ctx.Err(); err != nil {
		return Saved{}, err
	}
	if err := os.Rename(draft, final); err != nil {
		return Saved{}, FolderError(err)
	}
	if err := syncDir(into.Folder); err != nil {
		return Saved{}, errors.Join(FolderError(err), nameless(os.RemoveAll(final)))
	}
	return saved, nil
}

func (i Into) check(clinicDir string) error {
	info, err := os.Stat(i.Folder)
	if err != nil || !info.IsDir() || i.Name == "" || filepath.Base(i.Name) != i.Name || !filepath.IsAbs(i.Folder) {
		return clinic.E(CodeFolder).Because(nameless(err))
	}
	if err := Outside(i.Folder, clinicDir); err != nil {
		return err
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

// Outside returns CodeFolder where a folder is the clinic's own or lies in it:
// among the clinic's files a readable copy would be taken for one of them.
func Outside(folder, clinicDir string) error {
	own, err := os.Stat(clinicDir)
	if err != nil {
		return clinic.E(CodeFolder).Because(nameless(err))
	}
	// A link may lead into it from anywhere.
	if folder, err = filepath.EvalSymlinks(folder); err != nil {
		return clinic.E(CodeFolder).Because(nameless(err))
	}
	for at := folder; ; at = filepath.Dir(at) {
		if above, err := os.Stat(at); err == nil && os.SameFile(above, own) {
			return clinic.E(CodeFolder)
		}
		if at == filepath.Dir(at) {
			return nil
		}
	}
}

func fill(ctx context.Context, source Source, draft string, tell func(Progress)) (_ Saved, err error) {
	w := &writer{dir: draft}
	scratch := filepath.Join(draft, scratchDir)
	for _, dir := range []string{textsDir, attachmentsDir, scansDir, scratchDir} {
		if err := os.Mkdir(filepath.Join(draft, dir), 0o700); err != nil {
			return Saved{}, FolderError(err)
		}
	}
	events, err := w.create(eventsFile)
	if err != nil {
		return Saved{}, err
	}
	total := source.Size().Events
	g := newGatherer(events, func(seq uint64) { tell(Progress{Reading, seq, total}) })
	tell(Progress{Reading, 0, total})
	remains, err := source.Open(ctx, scratch, g.event)
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
	if err := copyFiles(ctx, remains, draft, func(done, total uint64) { tell(Progress{Attachments, done, total}) }); err != nil {
		return Saved{}, err
	}
	err = remains.Read(ctx, func(tx *sqlite.Tx) error {
		r := &report{
			writer: w, tx: tx, saved: &saved, names: map[clinic.StaffID]string{},
			tell: func(done, total uint64) { tell(Progress{Writing, done, total}) },
		}
		return r.write()
	})
	return saved, err
}

// FolderError gives an error of writing what is saved its code, and drops its path.
func FolderError(err error) error {
	switch {
	case errors.Is(err, fs.ErrExist):
		return clinic.E(CodeExists)
	case isDiskFull(err):
		return clinic.E(clinic.CodeDiskFull).Because(nameless(err))
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
