package providertest

import (
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// usageIsTold: what is told of a day is what its messages cost, and a day on
// which nothing was sent came to nothing.
func usageIsTold(t *testing.T, f *Fixture) {
	today := clinic.DateOf(f.later(t, 0).Time())
	f.Peer.Receive(t, patient, "hello")
	f.Peer.ReceiveMedia(t, patient, Attached{Type: "image/png", Content: []byte("one")})
	f.send(t, "hello")
	f.send(t, "¿Sí?")
	f.Peer.Advance(time.Minute)
	spent, messages := int64(0), f.walk(t, provider.Query{})
	for _, m := range messages {
		if m.Cost.Millionths <= 0 || m.Cost.Currency == "" {
			t.Errorf("a message costs %+v", m.Cost)
		}
		spent += m.Cost.Millionths
	}
	all, err := f.Billing.Usage(t.Context(), today, today)
	if err != nil {
		t.Fatalf("usage: %v", err)
	}
	counted, parts, total := 0, int64(0), int64(-1)
	for _, u := range all {
		switch u.Kind {
		case provider.Total:
			total = u.Cost.Millionths
		default:
			counted += u.Count
			parts += u.Cost.Millionths
		}
	}
	if counted != len(messages) || parts != spent || total < spent {
		t.Errorf("%d messages for %d of %d in all, want %d for %d", counted, parts, total, len(messages), spent)
	}
	f.Peer.Advance(48 * time.Hour)
	after := clinic.DateOf(f.later(t, 0).Time())
	if all, err := f.Billing.Usage(t.Context(), after, after); err != nil || len(all) != 0 {
		t.Errorf("a day without texts: %d kinds, error %v", len(all), err)
	}
	_, err = f.Billing.Usage(t.Context(), after, today)
	f.wants(t, err, clinic.CodeBadInput)
	f.Peer.NextRead(t, KeyRevoked)
	_, err = f.Billing.Usage(t.Context(), today, today)
	f.wants(t, err, provider.CodeUnauthorised)
	f.Peer.NextRead(t, Hollow)
	_, err = f.Billing.Usage(t.Context(), today, today)
	f.wants(t, err, provider.CodeUnavailable)
}
