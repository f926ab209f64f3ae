package settings

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Checked is what was found about one thing before going live, in the words of the
// package that looks.
type Checked struct {
	Check   string `json:"check"`
	State   string `json:"state"`
	Finding string `json:"finding,omitempty"`
}

// Live is the recorded step by which a real account was let carry patients' texts:
// who took it, when, and what had been found. It holds for one number of one account.
type Live struct {
	Account string
	Phone   clinic.Phone
	By      clinic.StaffID
	At      clinic.Instant
	Checks  []Checked
}

type liveBody struct {
	Account string       `json:"account"`
	Phone   clinic.Phone `json:"phone"`
	Checks  []Checked    `json:"checks"`
}

type rekeyedBody struct {
	Key    string `json:"key"`
	Secret string `json:"secret"`
}

var (
	kindLive         = journal.Kind{Name: "line.live", Version: 1, MinReader: 1, Class: journal.ClassSettings}
	kindRekeyed      = journal.Kind{Name: "line.rekeyed", Version: 1, MinReader: 1, Class: journal.ClassSettings}
	kindDisconnected = journal.Kind{Name: "line.disconnected", Version: 1, MinReader: 1, Class: journal.ClassSettings}
)

// GoLive records that a real account carries the clinic's texts from now on, and what
// was found before. Whether it may is decided by whoever calls; this is the only way
// by which [LineTwilio] becomes the line.
func GoLive(d *journal.Decision, l Line, checks []Checked) error {
	if l.Kind != LineTwilio || len(checks) == 0 || d.Actor.Staff.IsZero() {
		return clinic.E(clinic.CodeBadInput)
	}
	if l.Account == "" || l.Key == "" || l.Secret == "" {
		return clinic.E(CodeLineAccount)
	}
	if !l.Phone.Valid() {
		return clinic.E(clinic.CodeBadPhone)
	}
	l.Address, l.Live = "", false // the provider's own, and said by the step itself
	d.Record(journal.Event{Kind: kindConnected, Body: l})
	d.Record(journal.Event{Kind: kindLive, Body: liveBody{Account: l.Account, Phone: l.Phone, Checks: checks}})
	return nil
}

// Rekey records another key of the account that carries the texts. It was tried
// before; the one before can be revoked at the provider then.
func Rekey(d *journal.Decision, key, secret string) error {
	l, err := GetLine(d.Tx)
	if err != nil {
		return err
	}
	if l.Kind != LineTwilio || key == "" || secret == "" {
		return clinic.E(CodeLineAccount)
	}
	d.Record(journal.Event{Kind: kindRekeyed, Body: rekeyedBody{Key: key, Secret: secret}})
	return nil
}

// Disconnect records that the clinic has no line from now on. Its key goes from the
// settings; what was live has to go live again.
func Disconnect(d *journal.Decision) error {
	l, err := GetLine(d.Tx)
	if err != nil || l.Kind == LineNone {
		return err
	}
	d.Record(journal.Event{Kind: kindDisconnected})
	return nil
}

// GetLive returns the step that stands, CodeNotFound where none does.
func GetLive(tx *sqlite.Tx) (Live, error) {
	var l Live
	var checks string
	err := tx.QueryRow(`SELECT account, phone, by, at, checks FROM settings_live WHERE one = 1`).Scan(
		&l.Account, &l.Phone, &l.By, &l.At, &checks)
	if errors.Is(err, sql.ErrNoRows) {
		return Live{}, clinic.E(clinic.CodeNotFound)
	}
	if err == nil {
		err = json.Unmarshal([]byte(checks), &l.Checks)
	}
	if err != nil {
		return Live{}, fmt.Errorf("settings: read going live: %w", err)
	}
	return l, nil
}

func liveSchema() string {
	return `CREATE TABLE settings_live (
			one INTEGER PRIMARY KEY CHECK (one = 1), account TEXT NOT NULL, phone TEXT NOT NULL,
			by BLOB, at INTEGER NOT NULL, checks TEXT NOT NULL
		) STRICT`
}

func applyLive(tx *sqlite.Tx, e journal.Applied, b liveBody) error {
	checks, err := json.Marshal(b.Checks)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO settings_live VALUES (1, ?, ?, ?, ?, ?)
		ON CONFLICT (one) DO UPDATE SET account = excluded.account, phone = excluded.phone, by = excluded.by,
		at = excluded.at, checks = excluded.checks`,
		b.Account, string(b.Phone), e.Author, int64(e.At), string(checks))
	return err
}

func applyRekeyed(tx *sqlite.Tx, e journal.Applied, b rekeyedBody) error {
	_, err := tx.Exec(`UPDATE settings_line SET key = ?, secret = ?, seq = ? WHERE one = 1`, b.Key, b.Secret, int64(e.Pos.Seq))
	return err
}

// applyOtherLine ends what was live: it held for the line that another has replaced.
func applyOtherLine(tx *sqlite.Tx) error {
	_, err := tx.Exec(`DELETE FROM settings_live`)
	return err
}
