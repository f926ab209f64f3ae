package desk

import (
	"context"
	"path/filepath"

	"quietline/app/door"
	"quietline/app/ticket"
	"quietline/backend/archive"
	"quietline/backend/archive/media"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/salvage"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// again reports whether an attachment that did not come may be asked for once
// more. One that is too large will not have become smaller.
func again(a archive.Attachment) bool {
	return a.Reason == exchange.CodeMediaGone || a.Reason == exchange.CodeMediaUnavailable
}

// saveCopy saves an attachment where the person says and anyone can read it. That
// she does is on record, durably, before anything readable leaves: a copy that is
// not on record is not made.
func (d *Desk) saveCopy(ctx context.Context, c *door.Caller, r AttachmentRef) (SavedCopy, error) {
	o, err := d.current()
	if err != nil {
		return SavedCopy{}, err
	}
	var a archive.Attachment
	var name string
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		if a, err = archive.GetAttachment(tx, sightOf(c), r.ID); err != nil || a.Reason != "" {
			return err
		}
		name, err = copyName(tx, a)
		return err
	}); err != nil {
		return SavedCopy{}, err
	}
	if a.Reason != "" {
		return SavedCopy{}, clinic.E(a.Reason)
	}
	// A damaged file is said before somebody has looked for a place for it.
	if err := o.clinic.Blobs.Check(ctx, a.File); err != nil {
		o.lostFile(a, err)
		return SavedCopy{}, err
	}
	path := ""
	if d.cfg.SaveAs != nil {
		if path, err = d.cfg.SaveAs(ctx, name); err != nil || path == "" {
			return SavedCopy{}, err
		}
		// She may have looked for a place for long: the clinic may be locked, or
		// another's by now.
		if now, err := d.current(); err != nil || now != o {
			return SavedCopy{}, clinic.E(clinic.CodeLocked)
		}
		if err := salvage.Outside(filepath.Dir(path), d.cfg.Dir); err != nil {
			return SavedCopy{}, err
		}
	}
	if err := d.RecordAccess(ctx, c.Member, savedCopy, []clinic.DossierID{a.Dossier}); err != nil {
		return SavedCopy{}, clinic.E(door.CodeNoRecord).Because(err).Retryable()
	}
	if path == "" {
		return SavedCopy{Address: d.issue(o, a.File, ticket.Thing{Type: string(media.Other), Name: name}), Name: name}, nil
	}
	o.clinic.Blobs.ClearCopies(filepath.Dir(path))
	if err := o.clinic.Blobs.SaveCopy(ctx, a.File, path); err != nil {
		return SavedCopy{}, err
	}
	return SavedCopy{Saved: true}, nil
}

// copyName suggests a name for a copy: the day and time of its text at the
// clinic, and an ending by what is in it. Nobody is named in it.
func copyName(tx *sqlite.Tx, a archive.Attachment) (string, error) {
	m, err := archive.GetMessage(tx, archive.SeeAll(), a.Message)
	if err != nil {
		return "", err
	}
	own, err := settings.Get(tx)
	if err != nil {
		return "", err
	}
	zone, err := own.Zone.Location()
	if err != nil {
		return "", err
	}
	return "attachment-" + m.At.Time().In(zone).Format("2006-01-02-1504") + a.Type.Ending(), nil
}

// fetchAgain asks the provider once more for what came with a text, and waits for
// its answer.
func (d *Desk) fetchAgain(ctx context.Context, c *door.Caller, r AttachmentRef) (door.None, error) {
	o, err := d.current()
	if err != nil {
		return door.None{}, err
	}
	a, err := o.attachment(ctx, c, r.ID)
	if err != nil {
		return door.None{}, err
	}
	if !again(a) {
		return door.None{}, clinic.E(clinic.CodeBadInput)
	}
	x, err := o.wire()
	if err != nil {
		return door.None{}, err
	}
	return door.None{}, x.FetchAgain(ctx, a.Message)
}
