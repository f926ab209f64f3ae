package folder

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"quietline/backend/archive"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/vault"
)

// drillDir is where a drill restores to.
const drillDir = "quietline-drill"

// drillCache is the page cache of a drill's log.
const drillCache = 8 << 20

// Drilled is what restoring a backup to try it came to.
type Drilled struct {
	Generation backup.Generation
	// Same: what came back is, row by row, what the clinic held at Head.
	Same bool
	Head journal.Head
	// Events and Attachments count what came back; Spoiled the attachments that
	// came back unreadable or not at all.
	Events, Attachments, Spoiled uint64
	// Copying, Restoring and Opening are how long the three took: what was new was
	// copied, all came back, and lists and search were made from it.
	Copying, Restoring, Opening time.Duration
}

// Drill proves that a backup can be restored: it copies what is new to the target,
// restores all of it into a folder that is thrown away, makes the views from it
// and holds them against the clinic's own. People go on working meanwhile.
//
// It takes as much room in the folder in as the clinic does. What lies there meanwhile
// is sealed as in the clinic, in a folder named drillDir; what a drill that was killed
// has left in it, the next one removes first. Errors are those of the run and the
// restore; that something else came back is the outcome and no error.
func (c *Clinic) Drill(ctx context.Context, v *vault.Vault, to *backup.Target, in string, clock clinic.Clock, tell func(backup.Progress)) (_ Drilled, err error) {
	var d Drilled
	want, err := c.contentNow(ctx)
	if err != nil {
		return d, err
	}
	d.Head = want.at
	src, err := c.Source(v, clock)
	if err != nil {
		return d, err
	}
	// What is compared must be in the copy; what comes later may be, too.
	ran, err := to.Run(ctx, src, tell)
	if err != nil {
		return d, err
	}
	d.Generation, d.Copying = ran.Generation, ran.Took
	from, err := to.Open(ctx, backup.ByKeys(c.Keys))
	if err != nil {
		return d, err
	}
	defer from.Close()
	scratch := filepath.Join(in, drillDir)
	if err := errors.Join(os.RemoveAll(scratch), os.Mkdir(scratch, 0o700)); err != nil {
		return d, clinic.E(CodeNoAccess).Because(nameless(err))
	}
	defer func() {
		if removed := os.RemoveAll(scratch); removed != nil {
			err = errors.Join(err, clinic.E(CodeNoAccess).Because(nameless(removed)))
		}
	}()
	began := clock.Elapsed()
	// People work meanwhile, and need their memory more than this needs to be fast.
	a := &arrival{dir: scratch, cache: drillCache, open: func(context.Context, string) (*vault.Vault, *vault.Keys, error) { return nil, c.Keys, nil }}
	back, err := from.Restore(ctx, ran.Generation.Name, want.at.Pos, a, tell)
	if err := errors.Join(err, a.close()); err != nil {
		return d, err
	}
	d.Events, d.Attachments, d.Spoiled = back.Events, back.Attachments, uint64(len(back.Lost))
	d.Restoring = clock.Elapsed() - began

	began = clock.Elapsed()
	again, err := Open(ctx, Config{Dir: scratch, Keys: c.Keys, Clock: clock})
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, again.Close()) }()
	is, err := again.contentNow(ctx)
	if err != nil {
		return d, err
	}
	d.Opening = clock.Elapsed() - began
	if is.destructions != want.destructions {
		return d, journal.ErrConflict // content was destroyed meanwhile
	}
	d.Same = is == want
	spoiled, err := again.spoiledAttachments(ctx)
	d.Spoiled = max(d.Spoiled, spoiled)
	return d, err
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

// spoiledAttachments counts the attachments of which a file is not what was stored.
func (c *Clinic) spoiledAttachments(ctx context.Context) (n uint64, err error) {
	const atOnce = 50
	var last clinic.AttachmentID
	for {
		last, err = archive.CheckFiles(ctx, c.Journal, c.Blobs, last, atOnce, func(_ archive.Attachment, code clinic.Code) {
			if code != "" {
				n++
			}
		})
		if err != nil || last.IsZero() {
			return n, err
		}
	}
}
