package folder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/salvage"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
)

// Damaged is a clinic whose log cannot all be read. It implements
// [salvage.Source]. Neither the log nor the device's file may be open otherwise. Of the
// clinic's folder nothing but the device's file and the spool is written to.
type Damaged struct {
	Config
	// Known is how far the log is known to have come, from an anchor.
	Known uint64
	// Files is the file system that the spool lies in; nil is the machine's.
	Files vault.Files

	copies reach

	// spooled: the spool has the note of this export.
	spooled bool
}

// Forget zeroes the keys of the copies that are being read and made, also of those
// that are opened later: what is under way fails. It waits for nothing, not for a
// disk either. The clinic's own keys are the caller's.
func (d *Damaged) Forget() { d.copies.forget() }

// Size implements [salvage.Source].
func (d *Damaged) Size() salvage.Size {
	size := salvage.Size{Events: d.Known}
	for _, end := range logEnds {
		if info, err := os.Stat(filepath.Join(d.Dir, journalFile+end)); err == nil {
			size.Log += info.Size()
		}
	}
	// What cannot be looked at is found out when it is read.
	_ = filepath.WalkDir(filepath.Join(d.Dir, blobsDir), func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil
		}
		if info, err := e.Info(); err == nil {
			size.Attachments += info.Size()
		}
		return nil
	})
	return size
}

// Open implements [salvage.Source]. It reads a copy of the log's files, sealed as
// they are: opening the files themselves would write beside them, and a drive
// that fails is read once, from front to back.
func (d *Damaged) Open(ctx context.Context, scratch string, each func(*sqlite.Tx, journal.Salvaged) error) (_ salvage.Remains, err error) {
	drive := d.drive()
	for _, end := range logEnds {
		if err := copyReadable(ctx, drive, filepath.Join(d.Dir, journalFile+end), filepath.Join(scratch, journalFile+end)); err != nil {
			return nil, fmt.Errorf("copy journal file: %w", err)
		}
	}
	own := d.Config
	own.by = &d.copies
	copied := d.Config
	copied.Dir = scratch
	if err := mend(ctx, copied, own.keptPrefix(ctx)); err != nil {
		return nil, fmt.Errorf("mend journal file: %w", err)
	}
	log, err := openWith(ctx, copied, sqlite.Open, journalFile, vault.PurposeJournalFile, sqlite.Options{
		Durability: sqlite.Normal, Migrations: journal.LogMigrations(), CacheBytes: salvageCache, Readers: 1,
	})
	if err != nil {
		return nil, fmt.Errorf("open journal file: %w", err)
	}
	d.copies.add(log.Forget)
	defer func() {
		if err != nil {
			log.Abandon()
		}
	}()
	seats, err := d.Keys.SeatKeys()
	if err != nil {
		return nil, err
	}
	views := reachedViews{journal.NewViewsDir(scratch, sqlite.Options{CacheBytes: salvageCache, Readers: 1}), &d.copies}
	s, err := journal.OpenSalvage(ctx, journal.Config{
		Store: journal.RemainingStore(log), Views: views, Keys: d.Keys,
		Projections: append(Projections(), salvage.Tables()), Clock: d.Clock,
	}, journal.OpenLocalLog(log, journal.SeatKeys(seats)), journal.SeatKeys(seats), d.Known, each)
	if err != nil {
		return nil, err
	}
	blobs := blob.New(blob.Config{Dir: filepath.Join(d.Dir, blobsDir)})
	d.copies.add(blobs.Close)
	return &remains{s, log, blobs}, nil
}

type remains struct {
	*journal.Salvage
	log   *sqlite.DB
	blobs *blob.Store
}

// SaveAttachment implements [salvage.Remains].
func (r *remains) SaveAttachment(ctx context.Context, ref blob.Ref, path string) error {
	return r.blobs.SaveCopy(ctx, ref, path)
}

// Close lets go of the files.
func (r *remains) Close() error {
	r.blobs.Close()
	err := r.Salvage.Close()
	r.log.Abandon()
	return err
}

// logEnds are the ends of the names of the log's files: what SQLite keeps beside
// it holds the newest events.
var logEnds = []string{"", "-wal", "-journal"}

const (
	// salvageCache is the page cache of each connection: the log is read once, and
	// what is made of it is written once.
	salvageCache = 8 << 20
	// blockSize is how much is read at a time, and pageSize how much is given up
	// where that fails: a page that is not read is one that does not open.
	blockSize = 1 << 20
	pageSize  = 4096
)

// Drive opens files for reading. Errors are those of package os.
type Drive interface {
	Open(path string) (blob.ReadFile, error)
}

func (cfg Config) drive() Drive {
	if cfg.Drive == nil {
		return blob.MachineFiles()
	}
	return cfg.Drive
}

// copyReadable copies a file as far as the drive gives it. What it does not give
// is zeros in the copy. A file that is not there is not made.
func copyReadable(ctx context.Context, drive Drive, from, to string) (err error) {
	in, err := drive.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return clinic.E(sqlite.CodeDevice).Because(nameless(err))
	}
	defer func() { _ = in.Close() }() // it was only read
	size, err := in.Size()
	if err != nil {
		return clinic.E(sqlite.CodeDevice).Because(nameless(err))
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return salvage.FolderError(err)
	}
	defer func() {
		if closed := out.Close(); closed != nil && err == nil {
			err = salvage.FolderError(closed)
		}
	}()
	block := make([]byte, blockSize)
	for at := int64(0); at < size; at += blockSize {
		part := block[:min(blockSize, size-at)]
		if err := readBlock(ctx, in, part, at); err != nil {
			return err
		}
		if _, err := out.Write(part); err != nil {
			return salvage.FolderError(err)
		}
	}
	return nil
}

// readBlock fills a block, page by page where it cannot be had as a whole. A drive
// that fails may take half a minute for each page: whoever gives up waits for one of
// them and not for a block.
func readBlock(ctx context.Context, in io.ReaderAt, block []byte, at int64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := in.ReadAt(block, at); err == nil {
		return nil
	}
	for i := 0; i < len(block); i += pageSize {
		if err := ctx.Err(); err != nil {
			return err
		}
		page := block[i:min(i+pageSize, len(block))]
		if n, err := in.ReadAt(page, at+int64(i)); err != nil {
			clear(page[n:])
		}
	}
	return nil
}
