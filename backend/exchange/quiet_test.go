package exchange_test

import (
	"context"
	"io"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/policy"
	"quietline/backend/provider"
)

// begins starts an exchange over a line and a journal of a test's own.
func (w *world) begins(sms provider.SMS, j exchange.Journal) {
	w.t.Helper()
	w.x = exchange.New(exchange.Config{
		Journal: j, SMS: sms, Account: account, Phone: ours, Line: policy.LineSimulator, Clock: w.clock,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	w.ok(w.x.Settle(w.ctx))
}

// neighbour is an account of which another number texts four times an hour, and
// has done so for a year.
type neighbour struct {
	provider.SMS
	clock clinic.Clock
	pages int
}

func (n *neighbour) List(_ context.Context, q provider.Query, at provider.Cursor) (provider.Page, error) {
	n.pages++
	first, _ := strconv.Atoi(string(at))
	page := provider.Page{ServerTime: n.clock.Now()}
	for i := range q.PageSize {
		made := n.clock.Now().Add(-time.Duration(first+i) * 15 * time.Minute)
		page.Messages = append(page.Messages, provider.Message{
			SID: provider.SID("SM" + strconv.Itoa(first+i)), From: provider.Address(hers), To: "+13035550111",
			Direction: provider.Inbound, Status: provider.Received, Created: made, Body: "not ours",
		})
	}
	if next := first + q.PageSize; next < 365*24*4 {
		page.Next = provider.Cursor(strconv.Itoa(next))
	}
	return page, nil
}

// TestAQuietNumberOfABusyAccountIsReadInTwoPages: no text of ours is on the list to
// say how old a page is. The second page is the first that is old as a whole.
func TestAQuietNumberOfABusyAccountIsReadInTwoPages(t *testing.T) {
	w := newWorld(t)
	line := &neighbour{SMS: w.sms, clock: w.clock}
	w.begins(line, w.clinic.Journal)
	for range 3 {
		line.pages = 0
		w.ok(w.x.Listen(w.ctx))
		if line.pages != 2 {
			t.Errorf("a round read %d pages", line.pages)
		}
		w.clock.Advance(time.Minute)
	}
}
