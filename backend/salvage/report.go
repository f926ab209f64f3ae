package salvage

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

// line is an event as events.jsonl has it.
type line struct {
	Seq         uint64              `json:"seq"`
	Incarnation uint32              `json:"incarnation"`
	ID          clinic.EventID      `json:"id"`
	At          clinic.Instant      `json:"at"`
	Kind        string              `json:"kind"`
	Version     uint16              `json:"version"`
	Class       journal.RecordClass `json:"class"`
	Author      clinic.StaffID      `json:"author"`
	Dossier     clinic.DossierID    `json:"dossier"`
	// Proven says that chain and signature show its place in the log.
	Proven bool            `json:"proven"`
	Body   json.RawMessage `json:"body,omitempty"`
}

// text is a text as the log has it, whatever else of its conversation is lost.
type text struct {
	at     clinic.Instant
	thread clinic.ThreadID
	way    archive.Way
	author clinic.StaffID
	body   string
}

// notes takes events one by one: each is a line, and texts are kept for the
// tables.
type notes struct {
	lines *json.Encoder
	texts []text
	// threads are the conversations in the order of their first text; of holds
	// which texts are whose.
	threads []clinic.ThreadID
	of      map[clinic.ThreadID][]int
}

func newNotes(to io.Writer) *notes {
	lines := json.NewEncoder(to)
	lines.SetEscapeHTML(false)
	return &notes{lines: lines, of: map[clinic.ThreadID][]int{}}
}

func (n *notes) event(e journal.Salvaged) error {
	switch e.Kind {
	case archive.KindArrived.Name:
		var b archive.Arrived
		if len(e.Content) > 0 && json.Unmarshal(e.Content, &b) == nil {
			way := archive.In
			if b.State != archive.Received {
				way = archive.Out
			}
			n.text(text{at: b.At, thread: b.Thread, way: way, body: b.Body})
		}
	case archive.KindWritten.Name:
		var b archive.Written
		if len(e.Content) > 0 && json.Unmarshal(e.Content, &b) == nil {
			n.text(text{at: e.At, thread: b.Thread, way: archive.Out, author: e.Author, body: b.Body})
		}
	}
	return n.lines.Encode(line{
		Seq: e.Seq, Incarnation: e.Incarnation, ID: e.ID, At: e.At, Kind: e.Kind, Version: e.Version, Class: e.Class,
		Author: e.Author, Dossier: e.Dossier, Proven: e.Proven, Body: e.Content,
	})
}

func (n *notes) text(t text) {
	if n.of[t.thread] == nil {
		n.threads = append(n.threads, t.thread)
	}
	n.of[t.thread] = append(n.of[t.thread], len(n.texts))
	n.texts = append(n.texts, t)
}

// report writes what people read.
type report struct {
	*writer
	tx    *sqlite.Tx
	notes *notes
	saved *Saved
	zone  *time.Location
	names map[clinic.StaffID]string
	files map[clinic.ThreadID]string
}

func (r *report) write() error {
	r.zone = time.UTC
	if own, err := settings.Get(r.tx); err == nil {
		if zone, err := own.Zone.Location(); err == nil {
			r.zone = zone
		}
	}
	r.files = map[clinic.ThreadID]string{}
	for i, id := range r.notes.threads {
		r.files[id] = fmt.Sprintf("%s/%05d.txt", textsDir, i+1)
	}
	return errors.Join(r.patients(), r.numbers(), r.conversations(), r.texts(), r.missing(), r.summary())
}

func (r *report) at(i clinic.Instant) string {
	if i.IsZero() {
		return ""
	}
	return i.Time().In(r.zone).Format("2006-01-02 15:04 MST")
}

// each calls fn for every patient.
func (r *report) each(fn func(patients.Patient) error) error {
	for after := ""; ; {
		page, err := patients.Find(r.tx, patients.SeeAll(), "", after, 200)
		if err != nil {
			return err
		}
		for _, n := range page.Items {
			p, err := patients.Get(r.tx, n.ID)
			if err != nil {
				return err
			}
			if err := fn(p); err != nil {
				return err
			}
		}
		if after = page.Next; after == "" {
			return nil
		}
	}
}

func (r *report) patients() error {
	return errors.Join(
		r.table(patientsFile, []string{"patient", "name", "birth_date", "language", "guardian", "phones"}, func(line func(...string) error) error {
			return r.each(func(p patients.Patient) error {
				r.saved.Patients++
				numbers, err := patients.NumbersOf(r.tx, p.ID)
				if err != nil {
					return err
				}
				var phones []string
				for _, n := range numbers[p.ID] {
					phones = append(phones, n.Phone.Display())
				}
				return line(p.ID.String(), p.Name, p.BirthDate.String(), string(p.Language), p.Guardian, strings.Join(phones, "; "))
			})
		}),
		r.table(consentsFile, []string{"patient", "name", "form", "signed_on", "state", "covers", "signer", "signer_name", "recorded", "revoked"}, func(line func(...string) error) error {
			return r.each(func(p patients.Patient) error {
				all, err := consent.Of(r.tx, p.ID)
				if err != nil {
					return err
				}
				for _, c := range all {
					r.saved.Consents++
					var covers []string
					for _, category := range c.Scope.Categories {
						covers = append(covers, string(category))
					}
					if err := line(p.ID.String(), p.Name, c.Form, c.SignedOn.String(), string(c.Moved), strings.Join(covers, "; "),
						string(c.Signer), c.SignerName, r.at(c.RecordedAt), r.at(c.RevokedAt)); err != nil {
						return err
					}
				}
				return nil
			})
		}),
	)
}

func (r *report) numbers() error {
	return r.table(numbersFile, []string{"phone", "patients", "stopped_since"}, func(line func(...string) error) error {
		reached, err := patients.Phones(r.tx)
		if err != nil {
			return err
		}
		for _, n := range reached {
			number, err := patients.NumberOf(r.tx, n.Phone)
			if err != nil {
				return err
			}
			who, err := patients.With(r.tx, number.ID)
			if err != nil {
				return err
			}
			stopped, err := consent.OptedOut(r.tx, number.ID)
			if err != nil {
				return err
			}
			var names []string
			for _, p := range who {
				names = append(names, p.Name)
			}
			if err := line(n.Phone.Display(), strings.Join(names, "; "), r.at(stopped[number.ID])); err != nil {
				return err
			}
		}
		return nil
	})
}

// conversations writes a file for each conversation, the oldest text first.
func (r *report) conversations() error {
	for _, id := range r.notes.threads {
		if err := r.conversation(id); err != nil {
			return err
		}
	}
	return nil
}

func (r *report) conversation(id clinic.ThreadID) (err error) {
	f, err := r.create(filepath.FromSlash(r.files[id]))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.finish(f)) }()
	name, phone, err := r.other(id)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(f, "%s\n%s\n\n", name, phone); err != nil {
		return err
	}
	for _, i := range r.notes.of[id] {
		t := r.notes.texts[i]
		from := "<-"
		if t.way == archive.Out {
			from = "->"
		}
		author, err := r.name(t.author)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(f, "%s  %s  %s\n%s\n\n", r.at(t.at), from, author, t.body); err != nil {
			return err
		}
	}
	return nil
}

// other returns who is at the other end of a conversation, as far as that could
// be read.
func (r *report) other(id clinic.ThreadID) (name, phone string, err error) {
	thread, err := archive.GetThread(r.tx, archive.SeeAll(), id)
	if err != nil {
		return "", "", unlessGone(err)
	}
	if !thread.Patient.IsZero() {
		p, err := patients.Get(r.tx, thread.Patient)
		if err != nil && unlessGone(err) != nil {
			return "", "", err
		}
		name = p.Name
	}
	n, err := patients.GetNumber(r.tx, thread.Number)
	if err != nil {
		return name, "", unlessGone(err)
	}
	return name, n.Phone.Display(), nil
}

func unlessGone(err error) error {
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) || errors.Is(err, clinic.E(archive.CodeNoThread)) {
		return nil
	}
	return err
}

func (r *report) name(id clinic.StaffID) (string, error) {
	if id.IsZero() {
		return "", nil
	}
	if name, known := r.names[id]; known {
		return name, nil
	}
	found, err := staff.Names(r.tx, id)
	if err == nil {
		r.names[id] = found[id]
	}
	return found[id], err
}

func (r *report) texts() error {
	r.saved.Texts = len(r.notes.texts)
	return r.table(textsFile, []string{"conversation", "at", "way", "author", "text"}, func(line func(...string) error) error {
		for _, t := range r.notes.texts {
			author, err := r.name(t.author)
			if err != nil {
				return err
			}
			if err := line(r.files[t.thread], r.at(t.at), string(t.way), author, t.body); err != nil {
				return err
			}
		}
		return nil
	})
}

func (r *report) missing() error {
	return r.table(missingFile, []string{"from", "until", "events"}, func(line func(...string) error) error {
		for _, g := range r.saved.Wreckage.Gaps {
			if err := line(r.at(g.From), r.at(g.Until), strconv.FormatUint(g.Events, 10)); err != nil {
				return err
			}
		}
		return nil
	})
}

// summary is what programs read first.
func (r *report) summary() error {
	f, err := r.create(summaryFile)
	if err != nil {
		return err
	}
	w := r.saved.Wreckage
	out := json.NewEncoder(f)
	out.SetIndent("", "  ")
	err = out.Encode(map[string]any{
		"format": "quietline-salvage", "version": 1, "zone": r.zone.String(),
		"events": w.Events, "proven": w.Proven, "unplaced": w.Unplaced, "without_content": w.Bodiless, "unreadable": w.Unreadable,
		"patients": r.saved.Patients, "texts": r.saved.Texts, "consents": r.saved.Consents,
	})
	return errors.Join(err, r.finish(f))
}
