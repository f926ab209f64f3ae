package journaltest_test

import (
	"testing"

	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
)

func TestOrderingKeepsTheContract(t *testing.T) {
	journaltest.Run(t, func(_ testing.TB, seats journal.Seats) journaltest.Open {
		service := journaltest.NewOrdering()
		return func() journal.EventLog { return service.Connect(seats) }
	})
}
