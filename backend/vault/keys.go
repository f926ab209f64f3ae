package vault

import (
	"crypto/ed25519"
	"slices"
	"sync"

	"quietline/backend/clinic"
)

// Keys are the clinic's keys, open. Methods that return a key return a copy that
// the caller owns and should wipe with clear; after Zero they return
// clinic.CodeLocked. Keys are safe for concurrent use.
//
// What cannot be wiped: the copies that others made, what the garbage collector
// left while the keys were being opened, and pages that the system swapped out.
type Keys struct {
	mu     sync.RWMutex
	clinic ClinicID
	// member is zero after Recover, until Rebind.
	member   clinic.StaffID
	failures int
	data     []byte
	ring     *ring
	seat     *seat // nil where the device is not bound
	open     bool
}

// Purpose names a key that stays the same for the clinic's life.
type Purpose string

// The lifetime keys. A new purpose gets a new name; a name is never reused.
const (
	// PurposeJournalFile seals the pages of the journal's file.
	PurposeJournalFile Purpose = "journal file"
	// PurposeViewsWrap seals the random key of each views file.
	PurposeViewsWrap Purpose = "views wrap"
	// PurposeDigest keys the digest of the decisive tables.
	PurposeDigest Purpose = "digest"
	// PurposeDevice seals the settings and drafts of one device.
	PurposeDevice Purpose = "device rows"
)

// Lifetime returns the 32-byte key for a purpose.
func (k *Keys) Lifetime(p Purpose) ([]byte, error) {
	return k.read(func() []byte {
		return derive(labelLifetime, owner{k.clinic, string(p)}, k.ring.Root)
	})
}

// Naming returns the 32-byte key from which event ids and subjects derive. It
// never rotates.
func (k *Keys) Naming() ([]byte, error) {
	return k.read(func() []byte { return slices.Clone(k.ring.Naming) })
}

// CurrentEpoch returns the number of the epoch that is written under; the first
// is 1.
func (k *Keys) CurrentEpoch() (uint32, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if !k.open {
		return 0, clinic.E(clinic.CodeLocked)
	}
	return uint32(len(k.ring.Epochs)), nil
}

// Epoch returns the 32-byte key of an epoch. An epoch that this vault does not
// know is clinic.CodeNotFound: the vault is older than what names the epoch.
func (k *Keys) Epoch(number uint32) ([]byte, error) {
	return k.ofEpoch(number, slices.Clone[[]byte])
}

// ContentWrap returns the 32-byte key that content keys made in an epoch are
// sealed under; otherwise like Epoch. It follows the epoch so that somebody who
// left cannot unwrap what is made afterwards.
func (k *Keys) ContentWrap(number uint32) ([]byte, error) {
	return k.ofEpoch(number, func(key []byte) []byte {
		return derive(labelContent, owner{clinic: k.clinic}, key)
	})
}

// Spool returns the private half, 32 bytes of X25519, of the key to which what
// happens while the clinic is locked is sealed; otherwise like Epoch, and for the
// same reason.
func (k *Keys) Spool(number uint32) ([]byte, error) {
	return k.ofEpoch(number, func(key []byte) []byte {
		return derive(labelSpool, owner{clinic: k.clinic}, key)
	})
}

func (k *Keys) ofEpoch(number uint32, of func([]byte) []byte) ([]byte, error) {
	var unknown bool
	key, err := k.read(func() []byte {
		if number < 1 || uint64(number) > uint64(len(k.ring.Epochs)) {
			unknown = true
			return nil
		}
		return of(k.ring.Epochs[number-1].Key)
	})
	if unknown {
		return nil, clinic.E(clinic.CodeNotFound)
	}
	return key, err
}

func (k *Keys) read(get func() []byte) ([]byte, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if !k.open {
		return nil, clinic.E(clinic.CodeLocked)
	}
	return get(), nil
}

// Clinic returns the clinic's id.
func (k *Keys) Clinic() ClinicID { return k.clinic }

// Member returns who signed in; zero after Recover, until Rebind.
func (k *Keys) Member() clinic.StaffID {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.member
}

// FailuresBefore returns how many attempts in this person's name failed on this
// device since she last signed in.
func (k *Keys) FailuresBefore() int {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.failures
}

// Seat returns the id of this installation, or CodeNotBound after Recover on a
// device that is not bound.
func (k *Keys) Seat() (clinic.SeatID, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if err := k.signing(); err != nil {
		return clinic.SeatID{}, err
	}
	return k.seat.id, nil
}

// Sign signs a message as this seat: Ed25519 (RFC 8032), 64 bytes. The message
// must begin with what it is, since the key signs more than one kind. Errors
// are those of Seat.
func (k *Keys) Sign(message []byte) ([]byte, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if err := k.signing(); err != nil {
		return nil, err
	}
	return ed25519.Sign(k.seat.private, message), nil
}

func (k *Keys) signing() error {
	switch {
	case !k.open:
		return clinic.E(clinic.CodeLocked)
	case k.seat == nil:
		return clinic.E(CodeNotBound)
	}
	return nil
}

// SeatKeys returns the public key of every seat that ever wrote.
func (k *Keys) SeatKeys() (map[clinic.SeatID]ed25519.PublicKey, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if !k.open {
		return nil, clinic.E(clinic.CodeLocked)
	}
	out := make(map[clinic.SeatID]ed25519.PublicKey, len(k.ring.Seats))
	for _, s := range k.ring.Seats {
		out[s.ID] = slices.Clone(s.Public)
	}
	return out, nil
}

// Members lists everybody who may open the clinic, on whichever device.
func (k *Keys) Members() ([]Member, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if !k.open {
		return nil, clinic.E(clinic.CodeLocked)
	}
	out := make([]Member, 0, len(k.ring.Members))
	for _, m := range k.ring.Members {
		out = append(out, Member(m))
	}
	return out, nil
}

// Sheet is what is known of the recovery sheet that is in force.
type Sheet struct {
	Made clinic.Instant
	// Proven is when words of it were last typed back from the paper; zero if never.
	Proven clinic.Instant
}

// Sheet returns what is known of the recovery sheet that is in force.
func (k *Keys) Sheet() (Sheet, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if !k.open {
		return Sheet{}, clinic.E(clinic.CodeLocked)
	}
	return Sheet{Made: k.ring.Recovery.Made, Proven: k.ring.Recovery.Confirmed}, nil
}

// Zero wipes the keys. It waits for calls under way and may be repeated.
func (k *Keys) Zero() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.open {
		return
	}
	k.open = false
	clear(k.data)
	k.ring.wipe()
	if k.seat != nil {
		clear(k.seat.private)
	}
	k.data, k.seat = nil, nil
}
