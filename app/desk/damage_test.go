package desk_test

import (
	"context"
	"path/filepath"
	"testing"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/checks"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// TestWhatACheckHasFoundIsAnsweredLikeAnyDamage: a page that no opening reads keeps
// nobody from working, and still leads to what can be done about it.
func TestWhatACheckHasFoundIsAnsweredLikeAnyDamage(t *testing.T) {
	dir := t.TempDir()
	o := busyClinic(t, dir)
	if _, code := call[desk.State](o, "health.close", nil); code != desk.CodeNoDamage {
		t.Errorf("a clinic that nobody has found damage in is closed: %q", code)
	}
	o.leave(dir)
	settle(t, dir, o, func(c *folder.Clinic) error {
		_, err := c.Journal.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
			checks.RecordFinished(d, checks.Finished{
				Began: o.clock.Now(), Outcome: checks.RecordsDamaged,
				Problems: []checks.Problem{{Part: checks.Attachments, Code: "blob.missing"}, {Part: checks.Records, Code: sqlite.CodeDamaged}},
			})
			return nil
		})
		return err
	})
	o = o.back(dir)
	closed := func() {
		t.Helper()
		if s := o.signIn(); s.Phase != desk.PhaseOpen {
			t.Fatalf("found %+v", s.Finding)
		}
		s := must[desk.State](o, "health.close", nil)
		if s.Phase != desk.PhaseHalted || s.Finding.Found != desk.FoundDamage || s.Finding.Problem.Code != sqlite.CodeDamaged ||
			!s.Finding.CanExport || !s.Finding.Opens || len(s.Finding.Deciders) != 1 {
			t.Fatalf("closed it is %s %+v", s.Phase, s.Finding)
		}
		if _, code := call[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5}); code == "" {
			t.Error("patients are shown")
		}
		settle(t, dir, o) // nobody else has the files open
	}
	// Back to work: nothing has changed.
	closed()
	must[door.None](o, "session.lock", nil)
	// And again, with a page that does not open.
	closed()
	wreck(t, filepath.Join(dir, "clinic", "journal.db"))
	saved := must[desk.Exported](o, "health.export", desk.Export{Folder: t.TempDir()})
	if saved.Patients == 0 || saved.Unreadable == 0 || !saved.Recorded {
		t.Errorf("saved %+v", saved)
	}
	must[door.None](o, "session.lock", nil)
	if s := o.signIn(); s.Phase != desk.PhaseHalted || s.Finding.Opens {
		t.Errorf("with damage that an opening meets: %s %+v", s.Phase, s.Finding)
	}
}
