package consent

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// overFor is how long a consent that ended stays in the work list.
const overFor = 90 * 24 * time.Hour

// Todo is a consent that a person has to do something about.
type Todo struct {
	Consent Consent
	Patient patients.Patient
	State   policy.ConsentState
	Hold    policy.Hold
}

// Todos returns, of the patients in sight, those whose consent that counts is asked
// for and not signed, spoken, on hold, about to end, or ended lately: the most
// urgent first, which is what stops texts, then what will. A question by text that was
// answered otherwise than by yes or no stays in it when it has run out: nobody has settled
// what the patient meant.
func Todos(tx *sqlite.Tx, sight patients.Sight, now clinic.Instant, majority int) ([]Todo, error) {
	seen, args := sight.Condition("c.patient")
	rows, err := tx.Query(`SELECT DISTINCT c.patient FROM consents c WHERE (c.state IN ('requested', 'pending', 'paused', 'verbal')
			OR c.state IN ('given', 'narrowed') AND (c.ends BETWEEN ? AND ? OR c.signer NOT IN ('patient', 'minor')))
		AND `+seen, append([]any{int64(now.Add(-overFor)), int64(now.Add(ExpiringWithin))}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("consent: read work list: %w", err)
	}
	defer rows.Close()
	var ids []clinic.PatientID
	for rows.Next() {
		var id clinic.PatientID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("consent: read work list: %w", err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("consent: read work list: %w", err)
	}
	who, err := patients.GetAll(tx, ids...)
	if err != nil {
		return nil, err
	}
	current, err := CurrentOf(tx, ids...)
	if err != nil {
		return nil, err
	}
	var all []Todo
	for id, c := range current {
		t := Todo{Consent: c, Patient: who[id]}
		if t.State, t.Hold, err = c.Stands(now, t.Patient, majority); err != nil {
			return nil, err
		}
		over := t.State == policy.ConsentExpired || t.State == policy.ConsentUnanswered
		if t.State == policy.ConsentGiven || t.State == policy.ConsentNarrowed || t.State == policy.ConsentRevoked ||
			t.State == policy.ConsentUnanswered && c.Moved != policy.ConsentPending ||
			t.State == policy.ConsentRequested && c.Way == OnText || // nobody has to do anything
			over && c.Ends < now.Add(-overFor) {
			continue
		}
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b Todo) int {
		return cmp.Or(
			cmp.Compare(slices.Index(urgency, a.State), slices.Index(urgency, b.State)),
			cmp.Compare(a.Consent.Ends, b.Consent.Ends), cmp.Compare(a.Patient.Name, b.Patient.Name),
		)
	})
	return all, nil
}

var urgency = []policy.ConsentState{
	policy.ConsentPaused, policy.ConsentExpired, policy.ConsentPending, policy.ConsentUnanswered, policy.ConsentVerbal,
	policy.ConsentExpiring, policy.ConsentRequested,
}
