package exchange_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/settings"
	"quietline/backend/vault"
)

// baseline is a clinic with one patient as every world finds it on monday, closed. Making
// its lists takes a fifth of a second under the race detector, and two hundred worlds
// begin with the same.
type baseline struct {
	files   map[string][]byte
	member  clinic.StaffID
	patient clinic.PatientID
	thread  clinic.ThreadID
}

var (
	baselineMade sync.Once
	baselineIs   baseline
)

// baselineOf makes the baseline at its first call.
func baselineOf(t testing.TB) baseline {
	t.Helper()
	baselineMade.Do(func() { baselineIs = makeBaseline(t) })
	if baselineIs.files == nil {
		t.Fatal("the clinic that every world begins with could not be made")
	}
	return baselineIs
}

func makeBaseline(t testing.TB) baseline {
	t.Helper()
	w := &world{t: t, ctx: t.Context(), clock: clinictest.NewClock(monday), dir: t.TempDir()}
	w.member = clinic.NewID[clinic.StaffID]()
	v, keys, _, err := vault.Create(w.ctx, w.vaultConfig(), vault.Member{ID: w.member, Name: "Ada Quill", Role: clinic.PrivacyOfficer}, []byte(passphrase))
	w.ok(err)
	w.clinic, err = folder.Create(w.ctx, folder.Config{Dir: w.folder(), Keys: keys, Clock: w.clock})
	w.ok(err)
	hours, caps := settings.Default()
	w.submit(func(d *journal.Decision) error {
		return settings.Found(d, settings.Clinic{Name: "Juniper", Zone: "America/Denver", Language: clinic.English, Hours: hours, Caps: caps})
	})
	w.patient, w.thread = w.addPatient("Marisol Vega", hers)
	w.consent(policy.Scheduling)
	w.ok(w.clinic.Close())
	v.Close()
	b := baseline{files: map[string][]byte{}, member: w.member, patient: w.patient, thread: w.thread}
	w.ok(filepath.WalkDir(w.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(w.dir, path)
		if err == nil {
			b.files[name], err = os.ReadFile(path)
		}
		return err
	}))
	return b
}

// begin puts the clinic into a world's folder and opens it.
func (b baseline) begin(w *world) {
	w.t.Helper()
	for name, content := range b.files {
		path := filepath.Join(w.dir, name)
		w.ok(os.MkdirAll(filepath.Dir(path), 0o700))
		w.ok(os.WriteFile(path, content, 0o600))
	}
	w.member, w.patient, w.thread = b.member, b.patient, b.thread
	var err error
	w.vault, err = vault.Load(w.ctx, w.vaultConfig())
	w.ok(err)
	w.open()
}
