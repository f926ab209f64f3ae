package exchange_test

import (
	"testing"
	"time"

	"quietline/backend/consent"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// TestAnAnswerThatNobodySettledRunsOut: other words than YES or NO count no longer than
// those would, and stay on the work list until somebody has settled what was meant.
func TestAnAnswerThatNobodySettledRunsOut(t *testing.T) {
	w := newAsking(t)
	w.newcomer()
	id := w.ask()
	w.says("who is this?")
	todo := func(want policy.ConsentState) {
		t.Helper()
		w.read(func(tx *sqlite.Tx) error {
			all, err := consent.Todos(tx, patients.SeeAll(), w.clock.Now(), patients.Adulthood)
			var got policy.ConsentState
			for _, one := range all {
				if one.Consent.ID == id {
					got = one.State
				}
			}
			if err == nil && got != want {
				t.Errorf("on the work list it is %q, want %q", got, want)
			}
			return err
		})
	}
	todo(policy.ConsentPending)
	w.refused(policy.CodeAskWaits)
	w.clock.Advance(7 * 24 * time.Hour)
	w.came(id, policy.ConsentUnanswered, requested, answered)
	todo(policy.ConsentUnanswered)
	w.refused(policy.CodeAskLately)
	w.says("YES")
	w.came(id, policy.ConsentUnanswered, requested, answered)
	w.clock.Advance(91 * 24 * time.Hour)
	todo("")
	w.newcomer()
	w.ask() // of this one nothing is to be done when it runs out
	w.clock.Advance(8 * 24 * time.Hour)
	w.read(func(tx *sqlite.Tx) error {
		all, err := consent.Todos(tx, patients.SeeAll(), w.clock.Now(), patients.Adulthood)
		for _, one := range all {
			if one.Patient.ID == w.patient {
				t.Errorf("without an answer it is %s on the work list", one.State)
			}
		}
		return err
	})
}
