package folder_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
)

// childVariable makes the test binary act as the program in the place that it
// names.
const childVariable = "FOLDER_TEST_CHILD"

// workVariable says which work it does; registering patients without it.
const workVariable = "FOLDER_TEST_WORK"

func TestMain(m *testing.M) {
	if root := os.Getenv(childVariable); root != "" {
		work := register
		if other := children[os.Getenv(workVariable)]; other != nil {
			work = other
		}
		if err := work(place{root}); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// register records one patient after the other until it is killed, and says on
// its output how many it was told are recorded.
func register(p place) error {
	ctx := context.Background()
	c, err := enter(ctx, p)
	if err != nil {
		return err
	}
	n, err := c.patients(ctx)
	if err != nil {
		return err
	}
	for ; ; n++ {
		if err := c.newPatient(ctx, n); err != nil {
			return err
		}
		fmt.Println(n + 1)
		if n%50 == 49 {
			if err := c.Note(ctx, c.vault, false); err != nil {
				return err
			}
		}
	}
}

// TestKilledAtAnyMoment kills a recording program again and again. What was
// acknowledged is in the log and in the views after the next start; nothing that
// was noted outside contradicts it; and the views are what the log says. It goes
// on until a kill has come between the log and the views.
func TestKilledAtAnyMoment(t *testing.T) {
	ctx := context.Background()
	p := place{t.TempDir()}
	found(t, p)
	random := rand.New(rand.NewPCG(21, 22))
	kills, done, held, replayed := rounds(t, 12), 0, 0, 0
	for round := 0; round < kills || replayed == 0 && round < kills+200; round++ {
		done++
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childVariable+"="+p.root)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines, told := bufio.NewScanner(out), held
		hear := func() bool {
			if !lines.Scan() {
				return false
			}
			n, err := strconv.Atoi(lines.Text())
			if err != nil {
				t.Fatalf("round %d: the program says %q", round, lines.Text())
			}
			told = n
			return true
		}
		for range 1 + random.IntN(60) {
			if !hear() {
				t.Fatalf("round %d: the program ended by itself", round)
			}
		}
		// A moment within the next recordings.
		for range random.IntN(3_000_000) {
			random.Uint64()
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for hear() {
		}
		_ = cmd.Wait() // it was killed, and says so

		c := mustEnter(t, p)
		n, err := c.patients(ctx)
		if err != nil || n < told || n > told+1 {
			t.Fatalf("round %d: %d patients, %d were acknowledged: %v", round, n, told, err)
		}
		if c.Journal.Report().Replayed > 0 {
			replayed++
		}
		if round%10 == 9 {
			if err := c.Journal.CheckViews(ctx, nil); err != nil {
				t.Fatalf("round %d: the views: %v", round, err)
			}
		}
		if round%2 == 0 {
			c.Abandon()
		} else if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		held = n
	}
	t.Logf("%d kills, %d patients; %d times the views had to catch up", done, held, replayed)
	if replayed == 0 {
		t.Error("no kill came between the log and the views")
	}
}
