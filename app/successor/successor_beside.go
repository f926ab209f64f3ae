//go:build windows || darwin

package successor

import (
	"fmt"
	"os"
)

// Replace starts the successor beside this process. The caller ends the process
// at once, whether or not that failed, for it cannot forget; until then the
// successor waits.
func Replace(h Handover) error {
	path, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the program: %w", err)
	}
	h.Before = append([]int{os.Getpid()}, helpers()...)
	env, err := environment(h)
	if err != nil {
		return err
	}
	p, err := os.StartProcess(path, os.Args, &os.ProcAttr{Env: env, Files: []*os.File{os.Stdin, os.Stdout, os.Stderr}})
	if err != nil {
		return fmt.Errorf("start the successor: %w", err)
	}
	mayComeToFront(p.Pid)
	return p.Release()
}
