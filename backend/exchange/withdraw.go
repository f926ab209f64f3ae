package exchange

import (
	"slices"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/patients"
	"quietline/backend/policy"
)

// withdraw takes back every text that waits for whoever has a number and was written
// before she asked for no more. What may have left already stays as it is; what was
// written later is decided by what she has said since. A stranger who has the number
// takes back what waits for that number, and nothing else of hers.
func (t *taking) withdraw(number clinic.NumberID, asked clinic.Instant) error {
	who, err := patients.With(t.d.Tx, number)
	if err != nil {
		return err
	}
	stranger, err := consent.StrangersOn(t.d.Tx, number, asked)
	if err != nil {
		return err
	}
	if !stranger {
		for _, p := range who {
			t.stopped[p.ID] = max(t.stopped[p.ID], asked)
		}
	}
	waiting, err := items(t.d.Tx, `state IN ('waiting', 'later', 'held', 'scheduled')`)
	if err != nil {
		return err
	}
	for _, i := range waiting {
		thread, err := archive.GetThread(t.d.Tx, archive.SeeAll(), i.thread)
		if err != nil {
			return err
		}
		hers := !stranger && slices.ContainsFunc(who, func(p patients.Named) bool { return p.ID == thread.Patient })
		if thread.Number != number && !hers {
			continue
		}
		m, err := archive.GetMessage(t.d.Tx, archive.SeeAll(), i.message)
		if err != nil {
			return err
		}
		if m.At > asked {
			continue
		}
		if i.state == archive.Scheduled {
			// The provider has to be told.
			archive.Stop(t.d, m, archive.KindRecall, archive.Stopped{Message: m.ID, Reason: policy.CodeOptedOut})
			continue
		}
		t.takeBack(m, policy.CodeOptedOut)
	}
	return nil
}

// takeBack takes back a text that waits.
func (t *taking) takeBack(m archive.Message, why clinic.Code) {
	archive.Stop(t.d, m, archive.KindWithdrawn, archive.Stopped{Message: m.ID, Reason: why})
	t.back[m.ID] = true
}
