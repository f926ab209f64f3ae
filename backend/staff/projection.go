package staff

import (
	"database/sql"
	"errors"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Projection returns the reducer of this package's table.
func Projection() journal.Projection { return projection{} }

type projection struct{}

func (projection) Name() string { return "staff" }

func (projection) Schema() []string {
	return []string{`CREATE TABLE staff (
		id BLOB PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, joined_seq INTEGER NOT NULL,
		left_at INTEGER NOT NULL, left_seq INTEGER NOT NULL, heir BLOB,
		phone_end_at INTEGER NOT NULL, phone_end_by BLOB, phone_end_since INTEGER NOT NULL, phone_end_told INTEGER NOT NULL
	) STRICT, WITHOUT ROWID`}
}

func (projection) Kinds() []journal.Kind {
	return []journal.Kind{kindJoined, kindChanged, kindLeft, kindPhoneEnded, kindPhoneTold}
}

// Decisive: who may come in, and what she may do.
func (projection) Decisive() []string { return []string{"staff"} }

func (projection) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	if e.Body.Destroyed() {
		return nil
	}
	touched.Add(Topic)
	switch e.Kind {
	case kindJoined.Name:
		var b joinedBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO staff VALUES (?, ?, ?, ?, 0, 0, NULL, 0, NULL, 0, 0)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role`, b.ID, b.Name, string(b.Role), int64(e.Pos.Seq))
		return err
	case kindChanged.Name:
		var b changedBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE staff SET role = ? WHERE id = ?`, string(b.Role), b.ID)
		return err
	case kindLeft.Name:
		var b leftBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE staff SET left_at = ?, left_seq = ?, heir = ? WHERE id = ? AND left_at = 0`,
			int64(e.At), int64(e.Pos.Seq), b.Heir, b.ID)
		return err
	case kindPhoneEnded.Name:
		var b phoneEndedBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE staff SET phone_end_at = ?, phone_end_by = ?, phone_end_since = ?, phone_end_told = 0 WHERE id = ?`,
			int64(e.At), e.Author, int64(b.Since), b.ID)
		return err
	case kindPhoneTold.Name:
		var b phoneToldBody
		if err := e.Body.Decode(&b); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE staff SET phone_end_told = 1 WHERE id = ?`, b.ID)
		return err
	}
	return fmt.Errorf("staff: no rule for kind %s", e.Kind)
}

const columns = `id, name, role, left_at, left_seq, heir, phone_end_at, phone_end_by, phone_end_since, phone_end_told`

func (m *Member) fields() []any {
	p := &m.PhoneEnd
	return []any{&m.ID, &m.Name, &m.Role, &m.Left, &m.LeftSeq, &m.Heir, &p.At, &p.By, &p.Since, &p.Told}
}

// Get returns a member, also one who has left, or CodeNotFound.
func Get(tx *sqlite.Tx, id clinic.StaffID) (Member, error) {
	var m Member
	err := tx.QueryRow(`SELECT `+columns+` FROM staff WHERE id = ?`, id).Scan(m.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return Member{}, clinic.E(clinic.CodeNotFound)
	}
	if err != nil {
		return Member{}, fmt.Errorf("staff: read: %w", err)
	}
	return m, nil
}

// All returns everybody who works or worked here, in the order in which they
// came.
func All(tx *sqlite.Tx) ([]Member, error) {
	rows, err := tx.Query(`SELECT ` + columns + ` FROM staff ORDER BY joined_seq, id`)
	if err != nil {
		return nil, fmt.Errorf("staff: read: %w", err)
	}
	defer rows.Close()
	var all []Member
	for rows.Next() {
		var m Member
		if err := rows.Scan(m.fields()...); err != nil {
			return nil, fmt.Errorf("staff: read: %w", err)
		}
		all = append(all, m)
	}
	return all, rows.Err()
}
