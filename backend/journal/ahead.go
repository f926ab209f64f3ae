package journal

import (
	"reflect"
	"sync"
)

// shapes learns into what the reducers decode events, so that whoever reads the log can
// decode the next of a kind for them, on another processor. It changes nothing but when
// the work is done. It is safe for concurrent use.
type shapes struct {
	mu sync.Mutex
	of map[shape][]reflect.Type
}

// shape is what is decoded alike.
type shape struct {
	kind    string
	version uint16
	lenient bool
}

// mostDecoded bounds how often one event is decoded ahead: more reducers than that do not
// read one kind.
const mostDecoded = 8

// ahead is what was decoded of one body before anybody asked for it. Each reducer gets a
// value of its own. It is used by one goroutine after the other.
type ahead struct {
	by     *shapes
	what   shape
	values []reflect.Value // pointers; the zero Value once one was taken
	asked  []reflect.Type  // into what the reducers have decoded it so far
}

// decode decodes a body as its kind was decoded so far.
func (s *shapes) decode(kind string, version uint16, b *Body) {
	what := shape{kind, version, b.lenient}
	a := &ahead{by: s, what: what}
	s.mu.Lock()
	types := s.of[what]
	s.mu.Unlock()
	for _, t := range types {
		v := reflect.New(t)
		if b.Decode(v.Interface()) == nil { // whoever asks is told of an error
			a.values = append(a.values, v)
		}
	}
	b.ahead = a
}

// take sets v, which points to a zero value, to what was decoded, and says whether there
// was any. What there was not is decoded ahead the next time.
func (a *ahead) take(v any) bool {
	to := reflect.ValueOf(v)
	if to.Kind() != reflect.Pointer || to.IsNil() || !to.Elem().IsZero() {
		return false
	}
	t := to.Type().Elem()
	a.asked = append(a.asked, t)
	for i, have := range a.values {
		if have.IsValid() && have.Type() == to.Type() {
			to.Elem().Set(have.Elem())
			a.values[i] = reflect.Value{}
			return true
		}
	}
	a.by.learn(a.what, t, count(a.asked, t))
	return false
}

// learn notes that a body of a shape was decoded into a type so many times. Until that
// reaches the reader, many bodies say the same.
func (s *shapes) learn(what shape, t reflect.Type, times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil {
		s.of = map[shape][]reflect.Type{}
	}
	if known := s.of[what]; len(known) < mostDecoded && count(known, t) < times {
		// A slice that somebody ranges over stays as it is.
		s.of[what] = append(known[:len(known):len(known)], t)
	}
}

func count(types []reflect.Type, t reflect.Type) (n int) {
	for _, one := range types {
		if one == t {
			n++
		}
	}
	return n
}
