package twilio

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// Reasons why an answer with a good status is not believed.
var (
	errNoName       = errors.New("no message name in the answer")
	errWrongAccount = errors.New("answer for another account")
	errWrongMessage = errors.New("answer for another message")
	errNoDirection  = errors.New("unknown direction in the answer")
	errNoList       = errors.New("no list in the answer")
	errNoToken      = errors.New("next page without a token")
	errBadField     = errors.New("unreadable field in the answer")
)

func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// readPage refuses a page as a whole when one row cannot be read: a row that is
// skipped is a patient's text that nobody sees.
func readPage(answer *api.ListMessageResponse, account provider.Account) (provider.Page, error) {
	// An empty object, or an error page that happens to be JSON, is not an empty
	// inbox.
	if answer.Messages == nil {
		return provider.Page{}, errNoList
	}
	page := provider.Page{Messages: make([]provider.Message, 0, len(answer.Messages))}
	for i := range answer.Messages {
		m, err := readMessage(&answer.Messages[i], account)
		if err != nil {
			return provider.Page{}, err
		}
		page.Messages = append(page.Messages, m)
	}
	if next := text(answer.NextPageUri); next != "" {
		u, err := url.Parse(next)
		if err != nil {
			return provider.Page{}, errNoToken
		}
		// Only the place is taken over. The path, and a host that the answer might
		// name, are ours to say.
		q := u.Query()
		if q.Get("PageToken") == "" {
			return provider.Page{}, errNoToken
		}
		place := url.Values{"PageToken": {q.Get("PageToken")}}
		if q.Has("Page") {
			place.Set("Page", q.Get("Page"))
		}
		page.Next = provider.Cursor(place.Encode())
	}
	return page, nil
}

// readMessage turns a row into a message. What the description allows to be
// null may be missing; who it is and which way it went may not.
func readMessage(row *api.ApiV2010Message, account provider.Account) (provider.Message, error) {
	m := provider.Message{
		SID:     provider.SID(text(row.Sid)),
		Account: provider.Account(text(row.AccountSid)),
		From:    provider.Address(text(row.From)),
		To:      provider.Address(text(row.To)),
		Body:    text(row.Body),
		Status:  provider.Status(text(row.Status)),
	}
	if !messageForm.MatchString(string(m.SID)) {
		return provider.Message{}, errNoName
	}
	if m.Account != account {
		return provider.Message{}, errWrongAccount
	}
	switch d := text(row.Direction); {
	case d == "inbound":
		m.Direction = provider.Inbound
	case strings.HasPrefix(d, "outbound-"):
		m.Direction = provider.Outbound
		m.Reply = d == "outbound-reply"
	default:
		return provider.Message{}, errNoDirection
	}
	if row.ErrorCode != nil {
		m.ErrorCode = *row.ErrorCode
	}
	var err error
	number := func(name string, p *string) int {
		if text(p) == "" {
			return 0
		}
		n, parse := strconv.ParseUint(*p, 10, 31)
		if parse != nil && err == nil {
			err = fmt.Errorf("%s: %w", name, errBadField)
		}
		return int(n)
	}
	instant := func(name string, p *string) clinic.Instant {
		if text(p) == "" {
			return 0
		}
		// RFC 2822, as the description says: tried first in the form in which it comes, for
		// of reading a long list the general one is a sixth.
		t, parse := time.Parse(time.RFC1123Z, *p)
		if parse != nil {
			t, parse = mail.ParseDate(*p)
		}
		if parse != nil {
			if err == nil {
				err = fmt.Errorf("%s: %w", name, errBadField)
			}
			return 0
		}
		return clinic.At(t)
	}
	m.Segments = number("num_segments", row.NumSegments)
	m.NumMedia = number("num_media", row.NumMedia)
	m.Created = instant("date_created", row.DateCreated)
	m.Sent = instant("date_sent", row.DateSent)
	m.Updated = instant("date_updated", row.DateUpdated)
	if amount := text(row.Price); amount != "" {
		cost, ok := provider.ParseMoney(amount, text(row.PriceUnit))
		if !ok && err == nil {
			err = fmt.Errorf("price: %w", errBadField)
		}
		m.Cost = provider.Money{Millionths: -cost.Millionths, Currency: cost.Currency} // what is paid is written below zero
	}
	if err != nil {
		return provider.Message{}, err
	}
	return m, nil
}
