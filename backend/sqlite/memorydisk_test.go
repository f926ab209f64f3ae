package sqlite

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	mathrand "math/rand/v2"
	"sync"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"quietline/backend/clinic"
)

const (
	// sectorSize is what a disk writes whole or not at all.
	sectorSize = 512
	// diskRoom is where a file fills a disk of which nothing else is said.
	diskRoom = 64 << 20
)

// DiskOp is something that is done to a disk.
type DiskOp int

// The operations that a MemoryDisk asks about and writes down.
const (
	DiskRead DiskOp = iota
	DiskWrite
	DiskTruncate
	DiskSync
	DiskRemove
	diskCreate
)

// Faults that a disk may answer with.
const (
	FaultFull  int32 = lib.SQLITE_FULL
	FaultRead  int32 = lib.SQLITE_IOERR_READ
	FaultShort int32 = lib.SQLITE_IOERR_SHORT_READ
	FaultWrite int32 = lib.SQLITE_IOERR_WRITE
	FaultSync  int32 = lib.SQLITE_IOERR_FSYNC
)

// MemoryDisk is a disk that lies in memory. It fails when told to, and it writes
// down what is done to it, so that it can be put back to what a loss of power at
// any moment would have left.
type MemoryDisk struct {
	mu    sync.Mutex
	files map[string]*memoryFile
	fault func(op DiskOp) int32
	// room is where a file fills the disk.
	room int64
	// steps are what was done to first, which is what Start found. Before it nothing
	// is written down.
	recording bool
	first     []*memoryFile
	steps     []step
}

// step is one operation, with what it wrote.
type step struct {
	op     DiskOp
	file   *memoryFile
	data   []byte
	offset int64
}

// memoryFile is the content of a file. Open handles keep it when it is removed.
type memoryFile struct {
	disk    *MemoryDisk
	path    string
	content []byte
	start   []byte // its content before the first step
}

// NewMemoryDisk gives an empty disk.
func NewMemoryDisk() *MemoryDisk { return &MemoryDisk{files: map[string]*memoryFile{}, room: diskRoom} }

// Holds says how large a file may grow.
func (d *MemoryDisk) Holds(room int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.room = room
}

// FailWith has fault asked before each operation; what it answers, unless zero,
// is the operation's result. A write that fails has written its first half.
func (d *MemoryDisk) FailWith(fault func(op DiskOp) int32) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault = fault
}

// Start forgets what was done so far: all of it is safely on the disk. No file
// may be open.
func (d *MemoryDisk) Start() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.recording, d.first, d.steps = true, nil, nil
	for path, f := range d.files {
		next := &memoryFile{disk: d, path: path, content: bytes.Clone(f.content), start: bytes.Clone(f.content)}
		d.files[path] = next
		d.first = append(d.first, next)
	}
}

// Steps is how much was done since Start.
func (d *MemoryDisk) Steps() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.steps)
}

// Content is what lies under the suffix of path, nil where nothing does.
func (d *MemoryDisk) Content(path, suffix string) []byte {
	full, err := fullPath(path)
	if err != nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if f := d.files[full+suffix]; f != nil {
		return bytes.Clone(f.content)
	}
	return nil
}

// Put lays content under the suffix of path.
func (d *MemoryDisk) Put(path, suffix string, content []byte) error {
	full, err := fullPath(path)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.files[full+suffix] = &memoryFile{disk: d, path: full + suffix, content: bytes.Clone(content)}
	return nil
}

// do asks for a fault and writes the operation down.
func (d *MemoryDisk) do(s step) (rc int32) {
	if d.fault != nil {
		rc = d.fault(s.op)
	}
	if s.offset+int64(len(s.data)) > d.room {
		return FaultFull
	}
	if rc != lib.SQLITE_OK && s.op == DiskWrite {
		s.data = s.data[:len(s.data)/2]
	} else if rc != lib.SQLITE_OK {
		return rc
	}
	if s.op != DiskRead {
		if d.recording {
			s.data = bytes.Clone(s.data)
			d.steps = append(d.steps, s)
		}
		s.file.content = s.on(s.file.content)
	}
	return rc
}

// on gives a content after the step.
func (s step) on(content []byte) []byte {
	switch s.op {
	case DiskWrite:
		return written(content, s.data, s.offset)
	case DiskTruncate:
		return cut(content, s.offset)
	}
	return content
}

func written(content, data []byte, offset int64) []byte {
	if missing := offset + int64(len(data)) - int64(len(content)); missing > 0 {
		content = append(content, make([]byte, missing)...)
	}
	copy(content[offset:], data)
	return content
}

func cut(content []byte, size int64) []byte {
	if size <= int64(len(content)) {
		return content[:size:size]
	}
	return append(content, make([]byte, size-int64(len(content)))...)
}

func (d *MemoryDisk) open(_ *libc.TLS, name uintptr, flags int32, outFlags uintptr) (diskFile, int32) {
	d.mu.Lock()
	defer d.mu.Unlock()
	path := libc.GoString(name)
	f := d.files[path]
	if f == nil {
		if flags&lib.SQLITE_OPEN_CREATE == 0 {
			return nil, lib.SQLITE_CANTOPEN
		}
		f = &memoryFile{disk: d, path: path}
		d.files[path] = f
		if d.recording {
			d.steps = append(d.steps, step{op: diskCreate, file: f})
		}
	}
	if outFlags != 0 {
		*(*int32)(at(outFlags)) = flags
	}
	return f, lib.SQLITE_OK
}

func (d *MemoryDisk) remove(_ *libc.TLS, name uintptr, _ int32) int32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.files[libc.GoString(name)]
	if f == nil {
		return lib.SQLITE_IOERR_DELETE_NOENT
	}
	if rc := d.do(step{op: DiskRemove, file: f}); rc != lib.SQLITE_OK {
		return rc
	}
	delete(d.files, f.path)
	return lib.SQLITE_OK
}

func (d *MemoryDisk) access(_ *libc.TLS, name uintptr, _ int32, result uintptr) int32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	*(*int32)(at(result)) = 0
	if f := d.files[libc.GoString(name)]; f != nil && len(f.content) > 0 {
		*(*int32)(at(result)) = 1
	}
	return lib.SQLITE_OK
}

func (d *MemoryDisk) hold(string) (func(), error) { return func() {}, nil }

func (f *memoryFile) read(_ *libc.TLS, dst []byte, offset int64) int32 {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	rc := f.disk.do(step{op: DiskRead, file: f})
	clear(dst)
	if rc == FaultShort {
		dst = dst[:len(dst)/2]
	} else if rc != lib.SQLITE_OK {
		return rc
	}
	n := 0
	if offset < int64(len(f.content)) {
		n = copy(dst, f.content[offset:])
	}
	if n < len(dst) {
		rc = lib.SQLITE_IOERR_SHORT_READ
	}
	return rc
}

func (f *memoryFile) write(_ *libc.TLS, src []byte, offset int64) int32 {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	return f.disk.do(step{op: DiskWrite, file: f, data: src, offset: offset})
}

func (f *memoryFile) truncate(_ *libc.TLS, size int64) int32 {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	return f.disk.do(step{op: DiskTruncate, file: f, offset: size})
}

func (f *memoryFile) sync(*libc.TLS, int32) int32 {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	return f.disk.do(step{op: DiskSync, file: f})
}

func (f *memoryFile) size(*libc.TLS) (int64, int32) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	return int64(len(f.content)), lib.SQLITE_OK
}

func (f *memoryFile) control(*libc.TLS, int32, uintptr) int32 { return lib.SQLITE_NOTFOUND }

func (f *memoryFile) characteristics(*libc.TLS) int32 { return 0 }

func (f *memoryFile) close(*libc.TLS) int32 { return lib.SQLITE_OK }

// Loss is what a loss of power does to writes that were not synced.
type Loss int

// The ways to lose power.
const (
	LoseAll     Loss = iota // nothing that was not synced is there
	LoseNothing             // everything is there
	LoseWrites              // any of the writes are there, whole
	LoseSectors             // any sectors of any of the writes are there
)

// AfterLoss gives the disk as a loss of power after a number of steps leaves it.
// A file's making and removing are synced with the next sync of a file under the
// name, and until then may be lost too.
func (d *MemoryDisk) AfterLoss(steps int, how Loss, random *mathrand.Rand) *MemoryDisk {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := NewMemoryDisk()
	for path, all := range d.lives(steps) {
		// What is durable of the name, then one of the states it came to later.
		first := -1
		for i, l := range all {
			if l.linked {
				first = i
			}
		}
		chosen, removed := first, false
		switch how {
		case LoseNothing:
			chosen = len(all) - 1
			removed = all[chosen].removed
		case LoseWrites, LoseSectors:
			chosen += random.IntN(len(all) - first)
			removed = chosen >= 0 && all[chosen].removed && random.IntN(2) == 0
		}
		if chosen >= 0 && !removed {
			out.files[path] = &memoryFile{disk: out, path: path, content: all[chosen].after(how, random)}
		}
	}
	return out
}

// life is a file from its making to its removing.
type life struct {
	durable []byte
	pending []step
	linked  bool // its name is durable
	removed bool
}

// lives replays the steps: for each path the files that had the name, in order.
func (d *MemoryDisk) lives(steps int) map[string][]*life {
	byPath, byFile := map[string][]*life{}, map[*memoryFile]*life{}
	add := func(f *memoryFile, linked bool) {
		l := &life{linked: linked, durable: bytes.Clone(f.start)}
		byFile[f], byPath[f.path] = l, append(byPath[f.path], l)
	}
	for _, f := range d.first {
		add(f, true)
	}
	for _, s := range d.steps[:steps] {
		if s.op == diskCreate {
			add(s.file, false)
		}
		l := byFile[s.file]
		switch s.op {
		case DiskWrite, DiskTruncate:
			l.pending = append(l.pending, s)
		case DiskSync:
			for _, p := range l.pending {
				l.durable = p.on(l.durable)
			}
			l.pending = nil
			l.linked = l.linked || !l.removed
		case DiskRemove:
			l.removed = true
		}
	}
	return byPath
}

// after is the content that a loss leaves.
func (l *life) after(how Loss, random *mathrand.Rand) []byte {
	content := bytes.Clone(l.durable)
	for _, s := range l.pending {
		switch {
		case how == LoseAll, how != LoseNothing && s.op != DiskWrite && random.IntN(2) == 0:
		case how == LoseNothing, s.op != DiskWrite, how == LoseWrites && random.IntN(2) == 0:
			content = s.on(content)
		case how == LoseSectors:
			for from := int64(0); from < int64(len(s.data)); {
				to := min(from+sectorSize-(s.offset+from)%sectorSize, int64(len(s.data)))
				if random.IntN(2) == 0 {
					content = written(content, s.data[from:to], s.offset+from)
				}
				from = to
			}
		}
	}
	return content
}

// CreateOn makes a database on a disk and opens it.
func CreateOn(ctx context.Context, d *MemoryDisk, path string, key Key, o Options) (*DB, error) {
	full, err := fullPath(path)
	if err != nil {
		return nil, err
	}
	if err := d.Put(path, "", nil); err != nil {
		return nil, err
	}
	st, err := addStore(full, d)
	if err != nil {
		return nil, err
	}
	defer st.remove()
	st.draft = true
	keys, err := newSubkeys(&key, rand.Reader)
	if err != nil {
		return nil, err
	}
	if err := st.unlockWith(keys); err != nil {
		return nil, err
	}
	db := newDB(st, o.withDefaults())
	if err := errors.Join(db.fill(ctx), db.Close()); err != nil {
		return nil, err
	}
	return OpenOn(ctx, d, path, key, o)
}

// OpenOn opens a database on a disk.
func OpenOn(ctx context.Context, d *MemoryDisk, path string, key Key, o Options) (*DB, error) {
	full, err := fullPath(path)
	if err != nil {
		return nil, err
	}
	page := d.Content(path, "")
	if len(page) < pageSize {
		return nil, clinic.E(CodeNotOurs)
	}
	prefix, err := judge(page[:pageSize], &key)
	if err != nil {
		return nil, err
	}
	keys, err := deriveSubkeys(&key, prefix, rand.Reader)
	if err != nil {
		return nil, err
	}
	st, err := addStore(full, d)
	if err != nil {
		return nil, err
	}
	if err := st.unlockWith(keys); err != nil {
		st.remove()
		return nil, err
	}
	db, _, err := openStored(ctx, st, o.withDefaults())
	return db, err
}
