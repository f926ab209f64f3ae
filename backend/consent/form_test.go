package consent_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

func (w *world) template(version string) (t consent.Template) {
	w.t.Helper()
	if err := w.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
		t, err = consent.TemplateByVersion(tx, version)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return t
}

// fails makes a decision that has to be refused.
func (w *world) fails(want clinic.Code, decide func(*journal.Decision) error) error {
	w.t.Helper()
	_, err := w.Submit(context.Background(), journal.Actor{}, decide)
	if clinic.CodeOf(err) != want {
		w.t.Fatalf("got %v, want %s", err, want)
	}
	return err
}

// TestShippedFormsSayWhatTheyHaveTo holds every form that new signatures stand
// under to the list of statements, and its translation to its pair.
func TestShippedFormsSayWhatTheyHaveTo(t *testing.T) {
	w := newWorld(t)
	var all []consent.Template
	if err := w.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
		all, err = consent.Templates(tx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	keys := func(version string) (keys []string) {
		for _, b := range w.template(version).Blocks(consent.Merge{}) {
			keys = append(keys, string(b.Kind)+" "+b.Key)
		}
		return keys
	}
	for _, f := range all {
		if f.Draft != (f.Language == clinic.Spanish) {
			t.Errorf("%s: draft is %v", f.Version, f.Draft)
		}
		if strings.HasPrefix(f.Version, "2026-1-") {
			continue // from before statements had names
		}
		if gaps := consent.Missing(f.Variant, consent.Parse(f.Text)); len(gaps) > 0 {
			t.Errorf("%s does not say %v", f.Version, gaps)
		}
		if pair := w.template(f.Pair); pair.Pair != f.Version || pair.Language == f.Language || !slices.Equal(keys(f.Version), keys(f.Pair)) {
			t.Errorf("%s is no pair of %s", f.Pair, f.Version)
		}
	}
}

func TestFormsOfTheClinicsOwn(t *testing.T) {
	w := newWorld(t)
	from := w.template("2026-2-minor-en")
	save := func(text string) (version string) {
		w.decide(func(d *journal.Decision) (err error) {
			version, err = consent.SaveForm(d, consent.NewForm{
				Language: clinic.English, Variant: consent.ForMinors, Text: text, Source: "approved by our attorney",
			})
			return err
		})
		return version
	}
	t.Run("no required statement can be dropped", func(t *testing.T) {
		for _, r := range consent.Required(consent.ForMinors) {
			lines := slices.DeleteFunc(strings.Split(from.Text, "\n"), func(l string) bool { return strings.HasPrefix(l, "- ["+r.Key+"]") })
			w.fails(consent.CodeStatements, func(d *journal.Decision) error {
				_, err := consent.SaveForm(d, consent.NewForm{Language: clinic.English, Variant: consent.ForMinors, Text: strings.Join(lines, "\n")})
				return err
			})
		}
		w.fails(consent.CodeStatements, func(d *journal.Decision) error {
			_, err := consent.SaveForm(d, consent.NewForm{Language: clinic.English, Text: strings.Replace(from.Text, "{signature}", "", 1)})
			return err
		})
	})
	t.Run("the words are the identity, and are never edited", func(t *testing.T) {
		first := save(from.Text)
		again := save(from.Text)
		changed := save(strings.Replace(from.Text, "usually answers", "mostly answers", 1))
		a, b, c := w.template(first), w.template(again), w.template(changed)
		if first == again || a.Hash != b.Hash || a.Hash == c.Hash || a.Hash != from.Hash || a.Text != from.Text {
			t.Errorf("versions %s %s %s with hashes %s %s %s", first, again, changed, a.Hash, b.Hash, c.Hash)
		}
	})
	t.Run("a draft until somebody has read it", func(t *testing.T) {
		own := save(from.Text)
		for _, version := range []string{own, "2026-2-es"} {
			if !w.template(version).Draft {
				t.Errorf("%s is no draft", version)
			}
			review := consent.Review{Name: " Inés  Duarte ", Role: consent.Translator, On: clinic.DateOf(w.Clock.Now().Time())}
			w.fails(consent.CodeReviewer, func(d *journal.Decision) error {
				return consent.ReviewForm(d, version, consent.Review{Role: review.Role, On: review.On})
			})
			w.decide(func(d *journal.Decision) error { return consent.ReviewForm(d, version, review) })
			if f := w.template(version); f.Draft || f.Review.Name != "Inés Duarte" {
				t.Errorf("after the review: %+v", f.Review)
			}
		}
	})
}

func TestMergeFields(t *testing.T) {
	f := consent.Template{Text: "# For {patient}\n\nOf {practice},\nborn {birth_date} {oops}\n\n{signature}\n- [risks] Not {number}"}
	got := f.Blocks(consent.Merge{Practice: "Juniper", Patient: "{practice}"})
	want := []consent.Block{
		{Kind: consent.BlockTitle, Text: "For {practice}"}, // a name is words, and no field
		{Kind: consent.BlockParagraph, Text: "Of Juniper, born " + consent.Blank + " {oops}"},
		{Kind: consent.BlockPlace, Key: consent.PlaceSignature},
		{Kind: consent.BlockStatement, Key: "risks", Text: "Not " + consent.Blank},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestRecordCode(t *testing.T) {
	id := clinic.ConsentID{1, 2, 3}
	code := consent.CodeOf(id)
	if code != consent.CodeOf(id) || len(code) != 11 {
		t.Fatalf("the code is %q", code)
	}
	for _, typed := range []string{string(code), strings.ToLower(string(code)), strings.ReplaceAll(string(code), "-", " "), strings.ReplaceAll(string(code), "0", "o")} {
		if got, err := consent.ReadCode(typed); err != nil || got != code {
			t.Errorf("ReadCode(%q) = %q, %v", typed, got, err)
		}
	}
	for i := range code {
		if code[i] == '-' {
			continue
		}
		wrong := []byte(code)
		if wrong[i]++; wrong[i] > 'Z' || strings.IndexByte("ILOU:", wrong[i]) >= 0 {
			wrong[i] = '2'
		}
		if wrong[i] == code[i] {
			wrong[i] = '3'
		}
		if _, err := consent.ReadCode(string(wrong)); clinic.CodeOf(err) != consent.CodeRecordCode {
			t.Errorf("%s is read as a code beside %s", wrong, code)
		}
	}
	for _, typed := range []string{"", "12345", string(code) + "0", "ÄÖÜ12-34567"} {
		if _, err := consent.ReadCode(typed); clinic.CodeOf(err) != consent.CodeRecordCode {
			t.Errorf("ReadCode(%q): %v", typed, err)
		}
	}
	w := newWorld(t)
	if err := w.Read(context.Background(), func(tx *sqlite.Tx) error {
		found, err := consent.ByCode(tx, consent.CodeOf(w.paper))
		if err == nil && found.ID != w.paper {
			t.Errorf("the code leads to %s", found.ID)
		}
		if _, missing := consent.ByCode(tx, code); clinic.CodeOf(missing) != clinic.CodeNotFound {
			t.Errorf("a code of nothing: %v", missing)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
