package desk

import (
	"context"
	"errors"

	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/incidents"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/session"
	"quietline/backend/sqlite"
)

// tell hands the journal's changes to the screen of whoever is signed in. Of what is out
// of her sight it tells nothing, not even that something happened; where that cannot be
// looked up, and while nobody is signed in, it names nobody, and the screen asks for all
// that it shows.
func (d *Desk) tell(o *open) func([]journal.Change) {
	return func(changes []journal.Change) {
		if len(changes) == 0 {
			return
		}
		if me, in := d.session.Member(); in {
			changes = o.inSight(me, changes)
		} else {
			changes = namingNobody(changes)
		}
		for _, c := range changes {
			d.changes.Publish(door.Changed{Topic: c.Topic, IDs: c.IDs, Pos: c.Pos.Seq})
		}
	}
}

// inSight leaves out of changes what a member does not see.
func (o *open) inSight(me session.Member, changes []journal.Change) []journal.Change {
	sight := sightOf(&door.Caller{Member: me, At: o.cfg.Clock.Now()})
	var told []journal.Change
	if err := o.clinic.Journal.Read(context.Background(), func(tx *sqlite.Tx) error {
		told = told[:0]
		for _, c := range changes {
			if len(c.IDs) > 0 {
				seen, err := seenOf(tx, sight, c)
				if err != nil {
					return err
				}
				if len(seen) == 0 {
					continue
				}
				c.IDs = seen
			}
			told = append(told, c)
		}
		return nil
	}); err == nil {
		return told
	}
	return namingNobody(changes)
}

func namingNobody(changes []journal.Change) (told []journal.Change) {
	for _, c := range changes {
		c.IDs = nil
		told = append(told, c)
	}
	return told
}

// seenOf returns those of a change's ids that are in sight. What a topic names that is
// none of these is of the clinic.
func seenOf(tx *sqlite.Tx, s archive.Sight, c journal.Change) (seen []string, err error) {
	sees := func(string) (bool, error) { return true, nil }
	switch c.Topic {
	case archive.TopicInbox, archive.TopicThread:
		return seenThreads(tx, s, c.IDs)
	case patients.Topic, consent.Topic:
		sees = seeing(func(id clinic.PatientID) (bool, error) { return s.Patients().Sees(tx, id) })
	case incidents.Topic:
		sees = seeing(func(id incidents.ID) (bool, error) {
			_, err := seenIncident(tx, s, id)
			if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
				return false, nil
			}
			return err == nil, err
		})
	}
	for _, id := range c.IDs {
		is, err := sees(id)
		if err != nil {
			return nil, err
		}
		if is {
			seen = append(seen, id)
		}
	}
	return seen, nil
}

// seenThreads asks about all at once: a change can name many.
func seenThreads(tx *sqlite.Tx, s archive.Sight, texts []string) (seen []string, err error) {
	threads := make([]clinic.ThreadID, len(texts))
	for i, text := range texts {
		if threads[i], err = clinic.ParseID[clinic.ThreadID](text); err != nil {
			return nil, err
		}
	}
	if threads, err = archive.InSight(tx, s, threads...); err != nil {
		return nil, err
	}
	for _, id := range threads {
		seen = append(seen, id.String())
	}
	return seen, nil
}

// seeing asks about an id as a change names it.
func seeing[ID ~[16]byte](sees func(ID) (bool, error)) func(string) (bool, error) {
	return func(text string) (bool, error) {
		id, err := clinic.ParseID[ID](text)
		if err != nil {
			return false, err
		}
		return sees(id)
	}
}
