package successor_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"golang.org/x/sys/windows"

	"quietline/app/successor"
)

const (
	// acting is set for the copies of the test program that play the program; before
	// names the process that a successor takes the place of.
	acting = "QUIETLINE_TEST_ACTS"
	before = "QUIETLINE_TEST_BEFORE"
)

// told is what a successor says of itself.
type told struct {
	Handover successor.Handover
	Received bool
	Secret   []byte
	Pid      int
	Alone    bool
}

func TestMain(m *testing.M) {
	if os.Getenv(acting) != "" {
		os.Exit(act())
	}
	os.Exit(m.Run())
}

// act plays a program that locks at a word, and is its own successor.
func act() int {
	h, secret, received := successor.Received()
	if received {
		t := told{Handover: h, Received: received, Secret: secret, Pid: os.Getpid(), Alone: gone(os.Getenv(before))}
		if err := json.NewEncoder(os.Stdout).Encode(t); err != nil {
			return 1
		}
		return 0
	}
	word, err := bufio.NewReader(os.Stdin).ReadBytes('\n')
	if err != nil || os.Setenv(before, strconv.Itoa(os.Getpid())) != nil {
		return 1
	}
	h = successor.Handover{LockedAt: 1234, Noted: true, Window: &successor.Place{X: 10, Y: -20, Width: 1320, Height: 860}}
	if err := successor.Replace(h, word); err != nil {
		return 1
	}
	return 0
}

// gone reports whether a process has ended.
func gone(pid string) bool {
	n, err := strconv.Atoi(pid)
	if err != nil {
		return false
	}
	process, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(n))
	if err != nil {
		return true
	}
	defer func() { _ = windows.CloseHandle(process) }()
	waited, err := windows.WaitForSingleObject(process, 0)
	return err == nil && waited == windows.WAIT_OBJECT_0
}

// TestTheSuccessorGoesOnBesideNobody: it is another process, which goes on once the one
// before has ended, and has what was handed to it.
func TestTheSuccessorGoesOnBesideNobody(t *testing.T) {
	for name, size := range map[string]int{"handed little": 20, "handed more than a pipe holds by itself": 700_000} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), acting+"=program")
			secret := append(bytes.Repeat([]byte{'s'}, size), '\n')
			cmd.Stdin = bytes.NewReader(secret)
			// A file, not a pipe of the library's: the successor writes on when this one is gone.
			out, in, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer out.Close()
			cmd.Stdout = in
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			first := cmd.Process.Pid
			err = cmd.Wait()
			_ = in.Close()
			if err != nil {
				t.Fatalf("the program that locks: %v", err)
			}
			said, err := io.ReadAll(out)
			var s told
			if err == nil {
				err = json.Unmarshal(said, &s)
			}
			if err != nil {
				t.Fatalf("the successor said %q: %v", said, err)
			}
			if !s.Received || s.Pid == first || !s.Alone || !bytes.Equal(s.Secret, secret) {
				t.Errorf("process %d after %d, alone %v, was handed %d bytes of %d", s.Pid, first, s.Alone, len(s.Secret), len(secret))
			}
			if h := s.Handover; h.LockedAt != 1234 || !h.Noted || h.Dropped || h.Window == nil || h.Window.Y != -20 {
				t.Errorf("handed %+v", h)
			}
		})
	}
}
