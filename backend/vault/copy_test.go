package vault_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// A copy of the vault's file opens with the sheet on a computer that knows nothing
// of the clinic.
func TestACopyOpensElsewhere(t *testing.T) {
	h := newHouse(t)
	raw := must[[]byte](t)(h.vault.Copy(h.keys))
	dir := t.TempDir()
	if err := vault.PutBack(vault.MachineFiles(), dir, raw); err != nil {
		t.Fatal(err)
	}
	if err := vault.PutBack(vault.MachineFiles(), dir, raw); !errors.Is(err, clinic.E(vault.CodeExists)) {
		t.Errorf("over another one: %v", err)
	}
	there := must[*vault.Vault](t)(vault.Load(t.Context(), vault.Config{
		Dir: dir, Secrets: vault.NoSecrets{}, Clock: h.clock, Work: vault.Sample,
	}))
	if s := there.Status(); s.DeviceBound || s.Problem != vault.CodeKeyringAbsent {
		t.Errorf("the computer is %+v", s)
	}
	again := must[*vault.Keys](t)(there.Recover(t.Context(), sheetText(h.sheet)))
	if fingerprint(t, again) != fingerprint(t, h.keys) {
		t.Error("the keys are others")
	}
	h.keys.Zero()
	if _, err := h.vault.Copy(h.keys); !errors.Is(err, clinic.E(clinic.CodeLocked)) {
		t.Errorf("with zeroed keys: %v", err)
	}
}

func TestWhatIsNoVaultIsNotPutBack(t *testing.T) {
	h := newHouse(t)
	raw := must[[]byte](t)(h.vault.Copy(h.keys))
	dir := t.TempDir()
	for what, bad := range map[string][]byte{"a cut": raw[:len(raw)/2], "nothing": nil, "more": append(bytes.Clone(raw), ' ')} {
		if err := vault.PutBack(vault.MachineFiles(), dir, bad); !errors.Is(err, clinic.E(vault.CodeDamaged)) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, vault.FileName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something was written: %v", err)
	}
}

// What opens for this device and this day alone is not copied.
func TestACopyHasNoShortPassphrase(t *testing.T) {
	h := withShort(t)
	keys := must[*vault.Keys](t)(h.vault.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
	if raw := must[[]byte](t)(h.vault.Copy(keys)); !bytes.Contains(h.file(), []byte(`"short"`)) || bytes.Contains(raw, []byte(`"short"`)) {
		t.Error("a short passphrase is armed in the copy, or in neither")
	}
}

// What is sealed to the sheet opens with that sheet alone, and an epoch's lock with
// that epoch alone.
func TestKeysOfBackups(t *testing.T) {
	h := newHouse(t)
	key := bytes.Repeat([]byte{7}, 32)
	sealed := must[[]byte](t)(h.keys.EncryptToSheet(key))
	clinicID := h.keys.Clinic()
	if got, err := h.sheet.Decrypt(clinicID, sealed); err != nil || !bytes.Equal(got, key) {
		t.Errorf("its own sheet: %v", err)
	}
	if _, err := vault.NewRecovery().Decrypt(clinicID, sealed); !errors.Is(err, clinic.E(vault.CodeWrongWords)) {
		t.Errorf("another sheet: %v", err)
	}
	if _, err := h.sheet.Decrypt(clinicID, sealed[:len(sealed)-1]); !errors.Is(err, clinic.E(vault.CodeDamaged)) {
		t.Errorf("a cut: %v", err)
	}
	first := must[[]byte](t)(h.keys.BackupLock(1))
	if _, err := h.keys.BackupLock(2); !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		t.Errorf("an epoch that is not there: %v", err)
	}
	must[uint32](t)(h.vault.NewEpoch(t.Context(), h.keys))
	if bytes.Equal(first, must[[]byte](t)(h.keys.BackupLock(2))) || !bytes.Equal(first, must[[]byte](t)(h.keys.BackupLock(1))) {
		t.Error("a lock does not follow its epoch")
	}
}
