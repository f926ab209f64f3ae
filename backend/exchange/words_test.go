package exchange_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/phi"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

func (w *world) asks(s archive.Sight, body string) exchange.Asked {
	w.t.Helper()
	var asked exchange.Asked
	w.read(func(tx *sqlite.Tx) (err error) {
		asked, err = exchange.Ask(tx, exchange.Draft{Sight: s, Thread: w.thread, Body: body, Category: policy.Scheduling},
			policy.LineSimulator, w.clock.Now(), nil)
		return err
	})
	return asked
}

// TestAnotherPatientsNameIsReadAgain: the name asks once, and not again when the
// text has waited through the night; a number that identifies a person never goes.
func TestAnotherPatientsNameIsReadAgain(t *testing.T) {
	w := newWorld(t)
	w.addPatient("Everett Quintanilla", "+13035550177")
	body := "Everett Quintanilla has your Zoloft."
	if _, err := w.write(body); !errors.Is(err, clinic.E(exchange.CodeNeedsConfirming)) {
		t.Fatalf("without a second look: %v", err)
	}
	// Two hours before midnight the clinic starts no text: it waits for the morning.
	w.clock.Advance(12 * time.Hour)
	id := clinic.NewID[clinic.MessageID]()
	draft := exchange.Draft{Sight: archive.SeeAll(), Thread: w.thread, Body: body, Category: policy.Scheduling}
	w.ok(exchange.Write(w.ctx, w.clinic.Journal, w.member, id, draft, policy.LineSimulator, true))
	w.state(id, archive.Later)
	w.clock.Advance(11*time.Hour + time.Minute)
	w.ok(w.x.SendDue(w.ctx))
	if n := w.sent(body); n != 1 {
		t.Errorf("it went %d times in the morning", n)
	}

	draft.Body = "Your SSN is 219-09-9999."
	err := exchange.Write(w.ctx, w.clinic.Journal, w.member, clinic.NewID[clinic.MessageID](), draft, policy.LineSimulator, true)
	if !errors.Is(err, clinic.E(exchange.CodeMayNotGo).With("reason", phi.Identifier.Code())) {
		t.Errorf("a number that identifies a person: %v", err)
	}
	if err == nil || strings.Contains(err.Error(), "219") {
		t.Errorf("the error repeats it: %v", err)
	}
}

// TestWhoIsOutOfSightIsNotRecognised: the answer to a draft must not tell a
// clinician who else is a patient.
func TestWhoIsOutOfSightIsNotRecognised(t *testing.T) {
	w := newWorld(t)
	w.addPatient("Everett Quintanilla", "+13035550177")
	body := "Everett Quintanilla called from 303-555-0177."
	if all := w.asks(archive.SeeAll(), body); len(all.Found) != 2 || all.Outcome != policy.NeedsOverride {
		t.Errorf("in sight: %+v", all.Found)
	}
	if own := w.asks(archive.SeePatients(w.patient), body); len(own.Found) != 0 || own.Outcome != policy.Go {
		t.Errorf("out of sight: %+v", own.Found)
	}
	if self := w.asks(archive.SeeAll(), "Marisol Vega, please call 303-555-0142 to confirm."); len(self.Found) != 0 {
		t.Errorf("her own name and number: %+v", self.Found)
	}
}
