package exchange_test

import (
	"net/http"
	"runtime"
	"testing"
	"time"

	"quietline/backend/exchange"
)

// TestMemoryStaysFlatWhileEarlierTextsComeIn reads 6,000 texts, or as many times
// that as QUIETLINE_ROUNDS says, and looks at what is left on the heap after each
// page. How fast they came is in the log: a time proves little on a machine that
// does other things too.
func TestMemoryStaysFlatWhileEarlierTextsComeIn(t *testing.T) {
	w := newWorldBehind(t, func(h http.Handler) http.Handler { return h })
	texts := 6000 * int(number(t, roundsVariable, 1))
	w.seedPast(texts)
	w.ok(w.x.Listen(w.ctx))
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var first, most uint64
	var looking time.Duration
	began := time.Now()
	w.ok(w.x.Backfill(w.ctx, func(h exchange.History) {
		at := time.Now()
		now := heap()
		if h.Texts > texts/6 && first == 0 {
			first = now
		}
		most = max(most, now)
		looking += time.Since(at)
	}))
	took := time.Since(began) - looking
	t.Logf("%d texts in %v, %.0f a second; the heap grew by %d KiB", texts, took.Round(time.Millisecond),
		float64(texts)/took.Seconds(), (int64(most)-int64(first))>>10)
	// A text of this test is 200 bytes on its way; 5,000 of them are 1 MB.
	if grew := int64(most) - int64(first); grew > 4<<20 {
		t.Errorf("from the first page to the last the heap grew by %d KiB", grew>>10)
	}
	runtime.KeepAlive(w.sim)
}
