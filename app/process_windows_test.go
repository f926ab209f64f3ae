//go:build !preview

package app

import (
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"
)

func TestAReportOfACrashHoldsNoHeap(t *testing.T) {
	prepareProcess()
	var flags uint32
	kernel32 := windows.NewLazySystemDLL("kernel32.dll")
	failed, _, _ := kernel32.NewProc("WerGetFlags").Call(uintptr(windows.CurrentProcess()), uintptr(unsafe.Pointer(&flags)))
	if failed != 0 || flags&noHeap == 0 {
		t.Errorf("the flags are %#x, %#x", flags, failed)
	}
}

func TestTheWebViewKeepsItsOwnOnThisComputer(t *testing.T) {
	t.Setenv("LocalAppData", `C:\Users\ana\AppData\Local`)
	if at := webViewFolder(); !strings.HasPrefix(at, `C:\Users\ana\AppData\Local\Quietline\`) {
		t.Errorf("it lies at %q", at)
	}
}
