//go:build !windows

package command

import "os"

// accountDir is the account's folder for what programs keep.
func accountDir() (string, error) { return os.UserConfigDir() }
