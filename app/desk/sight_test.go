package desk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/patients"
	"quietline/backend/records"
)

// other is a patient of somebody else's, and all that a call could name her by.
type other struct {
	patient    clinic.PatientID
	thread     clinic.ThreadID
	name       string
	digits     string
	message    []clinic.MessageID
	consent    []clinic.ConsentID
	number     []clinic.NumberID
	attachment []clinic.AttachmentID
	cursors    []string
}

// secrets are what no answer may hold.
func (p other) secrets() []string {
	all := []string{p.patient.String(), p.thread.String(), p.name}
	for _, c := range p.consent {
		all = append(all, c.String(), string(consent.CodeOf(c)))
	}
	for _, m := range p.message {
		all = append(all, m.String())
	}
	return append(all, fmt.Sprintf("(%s) %s-%s", p.digits[:3], p.digits[3:6], p.digits[6:]))
}

// lookUp gathers what the privacy officer sees of a patient.
func lookUp(t *testing.T, o *office, row desk.PatientRow) other {
	t.Helper()
	card := answer[desk.PatientCard](t, o.traced(t, "patient.get", desk.PatientRef{ID: row.ID}, nil))
	p := other{patient: row.ID, thread: card.Thread, name: card.Name}
	for _, c := range card.Consents {
		p.consent = append(p.consent, c.ID)
	}
	for _, n := range card.Numbers {
		p.number = append(p.number, n.ID)
		p.digits = onlyDigits(n.Phone)
	}
	page := answer[desk.ThreadPage](t, o.traced(t, "thread.open", desk.ThreadQuery{ID: card.Thread, Limit: 5}, nil))
	for _, m := range page.Messages {
		p.message = append(p.message, m.ID)
		for _, a := range m.Attachments {
			p.attachment = append(p.attachment, a.ID)
		}
	}
	p.cursors = append(p.cursors, page.Earlier)
	for _, search := range []string{"", card.Name} {
		p.cursors = append(p.cursors, clinic.CursorsOf("patients.find", search).Write(row.ID[:]))
	}
	return p
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// nobody is somebody who does not exist, named in the same shapes.
func (p other) nobody() other {
	n := other{
		patient: clinic.NewID[clinic.PatientID](), thread: clinic.NewID[clinic.ThreadID](), name: "Quillon Zzyzx", digits: "9075550198",
		message: fresh(p.message), consent: fresh(p.consent), number: fresh(p.number), attachment: fresh(p.attachment),
	}
	// A cursor of a thread fits that thread alone.
	n.cursors = append(n.cursors, p.cursors[0])
	for _, search := range []string{"", n.name} {
		n.cursors = append(n.cursors, clinic.CursorsOf("patients.find", search).Write(n.patient[:]))
	}
	return n
}

func fresh[ID ~[16]byte](all []ID) []ID {
	some := make([]ID, len(all))
	for i := range some {
		some[i] = clinic.NewID[ID]()
	}
	return some
}

// forge fills a request with what names a patient. The same draws fill it alike
// for two of them.
func forge(rnd *rand.Rand, t reflect.Type, p other, staff []clinic.StaffID) any {
	v := reflect.New(t).Elem()
	fill(rnd, v, p, staff)
	return v.Interface()
}

func pick[T any](rnd *rand.Rand, all []T) (one T) {
	if n := rnd.Uint32(); len(all) > 0 {
		one = all[int(n)%len(all)]
	}
	return one
}

func fill(rnd *rand.Rand, v reflect.Value, p other, staff []clinic.StaffID) {
	skip := rnd.IntN(4) == 0
	switch id := v.Addr().Interface().(type) {
	case *clinic.PatientID:
		*id = p.patient
	case *clinic.ThreadID:
		*id = p.thread
	case *clinic.MessageID:
		*id = pick(rnd, p.message)
	case *clinic.ConsentID:
		*id = pick(rnd, p.consent)
	case *clinic.NumberID:
		*id = pick(rnd, p.number)
	case *clinic.AttachmentID:
		*id = pick(rnd, p.attachment)
	case *clinic.StaffID:
		*id = pick(rnd, staff)
	case *patients.CoverID, *patients.EmergencyID, *archive.MoveID, *consent.RoundID:
	case *records.Key:
		*id = records.Key{1}
	case *clinic.Date:
		*id = clinic.Date{Year: 2026, Month: 3, Day: 1 + rnd.IntN(20)}
	case door.Choice:
		v.SetString(pick(rnd, id.Choices()))
	default:
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				// A password is judged by its length, and two names differ in that.
				if v.Type().Field(i).Name != "Password" {
					fill(rnd, v.Field(i), p, staff)
				}
			}
			return
		case reflect.Slice:
			one := reflect.New(v.Type().Elem()).Elem()
			fill(rnd, one, p, staff)
			v.Set(reflect.Append(v, one))
			return
		case reflect.String:
			code := string(consent.CodeOf(pick(rnd, p.consent)))
			v.SetString(pick(rnd, append([]string{code, p.name, p.digits, p.name[strings.LastIndex(p.name, " ")+1:], "x"}, p.cursors...)))
		case reflect.Bool:
			v.SetBool(rnd.IntN(2) == 0)
			return
		case reflect.Int, reflect.Uint64:
			if n := 1 + rnd.IntN(50); v.CanInt() {
				v.SetInt(int64(n))
			} else {
				v.SetUint(uint64(n))
			}
			return
		}
	}
	if skip {
		v.SetZero()
	}
}

// open are the doors for which the rule below does not hold, each with its reason.
var open = map[string]string{
	"emergency.open":           "it is there to open a patient out of sight, on the record and for a time",
	"session.changePassphrase": "it takes nothing of a patient, and counts what was mistyped",
	"session.confirm":          "the same",
	"session.signIn":           "the same",
	"care.cover":               "it takes nothing of a patient, and each call adds to its answer",
	"session.lock":             "it ends the session",
	"recovery.open":            "it takes nothing of a patient, and derives keys",
	"recovery.bind":            "the same",
	"me.setShort":              "it takes nothing of a patient: a word is as good as it is",
	"file.part":                "it takes the bytes of a file under a key of the caller's own, and whether they are base64 it says first",
}

// TestATherapistCannotFindAnothersPatientByAnyCall calls every door of the
// registry as a therapist, with requests made of all that names another's
// patient, and each again with what names nobody. The two answers are the same to
// the byte, and nothing of the patient is in them.
func TestATherapistCannotFindAnothersPatientByAnyCall(t *testing.T) {
	if testing.Short() {
		t.Skip("asks every door in turn")
	}
	o := filled(t, 900)
	state := answer[desk.State](t, o.traced(t, "app.state", nil, nil))
	var therapists []clinic.StaffID
	for _, m := range state.Members {
		if m.Role == desk.RoleName(clinic.Therapist) {
			therapists = append(therapists, m.ID)
		}
	}
	me := therapists[0]
	var theirs []other
	for _, row := range answer[desk.PatientPage](t, o.traced(t, "patient.list", desk.PatientQuery{Limit: 200}, nil)).Items {
		card := answer[desk.PatientCard](t, o.traced(t, "patient.get", desk.PatientRef{ID: row.ID}, nil))
		mine := slices.ContainsFunc(card.Therapists, func(p desk.Person) bool { return p.ID == me })
		// Names and numbers that families share would be found as those of her own.
		if !mine && !card.Thread.IsZero() && len(card.Consents) > 0 && !card.Numbers[0].Shared && strings.Contains(card.Name, " ") {
			theirs = append(theirs, lookUp(t, o, row))
		}
	}
	if len(theirs) < 10 {
		t.Fatalf("only %d patients of others", len(theirs))
	}
	o.traced(t, "session.lock", nil, nil)
	o.mustSignIn(t, me)
	if mine := answer[desk.PatientPage](t, o.traced(t, "patient.list", desk.PatientQuery{Limit: 200}, nil)); len(mine.Items) < 5 {
		t.Fatalf("she has only %d patients", len(mine.Items))
	}
	ask := func(name string, request any) []byte {
		raw, err := json.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		return o.doors.Call(context.Background(), token, name, raw)
	}
	rnd := rand.New(rand.NewPCG(4, 2))
	calls, answered := 0, map[string]bool{}
	for _, spec := range o.doors.Specs() {
		if open[spec.Name] != "" {
			continue
		}
		for range 60 {
			p, seed := pick(rnd, theirs), rnd.Uint64()
			twin := func(p other) any {
				return forge(rand.New(rand.NewPCG(seed, 0)), o.doors.Request(spec.Name), p, therapists)
			}
			got, want := ask(spec.Name, twin(p)), ask(spec.Name, twin(p.nobody()))
			names := o.doors.Request(spec.Name).NumField() > 0 // otherwise it can name nobody
			if calls++; names && !bytes.Equal(got, want) {
				t.Fatalf("%s tells somebody from nobody:\n%s\n%s\nasked %+v", spec.Name, short(got), short(want), twin(p))
			}
			for _, s := range p.secrets() {
				if bytes.Contains(got, []byte(s)) {
					t.Fatalf("%s tells %q", spec.Name, s)
				}
			}
			answered[spec.Name] = answered[spec.Name] || bytes.HasPrefix(got, []byte(`{"ok":`)) && !bytes.HasPrefix(got, []byte(`{"ok":null`))
		}
	}
	t.Logf("%d calls, %d doors answer", 2*calls, len(answered))
	for _, name := range []string{"inbox.list", "search.find", "patient.list", "line.status", "care.covers"} {
		if !answered[name] {
			t.Errorf("%s never answered at all: the requests are not made well", name)
		}
	}

	// What everybody finds, she finds without them.
	for name, request := range map[string]any{
		"inbox.list": desk.InboxQuery{View: desk.ViewAll, Limit: 200}, "patient.list": desk.PatientQuery{Limit: 200},
		"search.find": desk.SearchQuery{Words: "you", Limit: 200},
	} {
		got := ask(name, request)
		if len(got) < 1000 {
			t.Errorf("%s answers %d bytes", name, len(got))
		}
		for _, p := range theirs {
			for _, s := range p.secrets() {
				if bytes.Contains(got, []byte(s)) {
					t.Errorf("%s shows %q", name, s)
				}
			}
		}
	}
}

func short(b []byte) string { return string(b[:min(len(b), 400)]) }

// TestSightFollowsTheClock lets a colleague cover, and an emergency run out,
// while both stay signed in.
func TestSightFollowsTheClock(t *testing.T) {
	o := filled(t, 300)
	o.t = t
	state := must[desk.State](o, "app.state", nil)
	byName := map[string]desk.Member{}
	for _, m := range state.Members {
		byName[m.Name] = m
	}
	her, colleague := byName["Mei-Ling Hsu"], byName["Samuel Okafor"]
	var row desk.PatientRow
	for _, r := range must[desk.PatientPage](o, "patient.list", desk.PatientQuery{Limit: 200}).Items {
		card := must[desk.PatientCard](o, "patient.get", desk.PatientRef{ID: r.ID})
		if len(card.Therapists) == 1 && card.Therapists[0].ID == her.ID && !card.Thread.IsZero() {
			row = r
		}
	}
	sees := func(want bool, when string) {
		t.Helper()
		_, code := call[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: row.Thread, Limit: 5})
		found := must[desk.PatientPage](o, "patient.list", desk.PatientQuery{Search: row.Name, Limit: 5}).Items
		if (code == "") != want || (len(found) > 0) != want {
			t.Errorf("%s: thread %q, found %d", when, code, len(found))
		}
	}
	today := clinic.Date{Year: 2026, Month: 3, Day: 4}
	must[door.None](o, "session.lock", nil)
	o.mustSignIn(t, her.ID)
	if _, code := call[desk.CoverList](o, "care.cover", desk.ArrangeCover{Of: colleague.ID, By: her.ID, From: today, To: today}); code != clinic.CodeForbidden {
		t.Errorf("a therapist arranges another's cover: %q", code)
	}
	list := must[desk.CoverList](o, "care.cover", desk.ArrangeCover{By: colleague.ID, From: today, To: today})
	if len(list.Items) != 1 || !list.Items[0].Mine {
		t.Fatalf("covers: %+v", list)
	}
	must[door.None](o, "session.lock", nil)
	o.mustSignIn(t, colleague.ID)
	sees(true, "while she covers")
	if _, code := call[desk.CoverList](o, "care.endCover", desk.CoverRef{ID: list.Items[0].ID}); code != clinic.CodeNotFound {
		t.Errorf("ending another's cover: %q", code)
	}
	o.clock.Advance(list.Items[0].Until.Sub(o.clock.Now()))
	sees(false, "once the cover has ended")

	opened := must[desk.OpenedEmergency](o, "emergency.open", desk.OpenEmergency{Name: row.Name, BirthDate: bornOf(o, t, row.ID), Reason: "She called in distress"})
	if opened.Patient != row.ID || opened.Thread != row.Thread {
		t.Fatalf("opened %+v", opened)
	}
	sees(true, "in an emergency")
	o.clock.Advance(patients.EmergencyFor)
	sees(false, "once the emergency has ended")

	must[door.None](o, "session.lock", nil)
	o.mustSignIn(t, state.Me.ID)
	due := must[desk.EmergencyList](o, "emergency.list", nil)
	if due.Waiting != 1 || due.Items[0].By.Name != colleague.Name || due.Items[0].Patient.ID != row.ID || len(due.Items[0].Looks) < 2 {
		t.Fatalf("to review: %+v", due)
	}
	due = must[desk.EmergencyList](o, "emergency.review", desk.ReviewEmergency{ID: due.Items[0].ID, Note: "All right"})
	if due.Waiting != 0 || due.Items[0].ReviewedBy != state.Me.Name {
		t.Errorf("after the review: %+v", due)
	}
}

// bornOf asks for a birth date as the privacy officer would tell it.
func bornOf(o *office, t *testing.T, id clinic.PatientID) clinic.Date {
	me, _ := o.desk.Session().Member()
	officer := me
	officer.Role = clinic.PrivacyOfficer
	o.desk.Session().Begin(officer)
	defer o.desk.Session().Begin(me)
	return answer[desk.PatientCard](t, o.traced(t, "patient.get", desk.PatientRef{ID: id}, nil)).BirthDate
}

// TestTheDeskDoesNotReadWhatIsForCliniciansOnly looks at the restricted patient
// of the sample clinic as everybody.
func TestTheDeskDoesNotReadWhatIsForCliniciansOnly(t *testing.T) {
	o := filled(t, 300)
	o.t = t
	state := must[desk.State](o, "app.state", nil)
	found := must[desk.PatientPage](o, "patient.list", desk.PatientQuery{Search: "Tomoko Hayashi", Limit: 5}).Items
	if len(found) != 1 || found[0].Thread.IsZero() {
		t.Fatalf("the restricted patient: %+v", found)
	}
	thread := found[0].Thread
	for _, m := range state.Members {
		must[door.None](o, "session.lock", nil)
		o.mustSignIn(t, m.ID)
		_, code := call[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: thread, Limit: 5})
		switch clinic.Role(m.Role) {
		case clinic.FrontDesk, clinic.OfficeManager:
			card := must[desk.PatientCard](o, "patient.get", desk.PatientRef{ID: found[0].ID})
			if code == "" || !card.Thread.IsZero() || !card.CliniciansOnly || card.Numbers[0].Phone == "" {
				t.Errorf("%s: thread %q, card %+v", m.Role, code, card)
			}
			for _, r := range must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 200}).Items {
				if r.ID == thread {
					t.Errorf("%s finds it in the inbox", m.Role)
				}
			}
		case clinic.PrivacyOfficer:
			if code != "" {
				t.Errorf("the privacy officer: %q", code)
			}
		}
	}
}
