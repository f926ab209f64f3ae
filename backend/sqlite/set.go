package sqlite

import "encoding/hex"

// InSet is the right side of an IN whose argument is a [Set].
const InSet = `(SELECT unhex(value) FROM json_each(?))`

// Set returns ids as one argument of a statement, for the place where [InSet]
// stands. However many they are, the statement has the same words and is
// prepared once. The empty set contains nothing.
func Set[ID ~[16]byte](ids ...ID) string {
	b := make([]byte, 0, 2+len(ids)*35)
	b = append(b, '[')
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = hex.AppendEncode(b, id[:])
		b = append(b, '"')
	}
	return string(append(b, ']'))
}
