//go:build windowstory

package windowstory_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"

	"quietline/build/windowstory"
)

// reader reads the windows as a screen reader does for a person who does not see
// them, on the bus for accessibility (at-spi2-core). It does nothing to a window; keys
// and mouse are the person's.
type reader struct {
	bus *dbus.Conn
}

// listen lets what is opened from now on tell what it shows.
func listen(t *testing.T, s *windowstory.Session) reader {
	t.Helper()
	session, err := dbus.Connect(s.Aloud(), dbus.WithContext(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	access := session.Object("org.a11y.Bus", "/org/a11y/bus")
	for _, on := range []string{"org.a11y.Status.IsEnabled", "org.a11y.Status.ScreenReaderEnabled"} {
		if err := access.SetProperty(on, dbus.MakeVariant(true)); err != nil {
			t.Fatalf("a bus for screen readers: %v", err)
		}
	}
	var address string
	if err := access.CallWithContext(t.Context(), "org.a11y.Bus.GetAddress", 0).Store(&address); err != nil {
		t.Fatal(err)
	}
	bus, err := dbus.Connect(address, dbus.WithContext(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bus.Close() })
	return reader{bus}
}

// part is one thing on the screen.
type part struct {
	role       uint32
	name, text string
	focused    bool
	parts      []*part
	at         reference
}

// reference is how the bus names a part: the program's name on it, and a path.
type reference struct {
	Program string
	Path    dbus.ObjectPath
}

// pages returns where the pages begin. A page is a program of its own on the bus, and
// it is asked itself: Debian's library does not hang it into its window.
func (r reader) pages(ctx context.Context) (found []reference) {
	var names []string
	if err := r.bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.ListNames", 0).Store(&names); err != nil {
		return nil
	}
	const trees = "/org/a11y/webkit/accessible"
	for _, name := range names {
		if !strings.HasPrefix(name, "org.webkit.") {
			continue
		}
		var drawn string
		if err := r.bus.Object(name, trees).CallWithContext(ctx, "org.freedesktop.DBus.Introspectable.Introspect", 0).Store(&drawn); err != nil {
			continue
		}
		for _, tree := range treeName.FindAllStringSubmatch(drawn, -1) {
			found = append(found, reference{name, dbus.ObjectPath(trees + "/" + tree[1])})
		}
	}
	return found
}

var treeName = regexp.MustCompile(`<node name="([^"]+)"`)

// errGone is returned where something went while it was read.
var errGone = errors.New("the screen became another one meanwhile")

// most is how many parts of a part are read. A longer list is what a field offers, such
// as every time zone there is; under a dialog it hangs there without its field, and
// asking for all of it keeps the page from what is waited for.
const most = 100

// read returns what the windows show.
func (r reader) read(ctx context.Context) (*part, error) {
	root := &part{}
	level := []*part{root}
	var torn error
	found := [][]reference{r.pages(ctx)}
	for len(level) > 0 {
		var next []*part
		var asked []question
		for i, p := range level {
			for _, at := range found[i][:min(len(found[i]), most)] {
				if at.Path == "/org/a11y/atspi/null" {
					continue
				}
				q := &part{at: at}
				p.parts = append(p.parts, q)
				next = append(next, q)
				asked = append(asked, r.ask(ctx, q))
			}
		}
		level, found = next, nil
		for _, q := range asked {
			parts, err := q.answer()
			torn = errors.Join(torn, err)
			found = append(found, parts)
		}
		if err := context.Cause(ctx); err != nil {
			return root, err
		}
	}
	return root, torn
}

// question is what is asked of one part, all at once.
type question struct {
	of                            *part
	parts, role, name, text, held *dbus.Call
}

func (r reader) ask(ctx context.Context, p *part) question {
	const accessible = "org.a11y.atspi.Accessible"
	o := r.bus.Object(p.at.Program, p.at.Path)
	call := func(method string, args ...any) *dbus.Call {
		return o.GoWithContext(ctx, method, 0, make(chan *dbus.Call, 1), args...)
	}
	return question{
		of: p, parts: call(accessible + ".GetChildren"), role: call(accessible + ".GetRole"),
		name: call("org.freedesktop.DBus.Properties.Get", accessible, "Name"),
		text: call("org.a11y.atspi.Text.GetText", int32(0), int32(-1)),
		held: call(accessible + ".GetState"),
	}
}

// answer waits for what was asked, and returns what the part is made of.
func (q question) answer() ([]reference, error) {
	// Of two words of states, as the bus numbers them.
	const focused = 12
	var parts []reference
	var states []uint32
	err := errors.Join((<-q.parts.Done).Store(&parts), (<-q.role.Done).Store(&q.of.role))
	_ = (<-q.name.Done).Store(&q.of.name)
	_ = (<-q.text.Done).Store(&q.of.text) // an error where it has no text of its own
	_ = (<-q.held.Done).Store(&states)
	q.of.focused = len(states) > 0 && states[0]&(1<<focused) != 0
	switch {
	case err != nil:
		return nil, errGone
	case q.of.role == comboBox:
		return nil, nil // what it offers is not on the screen
	}
	return parts, nil
}

// Roles, as the bus numbers them.
const (
	checkBox    = 7
	comboBox    = 11
	secret      = 40 // a field that hides what it holds
	pushButton  = 43
	radioButton = 44
	lines       = 61 // a field of several
	field       = 79
	link        = 88
)

// all lists a part and what it is made of, in the order in which it is read.
func (p *part) all() []*part {
	list := []*part{p}
	for _, q := range p.parts {
		list = append(list, q.all()...)
	}
	return list
}

// says reports whether a sentence is read somewhere in it.
func (p *part) says(sentence string) bool {
	return slices.ContainsFunc(p.all(), func(q *part) bool {
		return strings.Contains(q.name, sentence) || strings.Contains(q.text, sentence)
	})
}

// focus returns what has the focus, or nil.
func (p *part) focus() *part {
	var last *part
	for _, q := range p.all() {
		if q.focused {
			last = q // a window has it as well as what is in it
		}
	}
	return last
}

// bears reports whether it has a name, with a hint or "(optional)" after it or without.
func (p *part) bears(name string) bool { return strings.HasPrefix(p.name+" ", name+" ") }

// called returns what a person can use that bears a name, or nil.
func (p *part) called(name string) *part {
	used := []uint32{checkBox, comboBox, secret, pushButton, radioButton, lines, field, link}
	for _, q := range p.all() {
		if q.bears(name) && slices.Contains(used, q.role) {
			return q
		}
	}
	return nil
}

// middle returns where on the screen something is, whether or not it is in sight.
func (r reader) middle(ctx context.Context, p *part) (x, y int, err error) {
	var at struct{ X, Y, Width, Height int32 }
	const onScreen = uint32(0)
	o := r.bus.Object(p.at.Program, p.at.Path)
	err = o.CallWithContext(ctx, "org.a11y.atspi.Component.GetExtents", 0, onScreen).Store(&at)
	return int(at.X + at.Width/2), int(at.Y + at.Height/2), err
}

// String lists what is read, for whoever looks at a story that failed.
func (p *part) String() string {
	var b strings.Builder
	for _, q := range p.all() {
		if q.name != "" || q.text != "" {
			fmt.Fprintf(&b, "%d %q %q %v\n", q.role, q.name, q.text, q.focused)
		}
	}
	return b.String()
}
