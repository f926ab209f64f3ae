package exchange_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/provider/providertest"
	"quietline/backend/provider/simulator"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// roundsVariable multiplies the number of texts of the month; 150 are some 50,000.
// seedVariable tells a month again that failed: the seed is in the log. Each run of the
// tests is the same month; 0 is one that nobody has seen.
const (
	roundsVariable = "QUIETLINE_ROUNDS"
	seedVariable   = "QUIETLINE_SEED"
	usualSeed      = 20261122
)

// A month's texts, of both sides together: usually, and where the tests are to be
// short.
const (
	monthTexts = 330
	shortMonth = 100
)

func number(t *testing.T, variable string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s is %q", variable, text)
	}
	return n
}

// TestAMonthInWhichEverythingGoesWrong plays a month of a clinic whose provider
// lags, repeats, reorders, refuses, breaks off and loses its answers, whose
// program is killed between any two of its steps, and beside which another program
// sends; which is copied as a whole while texts wait, and once restored from an older
// backup. At the end both sides hold the same texts, word for word; nothing was sent
// twice unless a person let a text go twice; nothing went without a basis.
func TestAMonthInWhichEverythingGoesWrong(t *testing.T) {
	rounds := number(t, roundsVariable, 1)
	texts := monthTexts * int(rounds)
	if testing.Short() && rounds == 1 {
		texts = shortMonth
	}
	seed := number(t, seedVariable, usualSeed)
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	m := newMonth(t, seed, texts, rounds == 1)
	began := time.Now()
	const whole = 30 * 24 * time.Hour
	for m.w.clock.Elapsed() < whole {
		before := m.w.clock.Elapsed()
		m.tick()
		m.happens(float64(before)/float64(whole), float64(m.w.clock.Elapsed())/float64(whole))
	}
	if len(m.deck) > 0 {
		t.Errorf("%d kinds of trouble never came", len(m.deck))
	}
	m.calm()
	m.compare()
	t.Logf("%d texts written, %d listed at the end, %d kills, %d letting go again, %d sent by a copy, %d asked about for it, %d written in a time that was lost, %d called off at the provider and %d of them by a person, in %v",
		len(m.written), len(m.w.sim.Messages()), m.kills, m.again, m.copied, len(m.asked), len(m.lost), m.off(), m.takenBack, time.Since(began).Round(time.Millisecond))
}

// month is the story and what it knows of itself.
type month struct {
	t    *testing.T
	w    *world
	dice *rand.Rand
	step time.Duration
	// each tick brings so many texts of each side
	perTick int
	// deck are the kinds of trouble that have not come yet.
	deck []trouble

	people  []somebody
	written map[clinic.MessageID]words
	// allowed is how often a text may be at the provider: once, and once more each
	// time that a person let it go without knowing.
	allowed map[clinic.MessageID]int
	others  int // texts of the other program
	beside  int // texts that a copy of the clinic sent, since records were last lost
	copied  int // and before
	// lost were written in the time that a restored archive does not know; reopened
	// may have left in it.
	lost, reopened map[clinic.MessageID]bool
	// asked are those that a person was asked about because of another copy.
	asked  map[clinic.MessageID]bool
	boat   *lifeboat
	kept   backup.Generation
	serial int
	kills  int
	again  int
	// takenBack counts texts that a person called off at the provider.
	takenBack int
}

// words are what a text says, and to whom. People say the same again.
type words struct {
	to   clinic.Phone
	body string
}

type somebody struct {
	phone  clinic.Phone
	thread clinic.ThreadID
}

func newMonth(t *testing.T, seed uint64, texts int, described bool) *month {
	t.Helper()
	t.Logf("%s=%d", seedVariable, seed)
	w := newWorldBehind(t, func(h http.Handler) http.Handler {
		if described {
			return providertest.DescribedHandler(t, h)
		}
		return h // it would take longer than all the rest
	})
	m := &month{
		t: t, w: w, dice: rand.New(rand.NewPCG(seed, 1)), written: map[clinic.MessageID]words{}, allowed: map[clinic.MessageID]int{},
		lost: map[clinic.MessageID]bool{}, reopened: map[clinic.MessageID]bool{}, asked: map[clinic.MessageID]bool{},
	}
	m.deck = troubles()
	m.dice.Shuffle(len(m.deck), func(a, b int) { m.deck[a], m.deck[b] = m.deck[b], m.deck[a] })
	ticks := max(texts/25, min(texts/5, 60))
	m.step, m.perTick = 30*24*time.Hour/time.Duration(ticks), max(texts/ticks/2, 1)
	w.submit(func(d *journal.Decision) error {
		c, err := settings.Get(d.Tx)
		c.Caps = settings.Caps{Day: 10, Week: 50}
		return errors.Join(err, settings.Change(d, c))
	})
	temperaments := simulator.Temperaments()
	for n := range 12 + min(texts/250, 200) {
		phone := clinic.Phone(fmt.Sprintf("+1720555%04d", 1000+n))
		w.patient, w.thread = w.addPatient("Patient "+strconv.Itoa(n), phone)
		w.consent(policy.Scheduling, policy.Reminders)
		m.people = append(m.people, somebody{phone, w.thread})
		p := simulator.Persona{Phone: phone, Temperament: temperaments[n%len(temperaments)], Language: clinic.English}
		if n%11 == 5 {
			p.StopsAfter = 5
		}
		w.ok(w.sim.AddPersonas(p))
	}
	w.ok(w.x.Listen(w.ctx))
	m.boat = w.lifeboat()
	return m
}

// chance is true in one of n cases.
func (m *month) chance(n int) bool { return m.dice.IntN(n) == 0 }

func pickOne[T any](m *month, of []T) T { return of[m.dice.IntN(len(of))] }

// tick is what happens in a while.
func (m *month) tick() {
	m.w.clock.Advance(m.step)
	if len(m.deck) > 0 || m.chance(2) {
		m.w.ok(m.w.sim.SetFaults(m.faults()))
	}
	for range m.perTick {
		m.write()
		m.receive()
	}
	if m.chance(40) {
		m.another()
	}
	m.decide()
	if m.chance(4) {
		m.takesBack()
	}
	if m.chance(4) {
		m.dieAtWork()
	}
	for range 3 {
		m.w.clock.Advance(time.Duration(m.dice.IntN(40)) * time.Second)
		m.work(m.w.x, m.w.ctx)
	}
}

// trouble is something that goes wrong at the provider.
type trouble func(*simulator.Faults)

// troubles are one of each kind.
func troubles() []trouble {
	var all []trouble
	for _, one := range append(simulator.Mishaps(), simulator.Skipped) {
		if one == simulator.HoldBefore || one == simulator.HoldAfter {
			continue
		}
		all = append(all, func(f *simulator.Faults) { f.Reads = append(f.Reads, one) })
		if one != simulator.Skipped {
			all = append(all, func(f *simulator.Faults) { f.Sends = append(f.Sends, one) })
		}
	}
	for _, lag := range []time.Duration{time.Minute, 20 * time.Minute, 3 * time.Hour, 11 * time.Hour} {
		all = append(all, func(f *simulator.Faults) { f.ListLag = simulator.Duration(lag) })
	}
	for _, skew := range []time.Duration{90 * time.Second, -90 * time.Second} {
		all = append(all, func(f *simulator.Faults) { f.Skew = simulator.Duration(skew) })
	}
	for _, down := range []simulator.Mishap{simulator.Revoked, simulator.Unavailable, simulator.Busy, simulator.BusyPage} {
		all = append(all, func(f *simulator.Faults) { f.Always = down })
	}
	return append(all,
		func(f *simulator.Faults) { f.Disorder = simulator.Duration(time.Minute) },
		func(f *simulator.Faults) {
			f.Sends, f.RetryAfter = append(f.Sends, simulator.Busy), simulator.Duration(20*time.Second)
		},
		func(f *simulator.Faults) { f.Duplicate = true },
		func(f *simulator.Faults) { f.Shuffle = true },
		func(f *simulator.Faults) { f.Stall = true },
	)
}

// faults are what goes wrong for a while: first what never has.
func (m *month) faults() simulator.Faults {
	var f simulator.Faults
	if len(m.deck) > 0 {
		for range min(4, len(m.deck)) {
			m.deck[0](&f)
			m.deck = m.deck[1:]
		}
		return f
	}
	if m.chance(3) {
		return f
	}
	script := func(of []simulator.Mishap) (all []simulator.Mishap) {
		for range m.dice.IntN(4) {
			if one := pickOne(m, of); one != simulator.HoldBefore && one != simulator.HoldAfter {
				all = append(all, one)
			}
		}
		return all
	}
	f.Sends = script(simulator.Mishaps())
	f.Reads = script(append(simulator.Mishaps(), simulator.Skipped, simulator.Fine, simulator.Fine))
	f.ListLag = simulator.Duration(pickOne(m, []time.Duration{0, 0, time.Minute, 20 * time.Minute, 3 * time.Hour, 11 * time.Hour}))
	f.Skew = simulator.Duration(pickOne(m, []time.Duration{0, 0, 0, 90 * time.Second, -90 * time.Second}))
	f.Disorder = simulator.Duration(pickOne(m, []time.Duration{0, 0, time.Minute}))
	f.RetryAfter = simulator.Duration(time.Duration(m.dice.IntN(30)) * time.Second)
	f.Duplicate, f.Shuffle, f.Stall = m.chance(3), m.chance(3), m.chance(6)
	if m.chance(8) {
		f.Always = pickOne(m, []simulator.Mishap{simulator.Revoked, simulator.Unavailable, simulator.Busy, simulator.BusyPage})
	}
	return f
}

// words are new ones: nobody has said them before.
func (m *month) words() string {
	m.serial++
	return fmt.Sprintf("%d. %s", m.serial, pickOne(m, phrases))
}

var phrases = []string{"See you on Tuesday at 3 pm.", "¿Puede venir mañana?", "Please call us 📞", "Thank you!"}

func (m *month) write() {
	id, body, to := clinic.NewID[clinic.MessageID](), m.words(), pickOne(m, m.people)
	if m.chance(4) {
		body = pickOne(m, phrases) // said before, and to the same person
	}
	draft := exchange.Draft{Sight: archive.SeeAll(), Thread: to.thread, Body: body, Category: policy.Scheduling}
	if m.chance(3) {
		ahead := time.Duration(10+m.dice.IntN(40*60)) * time.Minute
		draft.At = clinic.At(m.w.clock.Now().Time().Truncate(time.Second).Add(ahead))
		if m.chance(2) {
			draft.AtProvider, draft.Category = true, policy.Reminders
		}
	}
	err := exchange.Write(m.w.ctx, m.w.clinic.Journal, m.w.member, id, draft, policy.LineSimulator, true)
	switch {
	case err == nil:
		m.written[id], m.allowed[id] = words{to.phone, body}, 1
	case errors.Is(err, clinic.E(exchange.CodeMayNotGo)), errors.Is(err, clinic.E(exchange.CodeNeedsConfirming)):
	default:
		m.t.Fatal(err)
	}
}

func (m *month) receive() {
	in := simulator.Inbound{From: pickOne(m, m.people).phone, Body: m.words()}
	switch m.dice.IntN(40) {
	case 0:
		in.Body = "STOP"
	case 1:
		in.Body = "START"
	case 2:
		in.From = clinic.Phone(fmt.Sprintf("+1970555%04d", 1000+m.dice.IntN(50)))
	}
	_, err := m.w.sim.Receive(in)
	m.w.ok(err)
}

// another has the other program send, where the provider lets it.
func (m *month) another() {
	m.w.ok(m.w.sim.SetFaults(simulator.Faults{}))
	_, err := m.w.sms.Send(m.w.ctx, provider.Outgoing{From: ours, To: pickOne(m, m.people).phone, Body: "From elsewhere " + m.words()})
	if err == nil {
		m.others++
	} else if !errors.Is(err, clinic.E(provider.CodeOptedOut)) {
		m.t.Fatal(err)
	}
}

// takesBack has a person take back one of the texts that wait at the provider.
func (m *month) takesBack() {
	var kept []clinic.MessageID
	m.w.read(func(tx *sqlite.Tx) error {
		for id := range m.written {
			here, err := archive.GetMessage(tx, archive.SeeAll(), id)
			if err == nil && here.State == archive.Scheduled {
				kept = append(kept, id)
			}
		}
		return nil
	})
	if len(kept) == 0 {
		return
	}
	slices.SortFunc(kept, func(a, b clinic.MessageID) int { return slices.Compare(a[:], b[:]) }) // the same for the same seed
	m.w.resolve(pickOne(m, kept), false)
	m.takenBack++
}

// decide has a person look at what waits for one.
func (m *month) decide() {
	var open []archive.Message
	m.w.read(func(tx *sqlite.Tx) (err error) {
		open, _, err = exchange.Undecided(tx, archive.SeeAll(), 50)
		return err
	})
	for _, one := range open {
		// Whoever is asked whether a text left mostly lets it be.
		send := m.chance(2)
		if one.State == archive.Ask {
			send = m.chance(5)
		}
		err := exchange.Resolve(m.w.ctx, m.w.clinic.Journal, m.w.member, archive.SeeAll(), one.ID, send, policy.LineSimulator)
		if err != nil && !errors.Is(err, clinic.E(exchange.CodeMayNotGo)) {
			m.t.Fatal(err)
		}
		elsewhere := one.Reason == exchange.CodeSaidElsewhere
		if elsewhere {
			m.asked[one.ID] = true
		}
		if err == nil && send && (one.State == archive.Ask || elsewhere) {
			m.allowed[one.ID]++
			m.again++
		}
	}
}

// work runs every round once. Only what the provider does may fail.
func (m *month) work(x *exchange.Exchange, ctx context.Context) {
	for _, round := range []func(context.Context) error{
		x.SendDue, x.Listen, x.CheckUnsure,
		func(ctx context.Context) error { return x.Backfill(ctx, nil) },
		func(ctx context.Context) error { return x.Compare(ctx, false, nil) },
	} {
		err := round(ctx)
		if errors.Is(err, errDead) {
			return
		}
		if err == nil {
			continue
		}
		switch clinic.CodeOf(err) {
		case provider.CodeUnavailable, provider.CodeBusy, provider.CodeUnauthorised, provider.CodeOffline, provider.CodeStalePage:
		default:
			m.t.Fatalf("a round failed: %v", err)
		}
	}
}

// dieAtWork kills the program before or after one of the next decisions reaches
// the log, and starts it again.
func (m *month) dieAtWork() {
	m.kills++
	dying := exchange.New(exchange.Config{
		Journal: &killed{Journal: m.w.clinic.Journal, left: m.dice.IntN(12), recorded: m.chance(2)},
		SMS:     m.w.sms, Scheduler: m.w.client, Account: account, Phone: ours, Line: policy.LineSimulator, Clock: m.w.clock, Log: clinic.NewLog(m.t.Output()),
	})
	m.work(dying, m.w.ctx)
	m.w.reopen()
}

// killed is a journal whose program dies at one of its decisions: right before it
// is recorded, or right after.
type killed struct {
	exchange.Journal
	left     int
	recorded bool
}

func (k *killed) Submit(ctx context.Context, a journal.Actor, decide func(*journal.Decision) error) (journal.Pos, error) {
	k.left--
	if k.left < 0 && (k.left < -1 || !k.recorded) {
		return journal.Pos{}, errDead
	}
	pos, err := k.Journal.Submit(ctx, a, decide)
	if k.left < 0 {
		return journal.Pos{}, errDead
	}
	return pos, err
}

// calm is the end of the month: all is well again, and what was open comes to its
// end.
func (m *month) calm() {
	m.w.ok(m.w.sim.SetFaults(simulator.Faults{}))
	for range 30 {
		m.w.clock.Advance(time.Hour)
		m.decide()
		m.work(m.w.x, m.w.ctx)
	}
	// Texts whose end came while nobody could ask are asked about one by one.
	for range 5 {
		m.w.clock.Advance(5 * time.Hour)
		m.work(m.w.x, m.w.ctx)
	}
	m.w.ok(m.w.x.Compare(m.w.ctx, true, nil))
}

// compare holds both sides against each other.
func (m *month) compare() {
	t, w := m.t, m.w
	at, may, named := map[words]int{}, map[words]int{}, map[words]int{} // how often they went out, could, and did here
	calledOff := map[provider.SID]bool{}
	unclear := map[words]bool{} // of a copy, or of a time that is lost
	m.bases()
	w.read(func(tx *sqlite.Tx) error {
		for _, there := range w.sim.Messages() {
			here, err := archive.BySID(tx, string(there.SID))
			if err != nil {
				t.Errorf("a text of %v (%s, %s) is not here: %v", there.Created.Time(), there.Direction, there.Status, err)
				continue
			}
			off := there.Status == provider.Canceled
			if off {
				calledOff[there.SID] = true
			}
			if to, ok := there.To.Phone(); ok && there.Direction == provider.Outbound && !off {
				at[words{to, there.Body}]++
			}
			if here.Body != there.Body || (here.Way == archive.In) != (there.Direction == provider.Inbound) ||
				here.State != ends[there.Status] && !(off && here.State == archive.Withdrawn) {
				t.Errorf("a text of %v is %s there and %s here, the same words: %v",
					there.Created.Time(), there.Status, here.State, here.Body == there.Body)
			}
		}
		for id, said := range m.written {
			may[said] += m.allowed[id]
			if m.lost[id] {
				unclear[said] = true
				continue
			}
			here, err := archive.GetMessage(tx, archive.SeeAll(), id)
			if err != nil {
				t.Fatal(err)
			}
			unclear[said] = unclear[said] || m.asked[id]
			if here.SID != "" && !calledOff[provider.SID(here.SID)] {
				named[said]++
			}
			switch here.State {
			case archive.Sending, archive.Unsure, archive.Scheduled, archive.Recalling:
				t.Errorf("a text is still %s", here.State)
			}
		}
		for said, times := range at {
			if written := may[said] > 0; !written {
				continue // of the other program, or the provider's own
			}
			if times > may[said] {
				t.Errorf("the same words went out %d times, %d were allowed", times, may[said])
			}
			if named[said] > times || named[said] == 0 && !unclear[said] {
				t.Errorf("words that went out %d times have a name %d times", times, named[said])
			}
		}
		for said, times := range named {
			if at[said] == 0 {
				t.Errorf("words that never went out have a name %d times", times)
			}
		}
		done, err := exchange.CompletenessOf(tx, w.clock.Now())
		if err != nil || done.Missing != 0 || done.Alarm != nil || done.History.Stage != exchange.HistoryWhole {
			t.Errorf("completeness: %+v %v", done, err)
		}
		return nil
	})
	// A text of a copy can be taken for an attempt of ours that was never answered. One of
	// a time that was lost counts as another sender's where the provider, whose clock is
	// ahead, dates it after the records went on.
	if s := w.strangers(); s.Texts < m.others || s.Texts > m.others+m.beside+len(m.lost) {
		t.Errorf("%d texts of another sender are known, of %d, %d of a copy and %d that were lost", s.Texts, m.others, m.beside, len(m.lost))
	}
}

// off counts the texts that the provider kept and was told not to send.
func (m *month) off() (n int) {
	for _, there := range m.w.sim.Messages() {
		if there.Status == provider.Canceled {
			n++
		}
	}
	return n
}

// ends says what a text is here that is in a state there.
var ends = map[provider.Status]archive.State{
	provider.Received: archive.Received, provider.Delivered: archive.Delivered,
	provider.Undelivered: archive.Failed, provider.Failed: archive.Failed, provider.Canceled: archive.Failed,
}
