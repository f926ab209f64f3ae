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
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
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
		CodeNotWelcome, CodeDecided,
		CodeReadyMissing, CodeReadyLong, CodeBegins, CodeSelfSigned,
	}
}

// Topic of change: the ids are patients.
const Topic = "consent"

// ExpiringWithin is how long before its last day a consent counts as expiring.
const ExpiringWithin = 30 * 24 * time.Hour

// Scope is what a consent covers.
type Scope struct {
	Categories []policy.Category `json:"categories"`
	Excluded   []policy.Category `json:"excluded"`
	// FromHour and ToHour bound the hours of the day; 0 and 24 allow all.
	FromHour int `json:"fromHour"`
	ToHour   int `json:"toHour"`
	// Weekdays are the days on which texts are welcome; none means every day.
	Weekdays []time.Weekday `json:"weekdays"`
	// Zone is the zone in which the hours are read.
	Zone clinic.Zone `json:"zone"`
	// PerDay and PerWeek are the patient's own limits for texts that the clinic
	// starts; zero is none.
	PerDay  int `json:"perDay"`
	PerWeek int `json:"perWeek"`
	// SharedPhone says that the form records that others read this phone.
	SharedPhone bool `json:"sharedPhone"`
	// Numbers are those that may be texted; none means every number of the patient.
	Numbers []clinic.NumberID `json:"numbers,omitempty"`
	// From is the first day on which texts are welcome, in Zone; zero for the day of the
	// signature.
	From clinic.Date `json:"from,omitzero"`
}

// Allows reports whether texts about a category are welcome: ticked, and not ruled out.
func (s Scope) Allows(c policy.Category) bool {
	return slices.Contains(s.Categories, c) && !slices.Contains(s.Excluded, c)
}

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

// Signature is what was drawn or typed on a screen.
type Signature struct {
	// Drawn is the path of a pen on a field of 600 by 200: "M10 20L11 22…", the
	// commands M and L with whole numbers. Typed is a name. One of them is empty.
	Drawn string `json:"drawn"`
	Typed string `json:"typed"`
}

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

// How is the way in which a consent was taken back or narrowed.
type How string

// The ways.
const (
	ByText   How = "text"
	ByCall   How = "call"
	InPerson How = "in_person"
	ByLetter How = "letter"
	// AtProvider: the provider refuses texts because it was asked to. Nobody gives it as
	// a way in which she told the clinic.
	AtProvider How = "provider"
)

func (h How) valid() bool { return slices.Contains([]How{ByText, ByCall, InPerson, ByLetter}, h) }

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

var drawn = regexp.MustCompile(`^(?:M[0-9]{1,3} [0-9]{1,3}(?:L[0-9]{1,3} [0-9]{1,3})*){1,200}$`)

// maxDrawn is how long a drawn signature may be, in bytes.
const maxDrawn = 64 << 10

func (s Signature) check() error {
	name := utf8.RuneCountInString(s.Typed)
	switch {
	case (s.Drawn == "") == (s.Typed == ""), s.Typed != "" && (name < 2 || name > 120), !utf8.ValidString(s.Typed):
		return clinic.E(CodeSignature)
	case s.Drawn != "" && (len(s.Drawn) > maxDrawn || len(s.Drawn) < 12 || !drawn.MatchString(s.Drawn)):
		return clinic.E(CodeSignature)
	}
	return nil
}

// spokenFor is how many days words count, from the first of them. Package policy has
// the same limit for each note by itself.
const spokenFor = 30

// Note records that an adult patient said that texts are welcome, in the place of what
// was noted before. A consent that stands is stronger than words: CodeStands. Said
// again, it counts no longer: CodeWords once that is over, until something was signed.
// Nobody signs for a child by word: CodeSigner.
func Note(d *journal.Decision, id clinic.PatientID) (clinic.ConsentID, error) {
	patient, err := patients.Get(d.Tx, id)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	current, err := Current(d.Tx, id)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	if current != nil && standing(current.Moved) && current.State(d.Now) != policy.ConsentExpired {
		return clinic.ConsentID{}, clinic.E(CodeStands)
	}
	zone, err := patient.Zone.Location()
	if err != nil {
		return clinic.ConsentID{}, err
	}
	majority, err := majority(d.Tx)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	today := clinic.DateOf(d.Now.Time().In(zone))
	if patient.BirthDate.Age(today) < majority {
		return clinic.ConsentID{}, clinic.E(CodeSigner)
	}
	last, ends := today.AddDays(spokenFor), today.AddDays(spokenFor+1).In(zone)
	first, err := firstSpoken(d.Tx, id)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	if first != 0 {
		ends = first.Add(spokenFor * 24 * time.Hour)
		last = clinic.DateOf(ends.Time().In(zone))
	}
	if d.Now >= ends {
		return clinic.ConsentID{}, clinic.E(CodeWords)
	}
	noted := clinic.NewID[clinic.ConsentID]()
	d.Record(journal.Event{Kind: kindRecorded, Dossier: patient.Dossier, Body: recordedBody{
		Consent: noted, Patient: id, Form: string(Spoken), SignedOn: today, Starts: d.Now, Ends: ends,
		Expires: last, Scope: Scope{
			Categories: []policy.Category{policy.Scheduling, policy.Reminders}, ToHour: 24, Zone: patient.Zone,
		},
		Signer: SignedByPatient, Way: Spoken,
	}})
	return noted, nil
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

// ofThePatient refuses numbers that are not the patient's.
func (s Scope) ofThePatient(tx *sqlite.Tx, id clinic.PatientID) error {
	if len(s.Numbers) == 0 {
		return nil
	}
	all, err := patients.NumbersOf(tx, id)
	if err != nil {
		return err
	}
	for _, n := range s.Numbers {
		if !slices.ContainsFunc(all[id], func(l patients.Linked) bool { return l.ID == n }) {
			return clinic.E(clinic.CodeNotFound)
		}
	}
	return nil
}

func (s Scope) check() error {
	if len(s.Categories) == 0 {
		return clinic.E(CodeCategories)
	}
	for _, c := range slices.Concat(s.Categories, s.Excluded) {
		if !c.Valid() {
			return clinic.E(CodeCategories)
		}
	}
	if s.FromHour < 0 || s.ToHour > 24 || s.FromHour >= s.ToHour {
		return clinic.E(CodeHours)
	}
	if s.PerDay < 0 || s.PerWeek < 0 || s.PerWeek > 50 || s.PerDay > 50 {
		return clinic.E(CodeHours)
	}
	for _, w := range s.Weekdays {
		if w < time.Sunday || w > time.Saturday {
			return clinic.E(CodeHours)
		}
	}
	_, err := s.Zone.Location()
	return err
}

// Hours returns the scope's hours in the form in which texts are decided on.
func (s Scope) Hours() policy.Hours {
	if s.FromHour == 0 && s.ToHour == 24 && len(s.Weekdays) == 0 {
		return nil
	}
	return policy.Hours{{Days: policy.Days(everyDay(s.Weekdays)...), From: s.FromHour * 60, To: s.ToHour * 60}}
}

// Revoke takes a consent back, at once, or what was asked for and is not signed. With it
// goes what rests on less: the words that were noted, and the question by text that is
// open, since whoever takes one back wants neither.
func Revoke(d *journal.Decision, id clinic.ConsentID, how How) error {
	if !how.valid() {
		return clinic.E(CodeHow)
	}
	c, err := Get(d.Tx, id)
	if err != nil {
		return err
	}
	if !revocable(c.Moved) {
		return clinic.E(CodeOver)
	}
	rest, err := onWords(d.Tx, c.Patient, id)
	if err != nil {
		return err
	}
	for _, one := range append([]clinic.ConsentID{id}, rest...) {
		if err := record(d, c.Patient, kindRevoked, howBody{Consent: one, How: how}); err != nil {
			return err
		}
	}
	return nil
}

// Narrow reduces a consent in force to a smaller scope. A paused one stays
// paused. What would allow more than before needs another signature: CodeWider.
//
// One that ended by a STOP comes back in this way where the patient herself says
// which texts about visits she still wants, within a day: she has read and signed what
// it says. Where it was on hold, it comes back on hold. Her number stays closed until
// she texts START.
func Narrow(d *journal.Decision, id clinic.ConsentID, scope Scope, how How) error {
	if !how.valid() {
		return clinic.E(CodeHow)
	}
	c, err := Get(d.Tx, id)
	if err != nil {
		return err
	}
	if scope.Zone == "" {
		scope.Zone = c.Scope.Zone
	}
	if err := scope.check(); err != nil {
		return err
	}
	if !scope.within(c.Scope) {
		return clinic.E(CodeWider)
	}
	if c.Expires.Before(scope.From) {
		return clinic.E(CodeBegins)
	}
	if err := scope.ofThePatient(d.Tx, c.Patient); err != nil {
		return err
	}
	if c.Moved == policy.ConsentRevoked {
		if err := c.mayReturn(d, scope, how); err != nil {
			return err
		}
		return record(d, c.Patient, kindNarrowed, narrowedBody{Consent: id, Scope: scope, How: how})
	}
	return move(d, id, kindNarrowed, narrowedBody{Consent: id, Scope: scope, How: how})
}

// returnsWithin is how long after her STOP a patient can say which texts she still
// wants without signing again.
const returnsWithin = 24 * time.Hour

// MayReturn reports whether a STOP has ended the consent so lately that the patient can
// say which texts about visits she still wants, unless another consent counts by now.
func (c Consent) MayReturn(now clinic.Instant) bool {
	return c.Moved == policy.ConsentRevoked && c.RevokedHow == ByText && now < c.Ends && now <= c.RevokedAt.Add(returnsWithin)
}

// Revocable reports whether there is something to take back.
func (c Consent) Revocable() bool { return revocable(c.Moved) }

// mayReturn refuses to bring back a consent that was taken back, but for one that
// a STOP ended within the last day, within its time, for visits alone, and where no
// other stands.
func (c Consent) mayReturn(d *journal.Decision, scope Scope, how How) error {
	if !c.MayReturn(d.Now) || how == ByText {
		return clinic.E(CodeOver)
	}
	for _, category := range scope.Categories {
		if category != policy.Scheduling && category != policy.Reminders {
			return clinic.E(CodeWider)
		}
	}
	current, err := Current(d.Tx, c.Patient)
	if err != nil {
		return err
	}
	if current != nil && current.ID != c.ID {
		return clinic.E(CodeOver)
	}
	return nil
}

// within reports whether a scope allows nothing that another does not.
func (s Scope) within(o Scope) bool {
	for _, c := range s.Categories {
		if !slices.Contains(o.Categories, c) {
			return false
		}
	}
	for _, c := range o.Excluded {
		if !slices.Contains(s.Excluded, c) && slices.Contains(s.Categories, c) {
			return false
		}
	}
	for _, w := range everyDay(s.Weekdays) {
		if !slices.Contains(everyDay(o.Weekdays), w) {
			return false
		}
	}
	for _, n := range s.Numbers {
		if len(o.Numbers) > 0 && !slices.Contains(o.Numbers, n) {
			return false
		}
	}
	fewer := func(limit, of int) bool { return of == 0 || limit > 0 && limit <= of }
	return !s.From.Before(o.From) && s.FromHour >= o.FromHour && s.ToHour <= o.ToHour && s.Zone == o.Zone && (o.SharedPhone || !s.SharedPhone) &&
		(len(o.Numbers) == 0 || len(s.Numbers) > 0) && fewer(s.PerDay, o.PerDay) && fewer(s.PerWeek, o.PerWeek)
}

func everyDay(days []time.Weekday) []time.Weekday {
	if len(days) == 0 {
		return []time.Weekday{0, 1, 2, 3, 4, 5, 6}
	}
	return days
}

// Pause lets no text leave on a consent until Resume. Another reason may be given
// for a pause that holds already.
func Pause(d *journal.Decision, id clinic.ConsentID, why policy.Hold) error {
	switch why {
	case policy.HoldPlain, policy.HoldAge, policy.HoldDispute, policy.HoldCourt, policy.HoldSelf:
		return move(d, id, kindPaused, pausedBody{Consent: id, Hold: why})
	}
	return clinic.E(clinic.CodeBadInput)
}

// Resume ends a pause: the consent is again what it was before, a narrowed one
// narrowed.
func Resume(d *journal.Decision, id clinic.ConsentID) error {
	c, err := Get(d.Tx, id)
	if err != nil {
		return err
	}
	if c.Moved != policy.ConsentPaused {
		return clinic.E(CodeOver)
	}
	return record(d, c.Patient, kindResumed, refBody{Consent: id})
}

// Request notes that a patient was asked for a consent.
func Request(d *journal.Decision, patient clinic.PatientID, form string) (clinic.ConsentID, error) {
	f, err := TemplateByVersion(d.Tx, form)
	if err != nil {
		return clinic.ConsentID{}, err
	}
	id := clinic.NewID[clinic.ConsentID]()
	return id, record(d, patient, kindRequested, requestedBody{Consent: id, Patient: patient, Form: f.Version, FormHash: f.Hash})
}

// Answered notes that a patient has answered a request and something is still
// missing.
func Answered(d *journal.Decision, id clinic.ConsentID) error {
	c, err := Get(d.Tx, id)
	if err != nil {
		return err
	}
	if c.Moved != policy.ConsentRequested {
		return clinic.E(CodeOver)
	}
	return record(d, c.Patient, kindAnswered, refBody{Consent: id})
}

// move records what happens to a consent that is in force.
func move(d *journal.Decision, id clinic.ConsentID, kind journal.Kind, body any) error {
	c, err := Get(d.Tx, id)
	if err != nil {
		return err
	}
	if !standing(c.Moved) {
		return clinic.E(CodeOver)
	}
	return record(d, c.Patient, kind, body)
}

func record(d *journal.Decision, patient clinic.PatientID, kind journal.Kind, body any) error {
	p, err := patients.Get(d.Tx, patient)
	if err != nil {
		return err
	}
	d.Record(journal.Event{Kind: kind, Dossier: p.Dossier, Body: body})
	return nil
}

// Stop records that a number asked, at an instant, not to be texted, and takes
// back every consent in force of everyone on that number that began before: a
// written consent does not outlive the patient's own word. START lifts the first
// and never restores the second. On a number that was held already a stranger asked:
// that closes the number and ends nobody's consent.
func Stop(d *journal.Decision, number patients.Number, by clinic.MessageID, at clinic.Instant, how How) error {
	d.Record(journal.Event{
		ID: d.Names.EventID("number.opted_out", by[:]), Kind: kindOptedOut, Dossier: number.Dossier, At: at,
		Body: optBody{Number: number.ID, Message: by, How: how},
	})
	if stranger, err := StrangersOn(d.Tx, number.ID, at); err != nil || stranger {
		return err
	}
	return takeBack(d, number, by, at, how)
}

// takeBack takes back the consents of everyone on a number.
func takeBack(d *journal.Decision, number patients.Number, by clinic.MessageID, at clinic.Instant, how How) error {
	who, err := patients.With(d.Tx, number.ID)
	if err != nil {
		return err
	}
	for _, p := range who {
		if err := stopAsking(d, p.ID, by, at); err != nil {
			return err
		}
		current, err := Current(d.Tx, p.ID)
		if err != nil {
			return err
		}
		if current == nil || !standing(current.Moved) && current.Moved != policy.ConsentVerbal || current.Starts >= at {
			continue
		}
		if current.Signer == SignedByMinor {
			// What a parent's phone says does not take back what the teen signed for
			// her own; package policy has a person look first.
			theirs, err := isGuardians(d.Tx, p.ID, number.ID)
			if err != nil {
				return err
			}
			if theirs {
				continue
			}
		}
		d.Record(journal.Event{
			ID: d.Names.EventID("consent.revoked", by[:], current.ID[:]), Kind: kindRevoked, Dossier: p.Dossier, At: at,
			Body: howBody{Consent: current.ID, How: how},
		})
	}
	return nil
}

func isGuardians(tx *sqlite.Tx, patient clinic.PatientID, number clinic.NumberID) (bool, error) {
	all, err := patients.NumbersOf(tx, patient)
	return slices.ContainsFunc(all[patient], func(l patients.Linked) bool {
		return l.ID == number && guardiansAlone(l)
	}), err
}

// guardiansAlone reports whether nobody but a parent or guardian speaks by a number.
func guardiansAlone(l patients.Linked) bool {
	return l.Whose == patients.Guardians && !l.Shared && l.Others == 0
}

// standing reports whether a consent in this state can be narrowed or paused.
func standing(s policy.ConsentState) bool { return s.InForce() || s == policy.ConsentPaused }

// revocable reports whether there is something to take back.
func revocable(s policy.ConsentState) bool {
	return standing(s) || s == policy.ConsentVerbal || s == policy.ConsentRequested || s == policy.ConsentPending
}

// Start records that a number asked, at an instant, to be texted again.
func Start(d *journal.Decision, number patients.Number, by clinic.MessageID, at clinic.Instant) {
	d.Record(journal.Event{
		ID: d.Names.EventID("number.opted_in", by[:]), Kind: kindOptedIn, Dossier: number.Dossier, At: at,
		Body: optBody{Number: number.ID, Message: by, How: ByText},
	})
}
