package providertest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

func checkFindsTheNumber(t *testing.T, f *Fixture) {
	facts, err := f.SMS.Check(t.Context(), f.Clinic)
	if err != nil {
		t.Fatalf("check: %v", err)
	}
	if facts.Number != f.Clinic || !facts.SMS || facts.Account == "" || facts.ServerTime.IsZero() {
		t.Errorf("facts of the clinic's number: sms %v, forwarded %v, time %v", facts.SMS, facts.Forwarded, facts.ServerTime)
	}
	if facts, err := f.SMS.Check(t.Context(), f.Voice); err != nil || facts.SMS {
		t.Errorf("voice line: sms %v, error %v", facts.SMS, err)
	}
	_, err = f.SMS.Check(t.Context(), f.Foreign)
	f.wants(t, err, provider.CodeNoSuchNumber)
	_, err = f.SMS.Check(t.Context(), "0142")
	f.wants(t, err, clinic.CodeBadPhone)
	f.Peer.NextRead(t, KeyRevoked)
	_, err = f.SMS.Check(t.Context(), f.Clinic)
	f.wants(t, err, provider.CodeUnauthorised)
}

func standingIsSeen(t *testing.T, f *Fixture) {
	s, err := f.Inspector.Inspect(t.Context(), f.Clinic)
	if err != nil {
		t.Fatalf("inspect: %v", err)
	}
	facts, err := f.SMS.Check(t.Context(), f.Clinic)
	if err != nil || s.Facts != facts {
		t.Errorf("other facts than Check has: %v", err)
	}
	if s.Redacted || s.Suspended || s.Registration == "" && s.Saw(provider.AspectRegistration) {
		t.Errorf("standing: redacted %v, suspended %v, registration %q", s.Redacted, s.Suspended, s.Registration)
	}
	if s, err := f.Inspector.Inspect(t.Context(), f.Voice); err != nil || s.SMS || s.Service != nil {
		t.Errorf("voice line: sms %v, error %v", s.SMS, err)
	}
	_, err = f.Inspector.Inspect(t.Context(), f.Foreign)
	f.wants(t, err, provider.CodeNoSuchNumber)
	_, err = f.Inspector.Inspect(t.Context(), "0142")
	f.wants(t, err, clinic.CodeBadPhone)
	for _, c := range []struct {
		trouble Trouble
		code    clinic.Code
	}{
		{KeyRevoked, provider.CodeUnauthorised}, {Overloaded, provider.CodeBusy},
		{Down, provider.CodeUnavailable}, {Hollow, provider.CodeUnavailable},
	} {
		f.Peer.NextRead(t, c.trouble)
		_, err = f.Inspector.Inspect(t.Context(), f.Clinic)
		f.wants(t, err, c.code)
	}
}

func textGoesOut(t *testing.T, f *Fixture) {
	text := f.text("See you on Monday at 9.")
	text.ValidFor = time.Hour
	m, err := f.SMS.Send(t.Context(), text)
	if err != nil {
		t.Fatalf("send: %v", err)
	}
	if m.SID == "" || m.Account == "" || m.Direction != provider.Outbound || m.Reply || m.Status.Terminal() ||
		m.Segments != 1 || m.Created.IsZero() || m.Body != text.Body {
		t.Errorf("taken over as %+v", m)
	}
	to, ok := m.To.Phone()
	if !ok || to != patient || m.From != provider.Address(f.Clinic) {
		t.Error("the ends of the message are not what was asked for")
	}
	f.Peer.Advance(time.Minute)
	now, err := f.SMS.Fetch(t.Context(), m.SID)
	if err != nil {
		t.Fatalf("fetch: %v", err)
	}
	if now.Status != provider.Delivered || !now.Status.Follows(m.Status) || now.Sent.IsZero() || now.Body != m.Body {
		t.Errorf("after a minute: %+v", now)
	}
	if all := f.walk(t, provider.Query{}); !slices.Contains(all, now) {
		t.Error("the list does not show what Fetch shows")
	}
	_, err = f.SMS.Fetch(t.Context(), m.SID[:33]+"z")
	f.wants(t, err, clinic.CodeNotFound)
	missing := m.SID[:2] + provider.SID(strings.Repeat("0", 32))
	_, err = f.SMS.Fetch(t.Context(), missing)
	f.wants(t, err, clinic.CodeNotFound)
}

func textComesIn(t *testing.T, f *Fixture) {
	sid := f.Peer.Receive(t, patient, "¿Puedo llegar a las 10?")
	page, err := f.SMS.List(t.Context(), provider.Query{}, "")
	if err != nil {
		t.Fatalf("list: %v", err)
	}
	if len(page.Messages) != 1 || page.Next != "" || page.ServerTime.IsZero() {
		t.Fatalf("%d messages, next %q, time %v", len(page.Messages), page.Next, page.ServerTime)
	}
	m := page.Messages[0]
	if m.SID != sid || m.Direction != provider.Inbound || m.Status != provider.Received || m.Body != "¿Puedo llegar a las 10?" ||
		m.From != provider.Address(patient) || m.To != provider.Address(f.Clinic) || m.Created.IsZero() {
		t.Errorf("came in as %+v", m)
	}
	if m.Created > page.ServerTime {
		t.Error("created after the peer's own time")
	}
}

// Bodies must arrive exactly, or a text of unknown fate is not found again.
func bodiesPassUnchanged(t *testing.T, f *Fixture) {
	bodies := []string{
		"plain", "clinic.24", "1.5 miles", "a=b&c=d%20+e", " leading and trailing ", "two\nlines\n",
		"It’s “quoted”", "niño, ¿mañana?", "Žluťoučký", "中文，你好", "مرحبا", "👩🏽‍⚕️ 👍",
		`{"json":"yes"} <b>html</b> \u0041 \`, "€ [x] {y} ~ ^ | \f", strings.Repeat("x", provider.MaxBody),
	}
	names := map[provider.SID]string{}
	for _, body := range bodies {
		body = provider.Normalize(body)
		m := f.send(t, body)
		if m.Body != body {
			t.Errorf("%q came back as %q", body, m.Body)
		}
		names[m.SID] = body
	}
	for _, m := range f.walk(t, provider.Query{To: patient, PageSize: 4}) {
		if m.Body != names[m.SID] {
			t.Errorf("%q is listed as %q", names[m.SID], m.Body)
		}
		delete(names, m.SID)
	}
	if len(names) != 0 {
		t.Errorf("%d texts are not listed", len(names))
	}
}

func walkSeesEveryMessage(t *testing.T, f *Fixture) {
	var names []provider.SID
	for range 7 {
		names = append(names, f.Peer.Receive(t, patient, "hello"))
		f.Peer.Advance(time.Second)
	}
	slices.Reverse(names)
	for _, size := range []int{0, 1, 2, 3, 6, 7, 8, provider.MaxPageSize} {
		var seen []provider.SID
		for _, m := range f.walk(t, provider.Query{PageSize: size}) {
			seen = append(seen, m.SID)
		}
		if !slices.Equal(seen, names) {
			t.Errorf("pages of %d: not each message once, newest first", size)
		}
	}
}

// walkStartsAgain: a message that is deleted during a walk takes the place with
// it from which the walk would go on.
func walkStartsAgain(t *testing.T, f *Fixture) {
	var names []provider.SID
	for range 4 {
		names = append(names, f.Peer.Receive(t, patient, "hello"))
		f.Peer.Advance(2 * time.Minute)
	}
	f.Peer.NextRead(t, Erased)
	page, err := f.SMS.List(t.Context(), provider.Query{PageSize: 2}, "")
	if err != nil || len(page.Messages) != 2 || page.Next == "" {
		t.Fatalf("%d messages, error %v", len(page.Messages), err)
	}
	_, err = f.SMS.List(t.Context(), provider.Query{PageSize: 2}, page.Next)
	f.wantsLater(t, err, provider.CodeStalePage)
	var seen []provider.SID
	for _, m := range f.walk(t, provider.Query{PageSize: 2}) {
		seen = append(seen, m.SID)
	}
	if !slices.Equal(seen, []provider.SID{names[3], names[1], names[0]}) {
		t.Errorf("the next walk shows %d messages", len(seen))
	}
}

func filtersLoseNothing(t *testing.T, f *Fixture) {
	other := clinic.Phone("+17205550117")
	var all []provider.Message
	for i := range 6 {
		from := patient
		if i%2 == 1 {
			from = other
		}
		f.Peer.Receive(t, from, "hello")
		f.Peer.Advance(13 * time.Hour)
	}
	all = f.walk(t, provider.Query{})
	if len(all) != 6 {
		t.Fatalf("%d messages", len(all))
	}
	since := all[2].Created
	for _, c := range []struct {
		name  string
		query provider.Query
		asked func(provider.Message) bool
		exact bool
	}{
		{"from", provider.Query{From: other}, func(m provider.Message) bool { return m.From == provider.Address(other) }, true},
		{"to", provider.Query{To: f.Clinic}, func(provider.Message) bool { return true }, true},
		{"to nobody", provider.Query{To: other}, func(m provider.Message) bool { return false }, true},
		{"since", provider.Query{Since: since}, func(m provider.Message) bool { return m.Sent >= since }, false},
		{"since and from", provider.Query{Since: since, From: patient}, func(m provider.Message) bool {
			return m.Sent >= since && m.From == provider.Address(patient)
		}, false},
	} {
		for _, size := range []int{1, 50} {
			c.query.PageSize = size
			got := f.walk(t, c.query)
			for _, m := range all {
				if has := slices.Contains(got, m); c.asked(m) && !has || c.exact && !c.asked(m) && has {
					t.Errorf("%s, pages of %d: wrong about a message", c.name, size)
				}
			}
		}
	}
}

func badQueries(t *testing.T, f *Fixture) {
	for _, size := range []int{-1, provider.MaxPageSize + 1} {
		_, err := f.SMS.List(t.Context(), provider.Query{PageSize: size}, "")
		f.wants(t, err, clinic.CodeBadInput)
	}
	for _, cursor := range []provider.Cursor{"nonsense", "PageToken=PASM00", "%", "Page=x&PageToken=PASM00"} {
		_, err := f.SMS.List(t.Context(), provider.Query{}, cursor)
		f.wants(t, err, provider.CodeStalePage)
	}
}

func neverSent(t *testing.T, f *Fixture) {
	for _, c := range []struct {
		name string
		text provider.Outgoing
		code clinic.Code
	}{
		{"no sender", provider.Outgoing{To: patient, Body: "x"}, provider.CodeBadSender},
		{"no recipient", provider.Outgoing{From: f.Clinic, Body: "x"}, provider.CodeBadRecipient},
		{"recipient is a word", provider.Outgoing{From: f.Clinic, To: "Ana", Body: "x"}, provider.CodeBadRecipient},
		{"nothing to say", f.text(""), provider.CodeEmptyText},
		{"one character too long", f.text(strings.Repeat("x", provider.MaxBody+1)), provider.CodeTooLong},
		{"too long in emoji", f.text(strings.Repeat("👍", provider.MaxBody/2+1)), provider.CodeTooLong},
		{"valid for half a second", provider.Outgoing{From: f.Clinic, To: patient, Body: "x", ValidFor: time.Second / 2}, clinic.CodeBadInput},
		{"valid for a day", provider.Outgoing{From: f.Clinic, To: patient, Body: "x", ValidFor: 24 * time.Hour}, clinic.CodeBadInput},
		{"another's number", provider.Outgoing{From: f.Foreign, To: patient, Body: "x"}, provider.CodeBadSender},
		{"a voice line", provider.Outgoing{From: f.Voice, To: patient, Body: "x"}, provider.CodeBadSender},
		{"to itself", provider.Outgoing{From: f.Clinic, To: f.Clinic, Body: "x"}, provider.CodeRefused},
	} {
		_, err := f.SMS.Send(t.Context(), c.text)
		if err == nil {
			t.Errorf("%s: taken over", c.name)
			continue
		}
		if clinic.CodeOf(err) != c.code || provider.OutcomeOf(err) != provider.NotSent {
			t.Errorf("%s: %v with outcome %v, want %s", c.name, err, provider.OutcomeOf(err), c.code)
		}
		f.quiet(t, err, "Ana")
	}
	if n := len(f.Peer.All()); n != 0 {
		t.Errorf("the peer holds %d texts", n)
	}
}

func stopBlocks(t *testing.T, f *Fixture) {
	f.Peer.Receive(t, patient, "stop ")
	_, err := f.SMS.Send(t.Context(), f.text("Are you coming?"))
	f.wants(t, err, provider.CodeOptedOut)
	if provider.OutcomeOf(err) != provider.NotSent || provider.ProviderCode(err) == 0 {
		t.Errorf("outcome %v, provider's code %d", provider.OutcomeOf(err), provider.ProviderCode(err))
	}
	f.Peer.Advance(time.Minute)
	replies := 0
	for _, m := range f.walk(t, provider.Query{}) {
		if m.Direction == provider.Outbound {
			replies++
			if !m.Reply {
				t.Error("the provider's own confirmation looks like one of our texts")
			}
		}
	}
	if replies != 1 {
		t.Errorf("%d confirmations", replies)
	}
	f.Peer.Receive(t, patient, "START")
	f.send(t, "Are you coming?")
}
