package incidents

import (
	"encoding/json"
	"fmt"

	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Projection returns the reducer of this package's tables.
func Projection() journal.Projection { return projection{} }

type projection struct{}

func (projection) Name() string { return "incidents" }

func (projection) Schema() []string {
	return []string{
		`CREATE TABLE incidents (
			id BLOB PRIMARY KEY, message BLOB NOT NULL UNIQUE, thread BLOB NOT NULL, number BLOB NOT NULL, happened INTEGER NOT NULL,
			about BLOB NOT NULL, dossier BLOB NOT NULL, recipient TEXT NOT NULL, contents TEXT NOT NULL, found TEXT NOT NULL,
			reported_at INTEGER NOT NULL, reported_by BLOB, pauses INTEGER NOT NULL, conclusion TEXT NOT NULL,
			told_patient TEXT NOT NULL, told_hhs TEXT NOT NULL, closed_at INTEGER NOT NULL, closed_by BLOB
		) STRICT, WITHOUT ROWID`,
		`CREATE INDEX incident_pauses ON incidents (number) WHERE pauses = 1`,
		`CREATE TABLE incident_steps (
			seq INTEGER PRIMARY KEY, incident BLOB NOT NULL, at INTEGER NOT NULL, staff BLOB, what TEXT NOT NULL, body TEXT NOT NULL
		) STRICT`,
		`CREATE INDEX incident_steps_of ON incident_steps (incident, seq)`,
		`CREATE TABLE disclosures (
			seq INTEGER PRIMARY KEY, patient BLOB NOT NULL, incident BLOB NOT NULL, at INTEGER NOT NULL, number BLOB NOT NULL,
			recipient TEXT NOT NULL, contents TEXT NOT NULL
		) STRICT`,
		`CREATE INDEX disclosures_of ON disclosures (patient, at)`,
		`CREATE TABLE incident_days (one INTEGER PRIMARY KEY CHECK (one = 1), days INTEGER NOT NULL) STRICT`,
	}
}

func (projection) Kinds() []journal.Kind {
	return []journal.Kind{kindOpened, kindDisclosed, kindNoted, kindDecided, kindAssessed, kindTold, kindClosed, kindDays}
}

// Decisive: a pause that is lost lets a text go to the wrong person once more.
func (projection) Decisive() []string { return []string{"incidents"} }

func (projection) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	if e.Body.Destroyed() {
		return nil
	}
	r := reducer{tx, e, touched}
	switch e.Kind {
	case kindOpened.Name:
		return decode(e, r.opened)
	case kindDisclosed.Name:
		return decode(e, r.disclosed)
	case kindNoted.Name:
		return decode(e, func(b notedBody) error {
			return r.keep(b.Incident, WhatNoted, stepBody{Done: b.Done, Words: b.Words}, "")
		})
	case kindDecided.Name:
		return decode(e, func(b decidedBody) error {
			return r.keep(b.Incident, WhatNumber, stepBody{Right: b.Right}, `pauses = 0`)
		})
	case kindAssessed.Name:
		return decode(e, func(b assessedBody) error {
			return r.keep(b.Incident, WhatAssessed, stepBody{Factors: &b.Factors, Conclusion: b.Conclusion}, `conclusion = ?`, string(b.Conclusion))
		})
	case kindTold.Name:
		return decode(e, func(b toldBody) error {
			column := map[Told]string{TellPatient: "told_patient", TellHHS: "told_hhs"}[b.Whom]
			if column == "" {
				return fmt.Errorf("incidents: nobody is told as %q", b.Whom)
			}
			return r.keep(b.Incident, WhatTold, stepBody{Whom: b.Whom, On: b.On}, column+` = ?`, b.On.String())
		})
	case kindClosed.Name:
		return decode(e, func(b closedBody) error {
			return r.keep(b.Incident, WhatClosed, stepBody{Words: b.Words}, `closed_at = ?, closed_by = ?`, int64(e.At), e.Author)
		})
	case kindDays.Name:
		return decode(e, func(b daysBody) error {
			touched.Add(Topic)
			_, err := tx.Exec(`INSERT INTO incident_days VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET days = excluded.days`, b.Days)
			return err
		})
	}
	return fmt.Errorf("incidents: no rule for kind %s", e.Kind)
}

func decode[B any](e journal.Applied, apply func(B) error) error {
	var b B
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	return apply(b)
}

type reducer struct {
	tx      *sqlite.Tx
	e       journal.Applied
	touched *journal.Touched
}

// opened begins an incident. Of two reports of one text, made on two computers, the
// first counts.
func (r reducer) opened(b openedBody) error {
	contents, err := json.Marshal(b.Contents)
	if err != nil {
		return err
	}
	if _, err := r.tx.Exec(`INSERT INTO incidents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, '', '', '', 0, NULL) ON CONFLICT DO NOTHING`,
		b.Incident, b.Message, b.Thread, b.Number, int64(b.Happened), b.About, r.e.Dossier, string(b.Recipient), string(contents),
		b.Found.String(), int64(r.e.At), r.e.Author); err != nil {
		return err
	}
	return r.keep(b.Incident, WhatOpened, stepBody{Done: b.Done, Words: b.Words}, "")
}

func (r reducer) disclosed(b disclosedBody) error {
	if there, err := r.there(b.Incident); err != nil || !there {
		return err
	}
	contents, err := json.Marshal(b.Contents)
	if err != nil {
		return err
	}
	_, err = r.tx.Exec(`INSERT INTO disclosures (seq, patient, incident, at, number, recipient, contents) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		int64(r.e.Pos.Seq), b.Patient, b.Incident, int64(b.At), b.Number, string(b.Recipient), string(contents))
	return err
}

// keep adds a step to the history, and changes how the incident stands. An incident
// whose beginning was destroyed has neither.
func (r reducer) keep(id ID, what What, b stepBody, set string, args ...any) error {
	if there, err := r.there(id); err != nil || !there {
		return err
	}
	r.touched.Add(Topic, id)
	if set != "" {
		if _, err := r.tx.Exec(`UPDATE incidents SET `+set+` WHERE id = ?`, append(args, id)...); err != nil {
			return err
		}
	}
	body, err := json.Marshal(b)
	if err != nil {
		return err
	}
	_, err = r.tx.Exec(`INSERT INTO incident_steps (seq, incident, at, staff, what, body) VALUES (?, ?, ?, ?, ?, ?)`,
		int64(r.e.Pos.Seq), id, int64(r.e.At), r.e.Author, string(what), string(body))
	return err
}

func (r reducer) there(id ID) (there bool, err error) {
	err = r.tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM incidents WHERE id = ?)`, id).Scan(&there)
	return there, err
}
