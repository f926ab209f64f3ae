package exchange

import (
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/incidents"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/settings"
)

// WrongPerson is what somebody says of a text that went to the wrong person.
type WrongPerson struct {
	ID      incidents.ID
	Message clinic.MessageID
	// About is the patient whose information it was.
	About     clinic.PatientID
	Recipient incidents.Recipient
	Contents  []incidents.Content
	// Found is the day of discovery; zero is today.
	Found clinic.Date
	Done  []incidents.Deed
	Words string
}

// ReportWrongPerson opens the incident and the disclosure of a text in sight, pauses
// its number for everybody, and holds what waits to go there until a person decides.
// The same report again does nothing. CodeNotFound: text or patient is out of sight.
// CodeNotLeft: the text has reached nobody, or came in.
func ReportWrongPerson(d *journal.Decision, s archive.Sight, w WrongPerson) error {
	m, err := archive.GetMessage(d.Tx, s, w.Message)
	if err != nil {
		return err
	}
	seen, err := s.Patients().Sees(d.Tx, w.About)
	if err == nil && !seen {
		err = clinic.E(clinic.CodeNotFound)
	}
	if err != nil {
		return err
	}
	if !mayHaveReached(m) {
		return clinic.E(CodeNotLeft)
	}
	reported, err := incidents.Of(d.Tx, m.ID)
	if err != nil || reported[m.ID] == w.ID && !w.ID.IsZero() {
		return err
	}
	happened := m.At
	switch basis, tried, err := m.Basis(); {
	case err != nil:
		return err
	case tried:
		happened = basis.DecidedAt
	}
	thread, err := archive.GetThread(d.Tx, s, m.Thread)
	if err != nil {
		return err
	}
	about, err := patients.Get(d.Tx, w.About)
	if err != nil {
		return err
	}
	own, err := settings.Get(d.Tx)
	if err != nil {
		return err
	}
	zone, err := own.Zone.Location()
	if err != nil {
		return err
	}
	today := clinic.DateOf(d.Now.Time().In(zone))
	if w.Found.IsZero() {
		w.Found = today
	}
	if err := incidents.Open(d, incidents.Report{
		ID: w.ID, Message: m.ID, Thread: m.Thread, Number: thread.Number, Happened: happened, About: w.About, Dossier: about.Dossier,
		Recipient: w.Recipient, Contents: w.Contents, Found: w.Found, Today: today, On: clinic.DateOf(happened.Time().In(zone)),
		Done: w.Done, Words: w.Words,
	}); err != nil {
		return err
	}
	return holdTo(d, thread.Number, policy.CodeNumberIncident)
}

// mayHaveReached reports whether a text may have come to somebody's eyes.
func mayHaveReached(m archive.Message) bool {
	switch m.State {
	case archive.Sending, archive.Sent, archive.Delivered, archive.Unsure, archive.Ask, archive.GivenUp:
		return m.Way == archive.Out && m.Origin != archive.Automatic && m.Origin != archive.Trial
	}
	return false
}

// holdTo lets nothing that waits for a number go by itself.
func holdTo(d *journal.Decision, number clinic.NumberID, why clinic.Code) error {
	waiting, err := items(d.Tx, `state IN ('waiting', 'later', 'scheduled')`)
	if err != nil {
		return err
	}
	for _, i := range waiting {
		t, err := archive.GetThread(d.Tx, archive.SeeAll(), i.thread)
		if err != nil {
			return err
		}
		if t.Number != number {
			continue
		}
		m, err := archive.GetMessage(d.Tx, archive.SeeAll(), i.message)
		if err != nil {
			return err
		}
		kind := archive.KindHeld
		if m.State == archive.Scheduled { // the provider has to be told
			kind = archive.KindRecall
		}
		archive.Stop(d, m, kind, archive.Stopped{Message: m.ID, Reason: why})
	}
	return nil
}
