package vault_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

const (
	shortPhrase = "teal otter"
	day         = 12 * time.Hour
)

// withShort is a house whose first person has armed a short passphrase and has
// locked.
func withShort(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	if err := h.vault.SetShortPhrase(t.Context(), h.keys, []byte(shortPhrase)); err != nil {
		t.Fatal(err)
	}
	h.arm()
	h.keys.Zero()
	return h
}

func (h *house) arm() {
	h.t.Helper()
	if err := h.vault.Arm(h.t.Context(), h.keys, h.clock.Now().Add(day)); err != nil {
		h.t.Fatal(err)
	}
}

// short tries a short passphrase and zeroes what it opens.
func (h *house) short(phrase string) error {
	keys, err := h.vault.UnlockShort(h.t.Context(), h.first.ID, []byte(phrase))
	if err == nil {
		h.keys = keys
	}
	return err
}

func TestAShortPassphraseOpensAgain(t *testing.T) {
	h := newHouse(t)
	whole := fingerprint(t, h.keys)
	if err := h.vault.SetShortPhrase(t.Context(), h.keys, []byte(shortPhrase)); err != nil {
		t.Fatal(err)
	}
	h.want(h.short(shortPhrase), vault.CodeShortOver, "before it is armed")
	h.arm()
	h.keys.Zero()
	for range 3 {
		h.want(h.short(shortPhrase), "", "after a lock")
		if h.keys.Member() != h.first.ID || fingerprint(t, h.keys) != whole {
			t.Error("it opens other keys")
		}
		h.keys.Zero()
	}
	h.vault = must[*vault.Vault](t)(vault.Load(t.Context(), h.cfg)) // the program starts anew
	h.want(h.short(shortPhrase), "", "after a start")
	if armed := must[map[clinic.StaffID]vault.ShortUnlock](t)(h.vault.ShortUnlocks(t.Context())); armed[h.first.ID].Tries != 5 {
		t.Errorf("armed: %+v", armed)
	}
}

func TestFiveTriesEndAShortPassphrase(t *testing.T) {
	h := withShort(t)
	for left := 4; left > 0; left-- {
		err := h.short("grey otter 99")
		var e *clinic.Error
		if !errors.As(err, &e) || e.Code != vault.CodeWrongShort || e.Params["left"] != left {
			t.Fatalf("with %d left: %v", left, err)
		}
		// A start of the program does not give tries back.
		h.vault = must[*vault.Vault](t)(vault.Load(t.Context(), h.cfg))
	}
	h.want(h.short(""), vault.CodeShortOver, "the fifth")
	h.want(h.short(shortPhrase), vault.CodeShortOver, "the right one, too late")
	h.want(h.enters(rightPhrase, ""), "", "the full one")
	h.want(h.short(shortPhrase), vault.CodeShortOver, "until it is armed")
	h.arm()
	h.want(h.short(shortPhrase), "", "armed again")
}

func TestASuccessGivesTriesBack(t *testing.T) {
	h := withShort(t)
	for range 3 {
		for range 4 {
			h.want(h.short("grey otter 99"), vault.CodeWrongShort, "another")
		}
		h.want(h.short(shortPhrase), "", "the right one")
		if n := h.keys.FailuresBefore(); n != 4 {
			t.Errorf("%d failures are told", n)
		}
	}
}

func TestAShortPassphraseEnds(t *testing.T) {
	for what, c := range map[string]struct {
		end  func(h *house) error
		want clinic.Code
	}{
		"a moment before its time": {func(h *house) error { h.clock.Advance(day - time.Second); return nil }, ""},
		"at its time":              {func(h *house) error { h.clock.Advance(day); return nil }, vault.CodeShortOver},
		"on a clock set back":      {func(h *house) error { h.clock.Jump(-time.Minute); return nil }, vault.CodeShortOver},
		"disarmed":                 {func(h *house) error { return h.vault.Disarm(h.t.Context(), h.first.ID) }, vault.CodeShortOver},
		"dropped": {func(h *house) error {
			h.want(h.short(shortPhrase), "", "before")
			return h.vault.DropShortPhrase(h.t.Context(), h.keys)
		}, vault.CodeShortOver},
		"with another full passphrase": {func(h *house) error {
			h.want(h.short(shortPhrase), "", "before")
			return h.vault.ChangePassphrase(h.t.Context(), h.keys, []byte(rightPhrase), []byte(otherPhrase))
		}, vault.CodeShortOver},
		"once somebody left": {func(h *house) error {
			h.want(h.short(shortPhrase), "", "before")
			who := vault.Member{ID: clinic.NewID[clinic.StaffID](), Name: "Bo Ekdahl", Role: clinic.FrontDesk}
			return errors.Join(h.vault.AddMember(h.t.Context(), h.keys, who, []byte(otherPhrase)), h.vault.RemoveMember(h.t.Context(), h.keys, who.ID))
		}, vault.CodeShortOver},
	} {
		t.Run(what, func(t *testing.T) {
			h := withShort(t)
			h.t = t
			if err := c.end(h); err != nil {
				t.Fatal(err)
			}
			h.want(h.short(shortPhrase), c.want, what)
		})
	}
}

func TestAShortPassphraseIsOnesOwn(t *testing.T) {
	h := withShort(t)
	h.want(h.enters(rightPhrase, ""), "", "the full one")
	bo := vault.Member{ID: clinic.NewID[clinic.StaffID](), Name: "Bo Ekdahl", Role: clinic.FrontDesk}
	if err := h.vault.AddMember(t.Context(), h.keys, bo, []byte(otherPhrase)); err != nil {
		t.Fatal(err)
	}
	_, err := h.vault.UnlockShort(t.Context(), bo.ID, []byte(shortPhrase))
	h.want(err, vault.CodeShortOver, "for somebody else")
	h.want(h.short(shortPhrase), "", "for her")
}

func TestWhatAShortPassphraseMayBe(t *testing.T) {
	h := newHouse(t)
	for phrase, want := range map[string]clinic.Code{
		"": vault.CodePassphraseShort, "otter 7": vault.CodePassphraseShort, "password": vault.CodePassphraseCommon,
		"12345678": vault.CodePassphraseCommon, "lindqvist": vault.CodePassphraseCommon, "\xff2345678": clinic.CodeBadInput,
		shortPhrase: "", "48 15 93 26": "",
	} {
		h.want(h.vault.SetShortPhrase(t.Context(), h.keys, []byte(phrase)), want, phrase)
	}
	h.want(h.vault.Arm(t.Context(), h.keys, h.clock.Now()), clinic.CodeBadInput, "armed until now")
}

// TestATryThatCannotBeCountedIsNotMade has the disk full: a limit that is not
// kept would be none.
func TestATryThatCannotBeCountedIsNotMade(t *testing.T) {
	h := withShort(t)
	// A folder in the place of the temporary file: nothing can be written.
	if err := os.MkdirAll(filepath.Join(h.cfg.Dir, vault.FileName+".tmp", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	h.want(h.short(shortPhrase), vault.CodeNotSaved, "no room for the count")
}

// The stolen file, on a computer that has not its keyring.
func TestAShortPassphraseNeedsItsDevice(t *testing.T) {
	h := withShort(t)
	h.cfg.Secrets = newKeyring()
	h.vault = must[*vault.Vault](t)(vault.Load(t.Context(), h.cfg))
	h.want(h.short(shortPhrase), vault.CodeKeyringAbsent, "elsewhere")
}
