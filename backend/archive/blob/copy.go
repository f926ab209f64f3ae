package blob

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"

	"quietline/backend/clinic"
)

// Copies take the files as they lie there, sealed: whoever makes one needs no key
// of any of them.

// DiskFull reports whether an error of a [Files] says that there is no room.
func DiskFull(err error) bool { return isDiskFull(err) }

// Belongs reports whether a path within a store's folder, with slashes, is the place
// of one of its files. Programs that show folders leave files of their own in them.
func Belongs(path string) bool {
	folder, word, _ := strings.Cut(path, "/")
	_, is := nameIn(folder, word)
	return is
}

// nameIn reads the name of a file that lies in one of a store's folders.
func nameIn(folder, word string) (Name, bool) {
	name, err := clinic.ParseID[Name](word)
	return name, err == nil && len(folder) == 1 && word[:1] == folder
}

// Sealed lists the names of all files of the store. A file that arrives meanwhile
// may be missing in it; what was durable before the call is not.
func (s *Store) Sealed(ctx context.Context) ([]Name, error) {
	if err := s.usable(); err != nil {
		return nil, err
	}
	found, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	names := make([]Name, 0, len(found))
	for _, f := range found {
		if !f.partly {
			names = append(names, f.name)
		}
	}
	return names, nil
}

// OpenSealed opens a file for copying it as it is. Errors: CodeMissing,
// CodeNotRead, CodeDamaged where something else than a file has its name.
func (s *Store) OpenSealed(n Name) (ReadFile, error) {
	if err := s.usable(); err != nil {
		return nil, err
	}
	f, err := s.files.Open(s.path(n))
	if err != nil {
		return nil, notRead(err)
	}
	return f, nil
}

// PutSealed puts a file back under its name, as it was copied, in place of what is
// there. It is durable when the call returns. The caller vouches for the bytes;
// whether they are what was stored, [Store.Check] tells. Errors are those of Put.
func (s *Store) PutSealed(ctx context.Context, n Name, sealed io.Reader) error {
	if err := s.usable(); err != nil {
		return err
	}
	folder, final := s.folder(n), s.path(n)
	if err := s.makeFolder(folder); err != nil {
		return err
	}
	if err := s.files.Remove(final + partly); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return notStored(err)
	}
	f, err := s.files.Create(final + partly)
	if err != nil {
		return notStored(err)
	}
	_, err = io.Copy(f, source{ctx, sealed})
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = s.files.Rename(final+partly, final)
	}
	if err != nil {
		_ = s.files.Remove(final + partly)
		return storeError(err)
	}
	if err := s.files.SyncDir(folder); err != nil {
		return notStored(err)
	}
	return nil
}

// source tells errors of reading from those of writing, and ends with its context.
type source struct {
	ctx  context.Context
	from io.Reader
}

func (s source) Read(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, unsure{clinic.E(clinic.CodeCancelled).Because(err)}
	}
	n, err := s.from.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = unsure{err}
	}
	return n, err
}
