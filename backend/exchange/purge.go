package exchange

import (
	"context"
	"fmt"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// PurgeRule is what becomes of texts at the provider once they are safe here.
type PurgeRule string

// The rules.
const (
	PurgeNothing PurgeRule = "nothing" // they stay as long as the provider keeps them
	PurgeWords   PurgeRule = "words"   // words and attachments go; numbers and times stay
	PurgeAll     PurgeRule = "all"     // the whole message goes
)

// Bounds of how old a text is before anything of it is taken away. Below the least,
// the nightly comparison could still need the provider's list.
const (
	LeastPurgeDays = 17
	MostPurgeDays  = 365
)

// Why nothing is taken away although a rule says so.
const (
	// CodePurgeSender: another sender is possible, a clone included, or this archive
	// has not watched the line alone for a week.
	CodePurgeSender clinic.Code = "exchange.purge_sender"
	// CodePurgeUnchecked: the whole list was not held against the archive of late, or
	// something of it is missing.
	CodePurgeUnchecked clinic.Code = "exchange.purge_unchecked"
	// CodePurgeNoCopy: no backup that was just read as a whole holds the texts.
	CodePurgeNoCopy clinic.Code = "exchange.purge_no_copy"
	// CodePurgeRule: a rule or a number of days that there is not.
	CodePurgeRule clinic.Code = "exchange.purge_rule"
)

// comparedWithin is how young a comparison of everything has to be.
const comparedWithin = 8 * 24 * time.Hour

var (
	kindPurging = journal.Kind{Name: "exchange.purging", Version: 1, MinReader: 1, Class: journal.ClassOutbox}
	// Version 2 also says what is left alone.
	kindPurged = journal.Kind{Name: "exchange.purged", Version: 2, MinReader: 1, Class: journal.ClassOutbox}
)

// purgingBody is a rule that a person has set.
type purgingBody struct {
	Rule PurgeRule `json:"rule"`
	Days int       `json:"days"`
}

// WhyKept is why a text is left alone at the provider for good.
type WhyKept string

// The reasons.
const (
	// KeptAttachments: the provider has attachments that are not here.
	KeptAttachments WhyKept = "attachments"
	// KeptWords: the provider has other words than lie here.
	KeptWords WhyKept = "words"
)

// purgedBody says of which texts something was taken away at the provider.
type purgedBody struct {
	Rule  PurgeRule    `json:"rule"`
	Texts []purgedText `json:"texts"`
	// Kept are left alone until a person sets a rule anew, or what is missing of them
	// has come. Since version 2.
	Kept []keptText `json:"kept,omitempty"`
	// UpTo is the position up to which no text is left to do under this rule.
	UpTo uint64 `json:"upTo"`
}

type purgedText struct {
	Message clinic.MessageID `json:"message"`
	At      clinic.Instant   `json:"at"` // when the text was made
	// Attachments that were taken away with it.
	Attachments int `json:"attachments"`
}

type keptText struct {
	Message clinic.MessageID `json:"message"`
	Seq     uint64           `json:"seq"` // its position
	Why     WhyKept          `json:"why"`
}

func purgeSchema() []string {
	return []string{
		`CREATE TABLE exchange_purging (
			one INTEGER PRIMARY KEY CHECK (one = 1), rule TEXT NOT NULL, days INTEGER NOT NULL,
			up_to INTEGER NOT NULL -- the position up to which nothing is left to do
		) STRICT`,
		`CREATE TABLE exchange_purged (
			message BLOB PRIMARY KEY, rule TEXT NOT NULL, made INTEGER NOT NULL, attachments INTEGER NOT NULL, at INTEGER NOT NULL
		) STRICT, WITHOUT ROWID`,
		`CREATE TABLE exchange_kept (message BLOB PRIMARY KEY, seq INTEGER NOT NULL, why TEXT NOT NULL) STRICT, WITHOUT ROWID`,
	}
}

// applyPurging begins at the beginning: a new rule may ask more of texts of which
// something was taken away before, and what was left alone is tried again.
func applyPurging(tx *sqlite.Tx, _ journal.Applied, b purgingBody) error {
	if _, err := tx.Exec(`DELETE FROM exchange_kept`); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO exchange_purging VALUES (1, ?1, ?2, 0)
		ON CONFLICT (one) DO UPDATE SET rule = excluded.rule, days = excluded.days, up_to = 0`, string(b.Rule), b.Days)
	return err
}

func applyPurged(tx *sqlite.Tx, e journal.Applied, b purgedBody) error {
	for _, t := range b.Texts {
		if _, err := tx.Exec(`INSERT INTO exchange_purged VALUES (?, ?, ?, ?, ?) ON CONFLICT (message) DO UPDATE SET
				rule = excluded.rule, attachments = attachments + excluded.attachments, at = excluded.at`,
			t.Message, string(b.Rule), int64(t.At), t.Attachments, int64(e.At)); err != nil {
			return err
		}
	}
	for _, t := range b.Kept {
		if _, err := tx.Exec(`INSERT INTO exchange_kept VALUES (?, ?, ?) ON CONFLICT (message) DO UPDATE SET why = excluded.why`,
			t.Message, int64(t.Seq), string(t.Why)); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`UPDATE exchange_purging SET up_to = max(up_to, ?) WHERE one = 1 AND rule = ?`, int64(b.UpTo), string(b.Rule))
	return err
}

// applyCame has a text looked at again that was left alone for want of what has come now.
func applyCame(tx *sqlite.Tx, _ journal.Applied, b archive.AttachmentStored) error {
	if _, err := tx.Exec(`UPDATE exchange_purging SET up_to = min(up_to, coalesce((SELECT seq - 1 FROM exchange_kept WHERE message = ?), up_to))
		WHERE one = 1`, b.Message); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM exchange_kept WHERE message = ?`, b.Message)
	return err
}

// SetPurging records what becomes of texts at the provider from now on.
// CodePurgeRule where there is no such rule.
func SetPurging(ctx context.Context, j Journal, by clinic.StaffID, rule PurgeRule, days int) error {
	switch rule {
	case PurgeNothing, PurgeWords, PurgeAll:
	default:
		return clinic.E(CodePurgeRule)
	}
	if days < LeastPurgeDays || days > MostPurgeDays {
		return clinic.E(CodePurgeRule)
	}
	_, err := j.Submit(ctx, journal.Actor{Staff: by}, func(d *journal.Decision) error {
		d.Record(journal.Event{Kind: kindPurging, Body: purgingBody{Rule: rule, Days: days}})
		return nil
	})
	return err
}

// Purging is what becomes of texts at the provider, and what did.
type Purging struct {
	Rule PurgeRule
	Days int
	// Waits is why nothing is taken away at the moment although a rule says so, or
	// nil. That no backup holds the texts shows only once they are to go.
	Waits *clinic.Error
	// Emptied and Deleted count the texts, Attachments what came with them. First and
	// Last are when the oldest and the newest of them were made, At when the last was
	// taken away; zero for none.
	Emptied, Deleted, Attachments int
	First, Last, At               clinic.Instant
	// KeptAttachments and KeptWords count the texts that are left alone, by why.
	KeptAttachments, KeptWords int

	upTo uint64
}

// purgeRule returns the rule, and how far it was followed.
func purgeRule(tx *sqlite.Tx) (Purging, error) {
	p := Purging{Rule: PurgeNothing, Days: 30}
	err := tx.QueryRow(`SELECT coalesce(max(rule), ?), coalesce(max(days), ?), coalesce(max(up_to), 0)
		FROM exchange_purging WHERE one = 1`, string(p.Rule), p.Days).Scan(&p.Rule, &p.Days, &p.upTo)
	if err != nil {
		return Purging{}, fmt.Errorf("exchange: read the rule: %w", err)
	}
	return p, nil
}

// PurgingOf returns what becomes of texts at the provider, and what did.
func PurgingOf(tx *sqlite.Tx, now clinic.Instant) (Purging, error) {
	p, err := purgeRule(tx)
	if err == nil {
		err = tx.QueryRow(`SELECT count(*) FILTER (WHERE why = ?), count(*) FILTER (WHERE why = ?) FROM exchange_kept`,
			string(KeptAttachments), string(KeptWords)).Scan(&p.KeptAttachments, &p.KeptWords)
	}
	if err == nil {
		err = tx.QueryRow(`SELECT count(*) FILTER (WHERE rule = 'words'), count(*) FILTER (WHERE rule = 'all'),
				coalesce(sum(attachments), 0), coalesce(min(made), 0), coalesce(max(made), 0), coalesce(max(at), 0)
			FROM exchange_purged`).Scan(&p.Emptied, &p.Deleted, &p.Attachments, &p.First, &p.Last, &p.At)
	}
	if err != nil {
		return Purging{}, fmt.Errorf("exchange: read what was purged: %w", err)
	}
	if p.Rule != PurgeNothing {
		p.Waits, err = mayPurge(tx, now)
	}
	return p, err
}

// mayPurge says why nothing may be taken away at the provider now, or nil. All of it
// can be known without a backup.
func mayPurge(tx *sqlite.Tx, now clinic.Instant) (*clinic.Error, error) {
	sole, err := SoleSender(tx, now)
	if err != nil {
		return nil, err
	}
	still, err := standstill(tx) // another copy, or one that goes on from an older one
	if err != nil {
		return nil, err
	}
	if !sole || still != "" {
		return clinic.E(CodePurgeSender), nil
	}
	is, err := CompletenessOf(tx, now)
	if err != nil {
		return nil, err
	}
	if is.Missing > 0 || now.Sub(is.Compared) > comparedWithin {
		return clinic.E(CodePurgeUnchecked), nil
	}
	return nil, nil
}
