package exchange_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// offered returns the ready words that may answer now.
func (w *asking) offered() []consent.Ready { return w.first().Words }

func (w *asking) first() (f exchange.First) {
	w.t.Helper()
	w.read(func(tx *sqlite.Tx) (err error) {
		f, err = exchange.FirstAnswers(tx, archive.SeeAll(), w.thread, policy.LineSimulator, w.clock.Now())
		return err
	})
	return f
}

func (w *asking) answers(id clinic.MessageID, version string) error {
	return exchange.WriteFirst(w.ctx, w.clinic.Journal, w.member, id, archive.SeeAll(), w.thread, version, policy.LineSimulator)
}

func (w *asking) answerFirst(on bool) {
	w.t.Helper()
	w.submit(func(d *journal.Decision) error {
		return settings.ChangeTexting(d, settings.Texting{Majority: 18, AnswerFirst: on})
	})
}

// TestReadyWordsAnswerOnceADay counts what has left and what waits to leave, whoever
// presses; and begins anew a day later.
func TestReadyWordsAnswerOnceADay(t *testing.T) {
	w := newAsking(t)
	w.newcomer()
	w.answerFirst(true)
	w.says("Do you take new patients?")
	offered := w.offered()
	if len(offered) < 2 {
		t.Fatalf("offered: %+v", offered)
	}
	refused := func(when string) {
		t.Helper()
		if f := w.first(); len(f.Words) != 0 || f.Instead != policy.CodeFirstOften {
			t.Errorf("%s: %+v", when, f)
		}
		err := w.answers(clinic.NewID[clinic.MessageID](), offered[1].Version)
		if !errors.Is(err, clinic.E(exchange.CodeMayNotGo).With("reason", policy.CodeFirstOften)) {
			t.Errorf("%s: a second answer gives %v", when, err)
		}
	}
	w.ok(w.answers(clinic.NewID[clinic.MessageID](), offered[0].Version))
	refused("while the first waits")
	w.ok(w.x.SendDue(w.ctx))
	refused("once it has left")
	w.later(23 * time.Hour)
	w.says("Hello? Is anybody there?")
	refused("an hour before a day is over")
	w.later(time.Hour)
	if len(w.offered()) != len(offered) {
		t.Errorf("a day later: %+v", w.first())
	}
}

// TestAClinicOfVerifiedNumbersAsksForTheCodeFirst: its ready words wait until the number
// is verified, and the answer says so.
func TestAClinicOfVerifiedNumbersAsksForTheCodeFirst(t *testing.T) {
	w := newAsking(t)
	w.newcomer()
	w.submit(func(d *journal.Decision) error {
		return settings.ChangeTexting(d, settings.Texting{Majority: 18, AnswerFirst: true, VerifiedOnly: true})
	})
	w.says("Do you take new patients?")
	if f := w.first(); len(f.Words) != 0 || f.Instead != policy.CodeNumberUnverified {
		t.Fatalf("for a number that nobody verified: %+v", f)
	}
	var one consent.OneTime
	w.submit(func(d *journal.Decision) error {
		numbers, err := patients.NumbersOf(d.Tx, w.patient)
		if err == nil {
			one, err = consent.AskCode(d, w.patient, numbers[w.patient][0].ID)
		}
		return err
	})
	w.says(one.Code)
	if f := w.first(); len(f.Words) == 0 || f.Instead != "" {
		t.Errorf("once it is verified: %+v", f)
	}
}

// TestWhoTextsFirstGetsReadyWordsAlone: where the clinic allows it, within a day, the
// words that are ready and nothing else; and the question beside them.
func TestWhoTextsFirstGetsReadyWordsAlone(t *testing.T) {
	w := newAsking(t)
	w.newcomer()
	if len(w.offered()) != 0 {
		t.Error("somebody who wrote nothing is answered")
	}
	w.says("Do you take new patients?")
	if len(w.offered()) != 0 {
		t.Error("the clinic has not allowed it")
	}
	w.answerFirst(true)
	offered := w.offered()
	if len(offered) == 0 {
		t.Fatal("nothing is offered")
	}
	for _, r := range offered {
		if !strings.Contains(r.Words, "(303) 555-0100") || r.Language != clinic.English {
			t.Errorf("offered: %q", r.Words)
		}
	}
	if _, err := w.write(offered[0].Words); clinic.CodeOf(err) != exchange.CodeMayNotGo {
		t.Errorf("the same words typed by hand give %v", err)
	}
	for _, version := range []string{"", "ask-1-en", "first-1-call-es", "2026-2-en"} {
		if err := w.answers(clinic.NewID[clinic.MessageID](), version); clinic.CodeOf(err) != exchange.CodeMayNotGo {
			t.Errorf("%q is sent: %v", version, err)
		}
	}
	id := clinic.NewID[clinic.MessageID]()
	for range 2 { // pressed twice
		w.ok(w.answers(id, offered[0].Version))
	}
	w.ok(w.x.SendDue(w.ctx))
	if n := w.sent(offered[0].Words); n != 1 {
		t.Fatalf("it left %d times", n)
	}
	basis, found, err := w.message(id).Basis()
	if err != nil || !found || basis.Kind != policy.ByFirstText {
		t.Errorf("it rests on %+v, %v", basis, err)
	}
	// The question may follow on the same day, and YES to it counts.
	w.ask()
	w.says("Yes")
	if len(w.offered()) != 0 {
		t.Error("ready words are offered to somebody who has agreed")
	}

	t.Run("not a day later", func(t *testing.T) {
		w.newcomer()
		w.says("Hello?")
		version := w.offered()[0].Version
		w.later(25 * 60 * 60 * 1e9)
		if err := w.answers(clinic.NewID[clinic.MessageID](), version); clinic.CodeOf(err) != exchange.CodeMayNotGo {
			t.Errorf("a day later: %v", err)
		}
	})
	t.Run("nor after STOP", func(t *testing.T) {
		w.newcomer()
		w.says("Hello?")
		version := w.offered()[0].Version
		w.says("STOP")
		if err := w.answers(clinic.NewID[clinic.MessageID](), version); clinic.CodeOf(err) != exchange.CodeMayNotGo {
			t.Errorf("after STOP: %v", err)
		}
	})
	t.Run("a clinic with a long name has a short one for texts", func(t *testing.T) {
		name := func(short string) {
			w.submit(func(d *journal.Decision) error {
				own, err := settings.Get(d.Tx)
				own.Name, own.TextName = strings.Repeat("Juniper Family ", 5)+"Ltd", short
				if err == nil {
					err = settings.Change(d, own)
				}
				return err
			})
		}
		w.newcomer()
		w.says("Hello?")
		name("")
		w.refused(policy.CodeAskTooLong)
		name("Juniper North")
		w.ask()
		if n := w.sent("Juniper North: May we text you about your visits? Texts are not encrypted, others might read them. Reply YES or STOP. (303) 555-0100"); n != 1 {
			t.Errorf("it left %d times", n)
		}
	})
}

// TestReadyWordsTellNothing: what is saved is never looked at again, so words that tell
// anything are refused when they are saved.
func TestReadyWordsTellNothing(t *testing.T) {
	w := newAsking(t)
	w.newcomer()
	save := func(text string) error {
		_, err := w.clinic.Journal.Submit(w.ctx, journal.Actor{Staff: w.member}, func(d *journal.Decision) error {
			_, err := exchange.SaveWords(d, consent.NewWords{Language: clinic.English, Text: text})
			return err
		})
		return err
	}
	for _, told := range []string{"Your methadone is ready", "You owe $40", "Marisol Vega is here", "Your HIV test is back"} {
		if err := save("{practice}: " + told + ". {phone}. STOP to stop."); clinic.CodeOf(err) != exchange.CodeReadyTells {
			t.Errorf("%q is saved: %v", told, err)
		}
	}
	w.ok(save("{practice}: Please call {phone} in office hours. STOP to stop."))
}
