package desk

import (
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/records"
)

// FilePart is a part of a file that somebody has chosen, in order: At is how many bytes
// came before. A part at 0 begins anew; Key is made by the screen, once for each file.
type FilePart struct {
	Key  records.Key `json:"key"`
	At   int         `json:"at"`
	Data string      `json:"data"` // base64, of 512 KiB at most
}

// AddScan adds the file that came under a key to a consent.
type AddScan struct {
	Key     records.Key      `json:"key"`
	Consent clinic.ConsentID `json:"consent"`
}

// ScanRef names a scan.
type ScanRef struct {
	ID consent.ScanID `json:"id"`
}

// ScanRow is a scan of a signed paper. Problem says why it cannot be shown.
type ScanRow struct {
	ID      consent.ScanID `json:"id"`
	Format  string         `json:"format"` // PDF, JPEG or PNG
	Bytes   int64          `json:"bytes"`
	Pages   int            `json:"pages"`
	At      clinic.Instant `json:"at"`
	By      string         `json:"by"`
	Problem *Problem       `json:"problem"`
}

// OpenedScan is the address of a scan, good for one request within half a minute.
type OpenedScan struct {
	ID      consent.ScanID `json:"id"`
	Address string         `json:"address"`
	Format  string         `json:"format"`
	Pages   int            `json:"pages"`
}

// AttachForm records a form that is a file, which came under a key. Present names
// what somebody has found in it of all that form.wanted lists.
type AttachForm struct {
	Key      records.Key  `json:"key"`
	Language LanguageName `json:"language"`
	Variant  FormVariant  `json:"variant"`
	Pair     string       `json:"pair"`
	Source   string       `json:"source"`
	Present  []string     `json:"present"`
}

// OpenedForm is the address of a form that is a file, good for one request within half
// a minute.
type OpenedForm struct {
	Address string `json:"address"`
	Pages   int    `json:"pages"`
}

// FormKind is for whom a form is.
type FormKind struct {
	Variant FormVariant `json:"variant"`
}

// FormWanted is what a form has to say and to leave room for, in the order of a form.
type FormWanted struct {
	Items []FormRequirement `json:"items"`
}
