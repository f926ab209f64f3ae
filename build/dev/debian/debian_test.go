package debian_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"quietline/build/dev/debian"
)

var needs = []debian.Need{{Package: "xvfb", For: "a screen"}, {Package: "libgtk-3-dev", For: "the window"}}

// machine is a Debian that obeys apt-get.
type machine struct {
	noDpkg, root, lists, terminal, yes bool

	// stale are the packages that apt-get finds only after an update.
	stale     []string
	installed []string
	ran       []string
}

func (m *machine) Has(program string) bool    { return program != "dpkg-query" || !m.noDpkg }
func (m *machine) Root() bool                 { return m.root }
func (m *machine) Ask(string) (yes, ask bool) { return m.yes, m.terminal }
func (m *machine) PackageLists() bool         { return m.lists }

func (m *machine) Output(_ context.Context, _ string, args ...string) (string, error) {
	var out strings.Builder
	var err error
	for _, p := range args[3:] {
		switch {
		case slices.Contains(m.installed, p):
			out.WriteString(p + " installed\n")
		case p == "libgtk-3-dev":
			out.WriteString(p + " config-files\n")
		default:
			err = errors.New("no packages found")
		}
	}
	return out.String(), err
}

func (m *machine) Run(_ context.Context, program string, args ...string) error {
	line := strings.Join(append([]string{program}, args...), " ")
	m.ran = append(m.ran, line)
	if strings.HasSuffix(line, "apt-get update") {
		m.stale = nil
		return nil
	}
	for _, p := range args[slices.Index(args, "--no-install-recommends")+1:] {
		if slices.Contains(m.stale, p) {
			return errors.New("unable to locate package")
		}
		m.installed = append(m.installed, p)
	}
	return nil
}

const (
	update  = "env DEBIAN_FRONTEND=noninteractive apt-get update"
	install = "env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends xvfb libgtk-3-dev"
)

func TestEnsure(t *testing.T) {
	for name, c := range map[string]struct {
		machine machine
		ran     []string
		err     string
	}{
		"all there":                       {machine{installed: []string{"xvfb", "libgtk-3-dev"}}, nil, ""},
		"root without a terminal":         {machine{root: true, lists: true}, []string{install}, ""},
		"without lists, update first":     {machine{root: true}, []string{update, install}, ""},
		"with old lists, update and once": {machine{root: true, lists: true, stale: []string{"xvfb"}}, []string{install, update, install}, ""},
		"at a terminal, yes":              {machine{terminal: true, yes: true, lists: true}, []string{"sudo " + install}, ""},
		"at a terminal, no":               {machine{terminal: true, root: true}, nil, "with: apt-get install"},
		"neither root nor terminal":       {machine{}, nil, "with: sudo apt-get install --yes --no-install-recommends xvfb libgtk-3-dev"},
		"no Debian":                       {machine{noDpkg: true}, nil, "not a Debian"},
	} {
		t.Run(name, func(t *testing.T) {
			err := debian.Ensure(t.Context(), io.Discard, &c.machine, needs)
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("err: %v; want %q", err, c.err)
			}
			if !slices.Equal(c.machine.ran, c.ran) {
				t.Errorf("ran %q; want %q", c.machine.ran, c.ran)
			}
		})
	}
}

func TestMissingNamesOnlyWhatIsNotInstalled(t *testing.T) {
	got, err := debian.Missing(t.Context(), &machine{installed: []string{"xvfb"}}, needs)
	if err != nil || len(got) != 1 || got[0].Package != "libgtk-3-dev" {
		t.Errorf("%v, %v", got, err)
	}
}
