package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"quietline/backend/clinic"
)

// promptly bounds what must not wait for a disk. It decides how long a failure
// takes, and nothing else.
const promptly = 20 * time.Second

// TestKeysAreForgottenWhileADiskHangs lets one operation of each kind hang, in the
// middle of a read, a write or a copying of the log. Forgetting the keys does not
// wait for it; what waited for the disk ends once that answers; and what was
// acknowledged is there.
func TestKeysAreForgottenWhileADiskHangs(t *testing.T) {
	add := func(db *DB) error { return db.Write(context.Background(), insertPages(300)) }
	for name, c := range map[string]struct {
		op   DiskOp
		do   func(db *DB) error
		adds int
	}{
		"read": {op: DiskRead, do: func(db *DB) error {
			return db.Read(context.Background(), func(tx *Tx) error {
				var size int
				return tx.QueryRow(`SELECT sum(length(x)) FROM t WHERE x <> x'00'`).Scan(&size)
			})
		}},
		"write":    {op: DiskWrite, do: add, adds: 1},
		"sync":     {op: DiskSync, do: add, adds: 1},
		"truncate": {op: DiskTruncate, do: func(db *DB) error { return db.Checkpoint(context.Background()) }},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			o := Options{Migrations: countSchema, Durability: Full, CacheBytes: 20 * pageSize, Readers: 1}
			db, err := Create(t.Context(), path, Key{1}, o)
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			hangs, goOn := make(chan struct{}), make(chan struct{})
			hang := sync.OnceFunc(func() {
				close(hangs)
				<-goOn
			})
			var slow atomic.Bool
			db, err = OpenWatched(t.Context(), path, Key{1}, o, func(_ string, op DiskOp) {
				if slow.Load() && op == c.op {
					hang()
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			for range 3 {
				if err := db.Write(t.Context(), insertPages(100)); err != nil {
					t.Fatal(err)
				}
			}
			slow.Store(true)
			ended := make(chan error, 1)
			go func() { ended <- c.do(db) }()
			<-hangs

			forgotten := make(chan struct{})
			go func() {
				defer close(forgotten)
				db.Forget()
			}()
			select {
			case <-forgotten:
			case <-time.After(promptly):
				close(goOn)
				t.Fatal("the keys wait for the disk")
			}
			for what, key := range map[string]any{"pages": db.store.keys.page, "frames": db.store.keys.frame} {
				if !reflect.ValueOf(key).Elem().IsZero() {
					t.Errorf("the key of %s is still there", what)
				}
			}
			if err := db.Read(t.Context(), func(*Tx) error { return nil }); !errors.Is(err, clinic.E(CodeClosed)) {
				t.Errorf("reading meanwhile: %v", err)
			}
			// Another opening must not meet what is still on its way.
			if _, err := Open(t.Context(), path, Key{1}, o); !errors.Is(err, clinic.E(CodeBusy)) {
				t.Errorf("opening meanwhile: %v", err)
			}
			slow.Store(false)
			close(goOn)
			told := 3
			if err := <-ended; err == nil {
				told += c.adds // the last thing that it needed was with the disk
			} else if !errors.Is(err, clinic.E(CodeClosed)) {
				t.Errorf("what waited for the disk ended with %v", err)
			}
			db.Abandon()
			if db, err = Open(t.Context(), path, Key{1}, o); err != nil {
				t.Fatal(err)
			}
			defer db.Abandon()
			var rows int
			err = db.Read(t.Context(), func(tx *Tx) error { return tx.QueryRow(`SELECT count(*) FROM t`).Scan(&rows) })
			if err != nil || rows < told || rows > 3+c.adds {
				t.Errorf("%d rows are left, %d were acknowledged: %v", rows, told, err)
			}
			if err := db.IntegrityCheck(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}
