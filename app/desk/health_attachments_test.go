package desk_test

import (
	"context"
	"encoding/binary"
	"path/filepath"
	"testing"

	"quietline/app/desk"
	"quietline/backend/archive"
	"quietline/backend/archive/blob"
	"quietline/backend/archive/media"
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// loseMany records attachments of which there is no file.
func (o *office) loseMany(dir string, many int) {
	o.t.Helper()
	ctx := context.Background()
	v, err := vault.Load(ctx, vault.Config{
		Dir: filepath.Join(dir, "clinic"), Secrets: filesecret.At(filepath.Join(dir, "secret")), Clock: o.clock, Work: vault.Sample,
	})
	if err != nil {
		o.t.Fatal(err)
	}
	defer v.Close()
	keys, err := v.Unlock(ctx, v.Members()[0].ID, []byte(passphrase))
	if err != nil {
		o.t.Fatal(err)
	}
	defer keys.Zero()
	c, err := folder.Open(ctx, folder.Config{Dir: filepath.Join(dir, "clinic"), Keys: keys, Clock: o.clock})
	if err != nil {
		o.t.Fatal(err)
	}
	text := archive.Message{ID: clinic.NewID[clinic.MessageID](), At: o.clock.Now()}
	_, err = c.Journal.Submit(ctx, journal.Actor{Staff: v.Members()[0].ID}, func(d *journal.Decision) error {
		n, err := patients.Meet(d, "+13035550177")
		if err != nil {
			return err
		}
		if text.Thread, err = archive.ThreadFor(d, n, nil); err != nil {
			return err
		}
		text.Dossier = n.Dossier
		archive.Receive(d, n.Dossier, archive.Arrived{
			Message: text.ID, Thread: text.Thread, SID: "MM1", Body: "All of them", At: text.At, State: archive.Received, Media: many,
		})
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
	const atOnce = 100 // more are too large for one batch
	for from := 0; err == nil && from < many; from += atOnce {
		_, err = c.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
			for i := from; i < min(from+atOnce, many); i++ {
				a := archive.AttachmentStored{
					Message: text.ID, Thread: text.Thread, SID: "ME1", Type: media.JPEG,
					File: blob.Ref{Name: clinic.NewID[blob.Name](), Size: 1},
				}
				binary.BigEndian.PutUint32(a.Attachment[:], uint32(i+1))
				archive.StoreAttachment(d, text, a)
			}
			return nil
		})
	}
	if err == nil {
		err = c.Close()
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

// TestACheckForgetsNoneOfTheLostAttachments: there are more of them than the record of
// a check names. All are known at once at the next start, too; one that was read as
// good since is not among them.
func TestACheckForgetsNoneOfTheLostAttachments(t *testing.T) {
	const many = checks.MaxLost + 5
	dir := t.TempDir()
	o := found(t, dir)
	o.leave(dir)
	o.loseMany(dir, many)
	o = o.back(dir)
	o.signIn()
	now := o.clock.Now()
	must[desk.Health](o, "health.check", nil)
	if h := o.checked(now); h.Outcome != "records" {
		t.Fatalf("found %+v", h)
	}
	lost := must[desk.LostAttachments](o, "health.attachments", nil)
	if n := len(lost.Items) + lost.More; n != many {
		t.Errorf("%d of %d are known to be lost", n, many)
	}
	o.leave(dir)
	o = o.back(dir)
	o.signIn()
	lost = must[desk.LostAttachments](o, "health.attachments", nil)
	if n := len(lost.Items) + lost.More; n != many {
		t.Errorf("after a start %d of %d are known to be lost", n, many)
	}
}
