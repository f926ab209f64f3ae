package folder_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/vault"
)

// children are what the test binary does as the program, beside registering.
var children = map[string]func(place) error{"backup": copyOn, "restore": restoreOn}

// beside are the backup of a place and the words that open it.
func (p place) backup() backup.Config {
	return backup.Config{Dir: filepath.Join(p.root, "backup"), SegmentBytes: 4 << 10}
}

func (p place) wordsFile() string { return filepath.Join(p.root, "words") }

// copyOn records and copies in turn until it is killed, and says on its output which
// generation was the last.
func copyOn(p place) error {
	ctx := context.Background()
	c, err := enter(ctx, p)
	if err != nil {
		return err
	}
	n, err := c.patients(ctx)
	if err != nil {
		return err
	}
	target := backup.NewTarget(p.backup())
	for {
		for range 15 {
			if err := c.newPatient(ctx, n); err != nil {
				return err
			}
			n++
		}
		src, err := c.Source(c.vault, clinic.SystemClock())
		if err != nil {
			return err
		}
		r, err := target.Run(ctx, src, func(backup.Progress) { fmt.Println("at work") })
		if err != nil {
			return err
		}
		fmt.Println(r.Generation.Number, n)
	}
}

// restoreOn restores the newest generation beside the clinic.
func restoreOn(p place) error {
	ctx := context.Background()
	words, err := os.ReadFile(p.wordsFile())
	if err != nil {
		return err
	}
	sheet, err := vault.ParseRecovery(string(words))
	if err != nil {
		return err
	}
	from, err := backup.Open(ctx, p.backup(), backup.BySheet(sheet))
	if err != nil {
		return err
	}
	defer from.Close()
	all, _, err := from.Generations(ctx)
	if err != nil {
		return err
	}
	h, err := folder.Take(filepath.Join(p.root, "back", "clinic"))
	if err != nil {
		return err
	}
	_, err = h.Restore(ctx, folder.Restore{
		From: from, Generation: all[0].Name, Words: string(words), Work: vault.Sample, Clock: clinic.SystemClock(),
		Tell: func(backup.Progress) { fmt.Println("at work") },
	})
	return errors.Join(err, h.Release())
}

// child runs a work until it has said so many lines and a moment has passed, kills
// it, and returns all that it said. It reports whether the work had ended before.
func (p place) child(t *testing.T, work string, lines, moment int) (said []string, ended bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+p.root, workVariable+"="+work)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewScanner(out)
	for len(said) < lines && in.Scan() {
		said = append(said, in.Text())
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range moment {
		random.Uint64()
	}
	_ = cmd.Process.Kill()
	for in.Scan() {
		said = append(said, in.Text())
	}
	_ = cmd.Wait() // it was killed, and says so
	for _, line := range said {
		if strings.HasPrefix(line, "error:") {
			t.Fatalf("%s says %q", work, line)
		}
	}
	return said, cmd.ProcessState.Success()
}

// TestABackupIsKilledAtAnyMoment kills programs that copy, and then programs that
// restore, again and again. Each generation that was acknowledged is whole, and what
// comes back in the end is the clinic.
func TestABackupIsKilledAtAnyMoment(t *testing.T) {
	ctx := context.Background()
	c := newCopied(t)
	p := c.place
	if err := os.WriteFile(p.wordsFile(), []byte(c.words), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(5, 6))
	var last uint64
	kills := rounds(t, 8)
	for round := range kills {
		said, _ := p.child(t, "backup", 1+random.IntN(25), random.IntN(3_000_000))
		for _, line := range said {
			var generation uint64
			var patients int
			if _, err := fmt.Sscan(line, &generation, &patients); err == nil {
				last = generation
			}
		}
		r, err := backup.Open(ctx, p.backup(), backup.ByKeys(c.Keys))
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		report, err := r.Verify(ctx, nil)
		if err != nil || len(report.Problems) > 0 || last > 0 && (len(report.Whole) == 0 || report.Whole[0].Number < last) {
			t.Fatalf("round %d: %v, %v; %d generations, the last acknowledged is %d", round, report.Problems, err, len(report.Whole), last)
		}
		r.Close()
	}
	if last == 0 {
		t.Fatal("no generation was ever made")
	}

	c.opened = mustEnter(t, p)
	c.clock.Advance(time.Hour)
	c.copies(t)
	want := c.hash(t)
	killed := 0
	for lines := 1; ; lines += 2 {
		_, ended := p.child(t, "restore", lines, random.IntN(1_000_000))
		if ended {
			break
		}
		killed++
		if killed > 200 {
			t.Fatal("it never ends")
		}
	}
	back := place{filepath.Join(p.root, "back")}
	if contentOf(t, back, c.words) != want {
		t.Error("what came back is something else")
	}
	t.Logf("%d generations, %d kills of runs, %d of restores", last, kills, killed)
}
