package providertest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"quietline/backend/provider/providertest"
)

// complaints is a test that fails without failing this one.
type complaints struct {
	testing.TB
	said []string
}

func (c *complaints) Helper() {}
func (c *complaints) Errorf(format string, args ...any) {
	c.said = append(c.said, fmt.Sprintf(format, args...))
}

const (
	messages = "/2010-04-01/Accounts/AC00112233445566778899aabbccddeeff/Messages.json"
	row      = `{"sid":"SM00112233445566778899aabbccddeeff","account_sid":"AC00112233445566778899aabbccddeeff",
		"body":"hi","direction":"inbound","status":"received","num_media":"0","num_segments":"1","error_code":null,
		"from":"+13035550142","to":"+13035550100","date_created":"Tue, 03 Mar 2026 16:00:00 +0000","date_sent":null}`

	// What begins with two strokes names the host.
	stores  = "//conversations.twilio.com/v1/Services"
	store   = `{"services":[{"sid":"IS00112233445566778899aabbccddeeff","friendly_name":"x","links":{}}],"meta":{"next_page_url":null}}`
	files   = "//mcs.us1.twilio.com/v1/Services/IS00112233445566778899aabbccddeeff/Media"
	oneFile = "ME00112233445566778899aabbccddeeff"
	file    = `{"sid":"ME00112233445566778899aabbccddeeff","service_sid":"IS00112233445566778899aabbccddeeff","size":2,
		"content_type":"image/jpeg","message_sid":null,"links":{"content":"/v1/x","content_direct_temporary":"https://media.us1.twilio.com/x"}}`
)

// TestWhatDiffersIsSaid proves that the checks bite, on either side: what is
// wrong is complained of, and what is right is not.
func TestWhatDiffersIsSaid(t *testing.T) {
	list := func(row string) string {
		return `{"messages":[` + row + `],"page":0,"page_size":50,"next_page_uri":null}`
	}
	form := func(pairs ...string) string {
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v.Encode()
	}
	for _, c := range []struct {
		name         string
		method, path string
		form         string
		status       int
		answer       string
		complaint    string
	}{
		{"a list", "GET", messages + "?PageSize=50", "", 200, list(row), ""},
		{"a send", "POST", messages, form("To", "+13035550142", "From", "+13035550100", "Body", "x"), 201, row, ""},
		{"a refusal", "GET", messages, "", 404, `{"code":20404}`, ""},
		{"a page of HTML", "GET", messages, "", 503, "<html>", ""},
		{"an empty object", "GET", messages, "", 200, "{}", ""},
		{"a number for a word", "GET", messages, "", 200, list(strings.Replace(row, `"num_media":"0"`, `"num_media":0`, 1)), "num_media"},
		{"a status that there is not", "GET", messages, "", 200, list(strings.Replace(row, `"received"`, `"recieved"`, 1)), "status"},
		{"a name of another form", "GET", messages, "", 200, list(strings.Replace(row, `"SM00`, `"XX00`, 1)), "sid"},
		{"a field misspelt", "GET", messages, "", 200, list(strings.Replace(row, `"date_sent"`, `"sent_date"`, 1)), "messages.sent_date"},
		{"a list misspelt", "GET", messages, "", 200, strings.Replace(list(row), `"next_page_uri"`, `"next_page"`, 1), "next_page"},
		{"another status", "POST", messages, form("To", "+13035550142"), 202, row, "status"},
		{"no recipient", "POST", messages, form("Body", "x"), 201, row, "request"},
		{"a parameter misspelt", "GET", messages + "?Pagesize=50", "", 200, list(row), "Pagesize"},
		{"too large a page", "GET", messages + "?PageSize=1001", "", 200, list(row), "request"},
		{"another path", "GET", strings.Replace(messages, "Messages", "Massages", 1), "", 200, list(row), "path"},
		{"another method", "DELETE", messages, "", 204, "", "path"},

		// The same path is another thing on another host.
		{"stores", "GET", stores, "", 200, store, ""},
		{"stores of the API", "GET", "/v1/Services", "", 200, store, "path"},
		{"a store of another form", "GET", stores, "", 200, strings.Replace(store, `"IS00`, `"MG00`, 1), "sid"},
		{"a store deleted", "DELETE", stores + "/IS00112233445566778899aabbccddeeff", "", 204, "", "path"},
		{"a picture", "POST", files, "\xff\xd8", 201, file, ""},
		{"a picture as a form", "POST", files, form("Media", "x"), 201, file, "request"},
		{"a picture to the wrong host", "POST", strings.Replace(files, "mcs.us1", "conversations", 1), "\xff\xd8", 201, file, "path"},
		{"a picture lent", "GET", files + "/" + oneFile, "", 200, file, ""},
		{"a picture lent without TLS", "GET", files + "/" + oneFile, "", 200, strings.Replace(file, "https", "http", 1), "content_direct_temporary"},
		{"a picture without a length", "GET", files + "/" + oneFile, "", 200, strings.Replace(file, `"size":2,`, "", 1), "size"},
		{"a picture with a word of ours", "GET", files + "/" + oneFile, "", 200, strings.Replace(file, `"size"`, `"sizes":2,"size"`, 1), "sizes"},
		{"a picture taken back", "DELETE", files + "/" + oneFile, "", 204, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if strings.HasPrefix(c.answer, "{") {
					w.Header().Set("Content-Type", "application/json")
				}
				w.WriteHeader(c.status)
				io.WriteString(w, c.answer)
			})
			ours, theirs := &complaints{TB: t}, &complaints{TB: t}
			h := providertest.DescribedHandler(theirs, answer)
			server := httptest.NewServer(h)
			defer server.Close()
			plain := &http.Transport{}
			defer plain.CloseIdleConnections()
			carrier := providertest.Described(ours, plain)
			if carrier == http.RoundTripper(plain) {
				t.Skip("the provider's description is not here")
			}
			host, path := "", c.path
			if named, found := strings.CutPrefix(path, "//"); found {
				host, path, _ = strings.Cut(named, "/")
				path = "/" + path
			}
			req, err := http.NewRequestWithContext(t.Context(), c.method, server.URL+path, strings.NewReader(c.form))
			if err != nil {
				t.Fatal(err)
			}
			req.Host = host
			switch {
			case strings.HasPrefix(c.form, "\xff"):
				req.Header.Set("Content-Type", "image/jpeg")
			case c.method == http.MethodPost:
				req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			}
			resp, err := carrier.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || string(body) != c.answer || resp.StatusCode != c.status {
				t.Errorf("the answer did not pass unchanged: %d, %v", resp.StatusCode, err)
			}
			for side, said := range map[string][]string{"client": ours.said, "server": theirs.said} {
				all := strings.Join(said, "; ")
				if (c.complaint == "") != (all == "") || !strings.Contains(all, c.complaint) {
					t.Errorf("the %s's side says %q, want %q", side, all, c.complaint)
				}
			}
		})
	}
}
