package vault

import (
	"context"
	"maps"
	"slices"
	"time"

	"quietline/backend/clinic"
)

// Failed attempts are counted for each person on each device. The delay answers
// somebody who guesses at the keyboard. Who can put an older file back, or run a
// program of his own in this account, is held off by Argon2id alone.

// freeFailures is how many attempts may fail before the next has to wait (NIST
// SP 800-63B asks for a limit; OWASP for a delay that grows).
const freeFailures = 4

const (
	firstDelay   = 15 * time.Second
	longestDelay = 15 * time.Minute
)

// delay returns how long to wait after so many failures in a row.
func delay(failures int) time.Duration {
	if failures <= freeFailures {
		return 0
	}
	d := firstDelay
	for range min(failures-freeFailures-1, 16) {
		d *= 2
	}
	return min(d, longestDelay)
}

// tally is how often a person failed since she last signed in, as it is kept in
// the file. The zero StaffID stands for everybody who is not in the roster.
type tally struct {
	Member   clinic.StaffID `json:"member"`
	Failures int            `json:"failures"`
	Last     clinic.Instant `json:"last"`
}

// try is the same as this process knows it. The monotonic reading keeps a clock
// that a person sets forward from ending the wait.
type try struct {
	failures int
	last     time.Duration // clinic.Clock's Elapsed
}

// attempt counts an attempt as failed before it is made, so that ending the
// program meanwhile does not undo it, and returns how many had failed before.
// CodeTooSoon means that it must not be made.
//
// A count that cannot be written, as on a full disk, stays in memory: whoever
// wants to make room has to be able to sign in.
func (v *Vault) attempt(doc *document, id clinic.StaffID) (int, error) {
	if !slices.ContainsFunc(v.members, func(m rosterEntry) bool { return m.ID == id }) {
		id = clinic.StaffID{}
	}
	here := doc.device(v.device.id)
	tallies, err := openAttempts(doc.Clinic, v.device, here.Attempts)
	if err != nil {
		return 0, err
	}
	now, elapsed := v.cfg.Clock.Now(), v.cfg.Clock.Elapsed()
	kept := tallies[id]
	known, seen := v.tries[id]
	if kept.Failures > known.failures || !seen {
		// From an earlier run: trust the wall clock, unless it now shows a time
		// before the failure; then the wait begins again.
		since := max(now.Sub(kept.Last), 0)
		known = try{failures: kept.Failures, last: elapsed - since}
	}
	if wait := delay(known.failures) - (elapsed - known.last); wait > 0 {
		v.tries[id] = known
		seconds := int((wait + time.Second - 1) / time.Second)
		return 0, clinic.E(CodeTooSoon).Retryable().
			With("until", now.Add(wait)).With("seconds", seconds)
	}
	v.tries[id] = try{failures: known.failures + 1, last: elapsed}
	tallies[id] = tally{Member: id, Failures: known.failures + 1, Last: now}
	if here.Attempts, err = sealAttempts(doc.Clinic, v.device, tallies); err != nil {
		return 0, err
	}
	raw, err := doc.encode()
	if err != nil {
		return 0, err
	}
	_, _ = replace(v.cfg, raw)
	return known.failures, nil
}

// uncount takes back the failure that attempt has counted and leaves so many that
// failed before.
func (v *Vault) uncount(doc *document, id clinic.StaffID, failures int) error {
	here := doc.device(v.device.id)
	tallies, err := openAttempts(doc.Clinic, v.device, here.Attempts)
	if err != nil {
		return err
	}
	now, elapsed := v.cfg.Clock.Now(), v.cfg.Clock.Elapsed()
	v.tries[id] = try{failures: failures, last: elapsed}
	tallies[id] = tally{Member: id, Failures: failures, Last: now}
	if here.Attempts, err = sealAttempts(doc.Clinic, v.device, tallies); err != nil {
		return err
	}
	raw, err := doc.encode()
	if err == nil {
		_, _ = replace(v.cfg, raw)
	}
	return err
}

// forgive clears the count after a success, notes which answer of a second factor
// is used up, and brings the roster up to date. What cannot be written now is
// written at the next sign-in; a backup code that cannot be struck out is not
// accepted.
func (v *Vault) forgive(ctx context.Context, k *Keys, id clinic.StaffID, given *proof) error {
	delete(v.tries, id)
	if given != nil {
		// Also where the file cannot be written, as on a full disk.
		v.spent[id] = max(v.spent[id], given.period)
	}
	err := v.change(ctx, k, func(d *draft) error {
		if given != nil {
			d.ring.spend(given)
		}
		here := d.doc.device(d.device.id)
		tallies, err := openAttempts(d.doc.Clinic, d.device, here.Attempts)
		if err != nil {
			return err
		}
		delete(tallies, id)
		here.Attempts, err = sealAttempts(d.doc.Clinic, d.device, tallies)
		return err
	})
	if given != nil && given.backup != nil {
		return err
	}
	return nil
}

func openAttempts(c ClinicID, d *device, sealed []byte) (map[clinic.StaffID]tally, error) {
	o := owner{c, string(d.id[:])}
	key := derive(labelAttempts, o, d.secret)
	defer clear(key)
	var list []tally
	if err := openJSON(key, labelAttempts, o, sealed, &list); err != nil {
		return nil, err
	}
	out := make(map[clinic.StaffID]tally, len(list))
	for _, t := range list {
		if t.Failures < 0 {
			return nil, damaged("a negative count")
		}
		out[t.Member] = t
	}
	return out, nil
}

func sealAttempts(c ClinicID, d *device, tallies map[clinic.StaffID]tally) ([]byte, error) {
	o := owner{c, string(d.id[:])}
	key := derive(labelAttempts, o, d.secret)
	defer clear(key)
	return sealedJSON(key, labelAttempts, o, slices.Collect(maps.Values(tallies)), padding)
}
