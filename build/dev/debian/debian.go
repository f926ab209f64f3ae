// Package debian finds out which Debian packages are missing and installs them.
//
// It is for Debian and what descends from it, wherever dpkg-query and apt-get
// are found; elsewhere nothing is known and nothing is installed. It installs
// without a question only as root without a terminal, which is a build machine;
// at a terminal it asks first; otherwise it names the exact command and stops.
package debian

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Need is one package and what it is for.
type Need struct{ Package, For string }

// Machine is what this package asks of the machine it runs on.
type Machine interface {
	// Has reports whether a program can be run by that name.
	Has(program string) bool
	// Output runs a program and returns what it prints, also where it fails.
	Output(ctx context.Context, program string, args ...string) (string, error)
	// Run runs a program and shows what it prints.
	Run(ctx context.Context, program string, args ...string) error
	// Root reports whether this is the superuser.
	Root() bool
	// Ask puts a yes-or-no question to the person at the terminal; asked is false
	// where there is no terminal.
	Ask(question string) (yes, asked bool)
	// PackageLists reports whether apt has been told what there is to install.
	PackageLists() bool
}

// ErrUnknown is returned where packages cannot be looked up: this is no Debian.
var ErrUnknown = errors.New("this is not a Debian system; its packages cannot be looked up")

// Missing returns the needs whose package is not installed.
func Missing(ctx context.Context, m Machine, needs []Need) ([]Need, error) {
	if !m.Has("dpkg-query") {
		return nil, ErrUnknown
	}
	args := []string{"-W", "-f", "${Package} ${db:Status-Status}\n"}
	for _, n := range needs {
		args = append(args, n.Package)
	}
	// dpkg-query fails where it knows nothing of a package, and still prints the
	// others: what is not printed as installed is missing.
	out, _ := m.Output(ctx, "dpkg-query", args...)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	installed := strings.Split(out, "\n")
	var missing []Need
	for _, n := range needs {
		if !slices.Contains(installed, n.Package+" installed") {
			missing = append(missing, n)
		}
	}
	return missing, nil
}

// Command is what a person types to install the packages.
func Command(root bool, needs []Need) string {
	if root {
		return strings.Join(install(needs), " ")
	}
	return "sudo " + strings.Join(install(needs), " ")
}

func install(needs []Need) []string {
	args := []string{"apt-get", "install", "--yes", "--no-install-recommends"}
	for _, n := range needs {
		args = append(args, n.Package)
	}
	return args
}

// Ensure sees to it that the packages are installed, and names to w what is
// missing and what is done about it.
func Ensure(ctx context.Context, w io.Writer, m Machine, needs []Need) error {
	missing, err := Missing(ctx, m, needs)
	if err != nil || len(missing) == 0 {
		return err
	}
	fmt.Fprintln(w, "These packages are missing:")
	for _, n := range missing {
		fmt.Fprintf(w, "  %-24s %s\n", n.Package, n.For)
	}
	command := Command(m.Root(), missing)
	fmt.Fprintf(w, "They are installed by:\n  %s\n", command)
	yes, asked := m.Ask("Install them now?")
	switch {
	case asked && !yes, !asked && !m.Root():
		return fmt.Errorf("packages are missing; install them with: %s", command)
	case !m.Has("apt-get"):
		return errors.New("packages are missing, and there is no apt-get to install them")
	}
	if err := get(ctx, m, missing); err != nil {
		return fmt.Errorf("installing packages: %w", err)
	}
	if still, err := Missing(ctx, m, missing); err != nil || len(still) > 0 {
		return errors.Join(fmt.Errorf("%d packages are still missing", len(still)), err)
	}
	return nil
}

// get asks for the lists first where there are none, and once more where the
// packages could not be had: lists grow old.
func get(ctx context.Context, m Machine, needs []Need) error {
	update := func() error { return as(ctx, m, "apt-get", "update") }
	fresh := false
	if !m.PackageLists() {
		if err := update(); err != nil {
			return err
		}
		fresh = true
	}
	args := install(needs)
	err := as(ctx, m, args[0], args[1:]...)
	if err == nil || fresh || ctx.Err() != nil {
		return err
	}
	if err := update(); err != nil {
		return err
	}
	return as(ctx, m, args[0], args[1:]...)
}

func as(ctx context.Context, m Machine, program string, args ...string) error {
	// env carries the word past sudo, which drops the environment.
	args = append([]string{"DEBIAN_FRONTEND=noninteractive", program}, args...)
	if m.Root() {
		return m.Run(ctx, "env", args...)
	}
	return m.Run(ctx, "sudo", append([]string{"env"}, args...)...)
}
