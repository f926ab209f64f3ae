package desk_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/sample"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// BenchmarkDoors measures what a person waits for, through the doors, at a
// sample clinic of ordinary size, the access record included.
func BenchmarkDoors(b *testing.B) {
	dir := b.TempDir()
	clock := clinictest.NewClock(time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC))
	secrets := filesecret.At(filepath.Join(dir, "secret"))
	folder := filepath.Join(dir, "clinic")
	if _, err := sample.Create(context.Background(), sample.Config{
		Dir: folder, Secrets: secrets, Clock: clock, Seed: 1, Messages: 20_000,
	}); err != nil {
		b.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	changes := door.NewChanges()
	d := desk.New(desk.Config{Dir: folder, Secrets: secrets, Work: vault.Sample, Clock: clock, Log: log}, changes)
	defer func() {
		if err := d.Close(); err != nil {
			b.Error(err)
		}
	}()
	doors := door.NewRegistry(token, d.Session(), d, log)
	d.Register(doors)
	ask := func(name string, request any, answer any) {
		raw, err := json.Marshal(request)
		if err != nil {
			b.Fatal(err)
		}
		var reply struct {
			OK    json.RawMessage
			Error *struct{ Code clinic.Code }
		}
		if err := json.Unmarshal(doors.Call(context.Background(), token, name, raw), &reply); err != nil {
			b.Fatal(err)
		}
		if reply.Error != nil {
			b.Fatalf("%s: %s", name, reply.Error.Code)
		}
		if err := json.Unmarshal(reply.OK, answer); err != nil {
			b.Fatal(err)
		}
	}
	var state desk.State
	ask("app.state", nil, &state)
	ask("session.signIn", desk.SignIn{Member: state.Members[0].ID, Passphrase: sample.Passphrase}, &state)
	var inbox desk.InboxPage
	list := desk.InboxQuery{View: desk.ViewAll, Limit: 50}
	ask("inbox.list", list, &inbox)
	thread := inbox.Items[0].ID
	for name, request := range map[string]any{
		"inbox.list":   list,
		"thread.open":  desk.ThreadQuery{ID: thread, Limit: 50},
		"text.check":   desk.CheckText{ID: thread, Body: "See you on Tuesday at 3 pm.", Category: "scheduling"},
		"patient.list": desk.PatientQuery{Search: "ma", Limit: 50},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var answer json.RawMessage
				ask(name, request, &answer)
			}
		})
	}
}
