package vault_test

import (
	"bytes"
	"strings"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

func therapist(name string) vault.Member {
	return vault.Member{ID: clinic.NewID[clinic.StaffID](), Name: name, Role: clinic.Therapist}
}

func TestAnotherPersonSignsIn(t *testing.T) {
	h := newHouse(t)
	m := therapist(" Noor Haddad ")
	if err := h.vault.AddMember(t.Context(), h.keys, m, []byte(otherPhrase)); err != nil {
		t.Fatal(err)
	}
	wantCode(t, h.vault.AddMember(t.Context(), h.keys, m, []byte(otherPhrase)), vault.CodeMemberExists)
	m.Name = "Noor Haddad"
	v := h.restart()
	if got := v.Members(); len(got) != 2 || got[1] != m {
		t.Fatalf("who can sign in: %v", got)
	}
	k := must[*vault.Keys](t)(v.Unlock(t.Context(), m.ID, []byte(otherPhrase)))
	if fingerprint(t, k) != fingerprint(t, h.keys) {
		t.Error("she opens other keys")
	}
	_, err := v.Unlock(t.Context(), h.first.ID, []byte(otherPhrase))
	wantCode(t, err, vault.CodeWrongPassphrase)

	m.Name, m.Role = "Noor Haddad-Ruiz", clinic.PrivacyOfficer
	if err := v.UpdateMember(t.Context(), k, m); err != nil {
		t.Fatal(err)
	}
	wantCode(t, v.UpdateMember(t.Context(), k, therapist("Somebody Else")), vault.CodeMemberUnknown)
	if got := v.Members(); got[1] != m {
		t.Errorf("on the screen: %v", got)
	}
	if got := h.restart().Members(); got[1] != m {
		t.Errorf("after a restart: %v", got)
	}
}

func TestSomebodyLeaves(t *testing.T) {
	h := newHouse(t)
	m := therapist("Noor Haddad")
	if err := h.vault.AddMember(t.Context(), h.keys, m, []byte(otherPhrase)); err != nil {
		t.Fatal(err)
	}
	wantCode(t, h.vault.RemoveMember(t.Context(), h.keys, clinic.NewID[clinic.StaffID]()), vault.CodeMemberUnknown)
	hers := h.file()
	if err := h.vault.RemoveMember(t.Context(), h.keys, m.ID); err != nil {
		t.Fatal(err)
	}
	if n := must[uint32](t)(h.keys.CurrentEpoch()); n != 2 {
		t.Errorf("epoch %d, want 2", n)
	}
	wantCode(t, h.vault.RemoveMember(t.Context(), h.keys, h.first.ID), vault.CodeLastMember)
	if n := bytes.Count(h.file(), []byte(`"identity"`)); n != 1 {
		t.Errorf("%d slots are left in the file, want 1", n)
	}
	// The keys in hand are the new ones: they still change the file.
	if err := h.vault.SaveAnchor(t.Context(), h.keys, vault.Anchor{Kind: "journal", Seq: 1}); err != nil {
		t.Fatal(err)
	}

	v := h.restart()
	_, err := v.Unlock(t.Context(), m.ID, []byte(otherPhrase))
	wantCode(t, err, vault.CodeWrongPassphrase)
	k := must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
	if fingerprint(t, k) != fingerprint(t, h.keys) {
		t.Error("those who stay have other keys")
	}
	newKey, ours := must[[]byte](t)(k.Epoch(2)), h.file()

	// She kept a copy of the file, and has the keyring and her passphrase.
	h.put(hers)
	old := must[*vault.Keys](t)(h.restart().Unlock(t.Context(), m.ID, []byte(otherPhrase)))
	_, err = old.Epoch(2)
	wantCode(t, err, clinic.CodeNotFound)
	// Nor does the data key that she took along open the file as it is now.
	h.put(ours)
	_, err = h.vault.Anchors(old)
	wantCode(t, err, vault.CodeDamaged)
	h.put(hers)
	if must[uint32](t)(h.vault.NewEpoch(t.Context(), old)); bytes.Equal(must[[]byte](t)(old.Epoch(2)), newKey) {
		t.Error("epochs can be foreseen")
	}
}

func TestAnotherPassphrase(t *testing.T) {
	h := newHouse(t)
	wantCode(t, h.vault.ChangePassphrase(t.Context(), h.keys, []byte(otherPhrase), []byte("wicker beacon tundra 4")),
		vault.CodeWrongPassphrase)
	wantCode(t, h.vault.ChangePassphrase(t.Context(), h.keys, []byte(rightPhrase), []byte("short")),
		vault.CodePassphraseShort)
	before := fingerprint(t, h.keys)
	if err := h.vault.ChangePassphrase(t.Context(), h.keys, []byte(rightPhrase), []byte(otherPhrase)); err != nil {
		t.Fatal(err)
	}
	if fingerprint(t, h.keys) != before {
		t.Error("the clinic's keys changed with a passphrase")
	}
	if n := bytes.Count(h.file(), []byte(`"identity"`)); n != 1 {
		t.Errorf("%d slots are left in the file, want 1", n)
	}
	v := h.restart()
	_, err := v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase))
	wantCode(t, err, vault.CodeWrongPassphrase)
	must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte(otherPhrase)))
}

func TestEpochsGoOn(t *testing.T) {
	h := newHouse(t)
	seen := map[string]bool{string(must[[]byte](t)(h.keys.Epoch(1))): true}
	for want := uint32(2); want < 6; want++ {
		if n := must[uint32](t)(h.vault.NewEpoch(t.Context(), h.keys)); n != want {
			t.Fatalf("epoch %d, want %d", n, want)
		}
		for _, key := range [][]byte{must[[]byte](t)(h.keys.Epoch(want)), must[[]byte](t)(h.keys.ContentWrap(want))} {
			if seen[string(key)] || len(key) != 32 {
				t.Error("a key was used twice")
			}
			seen[string(key)] = true
		}
	}
	for _, n := range []uint32{0, 6, 1 << 31} {
		_, err := h.keys.Epoch(n)
		wantCode(t, err, clinic.CodeNotFound)
	}
}

func TestPassphrases(t *testing.T) {
	tests := []struct {
		name, text string
		code       clinic.Code
	}{
		{"14 characters", "gravel7lantern", vault.CodePassphraseShort},
		{"15 characters", "gravel7 lantern", ""},
		{"15 characters of another script", "ωκεανός βράχος 9", ""},
		{"14 characters in 28 bytes", strings.Repeat("éü", 7), vault.CodePassphraseShort},
		{"14 letters, one of them in two parts", "gravel7lante\u0301rn", vault.CodePassphraseShort},
		{"256 characters", strings.Repeat("harbor lantern gravel 7 tundra.9", 8), ""},
		{"257 characters", strings.Repeat("harbor lantern gravel 7 tundra.9", 8) + "x", vault.CodePassphraseLong},
		{"a novel", strings.Repeat("call me Ishmael ", 1000), vault.CodePassphraseLong},
		{"no text", "gravel lantern \xff\xfe harbor", clinic.CodeBadInput},
		{"spaces alone", strings.Repeat(" ", 20), vault.CodePassphraseCommon},
		{"one letter", strings.Repeat("a", 20), vault.CodePassphraseCommon},
		{"digits in order", "12345678901234567890", vault.CodePassphraseCommon},
		{"the alphabet", "abcdefghijklmnopqrst", vault.CodePassphraseCommon},
		{"a word again and again", "gravel gravel gravel", ""},
		{"a short word again and again", "kiwi kiwi kiwi kiwi", vault.CodePassphraseCommon},
		{"the keyboard", "qwertyuiop asdfghjkl", vault.CodePassphraseCommon},
		{"the famous four", "Correct Horse Battery Staple", vault.CodePassphraseCommon},
		{"and a year", "correct-horse-battery-staple-2026", vault.CodePassphraseCommon},
		{"in disguise", "P@$$w0rd P@$$w0rd 1", vault.CodePassphraseCommon},
		{"the trade", "therapy clinic 2026!", vault.CodePassphraseCommon},
		{"the clinic's name", "Cedar Hollow 123456", vault.CodePassphraseCommon},
		{"her own name", "lindqvist lindqvist1", vault.CodePassphraseCommon},
		{"a name among other words", "lindqvist saw nine kites", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := vault.CheckPassphrase([]byte(tt.text), "Ana Lindqvist", []string{"Cedar Hollow"})
			if tt.code == "" && err == nil {
				return
			}
			wantCode(t, err, tt.code)
		})
	}
}

// What another keyboard sends for the same letters opens the same slot.
func TestTheSameLettersOpen(t *testing.T) {
	h := newHouse(t)
	m := therapist("Noor Haddad")
	if err := h.vault.AddMember(t.Context(), h.keys, m, []byte("caf\u00e9 r\u00edo\u00a0lumbre 12")); err != nil {
		t.Fatal(err)
	}
	must[*vault.Keys](t)(h.vault.Unlock(t.Context(), m.ID, []byte("cafe\u0301 ri\u0301o lumbre 12")))
	_, err := h.vault.Unlock(t.Context(), m.ID, []byte("cafe rio lumbre 12"))
	wantCode(t, err, vault.CodeWrongPassphrase)
}
