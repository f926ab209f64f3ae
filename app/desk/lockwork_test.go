package desk_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"quietline/app/command"
	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/provider/simulator"
	"quietline/backend/vault"
)

// stepwise is a clock that locks the desk at one of the steps of a job: whenever the
// job asks for the time or the provider.
type stepwise struct {
	*clinictest.Clock
	job string
	// left is how many steps are still to pass before the lock; none where it is
	// negative.
	left atomic.Int64
	// next becomes left with the first request to a host, so that a job which begins
	// with a sign-in does not run ahead of it; none where it is negative.
	next    atomic.Int64
	host    atomic.Value // string
	desk    *desk.Desk
	carrier http.RoundTripper
	locked  chan desk.Left
}

func (s *stepwise) Now() clinic.Instant {
	s.step()
	return s.Clock.Now()
}

func (s *stepwise) Elapsed() time.Duration {
	s.step()
	return s.Clock.Elapsed()
}

func (s *stepwise) step() {
	if s.left.Load() < 0 {
		return
	}
	above := callers()
	at := slices.IndexFunc(above, func(f string) bool { return strings.HasSuffix(f, "(*open)."+s.job) })
	if at < 0 || slices.ContainsFunc(above[:at], holdsAMutex) || s.left.Add(-1) != -1 {
		return
	}
	go s.desk.Lock()
	for {
		select {
		case <-s.locked:
			return
		default:
			s.Clock.Advance(time.Millisecond) // a lock waits for nothing longer than its times
		}
	}
}

// holdsAMutex reports whether a function asks for the time with a mutex held that a
// lock of the desk waits for, for this moment alone.
func holdsAMutex(f string) bool {
	return strings.Contains(f, "backend/jobs.") || strings.HasSuffix(f, "(*Exchange).heard")
}

// RoundTrip is a step, too.
func (s *stepwise) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.host.Load() == r.URL.Host && r.Context().Err() == nil {
		if next := s.next.Swap(-1); next >= 0 {
			s.left.Store(next)
		}
	}
	s.step()
	return s.carrier.RoundTrip(r)
}

// stepping is an open clinic whose job can be cut short at each of its steps.
func stepping(t *testing.T, job string) (*office, *stepwise) {
	t.Helper()
	dir := t.TempDir()
	made := found(t, dir)
	if err := made.desk.Close(); err != nil {
		t.Fatal(err)
	}
	s := &stepwise{Clock: made.clock, job: job, carrier: carried(t), locked: make(chan desk.Left)}
	s.left.Store(-1)
	s.next.Store(-1)
	o := openOffice(t, dir, made.clock, func(cfg *desk.Config) {
		cfg.Clock, cfg.Carrier, cfg.Locked = s, s, func(l desk.Left) { s.locked <- l }
	})
	s.desk, o.words = o.desk, made.words
	o.signIn()
	return o, s
}

// cutShort waits until a job is locked at the step that was set, signs in again, and
// sets the next one; false where the job came to its end before that many steps.
func (o *office) cutShort(s *stepwise, next int, ended func() bool) bool {
	o.t.Helper()
	for range 20_000 {
		if _, in := o.desk.Session().Member(); !in {
			s.next.Store(int64(next))
			me := must[desk.State](o, "app.state", nil).Members[0].ID
			// The job may be as far again before she is in, and locks her out.
			_, _ = call[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
			return true
		}
		if ended() {
			s.left.Store(-1)
			return false
		}
		o.clock.Advance(time.Second)
	}
	o.t.Fatal("the job neither ended nor was it cut short")
	return false
}

// TestALockDuringABackup locks at each step of a backup. What was recorded before and
// between is there, the next run makes the copy, and the backup is whole at the end.
func TestALockDuringABackup(t *testing.T) {
	o, s := stepping(t, "copyClinic")
	thread := must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5}).Items[0].ID
	disk := plugged(t, "disk")
	must[desk.Backups](o, "backup.add", desk.BackupFolder{Folder: disk})
	o.copied(0)
	at := filepath.Join(disk, backup.FolderName)
	newest := must[desk.BackupCopies](o, "backup.copies", desk.BackupFolder{Folder: at}).Items[0].Number
	step, stride := 0, 1
	if testing.Short() {
		stride = 4
	}
	for cut := true; cut; step += stride {
		must[door.None](o, "thread.saveDraft", desk.SaveDraft{ID: thread, Body: fmt.Sprint("draft ", step)})
		o.clock.Advance(backup.Every)
		due := o.clock.Now()
		s.left.Store(int64(step))
		cut = o.cutShort(s, -1, func() bool {
			b, code := call[desk.Backups](o, "backup.status", nil)
			return code == "" && b.Folders[0].Newest >= due && b.Stage == "none"
		})
		if page := must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: thread, Limit: 5}); page.Draft != fmt.Sprint("draft ", step) {
			t.Errorf("step %d: the draft is %q", step, page.Draft)
		}
		if b := o.copied(due); b.Folders[0].Problem != nil || b.Problem != nil {
			t.Errorf("step %d: %+v", step, b.Folders[0])
		}
		was := newest
		if newest = must[desk.BackupCopies](o, "backup.copies", desk.BackupFolder{Folder: at}).Items[0].Number; newest <= was {
			t.Errorf("step %d: no copy was made", step)
		}
	}
	if step < 4 {
		t.Errorf("a backup has %d steps", step)
	}
	if err := o.desk.Close(); err != nil {
		t.Fatal(err)
	}
	var out, said bytes.Buffer
	exit := command.Backup(context.Background(), command.Config{
		In: strings.NewReader(o.words), Out: &out, Err: &said, Clock: o.clock, Dir: filepath.Join(o.dir, "clinic"), Work: vault.Sample,
	}, []string{"verify", "-from", at})
	if exit != command.Done {
		t.Errorf("verify: %d\n%s%s", exit, out.String(), said.String())
	}
}

// TestALockDuringTheReadingOfEarlierTexts locks at each step of it: every text is there
// once, whatever the provider had listed by then.
func TestALockDuringTheReadingOfEarlierTexts(t *testing.T) {
	o, s := stepping(t, "readHistory")
	x := provides(t, s.Clock)
	thread := must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5}).Items[0].ID
	var bodies []string
	for n := range 600 {
		from := clinic.Phone("+13035550177") // whom nobody knows
		if n%4 == 0 {
			from = "+13035550142"
			bodies = append(bodies, fmt.Sprintf("earlier text number %d", n))
		}
		if _, err := x.sim.Receive(simulator.Inbound{From: from, To: "+13035550198", Body: fmt.Sprintf("earlier text number %d", n)}); err != nil {
			t.Fatal(err)
		}
	}
	o.clock.Advance(240 * time.Hour)
	must[door.None](o, "session.confirm", desk.Confirm{Passphrase: passphrase})
	s.host.Store(strings.TrimPrefix(x.url, "http://"))
	s.next.Store(0)
	_, _ = call[desk.LineStatus](o, "line.connect", simulatorAt(x.url)) // it may be locked by then
	steps := 1
	for o.cutShort(s, steps, func() bool {
		r, code := call[desk.LineReading](o, "line.reading", nil)
		return code == "" && r.History == "whole"
	}) {
		steps++
	}
	if steps < 3 {
		t.Errorf("it was cut short %d times", steps)
	}
	times := map[string]int{}
	for _, body := range o.hers(thread) {
		times[body]++
	}
	for _, body := range bodies {
		if times[body] != 1 {
			t.Fatalf("%q is there %d times", body, times[body])
		}
	}
}
