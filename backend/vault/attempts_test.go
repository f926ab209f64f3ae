package vault_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// fail makes n attempts with a wrong passphrase, waiting as long as it takes.
func (h *house) fail(v *vault.Vault, id clinic.StaffID, n int) {
	h.t.Helper()
	for n > 0 {
		_, err := v.Unlock(h.t.Context(), id, []byte(otherPhrase))
		if errors.Is(err, clinic.E(vault.CodeTooSoon)) {
			h.clock.Advance(15 * time.Minute)
			continue
		}
		wantCode(h.t, err, vault.CodeWrongPassphrase)
		n--
	}
}

// wait returns how long the next attempt has to wait.
func (h *house) wait(v *vault.Vault) time.Duration {
	h.t.Helper()
	_, err := v.Unlock(h.t.Context(), h.first.ID, []byte(rightPhrase))
	wantCode(h.t, err, vault.CodeTooSoon)
	params := err.(*clinic.Error).Params
	d := params["until"].(clinic.Instant).Sub(h.clock.Now())
	if s := params["seconds"].(int); time.Duration(s)*time.Second < d || time.Duration(s-1)*time.Second >= d {
		h.t.Errorf("seconds %d for a wait of %v", s, d)
	}
	return d
}

func TestTheDelayGrows(t *testing.T) {
	h := newHouse(t)
	v := h.restart()
	h.fail(v, h.first.ID, 4)
	for _, want := range []time.Duration{
		15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute,
		15 * time.Minute, 15 * time.Minute,
	} {
		h.fail(v, h.first.ID, 1)
		if got := h.wait(v); got != want {
			t.Errorf("wait %v, want %v", got, want)
		}
		h.clock.Advance(want - time.Millisecond)
		if got := h.wait(v); got != time.Millisecond {
			t.Errorf("wait %v just before the end", got)
		}
		h.clock.Advance(time.Millisecond)
	}
	k := must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
	if k.FailuresBefore() != 12 {
		t.Errorf("%d failures reported, want 12", k.FailuresBefore())
	}
	k = must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
	if k.FailuresBefore() != 0 {
		t.Error("a success does not clear the count")
	}
}

func TestFourFailuresCostNothing(t *testing.T) {
	h := newHouse(t)
	h.fail(h.vault, h.first.ID, 4)
	must[*vault.Keys](t)(h.vault.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
}

func TestNothingShortensTheWait(t *testing.T) {
	const wait = 15 * time.Second
	t.Run("a restart", func(t *testing.T) {
		h := newHouse(t)
		h.fail(h.vault, h.first.ID, 5)
		h.clock.Advance(5 * time.Second)
		if got := h.wait(h.restart()); got != wait-5*time.Second {
			t.Errorf("wait %v after a restart", got)
		}
	})
	t.Run("the wall clock set forward", func(t *testing.T) {
		h := newHouse(t)
		h.fail(h.vault, h.first.ID, 5)
		h.clock.Jump(time.Hour)
		if got := h.wait(h.vault); got != wait {
			t.Errorf("wait %v after the clock was set", got)
		}
	})
	t.Run("the wall clock set back, and a restart", func(t *testing.T) {
		h := newHouse(t)
		h.fail(h.vault, h.first.ID, 5)
		h.clock.Jump(-24 * time.Hour)
		v := h.restart()
		if got := h.wait(v); got != wait {
			t.Errorf("wait %v after the clock was set back", got)
		}
		h.clock.Advance(wait)
		must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
	})
	t.Run("asking meanwhile", func(t *testing.T) {
		h := newHouse(t)
		h.fail(h.vault, h.first.ID, 5)
		for range 10 {
			h.clock.Advance(time.Second)
			h.wait(h.vault)
		}
		if got := h.wait(h.vault); got != wait-10*time.Second {
			t.Errorf("wait %v: asking counts, or stops the clock", got)
		}
	})
	t.Run("a full disk", func(t *testing.T) {
		h := newHouse(t)
		faults := &faultyFiles{Files: vault.MachineFiles(), failAt: 1, forEver: true}
		h.cfg.Files = faults
		v := h.restart()
		h.fail(v, h.first.ID, 5)
		if got := h.wait(v); got != wait {
			t.Errorf("wait %v while nothing can be written", got)
		}
		h.clock.Advance(wait)
		// Whoever wants to make room has to get in.
		must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
	})
}

func TestFailuresBelongToOnePerson(t *testing.T) {
	h := newHouse(t)
	m := therapist("Noor Haddad")
	if err := h.vault.AddMember(t.Context(), h.keys, m, []byte(otherPhrase)); err != nil {
		t.Fatal(err)
	}
	h.fail(h.vault, h.first.ID, 5)
	must[*vault.Keys](t)(h.vault.Unlock(t.Context(), m.ID, []byte(otherPhrase)))
	h.wait(h.vault)
}

// A person who is unknown is answered like one whose passphrase is wrong.
func TestUnknownPeopleLookAlike(t *testing.T) {
	h := newHouse(t)
	for range 5 {
		_, err := h.vault.Unlock(t.Context(), clinic.NewID[clinic.StaffID](), []byte(rightPhrase))
		wantCode(t, err, vault.CodeWrongPassphrase)
	}
	_, err := h.vault.Unlock(t.Context(), clinic.NewID[clinic.StaffID](), []byte(rightPhrase))
	wantCode(t, err, vault.CodeTooSoon)
	must[*vault.Keys](t)(h.vault.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
	for _, text := range []string{"", strings.Repeat("a", 5000), "\xff\xfe"} {
		_, err := h.vault.Unlock(t.Context(), h.first.ID, []byte(text))
		wantCode(t, err, vault.CodeWrongPassphrase)
	}
}

// Ending the program while a key is derived must not undo the attempt: the
// count is in the file before the work begins.
func TestAnAttemptCountsBeforeItIsMade(t *testing.T) {
	h := newHouse(t)
	before := h.file()
	_, err := h.vault.Unlock(t.Context(), h.first.ID, []byte(otherPhrase))
	wantCode(t, err, vault.CodeWrongPassphrase)
	if bytes.Equal(before, h.file()) {
		t.Error("a failure is not in the file")
	}
}
