//go:build !preview

package app

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// From winuser.h. The first leaves the window out of a capture and exists since
// Windows 10 2004; the second blackens it there.
const (
	excludeFromCapture = 0x11
	onMonitorAlone     = 0x01
)

// keepFromCapture keeps the program's windows out of screenshots, recordings and
// shared screens. A camera is not kept from anything.
func keepFromCapture() error {
	affinity := windows.NewLazySystemDLL("user32.dll").NewProc("SetWindowDisplayAffinity")
	if err := affinity.Find(); err != nil {
		return fmt.Errorf("find the function: %w", err)
	}
	own := uint32(os.Getpid())
	var failed error
	each := syscall.NewCallback(func(window windows.HWND, _ unsafe.Pointer) uintptr {
		var pid uint32
		if _, err := windows.GetWindowThreadProcessId(window, &pid); err != nil || pid != own {
			return 1
		}
		if ok, _, _ := affinity.Call(uintptr(window), excludeFromCapture); ok == 0 {
			if ok, _, err := affinity.Call(uintptr(window), onMonitorAlone); ok == 0 {
				failed = fmt.Errorf("keep a window from capture: %w", err)
			}
		}
		return 1
	})
	if err := windows.EnumWindows(each, nil); err != nil {
		return fmt.Errorf("list the windows: %w", err)
	}
	return failed
}
