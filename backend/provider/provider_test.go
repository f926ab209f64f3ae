package provider_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

func TestOutcomeOf(t *testing.T) {
	certain := []clinic.Code{
		provider.CodeOffline, provider.CodeBusy, provider.CodeUnauthorised, provider.CodeRefused,
		provider.CodeOptedOut, provider.CodeBadRecipient, provider.CodeBadSender, provider.CodeNotApproved,
		provider.CodeTooLong, provider.CodeEmptyText, clinic.CodeBadInput, clinic.CodeCancelled,
		provider.CodeNotMobile, provider.CodeRegionOff, provider.CodeUnregistered, provider.CodeUnverified,
		provider.CodeNotProvisioned, provider.CodeBadTime, provider.CodeNoScheduler, provider.CodeNoPictures,
	}
	for _, code := range append(provider.Codes(), clinic.Codes()...) {
		want := provider.Unknown
		if slices.Contains(certain, code) {
			want = provider.NotSent
		}
		if got := provider.OutcomeOf(fmt.Errorf("send: %w", clinic.E(code))); got != want {
			t.Errorf("%s is %v, want %v", code, got, want)
		}
	}
	for name, err := range map[string]error{
		"a stranger":                  errors.New("x"),
		"a bare context":              context.Canceled,
		"unknown because of offline":  clinic.E(provider.CodeUnknown).Because(clinic.E(provider.CodeOffline)),
		"unknown because of a cancel": clinic.E(provider.CodeUnknown).Because(context.Canceled),
	} {
		if got := provider.OutcomeOf(err); got != provider.Unknown {
			t.Errorf("%s is %v", name, got)
		}
	}
	if provider.OutcomeOf(nil) != provider.TakenOver {
		t.Error("no error is not a text taken over")
	}
}

func TestCodesAreListedOnce(t *testing.T) {
	seen := map[clinic.Code]bool{}
	for _, c := range provider.Codes() {
		if seen[c] || !strings.HasPrefix(string(c), "provider.") {
			t.Errorf("%s", c)
		}
		seen[c] = true
	}
}

func TestStatus(t *testing.T) {
	terminal := []provider.Status{
		provider.Delivered, provider.Undelivered, provider.Failed, provider.Canceled, provider.Received, provider.Read,
	}
	for _, s := range provider.Statuses() {
		if !s.Known() || s.Terminal() != slices.Contains(terminal, s) {
			t.Errorf("%s: known %v, terminal %v", s, s.Known(), s.Terminal())
		}
	}
	if s := provider.Status("shelved"); s.Known() || s.Terminal() {
		t.Error("a new status is taken for a known one")
	}
	for _, c := range []struct {
		now, before provider.Status
		want        bool
	}{
		{provider.Sending, provider.Queued, true},
		{provider.Sent, provider.Queued, true},
		{provider.Delivered, provider.Sent, true},
		{provider.Undelivered, provider.Sent, true},
		{provider.Delivered, provider.PartiallyDelivered, true},
		{provider.Read, provider.Delivered, true},
		{provider.Received, provider.Receiving, true},
		{provider.Sent, "", true},
		{"shelved", provider.Sent, true},
		{provider.Delivered, "shelved", true},
		{provider.Queued, provider.Sent, false}, // a list that lags
		{provider.Sent, provider.Sent, false},
		{provider.Sent, provider.Delivered, false},
		{provider.Failed, provider.Delivered, false},
		{provider.Delivered, provider.Failed, false},
		{"shelved", provider.Delivered, false},
		{provider.Delivered, provider.Read, false},
		{provider.Read, provider.Failed, false},
		{"shelved", provider.Failed, false},
	} {
		if got := c.now.Follows(c.before); got != c.want {
			t.Errorf("%q after %q: %v", c.now, c.before, got)
		}
	}
}

// However answers arrive, two readers that keep the newest state end at the
// same one.
func TestNoTwoStatesFollowEachOther(t *testing.T) {
	for _, a := range provider.Statuses() {
		for _, b := range provider.Statuses() {
			if a.Follows(b) && b.Follows(a) {
				t.Errorf("%s and %s follow each other", a, b)
			}
		}
	}
}

func TestOutgoingCheckBounds(t *testing.T) {
	good := provider.Outgoing{From: "+13035550100", To: "+13035550142", Body: "x"}
	for _, c := range []struct {
		validFor time.Duration
		ok       bool
	}{
		{0, true}, {-1, false}, {1, false}, {time.Second - 1, false}, {time.Second, true}, {time.Second + 1, false},
		{10 * time.Hour, true}, {10*time.Hour + time.Second, false},
	} {
		o := good
		o.ValidFor = c.validFor
		if err := o.Check(); (err == nil) != c.ok {
			t.Errorf("%v: %v", c.validFor, err)
		}
	}
	for _, c := range []struct {
		body string
		code clinic.Code
	}{
		{strings.Repeat("a", provider.MaxBody), ""},
		{strings.Repeat("a", provider.MaxBody+1), provider.CodeTooLong},
		{strings.Repeat("👍", provider.MaxBody/2), ""},
		{strings.Repeat("👍", provider.MaxBody/2) + "a", provider.CodeTooLong},
		{"", provider.CodeEmptyText},
	} {
		o := good
		o.Body = c.body
		err := o.Check()
		if (err == nil) != (c.code == "") || err != nil && clinic.CodeOf(err) != c.code {
			t.Errorf("%d characters: %v", len(c.body), err)
		}
	}
}

func TestNothingOfAPatientIsLogged(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	m := provider.Message{From: "+13035550142", To: "24273", Body: "my secret", Status: provider.Sent}
	log.Info("x", "message", m, "address", m.From, "text", provider.Outgoing{To: "+13035550142", Body: "my secret"})
	for _, secret := range []string{"0142", "24273", "secret"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if !strings.Contains(out.String(), "sent") {
		t.Error("the log does not hold the state")
	}
}
