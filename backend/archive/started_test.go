package archive_test

import (
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// TestATextCountsFromWhenItLeft follows one text that the clinic started: what the
// caps count is when it left, not when it was written, and one of which nobody
// knows whether it left counts as if it had.
func TestATextCountsFromWhenItLeft(t *testing.T) {
	c := newCrowd(t)
	patient, thread := c.patients[8], c.threads[8]
	text := archive.Message{ID: clinic.NewID[clinic.MessageID](), Dossier: c.dossier}
	c.Clock.Advance(30 * 24 * time.Hour) // what the crowd wrote lies behind
	since := c.Clock.Now()
	count := func() []clinic.Instant {
		t.Helper()
		var left []clinic.Instant
		c.read(func(tx *sqlite.Tx) (err error) {
			left, err = archive.StartedSince(tx, patient, since)
			return err
		})
		return left
	}
	happen := func(decide func(*journal.Decision)) {
		t.Helper()
		c.decide(func(d *journal.Decision) error { decide(d); return nil })
	}
	write := func(id clinic.MessageID) {
		happen(func(d *journal.Decision) {
			archive.Write(d, c.dossier, archive.Written{
				Message: id, Thread: thread, Body: "Please call us.", Category: policy.Scheduling, StartedBy: policy.ByClinic,
			})
		})
	}
	write(text.ID)
	if left := count(); len(left) != 0 {
		t.Errorf("a text that waits counts: %v", left)
	}
	c.Clock.Advance(12 * time.Hour)
	tried := c.Clock.Now()
	happen(func(d *journal.Decision) { archive.Begin(d, text, archive.Attempt{Message: text.ID, Number: 1}) })
	c.Clock.Advance(time.Minute)
	happen(func(d *journal.Decision) {
		archive.Accept(d, text, archive.Accepted{Message: text.ID, SID: "SMleft", State: archive.Sent, Segments: 1})
	})
	if left := count(); len(left) != 1 || left[0] != tried {
		t.Errorf("a text that left at %d counts at %v", tried, left)
	}
	var moving []archive.Message
	c.read(func(tx *sqlite.Tx) (err error) {
		moving, err = archive.Moving(tx, tried, 10)
		return err
	})
	if len(moving) != 1 || moving[0].ID != text.ID {
		t.Errorf("%d texts are under way", len(moving))
	}
	happen(func(d *journal.Decision) {
		archive.Stop(d, text, archive.KindFailed, archive.Stopped{Message: text.ID, ProviderCode: 30003})
	})
	if left := count(); len(left) != 0 {
		t.Errorf("a text that failed counts: %v", left)
	}
	written := c.Clock.Now()
	write(clinic.NewID[clinic.MessageID]())
	c.Clock.Advance(time.Hour)
	happen(func(d *journal.Decision) { archive.Reopen(d, archive.Reopened{Since: written}) })
	if left := count(); len(left) != 1 || left[0] != written {
		t.Errorf("a text that may have left counts at %v, want %d", left, written)
	}
}
