package folder

import (
	"context"
	"errors"
	"fmt"

	"quietline/backend/checks"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/vault"
)

// anchorKind is the kind of the vault's anchors of the log.
const anchorKind = "journal"

// Noted returns what was noted of the log in the vault's file and in this
// device's keyring, and whether the vault's file is older than the one that was
// noted there. It is asked before the log is opened.
func Noted(ctx context.Context, v *vault.Vault, keys *vault.Keys) (anchors []journal.Anchor, vaultOlder bool, err error) {
	kept, err := v.Anchors(keys)
	if err != nil {
		return nil, false, err
	}
	pin, found, err := v.Pinned(ctx, keys)
	if err != nil && !errors.Is(err, clinic.E(vault.CodeNotBound)) {
		return nil, false, err
	}
	if found {
		kept = append(kept, pin.Anchor)
	}
	for _, a := range kept {
		if a.Kind == anchorKind {
			anchors = append(anchors, journal.Anchor{
				Head: journal.Head{Pos: journal.Pos{Incarnation: a.Incarnation, Seq: a.Seq}, Chain: journal.Hash(a.Hash)},
				At:   a.At,
			})
		}
	}
	return anchors, found && pin.VaultOlder, nil
}

// Note notes in the vault's file how far the log has come, and with pin also in
// the device's keyring.
func (c *Clinic) Note(ctx context.Context, v *vault.Vault, pin bool) error {
	a, err := c.Journal.Anchor(ctx)
	if err != nil {
		return err
	}
	kept := vaultAnchor(a)
	if err := v.SaveAnchor(ctx, c.Keys, kept); err != nil {
		return err
	}
	if !pin {
		return nil
	}
	return v.PinAnchor(ctx, c.Keys, kept)
}

func vaultAnchor(a journal.Anchor) vault.Anchor {
	return vault.Anchor{
		Kind: anchorKind, Incarnation: a.Incarnation, Seq: a.Seq, Hash: vault.Hash(a.Chain), At: a.At,
	}
}

// Continue goes on from an older copy of the records, in a person's name, in
// place of the newer ones that are missing. It makes the views anew from what
// the log holds and begins a new incarnation of the log with the record of what
// is missing and who went on without it. With it every text that had not come to
// an end waits for a person, and nothing is sent until the provider was read
// again from before the gap and somebody has signed what was taken back in it
// ([exchange.Review]). Then it notes the new state, so that the copy that
// was missing is the older one from now on.
//
// It lies beyond every incarnation that was noted, so that of two copies which
// both went on, neither passes for the other. Where it is cut short, nothing is
// lost and the clinic is found as it was, or as one that went on and asks once
// more; it may be repeated. progress, which may be nil, is told how much of the views
// is made; the search follows behind ([journal.Journal.Follow]).
func (c *Clinic) Continue(ctx context.Context, v *vault.Vault, by clinic.StaffID, without checks.Resumed, progress journal.Progress) error {
	if err := c.keepTrace(ctx, v); err != nil {
		return err
	}
	err := c.begin(ctx, v, by, progress, func(d *journal.Decision) error {
		checks.RecordResumed(d, without)
		exchange.Reopen(d, without.From)
		exchange.AskReview(d, exchange.Gap{From: without.From, Until: without.Until})
		return nil
	})
	if err != nil {
		return fmt.Errorf("go on from an older copy: %w", err)
	}
	return nil
}

// begin begins an incarnation of the log that lies beyond every one that was noted,
// with what record records, and notes it. Where one step is not far enough, record
// is called for the next as well.
func (c *Clinic) begin(ctx context.Context, v *vault.Vault, by clinic.StaffID, progress journal.Progress, record func(*journal.Decision) error) error {
	anchors, _, err := Noted(ctx, v, c.Keys)
	if err != nil {
		return err
	}
	beyond := uint32(0)
	for _, a := range anchors {
		beyond = max(beyond, a.Incarnation)
	}
	if loss := c.Journal.Report().Loss; loss != nil {
		beyond = max(beyond, loss.Newest.Incarnation)
	}
	if c.Journal.Report().Blocked != "" {
		if err := c.Journal.Rebuild(ctx, progress); err != nil {
			return err
		}
	}
	for {
		pos, err := c.Journal.StartIncarnation(ctx, journal.Actor{Staff: by}, record)
		if err != nil {
			return err
		}
		if pos.Incarnation > beyond {
			break
		}
	}
	return c.Note(ctx, v, true)
}

// keepTrace notes in the vault's file what only the views know of the log. They
// are about to be made anew, and if the program ended then, nothing else would
// tell that something is missing.
func (c *Clinic) keepTrace(ctx context.Context, v *vault.Vault) error {
	loss := c.Journal.Report().Loss
	if loss == nil {
		return nil
	}
	err := v.SaveAnchor(ctx, c.Keys, vaultAnchor(journal.Anchor{Head: loss.Newest, At: loss.Until}))
	if errors.Is(err, clinic.E(vault.CodeAnchorBackwards)) {
		return nil // what is noted there tells already
	}
	return err
}
