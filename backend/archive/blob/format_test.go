package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What was written once is read for ever. A file under testdata/format is never
// changed; a new layout gets new ones beside them.
func TestFormatOneIsPinned(t *testing.T) {
	for _, c := range []struct {
		name string
		size int
	}{{"short", 100}, {"three-chunks", 2*chunk + 5000}} {
		t.Run(c.name, func(t *testing.T) {
			d := newDisk()
			s := d.store()
			content := made(c.size)
			ref := put(t, s, content)
			name, raw := d.only()
			sum := sha256.Sum256(raw)
			pinned, err := os.ReadFile(filepath.Join("testdata", "format", c.name+".sha256"))
			if err != nil || strings.TrimSpace(string(pinned)) != hex.EncodeToString(sum[:]) {
				t.Errorf("the file has the hash %x, pinned is %q (%v)", sum, pinned, err)
			}
			if ref.Name.String() != "041061050o3gg28a1c60q3gf20" || name != "blobs/0/041061050o3gg28a1c60q3gf20" {
				t.Errorf("it lies in %s", name)
			}
			if got, err := read(s, ref); err != nil || !bytes.Equal(got, content) {
				t.Errorf("it does not open: %v", err)
			}
		})
	}
}

// Whatever lies in the place of a file, what is read from it is what was stored
// or an error.
func FuzzOpen(f *testing.F) {
	d := newDisk()
	s := d.store()
	content := made(100)
	ref := put(f, s, content)
	name, good := d.only()
	f.Add(good)
	f.Add(good[:len(good)-16])
	f.Add([]byte{1})
	f.Add([]byte{2, 0})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		d := newDisk()
		d.files[name] = raw
		s := d.store()
		got, err := read(s, ref)
		checked := s.Check(context.Background(), ref)
		if bytes.Equal(raw, good) {
			if err != nil || checked != nil || !bytes.Equal(got, content) {
				t.Fatalf("the good file: %v, %v", err, checked)
			}
			return
		}
		if err == nil || checked == nil {
			t.Fatal("a file that was never stored opens")
		}
		if d.opened != 0 {
			t.Fatal("a file stays open")
		}
	})
}

// A file that was written once, kept with the sources, opens.
func TestAKeptFileOpens(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("testdata", "format", "short.blob"))
	if err != nil {
		t.Fatal(err)
	}
	d := newDisk()
	s := d.store()
	ref := put(t, s, made(100)) // the same keys as then
	name, _ := d.only()
	d.files[name] = raw
	if got, err := read(s, ref); err != nil || !bytes.Equal(got, made(100)) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}
