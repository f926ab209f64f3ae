package folder

import (
	"context"
	"errors"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/device"
	"quietline/backend/spool"
	"quietline/backend/sqlite"
)

// NoteExport keeps a note, sealed and durable, that somebody carries out what can
// still be read, until the records can take it: in the device's file or, where that
// cannot be used, in the spool, which the next sign-in takes in. A later note of the
// same export replaces the first in the device's file; the spool keeps the first.
// device.CodeUnavailable: neither could keep it. It may be repeated.
func (d *Damaged) NoteExport(ctx context.Context, e device.Export) error {
	own := d.withDevice(ctx, func(rows *device.Rows) error { return rows.NoteExport(ctx, e) })
	if own == nil || d.spooled {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.spoolExport(e); err != nil {
		return clinic.E(device.CodeUnavailable).Because(errors.Join(own, err))
	}
	d.spooled = true
	return nil
}

// withDevice runs fn with the rows of this device, within reach of Forget.
func (d *Damaged) withDevice(ctx context.Context, fn func(*device.Rows) error) (err error) {
	db, err := openDevice(ctx, d.Config, sqlite.Open)
	if err != nil {
		return fmt.Errorf("open device file: %w", err)
	}
	d.copies.add(db.Forget)
	defer func() { err = errors.Join(err, db.Close()) }()
	return fn(device.New(db))
}

// spoolExport writes the note as one of the things that happened while the clinic
// was locked. No writer of the spool runs while somebody is signed in.
func (d *Damaged) spoolExport(e device.Export) error {
	epoch, err := d.Keys.CurrentEpoch()
	if err != nil {
		return err
	}
	private, err := d.Keys.Spool(epoch)
	if err != nil {
		return err
	}
	defer clear(private)
	public, err := spool.PublicOf(private)
	if err != nil {
		return err
	}
	naming, err := d.Keys.Naming()
	if err != nil {
		return err
	}
	defer clear(naming)
	w, err := Spool(d.Dir, d.Files).Writer(spool.Seal{Epoch: epoch, Public: public, Mark: spool.MarkKey(naming)})
	if err != nil {
		return err
	}
	defer w.Close()
	return w.Append(spool.Entry{Key: clinic.NewID[spool.Key](), Kind: spool.Exported, At: e.At, Member: e.By})
}
