package vault

import (
	"context"
	"errors"
	"io/fs"
	"slices"

	"quietline/backend/clinic"
)

// What backups are made and opened with. A copy of the clinic holds the vault's
// file as it is, and has keys of its own beside it that open in two ways: with
// the clinic's keys, so that the program reads its own copies, and with the
// recovery sheet, so that a person without a computer does.

// BackupLock returns the 32-byte key under which an epoch's backups keep their
// keys; otherwise like Epoch. It follows the epoch, so that somebody who left
// cannot open what is copied afterwards.
func (k *Keys) BackupLock(number uint32) ([]byte, error) {
	return k.ofEpoch(number, func(key []byte) []byte {
		return derive(labelBackupLock, owner{clinic: k.clinic}, key)
	})
}

// EncryptToSheet returns a key of 32 bytes as an age file that the recovery sheet
// in force opens, and nothing else.
func (k *Keys) EncryptToSheet(key []byte) ([]byte, error) {
	if len(key) != keySize {
		return nil, clinic.E(clinic.CodeInternal).Because(errors.New("vault: a key of another length"))
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	if !k.open {
		return nil, clinic.E(clinic.CodeLocked)
	}
	return encryptTo(key, []string{k.ring.Recovery.Recipient})
}

// Decrypt opens what EncryptToSheet made for a clinic while this sheet was in
// force there. Errors: CodeWrongWords for another clinic's sheet or another one of
// this clinic, CodeDamaged.
func (r Recovery) Decrypt(c ClinicID, file []byte) ([]byte, error) {
	scalar := r.scalar(c)
	defer clear(scalar)
	key, err := decryptWith(scalar, file)
	if errors.Is(err, errNotForUs) {
		return nil, clinic.E(CodeWrongWords)
	}
	return key, err
}

// Copy returns the vault's file for a copy of the clinic. It is whole: its seal
// was checked. Short passphrases that are armed are left out; they are for this
// device and this day. Errors: those of Load, clinic.CodeLocked.
func (v *Vault) Copy(k *Keys) ([]byte, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	doc, err := readDocument(v.cfg)
	if err != nil {
		return nil, err
	}
	// Not before: zeroing the keys must not wait for a disk.
	k.mu.RLock()
	defer k.mu.RUnlock()
	if !k.open {
		return nil, clinic.E(clinic.CodeLocked)
	}
	opened, _, err := openRing(doc, k.data)
	if err != nil {
		return nil, err
	}
	opened.wipe()
	doc.Devices = slices.Clone(doc.Devices)
	for i := range doc.Devices {
		doc.Devices[i].Short = nil
	}
	return doc.encode()
}

// PutBack writes the vault's file from a copy of the clinic into a folder that has
// none, and refuses with CodeExists one that has. Errors: CodeDamaged and
// CodeNewer of the copy, CodeUnreadable, CodeNotSaved. A failure leaves no file.
func PutBack(files Files, dir string, copied []byte) error {
	cfg := Config{Dir: dir, Files: files}
	if _, err := parseDocument(copied); err != nil {
		return err
	}
	_, err := cfg.Files.Read(cfg.path(), sizeLimit)
	switch {
	case err == nil, errors.Is(err, errNotRegular):
		return clinic.E(CodeExists)
	case !errors.Is(err, fs.ErrNotExist):
		return clinic.E(CodeUnreadable).Because(withoutPath(err)).Retryable()
	}
	replaced, err := replace(cfg, copied)
	if err != nil && replaced {
		err = errors.Join(err, withoutPath(cfg.Files.Remove(cfg.path())))
	}
	return err
}

// NoSecrets are the DeviceSecrets of a computer whose keyring is not to be asked:
// they hold nothing and keep nothing. The recovery sheet opens a vault with them.
type NoSecrets struct{}

// Get implements DeviceSecrets.
func (NoSecrets) Get(context.Context, string) ([]byte, error) {
	return nil, clinic.E(CodeKeyringAbsent)
}

// Set implements DeviceSecrets.
func (NoSecrets) Set(context.Context, string, []byte) error {
	return clinic.E(CodeKeyringUnavailable)
}

// Delete implements DeviceSecrets.
func (NoSecrets) Delete(context.Context, string) error { return nil }
