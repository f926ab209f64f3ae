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
	var addr string
	o, err := parse(args, os.Stderr, func(flags *flag.FlagSet, o *startOptions) {
		flags.StringVar(&addr, "addr", "127.0.0.1:0", "`HOST:PORT` to serve at, on loopback")
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
	if err := ensureSample(ctx, o); err != nil {
		return err
	}
	// Who looks at the page sits wherever the browser is: its own word is all that
	// tells whether somebody is there.
	p := assemble(o, clinic.NewLog(os.Stderr), func(*desk.Config) {})
	var guarding sync.WaitGroup
	guarded, unguard := context.WithCancel(ctx)
	guarding.Go(func() { p.desk.Guard(guarded) })
	defer func() {
		unguard()
		guarding.Wait()
	}()
	server := &web.Server{Doors: p.doors, Changes: p.changes, Assets: assets, Tickets: p.desk.Tickets(), Token: p.token}
	err = server.Serve(ctx, addr, func(url string) { fmt.Println("preview:", url) })
	return errors.Join(err, p.desk.Close())
}

// makeSample makes a sample clinic on disk and says who can sign in.
func makeSample(args []string) error {
	flags := flag.NewFlagSet("sample", flag.ContinueOnError)
	dir := flags.String("dir", "", "the `folder` to make the clinic in")
	messages := flags.Int("messages", sample.DefaultMessages, "how many texts the clinic holds")
	seed := flags.Uint64("seed", 1, "the same seed makes the same clinic")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *dir == "" || flags.NArg() > 0 {
		return errors.New("sample needs -dir, the folder to make the clinic in")
	}
	clock := clinic.SystemClock()
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
