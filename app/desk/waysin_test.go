package desk_test

import (
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/session"
	"quietline/backend/vault"
	"quietline/backend/vault/vaulttest"
)

func TestASecondFactorAtTheDesk(t *testing.T) {
	o := found(t, t.TempDir())
	clock := func() time.Time { return o.clock.Now().Time() }
	me := must[desk.State](o, "app.state", nil).Me.ID
	secret := must[desk.PhoneSecret](o, "me.beginPhone", nil)
	if _, code := call[desk.BackupCodes](o, "me.confirmPhone", desk.ConfirmPhone{Code: "000000"}); code != vault.CodeWrongCode {
		t.Errorf("a wrong code: %s", code)
	}
	codes := must[desk.BackupCodes](o, "me.confirmPhone", desk.ConfirmPhone{Code: vaulttest.NewPhone(t, secret.Text).Shows(clock())}).Codes
	if w := must[desk.WaysIn](o, "me.waysIn", nil); w.Phone == 0 || w.BackupCodes != len(codes) || len(codes) != 10 {
		t.Errorf("ways in: %+v, %d codes", w, len(codes))
	}
	must[door.None](o, "session.lock", nil)
	o.clock.Advance(time.Minute)
	sign := desk.SignIn{Member: me, Passphrase: passphrase}
	if _, code := call[desk.State](o, "session.signIn", sign); code != vault.CodeNeedsCode {
		t.Errorf("without a code: %s", code)
	}
	if s := must[desk.State](o, "app.state", nil); s.Phase != desk.PhaseLocked {
		t.Errorf("without a code it is %s", s.Phase)
	}
	sign.Code = vaulttest.NewPhone(t, secret.Text).Shows(clock())
	must[desk.State](o, "session.signIn", sign)
	// A step that asks for the passphrase again asks for it alone.
	o.clock.Advance(10 * time.Minute)
	if _, code := call[desk.WaysIn](o, "me.endPhone", nil); code != "session.confirm" {
		t.Errorf("long after signing in: %s", code)
	}
	must[door.None](o, "session.confirm", desk.Confirm{Passphrase: passphrase})
	if w := must[desk.WaysIn](o, "me.endPhone", nil); w.Phone != 0 {
		t.Errorf("ended: %+v", w)
	}
	must[door.None](o, "session.lock", nil)
	must[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
}

func TestASecretThatWasNotConfirmedIsForgotten(t *testing.T) {
	o := found(t, t.TempDir())
	me := must[desk.State](o, "app.state", nil).Me.ID
	secret := must[desk.PhoneSecret](o, "me.beginPhone", nil)
	must[door.None](o, "session.lock", nil)
	must[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
	if _, code := call[desk.BackupCodes](o, "me.confirmPhone", desk.ConfirmPhone{Code: vaulttest.NewPhone(t, secret.Text).Shows(o.clock.Now().Time())}); code != clinic.CodeBadInput {
		t.Errorf("after a lock: %s", code)
	}
}

func TestAShortPassphraseAtTheDesk(t *testing.T) {
	const short = "teal otter"
	dir := t.TempDir()
	o := found(t, dir)
	me := must[desk.State](o, "app.state", nil).Me.ID
	if s := must[desk.State](o, "app.state", nil); s.Members[0].Short {
		t.Error("before it is set it is offered")
	}
	if _, code := call[desk.WaysIn](o, "me.setShort", desk.SetShort{Phrase: "otter"}); code != vault.CodePassphraseShort {
		t.Errorf("five characters: %s", code)
	}
	if w := must[desk.WaysIn](o, "me.setShort", desk.SetShort{Phrase: short}); w.Short == 0 {
		t.Errorf("set: %+v", w)
	}
	must[door.None](o, "session.lock", nil)
	quick := desk.SignIn{Member: me, Passphrase: short, Short: true}
	for range 3 {
		if s := must[desk.State](o, "app.state", nil); !s.Members[0].Short {
			t.Fatal("it is not offered")
		}
		must[desk.State](o, "session.signIn", quick)
		must[door.None](o, "session.lock", nil)
	}
	// The full one does not pass for the short one, nor the other way round.
	if _, code := call[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: short}); code != vault.CodeWrongPassphrase {
		t.Errorf("the short one as the full one: %s", code)
	}
	if _, code := call[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase, Short: true}); code != vault.CodeWrongShort {
		t.Errorf("the full one as the short one: %s", code)
	}
	o.clock.Advance(12 * time.Hour)
	if s := must[desk.State](o, "app.state", nil); s.Members[0].Short {
		t.Error("the next day it is offered")
	}
	if _, code := call[desk.State](o, "session.signIn", quick); code != vault.CodeShortOver {
		t.Errorf("the next day: %s", code)
	}
	must[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
	must[door.None](o, "session.lock", nil)
	must[desk.State](o, "session.signIn", quick)
	// What asks for the passphrase asks for the full one.
	for _, name := range []string{"clinic.showSheet", "me.endPhone", "me.setShort"} {
		if _, code := call[door.None](o, name, nil); code != session.CodeConfirm {
			t.Errorf("%s after the short one: %s", name, code)
		}
	}
	// Set anew it counts no longer than before.
	o.clock.Advance(6 * time.Hour)
	must[door.None](o, "session.confirm", desk.Confirm{Passphrase: passphrase})
	must[desk.WaysIn](o, "me.setShort", desk.SetShort{Phrase: short})
	must[door.None](o, "session.lock", nil)
	must[desk.State](o, "session.signIn", quick)
	must[door.None](o, "session.lock", nil)
	o.clock.Advance(7 * time.Hour)
	if _, code := call[desk.State](o, "session.signIn", quick); code != vault.CodeShortOver {
		t.Errorf("past the working day that a full sign-in began: %s", code)
	}
	must[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
	if w := must[desk.WaysIn](o, "me.endShort", nil); w.Short != 0 {
		t.Errorf("ended: %+v", w)
	}
	must[door.None](o, "session.lock", nil)
	if _, code := call[desk.State](o, "session.signIn", quick); code != vault.CodeShortOver {
		t.Errorf("once ended: %s", code)
	}
}
