package twilio_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
	"quietline/backend/provider/twilio"
)

const (
	aStore   = "IS00112233445566778899aabbccddeeff"
	anotherS = "IS99112233445566778899aabbccddeeff"
	lentAt   = "https://media.us1.twilio.com/" + string(aMedium) + "?Expires=1772554000&Signature=abc"
)

func picture() provider.Picture {
	return provider.Picture{JPEG: append([]byte("\xff\xd8\xff\xe0"), bytes.Repeat([]byte("a picture "), 40_000)...)}
}

func stores(rows ...string) string {
	return `{"services":[` + strings.Join(rows, ",") + `],"meta":{"next_page_url":null}}`
}

func store(sid, name string) string {
	return `{"sid":"` + sid + `","account_sid":"` + string(account) + `","friendly_name":"` + name + `"}`
}

func medium(links string) string {
	return fmt.Sprintf(`{"sid":%q,"service_sid":%q,"size":%d,"links":{"content":"/v1/x"%s}}`, aMedium, aStore, len(picture().JPEG), links)
}

// coded reports whether an error is of a code; the empty one is none.
func coded(err error, code clinic.Code) bool {
	return err == nil && code == "" || err != nil && clinic.CodeOf(err) == code
}

// lending answers as the hosts of pictures do, by what is asked.
type lending struct {
	answers map[string]string // by method, host and last part of the path
	asked   []string
	got     []byte // what was uploaded
}

func (l *lending) RoundTrip(r *http.Request) (*http.Response, error) {
	path := strings.Split(strings.TrimSuffix(r.URL.Path, "/"), "/")
	what := r.Method + " " + r.URL.Host + " " + path[len(path)-1]
	l.asked = append(l.asked, what)
	if user, key, _ := r.BasicAuth(); user != keySID || key != keySecret {
		return nil, errors.New("without the key")
	}
	// A slow line has longer for a picture, and for nothing else.
	until, _ := r.Context().Deadline()
	if longer := time.Until(until) > twilio.DefaultTimeout; longer != (path[len(path)-1] == "Media") {
		return nil, errors.New("another time-out")
	}
	if r.Method == http.MethodPost {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		if path[len(path)-1] == "Media" {
			l.got = raw
			if r.Header.Get("Content-Type") != "image/jpeg" || r.ContentLength != int64(len(raw)) || r.GetBody != nil {
				return nil, errors.New("not as a picture")
			}
		}
	}
	status, body, _ := strings.Cut(l.answers[what], " ")
	code := 0
	fmt.Sscan(status, &code)
	return &http.Response{StatusCode: code, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

// The hosts that are asked are Twilio's own three; nothing is asked of the host at which
// the picture is then lent.
func TestLendingAsksTwiliosHosts(t *testing.T) {
	const (
		list   = "GET conversations.twilio.com Services"
		make   = "POST conversations.twilio.com Services"
		upload = "POST mcs.us1.twilio.com Media"
		look   = "GET mcs.us1.twilio.com " + string(aMedium)
		remove = "DELETE mcs.us1.twilio.com " + string(aMedium)
		gone   = `404 {"code":20404,"status":404}`
	)
	mine, lent := store(aStore, "Quietline, pictures"), `,"content_direct_temporary":"`+lentAt+`"`
	for _, c := range []struct {
		what    string
		answers map[string]string
		asked   []string
		code    clinic.Code // empty: it is lent
	}{
		{"into the store of its name", map[string]string{
			list: "200 " + stores(store(anotherS, "Default Conversations Service"), mine), upload: "201 " + medium(""), look: "200 " + medium(lent),
		}, []string{list, upload, look}, ""},
		{"into a new one", map[string]string{
			list: "200 " + stores(store(anotherS, "quietline, pictures")), make: "201 " + mine, upload: "201 " + medium(""), look: "200 " + medium(lent),
		}, []string{list, make, upload, look}, ""},
		{"a key that may not see stores", map[string]string{list: `401 {"code":20003,"status":401}`}, []string{list}, provider.CodeNoPictures},
		{"an account without them", map[string]string{list: `403 {"code":20403,"status":403}`}, []string{list}, provider.CodeNoPictures},
		{"a key that may make none", map[string]string{list: "200 " + stores(), make: `403 {"code":20403,"status":403}`}, []string{list, make}, provider.CodeNoPictures},
		{"a key that may leave nothing", map[string]string{list: "200 " + stores(mine), upload: `401 {"code":20003,"status":401}`}, []string{list, upload}, provider.CodeNoPictures},
		{"a store that is listed and not there", map[string]string{list: "200 " + stores(mine), upload: gone}, []string{list, upload, list, upload}, provider.CodeNoPictures},
		{"a store of another account", map[string]string{list: "200 " + stores(strings.Replace(mine, "AC00", "AC11", 1))}, []string{list}, provider.CodeUnavailable},
		{"a store with a path for a name", map[string]string{list: "200 " + stores(strings.Replace(mine, aStore, "IS/../1", 1))}, []string{list}, provider.CodeUnavailable},
		{"no list", map[string]string{list: "200 {}"}, []string{list}, provider.CodeUnavailable},
		{"a picture with a path for a name", map[string]string{list: "200 " + stores(mine), upload: "201 " + strings.Replace(medium(""), string(aMedium), "ME/../1", 1)}, []string{list, upload}, provider.CodeUnavailable},
		{"left in another store", map[string]string{list: "200 " + stores(mine), upload: "201 " + strings.Replace(medium(""), aStore, anotherS, 1)}, []string{list, upload}, provider.CodeUnavailable},
		{"left in another account", map[string]string{list: "200 " + stores(mine), upload: "201 " + strings.Replace(medium(""), `"size"`, `"account_sid":"AC11112233445566778899aabbccddeeff","size"`, 1)}, []string{list, upload}, provider.CodeUnavailable},
		{"another picture", map[string]string{
			list: "200 " + stores(mine), upload: "201 " + medium(""), look: "200 " + strings.Replace(medium(lent), string(aMedium), "ME99112233445566778899aabbccddeeff", 1), remove: "204 ",
		}, []string{list, upload, look, remove}, provider.CodeUnavailable},
		{"a part of the picture", map[string]string{
			list: "200 " + stores(mine), upload: "201 " + medium(""), look: "200 " + strings.Replace(medium(lent), `"size":4`, `"size":3`, 1), remove: "204 ",
		}, []string{list, upload, look, remove}, provider.CodeUnavailable},
		{"lent nowhere", map[string]string{
			list: "200 " + stores(mine), upload: "201 " + medium(""), look: "200 " + medium(""), remove: "204 ",
		}, []string{list, upload, look, remove}, provider.CodeUnavailable},
	} {
		t.Run(c.what, func(t *testing.T) {
			l := &lending{answers: c.answers}
			loan, err := plain(t, twilio.Config{Transport: l}).Lend(t.Context(), picture())
			if !coded(err, c.code) {
				t.Fatalf("%v, want %q", err, c.code)
			}
			switch {
			case err != nil:
				if silent(t, err); loan != (provider.Loan{}) {
					t.Error("a loan beside an error")
				}
			case loan.Address != lentAt || loan.SID != provider.LoanSID(aStore+"/"+string(aMedium)):
				t.Errorf("lent as %s", loan.SID)
			case !bytes.Equal(l.got, picture().JPEG):
				t.Error("another picture was left")
			}
			if strings.Join(l.asked, "; ") != strings.Join(c.asked, "; ") {
				t.Errorf("asked\n%v, want\n%v", l.asked, c.asked)
			}
		})
	}
	l := &lending{}
	_, err := plain(t, twilio.Config{BaseURL: "https://clinic.example.org", Transport: l}).Lend(t.Context(), picture())
	if clinic.CodeOf(err) != provider.CodeNoPictures || len(l.asked) != 0 {
		t.Errorf("another company's: %v, asked %v", err, l.asked)
	}
}

// The provider is given no address but its own: it would send to a patient whatever it
// finds there.
func TestWhatIsLentElsewhereIsNotSent(t *testing.T) {
	for what, address := range map[string]string{
		"another host": "https://example.org/x", "a host that ends alike": "https://evil-media.us1.twilio.com/x",
		"a longer host": "https://media.us1.twilio.com.example.org/x", "the API": "https://api.twilio.com/x",
		"a port": "https://media.us1.twilio.com:8443/x", "a user": "https://a:b@media.us1.twilio.com/x",
		"without TLS": "http://media.us1.twilio.com/x", "this machine": "http://127.0.0.1/x", "no address": "%zz", "nothing": "",
	} {
		l := &lending{answers: map[string]string{
			"GET conversations.twilio.com Services": "200 " + stores(store(aStore, "Quietline, pictures")), "POST mcs.us1.twilio.com Media": "201 " + medium(""),
			"GET mcs.us1.twilio.com " + string(aMedium):    "200 " + medium(`,"content_direct_temporary":"`+address+`"`),
			"DELETE mcs.us1.twilio.com " + string(aMedium): "204 ",
		}}
		c := plain(t, twilio.Config{Transport: l})
		_, err := c.Lend(t.Context(), picture())
		if clinic.CodeOf(err) != provider.CodeUnavailable {
			t.Errorf("%s: %v", what, err)
		} else if silent(t, err); address != "" && strings.Contains(err.Error(), address) {
			t.Errorf("%s: the error repeats it", what)
		}
		if last := l.asked[len(l.asked)-1]; !strings.HasPrefix(last, "DELETE") {
			t.Errorf("%s: it stays in the store", what)
		}
		before := len(l.asked)
		out := text()
		out.Picture = &provider.Loan{SID: "x", Address: address}
		_, err = c.Send(t.Context(), out)
		if clinic.CodeOf(err) != clinic.CodeBadInput || provider.OutcomeOf(err) != provider.NotSent || len(l.asked) != before {
			t.Errorf("%s: sent all the same, %v", what, err)
		}
	}
}

func TestAPictureGoesAsOneAddress(t *testing.T) {
	var form map[string][]string
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		form = r.PostForm
		io.WriteString(w, row)
	})
	out := text()
	out.Picture = &provider.Loan{SID: "x", Address: lentAt}
	if _, err := client.Send(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	if got := form["MediaUrl"]; len(got) != 1 || got[0] != lentAt || len(form) != 4 {
		t.Errorf("the form names %d addresses in %d fields", len(got), len(form))
	}
}

// An upload that breaks off while it is written has sent nothing, and says so, however
// much of it arrived.
func TestAnUploadThatBreaksOff(t *testing.T) {
	for _, read := range []int64{0, 1, 1000, 200_000, 400_004} {
		client := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Host == "conversations.twilio.com" {
				io.WriteString(w, stores(store(aStore, "Quietline, pictures")))
				return
			}
			if r.Method != http.MethodPost || r.Host != "mcs.us1.twilio.com" {
				t.Errorf("asked for %s at %s", r.Method, r.Host)
			}
			io.CopyN(io.Discard, r.Body, read)
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			conn.Close()
		})
		_, err := client.Lend(t.Context(), picture())
		if clinic.CodeOf(err) != provider.CodeUnavailable {
			t.Errorf("after %d bytes: %v", read, err)
			continue
		}
		silent(t, err)
	}
}

// Whoever stops waiting in the middle of an upload does not wait.
func TestAnUploadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Host == "conversations.twilio.com" {
			io.WriteString(w, stores(store(aStore, "Quietline, pictures")))
			return
		}
		io.CopyN(io.Discard, r.Body, 1000)
		cancel()
		io.Copy(io.Discard, r.Body) // ends when the caller has left
	})
	_, err := client.Lend(ctx, picture())
	if clinic.CodeOf(err) != clinic.CodeCancelled {
		t.Errorf("%v", err)
	}
}

// Whoever stops waiting once the picture lies there leaves none behind.
func TestWhatWasLeftIsTakenBackWhenTheTimeIsUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	removed := false
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Host == "conversations.twilio.com":
			io.WriteString(w, stores(store(aStore, "Quietline, pictures")))
		case r.Method == http.MethodPost:
			w.WriteHeader(http.StatusCreated)
			io.WriteString(w, medium(""))
		case r.Method == http.MethodGet:
			cancel()
			<-r.Context().Done() // ends when the caller has left
		case r.Method == http.MethodDelete:
			removed = true
			w.WriteHeader(http.StatusNoContent)
		}
	})
	_, err := client.Lend(ctx, picture())
	if clinic.CodeOf(err) != clinic.CodeCancelled || !removed {
		t.Errorf("%v, taken back %t", err, removed)
	}
}

// pictured is an account with the adapter that sends pictures from it.
func pictured(t *testing.T, change func(*simulator.Config)) (*simulator.Simulator, *twilio.Client) {
	t.Helper()
	n := nightly(t, change)
	return n.Simulator, n.c
}

// The store is made once, and found again by another run of the program; where somebody
// removed it, it is made anew.
func TestTheStoreIsMadeOnce(t *testing.T) {
	sim, first := pictured(t, func(*simulator.Config) {})
	before, err := sim.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	lend := func(c *twilio.Client) string {
		t.Helper()
		loan, err := c.Lend(t.Context(), picture())
		if err != nil {
			t.Fatal(err)
		}
		in, _, _ := strings.Cut(string(loan.SID), "/")
		return in
	}
	in := lend(first)
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	if again := lend(client(t, server.URL)); again != in || lend(first) != in {
		t.Error("a second store was made")
	}
	if err := sim.Restore(before); err != nil {
		t.Fatal(err)
	}
	sim.Advance(time.Second) // names follow from the hour
	if anew := lend(first); anew == in || lend(first) != anew {
		t.Error("the store that is gone is still used")
	}
}

func TestAnAccountOrAKeyWithoutPictures(t *testing.T) {
	_, c := pictured(t, func(cfg *simulator.Config) { cfg.NoPictures = true })
	if _, err := c.Lend(t.Context(), picture()); clinic.CodeOf(err) != provider.CodeNoPictures {
		t.Errorf("an account without: %v", err)
	}
	sim, c := pictured(t, func(*simulator.Config) {})
	all := simulator.Permissions()
	for _, p := range []struct {
		may  []simulator.Permission
		code clinic.Code
	}{{all[:len(all)-1], provider.CodeNoPictures}, {all, ""}} {
		if err := sim.SetKeys(simulator.Key{SID: keySID, Secret: keySecret, Permissions: p.may}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Lend(t.Context(), picture()); !coded(err, p.code) {
			t.Errorf("a key: %v, want %q", err, p.code)
		}
	}
}
