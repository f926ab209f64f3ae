package providertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// aPicture is one of the largest that are sent.
func aPicture() provider.Picture {
	raw := bytes.Repeat([]byte("a picture "), provider.MaxPictureBytes/10)
	copy(raw, "\xff\xd8\xff\xe0")
	return provider.Picture{JPEG: raw}
}

func (f *Fixture) lend(t testing.TB, picture provider.Picture) provider.Loan {
	t.Helper()
	loan, err := f.Pictures.Lend(t.Context(), picture)
	if err != nil || loan.SID == "" || loan.Address == "" {
		t.Fatalf("lend: %v", err)
	}
	return loan
}

func (f *Fixture) with(loan provider.Loan) provider.Outgoing {
	text := f.text("Here is the form.")
	text.Picture = &loan
	return text
}

// pictureArrives: what was lent is what the phone shows, and the text has its copy when
// it has left.
func pictureArrives(t *testing.T, f *Fixture) {
	picture := aPicture()
	loan := f.lend(t, picture)
	if n := f.Peer.Lent(); n != 1 {
		t.Fatalf("%d pictures are lent", n)
	}
	m, err := f.SMS.Send(t.Context(), f.with(loan))
	if err != nil || m.Body != "Here is the form." || m.To != provider.Address(patient) {
		t.Fatalf("taken over as %+v, error %v", m, err)
	}
	for range 60 {
		if m = f.fetch(t, m.SID); m.Status.Terminal() || m.Status == provider.Sent {
			break
		}
		f.Peer.Advance(time.Second)
	}
	if m.Status != provider.Sent {
		t.Fatalf("%s with %d", m.Status, m.ErrorCode)
	}
	if err := f.Pictures.TakeBack(t.Context(), loan.SID); err != nil {
		t.Fatalf("take back: %v", err)
	}
	if n := f.Peer.Lent(); n != 0 {
		t.Errorf("%d pictures are still lent", n)
	}
	f.Peer.Advance(time.Minute)
	if m = f.fetch(t, m.SID); m.Status != provider.Delivered || m.NumMedia != 1 {
		t.Errorf("%s with %d and %d pictures", m.Status, m.ErrorCode, m.NumMedia)
	}
	if got := f.Peer.Shown(m.SID); len(got) != 1 || !bytes.Equal(got[0], picture.JPEG) {
		t.Errorf("the phone shows %d pictures, or another", len(got))
	}
	// The copy is listed and purged like any attachment.
	list, err := f.Media.ListMedia(t.Context(), m.SID)
	if err != nil || len(list) != 1 || list[0].Type != "image/jpeg" {
		t.Fatalf("listed are %+v, error %v", list, err)
	}
	if err := f.Purger.DeleteMedia(t.Context(), m.SID, list[0].SID); err != nil {
		t.Errorf("delete the copy: %v", err)
	}

	for range 2 { // once more does no harm
		f.wants(t, f.Pictures.TakeBack(t.Context(), loan.SID), clinic.CodeNotFound)
	}
	for _, name := range []provider.LoanSID{"", "/", "ME/../1", loan.SID + "/.."} {
		f.wants(t, f.Pictures.TakeBack(t.Context(), name), clinic.CodeNotFound)
	}
	if text := fmt.Sprintf("%v %+v %#v", loan, loan, loan); strings.Contains(text, "://") || strings.Contains(text, loan.Address) {
		t.Error("a loan shows its address")
	}
}

// pictureIsGone: a text whose picture the provider cannot fetch any more fails, and says
// so. It does not go without.
func pictureIsGone(t *testing.T, f *Fixture) {
	for name, spoil := range map[string]func(provider.Loan) provider.Loan{
		"run out": func(loan provider.Loan) provider.Loan {
			f.Peer.Advance(time.Hour)
			return loan
		},
		"taken back": func(loan provider.Loan) provider.Loan {
			if err := f.Pictures.TakeBack(t.Context(), loan.SID); err != nil {
				t.Fatal(err)
			}
			return loan
		},
		"changed on the way": func(loan provider.Loan) provider.Loan {
			loan.Address += "0"
			return loan
		},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := f.SMS.Send(t.Context(), f.with(spoil(f.lend(t, aPicture()))))
			if err != nil {
				t.Fatalf("send: %v", err)
			}
			f.Peer.Advance(time.Minute)
			if m = f.fetch(t, m.SID); m.Status != provider.Failed || m.NumMedia != 0 || len(f.Peer.Shown(m.SID)) != 0 {
				t.Errorf("%s with %d and %d pictures", m.Status, m.ErrorCode, m.NumMedia)
			}
			if r := provider.Explain(m.ErrorCode); r.Code != provider.CodePictureLost {
				t.Errorf("it failed with %d, which is %s", m.ErrorCode, r.Code)
			}
		})
	}
}

// pictureIsRefused: what can never be sent is refused before anything is.
func pictureIsRefused(t *testing.T, f *Fixture) {
	for name, raw := range map[string][]byte{
		"nothing": nil, "no JPEG": []byte("GIF89a, a picture"), "too long": append(aPicture().JPEG, 0),
	} {
		_, err := f.Pictures.Lend(t.Context(), provider.Picture{JPEG: raw})
		if f.wants(t, err, clinic.CodeBadInput); f.Peer.Lent() != 0 {
			t.Errorf("%s was lent", name)
		}
	}
	loan := f.lend(t, aPicture())
	plain := f.with(loan)
	plain.From = f.Plain
	_, err := f.SMS.Send(t.Context(), plain)
	f.wants(t, err, provider.CodeNoPictures)
	if provider.OutcomeOf(err) != provider.NotSent || provider.RetryOf(err) != provider.Never {
		t.Errorf("from a number without pictures: outcome %v, retry %s", provider.OutcomeOf(err), provider.RetryOf(err))
	}
	_, err = f.Scheduler.Schedule(t.Context(), f.with(loan), f.later(t, time.Hour))
	f.wants(t, err, clinic.CodeBadInput)
	for name, address := range map[string]string{
		"somebody else's": "https://example.org/picture.jpg", "without TLS": strings.Replace(loan.Address, "https", "http", 1),
		"with a user": strings.Replace(loan.Address, "://", "://a:b@", 1), "none": "picture",
	} {
		_, err := f.SMS.Send(t.Context(), f.with(provider.Loan{SID: loan.SID, Address: address}))
		f.wants(t, err, clinic.CodeBadInput)
		if provider.OutcomeOf(err) != provider.NotSent {
			t.Errorf("%s: outcome %v", name, provider.OutcomeOf(err))
		}
	}
	if n := len(f.Peer.All()); n != 0 {
		t.Errorf("the peer holds %d texts", n)
	}
}

// lendingRecovers: whatever happens on the way, nothing was sent, no error says that it
// may have been, and lending once more works.
func lendingRecovers(t *testing.T, f *Fixture) {
	first := f.lend(t, aPicture()) // what is made for it once stands
	for _, c := range []struct {
		trouble Trouble
		code    clinic.Code
	}{
		{Overloaded, provider.CodeBusy}, {Flooded, provider.CodeBusy}, {KeyRevoked, provider.CodeNoPictures},
		{Down, provider.CodeUnavailable}, {Broken, provider.CodeUnavailable}, {Elsewhere, provider.CodeUnavailable},
		{LostBefore, provider.CodeUnavailable}, {LostAfter, provider.CodeUnavailable}, {CutShort, provider.CodeUnavailable},
		{Hollow, provider.CodeUnavailable}, {Nonsense, provider.CodeUnavailable}, {DownAfter, provider.CodeUnavailable},
	} {
		t.Run(string(c.trouble), func(t *testing.T) {
			f.Peer.NextPicture(t, c.trouble)
			_, err := f.Pictures.Lend(t.Context(), aPicture())
			f.wants(t, err, c.code)
			f.quiet(t, err, "media.", "Signature", "a picture")
			loan := f.lend(t, aPicture())
			if c.trouble == CutShort {
				return // a deletion has no answer that could be
			}
			f.Peer.NextPicture(t, c.trouble)
			err = f.Pictures.TakeBack(t.Context(), loan.SID)
			if c.code == provider.CodeNoPictures {
				f.wants(t, err, provider.CodeUnauthorised)
			} else {
				f.wants(t, err, c.code)
			}
			if err := f.Pictures.TakeBack(t.Context(), loan.SID); err != nil && !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
				t.Errorf("taken back once more: %v", err)
			}
		})
	}
	if n := len(f.Peer.All()); n != 0 {
		t.Errorf("the peer holds %d texts", n)
	}
	if err := f.Pictures.TakeBack(t.Context(), first.SID); err != nil {
		t.Errorf("the first one: %v", err)
	}
}

// lendingEnds: a context that ends, ends it, and a peer that is not there is said.
func lendingEnds(t *testing.T, f *Fixture) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := f.Pictures.Lend(over, aPicture())
	f.wants(t, err, clinic.CodeCancelled)
	loan := f.lend(t, aPicture())
	f.wants(t, f.Pictures.TakeBack(over, loan.SID), clinic.CodeCancelled)
	for _, held := range []Trouble{HeldBefore, HeldAfter} {
		ctx, cancel := context.WithCancel(t.Context())
		f.Peer.NextPicture(t, held)
		ended := make(chan error, 1)
		go func() {
			_, err := f.Pictures.Lend(ctx, aPicture())
			ended <- err
		}()
		f.Peer.AwaitHeld()
		cancel()
		f.wants(t, <-ended, clinic.CodeCancelled)
		f.Peer.Release()
	}
	away := f.Unreachable.(provider.Pictures)
	_, err = away.Lend(t.Context(), aPicture())
	f.wantsLater(t, err, provider.CodeOffline)
	f.wantsLater(t, away.TakeBack(t.Context(), loan.SID), provider.CodeOffline)
}
