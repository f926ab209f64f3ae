package policy

import (
	"time"

	"quietline/backend/clinic"
)

// Signs are what may show that a text goes to somebody else than its writer thinks. They
// are gathered while a person writes: whoever has confirmed a text once is not asked again
// when it leaves.
//
// The first text to a number by itself asks for nothing, since every patient has one; see
// [Signs.First].
type Signs struct {
	// Known says that they were gathered.
	Known bool
	// Texted is when a text about this patient last went to the number, or zero.
	Texted clinic.Instant
	// Heard says that something came from the number, or that it was verified.
	Heard bool
	// Changed says that the patient had another number before this one.
	Changed bool
	// Other is when a text about another patient last went to the number, or zero.
	Other clinic.Instant
	// Alike says that another patient has a name that a tired person takes for hers.
	Alike bool
}

// First reports whether nothing has ever gone to the number, and nothing came from it:
// somebody may have mistyped it.
func (s Signs) First() bool { return s.Known && s.Texted.IsZero() && !s.Heard }

const (
	// otherWithin is how long the talk about another patient on a phone is fresh.
	otherWithin = 24 * time.Hour
	// AlikeAfter is after how long without a text somebody is looked up by name again,
	// and the wrong one may be taken.
	AlikeAfter = 30 * 24 * time.Hour
)

// recipientIsMeant asks once where a text may be on its way to the wrong person. An
// answer to the patient's own text goes where that came from.
func recipientIsMeant(q *question) []Reason {
	s := q.facts.Signs
	if !s.Known || q.reply && !q.limitsBind(q.at) {
		return nil
	}
	never := s.Texted.IsZero()
	switch now := q.facts.Now; {
	case never && s.Changed:
		return confirm(CodeRecipientChanged, SourceClinic, NextCheckRecipient)
	case s.Other > s.Texted && s.Other >= now.Add(-otherWithin):
		return confirm(CodeRecipientOther, SourceClinic, NextCheckRecipient)
	case s.Alike && (never || s.Texted < now.Add(-AlikeAfter)):
		return confirm(CodeRecipientAlike, SourceClinic, NextCheckRecipient)
	}
	return nil
}
