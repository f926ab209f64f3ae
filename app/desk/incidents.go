package desk

import (
	"context"

	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/incidents"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/records"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

// incidentsShown is how many the list names.
const incidentsShown = 200

// reportIncident opens the incident and the disclosure of a text in sight.
func (d *Desk) reportIncident(ctx context.Context, c *door.Caller, r ReportIncident) (Incident, error) {
	return d.changeIncident(ctx, c, r.ID, func(dec *journal.Decision) error {
		return exchange.ReportWrongPerson(dec, sightOf(c), exchange.WrongPerson{
			ID: r.ID, Message: r.Message, About: r.About, Recipient: incidents.Recipient(r.Recipient), Contents: convert[incidents.Content](r.Contents),
			Found: r.Found, Done: convert[incidents.Deed](r.Done), Words: r.Words,
		})
	})
}

// incidents answers the open incidents and the newest of the others.
func (d *Desk) incidents(ctx context.Context, c *door.Caller, _ door.None) (IncidentList, error) {
	o, err := d.current()
	if err != nil {
		return IncidentList{}, err
	}
	var list IncidentList
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		all, err := incidents.List(tx, incidentsShown)
		if err != nil {
			return err
		}
		if list.Days, err = incidents.Days(tx); err != nil {
			return err
		}
		list.Items, err = o.presenter(tx).incidents(c, all)
		return err
	})
	return list, err
}

// incidentStanding counts what waits, and shows nobody: it is asked at each sign-in, and
// no look at a patient is on record for it.
func (d *Desk) incidentStanding(ctx context.Context, _ *door.Caller, _ door.None) (IncidentStanding, error) {
	o, err := d.current()
	if err != nil {
		return IncidentStanding{}, err
	}
	var standing IncidentStanding
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		all, err := incidents.List(tx, incidentsShown)
		if err != nil {
			return err
		}
		today, err := clinicDay(tx, d.cfg.Clock.Now())
		if err != nil {
			return err
		}
		for _, i := range all {
			if i.ClosedAt.IsZero() {
				standing.Open++
			}
		}
		standing.Reports, standing.Report = incidents.Reports(all, today)
		return nil
	})
	return standing, err
}

// incident answers one in sight with all that happened to it.
func (d *Desk) incident(ctx context.Context, c *door.Caller, r IncidentRef) (Incident, error) {
	o, err := d.current()
	if err != nil {
		return Incident{}, err
	}
	var shown Incident
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		i, err := seenIncident(tx, sightOf(c), r.ID)
		if err != nil {
			return err
		}
		shown, err = o.presenter(tx).incident(c, i)
		return err
	})
	return shown, err
}

// noteIncident adds what was done or found out.
func (d *Desk) noteIncident(ctx context.Context, c *door.Caller, r NoteIncident) (Incident, error) {
	return d.stepIncident(ctx, c, r.ID, func(dec *journal.Decision, _ incidents.Incident) error {
		return incidents.Note(dec, r.Key, r.ID, convert[incidents.Deed](r.Done), r.Words)
	})
}

// decideNumber lets texts go to an incident's number again, or holds it for everybody
// as a wrong one.
func (d *Desk) decideNumber(ctx context.Context, c *door.Caller, r DecideNumber) (Incident, error) {
	return d.stepIncident(ctx, c, r.ID, func(dec *journal.Decision, i incidents.Incident) error {
		if err := incidents.DecideNumber(dec, r.ID, r.Right); err != nil || r.Right || !i.Pauses {
			return err
		}
		return consent.HoldNumber(dec, i.Number, i.Happened)
	})
}

// assessIncident records the four factors and what they come to.
func (d *Desk) assessIncident(ctx context.Context, c *door.Caller, r AssessIncident) (Incident, error) {
	return d.stepIncident(ctx, c, r.ID, func(dec *journal.Decision, _ incidents.Incident) error {
		return incidents.Assess(dec, r.Key, r.ID, incidents.Factors(r.Factors), incidents.Conclusion(r.Conclusion))
	})
}

// tellOfIncident records that somebody was told of a breach.
func (d *Desk) tellOfIncident(ctx context.Context, c *door.Caller, r TellOfIncident) (Incident, error) {
	return d.stepIncident(ctx, c, r.ID, func(dec *journal.Decision, _ incidents.Incident) error {
		today, err := clinicDay(dec.Tx, dec.Now)
		if err != nil {
			return err
		}
		return incidents.Tell(dec, r.Key, r.ID, incidents.Told(r.Whom), r.On, today)
	})
}

// closeIncident ends an incident of which nothing is due.
func (d *Desk) closeIncident(ctx context.Context, c *door.Caller, r CloseIncident) (Incident, error) {
	return d.stepIncident(ctx, c, r.ID, func(dec *journal.Decision, _ incidents.Incident) error {
		return incidents.Close(dec, r.ID, r.Words)
	})
}

// saveNoticeDays records within how many days a patient is told of a breach.
func (d *Desk) saveNoticeDays(ctx context.Context, c *door.Caller, r NoticeDays) (NoticeDays, error) {
	o, err := d.current()
	if err != nil {
		return NoticeDays{}, err
	}
	_, err = o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		return incidents.SetDays(dec, r.Days)
	})
	return r, err
}

// stepIncident makes a decision about an incident in sight and answers it.
func (d *Desk) stepIncident(ctx context.Context, c *door.Caller, id incidents.ID, decide func(*journal.Decision, incidents.Incident) error) (Incident, error) {
	return d.changeIncident(ctx, c, id, func(dec *journal.Decision) error {
		i, err := seenIncident(dec.Tx, sightOf(c), id)
		if err != nil {
			return err
		}
		return decide(dec, i)
	})
}

func (d *Desk) changeIncident(ctx context.Context, c *door.Caller, id incidents.ID, decide func(*journal.Decision) error) (Incident, error) {
	o, err := d.current()
	if err != nil {
		return Incident{}, err
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, decide); err != nil {
		return Incident{}, err
	}
	return d.incident(ctx, c, IncidentRef{ID: id})
}

// seenIncident returns an incident whose conversation and patient are in sight. Any
// other answers CodeNotFound, as one that does not exist.
func seenIncident(tx *sqlite.Tx, s archive.Sight, id incidents.ID) (incidents.Incident, error) {
	i, err := incidents.Get(tx, id)
	if err != nil {
		return incidents.Incident{}, err
	}
	seen, err := seesIncident(tx, s, i)
	if err == nil && !seen {
		err = clinic.E(clinic.CodeNotFound)
	}
	return i, err
}

func seesIncident(tx *sqlite.Tx, s archive.Sight, i incidents.Incident) (bool, error) {
	threads, err := archive.InSight(tx, s, i.Thread)
	if err != nil || len(threads) == 0 {
		return false, err
	}
	return s.Patients().Sees(tx, i.About)
}

// clinicDay returns the day that it is in the clinic.
func clinicDay(tx *sqlite.Tx, now clinic.Instant) (clinic.Date, error) {
	own, err := settings.Get(tx)
	if err != nil {
		return clinic.Date{}, err
	}
	zone, err := own.Zone.Location()
	if err != nil {
		return clinic.Date{}, err
	}
	return clinic.DateOf(now.Time().In(zone)), nil
}

// incidents shows some, of those out of sight that there is one.
func (p presenter) incidents(c *door.Caller, all []incidents.Incident) ([]IncidentRow, error) {
	today, err := clinicDay(p.tx, p.now)
	if err != nil {
		return nil, err
	}
	days, err := incidents.Days(p.tx)
	if err != nil {
		return nil, err
	}
	var by []clinic.StaffID
	var about []clinic.PatientID
	var numbers []clinic.NumberID
	for _, i := range all {
		by, about, numbers = append(by, i.ReportedBy), append(about, i.About), append(numbers, i.Number)
	}
	names, err := staff.Names(p.tx, by...)
	if err != nil {
		return nil, err
	}
	who, err := patients.GetAll(p.tx, about...)
	if err != nil {
		return nil, err
	}
	phones, err := patients.PhonesOf(p.tx, numbers...)
	if err != nil {
		return nil, err
	}
	var rows []IncidentRow
	for _, i := range all {
		seen, err := seesIncident(p.tx, sightOf(c), i)
		if err != nil {
			return nil, err
		}
		row := IncidentRow{ID: i.ID, Hidden: !seen, Found: i.Found, ClosedAt: i.ClosedAt}
		if !seen {
			row.ID = incidents.ID{} // nothing to ask further by
			rows = append(rows, row)
			continue
		}
		c.Saw(i.Dossier)
		row.Conclusion, row.ReportedBy, row.ReportedAt = IncidentConclusion(i.Conclusion), names[i.ReportedBy], i.ReportedAt
		row.Happened, row.Phone, row.Thread, row.Message = i.Happened, phones[i.Number].Display(), i.Thread, i.Message
		row.Recipient, row.Contents, row.Pauses = IncidentRecipient(i.Recipient), convert[IncidentContent](i.Contents), i.Pauses
		if known, there := who[i.About]; there {
			row.About = &PatientName{ID: i.About, Name: known.Name}
		}
		for _, due := range i.Due(days) {
			shown := IncidentDue{Task: IncidentTask(due.Task), By: due.By}
			if !due.By.IsZero() {
				shown.Left = today.DaysUntil(due.By)
			}
			row.Due = append(row.Due, shown)
		}
		row.Closes = i.ClosedAt.IsZero() && i.Closes()
		rows = append(rows, row)
	}
	return rows, nil
}

// incident shows one in sight with its history.
func (p presenter) incident(c *door.Caller, i incidents.Incident) (Incident, error) {
	rows, err := p.incidents(c, []incidents.Incident{i})
	if err != nil {
		return Incident{}, err
	}
	history, err := incidents.History(p.tx, i.ID)
	if err != nil {
		return Incident{}, err
	}
	var by []clinic.StaffID
	for _, s := range history {
		by = append(by, s.By)
	}
	names, err := staff.Names(p.tx, by...)
	if err != nil {
		return Incident{}, err
	}
	shown := Incident{Row: rows[0]}
	for _, s := range history {
		step := IncidentStep{
			At: s.At, By: names[s.By], What: IncidentWhat(s.What), Done: convert[IncidentDeed](s.Done), Words: s.Words, Right: s.Right,
			Conclusion: IncidentConclusion(s.Conclusion), Whom: IncidentTold(s.Whom), On: s.On,
		}
		if s.Factors != nil {
			factors := IncidentFactors(*s.Factors)
			step.Factors = &factors
		}
		shown.Steps = append(shown.Steps, step)
	}
	return shown, nil
}

// disclosures shows the accounting of a patient in sight. What went to a conversation
// out of sight is counted and not told.
func (p presenter) disclosures(s archive.Sight, id clinic.PatientID) ([]DisclosureRow, error) {
	all, err := incidents.DisclosuresOf(p.tx, id)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	threads := make([]clinic.ThreadID, len(all))
	for n, one := range all {
		threads[n] = one.Thread
	}
	if threads, err = archive.InSight(p.tx, s, threads...); err != nil {
		return nil, err
	}
	seen := map[clinic.ThreadID]bool{}
	for _, t := range threads {
		seen[t] = true
	}
	var rows []DisclosureRow
	for _, one := range all {
		row := DisclosureRow{At: one.At}
		if seen[one.Thread] {
			row.Incident, row.Recipient, row.Contents = one.Incident.String(), IncidentRecipient(one.Recipient), convert[IncidentContent](one.Contents)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// incidentPaper answers what stands on the page of an incident.
func (d *Desk) incidentPaper(ctx context.Context, c *door.Caller, r MakeIncidentPaper) (IncidentPaper, error) {
	o, err := d.current()
	if err != nil {
		return IncidentPaper{}, err
	}
	var paper IncidentPaper
	head, err := o.paper(ctx, c, r.Key, func(tx *sqlite.Tx, p presenter) (records.Made, []clinic.DossierID, error) {
		i, err := seenIncident(tx, sightOf(c), r.ID)
		if err != nil {
			return records.Made{}, nil, err
		}
		shown, err := p.incident(c, i)
		if err != nil {
			return records.Made{}, nil, err
		}
		paper.Row, paper.Steps = shown.Row, shown.Steps
		if paper.Patient, err = p.onPaper(i.About); err != nil {
			return records.Made{}, nil, err
		}
		seen := []clinic.DossierID{i.Dossier}
		thread, err := archive.GetThread(tx, sightOf(c), i.Thread)
		if err != nil {
			return records.Made{}, nil, err
		}
		if !thread.Patient.IsZero() {
			recipient, err := patients.Get(tx, thread.Patient)
			if err != nil {
				return records.Made{}, nil, err
			}
			paper.RecipientName, seen = recipient.Name, append(seen, recipient.Dossier)
		}
		return records.Made{Sort: records.Incident, Incident: i.ID, People: len(seen)}, seen, nil
	})
	paper.Head = head
	return paper, err
}

// convert carries words from one side of a door to the other.
func convert[To, From ~string](all []From) []To {
	var some []To
	for _, one := range all {
		some = append(some, To(one))
	}
	return some
}
