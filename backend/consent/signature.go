package consent

import (
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"unicode/utf8"

	"quietline/backend/clinic"
	"quietline/backend/sqlite"
)

// Signature is what was drawn or typed on a screen.
type Signature struct {
	// Drawn is the path of a pen on a field of 600 by 200: "M10 20L11 22…", the
	// commands M and L with whole numbers. Typed is a name. One of them is empty.
	Drawn string `json:"drawn"`
	Typed string `json:"typed"`
}

var drawn = regexp.MustCompile(`^(?:M[0-9]{1,3} [0-9]{1,3}(?:L[0-9]{1,3} [0-9]{1,3})*){1,200}$`)

// maxDrawn is how long a drawn signature may be, in bytes.
const maxDrawn = 64 << 10

func (s Signature) check() error {
	name := utf8.RuneCountInString(s.Typed)
	switch {
	case (s.Drawn == "") == (s.Typed == ""), s.Typed != "" && (name < 2 || name > 120), !utf8.ValidString(s.Typed):
		return clinic.E(CodeSignature)
	case s.Drawn != "" && (len(s.Drawn) > maxDrawn || len(s.Drawn) < 12 || !drawn.MatchString(s.Drawn)):
		return clinic.E(CodeSignature)
	}
	return nil
}

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
