package vault

import (
	"errors"
	"io"
	"net"
	"os"
	"os/exec"

	"github.com/godbus/dbus/v5"
)

// saysLocked tells a locked collection from a keyring that is not there. The
// library reports the first by a text of its own, without a type; whatever has a
// type comes from the bus, the network or the system, and means the second.
func saysLocked(err error) bool {
	var fromBus dbus.Error
	if errors.As(err, &fromBus) {
		return fromBus.Name == "org.freedesktop.Secret.Error.IsLocked"
	}
	var command *exec.Error
	var exit *exec.ExitError
	var network *net.OpError
	var call *os.SyscallError
	var path *os.PathError
	return !errors.As(err, &command) && !errors.As(err, &exit) && !errors.As(err, &network) &&
		!errors.As(err, &call) && !errors.As(err, &path) &&
		!errors.Is(err, dbus.ErrClosed) && !errors.Is(err, io.EOF)
}
