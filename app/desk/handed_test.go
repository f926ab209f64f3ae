package desk_test

import (
	"slices"
	"testing"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/sample"
	"quietline/backend/session"
)

// TestAPatientOpensNoDoorButTheForm calls every door that is registered while a patient
// holds the device. Those of the form, of the lock and of the way back answer; all others,
// those for anyone too, are closed.
func TestAPatientOpensNoDoorButTheForm(t *testing.T) {
	o := filled(t, 120)
	o.t = t
	people := must[desk.PatientPage](o, "patient.list", desk.PatientQuery{Limit: 3}).Items
	hers, other := people[0].ID, people[1].ID
	form := must[desk.FormList](o, "consent.forms", nil).Items[0].Version
	if _, code := call[door.None](o, "session.handOver", desk.HandOver{Patient: clinic.NewID[clinic.PatientID](), Form: form}); code != clinic.CodeNotFound {
		t.Fatalf("for nobody: %q", code)
	}
	must[door.None](o, "session.handOver", desk.HandOver{Patient: hers, Form: form})
	if !must[desk.State](o, "app.state", nil).Handed {
		t.Error("a window that begins anew is not told")
	}
	open := map[string]bool{
		"app.state": true, "session.stay": true, "session.copied": true, "session.confirm": true, "session.lock": true,
		"form.words": true, "consent.sign": true,
	}
	for _, spec := range o.doors.Specs() {
		if spec.Handed != open[spec.Name] {
			t.Errorf("%s: open to a patient %v", spec.Name, spec.Handed)
		}
		if open[spec.Name] {
			delete(open, spec.Name)
			continue
		}
		if _, code := call[any](o, spec.Name, nil); code != session.CodeHanded {
			t.Errorf("%s answers a patient: %q", spec.Name, code)
		}
	}
	if len(open) > 0 {
		t.Errorf("there are no such doors: %v", open)
	}

	// The form is hers, and no other; nor is it another's.
	must[desk.FormWords](o, "form.words", desk.FormRef{Version: form, Patient: hers})
	for name, r := range map[string]desk.FormRef{"another's": {Version: form, Patient: other}, "blank": {Version: form}, "another form": {Version: "2026-2-es", Patient: hers}} {
		if _, code := call[desk.FormWords](o, "form.words", r); code != session.CodeHanded {
			t.Errorf("the words of %s: %q", name, code)
		}
	}
	key := clinic.NewID[clinic.ConsentID]()
	signs := func(key clinic.ConsentID, patient clinic.PatientID, drawn string) (desk.PatientCard, clinic.Code) {
		return call[desk.PatientCard](o, "consent.sign", desk.SignConsent{
			Key: key, Patient: patient, Form: form, Signer: "patient", Drawn: drawn,
			Scope: desk.ConsentScope{Categories: []desk.Category{"scheduling"}, ToHour: 24},
		})
	}
	if _, code := signs(key, other, "M0 0L300 90L10 20L5 5L100 100L4 4L90 3"); code != session.CodeHanded {
		t.Errorf("she signs for another: %q", code)
	}
	if _, code := signs(key, hers, ""); code == "" || code == session.CodeHanded {
		t.Errorf("without a signature: %q", code)
	}
	card, code := signs(key, hers, "M0 0L300 90L10 20L5 5L100 100L4 4L90 3")
	if code != "" || card.ID != hers || card.Name != "" || len(card.Numbers) > 0 {
		t.Errorf("she signs: %q, and is answered %+v", code, card)
	}
	// The answer may be lost on its way to her; another signature is another matter.
	if _, code := signs(key, hers, "M0 0L300 90L10 20L5 5L100 100L4 4L90 3"); code != "" {
		t.Errorf("she presses again: %q", code)
	}
	if _, code := signs(clinic.NewID[clinic.ConsentID](), hers, "M0 0L300 90L10 20L5 5L100 100L4 4L90 3"); code != session.CodeHanded {
		t.Errorf("she signs again: %q", code)
	}

	// The way back is a passphrase, and the lock.
	if _, code := call[door.None](o, "session.confirm", desk.Confirm{Passphrase: "not the right one"}); code == "" {
		t.Error("a wrong passphrase leads back")
	}
	if _, code := call[any](o, "inbox.list", nil); code != session.CodeHanded {
		t.Errorf("after a wrong passphrase: %q", code)
	}
	must[door.None](o, "session.confirm", desk.Confirm{Passphrase: sample.Passphrase})
	must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5})
	signed := slices.DeleteFunc(must[desk.PatientCard](o, "patient.get", desk.PatientRef{ID: hers}).Consents, func(c desk.ConsentRow) bool { return c.ID != key })
	if len(signed) != 1 || signed[0].State != desk.ConsentGiven || signed[0].Way != "device" {
		t.Errorf("she signed %+v", signed)
	}
	must[door.None](o, "session.handOver", desk.HandOver{Patient: hers, Form: form})
	must[door.None](o, "session.lock", nil)
	if s := must[desk.State](o, "app.state", nil); s.Phase != desk.PhaseLocked || s.Handed {
		t.Errorf("locked in a patient's hands: %s", s.Phase)
	}
}
