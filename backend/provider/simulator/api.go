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
	handle := func(pattern string, p Permission, h http.HandlerFunc) {
		mux.HandleFunc(pattern, s.dated(s.troubled(s.authorised(p, h))))
	}
	handle("GET "+root+"{name}", readAccount, s.getAccount)
	account := root + "{account}"
	handle("GET "+account+"/Usage/Records.json", ReadUsage, s.listUsage)
	handle("GET "+account+"/IncomingPhoneNumbers.json", ReadNumbers, s.listNumbers)
	handle("GET "+account+"/Messages.json", ReadMessages, s.listMessages)
	handle("POST "+account+"/Messages.json", SendMessages, s.createMessage)
	handle("GET "+account+"/Messages/{name}", ReadMessages, s.getMessage)
	handle("POST "+account+"/Messages/{name}", ChangeMessages, s.updateMessage)
	handle("DELETE "+account+"/Messages/{name}", ChangeMessages, s.deleteMessage)
	handle("GET "+account+"/Messages/{message}/Media.json", ReadMessages, s.listMedia)
	handle("GET "+account+"/Messages/{message}/Media/{name}", ReadMessages, s.getMedia)
	handle("DELETE "+account+"/Messages/{message}/Media/{name}", ChangeMessages, s.deleteMedia)
	handle("POST "+account+"/IncomingPhoneNumbers/{name}", ChangeNumbers, s.updateNumber)
	handle("POST /v1/Services/{service}", ChangeServices, s.updateService)
	handle("POST /v2/Flows/Validate", ManageFlows, s.validateFlow)
	handle("GET /v2/Flows", ManageFlows, s.listFlows)
	handle("POST /v2/Flows", ManageFlows, s.createFlow)
	handle("POST /v2/Flows/{flow}", ManageFlows, s.updateFlow)
	handle("DELETE /v2/Flows/{flow}", ManageFlows, s.deleteFlow)
	handle("GET /v2/Flows/{flow}/Executions", ManageFlows, s.listRuns)
	handle("DELETE /v2/Flows/{flow}/Executions/{run}", ManageFlows, s.deleteRun)
	handle("GET /v1/Services", ReadServices, s.listServices)
	handle("GET /v1/Services/{service}/PhoneNumbers", ReadServices, s.listSenders)
	handle("GET /v1/Services/{service}/Compliance/Usa2p", ReadServices, s.listCampaigns)
	handle("GET /v1/Tollfree/Verifications", ReadServices, s.listVerifications)
	mux.HandleFunc("GET "+mediaRoot+"{medium}", s.dated(s.bringMedium))
	s.lendPictures(handle, mux)
	mux.HandleFunc("/", s.dated(nothing))
	return mux
}

// nothing answers that there is no such thing.
func nothing(w http.ResponseWriter, _ *http.Request) { refuse(w, notFound) }

// dated puts the simulator's time on every answer and bounds what is read.
func (s *Simulator) dated(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		now := s.shown(s.now())
		s.mu.Unlock()
		w.Header().Set("Date", now.Time().Format(http.TimeFormat))
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		next(w, r)
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
		PriceUnit: "USD", Price: priceText(r.Price), SID: r.SID, Status: r.Status,
		Related: map[string]string{"media": uri + "/Media.json", "feedback": uri + "/Feedback.json"},
		URI:     uri + ".json",
	}
	if r.Service != "" {
		m.Service = &r.Service
	}
	if s.cfg.RedactsWords {
		m.Body = ""
	}
	if s.cfg.Redacts {
		// An account that redacts shows no words, and of the other end of the line
		// no more than where it is.
		m.Body, m.From, m.To = "", string(masked(r.From)), string(masked(r.To))
	}
	if r.ErrorCode != 0 {
		text := errorText(r.ErrorCode)
		m.ErrorCode, m.ErrorText = &r.ErrorCode, &text
	}
	return m
}

// priceText writes an amount as the API does, what is paid below zero.
func priceText(m provider.Money) *string {
	if m.IsZero() {
		return nil
	}
	text := strconv.FormatFloat(-float64(m.Millionths)/1e6, 'f', 5, 64)
	return &text
}

func errorText(code int) string {
	switch code {
	case 30003:
		return "Unreachable destination handset"
	case 30006:
		return "Landline or unreachable carrier"
	case 30011:
		return "MMS not supported by the receiving phone number in this region"
	case 30036:
		return "Validity Period Expired"
	case 30032:
		return "Toll-Free Number Has Not Been Verified"
	case 30034:
		return "Message from an Unregistered Number"
	case 21610:
		return "Attempt to send to unsubscribed recipient"
	case 63019:
		return "Media failed to download"
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

// updateMessage redacts a message that has come to its end, or takes a scheduled
// one back: the only changes there are, and never both at a time.
func (s *Simulator) updateMessage(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	m := s.found(w, r.PathValue("name"))
	switch {
	case m == nil:
	case r.PostForm.Has("Status") && r.PostForm.Has("Body"):
		refuse(w, refusal{http.StatusBadRequest, 30400, "Body and Status cannot be changed together"})
	case r.PostForm.Has("Status") && m.Status != provider.Scheduled:
		refuse(w, refusal{http.StatusConflict, 30409, "Message cannot be canceled"})
	case r.PostForm.Has("Status"):
		m.Status, m.Updated = provider.Canceled, s.shown(s.now())
		write(w, http.StatusOK, s.render(m))
	case !r.PostForm.Has("Body") || r.PostForm.Get("Body") != "":
		refuse(w, refusal{http.StatusBadRequest, 20001, "Body can only be made empty"})
	case !m.Status.Terminal():
		refuse(w, refusal{http.StatusConflict, 20009, "Message is not finished"})
	default:
		m.Body, m.Updated = "", s.shown(s.now())
		write(w, http.StatusOK, s.render(m))
	}
}

// finishedFor is how long a message must have been at its end before it can be
// deleted.
const finishedFor = time.Minute

func (s *Simulator) deletable(m *record) bool {
	return m.Status.Terminal() && s.shown(s.now()).Sub(m.Updated) >= finishedFor
}

func (s *Simulator) deleteMessage(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	m := s.found(w, r.PathValue("name"))
	switch {
	case m == nil:
	case !s.deletable(m):
		refuse(w, refusal{http.StatusConflict, 20009, "Message is not finished"})
	default:
		s.remove(m)
		w.WriteHeader(http.StatusNoContent)
	}
}
