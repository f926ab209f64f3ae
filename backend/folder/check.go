package folder

import (
	"context"

	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// Check makes a full check of the open clinic, or goes on with one that was cut
// short at a place; see [checks.Run].
func (c *Clinic) Check(ctx context.Context, v *vault.Vault, clock clinic.Clock, from checks.Place, report checks.Reporter) (checks.Finished, error) {
	anchors, _, err := Noted(ctx, v, c.Keys)
	if err != nil {
		return checks.Finished{}, err
	}
	return checks.Run(ctx, checks.Subject{
		Journal: c.Journal, Log: c.log, Anchors: anchors, Clock: clock,
	}, from, report)
}
