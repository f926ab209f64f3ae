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
// There is no way to ask the web view what it shows: a story knows pixels, and
// what is said in words is for the browser's stories and for the eyes of whoever
// looks at the pictures.
package windowstory
