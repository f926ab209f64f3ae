package vault

import (
	"crypto/ed25519"
	"slices"

	"quietline/backend/clinic"
)

// ring is what the data key opens: the clinic's keys, and who may open them.
// Public keys are kept here and not in the open part of the file, so that
// nobody who merely can write the file adds a recipient of his own.
type ring struct {
	// Root is the source of the lifetime keys.
	Root     []byte         `json:"root"`
	Naming   []byte         `json:"naming"`
	Epochs   []epoch        `json:"epochs"`
	Members  []ringMember   `json:"members"`
	Slots    []ringSlot     `json:"slots"`
	Seats    []ringSeat     `json:"seats"`
	Recovery recoveryRecord `json:"recovery"`
	Second   []ringSecond   `json:"second,omitempty"`
	Short    []ringShort    `json:"short,omitempty"`
}

// epoch is a key for what is written from a moment on, until the next epoch.
type epoch struct {
	Number uint32         `json:"number"`
	Since  clinic.Instant `json:"since"`
	Key    []byte         `json:"key"`
}

type ringMember struct {
	ID   clinic.StaffID `json:"id"`
	Name string         `json:"name"`
	Role clinic.Role    `json:"role"`
}

// ringSlot is the public side of a slot. Each slot has an identity of its own,
// since nobody can carry a person's private half to another device for her.
type ringSlot struct {
	ID        slotID         `json:"id"`
	Device    DeviceID       `json:"device"`
	Member    clinic.StaffID `json:"member"`
	Recipient string         `json:"recipient"`
}

// ringSeat is the public side of a seat. It stays for ever: what the seat once
// signed must remain provable.
type ringSeat struct {
	ID     clinic.SeatID     `json:"id"`
	Device DeviceID          `json:"device"`
	Since  clinic.Instant    `json:"since"`
	Public ed25519.PublicKey `json:"public"`
}

type recoveryRecord struct {
	Recipient string         `json:"recipient"`
	Made      clinic.Instant `json:"made"`
	// Confirmed is when a person last typed words back from the paper; zero if never.
	Confirmed clinic.Instant `json:"confirmed"`
}

// seat signs what this device writes.
type seat struct {
	id      clinic.SeatID
	private ed25519.PrivateKey
}

func (r *ring) wipe() {
	clear(r.Root)
	clear(r.Naming)
	for _, e := range r.Epochs {
		clear(e.Key)
	}
	for _, s := range r.Second {
		clear(s.Secret)
	}
	*r = ring{}
}

// whole reports whether a ring that opened has what every ring must have.
func (r *ring) whole() bool {
	if len(r.Root) != keySize || len(r.Naming) != keySize || len(r.Epochs) == 0 || r.Recovery.Recipient == "" {
		return false
	}
	for i, e := range r.Epochs {
		if len(e.Key) != keySize || e.Number != uint32(i)+1 {
			return false
		}
	}
	for _, s := range r.Seats {
		if len(s.Public) != ed25519.PublicKeySize {
			return false
		}
	}
	for _, s := range r.Second {
		if len(s.Secret) != secondSize {
			return false
		}
	}
	return true
}

// recipients lists whom the data key is encrypted to.
func (r *ring) recipients() []string {
	out := []string{r.Recovery.Recipient}
	for _, s := range r.Slots {
		out = append(out, s.Recipient)
	}
	return out
}

func (r *ring) member(id clinic.StaffID) int {
	return slices.IndexFunc(r.Members, func(m ringMember) bool { return m.ID == id })
}

func (r *ring) addEpoch(now clinic.Instant) {
	r.Epochs = append(r.Epochs, epoch{
		Number: uint32(len(r.Epochs)) + 1,
		Since:  now,
		Key:    random(keySize),
	})
}

func (r *ring) seat(id clinic.SeatID) int {
	return slices.IndexFunc(r.Seats, func(s ringSeat) bool { return s.ID == id })
}

func (r *ring) seatOf(d DeviceID) int {
	return slices.IndexFunc(r.Seats, func(s ringSeat) bool { return s.Device == d })
}

// sealSeat seals a seat's private key under the ring and the device together:
// a copied file cannot sign as this device, and neither can a stolen keyring.
// The ring's root stands for the data key, which changes when somebody leaves,
// while the other devices are not there to seal their seats anew.
func (r *ring) sealSeat(c ClinicID, d *device, s *seat) []byte {
	o := owner{c, string(d.id[:])}
	key := derive(labelSeat, o, r.Root, d.secret)
	defer clear(key)
	return seal(key, labelSeat, o, append(slices.Clone(s.id[:]), s.private.Seed()...))
}

func (r *ring) openSeat(c ClinicID, d *device, sealed []byte) (*seat, error) {
	o := owner{c, string(d.id[:])}
	key := derive(labelSeat, o, r.Root, d.secret)
	defer clear(key)
	raw, err := unseal(key, labelSeat, o, sealed)
	if err != nil || len(raw) != len(clinic.SeatID{})+ed25519.SeedSize {
		return nil, damaged("the seat does not open")
	}
	defer clear(raw)
	s := &seat{id: clinic.SeatID(raw[:16]), private: ed25519.NewKeyFromSeed(raw[16:])}
	at := r.seatOf(d.id)
	if at < 0 || r.Seats[at].ID != s.id || !r.Seats[at].Public.Equal(s.private.Public()) {
		return nil, damaged("the seat is not the one in the ring")
	}
	return s, nil
}
