package desk

import (
	"slices"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/incidents"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

// presenter turns what the backend knows into what a screen shows, within one
// read. What belongs to the rows of a page is looked up for all of them at once:
// a page of two hundred takes as many statements as a page of one.
type presenter struct {
	tx   *sqlite.Tx
	line policy.Line
	now  clinic.Instant
	open *open
}

func (o *open) presenter(tx *sqlite.Tx) presenter {
	return presenter{tx: tx, line: o.policyLine(), now: o.cfg.Clock.Now(), open: o}
}

func (p presenter) contacts(ids ...clinic.PatientID) (map[clinic.PatientID]exchange.Contact, error) {
	return exchange.Contacts(p.tx, p.line, p.now, ids...)
}

// rows shows a page of the inbox.
func (p presenter) rows(all []archive.Row) ([]ThreadRow, error) {
	var who []clinic.PatientID
	var numbers []clinic.NumberID
	for _, r := range all {
		numbers = append(numbers, r.Number)
		if !r.Patient.IsZero() {
			who = append(who, r.Patient)
		}
	}
	phones, err := patients.PhonesOf(p.tx, numbers...)
	if err != nil {
		return nil, err
	}
	contacts, err := p.contacts(who...)
	if err != nil {
		return nil, err
	}
	var shown []ThreadRow
	for _, r := range all {
		row := ThreadRow{
			ID: r.ID, Phone: phones[r.Number].Display(), Snippet: cut(r.Newest.Body), Media: r.Newest.Media, Way: Way(r.Newest.Way),
			State: MessageState(r.Newest.State), At: r.LastAt, Unread: r.Unread, Standing: UnknownText,
		}
		if !r.Patient.IsZero() {
			contact, found := contacts[r.Patient]
			if !found {
				return nil, clinic.E(clinic.CodeNotFound)
			}
			row.Patient = &PatientName{ID: r.Patient, Name: contact.Patient.Name}
			row.Standing = standingOf(contact.Standing().State)
		}
		shown = append(shown, row)
	}
	return shown, nil
}

// patients shows a page of the patient list.
func (p presenter) patients(s archive.Sight, all []patients.Named) ([]PatientRow, error) {
	var who []clinic.PatientID
	for _, n := range all {
		who = append(who, n.ID)
	}
	contacts, err := p.contacts(who...)
	if err != nil {
		return nil, err
	}
	threads, err := archive.ThreadsOf(p.tx, s, who...)
	if err != nil {
		return nil, err
	}
	var shown []PatientRow
	for _, n := range all {
		contact, found := contacts[n.ID]
		if !found {
			return nil, clinic.E(clinic.CodeNotFound)
		}
		row := PatientRow{ID: n.ID, Name: n.Name, Thread: threads[n.ID], Standing: standingOf(contact.Standing().State)}
		if len(contact.Numbers) > 0 {
			row.Phone = contact.Numbers[0].Phone.Display()
		}
		shown = append(shown, row)
	}
	return shown, nil
}

func cut(body string) string {
	count := 0
	for i := range body {
		if count == snippet {
			return body[:i] + "…"
		}
		count++
	}
	return body
}

// messages shows texts.
func (p presenter) messages(all []archive.Message) ([]Message, error) {
	var authors []clinic.StaffID
	for _, m := range all {
		authors = append(authors, m.Author)
	}
	names, err := staff.Names(p.tx, authors...)
	if err != nil {
		return nil, err
	}
	came, err := p.attachments(all)
	if err != nil {
		return nil, err
	}
	ids := make([]clinic.MessageID, len(all))
	for i, m := range all {
		ids[i] = m.ID
	}
	wrong, err := incidents.Of(p.tx, ids...)
	if err != nil {
		return nil, err
	}
	var shown []Message
	for _, m := range all {
		one := messageBy(m, names[m.Author])
		one.Attachments = came[m.ID]
		if id, reported := wrong[m.ID]; reported {
			one.Incident = id.String()
		}
		shown = append(shown, one)
	}
	return shown, nil
}

// message shows one text.
func (p presenter) message(m archive.Message) (Message, error) {
	shown, err := p.messages([]archive.Message{m})
	if err != nil {
		return Message{}, err
	}
	return shown[0], nil
}

func messageBy(m archive.Message, author string) Message {
	shown := Message{
		ID: m.ID, Way: Way(m.Way), Body: m.Body, At: m.At, Author: author, State: MessageState(m.State),
		Until: m.Until, Category: Category(m.Category), Media: m.Media, Origin: Origin(m.Origin),
		SendsAgain: !m.AgainOf.IsZero(), SentAgain: !m.AgainBy.IsZero(),
	}
	switch m.State {
	case archive.Failed, archive.Held, archive.Ask, archive.Unsure, archive.Later, archive.Waiting,
		archive.Recalling,
		archive.Sent, archive.Delivered: // that it was called off too late
		code := m.Reason
		if code == "" && m.State == archive.Failed {
			code = provider.Explain(m.ProviderCode).Code
		}
		if code != "" {
			shown.Failure = &Problem{Code: code, Params: clinic.Params{}}
			if m.ProviderCode != 0 {
				shown.Failure.Params["provider_code"] = m.ProviderCode
			}
		}
	case archive.Received:
		// The provider can find fault with a text that came in, and keep it from
		// everybody but us.
		if m.ProviderCode != 0 {
			shown.Failure = &Problem{
				Code: provider.ExplainInbound(m.ProviderCode).Code, Params: clinic.Params{"provider_code": m.ProviderCode},
			}
		}
	}
	return shown
}

func reasonsOf(all []policy.Reason) []Reason {
	var shown []Reason
	for _, r := range all {
		params := r.Params
		if params == nil {
			params = clinic.Params{}
		}
		shown = append(shown, Reason{Code: r.Code, Params: params, Source: string(r.Source), Next: r.NextStep})
	}
	return shown
}

// card shows a patient in sight, or answers CodeNotFound.
func (p presenter) card(s archive.Sight, id clinic.PatientID) (PatientCard, error) {
	contacts, err := p.contacts(id)
	if err != nil {
		return PatientCard{}, err
	}
	contact, found := contacts[id]
	if !found {
		return PatientCard{}, clinic.E(clinic.CodeNotFound)
	}
	if err := mustSee(p.tx, s, id); err != nil {
		return PatientCard{}, err
	}
	patient := contact.Patient
	zone, err := patient.Zone.Location()
	if err != nil {
		return PatientCard{}, err
	}
	rules, err := settings.GetTexting(p.tx)
	if err != nil {
		return PatientCard{}, err
	}
	age := patient.BirthDate.Age(clinic.DateOf(p.now.Time().In(zone)))
	standing := contact.Standing()
	card := PatientCard{
		ID: id, Name: patient.Name, BirthDate: patient.BirthDate, Age: age, Minor: age < rules.Majority,
		Language: LanguageName(patient.Language), Zone: string(patient.Zone), Guardian: patient.Guardian,
		Standing: standingOf(standing.State), Reasons: reasonsOf(standing.Reasons),
	}
	for _, c := range standing.Categories {
		card.Categories = append(card.Categories, Category(c))
	}
	threads, err := archive.ThreadsByNumber(p.tx, s, id)
	if err != nil {
		return PatientCard{}, err
	}
	for _, n := range contact.Numbers {
		card.Numbers = append(card.Numbers, NumberRow{
			Thread: threads[n.ID],
			ID:     n.ID, Phone: n.Phone.Display(), Shared: n.Shared || n.Others > 0, OptedOut: contact.OptedOut[n.ID],
			Verified: contact.Verified[n.ID], Held: contact.Held[n.ID], Guardians: n.Whose == patients.Guardians,
		})
	}
	if card.Consents, err = p.consents(contact); err != nil {
		return PatientCard{}, err
	}
	if card.CliniciansOnly, err = patients.IsRestricted(p.tx, id); err != nil {
		return PatientCard{}, err
	}
	team, err := patients.CareTeam(p.tx, id)
	if err != nil {
		return PatientCard{}, err
	}
	names, err := staff.Names(p.tx, team...)
	if err != nil {
		return PatientCard{}, err
	}
	for _, m := range team {
		card.Therapists = append(card.Therapists, Person{m, names[m]})
	}
	if card.Disclosures, err = p.disclosures(s, id); err != nil {
		return PatientCard{}, err
	}
	latest, err := archive.ThreadsOf(p.tx, s, id)
	card.Thread = latest[id]
	return card, err
}

// consents shows the consents of a patient.
func (p presenter) consents(of exchange.Contact) ([]ConsentRow, error) {
	all, err := consent.Of(p.tx, of.Patient.ID)
	if err != nil {
		return nil, err
	}
	rules, err := settings.GetTexting(p.tx)
	if err != nil {
		return nil, err
	}
	var by []clinic.StaffID
	var ids []clinic.ConsentID
	for _, c := range all {
		by, ids = append(by, c.RecordedBy), append(ids, c.ID)
	}
	scans, err := p.scans(ids...)
	if err != nil {
		return nil, err
	}
	names, err := staff.Names(p.tx, by...)
	if err != nil {
		return nil, err
	}
	asked, err := p.asked(all)
	if err != nil {
		return nil, err
	}
	var shown []ConsentRow
	for _, c := range all {
		state, hold, err := c.Stands(p.now, of.Patient, rules.Majority)
		if err != nil {
			return nil, err
		}
		row := ConsentRow{
			ID: c.ID, State: ConsentState(state), Hold: Hold(hold), Ends: c.Moved == policy.ConsentPaused, Way: ConsentWay(c.Way),
			Code: string(consent.CodeOf(c.ID)), Scope: scopeShown(c.Scope), Details: ConsentDetails(c.Details), SignedBy: Signer(c.Signer), Form: c.Form, SignedOn: c.SignedOn, Expires: c.Expires,
			FromHour: c.Scope.FromHour, ToHour: c.Scope.ToHour, Signer: c.SignerName, RecordedBy: names[c.RecordedBy],
			RevokedAt: c.RevokedAt, RevokedHow: RevokedHow(c.RevokedHow), Scans: scans[c.ID], Asked: asked[c.ID],
			Revocable: c.Revocable(), Returns: of.Consent != nil && of.Consent.ID == c.ID && c.MayReturn(p.now),
		}
		for _, category := range c.Scope.Categories {
			row.Categories = append(row.Categories, Category(category))
		}
		for _, w := range c.Scope.Weekdays {
			row.Weekdays = append(row.Weekdays, int(w))
		}
		for _, n := range of.Numbers {
			if slices.Contains(c.Scope.Numbers, n.ID) {
				row.Numbers = append(row.Numbers, n.Phone.Display())
			}
		}
		shown = append(shown, row)
	}
	return shown, nil
}

func weekdays(numbers []int) []time.Weekday {
	days := make([]time.Weekday, 0, len(numbers))
	for _, n := range numbers {
		days = append(days, time.Weekday(n))
	}
	return days
}
