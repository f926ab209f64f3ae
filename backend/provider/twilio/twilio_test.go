package twilio_test

import (
	"net"
	"net/http/httptest"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/provider"
	"quietline/backend/provider/providertest"
	"quietline/backend/provider/simulator"
	"quietline/backend/provider/twilio"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	account   = provider.Account("AC00112233445566778899aabbccddeeff")
	service   = "MG00112233445566778899aabbccddeeff"
	keySID    = "SK00112233445566778899aabbccddeeff"
	keySecret = "a-secret-that-no-error-shows"
	ours      = clinic.Phone("+13035550100")
	patient   = clinic.Phone("+13035550142")
)

var start = time.Date(2026, 3, 3, 16, 0, 0, 0, time.UTC)

func TestConformance(t *testing.T) {
	providertest.Run(t, func(t *testing.T) *providertest.Fixture {
		sim, err := simulator.New(simulator.Config{
			Account: account, KeySID: keySID, KeySecret: keySecret, Seed: 1,
			Numbers:  []simulator.Number{{Phone: ours}, {Phone: "+13035550101", NoSMS: true}, {Phone: "+13035550102", NoMMS: true}},
			Services: []simulator.Service{{SID: service, Numbers: []clinic.Phone{ours}, OnNumber: true}},
			Clock:    clinictest.NewClock(start),
		})
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(sim)
		t.Cleanup(server.Close)
		sms := client(t, server.URL)
		return &providertest.Fixture{
			SMS: sms, Media: sms, Pictures: sms, Scheduler: sms, Purger: sms, Inspector: sms, Billing: sms, Peer: peer{sim},
			Clinic: ours, Voice: "+13035550101", Plain: "+13035550102", Foreign: "+17205550199",
			Unreachable: client(t, deadAddress(t)),
			Secrets:     []string{keySID, keySecret, string(account), "127.0.0.1"},
		}
	})
}

// client returns the adapter for a server, its requests held against the
// description.
func client(t *testing.T, url string) *twilio.Client {
	t.Helper()
	c, err := twilio.New(twilio.Config{
		BaseURL: url, Account: account, Service: service, KeySID: keySID, KeySecret: keySecret,
		Transport: providertest.Described(t, twilio.NewTransport(nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// deadAddress is a loopback address where nobody listens.
func deadAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String()
}

// peer is the simulator in the suite's words.
type peer struct{ *simulator.Simulator }

var mishaps = map[providertest.Trouble]simulator.Mishap{
	providertest.Overloaded: simulator.Busy,
	providertest.Flooded:    simulator.BusyPage,
	providertest.KeyRevoked: simulator.Revoked,
	providertest.Down:       simulator.Unavailable,
	providertest.Broken:     simulator.ServerError,
	providertest.Elsewhere:  simulator.Redirect,
	providertest.LostBefore: simulator.ResetBefore,
	providertest.HeldBefore: simulator.HoldBefore,
	providertest.LostAfter:  simulator.ResetAfter,
	providertest.CutShort:   simulator.BreakOff,
	providertest.Hollow:     simulator.EmptyObject,
	providertest.Nonsense:   simulator.Garbage,
	providertest.DownAfter:  simulator.UnavailableAfter,
	providertest.HeldAfter:  simulator.HoldAfter,
	providertest.Erased:     simulator.Erased,
}

func (p peer) Receive(t testing.TB, from clinic.Phone, body string) provider.SID {
	t.Helper()
	sid, err := p.Simulator.Receive(simulator.Inbound{From: from, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	return sid
}

var mediaTroubles = map[providertest.MediaTrouble]simulator.MediaTrouble{
	providertest.Whole:     simulator.Whole,
	providertest.NotListed: simulator.NotListed,
	providertest.Gone:      simulator.Gone,
	providertest.CutOff:    simulator.Cut,
	providertest.Oversized: simulator.Oversized,
	providertest.Endless:   simulator.Endless,
}

func (p peer) ReceiveMedia(t testing.TB, from clinic.Phone, attached ...providertest.Attached) provider.SID {
	t.Helper()
	in := simulator.Inbound{From: from}
	for _, a := range attached {
		in.Media = append(in.Media, simulator.Attached{Type: a.Type, Content: a.Content, Trouble: mediaTroubles[a.Trouble]})
	}
	sid, err := p.Simulator.Receive(in)
	if err != nil {
		t.Fatal(err)
	}
	return sid
}

func (p peer) All() []provider.Message { return p.Messages() }

func (p peer) NextSend(t testing.TB, tr providertest.Trouble) {
	t.Helper()
	if err := p.SetFaults(simulator.Faults{Sends: []simulator.Mishap{mishaps[tr]}}); err != nil {
		t.Fatal(err)
	}
}

func (p peer) NextChange(t testing.TB, tr providertest.Trouble) {
	t.Helper()
	if err := p.SetFaults(simulator.Faults{Changes: []simulator.Mishap{mishaps[tr]}}); err != nil {
		t.Fatal(err)
	}
}

func (p peer) NextPicture(t testing.TB, tr providertest.Trouble) {
	t.Helper()
	if err := p.SetFaults(simulator.Faults{Pictures: []simulator.Mishap{mishaps[tr]}}); err != nil {
		t.Fatal(err)
	}
}

func (p peer) Shown(text provider.SID) [][]byte { return p.Pictures(text) }

func (p peer) NextRead(t testing.TB, tr providertest.Trouble) {
	t.Helper()
	if err := p.SetFaults(simulator.Faults{Reads: []simulator.Mishap{mishaps[tr]}}); err != nil {
		t.Fatal(err)
	}
}
