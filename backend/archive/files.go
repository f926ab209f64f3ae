package archive

import (
	"context"
	"time"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// sweptAfter is how old a file is that no event names before it is removed, and
// how long no such file is removed after the clinic has gone on from an older
// log: whoever finds the newer one within a month still has the files that it
// names.
const sweptAfter = 30 * 24 * time.Hour

// Journal is what looking after the files of attachments needs of the journal.
type Journal interface {
	Submit(ctx context.Context, actor journal.Actor, decide func(*journal.Decision) error) (journal.Pos, error)
	Read(ctx context.Context, fn func(*sqlite.Tx) error) error
}

// SweepFiles removes the files that no event names: what a death between a file
// and its event has left, and files whose content was destroyed. A log that this
// program does not wholly understand may name files that it does not see; then
// nothing is removed, and the error is journal.CodeNewer.
//
// named returns the name of every file that an event of any domain bears, this one's
// among them ([NamedFiles]). resumed is when the clinic last went on from an older log,
// zero for never.
func SweepFiles(
	ctx context.Context, j Journal, files *blob.Store, named func(*sqlite.Tx) (map[blob.Name]struct{}, error), resumed, now clinic.Instant,
) (blob.Swept, error) {
	before := now.Add(-sweptAfter)
	if resumed != 0 && resumed > before {
		before = 0 // a file that no event names may be one that a newer log does
	}
	return files.Sweep(ctx, before, func(ctx context.Context) (names map[blob.Name]struct{}, err error) {
		// A decision that records nothing: it is made at the head of the log and
		// refuses where a reading would not.
		_, err = j.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
			names, err = named(d.Tx)
			return err
		})
		return names, err
	})
}

// CheckFiles reads the files of up to limit attachments whose ids follow after,
// and tells report of each what is wrong with it, or an empty code. It returns
// the last id, from which the next call goes on, or zero after the last one.
func CheckFiles(ctx context.Context, j Journal, files *blob.Store, after clinic.AttachmentID, limit int, report func(Attachment, clinic.Code)) (clinic.AttachmentID, error) {
	var page []Attachment
	if err := j.Read(ctx, func(tx *sqlite.Tx) (err error) {
		page, err = EachAttachment(tx, after, limit)
		return err
	}); err != nil {
		return after, err
	}
	for _, a := range page {
		err := files.Check(ctx, a.File)
		if err == nil && !a.Preview.IsZero() {
			err = files.Check(ctx, a.Preview)
		}
		switch code := clinic.CodeOf(err); {
		case err == nil:
			report(a, "")
		case code == blob.CodeMissing, code == blob.CodeDamaged, code == blob.CodeNewer, code == blob.CodeNotRead:
			// A file that the machine does not give keeps nobody from the others.
			report(a, code)
		default:
			return after, err // the clinic was locked, or the call given up
		}
		after = a.ID
	}
	if len(page) < limit {
		return clinic.AttachmentID{}, nil
	}
	return after, nil
}
