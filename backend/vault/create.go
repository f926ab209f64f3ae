package vault

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"quietline/backend/clinic"
)

// Create makes the vault of a new clinic in cfg.Dir, with one person in it, and
// binds this device. It returns the vault, its open keys and the recovery sheet,
// which exists nowhere else: show it, and call ConfirmRecovery.
//
// It refuses with CodeExists where the folder holds any part of a clinic. Other
// errors: the passphrase and keyring codes, clinic.CodeBadInput for a person
// without name or role, CodeNotSaved. A failure leaves no file; it may be
// repeated. At worst it leaves an entry in the keyring that nothing refers to.
func Create(ctx context.Context, cfg Config, first Member, passphrase []byte) (*Vault, *Keys, Recovery, error) {
	fail := func(err error) (*Vault, *Keys, Recovery, error) { return nil, nil, Recovery{}, err }
	cfg, err := cfg.checked()
	if err != nil {
		return fail(err)
	}
	if first, err = first.checked(); err != nil {
		return fail(err)
	}
	if err := cfg.checkPassphrase(passphrase, first.Name); err != nil {
		return fail(err)
	}
	found, err := exists(cfg.Files, cfg.Dir)
	if err != nil {
		return fail(err)
	}
	if found {
		return fail(clinic.E(CodeExists))
	}
	if err := cfg.Files.MkdirAll(cfg.Dir); err != nil {
		return fail(notSaved(err))
	}

	now := cfg.Clock.Now()
	sheet := NewRecovery()
	id := clinic.NewID[ClinicID]()
	to, err := sheet.recipient(id)
	if err != nil {
		return fail(err)
	}
	d := &draft{
		doc: &document{Format: formatName, Version: formatVersion, Clinic: id},
		ring: &ring{
			Root: random(keySize), Naming: random(keySize),
			Members:  []ringMember{ringMember(first)},
			Recovery: recoveryRecord{Recipient: to, Made: now},
		},
		member: first.ID,
	}
	d.rotate(now)
	v := &Vault{cfg: cfg, clinic: id, tries: map[clinic.StaffID]try{}, spent: map[clinic.StaffID]int64{}}
	if err := d.create(ctx, cfg, first.ID, passphrase); err != nil {
		d.ring.wipe()
		clear(d.data)
		return fail(err)
	}
	v.setDevice(d.device, d.ring.rosterOf(d.device.id), nil)
	k := &Keys{clinic: id, member: first.ID, data: d.data, ring: d.ring, seat: d.seat, open: true}
	return v, k, sheet, nil
}

// create gives the draft its device, keeps the secret in the keyring and writes
// the file, in this order: a secret without a file is harmless, a file without
// its secret is not.
func (d *draft) create(ctx context.Context, cfg Config, first clinic.StaffID, passphrase []byte) error {
	secret := random(keySize)
	if err := d.addDevice(secret, cfg.Clock.Now()); err != nil {
		return err
	}
	if err := d.setSlot(first, passphrase, cfg.Work); err != nil {
		return err
	}
	name := account(d.doc.Clinic, d.device.id)
	err := keep(ctx, cfg.Secrets, name, secret)
	if err == nil {
		var replaced bool
		replaced, err = d.write(cfg, func(*draft) error { return nil })
		if err != nil && replaced {
			// Nobody has seen its recovery sheet, and nothing is sealed under it.
			err = errors.Join(err, withoutPath(cfg.Files.Remove(cfg.path())))
		}
	}
	if err != nil {
		// Best effort, even if the caller has given up: nothing refers to it.
		_ = cfg.Secrets.Delete(context.WithoutCancel(ctx), name)
	}
	return err
}

// keep stores a secret and reads it back: a keyring that loses what it accepted
// would lock the clinic out at the next start.
func keep(ctx context.Context, secrets DeviceSecrets, name string, secret []byte) error {
	if err := secrets.Set(ctx, name, secret); err != nil {
		return keyringProblem(err)
	}
	back, err := secrets.Get(ctx, name)
	if err != nil {
		return keyringProblem(err)
	}
	defer clear(back)
	if !bytes.Equal(back, secret) {
		return clinic.E(CodeKeyringUnavailable).Because(errors.New("the keyring returned something else"))
	}
	return nil
}

const maxNameRunes = 120

// checked returns the member with her name trimmed, or clinic.CodeBadInput.
func (m Member) checked() (Member, error) {
	m.Name = strings.TrimSpace(m.Name)
	if m.ID.IsZero() || !m.Role.Valid() || m.Name == "" || !utf8.ValidString(m.Name) ||
		utf8.RuneCountInString(m.Name) > maxNameRunes || strings.ContainsFunc(m.Name, unicode.IsControl) {
		return m, clinic.E(clinic.CodeBadInput)
	}
	return m, nil
}
