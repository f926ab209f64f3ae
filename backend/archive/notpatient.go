package archive

import (
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/sqlite"
)

// Not every number that texts is a patient's: a courier writes, or somebody who wanted
// another clinic. A person can say so. Its thread then asks nobody any more whose it is; it
// stays where all threads are, and a new text in it is unread as in any other.

// NotPatient says of a thread of an unknown sender that it is no patient's, or that
// nobody knows after all.
type NotPatient struct {
	Thread clinic.ThreadID `json:"thread"`
	Not    bool            `json:"not"`
}

// KindNotPatient is the kind of its event.
var KindNotPatient = kind("thread.not_patient", journal.ClassPatient)

func notPatientSchema() []string {
	return []string{`CREATE TABLE threads_not_patient (thread BLOB PRIMARY KEY) STRICT, WITHOUT ROWID`}
}

// isNotPatient is the condition that a thread t was said to be no patient's.
const isNotPatient = `EXISTS (SELECT 1 FROM threads_not_patient n WHERE n.thread = t.id)`

// MarkNotPatient records of a thread in sight that it is no patient's, or that nobody
// knows after all. Saying it again records nothing. CodeNoThread: none is in sight, or it
// is a patient's by now.
func MarkNotPatient(d *journal.Decision, s Sight, id clinic.ThreadID, not bool) error {
	t, err := GetThread(d.Tx, s, id)
	if err != nil {
		return err
	}
	if !t.Patient.IsZero() {
		return clinic.E(CodeNoThread)
	}
	is, err := IsNotPatient(d.Tx, id)
	if err == nil && is != not {
		d.Record(journal.Event{Kind: KindNotPatient, Dossier: t.Dossier, Body: NotPatient{Thread: id, Not: not}})
	}
	return err
}

// IsNotPatient reports whether somebody has said of a thread that it is no patient's.
func IsNotPatient(tx *sqlite.Tx, id clinic.ThreadID) (is bool, err error) {
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM threads_not_patient WHERE thread = ?)`, id).Scan(&is)
	return is, wrap("whose thread", err)
}

func (r reducer) notPatient(b NotPatient) error {
	r.touch(b.Thread)
	change := `DELETE FROM threads_not_patient WHERE thread = ?`
	if b.Not {
		change = `INSERT INTO threads_not_patient VALUES (?) ON CONFLICT DO NOTHING`
	}
	_, err := r.tx.Exec(change, b.Thread)
	return err
}
