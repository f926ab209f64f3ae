package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"slices"

	"quietline/backend/sqlite"
)

// registry is what the projections declare, together.
type registry struct {
	kinds       map[string]knownKind
	schema      []sqlite.Migration
	decisive    []string
	fingerprint [32]byte
}

type knownKind struct {
	Kind
	readers []Projection
	// prompt and trailing are the readers of the two sorts.
	prompt, trailing []Projection
}

// viewsFormat is part of the fingerprint: raising it rebuilds everyone's views.
const viewsFormat = "quietline/views/2"

// newRegistry refuses projections that contradict each other: that is a fault of
// the program, not of a clinic's data.
func newRegistry(projections []Projection) (*registry, error) {
	r := &registry{kinds: map[string]knownKind{}}
	statements := ownSchema()
	names := map[string]bool{}
	print := fingerprint{sha256.New()}
	print.text(viewsFormat)
	for _, p := range projections {
		if p.Name() == "" || names[p.Name()] {
			return nil, errors.New("journal: projections need names of their own")
		}
		names[p.Name()] = true
		_, trails := p.(Trailing)
		if trails && len(p.Decisive()) > 0 {
			return nil, errors.New("journal: nothing is decided from a projection that trails")
		}
		print.text(p.Name())
		print.texts(p.Schema())
		print.texts(p.Decisive())
		statements = append(statements, p.Schema()...)
		r.decisive = append(r.decisive, p.Decisive()...)
		for _, k := range p.Kinds() {
			if err := k.validate(); err != nil {
				return nil, err
			}
			known, seen := r.kinds[k.Name]
			if seen && known.Kind != k {
				return nil, fmt.Errorf("journal: kind %s is declared in two ways", k.Name)
			}
			known.Kind, known.readers = k, append(known.readers, p)
			if trails {
				known.trailing = append(known.trailing, p)
			} else {
				known.prompt = append(known.prompt, p)
			}
			r.kinds[k.Name] = known
			print.texts([]string{k.Name, string(k.Class), fmt.Sprint(k.Version)})
		}
	}
	slices.Sort(r.decisive)
	if len(slices.Compact(slices.Clone(r.decisive))) != len(r.decisive) {
		return nil, errors.New("journal: a decisive table is listed twice")
	}
	r.schema = []sqlite.Migration{{Version: 1, Statements: statements}}
	print.hash.Sum(r.fingerprint[:0])
	return r, nil
}

type fingerprint struct{ hash hash.Hash }

func (f fingerprint) text(s string) {
	var size [8]byte
	binary.BigEndian.PutUint64(size[:], uint64(len(s)))
	f.hash.Write(size[:])
	f.hash.Write([]byte(s))
}

func (f fingerprint) texts(all []string) {
	f.text(fmt.Sprint(len(all)))
	for _, s := range all {
		f.text(s)
	}
}
