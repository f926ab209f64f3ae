//go:build windows || darwin

package successor

import (
	"fmt"
	"os"
	"time"
)

// Replace starts the successor beside this process, and hands it a secret of at
// most MaxSecret bytes, which is wiped; none where it is empty. The caller ends the
// process at once, whether or not that failed, for it cannot forget; until then the
// successor waits.
func Replace(h Handover, secret []byte) error {
	crossing := false
	defer func() {
		if !crossing {
			clear(secret)
		}
	}()
	path, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the program: %w", err)
	}
	h.Before, h.Secret = append([]int{os.Getpid()}, helpers()...), len(secret)
	env, err := environment(h)
	if err != nil {
		return err
	}
	in, out, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("make a pipe: %w", err)
	}
	p, err := os.StartProcess(path, os.Args, &os.ProcAttr{Env: env, Files: []*os.File{in, os.Stdout, os.Stderr}})
	if err != nil {
		return fmt.Errorf("start the successor: %w", err)
	}
	// The successor has its own end; ours would keep it from seeing that we are gone.
	_ = in.Close()
	mayComeToFront(p.Pid)
	crossing = true
	written := make(chan struct{})
	go func() {
		defer close(written)
		// What does not cross whole is not received; the successor notices the end, and
		// goes on without it.
		_, _ = out.Write(secret)
		clear(secret)
		_ = out.Close()
	}()
	select {
	case <-written:
	case <-time.After(patience):
	}
	return p.Release()
}
