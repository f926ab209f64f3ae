package settings

import (
	"fmt"

	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Projection returns the reducer of this package's tables.
func Projection() journal.Projection { return projection{} }

type projection struct{}

func (projection) Name() string { return "settings" }

func (projection) Schema() []string {
	return []string{
		`CREATE TABLE settings_clinic (
			one INTEGER PRIMARY KEY CHECK (one = 1),
			name TEXT NOT NULL, office_phone TEXT NOT NULL, zone TEXT NOT NULL, language TEXT NOT NULL,
			hours_from INTEGER NOT NULL, hours_to INTEGER NOT NULL,
			sunday_from INTEGER NOT NULL, sunday_to INTEGER NOT NULL,
			cap_day INTEGER NOT NULL, cap_week INTEGER NOT NULL,
			text_name TEXT NOT NULL, answer_hours INTEGER NOT NULL
		) STRICT`,
		`CREATE TABLE settings_line (
			one INTEGER PRIMARY KEY CHECK (one = 1),
			kind TEXT NOT NULL, address TEXT NOT NULL, account TEXT NOT NULL,
			key TEXT NOT NULL, secret TEXT NOT NULL, phone TEXT NOT NULL,
			seq INTEGER NOT NULL -- of the event that connected it
		) STRICT`,
		liveSchema(),
		`CREATE TABLE settings_locking (
			one INTEGER PRIMARY KEY CHECK (one = 1), rule TEXT NOT NULL,
			front_desk INTEGER NOT NULL, therapist INTEGER NOT NULL, office_manager INTEGER NOT NULL,
			privacy_officer INTEGER NOT NULL, longest INTEGER NOT NULL
		) STRICT`,
		`CREATE TABLE settings_signing_in (
			one INTEGER PRIMARY KEY CHECK (one = 1), phone INTEGER NOT NULL
		) STRICT`,
		`CREATE TABLE settings_receiving (
			one INTEGER PRIMARY KEY CHECK (one = 1), while_locked INTEGER NOT NULL
		) STRICT`,
		`CREATE TABLE settings_texting (
			one INTEGER PRIMARY KEY CHECK (one = 1), majority INTEGER NOT NULL,
			verified_only INTEGER NOT NULL, spoken INTEGER NOT NULL, answer_first INTEGER NOT NULL,
			ask_many INTEGER NOT NULL, lift_limits INTEGER NOT NULL
		) STRICT`,
		`CREATE TABLE settings_drills (
			one INTEGER PRIMARY KEY CHECK (one = 1), days INTEGER NOT NULL
		) STRICT`,
		`CREATE TABLE settings_backups (
			seat BLOB NOT NULL, place INTEGER NOT NULL, folder TEXT NOT NULL,
			PRIMARY KEY (seat, place)
		) STRICT, WITHOUT ROWID`,
	}
}

func (projection) Kinds() []journal.Kind {
	return []journal.Kind{
		kindFounded, kindChanged, kindConnected, kindLocking, kindSigningIn, kindReceiving, kindTexting, kindBackups, kindDrills,
		kindLive, kindRekeyed, kindDisconnected,
	}
}

// Decisive: the hours, caps and rules of consent decide whether a text leaves, the line
// where to and whether it is live, the locking when a desk that nobody sits at is shut,
// the signing in who opens it, and receiving what it holds while it is locked.
func (projection) Decisive() []string {
	return []string{
		"settings_clinic", "settings_line", "settings_live", "settings_locking", "settings_signing_in", "settings_receiving", "settings_texting",
	}
}

func (projection) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	if e.Kind == kindDisconnected.Name { // says all by its kind
		touched.Add(TopicLine)
		if _, err := tx.Exec(`DELETE FROM settings_line`); err != nil {
			return err
		}
		return applyOtherLine(tx)
	}
	if e.Body.Destroyed() {
		return nil
	}
	switch e.Kind {
	case kindFounded.Name, kindChanged.Name:
		var c Clinic
		if err := e.Body.Decode(&c); err != nil {
			return err
		}
		c = c.tidied() // version 1 knew neither
		touched.Add(TopicSettings)
		_, err := tx.Exec(`INSERT INTO settings_clinic VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (one) DO UPDATE SET name = excluded.name, office_phone = excluded.office_phone,
			zone = excluded.zone, language = excluded.language, hours_from = excluded.hours_from,
			hours_to = excluded.hours_to, sunday_from = excluded.sunday_from, sunday_to = excluded.sunday_to,
			cap_day = excluded.cap_day, cap_week = excluded.cap_week,
			text_name = excluded.text_name, answer_hours = excluded.answer_hours`,
			c.Name, string(c.OfficePhone), string(c.Zone), string(c.Language), c.Hours.From, c.Hours.To,
			c.Hours.SundayFrom, c.Hours.SundayTo, c.Caps.Day, c.Caps.Week, c.TextName, c.AnswerHours)
		return err
	case kindConnected.Name:
		var l Line
		if err := e.Body.Decode(&l); err != nil {
			return err
		}
		touched.Add(TopicLine)
		if err := applyOtherLine(tx); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO settings_line VALUES (1, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (one) DO UPDATE SET kind = excluded.kind, address = excluded.address,
			account = excluded.account, key = excluded.key, secret = excluded.secret, phone = excluded.phone, seq = excluded.seq`,
			string(l.Kind), l.Address, l.Account, l.Key, l.Secret, string(l.Phone), int64(e.Pos.Seq))
		return err
	case kindLive.Name:
		var b liveBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		touched.Add(TopicLine)
		return applyLive(tx, e, b)
	case kindRekeyed.Name:
		var b rekeyedBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		touched.Add(TopicLine)
		return applyRekeyed(tx, e, b)
	case kindLocking.Name:
		var l Locking
		if err := e.Body.Decode(&l); err != nil {
			return err
		}
		touched.Add(TopicSettings)
		return applyLocking(tx, l)
	case kindSigningIn.Name:
		var s SigningIn
		if err := e.Body.Decode(&s); err != nil {
			return err
		}
		touched.Add(TopicSettings)
		return applySigningIn(tx, s)
	case kindReceiving.Name:
		var r Receiving
		if err := e.Body.Decode(&r); err != nil {
			return err
		}
		touched.Add(TopicSettings)
		return applyReceiving(tx, r)
	case kindTexting.Name:
		var t Texting
		if err := e.Body.Decode(&t); err != nil {
			return err
		}
		touched.Add(TopicSettings)
		return applyTexting(tx, t)
	case kindDrills.Name:
		var d Drills
		if err := e.Body.Decode(&d); err != nil {
			return err
		}
		touched.Add(TopicSettings)
		return applyDrills(tx, d)
	case kindBackups.Name:
		var b Backups
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		touched.Add(TopicSettings)
		return applyBackups(tx, b)
	}
	return fmt.Errorf("settings: no rule for kind %s", e.Kind)
}
