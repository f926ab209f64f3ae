//go:build !preview

package app

import (
	"log/slog"

	"quietline/backend/clinic"
)

// silent stands in for the bridge's logger. The bridge quotes whole calls,
// passphrases and texts included, in its errors and in its trace, so that its
// words are dropped and only that it said something is kept.
type silent struct{ log *slog.Logger }

func (silent) Print(string) {}
func (silent) Trace(string) {}
func (silent) Debug(string) {}
func (silent) Info(string)  {}

func (s silent) Warning(string) { s.log.Warn("the window's bridge warned") }
func (s silent) Error(string)   { s.log.Error("the window's bridge failed a call") }
func (s silent) Fatal(string) {
	s.log.Error("the window's bridge gave up", "code", clinic.CodeInternal)
}
