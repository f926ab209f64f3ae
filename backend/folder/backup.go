package folder

import (
	"context"

	"quietline/backend/archive/blob"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
)

// OpenBackup opens the repository of a target for reading. Forget reaches its keys;
// over gives it back.
func (c *Clinic) OpenBackup(ctx context.Context, t *backup.Target) (_ *backup.Repository, over func(), err error) {
	r, err := t.Open(ctx, backup.ByKeys(c.Keys))
	if err != nil {
		return nil, nil, err
	}
	reached := c.copies.add(r.Forget)
	return r, func() {
		r.Close()
		reached()
	}, nil
}

// Source returns the open clinic as backups copy it. It is good until the clinic is
// closed, and each run begins with a new one: it knows the seats of now.
func (c *Clinic) Source(v *vault.Vault, clock clinic.Clock) (backup.Source, error) {
	seats, err := c.Keys.SeatKeys()
	if err != nil {
		return backup.Source{}, err
	}
	return backup.Source{
		Keys: c.Keys, Clock: clock,
		Log: journal.OpenLocalLog(c.log, journal.SeatKeys(seats)), ContentKeys: journal.OpenLocalStore(c.log),
		Vault:       func() ([]byte, error) { return v.Copy(c.Keys) },
		Attachments: attachments{c.Blobs, c.Journal}, Reached: c.copies.add,
	}, nil
}

// attachments are all sealed files with what the events say of them.
type attachments struct {
	*blob.Store
	journal *journal.Journal
}

// Named implements [backup.Attachments].
func (a attachments) Named(ctx context.Context) (named map[blob.Name]struct{}, err error) {
	err = a.journal.Read(ctx, func(tx *sqlite.Tx) error {
		named, err = NamedFiles(tx)
		return err
	})
	return named, err
}
