package door

import "sync"

// Changed tells the screen that something it may be showing is out of date. It
// carries ids and never content: the screen asks again through its doors.
type Changed struct {
	Topic string   `json:"topic"`
	IDs   []string `json:"ids"`
	Pos   uint64   `json:"pos"`
}

// Changes hands every Changed to every listener. A listener that does not keep
// up is told once to refetch everything instead of holding up the writer.
type Changes struct {
	mu        sync.Mutex
	listeners map[*listener]struct{}
}

type listener struct{ out chan Changed }

// TopicEverything asks the screen to refetch all that it shows.
const TopicEverything = "everything"

// NewChanges returns a hub without listeners.
func NewChanges() *Changes { return &Changes{listeners: map[*listener]struct{}{}} }

// Publish hands c to every listener without waiting for any.
func (h *Changes) Publish(c Changed) {
	if c.IDs == nil {
		c.IDs = []string{}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.listeners {
		select {
		case l.out <- c:
		default:
			l.overflow(c.Pos)
		}
	}
}

// overflow replaces all that waits by one request to refetch everything. Only
// Publish sends, under the lock, so there is room after the drain.
func (l *listener) overflow(pos uint64) {
	for {
		select {
		case <-l.out:
			continue
		default:
		}
		break
	}
	l.out <- Changed{Topic: TopicEverything, IDs: []string{}, Pos: pos}
}

// Listen returns a channel of changes and a function that ends it.
func (h *Changes) Listen() (<-chan Changed, func()) {
	l := &listener{out: make(chan Changed, 256)}
	h.mu.Lock()
	h.listeners[l] = struct{}{}
	h.mu.Unlock()
	var once sync.Once
	return l.out, func() {
		once.Do(func() {
			h.mu.Lock()
			delete(h.listeners, l)
			h.mu.Unlock()
		})
	}
}
