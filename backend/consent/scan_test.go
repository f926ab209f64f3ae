package consent_test

import (
	"context"
	"testing"

	"quietline/backend/archive/blob"
	"quietline/backend/archive/media"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/sqlite"
)

// TestAScanIsSeenByWhoeverSeesItsPatient: and by nobody once it was put aside.
func TestAScanIsSeenByWhoeverSeesItsPatient(t *testing.T) {
	w := newWorld(t)
	var id consent.ScanID
	w.decide(func(d *journal.Decision) (err error) {
		file := consent.ScanFile{Type: media.PDF, File: blob.Ref{Name: clinic.NewID[blob.Name](), Size: 1}, Pages: 1}
		id, err = consent.AddScan(d, w.paper, file)
		return err
	})
	seen := func(s patients.Sight, ids ...consent.ScanID) (n int) {
		t.Helper()
		if err := w.Read(context.Background(), func(tx *sqlite.Tx) error {
			all, err := consent.ScansInSight(tx, s, ids...)
			n = len(all)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	other := clinic.NewID[clinic.PatientID]()
	for name, c := range map[string]struct {
		got, want int
	}{
		"everybody's":       {seen(patients.SeeAll(), id), 1},
		"her own":           {seen(patients.See(w.patient), id), 1},
		"somebody else's":   {seen(patients.See(other), id), 0},
		"no sight":          {seen(patients.Sight{}, id), 0},
		"another scan":      {seen(patients.SeeAll(), clinic.NewID[consent.ScanID]()), 0},
		"nothing asked for": {seen(patients.SeeAll()), 0},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d", name, c.got)
		}
	}
	w.decide(func(d *journal.Decision) error { return consent.PutScanAside(d, id) })
	if n := seen(patients.SeeAll(), id); n != 0 {
		t.Errorf("put aside, %d are seen", n)
	}
}
