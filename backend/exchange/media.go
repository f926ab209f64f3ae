package exchange

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"quietline/backend/archive"
	"quietline/backend/archive/media"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// Why an attachment does not come.
const (
	CodeMediaGone        clinic.Code = "exchange.media_gone"
	CodeMediaTooLarge    clinic.Code = "exchange.media_too_large"
	CodeMediaUnavailable clinic.Code = "exchange.media_unavailable"
)

const (
	// mediaAtOnce is how many texts with attachments one round looks at.
	mediaAtOnce = 200
	// mediaPatience is how old a text is before an attachment that cannot be had
	// is given up, and mediaTries how often it was asked for by this run of the
	// program: after a week in which nobody signed in there is a chance left.
	mediaPatience = 72 * time.Hour
	mediaTries    = 5
	// unlistedPatience is the same for what the provider counted and does not
	// list: its lists can lag, by hours at worst.
	unlistedPatience = 6 * time.Hour

	longestMediaRest = time.Hour
)

// What the provider sends in place of an attachment.
var (
	errUnlisted = errors.New("fewer attachments are listed than were counted")
	errPage     = errors.New("a web page in place of an attachment")
	errEmpty    = errors.New("an attachment without content")
)

// attempts is how often the attachments of a text were asked for, and when that
// may be done again, as a reading of Clock.Elapsed.
type attempts struct {
	count int
	next  time.Duration
}

// FetchMedia brings attachments that texts came with, the newest texts first. A
// file is durable before the event that names it, and the event is recorded
// once, whatever happens in between; what was cut short is fetched again. An
// attachment that the provider does not have any more, or that is too large, is
// recorded as such; other troubles are tried again, later and later, for three
// days.
func (x *Exchange) FetchMedia(ctx context.Context) error {
	if x.cfg.Media == nil || x.cfg.Blobs == nil {
		return nil
	}
	if err := x.fetching.take(ctx); err != nil {
		return err
	}
	defer x.fetching.give()
	var due []archive.DueText
	if err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		due, err = archive.DueTexts(tx, mediaAtOnce)
		return err
	}); err != nil {
		return err
	}
	tried := make(map[clinic.MessageID]attempts, len(due))
	for _, text := range due {
		tried[text.Message] = x.tried[text.Message]
	}
	x.tried = tried
	for _, text := range due {
		if x.cfg.Clock.Elapsed() < x.tried[text.Message].next {
			continue
		}
		err := x.fetchText(ctx, text)
		switch {
		case err == nil:
			delete(x.tried, text.Message)
		case cancelled(err) || ctx.Err() != nil || !aboutOneText(err):
			return err
		default:
			if err := x.mediaFailed(ctx, text, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// aboutOneText reports whether a failure says something about a text and not
// about the line or this machine.
func aboutOneText(err error) bool {
	return errors.Is(err, clinic.E(provider.CodeUnavailable)) || errors.Is(err, clinic.E(provider.CodeRefused))
}

// mediaFailed lets a text rest: 10 s, 20 s, … an hour. Once there is no more
// hope it records that.
func (x *Exchange) mediaFailed(ctx context.Context, text archive.DueText, why error) error {
	a := x.tried[text.Message]
	a.count++
	a.next = x.cfg.Clock.Elapsed() + min(5*time.Second<<min(a.count, 12), longestMediaRest)
	x.tried[text.Message] = a
	patience, reason := mediaPatience, CodeMediaUnavailable
	if errors.Is(why, errUnlisted) {
		patience, reason = unlistedPatience, CodeMediaGone
	}
	if a.count < mediaTries || x.cfg.Clock.Now().Sub(text.At) < patience {
		return nil
	}
	return x.giveUp(ctx, text, nil, reason)
}

// giveUp records what is listed and not known, and what was counted beyond that,
// as not to come.
func (x *Exchange) giveUp(ctx context.Context, text archive.DueText, list []provider.Medium, reason clinic.Code) error {
	return x.about(ctx, text, func(d *journal.Decision, m archive.Message) error {
		all, err := archive.AttachmentsOf(d.Tx, m.ID)
		if err != nil {
			return err
		}
		known := len(all[m.ID])
		for _, medium := range list {
			fail(d, m, archive.AttachmentIDOf(d.Names, string(medium.SID)), reason)
		}
		for n := known + len(list); n < text.Media; n++ {
			fail(d, m, archive.AbsentID(d.Names, m.ID, n), reason)
		}
		return nil
	})
}

func fail(d *journal.Decision, m archive.Message, id clinic.AttachmentID, reason clinic.Code) {
	archive.FailAttachment(d, m, archive.AttachmentFailed{
		Attachment: id, Message: m.ID, Thread: m.Thread, Reason: reason,
	})
}

// about decides something about a text. One whose words were destroyed meanwhile
// is none any more.
func (x *Exchange) about(ctx context.Context, text archive.DueText, decide func(*journal.Decision, archive.Message) error) error {
	_, err := x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error {
		m, err := archive.GetMessage(d.Tx, archive.SeeAll(), text.Message)
		if err != nil {
			return ignoreGone(err)
		}
		return decide(d, m)
	})
	return err
}

// fetchText brings what is not there yet of a text.
func (x *Exchange) fetchText(ctx context.Context, text archive.DueText) error {
	list, err := x.cfg.Media.ListMedia(ctx, provider.SID(text.SID))
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		return x.giveUp(ctx, text, nil, CodeMediaGone)
	}
	if err != nil {
		return err
	}
	known := map[clinic.AttachmentID]bool{}
	if err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		all, err := archive.AttachmentsOf(tx, text.Message)
		for _, a := range all[text.Message] {
			known[a.ID] = true
		}
		return err
	}); err != nil {
		return err
	}
	var trouble error
	for _, medium := range list {
		id := archive.AttachmentIDOf(x.cfg.Journal.Names(), string(medium.SID))
		if known[id] {
			continue
		}
		err := x.fetchOne(ctx, text, archive.AttachmentStored{Attachment: id}, medium)
		var reason clinic.Code
		switch {
		case err == nil:
			continue
		case errors.Is(err, clinic.E(clinic.CodeNotFound)):
			reason = CodeMediaGone
		case tooLarge(err):
			reason = CodeMediaTooLarge
		case aboutOneText(err):
			trouble = err // the others may come
			continue
		default:
			return err
		}
		if err := x.about(ctx, text, func(d *journal.Decision, m archive.Message) error {
			fail(d, m, id, reason)
			return nil
		}); err != nil {
			return err
		}
	}
	if trouble == nil && len(list) < text.Media {
		trouble = clinic.E(provider.CodeUnavailable).Because(errUnlisted).Retryable()
	}
	return trouble
}

// fetchOne brings one attachment into a sealed file, draws its preview into
// another, and records both. as names it, and what it makes up for.
func (x *Exchange) fetchOne(ctx context.Context, text archive.DueText, as archive.AttachmentStored, medium provider.Medium) error {
	r, err := x.cfg.Media.OpenMedia(ctx, provider.SID(text.SID), medium.SID, media.MaxBytes)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // it was only read
	content := bufio.NewReaderSize(r, media.HeadBytes)
	head, err := content.Peek(media.HeadBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case len(head) == 0:
		return clinic.E(provider.CodeUnavailable).Because(errEmpty).Retryable()
	case media.Sniff(head) == media.Page && !strings.HasPrefix(medium.Type, "text/"):
		// What a server says where something is wrong with it.
		return clinic.E(provider.CodeUnavailable).Because(errPage).Retryable()
	}
	kept, err := archive.Keep(ctx, x.cfg.Blobs, content)
	if err != nil {
		return err
	}
	defer kept.Settle()
	return x.about(ctx, text, func(d *journal.Decision, m archive.Message) error {
		as.Message, as.Thread, as.SID = m.ID, m.Thread, string(medium.SID)
		archive.StoreAttachment(d, m, kept.Stored(as))
		return nil
	})
}
