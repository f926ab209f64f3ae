// Package staff knows the people who work at the clinic: their names and roles.
//
// Whether a person can sign in is the vault's matter, and what a role may do is
// the session's; this package keeps the names behind what was said and done,
// also after someone has left.
package staff

import (
	"fmt"
	"strings"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Codes of this package.
const (
	CodeName clinic.Code = "staff.name"
	CodeRole clinic.Code = "staff.role"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code { return []clinic.Code{CodeName, CodeRole} }

// Topic of change.
const Topic = "staff"

// Member is a person who works, or worked, at the clinic.
type Member struct {
	ID   clinic.StaffID `json:"id"`
	Name string         `json:"name"`
	Role clinic.Role    `json:"role"`
}

var kindJoined = journal.Kind{Name: "staff.joined", Version: 1, MinReader: 1, Class: journal.ClassStaff}

// Join records a new member.
func Join(d *journal.Decision, m Member) error {
	if err := CheckName(m.Name); err != nil {
		return err
	}
	if !m.Role.Valid() {
		return clinic.E(CodeRole)
	}
	if m.ID.IsZero() {
		return clinic.E(clinic.CodeBadID)
	}
	d.Record(journal.Event{Kind: kindJoined, Body: m})
	return nil
}

// CheckName refuses a name that no one could be found by.
func CheckName(name string) error {
	if n := len([]rune(strings.TrimSpace(name))); n < 2 || n > 80 {
		return clinic.E(CodeName)
	}
	return nil
}

// Names returns the names of those of some members who are known. The program
// itself, which has the zero id, has no name.
func Names(tx *sqlite.Tx, ids ...clinic.StaffID) (map[clinic.StaffID]string, error) {
	rows, err := tx.Query(`SELECT id, name FROM staff WHERE id IN `+sqlite.InSet, sqlite.Set(ids...))
	if err != nil {
		return nil, fmt.Errorf("staff: read names: %w", err)
	}
	defer rows.Close()
	names := make(map[clinic.StaffID]string, len(ids))
	for rows.Next() {
		var id clinic.StaffID
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, fmt.Errorf("staff: read names: %w", err)
		}
		names[id] = name
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("staff: read names: %w", err)
	}
	return names, nil
}

// Projection returns the reducer of this package's table.
func Projection() journal.Projection { return projection{} }

type projection struct{}

func (projection) Name() string { return "staff" }

func (projection) Schema() []string {
	return []string{`CREATE TABLE staff (id BLOB PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL) STRICT, WITHOUT ROWID`}
}

func (projection) Kinds() []journal.Kind { return []journal.Kind{kindJoined} }

// Decisive: names and roles stand behind what was done. What a role may do now is
// asked of the vault's list, at sign-in.
func (projection) Decisive() []string { return []string{"staff"} }

func (projection) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	if e.Body.Destroyed() {
		return nil
	}
	if e.Kind != kindJoined.Name {
		return fmt.Errorf("staff: no rule for kind %s", e.Kind)
	}
	var m Member
	if err := e.Body.Decode(&m); err != nil {
		return err
	}
	touched.Add(Topic)
	_, err := tx.Exec(`INSERT INTO staff VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role`, m.ID, m.Name, string(m.Role))
	return err
}
