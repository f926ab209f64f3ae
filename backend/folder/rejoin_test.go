package folder_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"quietline/backend/backup"
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/vault"
)

// putBack is a clinic whose folder was put back whole to before its keys changed, and
// that went on from there, beside the backup that knows what was left behind.
func putBack(t *testing.T, change func(*copied)) (old, now *copied, left backup.Generation, leftHash [32]byte) {
	t.Helper()
	ctx := context.Background()
	old = newCopied(t)
	old.add(t, 0, 10)
	old.copies(t)
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	before := old.place.files(t)
	old.opened = mustEnter(t, old.place)
	change(old)
	old.add(t, 10, 20)
	left, leftHash = old.copies(t), old.hash(t)

	again := *old
	again.place = before.lay(t)
	again.opened = mustEnter(t, again.place)
	t.Cleanup(func() { again.Abandon() })
	again.target = backup.NewTarget(again.config)
	if code := again.tries(t); code != backup.CodeOtherCopy {
		t.Errorf("before anybody has gone on: %q", code)
	}
	if code := again.rejoins(t, old.words); code != backup.CodeOtherCopy {
		t.Errorf("before anybody has gone on it rejoins: %q", code)
	}
	if err := again.Continue(ctx, again.vault, owner.ID, checks.Resumed{}, nil); err != nil {
		t.Fatal(err)
	}
	again.add(t, 10, 12)
	return old, &again, left, leftHash
}

// tries runs into the backup and returns what came of it.
func (c *copied) tries(t *testing.T) clinic.Code {
	t.Helper()
	src, err := c.Source(c.vault, c.clock)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = c.target.Run(context.Background(), src, nil); err != nil {
		return clinic.CodeOf(err)
	}
	return ""
}

func (c *copied) rejoins(t *testing.T, words string) clinic.Code {
	t.Helper()
	sheet, err := vault.ParseRecovery(words)
	if err != nil {
		t.Fatal(err)
	}
	src, err := c.Source(c.vault, c.clock)
	if err != nil {
		t.Fatal(err)
	}
	if err = c.target.Rejoin(context.Background(), src, sheet); err != nil {
		return clinic.CodeOf(err)
	}
	return ""
}

// TestAClinicGetsItsBackupBack: its folder was put back to before a change of keys.
// The sheet gives it the backup back, the computer that was left behind stops copying,
// and what either has copied comes back and opens.
func TestAClinicGetsItsBackupBack(t *testing.T) {
	for name, rotates := range map[string]bool{"with the keys of then": false, "with new keys of the same number": true} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			newEpoch := func(c *copied) {
				if _, err := c.vault.NewEpoch(ctx, c.Keys); err != nil {
					t.Fatal(err)
				}
			}
			old, now, left, leftHash := putBack(t, newEpoch)
			if rotates {
				newEpoch(now)
				now.add(t, 12, 13)
			}
			if code := now.tries(t); code != backup.CodeOtherCopy {
				t.Errorf("a run: %q", code)
			}
			if code := now.rejoins(t, strangeWords()); code != vault.CodeWrongWords {
				t.Errorf("another sheet: %q", code)
			}
			if rotates {
				// One of the two documents was lost.
				if err := os.Remove(filepath.Join(now.config.Dir, "repository.json")); err != nil {
					t.Fatal(err)
				}
				if code := now.rejoins(t, strangeWords()); code != vault.CodeWrongWords {
					t.Errorf("another sheet, for one document: %q", code)
				}
			}
			if code := now.rejoins(t, old.words); code != "" {
				t.Fatalf("the sheet: %q", code)
			}
			if code := now.rejoins(t, strangeWords()); code != "" {
				t.Errorf("once more, though nothing is to be done: %q", code)
			}
			newest := now.copies(t)
			if code := old.tries(t); code != backup.CodeOtherCopy {
				t.Errorf("the computer that was left behind: %q", code)
			}
			for what, g := range map[string]struct {
				generation backup.Generation
				hash       [32]byte
			}{"what was left behind": {left, leftHash}, "the newest": {newest, now.hash(t)}} {
				p := place{t.TempDir()}
				if _, err := now.restore(ctx, p, g.generation, nil); err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				if contentOf(t, p, now.words) != g.hash {
					t.Errorf("%s came back as something else", what)
				}
			}
		})
	}
}

// TestWhatWasLeftBehindNeedsItsOwnSheet: the sheet was replaced in what was left
// behind, so that the sheet in force opens the backup and not the vault in that copy.
func TestWhatWasLeftBehindNeedsItsOwnSheet(t *testing.T) {
	ctx := context.Background()
	_, now, left, leftHash := putBack(t, func(c *copied) { c.words = replaceSheet(t, c.opened) })
	then := now.words
	// The vault that was put back has the sheet of before; the person prints a new one.
	fresh := replaceSheet(t, now.opened)
	if code := now.rejoins(t, fresh); code != vault.CodeWrongWords {
		t.Errorf("a sheet that came later: %q", code)
	}
	if code := now.rejoins(t, then); code != "" {
		t.Fatalf("the sheet of the last run: %q", code)
	}
	now.words = fresh
	now.copies(t)
	p := place{t.TempDir()}
	if _, err := now.restore(ctx, p, left, nil); !errors.Is(err, clinic.E(folder.CodeOtherSheet)) {
		t.Errorf("with the sheet in force: %v", err)
	}
	if found, err := vault.Exists(p.dir()); err != nil || found {
		t.Errorf("there is a clinic: %v", err)
	}
	// Both sheets bring it back, and the older one opens it.
	now.leftWords = strangeWords()
	if _, err := now.restore(ctx, p, left, nil); !errors.Is(err, clinic.E(folder.CodeOtherSheet)) {
		t.Errorf("with a strange sheet beside it: %v", err)
	}
	now.leftWords = then
	if _, err := now.restore(ctx, p, left, nil); err != nil {
		t.Fatalf("with both sheets: %v", err)
	}
	if contentOf(t, p, then) != leftHash {
		t.Error("with both sheets something else came back")
	}
}
