package journaltest

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"sync/atomic"

	"quietline/backend/clinic"
	"quietline/backend/journal"
)

// Keys is a journal.Keyring whose keys all follow from one word, so that a test
// that opens the same clinic twice has the same keys.
type Keys struct {
	word   string
	seat   clinic.SeatID
	sign   ed25519.PrivateKey
	epoch  atomic.Uint32
	zeroed atomic.Bool
}

// NewKeys returns the keys of a clinic, as one of its seats has them.
func NewKeys(word string, seat byte) *Keys {
	k := &Keys{word: word}
	k.epoch.Store(1)
	k.seat[0], k.seat[15] = 's', seat
	k.sign = ed25519.NewKeyFromSeed(k.derive(fmt.Sprintf("seat %d", seat)))
	return k
}

func (k *Keys) derive(purpose string) []byte {
	key, err := hkdf.Key(sha256.New, []byte(k.word), nil, purpose, 32)
	if err != nil {
		panic(err) // the length is fixed, and within what HKDF gives
	}
	return key
}

func (k *Keys) key(purpose string) ([]byte, error) {
	if k.zeroed.Load() {
		return nil, clinic.E(clinic.CodeLocked)
	}
	return k.derive(purpose), nil
}

// NewEpoch starts the next epoch.
func (k *Keys) NewEpoch() { k.epoch.Add(1) }

// Zero makes every method fail, as locking does.
func (k *Keys) Zero() { k.zeroed.Store(true) }

// Public returns the seat's public key, for journal.SeatKeys.
func (k *Keys) Public() ed25519.PublicKey { return k.sign.Public().(ed25519.PublicKey) }

// File is the key of journal.db.
func (k *Keys) File() [32]byte { return [32]byte(k.derive("journal file")) }

// Naming implements journal.Keyring.
func (k *Keys) Naming() ([]byte, error) { return k.key("naming") }

// CurrentEpoch implements journal.Keyring.
func (k *Keys) CurrentEpoch() (uint32, error) {
	_, err := k.key("")
	return k.epoch.Load(), err
}

// Epoch implements journal.Keyring.
func (k *Keys) Epoch(number uint32) ([]byte, error) { return k.ofEpoch("headers", number) }

// ContentWrap implements journal.Keyring.
func (k *Keys) ContentWrap(number uint32) ([]byte, error) { return k.ofEpoch("wrap", number) }

func (k *Keys) ofEpoch(purpose string, number uint32) ([]byte, error) {
	if number < 1 || number > k.epoch.Load() {
		return nil, clinic.E(clinic.CodeNotFound)
	}
	return k.key(fmt.Sprint(purpose, number))
}

// Seat implements journal.Keyring.
func (k *Keys) Seat() (clinic.SeatID, error) { return k.seat, nil }

// Sign implements journal.Keyring.
func (k *Keys) Sign(message []byte) ([]byte, error) {
	if _, err := k.key(""); err != nil {
		return nil, err
	}
	return ed25519.Sign(k.sign, message), nil
}

var _ journal.Keyring = (*Keys)(nil)
