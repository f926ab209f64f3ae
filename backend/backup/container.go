package backup

import (
	"bytes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// kind is what a sealed file of the repository holds.
type kind byte

const (
	kindSegment kind = iota + 1
	kindShelf
	kindBag
	kindGeneration
	kindWriter
)

const (
	magic = "quietline backup"
	// containerVersion is the layout of every sealed file. A higher one is a newer
	// program's.
	containerVersion = 1

	clearBytes  = len(magic) + 1 + 1 + 4
	nonceBytes  = chacha20poly1305.NonceSizeX
	lengthBytes = 8
	tagBytes    = chacha20poly1305.Overhead
	keyBytes    = chacha20poly1305.KeySize
	// smallest is what shorter contents are padded to.
	smallest = 4 << 10
	// maxContent bounds what a file may ask a reader to hold in memory.
	maxContent = 256 << 20
)

var errSealed = errors.New("a sealed file does not open")

// keyring are the open keys of a repository. Files name the key that seals them;
// the last is used for new ones. Each is used with random nonces of 24 bytes, so
// that one key may seal any number of files. It may be wiped while it is used:
// whatever begins afterwards fails with clinic.CodeLocked.
type keyring struct {
	clinic vault.ClinicID

	mu   sync.RWMutex
	keys []repositoryKey
}

type repositoryKey struct {
	Number uint32 `json:"number"`
	Key    []byte `json:"key"`
}

// newest is the number of the key that new files are sealed under.
func (r *keyring) newest() (uint32, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if len(r.keys) == 0 {
		return 0, clinic.E(clinic.CodeLocked)
	}
	return r.keys[len(r.keys)-1].Number, nil
}

func (r *keyring) aead(number uint32) (cipher.AEAD, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if len(r.keys) == 0 {
		return nil, clinic.E(clinic.CodeLocked)
	}
	for _, k := range r.keys {
		if k.Number == number {
			return chacha20poly1305.NewX(k.Key)
		}
	}
	return nil, clinic.E(CodeDamaged).Because(errors.New("a file names a key that the repository does not have"))
}

// wipe zeroes the keys. Of no keyring there is nothing to wipe.
func (r *keyring) wipe() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, k := range r.keys {
		clear(k.Key)
	}
	r.keys = nil
}

// copies are the keys once more, which the caller wipes; clinic.CodeLocked for wiped
// ones.
func (r *keyring) copies() ([]repositoryKey, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if len(r.keys) == 0 {
		return nil, clinic.E(clinic.CodeLocked)
	}
	all := make([]repositoryKey, 0, len(r.keys)+1)
	for _, k := range r.keys {
		all = append(all, repositoryKey{Number: k.Number, Key: bytes.Clone(k.Key)})
	}
	return all, nil
}

// seal returns the file that holds content under a name. Its length tells that of
// the content to a sixteenth at most.
func (r *keyring) seal(k kind, name string, content []byte, random io.Reader) ([]byte, error) {
	if len(content) > maxContent {
		return nil, clinic.E(CodeNotSaved).Because(errors.New("more than a file of a backup holds"))
	}
	number, err := r.newest()
	if err != nil {
		return nil, err
	}
	aead, err := r.aead(number)
	if err != nil {
		return nil, err
	}
	padded := int(paddedLength(int64(lengthBytes + len(content))))
	out := make([]byte, 0, clearBytes+nonceBytes+padded+tagBytes)
	out = append(out, magic...)
	out = append(out, containerVersion, byte(k))
	out = binary.BigEndian.AppendUint32(out, number)
	out = out[:clearBytes+nonceBytes]
	nonce := out[clearBytes:]
	if _, err := io.ReadFull(random, nonce); err != nil {
		return nil, fmt.Errorf("backup: draw a nonce: %w", err)
	}
	// Sealed where it stands: a segment is long, and is sealed while people work.
	plain := out[len(out) : len(out)+padded]
	binary.BigEndian.PutUint64(plain, uint64(len(content)))
	copy(plain[lengthBytes:], content)
	return aead.Seal(out, nonce, plain, r.bound(out[:clearBytes], name)), nil
}

// open returns the content of a file. CodeDamaged: it is not what was written for
// this clinic under this name as this kind; CodeNewer.
func (r *keyring) open(k kind, name string, file []byte) ([]byte, error) {
	if len(file) < clearBytes || string(file[:len(magic)]) != magic {
		return nil, clinic.E(CodeDamaged).Because(errSealed)
	}
	if file[len(magic)] > containerVersion {
		return nil, clinic.E(CodeNewer)
	}
	if len(file) < clearBytes+nonceBytes+smallest+tagBytes || file[len(magic)] != containerVersion || file[len(magic)+1] != byte(k) {
		return nil, clinic.E(CodeDamaged).Because(errSealed)
	}
	aead, err := r.aead(binary.BigEndian.Uint32(file[len(magic)+2:]))
	if err != nil {
		return nil, err
	}
	nonce, text := file[clearBytes:clearBytes+nonceBytes], file[clearBytes+nonceBytes:]
	plain, err := aead.Open(nil, nonce, text, r.bound(file[:clearBytes], name))
	if err != nil {
		return nil, clinic.E(CodeDamaged).Because(errSealed)
	}
	n := binary.BigEndian.Uint64(plain)
	if n > uint64(len(plain)-lengthBytes) || paddedLength(int64(lengthBytes+n)) != int64(len(plain)) {
		return nil, clinic.E(CodeDamaged).Because(errSealed)
	}
	return plain[lengthBytes : lengthBytes+n], nil
}

// bound is what a file is bound to besides its key: what it says of itself, its
// clinic and its name. The clinic's id has a fixed length, and the name is last.
func (r *keyring) bound(clearText []byte, name string) []byte {
	b := append([]byte("quietline/backup/1\x00"), clearText...)
	b = append(b, r.clinic[:]...)
	return append(b, name...)
}

// paddedLength rounds a length up as Padmé does (Nikitin et al., "Reducing Metadata
// Leakage from Encrypted Files and Communication with PURBs", 2019).
func paddedLength(size int64) int64 {
	if size <= smallest {
		return smallest
	}
	exponent := bits.Len64(uint64(size)) - 1
	cleared := exponent - bits.Len(uint(exponent))
	mask := int64(1)<<cleared - 1
	return (size + mask) &^ mask
}
