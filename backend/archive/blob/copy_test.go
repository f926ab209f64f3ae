package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
)

// Files that were copied as they are, and put into another store, are what they were.
func TestACopiedFileIsTheSame(t *testing.T) {
	from := newDisk()
	s := from.store()
	content := made(2*chunk + 5000)
	ref := put(t, s, content)
	path, _ := from.only()
	// What is still being written is no file yet.
	from.files[strings.Replace(path, ref.Name.String()[1:], strings.Repeat("0", 25)+".part", 1)] = []byte{1}
	names, err := s.Sealed(t.Context())
	if err != nil || !slices.Equal(names, []blob.Name{ref.Name}) {
		t.Fatalf("there are %v: %v", names, err)
	}
	f, err := s.OpenSealed(ref.Name)
	if err != nil {
		t.Fatal(err)
	}
	size, err := f.Size()
	if err != nil {
		t.Fatal(err)
	}
	to := newDisk()
	other := to.store()
	for range 2 { // in the place of itself, too
		if err := other.PutSealed(t.Context(), ref.Name, io.NewSectionReader(f, 0, size)); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := read(other, ref); err != nil || !bytes.Equal(got, content) || other.Check(t.Context(), ref) != nil {
		t.Errorf("it came as something else: %v", err)
	}
	if from.opened+to.opened != 0 {
		t.Error("a file stays open")
	}
	if _, err := other.OpenSealed(blob.Name{1}); !errors.Is(err, clinic.E(blob.CodeMissing)) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// Whichever step of putting a file back fails, none is there or a whole one.
func TestPuttingAFileBackMayFail(t *testing.T) {
	s := newDisk().store()
	ref := put(t, s, made(100))
	f, err := s.OpenSealed(ref.Name)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(io.NewSectionReader(f, 0, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; ; n++ {
		to := newDisk()
		to.failAt = n
		other := to.store()
		err := other.PutSealed(t.Context(), ref.Name, bytes.NewReader(raw))
		if to.done < n {
			break
		}
		if err == nil {
			t.Fatalf("step %d failed and nobody was told", n)
		}
		if missing := other.Stat(ref); missing != nil && !errors.Is(missing, clinic.E(blob.CodeMissing)) {
			t.Errorf("step %d leaves half a file: %v", n, missing)
		}
		if names, err := other.Sealed(context.Background()); err == nil && len(names) == 1 && other.Check(t.Context(), ref) != nil {
			t.Errorf("step %d leaves a file that is none", n)
		}
	}
}
