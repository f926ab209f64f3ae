package command_test

import (
	"os"
	"path/filepath"
	"testing"

	"quietline/app/command"
)

// TestTheUsualFolderStaysOnTheComputer: what lies in the other folder of the account is
// copied to each computer where somebody with a roaming profile signs in.
func TestTheUsualFolderStaysOnTheComputer(t *testing.T) {
	t.Setenv("LocalAppData", `C:\Users\ana\AppData\Local`)
	t.Setenv("AppData", `C:\Users\ana\AppData\Roaming`)
	dir, err := command.UsualDir(false)
	if want := filepath.Join(os.Getenv("LocalAppData"), "Quietline", "clinic"); err != nil || dir != want {
		t.Errorf("%q, %v", dir, err)
	}
}
