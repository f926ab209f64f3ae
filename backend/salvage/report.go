package salvage

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

// report writes what people read.
type report struct {
	*writer
	tx    *sqlite.Tx
	saved *Saved
	zone  *time.Location
	names map[clinic.StaffID]string
	tell  func(done, total uint64)
}

func (r *report) write() error {
	r.zone = time.UTC
	if own, err := settings.Get(r.tx); err == nil {
		if zone, err := own.Zone.Location(); err == nil {
			r.zone = zone
		}
	}
	for _, part := range []func() error{
		r.patients, r.numbers, r.conversations, r.texts, r.attachmentTable, r.scanTable, r.missing, r.summary,
	} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
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
		r.table(consentsFile, []string{"patient", "name", "form", "signed_on", "state", "covers", "signer", "signer_name", "recorded", "revoked",
			"never_about", "begins", "ends", "hours", "days", "zone", "at_most_a_day", "at_most_a_week", "only_to", "rather_by"}, func(line func(...string) error) error {
			return r.each(func(p patients.Patient) error {
				all, err := consent.Of(r.tx, p.ID)
				if err != nil {
					return err
				}
				for _, c := range all {
					r.saved.Consents++
					only, err := r.phones(c.Scope.Numbers)
					if err != nil {
						return err
					}
					if err := line(slices.Concat([]string{p.ID.String(), p.Name, c.Form, c.SignedOn.String(), string(c.Moved), joined(c.Scope.Categories),
						string(c.Signer), c.SignerName, r.at(c.RecordedAt), r.at(c.RevokedAt)}, limits(c), []string{only, ratherBy(c.Scope.Channel)})...); err != nil {
						return err
					}
				}
				return nil
			})
		}),
	)
}

// limits are what the patient agreed to beside what texts may be about: what is ruled
// out, the days on which it begins and ends, and hours, days and how many; empty where
// nothing was said.
func limits(c consent.Consent) []string {
	hours, days := "", make([]string, len(c.Scope.Weekdays))
	if from, to := c.Scope.FromHour, c.Scope.ToHour; from < to && (from != 0 || to != 24) {
		hours = fmt.Sprintf("%02d:00-%02d:00", c.Scope.FromHour, c.Scope.ToHour)
	}
	for i, day := range c.Scope.Weekdays {
		days[i] = day.String()
	}
	atMost := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	return []string{
		joined(c.Scope.Excluded), c.Scope.From.String(), c.Expires.String(), hours, strings.Join(days, "; "), string(c.Scope.Zone),
		atMost(c.Scope.PerDay), atMost(c.Scope.PerWeek),
	}
}

func joined(categories []policy.Category) string {
	all := make([]string, len(categories))
	for i, category := range categories {
		all[i] = string(category)
	}
	return strings.Join(all, "; ")
}

// ratherBy names how a patient would rather be reached.
func ratherBy(c policy.Channel) string {
	if c == policy.ChannelText {
		return "text"
	}
	return string(c)
}

// phones writes numbers out. One that is lost stands there as lost: an empty cell would
// say that any number may be texted.
func (r *report) phones(ids []clinic.NumberID) (string, error) {
	all := make([]string, len(ids))
	for i, id := range ids {
		n, err := patients.GetNumber(r.tx, id)
		if err != nil {
			if unlessGone(err) != nil {
				return "", err
			}
			all[i] = "lost"
			continue
		}
		all[i] = n.Phone.Display()
	}
	return strings.Join(all, "; "), nil
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

// conversations writes a file for each conversation, its texts in the order in
// which they were recorded.
func (r *report) conversations() error {
	var total uint64
	if err := r.tx.QueryRow(`SELECT count(*) FROM salvage_threads`).Scan(&total); err != nil {
		return err
	}
	rows, err := r.tx.Query(`SELECT number, id FROM salvage_threads ORDER BY number`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for done := uint64(0); rows.Next(); done++ {
		var number int64
		var id clinic.ThreadID
		if err := rows.Scan(&number, &id); err != nil {
			return err
		}
		r.tell(done, total)
		if err := r.conversation(number, id); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (r *report) conversation(number int64, id clinic.ThreadID) (err error) {
	f, err := r.create(filepath.FromSlash(textsFileOf(number)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.finish(f)) }()
	name, phone, err := r.other(id)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(f, "%s\n%s\n\n", name, phone); err != nil {
		return FolderError(err)
	}
	rows, err := r.tx.Query(`SELECT id, thread, at, way, author, body, media FROM salvage_texts WHERE thread = ? ORDER BY number`, number)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		t, err := r.scan(rows)
		if err != nil {
			return err
		}
		from := "<-"
		if t.way == archive.Out {
			from = "->"
		}
		if _, err := fmt.Fprintf(f, "%s  %s  %s\n%s\n", r.at(t.at), from, t.author, t.body); err != nil {
			return FolderError(err)
		}
		if t.media > 0 {
			attached, err := r.attachedTo(t.id, t.media)
			if err != nil {
				return err
			}
			for _, a := range attached {
				if _, err := fmt.Fprintf(f, "[%s]\n", a); err != nil {
					return FolderError(err)
				}
			}
		}
		if _, err := fmt.Fprintln(f); err != nil {
			return FolderError(err)
		}
	}
	return rows.Err()
}

// savedText is a text as the log has it, whatever else of its conversation is
// lost.
type savedText struct {
	id     clinic.MessageID
	thread int64
	at     clinic.Instant
	way    archive.Way
	author string
	body   string
	media  int
}

func (r *report) scan(rows *sqlite.Rows) (t savedText, err error) {
	var author clinic.StaffID
	if err := rows.Scan(&t.id, &t.thread, &t.at, &t.way, &author, &t.body, &t.media); err != nil {
		return savedText{}, err
	}
	t.author, err = r.name(author)
	return t, err
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
	return r.table(textsFile, []string{"conversation", "at", "way", "author", "text", "attachments"}, func(line func(...string) error) error {
		rows, err := r.tx.Query(`SELECT id, thread, at, way, author, body, media FROM salvage_texts ORDER BY number`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			t, err := r.scan(rows)
			if err != nil {
				return err
			}
			r.saved.Texts++
			attached := ""
			if t.media > 0 {
				attached = strconv.Itoa(t.media)
			}
			if err := line(textsFileOf(t.thread), r.at(t.at), string(t.way), t.author, t.body, attached); err != nil {
				return err
			}
		}
		return rows.Err()
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
		"format": "quietline-salvage", "version": 2, "zone": r.zone.String(),
		"events": w.Events, "proven": w.Proven, "unplaced": w.Unplaced, "without_content": w.Bodiless, "unreadable": w.Unreadable,
		"patients": r.saved.Patients, "texts": r.saved.Texts, "consents": r.saved.Consents,
		"attachments": r.saved.Attachments, "lost_attachments": r.saved.LostAttachments,
		"scans": r.saved.Scans, "lost_scans": r.saved.LostScans,
	})
	return errors.Join(err, r.finish(f))
}
