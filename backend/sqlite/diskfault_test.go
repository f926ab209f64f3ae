package sqlite_test

import (
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// fault is one way in which a disk fails.
type fault struct {
	on     sqlite.DiskOp
	answer int32
	// lasting: once it failed it fails until it is mended.
	lasting bool
	// codes are those that a caller may be told.
	codes []clinic.Code
	// unsure: the transaction that was told of the failure may be found later,
	// whole.
	unsure bool
}

var faults = map[string]fault{
	"full": {on: sqlite.DiskWrite, answer: sqlite.FaultFull, lasting: true,
		codes: []clinic.Code{sqlite.CodeDiskFull}},
	"full for a moment": {on: sqlite.DiskWrite, answer: sqlite.FaultFull,
		codes: []clinic.Code{sqlite.CodeDiskFull}},
	"write error": {on: sqlite.DiskWrite, answer: sqlite.FaultWrite, lasting: true,
		codes: []clinic.Code{sqlite.CodeDevice}},
	"sync error": {on: sqlite.DiskSync, answer: sqlite.FaultSync, unsure: true,
		codes: []clinic.Code{sqlite.CodeDevice}},
	"read error": {on: sqlite.DiskRead, answer: sqlite.FaultRead,
		codes: []clinic.Code{sqlite.CodeDevice}},
	"lasting read error": {on: sqlite.DiskRead, answer: sqlite.FaultRead, lasting: true,
		codes: []clinic.Code{sqlite.CodeDevice}},
	"short read": {on: sqlite.DiskRead, answer: sqlite.FaultShort,
		codes: []clinic.Code{sqlite.CodeDamaged}},
}

// TestADiskThatFailsAtAnyMoment runs the workload again and again and lets the
// n-th operation of a kind fail, for every ninth n (fewer where the test is to be
// short, every n where more rounds are asked for), until the workload ends before
// it. Each time the caller is told by the right code or not concerned; what was
// acknowledged is there; and once the disk is mended the file works as before.
func TestADiskThatFailsAtAnyMoment(t *testing.T) {
	for name, f := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failed, silent := 0, 0
			stride := 9
			switch {
			case rounds(t, 1) > 1:
				stride = 1
			case testing.Short():
				stride = 45
			}
			path, o := newPath(t), dayOptions(sqlite.Full)
			start := newDisk(t, path, o)
			for n := 1 + len(name)%stride; ; n += stride {
				disk := sqlite.NewMemoryDisk()
				if err := disk.Put(path, "", start.Content(path, "")); err != nil {
					t.Fatal(err)
				}
				disk.Start()
				seen := 0
				disk.FailWith(func(op sqlite.DiskOp) int32 {
					if op != f.on {
						return 0
					}
					if seen++; seen == n || f.lasting && seen > n {
						return f.answer
					}
					return 0
				})
				log, err := day(t, disk, path, o)
				disk.FailWith(nil)
				acknowledged := 0
				if len(log) > 0 {
					acknowledged = log[len(log)-1].notes
				}
				switch {
				case seen < n:
					t.Logf("%d failures were told, %d concerned nobody", failed, silent)
					if failed == 0 {
						t.Error("nothing failed")
					}
					return
				case err == nil:
					silent++
				case isCode(err, f.codes...):
					if failed++; sqlite.IsUnread(err) != (f.answer == sqlite.FaultRead) {
						t.Errorf("operation %d: of what the disk did not give it says %v: %v", n, sqlite.IsUnread(err), err)
					}
				default:
					t.Errorf("operation %d fails with %v", n, err)
				}
				got, err := examine(disk, path, o)
				if err != nil || got != acknowledged && !(f.unsure && got > acknowledged) {
					t.Errorf("operation %d: %d notes, %d were acknowledged: %v", n, got, acknowledged, err)
				}
			}
		})
	}
}

// TestATransactionThatWasGivenUpDoesNotGoOn: SQLite answers a full disk in the
// middle of a transaction by undoing all of it, and would commit what runs next by
// itself. A caller who does not heed the error must not bring that about.
func TestATransactionThatWasGivenUpDoesNotGoOn(t *testing.T) {
	path, o := newPath(t), dayOptions(sqlite.Full)
	disk := newDisk(t, path, o)
	db, err := sqlite.OpenOn(t.Context(), disk, path, key(1), o)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Abandon()
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 10, 3000) })
	err = db.Write(t.Context(), func(tx *sqlite.Tx) error {
		disk.FailWith(func(op sqlite.DiskOp) int32 {
			if op == sqlite.DiskWrite {
				return sqlite.FaultFull
			}
			return 0
		})
		if err := addNotes(tx, 10, 200, 3000); !isCode(err, sqlite.CodeDiskFull) {
			t.Errorf("on a full disk: %v", err)
		}
		disk.FailWith(nil)
		if err := addNotes(tx, 10, 11, 3000); !isCode(err, sqlite.CodeDiskFull) {
			t.Errorf("going on: %v", err)
		}
		return nil
	})
	if !isCode(err, sqlite.CodeDiskFull) {
		t.Errorf("at the end: %v", err)
	}
	mustHold(t, db, 10, 3000)
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 10, 11, 3000) })
	mustHold(t, db, 11, 3000)
}
