package desk_test

import (
	"bytes"
	"encoding/json"
	"image/jpeg"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/archive/media"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/records"
	"quietline/backend/session"
)

// reachable is a conversation with somebody who may be texted now.
func reachable(t *testing.T, o *office) clinic.ThreadID {
	t.Helper()
	for _, row := range must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 50}).Items {
		c := must[desk.CheckedText](o, "text.check", desk.CheckText{ID: row.ID, Body: "Here is the way.", Category: "scheduling"})
		// What ends in 7 is a landline in the sample.
		if row.Patient != nil && c.Answer == desk.AnswerGo && !strings.HasSuffix(row.Phone, "7") {
			return row.ID
		}
	}
	t.Fatal("nobody in the sample clinic may be texted")
	return clinic.ThreadID{}
}

func pictureIn(o *office, thread clinic.ThreadID) desk.DraftPicture {
	o.t.Helper()
	return must[desk.DraftPicture](o, "thread.picture", desk.ThreadRef{ID: thread})
}

// TestADraftHasAPicture follows a picture into a draft, over a lock and out of it again.
func TestADraftHasAPicture(t *testing.T) {
	o, _ := cabinet(t)
	thread := reachable(t, o)
	opened := func() desk.ThreadPage {
		t.Helper()
		return must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: thread, Limit: 5})
	}
	if p := opened(); !p.Pictures || p.DraftPicture || pictureIn(o, thread) != (desk.DraftPicture{}) {
		t.Fatalf("before: %t, %t, %+v", p.Pictures, p.DraftPicture, pictureIn(o, thread))
	}
	key := bring(t, o, photographed(t))
	added := must[desk.DraftPicture](o, "thread.addPicture", desk.AddPicture{ID: thread, Key: key})
	o.refused("thread.addPicture", desk.AddPicture{ID: thread, Key: key}, records.CodeGone) // the file was let go
	w := brought(o, added.Address)
	if w.Code != 200 || w.Header().Get("Content-Type") != "image/jpeg" || w.Body.Len() != added.Bytes {
		t.Errorf("the picture came as %d, %d bytes of %s", w.Code, w.Body.Len(), w.Header().Get("Content-Type"))
	}
	first := w.Body.Bytes()
	if c, err := jpeg.DecodeConfig(bytes.NewReader(first)); err != nil || c.Width != 850 || c.Height != 1100 || added.Width != 850 || added.Height != 1100 {
		t.Errorf("it is %d×%d and said to be %d×%d: %v", c.Width, c.Height, added.Width, added.Height, err)
	}
	if w := brought(o, added.Address); w.Code != 404 {
		t.Errorf("the address is good twice: %d", w.Code)
	}
	// Words are kept beside it, and forgotten without it.
	must[door.None](o, "thread.saveDraft", desk.SaveDraft{ID: thread, Body: "Here is the way."})
	must[door.None](o, "thread.saveDraft", desk.SaveDraft{ID: thread})
	again := pictureIn(o, thread)
	must[door.None](o, "session.lock", nil)
	if w := brought(o, again.Address); w.Code != 404 {
		t.Errorf("after the lock it answers %d", w.Code)
	}
	me := must[desk.State](o, "app.state", nil).Members[0].ID
	o.mustSignIn(t, me)
	if p := opened(); !p.DraftPicture || p.Draft != "" {
		t.Errorf("after the lock: a picture %t, words %q", p.DraftPicture, p.Draft)
	}
	if kept := brought(o, pictureIn(o, thread).Address).Body.Bytes(); !bytes.Equal(kept, first) {
		t.Errorf("after the lock it has %d bytes, before it had %d", len(kept), len(first))
	}

	// It asks for a second look, and cannot be left with the phone service.
	text := desk.CheckText{ID: thread, Body: "Here is the way.", Category: "scheduling", Picture: true}
	if c := must[desk.CheckedText](o, "text.check", text); c.Answer != desk.AnswerConfirm || c.Reasons[0].Code != policy.CodePictureUnread {
		t.Errorf("it is asked about like this: %+v", c)
	}

	// Nobody else has it, though she may read the conversation.
	mine, _ := o.desk.Session().Member()
	o.desk.Session().Begin(session.Member{ID: clinic.NewID[clinic.StaffID](), Name: "Somebody", Role: clinic.PrivacyOfficer})
	if p := opened(); p.DraftPicture || pictureIn(o, thread) != (desk.DraftPicture{}) {
		t.Error("another member has the picture of the draft")
	}
	o.desk.Session().Begin(mine)

	must[door.None](o, "thread.removePicture", desk.ThreadRef{ID: thread})
	if p := opened(); p.DraftPicture || pictureIn(o, thread) != (desk.DraftPicture{}) {
		t.Error("it is still there")
	}
	send := desk.SendText{ID: thread, Key: clinic.NewID[clinic.MessageID](), Body: text.Body, Category: text.Category, Picture: true, Confirmed: true}
	o.refused("text.send", send, desk.CodeNoDraftPicture)
}

// TestWhereAPictureCannotGo asks where nobody may, with what is no picture and where the
// clinic sends none.
func TestWhereAPictureCannotGo(t *testing.T) {
	o, _ := cabinet(t)
	thread := reachable(t, o)
	o.refused("thread.addPicture", desk.AddPicture{ID: thread, Key: bring(t, o, signedPDF(t))}, media.CodeSendUnreadable)
	o.refused("thread.addPicture", desk.AddPicture{ID: thread, Key: newKey()}, records.CodeGone)
	photo := photographed(t)
	o.refused("thread.addPicture", desk.AddPicture{ID: clinic.NewID[clinic.ThreadID](), Key: bring(t, o, photo)}, archive.CodeNoThread)
	// A therapist whose patient it is not.
	key := bring(t, o, photo)
	must[desk.DraftPicture](o, "thread.addPicture", desk.AddPicture{ID: thread, Key: key})
	mine, _ := o.desk.Session().Member()
	o.desk.Session().Begin(session.Member{ID: mine.ID, Name: mine.Name, Role: clinic.Therapist})
	for name, request := range map[string]any{
		"thread.addPicture": desk.AddPicture{ID: thread, Key: key}, "thread.picture": desk.ThreadRef{ID: thread},
		"thread.removePicture": desk.ThreadRef{ID: thread},
		"text.send":            desk.SendText{ID: thread, Key: clinic.NewID[clinic.MessageID](), Body: "Here", Category: "scheduling", Picture: true},
	} {
		o.refused(name, request, archive.CodeNoThread)
	}
	o.desk.Session().Begin(mine)
	if p := pictureIn(o, thread); p.Bytes == 0 {
		t.Error("it is gone")
	}

	off := found(t, t.TempDir())
	thread = must[desk.InboxPage](off, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 5}).Items[0].ID
	if p := must[desk.ThreadPage](off, "thread.open", desk.ThreadQuery{ID: thread, Limit: 5}); p.Pictures {
		t.Error("a clinic that has tried none sends pictures")
	}
	off.refused("thread.addPicture", desk.AddPicture{ID: thread, Key: bring(t, off, photo)}, desk.CodePicturesOff)
	off.refused("text.check", desk.CheckText{ID: thread, Body: "Here", Category: "scheduling", Picture: true}, desk.CodePicturesOff)
	off.refused("text.send", desk.SendText{
		ID: thread, Key: clinic.NewID[clinic.MessageID](), Body: "Here", Category: "scheduling", Picture: true, Confirmed: true,
	}, desk.CodePicturesOff)
	must[door.None](off, "thread.removePicture", desk.ThreadRef{ID: thread})
}

// practiced is the sample clinic, and what its practice line answers to whoever looks at
// it from outside.
func practiced(t *testing.T) (o *office, ask func(path string, into any)) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	g := openGallery(t, func(cfg *desk.Config) { cfg.Control = address })
	return g.office, func(path string, into any) {
		t.Helper()
		answer, err := http.Get("http://" + address + "/_control/" + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAPictureGoesToAPatient: the phone gets what was looked at, once, and the
// conversation shows it.
func TestAPictureGoesToAPatient(t *testing.T) {
	o, ask := practiced(t)
	thread := reachable(t, o)
	must[desk.DraftPicture](o, "thread.addPicture", desk.AddPicture{ID: thread, Key: bring(t, o, photographed(t))})
	must[door.None](o, "thread.saveDraft", desk.SaveDraft{ID: thread, Body: "Here is the way to the heliotrope room."})
	looked := brought(o, pictureIn(o, thread).Address).Body.Bytes()
	send := desk.SendText{
		ID: thread, Key: clinic.NewID[clinic.MessageID](), Body: "Here is the way to the heliotrope room.", Category: "scheduling", Picture: true,
	}
	o.refused("text.send", send, exchange.CodeNeedsConfirming)
	if p := must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: thread, Limit: 5}); !p.DraftPicture || p.Draft == "" {
		t.Error("a text that was not sent took its draft along")
	}
	send.Confirmed = true
	sent := must[desk.SentText](o, "text.send", send).Message
	if sent.Media != 1 || len(sent.Attachments) != 1 || !sent.Attachments[0].Shown || sent.Attachments[0].Width != 850 {
		t.Errorf("it is shown as %+v", sent)
	}
	again := must[desk.SentText](o, "text.send", send).Message // pressed twice
	if again.ID != sent.ID || len(again.Attachments) != 1 {
		t.Errorf("pressed twice it is %+v", again)
	}
	shown := func() desk.Message {
		t.Helper()
		page := must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: thread, Limit: 5})
		if page.DraftPicture || page.Draft != "" {
			t.Error("the draft is still there")
		}
		i := slices.IndexFunc(page.Messages, func(m desk.Message) bool { return m.ID == sent.ID })
		if i < 0 {
			t.Fatal("it is not in its conversation")
		}
		return page.Messages[i]
	}
	o.until("it is delivered", func() bool { return shown().State == desk.StateDelivered })
	var texts []struct {
		SID  provider.SID `json:"sid"`
		Body string       `json:"body"`
	}
	ask("messages", &texts)
	got := 0
	for _, m := range texts {
		if !strings.Contains(m.Body, "heliotrope") {
			continue
		}
		got++
		var pictures [][]byte
		ask("pictures/"+string(m.SID), &pictures)
		if len(pictures) != 1 || !bytes.Equal(pictures[0], looked) {
			t.Errorf("the phone shows %d pictures", len(pictures))
		}
	}
	if got != 1 {
		t.Errorf("%d texts went", got)
	}
	m := shown()
	if m.Media != 1 || len(m.Attachments) != 1 || m.Failure != nil {
		t.Fatalf("delivered it is shown as %+v", m)
	}
	opened := must[desk.OpenedAttachment](o, "attachment.open", desk.AttachmentRef{ID: m.Attachments[0].ID})
	if w := brought(o, opened.Address); !bytes.Equal(w.Body.Bytes(), looked) {
		t.Errorf("it opens with %d bytes", w.Body.Len())
	}
	if why := must[desk.Why](o, "text.why", desk.MessageRef{ID: sent.ID}); why.Kind != "confirmed" {
		t.Errorf("it went because of %s", why.Kind)
	}
	// The next one needs a picture of its own.
	send.Key = clinic.NewID[clinic.MessageID]()
	o.refused("text.send", send, desk.CodeNoDraftPicture)
	if p := must[desk.TextPrice](o, "text.price", nil); p.Picture <= 0 || p.Currency == "" {
		t.Errorf("it came to %+v", p)
	}
}

// TestAPictureThatWentIsOnRecord wherever its text is: in the list, in a search and on
// paper. The button that is pressed twice sends one text.
func TestAPictureThatWentIsOnRecord(t *testing.T) {
	o, _ := cabinet(t)
	thread := reachable(t, o)
	must[desk.DraftPicture](o, "thread.addPicture", desk.AddPicture{ID: thread, Key: bring(t, o, photographed(t))})
	send := desk.SendText{ID: thread, Key: clinic.NewID[clinic.MessageID](), Body: "Here is the way.", Category: "scheduling", Picture: true, Confirmed: true}
	for range 2 {
		if m := must[desk.SentText](o, "text.send", send).Message; m.ID != send.Key || m.Media != 1 || len(m.Attachments) != 1 {
			t.Errorf("it is sent with %d pictures, %d of them shown", m.Media, len(m.Attachments))
		}
	}
	o.until("it has left", func() bool {
		page := must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: thread, Limit: 5})
		m := page.Messages[len(page.Messages)-1]
		return m.ID == send.Key && (m.State == "sent" || m.State == "delivered")
	})
	for _, row := range must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 50}).Items {
		if row.ID == thread && row.Media != 1 {
			t.Error("the list does not show that its newest text has a picture")
		}
	}
	paper := must[desk.TextsPaper](o, "paper.texts", desk.MakeTextsPaper{Key: newKey(), Thread: thread})
	if line := paper.Texts[len(paper.Texts)-1]; line.Body != send.Body || line.Pictures != 1 {
		t.Errorf("on paper it is %q with %d pictures", line.Body, line.Pictures)
	}
}
