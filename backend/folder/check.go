package folder

import (
	"context"

	"quietline/backend/archive"
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// Check makes a full check of the open clinic, or goes on with one that was cut
// short at a place; see [checks.Run].
func (c *Clinic) Check(ctx context.Context, v *vault.Vault, clock clinic.Clock, from checks.Place, report checks.Reporter) (checks.Finished, error) {
	anchors, _, err := Noted(ctx, v, c.Keys)
	if err != nil {
		return checks.Finished{}, err
	}
	return checks.Run(ctx, checks.Subject{
		Journal: c.Journal, Log: c.log, Anchors: anchors, Attachments: c.checkAttachments, Clock: clock,
	}, from, report)
}

// checkAttachments reads the files of all attachments, a few between two rests.
func (c *Clinic) checkAttachments(ctx context.Context, at func(done, total uint64), lost func(checks.LostFile)) error {
	const atOnce = 20
	var done uint64
	var last clinic.AttachmentID
	for {
		next, err := archive.CheckFiles(ctx, c.Journal, c.Blobs, last, atOnce, func(a archive.Attachment, code clinic.Code) {
			if done++; code != "" {
				lost(checks.LostFile{Attachment: a.ID, Code: code})
			}
		})
		if err != nil || next.IsZero() {
			return err
		}
		last = next
		at(done, 0)
	}
}
