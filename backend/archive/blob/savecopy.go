package blob

import (
	"context"
	"path/filepath"
	"strings"

	"quietline/backend/clinic"
)

// copying begins the name of a copy that is being written. A random name and
// partly follow: what another program, or a copy that was cut short, has left in the
// folder of a person is in nobody's way.
const copying = "quietline-copy-"

// SaveCopy writes the content of a file to path, where whoever may read that
// folder can read it, and replaces what is there. The copy bears its name only
// once it is whole, has its hash and has been synced; a failure leaves nothing
// behind and what was there before as it was. It may be repeated. Where the program
// is ended meanwhile part of it stays, readable; see [Store.ClearCopies].
//
// CodeMissing, CodeDamaged, CodeNewer, CodeNotRead: the sealed file cannot be
// read. clinic.CodeDiskFull, CodeNotCopied: the copy cannot be written.
func (s *Store) SaveCopy(ctx context.Context, ref Ref, path string) (err error) {
	c, err := s.Open(ref)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }() // it was only read
	unfinished, err := s.fresh()
	if err != nil {
		return err
	}
	defer s.settle(unfinished.Name)
	part := filepath.Join(filepath.Dir(path), copying+unfinished.Name.String()+partly)
	f, err := s.files.Create(part)
	if err != nil {
		return notCopied(err)
	}
	defer func() {
		if err != nil {
			// What cannot be removed bears no name that anyone would take for whole.
			_ = s.files.Remove(part)
		}
	}()
	var unwritten error
	err = c.walk(ctx, ref, func(plain []byte) error {
		_, unwritten = f.Write(plain)
		return unwritten
	})
	if err == nil {
		unwritten = f.Sync()
	}
	if closed := f.Close(); unwritten == nil {
		unwritten = closed
	}
	switch {
	case unwritten != nil:
		return notCopied(unwritten)
	case err != nil:
		return err
	}
	if err := s.files.Rename(part, path); err != nil {
		return notCopied(err)
	}
	// Some shares and sticks cannot sync a folder. The copy is whole all the same;
	// a loss of power may take its name.
	_ = s.files.SyncDir(parentOf(path))
	return nil
}

// ClearCopies removes from a folder what is left of copies that were cut short. A
// copy that this store is writing stays; one that another computer writes into the
// same folder at this moment fails there and may be repeated. It is called before a
// copy is made; what cannot be removed is left for the next time and keeps nobody
// from copying.
func (s *Store) ClearCopies(dir string) {
	entries, err := s.files.List(dir)
	if err != nil {
		return // the copy itself will tell
	}
	arriving := s.arrivals()
	for _, e := range entries {
		word, isPart := strings.CutSuffix(e.Name, partly)
		word, isCopy := strings.CutPrefix(word, copying)
		name, err := clinic.ParseID[Name](word)
		if e.Dir || !isPart || !isCopy || err != nil {
			continue
		}
		if _, held := arriving[name]; !held {
			_ = s.files.Remove(filepath.Join(dir, e.Name))
		}
	}
}

// notCopied gives an error of writing a copy its code.
func notCopied(err error) error {
	if isDiskFull(err) {
		return clinic.E(clinic.CodeDiskFull).Because(pathless(err)).Retryable()
	}
	return clinic.E(CodeNotCopied).Because(pathless(err)).Retryable()
}
