// Package staff knows the people who work at the clinic: their names, their roles,
// and who has left.
//
// What happened here is what counts. The vault holds who can open the clinic on
// which computer, and follows: where the program was stopped in between, the next
// start brings it along, and until then nobody who has left is let in. What a role
// may do is the session's matter. The names of those who have left stay behind
// what they said and did.
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
	// CodeTaken: somebody who works here has that name.
	CodeTaken clinic.Code = "staff.name_taken"
	// CodeYourself: nobody changes her own role or lets herself go.
	CodeYourself clinic.Code = "staff.yourself"
	// CodeLastOfficer: there would be no privacy officer left.
	CodeLastOfficer clinic.Code = "staff.last_officer"
	// CodeOfficerOnly: only a privacy officer decides about privacy officers.
	CodeOfficerOnly clinic.Code = "staff.officer_only"
	// CodeHeir: what is handed over goes to somebody else who works here.
	CodeHeir clinic.Code = "staff.heir"
	// CodeLeft: the person has left.
	CodeLeft clinic.Code = "staff.left"
	// CodeOneAdministrator: a clinic goes live with two people who can let others
	// in and let them go.
	CodeOneAdministrator clinic.Code = "staff.one_administrator"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{
		CodeName, CodeRole, CodeTaken, CodeYourself, CodeLastOfficer, CodeOfficerOnly, CodeHeir, CodeLeft,
		CodeOneAdministrator,
	}
}

// MinAdministrators is how many administrators a clinic has before it goes live:
// whoever is away, somebody can let a leaver go within the hour.
const MinAdministrators = 2

// Topic of change.
const Topic = "staff"

// Member is a person who works, or worked, at the clinic.
type Member struct {
	ID   clinic.StaffID
	Name string
	Role clinic.Role
	// Left is when the person left, by an event at position LeftSeq; zero for whoever
	// works here.
	Left    clinic.Instant
	LeftSeq uint64
	// Heir got what she left behind.
	Heir clinic.StaffID
	// PhoneEnd is the last time that somebody else ended her second factor.
	PhoneEnd PhoneEnd
}

// Works reports whether the person works at the clinic now.
func (m Member) Works() bool { return m.Left.IsZero() }

type joinedBody struct {
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
	d.Record(journal.Event{Kind: kindJoined, Body: joinedBody{m.ID, m.Name, m.Role}})
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
