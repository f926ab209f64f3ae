package parcel

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// Files opens the clinic's files by their names in its folder.
type Files interface {
	Open(name string) (io.ReadCloser, error)
}

// Disk is where parcels lie.
type Disk struct{ fs DiskFiles }

// DiskFiles is the little that a parcel needs of a file system. Errors are those of
// package os.
type DiskFiles interface {
	// Exists reports whether anything lies at a path.
	Exists(path string) (bool, error)
	// Create makes a new file for this account alone; fs.ErrExist if there is one.
	Create(path string) (File, error)
	Open(path string) (io.ReadCloser, error)
	// Rename puts a file in the place of another, at once or not at all.
	Rename(from, to string) error
	Remove(path string) error
	// SyncDir makes the names in a folder last through a loss of power.
	SyncDir(dir string) error
}

// File is a file being written.
type File interface {
	io.Writer
	Sync() error
	Close() error
}

// On returns the disk of a file system.
func On(files DiskFiles) Disk { return Disk{files} }

// Machine returns the machine's own disk.
func Machine() Disk { return On(MachineFiles()) }

// MachineFiles returns the machine's own file system.
func MachineFiles() DiskFiles { return machine{} }

// Open opens a file for reading.
func (d Disk) Open(path string) (io.ReadCloser, error) { return d.fs.Open(path) }

// unfinished ends the name of a parcel that is being written.
const unfinished = ".part"

// whole writes a file that comes to stand at a path once it has been read back, and
// leaves nothing otherwise.
func (d Disk) whole(path string, write func(File) error, check func(io.Reader) error) (err error) {
	if there, err := d.fs.Exists(path); err != nil || there {
		if err != nil {
			return notWritten(err)
		}
		return clinic.E(CodeExists)
	}
	part := path + unfinished
	// What a stop has left there opens for nobody: its code was never told.
	if err := d.fs.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return notWritten(err)
	}
	f, err := d.fs.Create(part)
	if err != nil {
		return notWritten(err)
	}
	defer func() {
		if err != nil {
			_ = d.fs.Remove(part)
		}
	}()
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return notWritten(err)
	}
	r, err := d.fs.Open(part)
	if err != nil {
		return notWritten(err)
	}
	err = errors.Join(check(r), r.Close())
	if err != nil {
		return notWritten(err)
	}
	if err := d.fs.Rename(part, path); err != nil {
		return notWritten(err)
	}
	if err := d.fs.SyncDir(filepath.Dir(path)); err != nil {
		_ = d.fs.Remove(path)
		return notWritten(err)
	}
	return nil
}

// notWritten keeps what is known to be otherwise.
func notWritten(err error) error {
	var coded *clinic.Error
	switch {
	case vault.IsDiskFull(err):
		return clinic.E(clinic.CodeDiskFull).Because(nameless(err)).Retryable()
	case errors.As(err, &coded) && (coded.Code == CodeNotRead || coded.Code == clinic.CodeCancelled || coded.Code == clinic.CodeInternal):
		return coded
	}
	return clinic.E(CodeNotWritten).Because(nameless(err)).Retryable()
}

// nameless keeps the cause of a file error and drops its path.
func nameless(err error) error {
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

type machine struct{}

func (machine) Exists(path string) (bool, error) {
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (machine) Create(path string) (File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// Open opens regular files alone: opening a pipe would wait for its other end.
func (machine) Open(path string) (io.ReadCloser, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("not a regular file")}
	}
	return os.Open(path)
}

func (machine) Rename(from, to string) error { return os.Rename(from, to) }
func (machine) Remove(path string) error     { return os.Remove(path) }
func (machine) SyncDir(dir string) error     { return vault.MachineFiles().SyncDir(dir) }
