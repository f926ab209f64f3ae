package desk_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// TestAnOlderPageOfAnIndexIsNoticedSoonAfterTheSignIn puts pages of an earlier day back
// into the lists until one is found that nothing at the sign-in notices: a page of an
// index of what is decided by. A second later all lists are made anew, and it is said.
func TestAnOlderPageOfAnIndexIsNoticedSoonAfterTheSignIn(t *testing.T) {
	if testing.Short() {
		t.Skip("opens a clinic many times")
	}
	dir := t.TempDir()
	o := found(t, dir)
	settled := func() map[string][]byte {
		o.leave(dir)
		settle(t, dir, o)
		return o.files(dir)
	}
	then := settled()
	o = o.back(dir)
	o.signIn()
	must[desk.AddedPatient](o, "patient.add", desk.AddPatient{
		Name: "Tomás Rey", BirthDate: clinic.Date{Year: 1980, Month: 1, Day: 2}, Phone: "3035550177", Language: "es", Zone: "America/Denver",
	})
	now := settled()
	o = o.back(dir)
	var views string
	for name := range now {
		if strings.HasPrefix(name, "views-") && strings.HasSuffix(name, ".db") {
			views = name
		}
	}
	if len(then[views]) == 0 {
		t.Fatal("the lists were made anew in between")
	}
	spoiled, found := slowlySpoiled(t, o, dir, views, then, now)
	if !found {
		t.Fatal("no such page")
	}
	o.put(dir, now)
	write(spoiled)(t, filepath.Join(dir, "clinic", views))
	if s := o.signIn(); s.Phase != desk.PhaseOpen {
		t.Fatalf("found %+v", s.Finding)
	}
	o.clock.Advance(time.Second)
	o.until("it is noticed", func() bool { return must[desk.Health](o, "health.status", nil).Remade })
}

// slowlySpoiled returns the lists with an older page in them that only the check of the
// indexes notices.
func slowlySpoiled(t *testing.T, o *office, dir, views string, then, now map[string][]byte) ([]byte, bool) {
	t.Helper()
	const page = 4096
	ctx := context.Background()
	v, err := vault.Load(ctx, vault.Config{
		Dir: filepath.Join(dir, "clinic"), Secrets: filesecret.At(filepath.Join(dir, "secret")), Clock: o.clock, Work: vault.Sample,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	keys, err := v.Unlock(ctx, v.Members()[0].ID, []byte(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Zero()
	before, after := then[views], now[views]
	for at := page; at < min(len(before), len(after)); at += page {
		if bytes.Equal(before[at:at+page], after[at:at+page]) {
			continue
		}
		spoiled := slices.Concat(after[:at], before[at:at+page], after[at+page:])
		o.put(dir, now)
		write(spoiled)(t, filepath.Join(dir, "clinic", views))
		c, err := folder.Open(ctx, folder.Config{Dir: filepath.Join(dir, "clinic"), Keys: keys, Clock: o.clock})
		if err != nil {
			continue
		}
		told := c.Journal.Report() == (journal.Report{}) &&
			errors.Is(c.Journal.CheckIndexes(ctx), clinic.E(journal.CodeViewsTampered))
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if told {
			return spoiled, true
		}
	}
	return nil, false
}
