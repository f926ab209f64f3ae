package exchange_test

import (
	"slices"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// TestAListSaysOfAPatientWhatTheComposerSays compares where a patient stands in a
// list with what is decided about a text to her.
func TestAListSaysOfAPatientWhatTheComposerSays(t *testing.T) {
	w := newWorld(t)
	w.read(func(tx *sqlite.Tx) error {
		contacts, err := exchange.Contacts(tx, policy.LineSimulator, w.clock.Now(), w.patient)
		if err != nil {
			return err
		}
		facts, err := exchange.PatientFacts(tx, w.patient, policy.LineSimulator, w.clock.Now())
		if err != nil {
			return err
		}
		listed, decided := contacts[w.patient].Standing(), policy.StandingOf(facts)
		if listed.State != decided.State || len(listed.Reasons) != len(decided.Reasons) {
			t.Errorf("a list says %+v, the composer %+v", listed, decided)
		}
		for _, s := range []policy.Standing{listed, decided} {
			if slices.ContainsFunc(s.Reasons, func(r policy.Reason) bool { return r.Code == policy.CodeNumberUnverified }) {
				t.Errorf("the clinic lets texts go to numbers that nobody has verified, and it says %+v", s)
			}
		}
		return nil
	})
	if _, err := w.write("Please call us."); clinic.CodeOf(err) == exchange.CodeNeedsConfirming {
		t.Errorf("a text to her: %v", err)
	}
}
