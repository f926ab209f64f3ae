package vault_test

import (
	"bytes"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// TestARealKeyring keeps a clinic's secret in Credential Manager, and clears it between
// two runs as a new account would.
func TestARealKeyring(t *testing.T) {
	ring := vault.OSKeyring("quietline-test "+clinic.NewID[clinic.StaffID]().String(), clinic.SystemClock())
	_, err := ring.Get(t.Context(), "absent")
	wantCode(t, err, vault.CodeKeyringAbsent)
	if err := ring.Delete(t.Context(), "absent"); err != nil {
		t.Errorf("deleting nothing: %v", err)
	}
	for _, secret := range [][]byte{{0}, bytes.Repeat([]byte{0xff}, 32), bytes.Repeat([]byte("x"), 512)} {
		if err := ring.Set(t.Context(), "secret", secret); err != nil {
			t.Fatal(err)
		}
		if got := must[[]byte](t)(ring.Get(t.Context(), "secret")); !bytes.Equal(got, secret) {
			t.Errorf("%d bytes came back as %d", len(secret), len(got))
		}
	}
	if err := ring.Delete(t.Context(), "secret"); err != nil {
		t.Fatal(err)
	}
	_, err = ring.Get(t.Context(), "secret")
	wantCode(t, err, vault.CodeKeyringAbsent)
}
