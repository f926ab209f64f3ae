package vault

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"quietline/backend/clinic"
)

// Recovery is a recovery sheet: the way in when a passphrase, a keyring or a
// computer is lost. Whoever holds it and a copy of the folder reads everything,
// so it belongs on paper and nowhere else; it prints and logs itself as
// "[recovery sheet]".
type Recovery struct{ entropy []byte }

// NewRecovery draws a sheet of 160 random bits. It opens nothing until
// ReplaceRecovery puts it in force.
func NewRecovery() Recovery { return Recovery{entropy: random(entropySize)} }

// String hides the sheet.
func (Recovery) String() string { return "[recovery sheet]" }

// GoString hides the sheet.
func (r Recovery) GoString() string { return r.String() }

// LogValue implements [slog.LogValuer] and hides the sheet.
func (r Recovery) LogValue() slog.Value { return slog.StringValue(r.String()) }

// Clone returns a copy that Wipe of this one leaves alone.
func (r Recovery) Clone() Recovery { return Recovery{slices.Clone(r.entropy)} }

// Wipe forgets the sheet. Words and codes that were made from it remain.
func (r Recovery) Wipe() { clear(r.entropy) }

// scalar derives the age identity that the sheet stands for, at one clinic.
func (r Recovery) scalar(c ClinicID) []byte {
	return derive(labelRecovery, owner{clinic: c}, r.entropy)
}

// recipient is whom a vault is sealed to so that the sheet opens it. A sheet that was
// wiped is nobody's, with CodeWrongWords: everybody can derive what it would open.
func (r Recovery) recipient(c ClinicID) (string, error) {
	var set byte
	for _, b := range r.entropy {
		set |= b
	}
	if set == 0 {
		return "", clinic.E(CodeWrongWords)
	}
	scalar := r.scalar(c)
	defer clear(scalar)
	return recipient(scalar)
}

// Recover opens the clinic's keys with the recovery sheet: its words, or the
// text of its square code. It needs neither the keyring nor a passphrase and
// counts no attempts, since 160 bits are not guessed.
//
// The keys are whole, except that nobody has signed in: Rebind names a person
// and gives her a passphrase. Errors: the word codes, CodeWrongWords for another
// clinic's sheet or one that has been replaced, and those of Load. It changes
// nothing and may be repeated.
func (v *Vault) Recover(ctx context.Context, text string) (*Keys, error) {
	sheet, err := ParseRecovery(text)
	if err != nil {
		return nil, err
	}
	defer sheet.Wipe()
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, clinic.E(clinic.CodeCancelled).Because(err)
	}
	doc, err := readDocument(v.cfg)
	if err != nil {
		return nil, err
	}
	if doc.Clinic != v.clinic {
		return nil, damaged("another clinic's vault has taken its place")
	}
	scalar := sheet.scalar(doc.Clinic)
	defer clear(scalar)
	dataKey, err := decryptWith(scalar, doc.DataKey)
	if errors.Is(err, errNotForUs) {
		return nil, clinic.E(CodeWrongWords)
	}
	if err != nil {
		return nil, err
	}
	opened, _, err := openRing(doc, dataKey)
	if err != nil {
		clear(dataKey)
		return nil, err
	}
	k := &Keys{clinic: doc.Clinic, data: dataKey, ring: opened, open: true}
	if v.device != nil {
		if here := doc.device(v.device.id); here != nil {
			if k.seat, err = opened.openSeat(doc.Clinic, v.device, here.Seat); err != nil {
				k.Zero()
				return nil, err
			}
		}
	}
	return k, nil
}

// Rebind follows Recover: it gives a person a new passphrase on this device. If
// the keyring does not know the device, it first becomes a new one, with a new
// secret and a new seat; the others get in again by ResetPassphrase. The keys
// then belong to that person. Errors: CodeMemberUnknown, the passphrase and
// keyring codes, CodeNotSaved. After an error it may be repeated.
func (v *Vault) Rebind(ctx context.Context, k *Keys, member clinic.StaffID, passphrase []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.device == nil {
		// The keyring may have been unlocked since; a device is not bound twice.
		doc, err := readDocument(v.cfg)
		if err != nil {
			return err
		}
		if err := v.bind(ctx, doc); err != nil {
			return err
		}
	}
	var fresh string
	err := v.change(ctx, k, func(d *draft) error {
		at := d.ring.member(member)
		if at < 0 {
			return clinic.E(CodeMemberUnknown)
		}
		if err := v.cfg.checkPassphrase(passphrase, d.ring.Members[at].Name); err != nil {
			return err
		}
		d.member = member
		if here := d.here(); here != nil {
			// Whoever recovers need not wait for what others failed at, and a
			// count that cannot be read begins again.
			var err error
			if here.Attempts, err = sealAttempts(d.doc.Clinic, d.device, nil); err != nil {
				return err
			}
			clear(v.tries)
			if d.seat, err = d.ring.openSeat(d.doc.Clinic, d.device, here.Seat); err != nil {
				return err
			}
			return d.setSlot(member, passphrase, v.cfg.Work)
		}
		secret := random(keySize)
		if err := d.addDevice(secret, v.cfg.Clock.Now()); err != nil {
			return err
		}
		if err := d.setSlot(member, passphrase, v.cfg.Work); err != nil {
			return err
		}
		fresh = account(d.doc.Clinic, d.device.id)
		return keep(ctx, v.cfg.Secrets, fresh, secret)
	})
	if err != nil && fresh != "" && (v.device == nil || account(v.clinic, v.device.id) != fresh) {
		_ = v.cfg.Secrets.Delete(context.WithoutCancel(ctx), fresh)
	}
	return err
}

// ConfirmRecovery notes that a person has typed words back from the paper:
// typed maps positions, from 1, to words, at least those of sheet.Ask. Errors:
// those of Recovery.Confirm, CodeWrongWords if the sheet is not in force,
// CodeNotSaved.
func (v *Vault) ConfirmRecovery(ctx context.Context, k *Keys, sheet Recovery, typed map[int]string) error {
	if err := sheet.Confirm(typed); err != nil {
		return err
	}
	to, err := sheet.recipient(v.clinic)
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.change(ctx, k, func(d *draft) error { return d.proven(to, v.cfg.Clock.Now()) })
}

// CheckRecovery notes that a person has typed the whole sheet that is in force from
// the paper, or the text of its square code: the paper is there and can be read. The
// vault does not know the words, so that no part of them would do. Errors: the word
// codes, CodeWrongWords for another sheet, CodeNotSaved.
func (v *Vault) CheckRecovery(ctx context.Context, k *Keys, text string) error {
	sheet, err := ParseRecovery(text)
	if err != nil {
		return err
	}
	defer sheet.Wipe()
	to, err := sheet.recipient(v.clinic)
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.change(ctx, k, func(d *draft) error { return d.proven(to, v.cfg.Clock.Now()) })
}

// proven notes when the sheet of a recipient was last typed back.
func (d *draft) proven(to string, now clinic.Instant) error {
	if d.ring.Recovery.Recipient != to {
		return clinic.E(CodeWrongWords)
	}
	d.ring.Recovery.Confirmed = now
	return nil
}

// ReplaceRecovery puts a new sheet in force, which has been printed and whose
// words have been typed back. The old one no longer opens the vault; it still
// opens older copies of it, but nothing that is written from now on. Errors: those of
// Recovery.Confirm, CodeWrongWords for a sheet that was wiped, CodeNotSaved.
func (v *Vault) ReplaceRecovery(ctx context.Context, k *Keys, sheet Recovery, typed map[int]string) error {
	if err := sheet.Confirm(typed); err != nil {
		return err
	}
	to, err := sheet.recipient(v.clinic)
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.change(ctx, k, func(d *draft) error {
		now := v.cfg.Clock.Now()
		d.ring.Recovery = recoveryRecord{Recipient: to, Made: now, Confirmed: now}
		d.rotate(now)
		return nil
	})
}
