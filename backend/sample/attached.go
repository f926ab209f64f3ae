package sample

import (
	"bytes"
	"fmt"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/provider/simulator/photo"
)

// attached is what came with a text of a patient: a file that is drawn when the
// clinic is made, or one that never came.
type attached struct {
	kind    string
	subject photo.Subject
	lost    clinic.Code
}

// keep puts what came with a text into sealed files, and returns what records
// it. The files are durable before that.
func (w *writer) keep(t text) (func(*journal.Decision, archive.Message), error) {
	kept := make([]*archive.Kept, len(t.with))
	for i, a := range t.with {
		if a.lost != "" {
			continue
		}
		content := photo.Make(a.kind, a.subject, w.seed<<8+uint64(i))
		var err error
		if kept[i], err = archive.Keep(w.ctx, w.blobs, bytes.NewReader(content)); err != nil {
			return nil, fmt.Errorf("sample: keep what is attached: %w", err)
		}
		// Nobody sweeps a clinic that is being made.
		kept[i].Settle()
	}
	return func(d *journal.Decision, m archive.Message) {
		for i, a := range t.with {
			sid := fmt.Sprintf("ME%s", drawSID(random(w.seed, t.sid, i))[2:])
			id := archive.AttachmentIDOf(d.Names, sid)
			if a.lost != "" {
				archive.FailAttachment(d, m, archive.AttachmentFailed{
					Attachment: id, Message: m.ID, Thread: m.Thread, Reason: a.lost,
				})
				continue
			}
			archive.StoreAttachment(d, m, kept[i].Stored(archive.AttachmentStored{
				Attachment: id, Message: m.ID, Thread: m.Thread, SID: sid,
			}))
		}
	}, nil
}
