package afterhours

import (
	"encoding/json"
	"fmt"

	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Projection returns the reducer of this package's tables.
func Projection() journal.Projection { return projection{} }

type projection struct{}

func (projection) Name() string { return "afterhours" }

func (projection) Schema() []string {
	return []string{
		`CREATE TABLE afterhours (one INTEGER PRIMARY KEY CHECK (one = 1), hours TEXT NOT NULL) STRICT`,
		`CREATE TABLE afterhours_left (
			one INTEGER PRIMARY KEY CHECK (one = 1), account TEXT NOT NULL, phone TEXT NOT NULL,
			at INTEGER NOT NULL, -- 0 while it is only known that it was about to be left
			until INTEGER NOT NULL, before TEXT NOT NULL, basis TEXT NOT NULL
		) STRICT`,
		// Every text that was ever left: an old backup of the provider's list shows old ones.
		`CREATE TABLE afterhours_texts (
			text TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (text, since)
		) STRICT, WITHOUT ROWID`,
	}
}

func (projection) Kinds() []journal.Kind {
	return []journal.Kind{kindHours, kindLeaving, kindLeft, kindWithdrawn}
}

// Decisive: a text that is taken for an answer of ours raises no alarm.
func (projection) Decisive() []string { return []string{"afterhours_texts"} }

func (projection) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	if e.Kind == kindWithdrawn.Name { // says all by its kind
		touched.Add(Topic)
		_, err := tx.Exec(`DELETE FROM afterhours_left`)
		return err
	}
	if e.Body.Destroyed() {
		return nil
	}
	touched.Add(Topic)
	switch e.Kind {
	case kindHours.Name:
		var h Hours
		if err := e.Body.Decode(&h); err != nil {
			return err
		}
		body, err := json.Marshal(h)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO afterhours VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET hours = excluded.hours`, string(body))
		return err
	case kindLeaving.Name, kindLeft.Name:
		var b leftBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		return applyLeft(tx, e, b)
	}
	return fmt.Errorf("afterhours: no rule for kind %s", e.Kind)
}

func applyLeft(tx *sqlite.Tx, e journal.Applied, b leftBody) error {
	before, err := json.Marshal(b.Before)
	if err != nil {
		return err
	}
	if e.Kind == kindLeaving.Name {
		// What is in force for this number stays so until the other is; without a basis it
		// is left anew where nothing more is heard of that.
		_, err = tx.Exec(`INSERT INTO afterhours_left VALUES (1, ?1, ?2, 0, 0, ?3, '') ON CONFLICT (one) DO UPDATE SET
			at = iif(phone IN ('', ?2) AND account IN ('', ?1), at, 0), until = iif(phone IN ('', ?2) AND account IN ('', ?1), until, 0),
			account = ?1, phone = ?2, before = ?3, basis = ''`, b.Account, string(b.Phone), string(before))
	} else {
		_, err = tx.Exec(`INSERT INTO afterhours_left VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (one) DO UPDATE SET
			account = ?1, phone = ?2, at = ?3, until = ?4, before = ?5, basis = ?6`,
			b.Account, string(b.Phone), int64(e.At), int64(b.Until), string(before), b.Basis)
	}
	if err != nil {
		return err
	}
	for _, p := range b.Periods {
		if _, err := tx.Exec(`INSERT INTO afterhours_texts VALUES (?, ?, ?)
			ON CONFLICT (text, since) DO UPDATE SET until = max(until, excluded.until)`, p.Text, int64(p.From), int64(p.To)); err != nil {
			return err
		}
	}
	return nil
}
