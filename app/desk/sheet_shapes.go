package desk

import "quietline/backend/clinic"

// SheetCheck is whether the paper of the recovery sheet is to be checked.
type SheetCheck string

// The standings of the check.
const (
	// SheetUnproven: nobody has typed words back from the sheet in force yet.
	SheetUnproven SheetCheck = "unproven"
	SheetFine     SheetCheck = "fine"
	SheetDue      SheetCheck = "due"
	SheetOverdue  SheetCheck = "overdue"
)

// Choices implements door.Choice.
func (SheetCheck) Choices() []string {
	return []string{string(SheetUnproven), string(SheetFine), string(SheetDue), string(SheetOverdue)}
}

// SheetStanding is when the recovery sheet was made and last checked, and when that
// is due again. Proven and Due are absent where it never was.
type SheetStanding struct {
	Made   clinic.Instant `json:"made"`
	Proven clinic.Instant `json:"proven"`
	Due    clinic.Instant `json:"due"`
	Check  SheetCheck     `json:"check"`
}

// CheckSheet proves that the paper is there and can be read.
type CheckSheet struct {
	// Words is the whole sheet, in its order.
	Words string `json:"words"`
}
