package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"quietline/backend/clinic"
)

// Body is the content of an event.
type Body struct {
	json      []byte
	destroyed bool
	// lenient is set where the event is of a newer version than the reader that a
	// reader of this age may still apply: fields that it does not know are left.
	lenient bool
	// ahead, which may be nil, is what was decoded already.
	ahead *ahead
}

// Destroyed reports that the content was destroyed: its key is gone.
func (b Body) Destroyed() bool { return b.destroyed }

// Empty reports that the event has no content and never had.
func (b Body) Empty() bool { return !b.destroyed && len(b.json) == 0 }

// Decode reads the content into v, which points to the struct of the event's
// version. A field that v does not have is an error. CodeBodyDestroyed is
// returned where the content was destroyed.
func (b Body) Decode(v any) error {
	if b.destroyed {
		return clinic.E(CodeBodyDestroyed)
	}
	if b.ahead != nil && b.ahead.take(v) {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(b.json))
	if !b.lenient {
		d.DisallowUnknownFields()
	}
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("decode event body: %w", ErrDamaged)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("decode event body: trailing data: %w", ErrDamaged)
	}
	return nil
}
