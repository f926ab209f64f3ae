package spool_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"quietline/backend/clinic"
	"quietline/backend/spool"
	"quietline/backend/vault"
)

func TestABoxIsBounded(t *testing.T) {
	b := spool.At("spool", newMemory())
	w := writer(t, b)
	for n := range spool.MaxEntries {
		if err := w.Append(text(n)); err != nil {
			t.Fatalf("entry %d: %v", n, err)
		}
	}
	if err := w.Append(text(spool.MaxEntries)); !errors.Is(err, clinic.E(spool.CodeFull)) {
		t.Errorf("one more: %v", err)
	}
	if err := w.Append(text(3)); err != nil {
		t.Errorf("what is there already: %v", err)
	}
	// A new run counts what is there.
	if err := writer(t, b).Append(text(spool.MaxEntries)); !errors.Is(err, clinic.E(spool.CodeFull)) {
		t.Errorf("one more, of another run: %v", err)
	}
	large := text(1)
	large.Text.Body = strings.Repeat("x", spool.MaxEntry)
	if err := writer(t, spool.At("other", newMemory())).Append(large); !errors.Is(err, clinic.E(clinic.CodeBadInput)) {
		t.Errorf("a text without end: %v", err)
	}
}

// TestAnEntryOutlastsALossOfPower looks at what is synced once an entry counts.
func TestAnEntryOutlastsALossOfPower(t *testing.T) {
	m := newMemory()
	w := writer(t, spool.At("spool", m))
	for n := range 3 {
		if err := w.Append(text(n)); err != nil {
			t.Fatal(err)
		}
		for what, loose := range m.loose {
			if loose {
				t.Errorf("%s would be lost", what)
			}
		}
	}
}

// TestAWriteThatIsCutShort lets each call of the file system fail in turn, once as
// an error and once as the end of the program: afterwards the box holds what was
// answered, at most one more, and takes further entries.
func TestAWriteThatIsCutShort(t *testing.T) {
	for _, dies := range []bool{false, true} {
		for step := 1; ; step++ {
			m := newMemory()
			b := spool.At("spool", m)
			w := writer(t, b)
			if err := w.Append(text(0)); err != nil {
				t.Fatal(err)
			}
			m.failAt, m.stays, m.steps = step, dies, 0
			err := w.Append(text(1))
			reached := m.steps >= step
			m.failAt = 0
			if !reached {
				if err != nil {
					t.Errorf("without a fault: %v", err)
				}
				break
			}
			if err == nil {
				t.Errorf("step %d fails and the entry counts", step)
			}
			if code := clinic.CodeOf(err); code != spool.CodeNotKept {
				t.Errorf("step %d: %v", step, err)
			}
			if dies {
				w = writer(t, b)
			}
			for n := 1; n < 3; n++ {
				if err := w.Append(text(n)); err != nil {
					t.Fatalf("after step %d: %v", step, err)
				}
			}
			var keys []spool.Key
			for _, e := range all(t, b) {
				if !slices.Contains(keys, e.Key) { // it may stand twice, and is known by its key
					keys = append(keys, e.Key)
				}
			}
			if want := []spool.Key{text(0).Key, text(1).Key, text(2).Key}; !slices.Equal(keys, want) {
				t.Errorf("after step %d, dying %v: %d entries", step, dies, len(keys))
			}
			for name := range m.files {
				if strings.HasSuffix(name, ".new") {
					t.Errorf("step %d leaves half a file", step)
				}
			}
		}
	}
}

func TestErrorsNameNoPlace(t *testing.T) {
	m := newMemory()
	m.failAt, m.stays = 1, true
	b := spool.At("spool", m)
	_, errWriter := b.Writer(sealOf(t, 3))
	_, errNames := b.Names()
	_, errRead := b.Read(1, keys{})
	for _, err := range []error{errWriter, errNames, errRead, b.Remove(1)} {
		if err == nil || strings.Contains(err.Error(), "secret") || clinic.CodeOf(err) == clinic.CodeInternal {
			t.Errorf("%v", err)
		}
	}
}

// memory is a file system that fails when it is told to.
type memory struct {
	files         fstest.MapFS
	failAt, steps int
	stays         bool // after the fault every call fails, as for a program that has ended
	// loose is what a loss of power would take: contents and names.
	loose map[string]bool
}

func newMemory() *memory { return &memory{files: fstest.MapFS{}, loose: map[string]bool{}} }

func (m *memory) step() error {
	m.steps++
	if m.failAt > 0 && (m.steps == m.failAt || m.stays && m.steps > m.failAt) {
		return &fs.PathError{Op: "test", Path: "/secret/place", Err: syscall.ENOSPC}
	}
	return nil
}

func (m *memory) MkdirAll(string) error { return m.step() }

func (m *memory) List(dir string) ([]string, error) {
	if err := m.step(); err != nil {
		return nil, err
	}
	var names []string
	for name := range m.files {
		if filepath.Dir(name) == dir {
			names = append(names, filepath.Base(name))
		}
	}
	return names, nil
}

func (m *memory) Read(path string, _ int64) ([]byte, error) {
	if err := m.step(); err != nil {
		return nil, err
	}
	f, there := m.files[path]
	if !there {
		return nil, fs.ErrNotExist
	}
	return slices.Clone(f.Data), nil
}

func (m *memory) Create(path string) (vault.File, error) {
	if err := m.step(); err != nil {
		return nil, err
	}
	if _, there := m.files[path]; there {
		return nil, fs.ErrExist
	}
	m.files[path] = &fstest.MapFile{}
	return &file{m, path}, nil
}

func (m *memory) Rename(from, to string) error {
	if err := m.step(); err != nil {
		return err
	}
	m.files[to] = m.files[from]
	delete(m.files, from)
	m.loose["content "+to] = m.loose["content "+from]
	delete(m.loose, "content "+from)
	m.loose["name "+to] = true
	return nil
}

func (m *memory) Remove(path string) error {
	if err := m.step(); err != nil {
		return err
	}
	if _, there := m.files[path]; !there {
		return fs.ErrNotExist
	}
	delete(m.files, path)
	return nil
}

func (m *memory) SyncDir(dir string) error {
	if err := m.step(); err != nil {
		return err
	}
	for what := range m.loose {
		if strings.HasPrefix(what, "name "+dir) {
			delete(m.loose, what)
		}
	}
	return nil
}

type file struct {
	m    *memory
	path string
}

func (f *file) Write(b []byte) (int, error) {
	if err := f.m.step(); err != nil {
		half := len(b) / 2
		f.m.files[f.path].Data = append(f.m.files[f.path].Data, b[:half]...)
		return half, err
	}
	f.m.files[f.path].Data = append(f.m.files[f.path].Data, b...)
	f.m.loose["content "+f.path] = true
	return len(b), nil
}

func (f *file) Sync() error {
	if err := f.m.step(); err != nil {
		return err
	}
	delete(f.m.loose, "content "+f.path)
	return nil
}

func (f *file) Close() error { return f.m.step() }
