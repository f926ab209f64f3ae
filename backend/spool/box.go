package spool

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

const (
	entrySuffix     = ".entry"
	temporarySuffix = ".new"
	nameDigits      = 20
)

// Box is a folder of entries.
type Box struct {
	dir   string
	files vault.Files
}

// At returns the box in a folder, which is made with the first entry. files is
// the file system; nil is the machine's.
func At(dir string, files vault.Files) *Box {
	if files == nil {
		files = vault.MachineFiles()
	}
	return &Box{dir, files}
}

// Names returns the numbers of the entries, in the order in which they were
// written. CodeUnreadable: the folder could not be listed.
func (b *Box) Names() ([]uint64, error) {
	all, err := b.files.List(b.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, clinic.E(CodeUnreadable).Because(nameless(err)).Retryable()
	}
	var numbers []uint64
	for _, name := range all {
		if n, ok := numberOf(name); ok {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers, nil
}

// Read opens an entry. CodeDamaged, CodeNewer and CodeUnreadable are about this
// entry alone.
func (b *Box) Read(number uint64, keys Keys) (Entry, error) {
	file, err := b.files.Read(filepath.Join(b.dir, nameOf(number)), MaxEntry)
	if err != nil {
		return Entry{}, clinic.E(CodeUnreadable).Because(nameless(err)).Retryable()
	}
	return open(file, number, keys)
}

// Remove removes entries, for good: they must be safe elsewhere. One that is gone
// is none to remove. It may be repeated; after an error some may be left.
func (b *Box) Remove(numbers ...uint64) error {
	if len(numbers) == 0 {
		return nil
	}
	for _, n := range numbers {
		if err := b.files.Remove(filepath.Join(b.dir, nameOf(n))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return clinic.E(CodeUnreadable).Because(nameless(err)).Retryable()
		}
	}
	if err := b.files.SyncDir(b.dir); err != nil {
		return clinic.E(CodeUnreadable).Because(nameless(err)).Retryable()
	}
	return nil
}

// nameOf has a fixed length, so that names sort as numbers do.
func nameOf(number uint64) string {
	digits := strconv.FormatUint(number, 10)
	return strings.Repeat("0", nameDigits-len(digits)) + digits + entrySuffix
}

// Belongs reports whether a name within a box's folder is one of an entry. Programs
// that show folders leave files of their own in them.
func Belongs(name string) bool {
	_, is := numberOf(name)
	return is
}

func numberOf(name string) (uint64, bool) {
	digits, found := strings.CutSuffix(name, entrySuffix)
	if !found || len(digits) != nameDigits {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, err == nil
}

// Writer adds entries. It is safe for concurrent use.
type Writer struct {
	box  *Box
	seal Seal

	mu     sync.Mutex
	next   uint64
	held   int
	known  map[Key]struct{}
	closed bool
}

// Writer returns a writer that goes on behind what the box holds. It takes the
// slices of the seal, and wipes them when it is closed. What a write that was cut
// short has left is removed.
func (b *Box) Writer(s Seal) (*Writer, error) {
	if err := b.files.MkdirAll(b.dir); err != nil {
		return nil, clinic.E(CodeNotKept).Because(nameless(err)).Retryable()
	}
	all, err := b.files.List(b.dir)
	if err != nil {
		return nil, clinic.E(CodeUnreadable).Because(nameless(err)).Retryable()
	}
	w := &Writer{box: b, seal: s, next: 1, known: map[Key]struct{}{}}
	for _, name := range all {
		if n, ok := numberOf(name); ok {
			w.next, w.held = max(w.next, n+1), w.held+1
		} else if strings.HasSuffix(name, temporarySuffix) {
			// What stays has a number that is not used again.
			_ = b.files.Remove(filepath.Join(b.dir, name))
		}
	}
	return w, nil
}

// Append writes an entry behind the others. It is durable when Append returns nil;
// one whose key this writer has written already is that same fact, and nothing is
// written. CodeFull and CodeNotKept: it is not there; it may be tried again.
func (w *Writer) Append(e Entry) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return clinic.E(clinic.CodeLocked)
	}
	if _, twice := w.known[e.Key]; twice {
		return nil
	}
	if w.held >= MaxEntries {
		return clinic.E(CodeFull)
	}
	file, err := w.seal.seal(w.next, e)
	if err != nil {
		return err
	}
	if err := w.box.write(w.next, file); err != nil {
		// Its name may be taken all the same, where only its durability is open.
		w.next++
		return clinic.E(CodeNotKept).Because(nameless(err)).Retryable()
	}
	w.next, w.held = w.next+1, w.held+1
	w.known[e.Key] = struct{}{}
	return nil
}

// Close wipes what the writer holds; Append then returns clinic.CodeLocked.
func (w *Writer) Close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	clear(w.seal.Mark)
	clear(w.seal.Public)
	w.known = nil
}

// write puts a whole file under its name, durably, or leaves none that counts.
func (b *Box) write(number uint64, file []byte) error {
	name := filepath.Join(b.dir, nameOf(number))
	temporary := strings.TrimSuffix(name, entrySuffix) + temporarySuffix
	f, err := b.files.Create(temporary)
	if err != nil {
		return err
	}
	_, err = f.Write(file)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = b.files.Rename(temporary, name)
	}
	if err != nil {
		_ = b.files.Remove(temporary)
		return err
	}
	return b.files.SyncDir(b.dir)
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
