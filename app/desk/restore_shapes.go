package desk

import "quietline/backend/clinic"

// OpenBackup opens a backup with the recovery sheet, where there is no clinic yet.
type OpenBackup struct {
	// Folder is the backup's own, or a disk that it lies on.
	Folder string `json:"folder"`
	Words  string `json:"words"`
}

// RestoreClinic brings a clinic back from a backup.
type RestoreClinic struct {
	Folder string `json:"folder"`
	Words  string `json:"words"`
	// LeftWords are those of an older sheet, empty unless a copy of what was left behind
	// asks for it (folder.CodeOtherSheet).
	LeftWords string `json:"leftWords"`
	// Number is that of the copy.
	Number uint64 `json:"number"`
}

// RestoredClinic says what came back. The clinic is there, and opens with the sheet.
type RestoredClinic struct {
	Made clinic.Instant `json:"made"`
	// Lost counts the pictures and files that the backup holds no more, or damaged.
	Lost int `json:"lost"`
}

// Restoring is how far a restore has come. Total is zero where it is not known.
type Restoring struct {
	Stage BackupStage `json:"stage"`
	Done  int         `json:"done"`
	Total int         `json:"total"`
	// Seconds is about how long this stage will take yet; zero where that cannot be
	// told.
	Seconds int `json:"seconds"`
}
