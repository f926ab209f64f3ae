package exchange

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/phi"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// CodeReadyTells: ready words tell more than is needed to anybody who reads the phone;
// parameter "kind" is the code of what was found.
const CodeReadyTells clinic.Code = "exchange.ready_tells"

// First is what may answer, now, a patient who texted first and has agreed to nothing.
type First struct {
	// Words are those that may go; none where another text is called for, or none may.
	Words []consent.Ready
	// Instead is what alone stands in the way of every one of them, where a person can
	// do something about it or would look for them: policy.CodeNumberUnverified or
	// policy.CodeFirstOften.
	Instead clinic.Code
}

// FirstAnswers returns the words that may answer a patient who texted first. They are
// chosen by version, so that nothing else can leave in this way.
func FirstAnswers(tx *sqlite.Tx, s archive.Sight, id clinic.ThreadID, line policy.Line, now clinic.Instant) (First, error) {
	thread, err := archive.GetThread(tx, s, id)
	if err != nil || thread.Patient.IsZero() {
		return First{}, err
	}
	facts, err := Facts(tx, thread, line, now)
	if err != nil {
		return First{}, err
	}
	p, err := patients.Get(tx, thread.Patient)
	if err != nil {
		return First{}, err
	}
	by, err := AskerOf(tx)
	if err != nil || by.Phone == "" {
		return First{}, err
	}
	all, err := consent.FirstAnswersFor(tx, p.Language, by)
	if err != nil {
		return First{}, err
	}
	var first First
	for _, r := range all {
		r.Words = provider.Normalize(r.Words)
		v := policy.Decide(firstTo(thread, r.Words), facts)
		switch {
		case v.Outcome == policy.Go:
			first.Words = append(first.Words, r)
		case len(v.Reasons) == 1 && (v.Reasons[0].Code == policy.CodeNumberUnverified || v.Reasons[0].Code == policy.CodeFirstOften):
			first.Instead = v.Reasons[0].Code
		}
	}
	if len(first.Words) == 0 {
		return first, nil
	}
	// What waits for the line has not left yet, and is an answer all the same.
	var waits bool
	if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM outbox WHERE thread = ? AND purpose = ?)`,
		thread.ID, string(policy.FirstAnswer)).Scan(&waits); err != nil {
		return First{}, fmt.Errorf("exchange: read ready words that wait: %w", err)
	}
	if waits {
		return First{Instead: policy.CodeFirstOften}, nil
	}
	return First{Words: first.Words}, nil
}

func firstTo(t archive.Thread, words string) policy.Draft {
	d := draftOf(t, words, 0, policy.Scheduling, policy.ByPatient, nil)
	d.Purpose = policy.FirstAnswer
	return d
}

// WriteFirst records ready words for sending, as the answer to a patient who texted
// first. The id is made by whoever presses the button; the same id twice is one text.
// CodeMayNotGo: these words may not go, or not any more; nothing was recorded.
func WriteFirst(ctx context.Context, j Journal, by clinic.StaffID, id clinic.MessageID, s archive.Sight, thread clinic.ThreadID, version string, line policy.Line) error {
	if id.IsZero() {
		return clinic.E(clinic.CodeBadInput)
	}
	_, err := j.Submit(ctx, journal.Actor{Staff: by}, func(d *journal.Decision) error {
		// First of all, so that an id says nothing about threads that are out of sight.
		t, err := archive.GetThread(d.Tx, s, thread)
		if err != nil {
			return err
		}
		if _, err := archive.GetMessage(d.Tx, archive.SeeAll(), id); err == nil {
			return nil // pressed twice
		} else if !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
			return err
		}
		may, err := FirstAnswers(d.Tx, s, thread, line, d.Now)
		if err != nil {
			return err
		}
		for _, r := range may.Words {
			if r.Version == version {
				archive.Write(d, t.Dossier, archive.Written{
					Message: id, Thread: thread, Body: r.Words, Category: policy.Scheduling, StartedBy: policy.ByPatient,
					Purpose: policy.FirstAnswer,
				})
				return nil
			}
		}
		return clinic.E(CodeMayNotGo).With("reason", cmp.Or(may.Instead, policy.CodeNoConsent))
	})
	return err
}

// SaveWords records words of the clinic's own for a patient who texts first. They go to
// somebody who was not warned, and nothing looks at them again: what tells anything is
// refused with CodeReadyTells.
func SaveWords(d *journal.Decision, w consent.NewWords) (string, error) {
	by, err := AskerOf(d.Tx)
	if err != nil {
		return "", err
	}
	// The clinic's name and phone are its own to tell.
	bare, err := consent.Template{Text: w.Text}.Filled(consent.Asker{Practice: "…", Phone: by.Phone})
	if err != nil {
		return "", err
	}
	text := phi.Read(bare)
	pairs, phones, err := patients.Mentions(d.Tx, patients.SeeAll(), clinic.PatientID{}, text.Words(), text.Phones())
	if err != nil {
		return "", err
	}
	if marks := text.Marks(phi.Others{Pairs: pairs, Phones: phones}); len(marks) > 0 {
		return "", clinic.E(CodeReadyTells).With("kind", marks[0].Kind.Code())
	}
	return consent.SaveWords(d, w, by)
}
