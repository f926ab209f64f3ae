package desk_test

import (
	"bytes"
	"image/jpeg"
	"testing"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/archive/media"
	"quietline/backend/clinic"
	"quietline/backend/policy"
	"quietline/backend/records"
	"quietline/backend/session"
)

// reachable is a conversation with somebody who may be texted now.
func reachable(t *testing.T, o *office) clinic.ThreadID {
	t.Helper()
	for _, row := range must[desk.InboxPage](o, "inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 50}).Items {
		c := must[desk.CheckedText](o, "text.check", desk.CheckText{ID: row.ID, Body: "Here is the way.", Category: "scheduling"})
		if row.Patient != nil && c.Answer == desk.AnswerGo {
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
	added := must[desk.DraftPicture](o, "thread.addPicture", desk.AddPicture{ID: thread, Key: bring(t, o, photographed(t))})
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
