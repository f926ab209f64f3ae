package exchange_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// many is a clinic that asks many patients by text.
type many struct {
	*asking
	id consent.RoundID
}

func newMany(t *testing.T) *many {
	w := &many{asking: newAsking(t)}
	w.allow(true)
	return w
}

func (w *many) allow(on bool) {
	w.t.Helper()
	w.submit(func(d *journal.Decision) error {
		return settings.ChangeTexting(d, settings.Texting{Majority: 18, AskMany: on})
	})
}

// joins adds a patient of the clinic without a consent; shared says that others have her
// phone.
func (w *many) joins(n int, zone clinic.Zone, born int, shared bool) clinic.PatientID {
	w.t.Helper()
	p := patients.New{
		Name: fmt.Sprintf("Ann Osei %d", n), BirthDate: clinic.Date{Year: born, Month: 5, Day: 4}, Language: clinic.English, Zone: zone,
		Phone: phoneOf(n), Shared: shared,
	}
	if born > 2010 {
		p.Guardian = "Somebody Older"
	}
	var added patients.Added
	w.submit(func(d *journal.Decision) (err error) {
		added, err = patients.Add(d, p)
		return err
	})
	return added.Patient
}

func phoneOf(n int) clinic.Phone { return clinic.Phone(fmt.Sprintf("+1303555%04d", 170+n)) }

// adults adds patients who may be asked at once.
func (w *many) adults(n int) (all []clinic.PatientID) {
	w.t.Helper()
	for i := range n {
		all = append(all, w.joins(i, "America/Denver", 1990, false))
	}
	return all
}

func (w *many) try(who ...clinic.PatientID) error {
	w.id = clinic.NewID[consent.RoundID]()
	_, err := w.clinic.Journal.Submit(w.ctx, journal.Actor{Staff: w.member}, func(d *journal.Decision) error {
		return exchange.BeginRound(d, w.id, who, policy.LineSimulator)
	})
	return err
}

func (w *many) starts(who ...clinic.PatientID) {
	w.t.Helper()
	w.ok(w.try(who...))
}

// goes lets the round go on for a while, and what it wrote leave.
func (w *many) goes(times int) {
	w.t.Helper()
	for range times {
		w.clock.Advance(exchange.AskEvery)
		w.ok(w.x.AskNext(w.ctx))
		w.ok(w.x.SendDue(w.ctx))
	}
}

func (w *many) calledOff(end consent.RoundEnd) {
	w.t.Helper()
	w.submit(func(d *journal.Decision) error { return exchange.CallOff(d, end) })
}

func (w *many) stands(end consent.RoundEnd, waiting, asked, passed int) {
	w.t.Helper()
	w.read(func(tx *sqlite.Tx) error {
		r, _, err := consent.LastRound(tx)
		if r.End != end || r.Waiting != waiting || r.Asked != asked || r.Passed != passed {
			w.t.Fatalf("the round: %q with %d waiting, %d asked, %d passed, want %q with %d, %d, %d",
				r.End, r.Waiting, r.Asked, r.Passed, end, waiting, asked, passed)
		}
		return err
	})
}

// of returns what has come of a patient of the round.
func (w *many) of(who clinic.PatientID) (found consent.InRound) {
	w.t.Helper()
	w.read(func(tx *sqlite.Tx) error {
		all, err := consent.PatientsIn(tx, w.id, w.clock.Now())
		for _, p := range all {
			if p.Patient == who {
				found = p
			}
		}
		return err
	})
	return found
}

func (w *many) passed(who clinic.PatientID, why clinic.Code) {
	w.t.Helper()
	if p := w.of(who); p.Reason == nil || p.Reason.Code != why || p.Reason.NextStep == "" || p.Turn.IsZero() {
		w.t.Errorf("she was passed over because of %+v, want %s", p.Reason, why)
	}
}

// onPhones counts the texts that the provider carried to each of some phones.
func (w *many) onPhones(n int) (counts []int) {
	counts = make([]int, n)
	for _, m := range w.sim.Messages() {
		to, _ := m.To.Phone()
		for i := range n {
			if m.Direction == provider.Outbound && to == phoneOf(i) {
				counts[i]++
			}
		}
	}
	return counts
}

// TestARoundAsksEachOnce tells of a round that is paced, passes over who may not be
// asked, lets who sleeps sleep, outlives the program, and comes to its end.
func TestARoundAsksEachOnce(t *testing.T) {
	w := newMany(t)
	adults := w.adults(3)
	child := w.joins(3, "America/Denver", 2020, false)
	far := w.joins(4, "Pacific/Honolulu", 1990, false) // 7:00 there
	twin, other := w.joins(5, "America/Denver", 1990, true), w.joins(5, "America/Denver", 1991, true)
	w.patient = adults[2]
	w.ask() // by somebody at the desk, before
	w.starts(far, adults[0], child, adults[1], twin, other, adults[2])

	w.goes(1)
	w.stands(consent.RoundRuns, 6, 1, 0)
	w.ok(w.x.AskNext(w.ctx)) // too soon
	w.stands(consent.RoundRuns, 6, 1, 0)
	if rest := w.x.AskRest(nil); rest != exchange.AskEvery {
		t.Errorf("the next turn comes in %v", rest)
	}

	w.reopen() // nothing of it was in memory alone
	w.goes(1)
	w.stands(consent.RoundRuns, 6, 1, 0) // before the provider was heard
	w.ok(w.x.Listen(w.ctx))
	w.goes(1)
	w.stands(consent.RoundRuns, 4, 2, 1)
	w.goes(1)
	w.stands(consent.RoundRuns, 1, 2, 4)
	w.passed(child, policy.CodeAskMinor)
	w.passed(twin, policy.CodeAskShared)
	w.passed(other, policy.CodeAskShared)
	w.passed(adults[2], policy.CodeAskWaits)
	if rest := w.x.AskRest(nil); rest < time.Minute {
		t.Errorf("with nobody awake it looks again in %v", rest)
	}

	w.phone = phoneOf(0)
	w.says("YES")
	w.phone = phoneOf(1)
	w.says("no")
	w.clock.Advance(2 * time.Hour) // 9:00 in Honolulu
	w.goes(1)
	w.stands(consent.RoundRuns, 0, 3, 4)
	w.goes(1)
	w.stands(consent.RoundDone, 0, 3, 4)
	for who, want := range map[clinic.PatientID]policy.ConsentState{
		adults[0]: policy.ConsentGiven, adults[1]: policy.ConsentDeclined, far: policy.ConsentRequested, child: "",
	} {
		if p := w.of(who); p.State != want {
			t.Errorf("a question came to %q, want %q", p.State, want)
		}
	}
	w.clock.Advance(8 * 24 * time.Hour)
	if p := w.of(far); p.State != policy.ConsentUnanswered {
		t.Errorf("after a week the question stands %q", p.State)
	}
	w.goes(3)
	if got := fmt.Sprint(w.onPhones(6)); got != "[2 1 1 0 1 0]" { // a question each, and thanks for a yes
		t.Errorf("texts on each phone: %s", got)
	}
	if rest := w.x.AskRest(nil); rest < time.Minute {
		t.Errorf("without a round it looks again in %v", rest)
	}

	w.ok(w.clinic.Journal.Rebuild(w.ctx, nil))
	w.stands(consent.RoundDone, 0, 3, 4)
	w.passed(child, policy.CodeAskMinor)
}

// TestWhoBeginsARound: where the clinic allows it and is able to, and one at a time.
func TestWhoBeginsARound(t *testing.T) {
	w := newMany(t)
	all := w.adults(2)
	refused := func(want clinic.Code, who ...clinic.PatientID) {
		t.Helper()
		if err := w.try(who...); clinic.CodeOf(err) != want {
			t.Errorf("a round of %d: %v, want %s", len(who), err, want)
		}
	}
	refused(consent.CodeRoundSize)
	refused(consent.CodeRoundSize, make([]clinic.PatientID, consent.MostInRound+1)...)
	refused(clinic.CodeBadInput, all[0], all[0])
	w.allow(false)
	refused(consent.CodeRoundOff, all...)
	w.allow(true)
	w.starts(all...)
	first := w.id
	refused(consent.CodeRoundOpen, all...)
	w.submit(func(d *journal.Decision) error { // the same press of the button
		return exchange.BeginRound(d, first, all, policy.LineSimulator)
	})
	w.stands(consent.RoundRuns, 2, 0, 0)
	w.allow(false)
	w.goes(1)
	w.stands(consent.RoundOff, 2, 0, 0)
	w.allow(true)
	_, err := w.clinic.Journal.Submit(w.ctx, journal.Actor{Staff: w.member}, func(d *journal.Decision) error {
		return exchange.BeginRound(d, clinic.NewID[consent.RoundID](), all, policy.LineUnreviewed)
	})
	if clinic.CodeOf(err) != exchange.CodeMayNotGo {
		t.Errorf("while nothing may leave: %v", err)
	}
}

// TestARoundIsCalledOff: who was not asked yet is not, and what has not left is taken
// back. A STOP that comes meanwhile counts, and so does a line that is gone.
func TestARoundIsCalledOff(t *testing.T) {
	w := newMany(t)
	all := w.adults(4)
	w.starts(all...)
	w.goes(1)
	w.stands(consent.RoundRuns, 3, 1, 0)

	_, err := w.sim.Receive(simulator.Inbound{From: phoneOf(1), Body: "STOP"})
	w.ok(err)
	w.clock.Advance(time.Minute)
	w.ok(w.x.Listen(w.ctx))

	w.clock.Advance(exchange.AskEvery)
	w.ok(w.x.AskNext(w.ctx))
	w.stands(consent.RoundRuns, 1, 2, 1)
	w.passed(all[1], policy.CodeOptedOut)
	w.clock.Advance(time.Minute)
	w.ok(w.x.AskNext(w.ctx)) // the one before has not left
	w.stands(consent.RoundRuns, 1, 2, 1)

	reachable := w.sms
	w.sms = offline{w.sms}
	w.begin()
	if err := w.x.Listen(w.ctx); err == nil {
		t.Fatal("the line was to be gone")
	}
	w.clock.Advance(time.Minute)
	w.ok(w.x.AskNext(w.ctx))
	w.stands(consent.RoundRuns, 1, 2, 1)
	w.sms = reachable
	w.begin()
	w.ok(w.x.Listen(w.ctx))

	w.calledOff(consent.RoundStopped)
	w.calledOff(consent.RoundLeft) // over is over
	w.goes(5)
	w.stands(consent.RoundStopped, 1, 2, 1)
	if got := fmt.Sprint(w.onPhones(4)); got != "[1 1 0 0]" { // the second is the provider's answer to STOP
		t.Errorf("texts on each phone: %s", got)
	}
	w.ok(w.x.FollowQuestions(w.ctx))
	w.starts(all[2], all[3])
	w.goes(1)
	w.submit(func(d *journal.Decision) error { return exchange.HoldOf(d, clinic.NewID[clinic.StaffID]()) })
	w.stands(consent.RoundRuns, 1, 1, 0)
	w.submit(func(d *journal.Decision) error { return exchange.HoldOf(d, w.member) }) // she leaves
	w.goes(2)
	w.stands(consent.RoundLeft, 1, 1, 0)
}

// offline is a provider that cannot be reached.
type offline struct{ provider.SMS }

func (offline) List(context.Context, provider.Query, provider.Cursor) (provider.Page, error) {
	return provider.Page{}, clinic.E(provider.CodeOffline)
}

// TestARoundEndsWhereNothingArrives: the number may be at fault, not the patients.
func TestARoundEndsWhereNothingArrives(t *testing.T) {
	w := newMany(t)
	all := w.adults(7)
	for n := range all {
		w.ok(w.sim.AddPersonas(simulator.Persona{Phone: phoneOf(n), Temperament: simulator.Landline, Language: clinic.English}))
	}
	w.starts(all...)
	for range len(all) {
		w.goes(1)
		w.clock.Advance(time.Minute)
		w.ok(w.x.Listen(w.ctx))
	}
	w.stands(consent.RoundFails, 2, 5, 0)
}

// TestARestoredRoundAsksNobodyTwice: an older copy that knows the round, and one that does
// not, and the provider that knows who was asked.
func TestARestoredRoundAsksNobodyTwice(t *testing.T) {
	for name, before := range map[string]int{"from before it": 0, "from the midst of it": 1} {
		t.Run(name, func(t *testing.T) {
			w := newMany(t)
			all := w.adults(3)
			if before > 0 {
				w.starts(all...)
				w.goes(before)
			}
			putBack := w.older()
			w.ok(w.x.Listen(w.ctx))
			if before == 0 {
				w.starts(all...)
			}
			w.goes(2 - before)
			w.clock.Advance(time.Minute)
			putBack()
			w.goOn()
			w.goes(1)
			w.ok(w.x.Listen(w.ctx))
			w.signs()
			w.ok(w.x.Listen(w.ctx))
			w.goes(2)
			if before > 0 {
				w.stands(consent.RoundRestored, 2, 1, 0)
			}
			w.starts(all...)
			w.goes(4)
			w.stands(consent.RoundDone, 0, 1, 2)
			w.passed(all[0], policy.CodeAskWaits)
			w.passed(all[1], policy.CodeAskWaits)
			w.clock.Advance(8 * 24 * time.Hour)
			w.patient = all[1]
			w.refused(policy.CodeAskLately)
			if got := fmt.Sprint(w.onPhones(3)); got != "[1 1 1]" {
				t.Errorf("texts on each phone: %s", got)
			}
		})
	}
}

// TestWhatARoundWroteIsNobodys: two copies that both go on with it ask each once.
func TestWhatARoundWroteIsNobodys(t *testing.T) {
	w := newMany(t)
	all := w.adults(2)
	w.starts(all...)
	w.goes(1)
	clone := &many{asking: &asking{world: w.copied()}, id: w.id}
	for _, one := range []*many{w, clone} {
		one.ok(one.x.Listen(one.ctx))
	}
	w.clock.Advance(time.Minute)
	w.ok(w.x.AskNext(w.ctx))
	clone.ok(clone.x.AskNext(clone.ctx))
	w.ok(w.x.SendDue(w.ctx))
	w.clock.Advance(time.Second)
	clone.ok(clone.x.SendDue(clone.ctx))
	if got := fmt.Sprint(w.onPhones(2)); got != "[1 1]" {
		t.Errorf("texts on each phone: %s", got)
	}
	clone.read(func(tx *sqlite.Tx) error {
		asked, err := consent.NewestInRound(tx, w.id, 1)
		if err != nil || len(asked) != 1 {
			t.Fatalf("%d questions (%v)", len(asked), err)
		}
		m, err := archive.GetMessage(tx, archive.SeeAll(), asked[0].Message)
		if m.State != archive.Withdrawn {
			t.Errorf("the second copy's question is %s", m.State)
		}
		return err
	})
}
