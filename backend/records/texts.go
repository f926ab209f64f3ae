package records

import (
	"errors"
	"slices"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// MostTexts is how many texts one paper takes.
const MostTexts = 2_000

// Sent is a text that the clinic sent, and what allowed it to leave.
type Sent struct {
	archive.Message
	Basis policy.Basis
	// SignedOn is when the consent was signed that it rested on; zero where that is
	// not kept any more.
	SignedOn clinic.Date
	// ReplyTo is when the text came that it answers; zero where it answers none.
	ReplyTo clinic.Instant
}

// SentIn returns the texts that left in a thread from one day through another, in
// the clinic's zone, oldest first; a zero day sets no limit. CodeTooMany means more
// than MostTexts, CodeEmpty that there are none, archive.CodeNoThread that the
// thread is out of sight or does not exist.
func SentIn(tx *sqlite.Tx, s archive.Sight, thread clinic.ThreadID, from, until clinic.Instant) ([]Sent, error) {
	if _, err := archive.GetThread(tx, s, thread); err != nil {
		return nil, err
	}
	var all []Sent
	for before, more := "", true; more; {
		page, err := archive.History(tx, s, thread, before, 200)
		if err != nil {
			return nil, err
		}
		for _, m := range slices.Backward(page.Items) {
			if !until.IsZero() && m.At >= until || m.Way != archive.Out {
				continue
			}
			if m.At < from {
				break
			}
			basis, left, err := m.Basis()
			if err != nil {
				return nil, err
			}
			if left {
				all = append(all, Sent{Message: m, Basis: basis})
			}
		}
		if len(all) > MostTexts {
			return nil, clinic.E(CodeTooMany).With("most", MostTexts)
		}
		before, more = page.Earlier, page.Earlier != "" && page.Items[0].At >= from
	}
	if len(all) == 0 {
		return nil, clinic.E(CodeEmpty)
	}
	slices.Reverse(all)
	return all, explain(tx, s, thread, all)
}

// explain adds the days of the consents and the texts that were answered.
func explain(tx *sqlite.Tx, s archive.Sight, thread clinic.ThreadID, all []Sent) error {
	signed := map[clinic.ConsentID]clinic.Date{}
	var answered []clinic.MessageID
	for _, m := range all {
		if _, known := signed[m.Basis.ConsentID]; !known {
			c, err := consent.Get(tx, m.Basis.ConsentID)
			if err != nil && !errors.Is(err, clinic.E(clinic.CodeNotFound)) { // destroyed by retention
				return err
			}
			signed[m.Basis.ConsentID] = c.SignedOn
		}
		if !m.Basis.InReplyTo.IsZero() {
			answered = append(answered, m.Basis.InReplyTo)
		}
	}
	came, err := archive.GetMessages(tx, answered...)
	if err != nil {
		return err
	}
	when := map[clinic.MessageID]clinic.Instant{}
	for _, m := range came {
		if m.Thread == thread {
			when[m.ID] = m.At
		}
	}
	for i := range all {
		all[i].SignedOn, all[i].ReplyTo = signed[all[i].Basis.ConsentID], when[all[i].Basis.InReplyTo]
	}
	return nil
}
