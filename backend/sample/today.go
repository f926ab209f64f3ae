package sample

import (
	"errors"
	"fmt"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/provider/simulator/photo"
)

// presentTexts is how many texts present records.
const presentTexts = 24

// waiting are the texts that came this morning and that nobody has read, in the
// order in which they came.
func waiting() []unreadText {
	return []unreadText{
		{"Søren Kjeldsen", "C", nil},
		{"Owen Whitfield", "Good morning, Owen has a fever and we won't make it today. So sorry for the short notice!", []attached{{kind: "application/pdf"}}},
		{"Marisol Vega", "Buenos días, ¿la cita de Mateo es hoy o mañana? Perdí el papelito", nil},
		{"Олена Бондар", "Доброго ранку! Sorry, wrong keyboard 🙂 Is the office open today?", nil},
		{"Dana Halloran", "Running about ten minutes behind, the 15 is late again", []attached{{lost: exchange.CodeMediaGone}}},
		{"Terrence Okonkwo", "Doesn't the paper for these texts run out soon? I can sign a new one when I come in", nil},
		{"王秀英", "谢谢。See you this afternoon", []attached{{kind: "image/jpeg", subject: photo.Card}}},
		{"Rafael Quintanilla", "Ya llegué pero la puerta azul está cerrada", nil},
		{"प्रिया शर्मा", "I found the intake form. Shall I bring it or mail it?", []attached{{kind: "image/jpeg", subject: photo.Form}, {kind: "image/png", subject: photo.Label}}},
		{"Everett Shaw", "I know I said no more texts, but calling is hard at work. Can we go back to texting?", nil},
		{"Malik Robinson", "Who picks Malik up today, me or his aunt? I forgot what we said", nil},
		{"Elliot Sandoval", "the video link says expired, can you send it again", nil},
	}
}

// unreadText is a text of this morning.
type unreadText struct {
	who, body string
	with      []attached
}

// atNight is who wrote at night, and what. It is for a person to read first; it
// says no more than that.
var atNight = unreadText{
	who:  "Amara Eze",
	body: "I can't sleep and everything feels like too much tonight. I don't really know who else to write to.",
}

// strangers are the numbers that no patient has, and when they wrote: so many
// days before the present day, or this morning.
func strangers() []stranger {
	return []stranger{
		{"303-0162", 12, "Hi, do you take new patients? My sister comes to you and likes it a lot", false},
		{"720-0178", 1, "This is Arun, writing from my work phone. My wife left hers at home, could you call this number today?", false},
		{"970-0190", 0, "Hello, is this the counseling office? I'd like to make a first appointment", true},
	}
}

type stranger struct {
	phone  string
	ago    int
	body   string
	unread bool
}

// named returns the patient of one of the families.
func (w *writer) named(name string) *patient {
	for _, p := range w.people[:crowdFrom] {
		if p.name == name {
			return p
		}
	}
	return nil
}

func (w *writer) living(s story) []*patient {
	var those []*patient
	for _, p := range w.people[:crowdFrom] {
		if p.story == s {
			those = append(those, p)
		}
	}
	return those
}

// morning returns the stretch in which this morning's texts came: from seven to
// half past nine, or up to now; before dawn, the last three hours.
func (c *calendar) morning() (from, to clinic.Instant) {
	day := midnight(c.now.Time().In(c.zone))
	to = c.now.Add(-2 * time.Minute)
	if c.now < clinic.At(day.Add(8*time.Hour)) {
		return to.Add(-3 * time.Hour), to
	}
	return clinic.At(day.Add(7*time.Hour + 2*time.Minute)), min(to, clinic.At(day.Add(9*time.Hour+30*time.Minute)))
}

// yesterday returns a time of day on the last day on which the office was open.
func (c *calendar) yesterday(hour, minute int) clinic.Instant {
	day := workday(c.end.Time().In(c.zone).AddDate(0, 0, -1), true)
	return clinic.At(time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, c.zone))
}

// present records what the desk finds: yesterday's loose ends, and this
// morning's texts, unread.
func (w *writer) present() error {
	for _, record := range []func() error{w.looseEnds, w.frequent, w.held, w.unknown} {
		if err := record(); err != nil {
			return err
		}
	}
	// All that came before is read.
	if err := w.finish(); err != nil {
		return err
	}
	from, to := w.cal.morning()
	list := waiting()
	for i, one := range list {
		came := from.Add(to.Sub(from) * time.Duration(i) / time.Duration(len(list)))
		if err := w.today(one, came); err != nil {
			return err
		}
	}
	night := clinic.At(midnight(w.cal.now.Time().In(w.cal.zone)).Add(2*time.Hour + 7*time.Minute))
	if night > w.cal.now {
		night = night.Add(-24 * time.Hour)
	}
	if err := w.today(atNight, night); err != nil {
		return err
	}
	return w.finish()
}

func (w *writer) today(one unreadText, came clinic.Instant) error {
	p := w.named(one.who)
	return w.receive(text{at: came, who: p.n, body: one.body, sid: w.sid("today", p.n), unread: true, with: one.with})
}

func (w *writer) sid(what string, n int) string { return drawSID(random(w.seed, what, n)) }

// byDesk is a text of the desk about an appointment.
func (w *writer) byDesk(p *patient, body string, when clinic.Instant) text {
	return text{
		at: when, who: p.n, out: true, body: body, about: policy.Scheduling, by: with(w.team, clinic.FrontDesk)[0].ID,
		id: drawID[clinic.MessageID](random(w.seed, "loose end at "+when.Time().String(), p.n)), sid: w.sid("loose end", p.n),
	}
}

// must sends a text that may go: of which the sample clinic is sure.
func (w *writer) must(t text) error {
	basis, may := w.decide(t)
	if !may {
		return errors.New("sample: a text that shows something may not go")
	}
	return w.send(t, basis)
}

// looseEnds are yesterday's texts that did not arrive, or reached a stranger.
func (w *writer) looseEnds() error {
	const landline, off = 30006, 30003
	for i, p := range append(w.living(unlettered), w.living(unreached)...) {
		t := w.byDesk(p, "Hi "+p.call+", we have you down for next week. You'll get a reminder the day before.", w.cal.yesterday(14, 5+10*i))
		if p.language == es {
			t.body = "Hola " + p.call + ", su cita es la próxima semana. Le mandamos un recordatorio un día antes."
		}
		t.failure = landline
		if p.story == unreached {
			t.failure = off
		}
		if err := w.must(t); err != nil {
			return err
		}
	}
	for _, p := range w.living(misdialled) {
		t := w.byDesk(p, "Hi "+p.call+", we look forward to seeing you next week. Does the usual time work?", w.cal.yesterday(14, 40))
		if err := w.must(t); err != nil {
			return err
		}
		if err := w.receive(text{
			at: t.at.Add(9 * time.Minute), who: p.n, sid: w.sid("stranger", p.n),
			body: "I think you have the wrong number. I've only had this phone since spring",
		}); err != nil {
			return err
		}
	}
	return nil
}

// frequent is a patient who wants one text a week: she had it, and the next one
// waits for its day.
func (w *writer) frequent() error {
	for _, p := range w.living(choosy) {
		last := workday(w.cal.end.Time().In(w.cal.zone).AddDate(0, 0, -6), false)
		first := w.byDesk(p, "Hi "+p.call+", your insurance has approved the next six visits.", clinic.At(midnight(last).Add(14*time.Hour)))
		if err := w.must(first); err != nil {
			return err
		}
		next := w.byDesk(p, "Hi "+p.call+", a later time has opened up on Tuesdays, if that's still better for you.", w.cal.yesterday(15, 10))
		draft, facts := w.draft(next)
		verdict := policy.Decide(draft, facts)
		if verdict.Outcome != policy.WaitUntil {
			return errors.New("sample: the text that waits does not wait")
		}
		if err := w.stand(p, next, func(d *journal.Decision, m archive.Message) {
			archive.Postpone(d, m, archive.Postponed{Message: m.ID, Until: verdict.Until, Reason: verdict.Reasons[0].Code})
		}); err != nil {
			return err
		}
	}
	return nil
}

// held is a text that was written when the program was being locked: this
// morning it is too old to go by itself.
func (w *writer) held() error {
	from, _ := w.cal.morning()
	for _, p := range w.living(overheld) {
		t := w.byDesk(p, "Hi "+p.call+", could you come half an hour earlier tomorrow?", w.cal.yesterday(15, 55))
		draft, facts := w.draft(t)
		draft.HeldSince, facts.Now = t.at, from
		verdict := policy.Decide(draft, facts)
		if verdict.Outcome != policy.NeedsOverride {
			return errors.New("sample: the text that is held is not held")
		}
		if err := w.stand(p, t, func(d *journal.Decision, m archive.Message) {
			at(d, from, clinic.StaffID{})
			archive.Stop(d, m, archive.KindHeld, archive.Stopped{Message: m.ID, Reason: verdict.Reasons[0].Code})
		}); err != nil {
			return err
		}
	}
	return nil
}

// stand records a text that was written and has not left, and why.
func (w *writer) stand(p *patient, t text, why func(*journal.Decision, archive.Message)) error {
	w.written++
	return w.add(2, func(d *journal.Decision) error {
		at(d, t.at, t.by)
		archive.Write(d, p.added.Dossier, archive.Written{
			Message: t.id, Thread: p.thread, Body: t.body, Category: t.about, StartedBy: policy.ByClinic,
		})
		why(d, archive.Message{ID: t.id, Dossier: p.added.Dossier})
		return nil
	})
}

// unknown are the texts of strangers.
func (w *writer) unknown() error {
	from, _ := w.cal.morning()
	desk := with(w.team, clinic.FrontDesk)
	for i, s := range strangers() {
		came := from.Add(5 * time.Minute)
		if s.ago > 0 {
			came = w.cal.end.Add(-time.Duration(s.ago)*24*time.Hour + 11*time.Hour + 20*time.Minute)
		}
		var thread clinic.ThreadID
		w.written++
		if err := w.add(3, func(d *journal.Decision) error {
			at(d, came.Add(toAccept), clinic.StaffID{})
			number, err := patients.Meet(d, phoneNumber(s.phone))
			if err != nil {
				return err
			}
			if thread, err = archive.ThreadFor(d, number, nil); err != nil {
				return err
			}
			sid := w.sid("unknown", i)
			archive.Receive(d, number.Dossier, archive.Arrived{
				Message: archive.MessageIDOf(d.Names, sid), Thread: thread, SID: sid, Body: s.body, At: came, State: archive.Received,
			})
			return nil
		}); err != nil {
			return fmt.Errorf("sample: record a stranger: %w", err)
		}
		if s.unread {
			continue
		}
		if err := w.flush(); err != nil {
			return err
		}
		if err := w.add(1, func(d *journal.Decision) error {
			at(d, came.Add(30*time.Minute), desk[0].ID)
			return archive.MarkRead(d, archive.SeeAll(), thread, d.Head.Seq)
		}); err != nil {
			return err
		}
	}
	return nil
}
