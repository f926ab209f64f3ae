package exchange

import (
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// HoldOf lets nothing that a person wrote and that has not left yet go by itself:
// it stays with the clinic, and somebody decides about each. A round of questions that
// she began is over.
func HoldOf(d *journal.Decision, author clinic.StaffID) error {
	if r, found, err := consent.LastRound(d.Tx); err != nil {
		return err
	} else if found && r.By == author {
		if err := CallOff(d, consent.RoundLeft); err != nil {
			return err
		}
	}
	waiting, err := WaitingOf(d.Tx, author)
	for _, m := range waiting {
		kind := archive.KindHeld
		if m.State == archive.Scheduled {
			kind = archive.KindRecall
		}
		archive.Stop(d, m, kind, archive.Stopped{Message: m.ID, Reason: CodeAuthorLeft})
	}
	return err
}

// WaitingOf returns the texts of a person that would go by themselves.
func WaitingOf(tx *sqlite.Tx, author clinic.StaffID) ([]archive.Message, error) {
	waiting, err := items(tx, `state IN ('waiting', 'later', 'scheduled')`)
	if err != nil {
		return nil, err
	}
	var all []archive.Message
	for _, i := range waiting {
		m, err := archive.GetMessage(tx, archive.SeeAll(), i.message)
		if err != nil {
			return nil, err
		}
		if m.Author == author {
			all = append(all, m)
		}
	}
	return all, nil
}
