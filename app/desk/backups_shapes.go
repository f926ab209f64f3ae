package desk

import (
	"quietline/backend/backup"
	"quietline/backend/clinic"
)

// BackupStage is what a backup or a restore is doing.
type BackupStage string

// Choices implements door.Choice.
func (BackupStage) Choices() []string {
	return []string{"none", string(backup.StageRecords), string(backup.StageAttachments), string(backup.StageTidying)}
}

// BackupFolder names a folder for backups.
type BackupFolder struct {
	Folder string `json:"folder"`
}

// ChosenFolder is what a person has chosen in the system's dialog; Folder is empty
// where she gave it up. Where there is no dialog, Typed says that she types a path.
type ChosenFolder struct {
	Folder string `json:"folder"`
	Typed  bool   `json:"typed"`
}

// Backups are the folders that this computer copies the clinic into.
type Backups struct {
	Folders []BackupPlace `json:"folders"`
	// Room says that another folder can be added.
	Room bool `json:"room"`
	// Late says that no folder has a copy that is new enough, and that this computer
	// has had the time to make one.
	Late bool `json:"late"`
	// Stage is what goes on now, Done and Total how far that has come; Total is zero
	// where it is not known.
	Stage BackupStage `json:"stage"`
	Done  int         `json:"done"`
	Total int         `json:"total"`
	// Problem is why no folder could be copied into: the fault is the clinic's and not
	// a folder's.
	Problem *Problem `json:"problem"`
}

// BackupPlace is how one folder stands.
type BackupPlace struct {
	Folder string `json:"folder"`
	// Newest is when the newest copy in it was made, as far as this computer knows;
	// zero for never. Late says that this is too long ago.
	Newest clinic.Instant `json:"newest"`
	Late   bool           `json:"late"`
	// Problem is why the last try failed; nil where it did not.
	Problem *Problem `json:"problem"`
}

// BackupCopy is the clinic as it was at one moment.
type BackupCopy struct {
	// Number tells one from another in a folder.
	Number      uint64         `json:"number"`
	Made        clinic.Instant `json:"made"`
	Attachments int            `json:"attachments"`
	Bytes       int64          `json:"bytes"`
}

// BackupCopies are the copies in a folder, the newest first.
type BackupCopies struct {
	Items []BackupCopy `json:"items"`
	// Unreadable counts the ones that are damaged.
	Unreadable int `json:"unreadable"`
}
