package desk

import (
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

// presenter turns what the backend knows into what a screen shows, within one
// read. It remembers what it has looked up.
type presenter struct {
	tx    *sqlite.Tx
	line  policy.Line
	now   clinic.Instant
	names map[clinic.StaffID]string
}

func (o *open) presenter(tx *sqlite.Tx) *presenter {
	return &presenter{tx: tx, line: o.policyLine(), now: o.cfg.Clock.Now(), names: map[clinic.StaffID]string{}}
}

func (p *presenter) staff(id clinic.StaffID) (string, error) {
	if name, known := p.names[id]; known {
		return name, nil
	}
	name, err := staff.Name(p.tx, id)
	if err == nil {
		p.names[id] = name
	}
	return name, err
}

func (p *presenter) row(r archive.Row) (ThreadRow, error) {
	number, err := patients.GetNumber(p.tx, r.Number)
	if err != nil {
		return ThreadRow{}, err
	}
	row := ThreadRow{
		ID: r.ID, Phone: number.Phone.Display(), Snippet: cut(r.Newest.Body), Way: Way(r.Newest.Way),
		State: MessageState(r.Newest.State), At: r.LastAt, Unread: r.Unread, Standing: UnknownText,
	}
	if r.Patient.IsZero() {
		return row, nil
	}
	patient, err := patients.Get(p.tx, r.Patient)
	if err != nil {
		return ThreadRow{}, err
	}
	row.Patient = &PatientName{ID: patient.ID, Name: patient.Name}
	standing, err := p.standing(patient.ID)
	row.Standing = standingOf(standing.State)
	return row, err
}

func (p *presenter) standing(id clinic.PatientID) (policy.Standing, error) {
	facts, err := exchange.PatientFacts(p.tx, id, p.line, p.now)
	if err != nil {
		return policy.Standing{}, err
	}
	return policy.StandingOf(facts), nil
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

func (p *presenter) message(m archive.Message) (Message, error) {
	author, err := p.staff(m.Author)
	if err != nil {
		return Message{}, err
	}
	shown := Message{
		ID: m.ID, Way: Way(m.Way), Body: m.Body, At: m.At, Author: author, State: MessageState(m.State),
		Until: m.Until, Category: Category(m.Category), Media: m.Media, Origin: Origin(m.Origin),
	}
	switch m.State {
	case archive.Failed, archive.Held, archive.Ask, archive.Unsure, archive.Later, archive.Waiting:
		code := m.Reason
		if code == "" && m.State == archive.Failed {
			code = exchange.DeliveryCode(m.ProviderCode)
		}
		if code != "" {
			shown.Failure = &Problem{Code: code, Params: clinic.Params{}}
			if m.ProviderCode != 0 {
				shown.Failure.Params["provider_code"] = m.ProviderCode
			}
		}
	}
	return shown, nil
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

func (p *presenter) card(id clinic.PatientID) (PatientCard, error) {
	patient, err := patients.Get(p.tx, id)
	if err != nil {
		return PatientCard{}, err
	}
	zone, err := patient.Zone.Location()
	if err != nil {
		return PatientCard{}, err
	}
	card := PatientCard{
		ID: id, Name: patient.Name, BirthDate: patient.BirthDate, Age: patient.BirthDate.Age(clinic.DateOf(p.now.Time().In(zone))),
		Language: LanguageName(patient.Language), Zone: string(patient.Zone), Guardian: patient.Guardian,
	}
	numbers, err := patients.NumbersOf(p.tx, id)
	if err != nil {
		return PatientCard{}, err
	}
	for _, n := range numbers {
		out, err := consent.OptedOutSince(p.tx, n.ID)
		if err != nil {
			return PatientCard{}, err
		}
		card.Numbers = append(card.Numbers, NumberRow{
			ID: n.ID, Phone: n.Phone.Display(), Shared: n.Shared || n.Others > 0, OptedOut: out,
		})
	}
	standing, err := p.standing(id)
	if err != nil {
		return PatientCard{}, err
	}
	card.Standing, card.Reasons = standingOf(standing.State), reasonsOf(standing.Reasons)
	all, err := consent.Of(p.tx, id)
	if err != nil {
		return PatientCard{}, err
	}
	for _, c := range all {
		row, err := p.consent(c)
		if err != nil {
			return PatientCard{}, err
		}
		card.Consents = append(card.Consents, row)
	}
	threads, err := archive.OfPatient(p.tx, id)
	if err == nil && len(threads) > 0 {
		card.Thread = threads[0].ID
	}
	return card, err
}

func (p *presenter) consent(c consent.Consent) (ConsentRow, error) {
	by, err := p.staff(c.RecordedBy)
	if err != nil {
		return ConsentRow{}, err
	}
	row := ConsentRow{
		ID: c.ID, State: ConsentState(c.State(p.now)), Form: c.Form, SignedOn: c.SignedOn, Expires: c.Expires,
		FromHour: c.Scope.FromHour, ToHour: c.Scope.ToHour, Signer: c.SignerName, RecordedBy: by,
		RevokedAt: c.RevokedAt, RevokedHow: RevokedHow(c.RevokedHow),
	}
	for _, category := range c.Scope.Categories {
		row.Categories = append(row.Categories, Category(category))
	}
	for _, w := range c.Scope.Weekdays {
		row.Weekdays = append(row.Weekdays, int(w))
	}
	return row, nil
}

func weekdays(numbers []int) []time.Weekday {
	days := make([]time.Weekday, 0, len(numbers))
	for _, n := range numbers {
		days = append(days, time.Weekday(n))
	}
	return days
}
