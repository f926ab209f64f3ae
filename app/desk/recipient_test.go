package desk_test

import (
	"strings"
	"testing"

	"quietline/app/desk"
)

// TestWhetherItIsTheRightPersonIsAskedSeldom: a question that comes with every text is
// answered without reading. Of the sample clinic's talks at most one in twenty asks.
func TestWhetherItIsTheRightPersonIsAskedSeldom(t *testing.T) {
	o := filled(t, 900)
	o.t = t
	texts, asked := 0, map[string]int{}
	for _, row := range must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 200}).Items {
		if row.Patient == nil {
			continue
		}
		texts++
		for _, r := range must[desk.CheckedText](o, "text.check", desk.CheckText{ID: row.ID, Body: "Your visit is on Tuesday at 3.", Category: "scheduling"}).Reasons {
			if strings.HasPrefix(string(r.Code), "policy.recipient_") {
				asked[string(r.Code)]++
			}
		}
	}
	all := 0
	for _, n := range asked {
		all += n
	}
	t.Logf("%d of %d texts ask: %v", all, texts, asked)
	if texts < 20 || all*20 > texts {
		t.Errorf("%d of %d texts ask", all, texts)
	}
}
