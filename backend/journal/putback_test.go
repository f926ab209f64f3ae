package journal_test

import (
	"context"
	"os"
	"testing"

	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
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
