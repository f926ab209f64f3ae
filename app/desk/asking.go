package desk

import (
	"context"
	"errors"
	"time"

	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/jobs"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/sqlite"
)

const (
	// jobQuestions reminds of questions by text, once each, and ends those that never
	// arrived.
	jobQuestions   = "consent.questions"
	questionsEvery = 10 * time.Minute
	// jobAskMany asks the patients of a round, one after the other.
	jobAskMany = "consent.round"
)

func (o *open) askingJobs() []jobs.Job {
	return []jobs.Job{
		{Name: jobQuestions, Every: questionsEvery, Run: o.round((*exchange.Exchange).FollowQuestions)},
		{Name: jobAskMany, Every: questionsEvery, Run: o.round((*exchange.Exchange).AskNext), Rest: o.askRest},
	}
}

// askRest is how long asking the patients of a round rests.
func (o *open) askRest(err error) time.Duration {
	x, none := o.wire()
	if none != nil {
		return questionsEvery // connecting starts the jobs anew
	}
	return x.AskRest(err)
}

// canAsk answers whether and how a patient can be asked for a consent by text.
func (d *Desk) canAsk(ctx context.Context, c *door.Caller, r PatientRef) (AskConsent, error) {
	o, err := d.current()
	if err != nil {
		return AskConsent{}, err
	}
	var answer AskConsent
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		if err := mustSee(tx, sightOf(c), r.ID); err != nil {
			return err
		}
		p, err := patients.Get(tx, r.ID)
		if err != nil {
			return err
		}
		c.Saw(p.Dossier)
		a, err := exchange.CanAsk(tx, r.ID, o.policyLine(), d.cfg.Clock.Now())
		if err != nil {
			return err
		}
		answer = AskConsent{
			Answer: answerOf(a.Outcome), Until: a.Until, Reasons: reasonsOf(a.Reasons), Phone: a.Number.Phone.Display(), Words: a.Words,
			Draft: a.Draft(),
		}
		if !a.May() {
			answer.Answer = AnswerNo
		}
		return nil
	})
	return answer, err
}

// askByText asks a patient for a consent by text.
func (d *Desk) askByText(ctx context.Context, c *door.Caller, r AskByText) (PatientCard, error) {
	o, err := d.current()
	if err != nil {
		return PatientCard{}, err
	}
	if _, err := o.wire(); err != nil {
		return PatientCard{}, err
	}
	card, err := d.changePatient(ctx, c, r.Patient, func(dec *journal.Decision) error {
		if !r.Welcome {
			return clinic.E(consent.CodeNotWelcome)
		}
		_, err := exchange.AskByText(dec, r.Patient, o.policyLine())
		return err
	})
	if err == nil {
		o.poke(jobSend)
	}
	return card, err
}

// asked shows the questions by text that consents were asked for with.
func (p presenter) asked(all []consent.Consent) (map[clinic.ConsentID]*AskedByText, error) {
	var ids []clinic.ConsentID
	for _, c := range all {
		if c.Way == consent.OnText {
			ids = append(ids, c.ID)
		}
	}
	shown := map[clinic.ConsentID]*AskedByText{}
	if len(ids) == 0 {
		return shown, nil
	}
	requests, err := consent.TextRequestsOf(p.tx, ids...)
	if err != nil {
		return nil, err
	}
	for id, r := range requests {
		n, err := patients.GetNumber(p.tx, r.Number)
		if err != nil {
			return nil, err
		}
		a := &AskedByText{Phone: n.Phone.Display(), Words: r.Words, At: r.Asked, Until: r.Until, Reminded: !r.Reminder.IsZero()}
		switch m, err := archive.GetMessage(p.tx, archive.SeeAll(), r.Message); {
		case err == nil:
			a.Text = MessageState(m.State)
		case !errors.Is(err, clinic.E(clinic.CodeNotFound)): // destroyed by retention
			return nil, err
		}
		shown[id] = a
	}
	return shown, nil
}
