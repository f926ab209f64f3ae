package consent_test

import (
	"context"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// What a paper says of when, how often and by whom is recorded as it stands, and holds.

func (w *world) fact() (f *policy.ConsentFact) {
	w.t.Helper()
	if err := w.Read(context.Background(), func(tx *sqlite.Tx) error {
		c, err := consent.Current(tx, w.patient)
		if err != nil {
			return err
		}
		f, err = c.Fact(w.Clock.Now(), w.patientOf(w.patient), 18)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return f
}

// TestAConsentBeginsOnItsFirstDay: until then texts wait, and a STOP before that day
// ends the consent like any other.
func TestAConsentBeginsOnItsFirstDay(t *testing.T) {
	from := func(w *world, first clinic.Date) func(*journal.Decision) error {
		return func(d *journal.Decision) error {
			s := scope(policy.Reminders)
			s.From = first
			_, err := consent.Sign(d, consent.Paper{
				Patient: w.patient, Form: form, Signer: consent.SignedByPatient, Scope: s,
			}, consent.Signature{Typed: "Ada Vega"})
			return err
		}
	}
	w := newWorld(t)
	w.Clock.Advance(day)
	first := w.today().AddDays(10)
	w.fails(consent.CodeBegins, from(w, w.today().AddDays(-1)))
	w.fails(consent.CodeBegins, from(w, w.today().AddDays(400)))
	w.decide(from(w, first))
	denver, err := clinic.Zone("America/Denver").Location()
	if err != nil {
		t.Fatal(err)
	}
	if got := w.fact().Starts; got != first.In(denver) {
		t.Errorf("it begins %v, want the first instant of %v", got, first)
	}
	id := w.fact().ID
	narrow := func(first clinic.Date) func(*journal.Decision) error {
		return func(d *journal.Decision) error {
			s := scope(policy.Reminders)
			s.From = first
			return consent.Narrow(d, id, s, consent.ByCall)
		}
	}
	w.fails(consent.CodeWider, narrow(clinic.Date{}))
	w.fails(consent.CodeWider, narrow(first.AddDays(-1)))
	w.fails(consent.CodeBegins, narrow(first.AddDays(500)))
	w.decide(narrow(first.AddDays(5)))
	if got := w.fact().Starts; got != first.AddDays(5).In(denver) {
		t.Errorf("narrowed, it begins %v", got)
	}
	w.Clock.Advance(time.Minute)
	w.stop()
	w.stands(policy.ConsentRevoked, "")
}

// TestWhatIsUnsettledHolds: a dispute and a court's limit are entered with the paper,
// and the next signature of somebody else does not lift them.
func TestWhatIsUnsettledHolds(t *testing.T) {
	sign := func(w *world, signer consent.Signer, hold policy.Hold) (id clinic.ConsentID) {
		w.Clock.Advance(time.Minute)
		w.decide(func(d *journal.Decision) (err error) {
			id, err = consent.Sign(d, consent.Paper{
				Patient: w.patient, Form: "2026-2-minor-es", Signer: signer, SignerName: "Lucía Vega", Scope: scope(policy.Reminders), Hold: hold,
				Details: consent.Details{Authority: "outpatient counseling", Beside: "Rosa Vega"},
			}, consent.Signature{Typed: "Lucía Vega"})
			return err
		})
		return id
	}
	for _, c := range []struct {
		name         string
		before, last policy.Hold
		signer       consent.Signer
	}{
		{"a dispute outlives a parent's signature", policy.HoldDispute, policy.HoldDispute, consent.SignedByParent},
		{"a dispute is over for a teen who decides alone", policy.HoldDispute, policy.HoldPlain, consent.SignedByMinor},
		{"a court's limit outlives everybody's", policy.HoldCourt, policy.HoldCourt, consent.SignedByMinor},
		{"who may decide alone has to", policy.HoldSelf, policy.HoldSelf, consent.SignedByGuardian},
		{"and has", policy.HoldSelf, policy.HoldPlain, consent.SignedByMinor},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.addTeen(clinic.Date{Year: 2010, Month: time.May, Day: 1})
			sign(w, consent.SignedByParent, c.before)
			w.stands(policy.ConsentPaused, c.before)
			next := sign(w, c.signer, policy.HoldPlain)
			if c.last == policy.HoldPlain {
				w.stands(policy.ConsentGiven, "")
				return
			}
			w.stands(policy.ConsentPaused, c.last)
			// Settled once, it is settled for the signatures after.
			w.resume(next)
			sign(w, c.signer, policy.HoldPlain)
			w.stands(policy.ConsentGiven, "")
		})
	}
}

// TestAParentsPaperDoesNotEndATeensConsent: as little as a parent's STOP does.
func TestAParentsPaperDoesNotEndATeensConsent(t *testing.T) {
	w := newWorld(t)
	w.addTeen(clinic.Date{Year: 2010, Month: time.May, Day: 1})
	own := w.signAs(consent.SignedByMinor, "outpatient counseling")
	parents := func(d *journal.Decision) error {
		_, err := consent.Sign(d, consent.Paper{
			Patient: w.patient, Form: "2026-2-minor-es", Signer: consent.SignedByParent, SignerName: "Lucía Vega", Scope: scope(policy.Billing),
		}, consent.Signature{Typed: "Lucía Vega"})
		return err
	}
	w.fails(consent.CodeSelfSigned, parents)
	w.decide(func(d *journal.Decision) error { return consent.Revoke(d, own, consent.InPerson) })
	w.decide(parents)
}

// TestWhoRepresentsAnAdultShowsAPaper: by what right, and which document says so.
func TestWhoRepresentsAnAdultShowsAPaper(t *testing.T) {
	w := newWorld(t)
	w.Clock.Advance(day)
	as := func(signer consent.Signer, details consent.Details) func(*journal.Decision) error {
		return func(d *journal.Decision) error {
			_, err := consent.Sign(d, consent.Paper{
				Patient: w.patient, Form: form, Signer: signer, SignerName: "Rosa Vega", Scope: scope(policy.Reminders), Details: details,
			}, consent.Signature{Typed: "Rosa Vega"})
			return err
		}
	}
	for _, signer := range []consent.Signer{consent.SignedByGuardian, consent.SignedByAgent} {
		w.fails(consent.CodeAuthority, as(signer, consent.Details{}))
		w.fails(consent.CodeAuthority, as(signer, consent.Details{Authority: "health care power of attorney"}))
		w.fails(consent.CodeAuthority, as(signer, consent.Details{Document: "order of May 4"}))
		w.decide(as(signer, consent.Details{Authority: "guardian of the person", Document: "order of May 4"}))
	}
}

// TestHowAPatientWouldRatherBeReached: the wish is recorded with the consent, and a call
// may add one; that texts are as good as anything again needs another signature.
func TestHowAPatientWouldRatherBeReached(t *testing.T) {
	w := newWorld(t)
	w.Clock.Advance(day)
	var id clinic.ConsentID
	sign := func(channel policy.Channel) func(*journal.Decision) error {
		return func(d *journal.Decision) (err error) {
			s := scope(policy.Reminders)
			s.Channel = channel
			id, err = consent.Sign(d, consent.Paper{
				Patient: w.patient, Form: form, Signer: consent.SignedByPatient, Scope: s,
			}, consent.Signature{Typed: "Ada Vega"})
			return err
		}
	}
	narrow := func(channel policy.Channel) func(*journal.Decision) error {
		return func(d *journal.Decision) error {
			s := scope(policy.Reminders)
			s.Channel = channel
			return consent.Narrow(d, id, s, consent.ByCall)
		}
	}
	w.fails(clinic.CodeBadInput, sign("pigeon"))
	w.decide(sign(policy.ChannelText))
	w.decide(narrow(policy.ChannelCall))
	if got := w.fact().Channel; got != policy.ChannelCall {
		t.Errorf("the rules are told %q", got)
	}
	w.decide(narrow(policy.ChannelLetter))
	w.fails(consent.CodeWider, narrow(policy.ChannelText))
}
