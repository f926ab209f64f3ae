package command

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// KeyringService names the program in the keyring of the operating system.
const KeyringService = "Quietline"

// UsualDir is where a clinic lies unless a folder is named. It does not travel with a
// roaming profile: the copy on another computer would be a second clinic.
func UsualDir(sample bool) (string, error) {
	base, err := accountDir()
	if err != nil {
		return "", fmt.Errorf("find the data folder: %w", err)
	}
	if sample {
		return filepath.Join(base, "Quietline", "sample"), nil
	}
	return filepath.Join(base, "Quietline", "clinic"), nil
}

// FromShell is Backup for what somebody typed, on this process's own streams; an
// interrupt ends it in good order. args may begin with the word "backup", as after the
// name of the desktop program. work is the clinic's.
func FromShell(args []string, work vault.WorkFactor) int {
	if len(args) > 0 && args[0] == "backup" {
		args = args[1:]
	}
	dir, err := UsualDir(false)
	if err != nil {
		fmt.Fprintln(os.Stderr, "quietline:", err)
		return Failed
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	clock := clinic.SystemClock()
	return Backup(ctx, Config{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Clock: clock, Dir: dir, Work: work,
		Keyring: vault.OSKeyring(KeyringService, clock),
	}, args)
}
