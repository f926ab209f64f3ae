package clinic

import (
	"context"
	"io"
	"log/slog"
	"time"
)

// NewLog returns a logger that cannot tell about a patient by accident: of the
// values it is given it writes numbers, booleans, durations, instants, ids and
// codes. Every other value, above all every string, error and struct, becomes
// "[redacted]". What a line is about is said by its message, which is a constant
// of the program.
func NewLog(w io.Writer) *slog.Logger {
	return slog.New(redacting{slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelInfo})})
}

const redacted = "[redacted]"

type redacting struct{ next slog.Handler }

func (h redacting) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

func (h redacting) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, r.Message, 0)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(redact(a))
		return true
	})
	return h.next.Handle(ctx, clean)
}

func (h redacting) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = redact(a)
	}
	return redacting{h.next.WithAttrs(clean)}
}

func (h redacting) WithGroup(name string) slog.Handler { return redacting{h.next.WithGroup(name)} }

// redact keeps a value of the listed types. The check is on the value as it was
// given: a type's own LogValue is not trusted to stay harmless.
func redact(a slog.Attr) slog.Attr {
	switch a.Value.Kind() {
	case slog.KindBool, slog.KindInt64, slog.KindUint64, slog.KindFloat64, slog.KindDuration, slog.KindTime:
		return a
	case slog.KindGroup:
		group := a.Value.Group()
		clean := make([]any, len(group))
		for i, g := range group {
			clean[i] = redact(g)
		}
		return slog.Group(a.Key, clean...)
	}
	switch v := a.Value.Any().(type) {
	case Code:
		return slog.String(a.Key, string(v))
	case Role:
		return slog.String(a.Key, string(v))
	case Instant:
		return slog.String(a.Key, v.Time().Format(time.RFC3339))
	case interface{ loggableID() string }:
		return slog.String(a.Key, v.loggableID())
	}
	return slog.String(a.Key, redacted)
}

// loggableID lets the log write ids, which are random or derived under a key.
func (id ID[Of]) loggableID() string { return id.String() }
