package vault

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"quietline/backend/clinic"
)

// Files is the little that a vault needs of a file system. Errors are those of
// package os. Only one writer works in a folder at a time.
type Files interface {
	// MkdirAll makes a folder, and those above it, for this account alone.
	MkdirAll(dir string) error
	// List returns the names in a folder.
	List(dir string) ([]string, error)
	// Read returns a regular file of at most limit bytes; anything else in its
	// place is an error.
	Read(path string, limit int64) ([]byte, error)
	// Create makes a new file, readable by this account alone; fs.ErrExist if
	// there is one.
	Create(path string) (File, error)
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

// temporaryName is where a new version is written. The name is fixed, so that a
// crash leaves at most one, which the next write removes.
const temporaryName = FileName + ".tmp"

var errNotRegular = errors.New("not a regular file of the allowed size")

// MachineFiles returns the machine's own file system.
func MachineFiles() Files { return machineFiles{} }

type machineFiles struct{}

func (machineFiles) MkdirAll(dir string) error { return os.MkdirAll(dir, 0o700) }

func (machineFiles) List(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

func (machineFiles) Read(path string, limit int64) ([]byte, error) {
	// Asked before opening: opening a pipe would wait for its other end.
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > limit {
		return nil, errNotRegular
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(raw)) > limit {
		return nil, errNotRegular
	}
	return raw, err
}

func (machineFiles) Create(path string) (File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

func (machineFiles) Rename(from, to string) error { return os.Rename(from, to) }
func (machineFiles) Remove(path string) error     { return os.Remove(path) }

func (machineFiles) SyncDir(dir string) error {
	if runtime.GOOS == "windows" {
		// Windows has no such call; NTFS journals the rename itself.
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	return errors.Join(err, d.Close())
}

// replace writes raw as the vault's file. Replaced says that the new version
// stands in the old one's place: it can be true beside an error, when only the
// folder could not be made durable.
func replace(cfg Config, raw []byte) (replaced bool, err error) {
	temporary := filepath.Join(cfg.Dir, temporaryName)
	if err := cfg.Files.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, notSaved(err)
	}
	f, err := cfg.Files.Create(temporary)
	if err != nil {
		return false, notSaved(err)
	}
	_, err = f.Write(raw)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = cfg.Files.Rename(temporary, cfg.path())
	}
	if err != nil {
		_ = cfg.Files.Remove(temporary)
		return false, notSaved(err)
	}
	if err := cfg.Files.SyncDir(cfg.Dir); err != nil {
		return true, notSaved(err)
	}
	return true, nil
}

func notSaved(err error) error {
	if IsDiskFull(err) {
		return clinic.E(clinic.CodeDiskFull).Because(withoutPath(err)).Retryable()
	}
	return clinic.E(CodeNotSaved).Because(withoutPath(err)).Retryable()
}

// withoutPath drops the file's name from an error of package os, since a folder
// is often named after a person or a clinic.
func withoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return opError{path.Op, path.Err}
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return opError{link.Op, link.Err}
	}
	return err
}

type opError struct {
	op  string
	err error
}

func (e opError) Error() string { return e.op + ": " + e.err.Error() }
func (e opError) Unwrap() error { return e.err }
