package simulator_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

func TestControl(t *testing.T) {
	d := open(t)
	control := d.Control()
	call := func(change func(*http.Request), path, body string) *httptest.ResponseRecorder {
		req := httptest.NewRequest("POST", "http://127.0.0.1:5000/_control/"+path, strings.NewReader(body))
		req.RemoteAddr = "127.0.0.1:40000"
		req.Header.Set("Content-Type", "application/json")
		if change != nil {
			change(req)
		}
		w := httptest.NewRecorder()
		control.ServeHTTP(w, req)
		return w
	}
	for _, c := range []struct{ path, body string }{
		{"inbound", `{"from":"+13035550142","body":"hello"}`},
		{"faults", `{"sends":["busy","reset_after"],"pictures":["busy"],"reads":["","erased"],"list_lag":"90s","skew":"-5m","always":"revoked","stall":true}`},
		{"faults", `{}`},
		{"advance", `{"by":"90s"}`},
		{"release", `{}`},
		{"personas", `[{"phone":"+13035550142","temperament":"prompt","language":"es"}]`},
	} {
		if w := call(nil, c.path, c.body); w.Code != 200 {
			t.Errorf("%s: %d", c.path, w.Code)
		}
	}
	if got := d.from(patient); len(got) != 1 || d.Now() != clinic.At(start).Add(90*time.Second) {
		t.Errorf("%q at %v", got, d.Now().Time())
	}
	path, _ := d.leave(d.store(), "image/jpeg", aPicture)
	sent := d.show(ours, patient, "the form", d.lent(path))
	d.Advance(time.Minute)
	for sid, want := range map[provider.SID]string{
		sent.SID: `["` + base64.StdEncoding.EncodeToString(aPicture) + `"]`, d.receive(patient, "hello"): `[]`,
	} {
		asGet := func(r *http.Request) { r.Method = http.MethodGet }
		if w := call(asGet, "pictures/"+string(sid), ""); w.Code != 200 || w.Body.String() != want {
			t.Errorf("pictures: %d with %d bytes", w.Code, w.Body.Len())
		}
	}
	reached := d.Now()
	for _, c := range []struct {
		name, path, body string
		change           func(*http.Request)
		status           int
	}{
		{"from another machine", "advance", `{"by":"1s"}`, func(r *http.Request) { r.RemoteAddr = "192.0.2.7:1" }, 403},
		{"by another name", "advance", `{"by":"1s"}`, func(r *http.Request) { r.Host = "attacker.example" }, 403},
		{"as a form", "advance", `{"by":"1s"}`, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, 415},
		{"unknown field", "advance", `{"by":"1s","x":1}`, nil, 400},
		{"two values", "advance", `{"by":"1s"}{}`, nil, 400},
		{"back in time", "advance", `{"by":"-1s"}`, nil, 400},
		{"a lag below zero", "faults", `{"list_lag":"-1s"}`, nil, 400},
		{"unknown mishap of pictures", "faults", `{"pictures":["erased"]}`, nil, 400},
		{"unknown mishap", "faults", `{"sends":["flood"]}`, nil, 400},
		{"not a number", "inbound", `{"from":"Ana","body":"x"}`, nil, 400},
		{"unknown temperament", "personas", `[{"phone":"+13035550142","temperament":"moody"}]`, nil, 400},
		{"moves nowhere", "personas", `[{"phone":"+13035550142","temperament":"prompt","moves_after":1}]`, nil, 400},
	} {
		if w := call(c.change, c.path, c.body); w.Code != c.status {
			t.Errorf("%s: %d", c.name, w.Code)
		}
	}
	if d.Now() != reached {
		t.Error("a refused call moved time")
	}
}
