package consent

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// Signer is in what relation the signer stands to the patient.
type Signer string

// The signers.
const (
	SignedByPatient  Signer = "patient"
	SignedByParent   Signer = "parent"
	SignedByGuardian Signer = "guardian"
	SignedByAgent    Signer = "representative"
	// SignedByMinor: the patient herself, where the law lets a minor decide alone.
	SignedByMinor Signer = "minor"
)

// Details are what a form records beside the scope.
type Details struct {
	// Witness and Interpreter are names, or empty.
	Witness     string `json:"witness"`
	Interpreter string `json:"interpreter"`
	// Authority says by what right somebody signs for the patient, or a minor for
	// herself; Document which paper shows it.
	Authority string `json:"authority"`
	Document  string `json:"document"`
	// Beside names another parent or guardian than the one who signed, or the one beside
	// a minor who signs alone.
	Beside string `json:"beside,omitempty"`
	// CopyGiven says that the signer took a copy that was offered.
	CopyGiven bool `json:"copyGiven"`
}

// Paper is a consent signed on paper, as the person who holds the paper records
// it.
type Paper struct {
	// ID is chosen by whoever records it, so that doing it again after a lost answer
	// records nothing more; zero makes one.
	ID         clinic.ConsentID
	Patient    clinic.PatientID
	Form       string
	SignedOn   clinic.Date
	Expires    clinic.Date // the last day; zero: one year from SignedOn
	Scope      Scope
	Signer     Signer
	SignerName string
	Details    Details
	// Hold puts it on hold from the first, where those who may decide disagree, a court
	// limits them, or the minor may decide alone. HoldPlain for none.
	Hold policy.Hold
	// Attested says that the signed paper lies in front of who records it.
	Attested bool
}

// RecordPaper records a signed paper. A consent in force before is replaced. One that
// is older than what the patient has said or signed since is refused: CodeOlder. It may be
// done again with the same paper where it has an id.
func RecordPaper(d *journal.Decision, p Paper) (clinic.ConsentID, error) {
	if !p.Attested {
		return clinic.ConsentID{}, clinic.E(CodeNotAttested)
	}
	return give(d, p, OnPaper, Signature{})
}

// Sign records a consent that is signed on this device, today. CodeSignature means
// that there is no signature, or none that can be kept. It may be done again with the
// same paper where that has an id.
func Sign(d *journal.Decision, p Paper, s Signature) (clinic.ConsentID, error) {
	s.Typed = strings.Join(strings.Fields(s.Typed), " ")
	if err := s.check(); err != nil {
		return clinic.ConsentID{}, err
	}
	patient, err := patients.Get(d.Tx, p.Patient)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	zone, err := patient.Zone.Location()
	if err != nil {
		return clinic.ConsentID{}, err
	}
	p.SignedOn = clinic.DateOf(d.Now.Time().In(zone))
	return give(d, p, OnDevice, s)
}

// recorded reports whether a consent was recorded under the paper's id before. Where it
// is another one, the id is CodeBadInput.
func (p Paper) recorded(tx *sqlite.Tx, way Way) (bool, error) {
	if p.ID.IsZero() {
		return false, nil
	}
	c, err := Get(tx, p.ID)
	switch {
	case errors.Is(err, clinic.E(clinic.CodeNotFound)):
		return false, nil
	case err == nil && (c.Patient != p.Patient || c.Form != p.Form || c.Way != way):
		return false, clinic.E(clinic.CodeBadInput)
	}
	return err == nil, err
}

func give(d *journal.Decision, p Paper, way Way, s Signature) (clinic.ConsentID, error) {
	if done, err := p.recorded(d.Tx, way); err != nil || done {
		return p.ID, err
	}
	patient, err := patients.Get(d.Tx, p.Patient)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	zone, err := patient.Zone.Location()
	if err != nil {
		return clinic.ConsentID{}, err
	}
	form, err := TemplateByVersion(d.Tx, p.Form)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	if way == OnDevice && !form.Signable() || form.IsReady() {
		return clinic.ConsentID{}, clinic.E(CodeForm)
	}
	today := clinic.DateOf(d.Now.Time().In(zone))
	if p.Expires.IsZero() && !p.SignedOn.IsZero() {
		p.Expires = clinic.DateOf(time.Date(p.SignedOn.Year+1, p.SignedOn.Month, p.SignedOn.Day-1, 12, 0, 0, 0, time.UTC))
	}
	if p.Scope.Zone == "" {
		p.Scope.Zone = patient.Zone
	}
	majority, err := majority(d.Tx)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	if err := p.check(patient, today, majority); err != nil {
		return clinic.ConsentID{}, err
	}
	if way == OnPaper {
		if err := p.overrulesNothing(d.Tx, zone); err != nil {
			return clinic.ConsentID{}, err
		}
	}
	if err := p.Scope.ofThePatient(d.Tx, patient.ID); err != nil {
		return clinic.ConsentID{}, err
	}
	if err := p.besideOthers(d.Tx); err != nil {
		return clinic.ConsentID{}, err
	}
	id := p.ID
	if id.IsZero() {
		id = clinic.NewID[clinic.ConsentID]()
	}
	d.Record(journal.Event{Kind: kindRecorded, Dossier: patient.Dossier, Body: recordedBody{
		Consent: id, Patient: patient.ID, Form: form.Version, FormHash: form.Hash, SignedOn: p.SignedOn,
		Starts: p.SignedOn.In(zone), Ends: p.Expires.AddDays(1).In(zone), Expires: p.Expires,
		Scope: p.Scope, Signer: p.Signer, SignerName: p.SignerName, Way: way, Signature: s, Details: p.Details,
	}})
	if p.Hold != policy.HoldPlain {
		d.Record(journal.Event{Kind: kindPaused, Dossier: patient.Dossier, Body: pausedBody{Consent: id, Hold: p.Hold}})
	}
	return id, nil
}

func (p Paper) check(patient patients.Patient, today clinic.Date, majority int) error {
	switch {
	case p.SignedOn.IsZero() || today.Before(p.SignedOn) || p.SignedOn.Before(today.AddDays(-3660)):
		return clinic.E(CodeSignedOn)
	case !today.Before(p.Expires.AddDays(1)) || !p.SignedOn.Before(p.Expires) || today.AddDays(3660).Before(p.Expires):
		return clinic.E(CodeExpires)
	}
	if err := p.Scope.check(); err != nil {
		return err
	}
	if f := p.Scope.From; !f.IsZero() && (f.Before(p.SignedOn) || p.Expires.Before(f)) {
		return clinic.E(CodeBegins)
	}
	switch p.Hold {
	case policy.HoldPlain, policy.HoldDispute, policy.HoldCourt, policy.HoldSelf:
	default:
		return clinic.E(clinic.CodeBadInput)
	}
	minor := patient.BirthDate.Age(p.SignedOn) < majority
	switch p.Signer {
	case SignedByPatient:
		if minor {
			return clinic.E(CodeSigner)
		}
	case SignedByMinor:
		if !minor {
			return clinic.E(CodeSigner)
		}
		if utf8.RuneCountInString(p.Details.Authority) < 2 {
			return clinic.E(CodeAuthority)
		}
	case SignedByParent, SignedByGuardian, SignedByAgent:
		if utf8.RuneCountInString(p.SignerName) < 2 || p.Signer == SignedByParent && !minor {
			return clinic.E(CodeSigner)
		}
		// Whoever represents an adult says by what right, and which paper shows it
		// (45 CFR 164.502(g)).
		if p.Signer == SignedByAgent && utf8.RuneCountInString(p.Details.Authority) < 2 ||
			!minor && (utf8.RuneCountInString(p.Details.Authority) < 2 || utf8.RuneCountInString(p.Details.Document) < 2) {
			return clinic.E(CodeAuthority)
		}
	default:
		return clinic.E(CodeSigner)
	}
	for _, words := range []string{p.SignerName, p.Details.Witness, p.Details.Interpreter, p.Details.Authority, p.Details.Document, p.Details.Beside} {
		if utf8.RuneCountInString(words) > 120 || !utf8.ValidString(words) {
			return clinic.E(CodeSigner)
		}
	}
	return nil
}
