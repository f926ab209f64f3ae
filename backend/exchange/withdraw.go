package exchange

import (
	"slices"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
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
	waiting, err := waitingFor(t.d.Tx, number, stranger, `state IN ('waiting', 'later', 'held', 'scheduled')`)
	for _, m := range waiting {
		switch {
		case m.At > asked, t.back[m.ID]:
		case m.State == archive.Scheduled:
			// The provider has to be told.
			archive.Stop(t.d, m, archive.KindRecall, archive.Stopped{Message: m.ID, Reason: policy.CodeOptedOut})
		default:
			t.takeBack(m, policy.CodeOptedOut)
		}
	}
	return err
}

// takeBack takes back a text that waits.
func (t *taking) takeBack(m archive.Message, why clinic.Code) {
	archive.Stop(t.d, m, archive.KindWithdrawn, archive.Stopped{Message: m.ID, Reason: why})
	t.back[m.ID] = true
}

// halt lets nothing go by itself that waits for whoever has a number, but for what is
// taken back already: a person has to say first what she wants, and then whether it
// still goes. One that was asked about in the same decision waits for a person anyway, who
// has to hear that its words went from elsewhere.
func halt(d *journal.Decision, number clinic.NumberID, back, asked map[clinic.MessageID]bool) error {
	waiting, err := waitingFor(d.Tx, number, false, `state IN ('waiting', 'later', 'scheduled')`)
	for _, m := range waiting {
		switch {
		case back[m.ID], asked[m.ID]:
		case m.State == archive.Scheduled:
			archive.Stop(d, m, archive.KindRecall, archive.Stopped{Message: m.ID, Reason: policy.CodeNumberPaused})
		default:
			archive.Stop(d, m, archive.KindHeld, archive.Stopped{Message: m.ID, Reason: policy.CodeNumberPaused})
		}
	}
	return err
}

// waitingFor returns the texts of the outbox that wait for whoever has a number, on any
// of her numbers; for a stranger, those to that number alone.
func waitingFor(tx *sqlite.Tx, number clinic.NumberID, stranger bool, where string) ([]archive.Message, error) {
	waiting, err := items(tx, where)
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	who, err := patients.With(tx, number)
	if err != nil {
		return nil, err
	}
	var all []archive.Message
	for _, i := range waiting {
		thread, err := archive.GetThread(tx, archive.SeeAll(), i.thread)
		if err != nil {
			return nil, err
		}
		hers := !stranger && slices.ContainsFunc(who, func(p patients.Named) bool { return p.ID == thread.Patient })
		if thread.Number != number && !hers {
			continue
		}
		m, err := archive.GetMessage(tx, archive.SeeAll(), i.message)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}
