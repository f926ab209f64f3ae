package blob

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"quietline/backend/clinic"
)

// Files is the little that a store needs of a file system. Errors are those of
// package os.
type Files interface {
	// MkdirAll makes a folder, and those above it, for this account alone.
	MkdirAll(dir string) error
	// Create makes a new file, readable by this account alone; fs.ErrExist if
	// there is one.
	Create(path string) (WriteFile, error)
	// Open opens a regular file for reading; anything else is an error.
	Open(path string) (ReadFile, error)
	// List returns what lies in a folder, in order of name.
	List(dir string) ([]Entry, error)
	// Size returns the length of a regular file.
	Size(path string) (int64, error)
	// Rename puts a file in the place of another, at once or not at all.
	Rename(from, to string) error
	Remove(path string) error
	// SyncDir makes the names in a folder last through a loss of power.
	SyncDir(dir string) error
}

// WriteFile is a file being written.
type WriteFile interface {
	io.Writer
	Sync() error
	Close() error
}

// ReadFile is a file being read.
type ReadFile interface {
	io.ReaderAt
	io.Closer
	// Size returns the length of the file.
	Size() (int64, error)
}

// Entry is something in a folder.
type Entry struct {
	Name     string
	Dir      bool
	Modified time.Time
}

// New returns the store of a folder. It touches nothing.
func New(cfg Config) *Store {
	s := &Store{dir: cfg.Dir, files: cfg.Files, random: cfg.Random, arriving: map[Name]struct{}{}}
	if s.files == nil {
		s.files = MachineFiles()
	}
	if s.random == nil {
		s.random = rand.Reader
	}
	return s
}

// partly is the end of the name of a file that is being written.
const partly = ".part"

// folder is where a file lies. Files are spread over 32 folders by the first
// letter of their random names, so that none of them holds too many to list.
func (s *Store) folder(n Name) string { return filepath.Join(s.dir, n.String()[:1]) }

func (s *Store) path(n Name) string { return filepath.Join(s.folder(n), n.String()) }

// MachineFiles returns the machine's own file system.
func MachineFiles() Files { return machineFiles{} }

type machineFiles struct{}

var errNotRegular = errors.New("not a regular file")

func (machineFiles) MkdirAll(dir string) error { return os.MkdirAll(dir, 0o700) }

func (machineFiles) Create(path string) (WriteFile, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

func (m machineFiles) Open(path string) (ReadFile, error) {
	// Asked before opening: opening a pipe would wait for its other end.
	if _, err := m.Size(path); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return machineFile{f}, nil
}

func (machineFiles) List(dir string) ([]Entry, error) {
	found, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, 0, len(found))
	for _, e := range found {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) { // removed meanwhile
			continue
		}
		if err != nil {
			return nil, err
		}
		entries = append(entries, Entry{Name: e.Name(), Dir: e.IsDir(), Modified: info.ModTime()})
	}
	return entries, nil
}

func (machineFiles) Size(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, errNotRegular
	}
	return info.Size(), nil
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
	return errors.Join(d.Sync(), d.Close())
}

type machineFile struct{ *os.File }

func (f machineFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// notRead gives an error of reading its code.
func notRead(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return clinic.E(CodeMissing)
	case errors.Is(err, errNotRegular):
		return clinic.E(CodeDamaged).Because(errNotRegular)
	}
	return clinic.E(CodeNotRead).Because(pathless(err)).Retryable()
}

// notStored gives an error of writing its code.
func notStored(err error) error {
	if isDiskFull(err) {
		return clinic.E(clinic.CodeDiskFull).Because(pathless(err)).Retryable()
	}
	return clinic.E(CodeNotStored).Because(pathless(err)).Retryable()
}

// pathless drops the file's name from an error of package os: a folder is often
// named after a person or a clinic.
func pathless(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
