//go:build !preview

package app

import (
	"os"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/windows"
)

// noHeap keeps the heap out of the report that the system makes of a crash; from
// werapi.h.
const noHeap = 0x1

// prepareProcess keeps what the program holds out of reports of its crashes. The web
// view leaves the Go runtime's signal handlers alone here.
func prepareProcess() {
	kernel32 := windows.NewLazySystemDLL("kernel32.dll")
	get, set := kernel32.NewProc("WerGetFlags"), kernel32.NewProc("WerSetFlags")
	if get.Find() != nil || set.Find() != nil {
		return
	}
	// The runtime has set others. Where these cannot be read none of them is on.
	var flags uint32
	_, _, _ = get.Call(uintptr(windows.CurrentProcess()), uintptr(unsafe.Pointer(&flags)))
	_, _, _ = set.Call(uintptr(flags | noHeap))
}

// webViewFolder is where the web view keeps what is its own, reports of its crashes
// among it: on this computer, and not in the folder that travels with the account. Empty
// leaves it to the web view.
func webViewFolder() string {
	here, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(here, "Quietline", "webview")
}
