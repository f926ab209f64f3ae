package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"quietline/backend/sqlite"
)

// childVariable makes the test binary act as another process on the path that
// it names.
const childVariable = "SQLITE_TEST_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childVariable); path != "" {
		act := child
		if len(os.Args) > 2 && os.Args[2] == takingTurns {
			act = childTakingTurns
		}
		if err := act(path, os.Args[1:]); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child adds notes until it is killed or has added as many as asked, and says
// on its output how many it was told are committed.
func child(path string, args []string) error {
	limit, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	o := plainOptions()
	o.Durability = sqlite.Full
	o.CacheBytes = 40 << 10
	db, err := sqlite.Open(context.Background(), path, key(1), o)
	if err != nil {
		return err
	}
	if len(args) > 1 && args[1] == copyingLog {
		go func() {
			for db.Checkpoint(context.Background()) == nil {
			}
		}()
	}
	for range limit {
		n, err := addThree(db)
		if err != nil {
			return err
		}
		fmt.Println(n)
	}
	return db.Close()
}

// addThree adds three notes and returns how many there are.
func addThree(db *sqlite.DB) (n int, err error) {
	err = db.Write(context.Background(), func(tx *sqlite.Tx) error {
		var next int
		if err := tx.QueryRow(`SELECT count(*) FROM note`).Scan(&next); err != nil {
			return err
		}
		n = next + 3
		return addNotes(tx, next, n, 9000)
	})
	return n, err
}

// copyingLog is the second argument of a child that copies the log into the
// database all the while.
const copyingLog = "copying"

// takingTurns is the second argument of a child that opens the file for each
// transaction, and tries again while another process has it.
const takingTurns = "turns"

func childTakingTurns(path string, args []string) error {
	limit, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	for done := 0; done < limit; {
		db, err := sqlite.Open(context.Background(), path, key(1), plainOptions())
		if isCode(err, sqlite.CodeBusy) {
			continue
		}
		if err != nil {
			return err
		}
		n, err := addThree(db)
		if err := errors.Join(err, db.Close()); err != nil {
			return err
		}
		fmt.Println(n)
		done++
	}
	return nil
}

func startChild(tb testing.TB, path string, limit int, args ...string) (*exec.Cmd, *bufio.Scanner) {
	tb.Helper()
	cmd := exec.Command(os.Args[0], append([]string{strconv.Itoa(limit)}, args...)...)
	cmd.Env = append(os.Environ(), childVariable+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

// TestKilledAtAnyMoment kills a writing process again and again, every other time
// while the log is being copied. Whatever it was told is committed must be there,
// and nothing of what was not.
func TestKilledAtAnyMoment(t *testing.T) {
	path := newPath(t)
	mustClose(t, mustCreate(t, path, plainOptions()))
	random := rand.New(rand.NewPCG(9, 10))
	held := 0
	for round := range rounds(t, 20) {
		how := ""
		if round%2 == 1 {
			how = copyingLog
		}
		cmd, lines := startChild(t, path, 1<<30, how)
		told := held
		for range 1 + random.IntN(6) {
			if !lines.Scan() {
				t.Fatalf("round %d: the child ended by itself", round)
			}
			n, err := strconv.Atoi(lines.Text())
			if err != nil {
				t.Fatalf("round %d: the child says %q", round, lines.Text())
			}
			told = n
		}
		// A moment within the next transactions.
		for range random.IntN(2_000_000) {
			random.Uint64()
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			if n, err := strconv.Atoi(lines.Text()); err == nil {
				told = n
			}
		}
		_ = cmd.Wait() // it was killed, and says so
		nothingReadable(t, path)

		db := mustOpen(t, path, plainOptions())
		n, err := verify(context.Background(), db, 9000)
		if err != nil || n < told || n%3 != 0 {
			t.Fatalf("round %d: %d notes, %d were committed: %v", round, n, told, err)
		}
		if err := db.QuickCheck(context.Background()); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if round%4 < 2 {
			mustClose(t, db)
		} else {
			db.Abandon()
		}
		held = n
	}
}

// TestASecondProcessIsRefused: the index of the log is this process's alone, so
// another one must not get as far as reading.
func TestASecondProcessIsRefused(t *testing.T) {
	path := newPath(t)
	db := mustCreate(t, path, plainOptions())
	for own := 1; own <= 5; own++ {
		if _, err := addThree(db); err != nil {
			t.Fatal(err)
		}
		cmd, lines := startChild(t, path, 1)
		if !lines.Scan() || !strings.Contains(lines.Text(), string(sqlite.CodeBusy)) {
			t.Errorf("the other process says %q", lines.Text())
		}
		if err := cmd.Wait(); err == nil {
			t.Error("the other process was let in")
		}
		mustHold(t, db, 3*own, 9000)
	}
	mustClose(t, db)
	cmd, lines := startChild(t, path, 1)
	if !lines.Scan() || lines.Text() != "18" {
		t.Errorf("once the file is closed the other process says %q", lines.Text())
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// TestProcessesTakeTurns has several processes open, write and close as fast as
// they are let in.
func TestProcessesTakeTurns(t *testing.T) {
	path := newPath(t)
	mustClose(t, mustCreate(t, path, plainOptions()))
	const children, turns = 3, 8
	var running sync.WaitGroup
	for range children {
		cmd, lines := startChild(t, path, turns, takingTurns)
		running.Go(func() {
			for lines.Scan() {
				if _, err := strconv.Atoi(lines.Text()); err != nil {
					t.Errorf("a process says %q", lines.Text())
				}
			}
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	db := mustOpen(t, path, plainOptions())
	mustHold(t, db, 3*children*turns, 9000)
	if err := db.IntegrityCheck(t.Context()); err != nil {
		t.Error(err)
	}
	mustClose(t, db)
}
