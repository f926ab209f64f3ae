//go:build !preview && windowstory

package app

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/session"
	"quietline/backend/vault"
)

// rehearsal calls doors as a page could and writes into the window's title what
// became of it. It is built for the stories in the real window alone.
const rehearsal = `(async () => {
	const token = document.querySelector('meta[name="quietline-token"]').content;
	const code = async (token, name) => JSON.parse(await window.go.app.Door.Call(token, name, '{}')).error?.code ?? 'ok';
	const said = [await code(token, 'test.crash'), await code('another', 'app.state'), await code(token, 'app.state')];
	window.runtime.WindowSetTitle('Rehearsed: ' + said.join(' '));
})()`

// define adds where real accounts are looked for, so that a story can set one up that
// is nobody's.
func define(flags *flag.FlagSet, o *startOptions) {
	flags.StringVar(&o.provider, "provider", "", "`URL` at which real accounts are looked for, on loopback")
}

// rehearsed adds a door that dereferences nil, and calls it once the page is
// there. A window in which somebody sets an account up is left to her.
//
// With the name of a file in the environment it writes the sample clinic's keys
// there instead, so that the story can look for them in the memory of a program
// that it does not know from inside.
func (w *window) rehearsed(all *options.App, o startOptions) *options.App {
	if path := os.Getenv("QUIETLINE_REHEARSED_KEYS"); path != "" {
		if err := writeKeys(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if o.provider != "" {
		return all
	}
	door.Add(w.doors, door.Spec{Name: "test.crash", Permission: session.Anyone},
		func(_ context.Context, c *door.Caller, _ door.None) (door.None, error) {
			var nobody *session.Member
			c.Member = *nobody
			return door.None{}, nil
		})
	all.OnDomReady = func(ctx context.Context) { runtime.WindowExecJS(ctx, rehearsal) }
	return all
}

// writeKeys writes the keys of a sample clinic, 32 bytes each.
func writeKeys(path string) error {
	ctx := context.Background()
	o, err := parse(os.Args[1:], os.Stderr, define)
	if err != nil {
		return err
	}
	v, err := vault.Load(ctx, vault.Config{
		Dir: o.dir, Secrets: secretBeside(o.dir), Clock: clinic.SystemClock(), Work: vault.Sample,
	})
	if err != nil {
		return err
	}
	defer v.Close()
	keys, err := v.Unlock(ctx, v.Members()[0].ID, []byte(samplePassphrase))
	if err != nil {
		return err
	}
	defer keys.Zero()
	naming, err := keys.Naming()
	if err != nil {
		return err
	}
	all := naming
	for _, p := range []vault.Purpose{vault.PurposeJournalFile, vault.PurposeViewsWrap, vault.PurposeDevice} {
		key, err := keys.Lifetime(p)
		if err != nil {
			return err
		}
		all = append(all, key...)
	}
	epoch, err := keys.Epoch(1)
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(all, epoch...), 0o600)
}
