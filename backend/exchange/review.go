package exchange

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

var (
	kindReviewAsked = journal.Kind{Name: "exchange.review_asked", Version: 1, MinReader: 1, Class: journal.ClassOutbox}
	kindReviewed    = journal.Kind{Name: "exchange.reviewed", Version: 1, MinReader: 1, Class: journal.ClassOutbox}
)

// Gap is a time of which the archive has no records of its own. Zero where nobody can
// tell.
type Gap struct {
	From  clinic.Instant `json:"from"`
	Until clinic.Instant `json:"until"`
}

// Answer is what a person says about what no list can tell: whether somebody took a
// consent back by phone, in person or on paper in a gap.
type Answer string

// The answers.
const (
	// AnswerNobody: everybody was asked, and nobody has.
	AnswerNobody Answer = "nobody"
	// AnswerRecorded: who has is in the records again.
	AnswerRecorded Answer = "recorded"
)

// Valid reports whether a is an answer.
func (a Answer) Valid() bool { return a == AnswerNobody || a == AnswerRecorded }

// reviewedBody says what was signed; who did is the event's author.
type reviewedBody struct {
	Gap
	// Shown counts the conversations that were shown to who signed.
	Shown  int    `json:"shown"`
	Answer Answer `json:"answer"`
}

// AskReview records that nothing is sent before somebody has signed a review of what
// patients took back in a gap. One that is open already grows by it.
func AskReview(d *journal.Decision, g Gap) {
	d.Record(journal.Event{Kind: kindReviewAsked, Body: g})
}

// applyReviewAsked begins as early as anybody knows, and nobody knows where one of two
// has no beginning.
func applyReviewAsked(tx *sqlite.Tx, e journal.Applied, g Gap) error {
	_, err := tx.Exec(`INSERT INTO exchange_standstill VALUES (?1, ?2, 0, NULL, ?3, ?4, 0, 0, 0)
		ON CONFLICT DO UPDATE SET asked = ?2,
			missing_from = CASE ended WHEN 0 THEN min(missing_from, ?3) ELSE ?3 END,
			missing_until = CASE ended WHEN 0 THEN max(missing_until, ?4) ELSE ?4 END, ended = 0, ended_by = NULL`,
		stillReview, int64(e.At), int64(g.From), int64(g.Until))
	return err
}

func applyReviewed(tx *sqlite.Tx, e journal.Applied, _ reviewedBody) error {
	_, err := tx.Exec(`UPDATE exchange_standstill SET ended = ?, ended_by = ? WHERE what = ?`, int64(e.At), e.Author, stillReview)
	return err
}

// Review is what somebody signs before anything is sent, after the archive went on
// from an older copy of itself.
type Review struct {
	Gap
	// Asked is when it was asked for; zero for never.
	Asked clinic.Instant
	// Signed is when it was signed, zero while it is open; By is who did.
	Signed clinic.Instant
	By     clinic.StaffID
	// Read says that the provider was read again, so that the list is whole.
	Read bool
}

// Open reports whether nothing is sent for want of it.
func (r Review) Open() bool { return !r.Asked.IsZero() && r.Signed.IsZero() }

// ReviewOf returns the last review.
func ReviewOf(tx *sqlite.Tx) (Review, error) {
	var r Review
	var by []byte
	err := tx.QueryRow(`SELECT asked, ended, ended_by, missing_from, missing_until FROM exchange_standstill WHERE what = ?`, stillReview).
		Scan(&r.Asked, &r.Signed, &by, &r.From, &r.Until)
	if errors.Is(err, sql.ErrNoRows) {
		return Review{}, nil
	}
	if err != nil {
		return Review{}, fmt.Errorf("exchange: read review: %w", err)
	}
	copy(r.By[:], by)
	now, err := readingOf(tx)
	r.Read = now.again == againNothing
	return r, err
}

// Mark names what of the conversations of a review was shown. It is another one as soon
// as more is known of one of them.
type Mark string

// Told is what the archive knows of a conversation by itself.
type Told string

// What can be known, the plainest first.
const (
	// ToldStop: whoever has the number asked for no more texts. Nothing goes there.
	ToldStop Told = "stop"
	// ToldRefused: the provider has refused a text because it was asked for no more.
	ToldRefused Told = "refused"
	// ToldWrote: she wrote; somebody has to read whether she took something back.
	ToldWrote Told = "wrote"
)

// Lately is a conversation that somebody has to look at.
type Lately struct {
	archive.Thread
	Told Told
	// Texts counts those that came in.
	Texts int
}

// reviewed is how many conversations a review lists at the most: what one record of who
// saw them holds. A small clinic has fewer.
const reviewed = 5000

// providerStopped is the provider's number for a text to whoever asked it for no more
// (https://www.twilio.com/docs/api/errors/21610).
const providerStopped = 21610

// lag is by how much a text can be older than the newest one that was known, and not be
// known: the provider's list lags.
const lag = time.Hour

// Listed are the conversations of a review.
type Listed struct {
	All []Lately
	// Mark is over every conversation in sight, also over what is not in All.
	Mark Mark
	// More says that others are in sight, older ones; Hidden that some are not in sight.
	More, Hidden bool
}

// ListReview returns the conversations in which something came in, or was refused,
// between the gap's beginning and the time at which the review was asked for, the
// latest first.
func ListReview(tx *sqlite.Tx, s archive.Sight, r Review) (Listed, error) {
	from := max(r.From.Add(-lag), 0)
	found, err := archive.Spoken(tx, s, from, r.Asked, providerStopped, -1)
	if err != nil {
		return Listed{}, err
	}
	whole, err := archive.Spoken(tx, archive.SeeAll(), from, r.Asked, providerStopped, -1)
	if err != nil {
		return Listed{}, err
	}
	l := Listed{Hidden: len(whole) > len(found), More: len(found) > reviewed}
	numbers := make([]clinic.NumberID, len(found))
	for i, f := range found {
		numbers[i] = f.Number
	}
	out, err := consent.OptedOut(tx, numbers...)
	if err != nil {
		return Listed{}, err
	}
	seen := fnv.New64a()
	for _, f := range found {
		one := Lately{Thread: f.Thread, Texts: f.Came, Told: ToldWrote}
		switch {
		case out[f.Number] > from:
			one.Told = ToldStop
		case f.Refused:
			one.Told = ToldRefused
		}
		if len(l.All) < reviewed {
			l.All = append(l.All, one)
		}
		fmt.Fprint(seen, f.ID, f.Newest, f.Came, one.Told, ";")
	}
	l.Mark = Mark(strconv.FormatUint(seen.Sum64(), 16))
	return l, nil
}

// SignReview records that a person has read the conversations up to a mark, and what
// she answers about phone and paper. From then on texts may leave again.
//
// CodeReviewUnread: the provider was not read again yet. CodeReviewMoved: more came in
// than was shown. CodeReviewHidden: she may not see every conversation, and in one of the
// others somebody may have taken something back. Where nothing is open, nothing changes.
func SignReview(ctx context.Context, j Journal, by clinic.StaffID, s archive.Sight, mark Mark, a Answer) error {
	if !a.Valid() {
		return clinic.E(clinic.CodeBadInput)
	}
	_, err := j.Submit(ctx, journal.Actor{Staff: by}, func(d *journal.Decision) error {
		r, err := ReviewOf(d.Tx)
		if err != nil || !r.Open() {
			return err
		}
		if !r.Read {
			return clinic.E(CodeReviewUnread).Retryable()
		}
		listed, err := ListReview(d.Tx, s, r)
		if err != nil {
			return err
		}
		if listed.Hidden {
			return clinic.E(CodeReviewHidden)
		}
		if listed.Mark != mark {
			return clinic.E(CodeReviewMoved).Retryable()
		}
		d.Record(journal.Event{Kind: kindReviewed, Body: reviewedBody{Gap: r.Gap, Shown: len(listed.All), Answer: a}})
		return nil
	})
	return err
}
