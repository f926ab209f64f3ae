package command_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"quietline/app/command"
)

// TestTheConsoleProgramDoesTheSame builds the program that Windows needs beside the
// desktop program, and takes a clinic back with it, by both ways of calling it.
func TestTheConsoleProgramDoesTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	bin := filepath.Join(t.TempDir(), "quietline-backup")
	if runtime.GOOS == "windows" {
		bin += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", bin, "./quietline-backup").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	h := newHouse(t)
	call := func(words string, args ...string) (exit int, out string) {
		t.Helper()
		run := exec.Command(bin, args...)
		run.Stdin = strings.NewReader(words)
		var said bytes.Buffer
		run.Stdout = &said
		err := run.Run()
		var code *exec.ExitError
		if err != nil && !errors.As(err, &code) {
			t.Fatal(err)
		}
		return run.ProcessState.ExitCode(), said.String()
	}
	words := strings.Join(h.words, " ")
	for _, args := range [][]string{{"list", "-from", h.backup()}, {"backup", "list", "-from", h.backup()}} {
		if exit, out := call(words, args...); exit != command.Done || strings.Count(out, "generation\t") != 2 {
			t.Errorf("%s: %d\n%s", args, exit, out)
		}
	}
	if exit, _ := call(strings.Join(h.words[1:], " "), "list", "-from", h.backup()); exit != command.Words {
		t.Errorf("with a word missing: %d", exit)
	}
	if exit, _ := call(words); exit != command.Usage {
		t.Errorf("without a command: %d", exit)
	}
	back := filepath.Join(h.root, "back")
	if exit, out := call(words, "restore", "-sample", "-from", h.backup(), "-dir", back); exit != command.Done {
		t.Errorf("restore: %d\n%s", exit, out)
	}
	if _, err := os.Stat(filepath.Join(back, "vault.json")); err != nil {
		t.Error("there is no clinic")
	}
	if exit, _ := call(words, "restore", "-sample", "-from", h.backup(), "-dir", back); exit != command.Refused {
		t.Errorf("over the clinic that is there: %d", exit)
	}
}
