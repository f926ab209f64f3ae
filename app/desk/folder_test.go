package desk_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/device"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
)

// found is a clinic with one patient who was texted.
func found(t *testing.T, dir string) *office {
	t.Helper()
	o := openOffice(t, dir, clinictest.NewClock(monday))
	sheet := must[desk.CreatedClinic](o, "clinic.create", desk.CreateClinic{
		ClinicName: "Juniper Family Counseling", Zone: "America/Denver", Language: "en",
		YourName: "Ada Quill", Passphrase: passphrase,
	})
	o.words = strings.Join(sheet.Words, " ")
	must[desk.LineStatus](o, "line.connect", desk.ConnectProvider{Kind: desk.ProviderSimulator, Phone: "3035550199"})
	added := must[desk.AddedPatient](o, "patient.add", desk.AddPatient{
		Name: "Marisol Vega", BirthDate: clinic.Date{Year: 1990, Month: 5, Day: 4}, Phone: "3035550142", Language: "en", Zone: "America/Denver",
	})
	must[desk.RecordedConsent](o, "consent.recordPaper", desk.RecordPaper{
		Patient: added.ID, Form: "2026-1-en", SignedOn: clinic.Date{Year: 2026, Month: 3, Day: 2}, Categories: []desk.Category{"scheduling"},
		ToHour: 24, Signer: "patient", Attested: true,
	})
	must[desk.SentText](o, "text.send", desk.SendText{
		ID: added.Thread, Key: clinic.NewID[clinic.MessageID](), Body: "Your visit moved to the heliotrope room", Category: "scheduling",
	})
	must[door.None](o, "thread.saveDraft", desk.SaveDraft{ID: added.Thread, Body: "an unfinished kaleidoscope"})
	return o
}

// secrets are words that found brings into a clinic, and words of its tables.
var secrets = []string{
	"Marisol", "3035550142", "555-0142", "heliotrope", "kaleidoscope", "Juniper", "Ada Quill", passphrase,
	"scheduling", "text.written", "patient.added", "CREATE TABLE", "America/Denver",
}

func TestNoFileHoldsAReadableWord(t *testing.T) {
	dir := t.TempDir()
	o := found(t, dir)
	search(t, dir, secrets, "in use")
	must[door.None](o, "session.lock", nil)
	search(t, dir, secrets, "locked")
}

// search looks for words in every file, in UTF-8 and UTF-16, in either case.
// Shorter words turn up in sealed bytes by chance.
func search(t *testing.T, dir string, words []string, when string) {
	t.Helper()
	for _, w := range words {
		if len(w) < 7 {
			t.Fatalf("%q is too short to look for", w)
		}
	}
	files := 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // replaced since its name was read
		}
		if err != nil {
			return err
		}
		files++
		low := bytes.ToLower(raw)
		for _, w := range words {
			w = strings.ToLower(w)
			if bytes.Contains(low, []byte(w)) || bytes.Contains(low, wide(w)) {
				t.Errorf("%s, %s holds %q", when, filepath.Base(path), w)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 5 {
		t.Fatalf("only %d files were searched", files)
	}
}

func wide(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func TestASecondRunIsToldThatTheFolderIsInUse(t *testing.T) {
	dir := t.TempDir()
	first := found(t, dir)
	second := openOffice(t, dir, first.clock)
	s := must[desk.State](second, "app.state", nil)
	if s.Phase != desk.PhaseBroken || s.Problem == nil || s.Problem.Code != folder.CodeInUse {
		t.Fatalf("second run: %+v", s)
	}
	if err := first.desk.Close(); err != nil {
		t.Fatal(err)
	}
	if s := must[desk.State](second, "app.state", nil); s.Phase != desk.PhaseLocked {
		t.Errorf("once the first has ended: %s %+v", s.Phase, s.Problem)
	}
}

// TestWhatCannotBeReadIsSaidAndLeftAlone spoils one file at a time: the clinic
// does not open, a code says why, and not a byte is changed.
func TestWhatCannotBeReadIsSaidAndLeftAlone(t *testing.T) {
	plain := []byte("SQLite format 3\x00" + strings.Repeat("\x00", 8176))
	for _, c := range []struct {
		what, file string
		spoil      func(t *testing.T, path string)
		want       []clinic.Code
	}{
		{"vault is no JSON", "vault.json", write([]byte("hello")), []clinic.Code{vault.CodeDamaged}},
		{"vault is empty", "vault.json", write(nil), []clinic.Code{vault.CodeDamaged}},
		{"vault is newer", "vault.json", edit(`"version":1`, `"version":9`), []clinic.Code{vault.CodeNewer}},
		{"vault is gone", "vault.json", remove, []clinic.Code{vault.CodeMissing}},
		{"log is gone", "journal.db", remove, []clinic.Code{sqlite.CodeMissing}},
		{"log is empty", "journal.db", write(nil), []clinic.Code{sqlite.CodeNotOurs}},
		{"log is a plain database", "journal.db", write(plain), []clinic.Code{sqlite.CodeNotOurs}},
		// Its other pages say whose it is: what is left can be saved.
		{"log has lost its first page", "journal.db", zeroFirstPage, []clinic.Code{sqlite.CodeDamaged}},
		{"log is cut", "journal.db", cutHalf, []clinic.Code{sqlite.CodeDamaged, journal.CodeRolledBack, journal.CodeDamaged}},
	} {
		t.Run(c.what, func(t *testing.T) {
			dir := t.TempDir()
			o := found(t, dir)
			must[door.None](o, "session.lock", nil)
			members := must[desk.State](o, "app.state", nil).Members
			if err := o.desk.Close(); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "clinic", c.file)
			if c.file == "journal.db" { // what lies in its WAL must not mend it
				_ = os.Remove(path + "-wal")
			}
			c.spoil(t, path)
			before, missing := os.ReadFile(path)

			again := openOffice(t, dir, o.clock)
			s := must[desk.State](again, "app.state", nil)
			var code clinic.Code
			if s.Phase == desk.PhaseBroken {
				code = s.Problem.Code
			} else {
				var s desk.State
				s, code = call[desk.State](again, "session.signIn", desk.SignIn{Member: members[0].ID, Passphrase: passphrase})
				if s.Phase == desk.PhaseHalted && s.Finding.Found == desk.FoundDamage {
					code = s.Finding.Problem.Code
				}
			}
			said := false
			for _, want := range c.want {
				said = said || code == want
			}
			if !said {
				t.Errorf("said %q, want one of %v", code, c.want)
			}
			if s := must[desk.State](again, "app.state", nil); s.Phase == desk.PhaseEmpty || s.Phase == desk.PhaseOpen {
				t.Errorf("the program offers %s over a clinic that it cannot read", s.Phase)
			}
			if _, code := call[desk.CreatedClinic](again, "clinic.create", desk.CreateClinic{
				ClinicName: "Another", Zone: "America/Denver", Language: "en", YourName: "Ada Quill", Passphrase: passphrase,
			}); code != vault.CodeExists {
				t.Errorf("a new clinic over the old one: %q", code)
			}
			after, stillMissing := os.ReadFile(path)
			if !bytes.Equal(before, after) || (missing == nil) != (stillMissing == nil) {
				t.Error("the file was changed")
			}
		})
	}
}

func write(content []byte) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func edit(old, next string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		squeezed := bytes.ReplaceAll(raw, []byte(": "), []byte(":"))
		changed := bytes.Replace(squeezed, []byte(old), []byte(next), 1)
		if bytes.Equal(changed, squeezed) {
			t.Fatalf("nothing to change in %s", filepath.Base(path))
		}
		write(changed)(t, path)
	}
}

func remove(t *testing.T, path string) {
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func zeroFirstPage(t *testing.T, path string) {
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(raw[:4096])
	write(raw)(t, path)
}

func cutHalf(t *testing.T, path string) {
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()/2/4096*4096); err != nil {
		t.Fatal(err)
	}
}

func TestViewsThatAreLostOrSpoiledComeBack(t *testing.T) {
	for what, spoil := range map[string]func(*testing.T, string){
		"gone": remove, "cut": cutHalf, "foreign": write([]byte(strings.Repeat("x", 9000))),
	} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			o := found(t, dir)
			must[door.None](o, "session.lock", nil)
			members := must[desk.State](o, "app.state", nil).Members
			if err := o.desk.Close(); err != nil {
				t.Fatal(err)
			}
			views, err := filepath.Glob(filepath.Join(dir, "clinic", "views-*.db"))
			if err != nil || len(views) != 1 {
				t.Fatalf("views: %d %v", len(views), err)
			}
			_ = os.Remove(views[0] + "-wal")
			spoil(t, views[0])
			again := openOffice(t, dir, o.clock)
			must[desk.State](again, "session.signIn", desk.SignIn{Member: members[0].ID, Passphrase: passphrase})
			inbox := must[desk.InboxPage](again, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 10})
			if len(inbox.Items) != 1 || inbox.Items[0].Patient.Name != "Marisol Vega" {
				t.Errorf("inbox: %+v", inbox)
			}
		})
	}
}

func TestADamagedDeviceFileKeepsNoClinicShut(t *testing.T) {
	dir := t.TempDir()
	o := found(t, dir)
	must[door.None](o, "session.lock", nil)
	members := must[desk.State](o, "app.state", nil).Members
	if err := o.desk.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "clinic", "device.db")
	write([]byte("not ours"))(t, path)
	again := openOffice(t, dir, o.clock)
	must[desk.State](again, "session.signIn", desk.SignIn{Member: members[0].ID, Passphrase: passphrase})
	inbox := must[desk.InboxPage](again, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 10})
	page := must[desk.ThreadPage](again, "thread.open", desk.ThreadQuery{ID: inbox.Items[0].ID, Limit: 10})
	if page.Draft != "" || len(page.Messages) == 0 {
		t.Errorf("page: %+v", page)
	}
	if _, code := call[door.None](again, "thread.saveDraft", desk.SaveDraft{ID: page.ID, Body: "x"}); code != device.CodeUnavailable {
		t.Errorf("saving a draft: %q", code)
	}
	if raw, err := os.ReadFile(path); err != nil || string(raw) != "not ours" {
		t.Error("the damaged file was touched")
	}
}

func TestTheRecoverySheetOpensAComputerThatLostItsKey(t *testing.T) {
	dir := t.TempDir()
	o := found(t, dir)
	if err := o.desk.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "secret")); err != nil {
		t.Fatal(err)
	}
	again := openOffice(t, dir, o.clock)
	s := must[desk.State](again, "app.state", nil)
	if s.Phase != desk.PhaseLocked || !s.NeedsRecovery || len(s.Members) != 0 {
		t.Fatalf("without the keyring: %+v", s)
	}
	opened := must[desk.OpenedSheet](again, "recovery.open", desk.OpenSheet{Words: o.words})
	bound := must[desk.State](again, "recovery.bind", desk.BindDevice{
		Words: o.words, Member: opened.Members[0].ID, Passphrase: "nine brown owls at noon",
	})
	if bound.Phase != desk.PhaseOpen {
		t.Fatalf("after the sheet: %+v", bound)
	}
	must[door.None](again, "session.lock", nil)
	must[desk.State](again, "session.signIn", desk.SignIn{Member: opened.Members[0].ID, Passphrase: "nine brown owls at noon"})
}

// TestAClinicIsThereWholeOrNotAtAll stops the program at every step of making a
// clinic: what it leaves is opened by who made it, or made again.
func TestAClinicIsThereWholeOrNotAtAll(t *testing.T) {
	creation := desk.CreateClinic{
		ClinicName: "Juniper Family Counseling", Zone: "America/Denver", Language: "en",
		YourName: "Ada Quill", Passphrase: passphrase,
	}
	for _, state := range []string{"making", "made"} {
		for n := range 9 {
			t.Run(fmt.Sprintf("%s, %d", state, n), func(t *testing.T) {
				dir := t.TempDir()
				o := openOffice(t, dir, clinictest.NewClock(monday))
				must[desk.CreatedClinic](o, "clinic.create", creation)
				if err := o.desk.Close(); err != nil {
					t.Fatal(err)
				}
				data := filepath.Join(dir, "clinic")
				entries, err := os.ReadDir(data)
				if err != nil {
					t.Fatal(err)
				}
				aside := filepath.Join(data, state)
				if err := os.Mkdir(aside, 0o700); err != nil {
					t.Fatal(err)
				}
				for i, e := range entries {
					path := filepath.Join(data, e.Name())
					var err error
					switch {
					case e.Name() == "in-use":
					case i < n:
						err = os.Rename(path, filepath.Join(aside, e.Name()))
					case state == "making": // not made yet
						err = os.Remove(path)
					}
					if err != nil {
						t.Fatal(err)
					}
				}
				again := openOffice(t, dir, o.clock)
				s := must[desk.State](again, "app.state", nil)
				if state == "making" {
					if s.Phase != desk.PhaseEmpty {
						t.Fatalf("found %s %+v", s.Phase, s.Problem)
					}
					must[desk.CreatedClinic](again, "clinic.create", creation)
					return
				}
				if s.Phase != desk.PhaseLocked || len(s.Members) != 1 {
					t.Fatalf("found %s %+v", s.Phase, s.Problem)
				}
				s = must[desk.State](again, "session.signIn", desk.SignIn{Member: s.Members[0].ID, Passphrase: passphrase})
				if s.ClinicName != creation.ClinicName || !s.SheetPending {
					t.Errorf("opened as %q, sheet pending: %v", s.ClinicName, s.SheetPending)
				}
			})
		}
	}
}
