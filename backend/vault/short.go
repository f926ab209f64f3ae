package vault

import (
	"context"
	"errors"
	"slices"

	"quietline/backend/clinic"
)

// A short passphrase opens the clinic again after a lock, on the device where its
// person has signed in with all that is asked of her, and until the time that was
// set then. The short passphrase and the device's secret together give an age
// identity. Its public half lies in the ring; signing in encrypts the data key to
// it and puts that, armed, beside the attempts. So the short passphrase need not
// be known for arming it, and opens nothing while it is not armed.

const (
	minShortRunes = 8
	// shortTries is how often it may be tried before it is disarmed.
	shortTries = 5
)

// shortCost is cheaper than a full passphrase's, since it must feel like nothing;
// NIST SP 800-63B asks for no more than the limit on tries.
func (w WorkFactor) shortCost() cost {
	if w == Sample {
		return w.cost()
	}
	return cost{MemoryKiB: 32 << 10, Passes: 2, Lanes: 4}
}

// ringShort is the public side of a short passphrase on one device.
type ringShort struct {
	Member    clinic.StaffID `json:"member"`
	Device    DeviceID       `json:"device"`
	Since     clinic.Instant `json:"since"`
	Salt      []byte         `json:"salt"`
	Work      cost           `json:"work"`
	Recipient string         `json:"recipient"`
}

// armed is a short passphrase that opens now. It is sealed under the device's
// secret and outside of the file's seal, since it changes while nobody is signed in.
type armed struct {
	Member clinic.StaffID `json:"member"`
	From   clinic.Instant `json:"from"`
	Until  clinic.Instant `json:"until"`
	Tries  int            `json:"tries"` // that are left
	Salt   []byte         `json:"salt"`
	Work   cost           `json:"work"`
	Key    []byte         `json:"key"` // the data key, as an age file
}

// scalar derives the identity that a short passphrase stands for.
func shortScalar(c ClinicID, d *device, id clinic.StaffID, phrase, salt []byte, work cost) []byte {
	text := normal(phrase)
	defer clear(text)
	stretched := work.stretch(text, salt)
	defer clear(stretched)
	return derive(labelShort, owner{c, string(d.id[:]) + string(id[:])}, stretched, d.secret)
}

// SetShortPhrase gives the person who signed in a short passphrase on this
// device, in place of an earlier one. It opens nothing until Arm. Errors:
// CodePassphraseShort with fewer than 8 characters, the other passphrase codes,
// CodeNotBound.
func (v *Vault) SetShortPhrase(ctx context.Context, k *Keys, phrase []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.change(ctx, k, func(d *draft) error {
		if d.device == nil || d.member.IsZero() {
			return clinic.E(CodeNotBound)
		}
		at := d.ring.member(d.member)
		if at < 0 {
			return clinic.E(CodeMemberUnknown)
		}
		if err := v.cfg.checkPhrase(phrase, d.ring.Members[at].Name, minShortRunes); err != nil {
			return err
		}
		s := ringShort{
			Member: d.member, Device: d.device.id, Since: v.cfg.Clock.Now(),
			Salt: random(saltSize), Work: v.cfg.Work.shortCost(),
		}
		scalar := shortScalar(d.doc.Clinic, d.device, s.Member, phrase, s.Salt, s.Work)
		defer clear(scalar)
		var err error
		if s.Recipient, err = recipient(scalar); err != nil {
			return err
		}
		if err := d.dropShort(d.member); err != nil {
			return err
		}
		d.ring.Short = append(d.ring.Short, s)
		return nil
	})
}

// DropShortPhrase ends the short passphrase of the person who signed in, on this
// device. It does nothing where she has none.
func (v *Vault) DropShortPhrase(ctx context.Context, k *Keys) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.change(ctx, k, func(d *draft) error {
		if d.device == nil {
			return clinic.E(CodeNotBound)
		}
		return d.dropShort(d.member)
	})
}

// Arm lets the short passphrase of the person who signed in open the clinic until
// a time. It is for who has just signed in with all that is asked of her, and does
// nothing where she has no short passphrase here. Errors: CodeNotBound,
// clinic.CodeBadInput for a time that has passed.
func (v *Vault) Arm(ctx context.Context, k *Keys, until clinic.Instant) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.cfg.Clock.Now()
	if until <= now {
		return clinic.E(clinic.CodeBadInput)
	}
	if set, err := k.ShortPhrase(); err != nil || set == 0 {
		return err
	}
	return v.change(ctx, k, func(d *draft) error {
		if d.device == nil || d.member.IsZero() {
			return clinic.E(CodeNotBound)
		}
		s := d.ring.short(d.member, d.device.id)
		if s == nil {
			return nil
		}
		key, err := encryptTo(d.data, []string{s.Recipient})
		if err != nil {
			return err
		}
		return d.editArmed(func(all []armed) []armed {
			return append(without(all, d.member), armed{
				Member: d.member, From: now, Until: until, Tries: shortTries, Salt: s.Salt, Work: s.Work, Key: key,
			})
		})
	})
}

// ShortPhrase returns since when the person who signed in has a short passphrase
// on this device; zero where she has none.
func (k *Keys) ShortPhrase() (clinic.Instant, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if err := k.signing(); err != nil {
		return 0, err
	}
	at := k.ring.seat(k.seat.id)
	if at < 0 {
		return 0, nil
	}
	if s := k.ring.short(k.member, k.ring.Seats[at].Device); s != nil {
		return s.Since, nil
	}
	return 0, nil
}

// ShortUnlock says how long and how often a short passphrase may still be tried.
type ShortUnlock struct {
	Until clinic.Instant
	Tries int
}

// ShortUnlocks lists whose short passphrase opens the clinic here now.
func (v *Vault) ShortUnlocks(ctx context.Context) (map[clinic.StaffID]ShortUnlock, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	doc, here, err := v.here(ctx)
	if err != nil {
		return nil, err
	}
	all, err := openArmed(doc.Clinic, v.device, here.Short)
	if err != nil {
		return nil, err
	}
	now := v.cfg.Clock.Now()
	out := map[clinic.StaffID]ShortUnlock{}
	for _, a := range all {
		if a.good(now) {
			out[a.Member] = ShortUnlock{Until: a.Until, Tries: a.Tries}
		}
	}
	return out, nil
}

// UnlockShort is Unlock with a person's short passphrase while it is armed.
//
// CodeWrongShort: it is another one; left (int) tries remain. CodeShortOver: it is
// not armed, its time is over or was set back, five tries have failed, or the
// clinic's keys have changed since; Unlock is the way in. A try that cannot be
// counted is not made: CodeNotSaved, clinic.CodeDiskFull. Other errors are those
// of Unlock.
func (v *Vault) UnlockShort(ctx context.Context, id clinic.StaffID, phrase []byte) (*Keys, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	doc, here, err := v.here(ctx)
	if err != nil {
		return nil, err
	}
	all, err := openArmed(doc.Clinic, v.device, here.Short)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(all, func(a armed) bool { return a.Member == id })
	if at < 0 || !all[at].good(v.cfg.Clock.Now()) {
		return nil, clinic.E(CodeShortOver)
	}
	a := all[at]
	// Counted before it is made, as every attempt.
	a.Tries--
	if all[at] = a; a.Tries == 0 {
		all = without(all, id)
	}
	if err := v.saveArmed(doc, all); err != nil {
		return nil, err
	}
	if !acceptable(phrase) {
		return nil, a.wrong()
	}
	scalar := shortScalar(doc.Clinic, v.device, id, phrase, a.Salt, a.Work)
	defer clear(scalar)
	dataKey, err := decryptWith(scalar, a.Key)
	if errors.Is(err, errNotForUs) {
		return nil, a.wrong()
	}
	if err != nil {
		return nil, err
	}
	k, err := v.opened(doc, here, id, dataKey, shortTries-1-a.Tries)
	if errors.Is(err, clinic.E(CodeDamaged)) {
		// The data key is another since, or the file is damaged, which Unlock tells.
		return nil, clinic.E(CodeShortOver).Because(err)
	}
	if err != nil {
		return nil, err
	}
	a.Tries = shortTries
	// Where that cannot be written the tries stay counted, which opens nothing more.
	_ = v.saveArmed(doc, append(without(all, id), a))
	return k, nil
}

// Disarm ends a person's short passphrase until she signs in again. It needs no
// keys.
func (v *Vault) Disarm(ctx context.Context, id clinic.StaffID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	doc, here, err := v.here(ctx)
	if err != nil {
		return err
	}
	all, err := openArmed(doc.Clinic, v.device, here.Short)
	if err != nil {
		return err
	}
	return v.saveArmed(doc, without(all, id))
}

func (a armed) good(now clinic.Instant) bool {
	// A clock before the arming was set back: how long it has been, nobody knows.
	return a.Tries > 0 && a.From <= now && now < a.Until
}

func (a armed) wrong() error {
	if a.Tries == 0 {
		return clinic.E(CodeShortOver)
	}
	return clinic.E(CodeWrongShort).With("left", a.Tries)
}

func without(all []armed, id clinic.StaffID) []armed {
	return slices.DeleteFunc(slices.Clone(all), func(a armed) bool { return a.Member == id })
}

func (v *Vault) saveArmed(doc *document, all []armed) error {
	here := doc.device(v.device.id)
	var err error
	if here.Short, err = sealArmed(doc.Clinic, v.device, all); err != nil {
		return err
	}
	raw, err := doc.encode()
	if err != nil {
		return err
	}
	_, err = replace(v.cfg, raw)
	return err
}

// editArmed changes what is armed on the draft's device.
func (d *draft) editArmed(edit func([]armed) []armed) error {
	here := d.here()
	if here == nil {
		return clinic.E(CodeNotBound)
	}
	all, err := openArmed(d.doc.Clinic, d.device, here.Short)
	if err != nil {
		return err
	}
	here.Short, err = sealArmed(d.doc.Clinic, d.device, edit(all))
	return err
}

// dropShort takes a person's short passphrase away on the draft's device.
func (d *draft) dropShort(id clinic.StaffID) error {
	d.ring.Short = slices.DeleteFunc(d.ring.Short, func(s ringShort) bool {
		return s.Member == id && s.Device == d.device.id
	})
	return d.editArmed(func(all []armed) []armed { return without(all, id) })
}

func (r *ring) short(id clinic.StaffID, d DeviceID) *ringShort {
	for i := range r.Short {
		if r.Short[i].Member == id && r.Short[i].Device == d {
			return &r.Short[i]
		}
	}
	return nil
}

// sealArmed returns nothing where nothing is armed.
func sealArmed(c ClinicID, d *device, all []armed) ([]byte, error) {
	if len(all) == 0 {
		return nil, nil
	}
	o := owner{c, string(d.id[:])}
	key := derive(labelArmed, o, d.secret)
	defer clear(key)
	return sealedJSON(key, labelArmed, o, all, padding)
}

func openArmed(c ClinicID, d *device, sealed []byte) ([]armed, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	o := owner{c, string(d.id[:])}
	key := derive(labelArmed, o, d.secret)
	defer clear(key)
	var all []armed
	if err := openJSON(key, labelArmed, o, sealed, &all); err != nil {
		return nil, err
	}
	for _, a := range all {
		if a.Tries < 1 || a.Tries > shortTries || len(a.Salt) != saltSize || !a.Work.possible() {
			return nil, damaged("an armed short passphrase outside the limits")
		}
	}
	return all, nil
}
