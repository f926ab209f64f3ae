package simulator_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quietline/backend/clinic"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
)

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
	d.undescribed() // for speed: other tests hold pages against the description
	names, err := d.Seed(past)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		f := simulator.Faults{
			Duplicate: rapid.Bool().Draw(rt, "duplicate"),
			Shuffle:   rapid.Bool().Draw(rt, "shuffle"),
			Disorder:  simulator.Duration(rapid.SampledFrom([]time.Duration{0, time.Second, 5 * time.Hour}).Draw(rt, "disorder")),
		}
		if err := d.SetFaults(f); err != nil {
			rt.Fatal(err)
		}
		size := rapid.IntRange(1, 30).Draw(rt, "size")
		seen := map[provider.SID]int{}
		path := "Messages.json?PageSize=" + strconv.Itoa(size)
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

// set replaces what is wrong.
func (d *desk) set(f simulator.Faults) {
	d.t.Helper()
	if err := d.SetFaults(f); err != nil {
		d.t.Fatal(err)
	}
}

func TestWhatIsAlwaysWrong(t *testing.T) {
	d := open(t)
	d.set(simulator.Faults{Always: simulator.Revoked, Reads: []simulator.Mishap{simulator.Fine}})
	if a := d.do("GET", "Messages.json", nil); a.status != 200 {
		t.Errorf("the script comes first: %d", a.status)
	}
	for range 3 {
		d.wants(d.do("GET", "Messages.json", nil), 401, "20003")
		d.wants(d.send(patient, "hello"), 401, "20003")
	}
	d.set(simulator.Faults{})
	if a := d.send(patient, "hello"); a.status != 201 {
		t.Errorf("the key was restored: %d", a.status)
	}
	for after, want := range map[time.Duration]string{0: "1", 90 * time.Second: "90"} {
		d.set(simulator.Faults{Always: simulator.Busy, RetryAfter: simulator.Duration(after)})
		if a := d.do("GET", "Messages.json", nil); a.status != 429 || a.header.Get("Retry-After") != want {
			t.Errorf("%d, after %q", a.status, a.header.Get("Retry-After"))
		}
	}
}

// Each kind of request has a script of its own.
func TestScripts(t *testing.T) {
	d := open(t)
	sid := d.receive(patient, "hello")
	d.Advance(time.Hour)
	d.set(simulator.Faults{
		Sends: []simulator.Mishap{simulator.Busy}, Changes: []simulator.Mishap{simulator.Busy, simulator.Busy},
	})
	path := "Messages/" + string(sid) + ".json"
	if a := d.do("GET", path, nil); a.status != 200 {
		t.Errorf("a read: %d", a.status)
	}
	d.wants(d.do("POST", path, url.Values{"Body": {""}}), 429, "20429")
	d.wants(d.do("DELETE", path, nil), 429, "20429")
	d.wants(d.send(patient, "hello"), 429, "20429")
	if a := d.do("DELETE", path, nil); a.status != 204 {
		t.Errorf("after the script: %d", a.status)
	}
	for name, f := range map[string]simulator.Faults{
		"a walk's mishap for a send":   {Sends: []simulator.Mishap{simulator.Erased}},
		"a walk's mishap for a change": {Changes: []simulator.Mishap{simulator.Skipped}},
		"an unknown mishap":            {Always: "flood"},
		"a lag into the past":          {ListLag: -1},
		"disorder below zero":          {Disorder: -1},
		"patience below zero":          {RetryAfter: -1},
	} {
		if err := d.SetFaults(f); !errors.Is(err, clinic.E(clinic.CodeBadInput)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMishapsOfAWalk(t *testing.T) {
	d := open(t)
	var names []provider.SID
	for range 4 {
		names = append(names, d.receive(patient, "hello"))
		d.Advance(2 * time.Minute)
	}
	d.set(simulator.Faults{Reads: []simulator.Mishap{simulator.Erased}})
	first := d.do("GET", "Messages.json?PageSize=1", nil)
	if len(first.Messages) != 1 || first.Messages[0].SID != names[3] || first.Next == nil {
		t.Fatal("no page")
	}
	d.wants(d.do("GET", *first.Next, nil), 400, "21481")
	if len(d.Messages()) != 3 {
		t.Errorf("%d texts", len(d.Messages()))
	}

	d.set(simulator.Faults{Reads: []simulator.Mishap{simulator.Fine, simulator.Skipped}})
	first = d.do("GET", "Messages.json?PageSize=1", nil)
	second := d.do("GET", *first.Next, nil)
	third := d.do("GET", *second.Next, nil)
	if first.Messages[0].SID != names[2] || len(second.Messages) != 0 || third.Messages[0].SID != names[0] || third.Next != nil {
		t.Error("not one row is missing, and only one")
	}
	if again := d.do("GET", "Messages.json", nil); len(again.Messages) != 3 {
		t.Error("the next walk does not show it")
	}

	// Nothing is deleted that could not be, and a fetch is no walk.
	fresh := d.receive(patient, "hello")
	d.set(simulator.Faults{Reads: []simulator.Mishap{simulator.Erased, simulator.Erased}})
	d.do("GET", "Messages.json?PageSize=1", nil)
	if d.do("GET", "Messages/"+string(fresh)+".json", nil).status != 200 || len(d.Messages()) != 4 {
		t.Error("a message was deleted before it could be")
	}
}

// The order is another, and the same on every page of every walk.
func TestDisorder(t *testing.T) {
	d := open(t)
	for range 40 {
		d.receive(patient, "hello")
		d.Advance(time.Minute)
	}
	order := func(size string) (names []provider.SID) {
		for path := "Messages.json?PageSize=" + size; path != ""; {
			page := d.do("GET", path, nil)
			for _, m := range page.Messages {
				names = append(names, m.SID)
			}
			path = ""
			if page.Next != nil {
				path = *page.Next
			}
		}
		return names
	}
	straight := order("7")
	d.set(simulator.Faults{Disorder: simulator.Duration(10 * time.Minute)})
	mixed := order("7")
	if slices.Equal(straight, mixed) || !slices.Equal(mixed, order("1000")) {
		t.Error("not another order, or not the same one twice")
	}
	for at, name := range mixed {
		if off := at - slices.Index(straight, name); off < -20 || off > 20 {
			t.Errorf("a row is off by %d", off)
		}
	}
	d.set(simulator.Faults{})
	if !slices.Equal(straight, order("7")) {
		t.Error("the order does not come back")
	}
}

func TestSkew(t *testing.T) {
	d := open(t)
	before := d.receive(patient, "before")
	d.set(simulator.Faults{Skew: simulator.Duration(-time.Hour)})
	d.receive(patient, "an hour behind")
	d.Advance(time.Minute)
	list := d.do("GET", "Messages.json", nil)
	if got := list.header.Get("Date"); got != start.Add(-59*time.Minute).Format(http.TimeFormat) {
		t.Errorf("dated %s", got)
	}
	// It stands where its date puts it, below what came first.
	if len(list.Messages) != 2 || list.Messages[0].SID != before || *list.Messages[1].Body != "an hour behind" ||
		*list.Messages[1].DateCreated != start.Add(-time.Hour).Format(time.RFC1123Z) {
		t.Errorf("%d rows", len(list.Messages))
	}
	d.set(simulator.Faults{Skew: simulator.Duration(time.Hour)})
	sent := d.send(patient, "an hour ahead")
	d.Advance(time.Minute)
	if now := d.do("GET", "Messages/"+string(sent.SID)+".json", nil); string(now.Status) != `"delivered"` ||
		*now.DateSent != start.Add(time.Hour+time.Minute+time.Second).Format(time.RFC1123Z) {
		t.Errorf("%s at %s", now.Status, *now.DateSent)
	}
	d.set(simulator.Faults{})
	if again := d.do("GET", "Messages.json", nil); len(again.Messages) != 3 || again.Messages[0].SID != sent.SID {
		t.Error("what was made under a wrong clock does not keep its place")
	}
}
