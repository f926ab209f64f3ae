package backup

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"

	"quietline/backend/clinic"
	"quietline/backend/journal"
)

type nameKind struct{}

// Name names a file of a repository. It is random and says nothing.
type Name = clinic.ID[nameKind]

// Generation is the clinic as it was at one moment.
type Generation struct {
	Name Name
	// Number counts the generations of a repository from 1. The highest is the
	// newest, whatever the clock said.
	Number uint64
	Made   clinic.Instant
	// Head is how far the log had come.
	Head journal.Head
	// Attachments counts their files.
	Attachments int
	// Unread counts the files of attachments that could not be read in the clinic
	// and that no earlier generation holds.
	Unread int
	// Bytes is the length of all files that it names.
	Bytes int64
}

// manifest is a generation as it lies in the repository.
type manifest struct {
	Number      uint64         `json:"number"`
	Made        clinic.Instant `json:"made"`
	Incarnation uint32         `json:"incarnation"`
	Seq         uint64         `json:"seq"`
	Chain       hexHash        `json:"chain"`
	// Bag is the oldest bag that has all its content keys.
	Bag      uint64        `json:"bag"`
	Segments []segmentMark `json:"segments"`
	// Shelf is zero where there are no attachments.
	Shelf       Name  `json:"shelf"`
	Attachments int   `json:"attachments"`
	Unread      int   `json:"unread"`
	Bytes       int64 `json:"bytes"`

	name Name
}

// segmentMark is a segment in a manifest. It begins where the one before ended.
type segmentMark struct {
	Name Name `json:"name"`
	// Size is the length of the file.
	Size        int64   `json:"size"`
	Incarnation uint32  `json:"incarnation"`
	Seq         uint64  `json:"seq"`
	Chain       hexHash `json:"chain"`
}

func (s segmentMark) to() journal.Head { return headOf(s.Incarnation, s.Seq, s.Chain) }

func (m *manifest) head() journal.Head { return headOf(m.Incarnation, m.Seq, m.Chain) }

func headOf(incarnation uint32, seq uint64, chain hexHash) journal.Head {
	return journal.Head{Pos: journal.Pos{Incarnation: incarnation, Seq: seq}, Chain: journal.Hash(chain)}
}

func (m *manifest) generation() Generation {
	return Generation{
		Name: m.name, Number: m.Number, Made: m.Made, Head: m.head(), Attachments: m.Attachments, Unread: m.Unread, Bytes: m.Bytes,
	}
}

// segmentsEnd is the head after the n-th segment.
func (m *manifest) segmentsEnd(n int) journal.Head {
	if n == 0 {
		return journal.Head{}
	}
	return m.Segments[n-1].to()
}

func parseManifest(name Name, content []byte) (*manifest, error) {
	d := json.NewDecoder(bytes.NewReader(content))
	d.DisallowUnknownFields()
	m := &manifest{name: name}
	if err := d.Decode(m); err != nil {
		return nil, damaged("a generation has an unknown shape")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, damaged("a generation is followed by more")
	}
	if m.Number == 0 || m.Attachments < 0 || m.Unread < 0 || m.Bytes < 0 || len(m.Segments) == 0 ||
		m.segmentsEnd(len(m.Segments)) != m.head() {
		return nil, damaged("a generation contradicts itself")
	}
	before := uint64(0)
	for _, s := range m.Segments {
		if s.Name.IsZero() || s.Seq <= before || s.Size <= 0 {
			return nil, damaged("a generation's segments are out of order")
		}
		before = s.Seq
	}
	return m, nil
}

// hexHash is a hash that a manifest shows in hexadecimal.
type hexHash [32]byte

// MarshalText implements [encoding.TextMarshaler].
func (h hexHash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (h *hexHash) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil || len(raw) != len(h) {
		return damaged("a hash is malformed")
	}
	*h = hexHash(raw)
	return nil
}
