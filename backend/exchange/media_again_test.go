package exchange_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/provider"
	"quietline/backend/provider/simulator"
)

// late is a provider whose list of attachments lags.
type late struct {
	provider.Media
	hidden bool
	err    error
}

func (l *late) ListMedia(ctx context.Context, m provider.SID) ([]provider.Medium, error) {
	if l.err != nil {
		return nil, l.err
	}
	list, err := l.Media.ListMedia(ctx, m)
	if l.hidden {
		list = nil
	}
	return list, err
}

// givenUp is a text with two pictures of which none came and both were given up.
func givenUp(t *testing.T) (*album, *late, clinic.MessageID) {
	t.Helper()
	a := newAlbum(t)
	l := &late{Media: a.media.Media, hidden: true}
	a.media.Media = l
	id := a.comes("look", aPicture(), aPicture())
	for range 8 {
		a.ok(a.x.FetchMedia(a.ctx))
		a.clock.Advance(2 * time.Hour)
	}
	of, due := a.look(id)
	if len(of) != 2 || due != 0 || of[0].Reason != exchange.CodeMediaGone {
		t.Fatalf("%d attachments, %d due: %+v", len(of), due, of)
	}
	return a, l, id
}

func TestWhatWasGivenUpComesWhenAskedForAgain(t *testing.T) {
	a, l, id := givenUp(t)
	l.hidden = false
	a.ok(a.x.FetchAgain(a.ctx, id))
	of, due := a.look(id)
	if len(of) != 2 || due != 0 {
		t.Fatalf("%d attachments, %d due", len(of), due)
	}
	for _, one := range of {
		if one.Reason != "" || one.Preview.IsZero() {
			t.Errorf("it came as %+v", one)
		}
	}
	// Lists made anew from the log say the same.
	a.ok(a.clinic.Journal.Rebuild(a.ctx, nil))
	if again, due := a.look(id); len(again) != 2 || due != 0 || again[0].ID != of[0].ID {
		t.Errorf("after a rebuild: %d attachments, %d due", len(again), due)
	}
	asked := a.media.opened
	a.ok(a.x.FetchAgain(a.ctx, id))
	if a.media.opened != asked {
		t.Error("what is here is fetched once more")
	}
}

func TestWhatDoesNotComeTheSecondTimeChangesNothing(t *testing.T) {
	a, l, id := givenUp(t)
	before, _ := a.look(id)
	for _, c := range []struct {
		what   string
		hidden bool
		list   error
		open   error
		want   clinic.Code
	}{
		{"still not listed", true, nil, nil, exchange.CodeMediaGone},
		{"the text is gone there", false, clinic.E(clinic.CodeNotFound), nil, exchange.CodeMediaGone},
		{"the line is down", false, clinic.E(provider.CodeUnavailable).Retryable(), nil, provider.CodeUnavailable},
		{"the picture is gone", false, nil, clinic.E(clinic.CodeNotFound), exchange.CodeMediaGone},
		{"too large", false, nil, clinic.E(provider.CodeMediaTooLarge), exchange.CodeMediaTooLarge},
	} {
		l.hidden, l.err, a.media.err = c.hidden, c.list, c.open
		if err := a.x.FetchAgain(a.ctx, id); !errors.Is(err, clinic.E(c.want)) {
			t.Errorf("%s: %v", c.what, err)
		}
		after, due := a.look(id)
		if len(after) != len(before) || due != 0 || after[0].Reason != before[0].Reason {
			t.Errorf("%s: %+v, %d due", c.what, after, due)
		}
	}
}

// One that came of two keeps the other's place.
func TestOneOfTwoMayStayAway(t *testing.T) {
	a := newAlbum(t)
	id := a.comes("look", aPicture(), simulator.Attached{Type: "image/png", Content: drawn(), Trouble: simulator.Gone})
	a.ok(a.x.FetchMedia(a.ctx))
	of, due := a.look(id)
	if len(of) != 2 || due != 0 {
		t.Fatalf("%d attachments, %d due", len(of), due)
	}
	if err := a.x.FetchAgain(a.ctx, id); !errors.Is(err, clinic.E(exchange.CodeMediaGone)) {
		t.Errorf("%v", err)
	}
	lost := 0
	of, _ = a.look(id)
	for _, one := range of {
		if one.Reason != "" {
			lost++
		}
	}
	if len(of) != 2 || lost != 1 {
		t.Errorf("%d attachments, %d of them lost", len(of), lost)
	}
	var none archive.Attachment
	if of[0].File == none.File && of[1].File == none.File {
		t.Error("the one that came is gone")
	}
}
