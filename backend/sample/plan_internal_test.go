package sample

import (
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/policy"
	"quietline/backend/provider"
)

func planOf(t *testing.T, messages int) *plan {
	t.Helper()
	p, err := newPlan(1, messages, clinic.At(time.Date(2026, time.March, 4, 17, 0, 0, 0, time.UTC)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A million texts are too many to record in a test; planning them is not.
func TestAMillionTextsHaveTheirPatients(t *testing.T) {
	for messages, want := range map[int]int{100: 60, 20_000: 60, 21_000: 70, 1_000_000: 3333} {
		p := planOf(t, messages)
		if len(p.people) != want {
			t.Errorf("%d patients for %d texts, want %d", len(p.people), messages, want)
		}
		planned := 0
		for _, talks := range p.talks {
			for _, one := range talks {
				kind, rnd := p.kind(one)
				planned += len(kind.shape(rnd))
			}
		}
		if planned < messages || planned > messages+10 {
			t.Errorf("%d texts are planned for %d", planned, messages)
		}
		phones := map[clinic.Phone]int{}
		for _, who := range p.people {
			phone := phoneNumber(who.phone)
			if !phone.Valid() || string(phone[5:10]) != "55501" || phone == officePhone || phone == linePhone {
				t.Errorf("patient %d has a number that is not fictional, or the clinic's", who.n)
			}
			if strings.HasSuffix(string(phone), "7") != (who.story == unlettered) {
				t.Errorf("patient %d: numbers that end with 7, and no others, take no texts", who.n)
			}
			if phones[phone]++; who.n >= crowdFrom && phones[phone] > 1 {
				t.Errorf("patient %d has another's number", who.n)
			}
		}
	}
	if last := crowd(1, maxPatients-1); len(last.phone) != len("303-0142") {
		t.Errorf("the numbers do not last for %d patients", maxPatients)
	}
}

// Every line of the grammar can be said, fits into a text, and means nothing to
// the program.
func TestEveryLineCanBeSaid(t *testing.T) {
	p := planOf(t, 100)
	for language, tongue := range p.tongues {
		for _, name := range []string{"Dana Halloran", "Mateo Vega", "Nguyễn Minh Anh"} {
			var who *patient
			for _, one := range p.people {
				if one.name == name {
					who = one
				}
			}
			for round := range 20 {
				own := *who
				own.language = language
				telling := p.telling(&own, p.team[2], p.cal.end, random(1, "test", round))
				for _, k := range tongue.kinds {
					for _, l := range k.lines {
						for _, alternative := range l.texts {
							sayable(t, k.name, telling.say(alternative, !l.out), l.out)
						}
					}
				}
			}
		}
		about := map[policy.Category]bool{}
		for _, k := range tongue.kinds {
			about[k.about] = true
		}
		if len(tongue.kinds) < 18 || len(about) < 5 {
			t.Errorf("%s: %d kinds of conversations about %d things", language, len(tongue.kinds), len(about))
		}
	}
}

func sayable(t *testing.T, kind, said string, out bool) {
	t.Helper()
	for _, wrong := range []string{"{", "}", "|", "!,", "!.", "!!", "..,", " de el ", " a el ", "  "} {
		if strings.Contains(said, wrong) {
			t.Errorf("%s: %q in %q", kind, wrong, said)
		}
	}
	if said == "" || small(said) == said && capital(said) != said {
		t.Errorf("%s: %q does not begin as a sentence does", kind, said)
	}
	if provider.CountSegments(provider.Normalize(said)).Segments > 3 {
		t.Errorf("%s: %q is long", kind, said)
	}
	if !out && consent.Read(said) != consent.NoWord {
		t.Errorf("%s: %q stops texts", kind, said)
	}
}

func TestAGrammarWithAMistakeIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"no heading":          "# a scheduling desk",
		"no conversation":     "Heading.\n\n> Hello",
		"an unknown category": "Heading.\n\n# a weather desk",
		"an unknown writer":   "Heading.\n\n# a scheduling porter",
		"an unknown mark":     "Heading.\n\n# a scheduling desk\n* Hello",
		"a phrase of nothing": "Heading.\n\n= hi",
		"an answer too many":  "Heading.\n\n# a scheduling desk\n> One | Two\n<= One | Two | Three",
		"an answer to nobody": "Heading.\n\n# a scheduling desk\n<= One",
	} {
		if _, err := readTongue(text); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}
