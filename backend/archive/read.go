package archive

import (
	"database/sql"
	"errors"
	"fmt"

	"quietline/backend/clinic"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// Thread is the exchange of texts between the clinic and one number, about one
// patient or with a sender whom nobody knows yet.
type Thread struct {
	ID      clinic.ThreadID
	Number  clinic.NumberID
	Patient clinic.PatientID // zero for an unknown sender
	Dossier clinic.DossierID
	LastAt  clinic.Instant
	LastSeq uint64
	// LastIn is when the newest text from the other side was written.
	LastIn clinic.Instant
	Unread int
	ReadTo uint64
}

// Message is one text.
type Message struct {
	Seq          uint64
	ID           clinic.MessageID
	Thread       clinic.ThreadID
	Dossier      clinic.DossierID
	Way          Way
	Body         string
	At           clinic.Instant
	State        State
	Author       clinic.StaffID
	Category     policy.Category
	StartedBy    policy.StartedBy
	Until        clinic.Instant
	Reason       clinic.Code
	ProviderCode int
	Media        int
	Origin       Origin
	SID          string
	Attempts     int

	basis string
}

const threadColumns = `t.id, t.number, t.patient, t.dossier, t.last_at, t.last_seq, t.last_in_at, t.unread, t.read_to`

func (t *Thread) fields() []any {
	return []any{&t.ID, &t.Number, &t.Patient, &t.Dossier, &t.LastAt, &t.LastSeq, &t.LastIn, &t.Unread, &t.ReadTo}
}

const messageColumns = `m.seq, m.id, m.thread, m.dossier, m.way, m.body, m.at, m.state, m.author, m.category, m.started_by,
	m.until, m.reason, m.provider_code, m.media, m.origin, coalesce(m.sid, ''), m.attempts, m.basis`

func (m *Message) fields() []any {
	return []any{
		&m.Seq, &m.ID, &m.Thread, &m.Dossier, &m.Way, &m.Body, &m.At, &m.State, &m.Author, &m.Category, &m.StartedBy,
		&m.Until, &m.Reason, &m.ProviderCode, &m.Media, &m.Origin, &m.SID, &m.Attempts, &m.basis,
	}
}

// GetThread returns a thread, or CodeNoThread.
func GetThread(tx *sqlite.Tx, id clinic.ThreadID) (Thread, error) {
	var t Thread
	err := tx.QueryRow(`SELECT `+threadColumns+` FROM threads t WHERE t.id = ?`, id).Scan(t.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return Thread{}, clinic.E(CodeNoThread)
	}
	return t, wrap("thread", err)
}

// GetMessage returns a message, or CodeNotFound.
func GetMessage(tx *sqlite.Tx, id clinic.MessageID) (Message, error) {
	return oneMessage(tx.QueryRow(`SELECT `+messageColumns+` FROM messages m WHERE m.id = ?`, id))
}

// BySID returns the message that the provider names so, or CodeNotFound.
func BySID(tx *sqlite.Tx, sid string) (Message, error) {
	return oneMessage(tx.QueryRow(`SELECT `+messageColumns+` FROM messages m WHERE m.sid = ?`, sid))
}

func oneMessage(row *sql.Row) (Message, error) {
	var m Message
	err := row.Scan(m.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return Message{}, clinic.E(clinic.CodeNotFound)
	}
	return m, wrap("message", err)
}

func wrap(what string, err error) error {
	if err != nil {
		return fmt.Errorf("archive: read %s: %w", what, err)
	}
	return nil
}

func threadOf(tx *sqlite.Tx, number clinic.NumberID, patient clinic.PatientID) (clinic.ThreadID, bool, error) {
	var id clinic.ThreadID
	err := tx.QueryRow(`SELECT id FROM threads WHERE number = ? AND patient IS ?`, number, patient).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return id, false, nil
	}
	return id, err == nil, wrap("thread", err)
}

// Answering returns the thread in which a text from a number belongs: the one
// from which a text of the clinic last reached it, or else the one that began first. Found is false
// where the number has none.
func Answering(tx *sqlite.Tx, number clinic.NumberID) (t Thread, found bool, err error) {
	err = tx.QueryRow(`SELECT `+threadColumns+` FROM threads t WHERE t.number = ?
		ORDER BY t.last_out_at DESC, t.last_at DESC, t.id LIMIT 1`, number).Scan(t.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return Thread{}, false, nil
	}
	return t, err == nil, wrap("thread", err)
}

// OfPatient returns the threads of a patient, the most recent first.
func OfPatient(tx *sqlite.Tx, patient clinic.PatientID) ([]Thread, error) {
	rows, err := tx.Query(`SELECT `+threadColumns+` FROM threads t WHERE t.patient = ? ORDER BY t.last_at DESC, t.id`, patient)
	if err != nil {
		return nil, wrap("threads", err)
	}
	defer rows.Close()
	var all []Thread
	for rows.Next() {
		var t Thread
		if err := rows.Scan(t.fields()...); err != nil {
			return nil, wrap("threads", err)
		}
		all = append(all, t)
	}
	return all, wrap("threads", rows.Err())
}

// LastFrom returns the newest text from the other side in a thread, or
// CodeNotFound.
func LastFrom(tx *sqlite.Tx, thread clinic.ThreadID) (Message, error) {
	return oneMessage(tx.QueryRow(`SELECT `+messageColumns+` FROM messages m
		WHERE m.seq = (SELECT last_in_seq FROM threads WHERE id = ?) AND m.thread = ?`, thread, thread))
}

// StartedSince returns when the texts that the clinic started in a thread left,
// since an instant. A text counts from its first attempt and not from when it was
// written: what waited overnight is a text of the next day. Those that still
// wait, failed or were taken back do not count.
func StartedSince(tx *sqlite.Tx, thread clinic.ThreadID, since clinic.Instant) ([]clinic.Instant, error) {
	rows, err := tx.Query(`SELECT coalesce(nullif(left_at, 0), at) AS started FROM messages
		WHERE thread = ? AND started >= ? AND way = 'out' AND started_by = ?
		AND state IN ('sending', 'sent', 'delivered', 'unsure', 'ask') ORDER BY started`,
		thread, int64(since), string(policy.ByClinic))
	if err != nil {
		return nil, wrap("started texts", err)
	}
	defer rows.Close()
	var all []clinic.Instant
	for rows.Next() {
		var at clinic.Instant
		if err := rows.Scan(&at); err != nil {
			return nil, wrap("started texts", err)
		}
		all = append(all, at)
	}
	return all, wrap("started texts", rows.Err())
}

// Moving returns outgoing texts since an instant that the provider has and whose
// end is not known, the oldest first. As in [StartedSince], a text is as old as
// its first attempt.
func Moving(tx *sqlite.Tx, since clinic.Instant, limit int) ([]Message, error) {
	return messages(tx.Query(`SELECT `+messageColumns+` FROM messages m WHERE m.way = 'out' AND m.state IN ('sent')
		AND m.sid IS NOT NULL AND coalesce(nullif(m.left_at, 0), m.at) >= ? ORDER BY m.seq LIMIT ?`, int64(since), limit))
}

func messages(rows *sql.Rows, err error) ([]Message, error) {
	if err != nil {
		return nil, wrap("messages", err)
	}
	defer rows.Close()
	var all []Message
	for rows.Next() {
		var m Message
		if err := rows.Scan(m.fields()...); err != nil {
			return nil, wrap("messages", err)
		}
		all = append(all, m)
	}
	return all, wrap("messages", rows.Err())
}
