package journal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"

	"quietline/backend/clinic"
)

// Namer derives ids and subjects from the clinic's naming key. The key is given
// once and never changes, so that the same fact has the same id for ever, also
// for a program that holds no other key. Nobody without it can tell what an id
// stands for.
type Namer struct {
	key []byte
}

// NewNamer returns a Namer over the naming key, which it does not copy: wiping
// the key makes the Namer useless.
func NewNamer(namingKey []byte) Namer { return Namer{key: namingKey} }

// EventID returns the id of the fact that domain and parts describe, for example
// EventID("provider.status", sid, status). Parts are framed: ("ab","c") and
// ("a","bc") differ.
func (n Namer) EventID(domain string, parts ...[]byte) clinic.EventID {
	return clinic.EventID(n.derive("quietline/event-id/1", domain, parts))
}

// Subject returns the subject that domain and parts describe, for
// Event.Exclusive.
func (n Namer) Subject(domain string, parts ...[]byte) Subject {
	return Subject(n.derive("quietline/subject/1", domain, parts))
}

func (n Namer) derive(purpose, domain string, parts [][]byte) [16]byte {
	mac := hmac.New(sha256.New, n.key)
	frame := func(b []byte) {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(b)))
		mac.Write(size[:])
		mac.Write(b)
	}
	frame([]byte(purpose))
	frame([]byte(domain))
	for _, p := range parts {
		frame(p)
	}
	return [16]byte(mac.Sum(nil))
}
