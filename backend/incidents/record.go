package incidents

import (
	"errors"
	"slices"
	"strings"

	"quietline/backend/clinic"
	"quietline/backend/journal"
)

const (
	// mostDays is the federal limit for telling whose information it was, from the day
	// of discovery (45 CFR 164.404(b)).
	mostDays  = 60
	mostWords = 2000
	// noticeOfYear is how long after a year's end the department is told of a breach
	// of fewer than 500 patients (45 CFR 164.408(c)).
	noticeOfYear = 60
)

// Open records that a text went to the wrong person, and the disclosure in the
// accounting of the patient whose information it was. Nothing is sent to the number
// from then on. The same report again does nothing; CodeReported is another one of the
// same text.
func Open(d *journal.Decision, r Report) error {
	if r.ID.IsZero() || r.Message.IsZero() || r.About.IsZero() || r.Dossier.IsZero() || !slices.Contains(Recipients(), r.Recipient) ||
		!all(r.Done, Deeds()) || len([]rune(r.Words)) > mostWords {
		return clinic.E(clinic.CodeBadInput)
	}
	if len(r.Contents) == 0 || !all(r.Contents, Contents()) || slices.Contains(r.Contents, Nothing) && len(r.Contents) > 1 {
		return clinic.E(CodeContents)
	}
	if r.Found.IsZero() || r.Found.Before(r.On) || r.Today.Before(r.Found) {
		return clinic.E(CodeFound)
	}
	known, err := Of(d.Tx, r.Message)
	if err != nil {
		return err
	}
	switch id, reported := known[r.Message]; {
	case reported && id == r.ID:
		return nil
	case reported:
		return clinic.E(CodeReported)
	}
	if _, err := Get(d.Tx, r.ID); err == nil {
		return clinic.E(clinic.CodeBadInput)
	} else if !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		return err
	}
	d.Record(journal.Event{Kind: kindOpened, Dossier: r.Dossier, Body: openedBody{
		Incident: r.ID, Message: r.Message, Thread: r.Thread, Number: r.Number, Happened: r.Happened, About: r.About,
		Recipient: r.Recipient, Contents: r.Contents, Found: r.Found, Done: r.Done, Words: strings.TrimSpace(r.Words),
	}})
	if !slices.Contains(r.Contents, Nothing) {
		d.Record(journal.Event{Kind: kindDisclosed, Dossier: r.Dossier, Body: disclosedBody{
			Incident: r.ID, Patient: r.About, Number: r.Number, At: r.Happened, Recipient: r.Recipient, Contents: r.Contents,
		}})
	}
	return nil
}

// Note records what else was done or found out.
func Note(d *journal.Decision, key StepKey, id ID, done []Deed, words string) error {
	words = strings.TrimSpace(words)
	if !all(done, Deeds()) || len([]rune(words)) > mostWords || len(done) == 0 && words == "" {
		return clinic.E(clinic.CodeBadInput)
	}
	return step(d, key, id, func(i Incident) (journal.Kind, any, error) { return kindNoted, notedBody{id, done, words}, nil })
}

// DecideNumber ends the pause of the number: it is right, and texts go there again, or
// it is not, and whoever decides holds it by itself. Deciding again does nothing.
func DecideNumber(d *journal.Decision, id ID, right bool) error {
	i, err := Get(d.Tx, id)
	if err != nil || !i.Pauses {
		return err
	}
	d.Record(journal.Event{Kind: kindDecided, Dossier: i.Dossier, Body: decidedBody{id, right}})
	return nil
}

// Assess records the four factors and what they come to. It may be done again; what was
// thought before stays.
func Assess(d *journal.Decision, key StepKey, id ID, f Factors, c Conclusion) error {
	for _, words := range []*string{&f.Nature, &f.Recipient, &f.Viewed, &f.Mitigation} {
		*words = strings.TrimSpace(*words)
		if *words == "" || len([]rune(*words)) > mostWords {
			return clinic.E(CodeFactors)
		}
	}
	if c != LowProbability && c != Breach {
		return clinic.E(clinic.CodeBadInput)
	}
	return step(d, key, id, func(Incident) (journal.Kind, any, error) { return kindAssessed, assessedBody{id, f, c}, nil })
}

// Tell records that somebody was told of a breach, on a day that has come. Of a closed
// incident that is the department alone, where its report is due.
func Tell(d *journal.Decision, key StepKey, id ID, whom Told, on, today clinic.Date) error {
	if whom != TellPatient && whom != TellHHS {
		return clinic.E(clinic.CodeBadInput)
	}
	event, there, err := stepEvent(d, key, id)
	if err != nil || there {
		return err
	}
	i, err := Get(d.Tx, id)
	reportDue := whom == TellHHS && i.Conclusion == Breach && i.ToldHHS.IsZero()
	switch {
	case err != nil:
		return err
	case !i.ClosedAt.IsZero() && !reportDue:
		return clinic.E(CodeClosed)
	case on.IsZero() || on.Before(i.Found) || today.Before(on):
		return clinic.E(CodeTold)
	}
	d.Record(journal.Event{ID: event, Kind: kindTold, Dossier: i.Dossier, Body: toldBody{id, whom, on}})
	return nil
}

// Close ends an incident. CodeDue: something is still due that cannot wait for the
// yearly report to the department.
func Close(d *journal.Decision, id ID, words string) error {
	words = strings.TrimSpace(words)
	if len([]rune(words)) > mostWords {
		return clinic.E(clinic.CodeBadInput)
	}
	return step(d, StepKey{}, id, func(i Incident) (journal.Kind, any, error) {
		if !i.Closes() {
			return journal.Kind{}, nil, clinic.E(CodeDue)
		}
		return kindClosed, closedBody{id, words}, nil
	})
}

// step records one more step of an incident that is open, and each key once.
func step(d *journal.Decision, key StepKey, id ID, what func(Incident) (journal.Kind, any, error)) error {
	event, there, err := stepEvent(d, key, id)
	if err != nil || there {
		return err
	}
	i, err := Get(d.Tx, id)
	switch {
	case err != nil:
		return err
	case !i.ClosedAt.IsZero():
		return clinic.E(CodeClosed)
	}
	k, body, err := what(i)
	if err == nil {
		d.Record(journal.Event{ID: event, Kind: k, Dossier: i.Dossier, Body: body})
	}
	return err
}

// stepEvent returns the id of a step's event, zero without a key, and whether it is in
// the log already.
func stepEvent(d *journal.Decision, key StepKey, id ID) (event clinic.EventID, there bool, err error) {
	if key.IsZero() {
		return event, false, nil
	}
	event = d.Names.EventID("incident.step", id[:], key[:])
	there, err = d.Recorded(event)
	return event, there, err
}

// SetDays records within how many days of discovery a patient is told of a breach: the
// federal 60, or fewer where the clinic's state asks for that.
func SetDays(d *journal.Decision, days int) error {
	if days < 1 || days > mostDays {
		return clinic.E(CodeDays).With("most", mostDays)
	}
	before, err := Days(d.Tx)
	if err == nil && before != days {
		d.Record(journal.Event{Kind: kindDays, Body: daysBody{days}})
	}
	return err
}

// all reports whether each of some is one of the known, and none comes twice.
func all[T comparable](some, known []T) bool {
	for n, one := range some {
		if !slices.Contains(known, one) || slices.Contains(some[:n], one) {
			return false
		}
	}
	return true
}
