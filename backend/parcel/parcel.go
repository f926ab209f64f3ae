// Package parcel is the one file in which a clinic goes to another computer.
//
// It holds the clinic's files as they lie in its folder, sealed as they are there,
// and the secret of the device that they opened on, all of it once more sealed for
// one move code. The code goes another way than the file. A parcel is written
// whole or not at all, read back before anybody is given its code, and refused where
// it was cut, changed, or made longer ago than [Lasts].
//
// Limits: whoever has a parcel and its code can open it as often as she likes, on
// as many computers; that is refused by nothing but time. Content is streamed: memory
// does not grow with the clinic. The format is described in backend/doc/move.md.
package parcel

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// Codes of this package.
const (
	// CodeMissing: there is no file there.
	CodeMissing clinic.Code = "parcel.missing"
	// CodeNotRead: the machine could not read the file this time.
	CodeNotRead clinic.Code = "parcel.not_read"
	// CodeNotOurs: the file is something else.
	CodeNotOurs clinic.Code = "parcel.not_ours"
	// CodeNewer: a newer version of this program made it.
	CodeNewer clinic.Code = "parcel.newer"
	// CodeDamaged: it was cut short or changed.
	CodeDamaged clinic.Code = "parcel.damaged"
	// CodeStale: it was made too long ago; days (int).
	CodeStale clinic.Code = "parcel.stale"
	// CodeAhead: by this computer's clock it is not made yet.
	CodeAhead clinic.Code = "parcel.ahead"
	// CodeNotWritten: it could not be written where the person said. Nothing of it is
	// left.
	CodeNotWritten clinic.Code = "parcel.not_written"
	// CodeExists: something lies there already.
	CodeExists clinic.Code = "parcel.exists"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{
		CodeMissing, CodeNotRead, CodeNotOurs, CodeNewer, CodeDamaged, CodeStale, CodeAhead, CodeNotWritten, CodeExists,
	}
}

// Lasts is for how long a parcel is taken in: a move takes a day, and an old one
// would bring back a state that the clinic has left behind.
const Lasts = 7 * 24 * time.Hour

// ahead is how far two computers' clocks and zones may lie apart. A parcel from
// further ahead would be taken in for as much longer.
const ahead = 24 * time.Hour

// Suffix ends the name of a parcel.
const Suffix = ".quietline"

// Head is what a parcel says of itself to whoever has the code.
type Head struct {
	Clinic vault.ClinicID `json:"clinic"`
	// Move is the id of the move that made it.
	Move [16]byte       `json:"move"`
	Made clinic.Instant `json:"made"`
	// Secret is the device's that the files opened on.
	Secret []byte `json:"secret"`
	// Files and Bytes are how much follows.
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"`
}

// A parcel begins with a line in the open, by which it is known. What follows is
// sealed: the head, then each file, then an entry without a name.
const (
	magic   = "quietline-move "
	version = "1"
	opening = magic + version + "\n"
)

const (
	headLimit = 64 << 10
	nameLimit = 255
	maxFiles  = 100_000_000
)

// entry writes the beginning of a file: the length of its name in two bytes, the
// name, and its own length in eight, the highest first.
func entry(w io.Writer, name string, size int64) error {
	raw := binary.BigEndian.AppendUint16(nil, uint16(len(name)))
	raw = append(raw, name...)
	raw = binary.BigEndian.AppendUint64(raw, uint64(size))
	_, err := w.Write(raw)
	return err
}

// readEntry is the inverse of entry; a name without length ends the parcel.
func readEntry(r io.Reader) (name string, size int64, err error) {
	var short [2]byte
	if _, err := io.ReadFull(r, short[:]); err != nil {
		return "", 0, err
	}
	length := int(binary.BigEndian.Uint16(short[:]))
	if length > nameLimit {
		return "", 0, errForm
	}
	raw := make([]byte, length+8)
	if _, err := io.ReadFull(r, raw); err != nil {
		return "", 0, err
	}
	size = int64(binary.BigEndian.Uint64(raw[length:]))
	if size < 0 {
		return "", 0, errForm
	}
	return string(raw[:length]), size, nil
}

var errForm = errors.New("parcel: not in the form in which it was written")

// proper reports whether a name may be one of a clinic's files: at most two folders
// deep, in letters, digits and a few marks, and nothing that leads elsewhere.
func proper(name string) bool {
	parts := strings.Split(name, "/")
	if len(name) > nameLimit || len(parts) > 3 {
		return false
	}
	for _, part := range parts {
		if part == "" || part[0] == '.' || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789-._") != "" {
			return false
		}
	}
	return true
}

// Source is a file that goes into a parcel.
type Source struct {
	// Name is its name in the folder, with slashes.
	Name string
	Size int64
}

// Progress is told how many bytes are done of how many.
type Progress func(done, total int64)

// Write writes a parcel at a path where nothing lies, and reads it back. from opens
// the clinic's files, of which nobody changes any meanwhile. Head.Files and Bytes are
// filled in. Errors: CodeExists, CodeNotWritten, clinic.CodeDiskFull, CodeNotRead
// for a file of the clinic; whatever it is, nothing is left at the path. It may be
// repeated.
func Write(ctx context.Context, disk Disk, path string, code vault.MoveCode, head Head, from Files, all []Source, report Progress) error {
	head.Files, head.Bytes = len(all), 0
	for _, s := range all {
		if !proper(s.Name) {
			return clinic.E(clinic.CodeInternal).Because(errForm)
		}
		head.Bytes += s.Size
	}
	w := &writing{ctx: ctx, from: from, all: all, report: report, total: 2 * head.Bytes}
	return disk.whole(path, func(f File) error { return w.seal(f, code, head) }, func(r io.Reader) error {
		return w.readBack(r, code)
	})
}

// decodeHead reads the head, strictly.
func decodeHead(raw []byte) (Head, error) {
	var h Head
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&h); err != nil {
		return Head{}, errForm
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Head{}, errForm
	}
	if h.Clinic.IsZero() || h.Made.IsZero() || len(h.Secret) != 32 || h.Files < 1 || h.Files > maxFiles || h.Bytes < 0 {
		return Head{}, errForm
	}
	return h, nil
}

func encodeHead(h Head) ([]byte, error) {
	raw, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("parcel: encode the head: %w", err)
	}
	return raw, nil
}
