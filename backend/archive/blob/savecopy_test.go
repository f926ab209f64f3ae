package blob_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"strings"
	"syscall"
	"testing"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
)

func TestACopyHoldsWhatWasStored(t *testing.T) {
	for _, size := range []int{0, 1, chunk, 3*chunk + 17} {
		d := newDisk()
		s, content := d.store(), made(size)
		ref := put(t, s, content)
		d.dirs["out"], d.files["out/card.pdf"] = true, []byte("what was there")
		if err := s.SaveCopy(context.Background(), ref, "out/card.pdf"); err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		if !bytes.Equal(d.files["out/card.pdf"], content) || d.opened != 0 || len(d.files) != 2 {
			t.Errorf("%d bytes: a copy of %d, %d files open", size, len(d.files["out/card.pdf"]), d.opened)
		}
	}
}

// TestACopyIsWholeOrNone lets each operation of the copying fail in turn: a copy
// that was there before stays as it was.
func TestACopyIsWholeOrNone(t *testing.T) {
	for _, why := range []struct {
		err  error
		want clinic.Code
	}{{syscall.EIO, blob.CodeNotCopied}, {syscall.ENOSPC, clinic.CodeDiskFull}} {
		for at := 1; ; at++ {
			d := newDisk()
			s := d.store()
			ref := put(t, s, made(2*chunk))
			d.dirs["out"], d.files["out/card.pdf"] = true, []byte("what was there")
			before := maps.Clone(d.files)
			d.failAt, d.failWith = d.done+at, why.err
			err := s.SaveCopy(context.Background(), ref, "out/card.pdf")
			if err == nil {
				if at < 5 {
					t.Errorf("only %d operations can fail", at)
				}
				break
			}
			if !errors.Is(err, clinic.E(why.want)) || strings.Contains(err.Error(), "card") {
				t.Errorf("operation %d: %v", at, err)
			}
			if !maps.EqualFunc(d.files, before, bytes.Equal) || d.opened != 0 {
				t.Errorf("operation %d leaves %d files, %d open", at, len(d.files), d.opened)
			}
		}
	}
}

func TestWhatIsDamagedIsNotCopied(t *testing.T) {
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, test := range map[string]struct {
		spoil func(*disk, *blob.Ref)
		ctx   context.Context
		want  clinic.Code
	}{
		"a flipped bit in the last chunk": {func(d *disk, _ *blob.Ref) {
			_, raw := d.only()
			raw[len(raw)-1] ^= 1
		}, context.Background(), blob.CodeDamaged},
		"another hash":         {func(_ *disk, r *blob.Ref) { r.Hash[0] ^= 1 }, context.Background(), blob.CodeDamaged},
		"no file":              {func(d *disk, _ *blob.Ref) { clear(d.files) }, context.Background(), blob.CodeMissing},
		"a disk that tires":    {func(d *disk, _ *blob.Ref) { d.readError = syscall.EIO }, context.Background(), blob.CodeNotRead},
		"somebody who gave up": {func(*disk, *blob.Ref) {}, cancelled, ""},
	} {
		d := newDisk()
		s := d.store()
		ref := put(t, s, made(3*chunk))
		d.dirs["out"] = true
		test.spoil(d, &ref)
		before := len(d.files)
		err := s.SaveCopy(test.ctx, ref, "out/card.pdf")
		if err == nil || test.want != "" && !errors.Is(err, clinic.E(test.want)) || test.want == "" && !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		if len(d.files) != before || d.opened != 0 {
			t.Errorf("%s: %d files are left, %d open", name, len(d.files), d.opened)
		}
	}
}

// before is a disk on which something happens just before a file gets its name.
type before struct {
	*disk
	rename func(from string)
}

func (b before) Rename(from, to string) error {
	b.rename(from)
	return b.disk.Rename(from, to)
}

// TestACopyThatWasKilledIsInNobodysWay: the program ended while it was copying, with
// a file on the disk that has no name yet. The next copy of the same name is made,
// and what was left is taken away; what others have put there stays.
func TestACopyThatWasKilledIsInNobodysWay(t *testing.T) {
	d := newDisk()
	content := made(2 * chunk)
	ref := put(t, d.store(), content)
	d.dirs["out"] = true
	left := ""
	killed := blob.New(blob.Config{Dir: "blobs", Files: before{d, func(from string) { left = from }}})
	if err := killed.SaveCopy(context.Background(), ref, "out/card.pdf"); err != nil {
		t.Fatal(err)
	}
	d.files[left] = d.files["out/card.pdf"]
	delete(d.files, "out/card.pdf")
	others := []string{"out/card.pdf.part", "out/quietline-copy-mine.part", "out/notes.txt"}
	for _, name := range others {
		d.files[name] = []byte("of somebody else")
	}

	again := blob.New(blob.Config{Dir: "blobs", Files: d})
	if err := again.SaveCopy(context.Background(), ref, "out/card.pdf"); err != nil || !bytes.Equal(d.files["out/card.pdf"], content) {
		t.Fatalf("beside what was left: %v", err)
	}
	again.ClearCopies("out")
	if _, there := d.files[left]; there {
		t.Error("what was left is still there, readable")
	}
	for _, name := range others {
		if string(d.files[name]) != "of somebody else" {
			t.Errorf("%s is gone", name)
		}
	}
}

func TestACopyUnderWayIsNotClearedAway(t *testing.T) {
	d := newDisk()
	content := made(chunk)
	ref := put(t, d.store(), content)
	d.dirs["out"] = true
	var s *blob.Store
	s = blob.New(blob.Config{Dir: "blobs", Files: before{d, func(string) { s.ClearCopies("out") }}})
	if err := s.SaveCopy(context.Background(), ref, "out/card.pdf"); err != nil || !bytes.Equal(d.files["out/card.pdf"], content) {
		t.Errorf("a copy that was under way: %v", err)
	}
}
