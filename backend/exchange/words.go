package exchange

import (
	"quietline/backend/patients"
	"quietline/backend/phi"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// check says what the words of a text tell, and of it what somebody has to look at.
// Patients out of sight are not recognised: the answer would tell that they are.
func check(tx *sqlite.Tx, s patients.Sight, body string, c policy.Category, f policy.Facts) ([]phi.Found, []policy.Finding, error) {
	text := phi.Read(body)
	pairs, phones, err := patients.Mentions(tx, s, f.Patient.ID, text.Words(), text.Phones())
	if err != nil {
		return nil, nil, err
	}
	var w phi.Wishes
	if f.Consent != nil {
		w = phi.Wishes{Categories: f.Consent.Categories, Excluded: f.Consent.Excluded}
	}
	found := phi.Judge(text.Marks(phi.Others{Pairs: pairs, Phones: phones}), c, w)
	return found, phi.Findings(found, w), nil
}
