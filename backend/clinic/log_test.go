package clinic_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
)

// secret is what no log may hold, in whatever it is wrapped.
const secret = "Marisol"

type patient struct{ Name string }

func (p patient) String() string { return p.Name }

// chatty says of itself how it is logged, and says too much.
type chatty struct{}

func (chatty) LogValue() slog.Value { return slog.StringValue(secret) }

// name is a string by another name.
type name string

func TestTheLogHoldsNothingOfAPatient(t *testing.T) {
	phone := clinic.Phone("+1303555" + "0142")
	values := map[string]slog.Attr{
		"string":           slog.String("v", secret),
		"named string":     slog.Any("v", name(secret)),
		"bytes":            slog.Any("v", []byte(secret)),
		"strings":          slog.Any("v", []string{secret}),
		"map":              slog.Any("v", map[string]string{secret: secret}),
		"error":            slog.Any("v", errors.New(secret)),
		"wrapped error":    slog.Any("v", fmt.Errorf("send: %w", errors.New(secret))),
		"error with cause": slog.Any("v", clinic.E(clinic.CodeNotFound).Because(errors.New(secret)).With("who", secret)),
		"phone":            slog.Any("v", phone),
		"struct":           slog.Any("v", patient{secret}),
		"pointer":          slog.Any("v", &patient{secret}),
		"date":             slog.Any("v", clinic.Date{Year: 1303, Month: 5, Day: 5}),
		"own LogValue":     slog.Any("v", chatty{}),
		"group":            slog.Group("v", slog.String("inner", secret), slog.Group("deeper", slog.Any("phone", phone))),
		"group as a value": slog.Any("v", slog.GroupValue(slog.String("inner", secret))),
		"nothing":          slog.Any("v", nil),
	}
	ways := map[string]func(*slog.Logger, slog.Attr){
		"an attribute":       func(l *slog.Logger, a slog.Attr) { l.Info("said", a) },
		"With":               func(l *slog.Logger, a slog.Attr) { l.With(a).Info("said") },
		"WithGroup":          func(l *slog.Logger, a slog.Attr) { l.WithGroup("g").Info("said", a) },
		"With in WithGroup":  func(l *slog.Logger, a slog.Attr) { l.WithGroup("g").With(a).Info("said") },
		"a handler's attrs":  func(l *slog.Logger, a slog.Attr) { slog.New(l.Handler().WithAttrs([]slog.Attr{a})).Warn("said") },
		"a key and a value":  func(l *slog.Logger, a slog.Attr) { l.Error("said", "v", a.Value) },
		"a key and anything": func(l *slog.Logger, a slog.Attr) { l.Error("said", "v", a.Value.Any()) },
	}
	for what, value := range values {
		for how, say := range ways {
			var out bytes.Buffer
			say(clinic.NewLog(&out), value)
			line := out.String()
			if !strings.Contains(line, "msg=said") {
				t.Errorf("%s by %s: no line: %q", what, how, line)
			}
			for _, word := range []string{secret, "5550142", "1303"} {
				if strings.Contains(line, word) {
					t.Errorf("%s by %s is in the log: %s", what, how, line)
				}
			}
		}
	}
}

func TestTheLogHoldsWhatTellsOfNobody(t *testing.T) {
	var out bytes.Buffer
	id := clinic.MessageID{1}
	clinic.NewLog(&out).With("seat", 3).Info("sent",
		"n", 42, "ok", true, "took", 2*time.Second, "code", clinic.CodeNotFound, "role", clinic.FrontDesk, "message", id,
		"at", clinic.At(time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)), slog.Group("g", "inner", 7))
	for _, want := range []string{
		"msg=sent", "seat=3", "n=42", "ok=true", "took=2s", "code=app.not_found", "role=front_desk", "message=" + id.String(),
		"at=2026-03-02T09:00:00Z", "g.inner=7",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing: %s", want, out.String())
		}
	}
}

func TestADebugLineIsNotWritten(t *testing.T) {
	var out bytes.Buffer
	clinic.NewLog(&out).Debug("said", "n", 1)
	if out.Len() > 0 {
		t.Errorf("written: %s", out.String())
	}
}
