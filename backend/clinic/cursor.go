package clinic

import (
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
)

// Cursors writes and reads the cursors of one list, as one question asks for it.
// A cursor is the key of the last row of a page, opaque to its holder. It fits
// only the question that it was written for: with another the next page would
// begin somewhere that nobody asked for. It is no secret and proves nothing; what
// a person may see is asked again for every page.
type Cursors struct{ question []byte }

// CursorsOf returns the cursors of a list. The question is all that selects or
// orders its rows, such as a view and a search; how many rows a page has is not
// part of it.
func CursorsOf(list string, question ...string) Cursors {
	var b []byte
	for _, part := range append([]string{list}, question...) {
		b = binary.BigEndian.AppendUint64(b, uint64(len(part)))
		b = append(b, part...)
	}
	return Cursors{b}
}

const cursorSum = 8

// Write returns the cursor at a key.
func (c Cursors) Write(key []byte) string {
	return base64.RawURLEncoding.EncodeToString(append(c.sum(key), key...))
}

// Read returns the key, which has the given size in bytes. CodeBadInput means that
// the cursor is malformed or belongs to another question.
func (c Cursors) Read(cursor string, size int) ([]byte, error) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(raw) != cursorSum+size {
		return nil, E(CodeBadInput)
	}
	key := raw[cursorSum:]
	if string(raw[:cursorSum]) != string(c.sum(key)) {
		return nil, E(CodeBadInput)
	}
	return key, nil
}

// sum finds a mix-up or a slip of the hand. Whoever forges a cursor gets a page
// that could have been asked for anyway.
func (c Cursors) sum(key []byte) []byte {
	h := fnv.New64a()
	h.Write(c.question)
	h.Write(key)
	return h.Sum(nil)
}
