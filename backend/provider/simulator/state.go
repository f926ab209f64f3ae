package simulator

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// How long a good text takes. Twilio needs a second or two for each.
const (
	sendingAfter   = 400 * time.Millisecond
	sentAfter      = time.Second
	deliveredAfter = 3 * time.Second
	confirmAfter   = time.Second
)

// state is everything that a Snapshot holds.
type state struct {
	Records []*record // oldest first
	Steps   []step    // what is going to happen, by due time
	Stalled []step    // deliveries that wait for Stall to end
	Blocked map[pair]bool
	Met     map[clinic.Phone]int // live texts that each persona has got from us
	Pointed map[clinic.Phone]pointed
	Flows   []*flow
	Runs    []run // oldest first
	// Stores and Contents are what pictures are sent from.
	Stores   []store   `json:",omitempty"`
	Contents []content `json:",omitempty"`
	Serial   uint64
	Names    uint64
}

// pair is a number of the account and one outside: what STOP blocks.
type pair struct{ Ours, Theirs clinic.Phone }

// MarshalText makes a pair a key in JSON.
func (p pair) MarshalText() ([]byte, error) {
	return []byte(string(p.Ours) + " " + string(p.Theirs)), nil
}

// UnmarshalText reads what MarshalText wrote.
func (p *pair) UnmarshalText(text []byte) error {
	ours, theirs, ok := strings.Cut(string(text), " ")
	if !ok {
		return clinic.E(clinic.CodeBadInput)
	}
	*p = pair{clinic.Phone(ours), clinic.Phone(theirs)}
	return nil
}

// record is a message of the account.
type record struct {
	SID        provider.SID
	Serial     uint64
	From, To   provider.Address
	Body       string
	Direction  string // as the API writes it
	Status     provider.Status
	ErrorCode  int
	Segments   int
	Media      []medium
	Carries    []string `json:",omitempty"` // addresses from which Media are fetched when it leaves
	Service    string   // the messaging service that was named
	Price      provider.Money
	Created    clinic.Instant
	Sent       clinic.Instant
	Updated    clinic.Instant
	ValidFor   time.Duration
	ValidUntil clinic.Instant
	Listed     clinic.Instant // lists show it from then on
}

func olderFirst(a, b *record) int {
	return cmp.Or(cmp.Compare(a.Created, b.Created), cmp.Compare(a.Serial, b.Serial))
}

func (r *record) message(account provider.Account) provider.Message {
	m := provider.Message{
		SID: r.SID, Account: account, From: r.From, To: r.To, Body: r.Body,
		Direction: provider.Outbound, Reply: r.Direction == "outbound-reply",
		Status: r.Status, ErrorCode: r.ErrorCode, Segments: r.Segments, NumMedia: len(r.Media), Cost: r.Price,
		Created: r.Created, Sent: r.Sent, Updated: r.Updated,
	}
	if r.Direction == "inbound" {
		m.Direction = provider.Inbound
	}
	return m
}

func recordOf(m provider.Message) *record {
	r := &record{
		SID: m.SID, From: m.From, To: m.To, Body: m.Body, Direction: "outbound-api",
		Status: m.Status, ErrorCode: m.ErrorCode, Segments: m.Segments, Price: m.Cost,
		Created: m.Created, Sent: m.Sent, Updated: m.Updated, Listed: m.Created,
	}
	switch {
	case m.Direction == provider.Inbound:
		r.Direction = "inbound"
	case m.Reply:
		r.Direction = "outbound-reply"
	}
	if r.Segments == 0 {
		r.Segments = provider.CountSegments(m.Body).Segments
	}
	if r.Updated.IsZero() {
		r.Updated = max(r.Created, r.Sent)
	}
	return r
}

// step is one thing that will happen.
type step struct {
	Due    clinic.Instant
	Serial uint64
	// A delivery moves SID to Status, with ErrorCode.
	SID       provider.SID
	Status    provider.Status
	ErrorCode int
	// Otherwise In arrives, Flowing is handed to a flow, or Confirm goes out.
	In      *Inbound
	Flowing *Inbound `json:",omitempty"`
	Confirm *confirmation
}

// confirmation is a text of the provider's own.
type confirmation struct {
	From, To clinic.Phone
	Body     string
}

func (s *Simulator) plan(p step) {
	s.st.Serial++
	p.Serial = s.st.Serial
	at, _ := slices.BinarySearchFunc(s.st.Steps, p, func(a, b step) int {
		return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Serial, b.Serial))
	})
	s.st.Steps = slices.Insert(s.st.Steps, at, p)
}

// settle lets everything happen that has fallen due, each at its own time.
func (s *Simulator) settle() {
	now := s.now()
	for len(s.st.Steps) > 0 && s.st.Steps[0].Due <= now {
		p := s.st.Steps[0]
		s.st.Steps = s.st.Steps[1:]
		switch {
		case p.In != nil:
			s.arrive(*p.In, p.Due)
		case p.Flowing != nil:
			s.flowing(*p.Flowing, p.Due)
		case p.Confirm != nil:
			s.confirm(*p.Confirm, p.Due)
		case s.faults.Stall:
			s.st.Stalled = append(s.st.Stalled, p)
		default:
			s.progress(p)
		}
	}
}

// add stores a message that is made at an instant, dated as the provider's clock
// shows it then.
func (s *Simulator) add(r *record, at clinic.Instant) *record {
	s.st.Serial++
	r.Serial = s.st.Serial
	r.Created, r.Updated = s.shown(at), s.shown(at)
	r.Segments = max(provider.CountSegments(r.Body).Segments, 1)
	r.Listed = at.Add(time.Duration(s.faults.ListLag))
	place, _ := slices.BinarySearchFunc(s.st.Records, r, olderFirst)
	s.st.Records = slices.Insert(s.st.Records, place, r)
	s.index[r.SID] = r
	return r
}

// remove takes a record away.
func (s *Simulator) remove(r *record) {
	if at, ok := slices.BinarySearchFunc(s.st.Records, r, olderFirst); ok {
		s.st.Records = slices.Delete(s.st.Records, at, at+1)
	}
	delete(s.index, r.SID)
}

// arrive stores a text from outside and does what the provider does with its
// words.
func (s *Simulator) arrive(in Inbound, at clinic.Instant) *record {
	prefix := "SM"
	if len(in.Media) > 0 {
		prefix = "MM"
	}
	r := &record{
		SID: s.name(prefix, at), From: provider.Address(in.From), To: provider.Address(in.To),
		Body: in.Body, Direction: "inbound", Status: provider.Received, Sent: s.shown(at),
	}
	for _, t := range in.Media {
		r.Media = append(r.Media, medium{SID: s.name("ME", at), Attached: t})
	}
	if s.drops(in.To) {
		r.SID = ""
	} else {
		s.add(r, at)
		r.Price = priceOf(r)
	}
	s.keyword(in, at)
	if s.flowFor(in.To) != nil {
		s.plan(step{Due: at.Add(flowAfter), Flowing: &in})
	}
	return r
}

// leaving is a text that goes out.
type leaving struct {
	from, to  clinic.Phone
	body      string
	direction string
	service   string
	carries   []string
	validFor  time.Duration
	at        clinic.Instant // when, if it is scheduled
}

// dispatch stores a text that goes out and plans what becomes of it.
func (s *Simulator) dispatch(text leaving, at clinic.Instant) *record {
	prefix := "SM"
	if len(text.carries) > 0 {
		prefix = "MM"
	}
	r := &record{
		SID: s.name(prefix, at), From: provider.Address(text.from), To: provider.Address(text.to), Carries: text.carries,
		Body: text.body, Direction: text.direction, Service: text.service, Status: provider.Queued, ValidFor: text.validFor,
	}
	if !text.at.IsZero() {
		r.Status = provider.Scheduled
		s.add(r, at)
		s.plan(step{Due: text.at.Add(-time.Duration(s.faults.Skew)), SID: r.SID, Status: provider.Queued})
		return r
	}
	s.add(r, at)
	s.start(r, at)
	return r
}

// start plans the way of a text that is queued.
func (s *Simulator) start(r *record, at clinic.Instant) {
	if r.ValidFor > 0 {
		r.ValidUntil = at.Add(r.ValidFor)
	}
	if s.st.Blocked[pair{clinic.Phone(r.From), clinic.Phone(r.To)}] && r.Direction == "outbound-api" {
		// STOP came after it had been scheduled. It was not taken back, and fails
		// only now.
		s.plan(step{Due: at.Add(sendingAfter), SID: r.SID, Status: provider.Failed, ErrorCode: 21610})
		return
	}
	s.plan(step{Due: at.Add(sendingAfter), SID: r.SID, Status: provider.Sending})
	s.plan(step{Due: at.Add(sentAfter), SID: r.SID, Status: provider.Sent})
	end := step{Due: at.Add(deliveredAfter), SID: r.SID, Status: provider.Delivered}
	code := s.unregistered(clinic.Phone(r.From))
	if p := s.personas[clinic.Phone(r.To)]; p != nil && code == 0 {
		code = p.unreachable(len(r.Carries) > 0)
	}
	if code != 0 {
		end.Status, end.ErrorCode = provider.Undelivered, code
	}
	s.plan(end)
}

// priceOf is what a text is billed with: by the segment, or by the message where
// pictures come with it. The amounts are those of a list price, carriers' fees
// left aside.
func priceOf(r *record) provider.Money {
	amount := 8_300 * int64(r.Segments)
	switch {
	case len(r.Media) == 0:
	case r.Direction == "inbound":
		amount = 16_500
	default:
		amount = 22_000
	}
	return provider.Money{Millionths: amount, Currency: "USD"}
}

// progress moves a message on.
func (s *Simulator) progress(p step) {
	r := s.index[p.SID]
	if r == nil || !p.Status.Follows(r.Status) {
		return
	}
	if p.Status == provider.Sent && !r.ValidUntil.IsZero() && p.Due > r.ValidUntil {
		p.Status, p.ErrorCode = provider.Failed, 30036
	}
	if p.Status == provider.Sending && !s.attach(r, p.Due) {
		p.Status, p.ErrorCode = provider.Failed, 63019
	}
	r.Status, r.ErrorCode, r.Updated = p.Status, p.ErrorCode, s.shown(p.Due)
	switch p.Status {
	case provider.Queued:
		s.start(r, p.Due)
	case provider.Sent:
		r.Sent, r.Price = s.shown(p.Due), priceOf(r)
	}
	if p.Status == provider.Delivered && r.Direction == "outbound-api" {
		s.answer(r, p.Due)
	}
}

// The words on which the provider itself acts, where they are the whole text.
var (
	stopWords  = []string{"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
	startWords = []string{"START", "YES", "UNSTOP"}
	helpWords  = []string{"HELP", "INFO"}
)

func (s *Simulator) keyword(in Inbound, at clinic.Instant) {
	line := pair{in.To, in.From}
	word := strings.ToUpper(strings.TrimSpace(in.Body))
	reply := ""
	switch {
	case slices.Contains(stopWords, word) && !s.st.Blocked[line]:
		s.st.Blocked[line] = true
		reply = "You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe."
	case slices.Contains(startWords, word) && s.st.Blocked[line]:
		delete(s.st.Blocked, line)
		reply = "You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply."
	case slices.Contains(helpWords, word):
		reply = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
	}
	if reply != "" {
		s.plan(step{Due: at.Add(confirmAfter), Confirm: &confirmation{in.To, in.From, reply}})
	}
}

// confirm sends the provider's own text, which a block does not hold back.
func (s *Simulator) confirm(c confirmation, at clinic.Instant) {
	s.dispatch(leaving{from: c.From, to: c.To, body: c.Body, direction: "outbound-reply"}, at)
}
