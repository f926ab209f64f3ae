package folder

import (
	"context"

	"quietline/backend/archive"
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// Check makes a full check of the open clinic, or goes on with one that was cut
// short at a place; see [checks.Run]. read, which may be nil, is told of each
// attachment as its files are read: what is wrong with them, or an empty code. What
// is found of a large clinic names no more than checks.MaxLost of them.
func (c *Clinic) Check(
	ctx context.Context, v *vault.Vault, clock clinic.Clock, from checks.Place, report checks.Reporter,
	read func(clinic.AttachmentID, clinic.Code),
) (checks.Finished, error) {
	anchors, _, err := Noted(ctx, v, c.Keys)
	if err != nil {
		return checks.Finished{}, err
	}
	return checks.Run(ctx, checks.Subject{
		Journal: c.Journal, Log: c.log, Anchors: anchors, Clock: clock,
		Attachments: func(ctx context.Context, at func(done, total uint64), lost func(checks.LostFile)) error {
			return c.checkAttachments(ctx, at, func(l checks.LostFile) {
				if l.Code != "" {
					lost(l)
				}
				if read != nil {
					read(l.Attachment, l.Code)
				}
			})
		},
	}, from, report)
}

// checkAttachments reads the files of all attachments, a few between two rests, and
// tells what is wrong with each, if anything.
func (c *Clinic) checkAttachments(ctx context.Context, at func(done, total uint64), read func(checks.LostFile)) error {
	const atOnce = 20
	var done uint64
	var last clinic.AttachmentID
	for {
		next, err := archive.CheckFiles(ctx, c.Journal, c.Blobs, last, atOnce, func(a archive.Attachment, code clinic.Code) {
			done++
			read(checks.LostFile{Attachment: a.ID, Code: code})
		})
		if err != nil || next.IsZero() {
			return err
		}
		last = next
		at(done, 0)
	}
}
