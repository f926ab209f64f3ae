package consent

import (
	"database/sql"
	"errors"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// SignatureOf returns what was drawn or typed on a screen for a consent; both are
// empty where it was signed on paper or spoken.
func SignatureOf(tx *sqlite.Tx, id clinic.ConsentID) (Signature, error) {
	var s Signature
	err := tx.QueryRow(`SELECT drawn, typed FROM consent_signatures WHERE consent = ?`, id).Scan(&s.Drawn, &s.Typed)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Signature{}, fmt.Errorf("consent: read signature: %w", err)
	}
	return s, nil
}
