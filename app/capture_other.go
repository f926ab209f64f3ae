//go:build !windows && !preview

package app

// keepFromCapture does nothing here: X11 and Wayland have no such word, and since
// macOS 15 the one of macOS (NSWindow.sharingType) is not heeded by what captures.
func keepFromCapture() error { return nil }
