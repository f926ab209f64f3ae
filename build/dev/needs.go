package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"quietline/build/dev/debian"
)

// What the window's build, the checks and the pictures need of Debian.
var (
	forWindow = []debian.Need{
		{Package: "gcc", For: "compiles what the window links against"},
		{Package: "libc6-dev", For: "compiles what the window links against"},
		{Package: "pkg-config", For: "finds the window's libraries"},
		{Package: "libgtk-3-dev", For: "the window"},
		{Package: "libwebkit2gtk-4.1-dev", For: "the web view in the window"},
	}
	forRace = forWindow[:2:2]
	forKeys = []debian.Need{
		{Package: "dbus-daemon", For: "a private message bus for tests of the keyring"},
		{Package: "gnome-keyring", For: "a private keyring for tests"},
	}
	forScreen = slices.Concat(forKeys, []debian.Need{
		{Package: "xvfb", For: "a private screen for the window's test"},
		{Package: "openbox", For: "a window manager on that screen"},
		{Package: "xdotool", For: "types and clicks on that screen"},
		{Package: "xclip", For: "is another program at that screen's clipboard"},
		{Package: "at-spi2-core", For: "reads that screen as a screen reader does"},
	}, forPictures)
	forBrowser  = slices.Concat([]debian.Need{{Package: "chromium", For: "browser tests"}}, forPictures)
	forPaper    = []debian.Need{{Package: "poppler-utils", For: "reads PDFs back in tests"}}
	forPictures = []debian.Need{
		{Package: "fonts-dejavu-core", For: "letters on screenshots"},
		{Package: "fonts-noto-core", For: "names in many scripts on screenshots"},
		{Package: "fonts-wqy-zenhei", For: "Chinese names on screenshots"},
	}
)

// need installs Debian's packages where they are missing. On a Linux of another
// kind it says what is needed and goes on: the build will tell. Elsewhere none
// of them is needed.
func (t *tree) need(ctx context.Context, out io.Writer, groups ...[]debian.Need) error {
	if runtime.GOOS != "linux" {
		return nil
	}
	needs := slices.Concat(groups...)
	err := debian.Ensure(ctx, out, t.host, needs)
	if errors.Is(err, debian.ErrUnknown) {
		fmt.Fprintln(out, "This is not Debian; should something fail, look for what these hold:")
		for _, n := range needs {
			fmt.Fprintf(out, "  %-24s %s\n", n.Package, n.For)
		}
		return nil
	}
	return err
}
