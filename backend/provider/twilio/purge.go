package twilio

import (
	"context"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

var _ provider.Purger = (*Client)(nil)

// Redact implements provider.Purger. Body and status are never changed together:
// Twilio refuses that.
func (c *Client) Redact(ctx context.Context, sid provider.SID) (provider.Message, error) {
	params := &api.UpdateMessageParams{}
	params.SetBody("")
	return c.update(ctx, sid, params)
}

// DeleteMedia implements provider.Purger.
func (c *Client) DeleteMedia(ctx context.Context, message provider.SID, medium provider.MediumSID) error {
	if !messageForm.MatchString(string(message)) || !mediumForm.MatchString(string(medium)) {
		return clinic.E(clinic.CodeNotFound)
	}
	svc, x := c.service(ctx, false)
	x.deletes = true
	return x.ended(svc.DeleteMedia(string(message), string(medium), nil))
}

// Delete implements provider.Purger.
func (c *Client) Delete(ctx context.Context, sid provider.SID) error {
	if !messageForm.MatchString(string(sid)) {
		return clinic.E(clinic.CodeNotFound)
	}
	svc, x := c.service(ctx, false)
	x.deletes = true
	return x.ended(svc.DeleteMessage(string(sid), nil))
}

// ended returns the error of a call that has nothing else to say.
func (x *exchange) ended(err error) error {
	if err != nil {
		return x.failure(err)
	}
	return nil
}
