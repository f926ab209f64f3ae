package successor

import (
	"os"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// browser is the web view's own program. Its first process is a child of this
// one and holds the folder that the successor's is to use.
const browser = "msedgewebview2.exe"

// helpers lists the web view's processes that this one has started.
func helpers() []int {
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return nil
	}
	defer func() { _ = windows.CloseHandle(snapshot) }()
	var all []int
	entry := windows.ProcessEntry32{Size: uint32(unsafe.Sizeof(windows.ProcessEntry32{}))}
	own := uint32(os.Getpid())
	for err = windows.Process32First(snapshot, &entry); err == nil; err = windows.Process32Next(snapshot, &entry) {
		name := windows.UTF16ToString(entry.ExeFile[:])
		if entry.ParentProcessID == own && strings.EqualFold(name, browser) {
			all = append(all, int(entry.ProcessID))
		}
	}
	return all
}

// settle waits for processes to end.
func settle(before []int) {
	until := time.Now().Add(patience)
	for _, pid := range before {
		process, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(pid))
		if err != nil {
			continue // it has ended
		}
		left := max(time.Until(until), 0)
		// Whether it ended or the time is up, the program goes on.
		_, _ = windows.WaitForSingleObject(process, uint32(left.Milliseconds()))
		_ = windows.CloseHandle(process)
	}
}

// mayComeToFront lets the successor's window take the place of this one: without
// the word of the program in front, another's window stays behind.
func mayComeToFront(pid int) {
	_, _, _ = windows.NewLazySystemDLL("user32.dll").NewProc("AllowSetForegroundWindow").Call(uintptr(pid))
}
