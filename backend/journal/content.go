package journal

import (
	"context"

	"quietline/backend/clinic"
)

// KeyID names a content key. It is random.
type KeyID [16]byte

// KeySlot is what one content key covers: one class of one dossier's records of
// one year (UTC, by the events' own time).
type KeySlot struct {
	Dossier clinic.DossierID
	Class   RecordClass
	Year    uint16
}

// StoredKey is a content key as it lies in the store, sealed.
type StoredKey struct {
	ID   KeyID
	Slot KeySlot
	// Epoch is whose wrap key it is sealed under. A slot gets a new key with each
	// epoch: whoever left with the old ones reads nothing that came after.
	Epoch  uint32
	Sealed []byte
	// DestroyedAt is set once the key was destroyed; Sealed is then empty.
	DestroyedAt clinic.Instant
}

// ViewsPointer names the views file in use. Generation 0 is none.
type ViewsPointer struct {
	Generation uint64
	// SealedKey is the file's key, sealed under the wrap key of the epoch that it
	// begins with.
	SealedKey []byte
}

// Store keeps what belongs to the log and must not lie in it: content keys, which
// can be destroyed, and the pointer to the views. What a method has written is
// durable when it returns. A Store is safe for concurrent use.
type Store interface {
	// SlotKey returns the living key that a slot has in an epoch, and whether there
	// is one.
	SlotKey(ctx context.Context, slot KeySlot, epoch uint32) (StoredKey, bool, error)
	// ContentKey returns a key by its id, destroyed ones too, and whether the
	// store ever had it.
	ContentKey(ctx context.Context, id KeyID) (StoredKey, bool, error)
	// AddContentKeys adds keys. It fails with ErrConflict, adding none, where a
	// slot has a living key of the epoch by now.
	AddContentKeys(ctx context.Context, keys []StoredKey) error
	// DestroyContentKeys destroys the living keys of the slots, all or none, and
	// returns how many there were. An error with a number says that they are
	// destroyed, and that traces of them are still to be removed.
	DestroyContentKeys(ctx context.Context, slots []KeySlot, at clinic.Instant) (int, error)
	// Destructions counts the keys that were ever destroyed.
	Destructions(ctx context.Context) (uint64, error)
	// Views returns the views file in use.
	Views(ctx context.Context) (ViewsPointer, error)
	// SwitchViews replaces the pointer, where its generation is still from;
	// otherwise ErrConflict.
	SwitchViews(ctx context.Context, from uint64, to ViewsPointer) error
}
