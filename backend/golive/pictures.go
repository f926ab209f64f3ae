package golive

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"time"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// Codes of the trial of pictures.
const (
	// CodeNoTrial: no trial picture was sent, or it is of another key or number.
	CodeNoTrial clinic.Code = "golive.no_trial"
	// CodeTrialWrong: those are not the digits of the picture; "left" says how often one
	// may still try.
	CodeTrialWrong clinic.Code = "golive.trial_wrong"
	// CodeTrialOver: they were wrong too often. Another picture is sent.
	CodeTrialOver clinic.Code = "golive.trial_over"
	// CodeTrialPatient: the phone is on a patient's chart, and a trial is no text to her.
	CodeTrialPatient clinic.Code = "golive.trial_patient"
	// CodeTrialAgreement: nobody has confirmed that the agreement covers pictures.
	CodeTrialAgreement clinic.Code = "golive.trial_agreement"
	// CodeKeyNoPictures: the key may send texts and may not lend pictures.
	CodeKeyNoPictures clinic.Code = "golive.key_no_pictures"
	// CodeNumberNoPictures: the number carries texts alone.
	CodeNumberNoPictures clinic.Code = "golive.number_no_pictures"
)

// MaxTries is how often somebody may type the digits of one trial picture. With four
// digits a guess of five is right once in 1,800.
const MaxTries = 5

// Pictures is the trial of pictures with the present key and number: a picture of ours
// went to a phone, and whoever holds it typed the digits that it shows. Before that no
// patient is sent one.
//
// Another key, number or account forgets it, as they do the proofs of going live.
// Unlike those it counts for good: it is made on a line that stays as it is.
type Pictures struct {
	// Code is what the picture shows. It leaves for no screen.
	Code    string
	Held    clinic.Phone
	Loan    provider.LoanSID
	AskedAt clinic.Instant
	// Misses counts the wrong answers.
	Misses   int
	ProvenAt clinic.Instant
	By       clinic.StaffID
}

// On reports whether pictures may be sent.
func (p Pictures) On() bool { return !p.ProvenAt.IsZero() }

type (
	trialBody struct {
		Code string           `json:"code"`
		Held clinic.Phone     `json:"held"`
		Loan provider.LoanSID `json:"loan"`
	}
	trialAnsweredBody struct {
		Right bool `json:"right"`
	}
	takenBackBody struct {
		Loan provider.LoanSID `json:"loan"`
	}
)

var (
	kindTrial         = kind("pictures_asked")
	kindTrialAnswered = kind("pictures_answered")
	kindPicturesOff   = kind("pictures_off")
	kindTakenBack     = kind("pictures_taken_back")
)

// trialText goes with the picture, without accents and in both languages: whoever holds
// the phone may read either. It tells nothing of the digits.
const trialText = "Quietline test picture. Type the number that it shows. Escriba el numero que muestra."

// TrialText is the text that the trial picture goes with.
func TrialText() string { return trialText }

// AskPictures records, before it goes out, that a trial picture is being sent to a phone,
// and as what it was lent. It takes the place of the trial before.
func AskPictures(d *journal.Decision, code string, held clinic.Phone, loan provider.LoanSID) error {
	if err := CheckHeld(d.Tx, held); err != nil {
		return err
	}
	d.Record(journal.Event{Kind: kindTrial, Body: trialBody{Code: code, Held: held, Loan: loan}})
	return nil
}

// AnswerPictures records what somebody read on the phone, right or wrong, and returns
// nil for right. What it refuses as wrong is on record all the same: the caller hands
// refused on once the decision stands.
func AnswerPictures(d *journal.Decision, code string) (refused, err error) {
	p, err := GetPictures(d.Tx)
	switch {
	case err != nil:
		return nil, err
	case p.AskedAt.IsZero():
		return nil, clinic.E(CodeNoTrial)
	case p.On():
		return nil, nil
	case p.Misses >= MaxTries:
		return nil, clinic.E(CodeTrialOver)
	}
	right := code == p.Code
	d.Record(journal.Event{Kind: kindTrialAnswered, Body: trialAnsweredBody{Right: right}})
	switch left := MaxTries - p.Misses - 1; {
	case right:
		return nil, nil
	case left == 0:
		return clinic.E(CodeTrialOver), nil
	default:
		return clinic.E(CodeTrialWrong).With("left", left), nil
	}
}

// EndPictures records that no pictures are sent any more, or that a trial is left.
func EndPictures(d *journal.Decision) error {
	p, err := GetPictures(d.Tx)
	if err == nil && !p.AskedAt.IsZero() {
		d.Record(journal.Event{Kind: kindPicturesOff})
	}
	return err
}

// GetPictures returns the trial as far as it has come.
func GetPictures(tx *sqlite.Tx) (Pictures, error) {
	var p Pictures
	err := tx.QueryRow(`SELECT code, held, loan, asked_at, misses, proven_at, by FROM golive_pictures WHERE one = 1`).Scan(
		&p.Code, &p.Held, &p.Loan, &p.AskedAt, &p.Misses, &p.ProvenAt, &p.By)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Pictures{}, fmt.Errorf("golive: read the trial of pictures: %w", err)
	}
	return p, nil
}

// Lent returns the trial pictures that still lie with the provider and that nobody waits
// for any more, to be taken back.
func Lent(tx *sqlite.Tx) (lent []provider.LoanSID, err error) {
	rows, err := tx.Query(`SELECT loan FROM golive_loans WHERE loan NOT IN
		(SELECT loan FROM golive_pictures WHERE proven_at = 0 AND misses < ?) ORDER BY loan`, MaxTries)
	if err != nil {
		return nil, fmt.Errorf("golive: read what was lent: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var one provider.LoanSID
		if err := rows.Scan(&one); err != nil {
			return nil, fmt.Errorf("golive: read what was lent: %w", err)
		}
		lent = append(lent, one)
	}
	return lent, rows.Err()
}

// TookBack records that a trial picture does not lie with the provider any more.
func TookBack(d *journal.Decision, loan provider.LoanSID) {
	d.Record(journal.Event{Kind: kindTakenBack, Body: takenBackBody{Loan: loan}})
}

// Trial reports whether a text from the clinic's number is one that went with a trial
// picture: it is in no outbox, and yet of no other program. Every trial counts that was
// ever asked for, since an old one may be listed late.
func Trial(tx *sqlite.Tx, to clinic.Phone, body string, created clinic.Instant) (bool, error) {
	if body != trialText {
		return false, nil
	}
	var is bool
	// The provider's clock may be a little behind.
	err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM golive_trials WHERE held = ? AND asked_at - ? <= ? AND ? <= asked_at + ?)`,
		string(to), time.Minute.Milliseconds(), int64(created), int64(created), proofWithin.Milliseconds()).Scan(&is)
	if err != nil {
		return false, fmt.Errorf("golive: read trials: %w", err)
	}
	return is, nil
}

func picturesSchema() []string {
	return []string{
		`CREATE TABLE golive_pictures (
			one INTEGER PRIMARY KEY CHECK (one = 1),
			code TEXT NOT NULL, held TEXT NOT NULL, loan TEXT NOT NULL, asked_at INTEGER NOT NULL,
			misses INTEGER NOT NULL DEFAULT 0, proven_at INTEGER NOT NULL DEFAULT 0, by BLOB
		) STRICT`,
		// Every trial that was ever asked for, whatever became of it.
		`CREATE TABLE golive_trials (held TEXT NOT NULL, asked_at INTEGER NOT NULL, PRIMARY KEY (held, asked_at)) STRICT, WITHOUT ROWID`,
		`CREATE TABLE golive_loans (loan TEXT PRIMARY KEY) STRICT, WITHOUT ROWID`,
	}
}

func applyPictures(tx *sqlite.Tx, e journal.Applied) error {
	exec := func(query string, args ...any) error {
		_, err := tx.Exec(query, args...)
		return err
	}
	switch e.Kind {
	case kindTrial.Name:
		var b trialBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		return errors.Join(
			exec(`INSERT OR REPLACE INTO golive_pictures (one, code, held, loan, asked_at) VALUES (1, ?, ?, ?, ?)`, b.Code, string(b.Held), string(b.Loan), int64(e.At)),
			exec(`INSERT INTO golive_trials VALUES (?, ?) ON CONFLICT DO NOTHING`, string(b.Held), int64(e.At)),
			exec(`INSERT INTO golive_loans VALUES (?) ON CONFLICT DO NOTHING`, string(b.Loan)),
		)
	case kindTrialAnswered.Name:
		var b trialAnsweredBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		if b.Right {
			return exec(`UPDATE golive_pictures SET proven_at = ?, by = ?`, int64(e.At), e.Author)
		}
		return exec(`UPDATE golive_pictures SET misses = misses + 1`)
	case kindTakenBack.Name:
		var b takenBackBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		return exec(`DELETE FROM golive_loans WHERE loan = ?`, string(b.Loan))
	}
	return fmt.Errorf("golive: no rule for kind %s", e.Kind)
}

// The trial picture: the program's name, and under it the digits, large enough for the
// small picture that a phone shows in its list.
const (
	trialWidth, trialHeight = 640, 400
	nameScale, digitScale   = 5, 16
)

// TrialPicture draws the picture that shows a code. It holds nothing else but the
// program's name.
func TrialPicture(code string) (provider.Picture, error) {
	paper := image.NewGray(image.Rect(0, 0, trialWidth, trialHeight))
	draw.Draw(paper, paper.Bounds(), image.White, image.Point{}, draw.Src)
	write(paper, "Quietline", nameScale, 40)
	write(paper, code, digitScale, 150)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, paper, &jpeg.Options{Quality: 90}); err != nil {
		return provider.Picture{}, fmt.Errorf("golive: draw the trial picture: %w", err)
	}
	return provider.Picture{JPEG: out.Bytes()}, nil
}

// write sets a line of the plain 7 by 13 face in the middle, each of its dots scale dots
// wide, with its top at y.
func write(paper *image.Gray, line string, scale, y int) {
	face := basicfont.Face7x13
	small := image.NewAlpha(image.Rect(0, 0, len(line)*face.Advance, face.Height))
	pen := font.Drawer{Dst: small, Src: image.Opaque, Face: face, Dot: fixed.P(0, face.Ascent)}
	pen.DrawString(line)
	left := (trialWidth - small.Rect.Dx()*scale) / 2
	for at := 0; at < small.Rect.Dx()*small.Rect.Dy(); at++ {
		dx, dy := at%small.Rect.Dx(), at/small.Rect.Dx()
		if small.AlphaAt(dx, dy).A == 0 {
			continue
		}
		dot := image.Rect(0, 0, scale, scale).Add(image.Pt(left+dx*scale, y+dy*scale))
		draw.Draw(paper, dot, image.NewUniform(color.Gray{}), image.Point{}, draw.Src)
	}
}
