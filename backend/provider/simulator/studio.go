package simulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// Flows are what the provider runs by itself when a text comes in: nothing of the
// clinic's has to be on. What a flow of the program's own can be made of is
// understood; anything else is refused when it is brought.

// flowAfter is how long after a text its flow runs.
const flowAfter = time.Second

// pointed is where a number hands its texts.
type pointed struct{ URL, Method, Application string }

// flow is one flow of the account, as it was published last.
type flow struct {
	SID, Name, Status string
	Revision          int
	Definition        json.RawMessage
	Created, Updated  clinic.Instant
}

// run is one execution of a flow.
type run struct {
	SID, Flow string
	Contact   clinic.Phone
	Started   clinic.Instant
	// Body is what the provider keeps of the text.
	Body string
}

type definition struct {
	Description  string `json:"description"`
	InitialState string `json:"initial_state"`
	Flags        struct {
		AllowConcurrentCalls bool `json:"allow_concurrent_calls"`
	} `json:"flags"`
	States []widget `json:"states"`
}

type widget struct {
	Name        string       `json:"name"`
	Type        string       `json:"type"`
	Transitions []transition `json:"transitions"`
	Properties  struct {
		Offset struct{ X, Y int } `json:"offset"`
		Input  string             `json:"input"`
		// set-variables
		Variables []struct {
			Key   string `json:"key"`
			Value string `json:"value"`
			Type  string `json:"type"`
		} `json:"variables"`
		// make-http-request
		Method        string `json:"method"`
		ContentType   string `json:"content_type"`
		AddTwilioAuth bool   `json:"add_twilio_auth"`
		URL           string `json:"url"`
		// send-message
		From    string `json:"from"`
		To      string `json:"to"`
		Body    string `json:"body"`
		Channel string `json:"channel"`
		Service string `json:"service"`
	} `json:"properties"`
}

type transition struct {
	Event      string `json:"event"`
	Next       string `json:"next"`
	Conditions []struct {
		FriendlyName string   `json:"friendly_name"`
		Arguments    []string `json:"arguments"`
		Type         string   `json:"type"`
		Value        string   `json:"value"`
	} `json:"conditions"`
}

// events are what each kind of widget can end with.
var events = map[string][]string{
	"trigger":           {"incomingMessage", "incomingCall", "incomingConversationMessage", "incomingRequest", "incomingParent"},
	"split-based-on":    {"noMatch", "match"},
	"set-variables":     {"next"},
	"make-http-request": {"success", "failed"},
	"send-message":      {"sent", "failed"},
}

// readDefinition reads a flow, and reports false where it is none.
func readDefinition(text string) (definition, bool) {
	var d definition
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&d) != nil {
		return d, false
	}
	names := map[string]bool{}
	for _, w := range d.States {
		if names[w.Name] || w.Name == "" {
			return d, false
		}
		names[w.Name] = true
	}
	empty := scope{now: 1, known: map[string]string{}}
	for _, w := range d.States {
		known := events[w.Type]
		for _, t := range w.Transitions {
			if !slices.Contains(known, t.Event) || t.Next != "" && !names[t.Next] {
				return d, false
			}
			for _, c := range t.Conditions {
				if len(c.Arguments) != 1 || !understood(empty, c.Arguments[0]) ||
					!slices.Contains([]string{"matches_any_of", "is_not_blank", "equal_to"}, c.Type) {
					return d, false
				}
			}
		}
		p := w.Properties
		all := []string{p.Input, p.URL, p.From, p.To, p.Body, p.Channel, p.Service}
		for _, v := range p.Variables {
			all = append(all, v.Value)
		}
		if len(known) == 0 || !understood(empty, all...) {
			return d, false
		}
	}
	return d, names[d.InitialState]
}

func understood(s scope, texts ...string) bool {
	for _, text := range texts {
		if _, fine := s.fill(text); !fine {
			return false
		}
	}
	return true
}

func (s *Simulator) webhook(f *flow) string {
	return "https://webhooks.twilio.com/v1/Accounts/" + string(s.cfg.Account) + "/Flows/" + f.SID
}

// flowFor is the flow that a text to a number is handed to, nil for none.
func (s *Simulator) flowFor(number clinic.Phone) *flow {
	pool, grouped := s.poolOf(number)
	at := s.st.Pointed[number]
	if grouped && !pool.OnNumber || at.Application != "" {
		return nil
	}
	for _, f := range s.st.Flows {
		if f.Status == "published" && at.URL == s.webhook(f) {
			return f
		}
	}
	return nil
}

// flowing runs the flow of a number on a text that came in.
func (s *Simulator) flowing(in Inbound, at clinic.Instant) {
	f := s.flowFor(in.To)
	if f == nil {
		return
	}
	d, fine := readDefinition(string(f.Definition))
	if !fine {
		return
	}
	s.st.Runs = append(s.st.Runs, run{
		SID: string(s.name("FN", at)), Flow: f.SID, Contact: in.From, Started: s.shown(at), Body: in.Body,
	})
	known := scope{now: s.shown(at), known: map[string]string{
		"trigger.message.Body": in.Body, "trigger.message.From": string(in.From), "trigger.message.To": string(in.To),
		"contact.channel.address": string(in.From), "flow.channel.address": string(in.To),
	}}
	name, event := d.InitialState, "incomingMessage"
	for range 100 {
		place := slices.IndexFunc(d.States, func(w widget) bool { return w.Name == name })
		if place < 0 {
			return
		}
		w := d.States[place]
		if w.Type != "trigger" {
			event = s.step(w, known, in, at)
		}
		next := slices.IndexFunc(w.Transitions, func(t transition) bool { return t.Event == event })
		if next < 0 {
			return
		}
		name = w.Transitions[next].Next
	}
}

// step does what a widget says and returns how it ended.
func (s *Simulator) step(w widget, known scope, in Inbound, at clinic.Instant) string {
	fill := func(text string) string {
		filled, _ := known.fill(text)
		return filled
	}
	switch w.Type {
	case "set-variables":
		for _, v := range w.Properties.Variables {
			known.known["flow.variables."+v.Key] = fill(v.Value)
		}
		return "next"
	case "split-based-on":
		for _, t := range w.Transitions {
			for _, c := range t.Conditions {
				if matches(c.Type, fill(c.Arguments[0]), c.Value) {
					return t.Event
				}
			}
		}
		return "noMatch"
	case "make-http-request":
		body, fine := s.asked(fill(w.Properties.URL), w.Properties.AddTwilioAuth, at)
		if !fine {
			return "failed"
		}
		known.known["widgets."+w.Name+".body"] = body
		return "success"
	case "send-message":
		if s.st.Blocked[pair{in.To, in.From}] {
			return "failed"
		}
		s.dispatch(leaving{from: in.To, to: in.From, body: fill(w.Properties.Body), direction: "outbound-api"}, at)
		return "sent"
	}
	return ""
}

func matches(kind, argument, value string) bool {
	switch kind {
	case "is_not_blank":
		return strings.TrimSpace(argument) != ""
	case "equal_to":
		return argument == value
	}
	return slices.ContainsFunc(strings.Split(value, ","), func(one string) bool {
		return strings.EqualFold(strings.TrimSpace(one), strings.TrimSpace(argument))
	})
}

// asked answers the question for messages that a flow asks with the account's own
// credentials. There is no other question that a flow gets an answer to here.
func (s *Simulator) asked(address string, auth bool, at clinic.Instant) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || !auth || u.Scheme != "https" || u.Host != "api.twilio.com" || u.Path != root+string(s.cfg.Account)+"/Messages.json" {
		return "", false
	}
	f, fine := readFilter(u.Query())
	size, err := strconv.Atoi(u.Query().Get("PageSize"))
	if !fine || err != nil {
		return "", false
	}
	rows := []messageJSON{}
	for i := len(s.st.Records) - 1; i >= 0 && len(rows) < size; i-- {
		if r := s.st.Records[i]; r.Listed <= at && f.admits(r) {
			rows = append(rows, s.render(r))
		}
	}
	body, err := json.Marshal(map[string]any{"messages": rows})
	return string(body), err == nil && len(body) <= 64<<10
}

func (s *Simulator) renderFlow(f *flow) map[string]any {
	at := "https://studio.twilio.com/v2/Flows/" + f.SID
	return map[string]any{
		"sid": f.SID, "account_sid": s.cfg.Account, "friendly_name": f.Name, "definition": f.Definition,
		"status": f.Status, "revision": f.Revision, "commit_message": nil, "valid": true,
		"errors": []any{}, "warnings": []any{}, "date_created": stamp(f.Created), "date_updated": stamp(f.Updated),
		"webhook_url": s.webhook(f), "url": at, "links": map[string]string{"executions": at + "/Executions"},
	}
}

var invalidFlow = refusal{http.StatusBadRequest, 20001, "Flow definition is invalid"}

func (s *Simulator) validateFlow(w http.ResponseWriter, r *http.Request) {
	if _, fine := readDefinition(r.PostForm.Get("Definition")); !fine {
		refuse(w, invalidFlow)
		return
	}
	write(w, http.StatusOK, map[string]bool{"valid": true})
}

func (s *Simulator) listFlows(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := []map[string]any{}
	for _, f := range s.st.Flows {
		row := s.renderFlow(f)
		// The list says less than the flow itself.
		for _, name := range []string{"definition", "commit_message", "valid", "errors", "warnings"} {
			delete(row, name)
		}
		rows = append(rows, row)
	}
	metaPage(w, r, "flows", rows)
}

func (s *Simulator) createFlow(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	form := r.PostForm
	if _, fine := readDefinition(form.Get("Definition")); !fine || form.Get("FriendlyName") == "" || !flowStatus(form.Get("Status")) {
		refuse(w, invalidFlow)
		return
	}
	now := s.shown(s.now())
	f := &flow{
		SID: string(s.name("FW", now)), Name: form.Get("FriendlyName"), Status: form.Get("Status"), Revision: 1,
		Definition: json.RawMessage(form.Get("Definition")), Created: now, Updated: now,
	}
	s.st.Flows = append(s.st.Flows, f)
	write(w, http.StatusCreated, s.renderFlow(f))
}

func flowStatus(status string) bool { return status == "published" || status == "draft" }

// ownFlow returns the flow that a path names, or answers that there is none.
func (s *Simulator) ownFlow(w http.ResponseWriter, r *http.Request) *flow {
	at := slices.IndexFunc(s.st.Flows, func(f *flow) bool { return f.SID == r.PathValue("flow") })
	if at < 0 {
		refuse(w, notFound)
		return nil
	}
	return s.st.Flows[at]
}

// updateFlow publishes another definition in the place of the one before.
func (s *Simulator) updateFlow(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.ownFlow(w, r)
	if f == nil {
		return
	}
	if _, fine := readDefinition(r.PostForm.Get("Definition")); !fine || !flowStatus(r.PostForm.Get("Status")) {
		refuse(w, invalidFlow)
		return
	}
	f.Definition, f.Status = json.RawMessage(r.PostForm.Get("Definition")), r.PostForm.Get("Status")
	f.Revision, f.Updated = f.Revision+1, s.shown(s.now())
	write(w, http.StatusOK, s.renderFlow(f))
}

func (s *Simulator) deleteFlow(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.ownFlow(w, r)
	if f == nil {
		return
	}
	s.st.Flows = slices.DeleteFunc(s.st.Flows, func(one *flow) bool { return one == f })
	s.st.Runs = slices.DeleteFunc(s.st.Runs, func(one run) bool { return one.Flow == f.SID })
	w.WriteHeader(http.StatusNoContent)
}

func (s *Simulator) listRuns(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	f := s.ownFlow(w, r)
	if f == nil {
		return
	}
	rows := []map[string]any{}
	for _, one := range slices.Backward(s.st.Runs) {
		if one.Flow != f.SID {
			continue
		}
		at := "https://studio.twilio.com/v2/Flows/" + f.SID + "/Executions/" + one.SID
		rows = append(rows, map[string]any{
			"sid": one.SID, "account_sid": s.cfg.Account, "flow_sid": f.SID, "contact_channel_address": one.Contact,
			"status": "ended", "date_created": stamp(one.Started), "date_updated": stamp(one.Started), "url": at,
			"links": map[string]string{"execution_context": at + "/Context"},
		})
	}
	metaPage(w, r, "executions", rows)
}

func (s *Simulator) deleteRun(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.st.Runs, func(one run) bool {
		return one.SID == r.PathValue("run") && one.Flow == r.PathValue("flow")
	})
	if at < 0 {
		refuse(w, notFound)
		return
	}
	s.st.Runs = slices.Delete(s.st.Runs, at, at+1)
	w.WriteHeader(http.StatusNoContent)
}

// KeptByFlows counts the texts that the provider still keeps of flows that ran.
func (s *Simulator) KeptByFlows() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	return len(s.st.Runs)
}

// updateNumber says where a number hands its texts.
func (s *Simulator) updateNumber(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := -1
	for i := range s.cfg.Numbers {
		if numberName(i)+".json" == r.PathValue("name") {
			at = i
		}
	}
	if at < 0 {
		refuse(w, notFound)
		return
	}
	phone := s.cfg.Numbers[at].Phone
	to := s.st.Pointed[phone]
	for name, into := range map[string]*string{"SmsUrl": &to.URL, "SmsMethod": &to.Method, "SmsApplicationSid": &to.Application} {
		if r.PostForm.Has(name) {
			*into = r.PostForm.Get(name)
		}
	}
	if u, err := url.Parse(to.URL); err != nil || to.URL != "" && u.Scheme != "https" && u.Scheme != "http" {
		refuse(w, refusal{http.StatusBadRequest, 21502, "SmsUrl is not valid"})
		return
	}
	s.st.Pointed[phone] = to
	write(w, http.StatusOK, s.renderNumber(at))
}

// updateService changes a messaging service.
func (s *Simulator) updateService(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.cfg.Services, func(one Service) bool { return one.SID == r.PathValue("service") })
	if at < 0 {
		refuse(w, notFound)
		return
	}
	if value := r.PostForm.Get("UseInboundWebhookOnNumber"); value != "" {
		s.cfg.Services[at].OnNumber = value == "true"
	}
	write(w, http.StatusOK, s.renderService(s.cfg.Services[at]))
}

// Change is what the owner of an account changes about it.
type Change struct {
	Trial     bool           `json:"trial"`
	Confirmed []clinic.Phone `json:"confirmed"`
	Suspended bool           `json:"suspended"`
	Redacts   bool           `json:"redacts"`
	// NoPictures says that the account has no store from which pictures can be sent.
	NoPictures bool      `json:"no_pictures"`
	Numbers    []Number  `json:"numbers"`
	Services   []Service `json:"services"`
}

// SetAccount changes the account, and leaves its messages, flows and keys.
func (s *Simulator) SetAccount(c Change) error {
	if len(c.Numbers) == 0 {
		return clinic.E(clinic.CodeBadInput)
	}
	for _, n := range c.Numbers {
		if !n.Phone.Valid() {
			return clinic.E(clinic.CodeBadPhone)
		}
	}
	for _, one := range c.Services {
		if !serviceForm.MatchString(one.SID) {
			return clinic.E(provider.CodeBadAccount)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	s.cfg.Trial, s.cfg.Confirmed, s.cfg.Suspended, s.cfg.Redacts = c.Trial, c.Confirmed, c.Suspended, c.Redacts
	s.cfg.NoPictures = c.NoPictures
	s.cfg.Numbers, s.cfg.Services = slices.Clone(c.Numbers), slices.Clone(c.Services)
	s.point()
	return nil
}

// point lets numbers hand their texts where they are said to from the outset.
func (s *Simulator) point() {
	for _, n := range s.cfg.Numbers {
		if n.Forwarded && s.st.Pointed[n.Phone].URL == "" {
			s.st.Pointed[n.Phone] = pointed{URL: "https://example.invalid/incoming", Method: "POST"}
		}
		if !n.Forwarded && s.st.Pointed[n.Phone].URL == "https://example.invalid/incoming" {
			delete(s.st.Pointed, n.Phone)
		}
	}
}
