package twilio

import (
	"context"
	"errors"
	"net/url"
	"strings"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

var _ provider.Keyholder = (*Client)(nil)

// regions are the other regions in which an account can have keys, and their hosts:
// https://www.twilio.com/docs/global-infrastructure/understanding-twilio-regions.
var regions = []struct{ name, host string }{
	{"IE1", "api.dublin.ie1.twilio.com"},
	{"AU1", "api.sydney.au1.twilio.com"},
}

// Examine implements provider.Keyholder. A key of another region, one that does not
// exist and one without a permission all get the same answer; so it is tried for the
// two things that every key needs, and where it fails both, in the other regions.
// Those are asked for numbers alone, never for a text.
func (c *Client) Examine(ctx context.Context) (provider.KeyStanding, error) {
	var k provider.KeyStanding
	for _, try := range []struct {
		lacks provider.Permission
		ask   func() error
	}{
		{provider.MayReadTexts, func() error {
			_, err := c.List(ctx, provider.Query{PageSize: 1}, "")
			return err
		}},
		{provider.MayReadNumbers, func() error { return c.opens(ctx, "") }},
	} {
		switch err := try.ask(); {
		case err == nil:
			k.Known = true
		case unknown(err):
			k.Lacks = append(k.Lacks, try.lacks)
		default:
			return provider.KeyStanding{}, err
		}
	}
	if k.Known {
		return k, nil
	}
	k.Lacks = nil
	if !strings.EqualFold(c.base.Host, apiHost) && !loopback(c.base.Hostname()) {
		return k, nil // a provider of the same shape without regions
	}
	for _, r := range regions {
		switch err := c.opens(ctx, r.host); {
		case err == nil:
			k.Region = r.name
			return k, nil
		case unknown(err):
		case clinic.CodeOf(err) == clinic.CodeCancelled:
			return provider.KeyStanding{}, err
		}
		// A region that cannot be reached says nothing.
	}
	return k, nil
}

// unknown reports whether an error says that the key opens nothing of the kind. An
// account that is not the key's own is not found.
func unknown(err error) bool {
	return errors.Is(err, clinic.E(provider.CodeUnauthorised)) || errors.Is(err, clinic.E(clinic.CodeNotFound))
}

// opens reports, by its error, whether the key may see numbers in a region.
func (c *Client) opens(ctx context.Context, region string) error {
	params := &api.ListIncomingPhoneNumberParams{}
	params.SetPageSize(1)
	svc, x := c.service(ctx, false)
	x.region = region
	answer, err := svc.PageIncomingPhoneNumber(params, "", "")
	if err != nil {
		return x.failure(err)
	}
	if answer.IncomingPhoneNumbers == nil {
		return x.undecodable(errNoList)
	}
	return nil
}

// nobody is a recipient that is none anywhere.
const nobody = "0"

var errTaken = errors.New("a text without words for nobody was taken")

// TrySending implements provider.Keyholder. A key is looked at before what it asks for:
// one that may send is told that there is no such recipient.
func (c *Client) TrySending(ctx context.Context) error {
	params := &api.CreateMessageParams{}
	params.SetTo(nobody)
	svc, x := c.service(ctx, false)
	_, err := svc.CreateMessage(params)
	if err == nil {
		return x.undecodable(errTaken)
	}
	err = x.failure(err)
	if errors.Is(err, clinic.E(provider.CodeBadRecipient)) || errors.Is(err, clinic.E(provider.CodeRefused)) {
		return nil
	}
	return err
}

// numbersAtOnce is the size of a page of numbers. A clinic has a few.
const numbersAtOnce = 100

// Numbers implements provider.Keyholder.
func (c *Client) Numbers(ctx context.Context) ([]provider.Facts, error) {
	var all []provider.Facts
	next := place{}
	for range maxListPages {
		params := &api.ListIncomingPhoneNumberParams{}
		params.SetPageSize(numbersAtOnce)
		svc, x := c.service(ctx, false)
		answer, err := svc.PageIncomingPhoneNumber(params, next.token, next.page)
		if err != nil {
			return nil, x.failure(err)
		}
		if answer.IncomingPhoneNumbers == nil {
			return nil, x.undecodable(errNoList)
		}
		for _, n := range answer.IncomingPhoneNumbers {
			if f := c.factsOf(n, x); f.Number.Valid() {
				all = append(all, f)
			}
		}
		uri := text(answer.NextPageUri)
		if uri == "" {
			return all, nil
		}
		if next, err = after(&uri); err != nil {
			return nil, err
		}
	}
	return nil, clinic.E(provider.CodeUnavailable).Because(errNoEnd).Retryable()
}

// replacedOf is what a number does with incoming texts, to be put back.
func replacedOf(n api.ApiV2010IncomingPhoneNumber) provider.Replaced {
	r := provider.Replaced{URL: text(n.SmsUrl), Method: text(n.SmsMethod), Application: text(n.SmsApplicationSid)}
	if u, err := url.Parse(r.URL); err != nil || u.User != nil {
		// One with a password in it is not kept here; whoever set it knows it.
		r.URL = ""
	}
	return r
}
