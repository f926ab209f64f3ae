//go:build linux

package windowstory

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Session is one private desktop. Close ends it; its methods may be called from
// one goroutine at a time.
type Session struct {
	dir       string
	env       []string
	messages  string // the address of the bus
	frame     string
	processes []*process
	log       *os.File
}

// Size is the screen's, in pixels.
type Size struct{ Width, Height int }

// Start opens a private desktop. ctx bounds all that runs on it.
func Start(ctx context.Context, size Size) (_ *Session, err error) {
	dir, err := os.MkdirTemp("", "quietline-screen-")
	if err != nil {
		return nil, fmt.Errorf("making a throw-away home: %w", err)
	}
	s := &Session{dir: dir}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.log, err = os.Create(filepath.Join(dir, "log")); err != nil {
		return nil, fmt.Errorf("making a log: %w", err)
	}
	if err := s.home(); err != nil {
		return nil, err
	}
	if err := s.screen(ctx, size); err != nil {
		return nil, err
	}
	if err := s.bus(ctx); err != nil {
		return nil, err
	}
	if err := s.keyring(ctx); err != nil {
		return nil, err
	}
	if _, err := s.start(ctx, nil, "openbox", "--sm-disable"); err != nil {
		return nil, err
	}
	return s, nil
}

// home lays out folders that hold nothing of the person who runs this, and an
// environment that names them.
func (s *Session) home() error {
	own := map[string]string{
		"HOME": "home", "XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "cache",
		"XDG_STATE_HOME": "state", "XDG_RUNTIME_DIR": "runtime", "TMPDIR": "tmp",
	}
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		_, ours := own[name]
		switch {
		case ours, strings.HasPrefix(name, "XDG_"), strings.HasPrefix(name, "DBUS_"), strings.HasPrefix(name, "GNOME_"),
			name == "WAYLAND_DISPLAY", name == "DISPLAY", name == "XAUTHORITY", name == "SSH_AUTH_SOCK":
			continue
		}
		s.env = append(s.env, v)
	}
	for name, folder := range own {
		path := filepath.Join(s.dir, folder)
		if err := os.Mkdir(path, 0o700); err != nil {
			return fmt.Errorf("making a throw-away home: %w", err)
		}
		s.env = append(s.env, name+"="+path)
	}
	s.env = append(s.env, "GDK_BACKEND=x11", "LIBGL_ALWAYS_SOFTWARE=1", silence, "LANG=C.UTF-8", "LC_ALL=C.UTF-8")
	return nil
}

// screen starts Xvfb on the first free display; its frame buffer is a file that
// [Session.Look] reads.
func (s *Session) screen(ctx context.Context, size Size) error {
	buffer := filepath.Join(s.dir, "frame")
	if err := os.Mkdir(buffer, 0o700); err != nil {
		return fmt.Errorf("making the screen's memory: %w", err)
	}
	number, err := s.says(ctx, "Xvfb", "-displayfd", "3", "-fbdir", buffer, "-nolisten", "tcp",
		"-screen", "0", fmt.Sprintf("%dx%dx24", size.Width, size.Height))
	if err != nil {
		return err
	}
	s.env = append(s.env, "DISPLAY=:"+number)
	s.frame = filepath.Join(buffer, "Xvfb_screen0")
	return nil
}

func (s *Session) bus(ctx context.Context) error {
	address, err := s.says(ctx, "dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=3")
	if err != nil {
		return err
	}
	s.messages = address
	s.env = append(s.env, "DBUS_SESSION_BUS_ADDRESS="+address)
	return nil
}

// silence keeps programs from telling what they show.
const silence = "NO_AT_BRIDGE=1"

// Aloud lets programs that are opened from now on tell a screen reader what they
// show, and returns the address of the message bus where one finds them. They do
// not otherwise: it takes time, and leaves copies of what is shown.
func (s *Session) Aloud() (bus string) {
	s.env = slices.DeleteFunc(s.env, func(v string) bool { return v == silence })
	return s.messages
}

// keyring starts a keyring that is unlocked with a passphrase of no worth. In the
// foreground it prints nothing and closes its output once it serves.
func (s *Session) keyring(ctx context.Context) error {
	out, in, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("making a pipe: %w", err)
	}
	defer out.Close()
	cmd := s.command(ctx, "gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	cmd.Stdin = strings.NewReader("throw-away")
	cmd.Stdout = in
	p, err := s.begin(cmd)
	in.Close()
	if err != nil {
		return err
	}
	if _, err := line(ctx, out); !errors.Is(err, io.EOF) || p.gone() {
		return fmt.Errorf("waiting for the keyring: %w", err)
	}
	return nil
}

// says starts a program that writes one line to its file 3 when it is ready.
func (s *Session) says(ctx context.Context, name string, args ...string) (string, error) {
	out, in, err := os.Pipe()
	if err != nil {
		return "", fmt.Errorf("making a pipe: %w", err)
	}
	defer out.Close()
	cmd := s.command(ctx, name, args...)
	cmd.ExtraFiles = []*os.File{in}
	_, err = s.begin(cmd)
	in.Close()
	if err != nil {
		return "", err
	}
	text, err := line(ctx, out)
	if err != nil {
		return "", fmt.Errorf("waiting for %s: %w", name, err)
	}
	return text, nil
}

// patience is how long a part of the desktop may take to come up.
const patience = 20 * time.Second

func line(ctx context.Context, f *os.File) (string, error) {
	limit := time.Now().Add(patience)
	if until, ok := ctx.Deadline(); ok && until.Before(limit) {
		limit = until
	}
	if err := f.SetReadDeadline(limit); err != nil {
		return "", err
	}
	text, err := bufio.NewReader(f).ReadString('\n')
	return strings.TrimSpace(text), err
}

type process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error
	once sync.Once
}

func (s *Session) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = s.dir
	cmd.Env = s.env
	cmd.Stdout, cmd.Stderr = s.log, s.log
	// A group of its own, so that what a program starts ends with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}

func (s *Session) start(ctx context.Context, env []string, name string, args ...string) (*process, error) {
	cmd := s.command(ctx, name, args...)
	cmd.Env = append(cmd.Env, env...)
	return s.begin(cmd)
}

func (s *Session) begin(cmd *exec.Cmd) (*process, error) {
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", filepath.Base(cmd.Path), err)
	}
	p := &process{cmd: cmd, done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	s.processes = append(s.processes, p)
	return p, nil
}

// gone reports whether a process has ended.
func (p *process) gone() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// end asks a process and all that it started to stop, then makes them.
func (p *process) end() {
	p.once.Do(func() {
		group := -p.cmd.Process.Pid
		// An error means that it is gone already.
		_ = syscall.Kill(group, syscall.SIGTERM)
		select {
		case <-p.done:
		case <-time.After(3 * time.Second):
		}
		_ = syscall.Kill(group, syscall.SIGKILL)
		<-p.done
	})
}

// kill ends a process and all that it started at once.
func (p *process) kill() {
	p.once.Do(func() {
		// An error means that it is gone already.
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		<-p.done
	})
}

// Log returns what the programs of the session printed.
func (s *Session) Log() string {
	f, err := os.Open(filepath.Join(s.dir, "log"))
	if err != nil {
		return ""
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 64<<10))
	if err != nil {
		return ""
	}
	return string(text)
}

// Folder returns a folder of the session for the program's data; it goes when
// the session ends.
func (s *Session) Folder(name string) string { return filepath.Join(s.dir, name) }

// Close ends all that runs on the desktop, last come first gone, and removes its
// folders. A second time it does nothing.
func (s *Session) Close() error {
	for i := len(s.processes) - 1; i >= 0; i-- {
		s.processes[i].end()
	}
	var errs []error
	if s.log != nil {
		errs = append(errs, s.log.Close())
		s.log = nil
	}
	errs = append(errs, os.RemoveAll(s.dir))
	return errors.Join(errs...)
}
