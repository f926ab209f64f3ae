// Package policy answers two questions without looking anything up: may this
// text go now, and what may this patient be texted for at all?
//
// Its two functions, [Decide] and [StandingOf], are pure and total. They read no
// clock, no file and no database; all that they know is in their arguments, and
// the same arguments always give the same answer. They return for every input.
// A fact that is missing or makes no sense counts against sending: an unknown
// consent state, a number that is not the patient's, a time zone nobody
// recorded, settings that were never loaded.
//
// The rules stand in one ordered table (rules.go). Each names its source and
// what a person can do next. An answer lists every rule that stands in the way,
// the hardest first, and not only the one that was met first, so that nobody
// clears one obstacle just to find the next.
//
// The package does not know what a text says (what a check of the words found
// comes in as [Finding]), does not check who holds a [Permission], and cannot
// see that the facts it was given are old: whoever sends gathers them anew and
// asks again, last of all just before the text leaves.
//
// It never claims to be legal advice, that a text which may go is lawful in
// every state, or that a text without findings holds no health information. The
// limits are settings with careful defaults; their sources are named so that
// the clinic can have them reviewed.
package policy
