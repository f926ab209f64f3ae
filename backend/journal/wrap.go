package journal

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"

	"golang.org/x/crypto/chacha20poly1305"
)

const (
	contentKeyDomain = "quietline/content-key/1\x00"
	viewsKeyDomain   = "quietline/views-key/1\x00"
)

// useKey makes a cipher of a key that it wipes.
func useKey(key []byte, err error) (cipher.AEAD, error) {
	if err != nil {
		return nil, err
	}
	defer clear(key)
	return chacha20poly1305.NewX(key)
}

// subkey derives one key for one purpose from a master key of 32 bytes.
func subkey(master []byte, purpose string) ([]byte, error) {
	if len(master) != chacha20poly1305.KeySize {
		return nil, fmt.Errorf("derive key: the master key has %d bytes", len(master))
	}
	return hkdf.Key(sha256.New, master, nil, purpose, chacha20poly1305.KeySize)
}

// wrapKey seals a key of 32 bytes, bound to what it is for.
func wrapKey(wrap cipher.AEAD, random io.Reader, key, purpose []byte) ([]byte, error) {
	out := make([]byte, nonceSize, nonceSize+len(key)+tagSize)
	if _, err := io.ReadFull(random, out); err != nil {
		return nil, fmt.Errorf("wrap key: %w", err)
	}
	return wrap.Seal(out, out, key, purpose), nil
}

func unwrapKey(wrap cipher.AEAD, sealed, purpose []byte) ([]byte, error) {
	if len(sealed) != nonceSize+chacha20poly1305.KeySize+tagSize {
		return nil, fmt.Errorf("unwrap key: %w", ErrDamaged)
	}
	key, err := wrap.Open(nil, sealed[:nonceSize], sealed[nonceSize:], purpose)
	if err != nil {
		return nil, fmt.Errorf("unwrap key: %w", ErrDamaged)
	}
	return key, nil
}

func contentKeyPurpose(k StoredKey) []byte {
	b := append([]byte(contentKeyDomain), k.ID[:]...)
	b = binary.BigEndian.AppendUint32(b, k.Epoch)
	b = append(b, k.Slot.Dossier[:]...)
	b = binary.BigEndian.AppendUint16(b, k.Slot.Year)
	return append(b, k.Slot.Class...)
}

// sealViewsKey seals the key of a views file under the wrap key of the current
// epoch. The epoch stands before it.
func (s *sealer) sealViewsKey(generation uint64, raw []byte) ([]byte, error) {
	epoch, err := s.keys.CurrentEpoch()
	if err != nil {
		return nil, fmt.Errorf("find current epoch: %w", err)
	}
	wrap, err := s.wrap(epoch)
	if err != nil {
		return nil, err
	}
	sealed, err := wrapKey(wrap, s.random, raw, viewsKeyPurpose(generation, epoch))
	return append(binary.BigEndian.AppendUint32(nil, epoch), sealed...), err
}

// openViewsKey returns the key of a views file, and whether it was made in the
// current epoch: whoever left since must not read views that go on under it.
func (s *sealer) openViewsKey(p ViewsPointer) (raw []byte, current bool, err error) {
	if len(p.SealedKey) < 4 {
		return nil, false, fmt.Errorf("unwrap views key: %w", ErrDamaged)
	}
	epoch := binary.BigEndian.Uint32(p.SealedKey)
	now, err := s.keys.CurrentEpoch()
	if err != nil {
		return nil, false, fmt.Errorf("find current epoch: %w", err)
	}
	wrap, err := s.wrap(epoch)
	if err != nil {
		return nil, false, err
	}
	raw, err = unwrapKey(wrap, p.SealedKey[4:], viewsKeyPurpose(p.Generation, epoch))
	return raw, epoch == now, err
}

func viewsKeyPurpose(generation uint64, epoch uint32) []byte {
	b := binary.BigEndian.AppendUint64([]byte(viewsKeyDomain), generation)
	return binary.BigEndian.AppendUint32(b, epoch)
}
