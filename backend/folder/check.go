package folder

import (
	"context"

	"quietline/backend/archive"
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/consent"
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

// checkAttachments reads the files of all attachments and all scans of papers, a few
// between two rests, and tells what is wrong with each, if anything. A scan stands among
// the attachments under its own id, which is as random as theirs.
func (c *Clinic) checkAttachments(ctx context.Context, at func(done, total uint64), read func(checks.LostFile)) error {
	const atOnce = 20
	var done uint64
	var last clinic.AttachmentID
	for {
		next, err := archive.CheckFiles(ctx, c.Journal, c.Blobs, last, atOnce, func(a archive.Attachment, code clinic.Code) {
			done++
			read(checks.LostFile{Attachment: a.ID, Code: code})
		})
		if err != nil {
			return err
		}
		at(done, 0)
		if last = next; last.IsZero() {
			break
		}
	}
	var scan consent.ScanID
	for {
		next, err := consent.CheckScans(ctx, c.Journal, c.Blobs, scan, atOnce, func(s consent.Scan, code clinic.Code) {
			done++
			read(checks.LostFile{Attachment: clinic.AttachmentID(s.ID), Code: code})
		})
		if err != nil || next.IsZero() {
			return err
		}
		scan = next
		at(done, 0)
	}
}
