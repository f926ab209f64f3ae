package backup

import (
	"bytes"
	"encoding/binary"

	"quietline/backend/archive/blob"
)

// A shelf lists the files of attachments that belong to a generation, in order of
// name: name 16, length 8, SHA-256 of the sealed file 32 each.
type shelf []shelved

type shelved struct {
	name blob.Name
	size int64
	sum  [32]byte
}

const shelvedBytes = 16 + 8 + 32

func (s shelf) content() []byte {
	out := make([]byte, 0, len(s)*shelvedBytes)
	for _, f := range s {
		out = append(out, f.name[:]...)
		out = binary.BigEndian.AppendUint64(out, uint64(f.size))
		out = append(out, f.sum[:]...)
	}
	return out
}

func parseShelf(content []byte) (shelf, error) {
	if len(content)%shelvedBytes != 0 {
		return nil, damaged("a list of files is cut")
	}
	s := make(shelf, 0, len(content)/shelvedBytes)
	for c := (&cursor{b: content}); len(c.b) > 0; {
		var f shelved
		copy(f.name[:], c.take(len(f.name)))
		f.size = int64(c.uint64())
		copy(f.sum[:], c.take(len(f.sum)))
		if n := len(s); f.size < 0 || n > 0 && bytes.Compare(s[n-1].name[:], f.name[:]) >= 0 {
			return nil, damaged("a list of files is out of order")
		}
		s = append(s, f)
	}
	return s, nil
}
