package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"quietline/backend/sqlite"
)

// childVariable makes the test binary act as another process on the path that
// it names.
const childVariable = "SQLITE_TEST_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childVariable); path != "" {
		if err := child(path, os.Args[1:]); err != nil {
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
	for range limit {
		var next int
		err := db.Write(context.Background(), func(tx *sqlite.Tx) error {
			if err := tx.QueryRow(`SELECT count(*) FROM note`).Scan(&next); err != nil {
				return err
			}
			return addNotes(tx, next, next+3, 9000)
		})
		if err != nil {
			return err
		}
		fmt.Println(next + 3)
	}
	return db.Close()
}

func startChild(tb testing.TB, path string, limit int) (*exec.Cmd, *bufio.Scanner) {
	tb.Helper()
	cmd := exec.Command(os.Args[0], strconv.Itoa(limit))
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

// TestKilledAtAnyMoment kills a writing process again and again. Whatever it
// was told is committed must be there, and nothing of what was not.
func TestKilledAtAnyMoment(t *testing.T) {
	path := newPath(t)
	mustClose(t, mustCreate(t, path, plainOptions()))
	random := rand.New(rand.NewPCG(9, 10))
	held := 0
	for round := range 20 {
		cmd, lines := startChild(t, path, 1<<30)
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
		if round%2 == 0 {
			mustClose(t, db)
		} else {
			db.Abandon()
		}
		held = n
	}
}

// TestTwoProcesses has another process write beside this one.
func TestTwoProcesses(t *testing.T) {
	path := newPath(t)
	db := mustCreate(t, path, plainOptions())
	cmd, lines := startChild(t, path, 30)
	own := 0
	for lines.Scan() {
		if _, err := strconv.Atoi(lines.Text()); err != nil {
			t.Fatalf("the child says %q", lines.Text())
		}
		if n, err := verify(context.Background(), db, 9000); err != nil || n%3 != 0 {
			t.Errorf("%d notes: %v", n, err)
		}
		mustWrite(t, db, func(tx *sqlite.Tx) error {
			var next int
			if err := tx.QueryRow(`SELECT count(*) FROM note`).Scan(&next); err != nil {
				return err
			}
			return addNotes(tx, next, next+3, 9000)
		})
		own++
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	mustHold(t, db, 3*(30+own), 9000)
	mustClose(t, db)
	db = mustOpen(t, path, plainOptions())
	mustHold(t, db, 3*(30+own), 9000)
	mustClose(t, db)
}
