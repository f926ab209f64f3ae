package journal

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// A damaged file is read page by page and not through its trees: a page that leads to
// others, lost, would take all of them with it, and the first of a table the whole
// table. Each page that opens is what this clinic wrote at that place, and which table
// its rows are of shows in them. What they say is proven as ever: a header and a body
// open under keys, a place in the log by links and signatures.

// How many columns the two tables have that are looked for. No other table or index of
// the file has as many.
const (
	columnsOfLog  = 8
	columnsOfKeys = 7
)

// Remains hands what can be read of a log whose file is damaged to fn, in order,
// without checking it: each entry that is there, and nothing of those that are
// not. It fails where not one page can be read, where fn does, and where the disk
// refuses to work. It holds 24 bytes for each page of the log in memory.
func (l *LocalLog) Remains(ctx context.Context, fn func(Entry) error) error {
	var found []logPage
	if err := eachPage(ctx, l.db, columnsOfLog, func(page uint32, rows []sqlite.LooseRow) {
		if entries := entriesOf(rows); len(entries) > 0 {
			found = append(found, logPage{page, entries[0].Seq, entries[len(entries)-1].Seq})
		}
	}); err != nil {
		return fmt.Errorf("read log: %w", err)
	}
	slices.SortFunc(found, func(a, b logPage) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.last, b.last)) })
	last := uint64(0)
	for _, p := range found {
		rows, err := l.db.LooseRows(ctx, p.page, columnsOfLog)
		if err != nil {
			return fmt.Errorf("read log: %w", err)
		}
		for _, e := range entriesOf(rows) {
			// A page of another day may hold some of what its neighbour has.
			if e.Seq <= last {
				continue
			}
			if err := fn(e); err != nil {
				return err
			}
			last = e.Seq
		}
	}
	return nil
}

// logPage is a page with entries of the log, from the first to the last.
type logPage struct {
	page        uint32
	first, last uint64
}

// eachPage calls fn with the rows of so many columns in each page that opens.
func eachPage(ctx context.Context, db *sqlite.DB, columns int, fn func(page uint32, rows []sqlite.LooseRow)) error {
	pages, err := db.Pages(ctx)
	if err != nil {
		return err
	}
	for page := uint32(1); page <= pages; page++ {
		rows, err := db.LooseRows(ctx, page, columns)
		if err != nil && !spoiled(err) {
			return err
		}
		fn(page, rows)
	}
	return nil
}

// entriesOf returns the entries of the log among rows.
func entriesOf(rows []sqlite.LooseRow) (all []Entry) {
	for _, r := range rows {
		v := loose{values: r.Values}
		row := entryRow{
			seq: r.ID, incarnation: v.integer(1), id: v.bytes(2), subject: v.bytes(3),
			header: v.bytes(4), body: v.bytes(5), chain: v.bytes(6), seal: v.bytes(7),
		}
		if e, err := row.entry(); err == nil && !v.odd && r.ID > 0 {
			all = append(all, e)
		}
	}
	return all
}

// keysOf returns the content keys among rows.
func keysOf(rows []sqlite.LooseRow) (all []StoredKey) {
	for _, r := range rows {
		v := loose{values: r.Values}
		row := keyRow{
			id: v.bytes(0), dossier: v.bytes(1), class: v.text(2), year: v.integer(3), epoch: v.integer(4), sealed: v.bytes(5),
			destroyed: sql.NullInt64{Int64: v.integer(6), Valid: r.Values[6] != nil},
		}
		if k, err := row.key(); err == nil && !v.odd {
			all = append(all, k)
		}
	}
	return all
}

// loose reads the values of a row of which nobody says what it is. odd is set where a
// value is not of the type that was asked for.
type loose struct {
	values []any
	odd    bool
}

func (l *loose) bytes(i int) []byte {
	b, ok := l.values[i].([]byte)
	l.odd = l.odd || !ok && l.values[i] != nil
	return b
}

func (l *loose) integer(i int) int64 {
	n, ok := l.values[i].(int64)
	l.odd = l.odd || !ok && l.values[i] != nil
	return n
}

func (l *loose) text(i int) string {
	s, ok := l.values[i].(string)
	l.odd = l.odd || !ok
	return s
}

// RemainingKeys is the store of a damaged file, for salvage alone: it has the content
// keys that can still be read, and nothing is written to it. It holds some 40 bytes for
// each key in memory.
type RemainingKeys struct {
	Store
	db *sqlite.DB

	mu sync.Mutex
	// at says in which page a key lies; nil until one was asked for.
	at map[KeyID]uint32
}

// RemainingStore returns the store in a database that is damaged.
func RemainingStore(db *sqlite.DB) *RemainingKeys {
	return &RemainingKeys{Store: OpenLocalStore(db), db: db}
}

// ContentKey implements Store. A key is looked for in all pages, and never by the tree of
// its table: that may lead nowhere, or there may not even be a table.
func (s *RemainingKeys) ContentKey(ctx context.Context, id KeyID) (StoredKey, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at == nil {
		at := map[KeyID]uint32{}
		if err := eachPage(ctx, s.db, columnsOfKeys, func(page uint32, rows []sqlite.LooseRow) {
			for _, k := range keysOf(rows) {
				at[k.ID] = page
			}
		}); err != nil {
			return StoredKey{}, false, fmt.Errorf("look for content keys: %w", err)
		}
		s.at = at
	}
	page, found := s.at[id]
	if !found {
		return StoredKey{}, false, nil
	}
	rows, err := s.db.LooseRows(ctx, page, columnsOfKeys)
	if err != nil {
		return StoredKey{}, false, fmt.Errorf("find content key: %w", err)
	}
	for _, k := range keysOf(rows) {
		if k.ID == id {
			return k, true, nil
		}
	}
	return StoredKey{}, false, nil
}

// spoiled reports whether an error says that what lies at this place of the file
// cannot be read, whoever asks.
func spoiled(err error) bool {
	return errors.Is(err, clinic.E(sqlite.CodeDamaged)) || errors.Is(err, ErrDamaged)
}
