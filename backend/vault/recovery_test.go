package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

func sheetText(r vault.Recovery) string { return strings.Join(r.Words(), " ") }

// typedBack is what a person types who has the paper before her.
func typedBack(r vault.Recovery) map[int]string {
	typed := map[int]string{}
	for _, at := range r.Ask() {
		typed[at] = r.Words()[at-1]
	}
	return typed
}

func TestAStolenFolder(t *testing.T) {
	h := newHouse(t)
	thief := must[*vault.Vault](t)(vault.Load(t.Context(), h.copied()))
	if s := thief.Status(); s.DeviceBound || s.Problem != vault.CodeKeyringAbsent {
		t.Errorf("status without the keyring: %+v", s)
	}
	if m := thief.Members(); len(m) != 0 {
		t.Errorf("names without the keyring: %v", m)
	}
	_, err := thief.Unlock(t.Context(), h.first.ID, []byte(rightPhrase))
	wantCode(t, err, vault.CodeKeyringAbsent)

	t.Run("opens with the recovery sheet", func(t *testing.T) {
		for _, text := range []string{sheetText(h.sheet), h.sheet.Code()} {
			k := must[*vault.Keys](t)(thief.Recover(t.Context(), text))
			if fingerprint(t, k) != fingerprint(t, h.keys) {
				t.Error("the sheet opens other keys")
			}
			_, err := k.Seat()
			wantCode(t, err, vault.CodeNotBound)
			_, err = k.Sign([]byte("x"))
			wantCode(t, err, vault.CodeNotBound)
		}
	})
	t.Run("does not open with a secret of its own", func(t *testing.T) {
		forged := newKeyring()
		for name := range h.ring.kept {
			forged.kept[name] = bytes.Repeat([]byte{7}, 32)
		}
		cfg := h.cfg
		cfg.Secrets = forged
		v := must[*vault.Vault](t)(vault.Load(t.Context(), cfg))
		_, err := v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase))
		wantCode(t, err, vault.CodeOtherDevice)
	})
}

func TestALostKeyring(t *testing.T) {
	h := newHouse(t)
	second := vault.Member{ID: clinic.NewID[clinic.StaffID](), Name: "Bo Ek", Role: clinic.Therapist}
	if err := h.vault.AddMember(t.Context(), h.keys, second, []byte(otherPhrase)); err != nil {
		t.Fatal(err)
	}
	oldSeat := must[clinic.SeatID](t)(h.keys.Seat())
	cfg := h.copied()

	v := must[*vault.Vault](t)(vault.Load(t.Context(), cfg))
	k := must[*vault.Keys](t)(v.Recover(t.Context(), sheetText(h.sheet)))
	if err := v.Rebind(t.Context(), k, h.first.ID, []byte("wicker beacon tundra 4")); err != nil {
		t.Fatal(err)
	}
	if k.Member() != h.first.ID || !v.Status().DeviceBound {
		t.Error("the device is not bound to the person who recovered")
	}
	seat := must[clinic.SeatID](t)(k.Seat())
	if seat == oldSeat {
		t.Error("two devices share a seat")
	}
	if public := must[map[clinic.SeatID][]byte](t)(seatKeys(k)); len(public) != 2 {
		t.Errorf("%d seats can be verified, want both", len(public))
	}
	if m := v.Members(); len(m) != 1 || m[0] != h.first {
		t.Errorf("who can sign in on the new device: %v", m)
	}
	if err := v.ResetPassphrase(t.Context(), k, second.ID, []byte("cobalt meadow ferry 12")); err != nil {
		t.Fatal(err)
	}

	v = must[*vault.Vault](t)(vault.Load(t.Context(), cfg))
	for id, phrase := range map[clinic.StaffID]string{
		h.first.ID: "wicker beacon tundra 4", second.ID: "cobalt meadow ferry 12",
	} {
		opened := must[*vault.Keys](t)(v.Unlock(t.Context(), id, []byte(phrase)))
		if fingerprint(t, opened) != fingerprint(t, h.keys) {
			t.Error("the new device opens other keys")
		}
	}

	t.Run("and the old device still opens until it is removed", func(t *testing.T) {
		old := h.restart()
		o := must[*vault.Keys](t)(old.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
		devices := must[[]vault.Device](t)(old.Devices(o))
		if len(devices) != 2 || !devices[0].Here || devices[1].Here {
			t.Fatalf("devices: %+v", devices)
		}
		wantCode(t, old.RemoveDevice(t.Context(), o, devices[0].ID), vault.CodeLastMember)

		fresh := must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte("wicker beacon tundra 4")))
		if err := v.RemoveDevice(t.Context(), fresh, devices[0].ID); err != nil {
			t.Fatal(err)
		}
		_, err := old.Unlock(t.Context(), h.first.ID, []byte(rightPhrase))
		wantCode(t, err, vault.CodeOtherDevice)
	})
}

func seatKeys(k *vault.Keys) (map[clinic.SeatID][]byte, error) {
	public, err := k.SeatKeys()
	out := map[clinic.SeatID][]byte{}
	for id, key := range public {
		out[id] = key
	}
	return out, err
}

func TestAForgottenPassphraseKeepsTheDevice(t *testing.T) {
	h := newHouse(t)
	second := vault.Member{ID: clinic.NewID[clinic.StaffID](), Name: "Bo Ek", Role: clinic.Therapist}
	if err := h.vault.AddMember(t.Context(), h.keys, second, []byte(otherPhrase)); err != nil {
		t.Fatal(err)
	}
	seat := must[clinic.SeatID](t)(h.keys.Seat())
	v := h.restart()
	for range 5 {
		_, err := v.Unlock(t.Context(), h.first.ID, []byte("what was it again"))
		wantCode(t, err, vault.CodeWrongPassphrase)
	}
	k := must[*vault.Keys](t)(v.Recover(t.Context(), sheetText(h.sheet)))
	if err := v.Rebind(t.Context(), k, h.first.ID, []byte("wicker beacon tundra 4")); err != nil {
		t.Fatal(err)
	}
	if must[clinic.SeatID](t)(k.Seat()) != seat || len(h.ring.kept) != 1 {
		t.Error("the device became another one")
	}
	// At once: what failed before does not keep her waiting.
	must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte("wicker beacon tundra 4")))
	v = h.restart()
	must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte("wicker beacon tundra 4")))
	must[*vault.Keys](t)(v.Unlock(t.Context(), second.ID, []byte(otherPhrase)))
	_, err := v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase))
	wantCode(t, err, vault.CodeWrongPassphrase)
}

func TestRebindRefuses(t *testing.T) {
	h := newHouse(t)
	cfg := h.copied()
	v := must[*vault.Vault](t)(vault.Load(t.Context(), cfg))
	k := must[*vault.Keys](t)(v.Recover(t.Context(), sheetText(h.sheet)))
	before := h.file()
	wantCode(t, v.Rebind(t.Context(), k, clinic.NewID[clinic.StaffID](), []byte(otherPhrase)), vault.CodeMemberUnknown)
	wantCode(t, v.Rebind(t.Context(), k, h.first.ID, []byte("short")), vault.CodePassphraseShort)
	ring := cfg.Secrets.(*keyring)
	ring.fail = clinic.E(vault.CodeKeyringLocked)
	wantCode(t, v.Rebind(t.Context(), k, h.first.ID, []byte(otherPhrase)), vault.CodeKeyringLocked)
	ring.fail = nil
	if !bytes.Equal(before, h.file()) || len(ring.kept) != 0 {
		t.Error("a refusal left something behind")
	}
	if err := v.Rebind(t.Context(), k, h.first.ID, []byte(otherPhrase)); err != nil {
		t.Errorf("not after the keyring was unlocked: %v", err)
	}
	k.Zero()
	wantCode(t, v.Rebind(t.Context(), k, h.first.ID, []byte(otherPhrase)), clinic.CodeLocked)
}

func TestARingThatForgetsIsNoticed(t *testing.T) {
	h := newHouse(t)
	cfg := h.copied()
	cfg.Secrets = forgetful{newKeyring()}
	v := must[*vault.Vault](t)(vault.Load(t.Context(), cfg))
	k := must[*vault.Keys](t)(v.Recover(t.Context(), sheetText(h.sheet)))
	before := h.file()
	err := v.Rebind(t.Context(), k, h.first.ID, []byte(otherPhrase))
	wantCode(t, err, vault.CodeKeyringUnavailable)
	if !bytes.Equal(before, h.file()) {
		t.Error("bound to a keyring that does not keep")
	}
}

type forgetful struct{ *keyring }

func (f forgetful) Set(ctx context.Context, name string, secret []byte) error {
	return f.keyring.Set(ctx, name, slices.Concat(secret[1:], secret[:1]))
}

func TestWhatPeopleTypeFromThePaper(t *testing.T) {
	h := newHouse(t)
	right := h.sheet.Words()
	numbered := ""
	for i, w := range right {
		numbered += fmt.Sprintf("%2d. %s,\n", i+1, strings.ToUpper(w))
	}
	short := slices.Clone(right)
	for i, w := range short {
		short[i] = w[:min(len(w), 4)]
	}
	swapped := slices.Clone(right)
	at := slices.IndexFunc(right[1:], func(w string) bool { return w != right[0] }) + 1
	swapped[0], swapped[at] = swapped[at], swapped[0]
	unknown := slices.Clone(right)
	unknown[6] = "quietline"

	tests := []struct {
		name, text string
		code       clinic.Code
		position   any
	}{
		{"as printed", sheetText(h.sheet), "", nil},
		{"numbered, in capitals", numbered, "", nil},
		{"first four letters", strings.Join(short, " "), "", nil},
		{"square code", h.sheet.Code(), "", nil},
		{"square code in small letters", " " + strings.ToLower(h.sheet.Code()) + "\n", "", nil},
		{"nothing", " ", vault.CodeWordsIncomplete, nil},
		{"one word short", strings.Join(right[:15], " "), vault.CodeWordsIncomplete, nil},
		{"one word too many", sheetText(h.sheet) + " zoo", vault.CodeWordsIncomplete, nil},
		{"an unknown word", strings.Join(unknown, " "), vault.CodeWordUnknown, 7},
		{"three letters", "aba " + strings.Join(right[1:], " "), vault.CodeWordUnknown, 1},
		{"square code cut short", h.sheet.Code()[:30], vault.CodeWordsMistyped, nil},
		{"another clinic's sheet", sheetText(vault.NewRecovery()), vault.CodeWrongWords, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k, err := h.vault.Recover(t.Context(), tt.text)
			if tt.code == "" {
				if err != nil {
					t.Fatal(err)
				}
				if fingerprint(t, k) != fingerprint(t, h.keys) {
					t.Error("other keys")
				}
				return
			}
			wantCode(t, err, tt.code)
			if e := err.(*clinic.Error); tt.position != nil && e.Params["position"] != tt.position {
				t.Errorf("position %v, want %v", e.Params["position"], tt.position)
			}
		})
	}
}

func TestASheetSurvivesPaper(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sheet := vault.NewRecovery()
		for _, text := range []string{sheetText(sheet), sheet.Code()} {
			back, err := vault.ParseRecovery(text)
			if err != nil || sheetText(back) != sheetText(sheet) {
				t.Fatalf("does not come back: %v", err)
			}
		}
	})
}

// A checksum of 11 bits lets one mistake in 2,048 pass; then the sheet is
// refused as another clinic's. This only proves that it is there.
func TestMistakesOnPaperAreNoticed(t *testing.T) {
	sheet := vault.NewRecovery()
	list := map[string]bool{}
	for len(list) < 300 {
		for _, w := range vault.NewRecovery().Words() {
			list[w] = true
		}
	}
	tried, passed := 0, 0
	for at := range 16 {
		for w := range list {
			words := sheet.Words()
			if words[at] == w {
				continue
			}
			words[at] = w
			tried++
			if _, err := vault.ParseRecovery(strings.Join(words, " ")); err == nil {
				passed++
			}
		}
	}
	// Expected: tried/2048 ≈ 2.4. Twenty would be a checksum that does not check.
	if tried < 4000 || passed > 20 {
		t.Errorf("%d of %d mistakes passed", passed, tried)
	}
}

func TestTypingBack(t *testing.T) {
	h := newHouse(t)
	if s := must[vault.Sheet](t)(h.keys.Sheet()); !s.Proven.IsZero() || s.Made != h.clock.Now() {
		t.Error("confirmed before anybody typed")
	}
	typed := typedBack(h.sheet)
	asked := h.sheet.Ask()
	if len(asked) != 4 || !slices.IsSorted(asked) || asked[0] < 1 || asked[3] > 16 {
		t.Errorf("asks for %v", asked)
	}
	wantCode(t, h.vault.ConfirmRecovery(t.Context(), h.keys, h.sheet, nil), vault.CodeWordsIncomplete)
	wantCode(t, h.vault.ConfirmRecovery(t.Context(), h.keys, h.sheet,
		map[int]string{17: "a", 18: "b", 19: "c", 0: "d"}), vault.CodeWordsIncomplete)
	for at := range typed {
		wrong := maps.Clone(typed)
		wrong[at] = "zzzz"
		err := h.vault.ConfirmRecovery(t.Context(), h.keys, h.sheet, wrong)
		wantCode(t, err, vault.CodeWordDiffers)
		if p := err.(*clinic.Error).Params["position"]; p != at {
			t.Errorf("position %v, want %d", p, at)
		}
	}
	other := vault.NewRecovery()
	wantCode(t, h.vault.ConfirmRecovery(t.Context(), h.keys, other, typedBack(other)), vault.CodeWrongWords)
	if err := h.vault.ConfirmRecovery(t.Context(), h.keys, h.sheet, typed); err != nil {
		t.Fatal(err)
	}
	k := must[*vault.Keys](t)(h.restart().Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
	if s := must[vault.Sheet](t)(k.Sheet()); s.Proven != h.clock.Now() {
		t.Error("the confirmation was forgotten")
	}
}

// The yearly check: the paper is typed whole, and nothing else passes for it.
func TestTheWholeSheetIsTypedBack(t *testing.T) {
	h := newHouse(t)
	if err := h.vault.ConfirmRecovery(t.Context(), h.keys, h.sheet, typedBack(h.sheet)); err != nil {
		t.Fatal(err)
	}
	first := h.clock.Now()
	h.clock.Advance(366 * 24 * time.Hour)
	words := h.sheet.Words()
	for what, c := range map[string]struct {
		text string
		want clinic.Code
	}{
		"nothing":            {"", vault.CodeWordsIncomplete},
		"all words but one":  {strings.Join(words[1:], " "), vault.CodeWordsIncomplete},
		"two changed places": {strings.Join(append([]string{words[1], words[0]}, words[2:]...), " "), vault.CodeWordsMistyped},
		"another sheet":      {sheetText(vault.NewRecovery()), vault.CodeWrongWords},
		"another's code":     {vault.NewRecovery().Code(), vault.CodeWrongWords},
		"a word of no list":  {strings.Join(append([]string{"zzzz"}, words[1:]...), " "), vault.CodeWordUnknown},
	} {
		if words[0] == words[1] && what == "two changed places" {
			continue
		}
		err := h.vault.CheckRecovery(t.Context(), h.keys, c.text)
		if !errors.Is(err, clinic.E(c.want)) {
			t.Errorf("%s: %v, want %s", what, err, c.want)
		}
	}
	if s := must[vault.Sheet](t)(h.keys.Sheet()); s.Proven != first {
		t.Error("what failed counts as a check")
	}
	for _, text := range []string{sheetText(h.sheet), strings.ToUpper(sheetText(h.sheet)), h.sheet.Code()} {
		h.clock.Advance(time.Hour)
		if err := h.vault.CheckRecovery(t.Context(), h.keys, text); err != nil {
			t.Fatal(err)
		}
		k := must[*vault.Keys](t)(h.restart().Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
		if s := must[vault.Sheet](t)(k.Sheet()); s.Proven != h.clock.Now() {
			t.Error("the check was forgotten")
		}
	}
	next := vault.NewRecovery()
	if err := h.vault.ReplaceRecovery(t.Context(), h.keys, next, typedBack(next)); err != nil {
		t.Fatal(err)
	}
	wantCode(t, h.vault.CheckRecovery(t.Context(), h.keys, sheetText(h.sheet)), vault.CodeWrongWords)
}

func TestAReplacedSheet(t *testing.T) {
	h := newHouse(t)
	earlier := h.file()
	next := vault.NewRecovery()
	wantCode(t, h.vault.ReplaceRecovery(t.Context(), h.keys, next, nil), vault.CodeWordsIncomplete)
	if err := h.vault.ReplaceRecovery(t.Context(), h.keys, next, typedBack(next)); err != nil {
		t.Fatal(err)
	}
	v := h.restart()
	_, err := v.Recover(t.Context(), sheetText(h.sheet))
	wantCode(t, err, vault.CodeWrongWords)
	k := must[*vault.Keys](t)(v.Recover(t.Context(), sheetText(next)))
	if n := must[uint32](t)(k.CurrentEpoch()); n != 2 {
		t.Errorf("epoch %d after the sheet was replaced, want 2", n)
	}

	// The old sheet beside an old copy of the file knows nothing of what comes.
	h.put(earlier)
	old := must[*vault.Keys](t)(h.restart().Recover(t.Context(), sheetText(h.sheet)))
	_, err = old.Epoch(2)
	wantCode(t, err, clinic.CodeNotFound)
}

func TestASheetIsNeverLogged(t *testing.T) {
	sheet := vault.NewRecovery()
	for _, text := range []string{
		fmt.Sprint(sheet), fmt.Sprintf("%v %+v %#v %s", sheet, sheet, sheet, sheet), sheet.LogValue().String(),
	} {
		if strings.Contains(text, sheet.Words()[0]) || !strings.Contains(text, "[recovery sheet]") {
			t.Errorf("prints as %q", text)
		}
	}
}

// TestAWipedSheetIsNeverInForce: what is left of it after the words were compared is
// a key that everybody can derive.
func TestAWipedSheetIsNeverInForce(t *testing.T) {
	h := newHouse(t)
	sheet := vault.NewRecovery()
	kept := sheet.Clone()
	sheet.Wipe()
	before := h.file()
	wantCode(t, h.vault.ReplaceRecovery(t.Context(), h.keys, sheet, typedBack(sheet)), vault.CodeWrongWords)
	wantCode(t, h.vault.ConfirmRecovery(t.Context(), h.keys, sheet, typedBack(sheet)), vault.CodeWrongWords)
	if !bytes.Equal(h.file(), before) {
		t.Error("the file was changed")
	}
	if err := h.vault.ReplaceRecovery(t.Context(), h.keys, kept, typedBack(kept)); err != nil {
		t.Fatalf("its copy: %v", err)
	}
	must[*vault.Keys](t)(h.vault.Recover(t.Context(), sheetText(kept)))
}
