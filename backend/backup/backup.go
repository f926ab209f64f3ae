// Package backup keeps copies of a clinic in a folder outside of the computer,
// and gives them back.
//
// A repository holds the log in immutable sealed segments, the files of
// attachments as they are, and one replaceable bag: the vault's file and the
// content keys. A generation is a small file that names the segments and files
// which belonged to the clinic at one moment. Since the log only grows, older
// generations share what newer ones hold; since there is one bag for all, what was
// destroyed in the clinic stays destroyed in whichever generation is restored.
//
// Make a repository with [Create], copy into it with [Target.Run], look into it
// with [Open] and [Repository.Generations], prove it with [Repository.Verify], and
// get everything back with [Repository.Restore].
//
// Guarantees:
//
//   - A file is written beside its place, synced, read back and only then counts.
//     A run that is cut short anywhere spoils nothing that was complete, and the
//     next one goes on where it stopped.
//   - The newest generations are never removed, and nothing is removed that a
//     generation still names or that cannot be told.
//   - Every byte is authentic for its clinic, its place and its kind; what does
//     not open is damage, named by file.
//   - The keys of a repository open with the clinic's keys and with the recovery
//     sheet, and with nothing else.
//
// Limits: a backup is as new as its last run. Whoever can write to the folder can
// remove it, or put an older state of it back. What a reading back proves is what
// the machine's cache or the disk answers. The format, and what somebody with the
// folder learns, are in backend/doc/backup.md.
package backup

import (
	"time"

	"quietline/backend/clinic"
)

// Codes of this package.
const (
	// CodeMissing: the folder is there and holds no backup.
	CodeMissing clinic.Code = "backup.missing"
	// CodeUnreachable: the folder cannot be reached or read now: the disk is not
	// plugged in, or the network is away.
	CodeUnreachable clinic.Code = "backup.unreachable"
	// CodeNotSaved: the backup could not be written. What it held it still holds.
	CodeNotSaved clinic.Code = "backup.not_saved"
	// CodeDiskFull: the disk with the backup has no room left. What it held it still holds.
	CodeDiskFull clinic.Code = "backup.disk_full"
	// CodeOccupied: the folder for a new backup holds something already.
	CodeOccupied clinic.Code = "backup.occupied"
	// CodeForeign: it is the backup of another clinic.
	CodeForeign clinic.Code = "backup.foreign"
	// CodeNewer: it was written by a newer program.
	CodeNewer clinic.Code = "backup.newer"
	// CodeDamaged: something in it is not what was written.
	CodeDamaged clinic.Code = "backup.damaged"
	// CodeBusy: another program is writing to it.
	CodeBusy clinic.Code = "backup.busy"
	// CodeOtherCopy: it holds records that are newer than this computer's, or went
	// another way. Nothing was written.
	CodeOtherCopy clinic.Code = "backup.other_copy"
	// CodeNoGeneration: there is no complete copy in it yet, or not the one that was
	// asked for.
	CodeNoGeneration clinic.Code = "backup.no_generation"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{
		CodeMissing, CodeUnreachable, CodeNotSaved, CodeDiskFull, CodeOccupied, CodeForeign, CodeNewer, CodeDamaged, CodeBusy,
		CodeOtherCopy, CodeNoGeneration,
	}
}

// LateAfter is how old the newest backup may be before people are told.
const LateAfter = 48 * time.Hour

// Late reports whether a clinic has been without a new backup for too long. made
// is when the newest was made, zero for never. One that was made in what is now
// the future proves nothing: the clock was wrong then or is wrong now.
func Late(made, now clinic.Instant) bool {
	age := now.Sub(made)
	return made.IsZero() || age > LateAfter || age < -LateAfter
}

// Stage is what a run, a verification or a restore is doing.
type Stage string

// The stages.
const (
	StageRecords     Stage = "records"     // the log, counted in events
	StageAttachments Stage = "attachments" // files, counted
	StageTidying     Stage = "tidying"     // what nothing names any more
)

// Progress is how far a stage has come.
type Progress struct {
	Stage       Stage
	Done, Total uint64
}
