package consent_test

import (
	"context"
	"strings"
	"testing"
	"unicode/utf16"

	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

var asker = consent.Asker{Practice: "Juniper Family", Phone: "+13035550100", Week: 3}

func (w *world) ready() map[string]consent.Template {
	w.t.Helper()
	all := map[string]consent.Template{}
	if err := w.Read(context.Background(), func(tx *sqlite.Tx) error {
		words, err := consent.ReadyWords(tx)
		for _, t := range words {
			all[t.Version] = t
		}
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return all
}

// TestShippedWordsFit: each text to somebody who was not warned names the clinic and its
// phone, says how it ends, and fits with a name as long as the setting allows.
func TestShippedWordsFit(t *testing.T) {
	w := newWorld(t)
	by := consent.Asker{Practice: strings.Repeat("W", 30), Phone: "+13035550100", Week: 3}
	for version, words := range w.ready() {
		if words.Signable() {
			t.Errorf("%s is handed to somebody to sign", version)
		}
		text, err := words.Filled(by)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(utf16.Encode([]rune(text))); words.Variant != consent.ThanksByText && n > policy.MostUnwarned {
			t.Errorf("%s has %d characters", version, n)
		}
		if words.Variant == consent.FirstAnswer {
			if err := consent.CheckWords(words.Text, by); err != nil {
				t.Errorf("%s: %v", version, err)
			}
		}
		if pair, found := w.ready()[words.Pair]; !found || pair.Pair != version || pair.Language == words.Language {
			t.Errorf("%s has no pair", version)
		}
	}
}

// TestReadyWordsAreReviewedAndChanged: Spanish words are a draft until somebody is
// recorded who read them; the clinic's own keep what each such text has to hold, are no
// form, and take the place of others.
func TestReadyWordsAreReviewedAndChanged(t *testing.T) {
	w := newWorld(t)
	if !w.ready()["ask-1-es"].Draft || w.ready()["ask-1-en"].Draft {
		t.Error("what was translated is not the draft")
	}
	w.decide(func(d *journal.Decision) error {
		return consent.ReviewForm(d, "ask-1-es", consent.Review{Name: "Inés Duarte", Role: consent.Translator, On: w.today()})
	})
	if read := w.ready()["ask-1-es"]; read.Draft || read.Review.Name != "Inés Duarte" {
		t.Errorf("after it was read: %+v", read)
	}
	w.fails(consent.CodeForm, func(d *journal.Decision) error { return consent.RetireForm(d, "ask-1-es", true) })

	save := func(text string) func(*journal.Decision) error {
		return func(d *journal.Decision) error {
			_, err := consent.SaveWords(d, consent.NewWords{Language: clinic.English, Text: text, Replaces: "first-1-call-en"}, asker)
			return err
		}
	}
	w.fails(consent.CodeReadyMissing, save("{practice}: call us at {phone}."))
	w.fails(consent.CodeReadyMissing, save("Call us at {phone}. STOP to stop."))
	w.fails(clinic.CodeBadInput, save("{practice} {phone} STOP {patient}"))
	w.fails(consent.CodeReadyLong, save("{practice} {phone} STOP "+strings.Repeat("hello ", 40)))
	w.decide(save("{practice}: Hello.\n Call {phone}, please. STOP to stop."))
	all := w.ready()
	w.decide(save("{practice}: Hello. Call {phone}, please. STOP to stop.")) // after a lost answer
	if again := w.ready(); len(again) != len(all) {
		t.Errorf("the same words twice are %d versions, before %d", len(again), len(all))
	}
	if own := all["own-1-first-en"]; own.Text != "{practice}: Hello. Call {phone}, please. STOP to stop." || !own.Draft || !all["first-1-call-en"].Retired {
		t.Errorf("saved as %+v", own)
	}
	if err := w.Read(context.Background(), func(tx *sqlite.Tx) error {
		forms, err := consent.Templates(tx)
		for _, f := range forms {
			if f.IsReady() {
				t.Errorf("%s is offered as a form", f.Version)
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	w.fails(consent.CodeForm, func(d *journal.Decision) error {
		_, err := consent.Sign(d, consent.Paper{
			Patient: w.patient, Form: "own-1-first-en", Signer: consent.SignedByPatient, Scope: scope(policy.Reminders),
		}, consent.Signature{Typed: "Ada Vega"})
		return err
	})
}

// TestAPairIsKnownFromBothSides: the later of two own forms names the earlier, which is
// then paired as well.
func TestAPairIsKnownFromBothSides(t *testing.T) {
	w := newWorld(t)
	saved := map[clinic.Language]string{}
	for _, l := range []clinic.Language{clinic.English, clinic.Spanish} {
		w.decide(func(d *journal.Decision) error {
			shipped, err := consent.TemplateByVersion(d.Tx, "2026-2-"+string(l))
			if err != nil {
				return err
			}
			saved[l], err = consent.SaveForm(d, consent.NewForm{Language: l, Text: shipped.Text + "\n", Pair: saved[clinic.English]})
			return err
		})
	}
	if err := w.Read(context.Background(), func(tx *sqlite.Tx) error {
		first, err := consent.TemplateByVersion(tx, saved[clinic.English])
		if first.Pair != saved[clinic.Spanish] {
			t.Errorf("the first is paired with %q", first.Pair)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
