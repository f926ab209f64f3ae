package sqlite

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"io"
	"reflect"
)

// The first sixteen bytes of a sealed file, in clear: random salt, then a check
// value of the key. The check tells a wrong key from a damaged file; it is the
// output of a key derivation and says nothing else about the key.
const (
	saltSize   = 12
	checkSize  = 4
	prefixSize = saltSize + checkSize
)

// Labels of the key derivation. The version is part of them, so that no key of
// one format can open another.
const (
	labelCheck  = "quietline sealed sqlite 1: check"
	labelPage   = "quietline sealed sqlite 1: page"
	labelFrame  = "quietline sealed sqlite 1: wal frame"
	labelHeader = "quietline sealed sqlite 1: wal frame header"
	labelRecord = "quietline sealed sqlite 1: journal record"
	labelSum    = "quietline sealed sqlite 1: journal checksum"
)

// subkeys seal one file. They are read by many connections at once and wiped
// once; the store that holds them orders the two.
type subkeys struct {
	prefix [prefixSize]byte
	page   cipher.AEAD
	frame  cipher.AEAD
	record cipher.AEAD
	header cipher.Block
	sum    cipher.Block
	random io.Reader
}

// newSubkeys chooses a salt and derives the keys of a new file.
func newSubkeys(key *Key, random io.Reader) (*subkeys, error) {
	var prefix [prefixSize]byte
	if _, err := io.ReadFull(random, prefix[:saltSize]); err != nil {
		return nil, fmt.Errorf("choose a salt: %w", err)
	}
	check, err := derive(key, prefix[:saltSize], labelCheck, checkSize)
	if err != nil {
		return nil, err
	}
	copy(prefix[saltSize:], check)
	return deriveSubkeys(key, prefix, random)
}

// keyFits reports whether prefix was made under key. One wrong key in 2³² is
// taken for the right one and then fails on the first page.
func keyFits(key *Key, prefix [prefixSize]byte) (bool, error) {
	check, err := derive(key, prefix[:saltSize], labelCheck, checkSize)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(check, prefix[saltSize:]) == 1, nil
}

func deriveSubkeys(key *Key, prefix [prefixSize]byte, random io.Reader) (*subkeys, error) {
	k := &subkeys{prefix: prefix, random: random}
	for _, d := range []struct {
		label string
		aead  *cipher.AEAD
		block *cipher.Block
	}{
		{label: labelPage, aead: &k.page},
		{label: labelFrame, aead: &k.frame},
		{label: labelRecord, aead: &k.record},
		{label: labelHeader, block: &k.header},
		{label: labelSum, block: &k.sum},
	} {
		raw, err := derive(key, prefix[:saltSize], d.label, 32)
		if err != nil {
			return nil, err
		}
		block, err := aes.NewCipher(raw)
		clear(raw)
		if err != nil {
			return nil, fmt.Errorf("set up the cipher: %w", err)
		}
		if d.block != nil {
			*d.block = block
			continue
		}
		if *d.aead, err = cipher.NewGCM(block); err != nil {
			return nil, fmt.Errorf("set up the cipher: %w", err)
		}
		zero(block)
	}
	return k, nil
}

func derive(key *Key, salt []byte, label string, size int) ([]byte, error) {
	out, err := hkdf.Key(sha256.New, key[:], salt, label, size)
	if err != nil {
		return nil, fmt.Errorf("derive a key: %w", err)
	}
	return out, nil
}

// wipe overwrites the expanded keys. The garbage collector never moves them,
// so this is the only copy that this package made.
func (k *subkeys) wipe() {
	for _, c := range []any{k.page, k.frame, k.record, k.header, k.sum} {
		zero(c)
	}
	clear(k.prefix[:])
}

// zero overwrites what an interface points to. The ciphers of the standard
// library offer no way to forget a key; setting the whole value behind the
// pointer to zero needs no knowledge of its fields.
func zero(c any) {
	if v := reflect.ValueOf(c); v.Kind() == reflect.Pointer && !v.IsNil() {
		v.Elem().SetZero()
	}
}

func isZero(b []byte) bool {
	return len(bytes.TrimLeft(b, "\x00")) == 0
}
