package command

import "os"

// accountDir is the account's folder for data that stays on this computer. The other one
// (Roaming) is copied to wherever the account signs in.
func accountDir() (string, error) { return os.UserCacheDir() }
