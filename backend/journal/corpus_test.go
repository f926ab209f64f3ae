package journal_test

import (
	"testing"

	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
)

func TestEventsOfEveryVersionAreRead(t *testing.T) {
	journaltest.Corpus(t, []journal.Projection{notes{}}, "testdata/events")
}
