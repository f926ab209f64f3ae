package receiver

import (
	"encoding/binary"
	"errors"
	"maps"
	"slices"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// Errand is all that the receiver is given when the clinic is locked. It crosses
// from process to process through memory alone and is written nowhere.
type Errand struct {
	// Line is how the provider is reached; where Address is empty there is none to
	// read, and the spool is for what else happens.
	Line Line
	// Phone is the clinic's number at the provider.
	Phone clinic.Phone
	// Epoch and Public are what the spool is sealed to, and Mark the key of its marks.
	Epoch  uint32
	Public []byte
	Mark   []byte
	// Naming is the clinic's naming key, by which what the provider lists is known. It
	// is empty where there is none to read.
	Naming []byte
	// Since is where what is known begins, by the provider's clock; what was made
	// from then on and is not in Known is new.
	Since clinic.Instant
	Known []clinic.MessageID
	// Scheduled are, by the name of a number (see [patients.NumberIDOf]), the texts
	// that the provider is to send later to any number of the patients who have it.
	Scheduled map[clinic.NumberID][]provider.SID
}

// Line is an account at a provider. The secret ought to be that of a key which may
// read texts and call them off, and nothing else.
type Line struct {
	Address, Account, Key string
	Secret                []byte
}

// String hides what an errand holds.
func (*Errand) String() string { return "[errand]" }

// GoString hides it from %#v.
func (e *Errand) GoString() string { return e.String() }

// MaxErrand bounds an errand that crosses: what a pipe holds.
const MaxErrand = 1 << 20

// Wipe zeroes what is secret. What became a string on the way, as the provider's
// client wants it, cannot be wiped.
func (e *Errand) Wipe() {
	if e == nil {
		return
	}
	clear(e.Line.Secret)
	clear(e.Naming)
	clear(e.Mark)
	clear(e.Public)
	clear(e.Known)
	clear(e.Scheduled)
}

// calledOff takes out a text that the provider keeps for later no more: it stands under
// each number of whoever it is for.
func (e *Errand) calledOff(sid provider.SID) {
	for number, sids := range e.Scheduled {
		if i := slices.Index(sids, sid); i >= 0 {
			// A new slice: the one that was handed in may be somebody else's, too.
			e.Scheduled[number] = slices.Concat(sids[:i], sids[i+1:])
		}
	}
}

const errandVersion = 2

// Encode writes an errand into one buffer, which the caller wipes.
// clinic.CodeBadInput: it is larger than MaxErrand.
func (e *Errand) Encode() ([]byte, error) {
	size := 64 + len(e.Line.Address) + len(e.Line.Account) + len(e.Line.Key) + len(e.Line.Secret) + len(e.Phone) +
		len(e.Public) + len(e.Mark) + len(e.Naming) + 16*len(e.Known)
	for _, sids := range e.Scheduled {
		size += 20
		for _, sid := range sids {
			size += 4 + len(sid)
		}
	}
	if size > MaxErrand {
		return nil, clinic.E(clinic.CodeBadInput)
	}
	w := writer{make([]byte, 0, size)}
	w.number(errandVersion)
	w.bytes([]byte(e.Line.Address))
	w.bytes([]byte(e.Line.Account))
	w.bytes([]byte(e.Line.Key))
	w.bytes(e.Line.Secret)
	w.bytes([]byte(e.Phone))
	w.number(e.Epoch)
	w.bytes(e.Public)
	w.bytes(e.Mark)
	w.bytes(e.Naming)
	w.out = binary.BigEndian.AppendUint64(w.out, uint64(e.Since))
	w.number(uint32(len(e.Known)))
	for _, id := range e.Known {
		w.out = append(w.out, id[:]...)
	}
	w.number(uint32(len(e.Scheduled)))
	for _, number := range slices.SortedFunc(maps.Keys(e.Scheduled), func(a, b clinic.NumberID) int {
		return slices.Compare(a[:], b[:])
	}) {
		w.out = append(w.out, number[:]...)
		w.number(uint32(len(e.Scheduled[number])))
		for _, sid := range e.Scheduled[number] {
			w.bytes([]byte(sid))
		}
	}
	return w.out, nil
}

// Decode reads an errand. Its slices are its own, so that raw can be wiped. What is
// cut short or followed by something is refused: half an errand is none.
func Decode(raw []byte) (*Errand, error) {
	if len(raw) > MaxErrand {
		return nil, errErrand
	}
	r := reader{rest: raw}
	if r.number() != errandVersion {
		return nil, errErrand
	}
	e := &Errand{Scheduled: map[clinic.NumberID][]provider.SID{}}
	e.Line.Address, e.Line.Account, e.Line.Key = string(r.bytes()), string(r.bytes()), string(r.bytes())
	e.Line.Secret = slices.Clone(r.bytes())
	e.Phone = clinic.Phone(r.bytes())
	e.Epoch = r.number()
	e.Public, e.Mark, e.Naming = slices.Clone(r.bytes()), slices.Clone(r.bytes()), slices.Clone(r.bytes())
	e.Since = clinic.Instant(binary.BigEndian.Uint64(r.take(8)))
	for n := r.number(); n > 0 && !r.short; n-- {
		e.Known = append(e.Known, clinic.MessageID(r.take(16)))
	}
	for n := r.number(); n > 0 && !r.short; n-- {
		number := clinic.NumberID(r.take(16))
		for of := r.number(); of > 0 && !r.short; of-- {
			e.Scheduled[number] = append(e.Scheduled[number], provider.SID(r.bytes()))
		}
	}
	named := 32
	if e.Line.Address == "" {
		named = 0
	}
	if r.short || len(r.rest) > 0 || len(e.Naming) != named || len(e.Public) != 32 || len(e.Mark) != 32 {
		e.Wipe()
		return nil, errErrand
	}
	return e, nil
}

var errErrand = errors.New("receiver: not an errand")

type writer struct{ out []byte }

func (w *writer) number(n uint32) { w.out = binary.BigEndian.AppendUint32(w.out, n) }

func (w *writer) bytes(b []byte) {
	w.number(uint32(len(b)))
	w.out = append(w.out, b...)
}

// reader takes bytes from the front. Past the end it hands out zeros and is
// short.
type reader struct {
	rest  []byte
	short bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.rest) {
		r.short, r.rest = true, nil
		return make([]byte, min(max(n, 0), 16))
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) number() uint32 { return binary.BigEndian.Uint32(r.take(4)) }

func (r *reader) bytes() []byte { return r.take(int(r.number())) }
