package folder_test

import (
	"bytes"
	"context"
	"maps"
	"strings"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
)

const firstPage = 4096

// read is what a salvage reads of a clinic's folder: each event by its place, and whether
// that is proven.
func (f files) read(t *testing.T, keys *vault.Keys, known uint64) (map[uint64]bool, journal.Wreckage, error) {
	t.Helper()
	p := f.lay(t)
	before, found := p.files(t), map[uint64]bool{}
	d := &folder.Damaged{Config: p.config(keys), Known: known}
	r, err := d.Open(context.Background(), t.TempDir(), func(_ *sqlite.Tx, e journal.Salvaged) error {
		found[e.Seq] = e.Proven
		return nil
	})
	if err != nil {
		return nil, journal.Wreckage{}, err
	}
	w := r.Wreckage()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	after := p.files(t)
	for name, raw := range before {
		if !strings.HasPrefix(name, "clinic/device.db") && !bytes.Equal(raw, after[name]) {
			t.Errorf("%s was changed", name)
		}
	}
	return found, w, nil
}

// with is a clinic of which one file is another.
func (f files) with(name string, content []byte) files {
	f = maps.Clone(f)
	if f[name] = content; content == nil {
		delete(f, name)
	}
	return f
}

// TestALogWithoutItsFirstPageIsSavedWhole loses that page in several ways, of a clinic
// that was closed in good order and of one that was not. The device's file knows what the
// page began with; without it, or where it knows of another file, the clinic is told what
// it was always told.
func TestALogWithoutItsFirstPageIsSavedWhole(t *testing.T) {
	const log, own = "clinic/journal.db", "clinic/device.db"
	ctx := context.Background()
	p := place{t.TempDir()}
	found(t, p)
	c := mustEnter(t, p)
	for n := range 30 {
		if err := c.newPatient(ctx, n); err != nil {
			t.Fatal(err)
		}
	}
	anchor, err := c.Journal.Anchor(ctx)
	if err != nil {
		t.Fatal(err)
	}
	known := anchor.Head.Seq
	c.Abandon()
	crashed := p.files(t)
	// A folder that was restored has no device's file: the next opening makes one.
	bare := crashed.with(own, nil).with(own+"-wal", nil).lay(t)
	if err := mustEnter(t, bare).Close(); err != nil {
		t.Fatal(err)
	}
	closed := bare.files(t)
	v, err := vault.Load(ctx, p.vaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	keys, err := v.Unlock(ctx, owner.ID, []byte(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Zero()
	whole, w, err := closed.read(t, keys, known)
	if err != nil || uint64(len(whole)) != known || w.Proven != known {
		t.Fatalf("the whole log: %d of %d, %+v, %v", len(whole), known, w, err)
	}
	c = mustEnter(t, bare)
	if err := c.Device.KeepLogPrefix(ctx, sqlite.Prefix{1, 2, 3}); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	another := bare.files(t)[own]

	for _, s := range []struct {
		how   string
		spoil func(page []byte)
		// said is what is said of it where nothing says what the file began with; empty
		// where it says so itself.
		said clinic.Code
	}{
		{"zeros", func(page []byte) { clear(page) }, sqlite.CodeNotOurs},
		{"a bit of the salt", func(page []byte) { page[5] ^= 16 }, sqlite.CodeWrongKey},
		{"a bit of the rest", func(page []byte) { page[300] ^= 1 }, ""},
		{"a bit of the version", func(page []byte) { page[4095] ^= 4 }, ""},
	} {
		t.Run(s.how, func(t *testing.T) {
			lost := func(all files) files {
				raw := bytes.Clone(all[log])
				s.spoil(raw[:firstPage])
				return all.with(log, raw)
			}
			mustSave := func(what string, all files, said clinic.Code) {
				t.Helper()
				saved, w, err := all.read(t, keys, known)
				switch {
				case said != "" && err != nil:
					if clinic.CodeOf(err) != said {
						t.Errorf("%s: said %v, want %s", what, err, said)
					}
				case said != "" || err != nil:
					t.Errorf("%s: %d events, %v", what, len(saved), err)
				case !maps.Equal(saved, whole) || w.Unreadable != 0 || w.Bodiless != 0 || w.Unplaced != 0:
					t.Errorf("%s: %d events of %d: %+v", what, len(saved), known, w)
				}
			}
			bad := lost(closed)
			without := bad.with(own, nil)
			mustSave("closed", bad, "")
			mustSave("without the device's file", without, s.said)
			if s.said != "" {
				mustSave("crashed", lost(crashed), "")
				mustSave("with another file's", bad.with(own, another), s.said)
			}
			// And so it is told when it is opened.
			if _, err := folder.Open(ctx, bad.lay(t).config(keys)); clinic.CodeOf(err) != sqlite.CodeDamaged {
				t.Errorf("opening it: %v", err)
			}
			said := s.said
			if said == "" {
				said = sqlite.CodeDamaged
			}
			if _, err := folder.Open(ctx, without.lay(t).config(keys)); clinic.CodeOf(err) != said {
				t.Errorf("opening it without the device's file: %v", err)
			}
		})
	}

	// More than the first page: what is not saved is counted.
	raw := bytes.Clone(closed[log])
	clear(raw[:firstPage])
	raw = raw[:len(raw)*2/3/firstPage*firstPage+700]
	saved, w, err := closed.with(log, raw).read(t, keys, known)
	if err != nil || len(saved) == 0 || w.Unreadable == 0 || w.Events+w.Unreadable != known {
		t.Errorf("cut as well: %d events, %+v, %v", len(saved), w, err)
	}
	// Nothing else is left: as if nothing had been kept.
	clear(raw)
	if _, _, err := closed.with(log, raw).read(t, keys, known); clinic.CodeOf(err) != sqlite.CodeNotOurs {
		t.Errorf("nothing but zeros: %v", err)
	}
}
