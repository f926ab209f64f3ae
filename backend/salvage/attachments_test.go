package salvage_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
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
	"quietline/backend/sqlite"
)

// album is a clinic with a text that came with five attachments: a paper that is
// whole, one whose file is gone, one that is damaged, one that never came, and one
// that is still to come.
type album struct {
	source
	dir   string
	whole string
}

func newAlbum(t *testing.T) album {
	t.Helper()
	c := conversation(t)
	a := album{dir: filepath.Join(t.TempDir(), "blobs"), whole: "%PDF-1.7 a card"}
	a.source = source{c: c, files: blob.New(blob.Config{Dir: a.dir})}
	var with archive.Message
	_, err := c.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
		m, err := archive.GetMessage(d.Tx, archive.SeeAll(), clinic.MessageID{1})
		if err != nil {
			return err
		}
		archive.Receive(d, m.Dossier, archive.Arrived{
			Message: clinic.MessageID{77}, Thread: m.Thread, SID: "SMalbum", Body: "My cards", At: d.Now.Add(-48 * time.Hour),
			State: archive.Received, Media: 5,
		})
		with = archive.Message{ID: clinic.MessageID{77}, Thread: m.Thread, Dossier: m.Dossier, At: d.Now.Add(-48 * time.Hour)}
		return nil
	})
	must(t, err)
	store := func(sid, content string) blob.Ref {
		kept, err := archive.Keep(context.Background(), a.files, strings.NewReader(content))
		must(t, err)
		defer kept.Settle()
		_, err = c.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
			archive.StoreAttachment(d, with, kept.Stored(archive.AttachmentStored{
				Attachment: archive.AttachmentIDOf(d.Names, sid), Message: with.ID, Thread: with.Thread, SID: sid,
			}))
			return nil
		})
		must(t, err)
		return kept.File
	}
	path := func(r blob.Ref) string { return filepath.Join(a.dir, r.Name.String()[:1], r.Name.String()) }
	store("ME1", a.whole)
	must(t, os.Remove(path(store("ME2", "%PDF-1.7 gone"))))
	damaged := path(store("ME3", "%PDF-1.7 damaged"))
	raw, err := os.ReadFile(damaged)
	must(t, err)
	raw[len(raw)/2] ^= 1
	must(t, os.WriteFile(damaged, raw, 0o600))
	_, err = c.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
		archive.FailAttachment(d, with, archive.AttachmentFailed{
			Attachment: archive.AbsentID(d.Names, with.ID, 3), Message: with.ID, Thread: with.Thread, Reason: "exchange.media_gone",
		})
		return nil
	})
	must(t, err)
	return a
}

func TestAttachmentsAreSavedAndTheLostOnesListedByTime(t *testing.T) {
	a, out := newAlbum(t), t.TempDir()
	saved, err := save(a.source, out)
	must(t, err)
	if saved.Attachments != 1 || saved.LostAttachments != 4 || len(saved.Lost) != 4 {
		t.Fatalf("saved %+v", saved)
	}
	at := filepath.Join(out, "saved")
	if got := read(t, at, "attachments", "00001.pdf"); got != a.whole {
		t.Errorf("the paper says %q", got)
	}
	if others, err := os.ReadDir(filepath.Join(at, "attachments")); err != nil || len(others) != 1 {
		t.Errorf("%d files among the attachments", len(others))
	}
	day := a.c.Clock.Now().Add(-48 * time.Hour).Time()
	denver, err := time.LoadLocation("America/Denver")
	must(t, err)
	table := read(t, at, "attachments.csv")
	for _, state := range []string{"saved,attachments/00001.pdf", "missing,", "damaged,", "media_gone,", "not_fetched,"} {
		if !strings.Contains(table, state) {
			t.Errorf("the table lacks %q", state)
		}
	}
	if n := strings.Count(table, day.In(denver).Format("2006-01-02 15:04 MST")); n != 5 {
		t.Errorf("%d rows bear the time of their text:\n%s", n, table)
	}
	if talk := read(t, at, "texts", "00001.txt"); !strings.Contains(talk, "My cards\n[attachments/00001.pdf]\n[missing]\n[damaged]\n[media_gone]\n[not_fetched]\n") {
		t.Errorf("the conversation:\n%s", talk)
	}
	if strings.Contains(read(t, at, "summary.json"), `"lost_attachments": 4`) == false {
		t.Error("the summary does not count them")
	}
}

// TestAPictureOfOursIsSavedWithItsText: the clinic sent it.
func TestAPictureOfOursIsSavedWithItsText(t *testing.T) {
	a, out := newAlbum(t), t.TempDir()
	kept, err := archive.Keep(context.Background(), a.files, strings.NewReader("the way in"))
	must(t, err)
	defer kept.Settle()
	_, err = a.c.Submit(context.Background(), journal.Actor{Staff: clinic.StaffID{1}}, func(d *journal.Decision) error {
		m, err := archive.GetMessage(d.Tx, archive.SeeAll(), clinic.MessageID{1})
		if err != nil {
			return err
		}
		id := clinic.MessageID{78}
		archive.Write(d, m.Dossier, archive.Written{Message: id, Thread: m.Thread, Body: "Here is the way.", Category: "scheduling", Pictures: 1})
		archive.Picture(d, m.Dossier, m.Thread, id, kept)
		return nil
	})
	must(t, err)
	saved, err := save(a.source, out)
	must(t, err)
	if saved.Attachments != 2 || saved.LostAttachments != 4 {
		t.Fatalf("saved %+v", saved)
	}
	if talk := read(t, filepath.Join(out, "saved"), "texts", "00001.txt"); !strings.Contains(talk, "Here is the way.\n[attachments/") {
		t.Errorf("the conversation:\n%s", talk)
	}
}

// TestNothingIsLeftOfWhatWasNeededForReading looks for what lay sealed in the
// folder, and for a change of the clinic's own.
func TestNothingIsLeftOfWhatWasNeededForReading(t *testing.T) {
	a, out := newAlbum(t), t.TempDir()
	before := listed(t, a.c.Dir)
	_, err := save(a.source, out)
	must(t, err)
	for name := range listed(t, filepath.Join(out, "saved")) {
		if strings.Contains(name, "views") || strings.Contains(name, "reading") {
			t.Errorf("%s is left", name)
		}
	}
	after := listed(t, a.c.Dir)
	if len(after) != len(before) {
		t.Errorf("the clinic's folder held %d files and holds %d", len(before), len(after))
	}
}

func listed(t *testing.T, dir string) map[string]int64 {
	t.Helper()
	all := map[string]int64{}
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil {
			all[strings.TrimPrefix(path, dir)] = info.Size()
		}
		return err
	}))
	return all
}

// TestItCanBeGivenUpAtAnyStage cancels at every report of progress in turn.
func TestItCanBeGivenUpAtAnyStage(t *testing.T) {
	a := newAlbum(t)
	stages := map[salvage.Stage]bool{}
	for after := 0; ; after++ {
		ctx, cancel := context.WithCancel(context.Background())
		out, told := t.TempDir(), 0
		_, err := salvage.Save(ctx, a.source, salvage.Into{Folder: out, Name: "saved"}, a.c.Dir, func(p salvage.Progress) {
			if told++; told > after {
				cancel()
				stages[p.Stage] = true
			}
		})
		cancel()
		if err == nil {
			if told > after {
				t.Fatalf("given up at report %d, it went on", after)
			}
			break
		}
		if left, err := os.ReadDir(out); err != nil || len(left) != 0 {
			t.Fatalf("given up at report %d, %d files are left", after, len(left))
		}
	}
	for _, s := range []salvage.Stage{salvage.Reading, salvage.Attachments, salvage.Writing} {
		if !stages[s] {
			t.Errorf("it was never given up while %s", s)
		}
	}
}

func TestThereMustBeRoomForAllOfIt(t *testing.T) {
	a, out := newAlbum(t), t.TempDir()
	a.size = salvage.Size{Log: 100 << 20, Attachments: 300 << 20}
	try := func(room int64, asked error) error {
		_, err := salvage.Save(context.Background(), a.source, salvage.Into{
			Folder: out, Name: "saved", Room: func(string) (int64, error) { return room, asked },
		}, a.c.Dir, func(salvage.Progress) {})
		return err
	}
	var e *clinic.Error
	err := try(400<<20, nil)
	if !errors.As(err, &e) || e.Code != salvage.CodeNoRoom || e.Params["need"].(int64) < 600 {
		t.Fatalf("with too little room: %v", err)
	}
	if left, err := os.ReadDir(out); err != nil || len(left) != 0 {
		t.Fatalf("%d files were made", len(left))
	}
	// A drive that does not say how much fits is tried.
	must(t, try(0, errors.New("no such call")))
}

func TestEveryTextIsInItsConversationOnce(t *testing.T) {
	c, out := conversation(t), t.TempDir()
	const more = 700 // beyond what one page of anything holds
	for i := range more {
		c.Record(written(t, c, i))
	}
	saved, err := save(source{c: c}, out)
	must(t, err)
	talk := read(t, out, "saved", "texts", "00001.txt")
	if saved.Texts != more+4 || strings.Count(talk, "text number ") != more {
		t.Errorf("%d texts, %d in the conversation", saved.Texts, strings.Count(talk, "text number "))
	}
	if table := read(t, out, "saved", "texts.csv"); strings.Count(table, "text number ") != more {
		t.Errorf("%d in the table", strings.Count(table, "text number "))
	}
}

// written is a text of the clinic in its one conversation.
func written(t *testing.T, c *journaltest.Clinic, i int) journal.Event {
	t.Helper()
	var thread clinic.ThreadID
	var dossier clinic.DossierID
	must(t, c.Read(context.Background(), func(tx *sqlite.Tx) error {
		m, err := archive.GetMessage(tx, archive.SeeAll(), clinic.MessageID{1})
		thread, dossier = m.Thread, m.Dossier
		return err
	}))
	return journal.Event{Kind: archive.KindWritten, Dossier: dossier, Body: archive.Written{
		Message: clinic.MessageID{200, byte(i), byte(i >> 8)}, Thread: thread, Body: "text number " + string(rune('a'+i%26)),
		Category: policy.Scheduling, StartedBy: policy.ByPatient,
	}}
}

// TestScansOfPapersAreSavedAndTheLostOnesListed: the paper of a consent is copied where
// its file is whole, one that was put aside too; one that is gone is named.
func TestScansOfPapersAreSavedAndTheLostOnesListed(t *testing.T) {
	c, out := conversation(t), t.TempDir()
	dir := filepath.Join(t.TempDir(), "blobs")
	a := album{dir: dir, source: source{c: c, files: blob.New(blob.Config{Dir: dir})}}
	var signed consent.Consent
	must(t, c.Read(context.Background(), func(tx *sqlite.Tx) error {
		page, err := patients.Find(tx, patients.SeeAll(), "", "", 1)
		if err != nil {
			return err
		}
		all, err := consent.Of(tx, page.Items[0].ID)
		signed = all[0]
		return err
	}))
	scan := func(content string) (id consent.ScanID, ref blob.Ref) {
		kept, err := consent.KeepScan(context.Background(), a.files, []byte(content), func([]byte) (int, error) { return 2, nil })
		must(t, err)
		defer kept.Settle()
		_, err = c.Submit(context.Background(), journal.Actor{Staff: clinic.StaffID{1}}, func(d *journal.Decision) (err error) {
			id, err = consent.AddScan(d, signed.ID, kept.ScanFile)
			return err
		})
		must(t, err)
		return id, kept.File
	}
	scan("%PDF-1.7 signed")
	wrong, _ := scan("%PDF-1.7 somebody else's")
	_, gone := scan("%PDF-1.7 gone")
	must(t, os.Remove(filepath.Join(dir, gone.Name.String()[:1], gone.Name.String())))
	_, err := c.Submit(context.Background(), journal.Actor{Staff: clinic.StaffID{1}}, func(d *journal.Decision) error {
		return consent.PutScanAside(d, wrong)
	})
	must(t, err)

	saved, err := save(a.source, out)
	must(t, err)
	if saved.Scans != 2 || saved.LostScans != 1 {
		t.Fatalf("saved %d scans and lost %d", saved.Scans, saved.LostScans)
	}
	at := filepath.Join(out, "saved")
	if got := read(t, at, "scans", "00001.pdf"); got != "%PDF-1.7 signed" {
		t.Errorf("the scan says %q", got)
	}
	table := read(t, at, "scans.csv")
	for _, part := range []string{
		"'=Marisol Vega,2026-1-en,", "application/pdf,2,15,,saved,scans/00001.pdf", "yes,saved,scans/00002.pdf", ",missing,\n",
	} {
		if !strings.Contains(table, part) {
			t.Errorf("the table lacks %q:\n%s", part, table)
		}
	}
	if summary := read(t, at, "summary.json"); !strings.Contains(summary, `"scans": 2`) || !strings.Contains(summary, `"lost_scans": 1`) {
		t.Errorf("the summary says %s", summary)
	}
}
