package exchange_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"slices"
	"sync"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/sqlite"
)

// words are new ones: nobody has said them before.
func (m *month) words() string {
	m.serial++
	return fmt.Sprintf("%d. %s", m.serial, pickOne(m, phrases))
}

var phrases = []string{"See you on Tuesday at 3 pm.", "¿Puede venir mañana?", "Please call us 📞", "Thank you!"}

func (m *month) write() {
	id, body, to := clinic.NewID[clinic.MessageID](), m.words(), pickOne(m, m.people)
	if m.chance(4) {
		body = pickOne(m, phrases) // said before, and to the same person
	}
	draw := !slices.Contains(phrases, body) && m.chance(3)
	draft := exchange.Draft{Sight: archive.SeeAll(), Thread: to.thread, Body: body, Category: policy.Scheduling}
	if m.chance(3) {
		ahead := time.Duration(10+m.dice.IntN(40*60)) * time.Minute
		draft.At = clinic.At(m.w.clock.Now().Time().Truncate(time.Second).Add(ahead))
		if !draw && m.chance(2) {
			draft.AtProvider, draft.Category = true, policy.Reminders
		}
	}
	if draw {
		kept, err := archive.Keep(m.w.ctx, m.w.clinic.Blobs, bytes.NewReader(smallPicture()))
		m.w.ok(err)
		defer kept.Settle()
		draft.Picture, draft.Kept = true, kept
	}
	err := exchange.Write(m.w.ctx, m.w.clinic.Journal, m.w.member, id, draft, policy.LineSimulator, true)
	switch {
	case err == nil:
		if draw {
			m.drawn[body] = true
		}
		m.written[id], m.allowed[id] = words{to.phone, body}, 1
	case errors.Is(err, clinic.E(exchange.CodeMayNotGo)), errors.Is(err, clinic.E(exchange.CodeNeedsConfirming)):
	default:
		m.t.Fatal(err)
	}
}

// smallPicture is a picture as it is sent: the month has thousands of them.
var smallPicture = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30)), nil); err != nil {
		panic(err) // into memory
	}
	return b.Bytes()
})

// receive has somebody text us. Who texts START has come by and signed anew: otherwise
// nobody could be written to any more long before the end of a large month.
func (m *month) receive() {
	who := pickOne(m, m.people)
	in := simulator.Inbound{From: who.phone, Body: m.words()}
	switch m.dice.IntN(40) {
	case 0:
		in.Body = "STOP"
	case 1, 3, 4:
		in.Body = "START"
		m.w.patient = who.patient
		m.w.consent(policy.Scheduling, policy.Reminders)
	case 2:
		in.From = clinic.Phone(fmt.Sprintf("+1970555%04d", 1000+m.dice.IntN(50)))
	}
	_, err := m.w.sim.Receive(in)
	m.w.ok(err)
}

// another has the other program send, where the provider lets it.
func (m *month) another() {
	m.w.ok(m.w.sim.SetFaults(simulator.Faults{}))
	_, err := m.w.sms.Send(m.w.ctx, provider.Outgoing{From: ours, To: pickOne(m, m.people).phone, Body: "From elsewhere " + m.words()})
	if err == nil {
		m.others++
	} else if !errors.Is(err, clinic.E(provider.CodeOptedOut)) {
		m.t.Fatal(err)
	}
}

// takesBack has a person take back one of the texts that wait at the provider.
func (m *month) takesBack() {
	var kept []clinic.MessageID
	m.w.read(func(tx *sqlite.Tx) error {
		rows, err := tx.Query(`SELECT message FROM outbox WHERE state = 'scheduled' ORDER BY seq`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id clinic.MessageID
			if err := rows.Scan(&id); err != nil {
				return err
			}
			kept = append(kept, id)
		}
		return rows.Err()
	})
	if len(kept) == 0 {
		return
	}
	m.w.resolve(pickOne(m, kept), false)
	m.takenBack++
}

// settles has a person say, sooner or later, what was meant by words that may mean stop.
func (m *month) settles() {
	var open []exchange.Doubt
	m.w.read(func(tx *sqlite.Tx) (err error) {
		open, err = exchange.Doubts(tx, archive.SeeAll())
		return err
	})
	for _, one := range open {
		if m.chance(2) {
			continue
		}
		says := consent.DecidedGoOn
		if m.chance(6) {
			says = pickOne(m, one.Why.Decisions())
		}
		err := exchange.SettleDoubt(m.w.ctx, m.w.clinic.Journal, m.w.member, archive.SeeAll(), one.Text.ID, says)
		if err != nil && !errors.Is(err, clinic.E(consent.CodeWider)) {
			m.t.Fatal(err)
		}
		m.settled++
	}
}

// decide has a person look at what waits for one.
func (m *month) decide() {
	var open []archive.Message
	m.w.read(func(tx *sqlite.Tx) (err error) {
		open, _, err = exchange.Undecided(tx, archive.SeeAll(), 50)
		return err
	})
	for _, one := range open {
		// Whoever is asked whether a text left mostly lets it be.
		send := m.chance(2)
		if one.State == archive.Ask {
			send = m.chance(5)
		}
		err := exchange.Resolve(m.w.ctx, m.w.clinic.Journal, m.w.member, archive.SeeAll(), one.ID, send, policy.LineSimulator)
		if err != nil && !errors.Is(err, clinic.E(exchange.CodeMayNotGo)) {
			m.t.Fatal(err)
		}
		elsewhere := one.Reason == exchange.CodeSaidElsewhere
		if elsewhere {
			m.asked[one.ID] = true
		}
		if err == nil && send && (one.State == archive.Ask || elsewhere) {
			m.allowed[one.ID]++
			m.again++
		}
	}
}
