package providertest

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// attachmentsCome: what is attached comes byte for byte, and what cannot come is
// an error, before or while it is read, and never a shorter attachment.
func attachmentsCome(t *testing.T, f *Fixture) {
	picture := append([]byte("\xff\xd8\xff\xe0"), bytes.Repeat([]byte("a picture "), 30_000)...)
	limit := int64(len(picture))
	sid := f.Peer.ReceiveMedia(t, patient,
		Attached{Type: "image/jpeg", Content: picture},
		Attached{Type: "image/png", Content: picture[:1]},
		Attached{Type: "image/png", Content: picture, Trouble: NotListed},
		Attached{Type: "image/png", Content: picture, Trouble: Gone},
		Attached{Type: "image/png", Content: picture, Trouble: CutOff},
		Attached{Type: "image/png", Content: picture, Trouble: Oversized},
		Attached{Type: "image/png", Content: picture, Trouble: Endless},
	)
	m, err := f.SMS.Fetch(t.Context(), sid)
	if err != nil || m.NumMedia != 7 {
		t.Fatalf("%d attachments are counted, error %v", m.NumMedia, err)
	}
	list, err := f.Media.ListMedia(t.Context(), sid)
	if err != nil || len(list) != 6 || list[0].Type != "image/jpeg" || list[1].Type != "image/png" {
		t.Fatalf("listed are %+v, error %v", list, err)
	}
	bring := func(ctx context.Context, which int, limit int64) ([]byte, error) {
		r, err := f.Media.OpenMedia(ctx, sid, list[which].SID, limit)
		if err != nil {
			return nil, err
		}
		defer r.Close()
		return io.ReadAll(r)
	}
	for which, want := range [][]byte{picture, picture[:1]} {
		if got, err := bring(t.Context(), which, limit); err != nil || !bytes.Equal(got, want) {
			t.Errorf("attachment %d: %d bytes came, error %v", which, len(got), err)
		}
	}
	for _, c := range []struct {
		what  string
		which int
		limit int64
		code  clinic.Code
	}{
		{"longer by a byte", 0, limit - 1, provider.CodeMediaTooLarge},
		{"not there", 2, limit, clinic.CodeNotFound},
		{"cut short", 3, limit, provider.CodeUnavailable},
		{"said to be far too long", 4, limit, provider.CodeMediaTooLarge},
		{"far too long", 5, limit, provider.CodeMediaTooLarge},
	} {
		got, err := bring(t.Context(), c.which, c.limit)
		if err == nil {
			t.Errorf("%s: %d bytes came", c.what, len(got))
			continue
		}
		f.wants(t, err, c.code)
		if int64(len(got)) > c.limit {
			t.Errorf("%s: %d bytes were handed out", c.what, len(got))
		}
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = bring(over, 0, limit)
	f.wants(t, err, clinic.CodeCancelled)

	plain := f.Peer.Receive(t, patient, "no picture")
	if list, err := f.Media.ListMedia(t.Context(), plain); err != nil || len(list) != 0 {
		t.Errorf("a text without attachments: %d, %v", len(list), err)
	}
	missing := sid[:2] + provider.SID(strings.Repeat("0", 32))
	for _, name := range []provider.SID{missing, "MM/../1", ""} {
		_, err := f.Media.ListMedia(t.Context(), name)
		f.wants(t, err, clinic.CodeNotFound)
		_, err = f.Media.OpenMedia(t.Context(), name, list[0].SID, limit)
		f.wants(t, err, clinic.CodeNotFound)
	}
	for _, name := range []provider.MediumSID{"ME" + provider.MediumSID(strings.Repeat("0", 32)), "ME/..", ""} {
		_, err := f.Media.OpenMedia(t.Context(), sid, name, limit)
		f.wants(t, err, clinic.CodeNotFound)
	}
	f.Peer.NextRead(t, KeyRevoked)
	_, err = bring(t.Context(), 0, limit)
	f.wants(t, err, provider.CodeUnauthorised)
	f.Peer.NextRead(t, Overloaded)
	_, err = bring(t.Context(), 0, limit)
	f.wants(t, err, provider.CodeBusy)
	f.Peer.NextRead(t, Hollow)
	_, err = f.Media.ListMedia(t.Context(), sid)
	f.wants(t, err, provider.CodeUnavailable)
}
