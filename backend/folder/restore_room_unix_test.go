//go:build linux || darwin

package folder_test

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// roomVariable says how many bytes of any file the system takes.
const roomVariable = "FOLDER_TEST_ROOM"

func init() { children["restore within"] = restoreWithin }

// restoreWithin restores where the system takes no more than so many bytes of any file,
// and says with which code that ended.
func restoreWithin(p place) error {
	room, err := strconv.ParseUint(os.Getenv(roomVariable), 10, 64)
	if err != nil {
		return err
	}
	// Without this a process that writes too much is ended.
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: room, Max: room}); err != nil {
		return err
	}
	if err := restoreOn(p); err != nil {
		fmt.Println("code:", clinic.CodeOf(err))
	}
	return nil
}

// TestALogThatDoesNotFit: each time a few pages more of a file fit, so that each stretch of
// the log and of what lies beside it is once the one that is cut off in the middle of a
// write. There is no clinic before there is a whole one, each try goes on with what the one
// before has brought, and the last is whole.
func TestALogThatDoesNotFit(t *testing.T) {
	c := newCopied(t)
	p := c.place
	if err := os.WriteFile(p.wordsFile(), []byte(c.words), 0o600); err != nil {
		t.Fatal(err)
	}
	c.add(t, 0, 40)
	c.stores(t, strings.Repeat("a scan of a paper ", 2000))
	c.copies(t)
	want := c.hash(t)
	back := place{filepath.Join(p.root, "back")}
	cuts, more := 0, uint64(6000)
	if testing.Short() {
		more = 18000
	}
	for room := uint64(1000); ; room += more {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childVariable+"="+p.root, workVariable+"=restore within", roomVariable+"="+strconv.FormatUint(room, 10))
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("within %d bytes: %v\n%s", room, err, out)
		}
		_, code, cut := strings.Cut(string(out), "code: ")
		if !cut {
			break
		}
		cuts++
		if clinic.Code(strings.TrimSpace(code)) == clinic.CodeInternal {
			t.Fatalf("within %d bytes: %s", room, code)
		}
		if found, err := vault.Exists(back.dir()); err != nil || found {
			t.Fatalf("within %d bytes there is half a clinic: %v", room, err)
		}
		if room > 20<<20 {
			t.Fatal("it never fits")
		}
	}
	t.Logf("cut short %d times", cuts)
	if cuts < 5 {
		t.Error("the test does not test much")
	}
	if contentOf(t, back, c.words) != want {
		t.Error("what came back is something else")
	}
	mustHoldNothingElse(t, back)
}
