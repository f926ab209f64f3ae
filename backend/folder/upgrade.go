package folder

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"quietline/backend/clinic"
	"quietline/backend/salvage"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
)

const (
	// beforeDir and the number of a format name the folder with what the log and the
	// vault's file were before the log went on to a later format.
	beforeDir = "before-format-"
	// unfinishedDir is the end of its name while it is being made.
	unfinishedDir = ".part"
	// upgradeReserve is left free beside such a copy: the change itself needs some.
	upgradeReserve = 64 << 20
)

// beforeVersion keeps what there is before another version of the program than the last
// works with it, unless that was done before a change of format.
func (c *Clinic) beforeVersion(ctx context.Context, cfg Config, open opener, kept bool) error {
	// A device that keeps nothing, or has just come here, knows of no version before.
	before, err := c.Device.Program(ctx)
	if cfg.Program == "" || err != nil || before == cfg.Program {
		return nil
	}
	if before != "" && !kept {
		// Only a closed file is complete in itself.
		closed := c.log
		c.log = nil
		if err := closed.Close(); err != nil {
			return err
		}
		unkept := cfg.keepBefore(ctx, len(cfg.logMigrations()), len(cfg.logMigrations()))
		if ctx.Err() != nil {
			return clinic.E(clinic.CodeCancelled).Because(ctx.Err())
		}
		if c.log, err = cfg.openLog(ctx, open, &kept); err != nil {
			return err
		}
		if unkept != nil {
			// The format stays: the version of before opens what this one leaves, and people
			// need not wait for a disk with more room.
			c.NotKept = clinic.CodeOf(unkept)
			return nil
		}
	}
	// Where that cannot be noted, the next opening keeps once more.
	_ = c.Device.KeepProgram(ctx, cfg.Program)
	return nil
}

// openLog opens the log's file, and keeps what there is before a change of its format;
// kept says whether it has.
func (cfg Config) openLog(ctx context.Context, open opener, kept *bool) (*sqlite.DB, error) {
	db, err := openWith(ctx, cfg, open, journalFile, vault.PurposeJournalFile, sqlite.Options{
		Durability: sqlite.Full, Migrations: cfg.logMigrations(), CacheBytes: cfg.CacheBytes,
		BeforeMigrate: func(ctx context.Context, from, to int) error {
			*kept = true
			return cfg.keepBefore(ctx, from, to)
		},
		Drive: cfg.looked(),
	})
	if err != nil {
		return nil, fmt.Errorf("open journal file: %w", cfg.whose(ctx, err))
	}
	return db, nil
}

// keepBefore copies the log and the vault's file as they are, before the log goes on
// to a later format, or another version of the program works with it, and proves the copy: every byte is read back, and the copy opens
// and is whole. The log is closed meanwhile. Where the copy cannot be made, or the log
// is damaged, the format is not changed and the clinic does not open.
//
// Every change of the format of a clinic's log goes through here: it is what [assemble]
// opens the log with. What comes back from a backup has no format of before to go back to.
// Nothing needs the copy; who must go back to the program of before puts its two files in
// the places of those with the same names. A later attempt makes it anew, because people
// may have worked in between, and keeps the earlier one until then. [Clinic.ForgetBefore]
// removes it: after a good backup, and when somebody's way in is taken away, since the
// vault's file in it knows her still.
func (cfg Config) keepBefore(ctx context.Context, from, _ int) error {
	kept := filepath.Join(cfg.Dir, fmt.Sprintf("%s%d", beforeDir, from))
	making := kept + unfinishedDir
	if err := os.RemoveAll(making); err != nil {
		return clinic.E(CodeNoAccess).Because(nameless(err))
	}
	if err := cfg.checkRoom(); err != nil {
		return err
	}
	if err := os.Mkdir(making, 0o700); err != nil {
		return clinic.E(CodeNoAccess).Because(nameless(err))
	}
	err := cfg.fillBefore(ctx, making, from)
	if err == nil {
		err = os.RemoveAll(kept)
	}
	if err == nil {
		err = os.Rename(making, kept)
	}
	if err == nil {
		err = vault.MachineFiles().SyncDir(cfg.Dir)
	}
	if err != nil {
		// The cause is told; the next hold on the folder removes what is left.
		_ = os.RemoveAll(making)
		return written(err)
	}
	return nil
}

func (cfg Config) fillBefore(ctx context.Context, into string, from int) error {
	for _, name := range []string{vault.FileName, journalFile} {
		if err := copyProven(ctx, filepath.Join(cfg.Dir, name), filepath.Join(into, name)); err != nil {
			return err
		}
	}
	copied := cfg
	copied.Dir = into
	db, err := openWith(ctx, copied, sqlite.Open, journalFile, vault.PurposeJournalFile, sqlite.Options{
		Durability: sqlite.Full, Migrations: cfg.logMigrations()[:from], CacheBytes: drillCache, Readers: 1,
	})
	if err != nil {
		return err
	}
	if err := errors.Join(db.IntegrityCheck(ctx), db.Close()); err != nil {
		return err
	}
	return vault.MachineFiles().SyncDir(into)
}

func (cfg Config) checkRoom() error {
	room := cfg.Room
	if room == nil {
		room = salvage.Room
	}
	free, err := room(cfg.Dir)
	if err != nil {
		return nil // it is tried
	}
	need := int64(upgradeReserve)
	for _, name := range []string{vault.FileName, journalFile} {
		if info, err := os.Stat(filepath.Join(cfg.Dir, name)); err == nil {
			need += info.Size()
		}
	}
	if free < need {
		return clinic.E(CodeNoRoom).With("need", (need+1<<20-1)>>20)
	}
	return nil
}

// copyProven copies a file durably and reads back what was written. The machine's cache
// answers that as often as the disk: it finds what was written wrongly, and not what the
// disk loses later.
func copyProven(ctx context.Context, from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // it was only read
	out, err := os.OpenFile(to, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if closed := out.Close(); err == nil {
			err = closed
		}
	}()
	wrote, read := sha256.New(), sha256.New()
	if _, err := io.Copy(io.MultiWriter(out, wrote), untilDone{ctx, in}); err != nil {
		return err
	}
	if err := out.Sync(); err != nil {
		return err
	}
	if _, err := out.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := io.Copy(read, untilDone{ctx, out}); err != nil {
		return err
	}
	if [32]byte(wrote.Sum(nil)) != [32]byte(read.Sum(nil)) {
		return errors.New("folder: what was read back is not what was written")
	}
	return nil
}

// untilDone reads until its context ends.
type untilDone struct {
	ctx  context.Context
	from io.Reader
}

func (u untilDone) Read(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.from.Read(b)
}

// written gives what kept a copy from being made its code.
func written(err error) error {
	var coded *clinic.Error
	switch {
	case errors.As(err, &coded):
		return err
	case salvage.DiskFull(err):
		return clinic.E(clinic.CodeDiskFull).Because(nameless(err)).Retryable()
	}
	return clinic.E(CodeNoAccess).Because(nameless(err))
}

// ForgetBefore removes what was kept before a change of the log's format. It is called
// when a backup in the format of now is complete; where nothing is kept it does
// nothing.
func (c *Clinic) ForgetBefore() error {
	kept, err := formerFormats(c.dir)
	for _, name := range kept {
		err = errors.Join(err, os.RemoveAll(filepath.Join(c.dir, name)))
	}
	if err != nil {
		return clinic.E(CodeNoAccess).Because(nameless(err))
	}
	return nil
}

// formerFormats lists the folders of what was kept, unfinished ones too.
func formerFormats(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), beforeDir) {
			names = append(names, e.Name())
		}
	}
	return names, err
}
