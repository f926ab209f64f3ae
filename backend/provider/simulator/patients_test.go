package simulator_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
)

func TestTemperaments(t *testing.T) {
	const hour = time.Hour
	for _, c := range []struct {
		temperament simulator.Temperament
		texts       int // of ours, an hour apart
		answers     int
		within      time.Duration
	}{
		{simulator.Prompt, 3, 3, time.Minute},
		{simulator.Terse, 3, 3, 2 * time.Minute},
		{simulator.Slow, 2, 2, hour},
		{simulator.Silent, 3, 0, 0},
		{simulator.WrongNumber, 4, 2, time.Minute},
		{simulator.Landline, 2, 0, 0},
		{simulator.SwitchedOff, 2, 0, 0},
	} {
		t.Run(string(c.temperament), func(t *testing.T) {
			d := open(t, simulator.Persona{Phone: patient, Temperament: c.temperament})
			for range c.texts {
				d.send(patient, "Reminder: you have an appointment tomorrow at 9.")
				d.Advance(hour)
			}
			var sent clinic.Instant
			answers := 0
			for _, m := range d.Messages() {
				if m.Direction == provider.Outbound {
					sent = m.Created
					continue
				}
				answers++
				if waited := m.Created.Sub(sent); waited > c.within+time.Minute || waited < 3*time.Second {
					t.Errorf("answered after %v", waited)
				}
				if m.Body == "" || strings.ContainsAny(m.Body, "{}%") {
					t.Errorf("wrote %q", m.Body)
				}
			}
			if answers != c.answers {
				t.Errorf("%d answers", answers)
			}
		})
	}
}

func TestStopsAfter(t *testing.T) {
	d := open(t, simulator.Persona{Phone: patient, Temperament: simulator.Prompt, StopsAfter: 2})
	for range 3 {
		d.send(patient, "See you tomorrow?")
		d.Advance(time.Hour)
	}
	got := d.from(patient)
	if len(got) != 2 || got[0] == "STOP" || got[1] != "STOP" {
		t.Errorf("wrote %q", got)
	}
	d.wants(d.send(patient, "Are you there?"), 400, "21610")
	// Somebody who has said STOP does not say it again after coming back.
	d.receive(patient, "START")
	d.send(patient, "Welcome back.")
	d.Advance(time.Hour)
	if got := d.from(patient); got[len(got)-1] != "START" {
		t.Errorf("wrote %q", got)
	}
}

func TestChangesNumber(t *testing.T) {
	const next = clinic.Phone("+17205550143")
	d := open(t, simulator.Persona{
		Phone: patient, Temperament: simulator.Prompt, Language: clinic.Spanish, MovesAfter: 2, NewPhone: next,
	})
	for range 3 {
		d.send(patient, "¿Confirma su cita?")
		d.Advance(time.Hour)
	}
	if len(d.from(patient)) != 1 {
		t.Errorf("the old number wrote %d texts", len(d.from(patient)))
	}
	if got := d.from(next); len(got) != 1 || !strings.Contains(got[0], "número") {
		t.Errorf("the new number wrote %q", got)
	}
}

// A person answers us, never the provider's own confirmation: nothing can go
// round in circles.
func TestConfirmationsAreNotAnswered(t *testing.T) {
	d := open(t, simulator.Persona{Phone: patient, Temperament: simulator.Prompt})
	d.receive(patient, "HELP")
	d.Advance(24 * time.Hour)
	if n := len(d.Messages()); n != 2 {
		t.Errorf("%d texts", n)
	}
}

// tell plays the same story and returns everything that was written. Time moves
// in steps of the given length, and people are written to in the given order.
func tell(t testing.TB, seed uint64, order []clinic.Phone, tick time.Duration) []provider.Message {
	t.Helper()
	clock := clinictest.NewClock(start)
	cfg := simulator.Config{
		Account: account, Token: token, Seed: seed, Clock: clock, Numbers: []simulator.Number{{Phone: ours}},
	}
	for _, p := range order {
		cfg.Personas = append(cfg.Personas, simulator.Persona{Phone: p, Temperament: simulator.Slow})
	}
	sim, err := simulator.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range order {
		post(t, sim, p, "Can you come on Friday?")
	}
	for passed := time.Duration(0); passed < 2*time.Hour; passed += tick {
		clock.Advance(tick)
		sim.Messages()
	}
	return sim.Messages()
}

func post(t testing.TB, sim *simulator.Simulator, to clinic.Phone, body string) {
	t.Helper()
	form := "From=%2B13035550100&To=%2B" + string(to[1:]) + "&Body=" + strings.ReplaceAll(body, " ", "+")
	req := httptest.NewRequest("POST", "/2010-04-01/Accounts/"+string(account)+"/Messages.json", strings.NewReader(form))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(string(account), token)
	w := httptest.NewRecorder()
	sim.ServeHTTP(w, req)
	if w.Code != http.StatusCreated {
		t.Fatalf("answered %d", w.Code)
	}
}

func TestTheSameStoryTwice(t *testing.T) {
	people := []clinic.Phone{"+13035550142", "+13035550143", "+13035550144"}
	once := tell(t, 7, people, time.Second)
	if len(once) != 6 {
		t.Fatalf("%d texts", len(once))
	}
	if !slices.Equal(once, tell(t, 7, people, time.Second)) {
		t.Error("told twice, it differs")
	}
	// How often somebody looks changes nothing.
	if !slices.Equal(once, tell(t, 7, people, 40*time.Minute)) {
		t.Error("it depends on when somebody looks")
	}
	// Whom we write to first changes nobody's words.
	said := func(all []provider.Message) map[provider.Address]string {
		words := map[provider.Address]string{}
		for _, m := range all {
			if m.Direction == provider.Inbound {
				words[m.From] = m.Body + m.Created.Time().String()
			}
		}
		return words
	}
	reversed := slices.Clone(people)
	slices.Reverse(reversed)
	for from, words := range said(tell(t, 7, reversed, time.Second)) {
		if said(once)[from] != words {
			t.Error("it depends on the order of our texts")
		}
	}
	if slices.EqualFunc(once, tell(t, 8, people, time.Second), func(a, b provider.Message) bool { return a.SID == b.SID }) {
		t.Error("another seed gives the same names")
	}
}

func TestSnapshotAndRestore(t *testing.T) {
	d := open(t, simulator.Persona{Phone: patient, Temperament: simulator.Slow})
	d.receive("+13035550150", "STOP")
	d.send(patient, "Can you come on Friday?")
	d.Advance(10 * time.Second) // delivered, the answer is still to come
	saved, err := d.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	d.Advance(2 * time.Hour)
	want := d.Messages()

	again := open(t)
	if err := again.Restore(saved); err != nil {
		t.Fatal(err)
	}
	again.Advance(2 * time.Hour)
	if got := again.Messages(); len(got) != 4 || !slices.Equal(got, want) {
		t.Errorf("%d texts after the restart, %d without", len(got), len(want))
	}
	again.wants(again.send("+13035550150", "hello"), 400, "21610")

	for name, bad := range map[string][]byte{
		"nothing": nil, "half": saved[:len(saved)/2], "another version": bytes.Replace(saved, []byte(`"Version":1`), []byte(`"Version":2`), 1),
		"another account": bytes.ReplaceAll(saved, []byte("AC0011"), []byte("AC9911")),
	} {
		if err := again.Restore(bad); !errors.Is(err, clinic.E(clinic.CodeBadInput)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(again.Messages()); n != 4 {
		t.Errorf("%d texts after refused snapshots", n)
	}
}

// A server that starts again without its memory, on the same seed, must not
// give a new message an old one's name.
func TestNamesDoNotComeBack(t *testing.T) {
	people := []clinic.Phone{patient}
	names := map[provider.SID]bool{}
	for _, m := range tell(t, 7, people, time.Hour) {
		names[m.SID] = true
	}
	later := open(t)
	later.clock.Advance(time.Minute)
	for range 5 {
		if names[later.send(patient, "hello").SID] {
			t.Fatal("a name came back")
		}
	}
}

func TestSeed(t *testing.T) {
	d := open(t)
	past := []provider.Message{
		{From: "+13035550142", To: provider.Address(ours), Body: "second", Direction: provider.Inbound, Status: provider.Received, Created: clinic.At(start.AddDate(0, -2, 0)), Sent: clinic.At(start.AddDate(0, -2, 0))},
		{From: provider.Address(ours), To: "+13035550142", Body: "first", Direction: provider.Outbound, Status: provider.Delivered, Created: clinic.At(start.AddDate(0, -3, 0)), Sent: clinic.At(start.AddDate(0, -3, 0))},
	}
	names, err := d.Seed(past)
	if err != nil || len(names) != 2 {
		t.Fatal(err)
	}
	d.receive(patient, "third")
	list := d.do("GET", "Messages.json", nil).Messages
	if len(list) != 3 || *list[0].Body != "third" || list[1].SID != names[0] || list[2].SID != names[1] {
		t.Errorf("%d rows", len(list))
	}
	for name, change := range map[string]func(*provider.Message){
		"a name twice": func(m *provider.Message) { m.SID = names[0] },
		"no date":      func(m *provider.Message) { m.Created = 0 },
		"no status":    func(m *provider.Message) { m.Status = "" },
	} {
		bad := past[0]
		change(&bad)
		if _, err := d.Seed([]provider.Message{past[1], bad}); err == nil || len(d.Messages()) != 3 {
			t.Errorf("%s: %v, %d texts", name, err, len(d.Messages()))
		}
	}
}

// Whatever the sizes, lags and repetitions, a walk over overlapping pages shows
// every message that lists show at all.
func TestWalksUnderFaults(t *testing.T) {
	d := open(t)
	var past []provider.Message
	for i := range 23 {
		at := clinic.At(start.Add(-time.Duration(i/2) * time.Hour)) // two share each instant
		past = append(past, provider.Message{
			From: "+13035550142", To: provider.Address(ours), Body: "x", Direction: provider.Inbound,
			Status: provider.Received, Created: at, Sent: at,
		})
	}
	names, err := d.Seed(past)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		f := simulator.Faults{
			Duplicate: rapid.Bool().Draw(rt, "duplicate"),
			Shuffle:   rapid.Bool().Draw(rt, "shuffle"),
		}
		if err := d.SetFaults(f); err != nil {
			rt.Fatal(err)
		}
		size := rapid.IntRange(1, 30).Draw(rt, "size")
		seen := map[provider.SID]int{}
		path := "Messages.json?PageSize=" + string(must(json.Marshal(size)))
		for range 60 {
			page := d.do("GET", path, nil)
			for _, m := range page.Messages {
				seen[m.SID]++
			}
			if page.Next == nil {
				path = ""
				break
			}
			path = *page.Next
		}
		if path != "" {
			rt.Fatal("the walk does not end")
		}
		for _, name := range names {
			if seen[name] == 0 || seen[name] > 1 && !f.Duplicate {
				rt.Fatalf("a message was seen %d times", seen[name])
			}
		}
	})
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func TestListLag(t *testing.T) {
	d := open(t)
	if err := d.SetFaults(simulator.Faults{ListLag: simulator.Duration(15 * time.Minute)}); err != nil {
		t.Fatal(err)
	}
	sid := d.receive(patient, "hello")
	for _, c := range []struct {
		after time.Duration
		rows  int
	}{{0, 0}, {15*time.Minute - time.Second, 0}, {time.Second, 1}} {
		d.Advance(c.after)
		if n := len(d.do("GET", "Messages.json", nil).Messages); n != c.rows {
			t.Errorf("after %v: %d rows", c.after, n)
		}
		if d.do("GET", "Messages/"+string(sid)+".json", nil).status != 200 {
			t.Error("it cannot be fetched by name")
		}
	}
}

func TestControl(t *testing.T) {
	d := open(t)
	control := d.Control()
	call := func(change func(*http.Request), path, body string) *httptest.ResponseRecorder {
		req := httptest.NewRequest("POST", "http://127.0.0.1:5000/_control/"+path, strings.NewReader(body))
		req.RemoteAddr = "127.0.0.1:40000"
		req.Header.Set("Content-Type", "application/json")
		if change != nil {
			change(req)
		}
		w := httptest.NewRecorder()
		control.ServeHTTP(w, req)
		return w
	}
	for _, c := range []struct{ path, body string }{
		{"inbound", `{"from":"+13035550142","body":"hello"}`},
		{"faults", `{"sends":["busy","reset_after"],"reads":[""],"list_lag":"90s","stall":true}`},
		{"faults", `{}`},
		{"advance", `{"by":"90s"}`},
		{"release", `{}`},
		{"personas", `[{"phone":"+13035550142","temperament":"prompt","language":"es"}]`},
	} {
		if w := call(nil, c.path, c.body); w.Code != 200 {
			t.Errorf("%s: %d", c.path, w.Code)
		}
	}
	if got := d.from(patient); len(got) != 1 || d.Now() != clinic.At(start).Add(90*time.Second) {
		t.Errorf("%q at %v", got, d.Now().Time())
	}
	for _, c := range []struct {
		name, path, body string
		change           func(*http.Request)
		status           int
	}{
		{"from another machine", "advance", `{"by":"1s"}`, func(r *http.Request) { r.RemoteAddr = "192.0.2.7:1" }, 403},
		{"by another name", "advance", `{"by":"1s"}`, func(r *http.Request) { r.Host = "attacker.example" }, 403},
		{"as a form", "advance", `{"by":"1s"}`, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, 415},
		{"unknown field", "advance", `{"by":"1s","x":1}`, nil, 400},
		{"two values", "advance", `{"by":"1s"}{}`, nil, 400},
		{"back in time", "advance", `{"by":"-1s"}`, nil, 400},
		{"unknown mishap", "faults", `{"sends":["flood"]}`, nil, 400},
		{"not a number", "inbound", `{"from":"Ana","body":"x"}`, nil, 400},
		{"unknown temperament", "personas", `[{"phone":"+13035550142","temperament":"moody"}]`, nil, 400},
		{"moves nowhere", "personas", `[{"phone":"+13035550142","temperament":"prompt","moves_after":1}]`, nil, 400},
	} {
		if w := call(c.change, c.path, c.body); w.Code != c.status {
			t.Errorf("%s: %d", c.name, w.Code)
		}
	}
	if d.Now() != clinic.At(start).Add(90*time.Second) {
		t.Error("a refused call moved time")
	}
}

// What people write is within what the program can show and count.
func TestEveryTemperamentAndLanguageWritesText(t *testing.T) {
	for _, language := range []clinic.Language{clinic.English, clinic.Spanish, ""} {
		for _, ours := range []string{
			"Please confirm your appointment.", "We need to reschedule.", "Your visit is cancelled.", "Bring your insurance card.",
			"Please fill in the form.", "Where to park: behind the building.", "Thank you!", "Is that right?", "Hello.",
			"Confirme su cita", "Gracias",
		} {
			d := open(t, simulator.Persona{Phone: patient, Temperament: simulator.Prompt, Language: language})
			d.send(patient, ours)
			d.Advance(time.Minute)
			got := d.from(patient)
			if len(got) != 1 || provider.Normalize(got[0]) != got[0] || provider.CountSegments(got[0]).Segments > 2 {
				t.Errorf("to %q in %q: %q", ours, language, got)
			}
		}
	}
}
