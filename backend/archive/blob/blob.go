// Package blob keeps attachments: sealed files that are written once and never
// changed.
//
// A file has a random name, a random key of its own and a padded length. Its
// content lies in chunks, each authentic for this file, this place and, for the
// last one, the end; what is cut, swapped, moved or flipped is an error and
// never other content. Name, key, length and SHA-256 of the content are a [Ref],
// which the event that mentions the attachment carries. The event's body is
// sealed under the content key of its dossier, so that destroying that key makes
// the file unreadable as well.
//
// Content is streamed both ways in constant memory, and at no time lies readable
// on the disk, but for the copies that a person asks for ([Store.SaveCopy]). A file is durable under its name before [Store.Put] returns; an
// event may name it only then. A file that no event names is nobody's, and
// [Store.Sweep] removes it in time.
//
// The format is described in backend/doc/blobs.md.
package blob

import (
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"sync"

	"quietline/backend/clinic"
)

// Codes of this package.
const (
	// CodeMissing: there is no file of that name.
	CodeMissing clinic.Code = "blob.missing"
	// CodeDamaged: the file is not what was stored.
	CodeDamaged clinic.Code = "blob.damaged"
	// CodeNewer: the file is in a format of a newer program.
	CodeNewer clinic.Code = "blob.newer"
	// CodeNotRead: the machine could not read the file this time.
	CodeNotRead clinic.Code = "blob.not_read"
	// CodeNotStored: the file could not be written. Nothing of it is left.
	CodeNotStored clinic.Code = "blob.not_stored"
	// CodeTooLarge: the content is longer than "limit" bytes. Nothing of it is left.
	CodeTooLarge clinic.Code = "blob.too_large"
	// CodeNotCopied: a readable copy could not be written. Nothing of it is left.
	CodeNotCopied clinic.Code = "blob.not_copied"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{CodeMissing, CodeDamaged, CodeNewer, CodeNotRead, CodeNotStored, CodeTooLarge, CodeNotCopied}
}

type (
	nameKind struct{}
	keyKind  struct{}
	hashKind struct{}
)

type (
	// Name names a file. It is random and says nothing.
	Name = clinic.ID[nameKind]
	// Key is the key of one file.
	Key = Fixed[keyKind]
	// Hash is the SHA-256 of a file's content.
	Hash = Fixed[hashKind]
)

// Ref is what has to be known of a file to read it.
type Ref struct {
	Name Name `json:"name"`
	Key  Key  `json:"key"`
	// Size is the length of the content in bytes.
	Size int64 `json:"size"`
	Hash Hash  `json:"sha256"`
}

// IsZero reports whether r refers to nothing.
func (r Ref) IsZero() bool { return r == Ref{} }

// Fixed is 32 bytes. It is stored as such, reads as hexadecimal digits in JSON,
// and never shows itself in print or in a log.
type Fixed[Of any] [32]byte

// MarshalText implements [encoding.TextMarshaler].
func (f Fixed[Of]) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, f[:]), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (f *Fixed[Of]) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil || len(raw) != len(f) {
		return clinic.E(clinic.CodeBadInput)
	}
	copy(f[:], raw)
	return nil
}

// Value implements [driver.Valuer].
func (f Fixed[Of]) Value() (driver.Value, error) { return f[:], nil }

// Scan implements [database/sql.Scanner], the inverse of Value.
func (f *Fixed[Of]) Scan(src any) error {
	if raw, ok := src.([]byte); ok && len(raw) == len(f) {
		copy(f[:], raw)
		return nil
	}
	return fmt.Errorf("blob: scan 32 bytes from %T", src)
}

// String hides the bytes.
func (Fixed[Of]) String() string { return "[32 bytes]" }

// GoString hides the bytes from %#v.
func (f Fixed[Of]) GoString() string { return f.String() }

// LogValue implements [slog.LogValuer].
func (f Fixed[Of]) LogValue() slog.Value { return slog.StringValue(f.String()) }

// Config is what a store is made of.
type Config struct {
	// Dir is the folder of the files. It is made with the first of them.
	Dir string
	// Files is the file system; nil is the machine's.
	Files Files
	// Random gives keys and names; nil is crypto/rand.Reader.
	Random io.Reader
}

// Store is a folder of sealed files. It is safe for concurrent use by one
// process; no other may write in its folder.
type Store struct {
	dir    string
	files  Files
	random io.Reader

	mu     sync.Mutex
	closed bool
	// arriving are the files that are being written, or are durable and wait for
	// the event that names them.
	arriving map[Name]struct{}
}

// Close ends the store: from then on every call, and every reading under way,
// fails with clinic.CodeLocked.
func (s *Store) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
}

func (s *Store) usable() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return clinic.E(clinic.CodeLocked)
	}
	return nil
}
