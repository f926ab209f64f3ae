package desk_test

import (
	"testing"

	"quietline/app/desk"
	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// TestEveryTextSaysWhatWasWrongWithIt lists texts with which the provider found
// fault: each shows the reason by its own code, with the provider's number, the
// texts that came in as well.
func TestEveryTextSaysWhatWasWrongWithIt(t *testing.T) {
	o, x, _, _ := connected(t)
	const (
		stranger = provider.Address("+17205550188")
		ours     = provider.Address("+13035550198")
	)
	now := x.sim.Now()
	in := provider.Message{
		From: stranger, To: ours, Direction: provider.Inbound, Status: provider.Received, Created: now, Sent: now,
	}
	out := provider.Message{
		From: ours, To: stranger, Direction: provider.Outbound, Status: provider.Undelivered, Created: now, Sent: now,
	}
	wants := map[string]struct {
		number int
		code   clinic.Code
	}{
		"in order":            {0, ""},
		"from a machine":      {30039, provider.CodeLoopStopped},
		"odd":                 {31999, provider.CodeNotPassedOn},
		"to a landline":       {30006, provider.CodeLandline},
		"taken for spam":      {30007, provider.CodeFiltered},
		"unregistered":        {30034, provider.CodeUnregistered},
		"too late":            {30036, provider.CodeExpired},
		"for unknown reasons": {31998, provider.CodeNotDelivered},
	}
	var past []provider.Message
	for body, want := range wants {
		m := out
		if want.number == 0 || want.number == 30039 || want.number == 31999 {
			m = in
		}
		m.Body, m.ErrorCode = body, want.number
		past = append(past, m)
	}
	if _, err := x.sim.Seed(past); err != nil {
		t.Fatal(err)
	}
	var shown []desk.Message
	o.until("all of them are in the archive", func() bool {
		for _, thread := range must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 50}).Items {
			page := must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: thread.ID, Limit: 50})
			if len(page.Messages) == len(wants) {
				shown = page.Messages
				return true
			}
		}
		return false
	})
	for _, m := range shown {
		want, known := wants[m.Body]
		switch {
		case !known:
			t.Error("another text stands among them")
		case want.code == "" && m.Failure != nil, want.code != "" && (m.Failure == nil || m.Failure.Code != want.code):
			t.Errorf("the text %s shows %+v, want %s", m.Body, m.Failure, want.code)
		case want.code != "" && m.Failure.Params["provider_code"] != float64(want.number):
			t.Errorf("the text %s shows the number %v", m.Body, m.Failure.Params["provider_code"])
		}
	}
}
