package clinic

import (
	"crypto/rand"
	"database/sql/driver"
	"encoding/base32"
	"fmt"
)

// ID is a 128-bit identifier. The type parameter keeps a patient's id from
// being passed where a thread's is meant; it has no value of its own.
//
// The text form is 26 characters of lower-case base32 without padding (RFC 4648
// "extended hex" alphabet, which sorts like the bytes do). The stored form is
// the 16 bytes.
type ID[Of any] [16]byte

type (
	staffKind      struct{}
	patientKind    struct{}
	dossierKind    struct{}
	numberKind     struct{}
	threadKind     struct{}
	messageKind    struct{}
	attachmentKind struct{}
	consentKind    struct{}
	seatKind       struct{}
	eventKind      struct{}
)

type (
	// StaffID names a member of the clinic's staff.
	StaffID = ID[staffKind]
	// PatientID names a patient.
	PatientID = ID[patientKind]
	// DossierID names what content keys belong to: one patient's record, or the
	// record of a number that nobody has been matched to yet.
	DossierID = ID[dossierKind]
	// NumberID names one phone number known to the clinic.
	NumberID = ID[numberKind]
	// ThreadID names the exchange of texts with one number.
	ThreadID = ID[threadKind]
	// MessageID names one text, whichever way it went.
	MessageID = ID[messageKind]
	// AttachmentID names something that came with a text.
	AttachmentID = ID[attachmentKind]
	// ConsentID names one consent and all that happens to it.
	ConsentID = ID[consentKind]
	// SeatID names one installation of the program.
	SeatID = ID[seatKind]
	// EventID names one event of the log.
	EventID = ID[eventKind]
)

var idText = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

// NewID returns a random id.
func NewID[I ~[16]byte]() I {
	var id I
	// crypto/rand.Read never returns an error; it ends the program instead.
	_, _ = rand.Read(id[:])
	return id
}

// ParseID reads the text form of an id.
func ParseID[I ~[16]byte](text string) (I, error) {
	var id I
	raw, err := idText.DecodeString(text)
	if err != nil || len(raw) != len(id) || idText.EncodeToString(raw) != text {
		return I{}, E(CodeBadID)
	}
	copy(id[:], raw)
	return id, nil
}

// String returns the text form.
func (id ID[Of]) String() string { return idText.EncodeToString(id[:]) }

// IsZero reports whether the id was never set.
func (id ID[Of]) IsZero() bool { return id == ID[Of]{} }

// MarshalText implements [encoding.TextMarshaler].
func (id ID[Of]) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]. The empty text is the
// zero id, so that an absent reference survives a round trip.
func (id *ID[Of]) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*id = ID[Of]{}
		return nil
	}
	parsed, err := ParseID[ID[Of]](string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}

// Value implements [driver.Valuer]: 16 bytes, or NULL for the zero id.
func (id ID[Of]) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id[:], nil
}

// Scan implements [database/sql.Scanner], the inverse of Value.
func (id *ID[Of]) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*id = ID[Of]{}
		return nil
	case []byte:
		if len(v) == len(id) {
			copy(id[:], v)
			return nil
		}
	}
	return fmt.Errorf("clinic: scan id from %T", src)
}
