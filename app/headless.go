//go:build preview

package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/app/web"
	"quietline/backend/clinic"
	"quietline/backend/sample"
)

// practising: the preview holds sample data or a clinic that tries things out,
// on machines that may have no keyring.
func practising(startOptions) bool { return true }

func run(assets fs.FS, args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "sample":
			return makeSample(args[1:])
		case "account":
			return serveAccount(args[1:])
		case "bindings":
			doors := door.NewRegistry("", nil, nil, nil)
			desk.New(desk.Config{}, nil).Register(doors)
			fmt.Print(doors.TypeScript())
			return nil
		}
	}
	var addr, start string
	o, err := parse(args, os.Stderr, func(flags *flag.FlagSet, o *startOptions) {
		flags.StringVar(&addr, "addr", "127.0.0.1:0", "`HOST:PORT` to serve at, on loopback")
		flags.StringVar(&start, "clock", "", "begin at `TIME`, in RFC 3339, instead of now")
		flags.StringVar(&o.control, "control", "", "`HOST:PORT` at which the practice line can be moved, on loopback")
		flags.StringVar(&o.provider, "provider", "", "`URL` at which real accounts are looked for, on loopback")
	})
	if err != nil {
		return err
	}
	if !o.sample && !o.named {
		return errors.New("the preview opens the sample clinic (-sample) or a folder of its own (-dir), never the clinic's")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	clock, err := clockAt(start)
	if err != nil {
		return err
	}
	if err := ensureSample(ctx, o, clock); err != nil {
		return err
	}
	// Who looks at the page sits wherever the browser is: its own word is all that
	// tells whether somebody is there.
	p := assemble(o, clinic.NewLog(os.Stderr), func(cfg *desk.Config) { cfg.Clock = clock })
	var guarding sync.WaitGroup
	guarded, unguard := context.WithCancel(ctx)
	guarding.Go(func() { p.desk.Guard(guarded) })
	defer func() {
		unguard()
		guarding.Wait()
	}()
	server := &web.Server{Doors: p.doors, Changes: p.changes, Assets: assets, Tickets: p.desk.Tickets(), Token: p.token, Clock: clock}
	err = server.Serve(ctx, addr, func(url string) { fmt.Println("preview:", url) })
	return errors.Join(err, p.desk.Close())
}

// clockAt returns a clock that begins at a time in RFC 3339, or now where none is named.
func clockAt(start string) (*web.Clock, error) {
	clock := web.NewClock(clinic.SystemClock())
	if start == "" {
		return clock, nil
	}
	var at clinic.Instant
	if err := at.UnmarshalText([]byte(start)); err != nil {
		return nil, fmt.Errorf("clock: %w", err)
	}
	clock.Start(at)
	return clock, nil
}

// makeSample makes a sample clinic on disk and says who can sign in.
func makeSample(args []string) error {
	flags := flag.NewFlagSet("sample", flag.ContinueOnError)
	dir := flags.String("dir", "", "the `folder` to make the clinic in")
	messages := flags.Int("messages", sample.DefaultMessages, "how many texts the clinic holds")
	seed := flags.Uint64("seed", 1, "the same seed makes the same clinic")
	start := flags.String("clock", "", "make it as of `TIME`, in RFC 3339, instead of now")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *dir == "" || flags.NArg() > 0 {
		return errors.New("sample needs -dir, the folder to make the clinic in")
	}
	clock, err := clockAt(*start)
	if err != nil {
		return err
	}
	begun := clock.Elapsed()
	made, err := sample.Create(context.Background(), sample.Config{
		Dir: *dir, Secrets: secretBeside(*dir), Clock: clock, Seed: *seed, Messages: *messages,
	})
	if err != nil {
		return err
	}
	took := clock.Elapsed() - begun
	fmt.Printf("%d patients, %d texts, in %s\n", made.Patients, made.Messages, took.Round(10*time.Millisecond))
	for _, m := range made.Members {
		fmt.Printf("%-24s %s\n", m.Name, m.Role)
	}
	fmt.Println("passphrase of all:", sample.Passphrase)
	return nil
}
