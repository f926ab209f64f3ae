package parcel_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/parcel"
	"quietline/backend/vault"
)

var noon = clinic.At(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))

// goldenCode opens the parcel of testdata. It opens nothing else.
const goldenCode = "a8qe-pmeh-pmh6-jz89-srf8-ajj0-jfc6"

// lot is what goes into a parcel, by name.
type lot map[string][]byte

func (l lot) Open(name string) (io.ReadCloser, error) {
	raw, found := l[name]
	if !found {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(bytes.NewReader(raw)), nil
}

func (l lot) sources() []parcel.Source {
	all := []parcel.Source{{Name: "vault.json", Size: int64(len(l["vault.json"]))}}
	for _, name := range slices.Sorted(maps.Keys(l)) {
		if name != "vault.json" {
			all = append(all, parcel.Source{Name: name, Size: int64(len(l[name]))})
		}
	}
	return all
}

func someLot() lot {
	return lot{
		"vault.json": []byte(`{"format":"quietline-vault"}`), "journal.db": bytes.Repeat([]byte("page "), 30_000),
		"device.db": {}, "blobs/ab/abcdef0123": bytes.Repeat([]byte{7}, 70_000),
	}
}

func head() parcel.Head {
	return parcel.Head{Clinic: clinic.NewID[vault.ClinicID](), Move: [16]byte{1}, Made: noon, Secret: bytes.Repeat([]byte{9}, 32)}
}

func written(t *testing.T, path string, code vault.MoveCode, l lot) {
	t.Helper()
	if err := parcel.Write(t.Context(), parcel.Machine(), path, code, head(), l, l.sources(), nil); err != nil {
		t.Fatal(err)
	}
}

// read opens a parcel and returns all of it.
func read(path string, code vault.MoveCode, now clinic.Instant) (lot, error) {
	p, err := parcel.Open(parcel.Machine(), path, code, now)
	if err != nil {
		return nil, err
	}
	defer func() { _ = p.Close() }()
	name, raw, err := p.First(1 << 20)
	if err != nil {
		return nil, err
	}
	all := lot{name: raw}
	err = p.Unpack(context.Background(), func(name string, size int64, r io.Reader) error {
		var content bytes.Buffer
		n, err := content.ReadFrom(r)
		all[name] = content.Bytes()
		if err == nil && n != size {
			err = io.ErrShortWrite
		}
		return err
	}, nil)
	return all, err
}

func TestWhatIsCarriedArrives(t *testing.T) {
	path, code, l := filepath.Join(t.TempDir(), "p"), vault.NewMoveCode(), someLot()
	var told []int64
	err := parcel.Write(t.Context(), parcel.Machine(), path, code, head(), l, l.sources(), func(done, total int64) {
		told = append(told, done)
		if done > total {
			t.Errorf("%d of %d", done, total)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(told) < 4 || !slices.IsSorted(told) {
		t.Errorf("told %v", told)
	}
	again, err := vault.ParseMoveCode(code.Text())
	if err != nil {
		t.Fatal(err)
	}
	got, err := read(path, again, noon.Add(parcel.Lasts))
	if err != nil {
		t.Fatal(err)
	}
	if !maps.EqualFunc(got, l, bytes.Equal) {
		t.Errorf("%d files arrived of %d", len(got), len(l))
	}
	if err := parcel.Write(t.Context(), parcel.Machine(), path, code, head(), l, l.sources(), nil); !errors.Is(err, clinic.E(parcel.CodeExists)) {
		t.Errorf("over another: %v", err)
	}
	if _, err := read(path, vault.NewMoveCode(), noon); !errors.Is(err, clinic.E(vault.CodeMoveCode)) {
		t.Errorf("with another's code: %v", err)
	}
	if _, err := read(path, code, noon.Add(parcel.Lasts+time.Millisecond)); !errors.Is(err, clinic.E(parcel.CodeStale)) {
		t.Errorf("too late: %v", err)
	}
	if _, err := read(path, code, noon.Add(-24*time.Hour)); err != nil {
		t.Errorf("a day ahead: %v", err)
	}
	if _, err := read(path, code, noon.Add(-24*time.Hour-time.Millisecond)); !errors.Is(err, clinic.E(parcel.CodeAhead)) {
		t.Errorf("more than a day ahead: %v", err)
	}
}

// TestASpoiledParcelIsNotTakenIn cuts a parcel at every few hundred bytes and flips a
// bit in as many.
func TestASpoiledParcelIsNotTakenIn(t *testing.T) {
	dir, code := t.TempDir(), vault.NewMoveCode()
	path := filepath.Join(dir, "p")
	written(t, path, code, someLot())
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	said := map[clinic.Code]int{}
	try := func(what string, at int, raw []byte) {
		spoiled := filepath.Join(dir, "spoiled")
		if err := os.WriteFile(spoiled, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := read(spoiled, code, noon)
		var coded *clinic.Error
		if !errors.As(err, &coded) {
			t.Fatalf("%s at %d: %v", what, at, err)
		}
		said[coded.Code]++
	}
	step := 601
	if testing.Short() {
		step = 4001
	}
	for at := 0; at < len(whole); at += step {
		try("cut", at, whole[:at])
		flipped := slices.Clone(whole)
		flipped[at] ^= 4
		try("flipped", at, flipped)
	}
	try("cut", len(whole)-1, whole[:len(whole)-1])
	try("longer", len(whole), append(slices.Clone(whole), 0))
	newer := slices.Clone(whole)
	newer[bytes.IndexByte(newer, '\n')-1] = '2'
	try("newer", 0, newer)
	for _, c := range []clinic.Code{parcel.CodeDamaged, parcel.CodeNotOurs, parcel.CodeNewer} {
		if said[c] == 0 {
			t.Errorf("%s was never said", c)
		}
	}
	delete(said, parcel.CodeDamaged)
	delete(said, parcel.CodeNotOurs)
	delete(said, parcel.CodeNewer)
	// A flipped bit of what the code opens makes it another's.
	delete(said, vault.CodeMoveCode)
	if len(said) > 0 {
		t.Errorf("also said: %v", said)
	}
}

// faulty is a disk on which the n-th step fails.
type faulty struct {
	parcel.DiskFiles
	at, step int
	err      error
}

func (f *faulty) fails() error {
	if f.step++; f.step == f.at {
		return f.err
	}
	return nil
}

func (f *faulty) Exists(path string) (bool, error) {
	if err := f.fails(); err != nil {
		return false, err
	}
	return f.DiskFiles.Exists(path)
}

func (f *faulty) Create(path string) (parcel.File, error) {
	if err := f.fails(); err != nil {
		return nil, err
	}
	file, err := f.DiskFiles.Create(path)
	return &faultyFile{file, f}, err
}

func (f *faulty) Open(path string) (io.ReadCloser, error) {
	if err := f.fails(); err != nil {
		return nil, err
	}
	r, err := f.DiskFiles.Open(path)
	return &faultyReader{r, f}, err
}

func (f *faulty) Rename(from, to string) error {
	if err := f.fails(); err != nil {
		return err
	}
	return f.DiskFiles.Rename(from, to)
}

func (f *faulty) SyncDir(dir string) error {
	if err := f.fails(); err != nil {
		return err
	}
	return f.DiskFiles.SyncDir(dir)
}

type faultyFile struct {
	parcel.File
	disk *faulty
}

func (f *faultyFile) Write(p []byte) (int, error) {
	if err := f.disk.fails(); err != nil {
		n, _ := f.File.Write(p[:len(p)/2])
		return n, err
	}
	return f.File.Write(p)
}

func (f *faultyFile) Sync() error {
	if err := f.disk.fails(); err != nil {
		return err
	}
	return f.File.Sync()
}

func (f *faultyFile) Close() error { return errors.Join(f.File.Close(), f.disk.fails()) }

type faultyReader struct {
	io.ReadCloser
	disk *faulty
}

func (f *faultyReader) Read(p []byte) (int, error) {
	if err := f.disk.fails(); err != nil {
		return 0, err
	}
	return f.ReadCloser.Read(p)
}

// TestADiskThatFailsLeavesNoParcel fails each step in turn, with each error.
func TestADiskThatFailsLeavesNoParcel(t *testing.T) {
	l := someLot()
	for _, c := range []struct {
		err  error
		want clinic.Code
	}{{syscall.ENOSPC, clinic.CodeDiskFull}, {syscall.EIO, parcel.CodeNotWritten}} {
		steps := 0
		for at := 1; ; at++ {
			dir := t.TempDir()
			f := &faulty{DiskFiles: parcel.MachineFiles(), at: at, err: c.err}
			err := parcel.Write(t.Context(), parcel.On(f), filepath.Join(dir, "p"), vault.NewMoveCode(), head(), l, l.sources(), nil)
			if f.step < at {
				if err != nil {
					t.Fatal(err)
				}
				break
			}
			steps++
			var coded *clinic.Error
			if !errors.As(err, &coded) || coded.Code != c.want && coded.Code != parcel.CodeNotRead && coded.Code != parcel.CodeNotWritten {
				t.Errorf("step %d, %v: %v", at, c.err, err)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("step %d, %v: %v is left (%v)", at, c.err, left, err)
			}
		}
		if steps < 12 {
			t.Errorf("only %d steps", steps)
		}
	}
}

// wrong is a lot of which one file is not what was said.
type wrong struct {
	lot
	name string
	raw  []byte
	err  error
}

func (w wrong) Open(name string) (io.ReadCloser, error) {
	if name == w.name {
		return io.NopCloser(io.MultiReader(bytes.NewReader(w.raw), failing{w.err})), nil
	}
	return w.lot.Open(name)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}

func TestAFileThatChangesMeanwhileIsNotCarried(t *testing.T) {
	l := someLot()
	for what, from := range map[string]parcel.Files{
		"a shorter one":         wrong{l, "journal.db", []byte("short"), nil},
		"a longer one":          wrong{l, "device.db", []byte("not empty"), nil},
		"one that fails":        wrong{l, "journal.db", l["journal.db"][:5000], syscall.EIO},
		"one that is not there": lot{"vault.json": l["vault.json"]},
	} {
		dir := t.TempDir()
		err := parcel.Write(t.Context(), parcel.Machine(), filepath.Join(dir, "p"), vault.NewMoveCode(), head(), from, l.sources(), nil)
		if !errors.Is(err, clinic.E(parcel.CodeNotRead)) {
			t.Errorf("%s: %v", what, err)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%s: %v is left", what, left)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if err := parcel.Write(ctx, parcel.Machine(), filepath.Join(dir, "p"), vault.NewMoveCode(), head(), l, l.sources(), nil); !errors.Is(err, clinic.E(clinic.CodeCancelled)) {
		t.Errorf("given up: %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("given up: %v is left", left)
	}
}

func TestNamesThatLeadElsewhereAreNotCarried(t *testing.T) {
	for _, name := range []string{"../vault.json", "/etc/passwd", "blobs/../../x", "a//b", ".hidden", "blobs/.x", "C:x", `a\b`, "a/b/c/d", strings.Repeat("a", 300)} {
		l := lot{"vault.json": []byte("x"), name: []byte("y")}
		if err := parcel.Write(t.Context(), parcel.Machine(), filepath.Join(t.TempDir(), "p"), vault.NewMoveCode(), head(), l, l.sources(), nil); err == nil {
			t.Errorf("%q is carried", name)
		}
	}
}

// TestTheFirstFormatIsRead opens a parcel that was made when the format was.
func TestTheFirstFormatIsRead(t *testing.T) {
	code, err := vault.ParseMoveCode(goldenCode)
	if err != nil {
		t.Fatal(err)
	}
	got, err := read("testdata/v1/golden.quietline", code, noon)
	if err != nil {
		t.Fatal(err)
	}
	if string(got["vault.json"]) != "the vault" || string(got["blobs/ab/abcdef"]) != "a picture" || len(got) != 3 {
		t.Errorf("it holds %q", got)
	}
}

func FuzzOpen(f *testing.F) {
	raw, err := os.ReadFile("testdata/v1/golden.quietline")
	if err != nil {
		f.Fatal(err)
	}
	code, err := vault.ParseMoveCode(goldenCode)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte("quietline-move 1\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		path := filepath.Join(t.TempDir(), "p")
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := read(path, code, noon)
		var coded *clinic.Error
		if err != nil && !errors.As(err, &coded) {
			t.Errorf("an error without a code: %v", err)
		}
	})
}
