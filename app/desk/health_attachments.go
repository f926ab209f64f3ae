package desk

import (
	"context"
	"maps"
	"slices"

	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/sqlite"
)

// lostShown is how many attachments the list names.
const lostShown = 100

// rememberLost begins with what the last check of all files has named, and with what
// was found on this device. What was put back since shows when its file is read again.
func (o *open) rememberLost(ctx context.Context) error {
	kept, err := o.clinic.Device.Lost(ctx)
	if err != nil {
		// Nothing in it is needed: the files are read again in any case.
		o.log.Warn("which files are lost could not be read", "code", clinic.CodeOf(err))
	}
	return o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		last, _, _, err := checks.Last(tx)
		if err == nil {
			o.files.begin(last.Lost, kept)
		}
		return err
	})
}

// lostFiles returns what is in the caller's sight and whose file is known to be missing
// or damaged: what came with texts, and scans of signed papers.
func lostFiles(tx *sqlite.Tx, c *door.Caller, known map[clinic.AttachmentID]clinic.Code) ([]archive.PlacedAttachment, []consent.Scan, error) {
	attachments, err := archive.PlacedAttachments(tx, sightOf(c), slices.Collect(maps.Keys(known))...)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]consent.ScanID, 0, len(known))
	for id := range known {
		ids = append(ids, consent.ScanID(id))
	}
	scans, err := consent.ScansInSight(tx, sightOf(c).Patients(), ids...)
	return attachments, scans, err
}

// lostAttachments lists the scans and attachments whose files are missing or damaged.
// Scans come first: no patient can send one again.
func (d *Desk) lostAttachments(ctx context.Context, c *door.Caller, _ door.None) (LostAttachments, error) {
	o, err := d.current()
	if err != nil {
		return LostAttachments{}, err
	}
	var list LostAttachments
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		known := o.files.all()
		all, scans, err := lostFiles(tx, c, known)
		if err != nil {
			return err
		}
		for _, s := range scans[:min(len(scans), lostShown)] {
			c.Saw(s.Dossier)
			list.Items = append(list.Items, LostAttachment{
				ID: fileOf(s.ID), Kind: kindOf(s.Type), Patient: s.Patient, At: s.At,
				Problem: &Problem{Code: known[fileOf(s.ID)], Params: clinic.Params{}},
			})
		}
		for _, a := range all[:min(len(all), lostShown-len(list.Items))] {
			c.Saw(a.Dossier)
			list.Items = append(list.Items, LostAttachment{
				ID: a.ID, Kind: kindOf(a.Type), Thread: a.Thread, Text: a.Message, At: a.At,
				Problem: &Problem{Code: known[a.ID], Params: clinic.Params{}},
			})
		}
		list.More = len(all) + len(scans) - len(list.Items)
		return nil
	})
	return list, err
}
