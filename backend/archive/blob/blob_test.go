package blob_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
)

const chunk = 64 << 10

// made returns bytes that compress to nothing and hold no pattern.
func made(n int) []byte {
	raw := make([]byte, n)
	dice := rand.New(rand.NewPCG(uint64(n), 7))
	for i := range raw {
		raw[i] = byte(dice.Uint32())
	}
	return raw
}

func put(t testing.TB, s *blob.Store, content []byte) blob.Ref {
	t.Helper()
	a, err := s.Put(context.Background(), bytes.NewReader(content), blob.MaxSize)
	if err != nil {
		t.Fatal(err)
	}
	a.Settle()
	return a.Ref
}

func read(s *blob.Store, ref blob.Ref) ([]byte, error) {
	c, err := s.Open(ref)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(c.Reader())
	return raw, errors.Join(err, c.Close())
}

func TestContentComesBackAsItWas(t *testing.T) {
	for _, size := range []int{
		0, 1, 4095, 4096, 4097, chunk - 1, chunk, chunk + 1, 2*chunk - 2048, 2*chunk - 1, 2 * chunk, 2*chunk + 1, 5*chunk + 17, 1 << 20,
	} {
		d := newDisk()
		s, content := d.store(), made(size)
		ref := put(t, s, content)
		if ref.Size != int64(size) {
			t.Errorf("%d bytes are kept as %d", size, ref.Size)
		}
		got, err := read(s, ref)
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes: %d came back, error %v", size, len(got), err)
		}
		if err := errors.Join(s.Stat(ref), s.Check(context.Background(), ref)); err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
		if d.opened != 0 {
			t.Errorf("%d bytes: %d files stay open", size, d.opened)
		}
		if size > 16 && bytes.Contains(d.seen.Bytes(), content[:16]) {
			t.Errorf("%d bytes: the content was written readable", size)
		}
	}
}

func TestAnyPartCanBeRead(t *testing.T) {
	content := made(3*chunk + 999)
	d := newDisk()
	s := d.store()
	ref := put(t, s, content)
	c, err := s.Open(ref)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := iotest.TestReader(c.Reader(), content); err != nil {
		t.Error(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.IntRange(0, len(content)+10).Draw(t, "from")
		length := rapid.IntRange(0, 2*chunk+10).Draw(t, "length")
		got := make([]byte, length)
		n, err := c.ReadAt(got, int64(from))
		want := content[min(from, len(content)):min(from+length, len(content))]
		if !bytes.Equal(got[:n], want) || (n < length) != errors.Is(err, io.EOF) {
			t.Fatalf("from %d, %d bytes: %d came, error %v", from, length, n, err)
		}
	})
}

// A length tells at most as much as its size class.
func TestLengthsArePadded(t *testing.T) {
	for _, c := range []struct{ size, padded int }{
		{0, 4096}, {1, 4096}, {4096, 4096}, {4097, 4352}, {4352, 4352}, {4353, 4608}, {65536, 65536},
		{65537, 67584}, {1 << 20, 1 << 20}, {1<<20 + 1, 1<<20 + 1<<15}, {5_000_000, 5_111_808},
	} {
		d := newDisk()
		put(t, d.store(), made(c.size))
		_, raw := d.only()
		chunks := (c.padded + chunk - 1) / chunk
		if want := 1 + c.padded + 16*chunks; len(raw) != want {
			t.Errorf("%d bytes take %d, want %d (padded to %d)", c.size, len(raw), want, len(raw)-1-16*chunks)
		}
	}
}

func TestEveryChangeIsFound(t *testing.T) {
	content := made(2*chunk + 5000) // three chunks
	d := newDisk()
	s := d.store()
	ref := put(t, s, content)
	name, good := d.only()
	sealed := chunk + 16
	part := func(n int) []byte { return good[1+n*sealed : min(1+(n+1)*sealed, len(good))] }

	check := func(what string, raw []byte, want clinic.Code) {
		t.Helper()
		d.files[name] = raw
		got, err := read(s, ref)
		if !errors.Is(err, clinic.E(want)) {
			t.Errorf("%s: read %d bytes, error %v, want %s", what, len(got), err, want)
		}
		if !bytes.HasPrefix(content, got) {
			t.Errorf("%s: other content was handed out", what)
		}
		if err := s.Check(context.Background(), ref); !errors.Is(err, clinic.E(want)) {
			t.Errorf("%s: the check says %v, want %s", what, err, want)
		}
	}
	check("empty", nil, blob.CodeDamaged)
	check("foreign", []byte(strings.Repeat("x", len(good))), blob.CodeDamaged)
	check("of a newer format", append([]byte{2}, good[1:]...), blob.CodeNewer)
	check("of format zero", append([]byte{0}, good[1:]...), blob.CodeDamaged)
	check("cut by a byte", good[:len(good)-1], blob.CodeDamaged)
	check("cut at a chunk", good[:1+2*sealed], blob.CodeDamaged)
	check("longer by a byte", append(bytes.Clone(good), 0), blob.CodeDamaged)
	check("longer by a chunk", append(bytes.Clone(good), part(0)...), blob.CodeDamaged)
	check("two chunks swapped", bytes.Join([][]byte{good[:1], part(1), part(0), part(2)}, nil), blob.CodeDamaged)
	check("one chunk twice", bytes.Join([][]byte{good[:1], part(0), part(0), part(2)}, nil), blob.CodeDamaged)
	check("zeros", append([]byte{1}, make([]byte, len(good)-1)...), blob.CodeDamaged)
	dice := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		raw := bytes.Clone(good)
		bit := 8 + dice.IntN(8*(len(raw)-1))
		raw[bit/8] ^= 1 << (bit % 8)
		check(fmt.Sprintf("bit %d flipped", bit), raw, blob.CodeDamaged)
	}

	// Another file of the same length in its place, and the other way round.
	d.files[name] = good
	other := put(t, s, made(len(content)))
	for p, raw := range d.files {
		if p != name {
			check("another file", raw, blob.CodeDamaged)
		}
	}
	d.files[name] = good
	wrong := ref
	wrong.Key = other.Key
	if _, err := read(s, wrong); !errors.Is(err, clinic.E(blob.CodeDamaged)) {
		t.Errorf("another file's key: %v", err)
	}
	short := ref
	short.Size--
	if got, err := read(s, short); err == nil && s.Check(context.Background(), short) == nil {
		t.Errorf("a wrong length of %d passes", len(got))
	}
	for _, size := range []int64{-1, blob.MaxSize + 1, ref.Size * 2} {
		bad := ref
		bad.Size = size
		if _, err := s.Open(bad); !errors.Is(err, clinic.E(blob.CodeDamaged)) {
			t.Errorf("length %d: %v", size, err)
		}
	}
	delete(d.files, name)
	for _, err := range []error{s.Stat(ref), s.Check(context.Background(), ref)} {
		if !errors.Is(err, clinic.E(blob.CodeMissing)) {
			t.Errorf("missing: %v", err)
		}
	}
}

// Whatever fails while a file is being written, the answer is an error with a
// code, nothing is left under a name, and the next file is stored.
func TestAFailureLeavesNothingBehind(t *testing.T) {
	for _, c := range []struct {
		with error
		code clinic.Code
	}{{syscall.EIO, blob.CodeNotStored}, {syscall.ENOSPC, clinic.CodeDiskFull}} {
		failed := 0
		for at := 1; ; at++ {
			d := newDisk()
			d.failAt, d.failWith = at, c.with
			s := d.store()
			_, err := s.Put(context.Background(), bytes.NewReader(made(chunk+9)), blob.MaxSize)
			if err == nil {
				break
			}
			failed++
			if !errors.Is(err, clinic.E(c.code)) || strings.Contains(err.Error(), "blobs") {
				t.Errorf("operation %d fails: %v, want %s", at, err, c.code)
			}
			if len(d.files) != 0 || d.opened != 0 {
				t.Errorf("operation %d fails: %d files are left, %d open", at, len(d.files), d.opened)
			}
			put(t, s, made(10))
		}
		if failed < 8 {
			t.Errorf("only %d operations failed", failed)
		}
	}
}

func TestWhatCannotBeStored(t *testing.T) {
	over, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		what   string
		ctx    context.Context
		source io.Reader
		want   error
	}{
		{"one byte too many", context.Background(), bytes.NewReader(made(chunk + 1)), clinic.E(blob.CodeTooLarge)},
		{"without end", context.Background(), zeros{}, clinic.E(blob.CodeTooLarge)},
		{"breaks off at once", context.Background(), failing(0), errSource},
		{"breaks off in a later chunk", context.Background(), failing(chunk - 9), errSource},
		{"given up", over, bytes.NewReader(made(9)), context.Canceled},
	} {
		d := newDisk()
		_, err := d.store().Put(c.ctx, c.source, chunk)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.what, err, c.want)
		}
		if len(d.files) != 0 || d.opened != 0 {
			t.Errorf("%s: something is left", c.what)
		}
	}
	var e *clinic.Error
	_, err := newDisk().store().Put(context.Background(), zeros{}, 77)
	if !errors.As(err, &e) || e.Params["limit"] != int64(77) {
		t.Errorf("the limit is not named: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestReadErrorsAreNotDamage(t *testing.T) {
	d := newDisk()
	s := d.store()
	ref := put(t, s, made(100))
	d.readError = syscall.EIO
	if _, err := s.Open(ref); !errors.Is(err, clinic.E(blob.CodeNotRead)) {
		t.Errorf("open: %v", err)
	}
	d.readError = nil
	c, err := s.Open(ref)
	if err != nil {
		t.Fatal(err)
	}
	d.readError = syscall.EIO
	if _, err := io.ReadAll(c.Reader()); !errors.Is(err, clinic.E(blob.CodeNotRead)) {
		t.Errorf("read: %v", err)
	}
}

func TestALockEndsEveryReading(t *testing.T) {
	d := newDisk()
	s := d.store()
	ref := put(t, s, made(2*chunk))
	c, err := s.Open(ref)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.ReadAt(make([]byte, 10), 0); err != nil {
		t.Fatal(err)
	}
	s.Close()
	locked := clinic.E(clinic.CodeLocked)
	_, readErr := c.ReadAt(make([]byte, 10), 0)
	_, openErr := s.Open(ref)
	_, putErr := s.Put(context.Background(), strings.NewReader("x"), 10)
	_, sweepErr := s.Sweep(context.Background(), 0, nil)
	for what, err := range map[string]error{
		"read": readErr, "open": openErr, "put": putErr, "sweep": sweepErr, "stat": s.Stat(ref), "check": s.Check(context.Background(), ref),
	} {
		if !errors.Is(err, locked) {
			t.Errorf("%s after the lock: %v", what, err)
		}
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// A lock while a file is being written leaves none.
func TestALockWhileAFileArrives(t *testing.T) {
	d := newDisk()
	s := d.store()
	source := io.MultiReader(strings.NewReader("first"), readerFunc(func([]byte) (int, error) { s.Close(); return 0, io.EOF }))
	if _, err := s.Put(context.Background(), source, 100); !errors.Is(err, clinic.E(clinic.CodeLocked)) {
		t.Errorf("put: %v", err)
	}
	if len(d.files) != 0 {
		t.Error("something is left")
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func TestKeysAreNeverShown(t *testing.T) {
	ref := put(t, newDisk().store(), made(10))
	text, err := ref.Key.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("stored", "key", ref.Key)
	for _, shown := range []string{fmt.Sprint(ref.Key), fmt.Sprintf("%v %+v %#v %x", ref.Key, ref.Key, ref.Key, ref.Key), log.String()} {
		if strings.Contains(shown, string(text)[:8]) {
			t.Errorf("a key shows itself in %q", shown)
		}
	}
	var back blob.Key
	if err := back.UnmarshalText(text); err != nil || back != ref.Key {
		t.Errorf("a key does not come back: %v", err)
	}
	for _, bad := range []string{"", "00", strings.Repeat("g", 64)} {
		if back.UnmarshalText([]byte(bad)) == nil {
			t.Errorf("%q is read as a key", bad)
		}
	}
}
