package consent

import (
	"encoding/json"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

type recordedBody struct {
	Consent    clinic.ConsentID `json:"consent"`
	Patient    clinic.PatientID `json:"patient"`
	Form       string           `json:"form"`
	FormHash   string           `json:"formHash"`
	SignedOn   clinic.Date      `json:"signedOn"`
	Starts     clinic.Instant   `json:"starts"`
	Ends       clinic.Instant   `json:"ends"`
	Expires    clinic.Date      `json:"expires"`
	Scope      Scope            `json:"scope"`
	Signer     Signer           `json:"signer"`
	SignerName string           `json:"signerName"`
}

type requestedBody struct {
	Consent  clinic.ConsentID `json:"consent"`
	Patient  clinic.PatientID `json:"patient"`
	Form     string           `json:"form"`
	FormHash string           `json:"formHash"`
}

type refBody struct {
	Consent clinic.ConsentID `json:"consent"`
}

type howBody struct {
	Consent clinic.ConsentID `json:"consent"`
	How     How              `json:"how"`
}

type narrowedBody struct {
	Consent clinic.ConsentID `json:"consent"`
	Scope   Scope            `json:"scope"`
	How     How              `json:"how"`
}

type optBody struct {
	Number  clinic.NumberID  `json:"number"`
	Message clinic.MessageID `json:"message"`
	How     How              `json:"how"`
}

var (
	kindRecorded  = kind("consent.recorded")
	kindRequested = kind("consent.requested")
	kindAnswered  = kind("consent.answered")
	kindNarrowed  = kind("consent.narrowed")
	kindRevoked   = kind("consent.revoked")
	kindPaused    = kind("consent.paused")
	kindResumed   = kind("consent.resumed")
	kindOptedOut  = kind("number.opted_out")
	kindOptedIn   = kind("number.opted_in")
)

func kind(name string) journal.Kind {
	return journal.Kind{Name: name, Version: 1, MinReader: 1, Class: journal.ClassConsent}
}

// Projection returns the reducer of this package's tables.
func Projection() journal.Projection { return projection{} }

type projection struct{}

func (projection) Name() string { return "consent" }

func (projection) Schema() []string {
	return []string{
		`CREATE TABLE consents (
			seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, patient BLOB NOT NULL, state TEXT NOT NULL,
			form TEXT NOT NULL, form_hash TEXT NOT NULL, signed_on TEXT NOT NULL, expires TEXT NOT NULL,
			starts INTEGER NOT NULL, ends INTEGER NOT NULL, scope TEXT NOT NULL,
			signer TEXT NOT NULL, signer_name TEXT NOT NULL, recorded_by BLOB, recorded_at INTEGER NOT NULL,
			revoked_at INTEGER NOT NULL, revoked_how TEXT NOT NULL,
			-- Whether the scope is a narrowed one: what a pause comes back to.
			narrowed INTEGER NOT NULL DEFAULT 0
		) STRICT`,
		`CREATE INDEX consents_by_patient ON consents (patient, seq)`,
		// The newest STOP and the newest START by their own times: history may be
		// read in out of order.
		`CREATE TABLE opt_outs (
			number BLOB PRIMARY KEY, stopped INTEGER NOT NULL, started INTEGER NOT NULL
		) STRICT, WITHOUT ROWID`,
	}
}

func (projection) Kinds() []journal.Kind {
	return []journal.Kind{
		kindRecorded, kindRequested, kindAnswered, kindNarrowed, kindRevoked, kindPaused, kindResumed,
		kindOptedOut, kindOptedIn,
	}
}

func (projection) Decisive() []string { return []string{"consents", "opt_outs"} }

func (projection) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	if e.Body.Destroyed() {
		return nil
	}
	switch e.Kind {
	case kindRecorded.Name:
		var b recordedBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		return applyRecorded(tx, e, b, touched)
	case kindRequested.Name:
		var b requestedBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		touched.Add(Topic, b.Patient)
		return insert(tx, e, recordedBody{Consent: b.Consent, Patient: b.Patient, Form: b.Form, FormHash: b.FormHash},
			policy.ConsentRequested)
	case kindAnswered.Name:
		return applyMove(tx, e, touched, policy.ConsentPending)
	case kindPaused.Name:
		return applyMove(tx, e, touched, policy.ConsentPaused)
	case kindResumed.Name:
		return applyResumed(tx, e, touched)
	case kindNarrowed.Name:
		return applyNarrowed(tx, e, touched)
	case kindRevoked.Name:
		return applyRevoked(tx, e, touched)
	case kindOptedOut.Name, kindOptedIn.Name:
		return applyOpt(tx, e, touched)
	}
	return fmt.Errorf("consent: no rule for kind %s", e.Kind)
}

func applyRecorded(tx *sqlite.Tx, e journal.Applied, b recordedBody, touched *journal.Touched) error {
	touched.Add(Topic, b.Patient)
	if _, err := tx.Exec(`UPDATE consents SET state = ? WHERE patient = ? AND state NOT IN (?, ?)`,
		string(policy.ConsentReplaced), b.Patient, string(policy.ConsentReplaced), string(policy.ConsentRevoked)); err != nil {
		return err
	}
	return insert(tx, e, b, policy.ConsentGiven)
}

func insert(tx *sqlite.Tx, e journal.Applied, b recordedBody, state policy.ConsentState) error {
	scope, err := json.Marshal(b.Scope)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO consents (seq, `+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '')`,
		int64(e.Pos.Seq), b.Consent, b.Patient, string(state), b.Form, b.FormHash, b.SignedOn.String(), b.Expires.String(),
		int64(b.Starts), int64(b.Ends), string(scope), string(b.Signer), b.SignerName, e.Author, int64(e.At))
	return err
}

func applyMove(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched, to policy.ConsentState) error {
	var b refBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	if err := touch(tx, b.Consent, touched); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE consents SET state = ? WHERE id = ?`, string(to), b.Consent)
	return err
}

// applyResumed brings a consent back to what it was before the pause.
func applyResumed(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b refBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	if err := touch(tx, b.Consent, touched); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE consents SET state = iif(narrowed, ?, ?) WHERE id = ?`,
		string(policy.ConsentNarrowed), string(policy.ConsentGiven), b.Consent)
	return err
}

// applyNarrowed leaves a paused consent paused: only Resume ends a pause.
func applyNarrowed(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b narrowedBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	if err := touch(tx, b.Consent, touched); err != nil {
		return err
	}
	scope, err := json.Marshal(b.Scope)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE consents SET state = iif(state = ?, state, ?), narrowed = 1, scope = ? WHERE id = ?`,
		string(policy.ConsentPaused), string(policy.ConsentNarrowed), string(scope), b.Consent)
	return err
}

func applyRevoked(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b howBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	if err := touch(tx, b.Consent, touched); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE consents SET state = ?, revoked_at = ?, revoked_how = ? WHERE id = ?`,
		string(policy.ConsentRevoked), int64(e.At), string(b.How), b.Consent)
	return err
}

func applyOpt(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b optBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	touched.Add(Topic)
	var stopped, started clinic.Instant
	if e.Kind == kindOptedOut.Name {
		stopped = e.At
	} else {
		started = e.At
	}
	_, err := tx.Exec(`INSERT INTO opt_outs (number, stopped, started) VALUES (?, ?, ?)
		ON CONFLICT (number) DO UPDATE SET stopped = max(stopped, excluded.stopped), started = max(started, excluded.started)`,
		b.Number, int64(stopped), int64(started))
	return err
}

// touch names the patient of a consent; a consent whose beginning was destroyed
// has no row, and its later events change nothing.
func touch(tx *sqlite.Tx, id clinic.ConsentID, touched *journal.Touched) error {
	var patient clinic.PatientID
	err := tx.QueryRow(`SELECT coalesce((SELECT patient FROM consents WHERE id = ?), x'')`, id).Scan((*optional)(&patient))
	if err == nil && !patient.IsZero() {
		touched.Add(Topic, patient)
	}
	return err
}

// optional scans an id that may be missing.
type optional clinic.PatientID

func (o *optional) Scan(src any) error {
	if b, ok := src.([]byte); ok && len(b) == 0 {
		return nil
	}
	return (*clinic.PatientID)(o).Scan(src)
}
