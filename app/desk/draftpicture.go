package desk

import (
	"bytes"
	"context"
	"errors"
	"image/jpeg"
	"io"

	"quietline/app/door"
	"quietline/app/ticket"
	"quietline/backend/archive"
	"quietline/backend/archive/media"
	"quietline/backend/clinic"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// Codes of pictures that are to go with a text.
const (
	// CodePicturesOff: the clinic sends no pictures, or not yet.
	CodePicturesOff clinic.Code = "desk.pictures_off"
	// CodeNoDraftPicture: the text was to go with the picture of a draft that has none.
	CodeNoDraftPicture clinic.Code = "desk.no_draft_picture"
)

// addPicture makes of the file that came under a key the picture of the caller's draft.
func (d *Desk) addPicture(ctx context.Context, c *door.Caller, r AddPicture) (DraftPicture, error) {
	o, err := d.current()
	if err != nil {
		return DraftPicture{}, err
	}
	dossier, err := o.forPictures(ctx, c, r.ID)
	if err != nil {
		return DraftPicture{}, err
	}
	file, err := o.brought.take(c.ID, r.Key)
	if err != nil {
		return DraftPicture{}, err
	}
	fitted, err := media.Fit(file, provider.MaxPictureBytes)
	if err != nil {
		return DraftPicture{}, err
	}
	if err := o.clinic.Device.SavePicture(ctx, c.ID, r.ID, fitted.JPEG, d.cfg.Clock.Now()); err != nil {
		return DraftPicture{}, err
	}
	// It lies sealed; what it was drawn from may tell a place, and is not needed any more.
	o.brought.forget(r.Key)
	c.Saw(dossier)
	return d.showDraft(o, fitted.JPEG)
}

// removePicture takes the picture out of the caller's draft, also where pictures are not
// on any more.
func (d *Desk) removePicture(ctx context.Context, c *door.Caller, r ThreadRef) (door.None, error) {
	o, err := d.current()
	if err != nil {
		return door.None{}, err
	}
	if _, err := o.draftIn(ctx, c, r.ID); err != nil {
		return door.None{}, err
	}
	return door.None{}, o.clinic.Device.ForgetPicture(ctx, c.ID, r.ID)
}

// draftPicture answers an address of the picture in the caller's draft.
func (d *Desk) draftPicture(ctx context.Context, c *door.Caller, r ThreadRef) (DraftPicture, error) {
	o, err := d.current()
	if err != nil {
		return DraftPicture{}, err
	}
	dossier, err := o.draftIn(ctx, c, r.ID)
	if err != nil {
		return DraftPicture{}, err
	}
	kept, err := o.clinic.Device.Picture(ctx, c.ID, r.ID)
	if err != nil || len(kept) == 0 {
		return DraftPicture{}, err
	}
	c.Saw(dossier)
	return d.showDraft(o, kept)
}

// showDraft hands out an address of a picture that lies in a draft. It is held in memory
// until it is asked for, or until another address is given after this one has run out.
func (d *Desk) showDraft(o *open, kept []byte) (DraftPicture, error) {
	config, err := jpeg.DecodeConfig(bytes.NewReader(kept))
	if err != nil {
		return DraftPicture{}, clinic.E(media.CodeSendUnreadable)
	}
	address := d.tickets.Issue(ticket.Thing{Type: string(media.JPEG), Size: int64(len(kept)), Open: func() (io.ReadCloser, error) {
		if now, err := d.current(); err != nil || now != o {
			return nil, clinic.E(clinic.CodeLocked)
		}
		return io.NopCloser(bytes.NewReader(kept)), nil
	}})
	return DraftPicture{Address: address, Width: config.Width, Height: config.Height, Bytes: len(kept)}, nil
}

// draftIn returns the dossier of a thread in which the caller may have a draft.
func (o *open) draftIn(ctx context.Context, c *door.Caller, id clinic.ThreadID) (dossier clinic.DossierID, err error) {
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		t, err := archive.GetThread(tx, sightOf(c), id)
		dossier = t.Dossier
		return err
	})
	return dossier, err
}

// forPictures is draftIn where pictures may be sent. CodePicturesOff.
func (o *open) forPictures(ctx context.Context, c *door.Caller, id clinic.ThreadID) (clinic.DossierID, error) {
	dossier, err := o.draftIn(ctx, c, id)
	if err != nil {
		return dossier, err
	}
	return dossier, o.clinic.Journal.Read(ctx, o.mustHavePictures)
}

// mustHavePictures answers CodePicturesOff where the clinic sends none.
func (o *open) mustHavePictures(tx *sqlite.Tx) error {
	off, err := o.noPictures(tx)
	if err == nil && off != "" {
		err = clinic.E(off)
	}
	return err
}

// noPictures says why the clinic sends no pictures, empty where it does. Those that wait
// do not go either.
func (o *open) noPictures(tx *sqlite.Tx) (clinic.Code, error) {
	on, err := o.picturesOn(tx)
	if err != nil || on {
		return "", err
	}
	return CodePicturesOff, nil
}

// keepPicture seals the picture of the caller's draft, to go with a text. Whoever calls
// settles it.
func (o *open) keepPicture(ctx context.Context, c *door.Caller, id clinic.ThreadID) (*archive.Kept, error) {
	if _, err := o.forPictures(ctx, c, id); err != nil {
		return nil, err
	}
	kept, err := o.clinic.Device.Picture(ctx, c.ID, id)
	if err != nil {
		return nil, err
	}
	if len(kept) == 0 {
		return nil, clinic.E(CodeNoDraftPicture)
	}
	if err := (provider.Picture{JPEG: kept}).Check(); err != nil {
		return nil, err
	}
	return archive.Keep(ctx, o.clinic.Blobs, bytes.NewReader(kept))
}

// sentBefore answers with a text that was recorded already, whose picture the draft has
// given away: the button was pressed twice. Otherwise it is the error why.
func (o *open) sentBefore(ctx context.Context, c *door.Caller, id clinic.MessageID, why error) (SentText, error) {
	sent, err := o.sent(ctx, c, id)
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		err = why
	}
	return sent, err
}
