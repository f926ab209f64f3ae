package simulator_test

import (
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
