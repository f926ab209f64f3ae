package vault

import (
	"errors"
	"os/exec"
)

// Exit codes of security(1) are the low bytes of Security framework results:
// errSecInteractionNotAllowed (-25308), errSecAuthFailed (-25293), and
// errSecUserCanceled (-128).
const (
	exitInteractionNotAllowed = 36
	exitAuthFailed            = 51
	exitUserCanceled          = 128
)

func saysLocked(err error) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	switch exit.ExitCode() {
	case exitInteractionNotAllowed, exitAuthFailed, exitUserCanceled:
		return true
	}
	return false
}
