package exchange_test

import (
	"errors"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/incidents"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// wrong says of a text that it went to the wrong person; it was about another patient.
func (w *world) wrong(id clinic.MessageID, about clinic.PatientID) exchange.WrongPerson {
	return exchange.WrongPerson{
		ID: clinic.NewID[incidents.ID](), Message: id, About: about, Recipient: incidents.AnotherPatient,
		Contents: []incidents.Content{incidents.Appointment}, Done: []incidents.Deed{incidents.Called},
	}
}

func (w *world) report(s archive.Sight, r exchange.WrongPerson) error {
	_, err := w.clinic.Journal.Submit(w.ctx, journal.Actor{Staff: w.member}, func(d *journal.Decision) error {
		return exchange.ReportWrongPerson(d, s, r)
	})
	return err
}

// TestNothingMoreGoesToTheWrongPerson tells the story of one text: what waits for the
// number is held, nothing new goes there, another number is not touched, and once a
// person has decided each held text is somebody's question.
func TestNothingMoreGoesToTheWrongPerson(t *testing.T) {
	w := newWorld(t)
	w.readAll()
	other, elsewhere := w.addPatient("Ann Osei", "+13035550177")
	id := w.written(visit)
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Sent)

	w.clock.Advance(12 * time.Hour) // night
	waiting := w.written("See you at ten.")
	w.state(waiting, archive.Later)
	report := w.wrong(id, other)
	w.ok(w.report(archive.SeeAll(), report))
	w.state(waiting, archive.Held)
	if m := w.message(waiting); m.Reason != policy.CodeNumberIncident {
		t.Errorf("it is held for %s", m.Reason)
	}
	may := clinic.E(exchange.CodeMayNotGo).With("reason", policy.CodeNumberIncident)
	if _, err := w.write("Sorry!"); !errors.Is(err, may) {
		t.Errorf("a new text: %v", err)
	}
	letGo := func() error {
		return exchange.Resolve(w.ctx, w.clinic.Journal, w.member, archive.SeeAll(), waiting, true, policy.LineSimulator)
	}
	if err := letGo(); !errors.Is(err, may) {
		t.Errorf("letting the held one go: %v", err)
	}
	w.read(func(tx *sqlite.Tx) error {
		thread, err := archive.GetThread(tx, archive.SeeAll(), elsewhere)
		if err != nil {
			return err
		}
		f, err := exchange.Facts(tx, thread, policy.LineSimulator, w.clock.Now())
		if err == nil && f.Numbers[0].Paused != policy.NotPaused {
			t.Errorf("another number is %q", f.Numbers[0].Paused)
		}
		return err
	})
	w.reopen() // what is decided outlives the program
	if _, err := w.write("Sorry!"); !errors.Is(err, may) {
		t.Errorf("after a restart: %v", err)
	}

	w.submit(func(d *journal.Decision) error { return incidents.DecideNumber(d, report.ID, true) })
	w.ok(w.x.SendDue(w.ctx))
	w.state(waiting, archive.Held)
	w.ok(w.report(archive.SeeAll(), report)) // the same press of the button again
	w.clock.Advance(12 * time.Hour)
	w.ok(letGo())
	w.ok(w.x.SendDue(w.ctx))
	w.state(waiting, archive.Sent)
}

// TestWhatTheProviderKeepsForTheWrongPersonIsAskedForAtOnce: in the report itself, and not
// when the outbox happens to decide about it anew.
func TestWhatTheProviderKeepsForTheWrongPersonIsAskedForAtOnce(t *testing.T) {
	w := newWorld(t)
	w.readAll()
	other, _ := w.addPatient("Ann Osei", "+13035550177")
	kept := w.leftThere()
	w.hears(hers, "When is it?")
	id := w.written(visit)
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Sent)
	w.ok(w.report(archive.SeeAll(), w.wrong(id, other)))
	w.state(kept, archive.Recalling)
	w.ok(w.x.SendDue(w.ctx))
	w.expectReminders(map[provider.Status]int{provider.Canceled: 1})
}

// TestOnlyWhatLeftCanBeReported: a text that reached nobody is no incident, and one
// out of sight is none of the caller's.
func TestOnlyWhatLeftCanBeReported(t *testing.T) {
	w := newWorld(t)
	w.readAll()
	other, _ := w.addPatient("Ann Osei", "+13035550177")
	w.clock.Advance(12 * time.Hour)
	id := w.written(visit)
	for _, c := range []struct {
		name  string
		sight archive.Sight
		about clinic.PatientID
		want  clinic.Code
	}{
		{"waiting", archive.SeeAll(), other, exchange.CodeNotLeft},
		{"out of sight", archive.SeePatients(other), other, clinic.CodeNotFound},
		{"about somebody out of sight", archive.SeePatients(w.patient), other, clinic.CodeNotFound},
		{"about nobody", archive.SeeAll(), clinic.PatientID{}, clinic.CodeNotFound},
	} {
		if err := w.report(c.sight, w.wrong(id, c.about)); clinic.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}
