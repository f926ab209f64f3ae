package receiver_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/exchange/receiver"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/provider/twilio"
	"quietline/backend/spool"
)

const (
	account = "AC000000000000000000000000000000aa"
	key     = "SK000000000000000000000000000000aa"
	secret  = "a secret of the simulated account"

	ours   = clinic.Phone("+13035550199")
	hers   = clinic.Phone("+13035550142")
	others = clinic.Phone("+13035550143")
)

var monday = time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)

func naming() []byte {
	sum := sha256.Sum256([]byte("naming"))
	return sum[:]
}

// post is a locked program's end of a line: a simulated provider over real HTTP,
// and a spool that fails when it is told to.
type post struct {
	t       *testing.T
	clock   *clinictest.Clock
	sim     *simulator.Simulator
	sms     *twilio.Client
	kept    []spool.Entry
	full    bool
	off     []provider.SID
	refuses error
	errand  *receiver.Errand
	told    int
}

func newPost(t *testing.T) *post {
	t.Helper()
	p := &post{t: t, clock: clinictest.NewClock(monday)}
	var err error
	p.sim, err = simulator.New(simulator.Config{
		Account: account, KeySID: key, KeySecret: secret, Numbers: []simulator.Number{{Phone: ours}, {Phone: others}}, Seed: 7, Clock: p.clock,
	})
	p.ok(err)
	server := httptest.NewServer(p.sim)
	t.Cleanup(server.Close)
	p.sms, err = twilio.New(twilio.Config{BaseURL: server.URL, Account: account, KeySID: key, KeySecret: secret})
	p.ok(err)
	t.Cleanup(p.sms.Close)
	p.errand = &receiver.Errand{Phone: ours, Naming: naming(), Since: clinic.At(monday).Add(-2 * time.Hour)}
	return p
}

func (p *post) ok(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *post) begin() *receiver.Receiver {
	return receiver.New(receiver.Config{
		SMS: p.sms, Scheduler: p, Errand: p.errand, Spool: p, Clock: p.clock, Arrived: func() { p.told++ },
	})
}

func (p *post) Append(e spool.Entry) error {
	if p.full {
		return clinic.E(spool.CodeNotKept).Retryable()
	}
	p.kept = append(p.kept, e)
	return nil
}

func (p *post) Cancel(_ context.Context, sid provider.SID) (provider.Message, error) {
	if p.refuses != nil {
		return provider.Message{}, p.refuses
	}
	p.off = append(p.off, sid)
	return provider.Message{SID: sid, Status: provider.Canceled}, nil
}

func (p *post) texts(from clinic.Phone, body string) provider.SID {
	p.t.Helper()
	m, err := p.sim.Receive(simulator.Inbound{From: from, To: ours, Body: body})
	p.ok(err)
	p.clock.Advance(time.Second)
	return m
}

func (p *post) bodies() []string {
	var all []string
	for _, e := range p.kept {
		all = append(all, e.Text.Body)
	}
	return all
}

func TestWhatComesInIsKeptOnceAndInOrder(t *testing.T) {
	p := newPost(t)
	known := p.texts(hers, "Before the lock")
	p.errand.Known = []clinic.MessageID{archive.MessageIDOf(journal.NewNamer(naming()), string(known))}
	r := p.begin()
	p.ok(r.Round(t.Context()))
	if r.Count() != 0 || len(p.kept) != 0 {
		t.Fatalf("what is known counts: %v", p.bodies())
	}
	var want []string
	for n := range 50 { // more than two pages
		want = append(want, fmt.Sprint("text ", n))
		p.texts(hers, want[n])
	}
	_, err := p.sim.Receive(simulator.Inbound{From: hers, To: others, Body: "to another number"})
	p.ok(err)
	for range 3 {
		p.ok(r.Round(t.Context()))
	}
	if got := p.bodies(); !slices.Equal(got, want) || r.Count() != 50 || p.told != 50 {
		t.Errorf("kept %d, counted %d, told %d times", len(got), r.Count(), p.told)
	}
	p.kept = nil
	for _, body := range []string{"one", "two", "three"} {
		p.texts(hers, body)
	}
	p.ok(r.Round(t.Context()))
	p.texts(hers, "four")
	p.ok(r.Round(t.Context()))
	if got := p.bodies(); !slices.Equal(got, []string{"one", "two", "three", "four"}) {
		t.Errorf("kept as %q", got)
	}
	if e := p.kept[0]; e.Kind != spool.Text || e.Text.From != string(hers) || e.Text.To != string(ours) || e.Text.Created == 0 ||
		spool.Key(archive.MessageIDOf(journal.NewNamer(naming()), e.Text.SID)) != e.Key {
		t.Error("an entry is not the provider's text")
	}
}

func TestWhatLiesBeforeTheReadingIsLeftToTheRecords(t *testing.T) {
	p := newPost(t)
	p.texts(hers, "in the records for hours")
	p.clock.Advance(3 * time.Hour)
	p.errand.Since = p.clock.Now().Add(-2 * time.Hour)
	p.texts(hers, "new")
	r := p.begin()
	p.ok(r.Round(t.Context()))
	if got := p.bodies(); !slices.Equal(got, []string{"new"}) {
		t.Errorf("kept %q", got)
	}
	// A night later the walk is no longer.
	p.clock.Advance(12 * time.Hour)
	p.ok(r.Round(t.Context()))
	p.texts(hers, "newer")
	p.ok(r.Round(t.Context()))
	if got := p.bodies(); !slices.Equal(got, []string{"new", "newer"}) {
		t.Errorf("kept %q", got)
	}
}

func TestWhatCannotBeKeptIsAskedForAgain(t *testing.T) {
	p := newPost(t)
	r := p.begin()
	p.texts(hers, "one")
	p.full = true
	if err := r.Round(t.Context()); !errors.Is(err, clinic.E(spool.CodeNotKept)) {
		t.Errorf("a full disk: %v", err)
	}
	p.texts(hers, "two")
	if err := r.Round(t.Context()); err == nil || r.Count() != 0 {
		t.Errorf("a full disk: %v, %d counted", err, r.Count())
	}
	p.full = false
	p.ok(r.Round(t.Context()))
	if got := p.bodies(); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("kept %q", got)
	}
}

// TestADiskThatIsFullForHoursLosesNothing: what could not be kept lies by then
// behind the stretch that is read again each time.
func TestADiskThatIsFullForHoursLosesNothing(t *testing.T) {
	p := newPost(t)
	r := p.begin()
	p.ok(r.Round(t.Context()))
	p.texts(hers, "one")
	p.full = true
	for range 20 {
		p.clock.Advance(15 * time.Minute)
		if err := r.Round(t.Context()); !errors.Is(err, clinic.E(spool.CodeNotKept)) {
			t.Errorf("a full disk: %v", err)
		}
	}
	p.full = false
	p.ok(r.Round(t.Context()))
	if got := p.bodies(); !slices.Equal(got, []string{"one"}) {
		t.Errorf("kept %q", got)
	}
}

// breaking is a line that breaks when it is asked for a second page.
type breaking struct {
	provider.SMS
	whole bool
}

func (b *breaking) List(ctx context.Context, q provider.Query, from provider.Cursor) (provider.Page, error) {
	if from != "" && !b.whole {
		return provider.Page{}, clinic.E(provider.CodeOffline).Retryable()
	}
	return b.SMS.List(ctx, q, from)
}

func TestAWalkThatBreaksOffLeavesNothingOut(t *testing.T) {
	p := newPost(t)
	line := &breaking{SMS: p.sms, whole: true}
	r := receiver.New(receiver.Config{SMS: line, Errand: p.errand, Spool: p, Clock: p.clock})
	p.texts(hers, "one")
	p.ok(r.Round(t.Context()))
	for n := range 50 {
		p.texts(hers, fmt.Sprint("text ", n))
	}
	line.whole = false
	if err := r.Round(t.Context()); !errors.Is(err, clinic.E(provider.CodeOffline)) || r.Count() != 21 {
		t.Errorf("broken off: %v, %d counted", err, r.Count())
	}
	line.whole = true
	p.ok(r.Round(t.Context()))
	if r.Count() != 51 {
		t.Errorf("%d counted", r.Count())
	}
}

// scheduled hands out three texts to be sent later to her and one to somebody else.
func (p *post) scheduled() []provider.SID {
	names := journal.NewNamer(naming())
	waiting := []provider.SID{"SM1", "SM2", "SM3"}
	p.errand.Scheduled = map[clinic.NumberID][]provider.SID{
		patients.NumberIDOf(names, hers):   waiting,
		patients.NumberIDOf(names, others): {"SM4"},
	}
	return waiting
}

func TestStopCallsOffWhatIsScheduled(t *testing.T) {
	for _, word := range []string{"STOP", "Please stop texting me", "no me escriba más", "alto"} {
		p := newPost(t)
		want := p.scheduled()
		r := p.begin()
		p.texts(hers, "Can we stop by at 5?")
		p.ok(r.Round(t.Context()))
		if len(p.off) > 0 {
			t.Fatalf("%q calls off", "stop by")
		}
		p.texts(hers, word)
		for range 3 {
			p.ok(r.Round(t.Context()))
		}
		if !slices.Equal(p.off, want) {
			t.Errorf("%q calls off %v", word, p.off)
		}
	}
}

func TestCallingOffGoesOnUntilItIsDone(t *testing.T) {
	for name, trouble := range map[string]func(*post, bool){
		"a full disk": func(p *post, on bool) { p.full = on },
		"no network": func(p *post, on bool) {
			if p.refuses = nil; on {
				p.refuses = clinic.E(provider.CodeOffline).Retryable()
			}
		},
	} {
		p := newPost(t)
		want := p.scheduled()
		r := p.begin()
		p.texts(hers, "STOP")
		trouble(p, true)
		if err := r.Round(t.Context()); err == nil {
			t.Errorf("%s: no error", name)
		}
		trouble(p, false)
		p.ok(r.Round(t.Context()))
		if !slices.Equal(p.off, want) || len(p.kept) != 1 {
			t.Errorf("%s: %v called off, %d kept", name, p.off, len(p.kept))
		}
	}
	// What has gone already is nothing to try for ever.
	for over, final := range map[clinic.Code]bool{
		clinic.CodeNotFound: true, provider.CodeTooLate: true, provider.CodeRefused: false, provider.CodeUnauthorised: false,
	} {
		p := newPost(t)
		want := p.scheduled()
		r := p.begin()
		p.texts(hers, "STOP")
		p.refuses = clinic.E(over)
		if err := r.Round(t.Context()); (err == nil) != final {
			t.Errorf("%s: %v", over, err)
		}
		p.refuses = nil
		p.ok(r.Round(t.Context()))
		if final && len(p.off) > 0 || !final && !slices.Equal(p.off, want) {
			t.Errorf("%s: then called off: %v", over, p.off)
		}
	}
}

// TestAnotherReceiverGoesOnWithTheErrand plays a sign-in that leads nowhere between a STOP
// and the provider's answer: the desk goes away again with what it had.
func TestAnotherReceiverGoesOnWithTheErrand(t *testing.T) {
	p := newPost(t)
	want := p.scheduled()
	second := patients.NumberIDOf(journal.NewNamer(naming()), others)
	p.errand.Scheduled[second] = append(p.errand.Scheduled[second], want...) // another number of hers
	p.texts(hers, "STOP")
	p.refuses = clinic.E(provider.CodeOffline).Retryable()
	if err := p.begin().Round(t.Context()); err == nil {
		t.Fatal("nothing refuses")
	}
	p.refuses = nil
	p.ok(p.begin().Round(t.Context()))
	if !slices.Equal(p.off, want) {
		t.Fatalf("%v called off", p.off)
	}
	// What is called off is not asked for again, whichever number asks.
	p.texts(others, "STOP")
	p.ok(p.begin().Round(t.Context()))
	if !slices.Equal(p.off, append(want, "SM4")) {
		t.Errorf("then %v called off", p.off)
	}
}

func TestAFullDiskDoesNotKeepAStopFromCounting(t *testing.T) {
	p := newPost(t)
	want := p.scheduled()
	p.full = true
	p.texts(hers, "See you")
	p.texts(hers, "STOP")
	if err := p.begin().Round(t.Context()); err == nil {
		t.Error("no error")
	}
	if !slices.Equal(p.off, want) {
		t.Errorf("called off %v", p.off)
	}
}

func wholeErrand() *receiver.Errand {
	return &receiver.Errand{
		Line:  receiver.Line{Address: "https://api.example", Account: account, Key: key, Secret: []byte(secret)},
		Phone: ours, Epoch: 3, Public: bytes.Repeat([]byte{7}, 32), Mark: bytes.Repeat([]byte{8}, 32), Naming: naming(), Since: 1_772_000_000_000,
		Known: []clinic.MessageID{{1}, {2}, {3}},
		Scheduled: map[clinic.NumberID][]provider.SID{
			{4}: {"SM1", "SM2"}, {5}: {"SM3"},
		},
	}
}

func TestAnErrandCrossesWholeOrNotAtAll(t *testing.T) {
	e := wholeErrand()
	raw, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := receiver.Decode(raw)
	if err != nil || !reflect.DeepEqual(got, e) {
		t.Fatalf("%v, the same: %v", err, reflect.DeepEqual(got, e))
	}
	clear(raw)
	if !reflect.DeepEqual(got, e) {
		t.Error("what was read lies in what it was read from")
	}
	raw, _ = e.Encode()
	for n := range raw {
		if half, err := receiver.Decode(raw[:n]); err == nil || half != nil {
			t.Fatalf("%d of %d bytes are an errand", n, len(raw))
		}
	}
	if _, err := receiver.Decode(append(slices.Clone(raw), 0)); err == nil {
		t.Error("something follows, and it is an errand")
	}
	if strings.Contains(fmt.Sprintf("%v %+v %#v", e, e, e), "secret") {
		t.Error("an errand prints its key")
	}
	e.Wipe()
	if bytes.Contains(e.Line.Secret, []byte("secret")) || !bytes.Equal(e.Naming, make([]byte, 32)) || len(e.Scheduled) > 0 {
		t.Error("a wiped errand holds what it held")
	}
	if !bytes.Equal(e.Mark, make([]byte, 32)) {
		t.Error("a wiped errand holds the key of its marks")
	}
	// Without a provider to read, the naming key stays behind.
	none := wholeErrand()
	none.Line = receiver.Line{}
	raw, _ = none.Encode()
	if _, err := receiver.Decode(raw); err == nil {
		t.Error("a naming key crosses to where nothing is read")
	}
	none.Naming = nil
	raw, _ = none.Encode()
	if got, err := receiver.Decode(raw); err != nil || len(got.Naming) > 0 || got.Epoch != 3 {
		t.Errorf("an errand without a provider: %v", err)
	}
	large := wholeErrand()
	large.Known = make([]clinic.MessageID, receiver.MaxErrand/16)
	if _, err := large.Encode(); err == nil {
		t.Error("an errand without end crosses")
	}
}

func FuzzDecode(f *testing.F) {
	raw, err := wholeErrand().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add(raw[:100])
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := receiver.Decode(raw)
		if err != nil {
			return
		}
		if _, err := e.Encode(); err != nil {
			t.Fatal(err)
		}
	})
}
