package desk_test

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// store is a password store that answers as it is told to.
type store struct {
	vault.DeviceSecrets
	fail clinic.Code
}

func (s *store) Get(ctx context.Context, name string) ([]byte, error) {
	if s.fail != "" {
		return nil, clinic.E(s.fail)
	}
	return s.DeviceSecrets.Get(ctx, name)
}

func withStore(t *testing.T, dir string, clock *clinictest.Clock, secrets vault.DeviceSecrets) *office {
	t.Helper()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	d := desk.New(desk.Config{
		Dir: filepath.Join(dir, "clinic"), Secrets: secrets, Work: vault.Sample, Clock: clock, Log: log, Version: "test",
	}, door.NewChanges())
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	o := &office{t: t, desk: d, doors: door.NewRegistry(token, d.Session(), d, log), clock: clock}
	d.Register(o.doors)
	return o
}

// TestEveryLostKeyHasAWayIn: a keyring that was cleared, a folder or a profile that
// was copied, a password of the system that was reset, a store that is locked, slow or
// gone. The screen is told which it is; what may come back is asked again; and the
// sheet opens the clinic whatever it is.
func TestEveryLostKeyHasAWayIn(t *testing.T) {
	for what, c := range map[string]struct {
		// spoil changes the secrets that lie at a path.
		spoil func(*testing.T, string)
		fail  clinic.Code
		want  clinic.Code
	}{
		"a copied folder, or a keyring that was cleared": {spoil: remove, want: vault.CodeKeyringAbsent},
		"a store that cannot be read any more":           {fail: vault.CodeKeyringUnavailable, want: vault.CodeKeyringUnavailable},
		"a password of the system that was reset":        {fail: vault.CodeKeyringLocked, want: vault.CodeKeyringLocked},
		"a store that asks in its own window":            {fail: vault.CodeKeyringSlow, want: vault.CodeKeyringSlow},
	} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			made := found(t, dir)
			words, clock := made.words, made.clock
			made.leave(dir)
			if c.spoil != nil {
				c.spoil(t, filepath.Join(dir, "secret"))
			}
			s := &store{filesecret.At(filepath.Join(dir, "secret")), c.fail}
			o := withStore(t, dir, clock, s)
			state := must[desk.State](o, "app.state", nil)
			if state.Phase != desk.PhaseLocked || !state.NeedsRecovery || state.Problem == nil || state.Problem.Code != c.want || len(state.Members) != 0 {
				t.Fatalf("the screen is told %+v, %+v", state, state.Problem)
			}
			if again := must[desk.State](o, "device.check", nil); !again.NeedsRecovery || again.Problem.Code != c.want {
				t.Errorf("asked again in vain: %+v", again.Problem)
			}
			opened := must[desk.OpenedSheet](o, "recovery.open", desk.OpenSheet{Words: words})
			s.fail = ""
			if c.spoil == nil {
				if back := must[desk.State](o, "device.check", nil); back.NeedsRecovery || back.Problem != nil || len(back.Members) != 1 {
					t.Fatalf("it has come back: %+v", back)
				}
				o.signIn()
				return
			}
			in := must[desk.State](o, "recovery.bind", desk.BindDevice{
				Words: words, Member: opened.Members[0].ID, Passphrase: heirPass,
			})
			if in.Phase != desk.PhaseOpen {
				t.Fatalf("with the sheet: %s %+v", in.Phase, in.Finding)
			}
			must[door.None](o, "session.lock", nil)
			must[desk.State](o, "session.signIn", desk.SignIn{Member: opened.Members[0].ID, Passphrase: heirPass})
		})
	}
}

// TestARestoredMachine: the folder and the keyring of an earlier day, together. Only
// what lies outside of the machine could tell, and it opens as on that day; the
// folder alone is noticed.
func TestARestoredMachine(t *testing.T) {
	o, dir, then, _ := laterDay(t)
	o.put(dir, then)
	if s := o.signIn(); s.Phase != desk.PhaseHalted || s.Finding.Found != desk.FoundOlder || !s.Finding.NeedsSheet {
		t.Errorf("the folder alone: %s %+v", s.Phase, s.Finding)
	}

	whole := t.TempDir()
	made := found(t, whole)
	made.leave(whole)
	image := filepath.Join(t.TempDir(), "image")
	if err := os.CopyFS(image, os.DirFS(whole)); err != nil {
		t.Fatal(err)
	}
	made = made.back(whole)
	made.signIn()
	made.leave(whole)
	if s := openOffice(t, image, made.clock).signIn(); s.Phase != desk.PhaseOpen {
		t.Errorf("folder and keyring together: %s %+v", s.Phase, s.Finding)
	}
}
