package vault_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/vault"
)

const (
	rightPhrase = "harbor lantern gravel 7"
	otherPhrase = "maple kettle orbit sofa"
)

// keyring is a keyring in memory. Fail, where set, is what every call returns.
type keyring struct {
	mu   sync.Mutex
	kept map[string][]byte
	fail error
}

func newKeyring() *keyring { return &keyring{kept: map[string][]byte{}} }

func (k *keyring) Get(_ context.Context, name string) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fail != nil {
		return nil, k.fail
	}
	secret, ok := k.kept[name]
	if !ok {
		return nil, clinic.E(vault.CodeKeyringAbsent)
	}
	return bytes.Clone(secret), nil
}

func (k *keyring) Set(_ context.Context, name string, secret []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fail == nil {
		k.kept[name] = bytes.Clone(secret)
	}
	return k.fail
}

func (k *keyring) Delete(_ context.Context, name string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.kept, name)
	return k.fail
}

// house is one clinic on one computer.
type house struct {
	t     *testing.T
	cfg   vault.Config
	ring  *keyring
	clock *clinictest.Clock
	first vault.Member
	sheet vault.Recovery
	vault *vault.Vault
	keys  *vault.Keys
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{
		t: t, ring: newKeyring(), clock: clinictest.NewClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)),
		first: vault.Member{ID: clinic.NewID[clinic.StaffID](), Name: "Ana Lindqvist", Role: clinic.OfficeManager},
	}
	h.cfg = vault.Config{
		Dir: filepath.Join(t.TempDir(), "clinic"), Secrets: h.ring, Clock: h.clock, Work: vault.Sample,
	}
	var err error
	h.vault, h.keys, h.sheet, err = vault.Create(t.Context(), h.cfg, h.first, []byte(rightPhrase))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// restart is what the next start of the program finds.
func (h *house) restart() *vault.Vault {
	h.t.Helper()
	v, err := vault.Load(h.t.Context(), h.cfg)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

// copied is the same folder on a computer whose keyring is empty.
func (h *house) copied() vault.Config {
	c := h.cfg
	c.Secrets = newKeyring()
	return c
}

func (h *house) path() string { return filepath.Join(h.cfg.Dir, vault.FileName) }

func (h *house) file() []byte {
	h.t.Helper()
	raw, err := os.ReadFile(h.path())
	if err != nil {
		h.t.Fatal(err)
	}
	return raw
}

func wantCode(t *testing.T, err error, code clinic.Code) {
	t.Helper()
	if !errors.Is(err, clinic.E(code)) {
		t.Fatalf("got error %v, want %s", err, code)
	}
}

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// fingerprint is what must be the same whichever way the keys were opened.
func fingerprint(t *testing.T, k *vault.Keys) string {
	t.Helper()
	var all []byte
	all = append(all, must[[]byte](t)(k.Naming())...)
	for _, p := range []vault.Purpose{vault.PurposeJournalFile, vault.PurposeViewsWrap, vault.PurposeDigest} {
		all = append(all, must[[]byte](t)(k.Lifetime(p))...)
	}
	for n := uint32(1); n <= must[uint32](t)(k.CurrentEpoch()); n++ {
		all = append(all, must[[]byte](t)(k.Epoch(n))...)
		all = append(all, must[[]byte](t)(k.ContentWrap(n))...)
	}
	return string(all)
}

func TestTheKeysAreTheSameEveryMorning(t *testing.T) {
	h := newHouse(t)
	before := fingerprint(t, h.keys)
	seat := must[clinic.SeatID](t)(h.keys.Seat())
	h.keys.Zero()

	v := h.restart()
	if s := v.Status(); !s.DeviceBound || s.Problem != "" {
		t.Fatalf("status after a restart: %+v", s)
	}
	if m := v.Members(); len(m) != 1 || m[0] != h.first {
		t.Fatalf("members before sign-in: %v", m)
	}
	k := must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
	if fingerprint(t, k) != before {
		t.Error("the keys changed overnight")
	}
	if must[clinic.SeatID](t)(k.Seat()) != seat || k.Member() != h.first.ID {
		t.Error("the seat or the person changed overnight")
	}
}
