package successor

import (
	"time"

	"golang.org/x/sys/unix"
)

// helpers: the web view's processes are the system's and end with their client.
func helpers() []int { return nil }

// settle waits for processes to end.
func settle(before []int) {
	queue, err := unix.Kqueue()
	if err != nil {
		return
	}
	defer func() { _ = unix.Close(queue) }()
	until := time.Now().Add(patience)
	for _, pid := range before {
		change := unix.Kevent_t{
			Ident: uint64(pid), Filter: unix.EVFILT_PROC, Flags: unix.EV_ADD | unix.EV_ONESHOT, Fflags: unix.NOTE_EXIT,
		}
		left := unix.NsecToTimespec(max(time.Until(until), 0).Nanoseconds())
		// A process that is gone already is an error, and as good.
		_, _ = unix.Kevent(queue, []unix.Kevent_t{change}, make([]unix.Kevent_t, 1), &left)
	}
}

// mayComeToFront has nothing to do: a program that was just started comes to the
// front.
func mayComeToFront(int) {}
