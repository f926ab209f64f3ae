package journal

import (
	"crypto/ed25519"

	"quietline/backend/clinic"
)

// Keyring holds the keys that the journal works with. The unlocked vault is one.
// The slices stay the keyring's own: the journal neither changes nor keeps more
// of them than it needs, and after the keyring has wiped them nothing more can be
// sealed or opened.
type Keyring interface {
	// NamingKey is the clinic's lifetime key for ids and subjects, 32 bytes.
	NamingKey() []byte
	// WrapKey wraps content keys and the keys of views files, 32 bytes.
	WrapKey() []byte
	// CurrentEpoch is the number of the epoch key that new headers are sealed
	// under.
	CurrentEpoch() uint32
	// EpochKey returns the key of an epoch, 32 bytes, or an error where this
	// keyring was never given it.
	EpochKey(number uint32) ([]byte, error)
	// Seat is this installation.
	Seat() clinic.SeatID
	// SeatKey is the seat's private signing key.
	SeatKey() ed25519.PrivateKey
}
