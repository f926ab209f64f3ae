package archive

import (
	"cmp"
	"fmt"
	"slices"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/sqlite"
)

// A stranger may have been writing on a patient's number for a while before anybody
// noticed. What came from her is then taken off the patient's chart, into the thread
// of an unknown sender on that number. Nothing is rewritten: the texts keep their
// places in the log and the keys that they are sealed under, the move is an event of
// its own, and so is putting them back. What the clinic sent stays on the chart: it was
// about the patient, whoever read it.

type moveKind struct{}

// MoveID names one move of texts.
type MoveID = clinic.ID[moveKind]

// CodePutBack: the texts of this move stand where they were already.
const CodePutBack clinic.Code = "archive.put_back"

// Bodies of the events of moves.
type (
	// Moved takes the texts that came in, from one on, from a thread to another.
	Moved struct {
		Move MoveID          `json:"move"`
		From clinic.ThreadID `json:"from"`
		To   clinic.ThreadID `json:"to"`
		// At and Seq are the place of the first of them, in the order of a thread.
		At  clinic.Instant `json:"at"`
		Seq uint64         `json:"seq"`
	}
	// PutBack ends a move: its texts stand where they were.
	PutBack struct {
		Move MoveID `json:"move"`
	}
)

// The kinds of events of moves.
var (
	KindMoved   = kind("texts.moved", journal.ClassPatient)
	KindPutBack = kind("texts.put_back", journal.ClassPatient)
)

// MoveOff records that the texts which came in from one of them on, in a patient's
// thread in sight on a number, are a stranger's: they stand in the thread of an unknown
// sender on that number from now on. CodeNotFound: she has no such text there.
func MoveOff(d *journal.Decision, s Sight, patient clinic.PatientID, number patients.Number, first clinic.MessageID) error {
	m, err := GetMessage(d.Tx, s, first)
	if err != nil {
		return err
	}
	t, err := GetThread(d.Tx, s, m.Thread)
	if err != nil {
		return err
	}
	if m.Way != In || t.Number != number.ID || t.Patient != patient || patient.IsZero() {
		return clinic.E(clinic.CodeNotFound)
	}
	to, err := ThreadFor(d, number, nil)
	if err != nil {
		return err
	}
	d.Record(journal.Event{Kind: KindMoved, Dossier: t.Dossier, Body: Moved{
		Move: clinic.NewID[MoveID](), From: t.ID, To: to, At: m.At, Seq: m.Seq,
	}})
	return nil
}

// PutTextsBack records that the texts of a move were the patient's after all. Whoever
// does it sees both threads: CodeNotFound otherwise. CodePutBack: it was done already.
func PutTextsBack(d *journal.Decision, s Sight, id MoveID) error {
	m, both, err := seenMove(d.Tx, s, id)
	if err != nil {
		return err
	}
	if !m.BackAt.IsZero() {
		return clinic.E(CodePutBack)
	}
	for _, t := range both {
		if t.ID == m.From {
			d.Record(journal.Event{Kind: KindPutBack, Dossier: t.Dossier, Body: PutBack{id}})
		}
	}
	return nil
}

// MoveOn returns a move of which both threads are in sight, and the number that it was on.
func MoveOn(tx *sqlite.Tx, s Sight, id MoveID) (Move, clinic.NumberID, error) {
	m, both, err := seenMove(tx, s, id)
	if err != nil {
		return Move{}, clinic.NumberID{}, err
	}
	return m, both[0].Number, nil
}

// seenMove returns a move with its two threads, or CodeNotFound where one is out of sight.
func seenMove(tx *sqlite.Tx, s Sight, id MoveID) (Move, []Thread, error) {
	m, err := getMove(tx, id)
	if err != nil {
		return Move{}, nil, err
	}
	both, err := GetThreads(tx, s, m.From, m.To)
	if err == nil && len(both) < 2 {
		err = clinic.E(clinic.CodeNotFound)
	}
	return m, both, err
}

// Move is a move of texts as people are shown it.
type Move struct {
	ID       MoveID
	From, To clinic.ThreadID
	At       clinic.Instant
	By       clinic.StaffID
	// First is when the first of the texts was written, and Texts is how many they were.
	First clinic.Instant
	Texts int
	// BackAt is when they were put back, zero where they were not, and BackBy by whom.
	BackAt clinic.Instant
	BackBy clinic.StaffID
	// Both says that both threads are in sight.
	Both bool

	seq int64
}

const moveColumns = `v.seq, v.id, v.source, v.target, v.at, v.author, v.first_at, v.texts, v.back_at, v.back_by`

func (m *Move) fields() []any {
	return []any{&m.seq, &m.ID, &m.From, &m.To, &m.At, &m.By, &m.First, &m.Texts, &m.BackAt, &m.BackBy}
}

func getMove(tx *sqlite.Tx, id MoveID) (Move, error) {
	all, err := moves(tx.Query(`SELECT `+moveColumns+` FROM text_moves v WHERE v.id = ?`, id))
	if err == nil && len(all) == 0 {
		err = clinic.E(clinic.CodeNotFound)
	}
	if err != nil {
		return Move{}, err
	}
	return all[0], nil
}

// Moves returns what was ever moved out of a thread in sight, or into it, the first
// move first.
func Moves(tx *sqlite.Tx, s Sight, thread clinic.ThreadID) ([]Move, error) {
	if _, err := GetThread(tx, s, thread); err != nil {
		return nil, err
	}
	all, err := moves(tx.Query(`SELECT `+moveColumns+` FROM text_moves v WHERE v.source = ?1 OR v.target = ?1`, thread))
	if err != nil || len(all) == 0 {
		return nil, err
	}
	slices.SortFunc(all, func(a, b Move) int { return cmp.Compare(a.seq, b.seq) })
	var ends []clinic.ThreadID
	for _, m := range all {
		ends = append(ends, m.From, m.To)
	}
	if ends, err = InSight(tx, s, ends...); err != nil {
		return nil, err
	}
	for i, m := range all {
		all[i].Both = slices.Contains(ends, m.From) && slices.Contains(ends, m.To)
	}
	return all, nil
}

func moves(rows *sqlite.Rows, err error) ([]Move, error) {
	if err != nil {
		return nil, wrap("moves", err)
	}
	defer rows.Close()
	var all []Move
	for rows.Next() {
		var m Move
		if err := rows.Scan(m.fields()...); err != nil {
			return nil, wrap("moves", err)
		}
		all = append(all, m)
	}
	return all, wrap("moves", rows.Err())
}

func movedSchema() []string {
	return []string{
		`CREATE TABLE text_moves (
			seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, source BLOB NOT NULL, target BLOB NOT NULL,
			at INTEGER NOT NULL, author BLOB, first_at INTEGER NOT NULL, texts INTEGER NOT NULL,
			back_at INTEGER NOT NULL, back_by BLOB
		) STRICT`,
		`CREATE INDEX text_moves_by_source ON text_moves (source)`,
		`CREATE INDEX text_moves_by_target ON text_moves (target)`,
		// What each event of a move has carried, from where and to where: a move and its
		// end alike. Rows stay as they were made, for the reducers that come behind.
		`CREATE TABLE texts_carried (
			seq INTEGER NOT NULL, text INTEGER NOT NULL, source BLOB NOT NULL, target BLOB NOT NULL, PRIMARY KEY (seq, text)
		) STRICT, WITHOUT ROWID`,
	}
}

func (r reducer) moved(b Moved) error {
	seq := int64(r.e.Pos.Seq)
	if _, err := r.tx.Exec(`INSERT INTO texts_carried SELECT ?1, m.seq, m.thread, ?2 FROM messages m
		WHERE m.thread = ?3 AND (m.at, m.seq) >= (?4, ?5) AND m.way = 'in'`, seq, b.To, b.From, int64(b.At), int64(b.Seq)); err != nil {
		return err
	}
	if _, err := r.tx.Exec(`INSERT INTO text_moves
		SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, (SELECT count(*) FROM texts_carried WHERE seq = ?1), 0, NULL`,
		seq, b.Move, b.From, b.To, int64(r.e.At), r.e.Author, int64(b.At)); err != nil {
		return err
	}
	return r.carry(b.From, b.To)
}

// putBack carries back what still stands where a move has put it.
func (r reducer) putBack(b PutBack) error {
	m, err := getMove(r.tx, b.Move)
	if clinic.CodeOf(err) == clinic.CodeNotFound { // its content was destroyed
		return nil
	}
	if err != nil || !m.BackAt.IsZero() {
		return err
	}
	if _, err := r.tx.Exec(`INSERT INTO texts_carried SELECT ?1, c.text, c.target, c.source FROM text_moves v
		CROSS JOIN texts_carried c ON c.seq = v.seq CROSS JOIN messages m ON m.seq = c.text AND m.thread = c.target
		WHERE v.id = ?2`, int64(r.e.Pos.Seq), b.Move); err != nil {
		return err
	}
	if _, err := r.tx.Exec(`UPDATE text_moves SET back_at = ?, back_by = ? WHERE id = ?`, int64(r.e.At), r.e.Author, b.Move); err != nil {
		return err
	}
	return r.carry(m.To, m.From)
}

// carry brings the texts and both threads up to what the event carries. What was read
// stays read: a thread that gets nothing unread, and has nothing, is read up to here.
func (r reducer) carry(from, to clinic.ThreadID) error {
	r.touch(from)
	r.touch(to)
	seq := int64(r.e.Pos.Seq)
	var fresh int
	if err := r.tx.QueryRow(`SELECT coalesce((SELECT unread FROM threads WHERE id = ?2), 0) + (SELECT count(*) FROM texts_carried c
			CROSS JOIN messages m ON m.seq = c.text AND m.past = 0
			CROSS JOIN threads t ON t.id = c.source AND t.read_to < m.seq WHERE c.seq = ?1)`, seq, to).Scan(&fresh); err != nil {
		return err
	}
	if _, err := r.tx.Exec(`UPDATE messages SET thread = ? WHERE seq IN (SELECT text FROM texts_carried WHERE seq = ?)`, to, seq); err != nil {
		return err
	}
	if fresh == 0 {
		if _, err := r.tx.Exec(`UPDATE threads SET read_to = max(read_to, ?) WHERE id = ?`, seq, to); err != nil {
			return err
		}
	}
	for _, id := range []clinic.ThreadID{from, to} {
		if err := r.recount(id); err != nil {
			return err
		}
	}
	return nil
}

// recount makes the summary of a thread anew from its texts. When the clinic last
// reached the other side stays: what went out is never moved.
func (r reducer) recount(thread clinic.ThreadID) error {
	before, err := r.unread(thread)
	if err != nil {
		return err
	}
	const newest = ` FROM messages WHERE thread = ?1`
	const last = ` ORDER BY at DESC, seq DESC LIMIT 1), 0)`
	if _, err := r.tx.Exec(`UPDATE threads SET
			last_at = coalesce((SELECT at`+newest+last+`, last_seq = coalesce((SELECT seq`+newest+last+`,
			last_in_at = coalesce((SELECT at`+newest+` AND way = 'in'`+last+`,
			last_in_seq = coalesce((SELECT seq`+newest+` AND way = 'in'`+last+`,
			unread = (SELECT count(*)`+newest+` AND way = 'in' AND past = 0 AND seq > read_to),
			arrived_seq = coalesce((SELECT max(seq)`+newest+` AND way = 'in' AND past = 0), 0)
		WHERE id = ?1`, thread); err != nil {
		return err
	}
	after, err := r.unread(thread)
	if err != nil {
		return err
	}
	return r.countUnread(after - before)
}

// carried is a text on its way from one thread to another.
type carried struct {
	doc      int64
	from, to indexed
}

// carried puts the texts that the event carries under their new thread. The row of a
// text says nothing here that a later event could change.
func (r indexer) carried() error {
	all, err := r.onTheWay()
	if err != nil {
		return err
	}
	for _, c := range all {
		old, now := c.from.tokens(), c.to.tokens()
		if _, err := r.tx.Exec(`INSERT INTO search_index (search_index, rowid, tokens) VALUES ('delete', ?, ?)`,
			c.doc, old+stretchFacts(c.doc)); err != nil {
			return fmt.Errorf("archive: index a moved text: %w", err)
		}
		if _, err := r.tx.Exec(`INSERT INTO search_index (rowid, tokens) VALUES (?, ?)`, c.doc, now+stretchFacts(c.doc)); err != nil {
			return fmt.Errorf("archive: index a moved text: %w", err)
		}
		if err := r.unsign(c.doc, c.from.thread); err != nil {
			return err
		}
		if err := r.sign(c.doc, c.to, now); err != nil {
			return err
		}
	}
	return nil
}

func (r indexer) onTheWay() ([]carried, error) {
	rows, err := r.tx.Query(`SELECT m.seq, m.at, m.body, m.media, c.source, c.target FROM texts_carried c
		CROSS JOIN messages m ON m.seq = c.text WHERE c.seq = ? ORDER BY c.text`, int64(r.e.Pos.Seq))
	if err != nil {
		return nil, wrap("moved texts", err)
	}
	defer rows.Close()
	var all []carried
	var seqs []int64
	for rows.Next() {
		var c carried
		var seq int64
		t := indexed{way: In}
		if err := rows.Scan(&seq, &t.at, &t.body, &t.media, &c.from.thread, &c.to.thread); err != nil {
			return nil, wrap("moved texts", err)
		}
		from, to := c.from.thread, c.to.thread
		c.from, c.to = t, t
		c.from.thread, c.to.thread = from, to
		all, seqs = append(all, c), append(seqs, seq)
	}
	if err := rows.Err(); err != nil {
		return nil, wrap("moved texts", err)
	}
	for i := range all {
		// From its second on; further on only where that was full.
		if err := r.tx.QueryRow(`SELECT doc FROM search_docs WHERE doc >= ? AND seq = ? ORDER BY doc LIMIT 1`,
			docAt(all[i].from.at), seqs[i]).Scan(&all[i].doc); err != nil {
			return nil, wrap("moved texts", err)
		}
	}
	return all, nil
}
