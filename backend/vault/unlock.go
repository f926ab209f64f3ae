package vault

import (
	"context"
	"errors"
	"slices"

	"quietline/backend/clinic"
)

// seal puts an identity's scalar into the slot, under the passphrase and the
// device's secret together.
func (s *slotDocument) seal(c ClinicID, passphrase, secret, scalar []byte) {
	o := owner{c, string(s.ID[:])}
	key := s.key(c, passphrase, secret)
	defer clear(key)
	s.Identity = seal(key, labelSlot, o, scalar)
}

// open returns the scalar, or errSealed if the passphrase is another.
func (s *slotDocument) open(c ClinicID, passphrase, secret []byte) ([]byte, error) {
	key := s.key(c, passphrase, secret)
	defer clear(key)
	return unseal(key, labelSlot, owner{c, string(s.ID[:])}, s.Identity)
}

func (s *slotDocument) key(c ClinicID, passphrase, secret []byte) []byte {
	text := normal(passphrase)
	defer clear(text)
	stretched := s.Work.stretch(text, s.Salt)
	defer clear(stretched)
	return derive(labelSlot, owner{c, string(s.ID[:])}, stretched, secret)
}

// Unlock opens the clinic's keys for one person with her passphrase, on a device
// that is bound. The passphrase stays the caller's to wipe.
//
// A wrong passphrase and an unknown person are the same CodeWrongPassphrase
// after the same work. From the fifth failure on, CodeTooSoon says until when no
// attempt is looked at; it does not count as one. Other errors: the keyring
// codes and CodeOtherDevice where the device is not bound, and those of Load.
// It takes as long as deriving a key takes, a few tenths of a second, and may
// be repeated.
//
// For a person with a second factor it is CodeNeedsCode once the passphrase is
// right, which does not count as a failure; see UnlockWithCode.
func (v *Vault) Unlock(ctx context.Context, id clinic.StaffID, passphrase []byte) (*Keys, error) {
	return v.UnlockWithCode(ctx, id, passphrase, "")
}

// UnlockWithCode is Unlock with a code of the person's second factor, from her app
// or a backup code. CodeWrongCode: it does not fit, which counts as a failure.
// Where she has no second factor, the code is not looked at.
func (v *Vault) UnlockWithCode(ctx context.Context, id clinic.StaffID, passphrase []byte, code string) (*Keys, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	doc, here, err := v.here(ctx)
	if err != nil {
		return nil, err
	}
	failures, err := v.attempt(doc, id)
	if err != nil {
		return nil, err
	}
	dataKey, slot, err := v.openSlot(doc, here, id, passphrase)
	if err != nil {
		return nil, err
	}
	k, err := v.opened(doc, here, id, dataKey, failures)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(k.ring.Slots, func(s ringSlot) bool { return s.ID == slot && s.Member == id }) {
		k.Zero()
		return nil, damaged("the slot is not in the ring")
	}
	given, err := k.ring.accept(doc.Clinic, id, code, v.cfg.Clock.Now(), v.spent[id])
	if err != nil {
		k.Zero()
		if errors.Is(err, clinic.E(CodeNeedsCode)) {
			err = errors.Join(err, v.uncount(doc, id, failures))
		}
		return nil, err
	}
	if err := v.forgive(ctx, k, id, given); err != nil {
		k.Zero()
		return nil, err
	}
	return k, nil
}

// opened returns the keys that the data key opens for a person on this device. It
// takes the data key, and wipes it where it fails.
func (v *Vault) opened(doc *document, here *deviceDocument, id clinic.StaffID, dataKey []byte, failures int) (*Keys, error) {
	opened, _, err := openRing(doc, dataKey)
	if err != nil {
		clear(dataKey)
		return nil, err
	}
	k := &Keys{
		clinic: doc.Clinic, member: id, failures: failures,
		data: dataKey, ring: opened, open: true,
	}
	if !slices.ContainsFunc(opened.Slots, func(s ringSlot) bool { return s.Member == id && s.Device == v.device.id }) {
		k.Zero()
		return nil, damaged("the person has no slot in the ring")
	}
	if k.seat, err = opened.openSeat(doc.Clinic, v.device, here.Seat); err != nil {
		k.Zero()
		return nil, err
	}
	return k, nil
}

// VerifyPassphrase asks whether a passphrase is a person's, for a step that wants
// it typed again. It answers, counts and takes as long as Unlock, opens nothing,
// and asks for no second factor.
func (v *Vault) VerifyPassphrase(ctx context.Context, id clinic.StaffID, passphrase []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	doc, here, err := v.here(ctx)
	if err != nil {
		return err
	}
	if _, err := v.attempt(doc, id); err != nil {
		return err
	}
	dataKey, _, err := v.openSlot(doc, here, id, passphrase)
	if err != nil {
		return err
	}
	clear(dataKey)
	return v.uncount(doc, id, 0)
}

// here reads the file and finds this device in it.
func (v *Vault) here(ctx context.Context) (*document, *deviceDocument, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, clinic.E(clinic.CodeCancelled).Because(err)
	}
	doc, err := readDocument(v.cfg)
	if err != nil {
		return nil, nil, err
	}
	if doc.Clinic != v.clinic {
		return nil, nil, damaged("another clinic's vault has taken its place")
	}
	if v.device == nil && v.problem.Code != clinic.CodeLocked {
		// The keyring may have been unlocked since.
		if err := v.bind(ctx, doc); err != nil {
			return nil, nil, err
		}
	}
	if v.device == nil {
		return nil, nil, v.problem
	}
	here := doc.device(v.device.id)
	if here == nil {
		return nil, nil, clinic.E(CodeOtherDevice)
	}
	return doc, here, nil
}

// openSlot returns the data key by a person's slot on this device. It does the
// same work whether the person exists or not.
func (v *Vault) openSlot(doc *document, here *deviceDocument, id clinic.StaffID, passphrase []byte) ([]byte, slotID, error) {
	members, err := openRoster(doc, *here, v.device.secret)
	if err != nil {
		return nil, slotID{}, err
	}
	// Nobody's slot: it opens with no passphrase.
	slot := &slotDocument{Salt: make([]byte, saltSize), Work: v.cfg.Work.cost()}
	known := false
	for _, m := range members {
		if m.ID != id {
			continue
		}
		// A person who was removed from another device is still in this roster.
		if s := here.slot(m.Slot); s != nil {
			slot, known = s, true
		}
	}
	if !acceptable(passphrase) {
		passphrase, known = nil, false
	}
	scalar, err := slot.open(doc.Clinic, passphrase, v.device.secret)
	if err != nil || !known {
		return nil, slotID{}, clinic.E(CodeWrongPassphrase)
	}
	defer clear(scalar)
	dataKey, err := decryptWith(scalar, doc.DataKey)
	if errors.Is(err, errNotForUs) {
		return nil, slotID{}, damaged("the data key is not encrypted to the slot")
	}
	return dataKey, slot.ID, err
}
