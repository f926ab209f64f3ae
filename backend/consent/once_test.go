package consent_test

import (
	"context"
	"testing"
	"time"

	"quietline/backend/archive/blob"
	"quietline/backend/archive/media"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// TestAPaperIsRecordedOnce: the answer to a recording can be lost, and is then asked for
// again under the same id.
func TestAPaperIsRecordedOnce(t *testing.T) {
	drawn := consent.Signature{Drawn: "M10 20L11 22L40 60L90 80"}
	scan := consent.ScanFile{Type: media.PDF, Pages: 1, File: blob.Ref{Name: blob.Name{1}, Key: blob.Key{2}, Size: 3, Hash: blob.Hash{7}}}
	for name, record := range map[string]func(*journal.Decision, consent.Paper) (clinic.ConsentID, error){
		"on paper": consent.RecordPaper,
		"with a scan": func(d *journal.Decision, p consent.Paper) (clinic.ConsentID, error) {
			return consent.RecordPaperWith(d, p, scan)
		},
		"on the device": func(d *journal.Decision, p consent.Paper) (clinic.ConsentID, error) { return consent.Sign(d, p, drawn) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.Clock.Advance(24 * time.Hour)
			paper := consent.Paper{
				ID: clinic.NewID[clinic.ConsentID](), Patient: w.patient, Form: "2026-2-en", SignedOn: w.today(), Signer: consent.SignedByPatient,
				Attested: true, Scope: scope(policy.Reminders),
			}
			try := func(p consent.Paper) (id clinic.ConsentID, err error) {
				_, err = w.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) (err error) {
					id, err = record(d, p)
					return err
				})
				return id, err
			}
			for range 2 {
				if id, err := try(paper); err != nil || id != paper.ID {
					t.Fatalf("recorded as %s (%v)", id, err)
				}
			}
			if err := w.Read(context.Background(), func(tx *sqlite.Tx) error {
				all, err := consent.Of(tx, w.patient)
				if err != nil {
					return err
				}
				if len(all) != 2 || all[0].Moved != policy.ConsentGiven || all[1].ID != w.paper || all[1].Moved != policy.ConsentReplaced {
					t.Errorf("she has %+v", all)
				}
				happened, err := consent.HistoryOf(tx, paper.ID)
				scans := 0
				for _, h := range happened {
					if h.What == consent.WhatScanned {
						scans++
					}
				}
				if name == "with a scan" && scans != 1 || name != "with a scan" && scans != 0 {
					t.Errorf("%d scans", scans)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}

			// Under an id that is another paper's nothing is recorded.
			var other clinic.PatientID
			w.decide(func(d *journal.Decision) error {
				added, err := patients.Add(d, patients.New{
					Name: "Owen Whitfield", BirthDate: clinic.Date{Year: 1980, Month: time.May, Day: 4},
					Language: clinic.English, Zone: "America/Denver", Phone: "+13035550143",
				})
				other = added.Patient
				return err
			})
			hers := paper
			hers.Patient = other
			if _, err := try(hers); clinic.CodeOf(err) != clinic.CodeBadInput {
				t.Errorf("another patient under the same id: %v", err)
			}
		})
	}
}
