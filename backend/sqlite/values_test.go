package sqlite_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

type (
	word   string
	count  uint8
	secret []byte
	yes    bool
)

// TestValuesComeBackAsTheyWent binds a value, reads it into a place of a type,
// and looks at what SQLite took it for on the way.
func TestValuesComeBackAsTheyWent(t *testing.T) {
	id := clinic.PatientID{1, 2, 3}
	long := strings.Repeat("ä", 100_000)
	db := mustCreate(t, newPath(t), plainOptions())
	for _, c := range []struct {
		value any
		kind  string
		place any // a pointer to where it goes; what it points to says what is wanted
	}{
		{nil, "null", new(any)},
		{int64(math.MinInt64), "integer", ptr(int64(math.MinInt64))},
		{7, "integer", ptr(7)},
		{uint32(7), "integer", ptr(count(7))},
		{true, "integer", ptr(true)},
		{yes(true), "integer", ptr(yes(true))},
		{1.5, "real", ptr(1.5)},
		{3, "integer", ptr(3.0)},
		{"", "text", ptr("")},
		{"be\x00fore", "text", ptr("be\x00fore")},
		{long, "text", &long},
		{word("named"), "text", ptr(word("named"))},
		{"text", "text", ptr([]byte("text"))},
		{[]byte("bytes"), "blob", ptr("bytes")},
		{[]byte{}, "blob", ptr([]byte{})},
		{[]byte(nil), "null", ptr([]byte(nil))},
		{secret{1, 2}, "blob", ptr(secret{1, 2})},
		{nil, "null", ptr(secret(nil))},
		{id, "blob", &id},
		{clinic.PatientID{}, "null", ptr(clinic.PatientID{})},
		{9, "integer", ptr[any](int64(9))},
		{"x", "text", ptr[any]("x")},
		{[]byte{9}, "blob", ptr[any]([]byte{9})},
		{5, "integer", &sql.NullInt64{Int64: 5, Valid: true}},
		{nil, "null", &sql.NullInt64{}},
	} {
		t.Run(fmt.Sprintf("%T into %T", c.value, c.place), func(t *testing.T) {
			got := reflect.New(reflect.TypeOf(c.place).Elem())
			var kind string
			err := db.Read(t.Context(), func(tx *sqlite.Tx) error {
				return tx.QueryRow(`SELECT ?1, typeof(?1)`, c.value).Scan(got.Interface(), &kind)
			})
			if err != nil {
				t.Fatal(err)
			}
			if kind != c.kind || !reflect.DeepEqual(got.Interface(), c.place) {
				t.Errorf("a %s: %.40v", kind, got.Elem())
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

func TestWhatDoesNotFitIsAnError(t *testing.T) {
	db := mustCreate(t, newPath(t), plainOptions())
	for name, c := range map[string]struct {
		query string
		args  []any
		place any
	}{
		"NULL into a text":             {`SELECT NULL`, nil, new(string)},
		"NULL into a number":           {`SELECT NULL`, nil, new(int)},
		"a text into a number":         {`SELECT 'x'`, nil, new(int)},
		"a number into a text":         {`SELECT 1`, nil, new(string)},
		"a fraction into a number":     {`SELECT 1.5`, nil, new(int64)},
		"too large a number":           {`SELECT 256`, nil, new(count)},
		"a negative number":            {`SELECT -1`, nil, new(count)},
		"two for a truth":              {`SELECT 2`, nil, new(bool)},
		"an id that is too short":      {`SELECT x'01'`, nil, new(clinic.PatientID)},
		"no pointer":                   {`SELECT 1`, nil, 1},
		"nowhere":                      {`SELECT 1`, nil, (*word)(nil)},
		"a struct":                     {`SELECT 1`, nil, &struct{}{}},
		"a value that SQLite has not":  {`SELECT ?`, []any{struct{}{}}, new(int)},
		"too few values":               {`SELECT ?`, nil, new(int)},
		"too many values":              {`SELECT 1`, []any{1}, new(int)},
		"two statements":               {`SELECT 1; SELECT 2`, nil, new(int)},
		"no statement":                 {` ; -- nothing`, nil, new(int)},
		"no SQL":                       {`SELEKT`, nil, new(int)},
		"a number too large for bytes": {`SELECT 9223372036854775807`, nil, new(int8)},
	} {
		t.Run(name, func(t *testing.T) {
			err := db.Read(t.Context(), func(tx *sqlite.Tx) error { return tx.QueryRow(c.query, c.args...).Scan(c.place) })
			if err == nil || errors.Is(err, sql.ErrNoRows) {
				t.Fatalf("it was taken: %v", err)
			}
			// The connection serves the next caller.
			var one int
			err = db.Read(t.Context(), func(tx *sqlite.Tx) error { return tx.QueryRow(`SELECT 1 ; `).Scan(&one) })
			if err != nil || one != 1 {
				t.Errorf("after it: %v", err)
			}
		})
	}
}

func TestRowsAreReadInOrderAndOnce(t *testing.T) {
	db := mustCreate(t, newPath(t), plainOptions())
	const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i AS number FROM n`
	err := db.Read(t.Context(), func(tx *sqlite.Tx) error {
		rows, err := tx.Query(numbers)
		if err != nil {
			return err
		}
		var n, sum int
		if rows.Scan(&n) == nil {
			t.Error("there was a row before Next")
		}
		if names, err := rows.Columns(); err != nil || len(names) != 1 || names[0] != "number" {
			t.Errorf("columns %v: %v", names, err)
		}
		for rows.Next() {
			if rows.Scan(&n, &n) == nil || rows.Scan() == nil {
				t.Error("a row has one column")
			}
			if err := rows.Scan(&n); err != nil {
				return err
			}
			sum = 10*sum + n
		}
		if sum != 123 || rows.Err() != nil {
			t.Errorf("read %d: %v", sum, rows.Err())
		}
		if rows.Next() || rows.Scan(&n) == nil || rows.Close() != nil || rows.Close() != nil {
			t.Error("the rows go on after their end")
		}
		if err := tx.QueryRow(`SELECT 1 WHERE 0`).Scan(&n); !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("no row: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestResultsThatWereLeftOpen looks at rows after their transaction has ended:
// they give nothing more, and the next caller gets a fit connection.
func TestResultsThatWereLeftOpen(t *testing.T) {
	o := plainOptions()
	o.Readers = 1
	db := mustCreate(t, newPath(t), o)
	own := errors.New("own")
	for name, fail := range map[string]error{"a function that succeeds": nil, "a function that fails": own} {
		t.Run(name, func(t *testing.T) {
			var kept, apart *sqlite.Rows
			err := db.Read(t.Context(), func(tx *sqlite.Tx) (err error) {
				if kept, err = tx.Query(`SELECT 1 UNION ALL SELECT 2`); err != nil {
					return err
				}
				if apart, err = tx.Query(`SELECT 1 UNION ALL SELECT 2`); err != nil {
					return err
				}
				return fail
			})
			if err == nil || fail != nil && !errors.Is(err, own) {
				t.Errorf("leaving results open: %v", err)
			}
			for _, rows := range []*sqlite.Rows{kept, apart} {
				var n int
				if rows.Next() || rows.Scan(&n) == nil || rows.Err() == nil {
					t.Error("they can still be read")
				}
				if _, err := rows.Columns(); err == nil {
					t.Error("they still have columns")
				}
				if err := rows.Close(); err != nil {
					t.Error(err)
				}
			}
			var n int
			err = db.Read(t.Context(), func(tx *sqlite.Tx) error { return tx.QueryRow(`SELECT 1`).Scan(&n) })
			if err != nil || n != 1 {
				t.Errorf("the next caller: %v", err)
			}
		})
	}
	mustClose(t, db)
}

// TestRoomGrowsAndShrinks binds values of every size one after the other, so that
// each finds the room that the one before has left.
func TestRoomGrowsAndShrinks(t *testing.T) {
	db := mustCreate(t, newPath(t), plainOptions())
	for _, n := range []int{0, 1, 63, 64, 65, 127, 128, 40_000, 100_000, 3, 0} {
		want := bytes.Repeat([]byte{byte(n)}, n)
		var got []byte
		var text string
		err := db.Read(t.Context(), func(tx *sqlite.Tx) error {
			return tx.QueryRow(`SELECT ?, ?`, want, string(want)).Scan(&got, &text)
		})
		if err != nil || !bytes.Equal(got, want) || text != string(want) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}
