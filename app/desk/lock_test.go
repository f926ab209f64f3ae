package desk_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/audit"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/folder"
	"quietline/backend/provider"
	"quietline/backend/provider/providertest"
	"quietline/backend/provider/simulator"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// TestTheKeysDoNotWaitForTheWindow locks while the window never says that it is
// blank: the keys are gone all the same.
func TestTheKeysDoNotWaitForTheWindow(t *testing.T) {
	dir, clock := closed(t)
	blanking, never := make(chan struct{}), make(chan struct{})
	var once sync.Once
	g := guard(t, dir, clock, func(cfg *desk.Config) {
		cfg.Locking = func() {
			once.Do(func() { close(blanking) })
			<-never
		}
	})
	g.signIn()
	done := make(chan struct{})
	go func() {
		defer close(done)
		g.desk.Lock()
	}()
	<-blanking
	if _, code := call[desk.InboxPage](g.office, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5}); code != clinic.CodeLocked {
		t.Errorf("while the window goes blank a door answers %q", code)
	}
	var left desk.Left
	for waiting := true; waiting; {
		select {
		case left = <-g.locked:
			waiting = false
		default:
			clock.Advance(10 * time.Millisecond)
		}
	}
	if left.Member != g.me {
		t.Errorf("left: %+v", left)
	}
	close(never)
	<-done
	g.signIn()
}

// TestASignInUnderWayIsRefusedByALock locks while the passphrase is being
// checked: whoever locked the screen finds it locked.
func TestASignInUnderWayIsRefusedByALock(t *testing.T) {
	dir, clock := closed(t)
	ring := &hook{DeviceSecrets: filesecret.At(filepath.Join(dir, "secret"))}
	g := guard(t, dir, clock, func(cfg *desk.Config) { cfg.Secrets = ring })
	ring.get = func() { g.desk.Lock() }
	if _, code := call[desk.State](g.office, "session.signIn", desk.SignIn{Member: g.me, Passphrase: passphrase}); code != clinic.CodeLocked {
		t.Errorf("signing in under a lock: %q", code)
	}
	if !g.shut() {
		t.Error("the desk is open")
	}
	ring.get = func() {}
	g.signIn()
}

// hook calls something when the keyring is read.
type hook struct {
	vault.DeviceSecrets
	get func()
}

func (h *hook) Get(ctx context.Context, account string) ([]byte, error) {
	if h.get != nil {
		h.get()
	}
	return h.DeviceSecrets.Get(ctx, account)
}

// TestALockThatCouldNotBeRecordedIsRecordedLater takes what a process left that
// did not get to it.
func TestALockThatCouldNotBeRecordedIsRecordedLater(t *testing.T) {
	for _, noted := range []bool{false, true} {
		dir, clock := closed(t)
		at := clock.Now().Add(-time.Hour)
		someone := clinic.NewID[clinic.StaffID]()
		g := guard(t, dir, clock, func(cfg *desk.Config) {
			cfg.Before = desk.Left{Member: someone, At: at, Noted: noted}
		})
		if s := must[desk.State](g.office, "app.state", nil); s.Last != someone {
			t.Errorf("who was here last: %v", s.Last)
		}
		g.signIn()
		g.desk.Lock()
		g.signIn() // once is enough
		if err := g.desk.Close(); err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, e := range accesses(t, dir, g.me, clock) {
			if e.Kind == string(audit.Locked) && e.By == someone && e.At == at {
				found++
			}
		}
		if want := map[bool]int{false: 1, true: 0}[noted]; found != want {
			t.Errorf("noted before: %v; recorded %d times later", noted, found)
		}
	}
}

// accesses reads the access record of a closed clinic.
func accesses(t *testing.T, dir string, me clinic.StaffID, clock clinic.Clock) []audit.Entry {
	t.Helper()
	ctx := context.Background()
	data := filepath.Join(dir, "clinic")
	v, err := vault.Load(ctx, vault.Config{
		Dir: data, Secrets: filesecret.At(filepath.Join(dir, "secret")), Clock: clock, Work: vault.Sample,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	keys, err := v.Unlock(ctx, me, []byte(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Zero()
	c, err := folder.Open(ctx, folder.Config{Dir: data, Keys: keys, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}()
	var all []audit.Entry
	if err := c.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		all, err = audit.Newest(tx, 100)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// peer is a provider of this test, which outlives the program and can keep
// the answer to a text.
type peer struct {
	url string
	sim *simulator.Simulator

	// taken gets a word for each text that it took, if there is room.
	taken chan struct{}

	mu   sync.Mutex
	took int           // texts that it took
	read int           // questions that it answered
	held chan struct{} // closed: answers go
}

func provides(t *testing.T, clock *clinictest.Clock) *peer { return providesBy(t, clock) }

func providesBy(t *testing.T, clock clinic.Clock) *peer {
	t.Helper()
	line := simulatorAt("")
	sim, err := simulator.New(simulator.Config{
		Account: provider.Account(line.Account), KeySID: line.Key, KeySecret: line.Secret,
		Numbers: []simulator.Number{{Phone: "+13035550198"}}, Seed: 7, Clock: clock,
		Services: []simulator.Service{{SID: "MG000000000000000000000000000000ab", Numbers: []clinic.Phone{"+13035550198"}, OnNumber: true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	x := &peer{sim: sim, held: make(chan struct{}), taken: make(chan struct{}, 1)}
	close(x.held)
	server := httptest.NewServer(providertest.DescribedHandler(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			x.mu.Lock()
			x.read++
			x.mu.Unlock()
			sim.ServeHTTP(w, r)
			return
		}
		// It carries out what it was asked, and keeps its answer for a while.
		answer := httptest.NewRecorder()
		sim.ServeHTTP(answer, r)
		x.mu.Lock()
		if answer.Code < 300 {
			x.took++
			select {
			case x.taken <- struct{}{}:
			default:
			}
		}
		held := x.held
		x.mu.Unlock()
		select {
		case <-held:
		case <-r.Context().Done():
			return
		}
		w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})))
	t.Cleanup(server.Close)
	x.url = server.URL
	return x
}

// keeps lets it keep its answers until the returned function is called.
func (x *peer) keeps() (release func()) {
	x.mu.Lock()
	defer x.mu.Unlock()
	held := make(chan struct{})
	x.held = held
	return func() { close(held) }
}

func (x *peer) asked() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.read
}

func (x *peer) texts() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.took
}

// connected is a clinic whose patient may be texted over a provider.
func connected(t *testing.T) (*office, *peer, clinic.ThreadID, clinic.StaffID) {
	t.Helper()
	o := found(t, t.TempDir())
	x := provides(t, o.clock)
	must[desk.LineStatus](o, "line.connect", simulatorAt(x.url))
	inbox := must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5})
	return o, x, inbox.Items[0].ID, must[desk.State](o, "app.state", nil).Members[0].ID
}

func (o *office) sends(thread clinic.ThreadID, body string) clinic.MessageID {
	o.t.Helper()
	key := clinic.NewID[clinic.MessageID]()
	must[desk.SentText](o, "text.send", desk.SendText{ID: thread, Key: key, Body: body, Category: "scheduling"})
	return key
}

func (o *office) texts(thread clinic.ThreadID) map[string]desk.MessageState {
	o.t.Helper()
	states := map[string]desk.MessageState{}
	page := must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: thread, Limit: 200})
	for _, m := range page.Messages {
		if m.Way == desk.Out {
			states[m.Body] = m.State
		}
	}
	return states
}

// TestALockDuringASendLosesNothingAndSendsNothingTwice locks when the provider
// has taken a text and has not answered: the lock does not wait for it, and after
// the next sign-in the text is found and taken for what it is.
func TestALockDuringASendLosesNothingAndSendsNothingTwice(t *testing.T) {
	o, x, thread, me := connected(t)
	o.until("what was sent before has an end", func() bool {
		for _, s := range o.texts(thread) {
			if s == desk.StateSending || s == desk.StateWaiting {
				return false
			}
		}
		return true
	})
	o.clock.Advance(24 * time.Hour) // a patient is written to once a day
	before := x.texts()
	release := x.keeps()
	select { // what was sent before
	case <-x.taken:
	default:
	}
	const body = "Your visit is at four"
	o.sends(thread, body)
	<-x.taken
	o.desk.Lock()
	release()
	must[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
	o.until("the text is found at the provider", func() bool {
		s := o.texts(thread)[body]
		return s == desk.StateSent || s == desk.StateDelivered
	})
	for range 60 {
		must[desk.LineStatus](o, "line.check", nil)
		o.clock.Advance(time.Minute)
	}
	if n := x.texts() - before; n != 1 {
		t.Errorf("the provider took it %d times", n)
	}
}

// TestAHundredLocks signs in, writes and locks, in quick succession: every text
// is there, and each left once at most.
func TestAHundredLocks(t *testing.T) {
	o, x, thread, me := connected(t)
	before := x.texts()
	rounds := 100
	if testing.Short() {
		rounds = 10
	}
	written := map[string]bool{}
	for i := range rounds {
		body := fmt.Sprintf("Your visit number %d is at four", i)
		if i%10 == 0 {
			o.sends(thread, body)
			written[body] = true
		} else {
			must[door.None](o, "thread.saveDraft", desk.SaveDraft{ID: thread, Body: body})
		}
		o.desk.Lock()
		if _, code := call[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5}); code != clinic.CodeLocked {
			t.Fatalf("round %d: a locked door answers %q", i, code)
		}
		must[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
	}
	page := must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: thread, Limit: 200})
	if want := fmt.Sprintf("Your visit number %d is at four", rounds-1); page.Draft != want {
		t.Errorf("the draft is %q", page.Draft)
	}
	states := o.texts(thread)
	for body := range written {
		if _, there := states[body]; !there {
			t.Errorf("%q is lost", body)
		}
	}
	o.until("every text has an end, or waits for a person", func() bool {
		for _, s := range o.texts(thread) {
			switch s {
			case desk.StateSending, desk.StateUnsure:
				return false
			}
		}
		return true
	})
	if n := x.texts() - before; n > len(written) {
		t.Errorf("the provider took %d texts of %d", n, len(written))
	}
}
