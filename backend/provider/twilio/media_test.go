package twilio_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/provider"
	"quietline/backend/provider/twilio"
)

const (
	aText   = provider.SID("MM00112233445566778899aabbccddeeff")
	aMedium = provider.MediumSID("ME00112233445566778899aabbccddeeff")
)

// script answers requests to any host, and keeps what was asked.
type script struct {
	answers map[string]*http.Response // by host
	asked   []*http.Request
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	s.asked = append(s.asked, r)
	a := s.answers[r.URL.Host]
	if a == nil {
		return nil, errors.New("no such host")
	}
	copied := *a
	copied.Body = io.NopCloser(strings.NewReader("the picture"))
	return &copied, nil
}

func redirect(to string) *http.Response {
	return &http.Response{StatusCode: http.StatusTemporaryRedirect, Header: http.Header{"Location": {to}}}
}

func good() *http.Response {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, ContentLength: -1}
}

// The key goes to the API's host and to no other, and nothing is brought from a
// host that is not Twilio's.
func TestAttachmentsComeFromKnownHostsWithoutTheKey(t *testing.T) {
	const cdn, bucket = "mms.twiliocdn.com", "s3-external-1.amazonaws.com"
	for _, c := range []struct {
		what    string
		answers map[string]*http.Response
		hosts   []string
		comes   bool
	}{
		{"from the API itself", map[string]*http.Response{"api.twilio.com": good()}, []string{"api.twilio.com"}, true},
		{"from the media host", map[string]*http.Response{"api.twilio.com": redirect("https://" + cdn + "/x?sig=1"), cdn: good()}, []string{"api.twilio.com", cdn}, true},
		{"over the shared store", map[string]*http.Response{
			"api.twilio.com": redirect("https://" + cdn + "/x"), cdn: redirect("https://" + bucket + "/media.twiliocdn.com/x"), bucket: good(),
		}, []string{"api.twilio.com", cdn, bucket}, true},
		{"another's folder of the shared store", map[string]*http.Response{"api.twilio.com": redirect("https://" + bucket + "/other/x"), bucket: good()}, []string{"api.twilio.com"}, false},
		{"another host", map[string]*http.Response{"api.twilio.com": redirect("https://example.org/x"), "example.org": good()}, []string{"api.twilio.com"}, false},
		{"a host that ends alike", map[string]*http.Response{"api.twilio.com": redirect("https://evil-mms.twiliocdn.com/x"), "evil-mms.twiliocdn.com": good()}, []string{"api.twilio.com"}, false},
		{"a port of its own", map[string]*http.Response{"api.twilio.com": redirect("https://" + cdn + ":8443/x"), cdn + ":8443": good()}, []string{"api.twilio.com"}, false},
		{"a user", map[string]*http.Response{"api.twilio.com": redirect("https://a:b@" + cdn + "/x"), cdn: good()}, []string{"api.twilio.com"}, false},
		{"without TLS", map[string]*http.Response{"api.twilio.com": redirect("http://" + cdn + "/x"), cdn: good()}, []string{"api.twilio.com"}, false},
		{"this machine", map[string]*http.Response{"api.twilio.com": redirect("http://127.0.0.1/x"), "127.0.0.1": good()}, []string{"api.twilio.com"}, false},
		{"no place", map[string]*http.Response{"api.twilio.com": redirect("")}, []string{"api.twilio.com"}, false},
		{"in circles", map[string]*http.Response{"api.twilio.com": redirect("https://" + cdn + "/x"), cdn: redirect("https://" + cdn + "/x")}, []string{"api.twilio.com", cdn, cdn}, false},
	} {
		t.Run(c.what, func(t *testing.T) {
			s := &script{answers: c.answers}
			r, err := plain(t, twilio.Config{Transport: s}).OpenMedia(t.Context(), aText, aMedium, 100)
			switch {
			case c.comes && err != nil:
				t.Fatal(err)
			case !c.comes && !errors.Is(err, clinic.E(provider.CodeUnavailable)):
				t.Fatalf("%v", err)
			case !c.comes:
				silent(t, err)
			default:
				if raw, err := io.ReadAll(r); err != nil || string(raw) != "the picture" {
					t.Errorf("%q %v", raw, err)
				}
				r.Close()
			}
			var hosts []string
			for i, asked := range s.asked {
				hosts = append(hosts, asked.URL.Host)
				_, _, keyed := asked.BasicAuth()
				if keyed != (i == 0) {
					t.Errorf("request %d to %s carries a key: %v", i, asked.URL.Host, keyed)
				}
				for _, name := range []string{"Cookie", "Referer"} {
					if asked.Header.Get(name) != "" {
						t.Errorf("request %d carries %s", i, name)
					}
				}
			}
			if strings.Join(hosts, " ") != strings.Join(c.hosts, " ") {
				t.Errorf("asked %v, want %v", hosts, c.hosts)
			}
		})
	}
}

func TestAListThatCannotBeReadIsNoList(t *testing.T) {
	row := `{"sid":"` + string(aMedium) + `","account_sid":"` + string(account) + `","parent_sid":"` + string(aText) + `","content_type":"image/jpeg"}`
	for _, c := range []struct {
		what, answer string
		comes        bool
	}{
		{"a good one", `{"media_list":[` + row + `]}`, true},
		{"an empty one", `{"media_list":[]}`, true},
		{"none", `{}`, false},
		{"a next page", `{"media_list":[` + row + `],"next_page_uri":"/2010-04-01/x"}`, false},
		{"far too many", `{"media_list":[` + strings.Repeat(row+",", 20) + row + `]}`, false},
		{"of another text", `{"media_list":[` + strings.Replace(row, string(aText), "MM"+strings.Repeat("1", 32), 1) + `]}`, false},
		{"of another account", `{"media_list":[` + strings.Replace(row, string(account), "AC"+strings.Repeat("1", 32), 1) + `]}`, false},
		{"a name with a path", `{"media_list":[` + strings.Replace(row, string(aMedium), "ME/../../x", 1) + `]}`, false},
	} {
		client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, c.answer)
		})
		list, err := client.ListMedia(t.Context(), aText)
		if c.comes != (err == nil) {
			t.Errorf("%s: %d, %v", c.what, len(list), err)
		}
		if err != nil && !errors.Is(err, clinic.E(provider.CodeUnavailable)) {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

func TestThePathNamesTextAndAttachment(t *testing.T) {
	var asked *url.URL
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL
		w.WriteHeader(http.StatusGone)
	}))
	t.Cleanup(server.Close)
	_, err := plain(t, twilio.Config{BaseURL: server.URL}).OpenMedia(t.Context(), aText, aMedium, 100)
	if !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		t.Errorf("%v", err)
	}
	if want := "/2010-04-01/Accounts/" + string(account) + "/Messages/" + string(aText) + "/Media/" + string(aMedium); asked.Path != want {
		t.Errorf("asked for %s", asked.Path)
	}
}
