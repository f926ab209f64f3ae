// Package folder is the clinic's data folder: which files lie in it, how they
// are made, opened and let go of, and which projections the views are made of.
//
// It joins the vault's keys with the sealed databases and the journal, and knows
// nothing of screens or providers. One process at a time holds a folder. Making
// a clinic never touches a folder in which anything of one lies, and leaves a
// whole one or none, whenever it is stopped; opening never
// replaces or removes a file that cannot be read, except views, which are
// rebuilt from the log.
package folder

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"quietline/backend/afterhours"
	"quietline/backend/archive"
	"quietline/backend/archive/blob"
	"quietline/backend/audit"
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/device"
	"quietline/backend/exchange"
	"quietline/backend/golive"
	"quietline/backend/incidents"
	"quietline/backend/journal"
	"quietline/backend/move"
	"quietline/backend/patients"
	"quietline/backend/records"
	"quietline/backend/settings"
	"quietline/backend/spool"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
	"quietline/backend/vault"
)

// Names of the files in a data folder, beside vault.FileName.
const (
	journalFile = "journal.db"
	deviceFile  = "device.db"
	lockFile    = "in-use"
	blobsDir    = "blobs"
	spoolDir    = "spool"
)

// Codes of this package.
const (
	// CodeInUse: another run of the program holds the folder.
	CodeInUse clinic.Code = "folder.in_use"
	// CodeNoAccess: the folder cannot be made or written to.
	CodeNoAccess clinic.Code = "folder.no_access"
	// CodeMoved: the clinic was handed over to another computer.
	CodeMoved clinic.Code = "folder.moved"
	// CodeOtherSheet: a copy of what was left behind, when somebody went on from an
	// older one, opens with the recovery sheet that was in force in it. It takes both: the
	// sheet in force opens the backup.
	CodeOtherSheet clinic.Code = "folder.other_sheet"
	// CodeNoRoom: what is to be made beside the clinic does not fit; "need" is how much
	// it would take, in MiB.
	CodeNoRoom clinic.Code = "folder.no_room"
	// CodeUnread: the drive does not give a part of the log; another part opens, so that
	// what there is can be saved. Worth a retry: it may be a cable, or a network.
	CodeUnread clinic.Code = "folder.unread"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{CodeInUse, CodeNoAccess, CodeMoved, CodeOtherSheet, CodeNoRoom, CodeUnread}
}

// Projections returns the projections that the views are made of, in the order
// in which they see an event.
func Projections() []journal.Projection {
	return []journal.Projection{
		settings.Projection(), staff.Projection(), patients.Projection(), patients.Care(), consent.Projection(),
		archive.Projection(), archive.Attachments(), archive.Index(), exchange.Projection(), audit.Projection(), checks.Projection(),
		move.Projection(), afterhours.Projection(), golive.Projection(), records.Projection(),
		incidents.Projection(),
	}
}

// Hold is this process's hold on a folder.
type Hold struct {
	dir  string
	lock *flock.Flock
}

// Take makes the folder where it is missing and holds it against other
// processes, or returns CodeInUse. It finishes, or discards, a clinic that was
// being made there when the program was stopped.
func Take(dir string) (*Hold, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, clinic.E(CodeNoAccess).Because(nameless(err))
	}
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	if err != nil {
		return nil, clinic.E(CodeNoAccess).Because(nameless(err))
	}
	if !held {
		return nil, clinic.E(CodeInUse)
	}
	if err := settle(vault.MachineFiles(), dir); err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	return &Hold{dir, lock}, nil
}

// Release lets go of the folder.
func (h *Hold) Release() error { return h.lock.Unlock() }

// nameless keeps the cause of a file error and drops its path.
func nameless(err error) error {
	var one *fs.PathError
	var two *os.LinkError
	switch {
	case errors.As(err, &one):
		return one.Err
	case errors.As(err, &two):
		return two.Err
	}
	return err
}

// Spool is where what happens while the clinic of a folder is locked is kept. files
// is the file system; nil is the machine's.
func Spool(dir string, files vault.Files) *spool.Box {
	return spool.At(filepath.Join(dir, spoolDir), files)
}

// Clinic is an open clinic: its keys, its journal and the rows of this device.
type Clinic struct {
	Keys    *vault.Keys
	Journal *journal.Journal
	Device  *device.Rows
	// Blobs holds the files of attachments.
	Blobs *blob.Store
	// DeviceLost is why the device's rows are empty and keep nothing; empty where
	// they do.
	DeviceLost clinic.Code
	// NotKept is why nothing could be kept before another version of the program began to
	// work with the records; empty where that was kept, or was not due. The next opening
	// tries again.
	NotKept clinic.Code

	dir string
	log *sqlite.DB
	own *sqlite.DB
	// copies are those that are being made or tried.
	copies reach
	// proofs are what counts of backups that were read.
	proofs proofs
}

// Config is what opening a clinic needs.
type Config struct {
	Dir   string
	Keys  *vault.Keys
	Clock clinic.Clock
	// Anchors is what was noted of the log; see [Noted].
	Anchors []journal.Anchor
	// CacheBytes is the page cache of each connection to the log and the views, for
	// whoever records very much at once: ids lie everywhere in their indexes. Zero
	// is what a workstation needs.
	CacheBytes int64
	// Progress, which may be nil, is told how far lists and search are that are made at
	// the opening.
	Progress journal.Progress

	// QuickCheck has the newest records, and a few at random, read at the opening; see
	// [journal.Journal.QuickCheck].
	QuickCheck bool

	// Program names the version of the program; with another one than worked here before,
	// what there is is kept first. Empty for whoever is no new version, such as a drill.
	Program string
	// Formats are those of the log's file, the last that of now; nil is
	// journal.LogMigrations.
	Formats []sqlite.Migration
	// Drive is where files lie that are looked at before they are opened, or copied where
	// they are damaged; nil is the machine's.
	Drive Drive
	// Room returns how many bytes there is room for in a folder; nil asks the system.
	Room func(folder string) (int64, error)

	// by reaches the keys from the first moment on: of a clinic that is opened beside
	// another one.
	by *reach
}

// Create makes the files of a new clinic beside its vault and opens them.
func Create(ctx context.Context, cfg Config) (*Clinic, error) {
	return assemble(ctx, cfg, sqlite.Create)
}

// Open opens the files of a clinic. A log in an earlier format goes on to the one of
// now, and what it was before is kept until [Clinic.ForgetBefore]; so is what it was
// before another version of the program. The views are brought up to the log, or
// rebuilt; [journal.Journal.Report] says which.
func Open(ctx context.Context, cfg Config) (*Clinic, error) {
	return assemble(ctx, cfg, sqlite.Open)
}

func (cfg Config) logMigrations() []sqlite.Migration {
	if cfg.Formats != nil {
		return cfg.Formats
	}
	return journal.LogMigrations()
}

type opener func(ctx context.Context, path string, key sqlite.Key, o sqlite.Options) (*sqlite.DB, error)

func assemble(ctx context.Context, cfg Config, open opener) (_ *Clinic, err error) {
	c := &Clinic{Keys: cfg.Keys, dir: cfg.Dir, Blobs: blob.New(blob.Config{Dir: filepath.Join(cfg.Dir, blobsDir)})}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	kept := false
	if c.log, err = cfg.openLog(ctx, open, &kept); err != nil {
		return nil, err
	}
	views := journal.ViewsFiles(journal.NewViewsDir(cfg.Dir, sqlite.Options{CacheBytes: cfg.CacheBytes, Drive: cfg.looked()}))
	if cfg.by != nil {
		cfg.by.add(c.log.Forget)
		views = reachedViews{views, cfg.by}
	}
	if c.own, err = openDevice(ctx, cfg, open); err != nil {
		// Nothing in it is needed: it is left as it is, and the clinic opens without.
		c.own, c.DeviceLost = nil, clinic.CodeOf(err)
	}
	c.Device = device.New(c.own)
	if err = c.beforeVersion(ctx, cfg, open, kept); err != nil {
		return nil, err
	}
	// A device that keeps nothing must not keep the clinic shut.
	_ = c.Device.KeepLogPrefix(ctx, c.log.Prefix())
	seats, err := cfg.Keys.SeatKeys()
	if err != nil {
		return nil, err
	}
	c.Journal, err = journal.Open(ctx, journal.Config{
		Log: journal.OpenLocalLog(c.log, journal.SeatKeys(seats)), Store: journal.OpenLocalStore(c.log),
		Views: views, Keys: cfg.Keys, Projections: Projections(), Clock: cfg.Clock,
		Anchors: cfg.Anchors, Progress: cfg.Progress, QuickCheck: cfg.QuickCheck,
	})
	if err != nil {
		return nil, Unread(err)
	}
	if cfg.by != nil {
		cfg.by.add(c.Forget)
	}
	return c, nil
}

// openDevice makes the device's file where it is missing: a folder that was
// restored has none, and nothing in it is needed for the clinic's history.
func openDevice(ctx context.Context, cfg Config, open opener) (*sqlite.DB, error) {
	o := deviceOptions()
	db, err := openWith(ctx, cfg, open, deviceFile, vault.PurposeDevice, o)
	if errors.Is(err, clinic.E(sqlite.CodeMissing)) {
		return openWith(ctx, cfg, sqlite.Create, deviceFile, vault.PurposeDevice, o)
	}
	return db, err
}

func deviceOptions() sqlite.Options {
	// Full: a note of an export must last before anything is exported.
	return sqlite.Options{Durability: sqlite.Full, Migrations: device.Migrations(), CacheBytes: 1 << 20, Readers: 1}
}

func openWith(ctx context.Context, cfg Config, open opener, name string, p vault.Purpose, o sqlite.Options) (*sqlite.DB, error) {
	raw, err := cfg.Keys.Lifetime(p)
	if err != nil {
		return nil, err
	}
	defer clear(raw)
	return open(ctx, filepath.Join(cfg.Dir, name), sqlite.Key(raw), o)
}

// Close closes the clinic in good order. The keys are the caller's to zero.
func (c *Clinic) Close() error {
	var err error
	c.Blobs.Close()
	if c.Journal != nil {
		err = c.Journal.Close()
	}
	for _, db := range []*sqlite.DB{c.own, c.log} {
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}
	return err
}

// Forget zeroes all keys at once, those of a backup that is being made or tried as
// well: whatever still reads or writes fails. It waits for nothing, not for a disk
// either, and is followed by Abandon.
func (c *Clinic) Forget() {
	c.Keys.Zero()
	c.copies.forget()
	c.Blobs.Close()
	c.Journal.Forget()
	if c.own != nil {
		c.own.Forget()
	}
	c.log.Forget()
}

// Abandon does what Forget does and lets go of the files. It waits for what is with
// the disk.
func (c *Clinic) Abandon() {
	// The keys of all first: one file may keep the others waiting.
	c.Forget()
	c.Journal.Abandon()
	if c.own != nil {
		c.own.Abandon()
	}
	c.log.Abandon()
}
