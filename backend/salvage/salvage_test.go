package salvage_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/salvage"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

var errLost = errors.New("the drive is gone")

// source is the log of a test clinic, and its attachments.
type source struct {
	c     *journaltest.Clinic
	files *blob.Store
	after int   // how many events are handed on before fail
	fail  error // ends the reading
	size  salvage.Size
}

func (s source) Size() salvage.Size { return s.size }

func (s source) Open(ctx context.Context, scratch string, each func(*sqlite.Tx, journal.Salvaged) error) (salvage.Remains, error) {
	seat, _ := s.c.Keys.Seat()
	seats := journal.SeatKeys{seat: s.c.Keys.Public()}
	left := s.after
	config := s.c.Config()
	config.Projections = append(slices.Clone(config.Projections), salvage.Tables())
	config.Views = journal.NewViewsDir(scratch, sqlite.Options{})
	opened, err := journal.OpenSalvage(ctx, config, s.c.Log.(*journal.LocalLog), seats, 0, func(tx *sqlite.Tx, e journal.Salvaged) error {
		if left--; s.fail != nil && left < 0 {
			return s.fail
		}
		return each(tx, e)
	})
	if err != nil {
		return nil, err
	}
	return remains{opened, s.files}, nil
}

type remains struct {
	*journal.Salvage
	files *blob.Store
}

func (r remains) SaveAttachment(ctx context.Context, ref blob.Ref, path string) error {
	return r.files.SaveCopy(ctx, ref, path)
}

// save saves a test clinic in a folder of out.
func save(s source, out string) (salvage.Saved, error) {
	return salvage.Save(context.Background(), s, salvage.Into{Folder: out, Name: "saved"}, s.c.Dir, func(salvage.Progress) {})
}

const ada = "Ada Quill"

// conversation is a clinic with one patient, a consent, two texts of hers and one
// of the clinic's.
func conversation(t *testing.T) *journaltest.Clinic {
	t.Helper()
	c := journaltest.New(t, settings.Projection(), staff.Projection(), patients.Projection(), consent.Projection(), archive.Projection(), archive.Attachments())
	me := clinic.StaffID{1}
	_, err := c.Submit(context.Background(), journal.Actor{Staff: me}, func(d *journal.Decision) error {
		hours, caps := settings.Default()
		own := settings.Clinic{Name: "Juniper", Zone: "America/Denver", Language: clinic.English, Hours: hours, Caps: caps}
		return errors.Join(settings.Found(d, own), staff.Join(d, staff.Member{ID: me, Name: ada, Role: clinic.PrivacyOfficer}))
	})
	must(t, err)
	var added patients.Added
	_, err = c.Submit(context.Background(), journal.Actor{Staff: me}, func(d *journal.Decision) (err error) {
		added, err = patients.Add(d, patients.New{
			Name: "=Marisol Vega", BirthDate: clinic.Date{Year: 1990, Month: 5, Day: 4}, Language: clinic.English,
			Zone: "America/Denver", Phone: "+13035550142",
		})
		return err
	})
	must(t, err)
	_, err = c.Submit(context.Background(), journal.Actor{Staff: me}, func(d *journal.Decision) error {
		thread, err := archive.ThreadFor(d, patients.Number{ID: added.Number, Phone: "+13035550142", Dossier: added.NumberDossier},
			&patients.Patient{ID: added.Patient, Dossier: added.Dossier})
		if err != nil {
			return err
		}
		for i, body := range []string{"Is Thursday free?", "=1+1", "¿Sí o no?\nGracias"} {
			archive.Receive(d, added.Dossier, archive.Arrived{
				Message: clinic.MessageID{byte(i + 1)}, Thread: thread, SID: "SM" + body[:2] + string(rune('a'+i)), Body: body, At: d.Now,
				State: archive.Received,
			})
		}
		archive.Write(d, added.Dossier, archive.Written{
			Message: clinic.MessageID{9}, Thread: thread, Body: "Thursday at 3 it is.", Category: policy.Scheduling, StartedBy: policy.ByPatient,
		})
		_, err = consent.RecordPaper(d, consent.Paper{
			Patient: added.Patient, Form: "2026-1-en", SignedOn: clinic.DateOf(d.Now.Time()), Signer: consent.SignedByPatient,
			Attested: true, Scope: consent.Scope{
				Categories: []policy.Category{policy.Scheduling, policy.Billing}, Excluded: []policy.Category{policy.Reminders},
				FromHour: 9, ToHour: 17, Weekdays: []time.Weekday{time.Monday, time.Friday}, PerDay: 1, PerWeek: 3,
				Numbers: []clinic.NumberID{added.Number}, Channel: policy.ChannelCall,
			},
		})
		return err
	})
	must(t, err)
	return c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(path...))
	must(t, err)
	return string(raw)
}

func TestPeopleAndProgramsCanReadWhatIsSaved(t *testing.T) {
	c, out := conversation(t), t.TempDir()
	saved, err := save(source{c: c}, out)
	must(t, err)
	if saved.Patients != 1 || saved.Texts != 4 || saved.Consents != 1 || saved.Wreckage.Unreadable != 0 {
		t.Errorf("saved %+v", saved)
	}
	at := filepath.Join(out, "saved")
	for file, words := range map[string][]string{
		"patients.csv":    {"\ufeffpatient,name", "'=Marisol Vega", "1990-05-04", "(303) 555-0142"},
		"consents.csv":    {"'=Marisol Vega", "2026-1-en", "scheduling; billing"},
		"numbers.csv":     {"(303) 555-0142"},
		"texts.csv":       {"texts/00001.txt", "'=1+1", "Thursday at 3 it is.", ada},
		"texts/00001.txt": {"=Marisol Vega\n(303) 555-0142", "<-", "Is Thursday free?", "->  " + ada + "\nThursday at 3 it is.", "¿Sí o no?\nGracias"},
		"missing.csv":     {"from,until,events"},
		"summary.json":    {`"format": "quietline-salvage"`, `"texts": 4`},
	} {
		content := read(t, at, filepath.FromSlash(file))
		for _, w := range words {
			if !strings.Contains(content, w) {
				t.Errorf("%s lacks %q", file, w)
			}
		}
	}
	lines := strings.Split(strings.TrimSpace(read(t, at, "events.jsonl")), "\n")
	seq := 0
	for _, l := range lines {
		var e struct {
			Seq    int
			Kind   string
			Proven bool
			Body   json.RawMessage
		}
		must(t, json.Unmarshal([]byte(l), &e))
		if seq++; e.Seq != seq || !e.Proven || e.Kind == "" {
			t.Errorf("line %d is %+v", seq, e)
		}
	}
	must(t, filepath.WalkDir(at, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may read %s", e.Name())
		}
		return err
	}))
}

// TestTheTableOfConsentsSaysWhatTheyLeaveOut: who takes the table to another program
// must not read into a consent more than was given.
func TestTheTableOfConsentsSaysWhatTheyLeaveOut(t *testing.T) {
	c, out := conversation(t), t.TempDir()
	_, err := save(source{c: c}, out)
	must(t, err)
	lines, err := csv.NewReader(strings.NewReader(read(t, out, "saved", "consents.csv"))).ReadAll()
	must(t, err)
	if len(lines) != 2 {
		t.Fatalf("%d lines", len(lines))
	}
	row := map[string]string{}
	for i, heading := range lines[0] {
		row[heading] = lines[1][i]
	}
	for heading, want := range map[string]string{
		"covers": "scheduling; billing", "never_about": "reminders", "hours": "09:00-17:00", "days": "Monday; Friday",
		"zone": "America/Denver", "at_most_a_day": "1", "at_most_a_week": "3", "only_to": "(303) 555-0142", "rather_by": "call", "ends": "2027-03-03",
	} {
		if row[heading] != want {
			t.Errorf("%s is %q, not %q", heading, row[heading], want)
		}
	}
}

// TestWhatReducersRefuseIsStillThere: a text whose conversation is lost is in the
// table and in a file of its own.
func TestWhatReducersRefuseIsStillThere(t *testing.T) {
	c, out := conversation(t), t.TempDir()
	must(t, c.DB.Write(context.Background(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`DELETE FROM log WHERE seq BETWEEN 3 AND 6`)
		return err
	}))
	saved, err := save(source{c: c}, out)
	must(t, err)
	if saved.Texts == 0 || saved.Patients != 0 || saved.Wreckage.Unreadable != 4 {
		t.Fatalf("saved %+v", saved)
	}
	if text := read(t, out, "saved", "texts", "00001.txt"); !strings.Contains(text, "Thursday at 3 it is.") {
		t.Error("a text without its conversation is lost")
	}
	if lines := strings.Count(read(t, out, "saved", "missing.csv"), "\n"); lines != 2 {
		t.Errorf("%d lines of what is missing", lines)
	}
}

func TestAFailureLeavesNothingBehind(t *testing.T) {
	c := conversation(t)
	for _, test := range []struct {
		name   string
		source source
		cancel bool
	}{
		{"at the first event", source{c: c, fail: errLost}, false},
		{"in the middle", source{c: c, after: 4, fail: errLost}, false},
		{"cancelled", source{c: c}, true},
	} {
		out := t.TempDir()
		ctx, cancel := context.WithCancel(context.Background())
		if test.cancel {
			cancel()
		}
		if _, err := salvage.Save(ctx, test.source, salvage.Into{Folder: out, Name: "saved"}, c.Dir, func(salvage.Progress) {}); err == nil {
			t.Errorf("%s: saved", test.name)
		}
		cancel()
		left, err := os.ReadDir(out)
		must(t, err)
		views, err := filepath.Glob(filepath.Join(c.Dir, "views-*.db"))
		must(t, err)
		if len(left) != 0 || len(views) != 1 {
			t.Errorf("%s: %d files and %d views are left", test.name, len(left), len(views))
		}
	}
}

func TestWhereNothingIsSaved(t *testing.T) {
	c, out := conversation(t), t.TempDir()
	must(t, os.WriteFile(filepath.Join(out, "file"), nil, 0o600))
	must(t, os.Mkdir(filepath.Join(out, "there"), 0o700))
	must(t, os.Symlink(c.Dir, filepath.Join(out, "link")))
	must(t, os.Mkdir(filepath.Join(c.Dir, "deep"), 0o700))
	for name, test := range map[string]struct {
		into salvage.Into
		want clinic.Code
	}{
		"no such folder":           {salvage.Into{Folder: filepath.Join(out, "missing"), Name: "x"}, salvage.CodeFolder},
		"a file":                   {salvage.Into{Folder: filepath.Join(out, "file"), Name: "x"}, salvage.CodeFolder},
		"a path that is not whole": {salvage.Into{Folder: "somewhere", Name: "x"}, salvage.CodeFolder},
		"no folder":                {salvage.Into{Name: "x"}, salvage.CodeFolder},
		"a name with a path":       {salvage.Into{Folder: out, Name: "../x"}, salvage.CodeFolder},
		"what is there":            {salvage.Into{Folder: out, Name: "there"}, salvage.CodeExists},
		"the clinic's own":         {salvage.Into{Folder: c.Dir, Name: "x"}, salvage.CodeFolder},
		"below the clinic's own":   {salvage.Into{Folder: filepath.Join(c.Dir, "deep"), Name: "x"}, salvage.CodeFolder},
		"a link to it":             {salvage.Into{Folder: filepath.Join(out, "link"), Name: "x"}, salvage.CodeFolder},
	} {
		if _, err := salvage.Save(context.Background(), source{c: c}, test.into, c.Dir, func(salvage.Progress) {}); !errors.Is(err, clinic.E(test.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestALogOfWhichNothingIsLeftSavesNothing(t *testing.T) {
	c, out := conversation(t), t.TempDir()
	must(t, c.DB.Write(context.Background(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`DELETE FROM log`)
		return err
	}))
	_, err := save(source{c: c}, out)
	if !errors.Is(err, clinic.E(salvage.CodeNothing)) {
		t.Errorf("%v", err)
	}
	if left, err := os.ReadDir(out); err != nil || len(left) != 0 {
		t.Errorf("%d files are left", len(left))
	}
}
