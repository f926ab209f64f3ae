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
	"slices"

	"quietline/backend/archive/blob"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
)

// restoringDir is where a clinic comes back. It counts for nothing until it is
// whole and renamed to madeDir; what a restore that was cut short has left there,
// the next one goes on with.
const restoringDir = "restoring"

// restoreCache is the page cache of a log that is filled: ids lie everywhere in its
// indexes.
const restoreCache = 256 << 20

// Restore is a clinic that comes back from a backup.
type Restore struct {
	// From is the backup, opened by any means, and Generation what to take of it.
	From       *backup.Repository
	Generation backup.Name
	// Words are those of the recovery sheet, or its square code. They open the vault
	// in the backup; neither keyring nor passphrase is asked for.
	Words string
	// LeftWords, which may be empty, are those of the sheet that was in force in a history
	// that was left behind; see CodeOtherSheet. The clinic opens with it then.
	LeftWords string
	// Work is that of the clinic: vault.Standard unless it is the sample clinic.
	Work  vault.WorkFactor
	Clock clinic.Clock
	// Tell, which may be nil, is called often.
	Tell func(backup.Progress)
	// Disk is where the clinic comes back to.
	Disk Disk
}

// Disk is the file system of the folder into which a clinic comes back; the zero Disk is
// the machine's. The log's own file lies on the machine's in any case: what a failing disk
// does to that is package sqlite's to bear.
type Disk struct {
	// Files are all but attachments, and Attachments those; nil is the machine's.
	Files       vault.Files
	Attachments blob.Files
}

func (d Disk) files() vault.Files {
	if d.Files == nil {
		return vault.MachineFiles()
	}
	return d.Files
}

// Restore puts a clinic from a backup into the folder, which must hold none:
// vault.CodeExists. Afterwards the clinic is one like any other whose records are
// older than what was noted of them: whoever opens it, with the sheet, is asked to
// go on from it ([Clinic.Continue]), and before that nothing is recorded and no
// text leaves. So it is also where nothing is missing, because the computer that
// was lost may have gone on since.
//
// Errors: those of [backup.Repository.Restore] and [vault.Vault.Recover],
// CodeOtherSheet, CodeNoAccess, clinic.CodeDiskFull. After an error there is mostly no
// clinic, and what came back so far is kept for the next try, with the same generation or
// another. Where the last steps failed there is a whole one, held back like any other: the
// next call, or whoever holds the folder next, puts it in its place.
func (h *Hold) Restore(ctx context.Context, r Restore) (backup.Restored, error) {
	files := r.Disk.files()
	if err := settle(files, h.dir); err != nil {
		return backup.Restored{}, err
	}
	found, err := vault.Exists(h.dir)
	if err != nil {
		return backup.Restored{}, err
	}
	if found {
		return backup.Restored{}, clinic.E(vault.CodeExists)
	}
	dir := filepath.Join(h.dir, restoringDir)
	done, err := r.fill(ctx, dir)
	if errors.Is(err, backup.ErrOtherStart) {
		// It was another clinic's, or another history; the backup has all of it.
		if err := os.RemoveAll(dir); err != nil {
			return done, clinic.E(CodeNoAccess).Because(nameless(err))
		}
		done, err = r.fill(ctx, dir)
	}
	if err != nil {
		return done, err
	}
	if err := commit(files, h.dir, restoringDir); err != nil {
		return done, err
	}
	if err := settle(files, h.dir); err != nil {
		return done, err
	}
	// A disk that says that it renamed may not have.
	if found, err = vault.Exists(h.dir); err == nil && !found {
		err = clinic.E(sqlite.CodeDevice).Because(errNotInPlace)
	}
	return done, err
}

// errNotInPlace: the disk says that something was written, and it is not there.
var errNotInPlace = errors.New("what came back is not in its place")

func (r Restore) fill(ctx context.Context, dir string) (done backup.Restored, err error) {
	s := &arrival{dir: dir, disk: r.Disk, cache: restoreCache, open: r.unlock(r.Words), openLeft: r.unlock(r.Words)}
	if r.LeftWords != "" {
		s.openLeft = r.unlock(r.LeftWords)
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if done, err = r.From.Restore(ctx, r.Generation, journal.Pos{}, s, r.Tell); err != nil {
		return done, err
	}
	if err := s.settleVault(ctx); err != nil {
		return done, err
	}
	return done, s.holdBack(ctx, done, r.Clock.Now())
}

func (r Restore) unlock(words string) openVault {
	return func(ctx context.Context, dir string) (*vault.Vault, *vault.Keys, error) {
		v, err := vault.Load(ctx, vault.Config{
			Dir: dir, Secrets: vault.NoSecrets{}, Clock: r.Clock, Work: r.Work, Files: r.Disk.files(),
		})
		if err != nil {
			return nil, nil, err
		}
		keys, err := v.Recover(ctx, words)
		if err != nil {
			v.Close()
			return nil, nil, err
		}
		return v, keys, nil
	}
}

// openVault opens the vault in a folder; on an error there is neither.
type openVault func(ctx context.Context, dir string) (*vault.Vault, *vault.Keys, error)

// arrival is a folder into which a clinic comes back. It implements [backup.Sink].
type arrival struct {
	dir  string
	disk Disk
	// cache is the page cache of the log that is filled, in bytes.
	cache int64
	// by, where it is not nil, reaches the keys of what is open here.
	by *reach
	// open opens the vault that came, openLeft that of a history that was left behind.
	// Without open the vault's file is only looked through and not kept: what comes back
	// opens with the keys that are there, and holds no way in for anybody.
	open, openLeft openVault

	vault *vault.Vault
	keys  *vault.Keys
	// left is the vault of a history that was left behind, where what comes back may be
	// of one; see [backup.Bag].
	left  []byte
	db    *sqlite.DB
	log   *journal.LocalLog
	blobs *blob.Store
}

// Keys implements [backup.Sink].
func (a *arrival) Keys(ctx context.Context, b *backup.Bag) (journal.Head, error) {
	if err := a.disk.files().MkdirAll(a.dir); err != nil {
		return journal.Head{}, written(err)
	}
	a.left = b.Left
	err := a.putVault(ctx, b.Vault, a.open)
	if err != nil {
		return journal.Head{}, err
	}
	cfg := Config{Dir: a.dir, Keys: a.keys}
	o := sqlite.Options{Durability: sqlite.Full, Migrations: journal.LogMigrations(), CacheBytes: a.cache, Readers: 1}
	a.db, err = openWith(ctx, cfg, sqlite.Open, journalFile, vault.PurposeJournalFile, o)
	switch {
	case errors.Is(err, clinic.E(sqlite.CodeMissing)):
		a.db, err = openWith(ctx, cfg, sqlite.Create, journalFile, vault.PurposeJournalFile, o)
	case clinic.CodeOf(err) == sqlite.CodeWrongKey, clinic.CodeOf(err) == sqlite.CodeDamaged, clinic.CodeOf(err) == sqlite.CodeNotOurs:
		return journal.Head{}, backup.ErrOtherStart
	}
	if err != nil {
		return journal.Head{}, fmt.Errorf("open journal file: %w", err)
	}
	if a.by != nil {
		a.by.add(a.db.Forget)
	}
	if err := journal.OpenLocalStore(a.db).PutBack(ctx, b.Keys, b.Destructions); err != nil {
		return journal.Head{}, err
	}
	a.log = journal.OpenLocalLog(a.db, journal.SeatKeys{})
	a.blobs = blob.New(blob.Config{Dir: filepath.Join(a.dir, blobsDir), Files: a.disk.Attachments})
	if a.by != nil {
		a.by.add(a.blobs.Close)
	}
	return a.log.Head(ctx)
}

// putVault puts a vault's file in its place and opens it. Of an earlier try there may
// be an older one.
func (a *arrival) putVault(ctx context.Context, raw []byte, open openVault) error {
	files, name := a.disk.files(), filepath.Join(a.dir, vault.FileName)
	if err := files.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return written(err)
	}
	if err := vault.PutBack(files, a.dir, raw); err != nil {
		return err
	}
	if open == nil {
		if err := files.Remove(name); err != nil {
			return written(err)
		}
		return nil
	}
	var err error
	a.vault, a.keys, err = open(ctx, a.dir)
	return err
}

// settleVault makes sure that the vault opens what came back. What was left behind
// when somebody went on from an older copy may be under keys of its own, which the
// newest vault does not know: then its own vault takes the place, and the sheet must be
// the one of then.
func (a *arrival) settleVault(ctx context.Context) error {
	if a.left == nil {
		return nil
	}
	reads, err := a.reads(ctx)
	if err != nil || reads {
		return err
	}
	a.keys.Zero()
	a.vault.Close()
	a.vault, a.keys = nil, nil
	err = a.putVault(ctx, a.left, a.openLeft)
	if errors.Is(err, clinic.E(vault.CodeWrongWords)) {
		return clinic.E(CodeOtherSheet).Because(err)
	}
	if err != nil {
		return err
	}
	if reads, err = a.reads(ctx); err == nil && !reads {
		err = clinic.E(backup.CodeDamaged).Because(errors.New("no vault in the backup opens this copy"))
	}
	return err
}

// reads reports whether the open keys are those of the log.
func (a *arrival) reads(ctx context.Context) (bool, error) {
	seats, err := a.keys.SeatKeys()
	if err != nil {
		return false, err
	}
	return a.log.ReadBy(ctx, a.keys, seats)
}

// Records implements [backup.Sink].
func (a *arrival) Records(ctx context.Context, events []journal.Entry) error {
	return a.log.PutBack(ctx, events)
}

// Attached implements [backup.Sink].
func (a *arrival) Attached(_ context.Context, name blob.Name) (blob.ReadFile, error) {
	f, err := a.blobs.OpenSealed(name)
	if errors.Is(err, clinic.E(blob.CodeMissing)) || errors.Is(err, clinic.E(blob.CodeDamaged)) {
		return nil, nil
	}
	return f, err
}

// Attachment implements [backup.Sink]. What was written is read back.
func (a *arrival) Attachment(ctx context.Context, name blob.Name, sealed io.Reader) error {
	wrote := sha256.New()
	err := a.blobs.PutSealed(ctx, name, io.TeeReader(sealed, wrote))
	if errors.Is(err, clinic.E(blob.CodeNotStored)) {
		return clinic.E(sqlite.CodeDevice).Because(err) // nobody fetches it from the provider
	}
	if err != nil {
		return err
	}
	is, err := a.Attached(ctx, name)
	if err != nil {
		return err
	}
	if is == nil {
		return clinic.E(sqlite.CodeDevice).Because(errNotInPlace)
	}
	defer func() { _ = is.Close() }()
	size, err := is.Size()
	read := sha256.New()
	if err == nil {
		_, err = io.Copy(read, untilDone{ctx, io.NewSectionReader(is, 0, size)})
	}
	if err == nil && [32]byte(read.Sum(nil)) != [32]byte(wrote.Sum(nil)) {
		err = clinic.E(sqlite.CodeDevice).Because(errNotInPlace)
	}
	return err
}

// holdBack notes in the vault's file that the log once went further than all that
// came back, at most until now. No log holds that position, so that whoever opens
// the clinic finds an older copy, until a person goes on from it and a new
// incarnation begins beyond it. The note lies in the file that opens the clinic: it
// cannot get lost without it.
func (a *arrival) holdBack(ctx context.Context, done backup.Restored, now clinic.Instant) error {
	noted, err := a.vault.Anchors(a.keys)
	if err != nil {
		return err
	}
	beyond := vault.Anchor{Kind: anchorKind, At: now}
	for _, pos := range []journal.Pos{done.Head.Pos, done.Newest} {
		beyond.Incarnation, beyond.Seq = max(beyond.Incarnation, pos.Incarnation), max(beyond.Seq, pos.Seq)
	}
	for _, n := range noted {
		if n.Kind == anchorKind {
			beyond.Incarnation, beyond.Seq = max(beyond.Incarnation, n.Incarnation), max(beyond.Seq, n.Seq)
		}
	}
	beyond.Seq++
	if err := a.vault.SaveAnchor(ctx, a.keys, beyond); err != nil {
		return err
	}
	// Without the note the clinic would text by itself: it is read back.
	noted, err = a.vault.Anchors(a.keys)
	if err == nil && !slices.ContainsFunc(noted, func(n vault.Anchor) bool {
		return n.Kind == anchorKind && n.Incarnation == beyond.Incarnation && n.Seq == beyond.Seq
	}) {
		err = clinic.E(sqlite.CodeDevice).Because(errNotInPlace)
	}
	return err
}

func (a *arrival) close() error {
	var err error
	if a.db != nil {
		err = a.db.Close()
	}
	if a.blobs != nil {
		a.blobs.Close()
	}
	if a.vault != nil {
		// The keys are of this restore alone.
		a.keys.Zero()
		a.vault.Close()
	}
	return err
}
