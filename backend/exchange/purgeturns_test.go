package exchange_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/policy"
	"quietline/backend/provider"
)

// unread fails where a backup is read although nothing is to be taken away.
type unread struct{ t *testing.T }

func (u unread) Proven(context.Context, clinic.Instant) (uint64, error) {
	u.t.Error("backups are read for nothing")
	return 0, nil
}

// leavesAlone holds that nothing is left to do.
func (a *album) leavesAlone() {
	a.t.Helper()
	head := a.head()
	a.ok(a.x.Purge(a.ctx, unread{a.t.(*testing.T)}, nil))
	if a.head() != head {
		a.t.Error("with nothing left to do something is recorded")
	}
}

// TestWhatNeverCameIsLeftAlone: of a text whose picture was given up nothing goes, that
// is said once, and no backup is read for it each day. Once the picture is here it goes.
func TestWhatNeverCameIsLeftAlone(t *testing.T) {
	a, l, id := givenUp(t)
	a.purges(a.client)
	a.readAll()
	a.pass(20)
	a.ok(a.x.Compare(a.ctx, true, nil))
	a.ok(exchange.SetPurging(a.ctx, a.clinic.Journal, a.member, exchange.PurgeAll, exchange.LeastPurgeDays))
	a.ok(a.x.Purge(a.ctx, all, nil))
	if p := a.purged(); p.Deleted != 0 || p.KeptAttachments != 1 || p.KeptWords != 0 {
		t.Errorf("of a text without its pictures: %+v", p)
	}
	a.leavesAlone()
	a.ok(a.clinic.Journal.Rebuild(a.ctx, nil))
	a.leavesAlone()
	l.hidden = false
	a.ok(a.x.FetchAgain(a.ctx, id))
	a.ok(a.x.Purge(a.ctx, all, nil))
	if p := a.purged(); p.Deleted != 1 || p.KeptAttachments != 0 {
		t.Errorf("once they are here: %+v", p)
	}
}

// TestWhatComesDuringARunGoesInTheNext: the run has passed the text by whose picture comes.
func TestWhatComesDuringARunGoesInTheNext(t *testing.T) {
	a, l, id := givenUp(t)
	a.purges(a.client)
	a.readAll()
	const newer = 40
	for n := range newer {
		a.receives(fmt.Sprintf("One more thing, number %d", n))
	}
	a.ok(a.x.Listen(a.ctx))
	a.pass(20)
	a.ok(a.x.Compare(a.ctx, true, nil))
	a.ok(exchange.SetPurging(a.ctx, a.clinic.Journal, a.member, exchange.PurgeAll, exchange.LeastPurgeDays))
	came := false
	a.ok(a.x.Purge(a.ctx, all, func(int) {
		if !came {
			came, l.hidden = true, false
			a.ok(a.x.FetchAgain(a.ctx, id))
		}
	}))
	a.ok(a.x.Purge(a.ctx, all, nil))
	if p := a.purged(); !came || p.Deleted != newer+1 || p.KeptAttachments != 0 {
		t.Errorf("%+v", p)
	}
	a.leavesAlone()
}

// TestATextThatLeftLateStaysAsLong: what counts is when the provider got it, and a backup
// in which it only waits does not hold it.
func TestATextThatLeftLateStaysAsLong(t *testing.T) {
	a := newAlbum(t)
	a.purges(a.client)
	a.readAll()
	id := a.written(visit)
	a.pass(21)
	a.ok(exchange.Resolve(a.ctx, a.clinic.Journal, a.member, archive.SeeAll(), id, true, policy.LineSimulator))
	before := shelf{uint64(a.head())}
	a.ok(a.x.SendDue(a.ctx))
	if a.sent(visit) != 1 {
		t.Fatal("it did not leave")
	}
	a.clock.Advance(2 * time.Hour)
	a.ok(a.x.Listen(a.ctx))
	a.ok(a.x.Compare(a.ctx, true, nil))
	a.ok(exchange.SetPurging(a.ctx, a.clinic.Journal, a.member, exchange.PurgeAll, exchange.LeastPurgeDays))
	a.ok(a.x.Purge(a.ctx, unread{t}, nil))
	a.pass(18)
	a.ok(a.x.Compare(a.ctx, true, nil))
	if err := a.x.Purge(a.ctx, before, nil); !errors.Is(err, clinic.E(exchange.CodePurgeNoCopy)) {
		t.Errorf("with a backup in which it waits: %v", err)
	}
	a.ok(a.x.Purge(a.ctx, all, nil))
	if a.purged().Deleted != 1 {
		t.Errorf("it is said: %+v", a.purged())
	}
}

// walking is a provider whose first list takes until it is let go.
type walking struct {
	provider.SMS
	begun       atomic.Bool
	held, letGo chan struct{}
}

func (w *walking) List(ctx context.Context, q provider.Query, at provider.Cursor) (provider.Page, error) {
	if w.begun.CompareAndSwap(false, true) {
		close(w.held)
		select {
		case <-w.letGo:
		case <-ctx.Done():
		}
	}
	return w.SMS.List(ctx, q, at)
}

// turning is a context that says when somebody begins to wait for a turn under it.
type turning struct {
	context.Context
	once  sync.Once
	waits chan struct{}
}

func (c *turning) Done() <-chan struct{} {
	callers := make([]uintptr, 16)
	for frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers)]); ; {
		frame, more := frames.Next()
		if strings.HasSuffix(frame.Function, "/exchange.turns.take") {
			c.once.Do(func() { close(c.waits) })
		}
		if !more {
			return c.Context.Done()
		}
	}
}

// TestTakingAwayKeepsNobodyFromListening: while a long comparison is under way it waits
// by itself, and ends as soon as it is told to.
func TestTakingAwayKeepsNobodyFromListening(t *testing.T) {
	a := longAgo(t, exchange.PurgeAll)
	long := &walking{SMS: a.client, held: make(chan struct{}), letGo: make(chan struct{})}
	a.sms = long
	a.purges(a.client)
	compared, purged := make(chan error, 1), make(chan error, 1)
	go func() { compared <- a.x.Compare(a.ctx, true, nil) }()
	<-long.held
	ctx, stop := context.WithCancel(a.ctx)
	defer stop()
	turn := &turning{Context: ctx, waits: make(chan struct{})}
	go func() { purged <- a.x.Purge(turn, all, nil) }()
	select {
	case <-turn.waits:
	case err := <-purged:
		t.Fatalf("it did not wait: %v", err)
	}
	listening := make(chan error, 1)
	go func() { listening <- a.x.Listen(a.ctx) }()
	select {
	case err := <-listening:
		a.ok(err)
	case <-time.After(20 * time.Second):
		t.Error("a STOP waits unread")
	}
	stop()
	if err := <-purged; !errors.Is(err, context.Canceled) {
		t.Errorf("told to end, it says %v", err)
	}
	close(long.letGo)
	a.ok(<-compared)
	if _, _, texts := a.there(); texts != 3 {
		t.Errorf("%d texts are left", texts)
	}
}
