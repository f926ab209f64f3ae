package exchange

import (
	"slices"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
)

// withdraw takes back every text that waits for whoever has a number and was written
// before she asked for no more. What may have left already stays as it is; what was
// written later is decided by what she has said since. A stranger who has the number
// takes back what waits for that number, and nothing else of hers.
func withdraw(d *journal.Decision, number clinic.NumberID, asked clinic.Instant) error {
	waiting, err := items(d.Tx, `state IN ('waiting', 'later', 'held')`)
	if err != nil || len(waiting) == 0 {
		return err
	}
	who, err := patients.With(d.Tx, number)
	if err != nil {
		return err
	}
	stranger, err := consent.StrangersOn(d.Tx, number, asked)
	if err != nil {
		return err
	}
	for _, i := range waiting {
		t, err := archive.GetThread(d.Tx, archive.SeeAll(), i.thread)
		if err != nil {
			return err
		}
		hers := !stranger && slices.ContainsFunc(who, func(p patients.Named) bool { return p.ID == t.Patient })
		if t.Number != number && !hers {
			continue
		}
		m, err := archive.GetMessage(d.Tx, archive.SeeAll(), i.message)
		if err != nil {
			return err
		}
		if m.At > asked {
			continue
		}
		archive.Stop(d, m, archive.KindWithdrawn, archive.Stopped{Message: m.ID, Reason: policy.CodeOptedOut})
	}
	return nil
}
