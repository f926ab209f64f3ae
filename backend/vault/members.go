package vault

import (
	"context"
	"slices"

	"quietline/backend/clinic"
)

// What follows changes who may open the clinic. The vault does not ask whether
// the person who signed in may do so: package session decides that. Each call
// either is written whole or changes nothing, and may be repeated after
// CodeNotSaved; it returns clinic.CodeLocked once the keys are zeroed.

// AddMember adds a person and gives her a slot on this device. Errors:
// CodeMemberExists, clinic.CodeBadInput, CodeNotBound, the passphrase codes.
func (v *Vault) AddMember(ctx context.Context, k *Keys, m Member, passphrase []byte) error {
	m, err := m.checked()
	if err != nil {
		return err
	}
	if err := v.cfg.checkPassphrase(passphrase, m.Name); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.change(ctx, k, func(d *draft) error {
		if d.ring.member(m.ID) >= 0 {
			return clinic.E(CodeMemberExists)
		}
		d.ring.Members = append(d.ring.Members, ringMember(m))
		return d.setSlot(m.ID, passphrase, v.cfg.Work)
	})
}

// UpdateMember changes a person's name and role as the sign-in screen shows
// them. Errors: CodeMemberUnknown, clinic.CodeBadInput.
func (v *Vault) UpdateMember(ctx context.Context, k *Keys, m Member) error {
	m, err := m.checked()
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.change(ctx, k, func(d *draft) error {
		at := d.ring.member(m.ID)
		if at < 0 {
			return clinic.E(CodeMemberUnknown)
		}
		d.ring.Members[at] = ringMember(m)
		return nil
	})
}

// RemoveMember takes a person's slots away on every device and begins a new
// epoch under a new data key. What she could read before, she could have copied;
// what is written from now on she cannot read, even with the whole folder and an
// older copy of it. Errors: CodeMemberUnknown, CodeNotBound, and CodeLastMember if
// nobody could sign in here afterwards.
func (v *Vault) RemoveMember(ctx context.Context, k *Keys, id clinic.StaffID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.change(ctx, k, func(d *draft) error {
		at := d.ring.member(id)
		if at < 0 {
			return clinic.E(CodeMemberUnknown)
		}
		d.ring.Members = slices.Delete(d.ring.Members, at, at+1)
		d.ring.dropSecond(id)
		d.ring.Short = slices.DeleteFunc(d.ring.Short, func(s ringShort) bool { return s.Member == id })
		d.dropSlots(func(s ringSlot) bool { return s.Member == id })
		if d.device == nil {
			return clinic.E(CodeNotBound)
		}
		if len(d.ring.rosterOf(d.device.id)) == 0 {
			return clinic.E(CodeLastMember)
		}
		d.rotate(v.cfg.Clock.Now())
		return nil
	})
}

// ChangePassphrase gives the person who signed in another passphrase on this
// device, if she knows the old one: failures count and wait as in Unlock. Older
// copies of the file still open with the old one.
func (v *Vault) ChangePassphrase(ctx context.Context, k *Keys, old, next []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	id := k.Member()
	if id.IsZero() {
		return clinic.E(CodeNotBound)
	}
	doc, here, err := v.here(ctx)
	if err != nil {
		return err
	}
	if _, err := v.attempt(doc, id); err != nil {
		return err
	}
	dataKey, _, err := v.openSlot(doc, here, id, old)
	if err != nil {
		return err
	}
	clear(dataKey)
	if err := v.forgive(ctx, k, id, nil); err != nil {
		return err
	}
	return v.resetPassphrase(ctx, k, id, next)
}

// ResetPassphrase gives a person a passphrase on this device, whether or not she
// had one: an administrator's way to let her in again, or in on a second device.
// Errors: CodeMemberUnknown, CodeNotBound, the passphrase codes.
func (v *Vault) ResetPassphrase(ctx context.Context, k *Keys, id clinic.StaffID, passphrase []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.resetPassphrase(ctx, k, id, passphrase)
}

func (v *Vault) resetPassphrase(ctx context.Context, k *Keys, id clinic.StaffID, passphrase []byte) error {
	return v.change(ctx, k, func(d *draft) error {
		at := d.ring.member(id)
		if at < 0 {
			return clinic.E(CodeMemberUnknown)
		}
		if err := v.cfg.checkPassphrase(passphrase, d.ring.Members[at].Name); err != nil {
			return err
		}
		return d.setSlot(id, passphrase, v.cfg.Work)
	})
}

// NewEpoch begins a new epoch and returns its number.
func (v *Vault) NewEpoch(ctx context.Context, k *Keys) (uint32, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	err := v.change(ctx, k, func(d *draft) error {
		d.ring.addEpoch(v.cfg.Clock.Now())
		return nil
	})
	if err != nil {
		return 0, err
	}
	return k.CurrentEpoch()
}

// Device is an account on a computer that the vault was bound to.
type Device struct {
	ID    DeviceID
	Since clinic.Instant
	// Here: it is the device that asks.
	Here bool
}

// Devices lists the devices whose slots may open the clinic, the oldest first.
func (v *Vault) Devices(k *Keys) ([]Device, error) {
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
	out := make([]Device, 0, len(doc.Devices))
	for _, s := range k.ring.Seats {
		if doc.device(s.Device) != nil {
			out = append(out, Device{
				ID: s.Device, Since: s.Since, Here: v.device != nil && v.device.id == s.Device,
			})
		}
	}
	return out, nil
}

// RemoveDevice takes all slots of a lost device away, as RemoveMember does a
// person's. Its seat's public key stays. Errors: clinic.CodeNotFound, and
// CodeLastMember for the device that asks.
func (v *Vault) RemoveDevice(ctx context.Context, k *Keys, id DeviceID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.device != nil && v.device.id == id {
		return clinic.E(CodeLastMember)
	}
	return v.change(ctx, k, func(d *draft) error {
		at := slices.IndexFunc(d.doc.Devices, func(dev deviceDocument) bool { return dev.ID == id })
		if at < 0 {
			return clinic.E(clinic.CodeNotFound)
		}
		if len(d.doc.Devices) == 1 {
			return clinic.E(CodeLastMember)
		}
		d.dropSlots(func(s ringSlot) bool { return s.Device == id })
		d.doc.Devices = slices.Delete(d.doc.Devices, at, at+1)
		d.rotate(v.cfg.Clock.Now())
		return nil
	})
}
