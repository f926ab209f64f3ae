package exchange

import (
	"slices"

	"quietline/backend/archive"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// signs gathers what may show that a text in a thread goes to somebody else than its
// writer thinks. A patient out of sight is like nobody: the answer would tell of her.
func signs(tx *sqlite.Tx, s patients.Sight, t archive.Thread, f policy.Facts) (policy.Signs, error) {
	if t.Patient.IsZero() {
		return policy.Signs{}, nil
	}
	all, err := archive.LastOut(tx, t.Number)
	if err != nil {
		return policy.Signs{}, err
	}
	now := policy.Signs{Known: true, Texted: all[t.Patient], Heard: !f.LastInbound.At.IsZero()}
	for who, at := range all {
		if who != t.Patient && !who.IsZero() {
			now.Other = max(now.Other, at)
		}
	}
	at := slices.IndexFunc(f.Numbers, func(n policy.NumberFact) bool { return n.ID == t.Number })
	now.Changed = at > 0
	now.Heard = now.Heard || at >= 0 && f.Numbers[at].Verified
	if now.Texted.IsZero() || now.Texted < f.Now.Add(-policy.AlikeAfter) {
		now.Alike, err = patients.Alike(tx, s, t.Patient)
	}
	return now, err
}
