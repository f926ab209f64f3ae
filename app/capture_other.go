//go:build !windows && !preview

package app

// keepFromCapture does nothing here: X11 and Wayland have no such word, and that
// of macOS (NSWindow.sharingType) is not reached without cgo code of our own.
func keepFromCapture() error { return nil }
