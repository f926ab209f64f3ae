package consent

import (
	"encoding/json"
	"fmt"
	"slices"

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
	// Since version 2; a version 1 was always a paper.
	Way       Way       `json:"way"`
	Signature Signature `json:"signature"`
	Details   Details   `json:"details"`
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

type pausedBody struct {
	Consent clinic.ConsentID `json:"consent"`
	Hold    policy.Hold      `json:"hold"` // since version 2
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
	// Version 2 may name the numbers that may be texted, version 3 the first day, version
	// 4 how she would rather be reached: a reader of the one before would not heed it.
	kindRecorded  = journal.Kind{Name: "consent.recorded", Version: 4, MinReader: 4, Class: journal.ClassConsent}
	kindRequested = kind("consent.requested")
	kindAnswered  = kind("consent.answered")
	// Version 2 may name numbers, and may bring back what a STOP ended; version 3 may name
	// the first day, version 4 how she would rather be reached.
	kindNarrowed = journal.Kind{Name: "consent.narrowed", Version: 4, MinReader: 4, Class: journal.ClassConsent}
	kindRevoked  = kind("consent.revoked")
	kindPaused   = journal.Kind{Name: "consent.paused", Version: 2, MinReader: 1, Class: journal.ClassConsent}
	kindResumed  = kind("consent.resumed")
	kindOptedOut = kind("number.opted_out")
	kindOptedIn  = kind("number.opted_in")
)

func kind(name string) journal.Kind {
	return journal.Kind{Name: name, Version: 1, MinReader: 1, Class: journal.ClassConsent}
}

// Projection returns the reducer of this package's tables.
func Projection() journal.Projection { return projection{} }

type projection struct{}

func (projection) Name() string { return "consent" }

func (projection) Schema() []string {
	return slices.Concat(formSchema(), verificationSchema(), scanSchema(), requestSchema(), roundSchema(), doubtSchema(), []string{historySchema,
		`CREATE TABLE consents (
			seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, patient BLOB NOT NULL, state TEXT NOT NULL,
			form TEXT NOT NULL, form_hash TEXT NOT NULL, signed_on TEXT NOT NULL, expires TEXT NOT NULL,
			starts INTEGER NOT NULL, ends INTEGER NOT NULL, scope TEXT NOT NULL,
			signer TEXT NOT NULL, signer_name TEXT NOT NULL, recorded_by BLOB, recorded_at INTEGER NOT NULL,
			revoked_at INTEGER NOT NULL, revoked_how TEXT NOT NULL,
			-- Whether the scope is a narrowed one: what a pause comes back to.
			narrowed INTEGER NOT NULL DEFAULT 0,
			-- Whether it is on hold, also where it was taken back meanwhile: only Resume ends a hold.
			held INTEGER NOT NULL DEFAULT 0,
			way TEXT NOT NULL, hold TEXT NOT NULL DEFAULT '', details TEXT NOT NULL, code TEXT NOT NULL
		) STRICT`,
		`CREATE INDEX consents_by_code ON consents (code)`,
		`CREATE INDEX consents_by_state ON consents (state, ends)`,
		// Drawings are read one by one.
		`CREATE TABLE consent_signatures (
			consent BLOB PRIMARY KEY, drawn TEXT NOT NULL, typed TEXT NOT NULL
		) STRICT, WITHOUT ROWID`,
		`CREATE INDEX consents_by_patient ON consents (patient, seq)`,
		// The newest STOP and the newest START by their own times: history may be
		// read in out of order.
		`CREATE TABLE opt_outs (
			number BLOB PRIMARY KEY, stopped INTEGER NOT NULL, started INTEGER NOT NULL
		) STRICT, WITHOUT ROWID`,
	})
}

func (projection) Kinds() []journal.Kind {
	return []journal.Kind{
		kindRecorded, kindRequested, kindAnswered, kindNarrowed, kindRevoked, kindPaused, kindResumed,
		kindOptedOut, kindOptedIn, kindCodeAsked, kindVerified, kindFormSaved, kindFormReviewed, kindFormRetired,
		kindWordsSaved, KindScanned, KindScanAside, kindFormAttached,
		kindAsked, kindReminded, kindReplied, kindAgreed, kindDeclined, kindUnreached,
		kindRound, kindTurn, kindRoundEnd,
		kindDoubted, kindSettled,
	}
}

func (projection) Decisive() []string {
	return []string{"consents", "opt_outs", "number_verified", "consent_requests", "consent_doubts", "consent_rounds", "consent_round_patients"}
}

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
			policy.ConsentRequested, WhatRequested)
	case kindAnswered.Name:
		return applyAnswered(tx, e, touched)
	case kindPaused.Name:
		return applyPaused(tx, e, touched)
	case kindResumed.Name:
		return applyResumed(tx, e, touched)
	case kindNarrowed.Name:
		return applyNarrowed(tx, e, touched)
	case kindRevoked.Name:
		return applyRevoked(tx, e, touched)
	case kindOptedOut.Name, kindOptedIn.Name:
		return applyOpt(tx, e, touched)
	case kindAsked.Name:
		return applyAsked(tx, e, touched)
	case kindReminded.Name, kindReplied.Name, kindDeclined.Name:
		return applyAbout(tx, e, touched)
	case kindAgreed.Name:
		return applyAgreed(tx, e, touched)
	case kindUnreached.Name:
		return applyUnreached(tx, e, touched)
	case kindRound.Name, kindTurn.Name, kindRoundEnd.Name:
		return applyRound(tx, e, touched)
	case kindDoubted.Name:
		return applyDoubted(tx, e, touched)
	case kindSettled.Name:
		return applySettled(tx, e, touched)
	case kindCodeAsked.Name:
		return applyCode(tx, e)
	case kindVerified.Name:
		return applyVerified(tx, e, touched)
	case KindScanned.Name:
		return applyScanned(tx, e, touched)
	case KindScanAside.Name:
		return applyScanAside(tx, e, touched)
	case kindFormSaved.Name, kindWordsSaved.Name, kindFormReviewed.Name, kindFormRetired.Name, kindFormAttached.Name:
		return applyForm(tx, e, touched)
	}
	return fmt.Errorf("consent: no rule for kind %s", e.Kind)
}

func applyRecorded(tx *sqlite.Tx, e journal.Applied, b recordedBody, touched *journal.Touched) error {
	touched.Add(Topic, b.Patient)
	if b.Way == Spoken {
		// Words take the place of earlier words, and of nothing else.
		if err := replaceSpoken(tx, e, b.Patient); err != nil {
			return err
		}
		return insert(tx, e, b, policy.ConsentVerbal, WhatSpoken)
	}
	if b.Way == "" {
		b.Way = OnPaper
	}
	if err := replace(tx, e, b.Patient, b.Consent); err != nil {
		return err
	}
	return insert(tx, e, b, policy.ConsentGiven, WhatGiven)
}

func replaceSpoken(tx *sqlite.Tx, e journal.Applied, patient clinic.PatientID) error {
	if _, err := tx.Exec(`INSERT INTO consent_history SELECT id, ?, ?, ?, ?, '', '', ?, scope FROM consents WHERE patient = ? AND state = ?`,
		int64(e.Pos.Seq), int64(e.At), string(WhatReplaced), e.Author, string(policy.ConsentReplaced), patient, string(policy.ConsentVerbal)); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE consents SET state = ? WHERE patient = ? AND state = ?`,
		string(policy.ConsentReplaced), patient, string(policy.ConsentVerbal))
	return err
}

// replace puts aside what a patient had agreed to, or was asked for, before another
// consent. What was ended stays as it ended.
func replace(tx *sqlite.Tx, e journal.Applied, of clinic.PatientID, by clinic.ConsentID) error {
	const before = `patient = ? AND id <> ? AND state NOT IN ('replaced', 'revoked', 'declined', 'unanswered')`
	if _, err := tx.Exec(`INSERT INTO consent_history SELECT id, ?, ?, ?, ?, '', '', ?, scope FROM consents WHERE `+before,
		int64(e.Pos.Seq), int64(e.At), string(WhatReplaced), e.Author, string(policy.ConsentReplaced), of, by); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE consents SET state = ? WHERE `+before, string(policy.ConsentReplaced), of, by)
	return err
}

func insert(tx *sqlite.Tx, e journal.Applied, b recordedBody, state policy.ConsentState, what What) error {
	scope, err := json.Marshal(b.Scope)
	if err != nil {
		return err
	}
	details, err := json.Marshal(b.Details)
	if err != nil {
		return err
	}
	if _, err = tx.Exec(`INSERT INTO consents (seq, `+columns+`, code) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', ?, '', ?, ?)`,
		int64(e.Pos.Seq), b.Consent, b.Patient, string(state), b.Form, b.FormHash, b.SignedOn.String(), b.Expires.String(),
		int64(b.Starts), int64(b.Ends), string(scope), string(b.Signer), b.SignerName, e.Author, int64(e.At),
		string(b.Way), string(details), string(CodeOf(b.Consent))); err != nil {
		return err
	}
	if b.Signature != (Signature{}) {
		if _, err := tx.Exec(`INSERT INTO consent_signatures VALUES (?, ?, ?)`, b.Consent, b.Signature.Drawn, b.Signature.Typed); err != nil {
			return err
		}
	}
	return remember(tx, e, b.Consent, what, "", "")
}

func applyAnswered(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b refBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	if err := touch(tx, b.Consent, touched); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE consents SET state = ? WHERE id = ?`, string(policy.ConsentPending), b.Consent); err != nil {
		return err
	}
	return remember(tx, e, b.Consent, WhatAnswered, "", "")
}

func applyPaused(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b pausedBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	if err := touch(tx, b.Consent, touched); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE consents SET state = ?, held = 1, hold = ? WHERE id = ?`,
		string(policy.ConsentPaused), string(b.Hold), b.Consent); err != nil {
		return err
	}
	return remember(tx, e, b.Consent, WhatHeld, "", b.Hold)
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
	if _, err := tx.Exec(`UPDATE consents SET state = iif(narrowed, ?, ?), held = 0, hold = '' WHERE id = ?`,
		string(policy.ConsentNarrowed), string(policy.ConsentGiven), b.Consent); err != nil {
		return err
	}
	return remember(tx, e, b.Consent, WhatResumed, "", "")
}

// applyNarrowed leaves a consent on hold paused, also one that was taken back
// meanwhile: only Resume ends a pause.
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
	if _, err = tx.Exec(`UPDATE consents SET state = iif(held, ?, ?), narrowed = 1, scope = ?,
			revoked_at = 0, revoked_how = '' WHERE id = ?`,
		string(policy.ConsentPaused), string(policy.ConsentNarrowed), string(scope), b.Consent); err != nil {
		return err
	}
	return remember(tx, e, b.Consent, WhatNarrowed, b.How, "")
}

func applyRevoked(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b howBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	if err := touch(tx, b.Consent, touched); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE consents SET state = ?, revoked_at = ?, revoked_how = ? WHERE id = ?`,
		string(policy.ConsentRevoked), int64(e.At), string(b.How), b.Consent); err != nil {
		return err
	}
	return remember(tx, e, b.Consent, WhatRevoked, b.How, "")
}

func applyOpt(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	var b optBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	touched.Add(Topic)
	if err := answerDoubts(tx, e, b); err != nil {
		return err
	}
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
