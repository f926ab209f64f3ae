package consent

import (
	"fmt"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// majority is the age from which nobody signs for a patient as her parent.
func majority(tx *sqlite.Tx) (int, error) {
	t, err := settings.GetTexting(tx)
	return t.Majority, err
}

// firstSpoken returns when a patient first said that texts are welcome since she last
// signed something, zero where she has not.
func firstSpoken(tx *sqlite.Tx, patient clinic.PatientID) (clinic.Instant, error) {
	var first clinic.Instant
	err := tx.QueryRow(`SELECT coalesce(min(starts), 0) FROM consents WHERE patient = ?1 AND way = ?2 AND seq > coalesce(
		(SELECT max(seq) FROM consents WHERE patient = ?1 AND way <> ?2 AND signer <> ''), 0)`, patient, string(Spoken)).Scan(&first)
	if err != nil {
		return 0, fmt.Errorf("consent: read spoken: %w", err)
	}
	return first, nil
}

// onWords returns what a patient has said or been asked by text, other than one consent:
// what was noted of her words, and the questions that are open.
func onWords(tx *sqlite.Tx, patient clinic.PatientID, but clinic.ConsentID) ([]clinic.ConsentID, error) {
	rows, err := tx.Query(`SELECT id FROM consents WHERE patient = ? AND id <> ?
		AND (state = ? OR way = ? AND state IN (?, ?)) ORDER BY seq`, patient, but,
		string(policy.ConsentVerbal), string(OnText), string(policy.ConsentRequested), string(policy.ConsentPending))
	if err != nil {
		return nil, fmt.Errorf("consent: read words: %w", err)
	}
	defer rows.Close()
	var all []clinic.ConsentID
	for rows.Next() {
		var id clinic.ConsentID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("consent: read words: %w", err)
		}
		all = append(all, id)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("consent: read words: %w", err)
	}
	return all, nil
}

// overrulesNothing refuses a paper that was signed before the patient took back,
// narrowed or stopped anything, before somebody put it on hold, or before another that
// she signed since. Of the day itself nobody can tell what came first, so it counts as
// before; a paper of the same day as the one that counts is that one, entered again.
func (p Paper) overrulesNothing(tx *sqlite.Tx, zone *time.Location) error {
	var no clinic.Instant
	if err := tx.QueryRow(`SELECT coalesce(max(h.at), 0) FROM consent_history h JOIN consents c ON c.id = h.consent
		WHERE c.patient = ? AND (h.what IN (?, ?, ?) OR h.what = ? AND c.held)`,
		p.Patient, string(WhatRevoked), string(WhatNarrowed), string(WhatDeclined), string(WhatHeld)).Scan(&no); err != nil {
		return fmt.Errorf("consent: read what was taken back: %w", err)
	}
	stopped, err := p.stopped(tx)
	if err != nil {
		return err
	}
	if no = max(no, stopped); no != 0 && !clinic.DateOf(no.Time().In(zone)).Before(p.SignedOn) {
		return clinic.E(CodeOlder)
	}
	current, err := Current(tx, p.Patient)
	if err != nil {
		return err
	}
	if current != nil && standing(current.Moved) && p.SignedOn.Before(current.SignedOn) {
		return clinic.E(CodeOlder)
	}
	return nil
}

// besideOthers heeds what others have a say in. What a minor signed for herself is not
// put aside by a parent's paper: CodeSelfSigned. And what nobody has settled holds for
// the next signature as well: a court's limit, and a dispute or a minor's own right until
// the one signs whom it is about.
func (p *Paper) besideOthers(tx *sqlite.Tx) error {
	alone := p.Signer == SignedByPatient || p.Signer == SignedByMinor
	current, err := Current(tx, p.Patient)
	if err != nil {
		return err
	}
	if !alone && current != nil && standing(current.Moved) && current.Signer == SignedByMinor {
		return clinic.E(CodeSelfSigned)
	}
	if p.Hold != policy.HoldPlain {
		return nil
	}
	var before policy.Hold
	err = tx.QueryRow(`SELECT coalesce((SELECT iif(held, hold, '') FROM consents
		WHERE patient = ? AND signer <> '' AND way <> ? AND state <> ? ORDER BY seq DESC LIMIT 1), '')`,
		p.Patient, string(Spoken), string(policy.ConsentReplaced)).Scan(&before)
	if err != nil {
		return fmt.Errorf("consent: read hold: %w", err)
	}
	switch before {
	case policy.HoldCourt:
		p.Hold = before
	case policy.HoldDispute, policy.HoldSelf:
		if !alone {
			p.Hold = before
		}
	}
	return nil
}

// stopped returns when the last STOP came from a phone that speaks for who signs, also
// where START came after it: that opens the number and restores no consent.
func (p Paper) stopped(tx *sqlite.Tx) (clinic.Instant, error) {
	all, err := patients.NumbersOf(tx, p.Patient)
	if err != nil {
		return 0, err
	}
	var last clinic.Instant
	for _, l := range all[p.Patient] {
		if p.Signer == SignedByMinor && guardiansAlone(l) {
			continue
		}
		var at clinic.Instant
		if err := tx.QueryRow(`SELECT coalesce((SELECT stopped FROM opt_outs WHERE number = ?), 0)`, l.ID).Scan(&at); err != nil {
			return 0, fmt.Errorf("consent: read opt-outs: %w", err)
		}
		last = max(last, at)
	}
	return last, nil
}
