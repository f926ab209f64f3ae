package twilio_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/provider"
	"quietline/backend/provider/twilio"
)

// A whole row as Twilio writes it.
const row = `{"account_sid":"AC00112233445566778899aabbccddeeff","sid":"SM00112233445566778899aabbccddeeff",
	"body":"hi","direction":"inbound","status":"received","from":"+13035550142","to":"+13035550100",
	"num_media":"0","num_segments":"1","error_code":null,
	"date_created":"Tue, 03 Mar 2026 16:00:00 +0000","date_sent":null,"date_updated":"Tue, 03 Mar 2026 16:00:01 +0000"}`

func TestAnswers(t *testing.T) {
	const sent = provider.CodeUnknown
	rest := func(code int) string {
		return fmt.Sprintf(`{"code":%d,"message":"about %s","more_info":"https://x","status":400}`, code, patient)
	}
	for _, c := range []struct {
		name   string
		status int
		body   string
		send   clinic.Code // "" where the answer is good
		list   clinic.Code
	}{
		{"401 in HTML", 401, "<html>", provider.CodeUnauthorised, provider.CodeUnauthorised},
		{"403 in HTML", 403, "<html>", provider.CodeUnauthorised, provider.CodeUnauthorised},
		{"400 with code 20003", 400, rest(20003), provider.CodeUnauthorised, provider.CodeUnauthorised},
		{"403 about a region", 403, rest(21408), provider.CodeRegionOff, provider.CodeRegionOff},
		{"400 without a body", 400, "", sent, provider.CodeUnavailable},
		{"400 in HTML", 400, "<html>", sent, provider.CodeUnavailable},
		{"400 with another's JSON", 400, `{"error":"proxy"}`, sent, provider.CodeUnavailable},
		{"400 unknown code", 400, rest(29999), provider.CodeRefused, provider.CodeRefused},
		{"404", 404, rest(20404), provider.CodeRefused, clinic.CodeNotFound},
		{"408", 408, rest(20408), sent, provider.CodeUnavailable},
		{"429 empty", 429, "", provider.CodeBusy, provider.CodeBusy},
		{"400 queue full", 400, rest(21611), provider.CodeBusy, provider.CodeBusy},
		{"400 bad recipient", 400, rest(21211), provider.CodeBadRecipient, provider.CodeBadRecipient},
		{"400 not mobile", 400, rest(21614), provider.CodeNotMobile, provider.CodeNotMobile},
		{"400 unregistered", 400, rest(30034), provider.CodeUnregistered, provider.CodeUnregistered},
		{"400 daily limit", 400, rest(63038), provider.CodeBusy, provider.CodeBusy},
		{"400 a number of deliveries", 400, rest(30003), provider.CodeRefused, provider.CodeUnreachable},
		{"400 a number of walks", 400, rest(21481), provider.CodeRefused, provider.CodeStalePage},
		{"400 a number of changes", 400, rest(30409), provider.CodeRefused, provider.CodeTooLate},
		{"400 bad sender", 400, rest(21606), provider.CodeBadSender, provider.CodeBadSender},
		{"400 opted out", 400, rest(21610), provider.CodeOptedOut, provider.CodeOptedOut},
		{"400 too long", 400, rest(21617), provider.CodeTooLong, provider.CodeTooLong},
		{"400 trial", 400, rest(21608), provider.CodeNotApproved, provider.CodeNotApproved},
		{"500 with a refusal's code", 500, rest(21610), sent, provider.CodeUnavailable},
		{"503 in HTML", 503, "<html>", sent, provider.CodeUnavailable},
		{"302", 302, "", sent, provider.CodeUnavailable},
		{"307", 307, row, sent, provider.CodeUnavailable},
		{"204", 204, "", sent, provider.CodeUnavailable},
		{"202", 202, row, sent, provider.CodeUnavailable},
		{"200 empty", 200, "", sent, provider.CodeUnavailable},
		{"200 {}", 200, "{}", sent, provider.CodeUnavailable},
		{"200 null", 200, "null", sent, provider.CodeUnavailable},
		{"200 []", 200, "[]", sent, provider.CodeUnavailable},
		{"201 {}", 201, "{}", sent, provider.CodeUnavailable},
		{"200 an error", 200, rest(21610), sent, provider.CodeUnavailable},
		{"200 with a row for a list", 200, row, "", provider.CodeUnavailable},
		{"200 with null for a list", 200, `{"messages":null}`, sent, provider.CodeUnavailable},
		{"200 an empty list", 200, `{"messages":[]}`, sent, ""},
		{"200 a list", 200, `{"messages":[` + row + `]}`, sent, ""},
		{"200 next without a token", 200, `{"messages":[],"next_page_uri":"/x?Page=1"}`, sent, provider.CodeUnavailable},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if c.status/100 == 3 {
					w.Header().Set("Location", "http://192.0.2.1/")
				}
				w.WriteHeader(c.status)
				io.WriteString(w, c.body)
			})
			check := func(what string, err error, want clinic.Code) {
				t.Helper()
				if want == "" {
					if err != nil {
						t.Errorf("%s: %v", what, err)
					}
					return
				}
				if err == nil || !errors.Is(err, clinic.E(want)) {
					t.Errorf("%s: %v, want %s", what, err, want)
					return
				}
				silent(t, err)
			}
			_, err := client.Send(t.Context(), text())
			check("send", err, c.send)
			_, err = client.List(t.Context(), provider.Query{}, "")
			check("list", err, c.list)
		})
	}
}

// A row that cannot be read makes the page unreadable: nothing is skipped.
func TestRowsThatCannotBeRead(t *testing.T) {
	for name, change := range map[string][2]string{
		"no name":            {`"SM00112233445566778899aabbccddeeff"`, `null`},
		"another kind":       {`"SM00112233`, `"CA00112233`},
		"another account":    {`"AC00112233`, `"AC99112233`},
		"no direction":       {`"inbound"`, `null`},
		"a new direction":    {`"inbound"`, `"sideways"`},
		"media as a word":    {`"num_media":"0"`, `"num_media":"many"`},
		"negative media":     {`"num_media":"0"`, `"num_media":"-1"`},
		"a date as a word":   {`"Tue, 03 Mar 2026 16:00:00 +0000"`, `"yesterday"`},
		"a number as body":   {`"hi"`, `7`},
		"code as a sentence": {`"error_code":null`, `"error_code":"none"`},
	} {
		t.Run(name, func(t *testing.T) {
			broken := strings.Replace(row, change[0], change[1], 1)
			if broken == row {
				t.Fatal("nothing changed")
			}
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				io.WriteString(w, `{"messages":[`+row+`,`+broken+`]}`)
			})
			page, err := client.List(t.Context(), provider.Query{}, "")
			if !errors.Is(err, clinic.E(provider.CodeUnavailable)) || len(page.Messages) != 0 {
				t.Errorf("%d messages, error %v", len(page.Messages), err)
			}
		})
	}
}

func TestRowsWithNullsAndUnknownValues(t *testing.T) {
	for name, c := range map[string]struct {
		from, to string
		is       func(provider.Message) bool
	}{
		"null body":      {`"hi"`, `null`, func(m provider.Message) bool { return m.Body == "" }},
		"null sender":    {`"+13035550142"`, `null`, func(m provider.Message) bool { _, ok := m.From.Phone(); return !ok }},
		"short code":     {`"+13035550142"`, `"24273"`, func(m provider.Message) bool { return m.From == "24273" }},
		"new status":     {`"received"`, `"shelved"`, func(m provider.Message) bool { return m.Status == "shelved" && !m.Status.Terminal() }},
		"error code":     {`"error_code":null`, `"error_code":30039`, func(m provider.Message) bool { return m.ErrorCode == 30039 }},
		"no date at all": {`"Tue, 03 Mar 2026 16:00:00 +0000"`, `null`, func(m provider.Message) bool { return m.Created.IsZero() }},
		"another offset": {`16:00:00 +0000`, `09:00:00 -0700`, func(m provider.Message) bool { return m.Created == clinic.At(start) }},
		"a reply":        {`"inbound"`, `"outbound-reply"`, func(m provider.Message) bool { return m.Direction == provider.Outbound && m.Reply }},
	} {
		t.Run(name, func(t *testing.T) {
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				io.WriteString(w, `{"messages":[`+strings.Replace(row, c.from, c.to, 1)+`]}`)
			})
			page, err := client.List(t.Context(), provider.Query{}, "")
			if err != nil || len(page.Messages) != 1 || !c.is(page.Messages[0]) {
				t.Errorf("%+v, %v", page.Messages, err)
			}
		})
	}
}

// An answer with a good status that does not show what was asked for is not
// believed.
func TestAnswersThatDoNotShowTheChange(t *testing.T) {
	other := strings.Replace(row, `"SM00`, `"SM99`, 1)
	for name, c := range map[string]struct {
		answer string
		status int
		call   func(*testing.T, *twilio.Client) error
		want   clinic.Code
	}{
		"the words are still there":   {row, 200, redacts, provider.CodeUnavailable},
		"the words are gone":          {strings.Replace(row, `"hi"`, `""`, 1), 200, redacts, ""},
		"another message":             {strings.Replace(other, `"hi"`, `""`, 1), 200, redacts, provider.CodeUnavailable},
		"not cancelled":               {row, 200, cancels, provider.CodeUnavailable},
		"cancelled":                   {strings.Replace(row, `"received"`, `"canceled"`, 1), 200, cancels, ""},
		"not scheduled but queued":    {strings.Replace(row, `"received"`, `"queued"`, 1), 201, schedules, provider.CodeUnknown},
		"scheduled":                   {strings.Replace(row, `"received"`, `"scheduled"`, 1), 201, schedules, ""},
		"deleted, with words":         {row, 200, deletes, provider.CodeUnavailable},
		"deleted":                     {"", 204, deletes, ""},
		"deletion taken over, undone": {"", 202, deletes, provider.CodeUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				io.WriteString(w, c.answer)
			}))
			t.Cleanup(server.Close)
			err := c.call(t, plain(t, twilio.Config{BaseURL: server.URL, Service: service}))
			if c.want == "" && err != nil || c.want != "" && !errors.Is(err, clinic.E(c.want)) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
	_, err := plain(t, twilio.Config{BaseURL: "http://127.0.0.1:9"}).Schedule(t.Context(), text(), clinic.At(start))
	if !errors.Is(err, clinic.E(provider.CodeOffline)) {
		t.Errorf("where no messaging service can be looked for: %v", err)
	}
}

func redacts(t *testing.T, c *twilio.Client) error {
	_, err := c.Redact(t.Context(), "SM00112233445566778899aabbccddeeff")
	return err
}

func cancels(t *testing.T, c *twilio.Client) error {
	_, err := c.Cancel(t.Context(), "SM00112233445566778899aabbccddeeff")
	return err
}

func schedules(t *testing.T, c *twilio.Client) error {
	_, err := c.Schedule(t.Context(), text(), clinic.At(start))
	return err
}

func deletes(t *testing.T, c *twilio.Client) error {
	return c.Delete(t.Context(), "SM00112233445566778899aabbccddeeff")
}
