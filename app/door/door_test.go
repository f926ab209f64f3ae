package door_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/session"
)

const (
	token  = "this launch"
	secret = "Marisol Vega +13035550142 correct horse"
)

// kept records accesses, or fails to.
type kept struct {
	seen [][]clinic.DossierID
	err  error
}

func (k *kept) RecordAccess(_ context.Context, _ session.Member, _ door.Access, seen []clinic.DossierID) error {
	k.seen = append(k.seen, seen)
	return k.err
}

type house struct {
	doors    *door.Registry
	session  *session.Session
	recorder *kept
	clock    *clinictest.Clock
	log      *bytes.Buffer
}

func newHouse() *house {
	h := &house{recorder: &kept{}, clock: clinictest.NewClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)), log: &bytes.Buffer{}}
	h.session = session.New(h.clock)
	h.doors = door.NewRegistry(token, h.session, h.recorder, clinic.NewLog(h.log))
	return h
}

type words struct {
	Text string `json:"text"`
}

type list struct {
	Items []string `json:"items"`
}

func (h *house) call(token, name, request string) (ok json.RawMessage, code clinic.Code) {
	var reply struct {
		OK    json.RawMessage
		Error *struct{ Code clinic.Code }
	}
	if err := json.Unmarshal(h.doors.Call(context.Background(), token, name, []byte(request)), &reply); err != nil {
		return nil, "test.no_reply"
	}
	if reply.Error != nil {
		return nil, reply.Error.Code
	}
	return reply.OK, ""
}

func (h *house) signIn(role clinic.Role) {
	h.session.Begin(session.Member{ID: clinic.NewID[clinic.StaffID](), Name: "Ada Quill", Role: role})
}

func TestAPanicStaysInTheCallAndOutOfTheLog(t *testing.T) {
	h := newHouse()
	door.Add(h.doors, door.Spec{Name: "test.nil", Permission: session.Anyone}, func(_ context.Context, _ *door.Caller, r words) (words, error) {
		var nobody *words
		return words{nobody.Text}, nil // a nil dereference
	})
	door.Add(h.doors, door.Spec{Name: "test.quote", Permission: session.Anyone}, func(_ context.Context, _ *door.Caller, r words) (words, error) {
		panic("cannot send " + r.Text)
	})
	for _, name := range []string{"test.nil", "test.quote"} {
		if _, code := h.call(token, name, `{"text":"`+secret+`"}`); code != clinic.CodeInternal {
			t.Errorf("%s: %q", name, code)
		}
	}
	log := h.log.String()
	if !strings.Contains(log, "door panicked") || !strings.Contains(log, "door_test") {
		t.Errorf("the log does not say where: %s", log)
	}
	for _, word := range strings.Fields(secret) {
		if strings.Contains(log, word) {
			t.Errorf("the log holds what the call held: %s", log)
		}
	}
}

func TestNothingOfAnErrorLeavesButItsCode(t *testing.T) {
	h := newHouse()
	door.Add(h.doors, door.Spec{Name: "test.fail", Permission: session.Anyone}, func(context.Context, *door.Caller, door.None) (door.None, error) {
		return door.None{}, clinic.E("test.refused").With("limit", 3).Because(errors.New(secret))
	})
	door.Add(h.doors, door.Spec{Name: "test.free", Permission: session.Anyone}, func(context.Context, *door.Caller, door.None) (door.None, error) {
		return door.None{}, errors.New(secret)
	})
	for name, want := range map[string]string{
		"test.fail": `{"ok":null,"error":{"code":"test.refused","params":{"limit":3},"retry":false}}`,
		"test.free": `{"ok":null,"error":{"code":"app.internal","retry":false}}`,
	} {
		if got := string(h.doors.Call(context.Background(), token, name, nil)); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	if strings.Contains(h.log.String(), "Marisol") {
		t.Error("the log holds the cause")
	}
}

// What a call keeps for later, it keeps once the record is durable and not
// before.
func TestWhatIsOnRecordIsToldOnceItIs(t *testing.T) {
	h := newHouse()
	h.signIn(clinic.FrontDesk)
	told := 0
	door.Add(h.doors, door.Spec{Name: "test.show", Permission: session.SignedIn, Access: "test"}, func(_ context.Context, c *door.Caller, _ door.None) (words, error) {
		c.Saw(clinic.DossierID{1})
		c.OnRecord(func() {
			told++
			if len(h.recorder.seen) == 0 {
				t.Error("told before it was recorded")
			}
		})
		return words{}, nil
	})
	if _, code := h.call(token, "test.show", `{}`); code != "" || told != 1 {
		t.Errorf("%q, told %d times", code, told)
	}
	h.recorder.err = errors.New("no space")
	if _, code := h.call(token, "test.show", `{}`); code != door.CodeNoRecord || told != 1 {
		t.Errorf("without a record: %q, told %d times", code, told)
	}
}

func TestWhoMayCall(t *testing.T) {
	h := newHouse()
	echo := func(_ context.Context, _ *door.Caller, r words) (words, error) { return r, nil }
	door.Add(h.doors, door.Spec{Name: "test.anyone", Permission: session.Anyone}, echo)
	door.Add(h.doors, door.Spec{Name: "test.inside", Permission: session.SignedIn}, echo)
	door.Add(h.doors, door.Spec{Name: "test.manager", Permission: session.EditSettings}, echo)
	door.Add(h.doors, door.Spec{Name: "test.fresh", Permission: session.SignedIn, Confirm: true}, echo)
	for _, c := range []struct {
		what, token, name, request string
		role                       clinic.Role
		later                      time.Duration
		want                       clinic.Code
	}{
		{"anyone", token, "test.anyone", `{}`, "", 0, ""},
		{"no token", "", "test.anyone", `{}`, "", 0, door.CodeToken},
		{"another launch", "that launch", "test.anyone", `{}`, "", 0, door.CodeToken},
		{"no such door", token, "test.nothing", `{}`, "", 0, door.CodeUnknown},
		{"locked", token, "test.inside", `{}`, "", 0, clinic.CodeLocked},
		{"signed in", token, "test.inside", `{}`, clinic.FrontDesk, 0, ""},
		{"front desk", token, "test.manager", `{}`, clinic.FrontDesk, 0, clinic.CodeForbidden},
		{"unknown role", token, "test.inside", `{}`, "visitor", 0, clinic.CodeForbidden},
		{"manager", token, "test.manager", `{}`, clinic.OfficeManager, 0, ""},
		{"just typed", token, "test.fresh", `{}`, clinic.FrontDesk, session.ConfirmedFor, ""},
		{"typed long ago", token, "test.fresh", `{}`, clinic.FrontDesk, session.ConfirmedFor + 1, session.CodeConfirm},
		{"unknown field", token, "test.anyone", `{"txt":"x"}`, "", 0, clinic.CodeBadInput},
		{"wrong type", token, "test.anyone", `{"text":7}`, "", 0, clinic.CodeBadInput},
		{"more than one value", token, "test.anyone", `{} {}`, "", 0, clinic.CodeBadInput},
		{"not JSON", token, "test.anyone", `text`, "", 0, clinic.CodeBadInput},
		{"too large", token, "test.anyone", `{"text":"` + strings.Repeat("x", door.MaxRequest) + `"}`, "", 0, door.CodeTooLarge},
	} {
		t.Run(c.what, func(t *testing.T) {
			h.session.End()
			if c.role != "" {
				h.signIn(c.role)
			}
			h.clock.Advance(c.later)
			if _, code := h.call(c.token, c.name, c.request); code != c.want {
				t.Errorf("got %q, want %q", code, c.want)
			}
		})
	}
}

func TestContentLeavesOnlyWithItsRecord(t *testing.T) {
	h := newHouse()
	h.signIn(clinic.FrontDesk)
	dossier := clinic.NewID[clinic.DossierID]()
	show := func(_ context.Context, c *door.Caller, _ door.None) (words, error) {
		c.Saw(dossier)
		c.Saw(dossier)
		return words{"content"}, nil
	}
	door.Add(h.doors, door.Spec{Name: "test.show", Permission: session.SignedIn, Access: "thread"}, show)
	door.Add(h.doors, door.Spec{Name: "test.hide", Permission: session.SignedIn}, show)

	if ok, code := h.call(token, "test.show", ""); code != "" || !bytes.Contains(ok, []byte("content")) {
		t.Fatalf("recorded: %s %q", ok, code)
	}
	if len(h.recorder.seen) != 1 || len(h.recorder.seen[0]) != 1 || h.recorder.seen[0][0] != dossier {
		t.Fatalf("record: %v", h.recorder.seen)
	}
	if ok, code := h.call(token, "test.hide", ""); code != door.CodeNoRecord || ok != nil && string(ok) != "null" {
		t.Errorf("a door that shows and does not record answered %s %q", ok, code)
	}
	h.recorder.err = errors.New("disk full")
	if ok, code := h.call(token, "test.show", ""); code != door.CodeNoRecord || bytes.Contains(ok, []byte("content")) {
		t.Errorf("without a record: %s %q", ok, code)
	}
}

// TestACallerWhoHasLeftIsNoFailureOfTheRecord ends the call while its access is
// being recorded, as the screen does with a search that somebody types on.
func TestACallerWhoHasLeftIsNoFailureOfTheRecord(t *testing.T) {
	h := newHouse()
	h.session.Begin(session.Member{ID: clinic.NewID[clinic.StaffID](), Role: clinic.FrontDesk})
	ctx, leave := context.WithCancel(context.Background())
	door.Add(h.doors, door.Spec{Name: "test.show", Permission: session.SignedIn, Access: "thread"},
		func(_ context.Context, c *door.Caller, _ door.None) (words, error) {
			c.Saw(clinic.NewID[clinic.DossierID]())
			leave()
			return words{"content"}, nil
		})
	h.recorder.err = errors.New("given up")
	reply := h.doors.Call(ctx, token, "test.show", nil)
	if !bytes.Contains(reply, []byte(clinic.CodeCancelled)) || bytes.Contains(reply, []byte("content")) ||
		bytes.Contains(h.log.Bytes(), []byte(door.CodeNoRecord)) {
		t.Errorf("answered %s and noted %s", reply, h.log)
	}
}

func TestListsAreNeverNull(t *testing.T) {
	h := newHouse()
	door.Add(h.doors, door.Spec{Name: "test.list", Permission: session.Anyone}, func(context.Context, *door.Caller, door.None) (list, error) {
		return list{}, nil
	})
	if ok, _ := h.call(token, "test.list", ""); string(ok) != `{"items":[]}` {
		t.Errorf("got %s", ok)
	}
}

func TestAListenerThatFallsBehindIsToldToRefetch(t *testing.T) {
	changes := door.NewChanges()
	heard, end := changes.Listen()
	defer end()
	for n := range 1000 {
		changes.Publish(door.Changed{Topic: "thread", Pos: uint64(n)})
	}
	var last door.Changed
	everything := false
	for len(heard) > 0 {
		last = <-heard
		everything = everything || last.Topic == door.TopicEverything
	}
	if !everything {
		t.Error("changes were lost without a word")
	}
}
