package patients

import (
	"fmt"

	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Care returns the reducer of who cares for whom.
func Care() journal.Projection { return care{} }

type care struct{}

func (care) Name() string { return "care" }

func (care) Schema() []string {
	return []string{
		`CREATE TABLE care_therapists (
			staff BLOB NOT NULL, patient BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (staff, patient)
		) STRICT, WITHOUT ROWID`,
		`CREATE INDEX care_therapists_by_patient ON care_therapists (patient, seq)`,
		`CREATE TABLE care_covers (
			id BLOB PRIMARY KEY, of BLOB NOT NULL, by BLOB NOT NULL, begins INTEGER NOT NULL, ends INTEGER NOT NULL
		) STRICT, WITHOUT ROWID`,
		`CREATE INDEX care_covers_by ON care_covers (by, ends)`,
		`CREATE TABLE care_restricted (patient BLOB PRIMARY KEY) STRICT, WITHOUT ROWID`,
		`CREATE TABLE care_emergencies (
			id BLOB PRIMARY KEY, staff BLOB NOT NULL, patient BLOB NOT NULL, dossier BLOB NOT NULL, reason TEXT NOT NULL,
			begins INTEGER NOT NULL, ends INTEGER NOT NULL, reviewed_by BLOB, reviewed_at INTEGER NOT NULL, note TEXT NOT NULL
		) STRICT, WITHOUT ROWID`,
		`CREATE INDEX care_emergencies_of ON care_emergencies (staff, ends)`,
	}
}

func (care) Kinds() []journal.Kind {
	return []journal.Kind{
		kindCare, kindCareEnded, kindHandedOver, kindCovered, kindCoverEnded, kindRestricted, kindEmergency, kindReviewed,
	}
}

// Decisive: each row decides who may read.
func (care) Decisive() []string {
	return []string{"care_therapists", "care_covers", "care_restricted", "care_emergencies"}
}

func (care) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	if e.Body.Destroyed() {
		return nil
	}
	// Lists and counts may be others for whoever looks at them.
	touched.Add(TopicCare)
	switch e.Kind {
	case kindCare.Name:
		var b careBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO care_therapists VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, b.Staff, b.Patient, int64(e.Pos.Seq))
		return err
	case kindCareEnded.Name:
		var b careBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM care_therapists WHERE staff = ? AND patient = ?`, b.Staff, b.Patient)
		return err
	case kindHandedOver.Name:
		var b handedBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		return applyHandedOver(tx, e, b)
	case kindCovered.Name:
		var c Cover
		if err := e.Body.Decode(&c); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO care_covers VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			c.ID, c.Of, c.By, int64(c.From), int64(c.Until))
		return err
	case kindCoverEnded.Name:
		var b coverBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM care_covers WHERE id = ?`, b.Cover)
		return err
	case kindRestricted.Name:
		var b restrictedBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		query := `DELETE FROM care_restricted WHERE patient = ?`
		if b.Restricted {
			query = `INSERT INTO care_restricted VALUES (?) ON CONFLICT DO NOTHING`
		}
		_, err := tx.Exec(query, b.Patient)
		return err
	case kindEmergency.Name:
		var b emergencyBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		touched.Add(TopicEmergency)
		_, err := tx.Exec(`INSERT INTO care_emergencies VALUES (?, ?, ?, ?, ?, ?, ?, NULL, 0, '') ON CONFLICT DO NOTHING`,
			b.Emergency, e.Author, b.Patient, e.Dossier, b.Reason, int64(b.From), int64(b.Until))
		return err
	case kindReviewed.Name:
		var b reviewBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		touched.Add(TopicEmergency)
		_, err := tx.Exec(`UPDATE care_emergencies SET reviewed_by = ?, reviewed_at = ?, note = ? WHERE id = ?`,
			e.Author, int64(e.At), b.Note, b.Emergency)
		return err
	}
	return fmt.Errorf("patients: no rule for kind %s", e.Kind)
}

// applyHandedOver moves the patients who would have nobody left.
func applyHandedOver(tx *sqlite.Tx, e journal.Applied, b handedBody) error {
	if !b.To.IsZero() {
		if _, err := tx.Exec(`INSERT INTO care_therapists
			SELECT ?1, t.patient, ?2 FROM care_therapists t WHERE t.staff = ?3
				AND NOT EXISTS (SELECT 1 FROM care_therapists o WHERE o.patient = t.patient AND o.staff <> ?3)
			ON CONFLICT DO NOTHING`, b.To, int64(e.Pos.Seq), b.From); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`DELETE FROM care_therapists WHERE staff = ?`, b.From); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM care_covers WHERE of = ?1 OR by = ?1`, b.From)
	return err
}
