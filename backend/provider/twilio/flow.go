package twilio

import (
	"fmt"
	"net/url"
	"strings"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// A flow as Studio takes it: states that are joined by transitions. The widgets and
// their properties are described at https://www.twilio.com/docs/studio/widget-library
// and https://www.twilio.com/docs/studio/rest-api/v2/flow, the templates, which are
// Liquid's, at https://www.twilio.com/docs/studio/user-guide/liquid-template-language.
type (
	flow struct {
		Description  string      `json:"description"`
		InitialState string      `json:"initial_state"`
		Flags        flowFlags   `json:"flags"`
		States       []flowState `json:"states"`
	}
	flowFlags struct {
		AllowConcurrentCalls bool `json:"allow_concurrent_calls"`
	}
	flowState struct {
		Name        string           `json:"name"`
		Type        string           `json:"type"`
		Transitions []flowTransition `json:"transitions"`
		Properties  map[string]any   `json:"properties"`
	}
	flowTransition struct {
		Event      string          `json:"event"`
		Next       string          `json:"next,omitempty"`
		Conditions []flowCondition `json:"conditions,omitempty"`
	}
	flowCondition struct {
		FriendlyName string   `json:"friendly_name"`
		Arguments    []string `json:"arguments"`
		Type         string   `json:"type"`
		Value        string   `json:"value"`
	}
)

// lookedBack is how many of the newest texts to a sender the flow looks through for
// what it has answered already. A step's answer may have 64 KB.
const lookedBack = 20

// define writes the flow: a text that comes in ends there unless its words, its
// sender and the hour ask for an answer, and the sender has had none in this period.
//
// All that is computed is computed before: the flow knows instants in UTC, no zones
// and no weekdays. Where looking up earlier answers fails it stays silent, because
// two machines that answer each other could go on all night. It never waits for an
// answer: a contact has one flow at a time, and the next text would be swallowed.
func define(account provider.Account, number clinic.Phone, reply provider.Reply) flow {
	at := 0
	place := func() map[string]any {
		at++
		return map[string]any{"x": 0, "y": 200 * at}
	}
	split := func(name, input, kind, value, match, otherwise string) flowState {
		return flowState{
			Name: name, Type: "split-based-on",
			Transitions: []flowTransition{
				{Event: "noMatch", Next: otherwise},
				{Event: "match", Next: match, Conditions: []flowCondition{
					{FriendlyName: name, Arguments: []string{input}, Type: kind, Value: value},
				}},
			},
			Properties: map[string]any{"input": input, "offset": place()},
		}
	}
	f := flow{
		Description:  "Answers texts outside of the clinic's hours. Made by Quietline, which replaces it.",
		InitialState: "Trigger",
		States: []flowState{{
			Name: "Trigger", Type: "trigger",
			Transitions: []flowTransition{
				{Event: "incomingMessage", Next: "words"}, {Event: "incomingCall"},
				{Event: "incomingConversationMessage"}, {Event: "incomingRequest"}, {Event: "incomingParent"},
			},
			Properties: map[string]any{"offset": place()},
		}},
	}
	refused := "period"
	if len(reply.Refused) > 0 {
		refused = "sender"
	}
	f.States = append(f.States, split("words", "{{trigger.message.Body | strip | upcase}}", "matches_any_of", upper(reply.Silent), "", refused))
	if len(reply.Refused) > 0 {
		var numbers []string
		for _, phone := range reply.Refused {
			numbers = append(numbers, string(phone))
		}
		f.States = append(f.States, split("sender", "{{trigger.message.From}}", "matches_any_of", strings.Join(numbers, ","), "", "period"))
	}
	earlier := url.Values{"From": {string(number)}, "PageSize": {fmt.Sprint(lookedBack)}}
	f.States = append(f.States,
		flowState{
			Name: "period", Type: "set-variables",
			Transitions: []flowTransition{{Event: "next", Next: "closed"}},
			Properties: map[string]any{
				"variables": []map[string]string{{"key": "text", "value": textsOf(reply.Periods), "type": "string"}},
				"offset":    place(),
			},
		},
		split("closed", "{{flow.variables.text}}", "is_not_blank", "Is Not Blank", "earlier", ""),
		flowState{
			Name: "earlier", Type: "make-http-request",
			Transitions: []flowTransition{{Event: "success", Next: "again"}, {Event: "failed"}},
			Properties: map[string]any{
				"method": "GET", "content_type": "application/x-www-form-urlencoded;charset=utf-8", "add_twilio_auth": true,
				"url": DefaultBaseURL + "/2010-04-01/Accounts/" + string(account) + "/Messages.json?" + earlier.Encode() +
					"&To={{trigger.message.From | url_encode}}",
				"offset": place(),
			},
		},
		split("again", "{% if widgets.earlier.body contains flow.variables.text %}again{% endif %}", "equal_to", "again", "", "answer"),
		flowState{
			Name: "answer", Type: "send-message",
			Transitions: []flowTransition{{Event: "sent"}, {Event: "failed"}},
			Properties: map[string]any{
				"from": "{{flow.channel.address}}", "to": "{{contact.channel.address}}", "body": "{{flow.variables.text}}",
				"channel": "{{trigger.message.ChannelSid}}", "service": "{{trigger.message.InstanceSid}}", "offset": place(),
			},
		},
	)
	return f
}

// textsOf is the text of the period that it is now, and nothing between periods and
// after the last.
func textsOf(periods []provider.Period) string {
	var b strings.Builder
	b.WriteString("{% assign now = 'now' | date: '%s' | plus: 0 %}")
	for i, p := range periods {
		word := "elsif"
		if i == 0 {
			word = "if"
		}
		fmt.Fprintf(&b, "{%% %s now >= %d and now < %d %%}%s", word, seconds(p.From), seconds(p.To), p.Text)
	}
	b.WriteString("{% endif %}")
	return b.String()
}

func seconds(at clinic.Instant) int64 { return int64(at) / 1000 }
