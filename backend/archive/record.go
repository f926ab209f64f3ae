package archive

import (
	"strconv"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
)

// ThreadFor returns the thread of a patient on a number, recording its beginning
// where there is none. Without a patient it is the thread of an unknown sender.
// Its id derives from both, so that two workstations begin the same one.
func ThreadFor(d *journal.Decision, number patients.Number, patient *patients.Patient) (clinic.ThreadID, error) {
	var who clinic.PatientID
	dossier := number.Dossier
	if patient != nil {
		who, dossier = patient.ID, patient.Dossier
	}
	known, found, err := threadOf(d.Tx, number.ID, who)
	if err != nil || found {
		return known, err
	}
	// One that was a stranger's and is a patient's now has kept its name.
	for n := 0; ; n++ {
		of := [][]byte{number.ID[:], who[:]}
		if n > 0 {
			of = append(of, []byte(strconv.Itoa(n)))
		}
		id := clinic.ThreadID(d.Names.EventID("thread", of...))
		if _, err := GetThread(d.Tx, SeeAll(), id); err == nil {
			continue
		} else if clinic.CodeOf(err) != CodeNoThread {
			return clinic.ThreadID{}, err
		}
		d.Record(journal.Event{
			ID: d.Names.EventID("thread.begun", of...), Kind: KindBegun, Dossier: dossier,
			Body: Begun{Thread: id, Number: number.ID, Patient: who},
		})
		return id, nil
	}
}

// Adopt gives the thread of an unknown sender on a number to a patient, if there
// is one, and otherwise begins the patient's thread.
func Adopt(d *journal.Decision, number patients.Number, patient patients.Patient) (clinic.ThreadID, error) {
	stranger, found, err := threadOf(d.Tx, number.ID, clinic.PatientID{})
	if err != nil {
		return clinic.ThreadID{}, err
	}
	if !found {
		return ThreadFor(d, number, &patient)
	}
	d.Record(journal.Event{Kind: KindAssigned, Dossier: patient.Dossier, Body: Assigned{Thread: stranger, Patient: patient.ID}})
	return stranger, nil
}

// MessageIDOf returns the id of a message that the provider named: the same for
// ever, and for every workstation.
func MessageIDOf(n journal.Namer, sid string) clinic.MessageID {
	return clinic.MessageID(n.EventID("message", []byte(sid)))
}

// Receive records a text as the provider listed it. Recording it again does
// nothing.
func Receive(d *journal.Decision, dossier clinic.DossierID, a Arrived) {
	d.Record(journal.Event{
		ID: d.Names.EventID("text.arrived", []byte(a.SID)), Kind: KindArrived, Dossier: dossier, At: a.At, Body: a,
	})
}

// Arrival reports whether a text of this name was ever received, although its
// content may have been destroyed since.
func Arrival(d *journal.Decision, sid string) (bool, error) {
	return d.Recorded(d.Names.EventID("text.arrived", []byte(sid)))
}

// Write records a text that is to be sent. The same id twice is one text.
func Write(d *journal.Decision, dossier clinic.DossierID, w Written) {
	d.Record(journal.Event{
		ID: d.Names.EventID("text.written", w.Message[:]), Kind: KindWritten, Dossier: dossier, Body: w,
	})
}

// MarkRead records that a thread in sight was read up to a position.
func MarkRead(d *journal.Decision, s Sight, thread clinic.ThreadID, upTo uint64) error {
	t, err := GetThread(d.Tx, s, thread)
	if err != nil {
		return err
	}
	if t.Unread > 0 && upTo > t.ReadTo {
		d.Record(journal.Event{Kind: KindRead, Dossier: t.Dossier, Body: Read{Thread: thread, UpTo: upTo}})
	}
	return nil
}

// Begin records an attempt before its request is made. The attempt claims its
// number for itself: of two workstations that try at once, one gets ErrConflict
// and must not send.
func Begin(d *journal.Decision, m Message, a Attempt) {
	n := []byte(strconv.Itoa(a.Number))
	d.Record(journal.Event{
		Kind: KindAttempt, Dossier: m.Dossier, Exclusive: d.Names.Subject("attempt", m.ID[:], n), Body: a,
	})
}

// Accept records that the provider has taken a text.
func Accept(d *journal.Decision, m Message, a Accepted) {
	d.Record(journal.Event{
		ID: d.Names.EventID("text.accepted", m.ID[:], []byte(a.SID)), Kind: KindAccepted, Dossier: m.Dossier, Body: a,
	})
}

// Report records the provider's later word. The same word twice is one.
func Report(d *journal.Decision, m Message, r Reported) {
	d.Record(journal.Event{
		ID:   d.Names.EventID("text.reported", m.ID[:], []byte(r.State), []byte(strconv.Itoa(r.ErrorCode))),
		Kind: KindReported, Dossier: m.Dossier, Body: r,
	})
}

// Postpone records that a text waits.
func Postpone(d *journal.Decision, m Message, p Postponed) {
	d.Record(journal.Event{Kind: KindPostponed, Dossier: m.Dossier, Body: p})
}

// Stop records with KindHeld, KindFailed, KindUnsure, KindAsk or KindGivenUp that a text does
// not go by itself.
func Stop(d *journal.Decision, m Message, k journal.Kind, s Stopped) {
	d.Record(journal.Event{Kind: k, Dossier: m.Dossier, Body: s})
}

// Reopen records that the archive goes on from an older copy of itself.
func Reopen(d *journal.Decision, r Reopened) {
	d.Record(journal.Event{Kind: KindReopened, Body: r})
}

// Confirm records that a person lets a stopped text go.
func Confirm(d *journal.Decision, m Message, overrides []policy.Override) error {
	switch m.State {
	case Waiting, Later, Held, Ask:
		d.Record(journal.Event{Kind: KindConfirmed, Dossier: m.Dossier, Body: Confirmed{Message: m.ID, Overrides: overrides}})
		return nil
	}
	return clinic.E(CodeNotWaiting)
}

// Recall records that a text which waits at the provider is to be given back, before the
// provider is asked for it. The reason is empty where a person wants it back.
func Recall(d *journal.Decision, m Message, reason clinic.Code) error {
	if m.State != Scheduled {
		return clinic.E(CodeNotWaiting)
	}
	Stop(d, m, KindRecall, Stopped{Message: m.ID, Reason: reason})
	return nil
}

// GiveUp records that a person lets a text be of which nobody knows whether it
// left. It may still be found at the provider.
func GiveUp(d *journal.Decision, m Message) error {
	switch m.State {
	case Waiting, Later, Held, Ask:
		Stop(d, m, KindGivenUp, Stopped{Message: m.ID, Reason: m.Reason})
		return nil
	}
	return clinic.E(CodeNotWaiting)
}

// Withdraw records that a text was taken back before it left.
func Withdraw(d *journal.Decision, m Message) error {
	switch m.State {
	case Waiting, Later, Held, Ask:
		d.Record(journal.Event{Kind: KindWithdrawn, Dossier: m.Dossier, Body: Stopped{Message: m.ID}})
		return nil
	}
	return clinic.E(CodeNotWaiting)
}
