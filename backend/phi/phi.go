// Package phi looks for what a text message should not say: words about
// somebody's health, another patient's name or number, numbers that identify a
// person, money. A text is not encrypted on its way and lies open on a locked
// screen; so it should say no more than it has to (minimum necessary, 45 CFR
// 164.502(b)).
//
// [Read] takes a text apart, [Text.Marks] names the places, and [Judge] says what
// each of them means for one patient and one text: tell, ask or stop. The names and
// numbers of other patients come from [quietline/backend/patients.Mentions], so that this
// package holds no address book and reads no table.
//
// # What is found
//
// Words of the lexicons (lexicon/*.txt, English and Spanish together, since one
// text often mixes them), patterns (money, identity and card numbers, dates after
// "born"), and the full names and whole numbers that the caller knows. Case,
// diacritics and plural endings do not matter.
//
// A single name never interrupts: May, Grace and Will are words. A full name whose
// words are all ordinary words counts only where each is written with a capital.
//
// # Limits
//
// It reads words, not meaning. A text without a mark may still tell everything
// ("it came back clean"), and the program says so. Misspelt drugs, slang and other
// languages are missed; testdata/missed.txt keeps those that we know of.
//
// It is pure: no clock, no files, no state, nothing leaves the machine.
package phi

import (
	"slices"

	"quietline/backend/clinic"
	"quietline/backend/policy"
)

// Kind is what a place in a text tells.
type Kind string

// The kinds, gravest first.
const (
	Identifier  Kind = "identifier"   // social security, card, insurance or record number
	OtherName   Kind = "other_name"   // another patient's full name
	OtherNumber Kind = "other_number" // another patient's phone number
	HIV         Kind = "hiv"
	Substance   Kind = "substance" // alcohol and drug use, and its treatment
	Diagnosis   Kind = "diagnosis"
	Result      Kind = "result" // of tests
	Drug        Kind = "drug"
	BirthDate   Kind = "birth_date"
	Money       Kind = "money"
)

// Kinds lists every kind, gravest first.
func Kinds() []Kind {
	return []Kind{Identifier, OtherName, OtherNumber, HIV, Substance, Diagnosis, Result, Drug, BirthDate, Money}
}

// Mark is a place in a text: the bytes from From up to but not including To.
type Mark struct {
	Kind     Kind
	From, To int
}

// Action is what a mark leads to, mildest first.
type Action int

// The actions.
const (
	// Tell marks the words and stops nobody: the patient agreed to hear of this.
	Tell Action = iota + 1
	// Ask wants a person to read the text again.
	Ask
	// Stop lets the text not leave: what it says is never needed in a text, or the
	// patient has ruled it out.
	Stop
)

// Found is a mark and what it leads to.
type Found struct {
	Mark
	Action Action
}

// Wishes is what a patient agreed to hear of by text.
type Wishes struct {
	Categories []policy.Category
	// Excluded are ruled out and win.
	Excluded []policy.Category
}

// topics says under which categories of the form a kind may be texted about. A
// kind that is not here belongs to none.
var topics = map[Kind][]policy.Category{
	HIV:       {policy.Results},
	Substance: {policy.CheckIns, policy.Results},
	Diagnosis: {policy.Results, policy.CheckIns, policy.Education},
	Result:    {policy.Results},
	Drug:      {policy.Medication},
	Money:     {policy.Billing},
}

// Judge says what each mark leads to in a text of a category to a patient with
// these wishes.
//
// What identifies a person stops. What the patient ruled out stops. What she
// agreed to hear of, in a text of that category, is only told of, but HIV and
// substance use, which the law guards more closely (42 CFR Part 2 and state law)
// and which are asked about always. Everything else asks.
func Judge(marks []Mark, c policy.Category, w Wishes) []Found {
	found := make([]Found, 0, len(marks))
	for _, m := range marks {
		found = append(found, Found{m, judge(m.Kind, c, w)})
	}
	return found
}

func judge(k Kind, c policy.Category, w Wishes) Action {
	allowed := topics[k]
	agreed := func(c policy.Category) bool {
		return slices.Contains(w.Categories, c) && !slices.Contains(w.Excluded, c)
	}
	ruledOut := func(c policy.Category) bool { return slices.Contains(w.Excluded, c) }
	switch {
	case k == Identifier:
		return Stop
	case len(allowed) > 0 && !slices.ContainsFunc(allowed, func(c policy.Category) bool { return !ruledOut(c) }):
		return Stop
	case k == HIV, k == Substance:
		return Ask
	case slices.Contains(allowed, c) && agreed(c):
		return Tell
	}
	return Ask
}

// Code returns the code of the sentence about a kind, for the gate and the screen.
func (k Kind) Code() clinic.Code { return clinic.Code("phi." + string(k)) }

// Next steps.
const (
	NextNeutral  clinic.Code = "phi.next_neutral"  // take a neutral wording, or call
	NextTakeOut  clinic.Code = "phi.next_take_out" // take it out of the text
	NextCategory clinic.Code = "phi.next_category" // choose the category that it is about
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	codes := []clinic.Code{NextNeutral, NextTakeOut, NextCategory}
	for _, k := range Kinds() {
		codes = append(codes, k.Code())
	}
	return codes
}

// Findings returns what the gate has to know: one finding a kind that asks or
// stops, gravest first. A kind is not said twice, since one reading again is for
// the whole text.
func Findings(found []Found, w Wishes) []policy.Finding {
	var all []policy.Finding
	for _, k := range Kinds() {
		worst := Tell
		for _, f := range found {
			if f.Kind == k {
				worst = max(worst, f.Action)
			}
		}
		if worst > Tell {
			all = append(all, policy.Finding{
				Code: k.Code(), Source: policy.SourceMinimum, NextStep: k.next(worst, w), Stops: worst == Stop,
			})
		}
	}
	return all
}

// next is the next step for a kind: where another category would do, to choose it.
func (k Kind) next(a Action, w Wishes) clinic.Code {
	switch {
	case a == Stop, k == OtherName, k == OtherNumber:
		return NextTakeOut
	case k == HIV, k == Substance:
		return NextNeutral
	}
	for _, c := range topics[k] {
		if slices.Contains(w.Categories, c) && !slices.Contains(w.Excluded, c) {
			return NextCategory
		}
	}
	return NextNeutral
}
