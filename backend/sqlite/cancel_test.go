package sqlite_test

import (
	"context"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// TestACallThatIsGivenUpAtAnyMomentLeavesItsConnectionFit gives up reads and
// writes after ever longer moments. Whatever a connection was doing, the next
// caller finds it without an open transaction.
func TestACallThatIsGivenUpAtAnyMomentLeavesItsConnectionFit(t *testing.T) {
	o := plainOptions()
	o.Readers = 1
	db := mustCreate(t, newPath(t), o)
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 20, 100) })
	count := func(tx *sqlite.Tx) error {
		var n int
		return tx.QueryRow(`SELECT count(*) FROM patient`).Scan(&n)
	}
	for _, call := range []struct {
		name string
		run  func(context.Context, func(*sqlite.Tx) error) error
	}{{"read", db.Read}, {"write", db.Write}} {
		t.Run(call.name, func(t *testing.T) {
			whole, givenUp := 0, 0
			for i := range 3000 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i%300)*time.Microsecond)
				switch err := call.run(ctx, count); {
				case err == nil:
					whole++
				case isCode(err, clinic.CodeCancelled):
					givenUp++
				default:
					t.Fatalf("call %d: %v", i, err)
				}
				cancel()
			}
			t.Logf("%d whole, %d given up", whole, givenUp)
			if err := call.run(t.Context(), count); err != nil {
				t.Errorf("the next call: %v", err)
			}
		})
	}
	mustClose(t, db)
}
