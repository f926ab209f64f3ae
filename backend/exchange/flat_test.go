package exchange_test

import (
	"net/http"
	"runtime"
	"slices"
	"testing"
	"time"

	"quietline/backend/exchange"
)

// TestMemoryStaysFlatWhileEarlierTextsComeIn reads 6,000 texts, or as many times
// that as QUIETLINE_ROUNDS says, and looks at what is left on the heap
// after each page. What the server next door holds for a moment comes and goes: the
// least of a few pages is held against the least of earlier ones. How fast they came
// is in the log: a time proves little on a machine that does other things too.
func TestMemoryStaysFlatWhileEarlierTextsComeIn(t *testing.T) {
	if testing.Short() {
		t.Skip("counts memory, of which the race detector takes its own")
	}
	texts := 6000 * int(number(t, roundsVariable, 1))
	took, grew := readsEarlier(t, texts)
	t.Logf("%d texts in %v, %.0f a second; the heap grew by %d bytes a text", texts, took.Round(time.Millisecond),
		float64(texts)/took.Seconds(), grew)
	// Decoded, a text of this test is more than 300 bytes.
	if grew > bytesPerText {
		t.Errorf("with %d texts the heap grew by %d KiB", texts/2, grew*int64(texts/2)>>10)
	}
}

// bytesPerText is how much the heap may grow with each text that is read: next to nothing.
const bytesPerText = 100

// readsEarlier reads earlier texts from their first page to the last, and says how long
// that took and by how many bytes a text the heap grew in the later half of it.
func readsEarlier(t testing.TB, texts int) (took time.Duration, grew int64) {
	t.Helper()
	w := newWorldBehind(t, func(h http.Handler) http.Handler { return h })
	w.seedPast(texts)
	w.shortPages(200)
	w.ok(w.x.Listen(w.ctx))
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var after []uint64 // each page
	var looking time.Duration
	began := time.Now()
	w.ok(w.x.Backfill(w.ctx, func(exchange.History) {
		at := time.Now()
		after = append(after, heap())
		looking += time.Since(at)
	}))
	took = time.Since(began) - looking
	quarter := len(after) / 4
	early, late := slices.Min(after[quarter:2*quarter]), slices.Min(after[3*quarter:])
	runtime.KeepAlive(w.sim)
	return took, (int64(late) - int64(early)) / int64(texts/2)
}
