package exchange_test

import (
	"bytes"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// compare holds both sides against each other.
func (m *month) compare() {
	t, w := m.t, m.w
	// How often words went out, were called off there, could go, and did here.
	at, back, may, named := map[words]int{}, map[words]int{}, map[words]int{}, map[words]int{}
	calledOff := map[provider.SID]bool{}
	ours, unclear := map[words]bool{}, map[words]bool{} // unclear are those of a copy, or of a time that is lost
	m.bases()
	m.pictures()
	w.read(func(tx *sqlite.Tx) error {
		for _, there := range w.sim.Messages() {
			here, err := archive.BySID(tx, string(there.SID))
			if err != nil {
				t.Errorf("a text of %v (%s, %s) is not here: %v", there.Created.Time(), there.Direction, there.Status, err)
				continue
			}
			off := there.Status == provider.Canceled
			if off {
				calledOff[there.SID] = true
			}
			if to, ok := there.To.Phone(); ok && there.Direction == provider.Outbound {
				if off {
					back[words{to, there.Body}]++
				} else {
					at[words{to, there.Body}]++
				}
			}
			if here.Body != there.Body || (here.Way == archive.In) != (there.Direction == provider.Inbound) ||
				here.State != ends[there.Status] && !(off && here.State == archive.Withdrawn) {
				t.Errorf("a text of %v is %s there and %s here, the same words: %v",
					there.Created.Time(), there.Status, here.State, here.Body == there.Body)
			}
		}
		for id, said := range m.written {
			ours[said] = true
			if m.lost[id] {
				may[said] += m.allowed[id]
				unclear[said] = true
				continue
			}
			here, err := archive.GetMessage(tx, archive.SeeAll(), id)
			if err != nil {
				t.Fatal(err)
			}
			unclear[said] = unclear[said] || m.asked[id]
			if here.Attempts > 0 || m.reopened[id] || m.asked[id] {
				may[said] += m.allowed[id] // what was never handed over cannot have left
			}
			if here.SID != "" && !calledOff[provider.SID(here.SID)] {
				named[said]++
			}
			switch here.State {
			case archive.Sending, archive.Unsure, archive.Scheduled, archive.Recalling:
				t.Errorf("a text is still %s", here.State)
			}
		}
		for said, times := range at {
			if !ours[said] {
				continue // of the other program, or the provider's own
			}
			// What was called off there went to it once, and does not go again.
			if times+back[said] > may[said] {
				t.Errorf("the same words went out %d times and were called off %d times, %d were allowed", times, back[said], may[said])
			}
			if named[said] > times || named[said] == 0 && !unclear[said] {
				t.Errorf("words that went out %d times have a name %d times", times, named[said])
			}
		}
		for said, times := range named {
			if at[said] == 0 {
				t.Errorf("words that never went out have a name %d times", times)
			}
		}
		done, err := exchange.CompletenessOf(tx, w.clock.Now())
		if err != nil || done.Missing != 0 || done.Alarm != nil || done.History.Stage != exchange.HistoryWhole {
			t.Errorf("completeness: %+v %v", done, err)
		}
		return nil
	})
	// A text of a copy can be taken for an attempt of ours that was never answered.
	if s := w.strangers(); s.Texts < m.others || s.Texts > m.others+m.beside {
		t.Errorf("%d texts of another sender are known, of %d and %d of a copy", s.Texts, m.others, m.beside)
	}
}

// pictures holds that what goes with words came with them, whole and once, and with no
// others; and that none is left behind. One that was lent in the moment of a kill, by a
// copy, or in the time that is lost, nobody knows of.
func (m *month) pictures() {
	carried := 0
	for _, there := range m.w.sim.Messages() {
		if there.Direction != provider.Outbound || there.Status != provider.Delivered {
			continue
		}
		got := m.w.sim.Pictures(there.SID)
		if !m.drawn[there.Body] {
			if len(got) > 0 {
				m.t.Errorf("a text without a picture came with %d", len(got))
			}
			continue
		}
		carried++
		if len(got) != 1 || !bytes.Equal(got[0], smallPicture()) {
			m.t.Errorf("a text came with %d pictures, or with another one", len(got))
		}
	}
	if carried == 0 && len(m.drawn) >= 20 { // in a short month they may all have met with something
		m.t.Error("no picture was sent in a month")
	}
	var known int
	m.w.read(func(tx *sqlite.Tx) error { return tx.QueryRow(`SELECT count(*) FROM exchange_loans`).Scan(&known) })
	if known > 0 {
		m.t.Errorf("%d pictures are still lent", known)
	}
	m.t.Logf("%d pictures came with their words, %d are left in the provider's store", carried, m.w.sim.Lent())
}

// off counts the texts that the provider kept and was told not to send.
func (m *month) off() (n int) {
	for _, there := range m.w.sim.Messages() {
		if there.Status == provider.Canceled {
			n++
		}
	}
	return n
}

// ends says what a text is here that is in a state there.
var ends = map[provider.Status]archive.State{
	provider.Received: archive.Received, provider.Delivered: archive.Delivered,
	provider.Undelivered: archive.Failed, provider.Failed: archive.Failed, provider.Canceled: archive.Failed,
}

// bases holds that whatever left did so with a basis. That of an attempt which a
// restored archive does not know was looked at before it was lost.
func (m *month) bases() {
	m.w.read(func(tx *sqlite.Tx) error {
		for id := range m.written {
			if m.lost[id] || m.reopened[id] {
				continue
			}
			here, err := archive.GetMessage(tx, archive.SeeAll(), id)
			if err != nil {
				return err
			}
			if here.SID == "" {
				continue
			}
			if basis, found, err := here.Basis(); err != nil || !found || basis.Kind == "" || basis.ConsentID == (clinic.ConsentID{}) {
				m.t.Errorf("a text went out without a basis: %v %v", found, err)
			}
		}
		return nil
	})
}
