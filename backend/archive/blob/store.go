package blob

import (
	"context"
	"errors"
	"fmt"
	"io"

	"quietline/backend/clinic"
)

// Arrival is a file that is durable and that no event names yet. While it is not
// settled, no sweep takes it for a leftover.
type Arrival struct {
	Ref

	store *Store
}

// Settle says that the event that names the file is recorded, or never will be.
// It may be called more than once.
func (a *Arrival) Settle() { a.store.settle(a.Name) }

func (s *Store) settle(n Name) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.arriving, n)
}

// Put stores what it reads, up to its end, as a new file. When it returns the
// file is durable under its name; the caller records the event and then settles
// the arrival, whether or not that worked.
//
// CodeTooLarge: there is more than limit bytes of it. clinic.CodeDiskFull,
// CodeNotStored: it could not be written. An error of the source is returned as
// it is. A failure leaves no file behind, and the call may be repeated: it
// makes another file.
func (s *Store) Put(ctx context.Context, content io.Reader, limit int64) (_ *Arrival, err error) {
	ref, err := s.fresh()
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.settle(ref.Name)
		}
	}()
	aead, err := aeadOf(ref.Key)
	if err != nil {
		return nil, fmt.Errorf("blob: use key: %w", err)
	}
	folder, final := s.folder(ref.Name), s.path(ref.Name)
	if err := s.makeFolder(folder); err != nil {
		return nil, err
	}
	f, err := s.files.Create(final + partly)
	if err != nil {
		return nil, notStored(err)
	}
	ref.Size, ref.Hash, err = seal(ctx, f, content, limit, aead, dataOf(ref.Name))
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		// The clinic may have been locked meanwhile: then nothing more is written.
		if locked := s.usable(); locked != nil {
			err = unsure{locked}
		}
	}
	if err == nil {
		err = s.files.Rename(final+partly, final)
	}
	if err != nil {
		// What cannot be removed is a leftover, which the next sweep finds.
		_ = s.files.Remove(final + partly)
		return nil, storeError(err)
	}
	if err := s.files.SyncDir(folder); err != nil {
		_ = s.files.Remove(final)
		return nil, notStored(err)
	}
	return &Arrival{Ref: ref, store: s}, nil
}

func storeError(err error) error {
	var source unsure
	if errors.As(err, &source) {
		return source.error
	}
	return notStored(err)
}

// makeFolder makes the folder of a file, durably: the name of a folder is lost
// as easily as that of a file.
func (s *Store) makeFolder(folder string) error {
	if _, err := s.files.List(folder); err == nil {
		return nil
	}
	if err := s.files.MkdirAll(folder); err != nil {
		return notStored(err)
	}
	for _, dir := range []string{s.dir, parentOf(s.dir)} {
		if err := s.files.SyncDir(dir); err != nil {
			return notStored(err)
		}
	}
	return nil
}

// fresh draws a name and a key, and marks the name as arriving.
func (s *Store) fresh() (Ref, error) {
	var ref Ref
	for _, part := range [][]byte{ref.Name[:], ref.Key[:]} {
		if _, err := io.ReadFull(s.random, part); err != nil {
			return Ref{}, fmt.Errorf("blob: draw a key: %w", err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return Ref{}, clinic.E(clinic.CodeLocked)
	}
	s.arriving[ref.Name] = struct{}{}
	return ref, nil
}

// Stat looks whether the file is there and as long as it must be: CodeMissing,
// CodeDamaged. It reads nothing of it.
func (s *Store) Stat(ref Ref) error {
	if err := s.usable(); err != nil {
		return err
	}
	size, err := s.files.Size(s.path(ref.Name))
	if err != nil {
		return notRead(err)
	}
	if !wellFormed(ref) || size != sealedSize(ref.Size) {
		return clinic.E(CodeDamaged)
	}
	return nil
}

func wellFormed(ref Ref) bool { return ref.Size >= 0 && ref.Size <= MaxSize && !ref.Name.IsZero() }

// Open opens a file for reading. Each chunk is checked as it is read; whether
// the content as a whole has its hash is what [Store.Check] finds.
func (s *Store) Open(ref Ref) (*Content, error) {
	if err := s.usable(); err != nil {
		return nil, err
	}
	if !wellFormed(ref) {
		return nil, clinic.E(CodeDamaged)
	}
	aead, err := aeadOf(ref.Key)
	if err != nil {
		return nil, fmt.Errorf("blob: use key: %w", err)
	}
	f, err := s.files.Open(s.path(ref.Name))
	if err != nil {
		return nil, notRead(err)
	}
	if err := readPreamble(f, ref.Size); err != nil {
		_ = f.Close()
		return nil, err
	}
	return &Content{
		store: s, file: f, aead: aead, data: dataOf(ref.Name), size: ref.Size, at: -1,
		room: make([]byte, chunkSize+tagSize),
	}, nil
}

// Check reads a whole file and holds it against its hash.
func (s *Store) Check(ctx context.Context, ref Ref) error {
	c, err := s.Open(ref)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	return c.walk(ctx, ref, func([]byte) error { return nil })
}
