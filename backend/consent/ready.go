package consent

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// Words that are ready are the texts that the program writes by itself: those that ask
// for a consent and thank for it, and those with which a person answers a patient who
// texted first and has agreed to nothing. Each is a [Template] of a variant of its own.
// What answers first may be the clinic's own: it names the clinic and its phone, says
// how it ends, and is short, as 47 CFR 64.1200(a)(9)(iv) has it for texts without a
// consent. What such words tell is judged before they are saved, not when they leave.

// The variants of words that are ready.
const (
	// ByTextOnly asks for a consent by text.
	ByTextOnly Variant = "text"
	// ThanksByText confirms one.
	ThanksByText Variant = "thanks"
	// FirstAnswer answers a patient who texted first.
	FirstAnswer Variant = "first"
)

// IsReady reports whether a template is ready words of a text, and no form.
func (t Template) IsReady() bool {
	return t.Variant == ByTextOnly || t.Variant == ThanksByText || t.Variant == FirstAnswer
}

// readyVersions name the words that come with the program, for ever. What was
// translated is a draft until the clinic records who has read it.
var readyVersions = []Template{
	{Version: "ask-1-en", Language: clinic.English, Variant: ByTextOnly, Pair: "ask-1-es"},
	{Version: "ask-1-es", Language: clinic.Spanish, Variant: ByTextOnly, Pair: "ask-1-en", Draft: true},
	{Version: "thanks-1-en", Language: clinic.English, Variant: ThanksByText, Pair: "thanks-1-es"},
	{Version: "thanks-1-es", Language: clinic.Spanish, Variant: ThanksByText, Pair: "thanks-1-en", Draft: true},
	{Version: "first-1-call-en", Language: clinic.English, Variant: FirstAnswer, Pair: "first-1-call-es"},
	{Version: "first-1-call-es", Language: clinic.Spanish, Variant: FirstAnswer, Pair: "first-1-call-en", Draft: true},
	{Version: "first-1-back-en", Language: clinic.English, Variant: FirstAnswer, Pair: "first-1-back-es"},
	{Version: "first-1-back-es", Language: clinic.Spanish, Variant: FirstAnswer, Pair: "first-1-back-en", Draft: true},
	{Version: "first-1-noted-en", Language: clinic.English, Variant: FirstAnswer, Pair: "first-1-noted-es"},
	{Version: "first-1-noted-es", Language: clinic.Spanish, Variant: FirstAnswer, Pair: "first-1-noted-en", Draft: true},
}

// ReadyWords returns all words that are ready: those that came with the program, and
// then the clinic's own, newest first.
func ReadyWords(tx *sqlite.Tx) ([]Template, error) {
	all := slices.Clone(readyVersions)
	for i := range all {
		text, err := askText(all[i].Version)
		if err != nil {
			return nil, err
		}
		all[i].Text, all[i].Hash = text, hashOf(text)
	}
	own, err := own(tx, `= 'first'`)
	if err != nil {
		return nil, err
	}
	all = append(all, own...)
	for i := range all {
		if err := all[i].readState(tx); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Ready is words as they would leave.
type Ready struct {
	Template
	Words string
}

// FirstAnswersFor returns the words in use that may answer a patient who texted first,
// in a language. CodeNoPhone means that the clinic has no phone that could be named.
func FirstAnswersFor(tx *sqlite.Tx, language clinic.Language, by Asker) ([]Ready, error) {
	all, err := ReadyWords(tx)
	if err != nil {
		return nil, err
	}
	var some []Ready
	for _, t := range all {
		if t.Variant != FirstAnswer || t.Language != language || t.Retired {
			continue
		}
		words, err := by.fill(t.Text)
		if err != nil {
			return nil, err
		}
		some = append(some, Ready{Template: t, Words: words})
	}
	return some, nil
}

// Filled returns words as they would leave, or CodeNoPhone.
func (t Template) Filled(by Asker) (string, error) { return by.fill(t.Text) }

// NewWords are words of the clinic's own that answer a patient who texted first.
type NewWords struct {
	Language clinic.Language
	Text     string
	// Replaces is the version that goes out of use with these, or empty.
	Replaces string
}

// The places that the words have to leave for the clinic's name and phone, and the word
// that ends texting, which is the same in every language.
const (
	practicePlace = "{practice}"
	phonePlace    = "{phone}"
	stopToSay     = "STOP"
)

var anyPlace = regexp.MustCompile(`\{[^}]*\}`)

// CheckWords refuses words that could not answer: CodeReadyMissing names by "missing"
// what they leave out, CodeReadyLong says by "limit" how long they may be once they are
// filled in, and by "length" how long they are.
func CheckWords(text string, by Asker) error {
	var missing []string
	for _, needed := range []struct{ name, place string }{{"practice", practicePlace}, {"phone", phonePlace}, {"stop", stopToSay}} {
		if !strings.Contains(text, needed.place) {
			missing = append(missing, needed.name)
		}
	}
	for _, place := range anyPlace.FindAllString(text, -1) {
		if place != practicePlace && place != phonePlace {
			return clinic.E(clinic.CodeBadInput)
		}
	}
	if len(missing) > 0 {
		return clinic.E(CodeReadyMissing).With("missing", strings.Join(missing, " "))
	}
	words, err := by.fill(text)
	if err != nil {
		return err
	}
	if n := len(utf16.Encode([]rune(words))); n > policy.MostUnwarned {
		return clinic.E(CodeReadyLong).With("limit", policy.MostUnwarned).With("length", n)
	}
	return nil
}

// SaveWords records words of the clinic's own and returns their version. What was sent
// stays as it was: changed words are another version. The same words while they are in
// use are the version that they have, so that it may be called again. What they tell is
// the caller's to judge.
func SaveWords(d *journal.Decision, w NewWords, by Asker) (string, error) {
	w.Text = strings.Join(strings.Fields(w.Text), " ")
	if !w.Language.Valid() {
		return "", clinic.E(clinic.CodeBadInput)
	}
	if err := CheckWords(w.Text, by); err != nil {
		return "", err
	}
	same, err := wordsInUse(d.Tx, w.Language, w.Text)
	if err != nil {
		return "", err
	}
	if w.Replaces != "" && w.Replaces != same {
		before, err := TemplateByVersion(d.Tx, w.Replaces)
		if err != nil {
			return "", err
		}
		if before.Variant != FirstAnswer || before.Language != w.Language {
			return "", clinic.E(clinic.CodeBadInput)
		}
		if !before.Retired {
			if err := RetireForm(d, w.Replaces, true); err != nil {
				return "", err
			}
		}
	}
	if same != "" {
		return same, nil
	}
	version, err := nextVersion(d.Tx, FirstAnswer, w.Language)
	if err != nil {
		return "", err
	}
	d.Record(journal.Event{Kind: kindWordsSaved, Body: savedBody{
		Version: version, Hash: hashOf(w.Text), NewForm: NewForm{Language: w.Language, Variant: FirstAnswer, Text: w.Text},
	}})
	return version, nil
}

// wordsInUse returns the version of words that answer who texts first, or empty.
func wordsInUse(tx *sqlite.Tx, language clinic.Language, text string) (string, error) {
	all, err := ReadyWords(tx)
	if err != nil {
		return "", err
	}
	for _, t := range all {
		if t.Variant == FirstAnswer && t.Language == language && !t.Retired && t.Text == text {
			return t.Version, nil
		}
	}
	return "", nil
}

// askText returns the source of words that come with the program.
func askText(version string) (string, error) {
	text, err := asks.ReadFile("asks/" + version + ".txt")
	if err != nil {
		return "", fmt.Errorf("consent: read words: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}
