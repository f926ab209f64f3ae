package command_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quietline/app/command"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/staff"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// house is a clinic with a backup and a sheet.
type house struct {
	t     *testing.T
	root  string
	words []string
}

// newHouse is one of which the computer was lost: its backup and its sheet are left.
func newHouse(t *testing.T) *house {
	t.Helper()
	h := newLivingHouse(t)
	h.ok(os.RemoveAll(h.lost()))
	return h
}

func newLivingHouse(t *testing.T) *house {
	t.Helper()
	ctx := context.Background()
	h := &house{t: t, root: t.TempDir()}
	clock := clinictest.NewClock(time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC))
	dir := h.lost()
	me := vault.Member{ID: clinic.StaffID{1}, Name: "Ada Quill", Role: clinic.PrivacyOfficer}
	v, keys, sheet, err := vault.Create(ctx, vault.Config{
		Dir: dir, Secrets: filesecret.At(dir + ".secret"), Clock: clock, Work: vault.Sample,
	}, me, []byte(passphrase))
	h.ok(err)
	h.words = sheet.Words()
	c, err := folder.Create(ctx, folder.Config{Dir: dir, Keys: keys, Clock: clock})
	h.ok(err)
	config := backup.Config{Dir: h.backup()}
	h.ok(backup.Create(ctx, config, keys))
	for _, name := range []string{"Ada Quill", "Ben Ortiz"} {
		_, err = c.Journal.Submit(ctx, journal.Actor{Staff: me.ID}, func(d *journal.Decision) error {
			return staff.Join(d, staff.Member{ID: clinic.StaffID{byte(len(name)), name[0]}, Name: name, Role: clinic.PrivacyOfficer})
		})
		h.ok(err)
		src, err := c.Source(v, clock)
		h.ok(err)
		_, err = backup.NewTarget(config).Run(ctx, src, nil)
		h.ok(err)
		clock.Advance(time.Hour)
	}
	h.ok(c.Close())
	return h
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) backup() string { return filepath.Join(h.root, "backup") }
func (h *house) lost() string   { return filepath.Join(h.root, "lost") }
func (h *house) clinic() string { return filepath.Join(h.root, "clinic") }

const passphrase = "seven grey herons at dawn"

// run runs a command with words on its standard input.
func (h *house) run(words string, args ...string) (exit int, out, said string) {
	var o, e bytes.Buffer
	exit = command.Backup(context.Background(), command.Config{
		In: strings.NewReader(words), Out: &o, Err: &e, Clock: clinic.SystemClock(), Dir: h.clinic(), Work: vault.Standard,
	}, args)
	secrets := []string{h.root, passphrase}
	for i := range h.words[1:] {
		// Two that follow each other: one of them may well be a word of ours.
		secrets = append(secrets, h.words[i]+" "+h.words[i+1], h.words[i]+"\n"+h.words[i+1])
	}
	for _, secret := range secrets {
		if strings.Contains(o.String()+e.String(), secret) {
			h.t.Errorf("%v prints what must not be printed", args)
		}
	}
	return exit, o.String(), e.String()
}

func TestAClinicComesBackWithoutAWindow(t *testing.T) {
	h := newHouse(t)
	words := strings.Join(h.words, "\n") // one on each line
	exit, out, _ := h.run(words, "list", "-from", h.backup())
	if lines := strings.Split(strings.TrimSpace(out), "\n"); exit != command.Done || len(lines) != 2 ||
		!strings.HasPrefix(lines[0], "generation\t2\t2026-03-04T13:00:00Z\t2 events\t0 files\t") {
		t.Errorf("list: %d\n%s", exit, out)
	}
	if exit, out, _ := h.run(words, "verify", "-from", h.backup()); exit != command.Done || strings.Count(out, "whole\t") != 2 {
		t.Errorf("verify: %d\n%s", exit, out)
	}
	exit, out, said := h.run(words, "restore", "-from", h.backup(), "-generation", "1", "-sample")
	if exit != command.Done || !strings.HasPrefix(out, "restored\t1\t") || !strings.Contains(said, "records\t100 %") {
		t.Errorf("restore: %d\n%s%s", exit, out, said)
	}
	if found, err := vault.Exists(h.clinic()); err != nil || !found {
		t.Errorf("there is no clinic: %v", err)
	}
	if exit, _, said := h.run(words, "restore", "-from", h.backup(), "-sample"); exit != command.Refused {
		t.Errorf("over a clinic: %d\n%s", exit, said)
	}
}

func TestExitCodes(t *testing.T) {
	h := newHouse(t)
	words := strings.Join(h.words, " ")
	other := strings.Join(vault.NewRecovery().Words(), " ")
	for what, c := range map[string]struct {
		words string
		args  []string
		exit  int
	}{
		"nothing":             {words, nil, command.Usage},
		"no such command":     {words, []string{"remove", "-from", h.backup()}, command.Usage},
		"no backup named":     {words, []string{"list"}, command.Usage},
		"more than a command": {words, []string{"list", "-from", h.backup(), "more"}, command.Usage},
		"a flag of another":   {words, []string{"list", "-from", h.backup(), "-generation", "1"}, command.Usage},
		"no words":            {"", []string{"list", "-from", h.backup()}, command.Words},
		"half of the words":   {strings.Join(h.words[:8], " "), []string{"list", "-from", h.backup()}, command.Words},
		"another sheet":       {other, []string{"list", "-from", h.backup()}, command.Words},
		"an empty folder":     {words, []string{"list", "-from", h.t.TempDir()}, command.Absent},
		"a disk that is away": {words, []string{"list", "-from", filepath.Join(h.root, "away")}, command.Absent},
		"no such generation":  {words, []string{"restore", "-from", h.backup(), "-generation", "9", "-sample"}, command.Absent},
		"a vault of a sample": {words, []string{"restore", "-from", h.backup()}, command.Failed},
		"help is no mistake":  {words, []string{"list", "-h"}, command.Done},
	} {
		if exit, _, said := h.run(c.words, c.args...); exit != c.exit {
			t.Errorf("%s: %d instead of %d\n%s", what, exit, c.exit, said)
		}
	}
	files, err := filepath.Glob(filepath.Join(h.backup(), "records", "*"))
	h.ok(err)
	for _, f := range files {
		h.ok(os.Truncate(f, 10))
	}
	exit, out, _ := h.run(words, "verify", "-from", h.backup())
	if exit != command.Damaged || strings.Count(out, "damaged\trecords/") != len(files) || strings.Contains(out, "whole") {
		t.Errorf("verify of a damaged backup: %d\n%s", exit, out)
	}
	exit, out, said := h.run(words, "restore", "-from", h.backup(), "-sample")
	if exit != command.Failed || !strings.Contains(out, "damaged\trecords/") {
		t.Errorf("restore of a damaged backup: %d\n%s%s", exit, out, said)
	}
	if found, err := vault.Exists(h.clinic()); err != nil || found {
		t.Errorf("there is half a clinic: %v", err)
	}
}

// TestAnOlderCopyIsNeverTakenSilently: where a copy cannot be read, it may be the
// newest. It is named, and an older one comes back for whoever asks for it.
func TestAnOlderCopyIsNeverTakenSilently(t *testing.T) {
	h := newHouse(t)
	words := strings.Join(h.words, " ")
	files, err := filepath.Glob(filepath.Join(h.backup(), "generations", "*"))
	h.ok(err)
	for _, f := range files {
		whole, err := os.ReadFile(f)
		h.ok(err)
		h.ok(os.Truncate(f, 10))
		if _, out, _ := h.run(words, "list", "-from", h.backup()); strings.Contains(out, "generation\t1\t") {
			break // the newest is the one that does not read
		}
		h.ok(os.WriteFile(f, whole, 0o600))
	}
	exit, out, said := h.run(words, "restore", "-from", h.backup(), "-sample")
	if exit != command.Failed || !strings.Contains(out, "damaged\tgenerations/") || strings.Contains(out, "restored") {
		t.Errorf("without a number: %d\n%s%s", exit, out, said)
	}
	if found, err := vault.Exists(h.clinic()); err != nil || found {
		t.Errorf("an older copy came back: %v", err)
	}
	exit, out, said = h.run(words, "restore", "-from", h.backup(), "-sample", "-generation", "1")
	if exit != command.Damaged || !strings.Contains(out, "restored\t1\t") || !strings.Contains(out, "damaged\tgenerations/") {
		t.Errorf("with its number: %d\n%s%s", exit, out, said)
	}
}
