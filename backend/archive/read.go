package archive

import (
	"bytes"
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

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
	Left         clinic.Instant // when it left, or is to leave the provider; zero before it was tried
	Reason       clinic.Code
	ProviderCode int
	Media        int
	Origin       Origin
	SID          string
	Attempts     int
	// AgainOf is the text that did not arrive and that this one sends once more, AgainBy
	// the last that sends this one once more; zero for none.
	AgainOf, AgainBy clinic.MessageID

	basis string
}

const threadColumns = `t.id, t.number, t.patient, t.dossier, t.last_at, t.last_seq, t.last_in_at, t.unread, t.read_to`

func (t *Thread) fields() []any {
	return []any{&t.ID, &t.Number, &t.Patient, &t.Dossier, &t.LastAt, &t.LastSeq, &t.LastIn, &t.Unread, &t.ReadTo}
}

const messageColumns = `m.seq, m.id, m.thread, m.dossier, m.way, m.body, m.at, m.state, m.author, m.category, m.started_by,
	m.until, m.reason, m.provider_code, m.media, m.origin, coalesce(m.sid, ''), m.attempts, m.basis, m.left_at, m.again_of, m.again_by`

func (m *Message) fields() []any {
	return []any{
		&m.Seq, &m.ID, &m.Thread, &m.Dossier, &m.Way, &m.Body, &m.At, &m.State, &m.Author, &m.Category, &m.StartedBy,
		&m.Until, &m.Reason, &m.ProviderCode, &m.Media, &m.Origin, &m.SID, &m.Attempts, &m.basis, &m.Left, &m.AgainOf, &m.AgainBy,
	}
}

// GetThread returns a thread, or CodeNoThread where there is none in sight.
func GetThread(tx *sqlite.Tx, s Sight, id clinic.ThreadID) (Thread, error) {
	seen, args := s.where("t")
	var t Thread
	err := tx.QueryRow(`SELECT `+threadColumns+` FROM threads t WHERE t.id = ? AND `+seen,
		append([]any{id}, args...)...).Scan(t.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return Thread{}, clinic.E(CodeNoThread)
	}
	return t, wrap("thread", err)
}

// InSight returns those of some threads that are in sight.
func InSight(tx *sqlite.Tx, s Sight, ids ...clinic.ThreadID) ([]clinic.ThreadID, error) {
	if s.all() {
		return ids, nil
	}
	seen, args := s.where("t")
	rows, err := tx.Query(`SELECT t.id FROM threads t WHERE t.id IN `+sqlite.InSet+` AND `+seen, append([]any{sqlite.Set(ids...)}, args...)...)
	if err != nil {
		return nil, wrap("threads", err)
	}
	defer rows.Close()
	var some []clinic.ThreadID
	for rows.Next() {
		var id clinic.ThreadID
		if err := rows.Scan(&id); err != nil {
			return nil, wrap("threads", err)
		}
		some = append(some, id)
	}
	return some, wrap("threads", rows.Err())
}

// GetMessage returns a message, or CodeNotFound where there is none in a thread
// in sight.
func GetMessage(tx *sqlite.Tx, s Sight, id clinic.MessageID) (Message, error) {
	where, args := `m.id = ?`, []any{id}
	if !s.all() {
		seen, more := s.where("t")
		where += ` AND EXISTS (SELECT 1 FROM threads t WHERE t.id = m.thread AND ` + seen + `)`
		args = append(args, more...)
	}
	return oneMessage(tx.QueryRow(`SELECT `+messageColumns+` FROM messages m WHERE `+where, args...))
}

// GetMessages returns those messages of some that exist, in the order of the log.
func GetMessages(tx *sqlite.Tx, ids ...clinic.MessageID) ([]Message, error) {
	all, err := messages(tx.Query(`SELECT `+messageColumns+` FROM messages m WHERE m.id IN `+sqlite.InSet, sqlite.Set(ids...)))
	slices.SortFunc(all, func(a, b Message) int { return cmp.Compare(a.Seq, b.Seq) })
	return all, err
}

// GetThreads returns those threads of some that are in sight.
func GetThreads(tx *sqlite.Tx, s Sight, ids ...clinic.ThreadID) ([]Thread, error) {
	seen, args := s.where("t")
	return threadsOf(tx.Query(`SELECT `+threadColumns+` FROM threads t WHERE t.id IN `+sqlite.InSet+` AND `+seen,
		append([]any{sqlite.Set(ids...)}, args...)...))
}

// BySID returns the message that the provider names so, or CodeNotFound.
func BySID(tx *sqlite.Tx, sid string) (Message, error) {
	return oneMessage(tx.QueryRow(`SELECT `+messageColumns+` FROM messages m WHERE m.sid = ?`, sid))
}

// BySIDs returns those messages that the provider names so, by these names.
func BySIDs(tx *sqlite.Tx, sids ...string) (map[string]Message, error) {
	names, err := json.Marshal(sids)
	if err != nil {
		return nil, wrap("messages", err)
	}
	all, err := messages(tx.Query(`SELECT `+messageColumns+` FROM messages m
		WHERE m.sid IN (SELECT value FROM json_each(?))`, string(names)))
	if err != nil {
		return nil, err
	}
	known := make(map[string]Message, len(all))
	for _, m := range all {
		known[m.SID] = m
	}
	return known, nil
}

// Known is what there is to say about a listed text that is here, before anybody reads it.
type Known struct {
	Way   Way
	State State
}

// KnownBySID returns which of some names of the provider are here, by these names. It costs
// a third of BySIDs: whole lists are held against it again and again.
func KnownBySID(tx *sqlite.Tx, sids ...string) (map[string]Known, error) {
	names, err := json.Marshal(sids)
	if err != nil {
		return nil, wrap("messages", err)
	}
	rows, err := tx.Query(`SELECT m.sid, m.way, m.state FROM messages m WHERE m.sid IN (SELECT value FROM json_each(?))`, string(names))
	if err != nil {
		return nil, wrap("messages", err)
	}
	defer rows.Close()
	known := make(map[string]Known, len(sids))
	for rows.Next() {
		var sid string
		var k Known
		if err := rows.Scan(&sid, &k.Way, &k.State); err != nil {
			return nil, wrap("messages", err)
		}
		known[sid] = k
	}
	return known, wrap("messages", rows.Err())
}

func oneMessage(row *sqlite.Row) (Message, error) {
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

// Answering returns the thread in which a text from a number belongs: the patient's
// from which a text of the clinic last reached it, or else the one that began first; a
// stranger's only where no patient has one. Found is false where the number has none.
func Answering(tx *sqlite.Tx, number clinic.NumberID) (t Thread, found bool, err error) {
	err = tx.QueryRow(`SELECT `+threadColumns+` FROM threads t WHERE t.number = ?
		ORDER BY t.patient IS NULL, t.last_out_at DESC, t.last_at DESC, t.id LIMIT 1`, number).Scan(t.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return Thread{}, false, nil
	}
	return t, err == nil, wrap("thread", err)
}

// ThreadsOf returns, for each of some patients, the thread in sight in which the
// last text went or came. A patient without one is not in it.
func ThreadsOf(tx *sqlite.Tx, s Sight, patients ...clinic.PatientID) (map[clinic.PatientID]clinic.ThreadID, error) {
	seen, args := s.where("t")
	all, err := threadsOf(tx.Query(`SELECT `+threadColumns+` FROM threads t WHERE t.patient IN `+sqlite.InSet+` AND `+seen,
		append([]any{sqlite.Set(patients...)}, args...)...))
	if err != nil {
		return nil, err
	}
	latest := map[clinic.PatientID]Thread{}
	for _, t := range all {
		if known, ok := latest[t.Patient]; !ok || later(t, known) {
			latest[t.Patient] = t
		}
	}
	threads := make(map[clinic.PatientID]clinic.ThreadID, len(latest))
	for who, t := range latest {
		threads[who] = t.ID
	}
	return threads, nil
}

// LastOut returns when the clinic last reached a number about each of the patients who
// have a thread on it; the zero patient is an unknown sender.
func LastOut(tx *sqlite.Tx, number clinic.NumberID) (map[clinic.PatientID]clinic.Instant, error) {
	rows, err := tx.Query(`SELECT patient, last_out_at FROM threads WHERE number = ?`, number)
	if err != nil {
		return nil, wrap("threads", err)
	}
	defer rows.Close()
	last := map[clinic.PatientID]clinic.Instant{}
	for rows.Next() {
		var who clinic.PatientID
		var at clinic.Instant
		if err := rows.Scan(&who, &at); err != nil {
			return nil, wrap("threads", err)
		}
		last[who] = max(last[who], at)
	}
	return last, wrap("threads", rows.Err())
}

// ThreadsByNumber returns the threads in sight of a patient, by their numbers.
func ThreadsByNumber(tx *sqlite.Tx, s Sight, patient clinic.PatientID) (map[clinic.NumberID]clinic.ThreadID, error) {
	seen, args := s.where("t")
	all, err := threadsOf(tx.Query(`SELECT `+threadColumns+` FROM threads t WHERE t.patient = ? AND `+seen, append([]any{patient}, args...)...))
	if err != nil {
		return nil, err
	}
	threads := make(map[clinic.NumberID]clinic.ThreadID, len(all))
	for _, t := range all {
		threads[t.Number] = t.ID
	}
	return threads, nil
}

// later orders threads as the inbox does.
func later(a, b Thread) bool {
	return cmp.Or(cmp.Compare(a.LastAt, b.LastAt), bytes.Compare(a.ID[:], b.ID[:])) > 0
}

func threadsOf(rows *sqlite.Rows, err error) ([]Thread, error) {
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

// StartedSince returns when the texts that the clinic started to a patient left,
// in whichever thread, since an instant. A text counts from its first attempt and
// not from when it was written: what waited overnight is a text of the next day.
// Those that still wait, failed or were taken back do not count.
func StartedSince(tx *sqlite.Tx, patient clinic.PatientID, since clinic.Instant) ([]clinic.Instant, error) {
	return instants(tx.Query(`SELECT m.left_at FROM threads t CROSS JOIN messages m ON m.thread = t.id
		WHERE t.patient = ? AND m.started_by = '`+string(policy.ByClinic)+`' AND m.left_at <> 0 AND m.left_at >= ?
		AND m.state IN ('sending', 'scheduled', 'recalling', 'sent', 'delivered', 'unsure', 'ask', 'given_up')`, patient, int64(since)))
}

// instants reads when some texts left, in order.
func instants(rows *sqlite.Rows, err error) ([]clinic.Instant, error) {
	if err != nil {
		return nil, wrap("when texts left", err)
	}
	defer rows.Close()
	var all []clinic.Instant
	for rows.Next() {
		var at clinic.Instant
		if err := rows.Scan(&at); err != nil {
			return nil, wrap("when texts left", err)
		}
		all = append(all, at)
	}
	slices.Sort(all)
	return all, wrap("when texts left", rows.Err())
}

// AnsweredSince returns when the ready words left that answered a patient without a
// consent, in whichever thread, since an instant. They answer within a day, so that what
// has left since was written a day before at the earliest.
func AnsweredSince(tx *sqlite.Tx, patient clinic.PatientID, since clinic.Instant) ([]clinic.Instant, error) {
	return instants(tx.Query(`SELECT m.left_at FROM threads t CROSS JOIN messages m ON m.thread = t.id
		WHERE t.patient = ? AND m.at >= ? AND m.left_at >= ?
		AND CASE m.basis WHEN '' THEN '' ELSE json_extract(m.basis, '$.kind') END = '`+string(policy.ByFirstText)+`'`, patient, int64(since.Add(-24*time.Hour)), int64(since)))
}

// Moving returns outgoing texts that left since an instant and of which the
// provider has not said what became, the oldest first.
func Moving(tx *sqlite.Tx, since clinic.Instant, limit int) ([]Message, error) {
	return messages(tx.Query(`SELECT `+messageColumns+` FROM messages m WHERE m.state = 'sent' AND m.left_at >= ? AND m.sid IS NOT NULL
		ORDER BY m.left_at, m.seq LIMIT ?`, int64(since), limit))
}

// ScheduledApart returns texts that wait at the provider and did not come from the
// outbox: second attempts of texts that have left in another one, and what somebody else
// left there.
func ScheduledApart(tx *sqlite.Tx) ([]Message, error) {
	return messages(tx.Query(`SELECT ` + messageColumns + ` FROM messages m INDEXED BY messages_scheduled
		WHERE m.state = 'scheduled' AND m.origin > ''`))
}

func messages(rows *sqlite.Rows, err error) ([]Message, error) {
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
