package desk

import (
	"context"
	"slices"

	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// changeConsent makes a decision about a consent of a patient in sight and answers
// her card.
func (d *Desk) changeConsent(ctx context.Context, c *door.Caller, id clinic.ConsentID, change func(*journal.Decision, consent.Consent) error) (PatientCard, error) {
	o, err := d.current()
	if err != nil {
		return PatientCard{}, err
	}
	var patient clinic.PatientID
	if _, err = o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		known, err := consent.Get(dec.Tx, id)
		if err != nil {
			return err
		}
		patient = known.Patient
		if err := mustSee(dec.Tx, sightOf(c), patient); err != nil {
			return err
		}
		return change(dec, known)
	}); err != nil {
		return PatientCard{}, err
	}
	return o.card(ctx, c, patient)
}

// revokeConsent takes a consent back.
func (d *Desk) revokeConsent(ctx context.Context, c *door.Caller, r RevokeConsent) (PatientCard, error) {
	return d.changeConsent(ctx, c, r.ID, func(dec *journal.Decision, _ consent.Consent) error {
		return consent.Revoke(dec, r.ID, consent.How(r.How))
	})
}

// narrowConsent reduces a consent to less.
func (d *Desk) narrowConsent(ctx context.Context, c *door.Caller, r NarrowConsent) (PatientCard, error) {
	return d.changeConsent(ctx, c, r.ID, func(dec *journal.Decision, _ consent.Consent) error {
		return consent.Narrow(dec, r.ID, r.Scope.scope(), consent.How(r.How))
	})
}

// pauseConsent puts a consent on hold.
func (d *Desk) pauseConsent(ctx context.Context, c *door.Caller, r PauseConsent) (PatientCard, error) {
	return d.changeConsent(ctx, c, r.ID, func(dec *journal.Decision, _ consent.Consent) error {
		return consent.Pause(dec, r.ID, policy.Hold(r.Hold))
	})
}

// resumeConsent ends a hold.
func (d *Desk) resumeConsent(ctx context.Context, c *door.Caller, r ConsentRef) (PatientCard, error) {
	return d.changeConsent(ctx, c, r.ID, func(dec *journal.Decision, _ consent.Consent) error {
		return consent.Resume(dec, r.ID)
	})
}

// changePatient makes a decision about a patient in sight and answers her card.
func (d *Desk) changePatient(ctx context.Context, c *door.Caller, id clinic.PatientID, change func(*journal.Decision) error) (PatientCard, error) {
	o, err := d.current()
	if err != nil {
		return PatientCard{}, err
	}
	if _, err = o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		if err := mustSee(dec.Tx, sightOf(c), id); err != nil {
			return err
		}
		return change(dec)
	}); err != nil {
		return PatientCard{}, err
	}
	return o.card(ctx, c, id)
}

// noteConsent records that a patient said that texts are welcome.
func (d *Desk) noteConsent(ctx context.Context, c *door.Caller, r PatientRef) (PatientCard, error) {
	return d.changePatient(ctx, c, r.ID, func(dec *journal.Decision) error {
		_, err := consent.Note(dec, r.ID)
		return err
	})
}

// signConsent records a consent that was signed on this device. Whoever signs in a
// patient's hands is not answered what the clinic knows of her.
func (d *Desk) signConsent(ctx context.Context, c *door.Caller, r SignConsent) (PatientCard, error) {
	if r.Key.IsZero() {
		r.Key = clinic.NewID[clinic.ConsentID]()
	}
	failed, held, err := d.session.BeginSigning(r.Patient, r.Form, r.Key)
	if err != nil {
		return PatientCard{}, err
	}
	card, err := d.changePatient(ctx, c, r.Patient, func(dec *journal.Decision) error {
		_, err := consent.Sign(dec, consent.Paper{
			ID: r.Key, Patient: r.Patient, Form: r.Form, Expires: r.Expires, Scope: r.Scope.scope(), Signer: consent.Signer(r.Signer),
			SignerName: r.SignerName, Details: consent.Details(r.Details), Hold: policy.Hold(r.Hold),
		}, consent.Signature{Drawn: r.Drawn, Typed: r.Typed})
		return err
	})
	if err != nil {
		failed()
		return PatientCard{}, err
	}
	if held {
		return PatientCard{ID: card.ID}, nil
	}
	return card, nil
}

// holdNumber holds a patient's number because a stranger answered on it, and takes what
// the stranger wrote off the chart, with what it may have meant.
func (d *Desk) holdNumber(ctx context.Context, c *door.Caller, r HoldNumber) (PatientCard, error) {
	return d.changeNumber(ctx, c, NumberRef{Patient: r.Patient, Number: r.Number}, func(dec *journal.Decision, id clinic.NumberID) error {
		return exchange.HoldNumber(dec, sightOf(c), r.Patient, id, r.Since)
	})
}

// putTextsBack lets moved texts stand where they stood: they were the patient's.
func (d *Desk) putTextsBack(ctx context.Context, c *door.Caller, r MoveRef) (door.None, error) {
	o, err := d.current()
	if err != nil {
		return door.None{}, err
	}
	_, err = o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		return exchange.PutTextsBack(dec, sightOf(c), r.ID)
	})
	return door.None{}, err
}

// releaseNumber ends that hold: it was the patient after all, also where that number
// asked for no texts meanwhile.
func (d *Desk) releaseNumber(ctx context.Context, c *door.Caller, r NumberRef) (PatientCard, error) {
	return d.changeNumber(ctx, c, r, consent.ReleaseNumber)
}

// changeNumber changes a number that the patient has: no other is anybody's business.
func (d *Desk) changeNumber(ctx context.Context, c *door.Caller, r NumberRef, change func(*journal.Decision, clinic.NumberID) error) (PatientCard, error) {
	return d.changePatient(ctx, c, r.Patient, func(dec *journal.Decision) error {
		has, err := patients.NumbersOf(dec.Tx, r.Patient)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(has[r.Patient], func(l patients.Linked) bool { return l.ID == r.Number }) {
			return clinic.E(clinic.CodeNotFound)
		}
		return change(dec, r.Number)
	})
}

// addNumber gives a patient one more number.
func (d *Desk) addNumber(ctx context.Context, c *door.Caller, r AddNumber) (PatientCard, error) {
	phone, err := clinic.ParsePhone(r.Phone)
	if err != nil {
		return PatientCard{}, err
	}
	whose := patients.PatientsOwn
	if r.Guardians {
		whose = patients.Guardians
	}
	card, err := d.changePatient(ctx, c, r.Patient, func(dec *journal.Decision) error {
		p, err := patients.Get(dec.Tx, r.Patient)
		if err != nil {
			return err
		}
		same, err := whoHas(dec.Tx, phone)
		if err != nil {
			return err
		}
		if !r.Shared && slices.ContainsFunc(same, func(n patients.Named) bool { return n.ID != r.Patient }) {
			return clinic.E(patients.CodeNumberTaken)
		}
		number, err := patients.AddNumber(dec, r.Patient, phone, r.Shared, whose)
		if err != nil {
			return err
		}
		_, err = archive.Adopt(dec, number, p)
		return err
	})
	if err != nil {
		return PatientCard{}, err
	}
	o, err := d.current()
	if err != nil {
		return PatientCard{}, err
	}
	if peer := o.wired.Load().peer; peer != nil {
		err = peer.Greet(phone, clinic.Language(card.Language))
	}
	return card, err
}

// askNumberCode makes the code that a patient texts from her number.
func (d *Desk) askNumberCode(ctx context.Context, c *door.Caller, r NumberRef) (NumberCode, error) {
	o, err := d.current()
	if err != nil {
		return NumberCode{}, err
	}
	code := NumberCode{Phone: o.wired.Load().line.Phone.Display()}
	_, err = o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		if err := mustSee(dec.Tx, sightOf(c), r.Patient); err != nil {
			return err
		}
		p, err := patients.Get(dec.Tx, r.Patient)
		if err != nil {
			return err
		}
		c.Saw(p.Dossier)
		one, err := consent.AskCode(dec, r.Patient, r.Number)
		code.Code, code.Until = one.Code, one.Until
		return err
	})
	return code, err
}

// consentHistory answers everything that happened to a consent.
func (d *Desk) consentHistory(ctx context.Context, c *door.Caller, r ConsentRef) (ConsentHistory, error) {
	o, err := d.current()
	if err != nil {
		return ConsentHistory{}, err
	}
	answer := ConsentHistory{Code: string(consent.CodeOf(r.ID))}
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		known, err := consent.Get(tx, r.ID)
		if err != nil {
			return err
		}
		if err := mustSee(tx, sightOf(c), known.Patient); err != nil {
			return err
		}
		p, err := patients.Get(tx, known.Patient)
		if err != nil {
			return err
		}
		c.Saw(p.Dossier)
		all, err := consent.HistoryOf(tx, r.ID)
		if err != nil {
			return err
		}
		answer.Steps, err = o.presenter(tx).steps(all)
		return err
	})
	return answer, err
}

// consentTodos answers the consents that a person has to do something about.
func (d *Desk) consentTodos(ctx context.Context, c *door.Caller, _ door.None) (TodoList, error) {
	o, err := d.current()
	if err != nil {
		return TodoList{}, err
	}
	var list TodoList
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		rules, err := settings.GetTexting(tx)
		if err != nil {
			return err
		}
		all, err := consent.Todos(tx, sightOf(c).Patients(), d.cfg.Clock.Now(), rules.Majority)
		if err != nil {
			return err
		}
		for _, t := range all {
			c.Saw(t.Patient.Dossier)
			list.Items = append(list.Items, TodoRow{
				Patient: PatientName{ID: t.Patient.ID, Name: t.Patient.Name}, Consent: t.Consent.ID, State: ConsentState(t.State),
				Hold: Hold(t.Hold), Expires: t.Consent.Expires,
			})
		}
		return nil
	})
	return list, err
}

// textingRules answers what the clinic decided about consents.
func (d *Desk) textingRules(ctx context.Context, _ *door.Caller, _ door.None) (TextingRules, error) {
	o, err := d.current()
	if err != nil {
		return TextingRules{}, err
	}
	var rules settings.Texting
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		rules, err = settings.GetTexting(tx)
		return err
	})
	return TextingRules(rules), err
}

// saveTextingRules changes it.
func (d *Desk) saveTextingRules(ctx context.Context, c *door.Caller, r TextingRules) (TextingRules, error) {
	o, err := d.current()
	if err != nil {
		return TextingRules{}, err
	}
	_, err = o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		return settings.ChangeTexting(dec, settings.Texting(r))
	})
	return r, err
}

// scope reads a scope of the screen.
func (s ConsentScope) scope() consent.Scope {
	scope := consent.Scope{
		FromHour: s.FromHour, ToHour: s.ToHour, Weekdays: weekdays(s.Weekdays), PerDay: s.PerDay, PerWeek: s.PerWeek,
		SharedPhone: s.SharedPhone, Numbers: s.Numbers, From: s.From, Channel: policy.Channel(s.Channel),
	}
	for _, c := range s.Categories {
		scope.Categories = append(scope.Categories, policy.Category(c))
	}
	for _, c := range s.Excluded {
		scope.Excluded = append(scope.Excluded, policy.Category(c))
	}
	return scope
}

func scopeShown(s consent.Scope) ConsentScope {
	shown := ConsentScope{
		FromHour: s.FromHour, ToHour: s.ToHour, PerDay: s.PerDay, PerWeek: s.PerWeek, SharedPhone: s.SharedPhone, Numbers: s.Numbers, From: s.From,
		Channel: Channel(s.Channel),
	}
	for _, c := range s.Categories {
		shown.Categories = append(shown.Categories, Category(c))
	}
	for _, c := range s.Excluded {
		shown.Excluded = append(shown.Excluded, Category(c))
	}
	for _, w := range s.Weekdays {
		shown.Weekdays = append(shown.Weekdays, int(w))
	}
	return shown
}
