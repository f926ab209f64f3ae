// Dev is the one runner of this repository: it sets a machine up, runs the
// program and runs every check.
//
//	go run ./build/dev run      opens the sample clinic
//	go run ./build/dev test     runs every check
//	go run ./build/dev          lists the other verbs
//
// It needs Go, Node and git and sees to the rest itself: Debian's packages, the
// front end's modules, the built front end. What is already in place and
// unchanged is not made again. It stands on the standard library alone and runs
// on Windows, macOS and Debian; the real window in a private screen is for
// Debian only. Everything it makes lies in build/bin, build/out, frontend/dist
// and frontend/node_modules, which git ignores. It never touches the data of a
// clinic: what it opens is the sample, in build/out unless told otherwise.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// verb is one thing that the runner can be asked for.
type verb struct {
	name, use, about string
	run              func(ctx context.Context, t *tree, args []string) error
}

func verbs() []verb {
	return []verb{
		{"run", "[-dir D] [-new]", "open the sample clinic in its window, or in a browser where there is no display", run},
		{"test", "[-list] [-only A,B] [-all] [-v] [stage …]", "run every check, or the stages named", test},
		{"doctor", "", "say what this machine has and what it lacks", doctor},
		{"build", "", "build the program with its window, and the console program for Windows", buildVerb},
		{"preview", "[-addr HOST:PORT] [-dir D]", "serve the sample clinic to a browser on this machine", preview},
		{"sample", "-dir D [-messages N] [-seed S]", "make a sample clinic on disk", sample},
		{"window", "[-out FILE] [-size WxH] [-dir D]", "open the real window on a private screen and photograph it", window},
		{"bench", "[-json] [-messages N,N] [-only sealed|clinic]", "measure speed and size, against limits and peers", bench},
		{"bindings", "", "write the front end's typed door to Go anew", bindings},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, cancel := whileParented(ctx)
	err := dispatch(ctx, os.Args[1:])
	cancel()
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "dev:", err)
		os.Exit(1)
	}
}

func dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 {
		usage(os.Stderr)
		return flag.ErrHelp
	}
	for _, v := range verbs() {
		if v.name == args[0] {
			t, err := findTree()
			if err != nil {
				return err
			}
			return v.run(ctx, t, args[1:])
		}
	}
	usage(os.Stderr)
	return fmt.Errorf("there is no verb %q", args[0])
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "Usage: go run ./build/dev VERB")
	for _, v := range verbs() {
		fmt.Fprintf(w, "\n  %s %s\n      %s\n", v.name, v.use, v.about)
	}
}

// flags returns a flag set that prints the verb's own usage.
func flags(name string) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.Usage = func() {
		for _, v := range verbs() {
			if v.name == name {
				fmt.Fprintf(fs.Output(), "Usage: go run ./build/dev %s %s\n%s\n", v.name, v.use, v.about)
			}
		}
		fs.PrintDefaults()
	}
	return fs
}

// none refuses arguments that a verb does not take.
func none(fs *flag.FlagSet) error {
	if fs.NArg() > 0 {
		return fmt.Errorf("%s does not take %q", fs.Name(), fs.Arg(0))
	}
	return nil
}
