package exchange

import (
	"cmp"
	"slices"

	"quietline/backend/afterhours"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/golive"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// Take records, in the decision under way, messages of the clinic's number as the
// provider listed them: what is new is archived with what follows from it, such
// as an opt-out; of what is known, a step forward is. The same message again
// changes nothing, whoever read it, so that texts which were received by other
// means than [Exchange.Listen] come in through here.
//
// More messages than fit into one decision are journal.CodeTooLarge; a page fits.
func Take(d *journal.Decision, number clinic.Phone, listed []provider.Message) error {
	r, err := readingOf(d.Tx)
	if err != nil {
		return err
	}
	return newTaking(d, r.aloneSince(), 0).all(oursOf(listed, number))
}

// taking is one decision about messages of a list.
type taking struct {
	d *journal.Decision
	// alone is since when a text of a second sender is one; zero for never.
	alone clinic.Instant
	// past is before when a text came in that was read elsewhere.
	past clinic.Instant
	// known are those of the messages that the archive has.
	known map[string]archive.Message
	// claimed counts, for a text of the outbox, the messages that were found to be it.
	claimed map[clinic.MessageID]int
	places  map[clinic.Phone]place
	// seen are the new messages so far: a page may list one twice, and the second
	// time it is no other text.
	seen map[provider.SID]bool
	// tried are the texts that were ever attempted, nil until they are needed.
	tried []item
	// waiting are the texts that have not left, nil until they are needed, and made those
	// that were written here so far.
	waiting, made []alike
	// fresh are the messages that were new.
	fresh []provider.SID
	// stopped is when patients said stop, and over are the questions that were answered,
	// so far: what comes after it in one page answers nothing.
	stopped map[clinic.PatientID]clinic.Instant
	over    map[clinic.ConsentID]bool
	// shut are the numbers that said stop so far, and not START after it.
	shut map[clinic.NumberID]bool
	// back are the texts that were taken back so far, or found to have left: they wait for
	// nobody any more. asked are those that somebody is asked about since their words were
	// found to have gone from elsewhere.
	back, asked map[clinic.MessageID]bool
	// words are the newest STOP and START of numbers, and refusals the texts of ours that
	// the provider refused for a STOP: what explains one may stand behind it in the page.
	words    map[clinic.NumberID]consent.Words
	refusals []refusal
}

// refusal is a text that the provider refused, and when.
type refusal struct {
	text archive.Message
	at   clinic.Instant
}

func (t *taking) say(number clinic.NumberID, now consent.Words) {
	t.words[number] = t.words[number].With(now)
}

func newTaking(d *journal.Decision, alone, past clinic.Instant) *taking {
	return &taking{
		d: d, alone: alone, past: past,
		claimed: map[clinic.MessageID]int{}, places: map[clinic.Phone]place{}, seen: map[provider.SID]bool{},
		stopped: map[clinic.PatientID]clinic.Instant{}, over: map[clinic.ConsentID]bool{}, shut: map[clinic.NumberID]bool{},
		back: map[clinic.MessageID]bool{}, asked: map[clinic.MessageID]bool{},
		words: map[clinic.NumberID]consent.Words{},
	}
}

// oursOf keeps what went from or to a number; an account may have others.
func oursOf(page []provider.Message, number clinic.Phone) []provider.Message {
	var kept []provider.Message
	for _, m := range page {
		near := m.To
		if m.Direction == provider.Outbound {
			near = m.From
		}
		if phone, ok := near.Phone(); ok && phone == number {
			kept = append(kept, m)
		}
	}
	return kept
}

// aside reports whether a message of ours has nobody at its other end who could
// be answered: a short code, or a name. It has no thread.
func aside(m provider.Message) bool {
	far := m.From
	if m.Direction == provider.Outbound {
		far = m.To
	}
	_, ok := far.Phone()
	return !ok
}

func sids(page []provider.Message) []string {
	names := make([]string, len(page))
	for i, m := range page {
		names[i] = string(m.SID)
	}
	return names
}

// all takes the messages oldest first, so that a STOP and a START in one page
// keep their order.
func (t *taking) all(ours []provider.Message) (err error) {
	if t.known, err = archive.BySIDs(t.d.Tx, sids(ours)...); err != nil {
		return err
	}
	slices.SortStableFunc(ours, func(a, b provider.Message) int { return cmp.Compare(a.Created, b.Created) })
	for _, m := range ours {
		if err := t.one(m); err != nil {
			return err
		}
	}
	for _, r := range t.refusals {
		if err := refused(t.d, r.text, r.at, t.words, t.back, t.asked); err != nil {
			return err
		}
	}
	return nil
}

func (t *taking) one(m provider.Message) error {
	m.Created = madeAt(m, t.d.Now)
	if have, found := t.known[string(m.SID)]; found {
		if have.Way != archive.Out {
			return nil
		}
		if at, stopped := report(t.d, have, m); stopped {
			t.refusals = append(t.refusals, refusal{have, at})
		}
		return nil
	}
	if aside(m) || t.seen[m.SID] {
		return nil
	}
	t.seen[m.SID] = true
	if m.Direction == provider.Inbound {
		return t.inbound(m)
	}
	return t.outbound(m)
}

// madeAt is when a text was made. A row without that date took place at another
// of its dates, or else now: at no time, its thread would not show and its STOP
// would revoke nothing.
func madeAt(m provider.Message, now clinic.Instant) clinic.Instant {
	return cmp.Or(m.Created, m.Sent, m.Updated, now)
}

// report records a step forward of a text that the provider has. stopped says that the
// provider refused it, at an instant, because the patient asked it for no more.
func report(d *journal.Decision, known archive.Message, m provider.Message) (at clinic.Instant, stopped bool) {
	state := stateOf(m)
	if !moves(known.State, state) {
		return 0, false
	}
	if known.State == archive.Scheduled || known.State == archive.Recalling {
		leftProvider(d, known, m)
	} else {
		archive.Report(d, known, archive.Reported{Message: known.ID, State: state, ErrorCode: m.ErrorCode})
	}
	// One that the provider kept was refused at its hour, whenever that is read.
	return min(cmp.Or(known.Until, m.Updated, d.Now), d.Now), state == archive.Failed && m.ErrorCode == providerStopped
}

func (t *taking) inbound(m provider.Message) error {
	phone, _ := m.From.Phone()
	at, err := t.place(phone)
	if err != nil {
		return err
	}
	id := archive.MessageIDOf(t.d.Names, string(m.SID))
	archive.Receive(t.d, at.dossier, archive.Arrived{
		Message: id, Thread: at.thread, SID: string(m.SID), Body: m.Body, At: m.Created,
		State: archive.Received, ErrorCode: m.ErrorCode, Media: m.NumMedia, Past: m.Created < t.past,
	})
	t.fresh = append(t.fresh, m.SID)
	if _, err := consent.ReadNumberCode(t.d, at.number, m.Body, id, m.Created); err != nil {
		return err
	}
	switch consent.Read(m.Body) {
	case consent.StopWord:
		t.shut[at.number.ID] = true
		t.say(at.number.ID, consent.Words{Stopped: m.Created})
		if err := t.withdraw(at.number.ID, m.Created); err != nil {
			return err
		}
		return consent.Stop(t.d, at.number, id, m.Created, consent.ByText)
	case consent.StartWord:
		delete(t.shut, at.number.ID)
		t.say(at.number.ID, consent.Words{Started: m.Created})
		consent.Start(t.d, at.number, id, m.Created)
	}
	if err := t.doubted(at, m, id); err != nil {
		return err
	}
	return t.answered(at, m, id)
}

// outbound archives a text from our number that this archive does not know: first
// as one of its own whose answer was lost, otherwise as sent elsewhere.
func (t *taking) outbound(m provider.Message) error {
	phone, _ := m.To.Phone()
	origin := archive.Automatic
	// What was left with the provider for closed hours goes out as any other text does.
	answered, err := afterhours.Made(t.d.Tx, m.Body, m.Created)
	if err != nil {
		return err
	}
	// Nor does a trial picture of the set-up come out of the outbox. It is not fetched: the
	// person at the screen is to read it on the phone.
	tried, err := golive.Trial(t.d.Tx, phone, m.Body, m.Created)
	if err != nil {
		return err
	}
	if tried {
		origin, m.NumMedia = archive.Trial, 0
	}
	if !m.Reply && !answered && !tried {
		own, repeated, found, err := t.claim(m, phone)
		switch {
		case err != nil:
			return err
		case found && !repeated:
			adopt(t.d, own, own.Until, m)
			callBack(t.d, own, m)
			t.back[own.ID] = true
			t.fresh = append(t.fresh, m.SID)
			return nil
		case found:
			origin = archive.Again
			recordRepeated(t.d, own, m)
		default:
			origin = archive.Elsewhere
			if err := t.question(phone, m.Body, m.Created); err != nil {
				return err
			}
		}
	}
	at, err := t.place(phone)
	if err != nil {
		return err
	}
	id := archive.MessageIDOf(t.d.Names, string(m.SID))
	archive.Receive(t.d, at.dossier, archive.Arrived{
		Message: id, Thread: at.thread, SID: string(m.SID), Body: m.Body,
		At: m.Created, State: stateOf(m), ErrorCode: m.ErrorCode, Media: m.NumMedia, Origin: origin,
	})
	t.fresh = append(t.fresh, m.SID)
	if origin == archive.Elsewhere && t.alone != 0 && m.Created > t.alone {
		recordStranger(t.d, at.dossier, m.SID, stranger{Message: id, Thread: at.thread, At: m.Created})
	}
	return nil
}

// claim finds the text of ours that a listed one is, and says whether that text
// went out already in another attempt.
func (t *taking) claim(m provider.Message, to clinic.Phone) (own archive.Message, repeated, found bool, err error) {
	if t.tried == nil {
		if t.tried, err = attempted(t.d.Tx); err != nil {
			return archive.Message{}, false, false, err
		}
	}
	i, own, found, err := claimant(t.d.Tx, t.tried, to, m, t.claimed)
	if err != nil || !found {
		return archive.Message{}, false, false, err
	}
	own.Until = i.until
	repeated = i.state == archive.Sent || t.claimed[i.message] > 0
	t.claimed[i.message]++
	return own, repeated, true, nil
}

// attempted returns the texts of the outbox that were ever attempted, never nil.
func attempted(tx *sqlite.Tx) ([]item, error) {
	tried, err := items(tx, `attempts > 0`)
	if tried == nil {
		tried = []item{}
	}
	return tried, err
}

// place is where texts from or to a number belong.
type place struct {
	number  patients.Number
	thread  clinic.ThreadID
	dossier clinic.DossierID
}

// place finds where a text from or to a number belongs: the thread that it
// answers, the first thread of the patient who has the number, or the thread of
// an unknown sender.
func (t *taking) place(phone clinic.Phone) (place, error) {
	if p, found := t.places[phone]; found {
		return p, nil
	}
	p, err := placeOf(t.d, phone)
	if err == nil {
		t.places[phone] = p
	}
	return p, err
}

func placeOf(d *journal.Decision, phone clinic.Phone) (place, error) {
	number, err := patients.Meet(d, phone)
	if err != nil {
		return place{}, err
	}
	holds, err := patients.Holds(d.Tx, number.ID)
	if err != nil {
		return place{}, err
	}
	if !holds[number.ID].Since.IsZero() {
		// A stranger has it now: what comes is on nobody's chart.
		id, err := archive.ThreadFor(d, number, nil)
		return place{number, id, number.Dossier}, err
	}
	t, found, err := archive.Answering(d.Tx, number.ID)
	if err != nil || found {
		return place{number, t.ID, t.Dossier}, err
	}
	who, err := patients.With(d.Tx, number.ID)
	if err != nil {
		return place{}, err
	}
	if len(who) == 0 {
		id, err := archive.ThreadFor(d, number, nil)
		return place{number, id, number.Dossier}, err
	}
	p, err := patients.Get(d.Tx, who[0].ID)
	if err != nil {
		return place{}, err
	}
	id, err := archive.ThreadFor(d, number, &p)
	return place{number, id, p.Dossier}, err
}
