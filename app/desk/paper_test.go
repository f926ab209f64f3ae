package desk_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/consent"
	"quietline/backend/records"
	"quietline/backend/records/pdf"
	"quietline/backend/sample"
)

// cabinet is a sample clinic whose papers are saved into a folder.
func cabinet(t *testing.T) (*office, *drawer) {
	t.Helper()
	dir, clock := t.TempDir(), clinictest.NewClock(time.Date(2026, 3, 4, 17, 0, 0, 0, time.UTC))
	members := stock(t, dir, clock.Now().Time(), 300)
	d := &drawer{folder: t.TempDir()}
	o := openOffice(t, dir, clock, func(cfg *desk.Config) { cfg.SaveAs = d.saveAs })
	must[desk.State](o, "session.signIn", desk.SignIn{Member: members[0].ID, Passphrase: sample.Passphrase})
	return o, d
}

func newKey() records.Key { return clinic.NewID[records.Key]() }

// given is a consent in force, of somebody in the register.
func given(t *testing.T, o *office) desk.RegisterLine {
	t.Helper()
	all := must[desk.RegisterPaper](o, "paper.register", desk.MakeRegister{Key: newKey(), Standing: "in_force"})
	i := slices.IndexFunc(all.Rows, func(r desk.RegisterLine) bool { return r.State == "given" })
	if i < 0 {
		t.Fatal("the sample clinic has no consent in force")
	}
	return all.Rows[i]
}

func TestAPaperIsVerifiedByItsCode(t *testing.T) {
	o, _ := cabinet(t)
	line := given(t, o)
	verify := func(code string) desk.VerifiedPaper {
		t.Helper()
		return must[desk.VerifiedPaper](o, "paper.verify", desk.VerifyPaper{Code: code})
	}
	first := must[desk.ConsentPaper](o, "paper.consent", desk.MakeConsentPaper{Key: newKey(), ID: line.Consent})
	if !strings.HasPrefix(first.Code, line.Code+"-") || len(first.Steps) == 0 || len(first.Words) == 0 || first.Patient.Name != line.Name {
		t.Fatalf("the paper says %+v", first)
	}
	// However it is typed, and by a scanner.
	typed := strings.NewReplacer("-", "", "0", "o", "1", "l").Replace(strings.ToLower(first.Code))
	for _, code := range []string{first.Code, typed, " " + strings.ReplaceAll(first.Code, "-", " – ")} {
		if v := verify(code); v.Finding != "matches" || v.Patient.ID != line.Patient || v.MadeBy == "" || len(v.Since) != 0 {
			t.Errorf("%q: %+v", code, v)
		}
	}
	if v := verify(line.Code); v.Finding != "unchecked" || v.SignedOn != line.SignedOn {
		t.Errorf("without a check: %+v", v)
	}
	wrong := "0000"
	if strings.HasSuffix(first.Code, wrong) {
		wrong = "0001"
	}
	if v := verify(line.Code + "-" + wrong); v.Finding != "differs" || !v.MadeAt.IsZero() {
		t.Errorf("a check that was never printed: %+v", v)
	}

	o.clock.Advance(time.Hour)
	must[desk.PatientCard](o, "consent.revoke", desk.RevokeConsent{ID: line.Consent, How: "call"})
	if v := verify(first.Code); v.Finding != "changed" || v.State != desk.ConsentRevoked || len(v.Since) != 1 || v.Since[0].What != "revoked" || v.MadeAt != first.Head.MadeAt {
		t.Errorf("after the call: %+v", v)
	}
	second := must[desk.ConsentPaper](o, "paper.consent", desk.MakeConsentPaper{Key: newKey(), ID: line.Consent})
	if v := verify(second.Code); second.Code == first.Code || v.Finding != "matches" || v.State != desk.ConsentRevoked {
		t.Errorf("the new paper %s: %+v", second.Code, v)
	}
	// Time alone changes nothing that a paper says.
	o.clock.Advance(400 * 24 * time.Hour)
	if v := verify(second.Code); v.Finding != "matches" {
		t.Errorf("a year later: %+v", v)
	}

	for code, want := range map[string]clinic.Code{
		"": consent.CodeRecordCode, "hello": consent.CodeRecordCode, first.Code + "0": consent.CodeRecordCode,
		string(consent.CodeOf(clinic.NewID[clinic.ConsentID]())): records.CodeUnknown,
	} {
		if _, got := call[desk.VerifiedPaper](o, "paper.verify", desk.VerifyPaper{Code: code}); got != want {
			t.Errorf("%q: %q", code, got)
		}
	}
}

func TestTheRegisterListsWhomItsFiltersName(t *testing.T) {
	o, _ := cabinet(t)
	register := func(r desk.MakeRegister) []desk.RegisterLine {
		t.Helper()
		r.Key = newKey()
		paper, code := call[desk.RegisterPaper](o, "paper.register", r)
		if code != "" && code != records.CodeEmpty {
			t.Fatalf("%+v: %s", r, code)
		}
		return paper.Rows
	}
	all := register(desk.MakeRegister{})
	if list := must[desk.RegisterList](o, "paper.people", desk.RegisterFilter{}); !reflect.DeepEqual(list.Rows, all) {
		t.Errorf("%d people where the register lists %d", len(list.Rows), len(all))
	}
	if len(all) < 20 {
		t.Fatalf("%d patients", len(all))
	}
	stands := func(r desk.RegisterLine) bool {
		return r.State == "given" || r.State == "narrowed" || r.State == "expiring"
	}
	for name, c := range map[string]struct {
		ask  desk.MakeRegister
		lets func(desk.RegisterLine) bool
	}{
		"in force":  {desk.MakeRegister{Standing: "in_force"}, func(r desk.RegisterLine) bool { return stands(r) && !r.OptedOut && !r.Held }},
		"runs out":  {desk.MakeRegister{Standing: "expiring"}, func(r desk.RegisterLine) bool { return r.State == "expiring" }},
		"missing":   {desk.MakeRegister{Standing: "missing"}, func(r desk.RegisterLine) bool { return !stands(r) }},
		"revoked":   {desk.MakeRegister{Standing: "revoked"}, func(r desk.RegisterLine) bool { return r.State == "revoked" }},
		"Spanish":   {desk.MakeRegister{Language: "es"}, func(r desk.RegisterLine) bool { return r.Language == "es" }},
		"reminders": {desk.MakeRegister{Category: "reminders"}, func(r desk.RegisterLine) bool { return stands(r) && slices.Contains(r.Categories, "reminders") }},
	} {
		var want []string
		for _, r := range all {
			if c.lets(r) {
				want = append(want, r.Patient.String())
			}
		}
		var got []string
		for _, r := range register(c.ask) {
			got = append(got, r.Patient.String())
		}
		if !slices.Equal(got, want) || len(want) == 0 || len(want) == len(all) {
			t.Errorf("%s: %d of %d, and %d were to be there", name, len(got), len(all), len(want))
		}
	}
}

// upload hands in a file in two parts.
func upload(t *testing.T, o *office, key records.Key, file []byte) {
	t.Helper()
	half := len(file) / 2
	for _, at := range []int{0, half} {
		part := file[at:]
		if at == 0 {
			part = file[:half]
		}
		must[door.None](o, "paper.part", desk.PaperPart{Key: key, At: at, Data: base64.StdEncoding.EncodeToString(part)})
	}
}

func TestAPaperIsSavedWhereThePersonSaysAndOnRecord(t *testing.T) {
	o, d := cabinet(t)
	file, err := os.ReadFile(filepath.Join("..", "..", "backend", "records", "pdf", "testdata", "paper.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	line := given(t, o)
	key := newKey()
	save := desk.SavePapers{Papers: []records.Key{key}}
	refused := func(want clinic.Code, r desk.SavePapers) {
		t.Helper()
		if _, got := call[desk.SavedCopy](o, "paper.save", r); got != want {
			t.Errorf("%+v: %q, not %q", r, got, want)
		}
	}
	// Nothing is taken for a paper that nobody is known to have made.
	if _, got := call[door.None](o, "paper.part", desk.PaperPart{Key: key, Data: "AAAA"}); got != records.CodeGone {
		t.Errorf("a part of no paper: %q", got)
	}
	refused(records.CodeGone, save)
	must[desk.ConsentPaper](o, "paper.consent", desk.MakeConsentPaper{Key: key, ID: line.Consent})
	refused(records.CodeGone, save)
	upload(t, o, key, file)
	if _, got := call[door.None](o, "paper.part", desk.PaperPart{Key: key, At: 7, Data: "AAAA"}); got != records.CodeGone {
		t.Errorf("a part out of turn: %q", got)
	}
	refused(pdf.CodePassword, desk.SavePapers{Papers: save.Papers, Password: "short"})
	save.Password = "four-plain-words-here"
	if got := must[desk.SavedCopy](o, "paper.save", save); !got.Saved {
		t.Fatalf("saved as %+v", got)
	}
	refused(records.CodeGone, save)
	saved, err := os.ReadDir(d.folder)
	if err != nil || len(saved) != 1 || saved[0].Name() != "consent-2026-03-04-1000.pdf" {
		t.Fatalf("in the folder lie %v (%v)", saved, err)
	}
	raw, err := os.ReadFile(filepath.Join(d.folder, saved[0].Name()))
	if err != nil || !strings.HasPrefix(string(raw), "%PDF-2.0") {
		t.Errorf("the file begins with %.8q (%v)", raw, err)
	}
	// Among the clinic's own files it would be taken for one of them.
	upload(t, o, key, file)
	d.folder = filepath.Join(o.dir, "clinic")
	refused("salvage.folder", save)
	must[door.None](o, "paper.print", desk.PrintPapers{Papers: []records.Key{key}})
	if _, got := call[door.None](o, "paper.print", desk.PrintPapers{Papers: []records.Key{newKey()}}); got != records.CodeGone {
		t.Errorf("printing what nobody made: %q", got)
	}
	if n := len(o.accesses("paper_saved")); n != 1 {
		t.Errorf("%d savings are on record", n)
	}
}
