// Package patients knows who the clinic's patients are, in which language and
// time zone they live, and by which phone numbers they are reached.
//
// A number belongs to nobody by nature: several patients may share one, and a
// number may write before anyone knows whose it is. Every patient owns a dossier,
// under whose keys all content about that patient is sealed; a number without a
// patient owns one of its own until it is matched.
//
// It also knows who cares for whom, and so who may see whom: care teams, covers
// that begin and end at a time, texts that are for clinicians only, and patients
// whom somebody opened in an emergency. [Sight] is all of that, as a condition of
// the statements that read. It is kept by this program and not by keys.
package patients

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Codes of this package.
const (
	CodeName      clinic.Code = "patients.name"
	CodeBirthDate clinic.Code = "patients.birth_date"
	CodeGuardian  clinic.Code = "patients.guardian"
	// CodeNumberTaken: another patient has the number, and nobody said that they
	// share it.
	CodeNumberTaken clinic.Code = "patients.number_taken"
	// CodeNumberKnown: the patient has the number already, and nothing new was said of it.
	CodeNumberKnown clinic.Code = "patients.number_known"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{
		CodeName, CodeBirthDate, CodeGuardian, CodeCoverTime, CodeCoverSelf, CodeReason, CodeEmergencyTime, CodeReviewed, CodeNumberTaken,
		CodeNumberKnown,
	}
}

// Topic of change.
const Topic = "patient"

// Adulthood is the age from which a person signs alone in most states.
const Adulthood = 18

// Patient is a patient of the clinic.
type Patient struct {
	ID        clinic.PatientID
	Dossier   clinic.DossierID
	Name      string
	BirthDate clinic.Date
	Language  clinic.Language
	Zone      clinic.Zone
	Guardian  string // who signs for a minor, else empty
}

// Number is a phone number that the clinic has met.
type Number struct {
	ID    clinic.NumberID
	Phone clinic.Phone
	// Dossier owns what is written from and to the number while no patient is
	// matched to it.
	Dossier clinic.DossierID
}

// New is a patient to be added.
type New struct {
	Name      string
	BirthDate clinic.Date
	Language  clinic.Language
	Zone      clinic.Zone
	Guardian  string
	Phone     clinic.Phone
	Shared    bool
	// Whose says whose phone it is.
	Whose Whose
	// Majority is the age from which a person signs alone where the clinic is;
	// Adulthood where it is zero.
	Majority int
}

// Added is what Add made.
type Added struct {
	Patient clinic.PatientID
	Dossier clinic.DossierID
	Number  clinic.NumberID
	// NumberDossier owns what the number wrote before it was anybody's.
	NumberDossier clinic.DossierID
}

type addedBody struct {
	Patient   clinic.PatientID `json:"patient"`
	Name      string           `json:"name"`
	BirthDate clinic.Date      `json:"birthDate"`
	Language  clinic.Language  `json:"language"`
	Zone      clinic.Zone      `json:"zone"`
	Guardian  string           `json:"guardian"`
}

type numberBody struct {
	Number clinic.NumberID  `json:"number"`
	Phone  clinic.Phone     `json:"phone"`
	Holder clinic.DossierID `json:"holder"`
}

type linkBody struct {
	Patient clinic.PatientID `json:"patient"`
	Number  clinic.NumberID  `json:"number"`
	Shared  bool             `json:"shared"`
	Whose   Whose            `json:"whose"` // since version 2
}

// Whose says whose phone a patient's number is.
type Whose string

// The owners.
const (
	PatientsOwn Whose = ""
	// Guardians: the phone of a parent or guardian; what it says is said by them.
	Guardians Whose = "guardian"
)

// Valid reports whether w is a known owner.
func (w Whose) Valid() bool { return w == PatientsOwn || w == Guardians }

var (
	kindAdded  = journal.Kind{Name: "patient.added", Version: 1, MinReader: 1, Class: journal.ClassPatient}
	kindNumber = journal.Kind{Name: "number.met", Version: 1, MinReader: 1, Class: journal.ClassPatient}
	kindLinked = journal.Kind{Name: "number.linked", Version: 2, MinReader: 1, Class: journal.ClassPatient}
)

// Add records a new patient with a first number.
func Add(d *journal.Decision, n New) (Added, error) {
	n.Name, n.Guardian = squeeze(n.Name), squeeze(n.Guardian)
	if err := n.check(clinic.DateOf(d.Now.Time())); err != nil {
		return Added{}, err
	}
	added := Added{
		Patient: clinic.NewID[clinic.PatientID](),
		Dossier: clinic.NewID[clinic.DossierID](),
	}
	number, err := Meet(d, n.Phone)
	if err != nil {
		return Added{}, err
	}
	added.Number, added.NumberDossier = number.ID, number.Dossier
	d.Record(journal.Event{Kind: kindAdded, Dossier: added.Dossier, Body: addedBody{
		Patient: added.Patient, Name: n.Name, BirthDate: n.BirthDate, Language: n.Language, Zone: n.Zone, Guardian: n.Guardian,
	}})
	d.Record(journal.Event{Kind: kindLinked, Dossier: added.Dossier, Body: linkBody{
		Patient: added.Patient, Number: number.ID, Shared: n.Shared, Whose: n.Whose,
	}})
	return added, nil
}

// AddNumber gives a patient one more number, or says of one on file that it is shared or
// a guardian's. It takes no such mark away, since they decide who is texted and whose STOP
// counts: CodeNumberKnown where nothing new is said. Whoever has the number as well has to
// have it verified again.
func AddNumber(d *journal.Decision, id clinic.PatientID, phone clinic.Phone, shared bool, whose Whose) (Number, error) {
	p, err := Get(d.Tx, id)
	if err != nil {
		return Number{}, err
	}
	if !whose.Valid() {
		return Number{}, clinic.E(clinic.CodeBadInput)
	}
	number, err := Meet(d, phone)
	if err != nil {
		return Number{}, err
	}
	has, err := NumbersOf(d.Tx, id)
	if err != nil {
		return Number{}, err
	}
	for _, l := range has[id] {
		if l.ID != number.ID {
			continue
		}
		if l.Shared && !shared || l.Whose == Guardians && whose != Guardians || l.Shared == shared && l.Whose == whose {
			return Number{}, clinic.E(CodeNumberKnown)
		}
	}
	d.Record(journal.Event{Kind: kindLinked, Dossier: p.Dossier, Body: linkBody{
		Patient: id, Number: number.ID, Shared: shared, Whose: whose,
	}})
	return number, nil
}

// Meet returns the number, recording it where the clinic has not met it before.
// Its id derives from the number, so that two workstations meet the same one.
func Meet(d *journal.Decision, phone clinic.Phone) (Number, error) {
	if !phone.Valid() {
		return Number{}, clinic.E(clinic.CodeBadPhone)
	}
	known, err := NumberOf(d.Tx, phone)
	if err == nil || !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		return known, err
	}
	event := d.Names.EventID("number.met", []byte(phone))
	n := Number{
		ID:      NumberIDOf(d.Names, phone),
		Phone:   phone,
		Dossier: clinic.DossierID(d.Names.EventID("number.dossier", []byte(phone))),
	}
	d.Record(journal.Event{ID: event, Kind: kindNumber, Dossier: n.Dossier,
		Body: numberBody{Number: n.ID, Phone: phone, Holder: n.Dossier}})
	return n, nil
}

// NumberIDOf names a telephone for ever: whoever does not have the naming key
// cannot tell whose it is.
func NumberIDOf(n journal.Namer, phone clinic.Phone) clinic.NumberID {
	return clinic.NumberID(n.EventID("number", []byte(phone)))
}

func (n New) check(today clinic.Date) error {
	if c := len([]rune(n.Name)); c < 2 || c > 120 {
		return clinic.E(CodeName)
	}
	if n.BirthDate.IsZero() || !n.BirthDate.Before(today.AddDays(1)) || n.BirthDate.Age(today) > 125 {
		return clinic.E(CodeBirthDate)
	}
	if len([]rune(n.Guardian)) > 120 {
		return clinic.E(CodeName)
	}
	majority := n.Majority
	if majority == 0 {
		majority = Adulthood
	}
	if n.BirthDate.Age(today) < majority && n.Guardian == "" {
		return clinic.E(CodeGuardian)
	}
	if !n.Language.Valid() || !n.Whose.Valid() {
		return clinic.E(clinic.CodeBadInput)
	}
	if _, err := n.Zone.Location(); err != nil {
		return err
	}
	return nil
}

// squeeze trims a name and folds runs of white space, so that the same name
// typed twice is the same name.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

const columns = `id, dossier, name, birth_date, language, zone, guardian`

func scan(row interface{ Scan(...any) error }) (Patient, error) {
	var p Patient
	var born string
	if err := row.Scan(&p.ID, &p.Dossier, &p.Name, &born, &p.Language, &p.Zone, &p.Guardian); err != nil {
		return Patient{}, err
	}
	if err := p.BirthDate.UnmarshalText([]byte(born)); err != nil {
		return Patient{}, fmt.Errorf("birth date: %w", err)
	}
	return p, nil
}

// Get returns a patient.
func Get(tx *sqlite.Tx, id clinic.PatientID) (Patient, error) {
	p, err := scan(tx.QueryRow(`SELECT `+columns+` FROM patients WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Patient{}, clinic.E(clinic.CodeNotFound)
	}
	if err != nil {
		return Patient{}, fmt.Errorf("patients: read: %w", err)
	}
	return p, nil
}

// GetAll returns those of some patients who exist.
func GetAll(tx *sqlite.Tx, ids ...clinic.PatientID) (map[clinic.PatientID]Patient, error) {
	rows, err := tx.Query(`SELECT `+columns+` FROM patients WHERE id IN `+sqlite.InSet, sqlite.Set(ids...))
	if err != nil {
		return nil, fmt.Errorf("patients: read: %w", err)
	}
	defer rows.Close()
	all := make(map[clinic.PatientID]Patient, len(ids))
	for rows.Next() {
		p, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("patients: read: %w", err)
		}
		all[p.ID] = p
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("patients: read: %w", err)
	}
	return all, nil
}

// NumberOf returns the number that the clinic knows under a phone.
func NumberOf(tx *sqlite.Tx, phone clinic.Phone) (Number, error) {
	n := Number{Phone: phone}
	err := tx.QueryRow(`SELECT id, dossier FROM numbers WHERE phone = ?`, string(phone)).Scan(&n.ID, &n.Dossier)
	return n, oneRow(err)
}

// GetNumber returns a number.
func GetNumber(tx *sqlite.Tx, id clinic.NumberID) (Number, error) {
	n := Number{ID: id}
	err := tx.QueryRow(`SELECT phone, dossier FROM numbers WHERE id = ?`, id).Scan(&n.Phone, &n.Dossier)
	return n, oneRow(err)
}

func oneRow(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return clinic.E(clinic.CodeNotFound)
	}
	if err != nil {
		return fmt.Errorf("patients: read number: %w", err)
	}
	return nil
}

// Linked is a number as one patient uses it.
type Linked struct {
	Number
	// Shared says that the patient's form or staff named others on this phone.
	Shared bool
	// Others counts the other patients who have this number.
	Others int
	Whose  Whose
	// Newest is the position at which the number was last given to anybody.
	Newest uint64

	given int64 // the position at which it was first given
}

// NumbersOf returns the numbers of each of some patients, first given first.
func NumbersOf(tx *sqlite.Tx, ids ...clinic.PatientID) (map[clinic.PatientID][]Linked, error) {
	rows, err := tx.Query(`SELECT l.patient, n.id, n.phone, n.dossier, l.shared, l.whose, l.seq,
			(SELECT max(given) FROM patient_numbers o WHERE o.number = n.id),
			(SELECT count(*) FROM patient_numbers o WHERE o.number = n.id AND o.patient <> l.patient)
		FROM patient_numbers l JOIN numbers n ON n.id = l.number WHERE l.patient IN `+sqlite.InSet, sqlite.Set(ids...))
	if err != nil {
		return nil, fmt.Errorf("patients: read numbers: %w", err)
	}
	defer rows.Close()
	all := make(map[clinic.PatientID][]Linked, len(ids))
	for rows.Next() {
		var who clinic.PatientID
		var l Linked
		if err := rows.Scan(&who, &l.ID, &l.Phone, &l.Dossier, &l.Shared, &l.Whose, &l.given, &l.Newest, &l.Others); err != nil {
			return nil, fmt.Errorf("patients: read numbers: %w", err)
		}
		all[who] = append(all[who], l)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("patients: read numbers: %w", err)
	}
	for _, numbers := range all {
		slices.SortFunc(numbers, func(a, b Linked) int { return cmp.Compare(a.given, b.given) })
	}
	return all, nil
}

// PhonesOf returns those of some numbers that exist.
func PhonesOf(tx *sqlite.Tx, ids ...clinic.NumberID) (map[clinic.NumberID]clinic.Phone, error) {
	rows, err := tx.Query(`SELECT id, phone FROM numbers WHERE id IN `+sqlite.InSet, sqlite.Set(ids...))
	if err != nil {
		return nil, fmt.Errorf("patients: read phones: %w", err)
	}
	defer rows.Close()
	all := make(map[clinic.NumberID]clinic.Phone, len(ids))
	for rows.Next() {
		var id clinic.NumberID
		var phone clinic.Phone
		if err := rows.Scan(&id, &phone); err != nil {
			return nil, fmt.Errorf("patients: read phones: %w", err)
		}
		all[id] = phone
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("patients: read phones: %w", err)
	}
	return all, nil
}

// Named is a patient as lists show one.
type Named struct {
	ID      clinic.PatientID
	Dossier clinic.DossierID
	Name    string
}

// With returns the patients who have a number, first linked first.
func With(tx *sqlite.Tx, number clinic.NumberID) ([]Named, error) {
	rows, err := tx.Query(`SELECT p.id, p.dossier, p.name FROM patient_numbers l JOIN patients p ON p.id = l.patient
		WHERE l.number = ? ORDER BY l.seq`, number)
	return named(rows, err)
}

// Holders returns the patients who have any of some numbers.
func Holders(tx *sqlite.Tx, numbers ...clinic.NumberID) ([]clinic.PatientID, error) {
	rows, err := tx.Query(`SELECT DISTINCT patient FROM patient_numbers WHERE number IN `+sqlite.InSet, sqlite.Set(numbers...))
	if err != nil {
		return nil, fmt.Errorf("patients: read holders: %w", err)
	}
	defer rows.Close()
	var all []clinic.PatientID
	for rows.Next() {
		var id clinic.PatientID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("patients: read holders: %w", err)
		}
		all = append(all, id)
	}
	return all, rows.Err()
}

func named(rows *sqlite.Rows, err error) ([]Named, error) {
	if err != nil {
		return nil, fmt.Errorf("patients: read names: %w", err)
	}
	defer rows.Close()
	var all []Named
	for rows.Next() {
		var n Named
		if err := rows.Scan(&n.ID, &n.Dossier, &n.Name); err != nil {
			return nil, fmt.Errorf("patients: read names: %w", err)
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

// Reached is a number with the language of the patient who has it.
type Reached struct {
	Phone    clinic.Phone
	Language clinic.Language
}

// Phones returns every number that a patient has.
func Phones(tx *sqlite.Tx) ([]Reached, error) {
	rows, err := tx.Query(`SELECT n.phone, min(p.language) FROM patient_numbers l
		JOIN numbers n ON n.id = l.number JOIN patients p ON p.id = l.patient GROUP BY n.phone ORDER BY n.phone`)
	if err != nil {
		return nil, fmt.Errorf("patients: read phones: %w", err)
	}
	defer rows.Close()
	var all []Reached
	for rows.Next() {
		var r Reached
		if err := rows.Scan(&r.Phone, &r.Language); err != nil {
			return nil, fmt.Errorf("patients: read phones: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}
