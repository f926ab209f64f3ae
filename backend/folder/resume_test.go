package folder_test

import (
	"context"
	"errors"
	"maps"
	"testing"
	"time"

	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/folder"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
)

var errCut = errors.New("cut short")

// cutFiles are the machine's files; the n-th new version of the vault's file is
// never written.
type cutFiles struct {
	vault.Files
	left int
}

func (f *cutFiles) Create(path string) (vault.File, error) {
	if f.left--; f.left == 0 {
		return nil, errCut
	}
	return f.Files.Create(path)
}

// cutClock cuts its context short when it is asked the time for the n-th time.
type cutClock struct {
	clinic.Clock
	left int
	cut  func()
}

func (c *cutClock) Now() clinic.Instant {
	if c.left--; c.left == 0 {
		c.cut()
	}
	return c.Clock.Now()
}

// resumed opens what lies in a place, whatever is found.
func resumed(t *testing.T, p place, files vault.Files, clock clinic.Clock) (*folder.Clinic, *vault.Vault) {
	t.Helper()
	ctx := context.Background()
	cfg := p.vaultConfig()
	cfg.Files = files
	v, err := vault.Load(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := v.Unlock(ctx, owner.ID, []byte(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	anchors, _, err := folder.Noted(ctx, v, keys)
	if err != nil {
		t.Fatal(err)
	}
	open := p.config(keys)
	open.Anchors, open.Clock = anchors, clock
	c, err := folder.Open(ctx, open)
	if err != nil {
		t.Fatal(err)
	}
	return c, v
}

// TestGoingOnIsFoundAgainWhereverItIsCutShort ends the program at every step of
// going on from an older copy. What is found then is the older copy still, or
// one that went on and asks again; never one that has forgotten to ask.
func TestGoingOnIsFoundAgainWhereverItIsCutShort(t *testing.T) {
	ctx := context.Background()
	p := place{t.TempDir()}
	found(t, p)
	c := mustEnter(t, p)
	if err := errors.Join(c.newPatient(ctx, 0), c.Note(ctx, c.vault, true), c.Close()); err != nil {
		t.Fatal(err)
	}
	older := p.files(t)
	c = mustEnter(t, p)
	if err := errors.Join(c.newPatient(ctx, 1), c.Close()); err != nil {
		t.Fatal(err)
	}
	// What came last was not noted anywhere: only the views tell of it.
	lies := p.files(t)
	for name, raw := range older {
		if name == "clinic/journal.db" {
			lies[name] = raw
		}
	}
	cuts := 0
	for name, cut := range map[string]func(n int) (vault.Files, clinic.Clock, context.Context){
		"the vault": func(n int) (vault.Files, clinic.Clock, context.Context) {
			// Signing in writes the file, too.
			return &cutFiles{Files: vault.MachineFiles(), left: n}, clinictest.NewClock(noon), ctx
		},
		"the log": func(n int) (vault.Files, clinic.Clock, context.Context) {
			cutting, cancel := context.WithCancel(ctx)
			return vault.MachineFiles(), &cutClock{Clock: clinictest.NewClock(noon), left: n, cut: cancel}, cutting
		},
	} {
		for n := 1; n < 12; n++ {
			at := files(maps.Clone(lies)).lay(t)
			vaultFiles, clock, until := cut(n)
			c, v := resumed(t, at, vaultFiles, clock)
			loss := c.Journal.Report().Loss
			if loss == nil {
				t.Fatalf("%s, %d: the older copy is not noticed", name, n)
			}
			err := c.Continue(until, v, owner.ID, checks.Resumed{Code: loss.Code, From: loss.From, Until: loss.Until}, nil)
			c.Abandon()
			if err != nil {
				cuts++
			}
			again, v := resumed(t, at, vault.MachineFiles(), clinictest.NewClock(noon))
			if found := again.Journal.Report().Loss != nil; found == (err == nil) {
				t.Fatalf("%s, %d: cut short by %v, and found again: %v", name, n, err, found)
			}
			if err != nil {
				if err := again.Continue(ctx, v, owner.ID, checks.Resumed{Code: loss.Code}, nil); err != nil {
					t.Fatalf("%s, %d: once more: %v", name, n, err)
				}
			}
			went(t, again)
			again.Abandon()
			last, _ := resumed(t, at, vault.MachineFiles(), clinictest.NewClock(noon))
			if last.Journal.Report().Loss != nil {
				t.Fatalf("%s, %d: it is asked for ever", name, n)
			}
			went(t, last)
			last.Abandon()
		}
	}
	if cuts < 3 {
		t.Errorf("cut short %d times only", cuts)
	}
}

// went fails unless the clinic goes on with what the older copy holds, on record.
func went(t *testing.T, c *folder.Clinic) {
	t.Helper()
	err := c.Journal.Read(context.Background(), func(tx *sqlite.Tx) error {
		_, _, found, err := checks.LastResumed(tx)
		if !found {
			t.Error("it is not on record")
		}
		var patients int
		if err := tx.QueryRow(`SELECT count(*) FROM patients`).Scan(&patients); err != nil {
			return err
		}
		if patients != 1 {
			t.Errorf("%d patients", patients)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestTwoCopiesThatBothWentOnAreToldApart: each lies beyond what the other knew.
func TestTwoCopiesThatBothWentOnAreToldApart(t *testing.T) {
	ctx := context.Background()
	p := place{t.TempDir()}
	found(t, p)
	first := p.files(t)
	c := mustEnter(t, p)
	if err := errors.Join(c.newPatient(ctx, 0), c.Note(ctx, c.vault, true), c.Close()); err != nil {
		t.Fatal(err)
	}
	goOn := func() {
		t.Helper()
		c, v := resumed(t, p, vault.MachineFiles(), clinictest.NewClock(noon.Add(time.Hour)))
		loss := c.Journal.Report().Loss
		if loss == nil {
			t.Fatal("not noticed")
		}
		if err := c.Continue(ctx, v, owner.ID, checks.Resumed{Code: loss.Code}, nil); err != nil {
			t.Fatal(err)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	putBack := func(from files) {
		t.Helper()
		now := p.files(t)
		for name, raw := range from {
			if name == "clinic/journal.db" {
				now[name] = raw
			}
		}
		p = now.lay(t)
	}
	putBack(first)
	goOn()
	one := p.files(t)
	putBack(first)
	goOn()
	putBack(one)
	c2, _ := resumed(t, p, vault.MachineFiles(), clinictest.NewClock(noon))
	defer c2.Abandon()
	if loss := c2.Journal.Report().Loss; loss == nil {
		t.Error("a copy that went on passes for another")
	} else if loss.Newest.Incarnation < 3 {
		t.Errorf("the newest is of incarnation %d", loss.Newest.Incarnation)
	}
}
