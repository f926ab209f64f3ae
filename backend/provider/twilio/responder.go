package twilio

import (
	"context"
	"errors"
	"strings"

	api "github.com/twilio/twilio-go/rest/api/v2010"
	messaging "github.com/twilio/twilio-go/rest/messaging/v1"
	studio "github.com/twilio/twilio-go/rest/studio/v2"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

var _ provider.Responder = (*Client)(nil)

// The reply is a flow of Twilio Studio that the number hands its texts to. It is
// found again by its name, which no other flow of the account has, so that an answer
// that was lost leaves no second one.
const flowName = "Quietline, outside hours, "

const flowsAtOnce = 50

var errNotPublished = errors.New("flow is not published")

func flowOf(owned string) string { return flowName + owned }

// studio binds the API of flows to one call.
func (c *Client) studio(ctx context.Context) (*studio.ApiService, *exchange) {
	svc, x := c.service(ctx, false)
	return studio.NewApiService(svc.RequestHandler()), x
}

// Respond implements provider.Responder. The flow is there and published before the
// number points at it.
func (c *Client) Respond(ctx context.Context, number clinic.Phone, reply provider.Reply) (provider.Replaced, error) {
	if err := reply.Check(); err != nil {
		return provider.Replaced{}, err
	}
	own, _, err := c.owned(ctx, number)
	if err != nil {
		return provider.Replaced{}, err
	}
	definition := define(c.account, number, reply)
	svc, x := c.studio(ctx)
	params := &studio.UpdateFlowValidateParams{}
	params.SetFriendlyName(flowOf(text(own.Sid))).SetStatus("published").SetDefinition(definition)
	checked, err := svc.UpdateFlowValidate(params)
	if err != nil {
		return provider.Replaced{}, refusedReply(x.failure(err))
	}
	if !yes(checked.Valid) {
		return provider.Replaced{}, clinic.E(provider.CodeReplyRefused)
	}
	webhook, err := c.publish(ctx, text(own.Sid), definition)
	if err != nil {
		return provider.Replaced{}, err
	}
	service, err := c.turnOver(ctx, text(own.Sid))
	if err != nil {
		return provider.Replaced{}, err
	}
	if text(own.SmsUrl) == webhook && text(own.SmsApplicationSid) == "" {
		return provider.Replaced{Service: service}, nil
	}
	before := replacedOf(own)
	before.Service = service
	return before, c.pointAt(ctx, text(own.Sid), provider.Replaced{URL: webhook, Method: "POST"})
}

// Replaces implements provider.Responder.
func (c *Client) Replaces(ctx context.Context, number clinic.Phone) (before provider.Replaced, _ error) {
	own, _, err := c.owned(ctx, number)
	if err != nil {
		return before, err
	}
	known, err := c.flow(ctx, text(own.Sid))
	if err != nil {
		return before, err
	}
	if known == nil || text(own.SmsUrl) != text(known.WebhookUrl) || text(own.SmsApplicationSid) != "" {
		before = replacedOf(own)
	}
	var s provider.Standing
	switch err := c.lookAtService(ctx, text(own.Sid), &s); {
	case errors.Is(err, clinic.E(provider.CodeUnauthorised)): // nor will it be turned over
	case err != nil:
		return provider.Replaced{}, err
	case s.Service != nil && !s.Service.OnNumber:
		before.Service = s.Service.SID
	}
	return before, nil
}

// refusedReply tells a definition that Twilio does not take from a key that may not
// bring it one.
func refusedReply(err error) error {
	if errors.Is(err, clinic.E(provider.CodeRefused)) {
		return clinic.E(provider.CodeReplyRefused)
	}
	return err
}

// publish makes the flow of a number, or replaces what it does, and returns the
// address at which it takes texts.
func (c *Client) publish(ctx context.Context, owned string, definition any) (string, error) {
	known, err := c.flow(ctx, owned)
	if err != nil {
		return "", err
	}
	svc, x := c.studio(ctx)
	var made *studio.StudioV2Flow
	if known == nil {
		params := &studio.CreateFlowParams{}
		params.SetFriendlyName(flowOf(owned)).SetStatus("published").SetDefinition(definition)
		made, err = svc.CreateFlow(params)
	} else {
		params := &studio.UpdateFlowParams{}
		params.SetStatus("published").SetDefinition(definition)
		made, err = svc.UpdateFlow(text(known.Sid), params)
	}
	if err != nil {
		return "", refusedReply(x.failure(err))
	}
	if text(made.Status) != "published" || text(made.WebhookUrl) == "" || text(made.AccountSid) != string(c.account) {
		return "", x.undecodable(errNotPublished)
	}
	return text(made.WebhookUrl), nil
}

// flow finds the flow of a number, nil where there is none.
func (c *Client) flow(ctx context.Context, owned string) (*studio.StudioV2Flow, error) {
	next := place{}
	for range maxListPages {
		svc, x := c.studio(ctx)
		params := &studio.ListFlowParams{}
		params.SetPageSize(flowsAtOnce)
		page, err := svc.PageFlow(params, next.token, next.page)
		if err != nil {
			return nil, x.failure(err)
		}
		if page.Flows == nil {
			return nil, x.undecodable(errNoList)
		}
		for _, one := range page.Flows {
			if text(one.FriendlyName) == flowOf(owned) {
				if text(one.AccountSid) != string(c.account) || !flowForm.MatchString(text(one.Sid)) {
					return nil, x.undecodable(errWrongAccount)
				}
				return &one, nil
			}
		}
		if next, err = after(page.Meta.NextPageUrl); err != nil || next.token == "" {
			return nil, err
		}
	}
	return nil, clinic.E(provider.CodeUnavailable).Because(errNoEnd).Retryable()
}

// turnOver leaves it to the number where the texts of its messaging service go, which
// keeps them as well. A key that may not see messaging services does not know whether
// there is one: then the number is pointed at the flow all the same, and the text
// that proves it shows whether that was enough.
func (c *Client) turnOver(ctx context.Context, owned string) (string, error) {
	var s provider.Standing
	if err := c.lookAtService(ctx, owned, &s); err != nil || s.Service == nil || s.Service.OnNumber {
		if errors.Is(err, clinic.E(provider.CodeUnauthorised)) {
			return "", nil
		}
		return "", err
	}
	svc, x := c.messaging(ctx)
	params := &messaging.UpdateServiceParams{}
	params.SetUseInboundWebhookOnNumber(true)
	now, err := svc.UpdateService(s.Service.SID, params)
	if err != nil {
		return "", x.failure(err)
	}
	if !yes(now.UseInboundWebhookOnNumber) {
		return "", x.undecodable(errNotChanged)
	}
	return s.Service.SID, nil
}

var errNotChanged = errors.New("nothing was changed")

// pointAt says where a number hands its texts. An application would override the
// address, so it is always named, an empty one too.
func (c *Client) pointAt(ctx context.Context, owned string, to provider.Replaced) error {
	params := &api.UpdateIncomingPhoneNumberParams{}
	params.SetSmsUrl(to.URL).SetSmsApplicationSid(to.Application)
	if to.Method != "" {
		params.SetSmsMethod(to.Method)
	}
	svc, x := c.service(ctx, false)
	now, err := svc.UpdateIncomingPhoneNumber(owned, params)
	if err != nil {
		return x.failure(err)
	}
	if text(now.SmsUrl) != to.URL || text(now.SmsApplicationSid) != to.Application {
		return x.undecodable(errNotChanged)
	}
	return nil
}

// Responds implements provider.Responder.
func (c *Client) Responds(ctx context.Context, number clinic.Phone) (bool, error) {
	own, _, err := c.owned(ctx, number)
	if err != nil {
		return false, err
	}
	known, err := c.flow(ctx, text(own.Sid))
	if err != nil || known == nil {
		return false, err
	}
	return text(known.Status) == "published" && text(known.WebhookUrl) != "" &&
		text(own.SmsUrl) == text(known.WebhookUrl) && text(own.SmsApplicationSid) == "", nil
}

// Withdraw implements provider.Responder. The number is turned away from the flow
// first, so that it never hands a text to one that is gone. What somebody else has
// set since is left as it is.
func (c *Client) Withdraw(ctx context.Context, number clinic.Phone, before provider.Replaced) error {
	own, _, err := c.owned(ctx, number)
	if err != nil {
		return err
	}
	known, err := c.flow(ctx, text(own.Sid))
	if err != nil || known == nil {
		return err
	}
	if text(own.SmsUrl) == text(known.WebhookUrl) && text(own.SmsApplicationSid) == "" {
		if err := c.pointAt(ctx, text(own.Sid), before); err != nil {
			return err
		}
	}
	svc, x := c.studio(ctx)
	x.deletes = true
	if err := x.ended(svc.DeleteFlow(text(known.Sid))); !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		return err
	}
	return nil
}

// Forget implements provider.Responder. Twilio refuses to delete an execution that
// has not ended; it goes the next time.
func (c *Client) Forget(ctx context.Context, number clinic.Phone) (int, error) {
	own, _, err := c.owned(ctx, number)
	if err != nil {
		return 0, err
	}
	known, err := c.flow(ctx, text(own.Sid))
	if err != nil || known == nil {
		return 0, err
	}
	// A page is read and its executions deleted, and the first page read again: what
	// is deleted moves the others up. What is still running stays on it.
	gone := 0
	for range maxListPages {
		svc, x := c.studio(ctx)
		params := &studio.ListExecutionParams{}
		params.SetPageSize(flowsAtOnce)
		page, err := svc.PageExecution(text(known.Sid), params, "", "")
		if err != nil {
			return gone, x.failure(err)
		}
		if page.Executions == nil {
			return gone, x.undecodable(errNoList)
		}
		before := gone
		for _, one := range page.Executions {
			if text(one.Status) != "ended" {
				continue
			}
			if !executionForm.MatchString(text(one.Sid)) {
				return gone, x.undecodable(errNoName)
			}
			svc, x := c.studio(ctx)
			x.deletes = true
			err := x.ended(svc.DeleteExecution(text(known.Sid), text(one.Sid)))
			if err != nil && !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
				return gone, err
			}
			gone++
		}
		if gone == before {
			return gone, nil
		}
	}
	return gone, nil
}

// upper is a word as it is compared: Twilio compares without case.
func upper(words []string) string { return strings.ToUpper(strings.Join(words, ",")) }
