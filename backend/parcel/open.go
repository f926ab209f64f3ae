package parcel

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// Parcel is a parcel that its code has opened, to be read once, from its beginning.
type Parcel struct {
	Head Head

	file   io.Closer
	sealed io.Reader
}

// Open opens the parcel at a path. Errors: CodeMissing, CodeNotRead, CodeNotOurs,
// CodeNewer, CodeDamaged, CodeStale for one made longer than [Lasts] before now,
// CodeAhead for one made more than a day after it, and vault.CodeMoveCode for another's code. It changes nothing and may be repeated.
func Open(disk Disk, path string, code vault.MoveCode, now clinic.Instant) (*Parcel, error) {
	f, err := disk.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, clinic.E(CodeMissing)
	}
	if err != nil {
		return nil, clinic.E(CodeNotRead).Because(nameless(err)).Retryable()
	}
	p, err := open(f, code)
	if err == nil && now.Sub(p.Head.Made) > Lasts {
		p.wipe()
		err = clinic.E(CodeStale).With("days", int(Lasts.Hours()/24))
	}
	if err == nil && p.Head.Made.Sub(now) > ahead {
		p.wipe()
		err = clinic.E(CodeAhead)
	}
	if err != nil {
		return nil, errors.Join(err, nameless(f.Close()))
	}
	p.file = f
	return p, nil
}

func open(f io.Reader, code vault.MoveCode) (*Parcel, error) {
	f = disked{f}
	first := make([]byte, len(opening))
	if _, err := io.ReadFull(f, first); err != nil {
		return nil, spoiled(err, CodeNotOurs)
	}
	switch {
	case string(first) == opening:
	case strings.HasPrefix(string(first), magic):
		return nil, clinic.E(CodeNewer)
	default:
		return nil, clinic.E(CodeNotOurs)
	}
	sealed, err := code.Open(f)
	if err != nil {
		return nil, spoiled(err, CodeDamaged)
	}
	p := &Parcel{sealed: sealed}
	name, size, err := readEntry(sealed)
	if err != nil {
		return nil, spoiled(err, CodeDamaged)
	}
	if name != "" || size > headLimit {
		return nil, clinic.E(CodeDamaged)
	}
	raw := make([]byte, size)
	defer clear(raw)
	if _, err := io.ReadFull(sealed, raw); err != nil {
		return nil, spoiled(err, CodeDamaged)
	}
	if p.Head, err = decodeHead(raw); err != nil {
		return nil, clinic.E(CodeDamaged).Because(err)
	}
	return p, nil
}

// Close lets go of the file and forgets the secret.
func (p *Parcel) Close() error {
	p.wipe()
	return nameless(p.file.Close())
}

func (p *Parcel) wipe() { clear(p.Head.Secret) }

// First returns the first file, whole, which is at most limit bytes. It is the
// vault's: whether a passphrase opens it is known before the rest is read.
func (p *Parcel) First(limit int64) (string, []byte, error) {
	name, size, err := readEntry(p.sealed)
	if err != nil {
		return "", nil, spoiled(err, CodeDamaged)
	}
	if !proper(name) || size > limit {
		return "", nil, clinic.E(CodeDamaged)
	}
	raw := make([]byte, size)
	if _, err := io.ReadFull(p.sealed, raw); err != nil {
		return "", nil, spoiled(err, CodeDamaged)
	}
	p.Head.Files, p.Head.Bytes = p.Head.Files-1, p.Head.Bytes-size
	return name, raw, nil
}

// Unpack hands each file that has not been read to put. When it returns without an
// error everything was as it was written. Errors of put are its own.
func (p *Parcel) Unpack(ctx context.Context, put func(name string, size int64, r io.Reader) error, report Progress) error {
	w := &writing{ctx: ctx, report: report, total: p.Head.Bytes}
	return p.each(func(name string, size int64, r io.Reader) error {
		return put(name, size, w.counted(r))
	})
}

// each reads the files that are left, and that nothing follows.
func (p *Parcel) each(fn func(name string, size int64, r io.Reader) error) error {
	seen := map[string]bool{}
	files, total := 0, int64(0)
	for {
		name, size, err := readEntry(p.sealed)
		if err != nil {
			return spoiled(err, CodeDamaged)
		}
		if name == "" {
			break
		}
		if !proper(name) || seen[name] {
			return clinic.E(CodeDamaged).Because(errForm)
		}
		seen[name] = true
		r := &io.LimitedReader{R: inside{p.sealed}, N: size}
		if err := fn(name, size, r); err != nil {
			return err
		}
		if r.N != 0 {
			return clinic.E(CodeDamaged).Because(errForm)
		}
		files, total = files+1, total+size
	}
	if n, err := io.ReadFull(p.sealed, make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		return spoiled(err, CodeDamaged)
	}
	if files != p.Head.Files || total != p.Head.Bytes {
		return clinic.E(CodeDamaged).Because(errForm)
	}
	return nil
}

// inside turns what is wrong within a parcel into its code, so that whoever copies
// from it tells that from an error of where she copies to.
type inside struct{ io.Reader }

func (i inside) Read(p []byte) (int, error) {
	n, err := i.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = spoiled(err, CodeDamaged)
	}
	return n, err
}

// spoiled says what an error in reading a parcel means: the disk's own, one that has
// its code, or that the parcel is not what was written.
func spoiled(err error, otherwise clinic.Code) error {
	var coded *clinic.Error
	var disk *diskError
	switch {
	case errors.As(err, &disk):
		return clinic.E(CodeNotRead).Because(nameless(disk.err)).Retryable()
	case errors.As(err, &coded):
		return coded
	}
	return clinic.E(otherwise).Because(errForm)
}

// disked marks the errors of the disk.
type disked struct{ io.Reader }

func (d disked) Read(p []byte) (int, error) {
	n, err := d.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &diskError{err}
	}
	return n, err
}

type diskError struct{ err error }

func (e *diskError) Error() string { return "parcel: the disk: " + nameless(e.err).Error() }
func (e *diskError) Unwrap() error { return e.err }
