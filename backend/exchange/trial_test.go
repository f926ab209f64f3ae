package exchange_test

import (
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/golive"
	"quietline/backend/journal"
	"quietline/backend/provider"
)

// TestATrialPictureIsNoSecondSender: the text of a trial picture, which no outbox knows,
// is kept as one and alarms nobody; the same words to another phone do. Its picture is
// not fetched, where it would show what is to be read on the phone.
func TestATrialPictureIsNoSecondSender(t *testing.T) {
	w := newWorld(t)
	w.readAll()
	w.pass(1)
	w.clock.Advance(time.Hour)
	w.submit(func(d *journal.Decision) error {
		return golive.UseKey(d, golive.Credentials{
			Account: "AC00112233445566778899aabbccddeeff", Key: "SK00112233445566778899aabbccddeeff", Secret: "Abcdefghijklmnopqrstuvwxyz012345",
		})
	})
	w.submit(func(d *journal.Decision) error { return golive.UseNumber(d, ours) })
	w.submit(func(d *journal.Decision) error { return golive.AskPictures(d, "4821", hers, "ME1") })
	w.another(golive.TrialText())
	w.clock.Advance(time.Minute)
	w.ok(w.x.Listen(w.ctx))
	m := w.history()[len(w.history())-1]
	if m.Body != golive.TrialText() || m.Origin != archive.Trial || m.Way != archive.Out {
		t.Errorf("kept as %q, origin %q", m.Body, m.Origin)
	}
	if s := w.strangers(); s.Texts != 0 {
		t.Errorf("the trial is taken for a second sender's: %+v", s)
	}
	w.clock.Advance(time.Hour)
	_, err := w.sms.Send(w.ctx, provider.Outgoing{From: ours, To: "+13035550143", Body: golive.TrialText()})
	w.ok(err)
	w.clock.Advance(time.Minute)
	w.ok(w.x.Listen(w.ctx))
	if s := w.strangers(); s.Texts != 1 {
		t.Errorf("the same words to another phone: %+v", s)
	}
}
