package spool_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/spool"
)

// keys are those of a clinic that has had three epochs.
type keys struct{}

func secretOf(what string) []byte {
	sum := sha256.Sum256([]byte(what))
	return sum[:]
}

func (keys) Spool(epoch uint32) ([]byte, error) {
	if epoch < 1 || epoch > 3 {
		return nil, clinic.E(clinic.CodeNotFound)
	}
	return secretOf(fmt.Sprint("epoch ", epoch)), nil
}

func (keys) Naming() ([]byte, error) { return secretOf("naming"), nil }

// locked are keys that have been zeroed.
type locked struct{}

func (locked) Spool(uint32) ([]byte, error) { return nil, clinic.E(clinic.CodeLocked) }
func (locked) Naming() ([]byte, error)      { return nil, clinic.E(clinic.CodeLocked) }

func sealOf(t testing.TB, epoch uint32) spool.Seal {
	t.Helper()
	private, err := keys{}.Spool(epoch)
	if err != nil {
		t.Fatal(err)
	}
	public, err := spool.PublicOf(private)
	if err != nil {
		t.Fatal(err)
	}
	return spool.Seal{Epoch: epoch, Public: public, Mark: spool.MarkKey(secretOf("naming"))}
}

func writer(t testing.TB, b *spool.Box) *spool.Writer {
	t.Helper()
	w, err := b.Writer(sealOf(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

const body = "The heliotrope room is free, bring the kaleidoscope. ñ 🎺"

// text is the n-th text of a test.
func text(n int) spool.Entry {
	e := spool.Entry{Kind: spool.Text, At: clinic.Instant(1_772_000_000_000 + n)}
	copy(e.Key[:], fmt.Sprintf("text number %04d", n))
	e.Text = spool.Arrival{
		SID: fmt.Sprintf("SM%032x", n), From: "+13035550142", To: "+13035550199", Body: fmt.Sprint(body, n), Status: "received",
		ErrorCode: 30039, Segments: 2, Media: n % 3, Created: clinic.Instant(1_771_999_000_000 + n), Sent: 1, Updated: 2,
	}
	return e
}

func all(t testing.TB, b *spool.Box) (entries []spool.Entry) {
	t.Helper()
	numbers, err := b.Names()
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range numbers {
		e, err := b.Read(n, keys{})
		if err != nil {
			t.Fatalf("entry %d: %v", n, err)
		}
		entries = append(entries, e)
	}
	return entries
}

func TestWhatIsWrittenIsReadInItsOrder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	b := spool.At(dir, nil)
	if got := all(t, b); got != nil {
		t.Fatalf("an empty box holds %d", len(got))
	}
	w := writer(t, b)
	want := []spool.Entry{
		{Key: clinic.NewID[spool.Key](), Kind: spool.Locked, At: 5, Member: clinic.NewID[clinic.StaffID]()},
		text(1), text(2),
		{Key: clinic.NewID[spool.Key](), Kind: spool.Refused, At: 7, Member: clinic.NewID[clinic.StaffID]()},
	}
	for _, e := range append(slices.Clone(want), text(1), want[0]) { // some twice
		if err := w.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	if err := w.Append(text(9)); !errors.Is(err, clinic.E(clinic.CodeLocked)) {
		t.Errorf("a closed writer: %v", err)
	}
	// Another run goes on behind it.
	w = writer(t, b)
	for n := 3; n < 20; n++ {
		want = append(want, text(n))
		if err := w.Append(text(n)); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	if got := all(t, b); !slices.Equal(got, want) {
		t.Errorf("read %d, wrote %d", len(got), len(want))
	}
	numbers, _ := b.Names()
	if err := b.Remove(numbers[:5]...); err != nil {
		t.Fatal(err)
	}
	if err := b.Remove(numbers[:5]...); err != nil {
		t.Errorf("removing again: %v", err)
	}
	if got := all(t, b); !slices.Equal(got, want[5:]) {
		t.Errorf("%d are left", len(got))
	}
	if err := b.Remove(numbers...); err != nil {
		t.Fatal(err)
	}
	// What is removed was in the records: its number does not matter any more, and
	// a file of then that is put back under it is read as what it is.
	if got := all(t, b); len(got) > 0 {
		t.Errorf("%d are left", len(got))
	}
}

func TestNothingOfAnEntryIsReadable(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	b := spool.At(dir, nil)
	w := writer(t, b)
	for n := range 5 {
		if err := w.Append(text(n)); err != nil {
			t.Fatal(err)
		}
	}
	sizes := map[int64]bool{}
	files := os.DirFS(dir)
	if err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(files, path)
		sizes[int64(len(raw))] = true
		for _, word := range []string{"heliotrope", "3035550142", "SM0000", "received"} {
			if bytes.Contains(raw, []byte(word)) {
				t.Errorf("%s holds %q", path, word)
			}
		}
		if info, errInfo := d.Info(); errInfo != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v", path, info.Mode())
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(sizes) != 1 {
		t.Errorf("short texts make files of %d lengths", len(sizes))
	}
	for _, shown := range []string{fmt.Sprint(text(1)), fmt.Sprintf("%#v", text(1)), fmt.Sprintf("%+v", []spool.Entry{text(1)})} {
		if strings.Contains(shown, "heliotrope") {
			t.Error("an entry prints what it holds")
		}
	}
}

// TestWhatDoesNotOpen changes a file in every way that there is, and reads the
// others all the same.
func TestWhatDoesNotOpen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	b := spool.At(dir, nil)
	w := writer(t, b)
	for n := range 3 {
		if err := w.Append(text(n)); err != nil {
			t.Fatal(err)
		}
	}
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(names) != 3 {
		t.Fatal(names, err)
	}
	whole, err := os.ReadFile(names[1])
	if err != nil {
		t.Fatal(err)
	}
	first, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	changed := map[string][]byte{
		"nothing":       {},
		"another's":     first,
		"one byte more": append(slices.Clone(whole), 0),
		"far too much":  append(slices.Clone(whole), make([]byte, spool.MaxEntry)...),
		"all zero":      make([]byte, len(whole)),
	}
	for at := range whole {
		flipped := slices.Clone(whole)
		flipped[at] ^= 0x20
		changed[fmt.Sprint("byte ", at)] = flipped
	}
	for n := 1; n < len(whole); n += 7 {
		changed[fmt.Sprint("cut to ", n)] = whole[:n]
	}
	numbers, err := b.Names()
	if err != nil {
		t.Fatal(err)
	}
	for how, raw := range changed {
		if err := os.WriteFile(names[1], raw, 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := b.Read(numbers[1], keys{})
		switch clinic.CodeOf(err) {
		case spool.CodeDamaged, spool.CodeNewer, spool.CodeUnreadable:
		default:
			t.Errorf("%s: %v", how, err)
		}
		if e != (spool.Entry{}) {
			t.Errorf("%s: something of it is read", how)
		}
	}
	for _, n := range []uint64{numbers[0], numbers[2]} {
		if _, err := b.Read(n, keys{}); err != nil {
			t.Errorf("another entry: %v", err)
		}
	}
	if _, err := b.Read(numbers[0], locked{}); !errors.Is(err, clinic.E(clinic.CodeLocked)) {
		t.Errorf("with locked keys: %v", err)
	}
	if _, err := b.Read(99, keys{}); !errors.Is(err, clinic.E(spool.CodeUnreadable)) {
		t.Errorf("one that is not there: %v", err)
	}
}

// TestAForgedEntryIsDamage is what somebody can make who has come to know the
// public key.
func TestAForgedEntryIsDamage(t *testing.T) {
	for name, change := range map[string]func(*spool.Seal){
		"without the naming key": func(s *spool.Seal) { s.Mark = spool.MarkKey(secretOf("another naming key")) },
		"of an unknown epoch":    func(s *spool.Seal) { s.Epoch = 9 },
		"of another epoch":       func(s *spool.Seal) { s.Epoch = 2 },
	} {
		b := spool.At(filepath.Join(t.TempDir(), "spool"), nil)
		s := sealOf(t, 3)
		change(&s)
		w, err := b.Writer(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Append(text(1)); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Read(1, keys{}); !errors.Is(err, clinic.E(spool.CodeDamaged)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
