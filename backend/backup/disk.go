package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
)

// Files is what a repository needs of a file system: what the store of attachments
// needs as well.
type Files = blob.Files

// MachineFiles returns the machine's own file system.
func MachineFiles() Files { return blob.MachineFiles() }

// partly is the end of the name of a file that is being written.
const partly = ".part"

// disk is the folder of a repository. Names in it are written with slashes.
type disk struct {
	files Files
	dir   string
}

func (d disk) path(name string) string { return filepath.Join(d.dir, filepath.FromSlash(name)) }

var errReadBack = errors.New("what was read back is not what was written")

// write makes a file durable under its name, and reads it back before and after it
// takes its place: what the disk does not give back never replaces anything. After
// an error the old file, the new one or, for a new name, none is there.
func (d disk) write(name string, raw []byte) error {
	if err := d.makeFolder(path.Dir(name)); err != nil {
		return err
	}
	part := name + partly
	if err := d.files.Remove(d.path(part)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return notSaved(err)
	}
	err := d.fill(part, bytes.NewReader(raw))
	if err == nil {
		err = d.same(part, raw)
	}
	if err == nil {
		err = d.place(name)
	}
	if err == nil {
		err = d.same(name, raw)
	}
	if err != nil {
		_ = d.files.Remove(d.path(part))
		return notSaved(err)
	}
	return nil
}

// copyIn is write for a file that is not held in memory. It returns the hash of
// what was copied.
func (d disk) copyIn(ctx context.Context, name string, from blob.ReadFile) (size int64, sum [32]byte, err error) {
	if err := d.makeFolder(path.Dir(name)); err != nil {
		return 0, sum, err
	}
	part := name + partly
	if err := d.files.Remove(d.path(part)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, sum, notSaved(err)
	}
	size, err = from.Size()
	if err != nil {
		return 0, sum, source{err}
	}
	counted := sha256.New()
	read := io.TeeReader(untilDone{ctx, fromSource{io.NewSectionReader(from, 0, size)}}, counted)
	if err = d.fill(part, read); err == nil {
		counted.Sum(sum[:0])
		var back [32]byte
		var length int64
		if length, back, err = d.sum(ctx, part); err == nil && (back != sum || length != size) {
			err = errReadBack
		}
	}
	if err == nil {
		err = d.place(name)
	}
	if err != nil {
		_ = d.files.Remove(d.path(part))
		return 0, sum, notSaved(err)
	}
	return size, sum, nil
}

func (d disk) fill(part string, from io.Reader) error {
	f, err := d.files.Create(d.path(part))
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// place gives a complete file its name, and makes the name last.
func (d disk) place(name string) error {
	if err := d.files.Rename(d.path(name+partly), d.path(name)); err != nil {
		return err
	}
	if err := d.files.SyncDir(filepath.Dir(d.path(name))); err != nil {
		return err
	}
	// A share that says that it renamed may not have.
	_, err := d.files.Size(d.path(name))
	return err
}

func (d disk) same(name string, raw []byte) error {
	back, err := d.load(name, int64(len(raw)))
	if err == nil && !bytes.Equal(back, raw) {
		err = errReadBack
	}
	return err
}

// sum reads a whole file and returns its length and hash.
func (d disk) sum(ctx context.Context, name string) (size int64, sum [32]byte, err error) {
	f, err := d.files.Open(d.path(name))
	if err != nil {
		return 0, sum, err
	}
	defer func() { _ = f.Close() }()
	if size, err = f.Size(); err != nil {
		return 0, sum, err
	}
	sum, err = sumOf(ctx, f)
	return size, sum, err
}

// sumOf returns the hash of a whole file.
func sumOf(ctx context.Context, f blob.ReadFile) (sum [32]byte, err error) {
	size, err := f.Size()
	if err != nil {
		return sum, err
	}
	counted := sha256.New()
	n, err := io.Copy(counted, untilDone{ctx, io.NewSectionReader(f, 0, size)})
	if err == nil && n != size {
		err = io.ErrUnexpectedEOF
	}
	counted.Sum(sum[:0])
	return sum, err
}

var errTooLong = errors.New("longer than any file of its kind")

func (d disk) load(name string, limit int64) ([]byte, error) {
	f, err := d.files.Open(d.path(name))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	size, err := f.Size()
	if err != nil {
		return nil, err
	}
	if size > limit {
		return nil, errTooLong
	}
	raw := make([]byte, size)
	if _, err := io.ReadFull(io.NewSectionReader(f, 0, size), raw); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return raw, nil
}

// fileLimit is the length of the longest sealed file.
const fileLimit = maxContent + maxContent/8

// read returns a file that must be there. Errors are those of unread.
func (d disk) read(name string) ([]byte, error) {
	raw, err := d.load(name, fileLimit)
	if err != nil {
		return nil, d.unread(err)
	}
	return raw, nil
}

// open opens a file that must be there. Errors are those of unread.
func (d disk) open(name string) (blob.ReadFile, error) {
	f, err := d.files.Open(d.path(name))
	if err != nil {
		return nil, d.unread(err)
	}
	return f, nil
}

// unread judges why a file that must be there could not be read. CodeUnreachable:
// the repository's folder cannot be listed, or is an empty place where its disk
// would be; CodeDamaged: it is there, and this file is missing, too long, or lies
// where the disk is spoiled.
func (d disk) unread(err error) error {
	var coded *clinic.Error
	if errors.As(err, &coded) {
		return err
	}
	if names, away := d.list("."); away != nil || !holdsDocument(names) {
		return unreachable(err)
	}
	return clinic.E(CodeDamaged).Because(pathless(err))
}

// list returns the names of the files in a folder, none where it is not there.
func (d disk) list(folder string) ([]string, error) {
	entries, err := d.files.List(d.path(folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, unreachable(err)
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name)
	}
	return names, nil
}

// named returns the files of a folder that have such names as we give, and what
// is left of some whose writing was cut short.
func (d disk) named(folder string) (whole []Name, parts []string, err error) {
	all, err := d.list(folder)
	if err != nil {
		return nil, nil, err
	}
	for _, word := range all {
		if strings.HasSuffix(word, partly) {
			parts = append(parts, path.Join(folder, word))
		} else if name, err := clinic.ParseID[Name](word); err == nil {
			whole = append(whole, name)
		}
	}
	return whole, parts, nil
}

func (d disk) remove(name string) error {
	if err := d.files.Remove(d.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return notSaved(err)
	}
	return nil
}

// makeFolder makes a folder of the repository, durably. The repository's own must
// be there: where a disk is not plugged in, nothing is written into the place
// where it would be.
func (d disk) makeFolder(folder string) error {
	if folder == "." {
		return nil
	}
	if _, err := d.files.List(d.path(folder)); err == nil {
		return nil
	}
	if names, err := d.list("."); err != nil {
		return err
	} else if !holdsDocument(names) {
		return clinic.E(CodeUnreachable).Retryable()
	}
	if err := d.files.MkdirAll(d.path(folder)); err != nil {
		return notSaved(err)
	}
	for at := path.Dir(folder); ; at = path.Dir(at) {
		if err := d.files.SyncDir(d.path(at)); err != nil {
			return notSaved(err)
		}
		if at == "." {
			return nil
		}
	}
}

// source marks an error of reading the clinic, as opposed to one of the backup.
type source struct{ error }

func (s source) Unwrap() error { return s.error }

// fromSource marks the errors of a reader.
type fromSource struct{ io.Reader }

func (s fromSource) Read(b []byte) (int, error) {
	n, err := s.Reader.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = source{err}
	}
	return n, err
}

// untilDone reads until its context ends.
type untilDone struct {
	ctx  context.Context
	from io.Reader
}

func (u untilDone) Read(b []byte) (int, error) {
	if err := cancelled(u.ctx); err != nil {
		return 0, err
	}
	return u.from.Read(b)
}

func cancelled(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return clinic.E(clinic.CodeCancelled).Because(err)
	}
	return nil
}

// notSaved gives an error of writing its code; one that has a code keeps it.
func notSaved(err error) error {
	var coded *clinic.Error
	var read source
	switch {
	case errors.As(err, &coded), errors.As(err, &read):
		return err
	case blob.DiskFull(err):
		return clinic.E(CodeDiskFull).Because(pathless(err)).Retryable()
	}
	return clinic.E(CodeNotSaved).Because(pathless(err)).Retryable()
}

func unreachable(err error) error {
	var coded *clinic.Error
	if errors.As(err, &coded) {
		return err
	}
	return clinic.E(CodeUnreachable).Because(pathless(err)).Retryable()
}

// pathless drops the file's name from an error of package os: a folder is often
// named after a person or a clinic.
func pathless(err error) error {
	var one *fs.PathError
	var two *os.LinkError
	switch {
	case errors.As(err, &one):
		return one.Err
	case errors.As(err, &two):
		return two.Err
	}
	return err
}
