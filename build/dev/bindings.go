package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// bindingsFile is the front end's view of the doors, written by the program
// itself from its registry.
const bindingsFile = "frontend/src/door/bindings.ts"

// generated returns what the bindings must hold now. It needs no built front
// end, because the front end is built from it.
func (t *tree) generated(ctx context.Context) ([]byte, error) {
	if err := t.embeddable(); err != nil {
		return nil, err
	}
	text, err := t.output(ctx, "", nil, "go", "run", "-tags", previewTags, ".", "bindings")
	if err != nil {
		return nil, err
	}
	if len(text) == 0 {
		return nil, errors.New("the program wrote no bindings")
	}
	return text, nil
}

func bindings(ctx context.Context, t *tree, args []string) error {
	fs := flags("bindings")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if err := none(fs); err != nil {
		return err
	}
	text, err := t.generated(ctx)
	if err != nil {
		return err
	}
	place := t.path(bindingsFile)
	next := place + ".next"
	if err := os.WriteFile(next, text, 0o644); err != nil {
		return errors.Join(fmt.Errorf("writing the bindings: %w", err), os.Remove(next))
	}
	if err := os.Rename(next, place); err != nil {
		return errors.Join(fmt.Errorf("putting the bindings in place: %w", err), os.Remove(next))
	}
	return nil
}

// bindingsDrift fails where the committed bindings are not what the doors are.
func bindingsDrift(t *tree) func(context.Context, io.Writer) error {
	return func(ctx context.Context, out io.Writer) error {
		want, err := t.generated(ctx)
		if err != nil {
			return err
		}
		have, err := os.ReadFile(t.path(bindingsFile))
		if err != nil {
			return fmt.Errorf("reading the bindings: %w", err)
		}
		if lf := func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }; bytes.Equal(lf(have), lf(want)) {
			return nil
		}
		fmt.Fprintf(out, "%s is not what the doors are now; write it anew with: go run ./build/dev bindings\n", bindingsFile)
		return errors.New("the bindings have drifted")
	}
}
