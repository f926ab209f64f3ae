package simulator_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

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

func TestPatientsSendPicturesWhenAsked(t *testing.T) {
	d := open(t)
	if err := d.AddPersonas(simulator.Persona{Phone: patient, Temperament: simulator.Prompt, Language: clinic.English}); err != nil {
		t.Fatal(err)
	}
	d.send(patient, "Could you send us a photo of the card?")
	d.Advance(2 * time.Minute)
	all := d.Messages()
	if last := all[len(all)-1]; last.Direction != provider.Inbound || last.NumMedia != 1 || last.SID[:2] != "MM" {
		t.Errorf("the answer: %v with %d attachments", last.Direction, last.NumMedia)
	}
}
