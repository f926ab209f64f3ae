package vault_test

import (
	"sync/atomic"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// stuckFiles is a disk that, once it is stuck, answers no read until released.
type stuckFiles struct {
	vault.Files
	stuck             atomic.Bool
	reached, released chan struct{}
}

func (f *stuckFiles) Read(path string, limit int64) ([]byte, error) {
	if f.stuck.Load() {
		f.reached <- struct{}{}
		<-f.released
	}
	return f.Files.Read(path, limit)
}

// TestZeroingWaitsForNoRead: whatever asks for the file while its disk does not
// answer, a lock takes the keys; and what was asked for comes to nothing.
func TestZeroingWaitsForNoRead(t *testing.T) {
	for what, ask := range map[string]func(*testing.T, *vault.Vault, *vault.Keys) error{
		"a change": func(t *testing.T, v *vault.Vault, k *vault.Keys) error {
			return v.SaveAnchor(t.Context(), k, anchor(1, 10, 1))
		},
		"the anchors": func(_ *testing.T, v *vault.Vault, k *vault.Keys) error {
			_, err := v.Anchors(k)
			return err
		},
		"a pin": func(t *testing.T, v *vault.Vault, k *vault.Keys) error {
			return v.PinAnchor(t.Context(), k, anchor(1, 10, 1))
		},
		"the devices": func(_ *testing.T, v *vault.Vault, k *vault.Keys) error {
			_, err := v.Devices(k)
			return err
		},
		"a copy": func(_ *testing.T, v *vault.Vault, k *vault.Keys) error {
			_, err := v.Copy(k)
			return err
		},
	} {
		t.Run(what, func(t *testing.T) {
			h := newHouse(t)
			disk := &stuckFiles{Files: vault.MachineFiles(), reached: make(chan struct{}), released: make(chan struct{})}
			h.cfg.Files = disk
			v := h.restart()
			k := must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
			disk.stuck.Store(true)
			asked, zeroed := make(chan error, 1), make(chan struct{})
			go func() { asked <- ask(t, v, k) }()
			<-disk.reached
			go func() {
				k.Zero()
				close(zeroed)
			}()
			select {
			case <-zeroed:
			case <-time.After(10 * time.Second): // reached only where it hangs
				t.Error("the keys wait for the disk")
			}
			disk.stuck.Store(false)
			close(disk.released)
			wantCode(t, <-asked, clinic.CodeLocked)
			<-zeroed
		})
	}
}
