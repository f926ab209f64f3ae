package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"quietline/backend/clinic"
)

// A nonce is 96 random bits, which is sound for 2³² seals under one subkey (NIST
// SP 800-38D, section 8.3). So the file counts its seals, in the field of
// SQLite's header that is an application's own, as a number of units: those under
// the subkey that has sealed most, which is the log's, since a page is copied
// into the database at most as often as it was logged. The count runs ahead of
// the seals by a lease, which is renewed in the transaction that uses up half of
// it. Each opening that writes costs at most one lease.
//
// Not on disk is what was sealed since: by the last transaction, as many pages as
// its cache held; by one that is cut off; and, where durability is Normal, by what
// a loss of power takes away. The margin below the limit is for those: 2²⁸ pages
// are a terabyte.
const (
	sealUnit  = 256
	sealLease = 1024
)

// SealLimit is from how many seals on a file is only read. See [DB.Seals].
const SealLimit = 1<<32 - 1<<28

// sealCount is how often one file was sealed.
type sealCount struct {
	before atomic.Int64 // when it was opened, lease included
	noted  atomic.Int64 // what it says now; too little after a failure
}

// forget makes the next transaction note the count again: this one's may not be
// on disk.
func (s *sealCount) forget() { s.noted.Store(0) }

// loadSeals reads the count that the file has.
func (db *DB) loadSeals(ctx context.Context) error {
	c, err := db.writer.take(ctx, nil)
	if err != nil {
		return err
	}
	var units int64
	err = c.queryRow(ctx, "PRAGMA application_id").Scan(&units)
	if err = errors.Join(err, db.writer.give(c, true)); err != nil {
		return err
	}
	if units < 0 {
		return clinic.E(CodeDamaged).Because(errors.New("the count of seals is negative"))
	}
	db.seals.before.Store(units * sealUnit)
	db.seals.noted.Store(units * sealUnit)
	return nil
}

// Seals is how often the file was sealed, ever, under the subkey that has sealed
// most. It is on the safe side but for what a crash has cut off.
func (db *DB) Seals() int64 { return db.seals.before.Load() + db.store.mostSealed() }

// noteSeals renews the lease where half of it is used, and refuses a transaction
// that the file must not take any more.
func (db *DB) noteSeals(tx *Tx) error {
	spent := db.Seals()
	if spent >= SealLimit {
		return clinic.E(CodeWorn)
	}
	if spent+sealLease/2 <= db.seals.noted.Load() {
		return nil
	}
	units := (spent + sealLease + sealUnit - 1) / sealUnit
	if err := tx.control(fmt.Sprintf("PRAGMA application_id=%d", units)); err != nil {
		return fmt.Errorf("note the count of seals: %w", err)
	}
	db.seals.noted.Store(units * sealUnit)
	return nil
}

// mostSealed is how often the subkey that sealed most has sealed since the file
// was opened.
func (st *store) mostSealed() (n int64) {
	for i := range st.sealed {
		n = max(n, st.sealed[i].Load())
	}
	return n
}
