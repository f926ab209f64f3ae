package exchange_test

import (
	"fmt"
	"slices"
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
	"quietline/backend/provider/simulator"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// asking is a clinic with a phone to name and patients who have agreed to nothing.
type asking struct {
	*world
	phone clinic.Phone
	next  int
}

func newAsking(t *testing.T) *asking {
	w := &asking{world: newWorld(t)}
	w.names("+13035550100")
	w.readAll()
	return w
}

// names gives the clinic a phone that texts can name, or takes it away.
func (w *asking) names(office clinic.Phone) {
	w.t.Helper()
	w.submit(func(d *journal.Decision) error {
		own, err := settings.Get(d.Tx)
		if err != nil {
			return err
		}
		own.OfficePhone = office
		return settings.Change(d, own)
	})
}

// newcomer lets the story go on, at ten on a workday, with a patient who was never asked.
func (w *asking) newcomer() {
	w.t.Helper()
	denver, err := time.LoadLocation("America/Denver")
	w.ok(err)
	for now := w.clock.Now().Time().In(denver); now.Hour() != 10 || now.Weekday() == time.Sunday; now = now.Add(time.Hour) {
		w.clock.Advance(time.Hour) // a text to her leaves at once
	}
	w.next++
	w.phone = clinic.Phone(fmt.Sprintf("+1720555%04d", 100+w.next))
	w.patient, w.thread = w.addPatient(fmt.Sprintf("Leo Brook %d", w.next), w.phone)
}

func (w *asking) ask() (id clinic.ConsentID) {
	w.t.Helper()
	w.submit(func(d *journal.Decision) (err error) {
		id, err = exchange.AskByText(d, w.patient, policy.LineSimulator)
		return err
	})
	w.ok(w.x.SendDue(w.ctx))
	return id
}

func (w *asking) refused(why clinic.Code) {
	w.t.Helper()
	_, err := w.clinic.Journal.Submit(w.ctx, journal.Actor{Staff: w.member}, func(d *journal.Decision) error {
		_, err := exchange.AskByText(d, w.patient, policy.LineSimulator)
		return err
	})
	if clinic.CodeOf(err) != exchange.CodeMayNotGo {
		w.t.Fatalf("asking gives %v, want %s", err, why)
	}
	w.read(func(tx *sqlite.Tx) error {
		a, err := exchange.CanAsk(tx, w.patient, policy.LineSimulator, w.clock.Now())
		if err == nil && (a.May() || a.Reasons[0].Code != why) {
			w.t.Errorf("she is not asked because of %v, want %s", a.Reasons, why)
		}
		return err
	})
}

// says has the patient text, half a minute later.
func (w *asking) says(body string) {
	w.t.Helper()
	w.clock.Advance(30 * time.Second)
	_, err := w.sim.Receive(simulator.Inbound{From: w.phone, Body: body})
	w.ok(err)
	w.listen()
}

func (w *asking) listen() {
	w.t.Helper()
	w.clock.Advance(30 * time.Second)
	w.ok(w.x.Listen(w.ctx))
	w.ok(w.x.SendDue(w.ctx))
}

// later lets time pass with the work that goes on in it.
func (w *asking) later(d time.Duration) {
	w.t.Helper()
	for ; d > 0; d -= 12 * time.Hour {
		w.clock.Advance(min(d, 12*time.Hour))
		w.ok(w.x.Listen(w.ctx))
		w.ok(w.x.FollowQuestions(w.ctx))
		w.ok(w.x.SendDue(w.ctx))
	}
}

// came asserts what came of a question, also once the views are made anew.
func (w *asking) came(id clinic.ConsentID, to policy.ConsentState, steps ...consent.What) {
	w.t.Helper()
	w.read(func(tx *sqlite.Tx) error {
		c, err := consent.Get(tx, id)
		if err != nil {
			return err
		}
		history, err := consent.HistoryOf(tx, id)
		var got []consent.What
		for _, h := range history {
			got = append(got, h.What)
		}
		if state := c.State(w.clock.Now()); state != to || !slices.Equal(got, steps) {
			w.t.Errorf("the question came to %s with %v, want %s with %v", state, got, to, steps)
		}
		return err
	})
}

// got returns what the provider carried to the patient.
func (w *asking) got() (bodies []string) {
	for _, m := range w.sim.Messages() {
		if to, ok := m.To.Phone(); ok && to == w.phone {
			bodies = append(bodies, m.Body)
		}
	}
	return bodies
}

const (
	requested = consent.WhatRequested
	answered  = consent.WhatAnswered
	reminded  = consent.WhatReminded
	given     = consent.WhatGiven
	declined  = consent.WhatDeclined
)

// TestYesByText asks patients for a consent by text and has them answer in every way.
func TestYesByText(t *testing.T) {
	w := newAsking(t)

	t.Run("YES, and texts about visits go", func(t *testing.T) {
		w.newcomer()
		id := w.ask()
		question := w.got()
		if len(question) != 1 || !strings.HasPrefix(question[0], "Juniper: ") || !strings.Contains(question[0], "not encrypted") ||
			!strings.Contains(question[0], "555-0100") {
			t.Fatalf("she is asked %q", question)
		}
		w.refused(policy.CodeAskWaits)
		w.says("  Yes! ")
		w.came(id, policy.ConsentGiven, requested, given)
		w.read(func(tx *sqlite.Tx) error {
			r, err := consent.RecordOf(tx, id)
			if err == nil && (r.Words != question[0] || r.Template.Version != "ask-1-en" || r.Consent.Way != consent.OnText ||
				r.Consent.Signer != consent.SignedByPatient || r.Consent.Scope.PerWeek != 3 || len(r.Consent.Scope.Numbers) != 1) {
				t.Errorf("the record says %+v", r)
			}
			return err
		})
		if got := w.got(); len(got) != 2 || !strings.Contains(got[1], "STOP") || !strings.Contains(got[1], "Msg & data rates") {
			t.Errorf("yes is confirmed by %q", got)
		}
		basis, _, err := w.history()[0].Basis()
		w.ok(err)
		if basis.Kind != policy.ByRequest || basis.ConsentID != id || basis.Source != policy.SourceTextLimits {
			t.Errorf("the question left because of %+v", basis)
		}
		w.refused(policy.CodeAskNotNeeded)
		w.written(visit)
		w.ok(w.x.SendDue(w.ctx))
		w.clock.Advance(24 * time.Hour)
		if got := w.got(); got[len(got)-1] != visit {
			t.Errorf("a text about a visit does not go: %q", got)
		}
		if err := exchange.Write(w.ctx, w.clinic.Journal, w.member, clinic.NewID[clinic.MessageID](),
			exchange.Draft{Sight: archive.SeeAll(), Thread: w.thread, Body: "Your bill is here.", Category: policy.Billing}, policy.LineSimulator, true); clinic.CodeOf(err) != exchange.CodeMayNotGo {
			t.Errorf("a text about anything else: %v", err)
		}
	})

	t.Run("what is not the bare word is read by a person", func(t *testing.T) {
		for _, body := range []string{"yes please", "who is this?", "Y", "yess", "sure", "no problem", "sí, pero no de noche"} {
			w.newcomer()
			id := w.ask()
			w.says(body)
			w.came(id, policy.ConsentPending, requested, answered)
			w.says("SÍ")
			w.came(id, policy.ConsentGiven, requested, answered, given)
		}
	})

	t.Run("YES to a clinic without a phone to name, open and locked", func(t *testing.T) {
		for _, locked := range []bool{false, true} {
			w.newcomer()
			id := w.ask()
			w.names("")
			w.clock.Advance(time.Minute)
			for _, from := range []clinic.Phone{w.phone, hers} {
				_, err := w.sim.Receive(simulator.Inbound{From: from, Body: map[clinic.Phone]string{w.phone: "YES", hers: "And I?"}[from]})
				w.ok(err)
			}
			if locked {
				w.locked()
				if done := w.takeIn(); done.Left != 0 || done.Entries != 2 {
					t.Errorf("taken in: %+v", done)
				}
			}
			w.listen()
			w.came(id, policy.ConsentGiven, requested, given)
			if got := w.got(); len(got) != 1 { // the question
				t.Errorf("she gets %q", got)
			}
			w.names("+13035550100")
		}
	})

	t.Run("NO ends it, and what was said on the phone", func(t *testing.T) {
		w.newcomer()
		var noted clinic.ConsentID
		w.submit(func(d *journal.Decision) (err error) {
			noted, err = consent.Note(d, w.patient)
			return err
		})
		id := w.ask()
		w.says("no.")
		w.came(id, policy.ConsentDeclined, requested, declined)
		w.came(noted, policy.ConsentRevoked, consent.WhatSpoken, consent.WhatRevoked)
		w.says("yes")
		w.came(id, policy.ConsentDeclined, requested, declined)
		w.refused(policy.CodeConsentDeclined)
		w.submit(func(d *journal.Decision) error {
			_, err := consent.Note(d, w.patient) // she changed her mind, and called
			return err
		})
		w.clock.Advance(24 * time.Hour)
		w.says("hello") // answers no question that is over
		id = w.ask()
		w.says("si")
		w.came(id, policy.ConsentGiven, requested, given)
	})

	t.Run("STOP ends it and every other", func(t *testing.T) {
		w.newcomer()
		id := w.ask()
		w.says("Stop texting me")
		w.came(id, policy.ConsentDeclined, requested, declined)
		w.says("YES") // lifts the provider's block, and nothing here
		w.came(id, policy.ConsentDeclined, requested, declined)
		w.refused(policy.CodeOptedOut)
		w.later(4 * 24 * time.Hour)
		if got := w.got(); len(got) > 2 { // the question, and what the provider says to STOP
			t.Errorf("after STOP she gets %q", got)
		}
	})

	t.Run("a STOP and a YES that are read together", func(t *testing.T) {
		w.newcomer()
		id := w.ask()
		for _, body := range []string{"STOP", "YES"} {
			w.clock.Advance(time.Minute)
			_, err := w.sim.Receive(simulator.Inbound{From: w.phone, Body: body})
			w.ok(err)
		}
		w.listen()
		w.came(id, policy.ConsentDeclined, requested, declined)
	})

	t.Run("a YES from elsewhere, or before she was asked", func(t *testing.T) {
		w.newcomer()
		hers := w.phone
		w.ok(w.sim.SetFaults(simulator.Faults{Sends: []simulator.Mishap{simulator.Busy}}))
		id := w.ask() // does not leave yet
		w.says("yes")
		w.came(id, policy.ConsentPending, requested, answered)
		w.later(time.Hour)
		if got := w.got(); len(got) != 0 {
			t.Errorf("after an answer she is asked %q", got)
		}
		w.newcomer()
		id = w.ask()
		w.phone = hers
		w.says("yes")
		w.came(id, policy.ConsentRequested, requested)
	})

	t.Run("a YES on a phone that others got meanwhile", func(t *testing.T) {
		w.newcomer()
		id := w.ask()
		w.submit(func(d *journal.Decision) error {
			_, err := patients.Add(d, patients.New{
				Name: "Ann Brook", BirthDate: clinic.Date{Year: 1960, Month: 1, Day: 2}, Language: clinic.English, Zone: "America/Denver",
				Phone: w.phone, Shared: true,
			})
			return err
		})
		w.says("yes")
		w.came(id, policy.ConsentPending, requested, answered)
	})

	t.Run("one reminder, and then nothing", func(t *testing.T) {
		w.newcomer()
		id := w.ask()
		w.later(36 * time.Hour)
		if got := w.got(); len(got) != 1 {
			t.Fatalf("within two days she gets %q", got)
		}
		w.later(4 * 24 * time.Hour)
		if got := w.got(); len(got) != 2 || got[0] != got[1] {
			t.Fatalf("she is reminded with %q", got)
		}
		w.later(3 * 24 * time.Hour)
		w.came(id, policy.ConsentUnanswered, requested, reminded)
		w.says("yes")
		w.came(id, policy.ConsentUnanswered, requested, reminded)
		w.refused(policy.CodeAskLately)
		w.later(31 * 24 * time.Hour)
		if got := w.got(); len(got) != 2 {
			t.Errorf("in a month she gets %q", got)
		}
		w.ask()
	})

	t.Run("any answer takes a reminder back that waits for the morning", func(t *testing.T) {
		w.newcomer()
		id := w.ask()
		w.clock.Advance(58 * time.Hour) // 20:00 and later, in Denver
		w.ok(w.x.Listen(w.ctx))
		w.ok(w.x.FollowQuestions(w.ctx))
		w.ok(w.x.SendDue(w.ctx))
		w.came(id, policy.ConsentRequested, requested, reminded)
		if last := w.history()[len(w.history())-1]; last.State != archive.Later {
			t.Fatalf("the reminder is %s", last.State)
		}
		w.says("who is this?")
		w.later(24 * time.Hour)
		if got := w.got(); len(got) != 1 {
			t.Errorf("after her answer she gets %q", got)
		}
	})

	t.Run("a question that no phone took", func(t *testing.T) {
		w.newcomer()
		w.ok(w.sim.AddPersonas(simulator.Persona{Phone: w.phone, Temperament: simulator.Landline, Language: clinic.English}))
		id := w.ask()
		w.later(12 * time.Hour)
		w.came(id, policy.ConsentUnanswered, requested, consent.WhatUnreached)
		w.read(func(tx *sqlite.Tx) error {
			a, err := exchange.CanAsk(tx, w.patient, policy.LineSimulator, w.clock.Now())
			if err == nil && slices.ContainsFunc(a.Reasons, func(r policy.Reason) bool { return r.Code == policy.CodeAskLately }) {
				t.Error("nobody was asked, and nobody may be asked again")
			}
			return err
		})
	})

	var before, after [2]int
	count := func() (n [2]int) {
		w.read(func(tx *sqlite.Tx) error {
			return tx.QueryRow(`SELECT (SELECT count(*) FROM consents WHERE state = 'given'), (SELECT count(*) FROM consent_requests WHERE answer <> x'')`).Scan(&n[0], &n[1])
		})
		return n
	}
	before = count()
	w.ok(w.clinic.Journal.Rebuild(w.ctx, nil))
	if after = count(); before != after || before[0] < 5 {
		t.Errorf("made anew, the views hold %v, before %v", after, before)
	}
}
