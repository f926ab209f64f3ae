package successor_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"quietline/app/successor"
	"quietline/backend/clinic"
)

// acting is set for the copies of the test program that play the program.
const acting = "QUIETLINE_TEST_ACTS"

// told is what a successor says of itself.
type told struct {
	Handover successor.Handover
	Received bool
	Secret   string
	Pid      int
	Files    []string
	Children []string
	Env      []string
	Lock     bool
}

func TestMain(m *testing.M) {
	switch os.Getenv(acting) {
	case "program":
		os.Exit(act())
	case "helper": // what a program has started: it stays until it is ended
		_ = syscall.Pause()
		return
	}
	os.Exit(m.Run())
}

// act plays a program that shows something, locks, and is its own successor.
func act() int {
	in := bufio.NewReader(os.Stdin)
	h, crossed, received := successor.Received()
	if received {
		t := told{Handover: h, Received: received, Secret: hash(crossed), Pid: os.Getpid(), Files: names("/proc/self/fd"), Env: os.Environ()}
		t.Children = children(os.Getpid())
		if f, err := os.OpenFile(os.Args[1], os.O_RDWR, 0); err == nil {
			t.Lock = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
		}
		clear(crossed)
		if err := json.NewEncoder(os.Stdout).Encode(t); err != nil {
			return 1
		}
		// Its standard input is the pipe now, which has ended.
		_ = syscall.Pause()
		return 0
	}
	// The secret comes from outside, so that it is in no argument and no binary.
	secret, err := in.ReadBytes('\n')
	if err != nil {
		return 1
	}
	copies := make([][]byte, 64)
	for i := range copies {
		copies[i] = bytes.Repeat(secret, 10)
	}
	f, err := os.OpenFile(os.Args[1], os.O_RDWR, 0)
	if err != nil || syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		return 1
	}
	// A file that other code left open to whatever is started.
	if _, err := syscall.Dup(int(f.Fd())); err != nil {
		return 1
	}
	helper := exec.Command(os.Args[0])
	helper.Env = append(os.Environ(), acting+"=helper")
	if err := helper.Start(); err != nil {
		return 1
	}
	size, err := strconv.Atoi(os.Args[2])
	if err != nil {
		return 1
	}
	errand := bytes.Repeat([]byte(hash(secret)), size)
	fmt.Println("ready", helper.Process.Pid)
	if _, err := in.ReadByte(); err != nil {
		return 1
	}
	err = successor.Replace(successor.Handover{
		LockedAt: 1234, Noted: true, Window: &successor.Place{X: 10, Y: -20, Width: 1320, Height: 860, Minimised: true},
	}, errand)
	fmt.Fprintln(os.Stderr, err, len(copies))
	return 1
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func names(dir string) []string {
	var all []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		return []string{err.Error()}
	}
	for _, e := range entries {
		target, err := os.Readlink(filepath.Join(dir, e.Name()))
		if err == nil { // the reading itself is gone by now
			all = append(all, e.Name()+" "+target)
		}
	}
	return all
}

func children(pid int) []string {
	var all []string
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		if len(fields) > 1 && fields[1] == strconv.Itoa(pid) {
			all = append(all, path)
		}
	}
	return all
}

// holds counts a text in everything that a process can read.
func holds(t *testing.T, pid int, text []byte) int {
	t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		t.Fatal(err)
	}
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		t.Skipf("this system lets nobody read a process's memory: %v", err)
	}
	defer mem.Close()
	n := 0
	for line := range strings.Lines(string(maps)) {
		var from, to int64
		var may string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &may); err != nil || may[0] != 'r' || from < 0 {
			continue
		}
		part := make([]byte, to-from)
		got, err := mem.ReadAt(part, from)
		if err != nil && got == 0 {
			continue // what belongs to the kernel
		}
		n += bytes.Count(part[:got], text)
	}
	return n
}

func TestTheSuccessorHasSeenNothing(t *testing.T) {
	for name, parts := range map[string]int{"handed nothing": 0, "handed little": 1, "handed more than a pipe holds by itself": 10_000} {
		t.Run(name, func(t *testing.T) { succeeds(t, parts) })
	}
}

// program starts a copy of the test program that plays the program, to which something
// of so many parts is handed.
func program(t testing.TB, lock string, parts int) (cmd *exec.Cmd, in io.Writer, out *bufio.Reader) {
	t.Helper()
	if err := os.WriteFile(lock, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command(os.Args[0], lock, strconv.Itoa(parts))
	cmd.Env = append(os.Environ(), acting+"=program")
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed, and says so
	})
	return cmd, in, bufio.NewReader(pipe)
}

// succeeds plays one succession, in which something of so many parts crosses.
func succeeds(t *testing.T, parts int) {
	cmd, in, out := program(t, filepath.Join(t.TempDir(), "lock"), parts)

	sum := sha256.Sum256([]byte(t.TempDir()))
	secret := []byte(hex.EncodeToString(sum[:]))
	if _, err := in.Write(append(secret, '\n')); err != nil {
		t.Fatal(err)
	}
	var helper int
	if _, err := fmt.Fscanf(out, "ready %d\n", &helper); err != nil {
		t.Fatal(err)
	}
	if n := holds(t, cmd.Process.Pid, secret); n < 64 {
		t.Fatalf("before the lock the secret was found %d times: the search finds nothing", n)
	}
	if _, err := in.Write([]byte{'\n'}); err != nil {
		t.Fatal(err)
	}
	var s told
	if err := json.NewDecoder(out).Decode(&s); err != nil {
		t.Fatal(err)
	}
	want := successor.Place{X: 10, Y: -20, Width: 1320, Height: 860, Minimised: true}
	if !s.Received || s.Pid != cmd.Process.Pid || s.Handover.LockedAt != 1234 || !s.Handover.Noted ||
		s.Handover.Window == nil || *s.Handover.Window != want {
		t.Errorf("process %d after %d was handed %+v, %v", s.Pid, cmd.Process.Pid, s.Handover, s.Received)
	}
	if n := holds(t, s.Pid, secret); n > 0 {
		t.Errorf("the successor holds the secret %d times", n)
	}
	part := []byte(hash([]byte(string(secret) + "\n")))
	if parts > 0 && s.Secret != hash(bytes.Repeat(part, parts)) {
		t.Error("what was to cross did not")
	}
	if n := holds(t, s.Pid, part); n > 0 {
		t.Errorf("the successor holds what crossed %d times after it was wiped", n)
	}
	if !s.Lock {
		t.Error("the lock of a file is still held")
	}
	for _, f := range s.Files {
		if strings.Contains(f, "lock") {
			t.Errorf("the successor has %s open", f)
		}
	}
	if len(s.Children) > 0 {
		t.Errorf("%d processes are left", len(s.Children))
	}
	if err := syscall.Kill(helper, 0); err == nil {
		t.Error("what the program had started goes on")
	}
	for _, v := range s.Env {
		if strings.HasPrefix(v, "QUIETLINE_SUCCESSOR=") {
			t.Error("the handover stays in the environment")
		}
	}
}

func TestAnOrdinaryStartReceivesNothing(t *testing.T) {
	for _, env := range []string{"", "{", "[1]"} {
		if env != "" {
			t.Setenv("QUIETLINE_SUCCESSOR", env)
		}
		if h, secret, received := successor.Received(); received || secret != nil || h.Window != nil || h.LockedAt != 0 {
			t.Errorf("%q: %+v", env, h)
		}
		if _, left := os.LookupEnv("QUIETLINE_SUCCESSOR"); left {
			t.Errorf("%q stays in the environment", env)
		}
	}
}

// TestWhatDoesNotCrossIsTold has less in the standard input than there was to be, and
// nothing at all by the end.
func TestWhatDoesNotCrossIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		handover string
		sent     string
		want     string
		dropped  bool
	}{
		"whole":               {`{"secret":5}`, "seven", "seven", false},
		"nothing was to":      {`{}`, "", "", false},
		"a part":              {`{"secret":5}`, "six", "", true},
		"nothing did":         {`{"secret":5}`, "", "", true},
		"more than there may": {`{"secret":99999999}`, "seven", "", true},
		"it never left":       {`{"dropped":true}`, "", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			in, out, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			if _, err := out.WriteString(c.sent); err != nil {
				t.Fatal(err)
			}
			if err := out.Close(); err != nil {
				t.Fatal(err)
			}
			was := os.Stdin
			os.Stdin = in
			defer func() { os.Stdin = was }()
			t.Setenv("QUIETLINE_SUCCESSOR", c.handover)
			h, secret, received := successor.Received()
			if !received || string(secret) != c.want || h.Dropped != c.dropped {
				t.Errorf("received %v, %q, dropped %v", received, secret, h.Dropped)
			}
		})
	}
}

func TestIdsCross(t *testing.T) {
	id := clinic.NewID[clinic.StaffID]()
	raw, err := json.Marshal(successor.Handover{Member: id, LockedAt: 99})
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("QUIETLINE_SUCCESSOR", string(raw))
	if h, _, received := successor.Received(); !received || h.Member != id || h.LockedAt != 99 {
		t.Errorf("%+v %v", h, received)
	}
}

// BenchmarkSuccession measures how long it is from the word to be replaced until the
// successor says that it is there: what was has gone by then.
func BenchmarkSuccession(b *testing.B) {
	const rounds = 20
	var took []float64
	for range rounds {
		_, in, out := program(b, filepath.Join(b.TempDir(), "lock"), 1)
		if _, err := fmt.Fprintln(in, "a secret"); err != nil {
			b.Fatal(err)
		}
		if _, err := out.ReadString('\n'); err != nil {
			b.Fatal(err)
		}
		begun := time.Now()
		if _, err := in.Write([]byte{'\n'}); err != nil {
			b.Fatal(err)
		}
		if _, err := out.ReadString('\n'); err != nil {
			b.Fatal(err)
		}
		took = append(took, float64(time.Since(begun).Nanoseconds())/1e6)
	}
	slices.Sort(took)
	b.Run("replaced", func(b *testing.B) {
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(took[rounds*95/100-1], "ours/ms")
		b.ReportMetric(2000, "limit")
	})
}
