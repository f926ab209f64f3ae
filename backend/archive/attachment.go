package archive

import (
	"database/sql"
	"errors"
	"strconv"

	"quietline/backend/archive/blob"
	"quietline/backend/archive/media"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Bodies of the events of attachments. Their key belongs to the class and the
// year of the text, so that a text and what came with it are kept and destroyed
// together.
type (
	// AttachmentStored is an attachment that lies in a sealed file. The files' keys
	// are in it: whoever destroys the content of this event destroys the files.
	AttachmentStored struct {
		Attachment clinic.AttachmentID `json:"attachment"`
		Message    clinic.MessageID    `json:"message"`
		Thread     clinic.ThreadID     `json:"thread"`
		SID        string              `json:"sid"`
		Type       media.Type          `json:"type"`
		File       blob.Ref            `json:"file"`
		// Preview is a JPEG, or nil; NoPreview then says why a picture has none.
		Preview   *blob.Ref   `json:"preview"`
		NoPreview clinic.Code `json:"noPreview"`
		// Width and Height are those of a picture with a preview, as it is looked at.
		Width  int `json:"width"`
		Height int `json:"height"`
		// Replaces is a failure under another id that this one makes up for: what the
		// provider had counted and not listed has no name of its own. Zero for none.
		Replaces clinic.AttachmentID `json:"replaces,omitzero"`
	}
	// AttachmentFailed is an attachment that is not there and will not come by
	// itself.
	AttachmentFailed struct {
		Attachment clinic.AttachmentID `json:"attachment"`
		Message    clinic.MessageID    `json:"message"`
		Thread     clinic.ThreadID     `json:"thread"`
		Reason     clinic.Code         `json:"reason"`
	}
)

// The kinds of events of attachments.
var (
	KindAttachmentStored = kind("attachment.stored", journal.ClassMessage)
	// KindPictured is a picture that goes with a text written here, recorded with the text:
	// an AttachmentStored without a name at the provider. It has a kind of its own because
	// a program that does not know of it would send the words alone.
	KindPictured         = kind("text.pictured", journal.ClassMessage)
	KindAttachmentFailed = kind("attachment.failed", journal.ClassMessage)
)

// Attachment is something that came with a text, or goes with one.
type Attachment struct {
	ID      clinic.AttachmentID
	Message clinic.MessageID
	Thread  clinic.ThreadID
	Dossier clinic.DossierID
	// Reason is why it is not there; empty where File is.
	Reason    clinic.Code
	Type      media.Type
	File      blob.Ref
	Preview   blob.Ref // zero where there is none
	NoPreview clinic.Code
	Width     int
	Height    int
}

// AttachmentIDOf returns the id of an attachment that the provider named.
func AttachmentIDOf(n journal.Namer, sid string) clinic.AttachmentID {
	return clinic.AttachmentID(n.EventID("attachment", []byte(sid)))
}

// PictureIDOf returns the id of the picture that goes with a text written here.
func PictureIDOf(n journal.Namer, message clinic.MessageID) clinic.AttachmentID {
	return clinic.AttachmentID(n.EventID("attachment.ours", message[:]))
}

// AbsentID returns the id of an attachment of a text that the provider counted
// and does not list: the number-th of them, from 0.
func AbsentID(n journal.Namer, message clinic.MessageID, number int) clinic.AttachmentID {
	return clinic.AttachmentID(n.EventID("attachment.absent", message[:], []byte(strconv.Itoa(number))))
}

// StoreAttachment records an attachment whose files are durable. Recording it
// again does nothing, whatever files the second one has.
func StoreAttachment(d *journal.Decision, m Message, a AttachmentStored) {
	d.Record(journal.Event{
		ID: d.Names.EventID("attachment.stored", a.Attachment[:]), Kind: KindAttachmentStored,
		Dossier: m.Dossier, At: m.At, Body: a,
	})
}

// Picture records the picture that goes with a text written in the same decision, once
// its files are durable.
func Picture(d *journal.Decision, dossier clinic.DossierID, thread clinic.ThreadID, text clinic.MessageID, k *Kept) {
	id := PictureIDOf(d.Names, text)
	d.Record(journal.Event{
		ID: d.Names.EventID("text.pictured", text[:]), Kind: KindPictured, Dossier: dossier,
		Body: k.Stored(AttachmentStored{Attachment: id, Message: text, Thread: thread}),
	})
}

// FailAttachment records that an attachment does not come.
func FailAttachment(d *journal.Decision, m Message, a AttachmentFailed) {
	d.Record(journal.Event{
		ID: d.Names.EventID("attachment.failed", a.Attachment[:]), Kind: KindAttachmentFailed,
		Dossier: m.Dossier, At: m.At, Body: a,
	})
}

const attachmentColumns = `a.id, a.message, a.thread, a.dossier, a.reason, a.type, a.name, a.key, a.size, a.hash,
	a.preview_name, a.preview_key, a.preview_size, a.preview_hash, a.no_preview, a.width, a.height`

func scanAttachment(scan func(...any) error) (Attachment, error) {
	var a Attachment
	var key, hash, previewKey, previewHash []byte
	err := scan(&a.ID, &a.Message, &a.Thread, &a.Dossier, &a.Reason, &a.Type, &a.File.Name, &key, &a.File.Size, &hash,
		&a.Preview.Name, &previewKey, &a.Preview.Size, &previewHash, &a.NoPreview, &a.Width, &a.Height)
	if err != nil {
		return Attachment{}, err
	}
	copy(a.File.Key[:], key)
	copy(a.File.Hash[:], hash)
	copy(a.Preview.Key[:], previewKey)
	copy(a.Preview.Hash[:], previewHash)
	return a, nil
}

// GetAttachment returns an attachment, or clinic.CodeNotFound where there is none
// in a thread in sight.
func GetAttachment(tx *sqlite.Tx, s Sight, id clinic.AttachmentID) (Attachment, error) {
	seen, args := s.where("t")
	a, err := scanAttachment(tx.QueryRow(`SELECT `+attachmentColumns+` FROM attachments a
		WHERE a.id = ? AND EXISTS (SELECT 1 FROM threads t WHERE t.id = a.thread AND `+seen+`)`, append([]any{id}, args...)...).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Attachment{}, clinic.E(clinic.CodeNotFound)
	}
	return a, wrap("attachment", err)
}

// AttachmentsOf returns what came or goes with texts, in the order of arrival, by text.
// The texts are ones that the caller may see.
func AttachmentsOf(tx *sqlite.Tx, texts ...clinic.MessageID) (map[clinic.MessageID][]Attachment, error) {
	found := map[clinic.MessageID][]Attachment{}
	if len(texts) == 0 {
		return found, nil
	}
	all, err := attachments(tx.Query(`SELECT `+attachmentColumns+` FROM attachments a
		WHERE a.message IN `+sqlite.InSet+` ORDER BY a.message, a.seq`, sqlite.Set(texts...)))
	for _, a := range all {
		found[a.Message] = append(found[a.Message], a)
	}
	return found, err
}

// EachAttachment returns the attachments with a file whose ids follow after, in
// the order of ids, for walking over all of them.
func EachAttachment(tx *sqlite.Tx, after clinic.AttachmentID, limit int) ([]Attachment, error) {
	return attachments(tx.Query(`SELECT `+attachmentColumns+` FROM attachments a
		WHERE a.id > ? AND a.reason = '' ORDER BY a.id LIMIT ?`, after[:], limit))
}

func attachments(rows *sqlite.Rows, err error) ([]Attachment, error) {
	if err != nil {
		return nil, wrap("attachments", err)
	}
	defer rows.Close()
	var all []Attachment
	for rows.Next() {
		a, err := scanAttachment(rows.Scan)
		if err != nil {
			return nil, wrap("attachments", err)
		}
		all = append(all, a)
	}
	return all, wrap("attachments", rows.Err())
}

// PlacedAttachment is an attachment, and when its text was.
type PlacedAttachment struct {
	Attachment
	At clinic.Instant
}

// PlacedAttachments returns those of some attachments that lie in threads in
// sight, those of the newest texts first.
func PlacedAttachments(tx *sqlite.Tx, s Sight, ids ...clinic.AttachmentID) ([]PlacedAttachment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	seen, args := s.where("t")
	rows, err := tx.Query(`SELECT `+attachmentColumns+`, m.at FROM attachments a
		JOIN threads t ON t.id = a.thread JOIN messages m ON m.id = a.message
		WHERE a.id IN `+sqlite.InSet+` AND `+seen+` ORDER BY m.at DESC, a.id`, append([]any{sqlite.Set(ids...)}, args...)...)
	if err != nil {
		return nil, wrap("placed attachments", err)
	}
	defer rows.Close()
	var all []PlacedAttachment
	for rows.Next() {
		var p PlacedAttachment
		if p.Attachment, err = scanAttachment(func(dest ...any) error { return rows.Scan(append(dest, &p.At)...) }); err != nil {
			return nil, wrap("placed attachments", err)
		}
		all = append(all, p)
	}
	return all, wrap("placed attachments", rows.Err())
}

// NamedFiles returns the name of every sealed file that an event bears.
func NamedFiles(tx *sqlite.Tx) (map[blob.Name]struct{}, error) {
	rows, err := tx.Query(`SELECT name FROM attachments WHERE name IS NOT NULL
		UNION ALL SELECT preview_name FROM attachments WHERE preview_name IS NOT NULL`)
	if err != nil {
		return nil, wrap("named files", err)
	}
	defer rows.Close()
	names := map[blob.Name]struct{}{}
	for rows.Next() {
		var n blob.Name
		if err := rows.Scan(&n); err != nil {
			return nil, wrap("named files", err)
		}
		names[n] = struct{}{}
	}
	return names, wrap("named files", rows.Err())
}

// DueText is a text of which not every attachment is known yet.
type DueText struct {
	Message clinic.MessageID
	SID     string
	At      clinic.Instant
	// Media is how many attachments the provider counted.
	Media int
}

// DueTexts returns texts with attachments to be fetched, the newest first: those
// are what somebody at the desk waits for.
func DueTexts(tx *sqlite.Tx, limit int) ([]DueText, error) {
	rows, err := tx.Query(`SELECT message, sid, at, media FROM attachments_due ORDER BY at DESC, message LIMIT ?`, limit)
	if err != nil {
		return nil, wrap("due attachments", err)
	}
	defer rows.Close()
	var all []DueText
	for rows.Next() {
		var d DueText
		if err := rows.Scan(&d.Message, &d.SID, &d.At, &d.Media); err != nil {
			return nil, wrap("due attachments", err)
		}
		all = append(all, d)
	}
	return all, wrap("due attachments", rows.Err())
}
