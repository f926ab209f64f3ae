package exchange

import (
	"database/sql"
	"errors"
	"fmt"

	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// What lets nothing leave at all, whatever is known about a text: a person has to do
// something about the archive itself first. Each has one row at most, which stays once
// it has ended.
const (
	stillReview    = "review"    // what was taken back in a time that is missing is not signed
	stillElsewhere = "elsewhere" // another copy of the archive has gone on
)

func standstillSchema() []string {
	return []string{
		`CREATE TABLE exchange_standstill (
			what TEXT PRIMARY KEY, asked INTEGER NOT NULL,
			ended INTEGER NOT NULL, -- when a person has ended it; 0 while nothing leaves
			ended_by BLOB,
			missing_from INTEGER NOT NULL, missing_until INTEGER NOT NULL, -- of a review
			incarnation INTEGER NOT NULL, seq INTEGER NOT NULL, made INTEGER NOT NULL -- of the other copy
		) STRICT, WITHOUT ROWID`,
	}
}

// standstill returns what lets nothing leave, the graver first; empty for nothing.
func standstill(tx *sqlite.Tx) (what string, err error) {
	err = tx.QueryRow(`SELECT what FROM exchange_standstill WHERE what IN ('elsewhere', 'review') AND ended = 0 ORDER BY what LIMIT 1`).Scan(&what)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("exchange: read standstill: %w", err)
	}
	return what, nil
}

// lineNow is what texts are decided against: the line, unless nothing leaves at all.
func lineNow(tx *sqlite.Tx, line policy.Line) (policy.Line, error) {
	switch what, err := standstill(tx); {
	case err != nil:
		return "", err
	case what == stillElsewhere:
		return policy.LineElsewhere, nil
	case what == stillReview:
		return policy.LineUnreviewed, nil
	}
	return line, nil
}
