package consent

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/sqlite"
)

func scanSchema() []string {
	return []string{
		`CREATE TABLE consent_scans (
			id BLOB PRIMARY KEY, seq INTEGER NOT NULL, consent BLOB NOT NULL, patient BLOB NOT NULL, dossier BLOB NOT NULL,
			at INTEGER NOT NULL, by BLOB, type TEXT NOT NULL, pages INTEGER NOT NULL,
			name BLOB NOT NULL, key BLOB NOT NULL, size INTEGER NOT NULL, hash BLOB NOT NULL, aside INTEGER NOT NULL DEFAULT 0
		) STRICT, WITHOUT ROWID`,
		`CREATE INDEX consent_scans_by_consent ON consent_scans (consent, seq)`,
	}
}

func applyScanned(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b Scanned
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	if err := touch(tx, b.Consent, touched); err != nil {
		return err
	}
	// A scan of a consent whose beginning was destroyed belongs to nobody any more.
	if _, err := tx.Exec(`INSERT INTO consent_scans SELECT ?, ?, id, patient, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0 FROM consents WHERE id = ?
		ON CONFLICT DO NOTHING`,
		b.Scan, int64(e.Pos.Seq), e.Dossier, int64(e.At), e.Author, string(b.Type), b.Pages,
		b.File.Name, b.File.Key, b.File.Size, b.File.Hash, b.Consent); err != nil {
		return err
	}
	return remember(tx, e, b.Consent, WhatScanned, "", "")
}

func applyScanAside(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b ScannedAside
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	if err := touch(tx, b.Consent, touched); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE consent_scans SET aside = 1 WHERE id = ?`, b.Scan); err != nil {
		return err
	}
	return remember(tx, e, b.Consent, WhatScanAside, "", "")
}

const scanColumns = `id, consent, patient, dossier, at, by, type, pages, name, key, size, hash, aside`

func readScan(row interface{ Scan(...any) error }) (Scan, error) {
	var s Scan
	err := row.Scan(&s.ID, &s.Consent, &s.Patient, &s.Dossier, &s.At, &s.By, &s.Type, &s.Pages,
		&s.File.Name, &s.File.Key, &s.File.Size, &s.File.Hash, &s.Aside)
	return s, err
}

func readScans(rows *sqlite.Rows, err error) ([]Scan, error) {
	if err != nil {
		return nil, fmt.Errorf("consent: read scans: %w", err)
	}
	defer rows.Close()
	var all []Scan
	for rows.Next() {
		s, err := readScan(rows)
		if err != nil {
			return nil, fmt.Errorf("consent: read scans: %w", err)
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("consent: read scans: %w", err)
	}
	return all, nil
}

// GetScan returns a scan, or CodeNotFound, also for one that was put aside.
func GetScan(tx *sqlite.Tx, id ScanID) (Scan, error) {
	s, err := readScan(tx.QueryRow(`SELECT `+scanColumns+` FROM consent_scans WHERE id = ? AND aside = 0`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Scan{}, clinic.E(clinic.CodeNotFound)
	}
	if err != nil {
		return Scan{}, fmt.Errorf("consent: read scan: %w", err)
	}
	return s, nil
}

// ScansOf returns the scans of consents, oldest first, those that were put aside too.
func ScansOf(tx *sqlite.Tx, consents ...clinic.ConsentID) (map[clinic.ConsentID][]Scan, error) {
	all, err := readScans(tx.Query(`SELECT `+scanColumns+` FROM consent_scans WHERE consent IN `+sqlite.InSet+`
		ORDER BY consent, seq`, sqlite.Set(consents...)))
	by := map[clinic.ConsentID][]Scan{}
	for _, s := range all {
		by[s.Consent] = append(by[s.Consent], s)
	}
	return by, err
}

// ScansInSight returns those of some scans that are shown, of patients in sight, the newest
// first.
func ScansInSight(tx *sqlite.Tx, s patients.Sight, ids ...ScanID) ([]Scan, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	where, args := s.Condition("patient")
	return readScans(tx.Query(`SELECT `+scanColumns+` FROM consent_scans WHERE id IN `+sqlite.InSet+` AND aside = 0 AND `+where+`
		ORDER BY seq DESC`, append([]any{sqlite.Set(ids...)}, args...)...))
}

// Reader reads the views. journal.Journal implements it.
type Reader interface {
	Read(ctx context.Context, fn func(*sqlite.Tx) error) error
}

// CheckScans reads the files of up to limit scans whose ids follow after, and tells
// report of each what is wrong with it, or an empty code. It returns the last id, from
// which the next call goes on, or zero after the last one.
func CheckScans(ctx context.Context, j Reader, files *blob.Store, after ScanID, limit int, report func(Scan, clinic.Code)) (ScanID, error) {
	var page []Scan
	if err := j.Read(ctx, func(tx *sqlite.Tx) (err error) {
		page, err = readScans(tx.Query(`SELECT `+scanColumns+` FROM consent_scans WHERE id > ? ORDER BY id LIMIT ?`, after[:], limit))
		return err
	}); err != nil {
		return after, err
	}
	for _, s := range page {
		err := files.Check(ctx, s.File)
		switch code := clinic.CodeOf(err); {
		case err == nil:
			report(s, "")
		case code == blob.CodeMissing, code == blob.CodeDamaged, code == blob.CodeNewer, code == blob.CodeNotRead:
			report(s, code)
		default:
			return after, err // the clinic was locked, or the call given up
		}
		after = s.ID
	}
	if len(page) < limit {
		return ScanID{}, nil
	}
	return after, nil
}
