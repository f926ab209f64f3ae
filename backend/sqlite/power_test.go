package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"quietline/backend/sqlite"
)

// roundsVariable makes the tests that draw their faults at random draw more of
// them: it multiplies their number.
const roundsVariable = "QUIETLINE_ROUNDS"

func rounds(tb testing.TB, n int) int {
	tb.Helper()
	times := os.Getenv(roundsVariable)
	if times == "" && testing.Short() {
		return max(1, n/5)
	}
	if times == "" {
		return n
	}
	by, err := strconv.Atoi(times)
	if err != nil || by < 1 {
		tb.Fatalf("%s is %q", roundsVariable, times)
	}
	return n * by
}

// told is what a workload was told is committed, and when.
type told struct {
	step, notes int
	// synced says that it would also survive a loss of power under Normal.
	synced bool
}

// day is a workload with every way in which a file is written: small and large
// transactions, ones that are undone, copying the log while reads hold it up,
// closing and opening, and rewriting the whole file. It returns what it was
// told, in order.
func day(tb testing.TB, disk *sqlite.MemoryDisk, path string, o sqlite.Options) (log []told, err error) {
	tb.Helper()
	ctx := context.Background()
	db, err := sqlite.OpenOn(ctx, disk, path, key(1), o)
	if err != nil {
		return nil, err
	}
	defer func() { db.Abandon() }()
	n := 0
	say := func(synced bool) { log = append(log, told{disk.Steps(), n, synced}) }
	add := func(count int) error {
		if err := db.Write(ctx, func(tx *sqlite.Tx) error { return addNotes(tx, n, n+count, 3000) }); err != nil {
			return err
		}
		n += count
		say(o.Durability == sqlite.Full)
		return nil
	}
	empty := func() error {
		if err := db.Checkpoint(ctx); err != nil {
			return err
		}
		say(true)
		return nil
	}
	undone := errors.New("undone")
	undo := func() error {
		err := db.Write(ctx, func(tx *sqlite.Tx) error { return errors.Join(addNotes(tx, n, n+30, 3000), undone) })
		if errors.Is(err, undone) {
			return nil
		}
		return err
	}
	reopen := func() error {
		if err := db.Close(); err != nil {
			return err
		}
		say(true)
		next, err := sqlite.OpenOn(ctx, disk, path, key(1), o)
		if err == nil {
			db = next
		}
		return err
	}
	for _, do := range []func() error{
		func() error { return add(1) }, func() error { return add(2) }, undo, func() error { return add(40) },
		empty, func() error { return add(1) }, reopen, func() error { return add(3) },
		func() error { return db.Vacuum(ctx) }, func() error { return add(1) }, undo, empty, func() error { return add(2) },
	} {
		if err := do(); err != nil {
			return log, err
		}
	}
	return log, db.Close()
}

func dayOptions(d sqlite.Durability) sqlite.Options {
	o := plainOptions()
	o.Durability = d
	o.CacheBytes = 20 * page // so that large transactions outgrow it
	o.Readers = 1
	return o
}

// newDisk is a disk with an empty database on it.
func newDisk(tb testing.TB, path string, o sqlite.Options) *sqlite.MemoryDisk {
	tb.Helper()
	disk := sqlite.NewMemoryDisk()
	db, err := sqlite.CreateOn(context.Background(), disk, path, key(1), o)
	if err != nil {
		tb.Fatal(err)
	}
	mustClose(tb, db)
	disk.Start()
	return disk
}

// examine opens what a fault has left, reads everything in every way, writes to
// it, and returns how many notes it held.
func examine(disk *sqlite.MemoryDisk, path string, o sqlite.Options) (n int, err error) {
	ctx := context.Background()
	db, err := sqlite.OpenOn(ctx, disk, path, key(1), o)
	if err != nil {
		return 0, err
	}
	defer db.Abandon()
	if n, err = verify(ctx, db, 3000); err != nil {
		return n, err
	}
	if err := db.IntegrityCheck(ctx); err != nil {
		return n, err
	}
	if err := db.Write(ctx, func(tx *sqlite.Tx) error { return addNotes(tx, n, n+1, 3000) }); err != nil {
		return n, fmt.Errorf("write on: %w", err)
	}
	if after, err := verify(ctx, db, 3000); err != nil || after != n+1 {
		return n, fmt.Errorf("after writing on there are %d notes: %w", after, errors.Join(err, errWrongAnswer))
	}
	return n, nil
}

// TestALossOfPowerAtAnyMoment runs the workload once, writes down what it does to
// the disk, and looks at what a loss of power after each of many steps leaves:
// nothing, everything, or any part of what was not synced.
func TestALossOfPowerAtAnyMoment(t *testing.T) {
	for name, durability := range map[string]sqlite.Durability{"full": sqlite.Full, "normal": sqlite.Normal} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, o := newPath(t), dayOptions(durability)
			disk := newDisk(t, path, o)
			log, err := day(t, disk, path, o)
			if err != nil {
				t.Fatal(err)
			}
			random := rand.New(rand.NewPCG(11, uint64(durability)))
			steps := disk.Steps()
			moments := map[int]bool{0: true, steps: true}
			for _, l := range log {
				moments[l.step] = true
			}
			for range rounds(t, 60) {
				moments[random.IntN(steps+1)] = true
			}
			looked := 0
			for at := range moments {
				safe, allowed := 0, []int{0}
				for _, l := range log {
					if l.step <= at && l.synced {
						safe = l.notes
					}
					allowed = append(allowed, l.notes)
					if l.step > at {
						break // the one that was under way
					}
				}
				for _, how := range []sqlite.Loss{sqlite.LoseAll, sqlite.LoseNothing, sqlite.LoseWrites, sqlite.LoseSectors} {
					n, err := examine(disk.AfterLoss(at, how, random), path, o)
					if err != nil || n < safe || !slices.Contains(allowed, n) {
						t.Errorf("step %d of %d, loss %d: %d notes, %d were safe: %v", at, steps, how, n, safe, err)
					}
					looked++
				}
			}
			t.Logf("%d losses over %d steps", looked, steps)
		})
	}
}
