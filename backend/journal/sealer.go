package journal

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"

	"quietline/backend/clinic"
)

// maxCachedKeys bounds the content keys that are held opened between batches.
const maxCachedKeys = 4096

// sealer seals and opens events. It holds opened keys, so that a batch costs one
// look into the store per new slot and not one per event.
type sealer struct {
	keys   Keyring
	store  Store
	random io.Reader

	mu     sync.Mutex
	epochs map[uint32]cipher.AEAD
	wraps  map[uint32]cipher.AEAD
	slots  map[epochSlot]KeyID
	byID   map[KeyID]cipher.AEAD // nil for a destroyed key
}

type epochSlot struct {
	KeySlot
	epoch uint32
}

func newSealer(keys Keyring, store Store, random io.Reader) *sealer {
	s := &sealer{keys: keys, store: store, random: random}
	s.forget()
	return s
}

// forget drops every opened key.
func (s *sealer) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epochs = map[uint32]cipher.AEAD{}
	s.wraps = map[uint32]cipher.AEAD{}
	s.slots = map[epochSlot]KeyID{}
	s.byID = map[KeyID]cipher.AEAD{}
}

// trim bounds the cache. It is called before a batch, never inside one: the keys
// that a batch was provided with must stay until it is sealed.
func (s *sealer) trim() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byID) > maxCachedKeys {
		clear(s.byID)
		clear(s.slots)
	}
}

// epoch returns the key of an epoch's headers.
func (s *sealer) epoch(number uint32) (cipher.AEAD, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return held(s.epochs, number, s.keys.Epoch)
}

// wrap returns the key that an epoch's content keys are sealed under.
func (s *sealer) wrap(epoch uint32) (cipher.AEAD, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return held(s.wraps, epoch, s.keys.ContentWrap)
}

func held(keys map[uint32]cipher.AEAD, number uint32, get func(uint32) ([]byte, error)) (cipher.AEAD, error) {
	if key := keys[number]; key != nil {
		return key, nil
	}
	key, err := useKey(get(number))
	if err != nil {
		return nil, fmt.Errorf("use key of epoch %d: %w", number, err)
	}
	keys[number] = key
	return key, nil
}

// seal turns what a decision recorded into what the log stores.
func (s *sealer) seal(ctx context.Context, events []recorded) ([]Sealed, error) {
	s.trim()
	number, err := s.keys.CurrentEpoch()
	if err != nil {
		return nil, fmt.Errorf("find current epoch: %w", err)
	}
	if err := s.provideKeys(ctx, events, number); err != nil {
		return nil, err
	}
	epoch, err := s.epoch(number)
	if err != nil {
		return nil, err
	}
	out := make([]Sealed, len(events))
	for i := range events {
		e := &events[i]
		out[i].ID, out[i].Exclusive = e.id, e.exclusive
		var content cipher.AEAD
		if e.header.body {
			if e.header.key, content = s.slotKey(e.slot(), number); content == nil {
				return nil, fmt.Errorf("seal event: content key dropped: %w", ErrClosed)
			}
		}
		if out[i].Header, err = sealHeader(number, epoch, s.random, e.id, e.exclusive, &e.header); err != nil {
			return nil, err
		}
		if content == nil {
			continue
		}
		if out[i].Body, err = sealBody(content, s.random, e.id, out[i].Header, e.json); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *sealer) slotKey(slot KeySlot, epoch uint32) (KeyID, cipher.AEAD) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.slots[epochSlot{slot, epoch}]
	return id, s.byID[id]
}

// provideKeys makes sure that every slot of the events has an opened key. New
// keys are durable before any event is sealed under them; one that is never used
// does no harm.
func (s *sealer) provideKeys(ctx context.Context, events []recorded, epoch uint32) error {
	const attempts = 3
	for range attempts {
		var added []StoredKey
		wanted := map[KeySlot]bool{}
		for i := range events {
			slot := events[i].slot()
			if !events[i].header.body || wanted[slot] {
				continue
			}
			wanted[slot] = true
			if _, key := s.slotKey(slot, epoch); key != nil {
				continue
			}
			stored, found, err := s.store.SlotKey(ctx, slot, epoch)
			if err != nil {
				return fmt.Errorf("find content key: %w", err)
			}
			if !found {
				if stored, err = s.newKey(slot, epoch); err != nil {
					return err
				}
				added = append(added, stored)
				continue
			}
			if _, err := s.hold(stored); err != nil {
				return err
			}
		}
		if len(added) == 0 {
			return nil
		}
		err := s.store.AddContentKeys(ctx, added)
		if errors.Is(err, ErrConflict) {
			continue // another seat has made one of them; take that one
		}
		if err != nil {
			return fmt.Errorf("store content keys: %w", err)
		}
		for _, k := range added {
			if _, err := s.hold(k); err != nil {
				return err
			}
		}
		return nil
	}
	return ErrConflict
}

func (s *sealer) newKey(slot KeySlot, epoch uint32) (StoredKey, error) {
	k := StoredKey{Slot: slot, Epoch: epoch}
	if _, err := io.ReadFull(s.random, k.ID[:]); err != nil {
		return k, fmt.Errorf("make content key: %w", err)
	}
	raw := make([]byte, chacha20poly1305.KeySize)
	defer clear(raw)
	if _, err := io.ReadFull(s.random, raw); err != nil {
		return k, fmt.Errorf("make content key: %w", err)
	}
	wrap, err := s.wrap(epoch)
	if err != nil {
		return k, err
	}
	k.Sealed, err = wrapKey(wrap, s.random, raw, contentKeyPurpose(k))
	return k, err
}

// hold opens a stored key and keeps it; nil for a destroyed one.
func (s *sealer) hold(k StoredKey) (cipher.AEAD, error) {
	var key cipher.AEAD
	if k.DestroyedAt.IsZero() {
		wrap, err := s.wrap(k.Epoch)
		if err != nil {
			return nil, err
		}
		if key, err = useKey(unwrapKey(wrap, k.Sealed, contentKeyPurpose(k))); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byID[k.ID] = key
	if key != nil {
		s.slots[epochSlot{k.Slot, k.Epoch}] = k.ID
	}
	return key, nil
}

// open reads an event of the log. CodeNewer: sealed in a way, or laid out in a
// way, that this program does not know.
func (s *sealer) open(ctx context.Context, e Entry) (header, Body, error) {
	number, err := headerEpoch(e.Header)
	if err != nil {
		return header{}, Body{}, err
	}
	epoch, err := s.epoch(number)
	if err != nil {
		return header{}, Body{}, err
	}
	h, err := openHeader(epoch, e.ID, e.Exclusive, e.Header)
	if err != nil {
		return header{}, Body{}, err
	}
	if !h.body {
		if len(e.Body) > 0 {
			return header{}, Body{}, fmt.Errorf("open event: unexpected body: %w", ErrDamaged)
		}
		return h, Body{}, nil
	}
	key, destroyed, err := s.contentKey(ctx, h)
	if err != nil || destroyed {
		return h, Body{destroyed: destroyed}, err
	}
	json, err := openBody(key, e.ID, e.Header, e.Body)
	return h, Body{json: json}, err
}

func (s *sealer) contentKey(ctx context.Context, h header) (key cipher.AEAD, destroyed bool, err error) {
	s.mu.Lock()
	key, held := s.byID[h.key]
	s.mu.Unlock()
	if held {
		return key, key == nil, nil
	}
	s.trim()
	stored, found, err := s.store.ContentKey(ctx, h.key)
	if err != nil {
		return nil, false, fmt.Errorf("find content key: %w", err)
	}
	if !found || stored.Slot != (KeySlot{h.dossier, h.class, h.year}) {
		return nil, false, fmt.Errorf("find content key: %w", ErrDamaged)
	}
	key, err = s.hold(stored)
	return key, err == nil && key == nil, err
}

// recorded is an event on its way from a decision to the log.
type recorded struct {
	id        clinic.EventID
	exclusive Subject
	header    header
	json      []byte
}

func (r *recorded) slot() KeySlot {
	return KeySlot{Dossier: r.header.dossier, Class: r.header.class, Year: r.header.year}
}
