package blob_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"quietline/backend/archive/blob"
)

// disk is a file system in memory on which things go wrong on purpose.
type disk struct {
	mu    sync.Mutex
	files map[string][]byte
	dirs  map[string]bool
	times map[string]time.Time
	now   time.Time
	// failAt is which operation that writes fails, from 1; 0 for none.
	failAt, done int
	failWith     error
	// readError is what every reading of content answers.
	readError error
	// seen holds everything that was ever written, removed or not.
	seen bytes.Buffer
	// opened counts the files that are open.
	opened int
}

func newDisk() *disk {
	return &disk{
		files: map[string][]byte{}, dirs: map[string]bool{".": true}, times: map[string]time.Time{},
		now: time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC), failWith: syscall.EIO,
	}
}

func key(p string) string { return filepath.ToSlash(p) }

// step is called under the lock, before an operation that changes the disk.
func (d *disk) step(op string, p string) error {
	if d.done++; d.done == d.failAt {
		return &fs.PathError{Op: op, Path: p, Err: d.failWith}
	}
	return nil
}

func (d *disk) MkdirAll(dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("mkdir", dir); err != nil {
		return err
	}
	for p := key(dir); p != "."; p = path.Dir(p) {
		d.dirs[p] = true
	}
	return nil
}

func (d *disk) Create(p string) (blob.WriteFile, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("create", p); err != nil {
		return nil, err
	}
	if _, there := d.files[key(p)]; there || !d.dirs[path.Dir(key(p))] {
		return nil, &fs.PathError{Op: "create", Path: p, Err: fs.ErrExist}
	}
	d.files[key(p)], d.times[key(p)] = nil, d.now
	d.opened++
	return &written{d, p}, nil
}

type written struct {
	*disk
	path string
}

func (w *written) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.step("write", w.path); err != nil {
		half := b[:len(b)/2] // a short write
		w.files[key(w.path)] = append(w.files[key(w.path)], half...)
		return len(half), err
	}
	w.seen.Write(b)
	w.files[key(w.path)] = append(w.files[key(w.path)], b...)
	return len(b), nil
}

func (w *written) Sync() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.step("sync", w.path)
}

func (w *written) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.opened--
	return w.step("close", w.path)
}

func (d *disk) Open(p string) (blob.ReadFile, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	raw, there := d.files[key(p)]
	if !there {
		return nil, &fs.PathError{Op: "open", Path: p, Err: fs.ErrNotExist}
	}
	d.opened++
	return &opened{bytes.NewReader(raw), d}, nil
}

type opened struct {
	*bytes.Reader
	disk *disk
}

func (o *opened) Size() (int64, error) { return o.Reader.Size(), nil }

func (o *opened) ReadAt(b []byte, off int64) (int, error) {
	if o.disk.readError != nil {
		return 0, &fs.PathError{Op: "read", Path: "somewhere", Err: o.disk.readError}
	}
	return o.Reader.ReadAt(b, off)
}

func (o *opened) Close() error {
	o.disk.mu.Lock()
	defer o.disk.mu.Unlock()
	o.disk.opened--
	return nil
}

func (d *disk) List(dir string) ([]blob.Entry, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.dirs[key(dir)] {
		return nil, &fs.PathError{Op: "list", Path: dir, Err: fs.ErrNotExist}
	}
	var entries []blob.Entry
	for _, p := range slices.Sorted(maps.Keys(d.dirs)) {
		if p != "." && path.Dir(p) == key(dir) {
			entries = append(entries, blob.Entry{Name: path.Base(p), Dir: true})
		}
	}
	for _, p := range slices.Sorted(maps.Keys(d.files)) {
		if path.Dir(p) == key(dir) {
			entries = append(entries, blob.Entry{Name: path.Base(p), Modified: d.times[p]})
		}
	}
	return entries, nil
}

func (d *disk) Size(p string) (int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	raw, there := d.files[key(p)]
	if !there {
		return 0, &fs.PathError{Op: "stat", Path: p, Err: fs.ErrNotExist}
	}
	return int64(len(raw)), nil
}

func (d *disk) Rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("rename", from); err != nil {
		return err
	}
	d.files[key(to)], d.times[key(to)] = d.files[key(from)], d.times[key(from)]
	delete(d.files, key(from))
	return nil
}

func (d *disk) Remove(p string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, there := d.files[key(p)]; !there {
		return &fs.PathError{Op: "remove", Path: p, Err: fs.ErrNotExist}
	}
	delete(d.files, key(p))
	return nil
}

func (d *disk) SyncDir(dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.step("syncdir", dir)
}

// only returns the one file of the disk.
func (d *disk) only() (string, []byte) {
	for p, raw := range d.files {
		return p, raw
	}
	return "", nil
}

// store returns a store on the disk whose keys are the bytes 1, 2, 3, ….
func (d *disk) store() *blob.Store {
	return blob.New(blob.Config{Dir: "blobs", Files: d, Random: &counting{}})
}

type counting struct{ next byte }

func (c *counting) Read(b []byte) (int, error) {
	for i := range b {
		c.next++
		b[i] = c.next
	}
	return len(b), nil
}

var errSource = errors.New("the source broke off")

// failing yields some bytes and then fails.
func failing(n int) io.Reader {
	return io.MultiReader(strings.NewReader(strings.Repeat("x", n)), &broken{})
}

type broken struct{}

func (*broken) Read([]byte) (int, error) { return 0, errSource }
