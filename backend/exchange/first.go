package exchange

import (
	"context"
	"errors"

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

// FirstAnswers returns the words that may answer, now, a patient who texted first and
// has agreed to nothing: none where another text is called for, or none may go. The
// words are chosen by version, so that nothing else can leave in this way.
func FirstAnswers(tx *sqlite.Tx, s archive.Sight, id clinic.ThreadID, line policy.Line, now clinic.Instant) ([]consent.Ready, error) {
	thread, err := archive.GetThread(tx, s, id)
	if err != nil || thread.Patient.IsZero() {
		return nil, err
	}
	facts, err := Facts(tx, thread, line, now)
	if err != nil {
		return nil, err
	}
	p, err := patients.Get(tx, thread.Patient)
	if err != nil {
		return nil, err
	}
	by, err := AskerOf(tx)
	if err != nil || by.Phone == "" {
		return nil, err
	}
	all, err := consent.FirstAnswersFor(tx, p.Language, by)
	if err != nil {
		return nil, err
	}
	var some []consent.Ready
	for _, r := range all {
		r.Words = provider.Normalize(r.Words)
		if policy.Decide(firstTo(thread, r.Words), facts).Outcome == policy.Go {
			some = append(some, r)
		}
	}
	return some, nil
}

func firstTo(t archive.Thread, words string) policy.Draft {
	d := draftOf(t, words, policy.Scheduling, policy.ByPatient, nil)
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
		for _, r := range may {
			if r.Version == version {
				archive.Write(d, t.Dossier, archive.Written{
					Message: id, Thread: thread, Body: r.Words, Category: policy.Scheduling, StartedBy: policy.ByPatient,
					Purpose: policy.FirstAnswer,
				})
				return nil
			}
		}
		return clinic.E(CodeMayNotGo).With("reason", policy.CodeNoConsent)
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
