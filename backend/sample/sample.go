// Package sample makes the sample clinic: invented staff, invented patients and
// eighteen months of their texts, in a folder like that of a real clinic.
//
// Everything in it went through the journal by the functions that a day at the
// desk uses, and every text of the clinic was decided on by package policy; so
// what holds for the sample clinic holds for a real one. The same seed, number of
// messages and time give the same clinic; what a vault draws at random (keys, and
// the ids that derive from them) differs. More messages lengthen and add threads,
// and leave the conversations that a smaller clinic has as they are.
//
// Nobody in it exists. Phone numbers are from the ranges that are reserved for
// fiction (555-0100 to 555-0199). Its passphrase is public and its vault is made
// with a work factor to match: it protects nothing, and no program opens it as a
// real clinic.
package sample

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/settings"
	"quietline/backend/staff"
	"quietline/backend/vault"
)

// Passphrase opens the sample clinic for each of its members.
const Passphrase = "quiet line sample clinic"

// DefaultMessages is how many texts a sample clinic has unless told otherwise.
const DefaultMessages = 4000

// MaxMessages is how many texts a sample clinic can have.
const MaxMessages = 1_000_000

// Config is what a sample clinic is made of. Progress alone may be left out.
type Config struct {
	// Dir is the folder to be made. It may exist where no file in it holds anything.
	Dir     string
	Secrets vault.DeviceSecrets
	Clock   clinic.Clock
	Seed    uint64
	// Messages is about how many texts the clinic has, from 100 to MaxMessages;
	// zero stands for DefaultMessages.
	Messages int
	// Progress, where set, is told now and then how many texts are recorded.
	Progress func(done, total int)
}

// Made is a sample clinic that was made.
type Made struct {
	// Members can sign in with Passphrase, the privacy officer first.
	Members  []vault.Member
	Patients int
	Messages int
}

// Create makes the sample clinic in cfg.Dir. It refuses with vault.CodeExists
// where that folder holds anything. The clinic is made in a folder beside and
// renamed when it is whole, so a failure leaves neither files nor an entry among
// the secrets. It may be repeated.
func Create(ctx context.Context, cfg Config) (made Made, err error) {
	if cfg.Messages == 0 {
		cfg.Messages = DefaultMessages
	}
	if cfg.Dir == "" || cfg.Messages < 100 || cfg.Messages > MaxMessages {
		return Made{}, clinic.E(clinic.CodeBadInput)
	}
	if _, err := vacant(cfg.Dir); err != nil {
		return Made{}, err
	}
	p, err := newPlan(cfg.Seed, cfg.Messages-presentTexts, cfg.Clock.Now())
	if err != nil {
		return Made{}, err
	}
	parent := filepath.Dir(filepath.Clean(cfg.Dir))
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return Made{}, noAccess(err)
	}
	making, err := os.MkdirTemp(parent, "making-")
	if err != nil {
		return Made{}, noAccess(err)
	}
	secrets := &kept{DeviceSecrets: cfg.Secrets}
	defer func() {
		if err != nil {
			// The cause is told; what cannot be removed either is in the way of nothing.
			_ = os.RemoveAll(making)
			secrets.forget(context.WithoutCancel(ctx))
		}
	}()
	whole := cfg
	whole.Dir, whole.Secrets = making, secrets
	if made, err = fill(ctx, whole, p); err != nil {
		return Made{}, err
	}
	if err = settle(making, cfg.Dir); err != nil {
		return Made{}, err
	}
	return made, nil
}

// vacant returns the empty files in a folder, such as the program's hold on a
// folder that it once looked into, and refuses one with anything else in it.
func vacant(dir string) (empty []string, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, noAccess(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return nil, noAccess(err)
		}
		if !info.Mode().IsRegular() || info.Size() > 0 {
			return nil, clinic.E(vault.CodeExists)
		}
		empty = append(empty, filepath.Join(dir, e.Name()))
	}
	return empty, nil
}

// settle puts the finished folder in its place. On Windows a folder is not
// renamed over another, not even an empty one.
func settle(making, dir string) error {
	empty, err := vacant(dir)
	if err != nil {
		return err
	}
	for _, path := range append(empty, dir) {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return noAccess(err)
		}
	}
	if err := os.Rename(making, dir); err != nil {
		return noAccess(err)
	}
	return nil
}

// noAccess says that a folder cannot be made, and drops its path.
func noAccess(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		err = path.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return clinic.E(folder.CodeNoAccess).Because(err)
}

// kept remembers which secrets were kept, so that they can be forgotten.
type kept struct {
	vault.DeviceSecrets
	names []string
}

// Set implements vault.DeviceSecrets.
func (k *kept) Set(ctx context.Context, name string, secret []byte) error {
	k.names = append(k.names, name)
	return k.DeviceSecrets.Set(ctx, name, secret)
}

func (k *kept) forget(ctx context.Context) {
	for _, name := range k.names {
		_ = k.Delete(ctx, name) // nothing refers to it any more
	}
}

// fill makes the clinic in an empty folder and closes it.
func fill(ctx context.Context, cfg Config, p *plan) (made Made, err error) {
	v, keys, sheet, err := vault.Create(ctx, vault.Config{
		Dir: cfg.Dir, Secrets: cfg.Secrets, Clock: cfg.Clock, Work: vault.Sample,
	}, p.team[0].Member, []byte(Passphrase))
	if err != nil {
		return Made{}, fmt.Errorf("sample: make the vault: %w", err)
	}
	defer v.Close()
	defer keys.Zero()
	defer sheet.Wipe()
	if err := admit(ctx, v, keys, sheet, p.team); err != nil {
		return Made{}, err
	}
	c, err := folder.Create(ctx, folder.Config{Dir: cfg.Dir, Keys: keys, Clock: cfg.Clock, CacheBytes: cacheFor(cfg.Messages)})
	if err != nil {
		return Made{}, fmt.Errorf("sample: make the files: %w", err)
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	w := &writer{plan: p, ctx: ctx, journal: c.Journal, blobs: c.Blobs, progress: cfg.Progress, total: cfg.Messages}
	for _, record := range []func() error{w.found, w.past, w.present} {
		if err := record(); err != nil {
			return Made{}, err
		}
	}
	made = Made{Patients: len(p.people), Messages: w.written}
	for _, m := range p.team {
		made.Members = append(made.Members, m.Member)
	}
	return made, nil
}

// cacheFor is the page cache that keeps most of the indexes of a large clinic in
// memory while it is made. A smaller one needs no more than a workstation has.
func cacheFor(messages int) int64 {
	if messages < 50_000 {
		return 0
	}
	return min(int64(messages)*256, 192<<20)
}

// admit lets the other members in and confirms the recovery sheet, which nobody
// has printed: what it protects is invented.
func admit(ctx context.Context, v *vault.Vault, keys *vault.Keys, sheet vault.Recovery, all []member) error {
	for _, m := range all[1:] {
		if err := v.AddMember(ctx, keys, m.Member, []byte(Passphrase)); err != nil {
			return fmt.Errorf("sample: add a member: %w", err)
		}
	}
	words := sheet.Words()
	typed := map[int]string{}
	for _, position := range sheet.Ask() {
		typed[position] = words[position-1]
	}
	if err := v.ConfirmRecovery(ctx, keys, sheet, typed); err != nil {
		return fmt.Errorf("sample: confirm the recovery sheet: %w", err)
	}
	return nil
}

// found records the clinic, its members and its line, on its first morning.
func (w *writer) found() error {
	begun := clinic.At(w.cal.first.Add(7 * time.Hour))
	if err := w.add(len(w.team)+2, func(d *journal.Decision) error {
		at(d, begun, w.team[0].ID)
		if err := settings.Found(d, particulars()); err != nil {
			return err
		}
		for _, m := range w.team {
			if err := staff.Join(d, staff.Member{ID: m.ID, Name: m.Name, Role: m.Role}); err != nil {
				return err
			}
		}
		return settings.Connect(d, settings.Line{Kind: settings.LineSample, Phone: linePhone})
	}); err != nil {
		return err
	}
	return w.flush()
}
