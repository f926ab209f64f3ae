package folder_test

import (
	"testing"

	"quietline/backend/folder"
	"quietline/backend/journal/journaltest"
)

// Every kind of event of every domain, in every version that was ever written,
// gives the views that it gave.
func TestEventsOfEveryVersionAreRead(t *testing.T) {
	journaltest.Corpus(t, folder.Projections(), "testdata/events")
}
