package consent

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"quietline/backend/archive/blob"
	"quietline/backend/archive/media"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// FormFile is a form of the clinic's own as a file: the PDF that its attorney approved.
// It is printed as it is, and its SHA-256 is the form's hash. What it says is known from
// whoever has read it: Present names the statements that it makes and what it leaves room
// for, and lacks none of those that [Wanted] names.
type FormFile struct {
	Language clinic.Language `json:"language"`
	Variant  Variant         `json:"variant"`
	Pair     string          `json:"pair"`
	Source   string          `json:"source"`
	File     ScanFile        `json:"file"`
	Present  []string        `json:"present"`
}

type attachedBody struct {
	Version string `json:"version"`
	FormFile
}

var kindFormAttached = kind("form.attached")

// AttachForm records a form that is a file and returns its version. CodeStatements
// names, as parameter "missing", what nobody has found in it; CodeScanType means that it
// is no PDF, CodeFormSource that nobody said where it comes from.
func AttachForm(d *journal.Decision, f FormFile) (string, error) {
	f.Source = strings.TrimSpace(f.Source)
	switch {
	case !f.Language.Valid(), !f.Variant.Valid(), !utf8.ValidString(f.Source), len(f.Source) > 200:
		return "", clinic.E(clinic.CodeBadInput)
	case f.File.Type != media.PDF:
		return "", clinic.E(CodeScanType)
	case utf8.RuneCountInString(f.Source) < 2:
		return "", clinic.E(CodeFormSource)
	}
	known := Wanted(f.Variant)
	for _, key := range f.Present {
		if !slices.Contains(known, key) {
			return "", clinic.E(clinic.CodeBadInput)
		}
	}
	if gaps := missingKeys(f.Variant, func(_ BlockKind, key string) bool { return slices.Contains(f.Present, key) }); len(gaps) > 0 {
		return "", clinic.E(CodeStatements).With("missing", strings.Join(gaps, " "))
	}
	if err := checkPair(d.Tx, f.Pair, f.Language, f.Variant); err != nil {
		return "", err
	}
	version, err := nextVersion(d.Tx, f.Variant, f.Language)
	if err != nil {
		return "", err
	}
	d.Record(journal.Event{Kind: kindFormAttached, Body: attachedBody{Version: version, FormFile: f}})
	return version, nil
}

// Wanted returns the keys of all that a form of a variant has to say and to leave room
// for, in the order in which a form does.
func Wanted(v Variant) []string {
	return missingKeys(v, func(BlockKind, string) bool { return false })
}

func missingKeys(v Variant, there func(BlockKind, string) bool) []string {
	var gaps []string
	for _, r := range Required(v) {
		if !there(BlockStatement, r.Key) {
			gaps = append(gaps, r.Key)
		}
	}
	for _, p := range places {
		if !there(BlockPlace, p) {
			gaps = append(gaps, p)
		}
	}
	return gaps
}

const formFileSchema = `CREATE TABLE form_files (
	version TEXT PRIMARY KEY, type TEXT NOT NULL, pages INTEGER NOT NULL,
	name BLOB NOT NULL, key BLOB NOT NULL, size INTEGER NOT NULL, hash BLOB NOT NULL
) STRICT, WITHOUT ROWID`

func applyAttached(tx *sqlite.Tx, e journal.Applied) error {
	var b attachedBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	hash, err := b.File.File.Hash.MarshalText()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO forms VALUES (?, ?, ?, ?, ?, '', ?, ?) ON CONFLICT DO NOTHING`,
		b.Version, int64(e.Pos.Seq), string(b.Language), string(b.Variant), b.Pair, string(hash), b.Source); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO form_files VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, b.Version, string(b.File.Type), b.File.Pages,
		b.File.File.Name, b.File.File.Key, b.File.File.Size, b.File.File.Hash)
	return err
}

// filesOfForms returns the files of the forms that are files, by version.
func filesOfForms(tx *sqlite.Tx) (map[string]ScanFile, error) {
	rows, err := tx.Query(`SELECT version, type, pages, name, key, size, hash FROM form_files`)
	if err != nil {
		return nil, fmt.Errorf("consent: read files of forms: %w", err)
	}
	defer rows.Close()
	all := map[string]ScanFile{}
	for rows.Next() {
		var version string
		var f ScanFile
		if err := rows.Scan(&version, &f.Type, &f.Pages, &f.File.Name, &f.File.Key, &f.File.Size, &f.File.Hash); err != nil {
			return nil, fmt.Errorf("consent: read files of forms: %w", err)
		}
		all[version] = f
	}
	return all, rows.Err()
}

// NamedFiles returns the names of the sealed files that an event of this package bears:
// those of scans and of forms that are files.
func NamedFiles(tx *sqlite.Tx) (map[blob.Name]struct{}, error) {
	rows, err := tx.Query(`SELECT name FROM consent_scans UNION ALL SELECT name FROM form_files`)
	if err != nil {
		return nil, fmt.Errorf("consent: read names of files: %w", err)
	}
	defer rows.Close()
	names := map[blob.Name]struct{}{}
	for rows.Next() {
		var n blob.Name
		if err := rows.Scan(&n); err != nil {
			return nil, fmt.Errorf("consent: read names of files: %w", err)
		}
		names[n] = struct{}{}
	}
	return names, rows.Err()
}
