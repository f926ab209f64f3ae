package desk_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
)

// simulatorAt is a line to a server on this computer.
func simulatorAt(url string) desk.ConnectProvider {
	return desk.ConnectProvider{
		Kind: desk.ProviderSimulator, Address: url, Account: "AC00000000000000000000000000000bad", Key: "SK00000000000000000000000000000bad",
		Secret: "a secret of this test alone", Phone: "3035550198",
	}
}

func TestALineThatCannotBeBuiltChangesNothing(t *testing.T) {
	dir := t.TempDir()
	o := found(t, dir)
	wrong := simulatorAt("http://127.0.0.1:9")
	wrong.Account = "AC1"
	if _, code := call[desk.LineStatus](o, "line.connect", wrong); code != "provider.bad_account" {
		t.Fatalf("a wrong account: %q", code)
	}
	if s := must[desk.LineStatus](o, "line.status", nil); s.Line != desk.LineGood || s.Phone != "(303) 555-0199" {
		t.Errorf("the line before is %+v", s)
	}
	must[door.None](o, "session.lock", nil)
	members := must[desk.State](o, "app.state", nil).Members
	must[desk.State](o, "session.signIn", desk.SignIn{Member: members[0].ID, Passphrase: passphrase})
	if s := must[desk.LineStatus](o, "line.check", nil); s.Line != desk.LineGood || s.Phone != "(303) 555-0199" {
		t.Errorf("after signing in again the line is %+v", s)
	}
}

func TestALineThatDoesNotAnswerIsSaidAndReplaced(t *testing.T) {
	o := found(t, t.TempDir())
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + listener.Addr().String()
	if err := listener.Close(); err != nil { // nobody answers there
		t.Fatal(err)
	}
	if s := must[desk.LineStatus](o, "line.connect", simulatorAt(address)); s.Line != desk.LineOffline {
		t.Errorf("nobody answers, and the line is %+v", s)
	}
	html := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("<html>Please log in to this network</html>"))
	}))
	defer html.Close()
	if s := must[desk.LineStatus](o, "line.connect", simulatorAt(html.URL)); s.Line != desk.LineTrouble || s.Problem == nil {
		t.Errorf("a page answers, and the line is %+v", s)
	}
	s := must[desk.LineStatus](o, "line.connect", desk.ConnectProvider{Kind: desk.ProviderSimulator, Phone: "3035550199"})
	if s.Line != desk.LineGood {
		t.Errorf("practising again: %+v", s)
	}
}

// TestTheLockDoesNotWaitForTheNetwork locks while a provider keeps a request
// waiting: the doors are shut before it has answered.
func TestTheLockDoesNotWaitForTheNetwork(t *testing.T) {
	o := found(t, t.TempDir())
	asked := make(chan struct{}, 100)
	hold := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		select {
		case <-hold:
		case <-r.Context().Done():
		}
	}))
	defer slow.Close()
	defer close(hold)
	connecting := make(chan struct{})
	go func() {
		defer close(connecting)
		o.doors.Call(context.Background(), token, "line.connect", encode(t, simulatorAt(slow.URL)))
	}()
	<-asked
	locked := make(chan struct{})
	go func() {
		defer close(locked)
		o.desk.Lock()
	}()
	deadline := time.After(10 * time.Second)
	for {
		if _, code := call[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5}); code == clinic.CodeLocked {
			break
		}
		select {
		case <-deadline:
			t.Fatal("the inbox is still readable")
		default:
		}
	}
	select {
	case <-locked:
	case <-deadline:
		t.Fatal("the lock does not end")
	}
}

// TestManyReadersAndANewLine opens threads and replaces the line at once, over
// and over: nobody waits for anybody for ever.
func TestManyReadersAndANewLine(t *testing.T) {
	o := found(t, t.TempDir())
	stop := make(chan struct{})
	readers := make(chan struct{}, 6)
	for range cap(readers) {
		go func() {
			defer func() { readers <- struct{}{} }()
			for {
				select {
				case <-stop:
					return
				default:
					o.doors.Call(context.Background(), token, "inbox.list", encode(t, desk.InboxQuery{View: desk.ViewAll, Limit: 50}))
				}
			}
		}()
	}
	for range 5 {
		must[desk.LineStatus](o, "line.connect", desk.ConnectProvider{Kind: desk.ProviderSimulator, Phone: "3035550199"})
	}
	close(stop)
	for range cap(readers) {
		<-readers
	}
}
