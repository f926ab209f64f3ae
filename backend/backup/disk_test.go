package backup_test

import (
	"bytes"
	"io"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"quietline/backend/archive/blob"
)

// fault is what goes wrong with one operation, and perhaps with those after it.
type fault int

const (
	fails     fault = iota // it fails, once
	full                   // it writes half, and there is no room from then on
	gone                   // nothing can be reached from then on, not even for reading
	lies                   // it says that it worked and did nothing
	flipped                // what it writes or reads has a wrong bit
	elsewhere              // nothing is wrong with it: something else happens meanwhile
)

var faults = map[string]fault{"fails": fails, "is full": full, "is gone": gone, "lies": lies, "flips a bit": flipped}

// disk is a file system in memory on which things go wrong on purpose. What was
// not synced is lost with the power.
type disk struct {
	mu    sync.Mutex
	files map[string]*node
	// lasting are the names that were synced, by folder and name.
	lasting map[string]*node
	dirs    map[string]bool
	// at is the operation that goes wrong, from 1; 0 for none.
	at, done int
	how      fault
	hit      bool
	opened   int
	// meanwhile is what happens elsewhere.
	meanwhile func()
	// spoiled is a file that does not read.
	spoiled string
	// turning is a file of which a bit is wrong from so many openings on.
	turning  string
	openings int
}

type node struct{ data, synced []byte }

func newDisk() *disk {
	return &disk{files: map[string]*node{}, lasting: map[string]*node{}, dirs: map[string]bool{".": true}}
}

// clone is a disk that holds the same and works.
func (d *disk) clone() *disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := newDisk()
	c.dirs = maps.Clone(d.dirs)
	copies := map[*node]*node{}
	for _, from := range []map[string]*node{d.files, d.lasting} {
		for _, n := range from {
			copies[n] = &node{bytes.Clone(n.data), bytes.Clone(n.synced)}
		}
	}
	for p, n := range d.files {
		c.files[p] = copies[n]
	}
	for p, n := range d.lasting {
		c.lasting[p] = copies[n]
	}
	return c
}

func key(p string) string { return filepath.ToSlash(filepath.Clean(p)) }

// breakAt makes the n-th operation from now on go wrong.
func (d *disk) breakAt(n int, how fault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at, d.done, d.how, d.hit = n, 0, how, false
}

// mend ends the fault and reports whether it ever came.
func (d *disk) mend() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = 0
	return d.hit
}

// powerLoss forgets what was not synced.
func (d *disk) powerLoss() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.files = maps.Clone(d.lasting)
	for _, n := range d.files {
		n.data = bytes.Clone(n.synced)
	}
}

// step is called under the lock before an operation. It returns its error, and
// whether it is to be done wrongly.
func (d *disk) step(op, p string, writes bool) (wrong bool, err error) {
	if d.done++; d.at == 0 || d.done < d.at {
		return false, nil
	}
	first := d.done == d.at
	d.hit = true
	if d.how == elsewhere && first {
		d.meanwhile()
	}
	failure := &fs.PathError{Op: op, Path: p, Err: syscall.EIO}
	switch {
	case d.how == gone:
		return false, failure
	case d.how == full && writes:
		failure.Err = syscall.ENOSPC
		return false, failure
	case d.how == fails && first:
		return false, failure
	}
	return first && (d.how == lies || d.how == flipped), nil
}

func (d *disk) MkdirAll(dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.step("mkdir", dir, true); err != nil {
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
	if _, err := d.step("create", p, true); err != nil {
		return nil, err
	}
	if d.files[key(p)] != nil {
		return nil, &fs.PathError{Op: "create", Path: p, Err: fs.ErrExist}
	}
	if !d.dirs[path.Dir(key(p))] {
		return nil, &fs.PathError{Op: "create", Path: p, Err: fs.ErrNotExist}
	}
	n := &node{}
	d.files[key(p)] = n
	d.opened++
	return &written{d, n, p}, nil
}

type written struct {
	*disk
	node *node
	path string
}

func (w *written) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	wrong, err := w.step("write", w.path, true)
	switch {
	case err != nil:
		half := b[:len(b)/2]
		w.node.data = append(w.node.data, half...)
		return len(half), err
	case wrong && w.how == flipped:
		w.node.data = append(w.node.data, b...)
		w.node.data[len(w.node.data)-len(b)/2-1] ^= 4
	case wrong:
		w.node.data = append(w.node.data, b[:len(b)/2]...)
	default:
		w.node.data = append(w.node.data, b...)
	}
	return len(b), nil
}

func (w *written) Sync() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	wrong, err := w.step("sync", w.path, true)
	if err == nil && !wrong {
		w.node.synced = bytes.Clone(w.node.data)
	}
	return err
}

func (w *written) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.opened--
	_, err := w.step("close", w.path, true)
	return err
}

func (d *disk) Open(p string) (blob.ReadFile, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	wrong, err := d.step("open", p, false)
	if err != nil {
		return nil, err
	}
	n := d.files[key(p)]
	if n == nil {
		return nil, &fs.PathError{Op: "open", Path: p, Err: fs.ErrNotExist}
	}
	if key(p) == d.spoiled {
		return nil, &fs.PathError{Op: "open", Path: p, Err: syscall.EIO}
	}
	raw := n.data
	if key(p) == d.turning {
		if d.openings--; d.openings <= 0 {
			wrong, d.how = true, flipped
		}
	}
	if wrong && d.how == flipped && len(raw) > 0 {
		raw = bytes.Clone(raw)
		raw[len(raw)/2] ^= 1
	}
	d.opened++
	return &opened{bytes.NewReader(raw), d}, nil
}

type opened struct {
	*bytes.Reader
	disk *disk
}

func (o *opened) ReadAt(b []byte, off int64) (int, error) {
	o.disk.mu.Lock()
	defer o.disk.mu.Unlock()
	if _, err := o.disk.step("read", "", false); err != nil {
		return 0, err
	}
	return o.Reader.ReadAt(b, off)
}

func (o *opened) Size() (int64, error) { return o.Reader.Size(), nil }

func (o *opened) Close() error {
	o.disk.mu.Lock()
	defer o.disk.mu.Unlock()
	o.disk.opened--
	return nil
}

var _ io.ReaderAt = (*opened)(nil)

func (d *disk) List(dir string) ([]blob.Entry, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.step("list", dir, false); err != nil {
		return nil, err
	}
	if !d.dirs[key(dir)] {
		return nil, &fs.PathError{Op: "list", Path: dir, Err: fs.ErrNotExist}
	}
	var entries []blob.Entry
	for p := range d.files {
		if path.Dir(p) == key(dir) {
			entries = append(entries, blob.Entry{Name: path.Base(p), Modified: time.Time{}})
		}
	}
	for p := range d.dirs {
		if path.Dir(p) == key(dir) && p != "." {
			entries = append(entries, blob.Entry{Name: path.Base(p), Dir: true})
		}
	}
	slices.SortFunc(entries, func(a, b blob.Entry) int { return bytes.Compare([]byte(a.Name), []byte(b.Name)) })
	return entries, nil
}

func (d *disk) Size(p string) (int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.step("stat", p, false); err != nil {
		return 0, err
	}
	n := d.files[key(p)]
	if n == nil {
		return 0, &fs.PathError{Op: "stat", Path: p, Err: fs.ErrNotExist}
	}
	return int64(len(n.data)), nil
}

func (d *disk) Rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	wrong, err := d.step("rename", from, true)
	if err != nil || wrong {
		return err
	}
	n := d.files[key(from)]
	if n == nil {
		return &fs.PathError{Op: "rename", Path: from, Err: fs.ErrNotExist}
	}
	delete(d.files, key(from))
	d.files[key(to)] = n
	return nil
}

func (d *disk) Remove(p string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	// A file that is not there is no work for a fault.
	if d.files[key(p)] == nil {
		if d.at != 0 && d.done >= d.at && d.how == gone {
			return &fs.PathError{Op: "remove", Path: p, Err: syscall.EIO}
		}
		return &fs.PathError{Op: "remove", Path: p, Err: fs.ErrNotExist}
	}
	wrong, err := d.step("remove", p, false)
	if err != nil || wrong {
		return err
	}
	delete(d.files, key(p))
	return nil
}

func (d *disk) SyncDir(dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	wrong, err := d.step("sync", dir, true)
	if err != nil || wrong {
		return err
	}
	for p := range d.lasting {
		if path.Dir(p) == key(dir) && d.files[p] == nil {
			delete(d.lasting, p)
		}
	}
	for p, n := range d.files {
		if path.Dir(p) == key(dir) {
			d.lasting[p] = n
		}
	}
	return nil
}

// names are the files under a folder.
func (d *disk) names(folder string) (all []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for p := range d.files {
		if rest, under := bytes.CutPrefix([]byte(p), []byte(folder)); under && len(rest) > 0 {
			all = append(all, p)
		}
	}
	slices.Sort(all)
	return all
}

// contents are the files under a folder with what they hold.
func (d *disk) contents(folder string) map[string]string {
	all := map[string]string{}
	for _, name := range d.names(folder) {
		all[name] = string(d.files[name].data)
	}
	return all
}
