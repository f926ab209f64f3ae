package folder

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"quietline/backend/archive"
	"quietline/backend/archive/blob"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/salvage"
	"quietline/backend/vault"
)

const (
	// drillDir is where a drill restores to.
	drillDir = "quietline-drill"
	// drillCache is the page cache of a drill's log.
	drillCache = 8 << 20
	// longestDrill is for how long one that was cut short is gone on with: what it says of
	// the backup is to be of now.
	longestDrill = 7 * 24 * time.Hour
	// drillReserve is left free beside a drill: people go on recording meanwhile.
	drillReserve = 512 << 20
	// longestDrillRest bounds one rest, for a clock that jumps.
	longestDrillRest = 2 * time.Second
)

// DrillStage is what a drill is doing.
type DrillStage string

// The stages, in their order.
const (
	DrillCopying   DrillStage = "copying"   // what is new goes into the backup
	DrillRestoring DrillStage = "restoring" // all of it comes back
	DrillOpening   DrillStage = "opening"   // lists and search are made from it
	DrillComparing DrillStage = "comparing" // it is held against the clinic
)

// DrillProgress is how far a stage has come; Total is zero where that is not known.
type DrillProgress struct {
	Stage       DrillStage
	Done, Total uint64
}

// Drill is what trying a backup needs.
type Drill struct {
	Vault *vault.Vault
	To    *backup.Target
	// Folder is where the backup lies, as the device's rows know it: a drill that a lock
	// cut short goes on by this name, and begins anew where it is empty.
	Folder string
	// In is a folder that is there. It needs the room that the clinic takes, and a
	// reserve.
	In    string
	Clock clinic.Clock
	// Tell, which may be nil, is called often.
	Tell func(DrillProgress)
	// Room returns how many bytes there is room for in a folder; nil asks the system.
	Room func(folder string) (int64, error)
}

// Drilled is what restoring a backup to try it came to.
type Drilled struct {
	Generation backup.Generation
	// Began is when the drill began, also where a lock has cut it short since.
	Began clinic.Instant
	// Damage says why the backup could not be brought back; empty where it was. It is what
	// reading the backup twice, and opening what came back, came to: a fault of the clinic
	// itself or of this computer's disk is an error of the drill.
	Damage clinic.Code
	// Same: what came back is, row by row, what the clinic held at Head.
	Same bool
	Head journal.Head
	// Content is the hash of what the clinic held at Head.
	Content [32]byte
	// Events and Attachments count what came back; Spoiled the attachments that came back
	// unreadable or not at all, and that the clinic itself can read.
	Events, Attachments, Spoiled uint64
	// Copying, Restoring and Opening are how long the three took, without the rests:
	// what was new was copied, all came back, and lists and search were made from it.
	Copying, Restoring, Opening time.Duration
}

// Drill proves that a backup can be restored: it copies what is new to the target,
// restores all of it into a folder that is thrown away, makes the views from it
// and holds them against the clinic's own. People go on working meanwhile: it rests
// for as long as it works.
//
// What lies in the folder meanwhile is sealed as in the clinic, in a folder named
// drillDir, without the vault's file. A lock of the clinic reaches all of its keys. What a
// drill that was cut short or killed has left, the next one of the same backup goes on
// with, within longestDrill; any other removes it first, and so does [Clinic.ForgetDrill].
//
// Errors are those of the run, CodeNoRoom, CodeNoAccess, those of a folder that cannot be
// read from or written to, and journal.ErrConflict where content was destroyed meanwhile;
// it may be repeated. That the backup is damaged, or something else came back, is the
// outcome and no error.
func (c *Clinic) Drill(ctx context.Context, by Drill) (Drilled, error) {
	work, err := c.drillBegun(ctx, by)
	if err != nil {
		return Drilled{}, err
	}
	if work.begun() {
		d, err := c.drill(ctx, by, work)
		if work.cut || !errors.Is(err, backup.ErrOtherStart) && (err != nil || d.Damage == "" && d.Same && d.Spoiled == 0) {
			return d, err
		}
		// What was left in between is no witness against the backup.
	}
	if work, err = c.beginDrill(ctx, by); err != nil {
		return Drilled{}, err
	}
	return c.drill(ctx, by, work)
}

func (c *Clinic) drill(ctx context.Context, by Drill, work *drillWork) (_ Drilled, err error) {
	d := Drilled{Began: work.Began}
	// A folder of its own for the keys: they go when the drill ends.
	keys := &reach{}
	defer c.copies.add(keys.forget)()
	scratch := filepath.Join(by.In, drillDir)
	defer func() {
		if work.cut = ctx.Err() != nil || keys.isForgotten(); !work.cut {
			err = errors.Join(err, c.ForgetDrill(ctx, by.In))
		}
	}()
	if err := by.checkRoom(c.dir); err != nil {
		return d, err
	}
	pace := &pace{clock: by.Clock, tell: by.Tell, work: work}
	pace.begin(ctx, DrillCopying)
	want, err := c.contentNow(ctx)
	if err != nil {
		return d, err
	}
	d.Head, d.Content = want.at, want.sum
	src, err := c.Source(by.Vault, by.Clock)
	if err != nil {
		return d, err
	}
	// What is compared must be in the copy; what comes later may be, too.
	ran, err := by.To.Run(ctx, src, pace.backup)
	if repositoryDamaged(err) {
		ran, err = by.To.Run(ctx, src, pace.backup)
	}
	if repositoryDamaged(err) {
		d.Damage = clinic.CodeOf(err)
		return d, nil
	}
	if err != nil {
		return d, err
	}
	d.Generation, d.Copying = ran.Generation, pace.worked()
	from, over, err := c.OpenBackup(ctx, by.To)
	if err != nil {
		return d, err
	}
	defer over()
	if err := os.Mkdir(scratch, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return d, clinic.E(CodeNoAccess).Because(nameless(err))
	}
	pace.begin(ctx, DrillRestoring)
	// People work meanwhile, and need their memory more than this needs to be fast.
	restore := func() (backup.Restored, error) {
		a := &arrival{dir: scratch, cache: drillCache, by: keys, keys: c.Keys}
		back, err := from.Restore(ctx, ran.Generation.Name, want.at.Pos, a, pace.backup)
		return back, errors.Join(err, a.close())
	}
	back, err := restore()
	if backDamaged(err) || err == nil && len(back.Lost) > 0 {
		// A share or a cable misreads now and then. It goes on where it stands.
		back, err = restore()
	}
	d.Events, d.Attachments = max(back.Events, want.at.Seq), back.Attachments
	d.Restoring = pace.worked()
	if backDamaged(err) {
		d.Events, d.Damage = back.Events, clinic.CodeOf(err)
		return d, nil
	}
	if err != nil {
		return d, err
	}

	pace.begin(ctx, DrillOpening)
	again, err := Open(ctx, Config{Dir: scratch, Keys: c.Keys, Clock: by.Clock, CacheBytes: drillCache, Progress: pace.lists, by: keys})
	if backDamaged(err) {
		d.Damage = clinic.CodeOf(err)
		return d, nil
	}
	if err != nil {
		return d, err
	}
	defer func() {
		err = errors.Join(err, again.Close())
		if keys.isForgotten() {
			again.Abandon() // a journal that was forgotten does not close by itself
		}
	}()
	err = again.Journal.Follow(ctx, pace.lists)
	if backDamaged(err) {
		d.Damage = clinic.CodeOf(err)
		return d, nil
	}
	if err != nil {
		return d, err
	}
	d.Opening = pace.worked()
	pace.begin(ctx, DrillComparing)
	is, err := again.contentNow(ctx)
	if err != nil {
		return d, err
	}
	if is.destructions != want.destructions {
		return d, journal.ErrConflict // content was destroyed meanwhile
	}
	d.Same = is == want
	d.Spoiled, err = again.spoiledAttachments(ctx, c.Blobs, pace)
	return d, err
}

// repositoryDamaged reports whether what a run failed with says that the backup is
// damaged. What it failed with in the clinic says nothing of the backup.
func repositoryDamaged(err error) bool {
	return errors.Is(err, clinic.E(backup.CodeDamaged)) || errors.Is(err, clinic.E(backup.CodeNewer))
}

// backDamaged reports whether what restoring a backup, or opening what came back, failed
// with says that the backup does not bring the clinic back. The files that came back were
// just made on this computer: that one of them is damaged says nothing of the backup.
func backDamaged(err error) bool {
	switch clinic.CodeOf(err) {
	case backup.CodeNoGeneration, clinic.CodeNotFound, journal.CodeDamaged, journal.CodeGap, journal.CodeTruncated,
		journal.CodeForked, journal.CodeUnknownSeat:
		return true
	}
	return repositoryDamaged(err)
}

// checkRoom returns CodeNoRoom where the clinic does not fit once more beside itself.
// Where the drive does not say how much fits, it is tried.
func (by Drill) checkRoom(dir string) error {
	room := by.Room
	if room == nil {
		room = salvage.Room
	}
	free, err := room(by.In)
	if err != nil {
		return nil
	}
	scratch := filepath.Join(by.In, drillDir)
	// What is left of one that was cut short has its room already.
	need := int64(drillReserve) + sizeBut(dir, scratch) - sizeBut(scratch, "")
	if free < need {
		return clinic.E(CodeNoRoom).With("need", (need+1<<20-1)>>20)
	}
	return nil
}

// sizeBut adds up the files of a folder, but for those in another. What goes away
// meanwhile needs no room.
func sizeBut(dir, but string) (size int64) {
	_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case path == but:
			return fs.SkipDir
		case e.IsDir():
			return nil
		}
		if info, err := e.Info(); err == nil {
			size += info.Size()
		}
		return nil
	})
	return size
}

// content is all that the views hold at a position of the log.
type content struct {
	at           journal.Head
	sum          [32]byte
	destructions uint64
}

func (c *Clinic) contentNow(ctx context.Context) (is content, err error) {
	if is.destructions, err = journal.OpenLocalStore(c.log).Destructions(ctx); err != nil {
		return is, err
	}
	is.at, is.sum, err = c.Journal.ContentAt(ctx)
	return is, err
}

// spoiledAttachments counts the attachments and scans of papers of which a file is not
// what was stored, but is in the clinic. One that the clinic has lost no backup can have,
// and that is told elsewhere.
func (c *Clinic) spoiledAttachments(ctx context.Context, own *blob.Store, pace *pace) (n uint64, err error) {
	const atOnce = 50
	var doubted [][]blob.Ref
	// count adds what is doubted here and good there.
	count := func() {
		for _, files := range doubted {
			kept := true
			for _, file := range files {
				kept = kept && (file.IsZero() || own.Check(ctx, file) == nil)
			}
			if kept {
				n++
			}
		}
		doubted = nil
	}
	var last clinic.AttachmentID
	for read := uint64(0); ; read += atOnce {
		last, err = archive.CheckFiles(ctx, c.Journal, c.Blobs, last, atOnce, func(a archive.Attachment, code clinic.Code) {
			if code != "" {
				doubted = append(doubted, []blob.Ref{a.File, a.Preview})
			}
		})
		count()
		if err = errors.Join(err, ctx.Err()); err != nil {
			return n, err
		}
		pace.at(read, 0)
		if last.IsZero() {
			break
		}
	}
	for scan := (consent.ScanID{}); ; {
		scan, err = consent.CheckScans(ctx, c.Journal, c.Blobs, scan, atOnce, func(s consent.Scan, code clinic.Code) {
			if code != "" {
				doubted = append(doubted, []blob.Ref{s.File})
			}
		})
		count()
		if err = errors.Join(err, ctx.Err()); err != nil || scan.IsZero() {
			return n, err
		}
	}
}
