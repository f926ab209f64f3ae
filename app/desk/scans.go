package desk

import (
	"context"
	"encoding/base64"
	"sync"

	"quietline/app/door"
	"quietline/app/ticket"
	"quietline/backend/archive/blob"
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/records"
	"quietline/backend/records/pdf"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

// brought is the file that somebody is handing in by parts: a scan of a paper, a picture or a
// form. It lies in memory alone until it is sealed.
type brought struct {
	mu   sync.Mutex
	by   clinic.StaffID
	key  records.Key
	file []byte
}

// filePart takes a part of a file that somebody has chosen.
func (d *Desk) filePart(_ context.Context, c *door.Caller, r FilePart) (door.None, error) {
	o, err := d.current()
	if err != nil {
		return door.None{}, err
	}
	part, err := base64.StdEncoding.DecodeString(r.Data)
	if err != nil || len(part) == 0 || len(part) > mostPart || r.Key.IsZero() {
		return door.None{}, clinic.E(clinic.CodeBadInput)
	}
	b := &o.brought
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.At == 0 {
		b.by, b.key, b.file = c.ID, r.Key, nil
	}
	switch {
	case b.by != c.ID, b.key != r.Key, r.At != len(b.file):
		return door.None{}, clinic.E(records.CodeGone)
	case len(b.file)+len(part) > consent.MaxScan:
		b.key, b.file = records.Key{}, nil
		return door.None{}, clinic.E(blob.CodeTooLarge).With("limit", consent.MaxScan)
	}
	b.file = append(b.file, part...)
	return door.None{}, nil
}

// take hands out the file that came under a key, as often as it is asked for: a refused
// recording is tried again with the same scan.
func (b *brought) take(by clinic.StaffID, key records.Key) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.by != by || b.key != key || len(b.file) == 0 {
		return nil, clinic.E(records.CodeGone)
	}
	return b.file, nil
}

// forget lets go of the file that came under a key.
func (b *brought) forget(key records.Key) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.key == key {
		b.key, b.file = records.Key{}, nil
	}
}

// keepScan seals what the caller has brought under a key.
func (o *open) keepScan(ctx context.Context, c *door.Caller, key records.Key) (*consent.Arrived, error) {
	file, err := o.brought.take(c.ID, key)
	if err != nil {
		return nil, err
	}
	return consent.KeepScan(ctx, o.clinic.Blobs, file, pdf.Pages)
}

// addScan adds a scan to a consent that was signed on paper.
func (d *Desk) addScan(ctx context.Context, c *door.Caller, r AddScan) (PatientCard, error) {
	o, err := d.current()
	if err != nil {
		return PatientCard{}, err
	}
	scan, err := o.keepScan(ctx, c, r.Key)
	if err != nil {
		return PatientCard{}, err
	}
	defer scan.Settle()
	return d.changeConsent(ctx, c, r.Consent, func(dec *journal.Decision, _ consent.Consent) error {
		_, err := consent.AddScan(dec, r.Consent, scan.ScanFile)
		return err
	})
}

// scan finds a scan of a patient in sight.
func (o *open) scan(tx *sqlite.Tx, c *door.Caller, id consent.ScanID) (consent.Scan, error) {
	s, err := consent.GetScan(tx, id)
	if err != nil {
		return consent.Scan{}, err
	}
	if err := mustSee(tx, sightOf(c), s.Patient); err != nil {
		return consent.Scan{}, err
	}
	c.Saw(s.Dossier)
	return s, nil
}

// openScan answers the address of a scan, once its file was read whole and found right.
func (d *Desk) openScan(ctx context.Context, c *door.Caller, r ScanRef) (OpenedScan, error) {
	o, err := d.current()
	if err != nil {
		return OpenedScan{}, err
	}
	var s consent.Scan
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		s, err = o.scan(tx, c, r.ID)
		return err
	}); err != nil {
		return OpenedScan{}, err
	}
	address, err := d.address(ctx, o, s.File, s.Type)
	if err != nil {
		switch code := clinic.CodeOf(err); code {
		case blob.CodeMissing, blob.CodeDamaged, blob.CodeNewer:
			if o.files.found(fileOf(s.ID), code) {
				o.pushed(consent.Topic)
				o.pushed(checks.Topic)
			}
		}
		return OpenedScan{}, err
	}
	return OpenedScan{ID: s.ID, Address: address, Format: formats[s.Type], Pages: s.Pages}, nil
}

// putScanAside takes a scan out of sight that shows another paper.
func (d *Desk) putScanAside(ctx context.Context, c *door.Caller, r ScanRef) (PatientCard, error) {
	o, err := d.current()
	if err != nil {
		return PatientCard{}, err
	}
	var s consent.Scan
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		if s, err = o.scan(dec.Tx, c, r.ID); err != nil {
			return err
		}
		return consent.PutScanAside(dec, r.ID)
	}); err != nil {
		return PatientCard{}, err
	}
	return o.card(ctx, c, s.Patient)
}

// scans shows the scans of consents.
func (p presenter) scans(of ...clinic.ConsentID) (map[clinic.ConsentID][]ScanRow, error) {
	all, err := consent.ScansOf(p.tx, of...)
	if err != nil {
		return nil, err
	}
	var by []clinic.StaffID
	for _, some := range all {
		for _, s := range some {
			by = append(by, s.By)
		}
	}
	names, err := staff.Names(p.tx, by...)
	if err != nil {
		return nil, err
	}
	shown := make(map[clinic.ConsentID][]ScanRow, len(all))
	for id, some := range all {
		for _, s := range some {
			if s.Aside {
				continue
			}
			row := ScanRow{ID: s.ID, Format: formats[s.Type], Bytes: s.File.Size, Pages: s.Pages, At: s.At, By: names[s.By]}
			code := p.open.files.of(fileOf(s.ID))
			if code == "" {
				if err := p.open.clinic.Blobs.Stat(s.File); err != nil {
					code = clinic.CodeOf(err)
				}
			}
			if code != "" {
				row.Problem = &Problem{Code: code, Params: clinic.Params{}}
			}
			shown[id] = append(shown[id], row)
		}
	}
	return shown, nil
}

// attachForm records a form that is a file.
func (d *Desk) attachForm(ctx context.Context, c *door.Caller, r AttachForm) (FormList, error) {
	o, err := d.current()
	if err != nil {
		return FormList{}, err
	}
	file, err := o.keepScan(ctx, c, r.Key)
	if err != nil {
		return FormList{}, err
	}
	defer file.Settle()
	f := consent.FormFile{
		Language: clinic.Language(r.Language), Variant: consent.Variant(r.Variant), Pair: r.Pair, Source: r.Source, File: file.ScanFile,
		Present: r.Present,
	}
	return d.changeForm(ctx, c, func(dec *journal.Decision) error {
		_, err := consent.AttachForm(dec, f)
		return err
	})
}

// openForm answers the address of a form that is a file. What stands on it concerns no
// patient.
func (d *Desk) openForm(ctx context.Context, _ *door.Caller, r FormRef) (OpenedForm, error) {
	o, err := d.current()
	if err != nil {
		return OpenedForm{}, err
	}
	var f consent.Template
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		f, err = consent.TemplateByVersion(tx, r.Version)
		return err
	}); err != nil {
		return OpenedForm{}, err
	}
	if !f.IsFile() {
		return OpenedForm{}, clinic.E(clinic.CodeNotFound)
	}
	address, err := d.issueForm(ctx, o, f)
	return OpenedForm{Address: address, Pages: f.File.Pages}, err
}

func (d *Desk) issueForm(ctx context.Context, o *open, f consent.Template) (string, error) {
	if err := o.clinic.Blobs.Check(ctx, f.File.File); err != nil {
		return "", err
	}
	return d.issue(o, f.File.File, ticket.Thing{Type: string(f.File.Type)}), nil
}

// formWanted answers what a form of a variant has to say and to leave room for.
func (d *Desk) formWanted(_ context.Context, _ *door.Caller, r FormKind) (FormWanted, error) {
	var wanted FormWanted
	sources := map[string]string{}
	for _, q := range consent.Required(consent.Variant(r.Variant)) {
		sources[q.Key] = q.Source
	}
	for _, key := range consent.Wanted(consent.Variant(r.Variant)) {
		wanted.Items = append(wanted.Items, FormRequirement{Key: key, Source: sources[key]})
	}
	return wanted, nil
}
