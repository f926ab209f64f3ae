package journal_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

// TestAnOlderLogOfTheViewsPutBack lays the log that the views' file had beside the
// file as it became since. Where that makes an older state they catch up; where it
// makes a mixture of two, the digest tells. Neither time does anything of it show.
func TestAnOlderLogOfTheViewsPutBack(t *testing.T) {
	for name, test := range map[string]struct {
		before, logged, after []journal.Event
		report                journal.Report
	}{
		"a whole older state": {
			before: []journal.Event{note("one")},
			logged: []journal.Event{givePermit("texting"), note("two")},
			after:  []journal.Event{revokePermit("texting"), note("three")},
			report: journal.Report{Replayed: 2},
		},
		"a mixture": {
			before: []journal.Event{givePermit("texting")},
			logged: []journal.Event{note("one")},
			after:  []journal.Event{revokePermit("texting")},
			report: journal.Report{Blocked: journal.CodeViewsTampered},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := journaltest.New(t, notes{})
			c.Record(test.before...)
			c.Reopen()
			c.Record(test.logged...)
			log := viewsFiles(t, c)[0] + "-wal"
			old, err := os.ReadFile(log)
			must(t, err)
			c.Record(test.after...)
			want := c.Hash()
			whileClosed(t, c, func(string) { must(t, os.WriteFile(log, old, 0o600)) })
			if got := c.Report(); got != test.report {
				t.Fatalf("reported %+v", got)
			}
			if test.report.Blocked != "" {
				must(t, c.Rebuild(context.Background(), nil))
			}
			if c.Hash() != want {
				t.Error("the views differ")
			}
			must(t, c.CheckViews(context.Background(), nil))
		})
	}
}

// TestAnOlderPageOfAnIndexPutBack puts back every page that one event changed, each by
// itself. What opens all the same either answers rightly, or CheckIndexes tells.
func TestAnOlderPageOfAnIndexPutBack(t *testing.T) {
	const page = 4096
	c := journaltest.New(t, notes{})
	c.Record(givePermit("calling"))
	var before, after []byte
	whileClosed(t, c, func(path string) { before = read(t, path) })
	c.Record(givePermit("texting"))
	whileClosed(t, c, func(path string) { after = read(t, path) })
	byIndex := func() (found bool) {
		must(t, c.Read(context.Background(), func(tx *sqlite.Tx) error {
			return tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM permits WHERE name = 'texting')`).Scan(&found)
		}))
		return found
	}
	tampered := clinic.E(journal.CodeViewsTampered)
	told := 0
	for at := 0; at < min(len(before), len(after)); at += page {
		if bytes.Equal(before[at:at+page], after[at:at+page]) {
			continue
		}
		whileClosed(t, c, func(path string) {
			must(t, os.WriteFile(path, slices.Concat(after[:at], before[at:at+page], after[at+page:]), 0o600))
		})
		if c.Report() == (journal.Report{}) {
			err := c.CheckIndexes(context.Background())
			if err != nil && !errors.Is(err, tampered) || (err == nil) != byIndex() {
				t.Errorf("page %d: found by the index: %t, and the check says %v", at/page, byIndex(), err)
			}
			if err != nil {
				told++
			}
		}
		whileClosed(t, c, func(path string) { must(t, os.WriteFile(path, after, 0o600)) })
		if c.Report() != (journal.Report{}) || c.CheckIndexes(context.Background()) != nil || !byIndex() {
			t.Fatalf("with the right page %d: %+v", at/page, c.Report())
		}
	}
	if told == 0 {
		t.Error("no page of an index was put back")
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	must(t, err)
	return raw
}
