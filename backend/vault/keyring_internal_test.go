package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
)

// fakeCalls is the library: each call does what do says.
type fakeCalls struct {
	under atomic.Int32
	do    func() (string, error)
}

func (f *fakeCalls) Get(string, string) (string, error) { return f.run() }
func (f *fakeCalls) Set(string, string, string) error   { _, err := f.run(); return err }
func (f *fakeCalls) Delete(string, string) error        { _, err := f.run(); return err }

func (f *fakeCalls) run() (string, error) {
	f.under.Add(1)
	defer f.under.Add(-1)
	return f.do()
}

func TestAKeyringThatWaitsForAPerson(t *testing.T) {
	clock := clinictest.NewClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	answered := make(chan struct{})
	calls := &fakeCalls{do: func() (string, error) { <-answered; return "AAAA", nil }}
	ring := newSystemKeyring("quietline-test", clock, calls)

	ask := func() error {
		done := make(chan error, 1)
		go func() { _, err := ring.Get(t.Context(), "x"); done <- err }()
		clock.AwaitWaiters(1)
		clock.Advance(patience)
		return <-done
	}
	// The second call must not join the first in the library.
	for range 2 {
		err := ask()
		if !errors.Is(err, clinic.E(CodeKeyringSlow)) {
			t.Fatalf("got %v", err)
		}
		if n := calls.under.Load(); n > 1 {
			t.Fatalf("%d calls in the library at once", n)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ring.Get(ctx, "x"); !errors.Is(err, clinic.E(clinic.CodeCancelled)) {
		t.Fatalf("a cancelled call: %v", err)
	}

	close(answered)
	secret, err := ring.Get(t.Context(), "x")
	if err != nil || !bytes.Equal(secret, []byte{0, 0, 0}) {
		t.Errorf("after the person answered: %v, %v", secret, err)
	}
}

func TestWhatTheLibrarySays(t *testing.T) {
	tests := []struct {
		name string
		do   func() (string, error)
		code clinic.Code
	}{
		{"nothing kept", func() (string, error) { return "", keyring.ErrNotFound }, CodeKeyringAbsent},
		{"no bus", func() (string, error) { return "", &exec.Error{Name: "dbus-launch", Err: exec.ErrNotFound} }, CodeKeyringUnavailable},
		{"a panic", func() (string, error) { panic("index out of range") }, CodeKeyringUnavailable},
		{"no base64", func() (string, error) { return "secret!", nil }, CodeOtherDevice},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ring := newSystemKeyring("quietline-test", clinic.SystemClock(), &fakeCalls{do: tt.do})
			if _, err := ring.Get(t.Context(), "x"); !errors.Is(err, clinic.E(tt.code)) {
				t.Errorf("got %v, want %s", err, tt.code)
			}
		})
	}
	ring := newSystemKeyring("quietline-test", clinic.SystemClock(), &fakeCalls{
		do: func() (string, error) { return "", keyring.ErrNotFound },
	})
	if err := ring.Delete(t.Context(), "x"); err != nil {
		t.Errorf("deleting nothing: %v", err)
	}
	err := keyringError(fmt.Errorf("cannot reach account ana@cedar-hollow"))
	if bytes.Contains([]byte(err.Error()), []byte("ana")) {
		t.Errorf("the error repeats the library's: %v", err)
	}
}
