package folder_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
)

// pretend are the formats of a later program, of which the last cannot be reached
// where it fails.
func pretend(statements ...string) []sqlite.Migration {
	all := slices.Clone(journal.LogMigrations())
	return append(all, sqlite.Migration{Version: len(all) + 1, Statements: statements})
}

// later opens a clinic as a later program does.
func later(ctx context.Context, p place, formats []sqlite.Migration, change func(*folder.Config)) (*opened, error) {
	v, err := vault.Load(ctx, p.vaultConfig())
	if err != nil {
		return nil, err
	}
	keys, err := v.Unlock(ctx, owner.ID, []byte(passphrase))
	if err != nil {
		return nil, err
	}
	anchors, _, err := folder.Noted(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	cfg := p.config(keys)
	cfg.Formats, cfg.Anchors = formats, anchors
	if change != nil {
		change(&cfg)
	}
	c, err := folder.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &opened{c, v}, nil
}

// former is the folder of what was kept, empty for none.
func former(t *testing.T, p place) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(p.dir(), "before-format-*"))
	if err != nil || len(found) > 1 {
		t.Fatalf("kept: %v, %v", found, err)
	}
	if len(found) == 0 {
		return ""
	}
	return found[0]
}

// TestACopyIsKeptBeforeAChangeOfFormat: with it the program of before opens what was
// there before; the next good backup lets it go.
func TestACopyIsKeptBeforeAChangeOfFormat(t *testing.T) {
	ctx := context.Background()
	old := newCopied(t)
	old.add(t, 0, 5)
	want := old.hash(t)
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	if kept := former(t, old.place); kept != "" {
		t.Fatalf("without any change of format there is %s", kept)
	}
	c, err := later(ctx, old.place, pretend(`CREATE TABLE pretend (one INTEGER) STRICT`), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Abandon()
	kept := former(t, old.place)
	if kept == "" || strings.HasSuffix(kept, ".part") {
		t.Fatalf("kept: %q", kept)
	}
	if err := errors.Join(c.newPatient(ctx, 5), c.Note(ctx, c.vault, true)); err != nil {
		t.Fatal(err)
	}

	// Back with the program of before.
	all := old.place.files(t)
	for name, raw := range all {
		for _, one := range []string{"journal.db", "vault.json"} {
			if name == "clinic/"+one {
				if all[name], err = os.ReadFile(filepath.Join(kept, one)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if strings.HasPrefix(name, "clinic/journal.db-") || bytes.Equal(raw, nil) {
			delete(all, name)
		}
	}
	back := all.lay(t)
	if _, err := later(ctx, old.place, nil, nil); err == nil {
		t.Error("the program of before opens the later format")
	}
	again, err := later(ctx, back, nil, nil)
	if err != nil {
		t.Fatalf("with what was kept: %v", err)
	}
	defer again.Abandon()
	if again.Journal.Report().Loss == nil {
		t.Error("it is not told that something is missing")
	}
	if err := again.Journal.Rebuild(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if is, err := again.Journal.ContentHash(ctx); err != nil || is != want {
		t.Errorf("it is something else: %v", err)
	}

	if err := c.ForgetBefore(); err != nil || former(t, old.place) != "" {
		t.Errorf("it is still there: %v", err)
	}
	if err := c.ForgetBefore(); err != nil {
		t.Errorf("where nothing is kept: %v", err)
	}
}

// TestAFormatIsChangedOnlyBesideAWholeCopy: without room, with a damaged log, cut short
// while copying or in the change itself, the log stays what it was, and the next
// opening begins anew.
func TestAFormatIsChangedOnlyBesideAWholeCopy(t *testing.T) {
	ctx := context.Background()
	p := place{t.TempDir()}
	found(t, p)
	c := mustEnter(t, p)
	for n := range 30 {
		if err := c.newPatient(ctx, n); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	formats := pretend(`CREATE TABLE pretend (one INTEGER) STRICT`)
	before := p.files(t)["clinic/journal.db"]
	mustBeAsBefore := func(what string) {
		t.Helper()
		if kept := former(t, p); kept != "" && what != "the change fails" {
			t.Errorf("%s: there is %s", what, kept)
		}
		if again, err := enter(ctx, p); err != nil {
			t.Errorf("%s: the program of before: %v", what, err)
		} else if err := again.Close(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}

	var refused *clinic.Error
	_, err := later(ctx, p, formats, func(cfg *folder.Config) {
		cfg.Room = func(string) (int64, error) { return 64 << 20, nil }
	})
	if !errors.As(err, &refused) || refused.Code != folder.CodeNoRoom || refused.Params["need"].(int64) < 65 {
		t.Errorf("without room: %v", err)
	}
	mustBeAsBefore("without room")

	ended, cancel := context.WithCancel(ctx)
	_, err = later(ended, p, formats, func(cfg *folder.Config) {
		cfg.Room = func(string) (int64, error) {
			cancel()
			return 1 << 40, nil
		}
	})
	if err == nil {
		t.Error("it was not cut short")
	}
	mustBeAsBefore("cut short")

	if _, err = later(ctx, p, pretend(`CREATE TABLE log (one INTEGER) STRICT`), nil); err == nil {
		t.Error("the change did not fail")
	}
	mustBeAsBefore("the change fails")

	// Killed while copying: what is left is removed with the next hold.
	if err := os.MkdirAll(filepath.Join(p.dir(), "before-format-1.part"), 0o700); err != nil {
		t.Fatal(err)
	}
	if h, err := folder.Take(p.dir()); err != nil {
		t.Fatal(err)
	} else if err := h.Release(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(p.dir(), "before-format-1.part")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what a kill has left: %v", err)
	}

	spoiled := bytes.Clone(before)
	spoiled[len(spoiled)-2000] ^= 1
	at := filepath.Join(p.dir(), "journal.db")
	if err := os.WriteFile(at, spoiled, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err = later(ctx, p, formats, nil); clinic.CodeOf(err) != sqlite.CodeDamaged {
		t.Errorf("a damaged log: %v", err)
	}
	if raw, err := os.ReadFile(at); err != nil || !bytes.Equal(raw, spoiled) {
		t.Errorf("a damaged log was changed: %v", err)
	}
	if err := os.WriteFile(at, before, 0o600); err != nil {
		t.Fatal(err)
	}
	// The copy of the change that failed is replaced by one of now.
	done, err := later(ctx, p, formats, func(cfg *folder.Config) { cfg.Clock = clinictest.NewClock(noon) })
	if err != nil {
		t.Fatal(err)
	}
	defer done.Abandon()
	if former(t, p) == "" {
		t.Error("nothing was kept")
	}
}

// TestACopyIsKeptBeforeAnotherVersion: also where the format stays. Where it cannot be
// kept people work all the same, and the next opening tries again.
func TestACopyIsKeptBeforeAnotherVersion(t *testing.T) {
	ctx := context.Background()
	p := place{t.TempDir()}
	found(t, p)
	room := int64(1 << 40)
	opens := func(version string) *opened {
		t.Helper()
		c, err := later(ctx, p, nil, func(cfg *folder.Config) {
			cfg.Program = version
			cfg.Room = func(string) (int64, error) { return room, nil }
		})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	closes := func(c *opened) {
		t.Helper()
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 2 {
		c := opens("1")
		if kept := former(t, p); kept != "" || c.NotKept != "" {
			t.Fatalf("where no other version was before there is %q: %q", kept, c.NotKept)
		}
		if err := errors.Join(c.newPatient(ctx, n), c.Note(ctx, c.vault, true)); err != nil {
			t.Fatal(err)
		}
		closes(c)
	}

	room = 1 << 20
	c := opens("2")
	if c.NotKept != folder.CodeNoRoom || former(t, p) != "" {
		t.Errorf("without room: %q, %q", c.NotKept, former(t, p))
	}
	closes(c)
	room = 1 << 40
	c = opens("2")
	for _, name := range []string{"journal.db", "vault.json"} {
		if raw, err := os.ReadFile(filepath.Join(former(t, p), name)); err != nil || len(raw) == 0 || c.NotKept != "" {
			t.Errorf("%s is not kept: %v, %q", name, err, c.NotKept)
		}
	}
	if n, err := c.patients(ctx); err != nil || n == 0 {
		t.Errorf("%d patients: %v", n, err)
	}
	if err := c.ForgetBefore(); err != nil {
		t.Fatal(err)
	}
	closes(c)
	c = opens("2")
	if kept := former(t, p); kept != "" {
		t.Errorf("the same version kept %s", kept)
	}
	closes(c)
}
