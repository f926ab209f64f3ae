package clinic

import (
	"errors"
	"log/slog"
)

// Code names one thing that can go wrong, in the form area.reason. The sentence
// that a person reads is chosen by it, in the locale files of the front end and
// nowhere else; a test holds the two lists against each other.
type Code string

// Codes that belong to no single area. Each package declares its own beside the
// code that returns them and lists them in its Codes function.
const (
	CodeInternal  Code = "app.internal"
	CodeBadInput  Code = "app.bad_input"
	CodeBadID     Code = "app.bad_id"
	CodeBadTime   Code = "app.bad_time"
	CodeBadDate   Code = "app.bad_date"
	CodeBadZone   Code = "app.bad_zone"
	CodeBadPhone  Code = "app.bad_phone"
	CodeNotFound  Code = "app.not_found"
	CodeForbidden Code = "app.forbidden"
	CodeLocked    Code = "app.locked"
	CodeCancelled Code = "app.cancelled"
	CodeDiskFull  Code = "app.disk_full"
)

// Codes lists the codes of this package.
func Codes() []Code {
	return []Code{
		CodeInternal, CodeBadInput, CodeBadID, CodeBadTime, CodeBadDate, CodeBadZone,
		CodeBadPhone, CodeNotFound, CodeForbidden, CodeLocked, CodeCancelled, CodeDiskFull,
	}
}

// Params are the values that a sentence needs: counts, limits, instants, days and
// words from a fixed list. Never a name, a number, a text, a key or a path.
type Params map[string]any

// Error is what a person is told: a code and its parameters. The cause is for
// the log.
type Error struct {
	Code   Code
	Params Params
	// Retry says that the same call may succeed later without any change.
	Retry bool

	cause error
}

// E returns an Error without parameters.
func E(code Code) *Error { return &Error{Code: code} }

// With returns a copy that carries a parameter.
func (e *Error) With(name string, value any) *Error {
	c := *e
	c.Params = make(Params, len(e.Params)+1)
	for k, v := range e.Params {
		c.Params[k] = v
	}
	c.Params[name] = value
	return &c
}

// Because returns a copy that carries the cause.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// Retryable returns a copy that says that trying again may help.
func (e *Error) Retryable() *Error {
	c := *e
	c.Retry = true
	return &c
}

// Error implements error. It holds the code alone, so that an error that is
// logged or wrapped by accident says nothing about a patient.
func (e *Error) Error() string {
	if e.cause != nil {
		return string(e.Code) + ": " + e.cause.Error()
	}
	return string(e.Code)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is an Error of the same code, so that
// errors.Is(err, clinic.E(code)) works through any wrapping.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// CodeOf returns the code that err carries, or CodeInternal where it carries
// none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

// LogValue implements [slog.LogValuer].
func (c Code) LogValue() slog.Value { return slog.StringValue(string(c)) }
