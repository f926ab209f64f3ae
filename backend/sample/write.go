package sample

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// eventsAtOnce is about how many events are submitted together, and mostOfOne is
// how many a single decision brings at most.
const (
	eventsAtOnce = journal.MaxBatchEvents - 100
	mostOfOne    = 20
)

// How long the provider takes, from a text that is written to one that is on the
// phone.
const (
	toAttempt  = 900 * time.Millisecond
	toAccept   = 1600 * time.Millisecond
	toDelivery = 6 * time.Second
)

// writer records a plan in the journal: through the same functions, with the
// same decisions, as a day at the desk.
type writer struct {
	*plan
	ctx      context.Context
	journal  *journal.Journal
	blobs    archive.Blobs
	progress func(done, total int)
	total    int

	pending []func(d *journal.Decision) error
	events  int
	unread  []mark
	written int
}

// mark is a thread that someone reads after what is pending has been recorded.
type mark struct {
	who int
	at  clinic.Instant
}

// at makes a decision one of an earlier moment and of another person: a batch
// holds hours of the clinic's life.
func at(d *journal.Decision, moment clinic.Instant, by clinic.StaffID) {
	d.Now, d.Actor = moment, journal.Actor{Staff: by}
}

// past records the clinic's past, half week by half week.
func (w *writer) past() error {
	joining := make([][]*patient, w.cal.halfs)
	stepping := make([][]*patient, w.cal.halfs)
	for _, p := range w.people {
		joining[p.joined] = append(joining[p.joined], p)
		for _, s := range p.steps {
			if those := stepping[s.half]; len(those) == 0 || those[len(those)-1] != p {
				stepping[s.half] = append(stepping[s.half], p)
			}
		}
	}
	for half := range w.cal.halfs {
		if err := w.register(half, joining[half], stepping[half]); err != nil {
			return err
		}
		texts := w.sayings(half)
		for i, t := range w.talks[half] {
			texts = append(texts, w.tell(t, i)...)
		}
		if err := w.say(texts); err != nil {
			return err
		}
	}
	return w.finish()
}

// register records what the desk does before the texts of a half week: new
// patients, and what happens to consents.
func (w *writer) register(half int, joining, stepping []*patient) error {
	if len(joining) == 0 && len(stepping) == 0 {
		return nil
	}
	if err := w.flush(); err != nil {
		return err
	}
	desk := with(w.team, clinic.FrontDesk)
	for i, p := range joining {
		if err := w.add(3, func(d *journal.Decision) error {
			at(d, w.cal.registering(half, i), desk[p.n%len(desk)].ID)
			return p.join(d)
		}); err != nil {
			return err
		}
	}
	// A consent is recorded for a patient whom the views know.
	if err := w.flush(); err != nil {
		return err
	}
	for i, p := range joining {
		if err := w.add(1, func(d *journal.Decision) error {
			at(d, w.cal.registering(half, i).Add(10*time.Second), desk[p.n%len(desk)].ID)
			if err := patients.Assign(d, p.added.Patient, p.therapist.ID); err != nil {
				return err
			}
			return p.restrict(d)
		}); err != nil {
			return err
		}
	}
	for i, p := range stepping {
		for _, s := range p.steps {
			if s.half != half {
				continue
			}
			if err := w.add(1, func(d *journal.Decision) error {
				at(d, w.cal.registering(half, i).Add(20*time.Second), desk[p.n%len(desk)].ID)
				return s.record(d, p)
			}); err != nil {
				return err
			}
		}
	}
	if err := w.flush(); err != nil {
		return err
	}
	return w.learn(w.cal.registering(half, 49), slices.Concat(joining, stepping))
}

// join records the patient and the thread.
func (p *patient) join(d *journal.Decision) error {
	phone := phoneNumber(p.phone)
	var err error
	p.added, err = patients.Add(d, patients.New{
		Name: p.name, BirthDate: p.born, Language: p.language, Zone: p.zone, Guardian: p.guardian, Phone: phone,
		Shared: p.shared,
	})
	if err != nil {
		return err
	}
	p.number = patients.Number{ID: p.added.Number, Phone: phone, Dossier: p.added.NumberDossier}
	p.thread, err = archive.ThreadFor(d, p.number, &patients.Patient{ID: p.added.Patient, Dossier: p.added.Dossier})
	return err
}

// amongClinicians is the patient whose texts are for clinicians only.
const amongClinicians = "Tomoko Hayashi"

// restrict keeps the texts of one patient among clinicians, as her therapist
// wants it.
func (p *patient) restrict(d *journal.Decision) error {
	if p.name != amongClinicians {
		return nil
	}
	d.Actor = journal.Actor{Staff: p.therapist.ID}
	return patients.Restrict(d, p.added.Patient, true)
}

// learn reads what is known about texting patients; what their texts add to it
// is kept up as they are written.
func (w *writer) learn(now clinic.Instant, those []*patient) error {
	return w.journal.Read(w.ctx, func(tx *sqlite.Tx) error {
		for _, p := range those {
			facts, err := exchange.PatientFacts(tx, p.added.Patient, policy.LineSample, now)
			if err != nil {
				return err
			}
			facts.LastInbound, facts.Sent = p.facts.LastInbound, p.facts.Sent
			p.facts = facts
		}
		return nil
	})
}

// say records texts in the order of their times. A conversation ends where the
// clinic may not answer: then someone calls.
func (w *writer) say(texts []text) error {
	slices.SortStableFunc(texts, func(a, b text) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.who, b.who))
	})
	over := map[int]bool{}
	for _, t := range texts {
		if over[t.talk] {
			continue
		}
		basis, may := policy.Basis{}, true
		var err error
		if t.out {
			basis, may = w.decide(t)
		}
		switch {
		case !may:
			over[t.talk] = true
		case t.out:
			err = w.send(t, basis)
		default:
			err = w.receive(t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// receive records a text from a patient, as the exchange does.
func (w *writer) receive(t text) error {
	p := w.people[t.who]
	id := archive.MessageIDOf(w.journal.Names(), t.sid)
	p.facts.LastInbound = policy.InboundFact{ID: id, From: p.number.ID, At: t.at}
	word := consent.Read(t.body)
	for i := range p.facts.Numbers {
		switch word {
		case consent.StopWord:
			p.facts.Numbers[i].OptedOutSince, p.facts.Consent = t.at, nil
		case consent.StartWord:
			p.facts.Numbers[i].OptedOutSince = 0
		}
	}
	if !t.unread {
		w.unread = append(w.unread, mark{t.who, t.at})
	}
	w.written++
	came, err := w.keep(t)
	if err != nil {
		return err
	}
	return w.add(1+len(t.with), func(d *journal.Decision) error {
		at(d, t.at.Add(toAccept), clinic.StaffID{})
		archive.Receive(d, p.added.Dossier, archive.Arrived{
			Message: id, Thread: p.thread, SID: t.sid, Body: t.body, At: t.at, State: archive.Received,
			Media: len(t.with),
		})
		came(d, archive.Message{ID: id, Thread: p.thread, Dossier: p.added.Dossier, At: t.at})
		switch word {
		case consent.StopWord:
			return consent.Stop(d, p.number, id, t.at, consent.ByText)
		case consent.StartWord:
			consent.Start(d, p.number, id, t.at)
		}
		return nil
	})
}

// draft is a text of the clinic as it is decided on.
func (w *writer) draft(t text) (policy.Draft, policy.Facts) {
	p := w.people[t.who]
	facts := p.facts
	facts.Now = t.at
	d := policy.Draft{
		Patient: p.added.Patient, To: p.number.ID, Category: t.about, StartedBy: policy.ByClinic,
		Characters: provider.Length(t.body),
	}
	if last := facts.LastInbound.At; !last.IsZero() && t.at.Sub(last) <= 24*time.Hour {
		d.StartedBy = policy.ByPatient
	}
	return d, facts
}

// decide asks whether a text may go, as the exchange does.
func (w *writer) decide(t text) (policy.Basis, bool) {
	p := w.people[t.who]
	draft, facts := w.draft(t)
	verdict := policy.Decide(draft, facts)
	if verdict.Outcome != policy.Go {
		return policy.Basis{}, false
	}
	if draft.StartedBy == policy.ByClinic && t.failure == 0 {
		// Eight days are all that is asked about.
		p.facts.Sent = append(slices.DeleteFunc(p.facts.Sent, func(at clinic.Instant) bool {
			return at < t.at.Add(-8*24*time.Hour)
		}), t.at)
	}
	return verdict.Basis, true
}

// send records a text of the clinic on its whole way.
func (w *writer) send(t text, basis policy.Basis) error {
	p := w.people[t.who]
	m := archive.Message{ID: t.id, Dossier: p.added.Dossier}
	draft, _ := w.draft(t)
	body := provider.Normalize(t.body)
	w.written++
	return w.add(4, func(d *journal.Decision) error {
		at(d, t.at, t.by)
		archive.Write(d, m.Dossier, archive.Written{
			Message: t.id, Thread: p.thread, Body: body, Category: t.about, StartedBy: draft.StartedBy,
		})
		at(d, t.at.Add(toAttempt), clinic.StaffID{})
		archive.Begin(d, m, archive.Attempt{Message: t.id, Number: 1, Basis: basis})
		at(d, t.at.Add(toAccept), clinic.StaffID{})
		archive.Accept(d, m, archive.Accepted{
			Message: t.id, SID: t.sid, State: archive.Sent, Segments: provider.CountSegments(body).Segments,
		})
		at(d, t.at.Add(toDelivery), clinic.StaffID{})
		end := archive.Reported{Message: t.id, State: archive.Delivered}
		if t.failure != 0 {
			end.State, end.ErrorCode = archive.Failed, t.failure
		}
		archive.Report(d, m, end)
		return nil
	})
}

// add puts what a decision records, about so many events, with the pending, and
// submits them where they are enough.
func (w *writer) add(events int, record func(d *journal.Decision) error) error {
	w.pending = append(w.pending, record)
	w.events += events
	if w.events < eventsAtOnce {
		return nil
	}
	return w.flush()
}

// flush submits what is pending. That someone has read the texts in it is the
// first thing pending then: the views know a text once it is submitted.
func (w *writer) flush() error {
	if len(w.pending) == 0 {
		return nil
	}
	pending, unread := w.pending, w.unread
	w.pending, w.events, w.unread = nil, 0, nil
	for len(pending) > 0 {
		done := 0
		if _, err := w.journal.Submit(w.ctx, journal.Actor{}, func(d *journal.Decision) error {
			for done = 0; done < len(pending) && d.Room() >= mostOfOne; done++ {
				if err := pending[done](d); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return fmt.Errorf("sample: submit: %w", err)
		}
		pending = pending[done:]
	}
	if w.progress != nil {
		w.progress(w.written, w.total)
	}
	w.read(unread)
	return nil
}

// finish submits until nothing is pending.
func (w *writer) finish() error {
	for len(w.pending) > 0 {
		if err := w.flush(); err != nil {
			return err
		}
	}
	return nil
}

// read lets somebody at the desk read threads up to the head.
func (w *writer) read(unread []mark) {
	desk := with(w.team, clinic.FrontDesk)
	last := map[int]clinic.Instant{}
	for _, m := range unread {
		last[m.who] = m.at
	}
	for i, m := range unread {
		if last[m.who] != m.at {
			continue
		}
		p := w.people[m.who]
		w.events++
		w.pending = append(w.pending, func(d *journal.Decision) error {
			at(d, m.at.Add(2*time.Minute), desk[i%len(desk)].ID)
			return archive.MarkRead(d, archive.SeeAll(), p.thread, d.Head.Seq)
		})
	}
}
