package command_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quietline/app/command"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
	"quietline/backend/vault/vaulttest"
)

// TestAMemberLooksIntoTheBackup with her passphrase, on the clinic's own computer: she
// needs no sheet for it.
func TestAMemberLooksIntoTheBackup(t *testing.T) {
	h := newLivingHouse(t)
	as := func(what string, more ...string) []string {
		return append([]string{what, "-sample", "-from", h.backup(), "-dir", h.lost(), "-member", "ada quill"}, more...)
	}
	before, err := os.ReadFile(filepath.Join(h.lost(), "journal.db"))
	h.ok(err)
	// On Windows a line ends in two signs.
	if exit, out, said := h.run(passphrase+"\r\n", as("list")...); exit != command.Done || strings.Count(out, "generation\t") != 2 {
		t.Errorf("list: %d\n%s%s", exit, out, said)
	}
	if exit, out, said := h.run(passphrase, as("verify")...); exit != command.Done || strings.Count(out, "whole\t") != 2 {
		t.Errorf("verify: %d\n%s%s", exit, out, said)
	}
	for what, c := range map[string]struct {
		typed string
		args  []string
		exit  int
	}{
		"a wrong passphrase":     {"seven grey herons at dusk", as("list"), command.Words},
		"no passphrase":          {"", as("list"), command.Words},
		"the words of the sheet": {strings.Join(h.words, " "), as("verify"), command.Words},
		"nobody of that name":    {passphrase, as("list", "-member", "Ben Ortiz"), command.Words},
		"no clinic there":        {passphrase, as("list", "-dir", filepath.Join(h.root, "none")), command.Absent},
		"no backup there":        {passphrase, as("list", "-from", h.t.TempDir()), command.Absent},
		"a restore":              {passphrase, as("restore"), command.Usage},
	} {
		if exit, out, said := h.run(c.typed, c.args...); exit != c.exit || out != "" {
			t.Errorf("%s: %d instead of %d\n%s%s", what, exit, c.exit, out, said)
		}
	}
	if _, err := os.Stat(filepath.Join(h.root, "none")); !os.IsNotExist(err) {
		t.Errorf("a clinic's folder was made: %v", err)
	}
	desk, err := folder.Take(h.lost())
	h.ok(err)
	if exit, _, said := h.run(passphrase, as("list")...); exit != command.Refused {
		t.Errorf("while the clinic is open: %d\n%s", exit, said)
	}
	h.ok(desk.Release())

	code := h.secondFactor()
	if exit, _, said := h.run(passphrase, as("list")...); exit != command.Words {
		t.Errorf("without her code: %d\n%s", exit, said)
	}
	if exit, _, said := h.run(passphrase+"\n"+code+"\n", as("list")...); exit != command.Done {
		t.Errorf("with her code: %d\n%s", exit, said)
	}
	if after, err := os.ReadFile(filepath.Join(h.lost(), "journal.db")); err != nil || string(after) != string(before) {
		t.Errorf("the records are touched: %v", err)
	}
}

// secondFactor gives the member one, and returns a code that opens once.
func (h *house) secondFactor() string {
	h.t.Helper()
	ctx, clock := context.Background(), clinic.SystemClock()
	v, err := vault.Load(ctx, vault.Config{Dir: h.lost(), Secrets: filesecret.At(h.lost() + ".secret"), Clock: clock, Work: vault.Sample})
	h.ok(err)
	defer v.Close()
	keys, err := v.Unlock(ctx, v.Members()[0].ID, []byte(passphrase))
	h.ok(err)
	defer keys.Zero()
	e := vault.NewEnrolment()
	codes, err := v.SetSecondFactor(ctx, keys, e, vaulttest.NewPhone(h.t, e.Text()).Shows(clock.Now().Time()))
	h.ok(err)
	return codes[0]
}
