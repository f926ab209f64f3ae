package vault_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
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

// put lays another version of the file in its place.
func (h *house) put(raw []byte) {
	h.t.Helper()
	if err := os.WriteFile(h.path(), raw, 0o600); err != nil {
		h.t.Fatal(err)
	}
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

func TestCreateRefusesWhereDataIs(t *testing.T) {
	for _, name := range []string{
		"vault.json", "VAULT.JSON", "vault.json.bak", "journal.db", "journal.db-wal", "views.db", "views-2.db", "blobs", "spool",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, name), []byte("anything"), 0o600); err != nil {
				t.Fatal(err)
			}
			if !must[bool](t)(vault.Exists(dir)) {
				t.Error("looks like an empty folder")
			}
			ring := newKeyring()
			cfg := vault.Config{Dir: dir, Secrets: ring, Clock: clinic.SystemClock(), Work: vault.Sample}
			m := vault.Member{ID: clinic.NewID[clinic.StaffID](), Name: "Ana", Role: clinic.Therapist}
			_, _, _, err := vault.Create(t.Context(), cfg, m, []byte(rightPhrase))
			wantCode(t, err, vault.CodeExists)
			if raw, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(raw) != "anything" {
				t.Error("the file was touched")
			}
			if len(ring.kept) != 0 {
				t.Error("the keyring was touched")
			}
		})
	}
	dir := t.TempDir()
	for _, name := range []string{"", "absent", "vault.json.tmp", "notes.txt"} {
		if name == "vault.json.tmp" || name == "notes.txt" {
			if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			name = ""
		}
		if must[bool](t)(vault.Exists(filepath.Join(dir, name))) {
			t.Errorf("%q looks like a clinic", name)
		}
	}
}

func TestCreateRefusesBadInput(t *testing.T) {
	id := clinic.NewID[clinic.StaffID]()
	tests := []struct {
		name   string
		member vault.Member
		phrase string
		code   clinic.Code
	}{
		{"nobody", vault.Member{Name: "Ana", Role: clinic.Therapist}, rightPhrase, clinic.CodeBadInput},
		{"no name", vault.Member{ID: id, Name: "  ", Role: clinic.Therapist}, rightPhrase, clinic.CodeBadInput},
		{"a name of two lines", vault.Member{ID: id, Name: "A\nB", Role: clinic.Therapist}, rightPhrase, clinic.CodeBadInput},
		{"a name without end", vault.Member{ID: id, Name: strings.Repeat("a", 121), Role: clinic.Therapist}, rightPhrase, clinic.CodeBadInput},
		{"no role", vault.Member{ID: id, Name: "Ana"}, rightPhrase, clinic.CodeBadInput},
		{"short", vault.Member{ID: id, Name: "Ana", Role: clinic.Therapist}, "harbor 7", vault.CodePassphraseShort},
		{"her name", vault.Member{ID: id, Name: "Anastasia Lindqvist", Role: clinic.Therapist}, "anastasia lindqvist 1", vault.CodePassphraseCommon},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := vault.Config{
				Dir: filepath.Join(t.TempDir(), "c"), Secrets: newKeyring(), Clock: clinic.SystemClock(), Work: vault.Sample,
			}
			_, _, _, err := vault.Create(t.Context(), cfg, tt.member, []byte(tt.phrase))
			wantCode(t, err, tt.code)
			if must[bool](t)(vault.Exists(cfg.Dir)) {
				t.Error("something was left behind")
			}
		})
	}
}

func TestNamesAreNotInTheFile(t *testing.T) {
	h := newHouse(t)
	// Names long enough not to turn up in base64 by chance.
	second := vault.Member{ID: clinic.NewID[clinic.StaffID](), Name: "Bogdana Ekwueme", Role: clinic.Therapist}
	if err := h.vault.AddMember(t.Context(), h.keys, second, []byte(otherPhrase)); err != nil {
		t.Fatal(err)
	}
	raw := h.file()
	for _, m := range []vault.Member{h.first, second} {
		for _, word := range []string{m.Name, strings.Fields(m.Name)[1], string(m.Role), m.ID.String()} {
			if bytes.Contains(raw, []byte(word)) {
				t.Errorf("the file shows %q", word)
			}
		}
	}
	if info := must[os.FileInfo](t)(os.Stat(h.path())); runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
}

func TestZeroedKeysOpenNothing(t *testing.T) {
	h := newHouse(t)
	h.keys.Zero()
	h.keys.Zero()
	for name, call := range map[string]func() error{
		"Naming":       func() error { _, err := h.keys.Naming(); return err },
		"Lifetime":     func() error { _, err := h.keys.Lifetime(vault.PurposeDigest); return err },
		"Epoch":        func() error { _, err := h.keys.Epoch(1); return err },
		"ContentWrap":  func() error { _, err := h.keys.ContentWrap(1); return err },
		"CurrentEpoch": func() error { _, err := h.keys.CurrentEpoch(); return err },
		"Seat":         func() error { _, err := h.keys.Seat(); return err },
		"Sign":         func() error { _, err := h.keys.Sign(nil); return err },
		"SeatKeys":     func() error { _, err := h.keys.SeatKeys(); return err },
		"Members":      func() error { _, err := h.keys.Members(); return err },
		"Anchors":      func() error { _, err := h.vault.Anchors(h.keys); return err },
		"SaveAnchor":   func() error { return h.vault.SaveAnchor(t.Context(), h.keys, vault.Anchor{Kind: "journal"}) },
		"PinAnchor":    func() error { return h.vault.PinAnchor(t.Context(), h.keys, vault.Anchor{Kind: "journal"}) },
		"Devices":      func() error { _, err := h.vault.Devices(h.keys); return err },
		"NewEpoch":     func() error { _, err := h.vault.NewEpoch(t.Context(), h.keys); return err },
		"Sheet":        func() error { _, err := h.keys.Sheet(); return err },
		"UpdateMember": func() error { return h.vault.UpdateMember(t.Context(), h.keys, h.first) },
	} {
		if err := call(); !errors.Is(err, clinic.E(clinic.CodeLocked)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A caller that wipes its copy, or writes to it, does not reach the ring.
func TestKeysAreCopies(t *testing.T) {
	h := newHouse(t)
	before := fingerprint(t, h.keys)
	clear(must[[]byte](t)(h.keys.Naming()))
	clear(must[[]byte](t)(h.keys.Epoch(1)))
	if fingerprint(t, h.keys) != before {
		t.Error("a caller's copy is the key itself")
	}
}

func TestASeatSigns(t *testing.T) {
	h := newHouse(t)
	seat := must[clinic.SeatID](t)(h.keys.Seat())
	public := must[map[clinic.SeatID][]byte](t)(seatKeys(h.keys))
	signature := must[[]byte](t)(h.keys.Sign([]byte("batch 1")))
	if !ed25519.Verify(public[seat], []byte("batch 1"), signature) {
		t.Error("the signature does not verify")
	}
}

func TestLoadWithoutAVault(t *testing.T) {
	cfg := vault.Config{Dir: t.TempDir(), Secrets: newKeyring(), Clock: clinic.SystemClock()}
	_, err := vault.Load(t.Context(), cfg)
	wantCode(t, err, vault.CodeMissing)
	if err := os.Mkdir(filepath.Join(cfg.Dir, vault.FileName), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err = vault.Load(t.Context(), cfg)
	wantCode(t, err, vault.CodeDamaged)
	_, err = vault.Load(t.Context(), vault.Config{Dir: cfg.Dir})
	wantCode(t, err, clinic.CodeInternal)
}

func TestTheSampleClinicIsNoClinic(t *testing.T) {
	h := newHouse(t)
	h.cfg.Work = vault.Standard
	_, err := vault.Load(t.Context(), h.cfg)
	wantCode(t, err, vault.CodeWeak)
}

func TestAKeyringThatComesBack(t *testing.T) {
	h := newHouse(t)
	h.ring.fail = clinic.E(vault.CodeKeyringLocked).Retryable()
	v := h.restart()
	if s := v.Status(); s.DeviceBound || s.Problem != vault.CodeKeyringLocked {
		t.Errorf("status with a locked keyring: %+v", s)
	}
	_, err := v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase))
	wantCode(t, err, vault.CodeKeyringLocked)
	h.ring.fail = nil
	if s := must[vault.Status](t)(v.CheckDevice(t.Context())); !s.DeviceBound || s.Problem != "" {
		t.Errorf("status after it was unlocked: %+v", s)
	}
	must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))

	v.Close()
	if s := v.Status(); s.DeviceBound || len(v.Members()) != 0 {
		t.Error("a closed vault still knows the device")
	}
	_, err = v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase))
	wantCode(t, err, clinic.CodeLocked)
}

func TestACancelledCallChangesNothing(t *testing.T) {
	h := newHouse(t)
	before := h.file()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := h.vault.Unlock(ctx, h.first.ID, []byte("wrong wrong wrong"))
	wantCode(t, err, clinic.CodeCancelled)
	_, err = h.vault.NewEpoch(ctx, h.keys)
	wantCode(t, err, clinic.CodeCancelled)
	_, err = h.vault.Recover(ctx, sheetText(h.sheet))
	wantCode(t, err, clinic.CodeCancelled)
	if !bytes.Equal(before, h.file()) {
		t.Error("the file changed")
	}
}

func TestCodesAreListedOnce(t *testing.T) {
	seen := map[clinic.Code]bool{}
	for _, c := range vault.Codes() {
		if seen[c] || !strings.HasPrefix(string(c), "vault.") {
			t.Errorf("code %s", c)
		}
		seen[c] = true
	}
}
