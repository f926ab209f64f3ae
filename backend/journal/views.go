package journal

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// ViewsFiles makes and opens the files that hold views. They are disposable: a
// generation that the journal does not point to may be removed at any time.
type ViewsFiles interface {
	// Create makes the file of a generation. It fails where the file exists.
	Create(ctx context.Context, generation uint64, key sqlite.Key, schema []sqlite.Migration) (*sqlite.DB, error)
	// Open opens the file of a generation.
	Open(ctx context.Context, generation uint64, key sqlite.Key, schema []sqlite.Migration) (*sqlite.DB, error)
	// Remove removes the file of a generation, which is closed, if there is one.
	Remove(generation uint64) error
	// Sweep removes the files of every generation but keep.
	Sweep(ctx context.Context, keep uint64) error
}

// views is one generation of the views. Only the journal's writer calls write
// and reload; reading is concurrent.
type views struct {
	db         *sqlite.DB
	generation uint64
	decisive   []string
	rows       *rowHash
	macKey     []byte

	cursor cursor
	// stale: a commit failed, so that memory may not know what the file holds.
	stale bool

	// making: nobody uses them yet. Their digest is not kept with every row but computed
	// once they are complete; and, where what is made so far is to last, at the end of each
	// transaction.
	making bool
	// pointed: the store points to them although they were not complete; cut short, they
	// are gone on with. Others are worth nothing until they are complete.
	pointed bool

	// use is held for reading by whoever reads, and taken before the file closes.
	use sync.RWMutex
}

// viewsKeys derives what one generation needs from its random key.
func viewsKeys(raw []byte) (file sqlite.Key, digest, mac []byte, err error) {
	key, err := subkey(raw, "quietline/views-file/1")
	if err != nil {
		return file, nil, nil, err
	}
	file = sqlite.Key(key)
	clear(key)
	if digest, err = subkey(raw, "quietline/views-digest/1"); err != nil {
		return file, nil, nil, err
	}
	mac, err = subkey(raw, "quietline/views-cursor/1")
	return file, digest, mac, err
}

// createViews makes the empty views of a generation. They have no cursor until
// the first write, and a file without one does not open.
func createViews(ctx context.Context, files ViewsFiles, generation uint64, raw []byte, r *registry) (*views, error) {
	file, digest, mac, err := viewsKeys(raw)
	defer clear(file[:])
	if err != nil {
		return nil, err
	}
	db, err := files.Create(ctx, generation, file, r.schema)
	if err != nil {
		return nil, fmt.Errorf("create views: %w", err)
	}
	return &views{
		db: db, generation: generation, decisive: r.decisive, rows: newRowHash(digest), macKey: mac,
		cursor: cursor{fingerprint: r.fingerprint},
	}, nil
}

// openViews opens the views of a generation and reads their cursor.
// CodeViewsTampered comes with the views, which must not be read.
func openViews(ctx context.Context, files ViewsFiles, generation uint64, raw []byte, r *registry) (*views, error) {
	file, digest, mac, err := viewsKeys(raw)
	defer clear(file[:])
	if err != nil {
		return nil, err
	}
	db, err := files.Open(ctx, generation, file, r.schema)
	if err != nil {
		return nil, fmt.Errorf("open views: %w", err)
	}
	v := &views{db: db, generation: generation, decisive: r.decisive, rows: newRowHash(digest), macKey: mac}
	err = v.reload(ctx)
	if err != nil && !errors.Is(err, clinic.E(CodeViewsTampered)) {
		return nil, errors.Join(err, db.Close())
	}
	return v, err
}

// reload reads the cursor from the file.
func (v *views) reload(ctx context.Context) error {
	return v.db.Read(ctx, func(tx *sqlite.Tx) (err error) {
		v.cursor, err = loadCursor(tx, v.macKey)
		v.stale = err != nil
		return err
	})
}

// digestReaders is how many tables are read at once: somebody waits for it, a
// processor is busy with the rows of one table, and a disk that is slow to answer can
// look for the others' meanwhile.
const digestReaders = 2

// checkDigest recomputes the digest of the decisive tables. Nothing writes meanwhile.
func (v *views) checkDigest(ctx context.Context) error {
	sum, err := v.sumDecisive(ctx)
	if err == nil && sum != v.cursor.digest {
		err = clinic.E(CodeViewsTampered)
	}
	return err
}

// complete ends the making of views: from then on they are what their cursor says.
func (v *views) complete(ctx context.Context) error {
	sum, err := v.sumDecisive(ctx)
	if err != nil {
		return err
	}
	v.making = false
	err = v.write(ctx, func(_ *sqlite.Tx, c *cursor) error {
		c.digest, c.making = sum, false
		return nil
	})
	return errors.Join(err, v.db.WriterCache(ctx, 0))
}

// sumIn computes the digest within the transaction that changes the tables.
func (v *views) sumIn(tx *sqlite.Tx) (sum rowSum, err error) {
	for _, table := range v.decisive {
		if _, err := v.rows.table(tx, table, &sum); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

func (v *views) sumDecisive(ctx context.Context) (sum rowSum, err error) {
	tables := make(chan string, len(v.decisive))
	for _, table := range v.decisive {
		tables <- table
	}
	close(tables)
	var sums [digestReaders]rowSum
	var errs [digestReaders]error
	var all sync.WaitGroup
	for i := range digestReaders {
		rows, err := v.rows.clone()
		if err != nil {
			return sum, err
		}
		all.Go(func() {
			for table := range tables {
				if errs[i] == nil {
					errs[i] = v.addTable(ctx, rows, table, &sums[i])
				}
			}
		})
	}
	all.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return sum, err
	}
	for _, s := range sums {
		sum.join(s)
	}
	return sum, nil
}

func (v *views) addTable(ctx context.Context, rows *rowHash, table string, sum *rowSum) error {
	return v.db.Read(ctx, func(tx *sqlite.Tx) error {
		var one rowSum
		if _, err := rows.table(tx, table, &one); err != nil {
			return err
		}
		sum.join(one)
		return nil
	})
}

// write runs fn in one transaction of the views and writes the cursor, as fn
// leaves it, and the digest with it.
func (v *views) write(ctx context.Context, fn func(tx *sqlite.Tx, c *cursor) error) error {
	next := v.cursor
	err := v.db.Write(ctx, func(tx *sqlite.Tx) (err error) {
		next = v.cursor
		var observed error
		if !v.making {
			tx.Observe(v.decisive, func(c sqlite.Change) {
				if observed == nil {
					observed = v.rows.change(&next.digest, c)
				}
			})
		}
		if err := fn(tx, &next); err != nil {
			return err
		}
		if observed != nil {
			return observed
		}
		if v.making && v.pointed {
			if next.digest, err = v.sumIn(tx); err != nil {
				return err
			}
		}
		return saveCursor(tx, v.macKey, &next)
	})
	if err != nil {
		v.stale = true
		return err
	}
	v.cursor = next
	return nil
}

// close waits for readers.
func (v *views) close() error {
	v.use.Lock()
	defer v.use.Unlock()
	return v.db.Close()
}
