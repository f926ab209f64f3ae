package consent

import (
	"crypto/sha256"
	"strings"

	"quietline/backend/clinic"
	"quietline/backend/policy"
)

// Record is all that is kept about one consent, as it stands on paper: what was
// signed, under which words, and everything that happened to it since.
type Record struct {
	Code     RecordCode
	Consent  Consent
	Template Template
	// History is oldest first, and holds every event of the consent.
	History []Happened
	// Scans are those of the signed paper that were not put aside, oldest first.
	Scans []Scan
	// Words are what a consent by text was asked for in; empty for others.
	Words string
}

// Happened is one thing that happened to a consent.
type Happened struct {
	At   clinic.Instant
	What What
	// By is who recorded it; zero where the program did, on the patient's text.
	By  clinic.StaffID
	How How
	// State is what the consent came to.
	State policy.ConsentState
	// Scope is the scope from then on.
	Scope Scope
	// Hold is why it was put on hold, for [WhatHeld].
	Hold policy.Hold
}

// What is the sort of a thing that happened.
type What string

// What can happen to a consent.
const (
	WhatRequested What = "requested"
	WhatAnswered  What = "answered"
	WhatGiven     What = "given"
	WhatSpoken    What = "spoken"
	WhatNarrowed  What = "narrowed"
	WhatHeld      What = "held"
	WhatResumed   What = "resumed"
	WhatRevoked   What = "revoked"
	WhatReplaced  What = "replaced"
	// WhatScanned: a scan of the paper was added; WhatScanAside: one was put aside.
	WhatScanned   What = "scanned"
	WhatScanAside What = "scan_aside"
	// WhatReminded, WhatDeclined and WhatUnreached happen to a question by text.
	WhatReminded  What = "reminded"
	WhatDeclined  What = "declined"
	WhatUnreached What = "unreached"
)

// RecordCode is the short code on a paper that leads back to its record. It says
// nothing about the patient.
type RecordCode string

// codeLetters are the digits and letters that nobody confuses: no I, L, O or U.
const codeLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// CodeOf returns the record code of a consent: nine characters that derive from
// its id and one that checks them, so that a slip of the pen is noticed.
func CodeOf(id clinic.ConsentID) RecordCode { return codeFrom("quietline/record-code/1\x00", id[:]) }

// CodeOfCopy returns the code of one printed copy of a form, by the id under which its
// printing is on record. It is read as a record code is.
func CodeOfCopy(id [16]byte) RecordCode { return codeFrom("quietline/form-code/1\x00", id[:]) }

func codeFrom(of string, id []byte) RecordCode {
	sum := sha256.Sum256(append([]byte(of), id...))
	var letters [10]byte
	bits := uint64(0)
	for _, b := range sum[:8] {
		bits = bits<<8 | uint64(b)
	}
	for i := range letters[:9] {
		letters[i] = codeLetters[bits>>59]
		bits <<= 5
	}
	letters[9] = checkLetter(letters[:9])
	return RecordCode(string(letters[:5]) + "-" + string(letters[5:]))
}

// checkLetter weighs each place differently with odd weights, so that one wrong
// letter always shows, and two that changed places mostly do.
func checkLetter(letters []byte) byte {
	sum := 0
	for i, l := range letters {
		sum += (2*i + 1) * strings.IndexByte(codeLetters, l)
	}
	return codeLetters[sum%len(codeLetters)]
}

// ReadCode reads a record code as somebody typed or scanned it: whatever its
// case, hyphens and spaces, with O for 0 and I or L for 1. CodeRecordCode means
// that it cannot be one.
func ReadCode(typed string) (RecordCode, error) {
	var letters []byte
	for _, r := range strings.ToUpper(typed) {
		switch r {
		case ' ', '-', '–':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if r > 127 || strings.IndexByte(codeLetters, byte(r)) < 0 || len(letters) == 10 {
			return "", clinic.E(CodeRecordCode)
		}
		letters = append(letters, byte(r))
	}
	if len(letters) != 10 || checkLetter(letters[:9]) != letters[9] {
		return "", clinic.E(CodeRecordCode)
	}
	return RecordCode(string(letters[:5]) + "-" + string(letters[5:])), nil
}
