package exchange

import (
	"context"
	"errors"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// Asking is whether and how a patient can be asked for a consent by text now.
type Asking struct {
	policy.Verdict
	// Number is the one that would be asked: of several, the first on which she may be.
	Number patients.Linked
	// Words are what the text would say.
	Words string

	form    consent.Template
	patient patients.Patient
	week    int
}

// May reports whether the text would go, now or later.
func (a Asking) May() bool { return a.Outcome == policy.Go || a.Outcome == policy.WaitUntil }

// Draft reports whether nobody has recorded yet that the words were read.
func (a Asking) Draft() bool { return a.form.Draft }

// CanAsk answers whether a patient can be asked for a consent by text. The line is
// whom texts go to; consent.CodeNoPhone means that the clinic has no phone to name.
func CanAsk(tx *sqlite.Tx, who clinic.PatientID, line policy.Line, now clinic.Instant) (Asking, error) {
	all, err := CanAskEach(tx, line, now, who)
	if err != nil {
		return Asking{}, err
	}
	a, found := all[who]
	if !found {
		return Asking{}, clinic.E(clinic.CodeNotFound)
	}
	return a, nil
}

// CanAskEach is CanAsk for some patients. One who does not exist is not in it.
func CanAskEach(tx *sqlite.Tx, line policy.Line, now clinic.Instant, ids ...clinic.PatientID) (map[clinic.PatientID]Asking, error) {
	contacts, err := Contacts(tx, line, now, ids...)
	if err != nil {
		return nil, err
	}
	by, err := AskerOf(tx)
	if err != nil {
		return nil, err
	}
	read, err := readingOf(tx)
	if err != nil {
		return nil, err
	}
	words := map[clinic.Language]Asking{}
	all := make(map[clinic.PatientID]Asking, len(contacts))
	for id, c := range contacts {
		language := c.Patient.Language
		a, known := words[language]
		if !known {
			a.week = by.Week
			if a.form, a.Words, err = consent.QuestionFor(tx, language, by); err != nil {
				return nil, err
			}
			a.Words = provider.Normalize(a.Words)
			words[language] = a
		}
		a.patient = c.Patient
		if err := a.decide(tx, c, read.alone, now); err != nil {
			return nil, err
		}
		all[id] = a
	}
	return all, nil
}

// decide asks the rules. lost is when the archive last went on from an older copy.
func (a *Asking) decide(tx *sqlite.Tx, c Contact, lost, now clinic.Instant) (err error) {
	facts, who := c.facts, c.Patient.ID
	if err := readLately(tx, &facts, who, now); err != nil {
		return err
	}
	// The question is not recorded yet; what it will be is known.
	if facts.Request, err = requestOf(tx, who, consent.NewQuestionID(), a.form.Version, true, now); err != nil {
		return err
	}
	if lost > now.Add(-rememberAsked) {
		if err := askedInLostTime(tx, who, a.Words, facts.Request, now); err != nil {
			return err
		}
	}
	a.Verdict = policy.Decide(questionTo(who, clinic.NumberID{}, a.Words), facts)
	for i, n := range c.Numbers {
		v := policy.Decide(questionTo(who, n.ID, a.Words), facts)
		if i == 0 || !a.May() && (v.Outcome == policy.Go || v.Outcome == policy.WaitUntil) {
			a.Verdict, a.Number = v, n
		}
	}
	return nil
}

// AskerOf returns in whose name ready words leave.
func AskerOf(tx *sqlite.Tx) (consent.Asker, error) {
	own, err := settings.Get(tx)
	return consent.Asker{Practice: own.InTexts(), Phone: own.OfficePhone, Week: min(own.Caps.Week, 3)}, err
}

func questionTo(who clinic.PatientID, number clinic.NumberID, words string) policy.Draft {
	return policy.Draft{
		Patient: who, To: number, Category: policy.Scheduling, StartedBy: policy.ByClinic, Purpose: policy.AskConsent,
		Characters: provider.Length(words),
	}
}

// AskByText asks a patient for a consent by text: it is recorded, and leaves as soon
// as it may. CodeMayNotGo with parameter "reason" means that she may not be asked.
func AskByText(d *journal.Decision, who clinic.PatientID, line policy.Line) (clinic.ConsentID, error) {
	a, err := CanAsk(d.Tx, who, line, d.Now)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	if !a.May() {
		return clinic.ConsentID{}, clinic.E(CodeMayNotGo).With("reason", a.Reasons[0].Code)
	}
	id, message := consent.NewQuestionID(), clinic.NewID[clinic.MessageID]()
	if err := consent.AskByText(d, id, consent.Question{
		Patient: who, Number: a.Number.ID, Message: message, Words: a.Words, Form: a.form, PerWeek: a.week,
	}); err != nil {
		return clinic.ConsentID{}, err
	}
	return id, a.write(d, id, message)
}

// write records the text that asks, in the patient's thread on the number.
func (a Asking) write(d *journal.Decision, id clinic.ConsentID, message clinic.MessageID) error {
	thread, err := archive.ThreadFor(d, a.Number.Number, &a.patient)
	if err != nil {
		return err
	}
	archive.Write(d, a.patient.Dossier, archive.Written{
		Message: message, Thread: thread, Body: a.Words, Category: policy.Scheduling, StartedBy: policy.ByClinic,
		Purpose: policy.AskConsent, Asks: id,
	})
	if a.Outcome == policy.WaitUntil {
		m := archive.Message{ID: message, Dossier: a.patient.Dossier}
		archive.Postpone(d, m, archive.Postponed{Message: message, Until: a.Until, Reason: a.Reasons[0].Code})
	}
	return nil
}

// requestFact is what is known about the question that a text belongs to.
func (i item) requestFact(tx *sqlite.Tx, now clinic.Instant) (*policy.RequestFact, error) {
	r, err := consent.RequestOf(tx, i.asks)
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		return nil, nil // its beginning was destroyed
	}
	if err != nil {
		return nil, err
	}
	return requestOf(tx, r.Patient, r.Consent, r.Form, r.Waits(now) && (i.message == r.Message || i.message == r.Reminder), now)
}

// requestOf is what is known about a question and the one before it.
func requestOf(tx *sqlite.Tx, who clinic.PatientID, id clinic.ConsentID, form string, open bool, now clinic.Instant) (*policy.RequestFact, error) {
	f := &policy.RequestFact{ID: id, Version: form, Open: open}
	before, found, err := consent.EarlierQuestion(tx, who, id)
	if err != nil || !found {
		return f, err
	}
	f.Earlier = &policy.EarlierFact{State: before.State, Asked: before.Asked}
	if before.Open(now) {
		return f, nil
	}
	switch before.State {
	case policy.ConsentRequested:
		f.Earlier.State, f.Earlier.Ends = policy.ConsentUnanswered, before.Until
	case policy.ConsentPending:
		f.Earlier.Ends = before.Until
	}
	return f, nil
}

// rememberAsked is how long a question keeps another one from being asked.
const rememberAsked = consent.AskedFor + policy.AskRest

// askedInLostTime adds the question that this archive does not know any more: it went on
// from an older copy of itself, and the provider has a text that asks in the same words.
func askedInLostTime(tx *sqlite.Tx, who clinic.PatientID, words string, f *policy.RequestFact, now clinic.Instant) error {
	threads, err := archive.ThreadsByNumber(tx, archive.SeeAll(), who)
	if err != nil {
		return err
	}
	for _, thread := range threads {
		page, err := archive.History(tx, archive.SeeAll(), thread, "", 50)
		if err != nil {
			return err
		}
		for _, m := range page.Items {
			if m.Origin != archive.Elsewhere || m.Body != words || m.At < now.Add(-rememberAsked) || f.Earlier != nil && f.Earlier.Asked >= m.At {
				continue
			}
			f.Earlier = &policy.EarlierFact{State: policy.ConsentRequested, Asked: m.At}
			if ends := m.At.Add(consent.AskedFor); ends <= now {
				f.Earlier.State, f.Earlier.Ends = policy.ConsentUnanswered, ends
			}
		}
	}
	return nil
}

// FollowQuestions asks once more, two days later, whom a question has reached who has
// not answered, and ends the questions that never arrived.
func (x *Exchange) FollowQuestions(ctx context.Context) error {
	var open []consent.TextRequest
	if err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		open, err = consent.Unanswered(tx, x.cfg.Clock.Now())
		return err
	}); err != nil {
		return err
	}
	var trouble error // of one patient keeps none of the others from being followed
	for _, r := range open {
		if ctx.Err() != nil {
			break
		}
		_, err := x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error { return x.follow(d, r.Consent) })
		trouble = errors.Join(trouble, err)
	}
	return errors.Join(ctx.Err(), trouble)
}

func (x *Exchange) follow(d *journal.Decision, id clinic.ConsentID) error {
	r, err := consent.RequestOf(d.Tx, id)
	if err != nil || !r.Waits(d.Now) {
		return err
	}
	m, err := archive.GetMessage(d.Tx, archive.SeeAll(), r.Message)
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		return nil
	}
	if err != nil {
		return err
	}
	switch m.State {
	case archive.Failed, archive.Withdrawn:
		return consent.Unreached(d, r)
	case archive.Sent, archive.Delivered:
	default:
		return nil // a person decides, or it goes by itself
	}
	if !r.Reminder.IsZero() || d.Now < r.RemindAt() || d.Now >= r.RemindUntil() {
		return nil
	}
	// After a copy was put back, what is missing may have reminded of it.
	if read, err := readingOf(d.Tx); err != nil || read.alone > r.Asked {
		return err
	}
	return x.remind(d, r)
}

// remind writes the one reminder of a question, in the words that asked.
func (x *Exchange) remind(d *journal.Decision, r consent.TextRequest) error {
	facts, err := PatientFacts(d.Tx, r.Patient, x.cfg.Line, d.Now)
	if err != nil {
		return err
	}
	if facts.Request, err = requestOf(d.Tx, r.Patient, r.Consent, r.Form, true, d.Now); err != nil {
		return err
	}
	a := Asking{Words: r.Words}
	if a.patient, err = patients.Get(d.Tx, r.Patient); err != nil {
		return err
	}
	if a.Number.Number, err = patients.GetNumber(d.Tx, r.Number); err != nil {
		return err
	}
	a.Verdict = policy.Decide(questionTo(r.Patient, r.Number, r.Words), facts)
	if !a.May() {
		return nil
	}
	// Another copy of this archive, which nobody has settled yet, may have reminded her.
	asked, err := archive.GetMessage(d.Tx, archive.SeeAll(), r.Message)
	if err != nil {
		return err
	}
	if said, err := saidElsewhere(d.Tx, asked.Thread, r.Words, r.Asked); err != nil || said {
		return err
	}
	message := clinic.NewID[clinic.MessageID]()
	if err := consent.Remind(d, r, message); err != nil {
		return err
	}
	return a.write(d, r.Consent, message)
}

// answered reads a text as the answer to a question that is open on its number, and
// thanks whoever said yes.
func (t *taking) answered(at place, m provider.Message, id clinic.MessageID) error {
	r, found, err := consent.AskedOn(t.d.Tx, at.number.ID, m.Created)
	if err != nil || !found || t.over[r.Consent] || t.stopped[r.Patient] > r.Asked {
		return err
	}
	counts, err := t.answersFor(r, m.Created)
	if err != nil {
		return err
	}
	// Whatever she says, she is not asked once more.
	if err := t.takeBackQuestions(r.Consent); err != nil {
		return err
	}
	says, err := consent.Reply(t.d, r, m.Body, id, m.Created, counts)
	t.over[r.Consent] = says != consent.SaysOtherwise
	if err != nil || says != consent.SaysYes {
		return err
	}
	// After a copy was put back, what is missing may have thanked her.
	if m.Created <= t.alone {
		return nil
	}
	by, err := AskerOf(t.d.Tx)
	if err != nil {
		return err
	}
	p, err := patients.Get(t.d.Tx, r.Patient)
	if err != nil {
		return err
	}
	words, err := consent.ThanksFor(p.Language, by)
	if errors.Is(err, clinic.E(consent.CodeNoPhone)) {
		return nil // what she has agreed to stands without thanks
	}
	if err != nil {
		return err
	}
	words = provider.Normalize(words)
	if said, err := saidElsewhere(t.d.Tx, at.thread, words, m.Created); err != nil || said {
		return err
	}
	thanks := archive.Message{
		ID: clinic.MessageID(t.d.Names.EventID("consent.thanks", r.Consent[:])), Thread: at.thread, Dossier: at.dossier, Body: words, At: t.d.Now,
	}
	archive.Write(t.d, at.dossier, archive.Written{
		Message: thanks.ID, Thread: thanks.Thread, Body: words, Category: policy.Scheduling, StartedBy: policy.ByPatient,
	})
	t.made = append(t.made, alike{thanks, at.number.Phone})
	return nil
}

// answersFor reports whether a text from the number of a question can be nothing but
// the patient's answer: the question had left, and the phone is hers alone.
func (t *taking) answersFor(r consent.TextRequest, at clinic.Instant) (bool, error) {
	m, err := archive.GetMessage(t.d.Tx, archive.SeeAll(), r.Message)
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	switch m.State {
	case archive.Sending, archive.Sent, archive.Delivered, archive.Unsure, archive.Ask, archive.GivenUp:
	default:
		return false, nil // it has not left, or reached nobody
	}
	basis, tried, err := m.Basis()
	// The provider's instants are in whole seconds.
	if err != nil || !tried || at/1000 < basis.DecidedAt/1000 {
		return false, err
	}
	holds, err := patients.Holds(t.d.Tx, r.Number)
	if err != nil || !holds[r.Number].Since.IsZero() {
		return false, err
	}
	numbers, err := patients.NumbersOf(t.d.Tx, r.Patient)
	if err != nil {
		return false, err
	}
	for _, l := range numbers[r.Patient] {
		if l.ID == r.Number {
			return !l.Shared && l.Others == 0 && l.Whose == patients.PatientsOwn, nil
		}
	}
	return false, nil
}

// takeBackQuestions takes back what waits to ask the same question.
func (t *taking) takeBackQuestions(id clinic.ConsentID) error {
	waiting, err := items(t.d.Tx, `asks = ? AND state IN ('waiting', 'later', 'held')`, id)
	if err != nil {
		return err
	}
	for _, i := range waiting {
		if t.back[i.message] {
			continue
		}
		m, err := archive.GetMessage(t.d.Tx, archive.SeeAll(), i.message)
		if err != nil {
			return err
		}
		t.takeBack(m, policy.CodeAskOver)
	}
	return nil
}
