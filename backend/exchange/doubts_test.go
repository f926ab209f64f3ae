package exchange_test

import (
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/provider/simulator"
	"quietline/backend/sqlite"
)

func (w *world) hears(from clinic.Phone, body string) {
	w.t.Helper()
	_, err := w.sim.Receive(simulator.Inbound{From: from, To: ours, Body: body})
	w.ok(err)
	w.clock.Advance(time.Minute)
	w.ok(w.x.Listen(w.ctx))
}

func (w *world) doubts() (all []exchange.Doubt) {
	w.t.Helper()
	w.read(func(tx *sqlite.Tx) (err error) {
		all, err = exchange.Doubts(tx, archive.SeeAll())
		return err
	})
	return all
}

// onlyDoubt is the one doubt that is open.
func (w *world) onlyDoubt(why consent.Why) exchange.Doubt {
	w.t.Helper()
	all := w.doubts()
	if len(all) != 1 || all[0].Why != why {
		w.t.Fatalf("the open doubts are %+v, want one of %s", all, why)
	}
	return all[0]
}

func (w *world) settles(d exchange.Doubt, decision consent.Decision) {
	w.t.Helper()
	w.ok(exchange.SettleDoubt(w.ctx, w.clinic.Journal, w.member, archive.SeeAll(), d.Message, decision))
}

func (w *world) refusedFor(reason clinic.Code) {
	w.t.Helper()
	_, err := w.write(visit)
	if clinic.CodeOf(err) != exchange.CodeMayNotGo {
		w.t.Fatalf("a text was taken: %v", err)
	}
	w.standsFor(reason)
}

func (w *world) standsFor(reason clinic.Code) {
	w.t.Helper()
	w.read(func(tx *sqlite.Tx) error {
		contacts, err := exchange.Contacts(tx, policy.LineSimulator, w.clock.Now(), w.patient)
		if err != nil {
			return err
		}
		for _, r := range contacts[w.patient].Standing().Reasons {
			if r.Code == reason {
				return nil
			}
		}
		w.t.Fatalf("the patient stands %+v, want %s among it", contacts[w.patient].Standing(), reason)
		return nil
	})
}

// TestWordsThatMayMeanStopPause: "please don't text me at work" ends no consent, and
// pauses everything to every number of hers until somebody has read it: what waits is
// held, nothing new is taken, and nothing that waited goes by itself afterwards.
func TestWordsThatMayMeanStopPause(t *testing.T) {
	for decision, then := range map[consent.Decision]clinic.Code{
		consent.DecidedStop: policy.CodeOptedOut, consent.DecidedReminders: policy.CodeLimitedNarrowed, consent.DecidedGoOn: "",
	} {
		t.Run(string(decision), func(t *testing.T) {
			w := newWorld(t)
			w.consent(policy.Scheduling, policy.Reminders)
			second := clinic.Phone("+13035550177")
			w.addsNumber(second)
			w.hears(hers, "When is it?")
			waits := w.written(visit)
			w.hears(second, "Please don't text me at work, and my boss sees it")

			w.state(waits, archive.Held)
			w.ok(w.x.SendDue(w.ctx))
			if w.sent(visit) != 0 {
				t.Fatal("a text went out while nobody knew whether it may")
			}
			w.refusedFor(policy.CodeNumberPaused)
			d := w.onlyDoubt(consent.WhyWords)
			if d.Text.Body != "Please don't text me at work, and my boss sees it" || !d.Reminders {
				t.Errorf("what is shown is %+v", d)
			}
			if err := exchange.Resolve(w.ctx, w.clinic.Journal, w.member, archive.SeeAll(), waits, true, policy.LineSimulator); clinic.CodeOf(err) != exchange.CodeMayNotGo {
				t.Errorf("a held text may go meanwhile: %v", err)
			}

			w.settles(d, decision)
			w.settled(d, decision)
			if err := exchange.SettleDoubt(w.ctx, w.clinic.Journal, w.member, archive.SeeAll(), d.Message, consent.DecidedGoOn); clinic.CodeOf(err) != consent.CodeDecided {
				t.Errorf("it was decided twice: %v", err)
			}
			w.ok(w.x.SendDue(w.ctx))
			if w.sent(visit) != 0 {
				t.Error("what was held went by itself")
			}
			if then != "" {
				w.standsFor(then)
			}
			if decision == consent.DecidedStop {
				w.state(waits, archive.Withdrawn)
				return
			}
			w.state(waits, archive.Held)
			if decision == consent.DecidedReminders {
				return
			}
			w.ok(exchange.Resolve(w.ctx, w.clinic.Journal, w.member, archive.SeeAll(), waits, true, policy.LineSimulator))
			w.ok(w.x.SendDue(w.ctx))
			w.state(waits, archive.Sent)
		})
	}
}

// settled asserts that no doubt is open any more, and who decided this one.
func (w *world) settled(d exchange.Doubt, decision consent.Decision) {
	w.t.Helper()
	if open := w.doubts(); len(open) != 0 {
		w.t.Errorf("open after the decision: %+v", open)
	}
	w.read(func(tx *sqlite.Tx) error {
		known, err := consent.DoubtBy(tx, d.Message)
		if known.Decided != decision || known.By != w.member || known.DecidedAt.IsZero() {
			w.t.Errorf("the decision is kept as %+v", known)
		}
		return err
	})
}

// TestADoubtEndsByHerOwnStop, and none is raised where she has said it already, nor by
// words from before her consent that the first look at a line brings in.
func TestADoubtEndsByHerOwnStop(t *testing.T) {
	w := newWorld(t)
	_, err := w.sim.Receive(simulator.Inbound{From: hers, To: ours, Body: "leave me alone"})
	w.ok(err)
	w.clock.Advance(30 * 24 * time.Hour)
	w.consent(policy.Scheduling)
	w.readAll()
	if all := w.doubts(); len(all) != 0 {
		t.Fatalf("words from before the consent raise %+v", all)
	}
	w.hears(hers, "no texts, just call")
	w.onlyDoubt(consent.WhyWords)
	w.hears(hers, "STOP")
	if all := w.doubts(); len(all) != 0 {
		t.Errorf("after STOP: %+v", all)
	}
	w.hears(hers, "I said leave me alone")
	if all := w.doubts(); len(all) != 0 {
		t.Errorf("of somebody who is opted out: %+v", all)
	}
	w.refusedFor(policy.CodeOptedOut)
}

// TestARestoredClinicDoubtsAgain: a backup is older than the words and than what was
// decided. Once the provider was read again, somebody has to decide again.
func TestARestoredClinicDoubtsAgain(t *testing.T) {
	w := newWorld(t)
	w.consent(policy.Scheduling)
	w.hears(hers, "When is it?")
	b := w.lifeboat()
	made := b.copies()
	w.hears(hers, "don't text me so early")
	w.settles(w.onlyDoubt(consent.WhyWords), consent.DecidedGoOn)
	w.clock.Advance(3 * time.Hour)
	b.restore(made)
	w.ok(w.x.Listen(w.ctx))
	w.signs()
	w.onlyDoubt(consent.WhyWords)
	w.refusedFor(policy.CodeNumberPaused)
}

// TestWhatTheProviderKnowsBetterIsListed: she wrote "start please", which opens her
// number here and not at the provider. The first refusal closes it, is listed, and leaves
// her consent to a person; START opens it only after that.
func TestWhatTheProviderKnowsBetterIsListed(t *testing.T) {
	for decision, then := range map[consent.Decision]clinic.Code{
		consent.DecidedStop: policy.CodeConsentRevoked, consent.DecidedGoOn: "",
	} {
		t.Run(string(decision), func(t *testing.T) {
			w := newWorld(t)
			w.hears(hers, "STOP")
			w.hears(hers, "start please")
			w.clock.Advance(time.Minute)
			w.consent(policy.Scheduling)
			refused, waits := w.written(visit), w.written("And bring your card")
			w.ok(w.x.SendDue(w.ctx))
			w.state(refused, archive.Failed)
			w.state(waits, archive.Held)
			if d := w.onlyDoubt(consent.WhyRefused); d.Message != refused {
				t.Errorf("raised by %+v", d)
			}
			w.standsFor(policy.CodeOptedOut)
			w.clock.Advance(time.Minute)
			w.hears(hers, "START")
			w.refusedFor(policy.CodeNumberPaused)
			w.settles(w.onlyDoubt(consent.WhyRefused), decision)
			if then != "" {
				w.standsFor(then)
				w.state(waits, archive.Withdrawn)
				return
			}
			w.clock.Advance(25 * time.Hour)
			w.ok(w.x.Listen(w.ctx))
			id := w.written(visit)
			w.ok(w.x.SendDue(w.ctx))
			w.state(id, archive.Sent)
		})
	}
}

// TestYesAfterStopIsListed: the provider would deliver again; here she stays opted out,
// because YES answers anything.
func TestYesAfterStopIsListed(t *testing.T) {
	w := newWorld(t)
	w.consent(policy.Scheduling)
	w.hears(hers, "STOP")
	w.hears(hers, "Yes")
	d := w.onlyDoubt(consent.WhyReopened)
	w.refusedFor(policy.CodeOptedOut)
	if err := exchange.SettleDoubt(w.ctx, w.clinic.Journal, w.member, archive.SeeAll(), d.Message, consent.DecidedReminders); clinic.CodeOf(err) != clinic.CodeBadInput {
		t.Errorf("a YES after STOP brings something back: %v", err)
	}
	w.hears(hers, "START")
	if all := w.doubts(); len(all) != 0 {
		t.Errorf("after START: %+v", all)
	}
	// Her number is open again, and what she had signed is not.
	w.refusedFor(policy.CodeConsentRevoked)
}

// TestAFailedTextIsSentOnceMoreByAPerson, as a text of its own that names the one that
// failed; nothing else can be sent once more.
func TestAFailedTextIsSentOnceMoreByAPerson(t *testing.T) {
	w := newWorld(t)
	w.consent(policy.Scheduling)
	w.hears(hers, "When is it?")
	w.ok(w.sim.AddPersonas(simulator.Persona{Phone: hers, Temperament: simulator.SwitchedOff}))
	first := w.written(visit)
	again := func() (clinic.MessageID, error) {
		id := clinic.NewID[clinic.MessageID]()
		return id, exchange.Write(w.ctx, w.clinic.Journal, w.member, id, exchange.Draft{
			Sight: archive.SeeAll(), Thread: w.thread, Body: visit, Category: policy.Scheduling, Again: first,
		}, policy.LineSimulator, false)
	}
	if _, err := again(); clinic.CodeOf(err) != exchange.CodeNotFailed {
		t.Fatalf("a text that waits was sent once more: %v", err)
	}
	w.ok(w.x.SendDue(w.ctx))
	w.clock.Advance(time.Minute)
	w.ok(w.x.Listen(w.ctx))
	w.state(first, archive.Failed)
	w.ok(w.sim.AddPersonas(simulator.Persona{Phone: hers, Temperament: simulator.Silent}))
	second, err := again()
	w.ok(err)
	w.ok(w.x.SendDue(w.ctx))
	if was, is := w.message(first), w.message(second); was.AgainBy != second || is.AgainOf != first || was.State != archive.Failed || is.State != archive.Sent {
		t.Errorf("the texts are %+v and %+v", was, is)
	}
	if n := w.sent(visit); n != 2 {
		t.Errorf("%d texts went out", n)
	}
}

// TestRemindersOnlyLeavesNothingElse: a mother's phone, and what four patients on it have
// agreed to. "Please only the reminders" narrows what allows them, and ends all else.
func TestRemindersOnlyLeavesNothingElse(t *testing.T) {
	w := newWorld(t)
	w.consent(policy.Scheduling, policy.Reminders, policy.Billing)
	number := w.contact().Numbers[0].ID
	first := w.patient
	var asked clinic.ConsentID
	others := map[string]clinic.PatientID{}
	for name, agrees := range map[string]func(*journal.Decision) error{
		"billing alone": func(d *journal.Decision) error {
			_, err := consent.Sign(d, consent.Paper{
				Patient: w.patient, Form: "2026-2-en", Signer: consent.SignedByPatient, Scope: consent.Scope{Categories: []policy.Category{policy.Billing}, ToHour: 24},
			}, consent.Signature{Typed: "Marisol Vega"})
			return err
		},
		"spoken words": func(d *journal.Decision) error {
			_, err := consent.Note(d, w.patient)
			return err
		},
		"a question by text": func(d *journal.Decision) error {
			form, _, err := consent.QuestionFor(d.Tx, clinic.English, consent.Asker{Practice: "Juniper", Phone: ours, Week: 3})
			if err != nil {
				return err
			}
			asked = consent.NewQuestionID()
			return consent.AskByText(d, asked, consent.Question{
				Patient: w.patient, Number: number, Message: clinic.NewID[clinic.MessageID](), Words: "May we?", Form: form, PerWeek: 3,
			})
		},
	} {
		w.patient, _ = w.addPatient(name, hers)
		others[name] = w.patient
		w.submit(agrees)
	}
	w.clock.Advance(time.Minute)
	w.hears(hers, "no more of these texts, just the reminders ok")
	w.settles(w.onlyDoubt(consent.WhyWords), consent.DecidedReminders)

	w.patient = first
	if c := w.contact().Consent; c.Moved != policy.ConsentNarrowed || len(c.Scope.Categories) != 1 || c.Scope.Categories[0] != policy.Reminders {
		t.Errorf("what allows reminders is %s for %v", c.Moved, c.Scope.Categories)
	}
	for name, want := range map[string]policy.ConsentState{
		"billing alone": policy.ConsentRevoked, "spoken words": policy.ConsentRevoked, "a question by text": policy.ConsentDeclined,
	} {
		w.patient = others[name]
		if c := w.contact().Consent; c.Moved != want {
			t.Errorf("%s: %s, want %s", name, c.Moved, want)
		}
	}
}

// TestAStrangersWordsEndNobodysConsent: "wrong number, please don't text me again" pauses
// all numbers of the patient who has the number on file. Once that is held, it is the
// stranger's, and the patient's own numbers are free; where it was she after all, a person
// has to decide again.
func TestAStrangersWordsEndNobodysConsent(t *testing.T) {
	const old = clinic.Phone("+13035550188")
	for what, c := range map[string]struct {
		hold  func(w *world, d *journal.Decision, number clinic.NumberID, doubt exchange.Doubt) error
		after func(w *world, d *journal.Decision, number clinic.NumberID) error
	}{
		"with the texts from there": {
			func(w *world, d *journal.Decision, number clinic.NumberID, doubt exchange.Doubt) error {
				return exchange.HoldNumber(d, archive.SeeAll(), w.patient, number, doubt.Message)
			},
			func(w *world, d *journal.Decision, _ clinic.NumberID) error {
				moves, err := archive.Moves(d.Tx, archive.SeeAll(), w.thread)
				if err != nil {
					return err
				}
				return exchange.PutTextsBack(d, archive.SeeAll(), moves[0].ID)
			},
		},
		"and nothing else": {
			func(w *world, d *journal.Decision, number clinic.NumberID, _ exchange.Doubt) error {
				return exchange.HoldNumber(d, archive.SeeAll(), w.patient, number, clinic.MessageID{})
			},
			func(_ *world, d *journal.Decision, number clinic.NumberID) error {
				return consent.ReleaseNumber(d, number)
			},
		},
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			right := w.thread
			w.addsNumber(old)
			w.hears(hers, "See you then")
			number := w.contact().Numbers[1].ID
			w.hears(old, "Wrong number, please don't text me again")
			w.refusedFor(policy.CodeNumberPaused)
			doubt := w.onlyDoubt(consent.WhyWords)
			if err := exchange.SettleDoubt(w.ctx, w.clinic.Journal, w.member, archive.SeeAll(), doubt.Message, consent.DecidedStranger); clinic.CodeOf(err) != clinic.CodeBadInput || doubt.Held {
				t.Errorf("a stranger's on a number that is not held: %v", err)
			}
			w.clock.Advance(time.Minute)
			w.thread = doubt.Text.Thread
			w.submit(func(d *journal.Decision) error { return c.hold(w, d, number, doubt) })
			if open := w.doubts(); len(open) == 1 && open[0].Held {
				w.settles(doubt, consent.DecidedStranger)
			}
			w.settled(doubt, consent.DecidedStranger)
			if stands := w.contact(); stands.Consent.Moved != policy.ConsentGiven || stands.Standing().State != policy.CanText {
				t.Errorf("what she signed is %s, and she %s", stands.Consent.Moved, stands.Standing().State)
			}
			w.read(func(tx *sqlite.Tx) error {
				refusing, err := consent.Refusing(tx)
				if err == nil && (len(refusing) != 1 || refusing[0] != old) {
					t.Errorf("%d phones get no answer after hours", len(refusing))
				}
				return err
			})
			w.submit(func(d *journal.Decision) error { return c.after(w, d, number) })
			w.thread = right
			w.refusedFor(policy.CodeNumberPaused)
			w.onlyDoubt(consent.WhyWords)
		})
	}
}

// addsNumber gives the patient one more number of her own.
func (w *world) addsNumber(phone clinic.Phone) {
	w.t.Helper()
	w.submit(func(d *journal.Decision) error {
		number, err := patients.AddNumber(d, w.patient, phone, false, patients.PatientsOwn)
		if err != nil {
			return err
		}
		p, err := patients.Get(d.Tx, w.patient)
		if err != nil {
			return err
		}
		_, err = archive.Adopt(d, number, p)
		return err
	})
}
