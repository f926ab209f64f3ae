package vault

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
)

// The word list is part of the format.
func TestWordList(t *testing.T) {
	const want = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"
	if sum := sha256.Sum256([]byte(wordList)); hex.EncodeToString(sum[:]) != want {
		t.Error("the list is not the one of BIP 39")
	}
	list, starts := words(), map[string]bool{}
	if len(list) != 2048 || !slices.IsSorted(list) {
		t.Errorf("%d words", len(list))
	}
	for _, w := range list {
		starts[w[:min(4, len(w))]] = true
	}
	if len(starts) != len(list) {
		t.Error("four letters do not tell the words apart")
	}
}

// What our encoder writes, age reads as the same key: its own text agrees.
func TestIdentitiesAreAges(t *testing.T) {
	for range 50 {
		scalar := random(keySize)
		id, err := identity(scalar)
		if err != nil {
			t.Fatal(err)
		}
		if id.String() != strings.ToUpper(bech32("age-secret-key-", scalar)) {
			t.Error("age writes the identity differently")
		}
	}
	// An identity of age's own comes back through ours.
	made, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	file, err := encryptTo(bytes.Repeat([]byte{5}, keySize), []string{made.Recipient().String()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := age.Decrypt(bytes.NewReader(file), made); err != nil {
		t.Error("age does not open what we encrypt")
	}
}

// Keys for different purposes, owners or versions never coincide.
func TestDerivationsDiffer(t *testing.T) {
	secret := bytes.Repeat([]byte{1}, keySize)
	seen := map[string]bool{}
	for _, l := range []label{
		labelDevice, labelSlot, labelRoster, labelAttempts, labelSeat, labelRing, labelAnchors, labelFile,
		labelRecovery, labelPin, labelLifetime, labelContent,
	} {
		if strings.ContainsRune(string(l), 0) {
			t.Errorf("label %q holds a zero", l)
		}
		for _, o := range []owner{{}, {clinic: ClinicID{1}}, {clinic: ClinicID{1}, part: "a"}} {
			seen[string(derive(l, o, secret))] = true
		}
	}
	if len(seen) != 12*3 {
		t.Errorf("%d different keys, want %d", len(seen), 12*3)
	}
}

func TestSealedTextsAreBound(t *testing.T) {
	key, o := random(keySize), owner{ClinicID{1}, "a"}
	sealed := seal(key, labelSlot, o, []byte("text"))
	if text, err := unseal(key, labelSlot, o, sealed); err != nil || string(text) != "text" {
		t.Fatal(err)
	}
	for name, open := range map[string]func() ([]byte, error){
		"another purpose": func() ([]byte, error) { return unseal(key, labelSeat, o, sealed) },
		"another clinic":  func() ([]byte, error) { return unseal(key, labelSlot, owner{ClinicID{2}, "a"}, sealed) },
		"another part":    func() ([]byte, error) { return unseal(key, labelSlot, owner{ClinicID{1}, "b"}, sealed) },
		"another key":     func() ([]byte, error) { return unseal(random(keySize), labelSlot, o, sealed) },
		"cut short":       func() ([]byte, error) { return unseal(key, labelSlot, o, sealed[:20]) },
		"nothing":         func() ([]byte, error) { return unseal(key, labelSlot, o, nil) },
	} {
		if _, err := open(); err == nil {
			t.Errorf("%s opens", name)
		}
	}
}

// Zero leaves no key where it was.
func TestZeroWipes(t *testing.T) {
	r := ring{
		Root: random(keySize), Naming: random(keySize), Epochs: []epoch{{Number: 1, Key: random(keySize)}},
	}
	k := &Keys{data: random(keySize), ring: &r, open: true}
	held := [][]byte{k.data, r.Root, r.Naming, r.Epochs[0].Key}
	k.Zero()
	for i, key := range held {
		if !bytes.Equal(key, make([]byte, keySize)) {
			t.Errorf("key %d is still there", i)
		}
	}
}
