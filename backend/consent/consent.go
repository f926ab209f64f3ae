// Package consent keeps what patients have agreed to, narrowed, and taken back,
// and which numbers asked not to be texted. What only a person can tell, whether words
// mean that, is a [Doubt], and pauses texts until somebody has decided.
//
// A consent is never edited: what happens to it is a further event, and what it
// allows now follows from all of them and the date. Taking back works by any
// means and at once. An opt-out belongs to a number and holds whatever consents
// say. Whether a text may go is decided in package policy from the facts that
// this package returns.
package consent

import (
	"time"

	"quietline/backend/clinic"
)

// Codes of this package.
const (
	CodeNotAttested clinic.Code = "consent.not_attested"
	CodeForm        clinic.Code = "consent.form"
	CodeSignedOn    clinic.Code = "consent.signed_on"
	CodeExpires     clinic.Code = "consent.expires"
	CodeCategories  clinic.Code = "consent.categories"
	CodeHours       clinic.Code = "consent.hours"
	CodeSigner      clinic.Code = "consent.signer"
	CodeOver        clinic.Code = "consent.over"
	CodeHow         clinic.Code = "consent.how"
	// CodeStatements: a form leaves out what it has to say; parameter "missing".
	CodeStatements clinic.Code = "consent.statements"
	CodeFormLong   clinic.Code = "consent.form_long"
	CodeReviewer   clinic.Code = "consent.reviewer"
	// CodeSignature: nothing was drawn or typed, or too much.
	CodeSignature  clinic.Code = "consent.signature"
	CodeAuthority  clinic.Code = "consent.authority"
	CodeWider      clinic.Code = "consent.wider"
	CodeStands     clinic.Code = "consent.stands"
	CodeRecordCode clinic.Code = "consent.record_code"
	// CodeOlder: a paper was signed before the patient took something back, or
	// before what she signed since.
	CodeOlder clinic.Code = "consent.older"
	// CodeWords: what was said has counted for as long as words count.
	CodeWords clinic.Code = "consent.words"
	// CodeScanType: a scan is no PDF, JPEG or PNG. CodeScanPages: it has more pages than
	// the parameter "most". CodeScanMany: the consent has "most" scans already.
	CodeScanType  clinic.Code = "consent.scan_type"
	CodeScanPages clinic.Code = "consent.scan_pages"
	CodeScanMany  clinic.Code = "consent.scan_many"
	// CodeScanHEIC: a scan is a photo as iPhones take them, which neither the program nor
	// every web view draws.
	CodeScanHEIC clinic.Code = "consent.scan_heic"
	// CodeScanNone: the consent was not signed on paper.
	CodeScanNone clinic.Code = "consent.scan_none"
	// CodeFormSource: nobody said who approved a form that is a file.
	CodeFormSource clinic.Code = "consent.form_source"
	// CodeNoPhone: the clinic has no phone that a text could name.
	CodeNoPhone clinic.Code = "consent.no_phone"
	// CodeReadyMissing: ready words leave out what parameter "missing" names: practice,
	// phone, stop.
	CodeReadyMissing clinic.Code = "consent.ready_missing"
	// CodeReadyLong: ready words are longer than parameter "limit"; "length" is how long.
	CodeReadyLong clinic.Code = "consent.ready_long"
	// CodeBegins: a consent begins before it was signed, or after it ends.
	CodeBegins clinic.Code = "consent.begins"
	// CodeSelfSigned: the minor has signed for herself, which nobody else's paper ends.
	CodeSelfSigned clinic.Code = "consent.self_signed"
	// CodeNotWelcome: nobody has said that the patient may be asked by text.
	CodeNotWelcome clinic.Code = "consent.not_welcome"
	// CodeDecided: somebody has decided about a doubt already.
	CodeDecided clinic.Code = "consent.decided"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{
		CodeNotAttested, CodeForm, CodeSignedOn, CodeExpires, CodeCategories, CodeHours, CodeSigner, CodeOver, CodeHow,
		CodeStatements, CodeFormLong, CodeReviewer, CodeSignature, CodeAuthority, CodeWider, CodeStands, CodeRecordCode,
		CodeOlder, CodeWords,
		CodeScanType, CodeScanHEIC, CodeScanPages, CodeScanMany, CodeScanNone, CodeFormSource, CodeNoPhone,
		CodeNotWelcome, CodeDecided, CodeRoundOpen, CodeRoundSize, CodeRoundOff,
		CodeReadyMissing, CodeReadyLong, CodeBegins, CodeSelfSigned,
	}
}

// Topic of change: the ids are patients.
const Topic = "consent"

// ExpiringWithin is how long before its last day a consent counts as expiring.
const ExpiringWithin = 30 * 24 * time.Hour

// Way is how a consent was given.
type Way string

// The ways of giving one.
const (
	OnPaper  Way = "paper"
	OnDevice Way = "device"
	// OnText was asked for by text and answered YES; see [AskByText].
	OnText Way = "text"
	// Spoken was said and noted. Package policy lets little rest on it, or nothing.
	Spoken Way = "spoken"
)
