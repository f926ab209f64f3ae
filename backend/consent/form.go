package consent

import (
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

//go:embed forms/*.md
var texts embed.FS

// shipped lists the versions that come with the program, newest first. A version
// that was ever shipped stays: papers refer to it. What was translated is a draft
// until the clinic records who has read it.
var shipped = []struct {
	version  string
	language clinic.Language
	variant  Variant
	pair     string
	draft    bool
	retired  bool
}{
	{version: "2026-2-en", language: clinic.English, pair: "2026-2-es"},
	{version: "2026-2-es", language: clinic.Spanish, pair: "2026-2-en", draft: true},
	{version: "2026-2-minor-en", language: clinic.English, variant: ForMinors, pair: "2026-2-minor-es"},
	{version: "2026-2-minor-es", language: clinic.Spanish, variant: ForMinors, pair: "2026-2-minor-en", draft: true},
	{version: "2026-2-part2-en", language: clinic.English, variant: ForPart2, pair: "2026-2-part2-es"},
	{version: "2026-2-part2-es", language: clinic.Spanish, variant: ForPart2, pair: "2026-2-part2-en", draft: true},
	// The first forms were one for everybody. Their papers can still be recorded.
	{version: "2026-1-en", language: clinic.English, pair: "2026-1-es"},
	{version: "2026-1-es", language: clinic.Spanish, pair: "2026-1-en", draft: true},
}

// maxForm is how long the source of a form may be, in bytes: several pages.
const maxForm = 64 << 10

// NewForm is a form of the clinic's own: words that were changed, or copied from a
// paper that its attorney approved.
type NewForm struct {
	Language clinic.Language `json:"language"`
	Variant  Variant         `json:"variant"`
	Pair     string          `json:"pair"`
	Text     string          `json:"text"`
	Source   string          `json:"source"`
}

type savedBody struct {
	Version string `json:"version"`
	Hash    string `json:"hash"`
	NewForm
}

type reviewedBody struct {
	Version string `json:"version"`
	Review  Review `json:"review"`
}

type retiredBody struct {
	Version string `json:"version"`
	Retired bool   `json:"retired"`
}

var (
	kindFormSaved    = kind("form.saved")
	kindFormReviewed = kind("form.reviewed")
	kindFormRetired  = kind("form.retired")
	// kindWordsSaved has the body of a form; a reader that knows only forms would offer
	// the words as one.
	kindWordsSaved = kind("words.saved")
)

// SaveForm records a form of the clinic's own and returns its version. Every form
// that was ever saved stays as it is: saving changed words makes another version.
// CodeStatements names, as parameter "missing", what the form has to say and does
// not.
func SaveForm(d *journal.Decision, f NewForm) (string, error) {
	f.Text = strings.ReplaceAll(f.Text, "\r\n", "\n")
	f.Source = strings.TrimSpace(f.Source)
	switch {
	case !f.Language.Valid(), !f.Variant.Valid(), !utf8.ValidString(f.Text), !utf8.ValidString(f.Source), len(f.Source) > 200:
		return "", clinic.E(clinic.CodeBadInput)
	case len(f.Text) > maxForm:
		return "", clinic.E(CodeFormLong)
	}
	if gaps := Missing(f.Variant, Parse(f.Text)); len(gaps) > 0 {
		return "", clinic.E(CodeStatements).With("missing", strings.Join(gaps, " "))
	}
	if err := checkPair(d.Tx, f.Pair, f.Language, f.Variant); err != nil {
		return "", err
	}
	version, err := nextVersion(d.Tx, f.Variant, f.Language)
	if err != nil {
		return "", err
	}
	d.Record(journal.Event{Kind: kindFormSaved, Body: savedBody{Version: version, Hash: hashOf(f.Text), NewForm: f}})
	return version, nil
}

// checkPair refuses a pair that is no form of the same variant in another language.
func checkPair(tx *sqlite.Tx, version string, l clinic.Language, v Variant) error {
	if version == "" {
		return nil
	}
	pair, err := TemplateByVersion(tx, version)
	if err != nil {
		return err
	}
	if pair.IsReady() || pair.Language == l || pair.Variant != v {
		return clinic.E(clinic.CodeBadInput)
	}
	return nil
}

// nextVersion names the clinic's next form.
func nextVersion(tx *sqlite.Tx, v Variant, l clinic.Language) (string, error) {
	var number int
	if err := tx.QueryRow(`SELECT count(*) + 1 FROM forms`).Scan(&number); err != nil {
		return "", fmt.Errorf("consent: count forms: %w", err)
	}
	parts := []string{"own", fmt.Sprint(number)}
	if v != ForAdults {
		parts = append(parts, string(v))
	}
	return strings.Join(append(parts, string(l)), "-"), nil
}

// ReviewForm records that a named person has read a form and lets it be used as it
// is; it is a draft no more.
func ReviewForm(d *journal.Decision, version string, r Review) error {
	if _, err := TemplateByVersion(d.Tx, version); err != nil {
		return err
	}
	r.Name = strings.Join(strings.Fields(r.Name), " ")
	role := r.Role == Attorney || r.Role == Translator || r.Role == Officer
	if n := utf8.RuneCountInString(r.Name); n < 2 || n > 120 || !role || r.On.IsZero() || clinic.DateOf(d.Now.Time()).AddDays(1).Before(r.On) {
		return clinic.E(CodeReviewer)
	}
	d.Record(journal.Event{Kind: kindFormReviewed, Body: reviewedBody{Version: version, Review: r}})
	return nil
}

// RetireForm takes a form out of use, or back into it. What was signed on it stays
// as it is.
//
// The words that ask for a consent and thank for it have none to take their place.
func RetireForm(d *journal.Decision, version string, retired bool) error {
	t, err := TemplateByVersion(d.Tx, version)
	if err != nil {
		return err
	}
	if t.IsReady() && t.Variant != FirstAnswer {
		return clinic.E(CodeForm)
	}
	d.Record(journal.Event{Kind: kindFormRetired, Body: retiredBody{Version: version, Retired: retired}})
	return nil
}

// Templates returns every form, the clinic's own before those that came with the
// program, each newest first.
func Templates(tx *sqlite.Tx) ([]Template, error) {
	all, err := own(tx, `<> 'first'`)
	if err != nil {
		return nil, err
	}
	for _, s := range shipped {
		text, err := texts.ReadFile("forms/" + s.version + ".md")
		if err != nil {
			return nil, fmt.Errorf("consent: read form: %w", err)
		}
		all = append(all, Template{
			Version: s.version, Language: s.language, Variant: s.variant, Pair: s.pair, Draft: s.draft, Retired: s.retired,
			Text: string(text), Hash: hashOf(string(text)),
		})
	}
	files, err := filesOfForms(tx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if err := all[i].readState(tx); err != nil {
			return nil, err
		}
		all[i].File = files[all[i].Version]
	}
	pairUp(all)
	return all, nil
}

// pairUp names the other half of a pair where only the later one could name it.
func pairUp(all []Template) {
	for i := range all {
		if all[i].Pair != "" {
			continue
		}
		for _, t := range all { // the newest first
			if t.Pair == all[i].Version && !t.Retired {
				all[i].Pair = t.Version
				break
			}
		}
	}
}

// own returns what the clinic wrote or attached itself, of some variants.
func own(tx *sqlite.Tx, variants string) ([]Template, error) {
	rows, err := tx.Query(`SELECT version, language, variant, pair, text, hash, source FROM forms WHERE variant ` + variants + ` ORDER BY seq DESC`)
	if err != nil {
		return nil, fmt.Errorf("consent: read forms: %w", err)
	}
	defer rows.Close()
	var all []Template
	for rows.Next() {
		t := Template{Own: true, Draft: true}
		if err := rows.Scan(&t.Version, &t.Language, &t.Variant, &t.Pair, &t.Text, &t.Hash, &t.Source); err != nil {
			return nil, fmt.Errorf("consent: read forms: %w", err)
		}
		all = append(all, t)
	}
	return all, rows.Err()
}

// readState fills in what was recorded about a form since.
func (t *Template) readState(tx *sqlite.Tx) error {
	var on string
	err := tx.QueryRow(`SELECT reviewer, role, reviewed_on FROM form_reviews WHERE version = ?`, t.Version).
		Scan(&t.Review.Name, &t.Review.Role, &on)
	switch {
	case err == nil:
		t.Draft = false
		if err := t.Review.On.UnmarshalText([]byte(on)); err != nil {
			return fmt.Errorf("consent: read review: %w", err)
		}
	case !errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("consent: read review: %w", err)
	}
	err = tx.QueryRow(`SELECT retired FROM form_retired WHERE version = ?`, t.Version).Scan(&t.Retired)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("consent: read form: %w", err)
	}
	return nil
}

// TemplateByVersion returns one form, or words that are ready, or CodeForm.
func TemplateByVersion(tx *sqlite.Tx, version string) (Template, error) {
	all, err := Templates(tx)
	if err != nil {
		return Template{}, err
	}
	ready, err := ReadyWords(tx)
	if err != nil {
		return Template{}, err
	}
	for _, t := range append(all, ready...) {
		if t.Version == version {
			return t, nil
		}
	}
	return Template{}, clinic.E(CodeForm)
}

func formSchema() []string {
	return []string{
		`CREATE TABLE forms (
			version TEXT PRIMARY KEY, seq INTEGER NOT NULL, language TEXT NOT NULL, variant TEXT NOT NULL, pair TEXT NOT NULL,
			text TEXT NOT NULL, hash TEXT NOT NULL, source TEXT NOT NULL
		) STRICT, WITHOUT ROWID`,
		`CREATE TABLE form_reviews (
			version TEXT PRIMARY KEY, reviewer TEXT NOT NULL, role TEXT NOT NULL, reviewed_on TEXT NOT NULL
		) STRICT, WITHOUT ROWID`,
		formFileSchema,
		`CREATE TABLE form_retired (version TEXT PRIMARY KEY, retired INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
	}
}

// applyForm brings an event about a form into the tables.
func applyForm(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	touched.Add(Topic)
	switch e.Kind {
	case kindFormSaved.Name, kindWordsSaved.Name:
		var b savedBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO forms VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			b.Version, int64(e.Pos.Seq), string(b.Language), string(b.Variant), b.Pair, b.Text, b.Hash, b.Source)
		return err
	case kindFormAttached.Name:
		return applyAttached(tx, e)
	case kindFormReviewed.Name:
		var b reviewedBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO form_reviews VALUES (?, ?, ?, ?) ON CONFLICT (version) DO UPDATE SET
			reviewer = excluded.reviewer, role = excluded.role, reviewed_on = excluded.reviewed_on`,
			b.Version, b.Review.Name, string(b.Review.Role), b.Review.On.String())
		return err
	}
	var b retiredBody
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO form_retired VALUES (?, ?) ON CONFLICT (version) DO UPDATE SET retired = excluded.retired`,
		b.Version, b.Retired)
	return err
}
