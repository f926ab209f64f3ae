package twilio

import (
	"context"
	"errors"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

var _ provider.Scheduler = (*Client)(nil)

var (
	errNotScheduled = errors.New("the text was not scheduled")
	errNotLooked    = errors.New("the messaging service could not be looked for")
)

// Schedule implements provider.Scheduler. Without a messaging service Twilio
// would drop the time and send at once, so that nothing is asked of it then.
// https://help.twilio.com/articles/4412165297947
func (c *Client) Schedule(ctx context.Context, text provider.Outgoing, at clinic.Instant) (provider.Message, error) {
	if err := text.Check(); err != nil {
		return provider.Message{}, err
	}
	if text.Picture != nil {
		// Twilio would look for it only when the text is due.
		return provider.Message{}, clinic.E(clinic.CodeBadInput).With("field", "picture")
	}
	if at.IsZero() || at.Time().Nanosecond() != 0 {
		return provider.Message{}, clinic.E(clinic.CodeBadInput).With("field", "at")
	}
	service, err := c.schedulerOf(ctx, text.From)
	if err != nil {
		return provider.Message{}, err
	}
	params := outgoing(text)
	params.SetMessagingServiceSid(service)
	params.SetScheduleType("fixed")
	params.SetSendAt(at.Time().UTC().Truncate(time.Second))
	m, err := c.create(ctx, params)
	if err == nil && m.Status != provider.Scheduled {
		// The provider has it, and may be sending it now.
		return provider.Message{}, clinic.E(provider.CodeUnknown).Because(errNotScheduled)
	}
	return m, err
}

// schedulerOf returns the messaging service of a number, and keeps it: a number hardly
// ever changes its own, and one that did is refused. Nothing of a text has left yet, so
// that every error says so. A key that may not look finds none.
func (c *Client) schedulerOf(ctx context.Context, number clinic.Phone) (string, error) {
	if c.scheduler != "" {
		return c.scheduler, nil
	}
	c.mu.Lock()
	known := c.services[number]
	c.mu.Unlock()
	if known != "" {
		return known, nil
	}
	owned, _, err := c.owned(ctx, number)
	var s provider.Standing
	if err == nil {
		err = c.lookAtService(ctx, text(owned.Sid), &s)
	}
	switch code := clinic.CodeOf(err); {
	case code == provider.CodeUnauthorised, code == provider.CodeNoSuchNumber, err == nil && s.Service == nil:
		return "", clinic.E(provider.CodeNoScheduler)
	case code == clinic.CodeCancelled:
		return "", err
	case err != nil:
		return "", clinic.E(provider.CodeOffline).Because(errNotLooked).Retryable()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.services == nil {
		c.services = map[clinic.Phone]string{}
	}
	c.services[number] = s.Service.SID
	return s.Service.SID, nil
}

// Cancel implements provider.Scheduler. Of a text that was cancelled already
// Twilio says that it is too late, so that its state is looked at before that is
// believed.
func (c *Client) Cancel(ctx context.Context, sid provider.SID) (provider.Message, error) {
	params := &api.UpdateMessageParams{}
	params.SetStatus("canceled")
	m, err := c.update(ctx, sid, params)
	if errors.Is(err, clinic.E(provider.CodeTooLate)) {
		now, fetchErr := c.Fetch(ctx, sid)
		switch {
		case fetchErr != nil:
			return provider.Message{}, fetchErr
		case now.Status == provider.Canceled:
			return now, nil
		}
		return provider.Message{}, err
	}
	return m, err
}

// update changes a message in one way.
func (c *Client) update(ctx context.Context, sid provider.SID, params *api.UpdateMessageParams) (provider.Message, error) {
	if !messageForm.MatchString(string(sid)) {
		return provider.Message{}, clinic.E(clinic.CodeNotFound)
	}
	svc, x := c.service(ctx, false)
	answer, err := svc.UpdateMessage(string(sid), params)
	if err != nil {
		return provider.Message{}, x.failure(err)
	}
	m, err := readMessage(answer, c.account)
	switch {
	case err != nil:
	case m.SID != sid:
		err = errWrongMessage
	case params.Status != nil && m.Status != provider.Canceled, params.Body != nil && m.Body != "":
		err = errUnchanged
	}
	if err != nil {
		return provider.Message{}, x.undecodable(err)
	}
	return m, nil
}

var errUnchanged = errors.New("the answer does not show the change")
