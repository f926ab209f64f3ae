package journal

import (
	"context"
	"crypto/ed25519"

	"quietline/backend/clinic"
)

// Keyring holds the keys that the journal works with: those of the unlocked
// vault. A key is 32 bytes and a copy that the journal wipes after use. Once the
// keyring is zeroed its methods fail, and nothing more can be sealed or opened
// that needs a key the journal does not hold open.
type Keyring interface {
	// Naming is the clinic's lifetime key for ids and subjects.
	Naming() ([]byte, error)
	// CurrentEpoch is the number of the epoch that is written under.
	CurrentEpoch() (uint32, error)
	// Epoch returns the key that headers of an epoch are sealed under.
	Epoch(number uint32) ([]byte, error)
	// ContentWrap returns the key that content keys made in an epoch, and the keys
	// of views files made in it, are sealed under.
	ContentWrap(epoch uint32) ([]byte, error)
	// Seat is this installation.
	Seat() (clinic.SeatID, error)
	// Sign signs a message as the seat, Ed25519.
	Sign(message []byte) ([]byte, error)
}

// Seats knows the public signing key of every seat that the clinic has or ever
// had. An unknown seat is CodeUnknownSeat.
type Seats interface {
	SeatKey(ctx context.Context, seat clinic.SeatID) (ed25519.PublicKey, error)
}

// SeatKeys are Seats that are known from the start.
type SeatKeys map[clinic.SeatID]ed25519.PublicKey

// SeatKey implements Seats.
func (k SeatKeys) SeatKey(_ context.Context, seat clinic.SeatID) (ed25519.PublicKey, error) {
	key, known := k[seat]
	if !known {
		return nil, clinic.E(CodeUnknownSeat)
	}
	return key, nil
}
