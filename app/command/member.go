package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// longestPassphrase is more than anybody types for a passphrase and a code.
const longestPassphrase = 4 << 10

// byMember opens the backup with the keys of the clinic itself, which a member's
// passphrase opens on the clinic's own computer. The clinic must be closed: one program
// at a time counts who tried which passphrase. Nothing else of it is touched.
func byMember(ctx context.Context, cfg Config, o options, fn func(*open) error) (err error) {
	// Holding a folder would make it.
	found, err := vault.Exists(o.dir)
	if err != nil {
		return err
	}
	if !found {
		return clinic.E(vault.CodeMissing)
	}
	held, err := folder.Take(o.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, held.Release()) }()
	secrets := cfg.Keyring
	if cfg.Work == vault.Sample {
		secrets = filesecret.At(o.dir + ".secret")
	}
	v, err := vault.Load(ctx, vault.Config{Dir: o.dir, Secrets: secrets, Clock: cfg.Clock, Work: cfg.Work})
	if err != nil {
		return err
	}
	defer v.Close()
	switch is := v.Status(); {
	case !is.Retired.IsZero():
		return clinic.E(folder.CodeMoved)
	case !is.DeviceBound:
		return clinic.E(is.Problem)
	}
	keys, err := unlock(ctx, cfg, v, o.member)
	if err != nil {
		return err
	}
	defer keys.Zero()
	from, err := backup.Open(ctx, backup.Config{Dir: o.from}, backup.ByKeys(keys))
	if err != nil {
		return err
	}
	defer from.Close()
	return fn(&open{Repository: from})
}

// unlock reads a member's passphrase and, where she has a second factor, a code. Nobody
// of that name and a wrong passphrase are told alike.
func unlock(ctx context.Context, cfg Config, v *vault.Vault, name string) (*vault.Keys, error) {
	var id clinic.StaffID
	for _, m := range v.Members() {
		if strings.EqualFold(m.Name, strings.TrimSpace(name)) {
			id = m.ID
		}
	}
	lines := bufio.NewScanner(io.LimitReader(cfg.In, longestPassphrase))
	fmt.Fprintln(cfg.Err, "The passphrase:")
	lines.Scan()
	passphrase := []byte(strings.TrimSuffix(lines.Text(), "\r"))
	defer clear(passphrase)
	keys, err := v.Unlock(ctx, id, passphrase)
	if !errors.Is(err, clinic.E(vault.CodeNeedsCode)) {
		return keys, err
	}
	fmt.Fprintln(cfg.Err, "The code:")
	if !lines.Scan() {
		return nil, err
	}
	return v.UnlockWithCode(ctx, id, passphrase, strings.TrimSpace(lines.Text()))
}
