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
	wrapDomain       = "quietline/content-key-wrap/1"
	viewsWrapDomain  = "quietline/views-key-wrap/1"
	contentKeyDomain = "quietline/content-key/1\x00"
	viewsKeyDomain   = "quietline/views-key/1\x00"
)

// subkey derives one key for one purpose from a master key of 32 bytes.
func subkey(master []byte, purpose string) ([]byte, error) {
	if len(master) != chacha20poly1305.KeySize {
		return nil, fmt.Errorf("derive key: the master key has %d bytes", len(master))
	}
	return hkdf.Key(sha256.New, master, nil, purpose, chacha20poly1305.KeySize)
}

func subkeyAEAD(master []byte, purpose string) (cipher.AEAD, error) {
	key, err := subkey(master, purpose)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	return chacha20poly1305.NewX(key)
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

func contentKeyPurpose(id KeyID, s KeySlot) []byte {
	b := append([]byte(contentKeyDomain), id[:]...)
	b = append(b, s.Dossier[:]...)
	b = binary.BigEndian.AppendUint16(b, s.Year)
	return append(b, s.Class...)
}

func viewsKeyPurpose(generation uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte(viewsKeyDomain), generation)
}
