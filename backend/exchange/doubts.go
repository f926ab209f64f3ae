package exchange

import (
	"context"
	"slices"
	"strings"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// doubted raises a doubt where the words of a text that came in call for one, and lets
// nothing go to her before a person has read them.
func (t *taking) doubted(at place, m provider.Message, id clinic.MessageID) error {
	past := m.Created < t.past
	switch {
	case t.shut[at.number.ID] && !delivers(m.Body):
		return nil // she has said stop in this very page
	case consent.MayMeanStop(m.Body):
		raised, err := consent.Doubted(t.d, at.number, id, m.Created, consent.WhyWords, past)
		if err != nil || !raised {
			return err
		}
		return halt(t.d, at.number.ID, t.back, t.asked)
	case delivers(m.Body):
		_, asked, err := consent.AskedOn(t.d.Tx, at.number.ID, m.Created)
		if err != nil || asked {
			return err
		}
		out, err := consent.OptedOut(t.d.Tx, at.number.ID)
		if err != nil {
			return err
		}
		if since, stopped := out[at.number.ID]; t.shut[at.number.ID] || stopped && since <= m.Created {
			_, err = consent.Doubted(t.d, at.number, id, m.Created, consent.WhyReopened, past)
		}
		return err
	}
	return nil
}

// delivers reports whether the provider lifts its block on a text that lifts nothing
// here: the one word of its own that is also an answer to anything.
func delivers(body string) bool { return strings.EqualFold(strings.TrimSpace(body), "yes") }

// refused records what follows from the provider's refusing a text of ours at an instant
// because the patient asked it for no more, and takes nothing back that a person has not
// decided. words are what is read in the same decision, back what was taken back
// in it, asked what a person was asked about.
func refused(d *journal.Decision, m archive.Message, at clinic.Instant, words map[clinic.NumberID]consent.Words, back, asked map[clinic.MessageID]bool) error {
	thread, err := archive.GetThread(d.Tx, archive.SeeAll(), m.Thread)
	if err != nil {
		return err
	}
	number, err := patients.GetNumber(d.Tx, thread.Number)
	if err != nil {
		return err
	}
	raised, err := consent.RefusedAtProvider(d, number, m.ID, at, words[number.ID])
	if err != nil || !raised {
		return err
	}
	return halt(d, number.ID, back, asked)
}

// Doubt is a doubt with the text that raised it.
type Doubt struct {
	consent.Doubt
	Text archive.Message
	// Reminders says that a consent of hers allows reminders, so that they can remain.
	Reminders bool
	// Held says that the number is held, so that it can be a stranger's.
	Held bool
}

// Doubts returns the open doubts of which the text is in sight, those raised first
// first.
func Doubts(tx *sqlite.Tx, s archive.Sight) ([]Doubt, error) {
	open, err := consent.OpenDoubts(tx)
	if err != nil {
		return nil, err
	}
	return withTexts(tx, s, open)
}

// DoubtsOf returns the doubts that were raised in a thread, open or not, those raised
// first first.
func DoubtsOf(tx *sqlite.Tx, s archive.Sight, t archive.Thread) ([]Doubt, error) {
	raised, err := consent.DoubtsOn(tx, t.Number)
	if err != nil {
		return nil, err
	}
	all, err := withTexts(tx, s, raised)
	var here []Doubt
	for _, one := range all {
		if one.Text.Thread == t.ID {
			here = append(here, one)
		}
	}
	return here, err
}

func withTexts(tx *sqlite.Tx, s archive.Sight, raised []consent.Doubt) ([]Doubt, error) {
	seen, err := doubtsInSight(tx, s, raised)
	if err != nil {
		return nil, err
	}
	for i, one := range seen {
		if one.Decided != "" {
			continue
		}
		holds, err := patients.Holds(tx, one.Number)
		if err != nil {
			return nil, err
		}
		seen[i].Held = !holds[one.Number].Since.IsZero()
		if one.Why != consent.WhyWords {
			continue
		}
		able, err := consent.RemindersOn(tx, one.Number)
		if err != nil {
			return nil, err
		}
		seen[i].Reminders = len(able) > 0
	}
	return seen, nil
}

// CountDoubts counts the open doubts of which the text is in sight.
func CountDoubts(tx *sqlite.Tx, s archive.Sight) (int, error) {
	open, err := consent.OpenDoubts(tx)
	if err != nil || len(open) == 0 {
		return 0, err
	}
	seen, err := doubtsInSight(tx, s, open)
	return len(seen), err
}

// doubtsInSight returns those doubts of which the text is in sight, in their order. Of a
// text that was destroyed since, the thread is left: its doubt still has to be decided
// by somebody.
func doubtsInSight(tx *sqlite.Tx, s archive.Sight, raised []consent.Doubt) ([]Doubt, error) {
	if len(raised) == 0 {
		return nil, nil
	}
	ids := make([]clinic.MessageID, len(raised))
	for i, one := range raised {
		ids[i] = one.Message
	}
	found, err := archive.GetMessages(tx, ids...)
	if err != nil {
		return nil, err
	}
	texts := make(map[clinic.MessageID]archive.Message, len(raised))
	for _, m := range found {
		texts[m.ID] = m
	}
	var threads []clinic.ThreadID
	for _, one := range raised {
		m, kept := texts[one.Message]
		if !kept {
			t, some, err := archive.Answering(tx, one.Number)
			if err != nil {
				return nil, err
			}
			if !some {
				continue
			}
			m = archive.Message{ID: one.Message, Thread: t.ID, Dossier: t.Dossier, At: one.At}
			texts[one.Message] = m
		}
		threads = append(threads, m.Thread)
	}
	if threads, err = archive.InSight(tx, s, threads...); err != nil {
		return nil, err
	}
	var seen []Doubt
	for _, one := range raised {
		if m, some := texts[one.Message]; some && slices.Contains(threads, m.Thread) {
			seen = append(seen, Doubt{Doubt: one, Text: m})
		}
	}
	return seen, nil
}

// SettleDoubt records what a person makes of a doubt whose text is in sight. Where she
// wants no more texts, what waits for her is taken back; otherwise it goes on waiting
// for a person. It is safe to retry: the second time is consent.CodeDecided.
func SettleDoubt(ctx context.Context, j Journal, by clinic.StaffID, s archive.Sight, message clinic.MessageID, decision consent.Decision) error {
	_, err := j.Submit(ctx, journal.Actor{Staff: by}, func(d *journal.Decision) error {
		doubt, err := consent.DoubtBy(d.Tx, message)
		if err != nil {
			return err
		}
		seen, err := doubtsInSight(d.Tx, s, []consent.Doubt{doubt})
		if err != nil {
			return err
		}
		if len(seen) == 0 {
			return clinic.E(clinic.CodeNotFound)
		}
		if err = consent.SettleDoubt(d, doubt, decision); err != nil || decision != consent.DecidedStop {
			return err
		}
		waiting, err := waitingFor(d.Tx, doubt.Number, false, `state IN ('waiting', 'later', 'held', 'scheduled')`)
		for _, m := range waiting {
			kind := archive.KindWithdrawn
			if m.State == archive.Scheduled {
				kind = archive.KindRecall // the provider has to be told
			}
			archive.Stop(d, m, kind, archive.Stopped{Message: m.ID, Reason: policy.CodeOptedOut})
		}
		return err
	})
	return err
}
