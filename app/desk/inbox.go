package desk

import (
	"context"

	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/device"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/session"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

// snippet is how much of a text a line of the inbox shows, in characters.
const snippet = 160

// inbox answers a page of threads.
func (d *Desk) inbox(ctx context.Context, c *door.Caller, q InboxQuery) (InboxPage, error) {
	o, err := d.current()
	if err != nil {
		return InboxPage{}, err
	}
	var page InboxPage
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		filter, err := filterOf(tx, q)
		if err != nil {
			return err
		}
		sight := sightOf(c)
		list, err := archive.List(tx, sight, filter, q.After, q.Limit)
		if err != nil {
			return err
		}
		if page.Unread, err = archive.CountUnread(tx, sight); err != nil {
			return err
		}
		for _, r := range list.Rows {
			c.Saw(r.Dossier)
		}
		page.Next = list.Next
		page.Items, err = o.presenter(tx).rows(list.Rows)
		return err
	})
	return page, err
}

func filterOf(tx *sqlite.Tx, q InboxQuery) (archive.Filter, error) {
	f := archive.Filter{Search: q.Search}
	switch q.View {
	case ViewAll:
	case ViewUnread:
		f.Unread = true
	case ViewUnknown:
		f.Unknown = true
	case ViewWaiting:
		var err error
		f.Only, err = exchange.WaitingThreads(tx)
		return f, err
	default:
		return f, clinic.E(clinic.CodeBadInput)
	}
	return f, nil
}

// history reads the texts that are asked for.
func (q ThreadQuery) history(tx *sqlite.Tx, s archive.Sight) (archive.Messages, error) {
	switch {
	case !q.Around.IsZero() && q.Before == "" && q.After == "":
		return archive.Around(tx, s, q.ID, q.Around, q.Limit)
	case q.After != "" && q.Around.IsZero() && q.Before == "":
		return archive.After(tx, s, q.ID, q.After, q.Limit)
	case q.After == "" && q.Around.IsZero():
		return archive.History(tx, s, q.ID, q.Before, q.Limit)
	}
	return archive.Messages{}, clinic.E(clinic.CodeBadInput)
}

// openThread answers a thread with its newest texts, or with others.
func (d *Desk) openThread(ctx context.Context, c *door.Caller, q ThreadQuery) (ThreadPage, error) {
	o, err := d.current()
	if err != nil {
		return ThreadPage{}, err
	}
	draft, err := o.clinic.Device.Draft(ctx, c.ID, q.ID)
	if err != nil {
		return ThreadPage{}, err
	}
	page := ThreadPage{ID: q.ID, Draft: draft.Body, DraftAgain: draft.Again}
	if page.DraftPicture, err = o.clinic.Device.HasPicture(ctx, c.ID, q.ID); err != nil {
		return ThreadPage{}, err
	}
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		sight := sightOf(c)
		t, err := archive.GetThread(tx, sight, q.ID)
		if err != nil {
			return err
		}
		c.Saw(t.Dossier)
		number, err := patients.GetNumber(tx, t.Number)
		if err != nil {
			return err
		}
		history, err := q.history(tx, sight)
		if err != nil {
			return err
		}
		page.Phone, page.Unread, page.AsOf = number.Phone.Display(), t.Unread, t.ReadTo
		page.Earlier, page.Newer = history.Earlier, history.Newer
		if page.Pictures, err = o.picturesOn(tx); err != nil {
			return err
		}
		show := o.presenter(tx)
		for _, m := range history.Items {
			page.AsOf = max(page.AsOf, m.Seq)
		}
		if page.Messages, err = show.messages(history.Items); err != nil {
			return err
		}
		waiting, err := exchange.Waiting(tx, t.ID)
		if err != nil {
			return err
		}
		if page.Waiting, err = show.messages(waiting); err != nil {
			return err
		}
		if page.Moves, err = show.moves(sight, c, t.ID); err != nil {
			return err
		}
		if page.Doubts, err = show.doubtsOf(sight, t); err != nil {
			return err
		}
		if !t.Patient.IsZero() {
			card, err := show.card(sight, t.Patient)
			if err != nil {
				return err
			}
			page.Patient = &card
			return nil
		}
		page.NotPatient, err = archive.IsNotPatient(tx, t.ID)
		return err
	})
	return page, err
}

// markNotPatient notes of an unknown number that it is no patient's.
func (d *Desk) markNotPatient(ctx context.Context, c *door.Caller, r MarkNotPatient) (door.None, error) {
	o, err := d.current()
	if err != nil {
		return door.None{}, err
	}
	_, err = o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		return archive.MarkNotPatient(dec, sightOf(c), r.ID, r.Not)
	})
	return door.None{}, err
}

// moves shows what was moved out of a thread or into it.
func (p presenter) moves(s archive.Sight, c *door.Caller, thread clinic.ThreadID) ([]MovedTexts, error) {
	all, err := archive.Moves(p.tx, s, thread)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	var by []clinic.StaffID
	for _, m := range all {
		by = append(by, m.By, m.BackBy)
	}
	names, err := staff.Names(p.tx, by...)
	if err != nil {
		return nil, err
	}
	var shown []MovedTexts
	for _, m := range all {
		shown = append(shown, MovedTexts{
			ID: m.ID, Away: m.From == thread, Texts: m.Texts, First: m.First, At: m.At, By: names[m.By],
			BackAt: m.BackAt, BackBy: names[m.BackBy],
			Undo: m.Both && m.BackAt.IsZero() && session.Allows(c.Role, session.RecordConsent),
		})
	}
	return shown, nil
}

// markRead notes that a thread was read.
func (d *Desk) markRead(ctx context.Context, c *door.Caller, r MarkRead) (door.None, error) {
	o, err := d.current()
	if err != nil {
		return door.None{}, err
	}
	_, err = o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		return archive.MarkRead(dec, sightOf(c), r.ID, r.AsOf)
	})
	return door.None{}, err
}

// maxDraft bounds a draft in bytes; more cannot be sent anyway.
const maxDraft = 16 << 10

// saveDraft keeps an unsent text.
func (d *Desk) saveDraft(ctx context.Context, c *door.Caller, r SaveDraft) (door.None, error) {
	o, err := d.current()
	if err != nil {
		return door.None{}, err
	}
	if r.ID.IsZero() || len(r.Body) > maxDraft {
		return door.None{}, clinic.E(clinic.CodeBadInput)
	}
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		_, err := archive.GetThread(tx, sightOf(c), r.ID)
		return err
	}); err != nil {
		return door.None{}, err
	}
	return door.None{}, o.clinic.Device.SaveDraft(ctx, c.ID, r.ID, device.Draft{Body: r.Body, Again: r.Again}, d.cfg.Clock.Now())
}

func standingOf(s policy.StandingState) Standing {
	switch s {
	case policy.CanText:
		return CanText
	case policy.LimitedText:
		return LimitedText
	}
	return CannotText
}
