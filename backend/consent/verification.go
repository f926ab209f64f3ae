package consent

import (
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/sqlite"
)

// A number is verified by a code that comes from it: the desk reads six digits to
// the patient, and she texts them to the clinic. No text has to leave for it, so
// it needs no consent, and who answers a call cannot pretend to hold the phone.

// codeLives is how long a code counts.
const codeLives = 30 * time.Minute

type codeBody struct {
	Number clinic.NumberID `json:"number"`
	Code   string          `json:"code"`
	Until  clinic.Instant  `json:"until"`
}

type verifiedBody struct {
	Number  clinic.NumberID  `json:"number"`
	Message clinic.MessageID `json:"message"`
}

var (
	kindCodeAsked = kind("number.code_asked")
	kindVerified  = kind("number.verified")
)

// OneTime is a code that a patient is to text, and until when it counts.
type OneTime struct {
	Code  string
	Until clinic.Instant
}

// AskCode makes a code for one of a patient's numbers. An earlier one counts no
// more. CodeNotFound means that the number is not hers.
func AskCode(d *journal.Decision, patient clinic.PatientID, number clinic.NumberID) (OneTime, error) {
	all, err := patients.NumbersOf(d.Tx, patient)
	if err != nil {
		return OneTime{}, err
	}
	for _, l := range all[patient] {
		if l.ID != number {
			continue
		}
		drawn := clinic.NewID[clinic.EventID]()
		one := OneTime{
			Code: fmt.Sprintf("%06d", binary.BigEndian.Uint64(drawn[:8])%1_000_000), Until: d.Now.Add(codeLives),
		}
		d.Record(journal.Event{Kind: kindCodeAsked, Dossier: l.Dossier, Body: codeBody{Number: number, Code: one.Code, Until: one.Until}})
		return one, nil
	}
	return OneTime{}, clinic.E(clinic.CodeNotFound)
}

// ReadNumberCode records that a number is verified where a text from it is the
// code that was asked for, alone or among a few words, and reports whether it was. A
// code that was read to a patient says nothing about whoever was given the number, or
// was found on it, since.
func ReadNumberCode(d *journal.Decision, number patients.Number, body string, by clinic.MessageID, at clinic.Instant) (bool, error) {
	var asked OneTime
	var seq uint64
	err := d.Tx.QueryRow(`SELECT code, until, seq FROM number_codes WHERE number = ?`, number.ID).Scan(&asked.Code, &asked.Until, &seq)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("consent: read code: %w", err)
	}
	// The provider's times are whole seconds, and its clock is not ours: a text may
	// seem older than the code in it.
	if at > asked.Until || !sameDigits(body, asked.Code) {
		return false, nil
	}
	moved, err := patients.LastMoved(d.Tx, number.ID)
	if err != nil || moved > seq {
		return false, err
	}
	d.Record(journal.Event{
		ID: d.Names.EventID("number.verified", by[:]), Kind: kindVerified, Dossier: number.Dossier, At: at,
		Body: verifiedBody{Number: number.ID, Message: by},
	})
	return true, nil
}

// sameDigits reports whether the digits of a text are just those of the code:
// "The code is 482 913." is, and "482913 or 482914" is not.
func sameDigits(body, code string) bool {
	var digits []byte
	for _, r := range body {
		if r >= '0' && r <= '9' {
			digits = append(digits, byte(r))
		}
	}
	return string(digits) == code
}

// Proven is when a number was verified, and at which position of the log.
type Proven struct {
	At  clinic.Instant
	Seq uint64
}

// Verified returns those of some numbers that were ever verified. Whether one
// still counts depends on who was given the number since.
func Verified(tx *sqlite.Tx, numbers ...clinic.NumberID) (map[clinic.NumberID]Proven, error) {
	rows, err := tx.Query(`SELECT number, verified, seq FROM number_verified WHERE number IN `+sqlite.InSet, sqlite.Set(numbers...))
	if err != nil {
		return nil, fmt.Errorf("consent: read verified numbers: %w", err)
	}
	defer rows.Close()
	all := map[clinic.NumberID]Proven{}
	for rows.Next() {
		var number clinic.NumberID
		var p Proven
		if err := rows.Scan(&number, &p.At, &p.Seq); err != nil {
			return nil, fmt.Errorf("consent: read verified numbers: %w", err)
		}
		all[number] = p
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("consent: read verified numbers: %w", err)
	}
	return all, nil
}

func verificationSchema() []string {
	return []string{
		`CREATE TABLE number_codes (
			number BLOB PRIMARY KEY, code TEXT NOT NULL, asked INTEGER NOT NULL, until INTEGER NOT NULL,
			seq INTEGER NOT NULL -- what happened to the number since makes the code worthless
		) STRICT, WITHOUT ROWID`,
		`CREATE TABLE number_verified (
			number BLOB PRIMARY KEY, verified INTEGER NOT NULL, seq INTEGER NOT NULL
		) STRICT, WITHOUT ROWID`,
	}
}

func applyCode(tx *sqlite.Tx, e journal.Applied) error {
	var b codeBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO number_codes VALUES (?, ?, ?, ?, ?) ON CONFLICT (number) DO UPDATE SET
		code = excluded.code, asked = excluded.asked, until = excluded.until, seq = excluded.seq`,
		b.Number, b.Code, int64(e.At), int64(b.Until), int64(e.Pos.Seq))
	return err
}

func applyVerified(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b verifiedBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	touched.Add(Topic)
	if _, err := tx.Exec(`DELETE FROM number_codes WHERE number = ?`, b.Number); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO number_verified VALUES (?, ?, ?) ON CONFLICT (number) DO UPDATE SET
		verified = excluded.verified, seq = excluded.seq`, b.Number, int64(e.At), int64(e.Pos.Seq))
	return err
}
