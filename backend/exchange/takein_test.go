package exchange_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/audit"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/exchange/receiver"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/provider/simulator"
	"quietline/backend/spool"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
)

// seal returns what a locked program is given of the clinic's keys.
func (w *world) seal() spool.Seal {
	w.t.Helper()
	keys := w.clinic.Keys
	epoch, err := keys.CurrentEpoch()
	w.ok(err)
	private, err := keys.Spool(epoch)
	w.ok(err)
	public, err := spool.PublicOf(private)
	w.ok(err)
	naming, err := keys.Naming()
	w.ok(err)
	return spool.Seal{Epoch: epoch, Public: public, Mark: spool.MarkKey(naming)}
}

// locked lets the receiver of a locked program have what comes in during a round.
func (w *world) locked() {
	w.t.Helper()
	s, reading := w.seal(), w.x.Reading()
	naming, err := w.clinic.Keys.Naming()
	w.ok(err)
	errand := &receiver.Errand{Phone: ours, Epoch: s.Epoch, Naming: naming, Since: reading.Since, Known: reading.Known}
	writer, err := w.box().Writer(s)
	w.ok(err)
	defer writer.Close()
	w.ok(receiver.New(receiver.Config{SMS: w.sms, Errand: errand, Spool: writer, Clock: w.clock}).Round(w.ctx))
}

func (w *world) box() *spool.Box { return folder.Spool(w.folder(), nil) }

func (w *world) left() int {
	w.t.Helper()
	numbers, err := w.box().Names()
	w.ok(err)
	return len(numbers)
}

func (w *world) takeIn() exchange.TakenIn {
	w.t.Helper()
	done, err := exchange.TakeIn(w.ctx, w.clinic.Journal, w.box(), w.clinic.Keys)
	w.ok(err)
	return done
}

func (w *world) receives(body string) {
	w.t.Helper()
	_, err := w.sim.Receive(simulator.Inbound{From: hers, To: ours, Body: body})
	w.ok(err)
	w.clock.Advance(time.Second)
}

// said is what she has said, in the order of the thread.
func (w *world) said() (all []string) {
	for _, m := range w.history() {
		if m.Way == archive.In {
			all = append(all, m.Body)
		}
	}
	return all
}

func TestWhatCameWhileLockedIsWhatReadingGives(t *testing.T) {
	w := newWorld(t)
	w.receives("Before the lock")
	w.ok(w.x.Listen(w.ctx))
	var want []string
	for n := range 30 {
		want = append(want, fmt.Sprint("While it is locked ", n))
		w.receives(want[n])
	}
	w.locked()
	if n := w.left(); n != 30 {
		t.Fatalf("%d are kept", n)
	}
	w.reopen()
	if done := w.takeIn(); done.Entries != 30 || done.Left != 0 || w.left() != 0 {
		t.Fatalf("taken in: %+v, %d left", done, w.left())
	}
	want = append([]string{"Before the lock"}, want...)
	if got := w.said(); !slices.Equal(got, want) {
		t.Fatalf("she said %q", got)
	}
	head := w.head()
	w.ok(w.x.Listen(w.ctx))
	w.receives("After it")
	w.ok(w.x.Listen(w.ctx))
	if got := w.said(); !slices.Equal(got, append(want, "After it")) {
		t.Errorf("after reading the provider she said %q", got)
	}
	if grown := w.head() - head; grown > 3 { // the text, its thread's mark, how far was listened
		t.Errorf("reading what was taken in records %d events", grown)
	}
}

func TestAStopWhileLockedWithdrawsWhatWaits(t *testing.T) {
	w := newWorld(t)
	other := w.thread
	w.receives("When is it?")
	w.ok(w.x.Listen(w.ctx))
	waits := w.written("Your visit is on Tuesday")
	held := w.written("Please bring your card")
	w.submit(func(d *journal.Decision) error {
		m, err := archive.GetMessage(d.Tx, archive.SeeAll(), held)
		archive.Stop(d, m, archive.KindHeld, archive.Stopped{Message: held, Reason: exchange.CodeInterrupted})
		return err
	})
	// Somebody else's text waits as well.
	w.patient, w.thread = w.addPatient("Ada Brook", "+13035550177")
	w.consent(policy.Scheduling)
	hersNot := w.written("Your visit is on Friday")
	w.thread = other
	w.clock.Advance(time.Minute)
	w.receives("STOP")
	w.locked()
	w.reopen()
	w.takeIn()
	for _, id := range []clinic.MessageID{waits, held} {
		w.state(id, archive.Withdrawn)
		if m := w.message(id); m.Reason != policy.CodeOptedOut {
			t.Errorf("withdrawn because of %q", m.Reason)
		}
	}
	w.state(hersNot, archive.Waiting)
	w.ok(w.x.SendDue(w.ctx))
	if w.sent("Your visit is on Tuesday")+w.sent("Please bring your card") > 0 {
		t.Error("a text went out after STOP")
	}
	if w.sent("Your visit is on Friday") != 1 {
		t.Error("somebody else's text did not go")
	}
	if _, err := w.write("May I?"); !errors.Is(err, clinic.E(exchange.CodeMayNotGo)) {
		t.Errorf("writing after STOP: %v", err)
	}
}

// TestAnOldStopLeavesLaterTextsAlone reads a STOP that she has taken back long ago.
func TestAnOldStopLeavesLaterTextsAlone(t *testing.T) {
	w := newWorld(t)
	w.receives("STOP")
	w.receives("START")
	w.clock.Advance(time.Hour)
	w.submit(func(d *journal.Decision) error { // a paper of today
		_, err := consent.RecordPaper(d, consent.Paper{
			Patient: w.patient, Form: "2026-1-en", SignedOn: clinic.DateOf(w.clock.Now().Time()), Signer: consent.SignedByPatient,
			Attested: true, Scope: consent.Scope{Categories: []policy.Category{policy.Scheduling}, ToHour: 24},
		})
		return err
	})
	id := w.written("Your visit is on Tuesday")
	w.ok(w.x.Listen(w.ctx))
	w.state(id, archive.Waiting)
}

// ending is a program that ends at a step: from then on nothing it does has an
// effect.
type ending struct {
	vault.Files
	journal exchange.Journal
	at      int
	steps   int
	// committed: the step that it dies at is behind a commit and not before it.
	committed bool
}

var errEnded = errors.New("the program has ended")

func (d *ending) step() error {
	d.steps++
	if d.at > 0 && d.steps >= d.at {
		return errEnded
	}
	return nil
}

func (d *ending) List(dir string) ([]string, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	return d.Files.List(dir)
}

func (d *ending) Read(path string, limit int64) ([]byte, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	return d.Files.Read(path, limit)
}

func (d *ending) Remove(path string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.Files.Remove(path)
}

func (d *ending) SyncDir(dir string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.Files.SyncDir(dir)
}

func (d *ending) Submit(ctx context.Context, a journal.Actor, decide func(*journal.Decision) error) (journal.Pos, error) {
	if d.committed {
		pos, err := d.journal.Submit(ctx, a, decide)
		return pos, errors.Join(err, d.step())
	}
	if err := d.step(); err != nil {
		return journal.Pos{}, err
	}
	return d.journal.Submit(ctx, a, decide)
}

// TestAKillDuringTakingIn ends the program at each step of taking in, before and
// after each commit: whatever was done by then, the next run has every text once,
// every sign-in that failed once, and nothing left over. In short
// it is each third step.
func TestAKillDuringTakingIn(t *testing.T) {
	stride := 1
	if testing.Short() {
		stride = 3
	}
	for _, committed := range []bool{false, true} {
		for at := 1; ; at += stride {
			w := newWorld(t)
			w.receives("Before the lock")
			w.ok(w.x.Listen(w.ctx))
			waits := w.written("Your visit is on Tuesday")
			w.clock.Advance(time.Minute)
			want := []string{"Before the lock", "One", "STOP", "Two"}
			for _, body := range want[1:] {
				w.receives(body)
			}
			w.locked()
			writer, err := w.box().Writer(w.seal())
			w.ok(err)
			w.ok(writer.Append(spool.Entry{Key: clinic.NewID[spool.Key](), Kind: spool.Refused, At: w.clock.Now(), Member: w.member}))
			w.ok(writer.Append(spool.Entry{Key: clinic.NewID[spool.Key](), Kind: spool.Locked, At: w.clock.Now(), Member: w.member}))
			writer.Close()

			w.reopen()
			d := &ending{Files: vault.MachineFiles(), at: at, committed: committed}
			d.journal = w.clinic.Journal
			done, err := exchange.TakeIn(w.ctx, endingJournal{w.clinic.Journal, d}, folder.Spool(w.folder(), d), w.clinic.Keys)
			reached := d.steps >= at
			if reached && err == nil && done.Left == 0 && w.left() > 0 {
				t.Fatalf("step %d: it ended and says that all is well", at)
			}
			w.reopen()
			w.takeIn()
			w.takeIn()
			if got := w.said(); !slices.Equal(got, want) {
				t.Fatalf("ended at step %d, she said %q", at, got)
			}
			w.state(waits, archive.Withdrawn)
			if w.left() != 0 {
				t.Fatalf("ended at step %d, %d entries are left", at, w.left())
			}
			for kind, n := range map[string]int{"sign_in_refused": 1, string(audit.Locked): 1} {
				if got := w.recorded(kind); got != n {
					t.Fatalf("ended at step %d, %s is recorded %d times", at, kind, got)
				}
			}
			if !reached {
				if at < 12 {
					t.Errorf("only %d steps were there to end at", at)
				}
				break
			}
		}
	}
}

// endingJournal dies with its program.
type endingJournal struct {
	exchange.Journal
	d *ending
}

func (j endingJournal) Submit(ctx context.Context, a journal.Actor, decide func(*journal.Decision) error) (journal.Pos, error) {
	return j.d.Submit(ctx, a, decide)
}

// recorded counts the entries of a kind in the access record.
func (w *world) recorded(kind string) (n int) {
	w.t.Helper()
	w.read(func(tx *sqlite.Tx) error {
		all, err := audit.Newest(tx, 1000)
		for _, e := range all {
			if e.Kind == kind && e.By == w.member {
				n++
			}
		}
		return err
	})
	return n
}

func TestADamagedEntryIsKeptAndSaid(t *testing.T) {
	w := newWorld(t)
	w.ok(w.x.Listen(w.ctx))
	for n := range 5 {
		w.receives(fmt.Sprint("Text ", n))
	}
	w.locked()
	numbers, err := w.box().Names()
	w.ok(err)
	names, err := filepath.Glob(filepath.Join(w.folder(), "spool", "*.entry"))
	w.ok(err)
	raw, err := os.ReadFile(names[2])
	w.ok(err)
	raw[len(raw)/2] ^= 1
	w.ok(os.WriteFile(names[2], raw, 0o600))
	for range 2 { // it is said each time
		if done := w.takeIn(); done.Left != 1 {
			t.Errorf("taken in: %+v", done)
		}
	}
	if got := w.said(); !slices.Equal(got, []string{"Text 0", "Text 1", "Text 3", "Text 4"}) {
		t.Errorf("she said %q", got)
	}
	if again, err := w.box().Names(); err != nil || !slices.Equal(again, numbers[2:3]) {
		t.Errorf("left: %v, %v", again, err)
	}
	// The provider has it still, and the next reading covers that stretch.
	w.ok(w.x.Listen(w.ctx))
	if got := w.said(); len(got) != 5 || got[2] != "Text 2" {
		t.Errorf("after reading she said %q", got)
	}
}

// TestAnEntryThatTheRecordsRefuseKeepsNoOther has one with a time beyond the
// calendar.
func TestAnEntryThatTheRecordsRefuseKeepsNoOther(t *testing.T) {
	w := newWorld(t)
	writer, err := w.box().Writer(w.seal())
	w.ok(err)
	for n, at := range []clinic.Instant{w.clock.Now(), clinic.Instant(1) << 60, w.clock.Now().Add(time.Second)} {
		w.ok(writer.Append(spool.Entry{
			Key: clinic.NewID[spool.Key](), Kind: spool.Text, At: w.clock.Now(),
			Text: spool.Arrival{SID: fmt.Sprintf("SM%032x", n), From: string(hers), To: string(ours), Body: fmt.Sprint("Text ", n), Created: at},
		}))
	}
	if done := w.takeIn(); done.Entries != 2 || done.Left != 1 || w.left() != 1 {
		t.Errorf("taken in: %+v, %d left", done, w.left())
	}
	if got := w.said(); !slices.Equal(got, []string{"Text 0", "Text 2"}) {
		t.Errorf("she said %q", got)
	}
}

// answering gives decisions, by their order, an answer in the place of their own.
type answering struct {
	exchange.Journal
	nth     int
	answers map[int]error
}

func (j *answering) Submit(ctx context.Context, a journal.Actor, decide func(*journal.Decision) error) (journal.Pos, error) {
	j.nth++
	if err := j.answers[j.nth]; err != nil {
		return journal.Pos{}, err
	}
	return j.Journal.Submit(ctx, a, decide)
}

// TestARuleThatRefusesAnEntryKeepsNobodyOut: what a rule has against one entry leaves that
// one in the spool; what the disk answers is about all of them, and none is left out.
func TestARuleThatRefusesAnEntryKeepsNobodyOut(t *testing.T) {
	w := newWorld(t)
	for n := range 3 {
		w.receives(fmt.Sprint("Text ", n))
	}
	w.locked()
	for _, whole := range []error{
		clinic.E(sqlite.CodeDiskFull), clinic.E(journal.CodeClosed), clinic.E(clinic.CodeLocked), clinic.E(consent.CodeNoPhone).Retryable(), errEnded,
	} {
		_, err := exchange.TakeIn(w.ctx, &answering{Journal: w.clinic.Journal, answers: map[int]error{1: whole}}, w.box(), w.clinic.Keys)
		if err == nil || w.left() != 3 {
			t.Errorf("after %v: %v, %d left", whole, err, w.left())
		}
	}
	for _, rule := range []error{clinic.E(consent.CodeNoPhone), clinic.E(clinic.CodeBadZone)} {
		// The decision about all, and the one about what is the second then.
		j := &answering{Journal: w.clinic.Journal, answers: map[int]error{1: rule, 3: rule}}
		if w.left() == 1 {
			j.answers = map[int]error{1: rule}
		}
		if done, err := exchange.TakeIn(w.ctx, j, w.box(), w.clinic.Keys); err != nil || done.Left != 1 || w.left() != 1 {
			t.Fatalf("after %v: %+v, %v, %d left", rule, done, err, w.left())
		}
	}
	if got := w.said(); !slices.Equal(got, []string{"Text 0", "Text 2"}) {
		t.Errorf("she said %q", got)
	}
	if done := w.takeIn(); done.Entries != 1 || w.left() != 0 {
		t.Errorf("once the rule takes it: %+v", done)
	}
}

// TestNothingGoesBeforeTheProviderWasRead has a STOP that came while nobody
// listened.
func TestNothingGoesBeforeTheProviderWasRead(t *testing.T) {
	w := newWorld(t)
	w.receives("When is it?")
	w.ok(w.x.Listen(w.ctx))
	id := w.written("Your visit is on Tuesday")
	w.clock.Advance(time.Minute)
	w.receives("STOP")
	w.listenFirst()
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Waiting)
	w.ok(w.x.Listen(w.ctx))
	w.ok(w.x.SendDue(w.ctx))
	w.state(id, archive.Withdrawn)
	if n := w.sent("Your visit is on Tuesday"); n > 0 {
		t.Errorf("sent %d times", n)
	}
	// Once it was read, texts go.
	w.receives("START")
	w.ok(w.x.Listen(w.ctx))
	w.consent(policy.Scheduling)
	w.receives("When is it?")
	w.ok(w.x.Listen(w.ctx))
	w.written("It is on Wednesday")
	w.ok(w.x.SendDue(w.ctx))
	if n := w.sent("It is on Wednesday"); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

func TestReadingKnowsWhatCame(t *testing.T) {
	w := newWorld(t)
	if r := w.x.Reading(); len(r.Known) > 0 || r.Since == 0 {
		t.Errorf("a clinic that has heard nothing: %+v", r)
	}
	w.receives("Long ago")
	w.ok(w.x.Listen(w.ctx))
	w.clock.Advance(5 * time.Hour)
	w.receives("One")
	w.written("Your visit is on Tuesday")
	w.ok(w.x.SendDue(w.ctx))
	w.receives("Two")
	w.ok(w.x.Listen(w.ctx))
	for _, run := range []string{"this run", "the next"} {
		r := w.x.Reading()
		var bodies []string
		for _, id := range r.Known {
			bodies = append(bodies, w.message(id).Body)
		}
		slices.Sort(bodies)
		if !slices.Equal(bodies, []string{"One", "Two"}) {
			t.Errorf("%s knows %q", run, bodies)
		}
		if ago := w.clock.Now().Sub(r.Since); ago < 2*time.Hour || ago > 3*time.Hour {
			t.Errorf("%s: known since %v ago", run, ago)
		}
		w.reopen()
	}
}
