package archive_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/archive/blob"
	"quietline/backend/archive/media"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

var morning = clinic.At(time.Date(2025, 12, 31, 16, 0, 0, 0, time.UTC))

// pictures is a text with so many attachments, and the means to say what became
// of them.
type pictures struct {
	*journaltest.Clinic
	t    *testing.T
	text archive.Message
	sid  string
}

func arrived(t *testing.T, count int) *pictures {
	c := journaltest.New(t, archive.Projection(), archive.Attachments())
	p := &pictures{Clinic: c, t: t, sid: "MM1"}
	p.text = archive.Message{
		ID: archive.MessageIDOf(c.Names(), p.sid), Thread: clinic.ThreadID{7}, Dossier: clinic.DossierID{9}, At: morning,
	}
	p.decide(func(d *journal.Decision) {
		archive.Receive(d, p.text.Dossier, archive.Arrived{
			Message: p.text.ID, Thread: p.text.Thread, SID: p.sid, At: p.text.At, State: archive.Received, Media: count,
		})
	})
	return p
}

func (p *pictures) decide(fn func(d *journal.Decision)) {
	p.t.Helper()
	if _, err := p.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error { fn(d); return nil }); err != nil {
		p.t.Fatal(err)
	}
}

func (p *pictures) store(sid string, preview bool) clinic.AttachmentID {
	p.t.Helper()
	id := archive.AttachmentIDOf(p.Names(), sid)
	a := archive.AttachmentStored{
		Attachment: id, Message: p.text.ID, Thread: p.text.Thread, SID: sid, Type: media.PNG, File: ref(sid),
	}
	if preview {
		small := ref(sid + " small")
		a.Preview, a.Width, a.Height = &small, 30, 40
	}
	p.decide(func(d *journal.Decision) { archive.StoreAttachment(d, p.text, a) })
	return id
}

func (p *pictures) fail(sid string) {
	p.t.Helper()
	p.decide(func(d *journal.Decision) {
		archive.FailAttachment(d, p.text, archive.AttachmentFailed{
			Attachment: archive.AttachmentIDOf(p.Names(), sid), Message: p.text.ID, Thread: p.text.Thread, Reason: "test.gone",
		})
	})
}

func ref(word string) blob.Ref {
	r := blob.Ref{Size: int64(len(word))}
	copy(r.Name[:], word)
	copy(r.Key[:], "key of "+word)
	copy(r.Hash[:], "hash of "+word)
	return r
}

func (p *pictures) look() (of []archive.Attachment, due []archive.DueText, named map[blob.Name]struct{}) {
	p.t.Helper()
	if err := p.Read(context.Background(), func(tx *sqlite.Tx) error {
		all, err := archive.AttachmentsOf(tx, p.text.ID, clinic.MessageID{1})
		if err != nil {
			return err
		}
		of = all[p.text.ID]
		if due, err = archive.DueTexts(tx, 10); err != nil {
			return err
		}
		named, err = archive.NamedFiles(tx)
		return err
	}); err != nil {
		p.t.Fatal(err)
	}
	return of, due, named
}

func TestATextIsDueUntilEveryAttachmentIsKnown(t *testing.T) {
	p := arrived(t, 3)
	_, due, _ := p.look()
	want := archive.DueText{Message: p.text.ID, SID: p.sid, At: p.text.At, Media: 3}
	if len(due) != 1 || due[0] != want {
		t.Fatalf("due at first: %+v", due)
	}
	p.store("ME1", true)
	p.store("ME1", true) // fetched twice
	p.fail("ME2")
	p.fail("ME2")
	if _, due, _ := p.look(); len(due) != 1 {
		t.Error("a text of which one attachment is missing is not due")
	}
	p.store("ME3", false)
	of, due, named := p.look()
	if len(due) != 0 {
		t.Errorf("still due: %+v", due)
	}
	if len(of) != 3 || of[0].File != ref("ME1") || of[0].Preview != ref("ME1 small") || of[0].Width != 30 || of[0].Dossier != p.text.Dossier ||
		of[1].Reason != "test.gone" || !of[1].File.IsZero() || of[2].File != ref("ME3") || !of[2].Preview.IsZero() {
		t.Errorf("attachments: %+v", of)
	}
	if _, small := named[ref("ME1 small").Name]; len(named) != 3 || !small {
		t.Errorf("%d files are named", len(named))
	}
}

func TestATextWithoutAttachmentsIsNotDue(t *testing.T) {
	if _, due, _ := arrived(t, 0).look(); len(due) != 0 {
		t.Errorf("due: %+v", due)
	}
}

// What was given up may come after all; what has come is not given up.
func TestAFileTakesThePlaceOfAFailure(t *testing.T) {
	p := arrived(t, 1)
	p.fail("ME1")
	p.store("ME1", false)
	of, due, _ := p.look()
	if len(of) != 1 || of[0].Reason != "" || of[0].File != ref("ME1") || len(due) != 0 {
		t.Errorf("after all: %+v", of)
	}
	p.fail("ME1")
	if of, _, _ := p.look(); of[0].Reason != "" {
		t.Errorf("given up although it is there: %+v", of)
	}
}

// The keys of the files are content: when that is destroyed nothing names the
// files any more, and nothing could read them.
func TestDestroyingTheContentForgetsTheFiles(t *testing.T) {
	p := arrived(t, 2)
	id := p.store("ME1", true)
	p.Clock.Advance(400 * 24 * time.Hour)
	p.store("ME2", true) // fetched a year after the text: destroyed with it all the same
	if _, err := p.DestroyContent(context.Background(), []journal.KeySlot{
		{Dossier: p.text.Dossier, Class: journal.ClassMessage, Year: 2025},
	}, nil); err != nil {
		t.Fatal(err)
	}
	of, due, named := p.look()
	if len(of)+len(due)+len(named) != 0 {
		t.Errorf("%d attachments, %d due, %d files are left", len(of), len(due), len(named))
	}
	err := p.Read(context.Background(), func(tx *sqlite.Tx) error {
		_, err := archive.GetAttachment(tx, archive.SeeAll(), id)
		return err
	})
	if !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		t.Errorf("get: %v", err)
	}
}

func TestAWalkSeesEveryFileOnce(t *testing.T) {
	p := arrived(t, 4)
	want := map[clinic.AttachmentID]bool{p.store("ME1", true): true, p.store("ME2", false): true, p.store("ME3", true): true}
	p.fail("ME4")
	seen := map[clinic.AttachmentID]bool{}
	var after clinic.AttachmentID
	for range 10 {
		var page []archive.Attachment
		if err := p.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
			page, err = archive.EachAttachment(tx, after, 2)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, a := range page {
			if seen[a.ID] {
				t.Error("seen twice")
			}
			seen[a.ID], after = true, a.ID
		}
	}
	if len(seen) != len(want) {
		t.Errorf("%d of %d were seen", len(seen), len(want))
	}
}
