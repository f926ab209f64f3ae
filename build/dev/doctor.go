package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"quietline/build/dev/debian"
)

// The oldest Node that the front end's build runs on.
const nodeMajor, nodeMinor = 20, 19

func doctor(ctx context.Context, t *tree, args []string) error {
	fs := flags("doctor")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if err := none(fs); err != nil {
		return err
	}
	ok := true
	say := func(good bool, what, remark string) {
		mark := "ok     "
		if !good {
			mark, ok = "lacking", false
		}
		fmt.Printf("%s  %-10s %s\n", mark, what, remark)
	}
	say(true, "go", runtime.Version())
	for _, p := range []struct{ name, why string }{
		{"git", "install git"}, {"node", "install Node 20.19 or newer"}, {"npm", "install npm, which comes with Node"},
	} {
		if !t.host.Has(p.name) {
			say(false, p.name, p.why)
			continue
		}
		out, err := t.output(ctx, "", nil, p.name, "--version")
		version := string(bytes.TrimSpace(out))
		switch {
		case err != nil:
			say(false, p.name, "does not run")
		case p.name == "node" && !recent(version):
			say(false, p.name, version+" is too old; "+p.why)
		default:
			say(true, p.name, version)
		}
	}
	switch runtime.GOOS {
	case "linux":
		for _, g := range []struct {
			name  string
			needs []debian.Need
		}{{"window", forWindow}, {"browser", forBrowser}, {"screen", forScreen}, {"paper", forPaper}} {
			missing, err := debian.Missing(ctx, t.host, g.needs)
			switch {
			case errors.Is(err, debian.ErrUnknown):
				fmt.Printf("unknown  %-10s this is not Debian; what its packages are called there: %s\n", g.name, names(g.needs))
			case err != nil:
				return err
			case len(missing) > 0:
				say(false, g.name, names(missing)+"\n"+strings.Repeat(" ", 20)+debian.Command(t.host.Root(), missing))
			default:
				say(true, g.name, names(g.needs))
			}
		}
		if !display() {
			fmt.Println("note     display    there is none: run serves a browser instead of opening a window")
		}
	case "darwin":
		good := t.host.Has("clang")
		say(good, "window", map[bool]string{true: "clang", false: "run: xcode-select --install"}[good])
	case "windows":
		fmt.Println("note     window     needs the WebView2 runtime, which Windows 11 has")
	}
	if os.Getenv("CI") != "" {
		fmt.Println("note     CI         is set: nothing is asked")
	}
	if !ok {
		return errors.New("something is lacking; run and test install Debian's packages and the front end's modules themselves")
	}
	return nil
}

func names(needs []debian.Need) string {
	var all []string
	for _, n := range needs {
		all = append(all, n.Package)
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}

// recent reports whether a version such as v20.19.2 is new enough.
func recent(version string) bool {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(parts) < 2 {
		return false
	}
	major, err1 := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	return err1 == nil && err2 == nil && (major > nodeMajor || major == nodeMajor && minor >= nodeMinor)
}
