package desk

import "quietline/backend/clinic"

// BeginMove makes the file in which the clinic goes to another computer.
type BeginMove struct {
	// Folder is where it is to lie, outside of the clinic's own.
	Folder string `json:"folder"`
}

// MoveNews is how far a move has come, while nobody can work with the clinic here.
type MoveNews struct {
	// Begun is when it was begun, and By who.
	Begun clinic.Instant `json:"begun"`
	By    string         `json:"by"`
	// File is the name of the file, and Code what opens it, for whoever has just made
	// it; empty otherwise.
	File string `json:"file"`
	Code string `json:"code"`
	// Foreign is how many files it has left behind, while Code is told, because they
	// are other programs'.
	Foreign int `json:"foreign"`
	// Days is for how long the file is taken in.
	Days int `json:"days"`
	// Done and Total are how many bytes have been written and read back, while it is
	// made.
	Done  int `json:"done"`
	Total int `json:"total"`
}

// TakeBack takes back a clinic that was handed over.
type TakeBack struct {
	// Words are those of the recovery sheet, where Finding.NeedsSheet says so.
	Words string `json:"words"`
}

// ChosenFile is what a person has chosen in the system's dialog; File is empty where she
// gave it up. Where there is no dialog, Typed says that she types a path.
type ChosenFile struct {
	File  string `json:"file"`
	Typed bool   `json:"typed"`
}

// OpenMove opens the file of a clinic that comes from another computer.
type OpenMove struct {
	File string `json:"file"`
	Code string `json:"code"`
}

// OpenedMove is what the file says.
type OpenedMove struct {
	Made clinic.Instant `json:"made"`
	// Members are who may take the clinic in.
	Members []Member `json:"members"`
}

// ArriveMove takes the clinic in.
type ArriveMove struct {
	File       string         `json:"file"`
	Code       string         `json:"code"`
	Member     clinic.StaffID `json:"member"`
	Passphrase string         `json:"passphrase"`
	// Phone is a code of her phone, or a backup code; empty where none was asked for
	// yet.
	Phone string `json:"phone"`
}
