package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Decision is one decision under way. It is of use only inside the function that
// Submit calls.
type Decision struct {
	// Tx reads the views as they are at Head. It cannot write.
	Tx *sqlite.Tx
	// Head is the position at which the decision is made.
	Head Pos
	Now  clinic.Instant
	// Actor is who decides.
	Actor Actor
	// Names derives ids and subjects.
	Names Namer

	journal *Journal
	events  []recorded
	applied []Applied
	ids     map[clinic.EventID]struct{}
	err     error
}

// Record adds an event to what is appended when the decision returns nil, and
// returns its id. An event whose id is in the log already, or was recorded in
// this decision, is that same fact: recording it does nothing. What is wrong with
// an event is the error of Submit.
func (d *Decision) Record(e Event) clinic.EventID {
	if d.err == nil {
		e.ID, d.err = d.record(e)
	}
	return e.ID
}

// Room is how many more events fit into this decision.
func (d *Decision) Room() int { return MaxBatchEvents - len(d.events) }

// Recorded reports whether an event with a derived id is in the log already.
func (d *Decision) Recorded(id clinic.EventID) (bool, error) { return knownID(d.Tx, id) }

func (d *Decision) record(e Event) (clinic.EventID, error) {
	bad := func(why string) (clinic.EventID, error) {
		return e.ID, fmt.Errorf("record %s: %w", e.Kind.Name, clinic.E(CodeBadEvent).Because(errors.New(why)))
	}
	known, ok := d.journal.registry.kinds[e.Kind.Name]
	switch {
	case !ok:
		return bad("no projection lists the kind")
	case e.Kind.Version > known.Version || e.Kind.Class != known.Class || e.Kind.Version == known.Version && e.Kind != known.Kind:
		return bad("the kind is not as its projection lists it")
	}
	if err := e.Kind.validate(); err != nil {
		return e.ID, err
	}
	derived := !e.ID.IsZero()
	if derived {
		_, twice := d.ids[e.ID]
		there, err := d.Recorded(e.ID)
		if err != nil || there || twice {
			return e.ID, err
		}
	} else if _, err := io.ReadFull(d.journal.random, e.ID[:]); err != nil {
		return e.ID, fmt.Errorf("make event id: %w", err)
	}
	if e.At.IsZero() {
		e.At = d.Now
	}
	year := e.At.Time().Year()
	if year < 1 || year > 9999 {
		return bad("its time is beyond the calendar")
	}
	r := recorded{id: e.ID, exclusive: e.Exclusive, header: header{
		kind: e.Kind.Name, version: e.Kind.Version, minReader: e.Kind.MinReader, class: e.Kind.Class,
		author: d.Actor.Staff, seat: d.journal.seat, at: e.At, dossier: e.Dossier, derived: derived,
	}}
	if e.Body != nil {
		content, err := json.Marshal(e.Body)
		if err != nil || content[0] != '{' {
			return bad("its body is not an object")
		}
		if len(content) > MaxBodyBytes-bodyOpen-nonceSize-tagSize-bodyGrain {
			return e.ID, clinic.E(CodeTooLarge)
		}
		r.json, r.header.body, r.header.year = content, true, uint16(year)
	}
	d.ids[e.ID] = struct{}{}
	d.events = append(d.events, r)
	d.applied = append(d.applied, r.header.applied(e.ID, Body{json: r.json}))
	return e.ID, nil
}

// applied is the event as reducers see it, but for its position.
func (h *header) applied(id clinic.EventID, body Body) Applied {
	return Applied{
		ID: id, Kind: h.kind, Version: h.version, Class: h.class, Author: h.author,
		Seat: h.seat, At: h.at, Dossier: h.dossier, Body: body,
	}
}
