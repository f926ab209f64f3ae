package simulator_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
)

func TestAuthentication(t *testing.T) {
	d := open(t)
	other := strings.Replace(string(account), "AC0", "AC1", 1)
	for _, c := range []struct {
		name, user, key, path string
		status                int
		code                  string
	}{
		{"nobody", "", "", "Messages.json", 401, "20003"},
		{"a wrong key", keySID, "x", "Messages.json", 401, "20003"},
		{"an empty key", keySID, "", "Messages.json", 401, "20003"},
		{"another key's name", "SK1", secret, "Messages.json", 401, "20003"},
		{"the key", keySID, secret, "Messages.json", 200, ""},
		{"the account", string(account), token, "Messages.json", 200, ""},
		{"the key at the account", keySID, secret, "/2010-04-01/Accounts/" + string(account) + ".json", 401, "20003"},
		{"the account at itself", string(account), token, "/2010-04-01/Accounts/" + string(account) + ".json", 200, ""},
		{"the key at another account", keySID, secret, "/2010-04-01/Accounts/" + other + "/Messages.json", 404, "20404"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := *d
			d.t, d.user, d.key = t, c.user, c.key
			a := d.do("GET", c.path, nil)
			if a.status != c.status || string(a.Code) != c.code {
				t.Errorf("answered %d with code %s", a.status, a.Code)
			}
			if c.status == 401 && a.header.Get("WWW-Authenticate") == "" {
				t.Error("no word of how to authenticate")
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	d := open(t)
	for _, c := range []struct {
		name string
		form url.Values
		code string
	}{
		{"no recipient", url.Values{"From": {string(ours)}, "Body": {"x"}}, "21604"},
		{"recipient is none", url.Values{"From": {string(ours)}, "To": {"+1555"}, "Body": {"x"}}, "21211"},
		{"no sender", url.Values{"To": {string(patient)}, "Body": {"x"}}, "21603"},
		{"sender is none", url.Values{"From": {"me"}, "To": {string(patient)}, "Body": {"x"}}, "21212"},
		{"another's number", url.Values{"From": {"+17205550199"}, "To": {string(patient)}, "Body": {"x"}}, "21606"},
		{"a voice line", url.Values{"From": {string(voice)}, "To": {string(patient)}, "Body": {"x"}}, "21606"},
		{"nothing to say", url.Values{"From": {string(ours)}, "To": {string(patient)}}, "21602"},
		{"too long", url.Values{"From": {string(ours)}, "To": {string(patient)}, "Body": {strings.Repeat("x", 1601)}}, "21617"},
		{"to itself", url.Values{"From": {string(ours)}, "To": {string(ours)}, "Body": {"x"}}, "21266"},
		{"valid for nothing", url.Values{"From": {string(ours)}, "To": {string(patient)}, "Body": {"x"}, "ValidityPeriod": {"0"}}, "20001"},
		{"valid for too long", url.Values{"From": {string(ours)}, "To": {string(patient)}, "Body": {"x"}, "ValidityPeriod": {"36001"}}, "20001"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := *d
			d.t = t
			if c.name == "no recipient" {
				d.undescribed()
			}
			d.wants(d.do("POST", "Messages.json", c.form), 400, c.code)
		})
	}
	if n := len(d.Messages()); n != 0 {
		t.Errorf("%d texts went out", n)
	}
	d.wants(d.do("GET", "Messages/SM"+strings.Repeat("0", 32)+".json", nil), 404, "20404")
	d.undescribed()
	d.wants(d.do("GET", "Messages.json?PageSize=1001", nil), 400, "20007")
}

// The account keeps the provider's own block list: whole words, any case, per
// number, and a confirmation for each change and for no repetition.
func TestKeywords(t *testing.T) {
	for _, c := range []struct {
		words         []string
		blocked       bool
		confirmations int
	}{
		{[]string{"STOP"}, true, 1},
		{[]string{" stop\n"}, true, 1},
		{[]string{"Unsubscribe"}, true, 1},
		{[]string{"REVOKE"}, true, 1},
		{[]string{"OptOut"}, true, 1},
		{[]string{"STOP PLEASE"}, false, 0},
		{[]string{"please stop"}, false, 0},
		{[]string{"STOP", "STOP"}, true, 1},
		{[]string{"STOP", "START"}, false, 2},
		{[]string{"STOP", "yes"}, false, 2},
		{[]string{"STOP", "ok"}, true, 1},
		{[]string{"YES"}, false, 0},
		{[]string{"HELP"}, false, 1},
		{[]string{"STOP", "UNSTOP", "QUIT"}, true, 3},
	} {
		t.Run(strings.Join(c.words, ","), func(t *testing.T) {
			d := open(t)
			for _, w := range c.words {
				d.receive(patient, w)
				d.Advance(time.Minute)
			}
			a := d.send(patient, "hello")
			if blocked := a.status == 400 && string(a.Code) == "21610"; blocked != c.blocked {
				t.Errorf("answered %d with code %s", a.status, a.Code)
			}
			confirmations := 0
			for _, m := range d.Messages() {
				if m.Reply {
					confirmations++
				}
			}
			if confirmations != c.confirmations {
				t.Errorf("%d confirmations", confirmations)
			}
			if a := d.send("+17205550117", "hello"); a.status != 201 {
				t.Error("somebody else is blocked as well")
			}
		})
	}
}

func TestProgress(t *testing.T) {
	d := open(t,
		simulator.Persona{Phone: "+13035550160", Temperament: simulator.Landline},
		simulator.Persona{Phone: "+13035550161", Temperament: simulator.SwitchedOff},
	)
	for _, c := range []struct {
		to    clinic.Phone
		end   string
		error string
	}{
		{patient, `"delivered"`, ""}, {"+13035550160", `"undelivered"`, "30006"}, {"+13035550161", `"undelivered"`, "30003"},
	} {
		a := d.send(c.to, "hello")
		if a.status != 201 || string(a.Status) != `"queued"` || a.DateSent != nil || a.NumMedia != "0" {
			t.Errorf("taken over as %+v", a)
		}
		if created, err := time.Parse(time.RFC1123Z, *a.DateCreated); err != nil || created.Unix() != d.Now().Time().Unix() {
			t.Errorf("created %s", *a.DateCreated)
		}
		var seen []string
		for range 40 {
			now := d.do("GET", "Messages/"+string(a.SID)+".json", nil)
			if state := string(now.Status); len(seen) == 0 || seen[len(seen)-1] != state {
				seen = append(seen, state)
			}
			d.clock.Advance(100 * time.Millisecond)
		}
		if got := strings.Join(seen, " "); got != `"queued" "sending" "sent" `+c.end {
			t.Errorf("%s", got)
		}
	}
	for _, m := range d.Messages() {
		if m.ErrorCode != 0 && m.Status != provider.Undelivered || m.Sent.IsZero() {
			t.Errorf("%+v", m)
		}
	}
}

func TestStallAndValidity(t *testing.T) {
	d := open(t)
	if err := d.SetFaults(simulator.Faults{Stall: true}); err != nil {
		t.Fatal(err)
	}
	long := d.send(patient, "any time").SID
	short := d.do("POST", "Messages.json", url.Values{
		"From": {string(ours)}, "To": {string(patient)}, "Body": {"now or never"}, "ValidityPeriod": {"60"},
	}).SID
	d.Advance(time.Hour)
	for _, m := range d.Messages() {
		if m.Status != provider.Queued {
			t.Errorf("%s while stalled", m.Status)
		}
	}
	if err := d.SetFaults(simulator.Faults{}); err != nil {
		t.Fatal(err)
	}
	for _, m := range d.Messages() {
		if m.SID == long && m.Status != provider.Delivered ||
			m.SID == short && (m.Status != provider.Failed || m.ErrorCode != 30036) {
			t.Errorf("%s with %d", m.Status, m.ErrorCode)
		}
	}
}

func TestRedactionAndDeletion(t *testing.T) {
	d := open(t)
	a := d.send(patient, "hello")
	path := "Messages/" + string(a.SID) + ".json"
	d.wants(d.do("POST", path, url.Values{"Body": {""}}), 409, "20009")
	d.wants(d.do("DELETE", path, nil), 409, "20009")
	d.Advance(10 * time.Second)
	d.wants(d.do("POST", path, url.Values{"Body": {""}, "Status": {"canceled"}}), 400, "30400")
	d.wants(d.do("POST", path, url.Values{"Status": {"canceled"}}), 409, "30409")
	d.wants(d.do("POST", path, url.Values{"Body": {"another"}}), 400, "20001")
	if a := d.do("POST", path, url.Values{"Body": {""}}); a.status != 200 || a.Body == nil || *a.Body != "" {
		t.Errorf("redacted: %d", a.status)
	}
	// The next list shows it again, empty.
	if list := d.do("GET", "Messages.json", nil); len(list.Messages) != 1 || *list.Messages[0].Body != "" {
		t.Error("the list does not show it redacted")
	}
	d.wants(d.do("DELETE", path, nil), 409, "20009")
	d.Advance(time.Minute)
	if a := d.do("DELETE", path, nil); a.status != 204 {
		t.Errorf("deleted: %d", a.status)
	}
	d.wants(d.do("GET", path, nil), 404, "20404")
	if len(d.Messages()) != 0 {
		t.Error("still there")
	}
}

// A page token names the last row of its page. When that message is deleted
// during the walk, the token is worth nothing.
func TestStalePageToken(t *testing.T) {
	d := open(t)
	var names []provider.SID
	for range 3 {
		names = append(names, d.receive(patient, "hello"))
		d.Advance(2 * time.Minute)
	}
	first := d.do("GET", "Messages.json?PageSize=1", nil)
	if first.Next == nil || first.Messages[0].SID != names[2] {
		t.Fatal("no second page")
	}
	d.do("DELETE", "Messages/"+string(names[2])+".json", nil)
	d.wants(d.do("GET", *first.Next, nil), 400, "21481")
	d.wants(d.do("GET", "Messages.json?Page=1", nil), 400, "21481")
}

func TestMediaAndNumbers(t *testing.T) {
	d := open(t)
	sid, err := d.Receive(simulator.Inbound{From: patient, Body: "my card", Media: []simulator.Attached{{Type: "image/jpeg"}, {Type: "image/png"}}})
	if err != nil || !strings.HasPrefix(string(sid), "MM") {
		t.Fatalf("%v", err)
	}
	if a := d.do("GET", "Messages/"+string(sid)+".json", nil); a.NumMedia != "2" {
		t.Errorf("num_media %v", a.NumMedia)
	}
	list := d.do("GET", "Messages/"+string(sid)+"/Media.json", nil)
	if len(list.Media) != 2 || list.Media[1].ContentType != "image/png" {
		t.Fatalf("%d media", len(list.Media))
	}
	if a := d.do("GET", list.Media[0].URI, nil); a.ContentType != "image/jpeg" {
		t.Errorf("%s", a.ContentType)
	}
	numbers := d.do("GET", "IncomingPhoneNumbers.json", nil).Numbers
	if len(numbers) != 2 || !numbers[0].Capabilities["sms"] || numbers[1].Capabilities["sms"] || numbers[1].URL == "" {
		t.Errorf("%+v", numbers)
	}
	if found := d.do("GET", "IncomingPhoneNumbers.json?PhoneNumber=%2B13035550101", nil).Numbers; len(found) != 1 || found[0].Phone != voice {
		t.Errorf("%+v", found)
	}
}
