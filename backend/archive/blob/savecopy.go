package blob

import (
	"context"

	"quietline/backend/clinic"
)

// SaveCopy writes the content of a file to path, where whoever may read that
// folder can read it, and replaces what is there. The copy bears its name only
// once it is whole, has its hash and has been synced; a failure leaves nothing
// behind and what was there before as it was. It may be repeated.
//
// CodeMissing, CodeDamaged, CodeNewer, CodeNotRead: the sealed file cannot be
// read. clinic.CodeDiskFull, CodeNotCopied: the copy cannot be written.
func (s *Store) SaveCopy(ctx context.Context, ref Ref, path string) (err error) {
	c, err := s.Open(ref)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }() // it was only read
	f, err := s.files.Create(path + partly)
	if err != nil {
		return notCopied(err)
	}
	defer func() {
		if err != nil {
			// What cannot be removed bears no name that anyone would take for whole.
			_ = s.files.Remove(path + partly)
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
	if err := s.files.Rename(path+partly, path); err != nil {
		return notCopied(err)
	}
	// Some shares and sticks cannot sync a folder. The copy is whole all the same;
	// a loss of power may take its name.
	_ = s.files.SyncDir(parentOf(path))
	return nil
}

// notCopied gives an error of writing a copy its code.
func notCopied(err error) error {
	if isDiskFull(err) {
		return clinic.E(clinic.CodeDiskFull).Because(pathless(err)).Retryable()
	}
	return clinic.E(CodeNotCopied).Because(pathless(err)).Retryable()
}
