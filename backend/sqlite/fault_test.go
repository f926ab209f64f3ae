package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

const page = 4096

// closedFile is the content of a database of n notes, closed.
func closedFile(tb testing.TB, n int) []byte {
	tb.Helper()
	path := newPath(tb)
	db := mustCreate(tb, path, plainOptions())
	mustWrite(tb, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, n, 3000) })
	mustClose(tb, db)
	return readFile(tb, path)
}

// openDamaged opens a file with the given content and reads everything. It
// returns the number of notes, or the error of any step, and fails where
// opening changed the database file.
func openDamaged(tb testing.TB, raw, wal []byte) (n int, err error) {
	tb.Helper()
	path := newPath(tb)
	writeFile(tb, path, raw)
	if wal != nil {
		writeFile(tb, path+"-wal", wal)
	}
	db, err := sqlite.Open(context.Background(), path, key(1), plainOptions())
	if err == nil {
		if n, err = verify(context.Background(), db, 3000); err == nil {
			err = db.IntegrityCheck(context.Background())
		}
		db.Abandon()
	}
	if !bytes.Equal(readFile(tb, path), raw) {
		tb.Error("a file that was only read has changed")
	}
	return n, err
}

func TestAFlippedBitIsNeverAWrongAnswer(t *testing.T) {
	const notes = 60
	raw := closedFile(t, notes)
	random := rand.New(rand.NewPCG(1, 2))
	places := []int{0, 11 * 8, 15 * 8, 16 * 8, 4091 * 8, 4092 * 8, 4095 * 8, len(raw)*8 - 1}
	for range 150 {
		places = append(places, random.IntN(len(raw)*8))
	}
	found := 0
	for _, bit := range places {
		bad := bytes.Clone(raw)
		bad[bit/8] ^= 1 << (bit % 8)
		n, err := openDamaged(t, bad, nil)
		switch {
		case err == nil && n == notes:
			// A free page, which nobody reads.
		case isCode(err, sqlite.CodeDamaged):
			found++
		case bit/8 < 16 && isCode(err, sqlite.CodeWrongKey), bit/8 == 4095 && isCode(err, sqlite.CodeNewer):
			found++
		default:
			t.Errorf("bit %d of byte %d: %d notes, %v", bit%8, bit/8, n, err)
		}
	}
	if found < len(places)*9/10 {
		t.Errorf("only %d of %d flips were found", found, len(places))
	}
}

func TestPagesThatChangePlacesAreFound(t *testing.T) {
	raw := closedFile(t, 60)
	other := closedFile(t, 60) // the same content under another salt
	pages := len(raw) / page
	at := func(b []byte, i int) []byte { return b[i*page : (i+1)*page] }
	random := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		i := 1 + random.IntN(pages-1)
		j := 1 + random.IntN(pages-1)
		if i == j {
			continue
		}
		swapped := bytes.Clone(raw)
		copy(at(swapped, i), at(raw, j))
		copy(at(swapped, j), at(raw, i))
		if n, err := openDamaged(t, swapped, nil); !isCode(err, sqlite.CodeDamaged) {
			t.Errorf("pages %d and %d swapped: %d notes, %v", i+1, j+1, n, err)
		}
		foreign := bytes.Clone(raw)
		copy(at(foreign, i), at(other, i))
		if n, err := openDamaged(t, foreign, nil); !isCode(err, sqlite.CodeDamaged) {
			t.Errorf("page %d of another file: %d notes, %v", i+1, n, err)
		}
		blank := bytes.Clone(raw)
		clear(at(blank, i))
		if n, err := openDamaged(t, blank, nil); !isCode(err, sqlite.CodeDamaged) {
			t.Errorf("page %d blank: %d notes, %v", i+1, n, err)
		}
	}
}

func TestACutFileIsFound(t *testing.T) {
	raw := closedFile(t, 60)
	for _, size := range []int{len(raw) - 1, len(raw) - page, len(raw)/2 + 100, 3 * page, page} {
		if n, err := openDamaged(t, raw[:size], nil); !isCode(err, sqlite.CodeDamaged) {
			t.Errorf("cut to %d of %d bytes: %d notes, %v", size, len(raw), n, err)
		}
	}
}

// TestADamagedLogGivesAnOlderStateOrAnError flips bits in a log that was not
// copied into the database yet.
func TestADamagedLogGivesAnOlderStateOrAnError(t *testing.T) {
	path := newPath(t)
	db := mustCreate(t, path, plainOptions())
	const commits = 12
	for i := range commits {
		mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, i, i+1, 3000) })
	}
	db.Abandon()
	raw, wal := readFile(t, path), readFile(t, path+"-wal")
	if n, err := openDamaged(t, raw, wal); n != commits || err != nil {
		t.Fatalf("the log alone gives %d notes: %v", n, err)
	}
	random := rand.New(rand.NewPCG(5, 6))
	states := map[int]int{}
	for range 150 {
		bad := bytes.Clone(wal)
		bit := random.IntN(len(wal) * 8)
		bad[bit/8] ^= 1 << (bit % 8)
		n, err := openDamaged(t, raw, bad)
		if err != nil && !isCode(err, sqlite.CodeDamaged) {
			t.Errorf("bit %d of byte %d: %v", bit%8, bit/8, err)
		}
		if err == nil {
			states[n]++
		}
	}
	for _, size := range []int{0, 31, 32, 33, 32 + 24, 32 + 4120, len(wal) / 2, len(wal) - 1} {
		if n, err := openDamaged(t, raw, wal[:size]); err != nil || n >= commits {
			t.Errorf("log cut to %d bytes: %d notes, %v", size, n, err)
		}
	}
	if len(states) < 3 {
		t.Errorf("flips gave the states %v; the test does not test much", states)
	}
	t.Logf("notes after a flip: %v", states)
}

// TestALogDamagedUnderAnOpenDatabaseIsAnError: once frames are known to be
// committed, one that does not verify is damage and not the end of the log.
func TestALogDamagedUnderAnOpenDatabaseIsAnError(t *testing.T) {
	path := newPath(t)
	o := plainOptions()
	o.CacheBytes = 4096
	db := mustCreate(t, path, o)
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 60, 3000) })
	damageFrames(t, path+"-wal", 0, int64(len(readFile(t, path+"-wal"))/4120))
	if n, err := verify(context.Background(), db, 3000); !isCode(err, sqlite.CodeDamaged) {
		t.Errorf("%d notes, %v", n, err)
	}
}

// TestALogDamagedInTheMiddleOfATransactionIsAnError: a transaction larger than
// its cache reads its own frames again before it commits. A damaged one must not
// be committed in a new header.
func TestALogDamagedInTheMiddleOfATransactionIsAnError(t *testing.T) {
	path := newPath(t)
	o := plainOptions()
	o.CacheBytes = 10 * page
	db := mustCreate(t, path, o)
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 5, 3000) })
	err := db.Write(t.Context(), func(tx *sqlite.Tx) error {
		if err := addNotes(tx, 5, 200, 3000); err != nil {
			return err
		}
		// Pages far back in the log are written a second time, in place.
		if _, err := tx.Exec(`UPDATE note SET filler = zeroblob(length(filler)) WHERE id BETWEEN 5 AND 150`); err != nil {
			return err
		}
		damageFrames(t, path+"-wal", 60, 120)
		return nil
	})
	if !isCode(err, sqlite.CodeDamaged) {
		t.Errorf("committing: %v", err)
	}
	db.Abandon()
	db = mustOpen(t, path, o)
	mustHold(t, db, 5, 3000)
}

// damageFrames overwrites bytes in the pages of the frames [from, to) of a log,
// in place. A second descriptor of the log is harmless: locks lie on the other
// files.
func damageFrames(tb testing.TB, wal string, from, to int64) {
	tb.Helper()
	f, err := os.OpenFile(wal, os.O_RDWR, 0)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	for frame := from; frame < to; frame++ {
		if _, err := f.WriteAt([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 32+frame*4120+124); err != nil {
			tb.Fatal(err)
		}
	}
}

func TestWhatCannotBeOpenedIsNamedAndLeftAlone(t *testing.T) {
	ours := closedFile(t, 3)
	newer := bytes.Clone(ours)
	newer[page-1]++
	garbage := make([]byte, 3*page)
	for i := range garbage {
		garbage[i] = byte(rand.Uint32())
	}
	plain := append([]byte("SQLite format 3\x00\x10\x00"), make([]byte, 2*page)...)
	for name, c := range map[string]struct {
		raw  []byte
		key  sqlite.Key
		want clinic.Code
	}{
		"wrong key":       {ours, key(2), sqlite.CodeWrongKey},
		"empty file":      {[]byte{}, key(1), sqlite.CodeNotOurs},
		"short file":      {ours[:page-1], key(1), sqlite.CodeNotOurs},
		"plain database":  {plain, key(1), sqlite.CodeNotOurs},
		"foreign file":    {garbage, key(1), sqlite.CodeNotOurs},
		"zeros":           {make([]byte, 4*page), key(1), sqlite.CodeNotOurs},
		"newer format":    {newer, key(1), sqlite.CodeNewer},
		"wrong and newer": {newer, key(2), sqlite.CodeNewer},
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			writeFile(t, path, c.raw)
			_, err := sqlite.Open(t.Context(), path, c.key, plainOptions())
			if !isCode(err, c.want) {
				t.Errorf("opening: %v, want %s", err, c.want)
			}
			if containsFold(err.Error(), filepath.Dir(path)) {
				t.Errorf("the error holds the path: %v", err)
			}
			if _, err := sqlite.Create(t.Context(), path, c.key, plainOptions()); !isCode(err, sqlite.CodeExists) {
				t.Errorf("creating: %v", err)
			}
			if !bytes.Equal(readFile(t, path), c.raw) || len(fileNames(t, path)) != 1 {
				t.Errorf("something changed: %q", fileNames(t, path))
			}
		})
	}
}

func TestNothingOrADirectory(t *testing.T) {
	path := newPath(t)
	if _, err := sqlite.Open(t.Context(), path, key(1), plainOptions()); !isCode(err, sqlite.CodeMissing) {
		t.Errorf("nothing there: %v", err)
	}
	if names := fileNames(t, path); len(names) != 0 {
		t.Errorf("opening made %q", names)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(t.Context(), path, key(1), plainOptions()); !isCode(err, sqlite.CodeNotOurs) {
		t.Errorf("a directory: %v", err)
	}
	if _, err := sqlite.Create(t.Context(), path, key(1), plainOptions()); !isCode(err, sqlite.CodeExists) {
		t.Errorf("creating over a directory: %v", err)
	}
}

// TestCreatingBesideALostDatabase: a log without its database is all that is
// left of one.
func TestCreatingBesideALostDatabase(t *testing.T) {
	path := newPath(t)
	writeFile(t, path+"-wal", []byte("remains"))
	if _, err := sqlite.Create(t.Context(), path, key(1), plainOptions()); !isCode(err, sqlite.CodeExists) {
		t.Errorf("got %v", err)
	}
}

func TestCreatingInNoFolder(t *testing.T) {
	_, err := sqlite.Create(t.Context(), filepath.Join(newPath(t), "x.db"), key(1), plainOptions())
	if !isCode(err, sqlite.CodeDevice) {
		t.Errorf("got %v", err)
	}
}

func TestACreationThatFailsLeavesNothing(t *testing.T) {
	path := newPath(t)
	wrong := []sqlite.Migration{notes[0], {Version: 2, Statements: []string{`CREATE TABLE patient(x)`}}}
	if _, err := sqlite.Create(t.Context(), path, key(1), sqlite.Options{Migrations: wrong}); err == nil {
		t.Fatal("a wrong migration passes")
	}
	if names := fileNames(t, path); len(names) != 0 {
		t.Errorf("left behind: %q", names)
	}
}

func TestOfManyWhoCreateOneSucceeds(t *testing.T) {
	path := newPath(t)
	errs := make(chan error, 8)
	for range cap(errs) {
		go func() {
			db, err := sqlite.Create(context.Background(), path, key(1), plainOptions())
			if err == nil {
				t.Cleanup(db.Abandon)
			}
			errs <- err
		}()
	}
	made := 0
	for range cap(errs) {
		if err := <-errs; err == nil {
			made++
		} else if !isCode(err, sqlite.CodeExists) {
			t.Errorf("got %v", err)
		}
	}
	if made != 1 {
		t.Errorf("%d succeeded", made)
	}
	for _, name := range fileNames(t, path) {
		if containsFold(name, ".new-") {
			t.Errorf("left behind: %s", name)
		}
	}
}

func TestAFileIsOpenOnceInAProcess(t *testing.T) {
	path := newPath(t)
	db := mustCreate(t, path, plainOptions())
	if _, err := sqlite.Open(t.Context(), path, key(1), plainOptions()); !isCode(err, sqlite.CodeBusy) {
		t.Errorf("got %v", err)
	}
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 1, 10) })
}

// TestATornCopyIsHealedFromTheLog: a page copied out of the log was torn by a loss
// of power. The log still has it whole, the first page included.
func TestATornCopyIsHealedFromTheLog(t *testing.T) {
	path := newPath(t)
	db := mustCreate(t, path, plainOptions())
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 5, 3000) })
	db.Abandon()
	raw, wal := readFile(t, path), readFile(t, path+"-wal")
	for _, p := range []int{0, 1, 2} {
		torn := bytes.Clone(raw)
		clear(torn[p*page+512 : p*page+4000])
		if n, err := openDamaged(t, torn, wal); n != 5 || err != nil {
			t.Errorf("page %d torn: %d notes, %v", p+1, n, err)
		}
	}
}

func TestMigrations(t *testing.T) {
	ctx := context.Background()
	two := slices.Concat(notes, []sqlite.Migration{{Version: 2, Statements: []string{`ALTER TABLE note ADD COLUMN seen INTEGER NOT NULL DEFAULT 0`}}})
	wrong := slices.Concat(two, []sqlite.Migration{{Version: 3, Statements: []string{`CREATE TABLE extra(a)`, `NONSENSE`}}})
	path := newPath(t)
	db := mustCreate(t, path, plainOptions())
	mustWrite(t, db, func(tx *sqlite.Tx) error { return addNotes(tx, 0, 20, 3000) })
	db.Abandon() // the log is still to be copied

	no := errors.New("no room for a copy")
	_, err := sqlite.Open(ctx, path, key(1), sqlite.Options{Migrations: two, BeforeMigrate: func(context.Context, int, int) error { return no }})
	if !errors.Is(err, no) {
		t.Errorf("a refused migration: %v", err)
	}
	db = mustOpen(t, path, plainOptions())
	mustClose(t, db)

	var copied []byte
	var steps []int
	db, err = sqlite.Open(ctx, path, key(1), sqlite.Options{Migrations: two, BeforeMigrate: func(_ context.Context, from, to int) error {
		steps = append(steps, from, to)
		copied = readFile(t, path)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	mustHold(t, db, 20, 3000)
	mustClose(t, db)
	if !slices.Equal(steps, []int{1, 2}) {
		t.Errorf("asked for a copy before %v", steps)
	}
	if n, err := openDamaged(t, copied, nil); n != 20 || err != nil {
		t.Errorf("the copy holds %d notes: %v", n, err)
	}
	if _, err := sqlite.Open(ctx, path, key(1), plainOptions()); !isCode(err, sqlite.CodeNewer) {
		t.Errorf("a newer version: %v", err)
	}
	if _, err := sqlite.Open(ctx, path, key(1), sqlite.Options{Migrations: wrong}); err == nil {
		t.Error("a wrong migration passes")
	}
	db = mustOpen(t, path, sqlite.Options{Migrations: two})
	err = db.Read(ctx, func(tx *sqlite.Tx) error {
		var n int
		return tx.QueryRow(`SELECT count(*) FROM extra`).Scan(&n)
	})
	if err == nil {
		t.Error("half of a failed migration is there")
	}
	gap := []sqlite.Migration{notes[0], {Version: 3}}
	if _, err := sqlite.Create(ctx, newPath(t), key(1), sqlite.Options{Migrations: gap}); err == nil {
		t.Error("a gap in the numbers passes")
	}
}
