package vault_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/vault"
)

// insideKeyring is set for the copy of the test that runs under a bus of its own.
const insideKeyring = "QUIETLINE_TEST_KEYRING"

// lonelyBus starts no service on demand, so that there is no keyring on it.
const lonelyBus = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

// TestARealKeyring runs the tests below once more, in a process with a private
// bus, home and keyring, so that nobody's own keyring is touched.
func TestARealKeyring(t *testing.T) {
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed: the keyring of this system is not tested", program)
		}
	}
	const unlocked = `printf %s pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec "$@"`
	for _, c := range []struct{ test, bus, script string }{
		{"TestInsideAnOpenKeyring", "", unlocked},
		{"TestInsideABusWithoutKeyring", lonelyBus, `exec "$@"`},
	} {
		t.Run(c.test, func(t *testing.T) {
			home := t.TempDir()
			run := filepath.Join(home, "run")
			if err := os.Mkdir(run, 0o700); err != nil {
				t.Fatal(err)
			}
			args := []string{"--", "sh", "-c", c.script, "_", os.Args[0], "-test.run=^" + c.test + "$", "-test.v"}
			if c.bus != "" {
				bus := filepath.Join(home, "bus.conf")
				if err := os.WriteFile(bus, []byte(c.bus), 0o600); err != nil {
					t.Fatal(err)
				}
				args = append([]string{"--config-file", bus}, args...)
			}
			cmd := exec.CommandContext(t.Context(), "dbus-run-session", args...)
			cmd.Env = []string{
				"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_RUNTIME_DIR=" + run,
				"XDG_DATA_HOME=" + filepath.Join(home, "data"), "XDG_CONFIG_HOME=" + filepath.Join(home, "config"),
				"XDG_CACHE_HOME=" + filepath.Join(home, "cache"), insideKeyring + "=1",
			}
			cmd.WaitDelay = 5 * time.Second
			out, err := cmd.CombinedOutput()
			if err != nil || !bytes.Contains(out, []byte("--- PASS: "+c.test)) {
				t.Errorf("%v\n%s", err, out)
			}
			t.Logf("%s", out)
		})
	}
}

func inside(t *testing.T) {
	t.Helper()
	if os.Getenv(insideKeyring) == "" {
		t.Skip("runs under the bus that TestARealKeyring starts")
	}
}

func TestInsideAnOpenKeyring(t *testing.T) {
	inside(t)
	ring := vault.OSKeyring("quietline-test", clinic.SystemClock())
	_, err := ring.Get(t.Context(), "absent")
	wantCode(t, err, vault.CodeKeyringAbsent)
	if err := ring.Delete(t.Context(), "absent"); err != nil {
		t.Errorf("deleting nothing: %v", err)
	}
	for _, secret := range [][]byte{{0}, bytes.Repeat([]byte{0xff}, 32), []byte(strings.Repeat("x", 512))} {
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

	h := newHouse(t)
	cfg := h.cfg
	cfg.Dir, cfg.Secrets = filepath.Join(t.TempDir(), "c"), ring
	named := &named{DeviceSecrets: ring}
	cfg.Secrets = named
	_, k, sheet, err := vault.Create(t.Context(), cfg, h.first, []byte(rightPhrase))
	if err != nil {
		t.Fatal(err)
	}
	v := must[*vault.Vault](t)(vault.Load(t.Context(), cfg))
	again := must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)))
	if fingerprint(t, k) != fingerprint(t, again) {
		t.Error("other keys from the keyring")
	}

	// Cleared between two runs, as by a reset of the account's password: the right
	// passphrase opens nothing any more, and the sheet binds the device again.
	for _, name := range named.names {
		if err := ring.Delete(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	v = must[*vault.Vault](t)(vault.Load(t.Context(), cfg))
	if s := v.Status(); s.DeviceBound || s.Problem != vault.CodeKeyringAbsent && s.Problem != vault.CodeOtherDevice {
		t.Errorf("with a cleared keyring: %+v", s)
	}
	if _, err := v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase)); err == nil {
		t.Error("the passphrase alone opens the clinic")
	}
	bySheet := must[*vault.Keys](t)(v.Recover(t.Context(), sheetText(sheet)))
	if err := v.Rebind(t.Context(), bySheet, h.first.ID, []byte(otherPhrase)); err != nil {
		t.Fatal(err)
	}
	v = must[*vault.Vault](t)(vault.Load(t.Context(), cfg))
	again = must[*vault.Keys](t)(v.Unlock(t.Context(), h.first.ID, []byte(otherPhrase)))
	if naming := func(k *vault.Keys) []byte { return must[[]byte](t)(k.Naming()) }; !bytes.Equal(naming(k), naming(again)) {
		t.Error("other keys after the sheet")
	}

	lockedRing(t, ring)
}

// lockedRing locks the keyring under us, as when a screen is locked. First nobody can ask
// a person for its password; then somebody asks, and no person ever answers.
func lockedRing(t *testing.T, ring vault.DeviceSecrets) {
	bus, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	defer bus.Close()
	login := []dbus.ObjectPath{"/org/freedesktop/secrets/collection/login"}
	lock := bus.Object("org.freedesktop.secrets", "/org/freedesktop/secrets").Call("org.freedesktop.Secret.Service.Lock", 0, login)
	if lock.Err != nil {
		t.Fatal(lock.Err)
	}
	_, err = ring.Get(t.Context(), "absent")
	if code := clinic.CodeOf(err); code != vault.CodeKeyringLocked && code != vault.CodeKeyringUnavailable {
		t.Errorf("a locked keyring: %v", err)
	}

	asked := make(prompter, 8)
	if err := bus.Export(asked, "/org/gnome/keyring/Prompter", "org.gnome.keyring.internal.Prompter"); err != nil {
		t.Fatal(err)
	}
	if _, err := bus.RequestName("org.gnome.keyring.SystemPrompter", dbus.NameFlagReplaceExisting); err != nil {
		t.Fatal(err)
	}
	clock := clinictest.NewClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	patient := vault.OSKeyring("quietline-test", clock)
	got := make(chan error, 1)
	go func() { _, err := patient.Get(t.Context(), "absent"); got <- err }()
	select {
	case <-asked:
	case err := <-got:
		t.Fatalf("the keyring asks nobody: %v", err)
	}
	clock.AwaitWaiters(1)
	clock.Advance(time.Minute)
	wantCode(t, <-got, vault.CodeKeyringSlow)
}

// prompter is the part of a desktop that shows the keyring's question to a person. This
// one tells that it was asked to, and shows nothing.
type prompter chan struct{}

func (p prompter) BeginPrompting(dbus.ObjectPath) *dbus.Error {
	p <- struct{}{}
	return nil
}

func (p prompter) PerformPrompt(dbus.ObjectPath, string, map[string]dbus.Variant, string) *dbus.Error {
	return nil
}

func (p prompter) StopPrompting(dbus.ObjectPath) *dbus.Error { return nil }

func TestWithoutABus(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "bus"))
	_, err := vault.OSKeyring("quietline-test", clinic.SystemClock()).Get(t.Context(), "x")
	wantCode(t, err, vault.CodeKeyringUnavailable)
}

func TestInsideABusWithoutKeyring(t *testing.T) {
	inside(t)
	ring := vault.OSKeyring("quietline-test", clinic.SystemClock())
	_, err := ring.Get(t.Context(), "x")
	wantCode(t, err, vault.CodeKeyringUnavailable)
	wantCode(t, ring.Set(t.Context(), "x", []byte{1}), vault.CodeKeyringUnavailable)
}

// named is a keyring that knows what was put into it.
type named struct {
	vault.DeviceSecrets
	names []string
}

func (n *named) Set(ctx context.Context, name string, secret []byte) error {
	n.names = append(n.names, name)
	return n.DeviceSecrets.Set(ctx, name, secret)
}
