package providertest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// outcomesAgree is the heart of the suite. Whatever happens to a request, Send
// never claims that a text was not sent while the peer holds it, never claims
// that it was taken over while the peer does not, and never makes two of one.
func outcomesAgree(t *testing.T, f *Fixture) {
	for _, c := range []struct {
		trouble Trouble
		code    clinic.Code
		retry   bool
		held    bool // the peer has it in the end
	}{
		{Overloaded, provider.CodeBusy, true, false},
		{Flooded, provider.CodeBusy, true, false},
		{KeyRevoked, provider.CodeUnauthorised, false, false},
		{Down, provider.CodeUnknown, false, false},
		{Broken, provider.CodeUnknown, false, false},
		{Elsewhere, provider.CodeUnknown, false, false},
		{LostBefore, provider.CodeUnknown, false, false},
		{LostAfter, provider.CodeUnknown, false, true},
		{CutShort, provider.CodeUnknown, false, true},
		{Hollow, provider.CodeUnknown, false, true},
		{Nonsense, provider.CodeUnknown, false, true},
		{DownAfter, provider.CodeUnknown, false, true},
	} {
		t.Run(string(c.trouble), func(t *testing.T) {
			before := len(f.Peer.All())
			f.Peer.NextSend(t, c.trouble)
			_, err := f.SMS.Send(t.Context(), f.text("The door code is at the desk."))
			if err == nil {
				t.Fatal("taken over")
			}
			f.quiet(t, err, "door code")
			if clinic.CodeOf(err) != c.code {
				t.Errorf("error %v, want %s", err, c.code)
			}
			var e *clinic.Error
			if errors.As(err, &e) && e.Retry != c.retry {
				t.Errorf("retry %v, want %v", e.Retry, c.retry)
			}
			now := len(f.Peer.All()) - before
			if now > 1 {
				t.Errorf("the peer holds it %d times", now)
			}
			if held := now > 0; held != c.held {
				t.Errorf("held by the peer: %v, want %v", held, c.held)
			}
			if outcome := provider.OutcomeOf(err); outcome == provider.NotSent && now > 0 ||
				outcome == provider.TakenOver && now == 0 {
				t.Errorf("outcome %v, but the peer holds %d", outcome, now)
			}
			// Whatever it was, the next text goes out.
			f.send(t, "next")
		})
	}
}

func readingRecovers(t *testing.T, f *Fixture) {
	sid := f.Peer.Receive(t, patient, "hello")
	for _, c := range []struct {
		trouble Trouble
		code    clinic.Code
	}{
		{Overloaded, provider.CodeBusy}, {Flooded, provider.CodeBusy},
		{KeyRevoked, provider.CodeUnauthorised},
		{Down, provider.CodeUnavailable}, {Broken, provider.CodeUnavailable},
		{Elsewhere, provider.CodeUnavailable}, {LostAfter, provider.CodeUnavailable},
		{CutShort, provider.CodeUnavailable}, {Nonsense, provider.CodeUnavailable},
		// An empty object must not pass for an empty inbox.
		{Hollow, provider.CodeUnavailable},
	} {
		t.Run(string(c.trouble), func(t *testing.T) {
			// A read may be repeated where a connection breaks, so that there may be
			// nothing to complain of.
			repeated := func(err error) bool { return err == nil && c.trouble == LostAfter }
			f.Peer.NextRead(t, c.trouble)
			_, err := f.SMS.List(t.Context(), provider.Query{}, "")
			if !repeated(err) {
				f.wants(t, err, c.code)
			}
			if _, err := f.SMS.List(t.Context(), provider.Query{}, ""); err != nil {
				t.Errorf("the next list: %v", err)
			}
			f.Peer.NextRead(t, c.trouble)
			_, err = f.SMS.Fetch(t.Context(), sid)
			if !repeated(err) {
				f.wants(t, err, c.code)
			}
			if m, err := f.SMS.Fetch(t.Context(), sid); err != nil || m.SID != sid {
				t.Errorf("the next fetch: %v", err)
			}
		})
	}
}

func unreachable(t *testing.T, f *Fixture) {
	_, err := f.Unreachable.Send(t.Context(), f.text("Are you coming?"))
	f.wants(t, err, provider.CodeOffline)
	if provider.OutcomeOf(err) != provider.NotSent {
		t.Errorf("outcome %v", provider.OutcomeOf(err))
	}
	_, err = f.Unreachable.List(t.Context(), provider.Query{}, "")
	f.wants(t, err, provider.CodeOffline)
	_, err = f.Unreachable.Check(t.Context(), f.Clinic)
	f.wants(t, err, provider.CodeOffline)
}

func cancelled(t *testing.T, f *Fixture) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := f.SMS.Send(over, f.text("x"))
	f.wants(t, err, clinic.CodeCancelled)
	if provider.OutcomeOf(err) != provider.NotSent || len(f.Peer.All()) != 0 {
		t.Error("a context that had ended sent something")
	}
	_, err = f.SMS.List(over, provider.Query{}, "")
	f.wants(t, err, clinic.CodeCancelled)

	// Cancelled under way: the peer has the request, so nothing is certain.
	for _, held := range []Trouble{HeldBefore, HeldAfter} {
		ctx, cancel := context.WithCancel(t.Context())
		f.Peer.NextSend(t, held)
		ended := make(chan error, 1)
		go func() {
			_, err := f.SMS.Send(ctx, f.text("x"))
			ended <- err
		}()
		f.Peer.AwaitHeld()
		cancel()
		err := <-ended
		f.wants(t, err, provider.CodeUnknown)
		f.Peer.Release()
	}

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	f.Peer.NextRead(t, HeldBefore)
	ended := make(chan error, 1)
	go func() {
		_, err := f.SMS.List(ctx, provider.Query{}, "")
		ended <- err
	}()
	f.Peer.AwaitHeld()
	cancel()
	f.wants(t, <-ended, clinic.CodeCancelled)
	f.Peer.Release()
}

func manyCallers(t *testing.T, f *Fixture) {
	const callers, each = 4, 5
	var all sync.WaitGroup
	for c := range callers {
		all.Go(func() {
			for i := range each {
				m, err := f.SMS.Send(t.Context(), f.text(fmt.Sprintf("text %d of %d", i, c)))
				if err != nil {
					t.Errorf("send: %v", err)
					return
				}
				if _, err := f.SMS.Fetch(t.Context(), m.SID); err != nil {
					t.Errorf("fetch: %v", err)
				}
				if _, err := f.SMS.List(t.Context(), provider.Query{PageSize: 3}, ""); err != nil {
					t.Errorf("list: %v", err)
				}
			}
		})
	}
	all.Wait()
	f.Peer.Advance(time.Minute)
	if n := len(f.walk(t, provider.Query{PageSize: 3})); n != callers*each {
		t.Errorf("%d texts, want %d", n, callers*each)
	}
}
