package twilio_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/provider/twilio"
)

// TestTextsAreLeftWithTheServiceOfTheNumber: nobody names the messaging service, so that of
// the number is looked for, once. Without one nothing is sent.
func TestTextsAreLeftWithTheServiceOfTheNumber(t *testing.T) {
	pool := simulator.Service{SID: service, Numbers: []clinic.Phone{ours}, OnNumber: true}
	for _, c := range []struct {
		name     string
		services []simulator.Service
		key      *simulator.Key
		code     clinic.Code
	}{
		{"of a service", []simulator.Service{pool}, nil, ""},
		{"of none", nil, nil, provider.CodeNoScheduler},
		{"a key that may not look", []simulator.Service{pool}, &simulator.Key{
			SID: keySID, Secret: keySecret, Permissions: []simulator.Permission{simulator.ReadMessages, simulator.SendMessages},
		}, provider.CodeNoScheduler},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := clinictest.NewClock(start)
			sim, err := simulator.New(simulator.Config{
				Account: account, KeySID: keySID, KeySecret: keySecret, Seed: 1, Clock: clock,
				Numbers: []simulator.Number{{Phone: ours}}, Services: c.services,
			})
			if err != nil {
				t.Fatal(err)
			}
			if c.key != nil {
				if err := sim.SetKeys(*c.key); err != nil {
					t.Fatal(err)
				}
			}
			looked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/Services") {
					looked++
				}
				sim.ServeHTTP(w, r)
			}))
			t.Cleanup(server.Close)
			sms := plain(t, twilio.Config{BaseURL: server.URL})
			for range 2 {
				m, err := sms.Schedule(t.Context(), text(), clock.Now().Add(time.Hour))
				if c.code == "" && (err != nil || m.Status != provider.Scheduled) || c.code != "" && !errors.Is(err, clinic.E(c.code)) {
					t.Fatalf("%s, error %v", m.Status, err)
				}
				if err != nil && provider.OutcomeOf(err) != provider.NotSent {
					t.Error("nobody knows whether it was sent")
				}
			}
			if c.code == "" && looked != 1 {
				t.Errorf("it looked %d times", looked)
			}
		})
	}
}
