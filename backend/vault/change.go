package vault

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"errors"
	"slices"

	"quietline/backend/clinic"
)

// draft is a change to the vault before it is written: copies of the file and
// of what lies in it, so that a change that fails leaves nothing behind.
type draft struct {
	doc     *document
	data    []byte
	ring    *ring
	anchors []Anchor
	device  *device
	seat    *seat
	member  clinic.StaffID
	// rewrap says that the data key or its recipients are others than before.
	rewrap bool
}

// change reads the file afresh, lets edit change it, writes it and only then
// lets the keys and the vault follow. The caller holds v.mu.
func (v *Vault) change(ctx context.Context, k *Keys, edit func(*draft) error) error {
	if err := ctx.Err(); err != nil {
		return clinic.E(clinic.CodeCancelled).Because(err)
	}
	d, err := v.draft(k)
	if err != nil {
		return err
	}
	// The keys are not held meanwhile: zeroing them must not wait for a disk.
	replaced, err := d.write(v.cfg, edit)
	k.mu.Lock()
	defer k.mu.Unlock()
	if !replaced || !k.open {
		d.ring.wipe()
		clear(d.data)
		if err == nil {
			err = clinic.E(clinic.CodeLocked) // written, and locked since
		}
		return err
	}
	// What stands in the file is now true, even if it may not last through a
	// loss of power, which is all that err can say here.
	k.ring.wipe()
	clear(k.data)
	k.data, k.ring, k.seat, k.member = d.data, d.ring, d.seat, d.member
	v.retired = d.doc.Retired
	if d.device != nil {
		v.setDevice(d.device, d.ring.rosterOf(d.device.id), nil)
	}
	return err
}

func (d *draft) write(cfg Config, edit func(*draft) error) (replaced bool, err error) {
	if err := edit(d); err != nil {
		return false, err
	}
	if err := d.finish(); err != nil {
		return false, err
	}
	raw, err := d.doc.encode()
	if err != nil {
		return false, err
	}
	return replace(cfg, raw)
}

func (v *Vault) draft(k *Keys) (*draft, error) {
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
	if k.clinic != v.clinic {
		return nil, clinic.E(clinic.CodeInternal).Because(errors.New("vault: keys of another clinic"))
	}
	opened, anchors, err := openRing(doc, k.data)
	if err != nil {
		return nil, err
	}
	// The file's ring, not the one in memory: another account may have changed
	// it since.
	return &draft{
		doc: doc, data: slices.Clone(k.data), ring: opened, anchors: anchors,
		device: v.device, seat: k.seat, member: k.member,
	}, nil
}

// openRing proves that the file is whole and opens what lies under the data key.
func openRing(doc *document, dataKey []byte) (*ring, []Anchor, error) {
	mac, err := doc.mac(dataKey)
	if err != nil {
		return nil, nil, err
	}
	if !hmac.Equal(mac, doc.Seal) {
		return nil, nil, damaged("the seal does not hold")
	}
	o := owner{clinic: doc.Clinic}
	ringKey := derive(labelRing, o, dataKey)
	defer clear(ringKey)
	var r ring
	if err := openJSON(ringKey, labelRing, o, doc.Ring, &r); err != nil {
		return nil, nil, err
	}
	if !r.whole() {
		r.wipe()
		return nil, nil, damaged("the ring is not whole")
	}
	anchorKey := derive(labelAnchors, o, dataKey)
	defer clear(anchorKey)
	var anchors []Anchor
	if err := openJSON(anchorKey, labelAnchors, o, doc.Anchors, &anchors); err != nil {
		r.wipe()
		return nil, nil, err
	}
	return &r, anchors, nil
}

// finish seals the draft's parts into its document.
func (d *draft) finish() error {
	o := owner{clinic: d.doc.Clinic}
	d.doc.Generation++
	var err error
	if d.rewrap {
		if d.doc.DataKey, err = encryptTo(d.data, d.ring.recipients()); err != nil {
			return err
		}
	}
	ringKey := derive(labelRing, o, d.data)
	defer clear(ringKey)
	if d.doc.Ring, err = sealedJSON(ringKey, labelRing, o, d.ring, padding); err != nil {
		return err
	}
	anchorKey := derive(labelAnchors, o, d.data)
	defer clear(anchorKey)
	if d.doc.Anchors, err = sealedJSON(anchorKey, labelAnchors, o, d.anchors, padding); err != nil {
		return err
	}
	if d.device != nil {
		here := d.here()
		if here == nil {
			return damaged("this device is not in the file")
		}
		if here.Roster, err = sealRoster(d.doc.Clinic, d.device, d.ring.rosterOf(d.device.id)); err != nil {
			return err
		}
	}
	if err := d.doc.limits(); err != nil {
		return err
	}
	d.doc.Seal, err = d.doc.mac(d.data)
	return err
}

// here returns the draft's device in its file; nil where it is not bound.
func (d *draft) here() *deviceDocument {
	if d.device == nil {
		return nil
	}
	return d.doc.device(d.device.id)
}

// rotate makes a new data key and a new epoch: whoever could open the old ones
// and no longer may, cannot open what is written from now on.
func (d *draft) rotate(now clinic.Instant) {
	clear(d.data)
	d.data = random(keySize)
	d.ring.addEpoch(now)
	d.rewrap = true
}

// setSlot gives a member a slot on the draft's device in place of her old one.
func (d *draft) setSlot(member clinic.StaffID, passphrase []byte, work WorkFactor) error {
	here := d.here()
	if here == nil {
		return clinic.E(CodeNotBound)
	}
	d.dropSlots(func(s ringSlot) bool { return s.Member == member && s.Device == d.device.id })
	if err := d.dropShort(member); err != nil {
		return err
	}
	scalar := random(keySize)
	defer clear(scalar)
	public, err := recipient(scalar)
	if err != nil {
		return err
	}
	s := slotDocument{ID: clinic.NewID[slotID](), Salt: random(saltSize), Work: work.cost()}
	s.seal(d.doc.Clinic, passphrase, d.device.secret, scalar)
	here.Slots = append(here.Slots, s)
	d.ring.Slots = append(d.ring.Slots, ringSlot{
		ID: s.ID, Device: d.device.id, Member: member, Recipient: public,
	})
	d.rewrap = true
	return nil
}

// dropSlots takes slots out of the ring and out of the file. The caller wraps the
// data key anew.
func (d *draft) dropSlots(gone func(ringSlot) bool) {
	kept := d.ring.Slots[:0:0]
	for _, s := range d.ring.Slots {
		if !gone(s) {
			kept = append(kept, s)
			continue
		}
		if dev := d.doc.device(s.Device); dev != nil {
			left := dev.Slots[:0:0]
			for _, f := range dev.Slots {
				if f.ID != s.ID {
					left = append(left, f)
				}
			}
			dev.Slots = left
		}
	}
	d.ring.Slots = kept
}

// addDevice adds a device to the draft, with a seat of its own and nobody in it.
func (d *draft) addDevice(secret []byte, now clinic.Instant) error {
	c := d.doc.Clinic
	d.device = &device{id: deviceID(c, secret), secret: secret}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return clinic.E(clinic.CodeInternal).Because(err)
	}
	d.seat = &seat{id: clinic.NewID[clinic.SeatID](), private: private}
	d.ring.Seats = append(d.ring.Seats, ringSeat{
		ID: d.seat.id, Device: d.device.id, Since: now, Public: public,
	})
	attempts, err := sealAttempts(c, d.device, nil)
	if err != nil {
		return err
	}
	d.doc.Devices = append(d.doc.Devices, deviceDocument{
		ID: d.device.id, Seat: d.ring.sealSeat(c, d.device, d.seat), Slots: []slotDocument{}, Attempts: attempts,
	})
	return nil
}
