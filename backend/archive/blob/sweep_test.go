package blob_test

import (
	"context"
	"errors"
	"maps"
	"path"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
)

func these(refs ...blob.Ref) func(context.Context) (map[blob.Name]struct{}, error) {
	return func(context.Context) (map[blob.Name]struct{}, error) {
		all := map[blob.Name]struct{}{}
		for _, r := range refs {
			all[r.Name] = struct{}{}
		}
		return all, nil
	}
}

func TestASweepTakesOnlyWhatIsNobodys(t *testing.T) {
	ctx := context.Background()
	d := newDisk()
	s := d.store()
	named, unnamed := put(t, s, made(10)), put(t, s, made(20))
	arriving, err := s.Put(ctx, strings.NewReader("on its way"), 100)
	if err != nil {
		t.Fatal(err)
	}
	folder := path.Dir(slices.Sorted(maps.Keys(d.files))[0])
	cutShort := folder + "/" + folder[len(folder)-1:] + unnamed.Name.String()[1:] + ".part"
	for _, foreign := range []string{"blobs/readme.txt", folder + "/photo.jpg", folder + "/zz"} {
		d.files[foreign] = []byte("left by somebody")
	}
	d.files[cutShort] = []byte("half of it")
	young := d.now
	d.now = d.now.Add(40 * 24 * time.Hour)
	recent := put(t, s, made(30))
	before := clinic.At(young.Add(24 * time.Hour))

	fails := errors.New("the journal is newer")
	if _, err := s.Sweep(ctx, before, func(context.Context) (map[blob.Name]struct{}, error) { return nil, fails }); !errors.Is(err, fails) {
		t.Errorf("sweep: %v", err)
	}
	if s.Stat(unnamed) != nil || d.files[cutShort] == nil {
		t.Error("something was removed although nobody knows what is named")
	}

	swept, err := s.Sweep(ctx, before, these(named))
	if err != nil || swept != (blob.Swept{Unnamed: 1, Partly: 1}) {
		t.Errorf("swept %+v, error %v", swept, err)
	}
	for what, ref := range map[string]blob.Ref{"named": named, "arriving": arriving.Ref, "recent": recent} {
		if err := s.Stat(ref); err != nil {
			t.Errorf("the file that is %s: %v", what, err)
		}
	}
	if err := s.Stat(unnamed); !errors.Is(err, clinic.E(blob.CodeMissing)) {
		t.Errorf("the file that nobody names: %v", err)
	}
	for _, foreign := range []string{"blobs/readme.txt", folder + "/photo.jpg", folder + "/zz"} {
		if d.files[foreign] == nil {
			t.Errorf("%s was removed", foreign)
		}
	}
	arriving.Settle()
	if swept, err = s.Sweep(ctx, before, these(named)); err != nil || swept.Unnamed != 1 {
		t.Errorf("once it is settled and not named: %+v, %v", swept, err)
	}
}

// A file that arrives while the names are being asked for is left alone, at
// whichever moment it comes and is settled.
func TestAnArrivalDuringASweepIsLeftAlone(t *testing.T) {
	ctx := context.Background()
	d := newDisk()
	s := d.store()
	put(t, s, made(5))
	var come []blob.Ref
	arrive := func() {
		a, err := s.Put(ctx, strings.NewReader("new"), 100)
		if err != nil {
			t.Fatal(err)
		}
		come = append(come, a.Ref)
		a.Settle()
	}
	if _, err := s.Sweep(ctx, clinic.At(d.now.Add(time.Hour)), func(ctx context.Context) (map[blob.Name]struct{}, error) {
		all, err := these(come...)(ctx)
		arrive() // its event comes after the answer
		return all, err
	}); err != nil {
		t.Fatal(err)
	}
	for _, ref := range come {
		if err := s.Stat(ref); err != nil {
			t.Error(err)
		}
	}
}

func TestASweepOfNothing(t *testing.T) {
	swept, err := newDisk().store().Sweep(context.Background(), 0, func(context.Context) (map[blob.Name]struct{}, error) {
		return nil, errors.New("asked in vain")
	})
	if err != nil || swept != (blob.Swept{}) {
		t.Errorf("%+v %v", swept, err)
	}
}

func TestWhatASweepCannotRemoveIsAnError(t *testing.T) {
	d := newDisk()
	s := d.store()
	put(t, s, made(5))
	stuck := &unremovable{d}
	again := blob.New(blob.Config{Dir: "blobs", Files: stuck})
	if _, err := again.Sweep(context.Background(), clinic.At(d.now.Add(time.Hour)), these()); !errors.Is(err, clinic.E(blob.CodeNotStored)) {
		t.Errorf("%v", err)
	}
}

type unremovable struct{ *disk }

func (*unremovable) Remove(string) error { return syscall.EACCES }
