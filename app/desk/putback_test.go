package desk_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// files returns what lies in the clinic's folder, by name.
func (o *office) files(dir string) map[string][]byte {
	o.t.Helper()
	at := filepath.Join(o.t.TempDir(), "files")
	if err := snapshot(filepath.Join(dir, "clinic"), at); err != nil {
		o.t.Fatal(err)
	}
	entries, err := os.ReadDir(at)
	if err != nil {
		o.t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, e := range entries {
		if e.Name() == "in-use" || e.IsDir() {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(at, e.Name()))
		if err != nil {
			o.t.Fatal(err)
		}
		all[e.Name()] = raw
	}
	return all
}

// put makes the clinic's folder hold these files and no others of theirs.
func (o *office) put(dir string, files map[string][]byte, only ...string) {
	o.t.Helper()
	for name := range o.files(dir) {
		if len(only) == 0 || slices.ContainsFunc(only, func(p string) bool { return strings.HasPrefix(name, p) }) {
			remove(o.t, filepath.Join(dir, "clinic", name))
		}
	}
	for name, raw := range files {
		if len(only) == 0 || slices.ContainsFunc(only, func(p string) bool { return strings.HasPrefix(name, p) }) {
			write(raw)(o.t, filepath.Join(dir, "clinic", name))
		}
	}
}

// leave ends the program in good order and returns what it leaves.
func (o *office) leave(dir string) map[string][]byte {
	o.t.Helper()
	if err := o.desk.Close(); err != nil {
		o.t.Fatal(err)
	}
	return o.files(dir)
}

// back is the same clinic, opened again by the next run of the program.
func (o *office) back(dir string) *office {
	o.t.Helper()
	again := openOffice(o.t, dir, o.clock)
	again.words = o.words
	return again
}

func (o *office) signIn() desk.State {
	o.t.Helper()
	members := must[desk.State](o, "app.state", nil).Members
	if len(members) == 0 {
		o.t.Fatal("nobody can sign in")
	}
	return must[desk.State](o, "session.signIn", desk.SignIn{Member: members[0].ID, Passphrase: passphrase})
}

// laterDay is a clinic whose folder was kept on one day and used on the next.
// then is what lay there, now what lies there.
func laterDay(t *testing.T) (o *office, dir string, then, now map[string][]byte) {
	t.Helper()
	dir = t.TempDir()
	o = found(t, dir)
	then = o.leave(dir)
	o = o.back(dir)
	o.clock.Advance(24 * time.Hour)
	o.signIn()
	must[desk.AddedPatient](o, "patient.add", desk.AddPatient{
		Name: "Tomás Rey", BirthDate: clinic.Date{Year: 1980, Month: 1, Day: 2}, Phone: "3035550177", Language: "es", Zone: "America/Denver",
	})
	now = o.leave(dir)
	return o.back(dir), dir, then, now
}

func TestWhatIsMissingIsSaidBeforeAnythingElse(t *testing.T) {
	for _, c := range []struct {
		what  string
		files []string // put back as they were; none for all
		found desk.Found
		sheet bool
	}{
		{"an older log and its views", []string{"journal.db", "views-"}, desk.FoundOlder, false},
		{"an older log alone", []string{"journal.db"}, desk.FoundOlder, false},
		{"the whole folder", nil, desk.FoundOlder, true},
		{"an older vault", []string{"vault.json"}, desk.FoundOlderKeys, true},
	} {
		t.Run(c.what, func(t *testing.T) {
			o, dir, then, now := laterDay(t)
			o.t = t
			o.put(dir, then, c.files...)
			lies := o.files(dir)
			s := o.signIn()
			f := s.Finding
			if s.Phase != desk.PhaseHalted || f == nil || f.Found != c.found || f.NeedsSheet != c.sheet || !f.CanGoOn {
				t.Fatalf("found %+v, %+v", s, f)
			}
			if c.found == desk.FoundOlder {
				if from := clinic.At(monday); f.MissingFrom < from || f.MissingFrom > from.Add(time.Minute) {
					t.Errorf("missing from %v", f.MissingFrom.Time())
				}
				if until := o.clock.Now(); f.MissingUntil < until.Add(-time.Minute) || f.MissingUntil > until {
					t.Errorf("missing until %v", f.MissingUntil.Time())
				}
			}
			if !slices.Equal(f.Deciders, []string{"Ada Quill"}) || s.ClinicName != "" {
				t.Errorf("deciders %v, clinic %q", f.Deciders, s.ClinicName)
			}
			// Nothing of a patient is behind any door.
			for _, name := range []string{"inbox.list", "patient.list", "clinic.settings", "health.status", "line.status"} {
				if _, code := call[any](o, name, map[string]any{"view": "all", "limit": 5}); code != clinic.CodeLocked && code != clinic.CodeBadInput {
					t.Errorf("%s answers %q", name, code)
				}
			}
			// To stop changes nothing.
			must[door.None](o, "session.lock", nil)
			if after := o.leave(dir); !same(after, lies) {
				t.Error("stopping has changed the folder")
			}
			// The right files back, and all is as it was.
			o = o.back(dir)
			o.put(dir, now)
			if s := o.signIn(); s.Phase != desk.PhaseOpen {
				t.Fatalf("with the right files: %+v %+v", s, s.Finding)
			}
			if list := must[desk.PatientPage](o, "patient.list", desk.PatientQuery{Limit: 10}); len(list.Items) != 2 {
				t.Errorf("%d patients", len(list.Items))
			}
		})
	}
}

// same compares two folders but for what counts attempts to sign in.
func same(a, b map[string][]byte) bool {
	for name, raw := range a {
		if name != vault.FileName && string(raw) != string(b[name]) {
			return false
		}
	}
	return len(a) == len(b)
}

func TestGoingOnFromAnOlderCopyIsRecorded(t *testing.T) {
	for _, c := range []struct {
		what  string
		files []string
		sheet bool
	}{
		{"an older log and its views", []string{"journal.db", "views-"}, false},
		{"an older log alone", []string{"journal.db"}, false},
		{"the whole folder", nil, true},
		{"an older vault", []string{"vault.json"}, true},
	} {
		t.Run(c.what, func(t *testing.T) {
			o, dir, then, _ := laterDay(t)
			o.t = t
			o.put(dir, then, c.files...)
			f := o.signIn().Finding
			if c.sheet {
				if _, code := call[desk.State](o, "health.goOn", desk.GoOn{}); code != vault.CodeWordsIncomplete {
					t.Errorf("without the sheet: %q", code)
				}
				if _, code := call[desk.State](o, "health.goOn", desk.GoOn{Words: strings.Join(vault.NewRecovery().Words(), " ")}); code != vault.CodeWrongWords {
					t.Errorf("with another sheet: %q", code)
				}
			}
			o.clock.Advance(10 * time.Minute)
			if _, code := call[desk.State](o, "health.goOn", desk.GoOn{Words: o.words}); code != "session.confirm" {
				t.Fatalf("without the passphrase: %q", code)
			}
			must[door.None](o, "session.confirm", desk.Confirm{Passphrase: passphrase})
			s := must[desk.State](o, "health.goOn", desk.GoOn{Words: o.words})
			if s.Phase != desk.PhaseOpen || s.Finding != nil || s.ClinicName == "" {
				t.Fatalf("after going on: %+v", s)
			}
			h := must[desk.Health](o, "health.status", nil)
			if h.WentOn == nil || h.WentOn.At != o.clock.Now() || f.Found == desk.FoundOlder && h.WentOn.Until != f.MissingUntil {
				t.Errorf("on record is %+v", h.WentOn)
			}
			must[door.None](o, "session.lock", nil)
			if s := o.signIn(); s.Phase != desk.PhaseOpen {
				t.Fatalf("at the next sign-in: %+v", s.Finding)
			}
			// What was given up is the older copy from now on.
			lies := o.leave(dir)
			o = o.back(dir)
			o.put(dir, then, "journal.db", "views-")
			if s := o.signIn(); s.Phase != desk.PhaseHalted {
				t.Errorf("the first older copy once more: %s", s.Phase)
			}
			_ = lies
		})
	}
}

func TestTextsThatWaitedAskAfterGoingOn(t *testing.T) {
	dir := t.TempDir()
	o := found(t, dir)
	thread := must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5}).Items[0].ID
	// A second text of the day waits for tomorrow.
	must[desk.SentText](o, "text.send", desk.SendText{
		ID: thread, Key: clinic.NewID[clinic.MessageID](), Body: "And bring your card", Category: "scheduling",
	})
	then := o.leave(dir)
	o = o.back(dir)
	o.signIn()
	must[door.None](o, "session.lock", nil)
	o.leave(dir)
	o = o.back(dir)
	o.put(dir, then, "journal.db", "views-")
	o.signIn()
	must[desk.State](o, "health.goOn", desk.GoOn{})
	o.clock.Advance(48 * time.Hour)
	for range 5 {
		must[desk.LineStatus](o, "line.check", nil)
		o.clock.Advance(10 * time.Second)
	}
	page := must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: thread, Limit: 20})
	asked := 0
	for _, m := range page.Messages {
		if m.State == desk.StateAsk {
			asked++
		}
	}
	if asked == 0 {
		t.Errorf("nothing asks: %+v", page.Messages)
	}
}

func TestWhoMayNotDecideIsToldWhom(t *testing.T) {
	o, dir, then, _ := laterDay(t)
	o.put(dir, then, "journal.db", "views-")
	o.signIn()
	me, _ := o.desk.Session().Member()
	for _, role := range []clinic.Role{clinic.FrontDesk, clinic.Therapist} {
		me.Role = role
		o.desk.Session().Begin(me)
		s := must[desk.State](o, "app.state", nil)
		if slices.Contains(s.MayDo, "records.accept_loss") || len(s.Finding.Deciders) == 0 {
			t.Errorf("%s: %v, %v", role, s.MayDo, s.Finding.Deciders)
		}
		for _, name := range []string{"health.goOn", "health.export"} {
			if _, code := call[any](o, name, nil); code != clinic.CodeForbidden {
				t.Errorf("%s as %s: %q", name, role, code)
			}
		}
	}
}
