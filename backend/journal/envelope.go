package journal

import (
	"bytes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"

	"golang.org/x/crypto/chacha20poly1305"

	"quietline/backend/clinic"
)

const (
	envelopeFormat = 1

	headerDomain = "quietline/header/1\x00"
	bodyDomain   = "quietline/body/1\x00"

	nonceSize  = chacha20poly1305.NonceSizeX
	tagSize    = chacha20poly1305.Overhead
	headerOpen = 1 + 4 // format and epoch stand in clear
	bodyOpen   = 1

	// bodyGrain is what bodies are padded to, so that their length says little:
	// JSON is followed by spaces, which its readers skip.
	bodyGrain = 64
)

// sealHeader seals a header under an epoch key, bound to the event's id and
// subject. Nonces of 24 random bytes never repeat in practice, so an epoch key
// may seal any number of headers.
func sealHeader(epoch uint32, key cipher.AEAD, random io.Reader, id clinic.EventID, subject Subject, h *header) ([]byte, error) {
	out := make([]byte, headerOpen+nonceSize, headerOpen+nonceSize+headerFixed+len(h.kind)+len(h.class)+tagSize)
	out[0] = envelopeFormat
	binary.BigEndian.PutUint32(out[1:], epoch)
	if _, err := io.ReadFull(random, out[headerOpen:]); err != nil {
		return nil, fmt.Errorf("seal event header: %w", err)
	}
	var plain [headerFixed + 48 + maxClassName]byte
	var data [64]byte
	return key.Seal(out, out[headerOpen:], h.append(plain[:0]), headerData(data[:0], out, id, subject)), nil
}

func headerData(b, sealed []byte, id clinic.EventID, subject Subject) []byte {
	b = append(b, headerDomain...)
	b = append(b, sealed[:headerOpen]...)
	b = append(b, id[:]...)
	return append(b, subject[:]...)
}

// headerEpoch returns the epoch that a sealed header names.
func headerEpoch(sealed []byte) (uint32, error) {
	switch {
	case len(sealed) > 0 && sealed[0] > envelopeFormat:
		return 0, clinic.E(CodeNewer)
	case len(sealed) < headerOpen+nonceSize+tagSize || sealed[0] != envelopeFormat:
		return 0, fmt.Errorf("open event header: %w", ErrDamaged)
	}
	return binary.BigEndian.Uint32(sealed[1:]), nil
}

func openHeader(key cipher.AEAD, id clinic.EventID, subject Subject, sealed []byte) (header, error) {
	if _, err := headerEpoch(sealed); err != nil {
		return header{}, err
	}
	var data [64]byte
	var room [256]byte
	nonce, text := sealed[headerOpen:headerOpen+nonceSize], sealed[headerOpen+nonceSize:]
	plain, err := key.Open(room[:0], nonce, text, headerData(data[:0], sealed, id, subject))
	if err != nil {
		return header{}, fmt.Errorf("open event header: %w", ErrDamaged)
	}
	return parseHeader(plain)
}

// sealBody seals content under a content key, bound to the event's id and to its
// sealed header.
func sealBody(key cipher.AEAD, random io.Reader, id clinic.EventID, sealedHeader, json []byte) ([]byte, error) {
	padded := (len(json) + bodyGrain - 1) / bodyGrain * bodyGrain
	out := make([]byte, bodyOpen+nonceSize, bodyOpen+nonceSize+padded+tagSize)
	out[0] = envelopeFormat
	if _, err := io.ReadFull(random, out[bodyOpen:]); err != nil {
		return nil, fmt.Errorf("seal event body: %w", err)
	}
	// The plaintext is laid where the ciphertext goes and sealed in place.
	plain := append(out, json...)[bodyOpen+nonceSize:]
	for len(plain) < padded {
		plain = append(plain, ' ')
	}
	var data [128]byte
	return key.Seal(out, out[bodyOpen:], plain, bodyData(data[:0], id, sealedHeader)), nil
}

func bodyData(b []byte, id clinic.EventID, sealedHeader []byte) []byte {
	hash := sha256.Sum256(sealedHeader)
	b = append(b, bodyDomain...)
	b = append(b, envelopeFormat)
	b = append(b, id[:]...)
	return append(b, hash[:]...)
}

func openBody(key cipher.AEAD, id clinic.EventID, sealedHeader, sealed []byte) ([]byte, error) {
	switch {
	case len(sealed) > 0 && sealed[0] > envelopeFormat:
		return nil, clinic.E(CodeNewer)
	case len(sealed) < bodyOpen+nonceSize+tagSize || sealed[0] != envelopeFormat:
		return nil, fmt.Errorf("open event body: %w", ErrDamaged)
	}
	var data [128]byte
	nonce, text := sealed[bodyOpen:bodyOpen+nonceSize], sealed[bodyOpen+nonceSize:]
	plain, err := key.Open(nil, nonce, text, bodyData(data[:0], id, sealedHeader))
	if err != nil {
		return nil, fmt.Errorf("open event body: %w", ErrDamaged)
	}
	return bytes.TrimRight(plain, " "), nil
}
