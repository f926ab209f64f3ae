//go:build !linux

package main

import (
	"context"
	"errors"
)

func window(context.Context, *tree, []string) error {
	return errors.New("a private screen for the window is to be had on Linux only; use run")
}
