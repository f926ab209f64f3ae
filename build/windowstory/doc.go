// Package windowstory opens the program's real window on a private screen and
// tells what a person would see there.
//
// A [Session] has a virtual screen, a window manager, a message bus and a
// keyring of its own, and folders for home, settings and data that are thrown
// away: nothing of the person who runs it is read or changed, and nothing is
// left behind. It reads the screen's memory itself, so that a look costs a few
// milliseconds and the time to the first readable screen can be measured.
//
// It needs Linux, Xvfb, openbox, xdotool, dbus-daemon and gnome-keyring-daemon.
// A story knows pixels, and the pictures are for the eyes of whoever looks at them.
// A story that has to know words reads the screen as a screen reader does
// ([Session.Aloud]), for which at-spi2-core is needed; that costs time, and nothing
// that is measured is read like this. What is printed there goes to a file, as the
// window's own dialog offers, and is read back with pdftotext (poppler-utils).
package windowstory
