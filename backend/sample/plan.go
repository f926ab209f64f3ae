package sample

import (
	"cmp"
	"container/heap"
	"encoding/binary"
	"encoding/hex"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/policy"
)

// talk is one conversation: with a patient, in a half week.
type talk struct{ who, half int }

// text is one text of the clinic's past.
type text struct {
	at    clinic.Instant
	who   int
	talk  int // the conversation within its half week
	out   bool
	body  string
	about policy.Category
	by    clinic.StaffID
	sid   string
	id    clinic.MessageID // of an outgoing text
	// failure is the provider's number for why an outgoing text did not arrive.
	failure int
	unread  bool
	with    []attached // of a text from a patient
}

// plan is the whole of a sample clinic before anything is recorded. What is
// drawn for one patient and half week depends on nothing else, so more messages
// add conversations and change none.
type plan struct {
	seed    uint64
	cal     *calendar
	team    []member
	people  []*patient
	tongues map[clinic.Language]*tongue
	talks   [][]talk // by half week
}

// patientsFor returns how many patients a clinic of so many messages has.
func patientsFor(messages int) int {
	if messages <= 20_000 {
		return crowdFrom
	}
	return min(maxPatients, max(crowdFrom, messages/300))
}

func newPlan(seed uint64, messages int, now clinic.Instant) (*plan, error) {
	zone, err := denver.Location()
	if err != nil {
		return nil, err
	}
	p := &plan{seed: seed, cal: newCalendar(now, zone), team: team(seed), tongues: map[clinic.Language]*tongue{}}
	for language, source := range map[clinic.Language]string{en: talksEnglish, es: talksSpanish} {
		if p.tongues[language], err = readTongue(source); err != nil {
			return nil, err
		}
	}
	all := families()
	for n := len(all); n < patientsFor(messages); n++ {
		all = append(all, crowd(seed, n))
	}
	therapists := with(p.team, clinic.Therapist)
	for n, who := range all {
		rnd := random(seed, "ways", n)
		one := &patient{person: who, n: n, therapist: therapists[rnd.IntN(len(therapists))], style: rnd.IntN(4)}
		if one.there, err = who.zone.Location(); err != nil {
			return nil, err
		}
		one.born = clinic.DateOf(p.cal.now.Time().AddDate(-who.age, 0, -1-rnd.IntN(364)))
		if who.story == grownUp {
			one.born = clinic.DateOf(p.cal.now.Time().AddDate(-who.age, 0, -12))
		}
		one.scope = scopeOf(who, rnd)
		one.live(p.cal)
		p.people = append(p.people, one)
	}
	p.talks = p.spread(messages)
	return p, nil
}

// turn is a patient's place in the row of those whose next conversation is
// planned: who talks much comes round sooner.
type turn struct {
	who, count int
	due        float64
	halfs      []int
}

type row []*turn

func (r row) Len() int      { return len(r) }
func (r row) Swap(i, k int) { r[i], r[k] = r[k], r[i] }
func (r row) Less(i, k int) bool {
	return cmp.Or(cmp.Compare(r[i].due, r[k].due), cmp.Compare(r[i].who, r[k].who)) < 0
}
func (r *row) Push(x any) { *r = append(*r, x.(*turn)) }
func (r *row) Pop() any {
	last := (*r)[len(*r)-1]
	*r = (*r)[:len(*r)-1]
	return last
}

// spread plans conversations until they hold so many messages, or until every
// patient has one in each half week.
func (p *plan) spread(messages int) [][]talk {
	halfs := make([][]talk, p.cal.halfs)
	var waiting row
	for _, who := range p.people {
		if t := (&turn{who: who.n, halfs: who.halfs(p.seed, p.cal)}); t.next(who.chatty) {
			waiting = append(waiting, t)
		}
	}
	heap.Init(&waiting)
	for planned := 0; planned < messages && len(waiting) > 0; {
		t := waiting[0]
		who := p.people[t.who]
		half := t.halfs[t.count-1]
		if kind, rnd := p.kind(talk{t.who, half}); kind != nil {
			planned += len(kind.shape(rnd))
			halfs[half] = append(halfs[half], talk{t.who, half})
		}
		if t.next(who.chatty) {
			heap.Fix(&waiting, 0)
		} else {
			heap.Pop(&waiting)
		}
	}
	for _, talks := range halfs {
		slices.SortFunc(talks, func(a, b talk) int { return a.who - b.who })
	}
	return halfs
}

func (t *turn) next(chatty float64) bool {
	if t.count == len(t.halfs) {
		return false
	}
	t.count++
	t.due = float64(t.count) / cmp.Or(chatty, 1)
	return true
}

// halfs returns the half weeks in which a patient may have a conversation, in
// the order in which they are filled: each new one falls into a wide gap.
func (p *patient) halfs(seed uint64, cal *calendar) []int {
	if p.story == unlettered || p.story == unshared {
		return nil
	}
	var all []int
	shift := uint8(random(seed, "halfs", p.n).Uint32())
	for i := range 256 {
		half := int(bits.Reverse8(uint8(i)) ^ shift)
		if half >= p.joined && half < min(p.silent, cal.halfs) {
			all = append(all, half)
		}
	}
	return all
}

// kind draws what a conversation is about, and returns the draws from there on.
// It is nil where nothing fits.
func (p *plan) kind(t talk) (*talkKind, *rand.Rand) {
	rnd := random(p.seed, "talk", t.who<<8|t.half)
	who := p.people[t.who]
	var fitting []*talkKind
	tongue := p.tongues[who.language]
	for i := range tongue.kinds {
		k := &tongue.kinds[i]
		if k.child && !who.minor() || k.here && who.zone != denver || !who.agreedTo(k.about, t.half) ||
			k.lines[0].out && !who.signs() {
			continue
		}
		fitting = append(fitting, k)
		if k.often {
			fitting = append(fitting, k, k)
		}
	}
	if len(fitting) == 0 {
		return nil, nil
	}
	return fitting[rnd.IntN(len(fitting))], rnd
}

// tell returns the texts of a conversation; those that would come after its half
// week are left out, as when someone calls instead.
func (p *plan) tell(t talk, ordinal int) []text {
	kind, rnd := p.kind(t)
	who := p.people[t.who]
	shape := kind.shape(rnd)
	at, possible := p.cal.begin(t.half, shape[0].out, who.there, rnd)
	if !possible {
		return nil
	}
	by := who.therapist
	if some := with(p.team, kind.by); kind.by != clinic.Therapist {
		by = some[rnd.IntN(len(some))]
	}
	telling := p.telling(who, by, at, rnd)
	var texts []text
	for i, line := range shape {
		if i > 0 && line.out {
			at = soonEnough(at, p.cal.atDesk(at, rnd), who.there)
		} else if i > 0 {
			at = atHome(at, who.there, rnd)
		}
		if at >= p.cal.over(t.half) {
			break
		}
		one := text{
			at: at, who: t.who, talk: ordinal, out: line.out, body: telling.say(line.text, !line.out),
			about: kind.about, sid: drawSID(rnd),
		}
		if line.out {
			one.by, one.id = by.ID, drawID[clinic.MessageID](rnd)
		} else {
			one.body = who.inOwnStyle(one.body, rnd)
		}
		texts = append(texts, one)
	}
	return texts
}

// soonEnough returns when a text that came at a moment is answered, if the desk
// gets to it at another. After more than a day it is no answer any more, and
// waits for the hours in which the clinic may write first.
func soonEnough(came, answered clinic.Instant, patient *time.Location) clinic.Instant {
	there := answered.Time().In(patient)
	if nine := clinic.At(midnight(there).Add(9 * time.Hour)); answered.Sub(came) > 23*time.Hour && answered < nine {
		return max(nine, answered.Add(20*time.Minute))
	}
	return answered
}

// telling draws what a conversation is about in particular.
func (p *plan) telling(who *patient, by member, at clinic.Instant, rnd *rand.Rand) *telling {
	begun := at.Time().In(p.cal.zone)
	first := workday(begun.AddDate(0, 0, 1+rnd.IntN(2)), false)
	second := workday(first.AddDate(0, 0, 1+rnd.IntN(3)), false)
	clock := []string{"9:00", "9:30", "10:00", "10:30", "11:00", "2:00", "2:30", "3:00", "3:30", "4:00", "4:30"}
	one := rnd.IntN(len(clock))
	two := (one + 1 + rnd.IntN(len(clock)-1)) % len(clock)
	w := wordsOf(who.language)
	t := &telling{tongue: p.tongues[who.language], rnd: rnd, thanks: who.thanks, drawn: map[string]string{
		"first": who.call, "staff": by.given(), "clinic": clinicInTexts, "phone": officePhone.Display(),
		"therapist": who.therapist.title, "who": who.given(),
		"day": w.day(begun, first), "day2": w.day(begun, second), "date": w.date(first),
		"time": half12(clock[one]), "time2": half12(clock[two]), "month": w.months[(begun.Month()+10)%12],
		"visit": w.visit, "myvisit": w.myVisit,
	}}
	if who.minor() {
		t.drawn["visit"] = w.visitOf(who.given())
		t.drawn["myvisit"] = t.drawn["visit"]
	}
	return t
}

// half12 adds am or pm to an office hour.
func half12(clock string) string {
	if clock[0] == '9' || clock[0] == '1' {
		return clock + " am"
	}
	return clock + " pm"
}

// words are the dates and possessives of a language.
type words struct {
	months, days   []string
	tomorrow       string
	visit, myVisit string
	visitOf        func(name string) string
	date           func(time.Time) string
}

func (w words) day(from, to time.Time) string {
	if midnight(from).AddDate(0, 0, 1).Equal(midnight(to)) {
		return w.tomorrow
	}
	return w.days[to.Weekday()]
}

func wordsOf(language clinic.Language) words {
	if language == es {
		w := words{
			months: []string{
				"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
			},
			days:     []string{"el domingo", "el lunes", "el martes", "el miércoles", "el jueves", "el viernes", "el sábado"},
			tomorrow: "mañana", visit: "su cita", myVisit: "mi cita",
			visitOf: func(name string) string { return "la cita de " + name },
		}
		w.date = func(t time.Time) string { return "el " + strconv.Itoa(t.Day()) + " de " + w.months[t.Month()-1] }
		return w
	}
	w := words{
		months: []string{
			"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
		},
		days:     []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		tomorrow: "tomorrow", visit: "your visit", myVisit: "my appointment",
		visitOf: func(name string) string { return name + "'s visit" },
	}
	w.date = func(t time.Time) string { return w.months[t.Month()-1] + " " + strconv.Itoa(t.Day()) }
	return w
}

func drawID[I ~[16]byte](rnd *rand.Rand) I {
	var id I
	binary.BigEndian.PutUint64(id[:8], rnd.Uint64())
	binary.BigEndian.PutUint64(id[8:], rnd.Uint64())
	return id
}

// drawSID draws a name as the provider gives them.
func drawSID(rnd *rand.Rand) string {
	id := drawID[[16]byte](rnd)
	return "SM" + hex.EncodeToString(id[:])
}
