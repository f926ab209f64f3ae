package folder_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quietline/backend/backup"
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/vault"
)

// copied is a clinic with a backup beside it, and the words of its sheet.
type copied struct {
	*opened
	place place
	words string
	// leftWords are those of an older sheet, where one is shown as well.
	leftWords string
	config    backup.Config
	target    *backup.Target
	clock     *clinictest.Clock
	// disk is what it comes back to.
	disk folder.Disk
}

func newCopied(t *testing.T) *copied {
	t.Helper()
	ctx := context.Background()
	c := &copied{place: place{t.TempDir()}, clock: clinictest.NewClock(noon)}
	found(t, c.place)
	c.opened = mustEnter(t, c.place)
	t.Cleanup(func() { c.Abandon() })
	c.words = replaceSheet(t, c.opened)
	c.config = backup.Config{Dir: filepath.Join(c.place.root, "backup"), SegmentBytes: 4 << 10}
	if err := backup.Create(ctx, c.config, c.Keys); err != nil {
		t.Fatal(err)
	}
	c.target = backup.NewTarget(c.config)
	return c
}

// replaceSheet prints a new recovery sheet, and returns its words.
func replaceSheet(t *testing.T, c *opened) string {
	t.Helper()
	sheet := vault.NewRecovery()
	typed := map[int]string{}
	for i, word := range sheet.Words() {
		typed[i+1] = word
	}
	if err := c.vault.ReplaceRecovery(context.Background(), c.Keys, sheet, typed); err != nil {
		t.Fatal(err)
	}
	return strings.Join(sheet.Words(), " ")
}

// strangeWords are those of a sheet that nobody has.
func strangeWords() string { return strings.Join(vault.NewRecovery().Words(), " ") }

func (c *copied) add(t *testing.T, from, to int) {
	t.Helper()
	for n := from; n < to; n++ {
		if err := c.newPatient(context.Background(), n); err != nil {
			t.Fatal(err)
		}
	}
}

// copies makes a generation.
func (c *copied) copies(t *testing.T) backup.Generation {
	t.Helper()
	src, err := c.Source(c.vault, c.clock)
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.target.Run(context.Background(), src, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r.Generation
}

func (c *copied) hash(t *testing.T) [32]byte {
	t.Helper()
	sum, err := c.Journal.ContentHash(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// restore restores into a place, with paper and backup alone.
func (c *copied) restore(ctx context.Context, p place, g backup.Generation, tell func(backup.Progress)) (backup.Restored, error) {
	sheet, err := vault.ParseRecovery(c.words)
	if err != nil {
		return backup.Restored{}, err
	}
	from, err := backup.Open(ctx, c.config, backup.BySheet(sheet))
	if err != nil {
		return backup.Restored{}, err
	}
	defer from.Close()
	h, err := folder.Take(p.dir())
	if err != nil {
		return backup.Restored{}, err
	}
	done, err := h.Restore(ctx, folder.Restore{
		From: from, Generation: g.Name, Words: c.words, LeftWords: c.leftWords, Work: vault.Sample, Clock: c.clock, Tell: tell,
		Disk: c.disk,
	})
	return done, errors.Join(err, h.Release())
}

// back is what a person finds who opens a restored clinic with the sheet.
func back(t *testing.T, p place, words string) (*folder.Clinic, *vault.Vault) {
	t.Helper()
	ctx := context.Background()
	v, err := vault.Load(ctx, p.vaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	if v.Status().DeviceBound {
		t.Fatal("another computer is bound already")
	}
	keys, err := v.Recover(ctx, words)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Rebind(ctx, keys, owner.ID, []byte("maple kettle orbit sofa")); err != nil {
		t.Fatal(err)
	}
	anchors, _, err := folder.Noted(ctx, v, keys)
	if err != nil {
		t.Fatal(err)
	}
	cfg := p.config(keys)
	cfg.Anchors = anchors
	c, err := folder.Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Abandon)
	return c, v
}

// contentOf opens a copy of a restored clinic past all that holds it back, verifies
// all of its log and hashes what follows from it.
func contentOf(t *testing.T, p place, words string) [32]byte {
	t.Helper()
	ctx := context.Background()
	// Opening it takes a seat.
	at := p.files(t).lay(t)
	v, err := vault.Load(ctx, at.vaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := v.Recover(ctx, words)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Rebind(ctx, keys, owner.ID, []byte("maple kettle orbit sofa")); err != nil {
		t.Fatal(err)
	}
	c, err := folder.Open(ctx, at.config(keys))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Abandon()
	sum, err := c.Journal.ContentHash(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Journal.CheckLog(ctx, journal.Head{}, func(journal.Head, uint64) error { return nil }); err != nil {
		t.Fatalf("the log that came back: %v", err)
	}
	return sum
}

// TestAClinicComesBackFromPaper: the computer is gone; there is a backup and a
// sheet of paper. The clinic is what it was, holds everything back until a person
// goes on, and is a new incarnation then.
func TestAClinicComesBackFromPaper(t *testing.T) {
	ctx := context.Background()
	c := newCopied(t)
	c.add(t, 0, 12)
	older, olderHash := c.copies(t), c.hash(t)
	c.add(t, 12, 20)
	newest, newestHash := c.copies(t), c.hash(t)

	for what, g := range map[string]struct {
		generation backup.Generation
		hash       [32]byte
		patients   int
	}{"the newest": {newest, newestHash, 20}, "an older one": {older, olderHash, 12}} {
		t.Run(what, func(t *testing.T) {
			p := place{t.TempDir()}
			done, err := c.restore(ctx, p, g.generation, nil)
			if err != nil {
				t.Fatal(err)
			}
			if done.Head != g.generation.Head || done.Newest != newest.Head.Pos {
				t.Errorf("it came back to %v, the newest is %v", done.Head.Pos, done.Newest)
			}
			if contentOf(t, p, c.words) != g.hash {
				t.Error("what came back is something else")
			}

			again, v := back(t, p, c.words)
			loss := again.Journal.Report().Loss
			if loss == nil || loss.Code != journal.CodeTruncated || loss.Until != clinic.At(noon) {
				t.Fatalf("nothing holds it back: %+v", loss)
			}
			_, err = again.Journal.Submit(ctx, journal.Actor{Staff: owner.ID}, func(d *journal.Decision) error {
				checks.RecordResumed(d, checks.Resumed{})
				return nil
			})
			if !errors.Is(err, clinic.E(journal.CodeRolledBack)) {
				t.Errorf("it records before a person has gone on: %v", err)
			}
			if err := again.Continue(ctx, v, owner.ID, checks.Resumed{Code: loss.Code, From: loss.From, Until: loss.Until}, nil); err != nil {
				t.Fatal(err)
			}
			n, err := (&opened{again, v}).patients(ctx)
			if err != nil || n != g.patients {
				t.Errorf("%d patients: %v", n, err)
			}
			at, err := again.Journal.Anchor(ctx)
			if err != nil || at.Incarnation != 2 {
				t.Errorf("it goes on as incarnation %d: %v", at.Incarnation, err)
			}
			// It goes on in the same backup; the lost computer would not any more.
			src, err := again.Source(v, c.clock)
			if err != nil {
				t.Fatal(err)
			}
			aside := c.config
			aside.Dir = filepath.Join(t.TempDir(), "backup")
			if err := os.CopyFS(aside.Dir, os.DirFS(c.config.Dir)); err != nil {
				t.Fatal(err)
			}
			if _, err := backup.NewTarget(aside).Run(ctx, src, nil); err != nil {
				t.Fatalf("its next run: %v", err)
			}
			lost, err := c.Source(c.vault, c.clock)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := backup.NewTarget(aside).Run(ctx, lost, nil); !errors.Is(err, clinic.E(backup.CodeOtherCopy)) {
				t.Errorf("the lost computer's next run: %v", err)
			}
		})
	}
}

// TestARestoreIsCutShortAnywhere ends a restore at every step of it. There is no
// clinic before there is a whole one, and the next try goes on.
func TestARestoreIsCutShortAnywhere(t *testing.T) {
	c := newCopied(t)
	c.config.SegmentBytes = 1 << 10 // a few are given at once
	c.target = backup.NewTarget(c.config)
	c.add(t, 0, 90)
	g, want := c.copies(t), c.hash(t)
	p := place{t.TempDir()}
	cuts := 0
	for n := 1; ; n++ {
		ctx, cancel := context.WithCancel(context.Background())
		left := n
		_, err := c.restore(ctx, p, g, func(backup.Progress) {
			if left--; left == 0 {
				cancel()
			}
		})
		cancel()
		if err == nil {
			break
		}
		cuts++
		if found, err := vault.Exists(p.dir()); err != nil || found {
			t.Fatalf("cut %d: there is half a clinic: %v", n, err)
		}
		if n > 200 {
			t.Fatal("it never ends")
		}
	}
	if cuts < 3 {
		t.Errorf("cut short %d times only", cuts)
	}
	if contentOf(t, p, c.words) != want {
		t.Error("what came back is something else")
	}
	entries, err := os.ReadDir(p.dir())
	unfinished := func(e os.DirEntry) bool { return e.Name() == "restoring" || e.Name() == "made" }
	if err != nil || len(entries) < 2 || slices.ContainsFunc(entries, unfinished) {
		t.Errorf("left over: %v, %v", entries, err)
	}
}

func TestARestoreGoesOnWithAnotherGeneration(t *testing.T) {
	ctx := context.Background()
	c := newCopied(t)
	c.add(t, 0, 20)
	older, olderHash := c.copies(t), c.hash(t)
	c.add(t, 20, 60)
	newest := c.copies(t)
	p := place{t.TempDir()}
	// The newest is begun, and comes further than the older one goes.
	cut, cancel := context.WithCancel(ctx)
	_, err := c.restore(cut, p, newest, func(at backup.Progress) {
		if at.Stage == backup.StageRecords && at.Done > older.Head.Seq {
			cancel()
		}
	})
	cancel()
	if err == nil {
		t.Fatal("it was not cut short")
	}
	if _, err := c.restore(ctx, p, older, nil); err != nil {
		t.Fatal(err)
	}
	if contentOf(t, p, c.words) != olderHash {
		t.Error("what came back is something else")
	}
}

func TestWhereARestoreIsRefused(t *testing.T) {
	ctx := context.Background()
	c := newCopied(t)
	c.add(t, 0, 3)
	g := c.copies(t)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	before := c.place.files(t)
	if _, err := c.restore(ctx, c.place, g, nil); !errors.Is(err, clinic.E(vault.CodeExists)) {
		t.Errorf("over a clinic: %v", err)
	}
	after := c.place.files(t)
	delete(after, "clinic/in-use") // the hold, which is no part of a clinic
	if !maps.EqualFunc(before, after, bytes.Equal) {
		t.Error("a restore that was refused changed the clinic's folder")
	}
	p := place{t.TempDir()}
	if _, err := c.restore(ctx, p, backup.Generation{Name: backup.Name{1}}, nil); !errors.Is(err, clinic.E(backup.CodeNoGeneration)) {
		t.Errorf("a generation that is not there: %v", err)
	}
	words := c.words
	c.words = strings.Join(vault.NewRecovery().Words(), " ")
	if _, err := c.restore(ctx, p, g, nil); !errors.Is(err, clinic.E(vault.CodeWrongWords)) {
		t.Errorf("another sheet: %v", err)
	}
	c.words = words
	if found, err := vault.Exists(p.dir()); err != nil || found {
		t.Errorf("a restore that was refused left a clinic: %v", err)
	}
}

// TestTheWrongWordsOpenNoVaultThatCame: the copy was opened by another means than the
// words that are tried on the vault in it.
func TestTheWrongWordsOpenNoVaultThatCame(t *testing.T) {
	ctx := context.Background()
	c := newCopied(t)
	c.add(t, 0, 3)
	g, want := c.copies(t), c.hash(t)
	p := place{t.TempDir()}
	from, err := backup.Open(ctx, c.config, backup.ByKeys(c.Keys))
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	h, err := folder.Take(p.dir())
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Restore(ctx, folder.Restore{
		From: from, Generation: g.Name, Words: strings.Join(vault.NewRecovery().Words(), " "), Work: vault.Sample, Clock: c.clock,
	})
	if !errors.Is(err, clinic.E(vault.CodeWrongWords)) {
		t.Errorf("with the words of another sheet: %v", err)
	}
	if err := h.Release(); err != nil {
		t.Fatal(err)
	}
	if found, err := vault.Exists(p.dir()); err != nil || found {
		t.Errorf("there is a clinic: %v", err)
	}
	// With the right ones it goes on in what is left.
	if _, err := c.restore(ctx, p, g, nil); err != nil {
		t.Fatal(err)
	}
	if contentOf(t, p, c.words) != want {
		t.Error("what came back is something else")
	}
}
