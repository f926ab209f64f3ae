package vault

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"

	"quietline/backend/clinic"
)

// Anchor says how far something had come: its position, and the hash of its
// chain there. What lies behind its anchor is an older copy.
type Anchor struct {
	// Kind is what is anchored, such as "journal": 1 to 32 letters a–z.
	Kind        string         `json:"kind"`
	Incarnation uint32         `json:"incarnation"`
	Seq         uint64         `json:"seq"`
	Hash        Hash           `json:"hash"`
	At          clinic.Instant `json:"at"`
}

const maxAnchors = 16

func (a Anchor) valid() bool {
	if len(a.Kind) < 1 || len(a.Kind) > 32 {
		return false
	}
	for _, c := range a.Kind {
		if c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

// behind reports whether a cannot follow b: an earlier position, or another
// history of the same one.
func (a Anchor) behind(b Anchor) bool {
	if a.Incarnation != b.Incarnation {
		return a.Incarnation < b.Incarnation
	}
	return a.Seq < b.Seq || a.Seq == b.Seq && a.Hash != b.Hash
}

// SaveAnchor keeps an anchor in the file in place of the one of its kind. It
// refuses with CodeAnchorBackwards one that lies before it: what would be
// anchored is then an older copy, or another history. Saving the same anchor
// again is no error.
func (v *Vault) SaveAnchor(ctx context.Context, k *Keys, a Anchor) error {
	if !a.valid() {
		return clinic.E(clinic.CodeInternal).Because(errors.New("vault: an anchor without a kind"))
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.change(ctx, k, func(d *draft) error {
		at := slices.IndexFunc(d.anchors, func(b Anchor) bool { return b.Kind == a.Kind })
		switch {
		case at < 0 && len(d.anchors) >= maxAnchors:
			return clinic.E(clinic.CodeInternal).Because(errors.New("vault: too many kinds of anchors"))
		case at < 0:
			d.anchors = append(d.anchors, a)
		case a.behind(d.anchors[at]):
			return clinic.E(CodeAnchorBackwards)
		default:
			d.anchors[at] = a
		}
		return nil
	})
}

// Anchors returns what the file keeps, at most one of each kind.
func (v *Vault) Anchors(k *Keys) ([]Anchor, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	_, anchors, err := v.peek(k)
	return anchors, err
}

// peek reads the file's generation and anchors with open keys.
func (v *Vault) peek(k *Keys) (uint64, []Anchor, error) {
	doc, err := readDocument(v.cfg)
	if err != nil {
		return 0, nil, err
	}
	// Not before: zeroing the keys must not wait for a disk.
	k.mu.RLock()
	defer k.mu.RUnlock()
	if !k.open {
		return 0, nil, clinic.E(clinic.CodeLocked)
	}
	r, anchors, err := openRing(doc, k.data)
	if err != nil {
		return 0, nil, err
	}
	r.wipe()
	return doc.Generation, anchors, nil
}

// Pin is an anchor that lies outside the folder, in the keyring: the only one
// that notices that the whole folder was put back to an older state.
type Pin struct {
	Anchor Anchor
	// VaultOlder: the vault's file is older than the one that was pinned.
	VaultOlder bool
}

const pinVersion = 1

// PinAnchor keeps one anchor in this device's keyring, together with the age of
// the vault's file. It waits for the keyring as long as Config.Secrets does.
// Errors: CodeNotBound, CodeAnchorBackwards, the keyring codes.
func (v *Vault) PinAnchor(ctx context.Context, k *Keys, a Anchor) error {
	if !a.valid() {
		return clinic.E(clinic.CodeInternal).Because(errors.New("vault: an anchor without a kind"))
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	old, found, err := v.pinned(ctx, k)
	if err != nil {
		return err
	}
	// Pinning would cover the traces of an older copy. A restore that a person
	// declared has begun a new incarnation, and passes.
	if found && a.Incarnation <= old.Anchor.Incarnation &&
		(old.VaultOlder || a.Kind != old.Anchor.Kind || a.behind(old.Anchor)) {
		return clinic.E(CodeAnchorBackwards)
	}
	generation, _, err := v.peek(k)
	if err != nil {
		return err
	}
	raw := []byte{pinVersion}
	raw = binary.BigEndian.AppendUint64(raw, generation)
	raw = binary.BigEndian.AppendUint32(raw, a.Incarnation)
	raw = binary.BigEndian.AppendUint64(raw, a.Seq)
	raw = binary.BigEndian.AppendUint64(raw, uint64(a.At))
	raw = append(raw, a.Hash[:]...)
	raw = append(raw, a.Kind...)
	o, key, err := v.pinKey(k)
	if err != nil {
		return err
	}
	defer clear(key)
	if err := v.cfg.Secrets.Set(ctx, v.pinAccount(), seal(key, labelPin, o, raw)); err != nil {
		return keyringProblem(err)
	}
	return nil
}

// Pinned returns what PinAnchor kept on this device. Found is false where
// nothing was. A pin that does not open is CodeDamaged.
func (v *Vault) Pinned(ctx context.Context, k *Keys) (pin Pin, found bool, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.pinned(ctx, k)
}

func (v *Vault) pinned(ctx context.Context, k *Keys) (Pin, bool, error) {
	o, key, err := v.pinKey(k)
	if err != nil {
		return Pin{}, false, err
	}
	defer clear(key)
	sealed, err := v.cfg.Secrets.Get(ctx, v.pinAccount())
	if errors.Is(err, clinic.E(CodeKeyringAbsent)) {
		return Pin{}, false, nil
	}
	if err != nil {
		return Pin{}, false, keyringProblem(err)
	}
	raw, err := unseal(key, labelPin, o, sealed)
	if err != nil || len(raw) < 1 {
		return Pin{}, false, damaged("the pinned anchor does not open")
	}
	if raw[0] > pinVersion {
		return Pin{}, false, clinic.E(CodeNewer)
	}
	const fixed = 1 + 8 + 4 + 8 + 8 + 32
	if len(raw) < fixed {
		return Pin{}, false, damaged("the pinned anchor is short")
	}
	generation, _, err := v.peek(k)
	if err != nil {
		return Pin{}, false, err
	}
	return Pin{
		Anchor: Anchor{
			Incarnation: binary.BigEndian.Uint32(raw[9:]),
			Seq:         binary.BigEndian.Uint64(raw[13:]),
			At:          clinic.Instant(binary.BigEndian.Uint64(raw[21:])),
			Hash:        Hash(raw[29:61]),
			Kind:        string(raw[fixed:]),
		},
		VaultOlder: generation < binary.BigEndian.Uint64(raw[1:]),
	}, true, nil
}

// pinKey derives from the ring's root, not from the data key: a pin must open
// after the data key has changed.
func (v *Vault) pinKey(k *Keys) (owner, []byte, error) {
	if v.device == nil {
		return owner{}, nil, clinic.E(CodeNotBound)
	}
	o := owner{v.clinic, string(v.device.id[:])}
	key, err := k.read(func() []byte { return derive(labelPin, o, k.ring.Root) })
	return o, key, err
}

func (v *Vault) pinAccount() string { return account(v.clinic, v.device.id) + ".pin" }

// Hash is a SHA-256 of a chain; the file shows it in hexadecimal.
type Hash [32]byte

// MarshalText implements [encoding.TextMarshaler].
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (h *Hash) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil || len(raw) != len(h) {
		return damaged("an anchor's hash is malformed")
	}
	*h = Hash(raw)
	return nil
}
