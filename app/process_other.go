//go:build !linux && !windows && !darwin && !preview

package app

// prepareProcess has nothing to do: nobody has looked at this system.
func prepareProcess() {}

// webViewFolder is the web view's to choose.
func webViewFolder() string { return "" }
