package desk_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// wreck spoils the later two thirds of a file, every other page.
func wreck(t *testing.T, path string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	n := len(raw) / page
	for i := n / 3; i < n; i += 2 {
		_, _ = rand.Read(raw[i*page+100 : i*page+4000])
	}
	write(raw)(t, path)
}

// settle brings what lies in the files' logs into the files, as the program does
// from time to time, after something was done to the clinic.
func settle(t *testing.T, dir string, o *office, do ...func(*folder.Clinic) error) {
	t.Helper()
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
	c, err := folder.Open(ctx, folder.Config{Dir: filepath.Join(dir, "clinic"), Keys: keys, Clock: o.clock})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range do {
		err = errors.Join(err, one(c))
	}
	if err := errors.Join(err, c.Close()); err != nil {
		t.Fatal(err)
	}
}

// busyClinic is one with enough texts that damage leaves some of them.
func busyClinic(t *testing.T, dir string) *office {
	t.Helper()
	o := found(t, dir)
	for i := range 40 {
		must[desk.AddedPatient](o, "patient.add", desk.AddPatient{
			Name: "Patient Number " + strings.Repeat("I", i%7+1), BirthDate: clinic.Date{Year: 1970 + i, Month: 5, Day: 4},
			Phone: "30355502" + string(rune('0'+i/10)) + string(rune('0'+i%10)), Language: "en", Zone: "America/Denver", Guardian: "A Parent",
		})
	}
	return o
}

// An older vault.json says who may do what by the rules of then: with it, damage is
// no way to carry the records out.
func TestDamageBesideAnOlderVaultNeedsTheSheet(t *testing.T) {
	o, dir, then, _ := laterDay(t)
	o.put(dir, then, "vault.json")
	wreck(t, filepath.Join(dir, "clinic", "journal.db"))
	s := o.signIn()
	if s.Phase != desk.PhaseHalted || s.Finding.Found != desk.FoundOlderKeys || s.Finding.CanExport || s.Finding.CanGoOn {
		t.Fatalf("found %s %+v", s.Phase, s.Finding)
	}
	if _, code := call[desk.Exported](o, "health.export", desk.Export{Folder: t.TempDir()}); code == "" {
		t.Error("the records were carried out")
	}
}

func TestDamagedRecordsAreSavedAndNothingIsRemoved(t *testing.T) {
	dir := t.TempDir()
	o := busyClinic(t, dir)
	o.leave(dir)
	settle(t, dir, o)
	whole := o.files(dir)
	o = o.back(dir)
	path := filepath.Join(dir, "clinic", "journal.db")
	wreck(t, path)
	for name := range o.files(dir) {
		if strings.HasPrefix(name, "views-") {
			remove(t, filepath.Join(dir, "clinic", name))
		}
	}
	lies := o.files(dir)
	s := o.signIn()
	if s.Phase != desk.PhaseHalted || s.Finding.Found != desk.FoundDamage || !s.Finding.CanExport || s.Finding.CanGoOn {
		t.Fatalf("found %s %+v", s.Phase, s.Finding)
	}
	if _, code := call[desk.State](o, "health.goOn", desk.GoOn{}); code != desk.CodeCannotGoOn {
		t.Errorf("going on with damage: %q", code)
	}
	out := t.TempDir()
	if _, code := call[desk.Exported](o, "health.export", desk.Export{Folder: filepath.Join(dir, "clinic")}); code != "salvage.folder" {
		t.Errorf("into the clinic's own folder: %q", code)
	}
	saved := must[desk.Exported](o, "health.export", desk.Export{Folder: out})
	if saved.Texts == 0 && saved.Patients == 0 || saved.Unreadable == 0 || len(saved.Gaps) == 0 {
		t.Fatalf("saved %+v", saved)
	}
	raw, err := os.ReadFile(filepath.Join(out, saved.Folder, "patients.csv"))
	if err != nil || !strings.Contains(string(raw), "Patient Number") {
		t.Errorf("the patients' table: %v", err)
	}
	lines, err := os.ReadFile(filepath.Join(out, saved.Folder, "events.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(lines)), "\n") {
		if !json.Valid([]byte(line)) {
			t.Fatal("a line is no JSON")
		}
	}
	must[door.None](o, "session.lock", nil)
	after := o.leave(dir)
	for name, raw := range lies {
		if name != vault.FileName && name != "device.db" && string(after[name]) != string(raw) {
			t.Errorf("%s was changed", name)
		}
	}
	// With whole records it is on record that something was carried out.
	o = o.back(dir)
	o.put(dir, whole, "journal.db", "views-")
	if s := o.signIn(); s.Phase != desk.PhaseOpen {
		t.Fatalf("with the whole file: %+v", s.Finding)
	}
	if h := must[desk.Health](o, "health.status", nil); h.Exported != o.clock.Now() {
		t.Errorf("on record is an export at %v", h.Exported)
	}
}

// wrecked is a clinic whose records are damaged, with somebody signed in, and what
// its folder held when it was whole.
func wrecked(t *testing.T, edit ...func(dir string)) (o *office, dir string, whole map[string][]byte) {
	t.Helper()
	dir = t.TempDir()
	o = busyClinic(t, dir)
	o.leave(dir)
	settle(t, dir, o)
	whole = o.files(dir)
	o = o.back(dir)
	wreck(t, filepath.Join(dir, "clinic", "journal.db"))
	for name := range o.files(dir) {
		if strings.HasPrefix(name, "views-") {
			remove(t, filepath.Join(dir, "clinic", name))
		}
	}
	for _, change := range edit {
		change(filepath.Join(dir, "clinic"))
	}
	if s := o.signIn(); s.Phase != desk.PhaseHalted || !s.Finding.CanExport {
		t.Fatalf("found %s %+v", s.Phase, s.Finding)
	}
	return o, dir, whole
}

// notOurs puts what is not ours in the place of the device's file.
func notOurs(t *testing.T) func(folder string) {
	return func(folder string) { write([]byte("nothing of ours"))(t, filepath.Join(folder, "device.db")) }
}

// What belongs to this computer alone may be damaged, too: then the note waits among
// what happened while the clinic was locked, and comes on record from there.
func TestAnExportIsOnRecordWithoutTheDevicesFile(t *testing.T) {
	o, dir, whole := wrecked(t, notOurs(t))
	saved := must[desk.Exported](o, "health.export", desk.Export{Folder: t.TempDir()})
	if !saved.Recorded || saved.Texts == 0 && saved.Patients == 0 {
		t.Errorf("saved %+v", saved)
	}
	o.leave(dir)
	o = o.back(dir)
	o.put(dir, whole, "journal.db", "views-")
	if s := o.signIn(); s.Phase != desk.PhaseOpen {
		t.Fatalf("with the whole file: %+v", s.Finding)
	}
	if h := must[desk.Health](o, "health.status", nil); h.Exported != o.clock.Now() {
		t.Errorf("on record is an export at %v", h.Exported)
	}
}

// Where nothing on this computer keeps a note, it is asked before anything leaves.
func TestWhetherToSaveWithoutARecordIsAskedBefore(t *testing.T) {
	o, dir, _ := wrecked(t, notOurs(t), func(folder string) { write([]byte("no folder"))(t, filepath.Join(folder, "spool")) })
	lies, out := o.files(dir), t.TempDir()
	if _, code := call[desk.Exported](o, "health.export", desk.Export{Folder: out}); code != desk.CodeUnnoted {
		t.Fatalf("it was answered with %q", code)
	}
	if left, err := os.ReadDir(out); err != nil || len(left) != 0 {
		t.Fatalf("%d files left before it was asked: %v", len(left), err)
	}
	saved := must[desk.Exported](o, "health.export", desk.Export{Folder: out, Unnoted: true})
	if saved.Recorded || saved.Texts == 0 && saved.Patients == 0 {
		t.Errorf("saved %+v", saved)
	}
	for name, raw := range o.files(dir) {
		if name != vault.FileName && string(lies[name]) != string(raw) {
			t.Errorf("%s was changed", name)
		}
	}
}

// TestSavingCanBeStopped stops it as soon as the screen hears that it goes on. A
// small clinic may be saved before that; then it is tried again.
func TestSavingCanBeStopped(t *testing.T) {
	o, _, _ := wrecked(t)
	if e := must[desk.Exporting](o, "health.exporting", nil); e.Stage != "none" {
		t.Errorf("before: %+v", e)
	}
	for range 20 {
		out := t.TempDir()
		heard, end := o.changes.Listen()
		stopped := make(chan struct{})
		go func() {
			defer close(stopped)
			for c := range heard {
				if c.Topic == "export" {
					_, _ = call[door.None](o, "health.stopExport", nil)
					return
				}
			}
		}()
		_, code := call[desk.Exported](o, "health.export", desk.Export{Folder: out})
		<-stopped
		end()
		if code == "" {
			o.clock.Advance(time.Second)
			continue
		}
		if left, err := os.ReadDir(out); code != clinic.CodeCancelled || err != nil || len(left) != 0 {
			t.Errorf("%q, %d files are left", code, len(left))
		}
		if e := must[desk.Exporting](o, "health.exporting", nil); e.Stage != "none" {
			t.Errorf("after: %+v", e)
		}
		return
	}
	t.Error("it could never be stopped")
}

// unreadable is a drive that does not give the first page of the log.
type unreadable struct{ blob.Files }

func (d unreadable) Open(path string) (blob.ReadFile, error) {
	f, err := d.Files.Open(path)
	if filepath.Base(path) == "journal.db" {
		return unreadableFile{f}, err
	}
	return f, err
}

type unreadableFile struct{ blob.ReadFile }

func (f unreadableFile) ReadAt(p []byte, at int64) (int, error) {
	if at < 4096 {
		return 0, errors.New("the drive does not give it")
	}
	return f.ReadFile.ReadAt(p, at)
}

// A drive that fails is no other clinic's file: what it gives can be saved, all but the
// page that it does not give; and once it gives that too, nothing was wrong.
func TestWhatAFailingDriveGivesIsSaved(t *testing.T) {
	dir := t.TempDir()
	o := busyClinic(t, dir)
	o.leave(dir)
	o = openOffice(t, dir, o.clock, func(c *desk.Config) { c.Drive = unreadable{blob.MachineFiles()} })
	s := o.signIn()
	if s.Phase != desk.PhaseHalted || s.Finding.Found != desk.FoundDamage || s.Finding.Problem.Code != folder.CodeUnread || !s.Finding.CanExport {
		t.Fatalf("found %s %+v", s.Phase, s.Finding)
	}
	saved := must[desk.Exported](o, "health.export", desk.Export{Folder: t.TempDir()})
	if saved.Patients != 41 || saved.Unreadable != 0 || !saved.Recorded {
		t.Errorf("saved %+v", saved)
	}
	o.leave(dir)
	o = o.back(dir)
	if s := o.signIn(); s.Phase != desk.PhaseOpen {
		t.Errorf("on a drive that gives it: %+v", s.Finding)
	}
}
