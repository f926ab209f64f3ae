package desk_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/app/successor"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/provider/simulator"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

const (
	// lockingVariable makes the test binary act as a program that locks, in the folder
	// that it names; beganVariable is when the test began, for all its processes.
	lockingVariable = "DESK_TEST_LOCKING"
	beganVariable   = "DESK_TEST_BEGAN"
)

// shifted is the machine's clock, as if the test had begun an hour after monday.
type shifted struct {
	clinic.Clock
	by time.Duration
}

func (s shifted) Now() clinic.Instant { return s.Clock.Now().Add(s.by) }

func shiftedSince(began clinic.Instant) shifted {
	return shifted{clinic.SystemClock(), clinic.At(monday).Add(time.Hour).Sub(began)}
}

// lockingProgram is the program, as far as a lock goes: it signs in, writes what it
// is told to, locks at a word, and is its own successor.
func lockingProgram(dir string) {
	h, errand, replaced := successor.Received()
	began, err := strconv.ParseInt(os.Getenv(beganVariable), 10, 64)
	if err != nil {
		os.Exit(4)
	}
	cfg := desk.Config{
		Dir: filepath.Join(dir, "clinic"), Secrets: filesecret.At(filepath.Join(dir, "secret")), Work: vault.Sample,
		Clock: shiftedSince(clinic.Instant(began)), Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Version: "test",
		Before: desk.Left{Member: h.Member, At: h.LockedAt, Noted: h.Noted, Errand: errand},
		Locked: func(l desk.Left) {
			_ = successor.Replace(successor.Handover{Member: l.Member, LockedAt: l.At, Noted: l.Noted}, l.Errand)
			os.Exit(3)
		},
	}
	d := desk.New(cfg, door.NewChanges())
	doors := door.NewRegistry(token, d.Session(), d, cfg.Log)
	d.Register(doors)
	o := &office{t: &testing.T{}, desk: d, doors: doors}
	if replaced {
		d.Receive()
		fmt.Println("locked")
		for last := 0; ; {
			if s := must[desk.State](o, "app.state", nil); s.Arrived != last {
				last = s.Arrived
				fmt.Println("arrived", last)
			}
			_ = cfg.Clock.Wait(context.Background(), 20*time.Millisecond)
		}
	}
	me := must[desk.State](o, "app.state", nil).Members[0].ID
	must[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
	must[desk.LineStatus](o, "line.check", nil)
	inbox := must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5})
	fmt.Println("open")
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		if in.Text() == "lock" {
			d.Lock()
			continue
		}
		o.sends(inbox.Items[0].ID, in.Text())
		must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: inbox.Items[0].ID, Limit: 5})
		fmt.Println("written")
	}
	os.Exit(0)
}

// locking is such a program in a process of its own.
type locking struct {
	t    *testing.T
	cmd  *exec.Cmd
	in   io.Writer
	said *bufio.Scanner
}

func startLocking(t *testing.T, dir string, began clinic.Instant) *locking {
	t.Helper()
	l := &locking{t: t, cmd: exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")}
	l.cmd.Env = append(os.Environ(), lockingVariable+"="+dir, beganVariable+"="+strconv.FormatInt(int64(began), 10))
	l.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := l.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if l.in, err = l.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := l.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	l.said = bufio.NewScanner(out)
	return l
}

func (l *locking) tell(what string) {
	l.t.Helper()
	if _, err := fmt.Fprintln(l.in, what); err != nil {
		l.t.Fatal(err)
	}
}

func (l *locking) says(what string) {
	l.t.Helper()
	for l.said.Scan() {
		if l.said.Text() == what {
			return
		}
	}
	l.t.Fatalf("the program ended before it said %q: %v", what, l.cmd.Wait())
}

func (l *locking) kill() {
	l.t.Helper()
	if err := l.cmd.Process.Kill(); err != nil {
		l.t.Fatal(err)
	}
	for l.said.Scan() {
	}
	_ = l.cmd.Wait() // it was killed, and says so
}

// connectedFolder is a folder with a clinic whose line outlives the program, and
// the moment at which that began.
func connectedFolder(t *testing.T) (dir string, x *peer, began clinic.Instant) {
	t.Helper()
	o := found(t, t.TempDir())
	began = clinic.SystemClock().Now()
	x = providesBy(t, shiftedSince(began))
	must[desk.LineStatus](o, "line.connect", simulatorAt(x.url))
	if err := o.desk.Close(); err != nil {
		t.Fatal(err)
	}
	return o.dir, x, began
}

// soon waits until something is so, in the time of the machine.
func soon(t *testing.T, what string, so func() bool) {
	t.Helper()
	clock := clinic.SystemClock()
	for until := clock.Elapsed() + time.Minute; clock.Elapsed() < until; {
		if so() {
			return
		}
		if err := clock.Wait(t.Context(), 50*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatalf("never: %s", what)
}

// TestAKillDuringALock kills the real process at a random moment of a lock, while
// texts go and come: nothing is lost, nothing goes twice, nothing is readable.
func TestAKillDuringALock(t *testing.T) {
	if dir := os.Getenv(lockingVariable); dir != "" {
		lockingProgram(dir)
	}
	rounds := 20
	if testing.Short() {
		rounds = 5
	}
	seed := rand.Uint64()
	t.Logf("the seed is %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	dir, x, began := connectedFolder(t)
	clock := clinic.SystemClock()
	var written, received []string
	for n := range rounds {
		x.receives(t, fmt.Sprint("Question number ", n))
		received = append(received, fmt.Sprint("Question number ", n))
		l := startLocking(t, dir, began)
		l.says("open")
		written = append(written, fmt.Sprintf("Answer number %d of the heliotrope room", n))
		l.tell(written[n])
		l.says("written")
		l.tell("lock")
		// A lock takes about a tenth of a second, the successor's start twice as long.
		first := time.Duration(dice.IntN(150)) * time.Millisecond
		if err := clock.Wait(t.Context(), first); err != nil {
			t.Fatal(err)
		}
		x.receives(t, fmt.Sprint("Thanks number ", n))
		received = append(received, fmt.Sprint("Thanks number ", n))
		if err := clock.Wait(t.Context(), time.Duration(dice.IntN(250))*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		l.kill()
		search(t, dir, append([]string{"Question number", "Thanks number", "Answer number"}, secrets...), "after a kill")
	}
	// Twenty minutes later: a text whose answer was lost is looked for during fifteen
	// before a person is asked, and one that waits for thirty is asked about.
	o := openOffice(t, dir, clinictest.NewClock(monday), func(cfg *desk.Config) { cfg.Clock = shiftedSince(began.Add(-20 * time.Minute)) })
	me := must[desk.State](o, "app.state", nil).Members[0].ID
	must[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
	inbox := must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5})
	thread := inbox.Items[0].ID
	soon(t, "every text has an end, and all of hers are there", func() bool {
		must[desk.LineStatus](o, "line.check", nil)
		for _, s := range o.texts(thread) {
			switch s {
			case desk.StateSending, desk.StateWaiting, desk.StateUnsure:
				return false
			}
		}
		return len(o.hers(thread)) >= len(received)
	})
	states, said := o.texts(thread), map[string]int{}
	for _, body := range o.hers(thread) {
		said[body]++
	}
	for _, body := range received {
		if said[body] != 1 {
			t.Errorf("%q is there %d times", body, said[body])
		}
	}
	at := map[string]int{}
	for _, m := range x.sim.Messages() {
		at[m.Body]++
	}
	for _, body := range written {
		if _, there := states[body]; !there {
			t.Errorf("%q is lost", body)
		}
		if at[body] > 1 {
			t.Errorf("%q went out %d times", body, at[body])
		}
	}
}

// TestALockedProgramHoldsNoTextAndNoKey looks through the memory of the process that
// took the place of one that locked, and receives.
func TestALockedProgramHoldsNoTextAndNoKey(t *testing.T) {
	if dir := os.Getenv(lockingVariable); dir != "" {
		lockingProgram(dir)
	}
	dir, x, began := connectedFolder(t)
	// Made here, so that they are in no binary.
	word := func() string { return clinic.NewID[clinic.MessageID]().String() }
	before, answer, after := word(), word(), word()
	x.receives(t, "Before the lock: "+before)
	of := keysOf(t, dir, shiftedSince(began))
	l := startLocking(t, dir, began)
	l.says("open")
	l.tell("An answer: " + answer)
	l.says("written")
	pid := l.cmd.Process.Pid
	for name, what := range map[string][]byte{"a text that came": []byte(before), "a text that went": []byte(answer)} {
		if holding(t, pid, what) == 0 {
			t.Errorf("open, the memory does not hold %s: the search finds nothing", name)
		}
	}
	// The log's own key is needed for a moment, to make those that seal; the epoch's as
	// long as the clinic is open.
	if holding(t, pid, of.epoch)+holding(t, pid, of.journal) == 0 {
		t.Error("open, the memory holds no key: the search finds nothing")
	}
	l.tell("lock")
	l.says("locked")
	x.receives(t, "While it is locked: "+after)
	l.says("arrived 1")
	if holding(t, pid, of.naming) == 0 {
		t.Error("a locked program that receives does not hold the naming key: the search finds nothing")
	}
	for name, what := range map[string][]byte{
		"a text that went": []byte(answer), "the journal's key": of.journal, "the epoch's key": of.epoch,
	} {
		if n := holding(t, pid, what); n > 0 {
			t.Errorf("locked, the memory holds %s %d times", name, n)
		}
	}
	// The provider lists what came before with what is new, and Go's buffers cannot be
	// wiped: this is what is left of them once the next round has begun.
	if err := x.sim.SetFaults(simulator.Faults{Reads: []simulator.Mishap{simulator.HoldBefore}}); err != nil {
		t.Fatal(err)
	}
	x.sim.AwaitHeld()
	t.Logf("locked, the memory holds what came before %d times, and what came since %d times",
		holding(t, pid, []byte(before)), holding(t, pid, []byte(after)))
	l.kill()
}

// opened are keys of a clinic, for a search.
type opened struct{ journal, epoch, naming []byte }

func keysOf(t *testing.T, dir string, clock clinic.Clock) opened {
	t.Helper()
	v, err := vault.Load(t.Context(), vault.Config{
		Dir: filepath.Join(dir, "clinic"), Secrets: filesecret.At(filepath.Join(dir, "secret")), Clock: clock, Work: vault.Sample,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	keys, err := v.Unlock(t.Context(), v.Members()[0].ID, []byte(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Zero()
	var o opened
	for to, get := range map[*[]byte]func() ([]byte, error){
		&o.journal: func() ([]byte, error) { return keys.Lifetime(vault.PurposeJournalFile) },
		&o.epoch:   func() ([]byte, error) { return keys.Epoch(1) },
		&o.naming:  keys.Naming,
	} {
		if *to, err = get(); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// holding counts a text in everything that a process can read.
func holding(t *testing.T, pid int, text []byte) (n int) {
	t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		t.Fatal(err)
	}
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		t.Skipf("this system lets nobody read a process's memory: %v", err)
	}
	defer memory.Close()
	part := make([]byte, 1<<20)
	for line := range bytes.Lines(maps) {
		var from, to int64
		var may string
		if _, err := fmt.Sscanf(string(line), "%x-%x %s", &from, &to, &may); err != nil || may[0] != 'r' || from < 0 {
			continue
		}
		for at := from; at < to; at += int64(len(part) - len(text)) {
			got, err := memory.ReadAt(part[:min(int64(len(part)), to-at)], at)
			if err != nil && got == 0 {
				break // what belongs to the kernel
			}
			n += bytes.Count(part[:got], text)
		}
	}
	return n
}
