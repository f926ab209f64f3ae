// Package app is the desktop shell: what the program is started with, the
// window, and the one object that the window may call.
//
// It is the only package that knows Wails. Built with the tag "preview" it has
// no window and serves the same doors to a browser on loopback, for the sample
// clinic or one that tries the program out, never for the usual folder. Whatever goes wrong in a call stays in the call: the process
// lives, and nothing of the call is logged.
package app

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"

	"quietline/app/command"
	"quietline/app/desk"
	"quietline/app/door"
	"quietline/app/page"
	"quietline/backend/clinic"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// Version is the program's version.
const Version = "0.1.0"

// startOptions are what the program is started with.
type startOptions struct {
	// sample opens the sample clinic, and makes it where the folder has none.
	sample bool
	dir    string
	// named: the folder was named, and is not the usual one.
	named bool
	// control is where the practice line can be moved from outside; for tests.
	control string
	// provider is where real accounts are looked for instead of at the provider; for
	// tests.
	provider string
}

// parse reads the arguments; define adds what only one kind of screen has.
func parse(args []string, out io.Writer, define func(*flag.FlagSet, *startOptions)) (startOptions, error) {
	var o startOptions
	flags := flag.NewFlagSet("quietline", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.BoolVar(&o.sample, "sample", false, "open the sample clinic")
	flags.StringVar(&o.dir, "dir", "", "the clinic's data `folder`")
	define(flags, &o)
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, errors.New("no such command")
	}
	if o.dir != "" {
		o.named = true
		return o, nil
	}
	var err error
	o.dir, err = command.UsualDir(o.sample)
	return o, err
}

// backupCommand looks into a backup, or restores one, without a window.
func backupCommand(args []string) int {
	if practising(startOptions{}) {
		return command.FromShell(args, vault.Sample)
	}
	return command.FromShell(args, vault.Standard)
}

// program is everything behind the screen, whichever screen it is.
type program struct {
	desk    *desk.Desk
	doors   *door.Registry
	changes *door.Changes
	token   string
	log     *slog.Logger
}

// assemble puts the program together; screen adds what the screen at hand can do.
// It opens nothing: the first door that needs the clinic's folder takes hold of
// it.
func assemble(o startOptions, log *slog.Logger, screen func(*desk.Config)) *program {
	cfg := desk.Config{Dir: o.dir, Clock: clinic.SystemClock(), Log: log, Version: Version, Control: o.control, Provider: o.provider}
	screen(&cfg)
	if practising(o) {
		cfg.Secrets, cfg.Work = secretBeside(o.dir), vault.Sample
	} else {
		cfg.Secrets, cfg.Work = vault.OSKeyring(command.KeyringService, cfg.Clock), vault.Standard
	}
	if o.sample {
		cfg.Hint = samplePassphrase
	}
	// Only a suggestion: whoever saves something chooses where.
	cfg.Exports, _ = os.UserHomeDir()
	changes := door.NewChanges()
	d := desk.New(cfg, changes)
	token := page.NewToken()
	doors := door.NewRegistry(token, d.Session(), d, log)
	d.Register(doors)
	return &program{desk: d, doors: doors, changes: changes, token: token, log: log}
}

// secretBeside keeps the device's secret of the sample clinic beside its folder.
func secretBeside(dir string) vault.DeviceSecrets { return filesecret.At(dir + ".secret") }

// Run runs the program with the built front end and returns its exit code.
func Run(dist fs.FS) int {
	if args := os.Args[1:]; len(args) > 0 && args[0] == "backup" {
		return backupCommand(args[1:])
	}
	assets, err := fs.Sub(dist, "frontend/dist")
	if err == nil {
		desk.LeaveRoom()
		err = run(assets, os.Args[1:])
	}
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "quietline:", err)
		return 1
	}
	return 0
}
