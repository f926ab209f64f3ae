package desk_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/audit"
	"quietline/backend/clinic"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/vault"
)

func (x *peer) receives(t *testing.T, body string) {
	t.Helper()
	if _, err := x.sim.Receive(simulator.Inbound{From: "+13035550142", To: "+13035550198", Body: body}); err != nil {
		t.Fatal(err)
	}
}

// arrives lets time pass until the lock screen shows a number of texts.
func (o *office) arrives(n int) {
	o.t.Helper()
	for range 20_000 {
		if s := must[desk.State](o, "app.state", nil); s.Arrived == n {
			return
		}
		o.clock.Advance(time.Second)
	}
	o.t.Fatalf("never %d texts", n)
}

// waits lets as much time pass as a receiver would need many times over.
func (o *office) waits() {
	o.t.Helper()
	for range 3000 {
		must[desk.State](o, "app.state", nil)
		o.clock.Advance(time.Second)
	}
}

func (o *office) hers(thread clinic.ThreadID) (said []string) {
	o.t.Helper()
	page := must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: thread, Limit: 200})
	for _, m := range page.Messages {
		if m.Way == desk.In {
			said = append(said, m.Body)
		}
	}
	return said
}

func (o *office) settles(thread clinic.ThreadID) {
	o.t.Helper()
	o.until("what was sent before has an end", func() bool {
		for _, s := range o.texts(thread) {
			if s == desk.StateSending || s == desk.StateWaiting {
				return false
			}
		}
		return true
	})
}

func TestALockedDeskReceives(t *testing.T) {
	o, x, thread, me := connected(t)
	o.settles(thread)
	before := o.hers(thread)
	sent := x.texts()
	o.desk.Lock()
	o.arrives(0)
	x.receives(t, "May I come at five?")
	o.arrives(1)
	x.receives(t, "Or at six?")
	x.receives(t, "Thank you")
	o.arrives(3)
	s := must[desk.State](o, "app.state", nil)
	if s.ClinicName != "" || s.Me != nil {
		t.Errorf("the lock screen is told %+v", s)
	}
	search(t, o.dir, []string{"come at five", "Or at six?", "3035550142"}, "locked")
	if n := x.texts(); n != sent {
		t.Errorf("a locked desk sent %d texts", n-sent)
	}
	must[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
	want := append(slices.Clone(before), "May I come at five?", "Or at six?", "Thank you")
	if got := o.hers(thread); !slices.Equal(got, want) {
		t.Errorf("at once after the sign-in she has said %q", got)
	}
	if s := must[desk.State](o, "app.state", nil); s.Arrived != 0 {
		t.Errorf("an open desk counts %d", s.Arrived)
	}
	o.settles(thread)
	must[desk.LineStatus](o, "line.check", nil)
	if got := o.hers(thread); !slices.Equal(got, want) {
		t.Errorf("after reading the provider she has said %q", got)
	}
	// And again, behind what came before.
	o.desk.Lock()
	x.receives(t, "See you")
	o.arrives(1)
	must[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
	if got := o.hers(thread); !slices.Equal(got, append(want, "See you")) {
		t.Errorf("after the second lock she has said %q", got)
	}
}

func TestAStopWhileLockedWithdraws(t *testing.T) {
	o, x, thread, me := connected(t)
	o.settles(thread)
	o.clock.Advance(35 * time.Hour) // nine in the evening: what the clinic starts now waits
	const body = "Your visit is at four"
	o.sends(thread, body)
	if s := o.texts(thread)[body]; s != desk.StateLater {
		t.Fatalf("a text at night is %s", s)
	}
	sent := x.texts()
	o.desk.Lock()
	o.clock.Advance(time.Minute)
	x.receives(t, "STOP")
	o.arrives(1)
	must[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
	if s := o.texts(thread)[body]; s != desk.StateWithdrawn {
		t.Errorf("after STOP the text is %s", s)
	}
	o.clock.Advance(24 * time.Hour)
	for range 30 {
		must[desk.LineStatus](o, "line.check", nil)
		o.clock.Advance(time.Minute)
	}
	if n := x.texts() - sent; n != 0 {
		t.Errorf("%d texts went out after STOP", n)
	}
}

// TestAStopWhileLockedCallsOffAReminder leaves a reminder with the provider, which sends
// it whatever happens here: the locked desk tells it not to.
func TestAStopWhileLockedCallsOffAReminder(t *testing.T) {
	o, x, thread, me := connected(t)
	o.settles(thread)
	page := must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: thread, Limit: 1})
	must[desk.RecordedConsent](o, "consent.recordPaper", desk.RecordPaper{
		Patient: page.Patient.ID, Form: "2026-1-en", SignedOn: clinic.Date{Year: 2026, Month: 3, Day: 2},
		Categories: []desk.Category{"reminders"}, ToHour: 24, Signer: "patient", Attested: true,
	})
	const body = "Your visit is at four"
	at := clinic.At(o.clock.Now().Time().Truncate(time.Hour).Add(48 * time.Hour))
	must[desk.SentText](o, "text.send", desk.SendText{
		ID: thread, Key: clinic.NewID[clinic.MessageID](), Body: body, Category: "reminders", SendAt: at, AtProvider: true,
	})
	o.until("the provider has it", func() bool { return o.texts(thread)[body] == desk.StateScheduled })
	if waiting := must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: thread, Limit: 1}).Waiting; len(waiting) != 1 || waiting[0].Until != at {
		t.Errorf("the conversation lists %+v", waiting)
	}
	there := func() (s provider.Status) {
		for _, m := range x.sim.Messages() {
			if m.Body == body {
				s = m.Status
			}
		}
		return s
	}
	o.desk.Lock()
	x.receives(t, "STOP")
	for range 20_000 { // real requests go to and fro meanwhile
		if there() == provider.Canceled {
			break
		}
		must[desk.State](o, "app.state", nil)
		o.clock.Advance(time.Second)
	}
	if s := there(); s != provider.Canceled {
		t.Fatalf("locked, and the provider keeps it as %s", s)
	}
	must[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
	o.until("the desk knows", func() bool { return o.texts(thread)[body] == desk.StateWithdrawn })
}

func TestAClinicMayChooseNotToReceive(t *testing.T) {
	o, x, thread, me := connected(t)
	o.settles(thread)
	if !must[desk.Receiving](o, "clinic.receiving", nil).WhileLocked {
		t.Error("a new clinic does not receive while locked")
	}
	must[door.None](o, "session.confirm", desk.Confirm{Passphrase: passphrase})
	must[desk.Receiving](o, "clinic.saveReceiving", desk.Receiving{WhileLocked: false})
	for range 2 { // it holds after the next sign-in, too
		before := o.hers(thread)
		o.desk.Lock()
		x.receives(t, "Is anybody there?")
		asked := x.asked()
		o.waits()
		if s := must[desk.State](o, "app.state", nil); s.Arrived != 0 || x.asked() != asked {
			t.Errorf("%d arrived, %d questions", s.Arrived, x.asked()-asked)
		}
		must[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
		o.until("it is read then", func() bool { return len(o.hers(thread)) == len(before)+1 })
	}
}

func TestNothingIsReceivedAfterAColdStart(t *testing.T) {
	o, x, thread, me := connected(t)
	o.settles(thread)
	if err := o.desk.Close(); err != nil {
		t.Fatal(err)
	}
	x.receives(t, "Is anybody there?")
	asked := x.asked()
	cold := openOffice(t, o.dir, o.clock)
	cold.desk.Receive()
	cold.waits()
	if s := must[desk.State](cold, "app.state", nil); s.Arrived != 0 || x.asked() != asked {
		t.Errorf("%d arrived, %d questions", s.Arrived, x.asked()-asked)
	}
	must[desk.State](cold, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
	cold.until("it is read then", func() bool { return slices.Contains(cold.hers(thread), "Is anybody there?") })
}

// TestWhatIsHandedOverReceives plays the replacement of the process: the one that
// locks ends, and another goes on with what it was handed.
func TestWhatIsHandedOverReceives(t *testing.T) {
	o, x, thread, me := connected(t)
	o.settles(thread)
	if err := o.desk.Close(); err != nil {
		t.Fatal(err)
	}
	o.clock.Advance(time.Minute)
	var left desk.Left
	first := openOffice(t, o.dir, o.clock, func(cfg *desk.Config) {
		cfg.Locked = func(l desk.Left) {
			l.Errand = slices.Clone(l.Errand)
			left = l
		}
	})
	must[desk.State](first, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
	first.settles(thread)
	must[desk.LineStatus](first, "line.check", nil)
	before := first.hers(thread)
	first.desk.Lock()
	if err := first.desk.Close(); err != nil {
		t.Fatal(err)
	}
	if len(left.Errand) == 0 {
		t.Fatal("nothing is handed over")
	}
	left.Noted = false // the disk was slow
	o.clock.Advance(time.Minute)
	handed := left.Errand
	second := openOffice(t, o.dir, o.clock, func(cfg *desk.Config) { cfg.Before = left })
	second.desk.Receive()
	for _, b := range handed {
		if b != 0 {
			t.Fatal("what was handed over stays in memory")
		}
	}
	x.receives(t, "May I come at five?")
	second.arrives(1)
	if s := must[desk.State](second, "app.state", nil); s.Last != me {
		t.Errorf("who was here last: %v", s.Last)
	}
	// Somebody tries, and the computer is switched off.
	for range 2 {
		if _, code := call[desk.State](second, "session.signIn", desk.SignIn{Member: me, Passphrase: "seven grey herons at dusk"}); code != vault.CodeWrongPassphrase {
			t.Errorf("a wrong passphrase: %q", code)
		}
	}
	second.arrives(1)
	if err := second.desk.Close(); err != nil {
		t.Fatal(err)
	}
	third := openOffice(t, o.dir, o.clock)
	must[desk.State](third, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
	if got := third.hers(thread); !slices.Equal(got, append(before, "May I come at five?")) {
		t.Errorf("she has said %q", got)
	}
	if err := third.desk.Close(); err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, e := range accesses(t, o.dir, me, o.clock) {
		if e.By == me && (e.Kind == "sign_in_refused" || e.Kind == string(audit.Locked) && e.At == left.At) {
			found[e.Kind]++
		}
	}
	// Its own record of the lock, and the one that was kept because nobody knew of it.
	if found["sign_in_refused"] != 2 || found[string(audit.Locked)] != 2 {
		t.Errorf("on record: %v", found)
	}
}

// TestADamagedErrandIsNone hands over what is no errand.
func TestADamagedErrandIsNone(t *testing.T) {
	dir, clock := closed(t)
	o := openOffice(t, dir, clock, func(cfg *desk.Config) { cfg.Before = desk.Left{Errand: []byte("not an errand"), Noted: true} })
	o.desk.Receive()
	o.desk.Receive()
	me := must[desk.State](o, "app.state", nil).Members[0].ID
	must[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
	o.desk.Receive()
	if must[desk.State](o, "app.state", nil).Phase != desk.PhaseOpen {
		t.Error("it does not open")
	}
}

// TestReceivingGoesOnWhereTheClinicDoesNotOpen: a sign-in that finds an older
// vault.json, and is locked again, loses nothing that patients write.
func TestReceivingGoesOnWhereTheClinicDoesNotOpen(t *testing.T) {
	o, x, thread, me := connected(t)
	o.settles(thread)
	older := o.files(o.dir)[vault.FileName]
	next := must[desk.CreatedClinic](o, "clinic.showSheet", nil)
	typed := make([]string, 0, len(next.Ask))
	for _, at := range next.Ask {
		typed = append(typed, next.Words[at-1])
	}
	must[desk.State](o, "clinic.confirmSheet", desk.ConfirmSheet{Words: typed})
	before := o.hers(thread)
	o.desk.Lock()
	o.arrives(0)
	right := o.files(o.dir)[vault.FileName]
	write(older)(t, filepath.Join(o.dir, "clinic", vault.FileName))
	if s := must[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase}); s.Phase != desk.PhaseHalted {
		t.Fatalf("with the file of before it is %s", s.Phase)
	}
	must[door.None](o, "session.lock", nil)
	x.receives(t, "May I come at five?")
	o.arrives(1)
	write(right)(t, filepath.Join(o.dir, "clinic", vault.FileName))
	must[desk.State](o, "session.signIn", desk.SignIn{Member: me, Passphrase: passphrase})
	if got := o.hers(thread); !slices.Equal(got, append(before, "May I come at five?")) {
		t.Errorf("she has said %q", got)
	}
}
