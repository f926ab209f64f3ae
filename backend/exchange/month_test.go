package exchange_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/provider/providertest"
	"quietline/backend/provider/simulator"
	"quietline/backend/settings"
)

// roundsVariable multiplies the number of texts of the month; with 150 both sides set about
// some 50,000, of which the provider gets what may go.
// seedVariable tells a month again: the seed of each stands in the log.
//
// Each ordinary run plays the same month. A new one finds what nobody thought of, and a run
// that fails by chance is blamed on whoever happened to change something: new months are
// for those who look for them, by a seed of 0 or by more rounds than one.
//
//	QUIETLINE_SEED=0 go test -run AMonth -short -count 60 -v ./backend/exchange
//	QUIETLINE_ROUNDS=150 go test -run AMonth -timeout 2h -v ./backend/exchange
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
	usual := uint64(usualSeed)
	if rounds > 1 {
		usual = 0
	}
	seed := number(t, seedVariable, usual)
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
		if day := m.w.clock.Elapsed() / (24 * time.Hour); rounds > 1 && day > before/(24*time.Hour) {
			t.Logf("day %d of 30, after %v", day, time.Since(began).Round(time.Second))
		}
	}
	if len(m.deck) > 0 {
		t.Errorf("%d kinds of trouble never came", len(m.deck))
	}
	m.calm()
	m.compare()
	t.Logf("%d texts written, %d of them with a picture, %d listed at the end, %d kills, %d letting go again, %d sent by a copy, %d asked about for it, %d written in a time that was lost, %d called off at the provider, of which a person asked %d times, %d doubts decided, in %v",
		len(m.written), len(m.drawn), len(m.w.sim.Messages()), m.kills, m.again, m.copied, len(m.asked), len(m.lost), m.off(), m.takenBack, m.settled, time.Since(began).Round(time.Millisecond))
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
	// drawn are the words that go with a picture. Nobody says those again.
	drawn map[string]bool
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
	// takenBack counts texts that a person called off at the provider, settled the doubts
	// that one decided.
	takenBack, settled int
}

// words are what a text says, and to whom. People say the same again.
type words struct {
	to   clinic.Phone
	body string
}

type somebody struct {
	phone   clinic.Phone
	thread  clinic.ThreadID
	patient clinic.PatientID
}

func newMonth(t *testing.T, seed uint64, texts int, described bool) *month {
	t.Helper()
	t.Logf("%s=%d", seedVariable, seed)
	w := newWorldBehind(t, func(h http.Handler) http.Handler {
		if described {
			return providertest.DescribedHandler(t, h)
		}
		return sometimes(h, providertest.DescribedHandler(t, h)) // all of it would take longer than all the rest
	})
	m := &month{
		t: t, w: w, dice: rand.New(rand.NewPCG(seed, 1)), written: map[clinic.MessageID]words{}, drawn: map[string]bool{}, allowed: map[clinic.MessageID]int{},
		lost: map[clinic.MessageID]bool{}, reopened: map[clinic.MessageID]bool{}, asked: map[clinic.MessageID]bool{},
	}
	m.deck = troubles()
	m.dice.Shuffle(len(m.deck), func(a, b int) { m.deck[a], m.deck[b] = m.deck[b], m.deck[a] })
	ticks := max(texts/60, min(texts/5, 60))
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
		m.people = append(m.people, somebody{phone, w.thread, w.patient})
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

// sometimes hands one request in a hundred to another handler.
func sometimes(h, and http.Handler) http.Handler {
	var all atomic.Uint64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if all.Add(1)%100 == 0 {
			and.ServeHTTP(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
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
	m.settles()
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

// work runs every round once. Only what the provider does may fail.
func (m *month) work(x *exchange.Exchange, ctx context.Context) {
	for _, round := range []func(context.Context) error{
		x.SendDue, x.Listen, x.CheckUnsure, x.ReturnPictures,
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
