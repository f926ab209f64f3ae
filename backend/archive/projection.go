package archive

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// Projection returns the reducer of this package's tables, but for those of [Index].
func Projection() journal.Projection { return projection{} }

type projection struct{}

func (projection) Name() string { return "archive" }

func (projection) Schema() []string {
	return slices.Concat(tables(), movedSchema(), notPatientSchema())
}

func tables() []string {
	return []string{
		`CREATE TABLE threads (
			id BLOB PRIMARY KEY, number BLOB NOT NULL, patient BLOB, dossier BLOB NOT NULL,
			last_at INTEGER NOT NULL, last_seq INTEGER NOT NULL,
			last_in_at INTEGER NOT NULL, last_in_seq INTEGER NOT NULL, last_out_at INTEGER NOT NULL,
			unread INTEGER NOT NULL, read_to INTEGER NOT NULL,
			arrived_seq INTEGER NOT NULL -- of the text that was the last to come in, whatever its time
		) STRICT, WITHOUT ROWID`,
		`CREATE INDEX threads_by_time ON threads (last_at, id)`,
		`CREATE INDEX threads_unread ON threads (last_at, id) WHERE unread > 0`,
		`CREATE INDEX threads_unknown ON threads (last_at, id) WHERE patient IS NULL`,
		// How many texts nobody has read, so that nobody has to add them up. Not by
		// a trigger: the full-text index writes out what it has gathered before every
		// statement that has one, and a large batch would become as many small pieces.
		`CREATE TABLE threads_unread_total (one INTEGER PRIMARY KEY CHECK (one = 1), texts INTEGER NOT NULL) STRICT`,
		`INSERT INTO threads_unread_total VALUES (1, 0)`,
		`CREATE INDEX threads_by_number ON threads (number, patient)`,
		`CREATE INDEX threads_by_patient ON threads (patient, last_at) WHERE patient IS NOT NULL`,
		// seq is the position of the event that brought the message in: the order
		// of arrival, while at is the message's own time.
		`CREATE TABLE messages (
			seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, thread BLOB NOT NULL, dossier BLOB NOT NULL,
			way TEXT NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL,
			state TEXT NOT NULL, author BLOB, -- to be given back is only what is scheduled
			category TEXT NOT NULL, started_by TEXT NOT NULL, until INTEGER NOT NULL,
			reason TEXT NOT NULL, provider_code INTEGER NOT NULL, media INTEGER NOT NULL, origin TEXT NOT NULL,
			sid TEXT, attempts INTEGER NOT NULL, basis TEXT NOT NULL,
			left_at INTEGER NOT NULL, -- when it left, by the first attempt; 0 before it, and for what came in
			past INTEGER NOT NULL, -- came in long before it was brought here, and never counted as unread
			named INTEGER NOT NULL DEFAULT 0, -- the position at which one of ours got its sid, and
			named_at INTEGER NOT NULL DEFAULT 0, -- the time of that; 0 for the texts that came with one
			again_of BLOB, again_by BLOB -- the failed text that it sends once more, and the last that sends it once more
		) STRICT`,
		`CREATE INDEX messages_by_thread ON messages (thread, at, seq)`,
		`CREATE UNIQUE INDEX messages_by_sid ON messages (sid) WHERE sid IS NOT NULL`,
		// Few texts are under way, and few of a patient's were begun by the clinic in
		// the last days; but a provider may never say what became of a text.
		`CREATE INDEX messages_moving ON messages (left_at) WHERE state = 'sent'`,
		`CREATE INDEX messages_scheduled ON messages (origin, seq) WHERE state = 'scheduled'`,
		`CREATE INDEX messages_started ON messages (thread, left_at)
			WHERE started_by = '` + string(policy.ByClinic) + `' AND left_at <> 0`,
	}
}

func (projection) Kinds() []journal.Kind {
	return []journal.Kind{
		KindBegun, KindAssigned, KindRead, KindArrived, KindWritten, KindPostponed, KindHeld, KindConfirmed,
		KindWithdrawn, KindAttempt, KindAccepted, KindFailed, KindUnsure, KindAsk, KindGivenUp, KindReported, KindReopened,
		KindRecall, KindTooLate,
		KindMoved, KindPutBack, KindNotPatient,
	}
}

// Decisive: whose a thread is, and so who may see it, and what of it nobody has
// read. It costs some 1.5 µs a thread at each start. Texts are too many; what decides
// of one that has not left lies in the exchange's outbox.
func (projection) Decisive() []string { return []string{"threads"} }

func (projection) Apply(tx *sqlite.Tx, e journal.Applied, touched *journal.Touched) error {
	if e.Body.Destroyed() {
		return nil
	}
	r := reducer{tx, e, touched}
	switch e.Kind {
	case KindBegun.Name:
		return decode(e, r.begun)
	case KindAssigned.Name:
		return decode(e, r.assigned)
	case KindRead.Name:
		return decode(e, r.read)
	case KindArrived.Name:
		return decode(e, r.arrived)
	case KindWritten.Name:
		return decode(e, r.written)
	case KindPostponed.Name:
		return decode(e, r.postponed)
	case KindConfirmed.Name:
		return decode(e, func(b Confirmed) error { return r.stop(Stopped{Message: b.Message}, Waiting) })
	case KindHeld.Name:
		return decode(e, func(b Stopped) error { return r.stop(b, Held) })
	case KindWithdrawn.Name:
		return decode(e, func(b Stopped) error { return r.stop(b, Withdrawn) })
	case KindFailed.Name:
		return decode(e, func(b Stopped) error { return r.stop(b, Failed) })
	case KindUnsure.Name:
		return decode(e, func(b Stopped) error { return r.stop(b, Unsure) })
	case KindAsk.Name:
		return decode(e, func(b Stopped) error { return r.stop(b, Ask) })
	case KindGivenUp.Name:
		return decode(e, func(b Stopped) error { return r.stop(b, GivenUp) })
	case KindAttempt.Name:
		return decode(e, r.attempted)
	case KindAccepted.Name:
		return decode(e, r.accepted)
	case KindRecall.Name:
		return decode(e, r.recalled)
	case KindTooLate.Name:
		return decode(e, r.tooLate)
	case KindReported.Name:
		return decode(e, r.reported)
	case KindReopened.Name:
		return decode(e, r.reopened)
	case KindMoved.Name:
		return decode(e, r.moved)
	case KindPutBack.Name:
		return decode(e, r.putBack)
	case KindNotPatient.Name:
		return decode(e, r.notPatient)
	}
	return fmt.Errorf("archive: no rule for kind %s", e.Kind)
}

func decode[B any](e journal.Applied, apply func(B) error) error {
	var b B
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	return apply(b)
}

type reducer struct {
	tx      *sqlite.Tx
	e       journal.Applied
	touched *journal.Touched
}

func (r reducer) touch(thread clinic.ThreadID) {
	r.touched.Add(TopicInbox, thread)
	r.touched.Add(TopicThread, thread)
}

func (r reducer) begun(b Begun) error {
	r.touch(b.Thread)
	_, err := r.tx.Exec(`INSERT INTO threads VALUES (?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING`,
		b.Thread, b.Number, b.Patient, r.e.Dossier)
	return err
}

func (r reducer) assigned(b Assigned) error {
	if err := r.notPatient(NotPatient{Thread: b.Thread}); err != nil {
		return err
	}
	_, err := r.tx.Exec(`UPDATE threads SET patient = ?, dossier = ? WHERE id = ?`, b.Patient, r.e.Dossier, b.Thread)
	return err
}

// read counts only where something has come in since what was read: a long thread
// costs no more than a short one.
func (r reducer) read(b Read) error {
	r.touch(b.Thread)
	before, err := r.unread(b.Thread)
	if err != nil {
		return err
	}
	if _, err := r.tx.Exec(`UPDATE threads SET read_to = ?1, unread = CASE WHEN arrived_seq <= ?1 THEN 0 ELSE
			(SELECT count(*) FROM messages WHERE thread = ?2 AND way = 'in' AND past = 0 AND seq > ?1) END
		WHERE id = ?2 AND read_to < ?1`, int64(b.UpTo), b.Thread); err != nil {
		return err
	}
	after, err := r.unread(b.Thread)
	if err != nil {
		return err
	}
	return r.countUnread(after - before)
}

// unread is how many texts of a thread nobody has read, zero for one that is not
// there.
func (r reducer) unread(thread clinic.ThreadID) (n int, err error) {
	err = r.tx.QueryRow(`SELECT coalesce((SELECT unread FROM threads WHERE id = ?), 0)`, thread).Scan(&n)
	return n, err
}

// countUnread brings the total up to a change of one thread's.
func (r reducer) countUnread(change int) error {
	if change == 0 {
		return nil
	}
	_, err := r.tx.Exec(`UPDATE threads_unread_total SET texts = texts + ? WHERE one = 1`, change)
	return err
}

func (r reducer) arrived(b Arrived) error {
	way, left := In, clinic.Instant(0)
	if b.State != Received {
		way, left = Out, b.At
	}
	done, err := r.tx.Exec(`INSERT INTO messages (seq, id, thread, dossier, way, body, at, state, author, category, started_by,
			until, reason, provider_code, media, origin, sid, attempts, basis, left_at, past)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, '', '', 0, '', ?, ?, ?, ?, 0, '', ?, ?) ON CONFLICT DO NOTHING`,
		int64(r.e.Pos.Seq), b.Message, b.Thread, r.e.Dossier, string(way), b.Body, int64(b.At), string(b.State),
		b.ErrorCode, b.Media, string(b.Origin), b.SID, int64(left), b.Past)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if err := r.advance(b.Thread, b.At, way, way == In && !b.Past); err != nil || way == In {
		return err
	}
	return r.wentOut(b.Thread, b.At)
}

func (r reducer) written(b Written) error {
	done, err := r.tx.Exec(`INSERT INTO messages (seq, id, thread, dossier, way, body, at, state, author, category, started_by,
			until, reason, provider_code, media, origin, sid, attempts, basis, left_at, past)
		VALUES (?, ?, ?, ?, 'out', ?, ?, ?, ?, ?, ?, 0, '', 0, ?, '', NULL, 0, '', 0, 0) ON CONFLICT DO NOTHING`,
		int64(r.e.Pos.Seq), b.Message, b.Thread, r.e.Dossier, b.Body, int64(r.e.At), string(Waiting), r.e.Author,
		string(b.Category), string(b.StartedBy), b.Pictures)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if !b.Again.IsZero() {
		if _, err := r.tx.Exec(`UPDATE messages SET again_of = ? WHERE id = ?`, b.Again, b.Message); err != nil {
			return err
		}
		if _, err := r.tx.Exec(`UPDATE messages SET again_by = ? WHERE id = ?`, b.Message, b.Again); err != nil {
			return err
		}
	}
	return r.advance(b.Thread, r.e.At, Out, false)
}

// advance brings a thread's summary up to a message that has just come in. A
// late message changes the counts and not what the newest one is.
func (r reducer) advance(thread clinic.ThreadID, at clinic.Instant, way Way, fresh bool) error {
	r.touch(thread)
	in, unread := 0, 0
	if way == In {
		in = 1
	}
	if fresh {
		unread = 1
	}
	done, err := r.tx.Exec(`UPDATE threads SET
			last_at = max(last_at, ?1), last_seq = iif(last_at <= ?1, ?2, last_seq),
			last_in_at = iif(?3, max(last_in_at, ?1), last_in_at),
			last_in_seq = iif(?3 AND last_in_at <= ?1, ?2, last_in_seq),
			unread = unread + ?5, arrived_seq = iif(?5, ?2, arrived_seq)
		WHERE id = ?4`, int64(at), int64(r.e.Pos.Seq), in, thread, unread)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return r.countUnread(unread)
}

// wentOut notes when the clinic last reached the other side. A text that waits
// does not count: on a shared phone, an answer belongs where the phone was last
// written to.
func (r reducer) wentOut(thread clinic.ThreadID, at clinic.Instant) error {
	_, err := r.tx.Exec(`UPDATE threads SET last_out_at = ?1 WHERE id = ?2 AND last_out_at <= ?1`, int64(at), thread)
	return err
}

// move sets what an event says about an outgoing message. A message whose words
// were destroyed has no row; its later events change nothing.
func (r reducer) move(id clinic.MessageID, set string, args ...any) error {
	var thread []byte
	err := r.tx.QueryRow(`SELECT thread FROM messages WHERE id = ?`, id).Scan(&thread)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	r.touch(clinic.ThreadID(thread))
	_, err = r.tx.Exec(`UPDATE messages SET `+set+` WHERE id = ?`, append(args, id)...)
	return err
}

func (r reducer) postponed(b Postponed) error {
	state := Waiting
	if b.Until != 0 {
		state = Later
	}
	// What waits for an hour has not left, and counts towards the caps of the day on
	// which it does.
	return r.move(b.Message, `state = ?1, until = ?2, reason = ?3, left_at = iif(?2 > 0, 0, left_at)`,
		string(state), int64(b.Until), string(b.Reason))
}

// stop notes that a text does not go by itself. One that has left stays as it is, whatever
// was decided beside the page that says so, unless it did not arrive: it counts towards the
// caps and can be reported.
func (r reducer) stop(b Stopped, to State) error {
	var now State
	err := r.tx.QueryRow(`SELECT state FROM messages WHERE id = ?`, b.Message).Scan(&now)
	if errors.Is(err, sql.ErrNoRows) || err == nil && to != Failed && (now == Sent || now == Delivered) {
		return nil
	}
	if err != nil {
		return err
	}
	return r.move(b.Message, `state = ?, until = 0, reason = ?, provider_code = ?`, string(to), string(b.Reason), b.ProviderCode)
}

func (r reducer) attempted(b Attempt) error {
	basis, err := json.Marshal(b.Basis)
	if err != nil {
		return err
	}
	return r.move(b.Message, `state = ?, until = 0, reason = '', attempts = ?, basis = ?,
		left_at = CASE left_at WHEN 0 THEN ? ELSE left_at END`, string(Sending), b.Number, string(basis), int64(r.e.At))
}

// accepted gives a text the provider's name for it. A text that has a name keeps
// it: of two workstations that heard the same, one was first.
func (r reducer) accepted(b Accepted) error {
	var thread clinic.ThreadID
	var named bool
	err := r.tx.QueryRow(`SELECT thread, sid IS NOT NULL FROM messages WHERE id = ?`, b.Message).Scan(&thread, &named)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil || named {
		return err
	}
	name, err := r.claim(b)
	if err != nil {
		return err
	}
	if b.State == Scheduled {
		// It counts towards the caps of the day on which it goes.
		return r.move(b.Message, `state = ?, sid = ?, reason = '', provider_code = 0, named = ?, named_at = ?, until = ?, left_at = ?`,
			string(b.State), name, int64(r.e.Pos.Seq), int64(r.e.At), int64(b.Until), int64(b.Until))
	}
	if err := r.wentOut(thread, r.e.At); err != nil {
		return err
	}
	return r.move(b.Message, `state = ?1, sid = ?2, reason = '', provider_code = 0, named = ?3, named_at = ?4,
		left_at = CASE left_at WHEN 0 THEN ?4 ELSE left_at END`, string(b.State), name, int64(r.e.Pos.Seq), int64(r.e.At))
}

// claim returns the name that a text gets, nil where another text has it. One that
// was listed before anybody knew whose it was is that very text: it gives the name
// up, and what the provider says from now on is said of ours.
func (r reducer) claim(b Accepted) (any, error) {
	var holder clinic.MessageID
	var origin Origin
	err := r.tx.QueryRow(`SELECT id, origin FROM messages WHERE sid = ?`, b.SID).Scan(&holder, &origin)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return b.SID, nil
	case err != nil:
		return nil, err
	case origin != Elsewhere:
		return nil, nil
	}
	return b.SID, r.move(holder, `sid = NULL, origin = ?`, string(Again))
}

// reopened lets a person decide about every text that has not come to an end
// here: whether it left in the time that is missing, this archive cannot know. It
// counts towards the caps as if it had, when it was written.
func (r reducer) reopened(b Reopened) error {
	r.touched.Add(TopicInbox)
	r.touched.Add(TopicThread)
	_, err := r.tx.Exec(`UPDATE messages SET state = ?, until = 0, reason = ?,
			left_at = CASE left_at WHEN 0 THEN at ELSE left_at END
		WHERE way = 'out' AND state IN ('waiting', 'later', 'held', 'sending', 'unsure', 'ask')`, string(Ask), string(b.Reason))
	return err
}

func (r reducer) reported(b Reported) error {
	var now State
	err := r.tx.QueryRow(`SELECT state FROM messages WHERE id = ?`, b.Message).Scan(&now)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil || now.rank() >= b.State.rank() {
		return err
	}
	if err := r.leftAtItsTime(b.Message, now); err != nil {
		return err
	}
	// Why it was called off says nothing of why it failed.
	return r.move(b.Message, `state = ?1, until = 0, provider_code = ?2, reason = iif(?1 = 'failed', '', reason)`,
		string(b.State), b.ErrorCode)
}

// leftAtItsTime notes for the thread that a text which waited at the provider has left.
func (r reducer) leftAtItsTime(id clinic.MessageID, from State) error {
	if from != Scheduled && from != Recalling {
		return nil
	}
	var thread clinic.ThreadID
	var left clinic.Instant
	if err := r.tx.QueryRow(`SELECT thread, left_at FROM messages WHERE id = ?`, id).Scan(&thread, &left); err != nil {
		return err
	}
	return r.wentOut(thread, left)
}

// recalled notes that a text is to be given back. One that left in the same decision, by
// a page that lists it together with a STOP, has left.
func (r reducer) recalled(b Stopped) error {
	var now State
	err := r.tx.QueryRow(`SELECT state FROM messages WHERE id = ?`, b.Message).Scan(&now)
	if errors.Is(err, sql.ErrNoRows) || err == nil && now != Scheduled {
		return nil
	}
	if err != nil {
		return err
	}
	return r.move(b.Message, `state = ?, reason = ?`, string(Recalling), string(b.Reason))
}

// tooLate notes that a text left which was to be given back.
func (r reducer) tooLate(b Stopped) error {
	var now State
	err := r.tx.QueryRow(`SELECT state FROM messages WHERE id = ?`, b.Message).Scan(&now)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := r.leftAtItsTime(b.Message, now); err != nil {
		return err
	}
	if now == Scheduled || now == Recalling {
		now = Sent
	}
	return r.move(b.Message, `state = ?, until = 0, reason = ?`, string(now), string(b.Reason))
}

// Basis reads the stored basis of a message's last attempt.
func (m Message) Basis() (policy.Basis, bool, error) {
	if m.basis == "" {
		return policy.Basis{}, false, nil
	}
	var b policy.Basis
	if err := json.Unmarshal([]byte(m.basis), &b); err != nil {
		return policy.Basis{}, false, fmt.Errorf("archive: read basis: %w", err)
	}
	return b, true, nil
}
