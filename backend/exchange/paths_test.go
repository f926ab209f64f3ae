package exchange_test

import (
	"strings"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/exchange"
	"quietline/backend/provider/simulator"
	"quietline/backend/sqlite"
)

// TestNoRoundWalksTheTexts has every statement explained that writing, sending,
// listening and looking for what was lost take. What waits in the outbox may be
// walked: it has not left yet, and a person wrote each of it.
func TestNoRoundWalksTheTexts(t *testing.T) {
	w := newWorld(t)
	seen := map[string]bool{}
	w.ctx = sqlite.WithTrace(w.ctx, func(s sqlite.Statement) {
		if seen[s.Query] {
			return
		}
		seen[s.Query] = true
		steps, err := s.Plan()
		if err != nil {
			t.Errorf("%s: %v", s.Query, err)
		}
		for _, step := range steps {
			// A constant row is the one of a SELECT EXISTS.
			walks := strings.HasPrefix(step, "SCAN ") && step != "SCAN CONSTANT ROW" || strings.Contains(step, "TEMP B-TREE") || strings.Contains(step, "AUTOMATIC")
			if walks && !permit(s.Query, step) {
				t.Errorf("%s\n\tin %s of\n\t%s", step, s.File, s.Query)
			}
		}
	})
	w.ok(w.x.Listen(w.ctx))
	first := w.written("Please call us about Tuesday.")
	w.ok(w.x.SendDue(w.ctx))
	w.clock.Advance(time.Minute)
	_, err := w.sim.Receive(simulator.Inbound{From: hers, Body: "I will. STOP"})
	w.ok(err)
	_, err = w.sim.Receive(simulator.Inbound{From: "+17205550188", Body: "Do you take new patients?"})
	w.ok(err)
	w.ok(w.x.Listen(w.ctx))
	w.ok(w.x.CheckUnsure(w.ctx))
	w.ok(w.x.Settle(w.ctx))
	w.read(func(tx *sqlite.Tx) error {
		if _, err := exchange.WaitingThreads(tx); err != nil {
			return err
		}
		_, err := exchange.Count(tx, archive.SeeAll())
		return err
	})
	if m := w.message(first); m.SID == "" || len(seen) < 40 {
		t.Errorf("the text has the name %q, and %d statements were seen", m.SID, len(seen))
	}
}

// permitted are the steps that walk or sort something as a whole, with the reason
// for which that does not grow with the texts.
var permitted = []struct{ query, step, why string }{
	{"", "SCAN json_each ", "the ids of one call"},
	{"", "SCAN who ", "the ids of one call"},
	{"JOIN patient_words", "SCAN t ", "the words of one text"},
	{"JOIN patient_words", "USE TEMP B-TREE FOR DISTINCT", "the words of one text"},
	{"FROM outbox", "SCAN o", "the texts that have not left"},
	{"FROM outbox o WHERE", "USE TEMP B-TREE FOR ORDER BY", "the texts that have not left"},
	{"FROM threads t WHERE t.number = ?", "USE TEMP B-TREE FOR ORDER BY", "those who share a phone"},
	{"FROM log ORDER BY seq DESC LIMIT 1", "SCAN log", "the last row alone"},
	{"threads_unread_total", "SCAN threads_unread_total", "one row"},
	{"FROM meta", "SCAN meta", "one row"},
}

func permit(query, step string) bool {
	for _, p := range permitted {
		if strings.Contains(query, p.query) && strings.HasPrefix(step, p.step) {
			return true
		}
	}
	return false
}
