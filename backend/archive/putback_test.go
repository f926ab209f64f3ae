package archive_test

import (
	"context"
	"testing"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

// lastViews keeps the views that were made or opened last.
type lastViews struct {
	journal.ViewsFiles
	db *sqlite.DB
}

func (v *lastViews) Create(ctx context.Context, g uint64, key sqlite.Key, s []sqlite.Migration) (db *sqlite.DB, err error) {
	db, err = v.ViewsFiles.Create(ctx, g, key, s)
	v.db = db
	return db, err
}

func (v *lastViews) Open(ctx context.Context, g uint64, key sqlite.Key, s []sqlite.Migration) (db *sqlite.DB, err error) {
	db, err = v.ViewsFiles.Open(ctx, g, key, s)
	v.db = db
	return db, err
}

// TestAnOlderInboxIsFoundAtTheNextStart gives rows of threads the values that they
// once had, as an old page put back does. Nothing is read from such views.
func TestAnOlderInboxIsFoundAtTheNextStart(t *testing.T) {
	thread := clinic.ThreadID{1}
	begun := func(p clinic.PatientID) journal.Event {
		return journal.Event{Kind: archive.KindBegun, Dossier: clinic.DossierID{1},
			Body: archive.Begun{Thread: thread, Number: clinic.NumberID{1}, Patient: p}}
	}
	arrived := journal.Event{Kind: archive.KindArrived, Dossier: clinic.DossierID{1}, Body: archive.Arrived{
		Message: clinic.MessageID{1}, Thread: thread, Body: "Can I come tomorrow?", At: 1, State: archive.Received,
	}}
	assigned := journal.Event{Kind: archive.KindAssigned, Dossier: clinic.DossierID{2},
		Body: archive.Assigned{Thread: thread, Patient: clinic.PatientID{2}}}
	for name, old := range map[string]string{
		"before the text came":       `UPDATE threads SET unread = 0, last_at = 0`,
		"before it had this patient": `UPDATE threads SET patient = zeroblob(16)`,
		"before there was any":       `DELETE FROM threads`,
	} {
		t.Run(name, func(t *testing.T) {
			views := &lastViews{}
			c := journaltest.NewWith(t, func(config journal.Config) journal.Config {
				views.ViewsFiles, config.Views = config.Views, views
				return config
			}, archive.Projection())
			c.Record(begun(clinic.PatientID{1}))
			c.Record(arrived)
			c.Record(assigned)
			c.Reopen()
			if got := c.Report(); got != (journal.Report{}) {
				t.Fatalf("reported %+v of views that are whole", got)
			}
			err := views.db.Write(t.Context(), func(tx *sqlite.Tx) error {
				_, err := tx.Exec(old)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			c.Reopen()
			if got := c.Report().Blocked; got != journal.CodeViewsTampered {
				t.Errorf("reported %q", got)
			}
		})
	}
}
