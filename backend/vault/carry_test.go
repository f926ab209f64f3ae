package vault_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

func TestAMoveCodeIsReadAsItIsTyped(t *testing.T) {
	missed := 0
	rapid.Check(t, func(rt *rapid.T) {
		code := vault.NewMoveCode()
		text := code.Text()
		if len(text) != 34 || strings.Count(text, "-") != 6 {
			rt.Fatalf("it reads %d letters", len(text))
		}
		typed := rapid.SampledFrom([]func(string) string{
			strings.ToUpper, func(s string) string { return strings.ReplaceAll(s, "-", "") },
			func(s string) string { return "  " + strings.ReplaceAll(s, "-", " ") + "\n" },
			func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "0", "O"), "1", "l") },
		}).Draw(rt, "typed")
		again, err := vault.ParseMoveCode(typed(text))
		if err != nil || again.Text() != text {
			rt.Fatalf("typed otherwise: %v", err)
		}
		// One letter another: the check finds it.
		at := rapid.IntRange(0, len(text)-1).Draw(rt, "at")
		other := rapid.SampledFrom([]rune("0123456789abcdefghjkmnpqrstvwxyz")).Draw(rt, "other")
		if text[at] == '-' || rune(text[at]) == other {
			return
		}
		if _, err := vault.ParseMoveCode(text[:at] + string(other) + text[at+1:]); err == nil {
			missed++
		} else if !errors.Is(err, clinic.E(vault.CodeMoveMistyped)) {
			rt.Fatal(err)
		}
	})
	// One in 4,096 gets through, and is then another file's code.
	if missed > 3 {
		t.Errorf("%d mistakes got through", missed)
	}
	for _, text := range []string{"", "abcd", strings.Repeat("0", 27), strings.Repeat("u", 28), strings.Repeat("é", 14)} {
		if _, err := vault.ParseMoveCode(text); !errors.Is(err, clinic.E(vault.CodeMoveMistyped)) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestAMoveCodeIsNeverLogged(t *testing.T) {
	code := vault.NewMoveCode()
	for _, text := range []string{fmt.Sprint(code), fmt.Sprintf("%v %+v %#v %s", code, code, code, code), code.LogValue().String()} {
		if strings.Contains(text, code.Text()[:4]) || !strings.Contains(text, "[move code]") {
			t.Errorf("prints as %q", text)
		}
	}
}

// TestAVaultSettlesOnAnotherDevice: it opens there with the passphrase alone for who
// has brought it, the sheet still opens it, and nobody else's slot is left.
func TestAVaultSettlesOnAnotherDevice(t *testing.T) {
	h := newHouse(t)
	second := vault.Member{ID: clinic.NewID[clinic.StaffID](), Name: "Bo Ek", Role: clinic.Therapist}
	if err := h.vault.AddMember(t.Context(), h.keys, second, []byte(otherPhrase)); err != nil {
		t.Fatal(err)
	}
	const short = "teal otter"
	if err := h.vault.SetShortPhrase(t.Context(), h.keys, []byte(short)); err != nil {
		t.Fatal(err)
	}
	if err := h.vault.Arm(t.Context(), h.keys, h.clock.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := h.vault.DisarmAll(t.Context(), h.keys); err != nil {
		t.Fatal(err)
	}
	if err := h.vault.Retire(t.Context(), h.keys); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(h.file(), []byte(`"short"`)) {
		t.Error("a short passphrase is carried away")
	}
	if s := h.restart().Status(); s.Retired != h.clock.Now() || !s.DeviceBound {
		t.Errorf("the old one: %+v", s)
	}
	secret := must[[]byte](t)(h.vault.DeviceSecret())
	oldSeat, before := must[clinic.SeatID](t)(h.keys.Seat()), fingerprint(t, h.keys)
	old := h.file()

	cfg := h.copied()
	fresh := newKeyring()
	cfg.Secrets = vault.Carried(h.vault.Status().Clinic, secret)
	v := must[*vault.Vault](t)(vault.Load(t.Context(), cfg))
	k := must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
	if fingerprint(t, k) != before {
		t.Error("it opens other keys")
	}
	// A keyring that fails leaves the file as it was.
	lies := h.file()
	fresh.fail = clinic.E(vault.CodeKeyringLocked)
	wantCode(t, v.Settle(t.Context(), k, []byte(rightPhrase), fresh), vault.CodeKeyringLocked)
	if !bytes.Equal(lies, h.file()) {
		t.Error("it settled without a keyring")
	}
	fresh.fail = nil
	if err := v.Settle(t.Context(), k, []byte(rightPhrase), fresh); err != nil {
		t.Fatal(err)
	}
	if n := must[uint32](t)(k.CurrentEpoch()); n != 2 {
		t.Errorf("epoch %d", n)
	}
	if seat := must[clinic.SeatID](t)(k.Seat()); seat == oldSeat {
		t.Error("it signs as the old device")
	}
	if seats, err := k.SeatKeys(); err != nil || len(seats) != 2 || seats[oldSeat] == nil {
		t.Error("what the old device signed cannot be proven any more")
	}

	cfg.Secrets = fresh
	there := must[*vault.Vault](t)(vault.Load(t.Context(), cfg))
	if s := there.Status(); !s.DeviceBound || !s.Retired.IsZero() {
		t.Errorf("the new one: %+v", s)
	}
	if m := there.Members(); len(m) != 1 || m[0].ID != h.first.ID {
		t.Errorf("who signs in there: %v", m)
	}
	again := must[*vault.Keys](t)(there.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
	_, err := there.Unlock(t.Context(), second.ID, []byte(otherPhrase))
	wantCode(t, err, vault.CodeWrongPassphrase)
	if err := there.ResetPassphrase(t.Context(), again, second.ID, []byte(otherPhrase)); err != nil {
		t.Fatal(err)
	}
	must[*vault.Keys](t)(there.Unlock(t.Context(), second.ID, []byte(otherPhrase)))
	must[*vault.Keys](t)(there.Recover(t.Context(), sheetText(h.sheet)))

	// The old device's secret opens the old file, and nothing of the new one.
	cfg.Secrets = h.ring
	if s := must[*vault.Vault](t)(vault.Load(t.Context(), cfg)).Status(); s.DeviceBound {
		t.Error("the old device opens the new file")
	}
	h.put(old)
	kept := must[*vault.Keys](t)(h.restart().Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
	_, err = kept.Epoch(2)
	wantCode(t, err, clinic.CodeNotFound)
}

// TestAVaultThatReturns: what was carried away knows nothing of what comes.
func TestAVaultThatReturns(t *testing.T) {
	h := newHouse(t)
	if err := h.vault.Retire(t.Context(), h.keys); err != nil {
		t.Fatal(err)
	}
	carried := h.file()
	v := h.restart()
	k := must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
	if err := v.Return(t.Context(), k); err != nil {
		t.Fatal(err)
	}
	if n := must[uint32](t)(k.CurrentEpoch()); n != 2 || !v.Status().Retired.IsZero() || !h.restart().Status().Retired.IsZero() {
		t.Errorf("epoch %d, %+v", n, v.Status())
	}
	h.put(carried)
	away := must[*vault.Keys](t)(h.restart().Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
	_, err := away.Epoch(2)
	wantCode(t, err, clinic.CodeNotFound)
}
