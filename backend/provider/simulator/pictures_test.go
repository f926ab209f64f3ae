package simulator_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
)

const (
	storesAt = "//conversations.twilio.com/v1/Services"
	filesAt  = "//mcs.us1.twilio.com/v1/Services/"
)

var aPicture = append([]byte("\xff\xd8\xff\xe0"), bytes.Repeat([]byte("a picture "), 1000)...)

// store makes a store.
func (d *desk) store() string {
	d.t.Helper()
	a := d.do("POST", storesAt, url.Values{"FriendlyName": {"Quietline, pictures"}})
	if a.status != http.StatusCreated {
		d.t.Fatalf("a store: %d", a.status)
	}
	return string(a.SID)
}

// leave uploads a file to a store and returns its path.
func (d *desk) leave(store, kind string, raw []byte) (path string, a answer) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), "POST", d.url+"/v1/Services/"+store+"/Media", bytes.NewReader(raw))
	if err != nil {
		d.t.Fatal(err)
	}
	req.Host = "mcs.us1.twilio.com"
	req.Header.Set("Content-Type", kind)
	a = d.ask(req)
	return filesAt + store + "/Media/" + string(a.SID), a
}

// lent is where a file is lent from now on.
func (d *desk) lent(path string) string {
	d.t.Helper()
	a := d.do("GET", path, nil)
	if a.status != http.StatusOK || a.Links.Lent == "" {
		d.t.Fatalf("a file: %d", a.status)
	}
	return a.Links.Lent
}

func (d *desk) show(from, to clinic.Phone, body string, addresses ...string) answer {
	d.t.Helper()
	form := url.Values{"From": {string(from)}, "To": {string(to)}, "MediaUrl": addresses}
	if body != "" {
		form.Set("Body", body)
	}
	return d.do("POST", "Messages.json", form)
}

func (d *desk) now(sid provider.SID) provider.Message {
	d.t.Helper()
	for _, m := range d.Messages() {
		if m.SID == sid {
			return m
		}
	}
	d.t.Fatal("no such text")
	return provider.Message{}
}

// A picture is fetched when its text leaves, not before: it is counted, listed and
// brought from then on, whatever becomes of the file.
func TestAPictureGoesWithAText(t *testing.T) {
	d := open(t)
	path, left := d.leave(d.store(), "image/jpeg", aPicture)
	if left.status != http.StatusCreated || left.Links.Lent != "" {
		t.Fatalf("left: %d, and lent at once: %v", left.status, left.Links.Lent != "")
	}
	sent := d.show(ours, patient, "the form", d.lent(path))
	if sent.status != http.StatusCreated || !strings.HasPrefix(string(sent.SID), "MM") || sent.NumMedia != "0" {
		t.Fatalf("%d, %s with %v pictures", sent.status, sent.SID[:2], sent.NumMedia)
	}
	d.Advance(500 * time.Millisecond)
	if m := d.now(sent.SID); m.Status != provider.Sending || m.NumMedia != 1 || d.Pictures(sent.SID) != nil {
		t.Errorf("%s with %d, the phone shows %d", m.Status, m.NumMedia, len(d.Pictures(sent.SID)))
	}
	if a := d.do("DELETE", path, nil); a.status != http.StatusNoContent || d.Lent() != 0 {
		t.Errorf("taken back: %d", a.status)
	}
	d.wants(d.do("DELETE", path, nil), 404, "20404")
	d.wants(d.do("GET", path, nil), 404, "20404")
	d.Advance(time.Minute)
	if m := d.now(sent.SID); m.Status != provider.Delivered || m.Cost.Millionths != 22_000 {
		t.Errorf("%s for %d", m.Status, m.Cost.Millionths)
	}
	if got := d.Pictures(sent.SID); len(got) != 1 || !bytes.Equal(got[0], aPicture) {
		t.Errorf("the phone shows %d pictures, or another", len(got))
	}
	list := d.do("GET", "Messages/"+string(sent.SID)+"/Media.json", nil).Media
	if len(list) != 1 || list[0].ContentType != "image/jpeg" || !strings.HasPrefix(string(list[0].SID), "ME") || strings.HasSuffix(path, string(list[0].SID)) {
		t.Fatalf("listed: %+v", list)
	}
	at := d.do("GET", strings.TrimSuffix(list[0].URI, ".json"), nil).header.Get("Location")
	resp, err := d.plain.RoundTrip(must(http.NewRequestWithContext(t.Context(), "GET", at, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if raw, err := io.ReadAll(resp.Body); err != nil || !bytes.Equal(raw, aPicture) {
		t.Errorf("brought: %d bytes, %v", len(raw), err)
	}
}

func must(r *http.Request, err error) *http.Request {
	if err != nil {
		panic(err)
	}
	return r
}

// Whatever is wrong with the picture, the text does not go without it.
func TestAPictureThatCannotBeFetched(t *testing.T) {
	d := open(t)
	in := d.store()
	for name, spoil := range map[string]func(path, address string) string{
		"five minutes later": func(_, address string) string { d.Advance(5 * time.Minute); return address },
		"taken back":         func(path, address string) string { d.do("DELETE", path, nil); return address },
		"given more time": func(_, address string) string {
			u, _ := url.Parse(address)
			q := u.Query()
			q.Set("Expires", "2000000000")
			u.RawQuery = q.Encode()
			return u.String()
		},
		"from elsewhere":   func(string, string) string { return "https://example.org/picture.jpg" },
		"of the same path": func(_, address string) string { return strings.Replace(address, "media.us1", "media.us2", 1) },
	} {
		path, _ := d.leave(in, "image/jpeg", aPicture)
		sent := d.show(ours, patient, "the form", spoil(path, d.lent(path)))
		d.Advance(time.Minute)
		if m := d.now(sent.SID); m.Status != provider.Failed || m.ErrorCode != 63019 || m.NumMedia != 0 || !m.Cost.IsZero() || !m.Sent.IsZero() {
			t.Errorf("%s: %s with %d, %d pictures", name, m.Status, m.ErrorCode, m.NumMedia)
		}
	}
	// A second less is in time, and what waits in the queue is not.
	path, _ := d.leave(in, "image/jpeg", aPicture)
	address := d.lent(path)
	d.Advance(5*time.Minute - time.Second)
	timely := d.show(ours, patient, "the form", address)
	d.Advance(time.Minute)
	if m := d.now(timely.SID); m.Status != provider.Delivered {
		t.Errorf("a second before it runs out: %s", m.Status)
	}
	address = d.lent(path)
	if err := d.SetFaults(simulator.Faults{Stall: true}); err != nil {
		t.Fatal(err)
	}
	held := d.show(ours, patient, "the form", address)
	d.Advance(10 * time.Minute)
	if err := d.SetFaults(simulator.Faults{}); err != nil {
		t.Fatal(err)
	}
	if m := d.now(held.SID); m.Status != provider.Failed || m.ErrorCode != 63019 {
		t.Errorf("after ten minutes in the queue: %s with %d", m.Status, m.ErrorCode)
	}
}

func TestPicturesThatAreRefused(t *testing.T) {
	const plain = clinic.Phone("+13035550102")
	d := openWith(t, func(c *simulator.Config) {
		c.Numbers = append(c.Numbers, simulator.Number{Phone: plain, NoMMS: true})
		c.Personas = []simulator.Persona{{Phone: patient, Temperament: simulator.Silent, NoPictures: true}}
	})
	in := d.store()
	path, _ := d.leave(in, "image/jpeg", aPicture)
	address := d.lent(path)
	d.wants(d.show(plain, patient, "the form", address), 400, "21621")
	d.wants(d.show(ours, patient, "the form", "media.us1.twilio.com/x"), 400, "21620")
	d.wants(d.show(ours, patient, "the form", slices.Repeat([]string{address}, 11)...), 400, "21623")
	if n := len(d.Messages()); n != 0 {
		t.Errorf("%d texts were taken", n)
	}
	if a := d.show(ours, patient, "", address); a.status != http.StatusCreated {
		t.Errorf("a picture without words: %d", a.status)
	}
	words := d.send(patient, "hello")
	sent := d.show(ours, patient, "the form", address)
	d.Advance(time.Minute)
	if m := d.now(sent.SID); m.Status != provider.Undelivered || m.ErrorCode != 30011 || d.Pictures(sent.SID) != nil {
		t.Errorf("to a phone that takes none: %s with %d", m.Status, m.ErrorCode)
	}
	if m := d.now(words.SID); m.Status != provider.Delivered {
		t.Errorf("words to it: %s", m.Status)
	}

	d.undescribed()
	d.wants(d.show(ours, patient, "the form", ""), 400, "21620")
	_, a := d.leave("IS"+strings.Repeat("1", 32), "image/jpeg", aPicture)
	d.wants(a, 404, "20404")
	for kind, raw := range map[string][]byte{"image/jpeg": nil, "text/html": aPicture, "image/png": make([]byte, 1<<20+1)} {
		_, a := d.leave(in, kind, raw)
		d.wants(a, 400, "20001")
	}
	d.wants(d.do("POST", storesAt, url.Values{}), 400, "20001")
	d.wants(d.do("GET", strings.TrimSuffix(filesAt, "/"), nil), 404, "20404")
	if d.Lent() != 1 {
		t.Errorf("%d files were left", d.Lent())
	}
}

func TestAnAccountWithoutPictures(t *testing.T) {
	d := open(t)
	path, _ := d.leave(d.store(), "image/jpeg", aPicture)
	if err := d.SetAccount(simulator.Change{Numbers: []simulator.Number{{Phone: ours}}, NoPictures: true}); err != nil {
		t.Fatal(err)
	}
	d.wants(d.do("GET", storesAt, nil), 403, "20403")
	d.wants(d.do("POST", storesAt, url.Values{"FriendlyName": {"x"}}), 403, "20403")
	d.wants(d.do("GET", path, nil), 403, "20403")
	d.wants(d.do("DELETE", path, nil), 403, "20403")
	// The services of the same path on another host are others.
	if a := d.do("GET", "//messaging.twilio.com/v1/Services", nil); a.status != http.StatusOK {
		t.Errorf("messaging services: %d", a.status)
	}
}

// What is lent, and what waits to be fetched, is there after a restart.
func TestPicturesOutlastARestart(t *testing.T) {
	d := open(t)
	path, _ := d.leave(d.store(), "image/jpeg", aPicture)
	sent := d.show(ours, patient, "the form", d.lent(path))
	saved, err := d.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	again := open(t)
	if err := again.Restore(saved); err != nil {
		t.Fatal(err)
	}
	again.Advance(time.Minute)
	if got := again.Pictures(sent.SID); len(got) != 1 || !bytes.Equal(got[0], aPicture) || again.Lent() != 1 {
		t.Errorf("%d pictures arrived, %d files are lent", len(got), again.Lent())
	}
	if a := again.do("GET", storesAt, nil); len(a.Services) != 2 || a.Services[1].Name != "Quietline, pictures" {
		t.Errorf("stores: %+v", a.Services)
	}
}

// What pictures came to stands in a line of its own, by the text.
func TestPicturesAreBilledByTheText(t *testing.T) {
	d := open(t)
	path, _ := d.leave(d.store(), "image/jpeg", aPicture)
	d.show(ours, patient, strings.Repeat("a long form ", 40), d.lent(path))
	d.Advance(time.Minute)
	for _, u := range d.do("GET", "Usage/Records.json", nil).Usage {
		switch u.Category {
		case string(provider.PicturesOut):
			if u.Count != "1" || u.Price != 0.022 {
				t.Errorf("%s for %v", u.Count, u.Price)
			}
		case string(provider.TextsOut):
			if u.Count != "0" {
				t.Errorf("%s texts", u.Count)
			}
		}
	}
}
