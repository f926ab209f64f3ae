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
	"sync/atomic"
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

// child adds notes until it is killed or has added as often as asked, and says on
// its output how many it was told are committed. While the log is being copied
// into the database it keeps that in a file, see [copyingUnderWay].
func child(path string, args []string) error {
	limit, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	how := ""
	if len(args) > 1 {
		how = args[1]
	}
	o := plainOptions()
	o.Durability = sqlite.Full
	o.CacheBytes = 40 << 10
	about, err := noteCopying(path)
	if err != nil {
		return err
	}
	db, err := sqlite.OpenWatched(context.Background(), path, key(1), o, about)
	if err != nil {
		return err
	}
	if how == copyingLog {
		go func() {
			for db.Checkpoint(context.Background()) == nil {
			}
		}()
	}
	count := 3
	switch how {
	case copyingLog:
		count = 30
	case flooding:
		count = 60
	}
	for range limit {
		n, err := addSome(db, count)
		if err != nil {
			return err
		}
		fmt.Println(n)
	}
	return db.Close()
}

// noteCopying returns what notes in a file beside path that the log is being copied:
// from the first page that goes into the database until all of them are to be
// synced. What is written to a file outlives the process.
func noteCopying(path string) (about func(suffix string, op sqlite.DiskOp), err error) {
	f, err := os.OpenFile(path+copyingSuffix, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if _, err := f.WriteAt([]byte{0}, 0); err != nil {
		return nil, err
	}
	var copying atomic.Bool
	return func(suffix string, op sqlite.DiskOp) {
		if suffix != "" || op != sqlite.DiskWrite && op != sqlite.DiskSync {
			return
		}
		if now := op == sqlite.DiskWrite; copying.Swap(now) != now {
			_, _ = f.WriteAt([]byte{map[bool]byte{true: 1}[now]}, 0)
		}
	}, nil
}

const copyingSuffix = ".copying"

// copyingUnderWay reports whether a child that was killed was copying the log.
func copyingUnderWay(tb testing.TB, path string) bool {
	tb.Helper()
	return readFile(tb, path+copyingSuffix)[0] == 1
}

// addThree adds three notes and returns how many there are.
func addThree(db *sqlite.DB) (n int, err error) { return addSome(db, 3) }

func addSome(db *sqlite.DB, count int) (n int, err error) {
	err = db.Write(context.Background(), func(tx *sqlite.Tx) error {
		var next int
		if err := tx.QueryRow(`SELECT count(*) FROM note`).Scan(&next); err != nil {
			return err
		}
		n = next + count
		return addNotes(tx, next, n, 9000)
	})
	return n, err
}

const (
	// copyingLog is the second argument of a child that copies the log into the
	// database all the while.
	copyingLog = "copying"
	// flooding is that of a child whose transactions are so large that the log is
	// copied beside them.
	flooding = "flooding"
)

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

// TestKilledAtAnyMoment kills a writing process again and again, also while the log
// is being copied, by itself or beside a flood of large transactions. Whatever it
// was told is committed must be there, and nothing of what was not. Where the log
// is copied it goes on until a kill has met that.
func TestKilledAtAnyMoment(t *testing.T) {
	for name, c := range map[string]struct {
		how    string
		rounds int
		// lines are how many transactions go before the kill at least.
		lines  int
		copies bool
	}{
		"writing":                        {rounds: 8, lines: 1},
		"copying the log":                {how: copyingLog, rounds: 8, lines: 1, copies: true},
		"copying the log beside a flood": {how: flooding, rounds: 6, lines: 7, copies: true},
	} {
		t.Run(name, func(t *testing.T) {
			k := &killing{path: newPath(t), random: rand.New(rand.NewPCG(9, uint64(len(name))))}
			mustClose(t, mustCreate(t, k.path, plainOptions()))
			kills, done, met := rounds(t, c.rounds), 0, 0
			for ; done < kills || c.copies && met == 0 && done < kills+100; done++ {
				k.round(t, done, c.how, c.lines)
				if copyingUnderWay(t, k.path) {
					met++
				}
			}
			t.Logf("%d kills, %d of them while the log was being copied", done, met)
			if c.copies && met == 0 {
				t.Error("no kill came while the log was being copied")
			}
		})
	}
}

// killing is a database whose writer is killed.
type killing struct {
	path   string
	random *rand.Rand
	held   int // notes that are there for certain
}

func (k *killing) round(t *testing.T, round int, how string, lines int) {
	t.Helper()
	cmd, out := startChild(t, k.path, 1<<30, how)
	told := k.held
	for range lines + k.random.IntN(6) {
		if !out.Scan() {
			t.Fatalf("round %d: the child ended by itself", round)
		}
		n, err := strconv.Atoi(out.Text())
		if err != nil {
			t.Fatalf("round %d: the child says %q", round, out.Text())
		}
		told = n
	}
	// A moment within the next transactions; every other time the next one at which
	// the log is being copied, if that comes soon.
	wait := k.random.IntN(2_000_000)
	if round%2 == 1 {
		for looks := 0; looks < 20_000 && !copyingUnderWay(t, k.path); looks++ {
		}
		wait = 0
	}
	for range wait {
		k.random.Uint64()
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for out.Scan() {
		if n, err := strconv.Atoi(out.Text()); err == nil {
			told = n
		}
	}
	_ = cmd.Wait() // it was killed, and says so
	nothingReadable(t, k.path)

	db := mustOpen(t, k.path, plainOptions())
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
	k.held = n
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
