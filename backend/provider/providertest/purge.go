package providertest

import (
	"bytes"
	"context"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

func wordsAreRedacted(t *testing.T, f *Fixture) {
	m := f.send(t, "My secret.")
	_, err := f.Purger.Redact(t.Context(), m.SID)
	f.wantsLater(t, err, provider.CodeNotFinished)
	f.Peer.Advance(time.Minute)
	before := f.fetch(t, m.SID)
	for range 2 { // once more does no harm
		now, err := f.Purger.Redact(t.Context(), m.SID)
		if err != nil || now.Body != "" || now.SID != m.SID || now.To != before.To || now.Created != before.Created {
			t.Fatalf("redacted: %+v, error %v", now, err)
		}
	}
	if all := f.walk(t, provider.Query{}); len(all) != 1 || all[0].Body != "" || all[0].Status != provider.Delivered {
		t.Errorf("the list shows %d messages, or its words", len(all))
	}
	in := f.Peer.Receive(t, patient, "My other secret.")
	if now, err := f.Purger.Redact(t.Context(), in); err != nil || now.Body != "" {
		t.Errorf("a text that came in: %v", err)
	}
	for _, name := range []provider.SID{m.SID[:33] + "z", m.SID[:2] + provider.SID(bytes.Repeat([]byte("0"), 32)), "SM/../1", ""} {
		_, err := f.Purger.Redact(t.Context(), name)
		f.wants(t, err, clinic.CodeNotFound)
	}
}

func messagesAreDeleted(t *testing.T, f *Fixture) {
	sid := f.Peer.ReceiveMedia(t, patient, Attached{Type: "image/png", Content: []byte("one")}, Attached{Type: "image/png", Content: []byte("two")})
	list, err := f.Media.ListMedia(t.Context(), sid)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d attachments, error %v", len(list), err)
	}
	if err := f.Purger.DeleteMedia(t.Context(), sid, list[0].SID); err != nil {
		t.Fatalf("delete an attachment: %v", err)
	}
	f.wants(t, f.Purger.DeleteMedia(t.Context(), sid, list[0].SID), clinic.CodeNotFound)
	if left, err := f.Media.ListMedia(t.Context(), sid); err != nil || len(left) != 1 || left[0] != list[1] {
		t.Errorf("left are %d attachments, error %v", len(left), err)
	}
	if r, err := f.Media.OpenMedia(t.Context(), sid, list[0].SID, 10); err == nil {
		r.Close()
		t.Error("what was deleted still comes")
	} else {
		f.wants(t, err, clinic.CodeNotFound)
	}

	f.wants(t, f.Purger.Delete(t.Context(), sid), provider.CodeNotFinished)
	f.Peer.Advance(5 * time.Minute)
	if err := f.Purger.Delete(t.Context(), sid); err != nil {
		t.Fatalf("delete: %v", err)
	}
	f.wants(t, f.Purger.Delete(t.Context(), sid), clinic.CodeNotFound)
	_, err = f.SMS.Fetch(t.Context(), sid)
	f.wants(t, err, clinic.CodeNotFound)
	_, err = f.Media.ListMedia(t.Context(), sid)
	f.wants(t, err, clinic.CodeNotFound)
	if n := len(f.Peer.All()); n != 0 {
		t.Errorf("the peer holds %d", n)
	}
	for _, name := range []provider.SID{"SM/../1", ""} {
		f.wants(t, f.Purger.Delete(t.Context(), name), clinic.CodeNotFound)
		f.wants(t, f.Purger.DeleteMedia(t.Context(), name, list[1].SID), clinic.CodeNotFound)
		f.wants(t, f.Purger.DeleteMedia(t.Context(), sid, provider.MediumSID(name)), clinic.CodeNotFound)
	}
}

// changesRecover: no answer that is not the right one passes for done, and
// asking once more brings it to its end.
func changesRecover(t *testing.T, f *Fixture) {
	for _, c := range []struct {
		trouble Trouble
		code    clinic.Code
		done    bool
	}{
		{Overloaded, provider.CodeBusy, false}, {Flooded, provider.CodeBusy, false},
		{KeyRevoked, provider.CodeUnauthorised, false},
		{Down, provider.CodeUnavailable, false}, {Broken, provider.CodeUnavailable, false},
		{Elsewhere, provider.CodeUnavailable, false}, {LostBefore, provider.CodeUnavailable, false},
		{LostAfter, provider.CodeUnavailable, true}, {Hollow, provider.CodeUnavailable, true},
		{Nonsense, provider.CodeUnavailable, true}, {DownAfter, provider.CodeUnavailable, true},
	} {
		t.Run(string(c.trouble), func(t *testing.T) {
			first, second := f.Peer.Receive(t, patient, "My secret."), f.Peer.Receive(t, patient, "My secret.")
			f.Peer.Advance(5 * time.Minute)
			f.Peer.NextChange(t, c.trouble)
			_, err := f.Purger.Redact(t.Context(), first)
			f.wants(t, err, c.code)
			if now := f.fetch(t, first); (now.Body == "") != c.done {
				t.Errorf("redacted: %v", now.Body == "")
			}
			if now, err := f.Purger.Redact(t.Context(), first); err != nil || now.Body != "" {
				t.Errorf("redacted once more: %v", err)
			}
			f.Peer.NextChange(t, c.trouble)
			f.wants(t, f.Purger.Delete(t.Context(), second), c.code)
			if err := f.Purger.Delete(t.Context(), second); c.done {
				f.wants(t, err, clinic.CodeNotFound)
			} else if err != nil {
				t.Errorf("deleted once more: %v", err)
			}
		})
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	sid := f.Peer.Receive(t, patient, "My secret.")
	_, err := f.Purger.Redact(over, sid)
	f.wants(t, err, clinic.CodeCancelled)
	f.wants(t, f.Purger.Delete(over, sid), clinic.CodeCancelled)
}
