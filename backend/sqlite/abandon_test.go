package sqlite_test

import (
	"context"
	"sync"
	"testing"

	"quietline/backend/sqlite"
)

func TestAbandonEndsEverythingAndLosesNothing(t *testing.T) {
	path := newPath(t)
	o := plainOptions()
	o.Readers = 3
	o.CacheBytes = 64 << 10
	for round := range 5 {
		var db *sqlite.DB
		if round == 0 {
			db = mustCreate(t, path, o)
			mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 200, 3000) })
		} else {
			db = mustOpen(t, path, o)
		}
		mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 200+round, 201+round, 3000) })

		reading := make(chan struct{}, 3)
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				for first := true; ; first = false {
					err := db.Read(context.Background(), func(tx *sqlite.Tx) error {
						rows, err := tx.Query(`SELECT a.filler, b.filler FROM note a, note b, note c`)
						if err != nil {
							return err
						}
						defer rows.Close()
						if first {
							reading <- struct{}{}
						}
						for rows.Next() {
							var a, b []byte
							if err := rows.Scan(&a, &b); err != nil {
								return err
							}
						}
						return rows.Err()
					})
					if err != nil {
						if !isCode(err, sqlite.CodeClosed) {
							t.Errorf("a read ended with %v", err)
						}
						return
					}
				}
			})
		}
		writing, abandoned := make(chan struct{}), make(chan struct{})
		wg.Go(func() {
			err := db.Write(context.Background(), func(tx *sqlite.Tx) error {
				if err := addNotes(tx, 900, 950, 3000); err != nil {
					return err
				}
				close(writing)
				<-abandoned
				return addNotes(tx, 950, 999, 3000)
			})
			if !isCode(err, sqlite.CodeClosed) {
				t.Errorf("a write ended with %v", err)
			}
		})
		for range 3 {
			<-reading
		}
		<-writing
		db.Abandon()
		db.Abandon()
		close(abandoned)
		wg.Wait()
		if err := db.Close(); err != nil {
			t.Errorf("closing after: %v", err)
		}
		for name, err := range map[string]error{
			"read":   db.Read(t.Context(), func(*sqlite.Tx) error { return nil }),
			"write":  db.Write(t.Context(), func(*sqlite.Tx) error { return nil }),
			"vacuum": db.Vacuum(t.Context()),
			"check":  db.QuickCheck(t.Context()),
			"copy":   db.CopyTo(t.Context(), path+".copy", key(1)),
		} {
			if !isCode(err, sqlite.CodeClosed) {
				t.Errorf("%s after: %v", name, err)
			}
		}
		nothingReadable(t, path)
	}
	db := mustOpen(t, path, o)
	mustHold(t, db, 205, 3000)
	mustClose(t, db)
}

func TestClosedIsClosed(t *testing.T) {
	db := mustCreate(t, newPath(t), plainOptions())
	mustClose(t, db)
	mustClose(t, db)
	db.Abandon()
	if err := db.Read(t.Context(), func(*sqlite.Tx) error { return nil }); !isCode(err, sqlite.CodeClosed) {
		t.Error(err)
	}
}

func TestCloseWaitsForWhatRuns(t *testing.T) {
	path := newPath(t)
	db := mustCreate(t, path, plainOptions())
	started, finish := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := db.Write(context.Background(), func(tx *sqlite.Tx) error {
			close(started)
			<-finish
			return addNotes(tx, 0, 3, 10)
		})
		if err != nil {
			t.Errorf("the write ended with %v", err)
		}
	})
	<-started
	closed := make(chan error)
	go func() { closed <- db.Close() }()
	select {
	case <-closed:
		t.Error("closed under a running write")
	default:
	}
	close(finish)
	wg.Wait()
	if err := <-closed; err != nil {
		t.Error(err)
	}
	db = mustOpen(t, path, plainOptions())
	mustHold(t, db, 3, 10)
	mustClose(t, db)
}
