package presence

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ebitengine/purego"
)

// New returns the watcher of this system. It loads Apple's frameworks when it is
// first asked.
func New(cfg Config) Watcher { return &mac{Config: cfg} }

// mac asks Apple's frameworks without cgo. Signs are found by asking each
// second: the announcements that the system makes need an event loop of the
// watcher's own thread, and a poll cannot be missed.
type mac struct {
	Config

	load  sync.Once
	fault error

	sinceInput  func(source int32, kind uint32) float64
	session     func() uintptr
	lookUp      func(dictionary, key uintptr) uintptr
	truth       func(boolean uintptr) bool
	text        func(allocator uintptr, s string, encoding uint32) uintptr
	release     func(object uintptr)
	lockedKey   uintptr
	onScreenKey uintptr
}

const (
	lookEvery = time.Second

	// From CGEventSource.h and CGEventTypes.h: every source of this login, any event.
	combinedSession = 0
	anyInput        = ^uint32(0)
	utf8            = 0x08000100 // kCFStringEncodingUTF8
)

func (m *mac) ready() error {
	m.load.Do(func() {
		// purego panics where a function is missing.
		defer func() {
			if p := recover(); p != nil {
				m.fault = errors.New("presence: a function of the system is missing")
			}
		}()
		const flags = purego.RTLD_NOW | purego.RTLD_GLOBAL
		graphics, err := purego.Dlopen("/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics", flags)
		if err != nil {
			m.fault = fmt.Errorf("load CoreGraphics: %w", err)
			return
		}
		foundation, err := purego.Dlopen("/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation", flags)
		if err != nil {
			m.fault = fmt.Errorf("load CoreFoundation: %w", err)
			return
		}
		purego.RegisterLibFunc(&m.sinceInput, graphics, "CGEventSourceSecondsSinceLastEventType")
		purego.RegisterLibFunc(&m.session, graphics, "CGSessionCopyCurrentDictionary")
		purego.RegisterLibFunc(&m.lookUp, foundation, "CFDictionaryGetValue")
		purego.RegisterLibFunc(&m.truth, foundation, "CFBooleanGetValue")
		purego.RegisterLibFunc(&m.text, foundation, "CFStringCreateWithCString")
		purego.RegisterLibFunc(&m.release, foundation, "CFRelease")
		m.lockedKey = m.text(0, "CGSSessionScreenIsLocked", utf8)
		m.onScreenKey = m.text(0, "kCGSSessionOnConsoleKey", utf8)
	})
	return m.fault
}

func (m *mac) Idle(context.Context) (time.Duration, error) {
	if err := m.ready(); err != nil {
		return 0, errors.Join(ErrUnknown, err)
	}
	seconds := m.sinceInput(combinedSession, anyInput)
	if !(seconds >= 0 && seconds < 1e7) { // also not a number
		return 0, ErrUnknown
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

// look reports whether the screen is locked and whether it shows this session. A
// program without a window server has no dictionary and is shown nowhere.
func (m *mac) look() (locked, shown bool) {
	d := m.session()
	if d == 0 {
		return false, false
	}
	defer m.release(d)
	is := func(key uintptr) bool {
		v := m.lookUp(d, key)
		return v != 0 && m.truth(v)
	}
	return is(m.lockedKey), is(m.onScreenKey)
}

func (m *mac) Watch(ctx context.Context, seen func(Sign)) error {
	if err := m.ready(); err != nil {
		m.Log.Warn("the system does not tell whether the screen is locked")
		<-ctx.Done()
		return ctx.Err()
	}
	locked, shown := m.look()
	for m.Clock.Wait(ctx, lookEvery) == nil {
		nowLocked, nowShown := m.look()
		if nowLocked != locked {
			seen(either(nowLocked, ScreenLocked, ScreenUnlocked))
		}
		if nowShown != shown {
			seen(either(nowShown, SwitchedBack, SwitchedAway))
		}
		locked, shown = nowLocked, nowShown
	}
	return ctx.Err()
}

func either(yes bool, a, b Sign) Sign {
	if yes {
		return a
	}
	return b
}
