package desk

import (
	"sync"
	"time"
)

// Progress is how far something has come. Total is zero where it is not known, or where
// nothing is under way; Seconds is about how long it will take yet, zero where that
// cannot be told.
type Progress struct {
	Done    int `json:"done"`
	Total   int `json:"total"`
	Seconds int `json:"seconds"`
}

// meter follows something that takes minutes.
type meter struct {
	mu          sync.Mutex
	done, total uint64
	// began is the reading of Clock.Elapsed at which it was first heard of, and from
	// how much was done by then: it may go on where it was cut short.
	began time.Duration
	from  uint64
}

func (m *meter) at(done, total uint64, now time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.total == 0 {
		m.began, m.from = now, done
	}
	m.done, m.total = done, total
}

func (m *meter) over() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done, m.total = 0, 0
}

func (m *meter) told(now time.Duration) Progress {
	m.mu.Lock()
	defer m.mu.Unlock()
	return Progress{Done: int(m.done), Total: int(m.total), Seconds: secondsLeft(now-m.began, m.done-m.from, m.total-m.done)}
}

// secondsLeft guesses by what took a time how long the rest will take. A guess by what
// took shorter than a second is none.
func secondsLeft(took time.Duration, done, left uint64) int {
	if took < time.Second || done == 0 {
		return 0
	}
	return int(took.Seconds() * float64(left) / float64(done))
}
