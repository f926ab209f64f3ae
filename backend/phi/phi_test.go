package phi_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"quietline/backend/clinic"
	"quietline/backend/patients"
	"quietline/backend/phi"
	"quietline/backend/policy"
)

// The clinic of the kept texts knows Liam J. Whitfield and Grace May.
var others = phi.Others{
	Pairs: []patients.Pair{
		{First: "liam", Second: "whitfield"}, {First: "whitfield", Second: "liam"},
		{First: "grace", Second: "may"}, {First: "may", Second: "grace"},
	},
	Phones: []clinic.Phone{"+13035550177"},
}

func everything() phi.Wishes { return phi.Wishes{Categories: policy.Categories()} }

// kept reads a file of texts without its remarks.
func kept(t testing.TB, name string) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			all = append(all, line)
		}
	}
	return all
}

func interrupts(found []phi.Found) bool {
	return slices.ContainsFunc(found, func(f phi.Found) bool { return f.Action > phi.Tell })
}

func TestOrdinaryTextsAreNotInterrupted(t *testing.T) {
	all := kept(t, "ordinary.txt")
	stopped := 0
	for _, line := range all {
		category, text, _ := strings.Cut(line, " | ")
		c := policy.Category(category)
		if !c.Valid() {
			t.Fatalf("%s is no topic", category)
		}
		if found := phi.Judge(phi.Read(text).Marks(others), c, everything()); interrupts(found) {
			stopped++
			t.Logf("interrupted: %s: %s %+v", category, text, found)
		}
	}
	t.Logf("%d of %d are interrupted", stopped, len(all))
	if len(all) < 150 || stopped*50 > len(all) {
		t.Errorf("%d of %d are interrupted", stopped, len(all))
	}
}

func TestWhatTellsIsFound(t *testing.T) {
	for _, line := range kept(t, "telling.txt") {
		text, want, _ := strings.Cut(line, " |")
		var got []string
		for _, m := range phi.Read(text).Marks(others) {
			got = append(got, fmt.Sprintf("%s: %s", m.Kind, text[m.From:m.To]))
		}
		if strings.Join(got, ", ") != strings.TrimSpace(want) {
			t.Errorf("%s\n found %v\n want  %s", text, got, want)
		}
	}
}

// TestNamesThatAreWordsInterruptNobody has the ordinary texts written in a clinic
// whose other patients bear the words of every other sentence.
func TestNamesThatAreWordsInterruptNobody(t *testing.T) {
	names := []string{
		"María de la Cruz", "Juan de los Santos del Río", "Ana y Luz de las Casas", "Le Van An", "To An", "Do Thi So",
		"Ludwig van der Berg", "Ho My Van", "Grace May", "Will Day", "Dolores Luz Mar", "Long Nam Tu",
	}
	all := kept(t, "ordinary.txt")
	stopped := 0
	for _, line := range all {
		category, body, _ := strings.Cut(line, " | ")
		text := phi.Read(body)
		words := text.Words()
		var o phi.Others
		for _, name := range names {
			of := patients.Words(name)
			for i := range words {
				for _, j := range []int{i + 1, i + 2} {
					if j < len(words) && words[i] != words[j] && slices.Contains(of, words[i]) && slices.Contains(of, words[j]) {
						o.Pairs = append(o.Pairs, patients.Pair{First: words[i], Second: words[j]})
					}
				}
			}
		}
		for _, m := range text.Marks(o) {
			if m.Kind == phi.OtherName {
				stopped++
				t.Logf("%s: %s: %s", category, body, body[m.From:m.To])
			}
		}
	}
	if stopped > 0 {
		t.Errorf("%d of %d are taken to name somebody", stopped, len(all))
	}
	for _, body := range []string{"I saw Maria de la Cruz at 3.", "Please ask Cruz, María", "He came with Ludwig van der Berg today"} {
		pairs := []patients.Pair{{First: "maria", Second: "cruz"}, {First: "cruz", Second: "maria"}, {First: "ludwig", Second: "berg"}}
		if len(phi.Read(body).Marks(phi.Others{Pairs: pairs})) != 1 {
			t.Errorf("nobody is found in %q: %v", body, phi.Read(body).Words())
		}
	}
}

// TestWhatIsMissedIsKnown: who improves a list moves a text from one file to the
// other.
func TestWhatIsMissedIsKnown(t *testing.T) {
	for _, text := range kept(t, "missed.txt") {
		if marks := phi.Read(text).Marks(others); len(marks) > 0 {
			t.Errorf("it is found after all: %s %+v", text, marks)
		}
	}
}

func TestAnOrdinaryNameAloneIsAWord(t *testing.T) {
	for _, text := range []string{"May I call?", "Grace called.", "I told Grace. May works.", "See you in May, Grace period or not"} {
		if marks := phi.Read(text).Marks(others); len(marks) > 0 {
			t.Errorf("%s: %+v", text, marks)
		}
	}
}

// TestTheTopicAndTheWishesDecide goes through every kind, topic and wish.
func TestTheTopicAndTheWishesDecide(t *testing.T) {
	agreed := map[phi.Kind][]policy.Category{
		phi.Diagnosis: {policy.Results, policy.CheckIns, policy.Education},
		phi.Result:    {policy.Results}, phi.Drug: {policy.Medication}, phi.Money: {policy.Billing},
	}
	for _, k := range phi.Kinds() {
		for _, c := range policy.Categories() {
			act := func(w phi.Wishes) phi.Action { return phi.Judge([]phi.Mark{{Kind: k}}, c, w)[0].Action }
			want := phi.Ask
			switch {
			case k == phi.Identifier:
				want = phi.Stop
			case slices.Contains(agreed[k], c):
				want = phi.Tell
			}
			if got := act(everything()); got != want {
				t.Errorf("%s in a text about %s: %d, want %d", k, c, got, want)
			}
			if got := act(phi.Wishes{}); got < phi.Ask {
				t.Errorf("%s in a text about %s without any consent: %d", k, c, got)
			}
			none := phi.Wishes{Categories: policy.Categories(), Excluded: policy.Categories()}
			wantNone := phi.Ask
			if k != phi.OtherName && k != phi.OtherNumber && k != phi.BirthDate {
				wantNone = phi.Stop
			}
			if got := act(none); got != wantNone {
				t.Errorf("%s with everything ruled out: %d, want %d", k, got, wantNone)
			}
		}
	}
}

func TestEachKindIsSaidOnceAndWithItsGravestAction(t *testing.T) {
	found := []phi.Found{
		{Mark: phi.Mark{Kind: phi.Money}, Action: phi.Ask}, {Mark: phi.Mark{Kind: phi.Drug}, Action: phi.Tell},
		{Mark: phi.Mark{Kind: phi.Identifier}, Action: phi.Stop}, {Mark: phi.Mark{Kind: phi.Money}, Action: phi.Ask},
	}
	got := phi.Findings(found, everything())
	if len(got) != 2 || got[0].Code != "phi.identifier" || !got[0].Stops || got[0].NextStep != phi.NextTakeOut ||
		got[1].Code != "phi.money" || got[1].Stops || got[1].NextStep != phi.NextCategory {
		t.Errorf("%+v", got)
	}
	if got := phi.Findings(found[:1], phi.Wishes{}); got[0].NextStep != phi.NextNeutral {
		t.Errorf("without a consent for money: %+v", got)
	}
}

func FuzzRead(f *testing.F) {
	for _, line := range kept(f, "telling.txt") {
		f.Add(line)
	}
	f.Add("\xff\xfe May \xc3")
	f.Add("+1 (303) 555-0177 Liam\u0301 Whitfield")
	f.Fuzz(func(t *testing.T, s string) {
		text := phi.Read(s)
		end := 0
		for _, m := range text.Marks(others) {
			if m.From < end || m.To <= m.From || m.To > len(s) {
				t.Fatalf("marks %+v of %d bytes", m, len(s))
			}
			if utf8.ValidString(s) && !utf8.ValidString(s[m.From:m.To]) {
				t.Fatal("a mark cuts a letter")
			}
			end = m.To
		}
		if len(text.Words()) > len(s) {
			t.Fatal("more words than letters")
		}
	})
}
