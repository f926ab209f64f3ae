package desk_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic/clinictest"
)

// childVariable makes the test binary act as the program in the folder that it
// names.
const childVariable = "DESK_TEST_CHILD"

// TestNoFileHoldsAReadableWordAfterAKill kills the program at work. What it leaves
// is as unreadable as what it has open, and opens again with all that was
// answered.
func TestNoFileHoldsAReadableWordAfterAKill(t *testing.T) {
	if dir := os.Getenv(childVariable); dir != "" {
		o := found(t, dir)
		inbox := must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 10})
		for n := 0; ; n++ {
			must[door.None](o, "thread.saveDraft", desk.SaveDraft{ID: inbox.Items[0].ID, Body: fmt.Sprint("kaleidoscope ", n)})
			fmt.Println("saved", n)
		}
	}
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), childVariable+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for heard := ""; heard != "saved 20"; heard = lines.Text() {
		if !lines.Scan() {
			t.Fatalf("the program ended by itself: %v, %v", lines.Err(), cmd.Wait())
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
	}
	_ = cmd.Wait() // it was killed, and says so
	search(t, dir, secrets, "after a kill")

	o := openOffice(t, dir, clinictest.NewClock(monday))
	members := must[desk.State](o, "app.state", nil).Members
	must[desk.State](o, "session.signIn", desk.SignIn{Member: members[0].ID, Passphrase: passphrase})
	inbox := must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 10})
	if len(inbox.Items) != 1 || inbox.Items[0].Patient.Name != "Marisol Vega" {
		t.Errorf("inbox: %+v", inbox)
	}
	page := must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: inbox.Items[0].ID, Limit: 10})
	if len(page.Messages) == 0 || page.Draft == "" {
		t.Errorf("page: %+v", page)
	}
}
