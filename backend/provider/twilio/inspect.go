package twilio

import (
	"context"
	"errors"
	"net/url"
	"strings"

	messaging "github.com/twilio/twilio-go/rest/messaging/v1"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

var _ provider.Inspector = (*Client)(nil)

const (
	// looked is how many of the newest registrations are looked at.
	looked = 20
	// servicesAtOnce and sendersAtOnce are the largest pages of their lists, and
	// maxListPages ends a walk that does not end by itself.
	servicesAtOnce, sendersAtOnce, maxListPages = 100, 100, 50
)

var errNoEnd = errors.New("a list without an end")

// Inspect implements provider.Inspector. It asks one question after the other:
// Twilio wants few at a time.
func (c *Client) Inspect(ctx context.Context, number clinic.Phone) (provider.Standing, error) {
	if !number.Valid() {
		return provider.Standing{}, clinic.E(clinic.CodeBadPhone)
	}
	newest, err := c.List(ctx, provider.Query{PageSize: 1}, "")
	if err != nil {
		return provider.Standing{}, err
	}
	owned, facts, err := c.owned(ctx, number)
	if err != nil {
		return provider.Standing{}, err
	}
	s := provider.Standing{Facts: facts, Redacted: redacted(newest.Messages)}
	for _, look := range []struct {
		part provider.Aspect
		at   func(context.Context, string, *provider.Standing) error
	}{
		{provider.AspectAccount, c.lookAtAccount},
		{provider.AspectService, c.lookAtService},
		{provider.AspectRegistration, c.lookAtRegistration},
	} {
		err := look.at(ctx, text(owned.Sid), &s)
		if errors.Is(err, clinic.E(provider.CodeUnauthorised)) {
			s.Unseen = append(s.Unseen, look.part)
		} else if err != nil {
			return provider.Standing{}, err
		}
	}
	return s, nil
}

// redacted reports whether an account hides what its messages are about: the newest
// message shows a masked number, or has neither words nor anything attached. Older
// ones say nothing of today's setting, whichever way it was changed since.
func redacted(newest []provider.Message) bool {
	if len(newest) == 0 {
		return false
	}
	m := newest[0]
	return m.From.Masked() || m.To.Masked() || m.Body == "" && m.NumMedia == 0
}

func (c *Client) lookAtAccount(ctx context.Context, _ string, s *provider.Standing) error {
	svc, x := c.service(ctx, false)
	answer, err := svc.FetchAccount(string(c.account))
	if err != nil {
		return x.failure(err)
	}
	if text(answer.Sid) != string(c.account) {
		return x.undecodable(errWrongAccount)
	}
	switch text(answer.Type) {
	case "Trial":
		s.Type = provider.Trial
	case "Full":
		s.Type = provider.Full
	}
	s.Suspended = text(answer.Status) == "suspended" || text(answer.Status) == "closed"
	return nil
}

// lookAtService finds the messaging service of a number: there is no question
// for it but to ask each for its numbers.
func (c *Client) lookAtService(ctx context.Context, owned string, s *provider.Standing) error {
	next := place{}
	for range maxListPages {
		svc, x := c.messaging(ctx)
		params := &messaging.ListServiceParams{}
		params.SetPageSize(servicesAtOnce)
		page, err := svc.PageService(params, next.token, next.page)
		if err != nil {
			return x.failure(err)
		}
		if page.Services == nil {
			return x.undecodable(errNoList)
		}
		for _, one := range page.Services {
			sid := text(one.Sid)
			if !serviceForm.MatchString(sid) || text(one.AccountSid) != string(c.account) {
				return x.undecodable(errWrongAccount)
			}
			has, err := c.sends(ctx, sid, owned)
			if err != nil {
				return err
			}
			if has {
				s.Service = &provider.MessagingService{
					SID: sid, Name: text(one.FriendlyName),
					KeepsInbound:  text(one.InboundRequestUrl) != "" || yes(one.UseInboundWebhookOnNumber),
					OnNumber:      yes(one.UseInboundWebhookOnNumber),
					ChangesBodies: yes(one.SmartEncoding),
				}
				return nil
			}
		}
		if next, err = after(page.Meta.NextPageUrl); err != nil || next.token == "" {
			return err
		}
	}
	return clinic.E(provider.CodeUnavailable).Because(errNoEnd).Retryable()
}

// sends reports whether a number is a sender of a messaging service.
func (c *Client) sends(ctx context.Context, service, owned string) (bool, error) {
	next := place{}
	for range maxListPages {
		svc, x := c.messaging(ctx)
		params := &messaging.ListPhoneNumberParams{}
		params.SetPageSize(sendersAtOnce)
		page, err := svc.PagePhoneNumber(service, params, next.token, next.page)
		if err != nil {
			return false, x.failure(err)
		}
		if page.PhoneNumbers == nil {
			return false, x.undecodable(errNoList)
		}
		for _, one := range page.PhoneNumbers {
			if text(one.Sid) == owned {
				return true, nil
			}
		}
		if next, err = after(page.Meta.NextPageUrl); err != nil || next.token == "" {
			return false, err
		}
	}
	return false, clinic.E(provider.CodeUnavailable).Because(errNoEnd).Retryable()
}

func (c *Client) lookAtRegistration(ctx context.Context, owned string, s *provider.Standing) error {
	svc, x := c.messaging(ctx)
	var found []string // states, the newest first
	switch {
	case provider.TollFree(s.Number):
		params := &messaging.ListTollfreeVerificationParams{}
		params.SetTollfreePhoneNumberSid(owned)
		params.SetPageSize(looked)
		page, err := svc.PageTollfreeVerification(params, "", "")
		if err != nil {
			return x.failure(err)
		}
		if page.Verifications == nil {
			return x.undecodable(errNoList)
		}
		for _, one := range page.Verifications {
			found = append(found, text(one.Status))
		}
	case !s.Saw(provider.AspectService):
		return clinic.E(provider.CodeUnauthorised)
	case s.Service != nil:
		params := &messaging.ListUsAppToPersonParams{}
		params.SetPageSize(looked)
		page, err := svc.PageUsAppToPerson(s.Service.SID, params, "", "")
		if err != nil {
			return x.failure(err)
		}
		if page.Compliance == nil {
			return x.undecodable(errNoList)
		}
		for _, one := range page.Compliance {
			found = append(found, text(one.CampaignStatus))
		}
	}
	s.Registration = registration(found)
	return nil
}

// registration reads the states of a number's registrations: one that is
// approved is enough.
func registration(found []string) provider.Registration {
	best := provider.NotRegistered
	for _, state := range found {
		switch state {
		case "VERIFIED", "TWILIO_APPROVED":
			return provider.Approved
		case "PENDING", "IN_PROGRESS", "PENDING_REVIEW", "IN_REVIEW":
			best = provider.Pending
		case "FAILED", "SUSPENDED", "TWILIO_REJECTED":
			if best != provider.Pending {
				best = provider.Rejected
			}
		default:
			// A state of which nothing is known is not none.
			if best == provider.NotRegistered {
				best = ""
			}
		}
	}
	return best
}

// messaging binds the API of messaging services to one call.
func (c *Client) messaging(ctx context.Context) (*messaging.ApiService, *exchange) {
	svc, x := c.service(ctx, false)
	return messaging.NewApiService(svc.RequestHandler()), x
}

// place is where a walk over a list goes on.
type place struct{ token, page string }

// after takes the place out of the address of a next page, and nothing else.
func after(next *string) (place, error) {
	if text(next) == "" {
		return place{}, nil
	}
	u, err := url.Parse(*next)
	if err != nil || u.Query().Get("PageToken") == "" {
		return place{}, clinic.E(provider.CodeUnavailable).Because(errNoToken).Retryable()
	}
	return place{u.Query().Get("PageToken"), u.Query().Get("Page")}, nil
}

func yes(p *bool) bool { return p != nil && *p }

// host returns where a call goes: to the host of the configuration, and to Twilio's
// own hosts for messaging services, flows and pictures where that one is Twilio's.
func (c *Client) host(generated string) (string, bool) {
	switch {
	case generated == apiHost, loopback(c.base.Hostname()):
		return c.base.Host, true
	case !strings.EqualFold(c.base.Host, apiHost):
		return "", false
	}
	switch generated {
	case messagingHost, studioHost, conversationsHost, contentHost:
		return generated, true
	}
	return "", false
}
