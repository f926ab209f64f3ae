package simulator_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
)

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
