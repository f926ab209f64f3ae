package exchange

import (
	"context"
	"errors"
	"slices"

	"quietline/backend/archive"
	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// FetchAgain asks the provider once more for the attachments of a text that did
// not come, because a person wants it. What comes takes the place of what was
// given up. Where nothing comes, nothing is recorded, since nothing has changed,
// and the error says why; it may be repeated at will.
//
// CodeMediaGone: the provider does not have them, or lists no more than are here.
// CodeMediaTooLarge: they are too large. Other errors are those of the provider
// and of the disk. The text is one that the caller may see.
func (x *Exchange) FetchAgain(ctx context.Context, id clinic.MessageID) error {
	if x.cfg.Media == nil || x.cfg.Blobs == nil {
		return clinic.E(CodeMediaUnavailable)
	}
	if err := x.fetching.take(ctx); err != nil {
		return err
	}
	defer x.fetching.give()
	var m archive.Message
	var here []archive.Attachment
	if err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		if m, err = archive.GetMessage(tx, archive.SeeAll(), id); err != nil {
			return err
		}
		all, err := archive.AttachmentsOf(tx, id)
		here = all[id]
		return err
	}); err != nil {
		return err
	}
	failed := slices.DeleteFunc(slices.Clone(here), func(a archive.Attachment) bool { return a.Reason == "" })
	if len(failed) == 0 {
		return nil // it has come meanwhile
	}
	text := archive.DueText{Message: m.ID, SID: m.SID, At: m.At, Media: m.Media}
	list, err := x.cfg.Media.ListMedia(ctx, provider.SID(text.SID))
	if err != nil {
		return again(err)
	}
	came := false
	for _, medium := range list {
		as, wanted := x.inPlaceOf(text, here, failed, medium)
		if !wanted {
			continue
		}
		one := x.fetchOne(ctx, text, as, medium)
		if one == nil {
			came = true
			failed = slices.DeleteFunc(failed, func(a archive.Attachment) bool { return a.ID == as.Attachment || a.ID == as.Replaces })
		} else if !aboutOneText(one) && !errors.Is(one, clinic.E(clinic.CodeNotFound)) && !tooLarge(one) {
			return one
		} else if err == nil {
			err = one
		}
	}
	switch {
	case err != nil:
		return again(err)
	case !came:
		return clinic.E(CodeMediaGone)
	}
	return nil
}

// inPlaceOf says as what an attachment is kept, and whether it is one of those
// that did not come. One that was never listed before makes up for one of those
// that were only counted.
func (x *Exchange) inPlaceOf(text archive.DueText, here, failed []archive.Attachment, medium provider.Medium) (as archive.AttachmentStored, wanted bool) {
	as.Attachment = archive.AttachmentIDOf(x.cfg.Journal.Names(), string(medium.SID))
	for _, a := range here {
		if a.ID == as.Attachment {
			return as, a.Reason != ""
		}
	}
	for n := range text.Media {
		counted := archive.AbsentID(x.cfg.Journal.Names(), text.Message, n)
		if slices.ContainsFunc(failed, func(a archive.Attachment) bool { return a.ID == counted }) {
			as.Replaces = counted
			return as, true
		}
	}
	return as, false
}

func tooLarge(err error) bool {
	return errors.Is(err, clinic.E(provider.CodeMediaTooLarge)) || errors.Is(err, clinic.E(blob.CodeTooLarge))
}

// again gives the provider's refusals the codes that stand beside an attachment.
func again(err error) error {
	switch {
	case errors.Is(err, clinic.E(clinic.CodeNotFound)):
		return clinic.E(CodeMediaGone).Because(err)
	case tooLarge(err):
		return clinic.E(CodeMediaTooLarge).Because(err)
	}
	return err
}
