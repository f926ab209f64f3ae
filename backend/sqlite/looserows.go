package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"

	"quietline/backend/clinic"
)

// LooseRow is a row as it lies in its page, whatever has become of the pages that
// lead there.
type LooseRow struct {
	// ID is the rowid; zero in a table without, and in an index.
	ID int64
	// Values are nil, int64, float64, string or []byte. A column that is the rowid is
	// nil.
	Values []any
}

// Pages returns how many pages the database has, as it says itself.
func (db *DB) Pages(ctx context.Context) (n uint32, err error) {
	var count int64
	err = db.Read(ctx, func(tx *Tx) error { return tx.QueryRow(`PRAGMA page_count`).Scan(&count) })
	if err != nil {
		return 0, fmt.Errorf("count pages: %w", err)
	}
	return uint32(count), nil // SQLite numbers pages with 32 bits
}

// LooseRows returns the rows of so many columns that lie in one page, of whatever table
// or index it is a part: what was still reached when the page was last written, in the
// order of its keys. A page with anything else in it has none.
//
// It is for files whose trees are damaged. [CodeDamaged] says that the page does not
// open. A row that goes on in a page that does not open is left out, and so is one that
// is no row. What a row says must be proven by what is in it: it may have been taken
// out of its table by a page that is lost.
func (db *DB) LooseRows(ctx context.Context, page uint32, columns int) (rows []LooseRow, err error) {
	content, err := db.rawPage(ctx, page)
	if err != nil {
		return nil, err
	}
	cells, ok := cellsOf(content, page)
	if !ok {
		return nil, nil
	}
	for _, c := range cells {
		payload, err := db.payload(ctx, c)
		if errors.Is(err, clinic.E(CodeDamaged)) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if values, ok := parseRecord(payload, columns); ok {
			rows = append(rows, LooseRow{ID: c.rowid, Values: values})
		}
	}
	return rows, nil
}

// rawPage returns a page as it was last committed, in the file or in its log.
func (db *DB) rawPage(ctx context.Context, number uint32) (content []byte, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT data FROM sqlite_dbpage('main') WHERE pgno = ?`, int64(number)).Scan(&content)
	})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("read a page: %w", err)
	}
	if len(content) != pageSize {
		return nil, clinic.E(CodeDamaged).Because(errShape)
	}
	return content[:usableSize], nil
}

// payload puts together what a cell holds here and in the pages that it goes on in.
func (db *DB) payload(ctx context.Context, c cell) ([]byte, error) {
	all := c.local
	for next := c.next; next != 0 && len(all) < c.size; {
		content, err := db.rawPage(ctx, next)
		if err != nil {
			return nil, err
		}
		part := content[4:]
		all = append(all[:len(all):len(all)], part[:min(len(part), c.size-len(all))]...)
		next = bigEndian32(content)
	}
	if len(all) != c.size {
		return nil, clinic.E(CodeDamaged).Because(errShape)
	}
	return all, nil
}

// Lengthen makes a file that was cut as long as its first page says, with pages that do
// not open: SQLite opens no file that is shorter. It is for the copy of a damaged file
// that is not open, and changes nothing where the first page does not open either; what
// is wrong with such a file, opening it tells.
func Lengthen(path string, key Key) (err error) {
	defer clear(key[:])
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fileError("open the file", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	page := make([]byte, pageSize)
	if _, err := io.ReadFull(f, page); isEnd(err) {
		return nil
	} else if err != nil {
		return fileError("read the file", err)
	}
	prefix, err := judge(page, &key)
	if err != nil {
		return nil
	}
	keys, err := deriveSubkeys(&key, prefix, rand.Reader)
	if err != nil {
		return err
	}
	defer keys.wipe()
	var s sealer
	if s.openPage(keys, page, 1) != nil {
		return nil
	}
	info, err := f.Stat()
	if err != nil {
		return fileError("look at the file", err)
	}
	if size := int64(bigEndian32(page[pagesInHeader:])) * pageSize; size > info.Size() {
		if err := f.Truncate(size); err != nil {
			return fileError("lengthen the file", err)
		}
	}
	return nil
}

// pagesInHeader is where the first page says how many there are.
const pagesInHeader = 28
