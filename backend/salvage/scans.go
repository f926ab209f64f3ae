package salvage

import (
	"strconv"

	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/patients"
)

// savedScan is a scan of a signed paper, and what became of its file.
type savedScan struct {
	consent            clinic.ConsentID
	at                 clinic.Instant
	kind, state, file  string
	pages, size, aside int64
}

// scanTable lists every scan of a signed paper with the consent that it documents, those
// that were put aside too: which paper it shows a person decides, with the paper.
func (r *report) scanTable() error {
	headings := []string{"patient", "name", "form", "signed_on", "scanned", "type", "pages", "bytes", "put_aside", "state", "file"}
	return r.table(scansFile, headings, func(line func(...string) error) error {
		rows, err := r.tx.Query(`SELECT consent, at, type, pages, size, aside, state, file FROM salvage_scans ORDER BY number`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s savedScan
			if err := rows.Scan(&s.consent, &s.at, &s.kind, &s.pages, &s.size, &s.aside, &s.state, &s.file); err != nil {
				return err
			}
			if s.state == saved {
				r.saved.Scans++
			} else {
				r.saved.LostScans++
			}
			// The paper may be all that is left of a consent.
			c, err := consent.Get(r.tx, s.consent)
			if err != nil && unlessGone(err) != nil {
				return err
			}
			patient, name := "", ""
			if !c.Patient.IsZero() {
				patient = c.Patient.String()
				p, err := patients.Get(r.tx, c.Patient)
				if err != nil && unlessGone(err) != nil {
					return err
				}
				name = p.Name
			}
			aside := ""
			if s.aside != 0 {
				aside = "yes"
			}
			if err := line(patient, name, c.Form, c.SignedOn.String(), r.at(s.at), s.kind, strconv.FormatInt(s.pages, 10),
				strconv.FormatInt(s.size, 10), aside, s.state, s.file); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}
