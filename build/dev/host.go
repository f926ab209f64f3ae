package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// host is this machine, as package debian and doctor ask for it.
type host struct{}

// Has implements debian.Machine.
func (host) Has(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

// Output implements debian.Machine.
func (host) Output(ctx context.Context, program string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, program, args...).Output()
	return string(out), err
}

// Run implements debian.Machine. The program gets the terminal, for sudo's
// question.
func (host) Run(ctx context.Context, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cmd.Run()
}

// Root implements debian.Machine.
func (host) Root() bool { return os.Geteuid() == 0 }

// Ask implements debian.Machine. On a build machine, which sets CI, nobody is
// asked even if there is a terminal.
func (host) Ask(question string) (yes, asked bool) {
	if os.Getenv("CI") != "" || !terminal(os.Stdin) {
		return false, false
	}
	fmt.Printf("%s [Y/n] ", question)
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	answer := strings.ToLower(strings.TrimSpace(line))
	return err == nil && (answer == "" || answer == "y" || answer == "yes"), true
}

// PackageLists implements debian.Machine.
func (host) PackageLists() bool {
	lists, err := filepath.Glob("/var/lib/apt/lists/*_Packages*")
	return err == nil && len(lists) > 0
}
