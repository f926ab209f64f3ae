package presence

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// New returns the watcher of this system.
func New(cfg Config) Watcher { return &desktop{Config: cfg} }

type desktop struct {
	Config

	mu       sync.Mutex
	callback uintptr
	seen     func(Sign)
}

var (
	user32   = windows.NewLazySystemDLL("user32.dll")
	kernel32 = windows.NewLazySystemDLL("kernel32.dll")
	wtsapi32 = windows.NewLazySystemDLL("wtsapi32.dll")

	getLastInputInfo      = user32.NewProc("GetLastInputInfo")
	registerClass         = user32.NewProc("RegisterClassExW")
	unregisterClass       = user32.NewProc("UnregisterClassW")
	createWindow          = user32.NewProc("CreateWindowExW")
	destroyWindow         = user32.NewProc("DestroyWindow")
	defWindowProc         = user32.NewProc("DefWindowProcW")
	getMessage            = user32.NewProc("GetMessageW")
	dispatchMessage       = user32.NewProc("DispatchMessageW")
	postMessage           = user32.NewProc("PostMessageW")
	postQuitMessage       = user32.NewProc("PostQuitMessage")
	getTickCount          = kernel32.NewProc("GetTickCount")
	registerSession       = wtsapi32.NewProc("WTSRegisterSessionNotification")
	unregisterSession     = wtsapi32.NewProc("WTSUnRegisterSessionNotification")
	registerSuspendResume = user32.NewProc("RegisterSuspendResumeNotification")
	unregisterSuspend     = user32.NewProc("UnregisterSuspendResumeNotification")
)

// From winuser.h and wtsapi32.h.
const (
	wmDestroy          = 0x0002
	wmClose            = 0x0010
	wmPowerBroadcast   = 0x0218
	wmSessionChange    = 0x02B1
	powerSuspend       = 0x4
	powerResume        = 0x7
	powerResumeAlone   = 0x12
	consoleConnect     = 0x1
	consoleDisconnect  = 0x2
	remoteConnect      = 0x3
	remoteDisconnect   = 0x4
	sessionLogoff      = 0x6
	sessionLock        = 0x7
	sessionUnlock      = 0x8
	notifyThisSession  = 0
	deviceNotifyWindow = 0
)

type lastInput struct {
	size uint32
	time uint32
}

// Idle compares two readings of a counter of milliseconds that begins anew after
// 49 days; their difference does not.
func (d *desktop) Idle(context.Context) (time.Duration, error) {
	info := lastInput{size: uint32(unsafe.Sizeof(lastInput{}))}
	if ok, _, err := getLastInputInfo.Call(uintptr(unsafe.Pointer(&info))); ok == 0 {
		return 0, errors.Join(ErrUnknown, err)
	}
	now, _, _ := getTickCount.Call()
	idle := uint32(now) - info.time
	if idle > 1<<31 { // the input came after the reading
		idle = 0
	}
	return time.Duration(idle) * time.Millisecond, nil
}

// Watch runs the loop of a window that is never shown. It is not a message-only
// window: those get no broadcasts. A window belongs to the thread that made it.
func (d *desktop) Watch(ctx context.Context, seen func(Sign)) error {
	for ctx.Err() == nil {
		if err := d.listen(ctx, seen); err != nil && ctx.Err() == nil {
			d.Log.Warn("the system does not tell whether the screen is locked")
		}
		if d.Clock.Wait(ctx, askAgain) != nil {
			break
		}
	}
	return ctx.Err()
}

type windowClass struct {
	size, style              uint32
	procedure                uintptr
	classExtra, windowExtra  int32
	instance                 windows.Handle
	icon, cursor, background windows.Handle
	menu, name               *uint16
	smallIcon                windows.Handle
}

type message struct {
	window   windows.HWND
	kind     uint32
	wParam   uintptr
	lParam   uintptr
	time     uint32
	x, y     int32
	lPrivate uint32
}

func (d *desktop) listen(ctx context.Context, seen func(Sign)) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	name, err := windows.UTF16PtrFromString(fmt.Sprintf("QuietlinePresence%p", d))
	if err != nil {
		return err
	}
	var module windows.Handle
	if err := windows.GetModuleHandleEx(0, nil, &module); err != nil {
		return fmt.Errorf("find the program's module: %w", err)
	}
	class := windowClass{
		size: uint32(unsafe.Sizeof(windowClass{})), instance: module, name: name, procedure: d.procedure(seen),
	}
	if atom, _, err := registerClass.Call(uintptr(unsafe.Pointer(&class))); atom == 0 {
		return fmt.Errorf("register a window class: %w", err)
	}
	defer unregisterClass.Call(uintptr(unsafe.Pointer(name)), uintptr(module))
	window, _, err := createWindow.Call(0, uintptr(unsafe.Pointer(name)), 0, 0, 0, 0, 0, 0, 0, 0, uintptr(module), 0)
	if window == 0 {
		return fmt.Errorf("make a window: %w", err)
	}
	if ok, _, err := registerSession.Call(window, notifyThisSession); ok == 0 {
		_, _, _ = destroyWindow.Call(window)
		return fmt.Errorf("register for the session: %w", err)
	}
	defer unregisterSession.Call(window)
	// A top-level window hears of sleep anyhow; machines with modern standby tell
	// only who asked.
	if power, _, _ := registerSuspendResume.Call(window, deviceNotifyWindow); power != 0 {
		defer unregisterSuspend.Call(power)
	}
	stop := context.AfterFunc(ctx, func() { _, _, _ = postMessage.Call(window, wmClose, 0, 0) })
	defer stop()
	for {
		var m message
		got, _, err := getMessage.Call(uintptr(unsafe.Pointer(&m)), 0, 0, 0)
		switch int32(got) {
		case 0:
			return nil
		case -1:
			return fmt.Errorf("wait for a message: %w", err)
		}
		_, _, _ = dispatchMessage.Call(uintptr(unsafe.Pointer(&m)))
	}
}

// procedure returns what the system calls with each message. The runtime never
// gives such a function back, so a watcher makes one for its life.
func (d *desktop) procedure(seen func(Sign)) uintptr {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen = seen
	if d.callback == 0 {
		d.callback = windows.NewCallback(d.received)
	}
	return d.callback
}

func (d *desktop) received(window windows.HWND, kind uint32, wParam, lParam uintptr) uintptr {
	switch kind {
	case wmClose:
		_, _, _ = destroyWindow.Call(uintptr(window))
		return 0
	case wmDestroy:
		_, _, _ = postQuitMessage.Call(0)
		return 0
	}
	if s := signOf(kind, wParam); s != "" {
		d.mu.Lock()
		seen := d.seen
		d.mu.Unlock()
		seen(s)
		return 1
	}
	r, _, _ := defWindowProc.Call(uintptr(window), uintptr(kind), wParam, lParam)
	return r
}

// signOf reads a message. A remote connection that comes or goes means that the
// session is shown somewhere else than where its person sat.
func signOf(kind uint32, wParam uintptr) Sign {
	switch kind {
	case wmPowerBroadcast:
		switch wParam {
		case powerSuspend:
			return Sleeping
		case powerResume, powerResumeAlone:
			return Woken
		}
	case wmSessionChange:
		switch wParam {
		case sessionLock:
			return ScreenLocked
		case sessionUnlock:
			return ScreenUnlocked
		case consoleDisconnect, remoteConnect, remoteDisconnect, sessionLogoff:
			return SwitchedAway
		case consoleConnect:
			return SwitchedBack
		}
	}
	return ""
}
