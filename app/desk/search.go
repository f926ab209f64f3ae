package desk

import (
	"context"
	"sync"
	"time"

	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/patients"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

// peopleFound is how many conversations a search shows by name or number.
const peopleFound = 4

// search answers a page of what was found.
func (d *Desk) search(ctx context.Context, c *door.Caller, q SearchQuery) (SearchPage, error) {
	o, err := d.current()
	if err != nil {
		return SearchPage{}, err
	}
	var page SearchPage
	// Asked before: what is found after it was whole is all there is.
	seen, of, err := o.clinic.Journal.Behind(ctx)
	if err != nil {
		return SearchPage{}, err
	}
	page.Behind = seen < of
	var shown []clinic.DossierID
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		sight := sightOf(c)
		asked, err := q.search(tx)
		if err != nil {
			return err
		}
		show := o.presenter(tx)
		if q.named() {
			people, err := archive.List(tx, sight, archive.Filter{Search: q.Words}, "", peopleFound)
			if err != nil {
				return err
			}
			for _, r := range people.Rows {
				shown = append(shown, r.Dossier)
			}
			page.MorePeople = people.Next != ""
			if page.People, err = show.rows(people.Rows); err != nil {
				return err
			}
		}
		hits, err := archive.Texts(tx, sight, asked)
		if err != nil {
			return err
		}
		for _, h := range hits.Items {
			shown = append(shown, h.Dossier)
		}
		page.Next, page.Inside, page.BackTo = hits.Next, hits.Inside, hits.BackTo
		page.Items, err = show.found(hits.Items)
		return err
	})
	if err != nil {
		return SearchPage{}, err
	}
	o.searches.saw(c, q.Run, o.cfg.Clock.Now(), shown)
	return page, nil
}

// named reports whether people are looked for, too: where something was typed
// and nothing narrows the search to texts.
func (q SearchQuery) named() bool {
	return q.Words != "" && q.After == "" && q.Patient.IsZero() && q.Author.IsZero() && q.Way == "" &&
		q.From.IsZero() && q.To.IsZero() && !q.Attachments && q.State == ""
}

func (q SearchQuery) search(tx *sqlite.Tx) (archive.Search, error) {
	s := archive.Search{
		Words: q.Words, Best: q.Best, Inside: q.Inside, After: q.After, Limit: q.Limit,
		Filter: archive.SearchFilter{
			Patient: q.Patient, Author: q.Author, Way: archive.Way(q.Way), Attachments: q.Attachments,
			Unread: q.State == SearchUnread, Unknown: q.State == SearchUnknown,
		},
	}
	var err error
	switch q.State {
	case "", SearchUnread, SearchUnknown:
	case SearchWaiting:
		if s.Filter.Only, err = exchange.WaitingThreads(tx); err != nil {
			return s, err
		}
	default:
		return s, clinic.E(clinic.CodeBadInput)
	}
	switch s.Filter.Way {
	case "", archive.In, archive.Out:
	default:
		return s, clinic.E(clinic.CodeBadInput)
	}
	if q.From.IsZero() && q.To.IsZero() {
		return s, nil
	}
	c, err := settings.Get(tx)
	if err != nil {
		return s, err
	}
	zone, err := c.Zone.Location()
	if err != nil {
		return s, err
	}
	if !q.From.IsZero() {
		s.Filter.From = q.From.In(zone)
	}
	if !q.To.IsZero() {
		s.Filter.Until = q.To.AddDays(1).In(zone)
	}
	return s, nil
}

// found shows a page of hits.
func (p presenter) found(all []archive.Hit) ([]FoundText, error) {
	var who []clinic.PatientID
	var numbers []clinic.NumberID
	var authors []clinic.StaffID
	for _, h := range all {
		numbers, authors = append(numbers, h.Number), append(authors, h.Author)
		if !h.Patient.IsZero() {
			who = append(who, h.Patient)
		}
	}
	people, err := patients.GetAll(p.tx, who...)
	if err != nil {
		return nil, err
	}
	phones, err := patients.PhonesOf(p.tx, numbers...)
	if err != nil {
		return nil, err
	}
	names, err := staff.Names(p.tx, authors...)
	if err != nil {
		return nil, err
	}
	var shown []FoundText
	for _, h := range all {
		row := FoundText{
			Message: h.Message, Thread: h.Thread, Phone: phones[h.Number].Display(), Way: Way(h.Way),
			Author: names[h.Author], At: h.At, Media: h.Media, Snippet: h.Snippet.Text,
		}
		if !h.Patient.IsZero() {
			patient, found := people[h.Patient]
			if !found {
				return nil, clinic.E(clinic.CodeNotFound)
			}
			row.Patient = &PatientName{ID: h.Patient, Name: patient.Name}
		}
		for _, m := range h.Snippet.Marks {
			row.Marks = append(row.Marks, Mark{From: m[0], To: m[1]})
		}
		shown = append(shown, row)
	}
	return shown, nil
}

// searches remembers who was shown since somebody began to search. What comes up
// while she types is mostly what came up a letter ago; one record for each of
// them says as much as one a letter, and nothing is shown before its record. The
// words are in no record: they can say more about a patient than a name does.
type searches struct {
	mu    sync.Mutex
	by    clinic.StaffID
	run   string
	since clinic.Instant
	shown map[clinic.DossierID]bool
}

// runFor is how long a run goes on at the longest. Whoever looks on after that
// looks again.
const runFor = 5 * time.Minute

// saw notes on the caller who is shown for the first time in a run, and keeps it
// once that is on record.
func (s *searches) saw(c *door.Caller, run string, now clinic.Instant, shown []clinic.DossierID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if run == "" || run != s.run || c.ID != s.by || now.Sub(s.since) > runFor {
		s.by, s.run, s.since, s.shown = c.ID, run, now, map[clinic.DossierID]bool{}
	}
	known := s.shown
	for _, d := range shown {
		if !known[d] {
			c.Saw(d)
		}
	}
	c.OnRecord(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, d := range shown {
			known[d] = true
		}
	})
}
