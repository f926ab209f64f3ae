package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"time"
)

// tree is the checkout that the runner works in.
type tree struct {
	root string
	host host
}

var moduleLine = regexp.MustCompile(`(?m)^module quietline\s*$`)

// findTree finds the checkout that holds the working folder.
func findTree() (*tree, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("finding the working folder: %w", err)
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && moduleLine.Match(text) {
			return &tree{root: dir}, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return nil, errors.New("run this inside the checkout of Quietline")
		}
		dir = up
	}
}

// path returns the place of a slash-separated path in the checkout.
func (t *tree) path(rel string) string { return filepath.Join(t.root, filepath.FromSlash(rel)) }

// program is one run of an outside program.
type program struct {
	name string
	args []string
	// dir is relative to the checkout; env is added to the environment.
	dir string
	env []string
	// in, out and err may be nil.
	in       io.Reader
	out, err io.Writer
}

func (t *tree) command(ctx context.Context, p program) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.name, p.args...)
	cmd.Dir = t.path(p.dir)
	cmd.Env = append(os.Environ(), p.env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.in, p.out, p.err
	// Ask first, so that the program can put its data away; Windows knows no
	// asking.
	cmd.Cancel = func() error {
		if runtime.GOOS == "windows" {
			return cmd.Process.Kill()
		}
		return cmd.Process.Signal(os.Interrupt)
	}
	cmd.WaitDelay = 10 * time.Second
	tie(cmd)
	return cmd
}

// exec runs a program; what it prints goes to out.
func (t *tree) exec(ctx context.Context, out io.Writer, dir string, env []string, name string, args ...string) error {
	// Colours are for terminals; what is printed here is kept and shown elsewhere.
	env = append([]string{"NO_COLOR=1"}, env...)
	err := t.command(ctx, program{name: name, args: args, dir: dir, env: env, out: out, err: out}).Run()
	if err != nil {
		return fmt.Errorf("%s: %w", called(name, args), err)
	}
	return nil
}

// output runs a program and returns what it prints to its standard output; an
// error carries what it said on the other.
func (t *tree) output(ctx context.Context, dir string, env []string, name string, args ...string) ([]byte, error) {
	var out, said bytes.Buffer
	err := t.command(ctx, program{name: name, args: args, dir: dir, env: env, out: &out, err: &said}).Run()
	if err != nil {
		return out.Bytes(), fmt.Errorf("%s: %w\n%s", called(name, args), err, bytes.TrimSpace(said.Bytes()))
	}
	return out.Bytes(), nil
}

// called names a program the way a person would: by its name and what it was
// asked for.
func called(name string, args []string) string {
	name = filepath.Base(name)
	if len(args) > 0 {
		name += " " + args[0]
	}
	return name
}

// foreground runs a program in the place of the runner, with its terminal. That
// the person stops it is no failure.
func (t *tree) foreground(ctx context.Context, env []string, name string, args ...string) error {
	err := t.command(ctx, program{
		name: name, args: args, env: env,
		in: os.Stdin, out: os.Stdout, err: os.Stderr,
	}).Run()
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("%s: %w", called(name, args), err)
	}
	return nil
}
