package desk

import (
	"context"
	"errors"
	"io"
	"maps"
	"sync"
	"time"

	"quietline/app/door"
	"quietline/app/ticket"
	"quietline/backend/archive"
	"quietline/backend/archive/blob"
	"quietline/backend/archive/media"
	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/folder"
	"quietline/backend/jobs"
	"quietline/backend/sqlite"
)

// CodeNotShown: a file of a kind that is not shown.
const CodeNotShown clinic.Code = "desk.not_shown"

// The jobs of attachments, and how often they run.
const (
	jobMedia = "exchange.media"
	jobSweep = "attachments.sweep"
	jobFiles = "attachments.check"

	mediaEvery = 2 * time.Second
	sweepEvery = 24 * time.Hour
	// filesEvery and filesAtOnce read every file of a large clinic, thirty thousand
	// of them, within half a day, and a quarter of a megabyte a second at most.
	filesEvery  = time.Minute
	filesAtOnce = 50
)

// Tickets answers the addresses of pictures.
func (d *Desk) Tickets() *ticket.Office { return d.tickets }

// files is what is known of the files of attachments beyond the records.
type files struct {
	mu   sync.Mutex
	lost map[clinic.AttachmentID]clinic.Code
	// unkept is what was found since it was kept on this device.
	unkept map[clinic.AttachmentID]clinic.Code
	// next is where the checking of files goes on.
	next clinic.AttachmentID
	// nextScan is where the checking of scans of papers goes on.
	nextScan consent.ScanID
}

// fileOf is the place of a scan among the files: ids are random, and so no attachment
// has it.
func fileOf(id consent.ScanID) clinic.AttachmentID { return clinic.AttachmentID(id) }

func (f *files) found(id clinic.AttachmentID, code clinic.Code) (news bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lost[id] == code {
		return false
	}
	if f.unkept == nil {
		f.unkept = map[clinic.AttachmentID]clinic.Code{}
	}
	f.unkept[id] = code
	if code == "" {
		delete(f.lost, id)
		return true
	}
	if f.lost == nil {
		f.lost = map[clinic.AttachmentID]clinic.Code{}
	}
	f.lost[id] = code
	return true
}

// begin takes over what the last check of all files has named, and what was found on
// this device, which may be later and more.
func (f *files) begin(named []checks.LostFile, kept map[clinic.AttachmentID]clinic.Code) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lost = make(map[clinic.AttachmentID]clinic.Code, len(named))
	for _, l := range named {
		f.lost[l.Attachment] = l.Code
	}
	for id, code := range kept {
		if code == "" {
			delete(f.lost, id)
		} else {
			f.lost[id] = code
		}
	}
}

// unkeptYet takes what was found since it was kept.
func (f *files) unkeptYet() map[clinic.AttachmentID]clinic.Code {
	f.mu.Lock()
	defer f.mu.Unlock()
	unkept := f.unkept
	f.unkept = nil
	return unkept
}

// keepLater gives back what could not be kept, but for what is known better since.
func (f *files) keepLater(found map[clinic.AttachmentID]clinic.Code) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.unkept == nil {
		f.unkept = map[clinic.AttachmentID]clinic.Code{}
	}
	for id, code := range found {
		if _, newer := f.unkept[id]; !newer {
			f.unkept[id] = code
		}
	}
}

// keepLost keeps what was found on this device, for after the lock. A device that keeps
// nothing knows by then what the last check has named.
func (o *open) keepLost(ctx context.Context) {
	found := o.files.unkeptYet()
	if len(found) == 0 {
		return
	}
	if err := o.clinic.Device.KeepLost(ctx, found); err != nil {
		o.files.keepLater(found)
		o.log.Warn("which files are lost could not be kept", "code", clinic.CodeOf(err))
	}
}

// all returns what is known to be missing or damaged.
func (f *files) all() map[clinic.AttachmentID]clinic.Code {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.lost)
}

func (f *files) of(id clinic.AttachmentID) clinic.Code {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.lost[id]
}

// attachmentJobs fetch attachments, take back what was lent, and look after their files.
func (o *open) attachmentJobs() []jobs.Job {
	return []jobs.Job{
		{Name: jobMedia, Every: mediaEvery, Run: func(ctx context.Context, _ *jobs.Lease) error {
			x, err := o.wire()
			if err != nil {
				return nil
			}
			return errors.Join(x.ReturnPictures(ctx), x.FetchMedia(ctx))
		}},
		{Name: jobSweep, Every: sweepEvery, Run: func(ctx context.Context, _ *jobs.Lease) error {
			var resumed clinic.Instant
			if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
				_, resumed, _, err = checks.LastResumed(tx)
				return err
			}); err != nil {
				return err
			}
			_, err := archive.SweepFiles(ctx, o.clinic.Journal, o.clinic.Blobs, folder.NamedFiles, resumed, o.cfg.Clock.Now())
			return err
		}},
		{Name: jobFiles, Every: filesEvery, Run: o.checkFiles},
	}
}

// checkFiles reads some files, going on where the last run ended, and lets the
// screen know of those that are missing or damaged.
func (o *open) checkFiles(ctx context.Context, _ *jobs.Lease) error {
	news := false
	next, err := archive.CheckFiles(ctx, o.clinic.Journal, o.clinic.Blobs, o.files.next, filesAtOnce,
		func(a archive.Attachment, code clinic.Code) {
			if o.files.found(a.ID, code) {
				news = true
				o.log.Warn("the state of an attachment's file has changed", "code", code)
			}
		})
	o.files.next = next
	scanNews := false
	if err == nil {
		o.files.nextScan, err = consent.CheckScans(ctx, o.clinic.Journal, o.clinic.Blobs, o.files.nextScan, filesAtOnce,
			func(s consent.Scan, code clinic.Code) {
				if o.files.found(fileOf(s.ID), code) {
					scanNews = true
					o.log.Warn("the state of a scan's file has changed", "code", code)
				}
			})
	}
	o.keepLost(ctx)
	if news {
		o.pushed(archive.TopicThread)
	}
	if scanNews {
		o.pushed(consent.Topic)
	}
	if news || scanNews {
		o.pushed(checks.Topic)
	}
	return err
}

// attachments shows what came with texts, and the pictures that go with those written here.
func (p presenter) attachments(all []archive.Message) (map[clinic.MessageID][]Attachment, error) {
	var with []clinic.MessageID
	for _, m := range all {
		if m.Media > 0 {
			with = append(with, m.ID)
		}
	}
	if len(with) == 0 {
		return nil, nil
	}
	came, err := archive.AttachmentsOf(p.tx, with...)
	if err != nil {
		return nil, err
	}
	shown := make(map[clinic.MessageID][]Attachment, len(came))
	for id, those := range came {
		for _, a := range those {
			shown[id] = append(shown[id], p.attachment(a))
		}
	}
	return shown, nil
}

func (p presenter) attachment(a archive.Attachment) Attachment {
	shown := Attachment{
		ID: a.ID, Kind: kindOf(a.Type), Format: formats[a.Type], Bytes: a.File.Size, Width: a.Width, Height: a.Height,
	}
	code := a.Reason
	if code == "" {
		// Whether the file is there costs a look; whether it is whole was found by
		// the job that reads them all.
		if code = p.open.files.of(a.ID); code == "" {
			if err := p.open.clinic.Blobs.Stat(a.File); err != nil {
				code = clinic.CodeOf(err)
			}
		}
	}
	shown.Lost, shown.Again = code != "", again(a)
	if code == "" {
		code = a.NoPreview
	}
	if code != "" {
		shown.Problem = &Problem{Code: code, Params: clinic.Params{}}
	}
	shown.Shown = !shown.Lost && a.Type.Shown() && !a.Preview.IsZero()
	return shown
}

func kindOf(t media.Type) AttachmentKind {
	switch t {
	case media.JPEG, media.PNG, media.GIF, media.WebP, media.HEIC:
		return PictureAttached
	case media.MP4, media.ThreeGP, media.QuickTime:
		return VideoAttached
	case media.AMR, media.MP3, media.M4A:
		return SoundAttached
	case media.PDF:
		return PaperAttached
	case media.VCard:
		return ContactAttached
	case media.Calendar:
		return DateAttached
	}
	return FileAttached
}

// formats are the words by which people know a kind of file.
var formats = map[media.Type]string{
	media.JPEG: "JPEG", media.PNG: "PNG", media.GIF: "GIF", media.WebP: "WebP", media.HEIC: "HEIC",
	media.MP4: "MP4", media.ThreeGP: "3GP", media.QuickTime: "MOV", media.AMR: "AMR", media.MP3: "MP3", media.M4A: "M4A",
	media.PDF: "PDF", media.VCard: "vCard", media.Calendar: "iCalendar",
}

// previews answers addresses of small pictures. It is part of looking at the
// conversation, and recorded as such.
func (d *Desk) previews(ctx context.Context, c *door.Caller, r PreviewsQuery) (Previews, error) {
	o, err := d.current()
	if err != nil {
		return Previews{}, err
	}
	if len(r.IDs) == 0 || len(r.IDs) > 50 {
		return Previews{}, clinic.E(clinic.CodeBadInput)
	}
	var answer Previews
	for _, id := range r.IDs {
		a, err := o.attachment(ctx, c, id)
		if err != nil {
			return Previews{}, err
		}
		one := Preview{ID: id}
		if a.Preview.IsZero() {
			one.Problem = problemOf(clinic.E(CodeNotShown))
		} else if one.Address, err = d.address(ctx, o, a.Preview, media.JPEG); err != nil {
			if one.Problem = o.lostFile(a, err); one.Problem == nil {
				return Previews{}, err
			}
		}
		answer.Items = append(answer.Items, one)
	}
	return answer, nil
}

// openAttachment answers the address of a picture in full.
func (d *Desk) openAttachment(ctx context.Context, c *door.Caller, r AttachmentRef) (OpenedAttachment, error) {
	o, err := d.current()
	if err != nil {
		return OpenedAttachment{}, err
	}
	a, err := o.attachment(ctx, c, r.ID)
	if err != nil {
		return OpenedAttachment{}, err
	}
	switch {
	case a.Reason != "":
		return OpenedAttachment{}, clinic.E(a.Reason)
	// A picture that could not be drawn small is not for the window's decoder
	// either.
	case !a.Type.Shown() || a.Preview.IsZero():
		return OpenedAttachment{}, clinic.E(CodeNotShown)
	}
	address, err := d.address(ctx, o, a.File, a.Type)
	if err != nil {
		o.lostFile(a, err)
		return OpenedAttachment{}, err
	}
	return OpenedAttachment{ID: a.ID, Address: address, Width: a.Width, Height: a.Height}, nil
}

// attachment finds an attachment in the caller's sight and notes that it is seen.
func (o *open) attachment(ctx context.Context, c *door.Caller, id clinic.AttachmentID) (a archive.Attachment, err error) {
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		a, err = archive.GetAttachment(tx, sightOf(c), id)
		return err
	})
	if err == nil {
		c.Saw(a.Dossier)
	}
	return a, err
}

// lostFile remembers that a file is missing or damaged, and says so.
func (o *open) lostFile(a archive.Attachment, err error) *Problem {
	switch code := clinic.CodeOf(err); code {
	case blob.CodeMissing, blob.CodeDamaged, blob.CodeNewer:
		if o.files.found(a.ID, code) {
			o.pushed(archive.TopicThread)
			o.pushed(checks.Topic)
		}
		return problemOf(err)
	}
	return nil
}

// address checks a whole file and returns an address for its content: what is
// wrong with it is said here, by a code, and not in the middle of a picture.
func (d *Desk) address(ctx context.Context, o *open, ref blob.Ref, t media.Type) (string, error) {
	if err := o.clinic.Blobs.Check(ctx, ref); err != nil {
		return "", err
	}
	return d.issue(o, ref, ticket.Thing{Type: string(t)}), nil
}

// issue hands out an address for the content of a file.
func (d *Desk) issue(o *open, ref blob.Ref, thing ticket.Thing) string {
	thing.Size, thing.Open = ref.Size, func() (io.ReadCloser, error) {
		// An address that was asked for while the clinic was being locked is none.
		if now, err := d.current(); err != nil || now != o {
			return nil, clinic.E(clinic.CodeLocked)
		}
		content, err := o.clinic.Blobs.Open(ref)
		if err != nil {
			return nil, err
		}
		return reading{content.Reader(), content}, nil
	}
	return d.tickets.Issue(thing)
}

type reading struct {
	io.Reader
	io.Closer
}
