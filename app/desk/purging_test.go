package desk_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/exchange"
	"quietline/backend/provider"
)

// TestARuleForTextsAtThePhoneServiceIsKeptAndSaysWhyItWaits: a fresh clinic has not
// watched its line for long enough.
func TestARuleForTextsAtThePhoneServiceIsKeptAndSaysWhyItWaits(t *testing.T) {
	o := found(t, t.TempDir())
	if p := must[desk.Purging](o, "line.purging", nil); p.Rule != "nothing" || p.Waits != nil || p.LeastDays == 0 || p.Clinic == "" {
		t.Errorf("before anybody has said anything: %+v", p)
	}
	for _, bad := range []desk.SetPurging{{Rule: "words", Days: 3}, {Rule: "words", Days: 9999}} {
		if _, code := call[desk.Purging](o, "line.setPurging", bad); code != exchange.CodePurgeRule {
			t.Errorf("%+v: %q", bad, code)
		}
	}
	p := must[desk.Purging](o, "line.setPurging", desk.SetPurging{Rule: "words", Days: 60})
	if p.Rule != "words" || p.Days != 60 || p.Waits == nil || p.Waits.Code != exchange.CodePurgeSender {
		t.Errorf("a rule: %+v", p)
	}
	if again := must[desk.Purging](o, "line.purging", nil); again.Rule != "words" || again.Days != 60 || again.Emptied+again.Deleted != 0 {
		t.Errorf("asked again: %+v", again)
	}
}

// TestWordsLeaveThePhoneServiceOnlyBesideABackup goes through three weeks to the day on
// which the words of a text are taken away there, and to one on which the backup's disk
// lies elsewhere.
func TestWordsLeaveThePhoneServiceOnlyBesideABackup(t *testing.T) {
	o, x, thread, _ := connected(t)
	disk := plugged(t, "disk")
	must[door.None](o, "session.confirm", desk.Confirm{Passphrase: passphrase})
	must[desk.Backups](o, "backup.add", desk.BackupFolder{Folder: disk})
	there := func(words string) bool {
		return slices.ContainsFunc(x.sim.Messages(), func(m provider.Message) bool { return m.Body == words })
	}
	comes := func(words string) {
		t.Helper()
		x.receives(t, words)
		o.until("the text is here and copied", func() bool {
			return slices.Contains(o.hers(thread), words)
		})
		o.copied(o.clock.Now())
	}
	day := func() {
		o.clock.Advance(24 * time.Hour)
		must[desk.LineStatus](o, "line.check", nil)
		o.aWhile()
	}
	// gone lets days pass until the words are taken away.
	gone := func(words string) {
		t.Helper()
		for n := 0; there(words); n++ {
			if n > 60 { // a day may pass before the jobs of one have come by
				t.Fatalf("%s is there for ever: %+v", words, must[desk.Purging](o, "line.purging", nil))
			}
			day()
		}
	}
	comes("kingfisher")
	must[door.None](o, "session.confirm", desk.Confirm{Passphrase: passphrase})
	must[desk.Purging](o, "line.setPurging", desk.SetPurging{Rule: "words", Days: exchange.LeastPurgeDays})
	for range exchange.LeastPurgeDays - 3 {
		day()
	}
	if !there("kingfisher") {
		t.Fatal("the words are gone too early")
	}
	gone("kingfisher")
	if testing.Short() {
		return
	}

	comes("heron")
	for range exchange.LeastPurgeDays - 3 {
		day()
	}
	before := must[desk.Purging](o, "line.purging", nil).Emptied
	if err := os.Rename(disk, disk+" away"); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		day()
	}
	if p := must[desk.Purging](o, "line.purging", nil); !there("heron") || p.Emptied != before {
		t.Fatalf("while the disk lies elsewhere: %+v", p)
	}
	if err := os.Rename(disk+" away", disk); err != nil {
		t.Fatal(err)
	}
	gone("heron")
}
