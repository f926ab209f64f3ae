package presence_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"quietline/backend/clinic"
	"quietline/backend/session/presence"
)

var sendMessage = windows.NewLazySystemDLL("user32.dll").NewProc("SendMessageW")

// listening returns the window with which the watcher of this process listens, once it
// is there, or 0 once it is not.
func listening(t *testing.T, there bool) windows.HWND {
	t.Helper()
	var found windows.HWND
	each := syscall.NewCallback(func(window windows.HWND, _ uintptr) uintptr {
		var pid uint32
		var class [64]uint16
		_, _ = windows.GetWindowThreadProcessId(window, &pid) // of a window that has gone it is 0
		if pid == uint32(os.Getpid()) {
			n, _ := windows.GetClassName(window, &class[0], int32(len(class)))
			if strings.HasPrefix(windows.UTF16ToString(class[:n]), "QuietlinePresence") {
				found = window
			}
		}
		return 1
	})
	clock := clinic.SystemClock()
	for until := clock.Elapsed() + 20*time.Second; clock.Elapsed() < until; {
		found = 0
		if err := windows.EnumWindows(each, unsafe.Pointer(nil)); err != nil {
			t.Fatal(err)
		}
		if (found != 0) == there {
			return found
		}
		if err := clock.Wait(t.Context(), 10*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatalf("the watcher's window is not as it should be: there is %v", !there)
	return 0
}

// TestWhatWindowsAnnounces sends the watcher what the system sends, and holds what it
// makes of it. It has acted before the message is answered: sleep waits for that.
func TestWhatWindowsAnnounces(t *testing.T) {
	w := presence.New(presence.Config{Clock: clinic.SystemClock(), Log: slog.New(slog.DiscardHandler)})
	ctx, cancel := context.WithCancel(t.Context())
	var seen []presence.Sign
	ended := make(chan error, 1)
	go func() { ended <- w.Watch(ctx, func(s presence.Sign) { seen = append(seen, s) }) }()
	window := listening(t, true)

	const power, session = 0x0218, 0x02B1 // WM_POWERBROADCAST, WM_WTSSESSION_CHANGE
	for _, m := range []struct {
		kind, what uintptr
		want       presence.Sign
	}{
		{session, 7, presence.ScreenLocked}, {session, 8, presence.ScreenUnlocked},
		{session, 2, presence.SwitchedAway}, {session, 1, presence.SwitchedBack}, // the console
		{session, 3, presence.SwitchedAway}, {session, 4, presence.SwitchedAway}, // a remote screen
		{session, 6, presence.SwitchedAway}, // the end of the session
		{session, 5, ""},
		{power, 4, presence.Sleeping}, {power, 7, presence.Woken}, {power, 18, presence.Woken},
		{power, 10, ""},
		{0x0024, 7, ""}, // of something else
	} {
		before := len(seen)
		_, _, _ = sendMessage.Call(uintptr(window), m.kind, m.what, 0)
		var told presence.Sign
		if len(seen) > before {
			told = seen[len(seen)-1]
		}
		if told != m.want || len(seen) > before+1 {
			t.Errorf("message %#x %d: told %q, want %q", m.kind, m.what, told, m.want)
		}
	}

	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("watching ended with %v", err)
	}
	listening(t, false)
}

func TestHowLongNobodyTypedOnWindows(t *testing.T) {
	w := presence.New(presence.Config{Clock: clinic.SystemClock(), Log: slog.New(slog.DiscardHandler)})
	if idle, err := w.Idle(t.Context()); err != nil || idle < 0 || idle > 49*24*time.Hour {
		t.Errorf("%v, %v", idle, err)
	}
}
