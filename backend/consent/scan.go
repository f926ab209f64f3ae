package consent

import (
	"bytes"
	"context"
	"slices"

	"quietline/backend/archive/blob"
	"quietline/backend/archive/media"
	"quietline/backend/clinic"
	"quietline/backend/journal"
)

type scanKind struct{}

// ScanID names a scan of a signed paper.
type ScanID = clinic.ID[scanKind]

const (
	// MaxScan is how long a scan or a form's file may be, in bytes.
	MaxScan = media.MaxBytes
	// MostScans is how many scans a consent has, MostScanPages how many pages one has.
	MostScans     = 12
	MostScanPages = 20
)

// ScanFile is a scan that lies in a sealed file.
type ScanFile struct {
	// Type is PDF, JPEG or PNG: what a window can show and a paper can bear.
	Type media.Type `json:"type"`
	File blob.Ref   `json:"file"`
	// Pages is how many pages a PDF has; 1 for a picture.
	Pages int `json:"pages"`
}

// Scan is a scan or photograph of a signed paper. It documents a consent and decides
// nothing: what may be texted follows from what was recorded.
type Scan struct {
	ID ScanID
	ScanFile

	Consent clinic.ConsentID
	Patient clinic.PatientID
	Dossier clinic.DossierID
	At      clinic.Instant
	By      clinic.StaffID
	// Aside says that it was put aside, as the wrong paper. It is kept and not shown.
	Aside bool
}

// Scanned says that a scan belongs to a consent.
type Scanned struct {
	Scan    ScanID           `json:"scan"`
	Consent clinic.ConsentID `json:"consent"`
	ScanFile
}

// ScannedAside says that a scan shows another paper.
type ScannedAside struct {
	Scan    ScanID           `json:"scan"`
	Consent clinic.ConsentID `json:"consent"`
}

// The kinds of event of scans.
var (
	KindScanned   = kind("consent.scanned")
	KindScanAside = kind("consent.scan_aside")
)

// Arrived is a scan whose file is durable and that no event names yet.
type Arrived struct {
	ScanFile
	arrival *blob.Arrival
}

// Settle says that the event is recorded, or never will be. It is called in any case.
func (a *Arrived) Settle() { a.arrival.Settle() }

// KeepScan reads what a scan is from its content alone and seals it into a file. What
// could not be looked at later is refused before anything is written: CodeScanType,
// CodeScanHEIC, CodeScanPages with the parameter "most", media.CodeUnreadable, and
// media.CodeTooManyPixels and blob.CodeTooLarge with their "limit". pages counts the
// pages of a PDF and has its own errors. The call may be repeated: it makes another file.
func KeepScan(ctx context.Context, files *blob.Store, content []byte, pages func([]byte) (int, error)) (*Arrived, error) {
	scan := ScanFile{Type: media.Sniff(content[:min(len(content), media.HeadBytes)]), Pages: 1}
	if len(content) > MaxScan {
		return nil, clinic.E(blob.CodeTooLarge).With("limit", MaxScan)
	}
	switch scan.Type {
	case media.PDF:
		n, err := pages(content)
		if err != nil {
			return nil, err
		}
		if n < 1 || n > MostScanPages {
			return nil, clinic.E(CodeScanPages).With("most", MostScanPages)
		}
		scan.Pages = n
	case media.JPEG, media.PNG:
		// What can be drawn small can be shown.
		if _, err := media.MakePreview(bytes.NewReader(content), int64(len(content)), scan.Type); err != nil {
			return nil, err
		}
	case media.HEIC:
		return nil, clinic.E(CodeScanHEIC)
	default:
		return nil, clinic.E(CodeScanType)
	}
	arrival, err := files.Put(ctx, bytes.NewReader(content), MaxScan)
	if err != nil {
		return nil, err
	}
	scan.File = arrival.Ref
	return &Arrived{scan, arrival}, nil
}

// AddScan records that a scan belongs to a consent that was signed on paper.
// CodeScanMany: it has MostScans already, the parameter "most"; CodeScanNone: it was
// not signed on paper.
func AddScan(d *journal.Decision, id clinic.ConsentID, scan ScanFile) (ScanID, error) {
	c, err := Get(d.Tx, id)
	if err != nil {
		return ScanID{}, err
	}
	if c.Way != OnPaper {
		return ScanID{}, clinic.E(CodeScanNone)
	}
	there, err := ScansOf(d.Tx, id)
	if err != nil {
		return ScanID{}, err
	}
	if len(shown(there[id])) >= MostScans {
		return ScanID{}, clinic.E(CodeScanMany).With("most", MostScans)
	}
	added := clinic.NewID[ScanID]()
	return added, record(d, c.Patient, KindScanned, Scanned{Scan: added, Consent: id, ScanFile: scan})
}

// RecordPaperWith records a signed paper together with a scan of it, both or neither.
func RecordPaperWith(d *journal.Decision, p Paper, scan ScanFile) (clinic.ConsentID, error) {
	if done, err := p.recorded(d.Tx, OnPaper); err != nil || done {
		return p.ID, err
	}
	id, err := RecordPaper(d, p)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	return id, record(d, p.Patient, KindScanned, Scanned{Scan: clinic.NewID[ScanID](), Consent: id, ScanFile: scan})
}

// PutScanAside takes a scan out of sight: it shows another paper. The file is kept with
// the consent's history, and goes when that goes.
func PutScanAside(d *journal.Decision, id ScanID) error {
	s, err := GetScan(d.Tx, id)
	if err != nil {
		return err
	}
	return record(d, s.Patient, KindScanAside, ScannedAside{Scan: id, Consent: s.Consent})
}

func shown(all []Scan) []Scan {
	return slices.DeleteFunc(slices.Clone(all), func(s Scan) bool { return s.Aside })
}
