package desk

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"

	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/golive"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/provider"
	"quietline/backend/provider/twilio"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

// picturesOn reports whether the clinic may send pictures: on the sample's line, whose
// phones are invented, and on a live line for whose account, key and number somebody saw
// a trial picture arrive.
func (o *open) picturesOn(tx *sqlite.Tx) (bool, error) {
	line, err := settings.GetLine(tx)
	if err != nil {
		return false, err
	}
	switch {
	case line.Kind == settings.LineSample:
		return true, nil
	case line.Kind != settings.LineTwilio || !line.Live:
		return false, nil
	}
	draft, err := golive.Get(tx)
	if err != nil || draft.Account != line.Account || draft.Key != line.Key || draft.Phone != line.Phone {
		return false, err
	}
	trial, err := golive.GetPictures(tx)
	return trial.On(), err
}

// pictures answers how far the set-up of pictures has come, and asks the provider
// whether the number carries any.
func (d *Desk) pictures(ctx context.Context, _ *door.Caller, _ door.None) (Pictures, error) {
	o, err := d.current()
	if err != nil {
		return Pictures{}, err
	}
	return o.pictures(ctx)
}

func (o *open) pictures(ctx context.Context) (Pictures, error) {
	if o.wired.Load().line.Kind == settings.LineSample {
		return Pictures{State: PicturesOn}, nil
	}
	shown, err := o.trialShown(ctx)
	if err != nil {
		return Pictures{}, err
	}
	err = o.carriesPictures(ctx)
	switch {
	case ctx.Err() != nil:
		return Pictures{}, ctx.Err()
	case err != nil:
		shown.Problem = problemOf(err)
	}
	if errors.Is(err, clinic.E(golive.CodeNumberNoPictures)) && shown.State != PicturesOn {
		shown.State = PicturesUnable
	}
	return shown, nil
}

// trialShown reads the trial for the screen.
func (o *open) trialShown(ctx context.Context) (shown Pictures, err error) {
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		trial, err := golive.GetPictures(tx)
		if err != nil {
			return err
		}
		shown = Pictures{State: PicturesOff, Phone: display(trial.Held), AskedAt: trial.AskedAt, ProvenAt: trial.ProvenAt}
		switch {
		case trial.AskedAt.IsZero():
			return nil
		case !trial.On():
			shown.State, shown.Left = PicturesAsked, golive.MaxTries-trial.Misses
			return nil
		}
		shown.State = PicturesOn
		by, err := staff.Get(tx, trial.By)
		shown.By = by.Name
		return err
	})
	return shown, err
}

// carriesPictures asks the provider whether the number of the set-up carries pictures,
// and takes back what lies there for nobody while it is at it.
func (o *open) carriesPictures(ctx context.Context) error {
	draft, client, err := o.account(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	o.takeTrialsBack(ctx, client)
	return checkPictures(ctx, client, draft)
}

func checkPictures(ctx context.Context, client *twilio.Client, draft golive.Draft) error {
	if draft.Phone == "" {
		return clinic.E(golive.CodeNoNumber)
	}
	facts, err := client.Check(ctx, draft.Phone)
	if err == nil && !facts.MMS {
		err = clinic.E(golive.CodeNumberNoPictures)
	}
	return err
}

// takeTrialsBack takes back the trial pictures that nobody waits for any more. What does
// not come back now does at the next look: there are four digits on it, and nobody's data.
func (o *open) takeTrialsBack(ctx context.Context, client provider.Pictures) {
	var lent []provider.LoanSID
	err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		lent, err = golive.Lent(tx)
		return err
	})
	for _, loan := range lent {
		if err = client.TakeBack(ctx, loan); err != nil && !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
			break
		}
		if _, err = o.clinic.Journal.Submit(ctx, journal.Actor{}, func(dec *journal.Decision) error {
			golive.TookBack(dec, loan)
			return nil
		}); err != nil {
			break
		}
	}
	if err != nil {
		o.log.Warn("a trial picture was not taken back", "code", clinic.CodeOf(err))
	}
}

// tryPictures sends a trial picture to a phone that somebody holds. As with the text of
// [Desk.prove], that it is being sent is on record before it goes.
func (d *Desk) tryPictures(ctx context.Context, c *door.Caller, r TryPictures) (Pictures, error) {
	o, err := d.current()
	if err != nil {
		return Pictures{}, err
	}
	if o.wired.Load().line.Kind == settings.LineSample {
		return Pictures{}, clinic.E(CodeSampleClinic)
	}
	phone, err := clinic.ParsePhone(r.Phone)
	if err != nil {
		return Pictures{}, err
	}
	if !r.Agreed {
		return Pictures{}, clinic.E(golive.CodeTrialAgreement)
	}
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error { return mayTry(tx, phone) }); err != nil {
		return Pictures{}, err
	}
	draft, client, err := o.account(ctx)
	if err != nil {
		return Pictures{}, err
	}
	defer client.Close()
	if err := checkPictures(ctx, client, draft); err != nil {
		return Pictures{}, err
	}
	if err := o.sendTrial(ctx, c, client, draft, phone); err != nil {
		return Pictures{}, err
	}
	o.takeTrialsBack(ctx, client)
	return o.trialShown(ctx)
}

// mayTry refuses phones that get no trial picture: it is a text past every rule, and so
// goes to nobody who asked for none, and to no patient.
func mayTry(tx *sqlite.Tx, phone clinic.Phone) error {
	if err := golive.CheckHeld(tx, phone); err != nil {
		return err
	}
	refusing, err := consent.Refusing(tx)
	if err != nil {
		return err
	}
	if slices.Contains(refusing, phone) {
		return clinic.E(golive.CodeHeldRefuses)
	}
	number, err := patients.NumberOf(tx, phone)
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		return nil
	}
	if err != nil {
		return err
	}
	holders, err := patients.Holders(tx, number.ID)
	if err == nil && len(holders) > 0 {
		err = clinic.E(golive.CodeTrialPatient)
	}
	return err
}

// sendTrial lends a picture of four new digits and sends it. Where it certainly did not
// go, nothing is asked for.
func (o *open) sendTrial(ctx context.Context, c *door.Caller, client *twilio.Client, draft golive.Draft, phone clinic.Phone) error {
	code := golive.NewCode(rand.Float64())
	picture, err := golive.TrialPicture(code)
	if err != nil {
		return err
	}
	loan, err := client.Lend(ctx, picture)
	switch {
	case errors.Is(err, clinic.E(provider.CodeNoPictures)):
		return clinic.E(golive.CodeKeyNoPictures)
	case err != nil:
		return err
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		// The provider took its time, in which another key or number may have been chosen.
		now, err := golive.Get(dec.Tx)
		switch {
		case err != nil:
			return err
		case now.Credentials != draft.Credentials || now.Phone != draft.Phone:
			return clinic.E(golive.CodeChanged)
		}
		if err := mayTry(dec.Tx, phone); err != nil {
			return err
		}
		return golive.AskPictures(dec, code, phone, loan.SID)
	}); err != nil {
		// No record knows of it. Where this fails too it stays there.
		_ = client.TakeBack(ctx, loan.SID)
		return err
	}
	_, err = client.Send(ctx, provider.Outgoing{From: draft.Phone, To: phone, Body: golive.TrialText(), Picture: &loan})
	if err == nil || provider.OutcomeOf(err) != provider.NotSent {
		return nil // where its answer was lost she sees whether it came
	}
	if errors.Is(err, clinic.E(provider.CodeUnauthorised)) {
		err = clinic.E(golive.CodeKeyNoSending)
	}
	if _, e := o.clinic.Journal.Submit(context.WithoutCancel(ctx), journal.Actor{Staff: c.ID}, golive.EndPictures); e != nil {
		return e
	}
	o.takeTrialsBack(ctx, client)
	return err
}

// confirmPictures holds what somebody read on the phone against the trial picture.
func (d *Desk) confirmPictures(ctx context.Context, c *door.Caller, r ConfirmPictures) (Pictures, error) {
	o, err := d.current()
	if err != nil {
		return Pictures{}, err
	}
	var refused error
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) (err error) {
		refused, err = golive.AnswerPictures(dec, strings.TrimSpace(r.Code))
		return err
	}); err != nil {
		return Pictures{}, err
	}
	if refused != nil {
		return Pictures{}, refused
	}
	return o.overWithTrial(ctx)
}

// endPictures switches pictures off, or leaves a trial.
func (d *Desk) endPictures(ctx context.Context, c *door.Caller, _ door.None) (Pictures, error) {
	o, err := d.current()
	if err != nil {
		return Pictures{}, err
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, golive.EndPictures); err != nil {
		return Pictures{}, err
	}
	return o.overWithTrial(ctx)
}

// overWithTrial takes back what was lent for a trial that is over.
func (o *open) overWithTrial(ctx context.Context) (Pictures, error) {
	_, client, err := o.account(ctx)
	switch {
	case err == nil:
		o.takeTrialsBack(ctx, client)
		client.Close()
	case !errors.Is(err, clinic.E(golive.CodeNoKey)):
		return Pictures{}, err
	}
	return o.trialShown(ctx)
}
