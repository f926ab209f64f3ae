package desk

import (
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/folder"
)

// DrillStage is what a drill is doing.
type DrillStage string

// Choices implements door.Choice.
func (DrillStage) Choices() []string {
	return []string{
		"none", string(folder.DrillCopying), string(folder.DrillRestoring), string(folder.DrillOpening), string(folder.DrillComparing),
	}
}

// DrillOutcome is what a drill came to.
type DrillOutcome string

// Choices implements door.Choice.
func (DrillOutcome) Choices() []string {
	return []string{string(checks.DrillGood), string(checks.DrillSpoiled), string(checks.DrillDiffers), string(checks.DrillDamaged)}
}

// Drills say what restoring a backup to try it came to.
type Drills struct {
	// Days are between two drills that begin by themselves.
	Days int `json:"days"`
	// Next is when the next one is due; zero for as soon as there is a copy. Overdue
	// says that one should have succeeded long since.
	Next    clinic.Instant `json:"next"`
	Overdue bool           `json:"overdue"`
	// Folder is whose backup is tried now, or, where it Waits, as soon as can be.
	Folder string `json:"folder"`
	Waits  bool   `json:"waits"`
	// Stage is what goes on now, Done and Total how far that has come; Total is zero
	// where it is not known.
	Stage DrillStage `json:"stage"`
	Done  int        `json:"done"`
	Total int        `json:"total"`
	// Problem is why the last one could not be made; nil where it could.
	Problem *Problem `json:"problem"`
	// Items are the drills on record, the newest first.
	Items []DrillRow `json:"items"`
}

// DrillRow is a drill on record.
type DrillRow struct {
	// Began names it.
	Began   clinic.Instant `json:"began"`
	Ended   clinic.Instant `json:"ended"`
	Outcome DrillOutcome   `json:"outcome"`
	// Problem is why nothing came back; nil where something did.
	Problem *Problem `json:"problem"`
	Folder  string   `json:"folder"`
	// Copy is the number of the copy, Made when it was made.
	Copy uint64         `json:"copy"`
	Made clinic.Instant `json:"made"`
	// Events and Attachments count what came back, Spoiled the attachments that did not.
	Events      int `json:"events"`
	Attachments int `json:"attachments"`
	Spoiled     int `json:"spoiled"`
	// Content is the hash of the clinic's content, in hexadecimal.
	Content string `json:"content"`
	// Copying, Restoring and Opening are how long each was worked on, in milliseconds.
	Copying   int64 `json:"copying"`
	Restoring int64 `json:"restoring"`
	Opening   int64 `json:"opening"`
	// By is who asked for it; empty where it was due.
	By string `json:"by"`
	// Seen lists who has read it.
	Seen []DrillReader `json:"seen"`
}

// DrillReader is somebody who has read what a drill came to.
type DrillReader struct {
	Name string         `json:"name"`
	At   clinic.Instant `json:"at"`
}

// DrillRef names a drill.
type DrillRef struct {
	Began clinic.Instant `json:"began"`
}

// DrillDays says how often a backup is tried.
type DrillDays struct {
	Days int `json:"days"`
}

// RejoinBackup gives a clinic a backup back that went on with other keys.
type RejoinBackup struct {
	Folder string `json:"folder"`
	// Words are those of the recovery sheet that was in force when the last copy was
	// made in the folder.
	Words string `json:"words"`
}
