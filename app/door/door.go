// Package door is the one way from the screen to the clinic.
//
// A door is a named call with the permission it needs, what of it the access
// record keeps, and whether the passphrase must have been typed just now. Doors
// are registered once, when the program is put together; a call that is not
// registered does not run. The same registry stands behind the desktop window
// and behind the loopback preview, and the front end's TypeScript is generated
// from it, so the three cannot drift apart.
//
// What the registry guarantees for every call: the per-launch token is compared
// in constant time, the request is decoded strictly and is bounded in size, a
// panic becomes an error and the process lives, an error leaves as a code with
// parameters and never as free text, nothing of a request or an answer is
// logged, and an answer with patient content leaves only after the access record
// is durable.
package door

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"runtime/debug"
	"sort"

	"quietline/backend/clinic"
	"quietline/backend/session"
)

// Codes of this package.
const (
	CodeUnknown  clinic.Code = "door.unknown"
	CodeToken    clinic.Code = "door.token"
	CodeTooLarge clinic.Code = "door.too_large"
	CodeNoRecord clinic.Code = "door.no_record"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{CodeUnknown, CodeToken, CodeTooLarge, CodeNoRecord}
}

// MaxRequest bounds a request in bytes.
const MaxRequest = 1 << 20

// Access says what the access record keeps of a call.
type Access string

// NoAccess marks a door whose answer holds no patient's content.
const NoAccess Access = ""

// Spec describes a door.
type Spec struct {
	// Name is area.verb, such as "thread.open".
	Name string
	// Permission is what the caller must hold.
	Permission session.Permission
	// Access names the kind of the access record, or NoAccess.
	Access Access
	// Confirm asks for a passphrase typed within session.ConfirmedFor.
	Confirm bool
	// Early: it also answers somebody who lacks what the clinic asks of whoever signs
	// in. A door for anyone always does.
	Early bool
	// Handed: it also answers while a patient holds the device. All others are closed to
	// her, those for anyone too.
	Handed bool
}

// Recorder makes accesses durable before their content is shown.
type Recorder interface {
	RecordAccess(ctx context.Context, by session.Member, kind Access, seen []clinic.DossierID) error
}

// Caller is who calls and what the call has shown so far.
type Caller struct {
	session.Member
	// At is when the call came. What may be seen for a time is asked for as of it.
	At   clinic.Instant
	seen map[clinic.DossierID]struct{}
	// recorded are called once what was seen is on record.
	recorded []func()
}

// Saw notes a dossier whose content is part of the answer. A list that shows
// many patients names each.
func (c *Caller) Saw(d clinic.DossierID) {
	if !d.IsZero() {
		c.seen[d] = struct{}{}
	}
}

// OnRecord has fn called once what the call shows is durably on record, before
// the answer leaves. It is not called where that fails.
func (c *Caller) OnRecord(fn func()) { c.recorded = append(c.recorded, fn) }

type entry struct {
	spec     Spec
	request  reflect.Type
	response reflect.Type
	call     func(ctx context.Context, c *Caller, request []byte) (any, error)
}

// Registry holds the doors. Register all of them before the first call.
type Registry struct {
	token    []byte
	session  *session.Session
	recorder Recorder
	log      *slog.Logger
	doors    map[string]entry
	attended Attendance
}

// NewRegistry returns an empty registry. The token is this launch's: whoever
// cannot name it cannot call.
func NewRegistry(token string, s *session.Session, r Recorder, log *slog.Logger) *Registry {
	return &Registry{token: []byte(token), session: s, recorder: r, log: log, doors: map[string]entry{}}
}

// Attendance tells who does other work meanwhile whether anybody waits for an answer.
func (r *Registry) Attendance() *Attendance { return &r.attended }

// Add registers a door. A name that is taken, malformed or without a permission
// is a mistake in the program and panics at start.
func Add[Req, Resp any](r *Registry, spec Spec, fn func(context.Context, *Caller, Req) (Resp, error)) {
	if !wellFormed(spec.Name) || spec.Permission == "" {
		panic("door: malformed spec " + spec.Name)
	}
	if _, taken := r.doors[spec.Name]; taken {
		panic("door: registered twice: " + spec.Name)
	}
	r.doors[spec.Name] = entry{
		spec: spec, request: reflect.TypeFor[Req](), response: reflect.TypeFor[Resp](),
		call: func(ctx context.Context, c *Caller, raw []byte) (any, error) {
			var req Req
			if err := decode(raw, &req); err != nil {
				return nil, err
			}
			answer, err := fn(ctx, c, req)
			if err != nil {
				return nil, err
			}
			filled(reflect.ValueOf(&answer))
			return answer, nil
		},
	}
}

// None is the request or the answer of a door that has none.
type None struct{}

// Specs lists the doors by name.
func (r *Registry) Specs() []Spec {
	specs := make([]Spec, 0, len(r.doors))
	for _, e := range r.doors {
		specs = append(specs, e.spec)
	}
	sort.Slice(specs, func(i, j int) bool { return specs[i].Name < specs[j].Name })
	return specs
}

// Request returns the type of a door's request, or nil where there is no such
// door.
func (r *Registry) Request(name string) reflect.Type { return r.doors[name].request }

// failure is how an error leaves.
type failure struct {
	Code   clinic.Code   `json:"code"`
	Params clinic.Params `json:"params,omitempty"`
	Retry  bool          `json:"retry"`
}

// reply is what every call returns: one of the two fields.
type reply struct {
	OK    any      `json:"ok"`
	Error *failure `json:"error,omitempty"`
}

// Call runs a door and returns its JSON reply: {"ok": …} or {"error": {code,
// params, retry}}. It never returns a Go error and never panics, so that neither
// transport can leak one.
func (r *Registry) Call(ctx context.Context, token, name string, request []byte) []byte {
	defer r.attended.begin()()
	ok, err := r.run(ctx, token, name, request)
	if err == nil {
		out, encodeErr := json.Marshal(reply{OK: ok})
		if encodeErr == nil {
			return out
		}
		err = fmt.Errorf("door: encode answer: %w", encodeErr)
	}
	return r.refuse(name, err)
}

func (r *Registry) run(ctx context.Context, token, name string, request []byte) (answer any, err error) {
	defer func() {
		if p := recover(); p != nil {
			// The panic's value can quote the request; the stack cannot be trusted
			// either, since it prints arguments as hex. Keep type and function names.
			r.log.Error("door panicked", "door", clinic.Code(r.known(name)),
				"panic", clinic.Code(fmt.Sprintf("%T", p)), "at", clinic.Code(panicSite(debug.Stack())))
			answer, err = nil, clinic.E(clinic.CodeInternal)
		}
	}()
	if subtle.ConstantTimeCompare([]byte(token), r.token) != 1 {
		return nil, clinic.E(CodeToken)
	}
	if len(request) > MaxRequest {
		return nil, clinic.E(CodeTooLarge)
	}
	e, found := r.doors[name]
	if !found {
		return nil, clinic.E(CodeUnknown)
	}
	if !e.spec.Handed {
		if err := r.session.RequireOurs(); err != nil {
			return nil, err
		}
	}
	member, err := r.session.Permit(e.spec.Permission)
	if err != nil {
		return nil, err
	}
	if !e.spec.Early && e.spec.Permission != session.Anyone {
		if err := r.session.RequireWhole(); err != nil {
			return nil, err
		}
	}
	if e.spec.Confirm {
		if err := r.session.RequireConfirmed(); err != nil {
			return nil, err
		}
	}
	caller := &Caller{Member: member, At: r.session.Now(), seen: map[clinic.DossierID]struct{}{}}
	answer, err = e.call(ctx, caller, request)
	if err != nil {
		return nil, err
	}
	if err := r.record(ctx, e.spec, caller); err != nil {
		if ctx.Err() != nil { // nobody waits for the answer any more
			return nil, clinic.E(clinic.CodeCancelled).Because(err).Retryable()
		}
		return nil, clinic.E(CodeNoRecord).Because(err).Retryable()
	}
	for _, fn := range caller.recorded {
		fn()
	}
	return answer, nil
}

// record keeps reading and recording together: no durable record, no content.
func (r *Registry) record(ctx context.Context, spec Spec, c *Caller) error {
	if spec.Access == NoAccess {
		if len(c.seen) > 0 {
			return errors.New("door shows dossiers but keeps no access record")
		}
		return nil
	}
	if len(c.seen) == 0 {
		return nil // an empty list shows nobody
	}
	seen := make([]clinic.DossierID, 0, len(c.seen))
	for d := range c.seen {
		seen = append(seen, d)
	}
	sort.Slice(seen, func(i, j int) bool { return bytes.Compare(seen[i][:], seen[j][:]) < 0 })
	return r.recorder.RecordAccess(ctx, c.Member, spec.Access, seen)
}

func (r *Registry) refuse(name string, err error) []byte {
	f := failure{Code: clinic.CodeInternal}
	var e *clinic.Error
	switch {
	case errors.As(err, &e):
		f = failure{Code: e.Code, Params: e.Params, Retry: e.Retry}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		f = failure{Code: clinic.CodeCancelled, Retry: true}
	}
	r.log.Info("door refused", "door", clinic.Code(r.known(name)), "code", f.Code)
	out, encodeErr := json.Marshal(reply{Error: &f})
	if encodeErr != nil { // a parameter that cannot be encoded: keep the code
		out, _ = json.Marshal(reply{Error: &failure{Code: f.Code, Retry: f.Retry}})
	}
	return out
}

// known keeps a foreign caller's text out of the log.
func (r *Registry) known(name string) string {
	if _, found := r.doors[name]; found {
		return name
	}
	return "unknown"
}

func decode(raw []byte, into any) error {
	if len(bytes.TrimSpace(raw)) == 0 {
		raw = []byte("{}")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		var known *clinic.Error
		if errors.As(err, &known) {
			return known
		}
		// The decoder's own words can quote the input.
		return clinic.E(clinic.CodeBadInput)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return clinic.E(clinic.CodeBadInput)
	}
	return nil
}

func wellFormed(name string) bool {
	dots := 0
	for i, c := range name {
		switch {
		case c == '.' && i > 0 && i < len(name)-1:
			dots++
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		default:
			return false
		}
	}
	return dots == 1
}

// panicSite returns the function that panicked, without arguments.
func panicSite(stack []byte) string {
	lines := bytes.Split(stack, []byte("\n"))
	for i, line := range lines {
		if bytes.HasPrefix(line, []byte("panic(")) && i+2 < len(lines) {
			for _, next := range lines[i+2:] {
				if len(next) == 0 || next[0] == '\t' || bytes.HasPrefix(next, []byte("runtime.")) {
					continue
				}
				if paren := bytes.LastIndexByte(next, '('); paren > 0 {
					return string(next[:paren])
				}
			}
		}
	}
	return "unknown"
}
