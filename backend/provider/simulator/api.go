package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

const (
	version = "2010-04-01"
	root    = "/" + version + "/Accounts/"
	maxForm = 1 << 20
)

// refusal is an error as the API writes it.
type refusal struct {
	status, code int
	message      string
}

var notFound = refusal{http.StatusNotFound, 20404, "The requested resource was not found"}

func refuse(w http.ResponseWriter, r refusal) {
	if r.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="Twilio API"`)
	}
	write(w, r.status, struct {
		Code     int    `json:"code"`
		Message  string `json:"message"`
		MoreInfo string `json:"more_info"`
		Status   int    `json:"status"`
	}{r.code, r.message, fmt.Sprintf("https://www.twilio.com/docs/errors/%d", r.code), r.status})
}

func write(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil { // only plain data comes here
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(text)
}

func (s *Simulator) api() *http.ServeMux {
	mux := http.NewServeMux()
	handle := func(pattern string, h http.HandlerFunc) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+root+path, s.dated(s.troubled(s.authorised(h))))
	}
	handle("GET {name}", s.getAccount)
	handle("GET {account}/IncomingPhoneNumbers.json", s.listNumbers)
	handle("GET {account}/Messages.json", s.listMessages)
	handle("POST {account}/Messages.json", s.createMessage)
	handle("GET {account}/Messages/{name}", s.getMessage)
	handle("POST {account}/Messages/{name}", s.updateMessage)
	handle("DELETE {account}/Messages/{name}", s.deleteMessage)
	handle("GET {account}/Messages/{message}/Media.json", s.listMedia)
	handle("GET {account}/Messages/{message}/Media/{name}", s.getMedia)
	mux.HandleFunc("GET "+mediaRoot+"{medium}", s.dated(s.bringMedium))
	mux.HandleFunc("/", s.dated(func(w http.ResponseWriter, _ *http.Request) { refuse(w, notFound) }))
	return mux
}

// dated puts the simulator's time on every answer and bounds what is read.
func (s *Simulator) dated(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", s.Now().Time().Format(http.TimeFormat))
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		next(w, r)
	}
}

// authorised lets through who knows a secret of the account and asks for that
// account.
func (s *Simulator) authorised(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		user, key, _ := r.BasicAuth()
		owner := s.cfg.Token != "" && user == string(s.cfg.Account) && key == s.cfg.Token
		holder := s.cfg.KeySecret != "" && user == s.cfg.KeySID && key == s.cfg.KeySecret
		account := r.PathValue("account")
		if account == "" {
			account = strings.TrimSuffix(r.PathValue("name"), ".json")
		}
		switch {
		case !owner && !holder:
			refuse(w, refusal{http.StatusUnauthorized, 20003, "Authenticate"})
		case account != string(s.cfg.Account):
			refuse(w, notFound)
		case r.PathValue("account") == "" && !owner:
			// A standard key may not look at the account.
			refuse(w, refusal{http.StatusUnauthorized, 20003, "Authenticate"})
		default:
			next(w, r)
		}
	}
}

// messageJSON is a message in the API's spelling: numbers are strings, dates
// are RFC 2822, what is absent is null.
type messageJSON struct {
	Account    provider.Account  `json:"account_sid"`
	APIVersion string            `json:"api_version"`
	Body       string            `json:"body"`
	Created    *string           `json:"date_created"`
	Sent       *string           `json:"date_sent"`
	Updated    *string           `json:"date_updated"`
	Direction  string            `json:"direction"`
	ErrorCode  *int              `json:"error_code"`
	ErrorText  *string           `json:"error_message"`
	From       string            `json:"from"`
	Service    *string           `json:"messaging_service_sid"`
	NumMedia   string            `json:"num_media"`
	Segments   string            `json:"num_segments"`
	Price      *string           `json:"price"`
	PriceUnit  string            `json:"price_unit"`
	SID        provider.SID      `json:"sid"`
	Status     provider.Status   `json:"status"`
	Related    map[string]string `json:"subresource_uris"`
	To         string            `json:"to"`
	URI        string            `json:"uri"`
}

func (s *Simulator) render(r *record) messageJSON {
	uri := root + string(s.cfg.Account) + "/Messages/" + string(r.SID)
	m := messageJSON{
		Account: s.cfg.Account, APIVersion: version, Body: r.Body,
		Created: date(r.Created), Sent: date(r.Sent), Updated: date(r.Updated),
		Direction: r.Direction, From: string(r.From), To: string(r.To),
		NumMedia: strconv.Itoa(len(r.Media)), Segments: strconv.Itoa(r.Segments),
		PriceUnit: "USD", SID: r.SID, Status: r.Status,
		Related: map[string]string{"media": uri + "/Media.json", "feedback": uri + "/Feedback.json"},
		URI:     uri + ".json",
	}
	if r.ErrorCode != 0 {
		text := errorText(r.ErrorCode)
		m.ErrorCode, m.ErrorText = &r.ErrorCode, &text
	}
	return m
}

func errorText(code int) string {
	switch code {
	case 30003:
		return "Unreachable destination handset"
	case 30006:
		return "Landline or unreachable carrier"
	case 30036:
		return "Validity Period Expired"
	}
	return "Unknown error"
}

func date(at clinic.Instant) *string {
	if at.IsZero() {
		return nil
	}
	text := at.Time().Format(time.RFC1123Z)
	return &text
}

func (s *Simulator) getAccount(w http.ResponseWriter, _ *http.Request) {
	created := date(clinic.At(time.Date(2024, 1, 8, 15, 0, 0, 0, time.UTC)))
	write(w, http.StatusOK, map[string]any{
		"sid": s.cfg.Account, "owner_account_sid": s.cfg.Account, "friendly_name": "Sample",
		"status": "active", "type": "Full", "auth_token": nil,
		"date_created": created, "date_updated": created,
		"uri": root + string(s.cfg.Account) + ".json",
		"subresource_uris": map[string]string{
			"messages":               root + string(s.cfg.Account) + "/Messages.json",
			"incoming_phone_numbers": root + string(s.cfg.Account) + "/IncomingPhoneNumbers.json",
		},
	})
}

func (s *Simulator) listNumbers(w http.ResponseWriter, r *http.Request) {
	created := date(clinic.At(time.Date(2024, 1, 8, 15, 0, 0, 0, time.UTC)))
	rows := []map[string]any{}
	for i, n := range s.cfg.Numbers {
		// The real filter matches parts of numbers as well.
		if !strings.Contains(string(n.Phone), r.Form.Get("PhoneNumber")) {
			continue
		}
		forward := ""
		if n.Forwarded {
			forward = "https://example.invalid/incoming"
		}
		sid := fmt.Sprintf("PN%032x", i+1)
		rows = append(rows, map[string]any{
			"sid": sid, "account_sid": s.cfg.Account, "phone_number": n.Phone,
			"friendly_name": n.Phone.Display(), "api_version": version, "beta": false,
			"capabilities": map[string]bool{"sms": !n.NoSMS, "mms": !n.NoSMS, "voice": true, "fax": false},
			"date_created": created, "date_updated": created, "origin": "twilio", "status": "in-use",
			"address_requirements": "none", "sms_url": forward, "sms_method": "POST",
			"sms_application_sid": nil,
			"uri":                 root + string(s.cfg.Account) + "/IncomingPhoneNumbers/" + sid + ".json",
		})
	}
	uri := r.URL.RequestURI()
	write(w, http.StatusOK, map[string]any{
		"incoming_phone_numbers": rows, "page": 0, "page_size": 50, "start": 0,
		"end": max(len(rows)-1, 0), "uri": uri, "first_page_uri": uri,
		"next_page_uri": nil, "previous_page_uri": nil,
	})
}

// found returns the message that a path names, or answers that there is none.
// The caller holds the lock.
func (s *Simulator) found(w http.ResponseWriter, name string) *record {
	r := s.index[provider.SID(strings.TrimSuffix(name, ".json"))]
	if r == nil {
		refuse(w, notFound)
	}
	return r
}

func (s *Simulator) getMessage(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	if m := s.found(w, r.PathValue("name")); m != nil {
		write(w, http.StatusOK, s.render(m))
	}
}

// updateMessage redacts: the only change that a message without a schedule
// allows.
func (s *Simulator) updateMessage(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	m := s.found(w, r.PathValue("name"))
	switch {
	case m == nil:
	case r.PostForm.Has("Status") && r.PostForm.Has("Body"):
		refuse(w, refusal{http.StatusBadRequest, 30400, "Body and Status cannot be changed together"})
	case r.PostForm.Has("Status"):
		refuse(w, refusal{http.StatusConflict, 30409, "Message cannot be canceled"})
	case !r.PostForm.Has("Body") || r.PostForm.Get("Body") != "":
		refuse(w, refusal{http.StatusBadRequest, 20001, "Body can only be made empty"})
	case !m.Status.Terminal():
		refuse(w, refusal{http.StatusConflict, 20009, "Message is not finished"})
	default:
		m.Body, m.Updated = "", s.now()
		write(w, http.StatusOK, s.render(m))
	}
}

// finishedFor is how long a message must have been at its end before it can be
// deleted.
const finishedFor = time.Minute

func (s *Simulator) deleteMessage(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	m := s.found(w, r.PathValue("name"))
	switch {
	case m == nil:
	case !m.Status.Terminal() || s.now().Sub(m.Updated) < finishedFor:
		refuse(w, refusal{http.StatusConflict, 20009, "Message is not finished"})
	default:
		s.remove(m)
		w.WriteHeader(http.StatusNoContent)
	}
}
