package twilio

import (
	"context"
	"math"
	"slices"
	"strconv"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

var _ provider.Billing = (*Client)(nil)

// Usage implements provider.Billing. Twilio knows hundreds of categories; they
// come on one page or two, and those that have nothing to do with texts are left
// out here. The generated API keeps an amount in 32 bits.
func (c *Client) Usage(ctx context.Context, from, to clinic.Date) ([]provider.Usage, error) {
	if from.IsZero() || to.IsZero() || to.Before(from) {
		return nil, clinic.E(clinic.CodeBadInput).With("field", "from")
	}
	params := &api.ListUsageRecordParams{}
	params.SetStartDate(from.String()).SetEndDate(to.String()).SetIncludeSubaccounts(false).SetPageSize(provider.MaxPageSize)
	var all []provider.Usage
	next := place{}
	for range maxListPages {
		svc, x := c.service(ctx, false)
		page, err := svc.PageUsageRecord(params, next.token, next.page)
		if err != nil {
			return nil, x.failure(err)
		}
		if page.UsageRecords == nil {
			return nil, x.undecodable(errNoList)
		}
		for i := range page.UsageRecords {
			u, wanted, err := c.readUsage(&page.UsageRecords[i])
			if err != nil {
				return nil, x.undecodable(err)
			}
			if wanted {
				all = append(all, u)
			}
		}
		if next, err = after(page.NextPageUri); err != nil || next.token == "" {
			return all, err
		}
	}
	return nil, clinic.E(provider.CodeUnavailable).Because(errNoEnd).Retryable()
}

func (c *Client) readUsage(row *api.ApiV2010UsageRecord) (u provider.Usage, wanted bool, err error) {
	if provider.Account(text(row.AccountSid)) != c.account {
		return u, false, errWrongAccount
	}
	u.Kind = provider.UsageKind(text(row.Category))
	if !slices.Contains(provider.UsageKinds(), u.Kind) {
		return u, false, nil
	}
	if n := text(row.Count); n != "" {
		// Some categories count in fractions.
		f, parse := strconv.ParseFloat(n, 64)
		if parse != nil || f < 0 || f > math.MaxInt32 {
			return u, false, errBadField
		}
		u.Count = int(f)
	}
	if row.Price != nil {
		cost, ok := provider.ParseMoney(strconv.FormatFloat(float64(*row.Price), 'f', -1, 32), text(row.PriceUnit))
		if !ok {
			return u, false, errBadField
		}
		u.Cost = cost
	}
	return u, u.Count > 0 || u.Cost.Millionths != 0, nil
}
