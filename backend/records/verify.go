package records

import (
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/sqlite"
)

// Finding is what a paper is worth.
type Finding string

// The findings.
const (
	// Matches: what the paper said when it was made is what is kept now.
	Matches Finding = "matches"
	// Changed: it matched once. Something has happened since.
	Changed Finding = "changed"
	// Differs: no paper with this code ever said this. It was altered, mistyped, or
	// made from records that are not these.
	Differs Finding = "differs"
	// Unchecked: the code alone was given, so that a person has to compare.
	Unchecked Finding = "unchecked"
)

// Verified is what is kept of the consent of a paper, and how the two compare.
type Verified struct {
	Finding Finding
	Now     Evidence
	// Made is the paper that bears this check, newest first where there are several;
	// zero where none does.
	Made Print
	// Since is what happened to the consent after that.
	Since []consent.Happened
}

// Verify compares a paper with what is kept. consent.CodeRecordCode means that what
// was typed is no code; CodeNotFound that no such consent is kept, or its patient
// is out of sight: the two cannot be told apart.
func Verify(tx *sqlite.Tx, s Sight, typed string, now clinic.Instant) (Verified, error) {
	code, check, err := readPaperCode(typed)
	if err != nil {
		return Verified{}, err
	}
	known, err := consent.ByCode(tx, code)
	if err != nil {
		return Verified{}, err
	}
	v := Verified{Finding: Unchecked}
	if v.Now, err = EvidenceOf(tx, s, known.ID, now); err != nil {
		return Verified{}, err
	}
	if check == "" {
		return v, nil
	}
	made, err := prints(tx, known.ID)
	if err != nil {
		return Verified{}, err
	}
	v.Finding = Differs
	for _, p := range made {
		if p.Sum.Check() != check {
			continue
		}
		v.Made, v.Finding = p, Changed
		for _, h := range v.Now.History {
			if h.At > p.At {
				v.Since = append(v.Since, h)
			}
		}
		break
	}
	// A paper that says what is kept matches, also where its making is in a log that
	// is lost.
	if v.Now.Sum.Check() == check {
		v.Finding, v.Since = Matches, nil
	}
	return v, nil
}
