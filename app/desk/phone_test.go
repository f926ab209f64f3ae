package desk_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/session"
	"quietline/backend/staff"
	"quietline/backend/vault"
	"quietline/backend/vault/vaulttest"
)

// enrol sets up a phone for whoever is signed in.
func (o *office) enrol() vaulttest.Phone {
	o.t.Helper()
	secret := must[desk.PhoneSecret](o, "me.beginPhone", nil)
	phone := vaulttest.NewPhone(o.t, secret.Text)
	must[desk.BackupCodes](o, "me.confirmPhone", desk.ConfirmPhone{Code: phone.Shows(o.clock.Now().Time())})
	return phone
}

// TestALostPhone: the officer ends the second factor of a therapist, whenever the
// program is stopped at it either not at all or wholly, and the therapist reads of
// it until she says so.
func TestALostPhone(t *testing.T) {
	dir := t.TempDir()
	o, s := withStops(t, dir)
	tm := gather(t, o)
	tm.mustSignIn(tm.leaver, leaverPass)
	o.enrol()
	o.clock.Advance(time.Minute)
	if code := tm.signIn(tm.leaver, leaverPass); code != vault.CodeNeedsCode {
		t.Fatalf("without her phone: %q", code)
	}
	tm.mustSignIn(tm.officer, passphrase)
	if list := must[desk.StaffList](o, "staff.list", nil); !list.Items[1].Phone || list.Items[2].Phone {
		t.Errorf("who has a phone: %+v", list.Items)
	}
	var list desk.StaffList
	s.during("endPhoneOf", func() { list = must[desk.StaffList](o, "staff.endPhone", desk.MemberRef{Member: tm.leaver}) })
	if list.Items[1].Phone {
		t.Error("it is in force")
	}
	ended, stayed := 0, 0
	for n, at := range s.copies {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			next := *tm
			next.office = openOffice(t, at, o.clock)
			// Whoever signs in next has it followed up.
			next.mustSignIn(tm.officer, passphrase)
			if must[desk.StaffList](next.office, "staff.list", nil).Items[1].Phone {
				stayed++
				return
			}
			ended++
			next.mustSignIn(tm.leaver, leaverPass)
			told := must[desk.State](next.office, "app.state", nil).PhoneEnd
			if told == nil || told.By != "Ada Quill" || told.At.IsZero() {
				t.Fatalf("she is told %+v", told)
			}
			// What she sets up afterwards is hers, and stays.
			next.enrol()
			o.clock.Advance(time.Minute)
			next.mustSignIn(tm.officer, passphrase)
			if code := next.signIn(tm.leaver, leaverPass); code != vault.CodeNeedsCode {
				t.Errorf("her new phone: %q", code)
			}
		})
	}
	if ended < 2 || stayed == 0 {
		t.Errorf("%d times it was ended, %d times not", ended, stayed)
	}
	tm.mustSignIn(tm.leaver, leaverPass)
	if s := must[desk.State](o, "me.sawPhoneEnd", nil); s.PhoneEnd != nil {
		t.Error("she is told once more")
	}
	tm.mustSignIn(tm.leaver, leaverPass)
	if s := must[desk.State](o, "app.state", nil); s.PhoneEnd != nil {
		t.Error("she is told again at the next sign-in")
	}
}

func TestWhoEndsWhosePhone(t *testing.T) {
	tm := gather(t, openOffice(t, t.TempDir(), clinictest.NewClock(monday)))
	must[desk.StaffList](tm.office, "staff.changeRole", desk.ChangeRole{Member: tm.heir, Role: "office_manager"})
	phone := tm.enrol()
	if _, code := call[desk.StaffList](tm.office, "staff.endPhone", desk.MemberRef{Member: tm.officer}); code != staff.CodeYourself {
		t.Errorf("her own: %q", code)
	}
	tm.mustSignIn(tm.heir, heirPass)
	if _, code := call[desk.StaffList](tm.office, "staff.endPhone", desk.MemberRef{Member: tm.officer}); code != staff.CodeOfficerOnly {
		t.Errorf("a manager the officer's: %q", code)
	}
	before := must[desk.StaffList](tm.office, "staff.list", nil)
	if after := must[desk.StaffList](tm.office, "staff.endPhone", desk.MemberRef{Member: tm.leaver}); !slices.Equal(after.Items, before.Items) {
		t.Error("ending what is not there changes something")
	}
	tm.clock.Advance(10 * time.Minute)
	if _, code := call[desk.StaffList](tm.office, "staff.endPhone", desk.MemberRef{Member: tm.leaver}); code != session.CodeConfirm {
		t.Errorf("without the passphrase: %q", code)
	}
	must[door.None](tm.office, "session.lock", nil)
	must[desk.State](tm.office, "session.signIn", desk.SignIn{
		Member: tm.officer, Passphrase: passphrase, Code: phone.Shows(tm.clock.Now().Time()),
	})
}

// TestAClinicThatAsksForAPhone: whoever has none set up gets to that and to nothing
// else, by any door.
func TestAClinicThatAsksForAPhone(t *testing.T) {
	tm := gather(t, openOffice(t, t.TempDir(), clinictest.NewClock(monday)))
	ask := desk.SaveSigningIn{Phone: true}
	if _, code := call[desk.SigningIn](tm.office, "clinic.saveSigningIn", ask); code != desk.CodePhoneFirst {
		t.Errorf("without a phone of her own: %q", code)
	}
	phone := tm.enrol()
	got := must[desk.SigningIn](tm.office, "clinic.saveSigningIn", ask)
	if !got.Phone || !slices.Equal(got.Without, []string{"Bea Lindqvist", "Cy Marsh"}) {
		t.Errorf("asked: %+v", got)
	}
	if _, code := call[desk.WaysIn](tm.office, "me.endPhone", nil); code != desk.CodePhoneAsked {
		t.Errorf("ending one's own: %q", code)
	}
	must[desk.InboxPage](tm.office, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5})

	tm.mustSignIn(tm.leaver, leaverPass)
	if s := must[desk.State](tm.office, "app.state", nil); !s.PhoneAsked || s.Phase != desk.PhaseOpen {
		t.Errorf("without a phone: %+v", s)
	}
	var early []string
	for _, spec := range tm.doors.Specs() {
		if spec.Permission == session.Anyone {
			continue
		}
		// A field that none has: whoever gets past the question gets no further.
		_, code := call[any](tm.office, spec.Name, map[string]any{"no such field": 1})
		switch {
		case spec.Early:
			early = append(early, spec.Name)
			if code == session.CodeLacking {
				t.Errorf("%s does not answer", spec.Name)
			}
		case code != session.CodeLacking && code != clinic.CodeForbidden:
			t.Errorf("%s answers %q", spec.Name, code)
		}
	}
	if want := []string{
		"me.beginPhone", "me.confirmPhone", "me.sawPhoneEnd", "me.waysIn", "session.confirm", "session.copied", "session.lock",
		"session.standing", "session.stay",
	}; !slices.Equal(early, want) {
		t.Errorf("what answers early: %v", early)
	}
	// Asking in vain leads nowhere.
	if _, code := call[desk.InboxPage](tm.office, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5}); code != session.CodeLacking {
		t.Errorf("the inbox: %q", code)
	}
	tm.enrol()
	if s := must[desk.State](tm.office, "app.state", nil); s.PhoneAsked {
		t.Error("with a phone she is asked again")
	}
	if in := must[desk.SigningIn](tm.office, "clinic.signingIn", nil); !in.Phone || len(in.Without) != 0 {
		t.Errorf("a therapist reads %+v", in)
	}
	must[desk.InboxPage](tm.office, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5})

	// Somebody else's lack is not hers.
	tm.clock.Advance(time.Minute)
	must[door.None](tm.office, "session.lock", nil)
	must[desk.State](tm.office, "session.signIn", desk.SignIn{
		Member: tm.officer, Passphrase: passphrase, Code: phone.Shows(tm.clock.Now().Time()),
	})
	must[desk.SigningIn](tm.office, "clinic.saveSigningIn", desk.SaveSigningIn{})
	tm.mustSignIn(tm.heir, heirPass)
	must[desk.InboxPage](tm.office, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5})
}
