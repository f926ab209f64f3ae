package app

import (
	"context"
	"fmt"
	"os"

	"quietline/backend/clinic"
	"quietline/backend/sample"
	"quietline/backend/vault"
)

const samplePassphrase = sample.Passphrase

// ensureSample makes the sample clinic where it is asked for and missing.
func ensureSample(ctx context.Context, o startOptions, clock clinic.Clock) error {
	if !o.sample {
		return nil
	}
	found, err := vault.Exists(o.dir)
	if err != nil || found {
		return err
	}
	fmt.Fprintln(os.Stderr, "Making the sample clinic …")
	_, err = sample.Create(ctx, sample.Config{
		Dir: o.dir, Secrets: secretBeside(o.dir), Clock: clock, Seed: 1, Messages: sample.DefaultMessages,
	})
	return err
}
