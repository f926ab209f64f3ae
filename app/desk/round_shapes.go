package desk

import (
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/policy"
	"quietline/backend/records"
)

// RoundEnd is why a round of questions is over; empty while it runs.
type RoundEnd string

// Choices implements door.Choice.
func (RoundEnd) Choices() []string { return choices(consent.RoundEnds()) }

// RoundPeople are the patients in sight without a consent: who could be asked for one by
// text, and who could not.
type RoundPeople struct {
	Items []RoundPerson `json:"items"`
	Words []RoundWords  `json:"words"`
	// More says that there are others whom this list does not name, Most how many one
	// round asks.
	More bool `json:"more"`
	Most int  `json:"most"`
}

// RoundPerson is a patient without a consent. Reasons say why she cannot be asked; until
// Until, where that is not zero, her question waits.
type RoundPerson struct {
	ID       clinic.PatientID `json:"id"`
	Name     string           `json:"name"`
	Language LanguageName     `json:"language"`
	Phone    string           `json:"phone"`
	May      bool             `json:"may"`
	Until    clinic.Instant   `json:"until"`
	Reasons  []Reason         `json:"reasons"`
	// Before is what there was before.
	Before AskedBefore `json:"before"`
}

// AskedBefore is what a patient without a consent has said or signed before.
type AskedBefore string

// What there can have been.
const (
	BeforeNothing AskedBefore = "nothing" // nobody has ever asked
	BeforeSaid    AskedBefore = "said"    // only said yes
	BeforeSilent  AskedBefore = "silent"  // was asked by text and did not answer
	BeforeOver    AskedBefore = "over"    // a consent that has ended
	BeforeOther   AskedBefore = "other"   // taken back, on hold, asked for and open
)

// Choices implements door.Choice.
func (AskedBefore) Choices() []string {
	return choices([]AskedBefore{BeforeNothing, BeforeSaid, BeforeSilent, BeforeOver, BeforeOther})
}

func askedBefore(l records.Line) AskedBefore {
	if l.Consent == nil {
		return BeforeNothing
	}
	switch l.State {
	case policy.ConsentVerbal:
		return BeforeSaid
	case policy.ConsentUnanswered:
		return BeforeSilent
	case policy.ConsentExpired, policy.ConsentReplaced:
		return BeforeOver
	}
	return BeforeOther
}

// RoundWords is what the question says in one language, and as how many texts it is billed.
type RoundWords struct {
	Language LanguageName `json:"language"`
	Words    string       `json:"words"`
	Segments int          `json:"segments"`
	// Draft says that nobody has recorded that they were read.
	Draft bool `json:"draft"`
}

// BeginRound asks patients for a consent by text. ID is made by the screen for this press
// of the button: the same twice is one round.
type BeginRound struct {
	ID       consent.RoundID    `json:"id"`
	Patients []clinic.PatientID `json:"patients"`
	// Welcome is somebody's word that each of them said that she may be asked by text.
	Welcome bool `json:"welcome"`
}

// RoundStanding is how far the last round has come. It names nobody.
type RoundStanding struct {
	// Found is false where there was none yet.
	Found bool            `json:"found"`
	ID    consent.RoundID `json:"id"`
	End   RoundEnd        `json:"end"`
	Begun clinic.Instant  `json:"begun"`
	Ended clinic.Instant  `json:"ended"` // zero while it runs
	By    string          `json:"by"`
	// Waiting, Asked and Passed count its patients: whose turn has not come, who was
	// asked, and who could not be.
	Waiting int `json:"waiting"`
	Asked   int `json:"asked"`
	Passed  int `json:"passed"`
	// Answers count what has come of those who were asked.
	Answers RoundAnswers `json:"answers"`
	// Until is what the next patient of a round that runs waits for, zero for nothing.
	// Reasons and Problem say what keeps the clinic from asking anybody.
	Until   clinic.Instant `json:"until"`
	Reasons []Reason       `json:"reasons"`
	Problem *Problem       `json:"problem"`
}

// RoundAnswers count what has come of the questions of a round.
type RoundAnswers struct {
	Open   int `json:"open"`
	Words  int `json:"words"`
	Yes    int `json:"yes"`
	No     int `json:"no"`
	Silent int `json:"silent"`
	Over   int `json:"over"`
}

// RoundOutcome is what has come of a patient of a round.
type RoundOutcome string

// The outcomes.
const (
	OutcomeWaits  RoundOutcome = "waits"  // her turn has not come
	OutcomePassed RoundOutcome = "passed" // she could not be asked
	OutcomeOpen   RoundOutcome = "open"   // asked, and no answer yet
	OutcomeWords  RoundOutcome = "words"  // she wrote something else than yes or no
	OutcomeYes    RoundOutcome = "yes"
	OutcomeNo     RoundOutcome = "no"
	OutcomeSilent RoundOutcome = "silent" // she did not answer in time, or it did not reach her
	OutcomeOver   RoundOutcome = "over"   // it was ended otherwise: taken back since, or a paper counts
)

// Choices implements door.Choice.
func (RoundOutcome) Choices() []string {
	return choices([]RoundOutcome{
		OutcomeWaits, OutcomePassed, OutcomeOpen, OutcomeWords, OutcomeYes, OutcomeNo, OutcomeSilent, OutcomeOver,
	})
}

// RoundRef names a round.
type RoundRef struct {
	ID consent.RoundID `json:"id"`
}

// EarlierRounds are those before another, the newest first. Next is the round to go on
// from, zero after the last.
type EarlierRounds struct {
	Items []EarlierRound  `json:"items"`
	Next  consent.RoundID `json:"next"`
}

// EarlierRound is a round that another has followed. It names nobody.
type EarlierRound struct {
	ID     consent.RoundID `json:"id"`
	End    RoundEnd        `json:"end"`
	Begun  clinic.Instant  `json:"begun"`
	Ended  clinic.Instant  `json:"ended"`
	By     string          `json:"by"`
	Asked  int             `json:"asked"`
	Passed int             `json:"passed"`
	// Total is how many it was to ask.
	Total int `json:"total"`
}

// RoundWho is who of a round is in sight, in its order.
type RoundWho struct {
	Items []RoundRow `json:"items"`
}

// RoundRow is a patient of a round. Reasons say why she was passed over.
type RoundRow struct {
	Patient PatientName  `json:"patient"`
	Outcome RoundOutcome `json:"outcome"`
	Reasons []Reason     `json:"reasons"`
}

// outcomeOf is what has come of a patient of a round.
func outcomeOf(p consent.InRound) RoundOutcome {
	switch {
	case p.Turn.IsZero():
		return OutcomeWaits
	case p.Reason != nil:
		return OutcomePassed
	case p.State.InForce():
		return OutcomeYes
	}
	switch p.State {
	case policy.ConsentRequested:
		return OutcomeOpen
	case policy.ConsentPending:
		return OutcomeWords
	case policy.ConsentDeclined:
		return OutcomeNo
	case policy.ConsentUnanswered:
		return OutcomeSilent
	}
	return OutcomeOver
}
