package vault_test

import (
	"slices"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

func anchor(incarnation uint32, seq uint64, hash byte) vault.Anchor {
	return vault.Anchor{
		Kind: "journal", Incarnation: incarnation, Seq: seq, Hash: [32]byte{hash}, At: clinic.Instant(seq * 1000),
	}
}

func TestAnchorsOnlyGoForward(t *testing.T) {
	h := newHouse(t)
	if got := must[[]vault.Anchor](t)(h.vault.Anchors(h.keys)); len(got) != 0 {
		t.Fatalf("anchors of a new clinic: %v", got)
	}
	steps := []struct {
		a    vault.Anchor
		code clinic.Code
	}{
		{anchor(1, 10, 1), ""},
		{anchor(1, 10, 1), ""}, // again
		{anchor(1, 10, 2), vault.CodeAnchorBackwards},
		{anchor(1, 9, 3), vault.CodeAnchorBackwards},
		{anchor(0, 99, 4), vault.CodeAnchorBackwards},
		{anchor(1, 11, 5), ""},
		{anchor(2, 1, 6), ""}, // a restore begins a new incarnation
		{anchor(1, 12, 7), vault.CodeAnchorBackwards},
	}
	var last vault.Anchor
	for i, s := range steps {
		err := h.vault.SaveAnchor(t.Context(), h.keys, s.a)
		if s.code != "" {
			wantCode(t, err, s.code)
		} else if err != nil {
			t.Fatalf("step %d: %v", i, err)
		} else {
			last = s.a
		}
		if got := must[[]vault.Anchor](t)(h.vault.Anchors(h.keys)); len(got) != 1 || got[0] != last {
			t.Fatalf("step %d: %v", i, got)
		}
	}
	backup := vault.Anchor{Kind: "backup", Seq: 3}
	if err := h.vault.SaveAnchor(t.Context(), h.keys, backup); err != nil {
		t.Fatal(err)
	}
	v := h.restart()
	k := must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
	if got := must[[]vault.Anchor](t)(v.Anchors(k)); !slices.Equal(got, []vault.Anchor{last, backup}) {
		t.Errorf("after a restart: %v", got)
	}
	for _, kind := range []string{"", "Journal", "a b", "x1"} {
		wantCode(t, v.SaveAnchor(t.Context(), k, vault.Anchor{Kind: kind}), clinic.CodeInternal)
		wantCode(t, v.PinAnchor(t.Context(), k, vault.Anchor{Kind: kind}), clinic.CodeInternal)
	}
}

// Only what lies outside the folder notices that all of it was put back.
func TestAFolderThatWasPutBack(t *testing.T) {
	h := newHouse(t)
	if _, found, err := h.vault.Pinned(t.Context(), h.keys); found || err != nil {
		t.Fatalf("a pin before there was one: %v", err)
	}
	earlier := h.file()
	if err := h.vault.RemoveMember(t.Context(), h.keys, h.addAndReturn("Noor Haddad")); err != nil {
		t.Fatal(err)
	}
	if err := h.vault.PinAnchor(t.Context(), h.keys, anchor(1, 10, 1)); err != nil {
		t.Fatal(err)
	}
	pin, found, err := h.vault.Pinned(t.Context(), h.keys)
	if err != nil || !found || pin.VaultOlder || pin.Anchor != anchor(1, 10, 1) {
		t.Fatalf("pinned %+v, %v, %v", pin, found, err)
	}
	wantCode(t, h.vault.PinAnchor(t.Context(), h.keys, anchor(1, 9, 1)), vault.CodeAnchorBackwards)

	h.put(earlier)
	v := h.restart()
	k := must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
	pin, found, err = v.Pinned(t.Context(), k)
	if err != nil || !found || !pin.VaultOlder || pin.Anchor != anchor(1, 10, 1) {
		t.Fatalf("after the folder was put back: %+v, %v, %v", pin, found, err)
	}
	wantCode(t, v.PinAnchor(t.Context(), k, anchor(1, 11, 2)), vault.CodeAnchorBackwards)
	if err := v.PinAnchor(t.Context(), k, anchor(2, 1, 2)); err != nil {
		t.Errorf("a declared restore cannot be pinned: %v", err)
	}
}

func (h *house) addAndReturn(name string) clinic.StaffID {
	h.t.Helper()
	m := therapist(name)
	if err := h.vault.AddMember(h.t.Context(), h.keys, m, []byte(otherPhrase)); err != nil {
		h.t.Fatal(err)
	}
	return m.ID
}

func TestPinsNeedThisDevice(t *testing.T) {
	h := newHouse(t)
	if err := h.vault.PinAnchor(t.Context(), h.keys, anchor(1, 10, 1)); err != nil {
		t.Fatal(err)
	}
	for name, secret := range h.ring.kept {
		if len(secret) != 32 {
			secret[len(secret)-1] ^= 1
			h.ring.kept[name] = secret
		}
	}
	_, _, err := h.vault.Pinned(t.Context(), h.keys)
	wantCode(t, err, vault.CodeDamaged)

	v := must[*vault.Vault](t)(vault.Load(t.Context(), h.copied()))
	k := must[*vault.Keys](t)(v.Recover(t.Context(), sheetText(h.sheet)))
	wantCode(t, v.PinAnchor(t.Context(), k, anchor(1, 10, 1)), vault.CodeNotBound)
}
