package consent

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"quietline/backend/clinic"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// Consent is one consent with all that has happened to it.
type Consent struct {
	ID      clinic.ConsentID
	Patient clinic.PatientID
	// Moved is the state that events have brought it to; State adds what the
	// calendar does.
	Moved      policy.ConsentState
	Form       string
	FormHash   string
	SignedOn   clinic.Date
	Expires    clinic.Date
	Starts     clinic.Instant
	Ends       clinic.Instant
	Scope      Scope
	Signer     Signer
	SignerName string
	RecordedBy clinic.StaffID
	RecordedAt clinic.Instant
	RevokedAt  clinic.Instant
	RevokedHow How
	Way        Way
	// Hold is why it is on hold, where it is.
	Hold    policy.Hold
	Details Details
}

// OfAge returns the first instant at which the patient is of age, where somebody
// else signed for her while she was a minor; zero for every other consent. Who
// represents an adult goes on doing so.
func (c Consent) OfAge(p patients.Patient, majority int) (clinic.Instant, error) {
	if c.Signer == SignedByPatient || c.Signer == SignedByMinor || c.SignedOn.IsZero() || p.BirthDate.Age(c.SignedOn) >= majority {
		return 0, nil
	}
	zone, err := p.Zone.Location()
	if err != nil {
		return 0, err
	}
	born := p.BirthDate
	return clinic.Date{Year: born.Year + majority, Month: born.Month, Day: born.Day}.In(zone), nil
}

// Stands returns how the consent stands at an instant, and why where it is on
// hold: with what events did, the calendar, and the patient's coming of age.
func (c Consent) Stands(now clinic.Instant, p patients.Patient, majority int) (policy.ConsentState, policy.Hold, error) {
	state := c.State(now)
	if !state.InForce() {
		return state, c.Hold, nil
	}
	grown, err := c.OfAge(p, majority)
	if err == nil && grown != 0 && now >= grown {
		return policy.ConsentPaused, policy.HoldAge, nil
	}
	return state, "", err
}

// State returns how the consent stands at an instant.
func (c Consent) State(now clinic.Instant) policy.ConsentState {
	// What was answered otherwise than by yes or no counts no longer than an answer would.
	open := c.Moved == policy.ConsentRequested || c.Moved == policy.ConsentPending && c.Way == OnText
	if open && !c.Ends.IsZero() && now >= c.Ends {
		return policy.ConsentUnanswered
	}
	if !c.Moved.InForce() || c.Ends.IsZero() {
		return c.Moved
	}
	switch {
	case now >= c.Ends:
		return policy.ConsentExpired
	case c.Ends.Sub(now) <= ExpiringWithin:
		return policy.ConsentExpiring
	}
	return c.Moved
}

// Fact returns the consent in the form in which texts are decided on.
func (c Consent) Fact(now clinic.Instant, p patients.Patient, majority int) (*policy.ConsentFact, error) {
	grown, err := c.OfAge(p, majority)
	if err != nil {
		return nil, err
	}
	f := &policy.ConsentFact{
		ID: c.ID, Version: c.Form, State: c.State(now), Held: c.Hold,
		Categories: c.Scope.Categories, Excluded: c.Scope.Excluded, Hours: c.Scope.Hours(),
		Ends:        c.Ends,
		Frequency:   policy.Caps{PerDay: c.Scope.PerDay, PerWeek: c.Scope.PerWeek},
		SharedPhone: c.Scope.SharedPhone, Numbers: c.Scope.Numbers, Channel: c.Scope.Channel,
		OfAge: grown, SelfSigned: (c.Signer == SignedByPatient || c.Signer == SignedByMinor) && c.Way != Spoken,
	}
	if c.Scope.Zone != "" {
		if f.Zone, err = c.Scope.Zone.Location(); err != nil {
			return nil, err
		}
	}
	f.Starts, err = c.Begins()
	return f, err
}

// Begins returns the first instant at which texts may rest on the consent.
func (c Consent) Begins() (clinic.Instant, error) {
	if c.Scope.Zone == "" || c.Scope.From.IsZero() {
		return c.Starts, nil
	}
	zone, err := c.Scope.Zone.Location()
	if err != nil {
		return 0, err
	}
	return max(c.Starts, c.Scope.From.In(zone)), nil
}

const columns = `id, patient, state, form, form_hash, signed_on, expires, starts, ends, scope,
	signer, signer_name, recorded_by, recorded_at, revoked_at, revoked_how, way, hold, details`

func scan(row interface{ Scan(...any) error }) (Consent, error) {
	var c Consent
	var signed, expires, scope, details string
	if err := row.Scan(&c.ID, &c.Patient, &c.Moved, &c.Form, &c.FormHash, &signed, &expires, &c.Starts, &c.Ends, &scope,
		&c.Signer, &c.SignerName, &c.RecordedBy, &c.RecordedAt, &c.RevokedAt, &c.RevokedHow, &c.Way, &c.Hold, &details); err != nil {
		return Consent{}, err
	}
	if err := errors.Join(c.SignedOn.UnmarshalText([]byte(signed)), c.Expires.UnmarshalText([]byte(expires)),
		json.Unmarshal([]byte(scope), &c.Scope), json.Unmarshal([]byte(details), &c.Details)); err != nil {
		return Consent{}, fmt.Errorf("consent: read row: %w", err)
	}
	return c, nil
}

// Get returns a consent.
func Get(tx *sqlite.Tx, id clinic.ConsentID) (Consent, error) {
	c, err := scan(tx.QueryRow(`SELECT `+columns+` FROM consents WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Consent{}, clinic.E(clinic.CodeNotFound)
	}
	return c, err
}

// Current returns the consent of a patient that counts, or nil; see [CurrentOf].
func Current(tx *sqlite.Tx, patient clinic.PatientID) (*Consent, error) {
	all, err := CurrentOf(tx, patient)
	if err != nil {
		return nil, err
	}
	if c, found := all[patient]; found {
		return &c, nil
	}
	return nil, nil
}

// CurrentOf returns, for each of some patients, the consent that counts: the one
// that is given, narrowed, paused or spoken, and where there is none the newest. Asking
// for a further consent does not put aside the one that texts rest on, nor hide
// it from a STOP. A patient without any is not in it.
func CurrentOf(tx *sqlite.Tx, patients ...clinic.PatientID) (map[clinic.PatientID]Consent, error) {
	rows, err := tx.Query(`SELECT `+columns+` FROM consents WHERE seq IN (SELECT coalesce(
			(SELECT max(seq) FROM consents WHERE patient = unhex(who.value) AND state IN (?, ?, ?, ?)),
			(SELECT max(seq) FROM consents WHERE patient = unhex(who.value))) FROM json_each(?) who)`,
		string(policy.ConsentGiven), string(policy.ConsentNarrowed), string(policy.ConsentPaused), string(policy.ConsentVerbal), sqlite.Set(patients...))
	if err != nil {
		return nil, fmt.Errorf("consent: read current: %w", err)
	}
	defer rows.Close()
	all := make(map[clinic.PatientID]Consent, len(patients))
	for rows.Next() {
		c, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all[c.Patient] = c
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("consent: read current: %w", err)
	}
	return all, nil
}

// Of returns the consents of a patient, newest first.
func Of(tx *sqlite.Tx, patient clinic.PatientID) ([]Consent, error) {
	rows, err := tx.Query(`SELECT `+columns+` FROM consents WHERE patient = ? ORDER BY seq DESC`, patient)
	if err != nil {
		return nil, fmt.Errorf("consent: list: %w", err)
	}
	defer rows.Close()
	var all []Consent
	for rows.Next() {
		c, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

// OptedOut returns since when numbers are opted out; those that are not are not in
// it.
func OptedOut(tx *sqlite.Tx, numbers ...clinic.NumberID) (map[clinic.NumberID]clinic.Instant, error) {
	rows, err := tx.Query(`SELECT number, stopped FROM opt_outs WHERE stopped >= started AND number IN `+sqlite.InSet,
		sqlite.Set(numbers...))
	if err != nil {
		return nil, fmt.Errorf("consent: read opt-outs: %w", err)
	}
	defer rows.Close()
	since := map[clinic.NumberID]clinic.Instant{}
	for rows.Next() {
		var number clinic.NumberID
		var at clinic.Instant
		if err := rows.Scan(&number, &at); err != nil {
			return nil, fmt.Errorf("consent: read opt-outs: %w", err)
		}
		since[number] = at
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("consent: read opt-outs: %w", err)
	}
	return since, nil
}

// Refusing returns the phones to which nothing may be sent because somebody with that
// phone, on this or on another of her numbers, asked for no texts, or may have. They are
// in order.
func Refusing(tx *sqlite.Tx) ([]clinic.Phone, error) {
	stopped := func() ([]clinic.NumberID, error) {
		rows, err := tx.Query(`SELECT number FROM opt_outs WHERE stopped >= started
			UNION SELECT number FROM consent_doubts WHERE decided IN ('', ?)`, string(DecidedStranger))
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		var all []clinic.NumberID
		for rows.Next() {
			var id clinic.NumberID
			if err := rows.Scan(&id); err != nil {
				return nil, err
			}
			all = append(all, id)
		}
		return all, rows.Err()
	}
	numbers, err := stopped()
	if err != nil {
		return nil, fmt.Errorf("consent: read who refuses: %w", err)
	}
	// A stranger on a number that is held refuses for that number alone.
	holds, err := patients.Holds(tx, numbers...)
	if err != nil {
		return nil, err
	}
	own := slices.DeleteFunc(slices.Clone(numbers), func(id clinic.NumberID) bool { return !holds[id].Since.IsZero() })
	owners, err := patients.Holders(tx, own...)
	if err != nil {
		return nil, err
	}
	linked, err := patients.NumbersOf(tx, owners...)
	if err != nil {
		return nil, err
	}
	for _, of := range linked {
		for _, l := range of {
			numbers = append(numbers, l.ID)
		}
	}
	phones, err := patients.PhonesOf(tx, numbers...)
	if err != nil {
		return nil, err
	}
	return slices.Compact(slices.Sorted(maps.Values(phones))), nil
}
