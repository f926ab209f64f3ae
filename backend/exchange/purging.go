package exchange

import (
	"context"
	"errors"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

const (
	// purgeAtOnce is how many texts are taken away before that is recorded.
	purgeAtOnce = 10
	// purgeWithin bounds how long one text may take: reading the provider waits for it.
	purgeWithin = 10 * time.Second
	// purgeLook is how many texts are looked at for them at a time.
	purgeLook = 200
	// neverEnds is how old a text is of which the provider never said more than that
	// it was sent. Nothing new comes of it.
	neverEnds = 7 * 24 * time.Hour
)

// Copies answers for the backups.
type Copies interface {
	// Proven returns up to which position of the log a backup holds everything,
	// attachments included, that was read as a whole since an instant and found to be
	// what was written. Zero where none was. It may take minutes, and is asked before
	// each few texts: who has read a backup lately answers at once.
	Proven(ctx context.Context, since clinic.Instant) (upTo uint64, err error)
}

// provenWithin is how long ago a backup may have been read.
const provenWithin = 24 * time.Hour

// Purge takes away at the provider what the clinic's rule says, of texts that are
// old enough, have come to their end, lie here with all that came with them, and are
// in a backup that was just read. Never the other way round: while one of these is
// not so, the text stays there.
//
// Each text is asked for once more before: where the provider has other words, or
// more attachments, than lie here, it is left alone for good, and counted. What was
// taken away is recorded after; whoever is cut short in between does it again, which
// changes nothing. It takes turns with everything that reads the provider's list, one
// text at a time, and begins none while one of these is under way.
//
// It does nothing without a rule, and returns why where it could not go on:
// [CodePurgeSender], [CodePurgeUnchecked], [CodePurgeNoCopy], or what the provider
// said. tell, which may be nil, hears how many texts are done.
func (x *Exchange) Purge(ctx context.Context, copies Copies, tell func(done int)) error {
	if x.cfg.Purger == nil {
		return nil
	}
	if err := x.purging.take(ctx); err != nil {
		return err
	}
	defer x.purging.give()
	p := purge{Exchange: x}
	if some, err := p.look(ctx); err != nil || !some {
		return err
	}
	for done := 0; ; {
		// Each time: the disk may be gone since.
		var err error
		if p.proven, err = copies.Proven(ctx, x.cfg.Clock.Now().Add(-provenWithin)); err != nil {
			return err
		}
		n, more, err := p.turn(ctx)
		done += n
		if tell != nil && n > 0 {
			tell(done)
		}
		switch {
		case err != nil:
			return err
		case !more && p.uncovered:
			return clinic.E(CodePurgeNoCopy)
		case !more:
			return nil
		}
	}
}

// purge is one run.
type purge struct {
	*Exchange
	proven uint64
	// rule is what the run is for; another one ends it.
	rule Purging
	// at is how far the run has looked, upTo up to where nothing is left to do.
	at, upTo uint64
	// left: a text was passed by that is to be looked at again another time.
	left bool
	// over: a person has changed the rule, or what was missing of a text that the run has
	// passed by has come. The next run begins there.
	over bool
	// uncovered: one of them was, because no backup holds it.
	uncovered bool
}

// look reads the rule and says whether a text is old enough.
func (p *purge) look(ctx context.Context) (some bool, err error) {
	now := p.cfg.Clock.Now()
	err = p.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		if p.rule, err = PurgingOf(tx, now); err != nil || p.rule.Rule == PurgeNothing {
			return err
		}
		p.at, p.upTo = p.rule.upTo, p.rule.upTo
		for after := p.at; !some; {
			texts, err := archive.KeptTexts(tx, after, purgeLook)
			if err != nil || len(texts) == 0 {
				return err
			}
			todo, err := notYet(tx, texts, p.rule.Rule)
			if err != nil {
				return err
			}
			for _, t := range texts {
				some = some || todo[t.ID] && p.old(t, now)
			}
			after = texts[len(texts)-1].Seq
		}
		return nil
	})
	if err == nil && some && p.rule.Waits != nil {
		return false, p.rule.Waits
	}
	return some, err
}

func (p *purge) old(t archive.KeptText, now clinic.Instant) bool {
	return now.Sub(t.At) > time.Duration(p.rule.Days)*24*time.Hour
}

// ended reports whether the provider has nothing more to say about a text.
func ended(t archive.KeptText, now clinic.Instant) bool {
	switch t.State {
	case archive.Received, archive.Delivered, archive.Failed:
		return true
	case archive.Sent:
		return now.Sub(t.At) > neverEnds
	}
	return false
}

// notYet returns those of some texts of which the rule has not been followed, and that
// are not left alone for good.
func notYet(tx *sqlite.Tx, texts []archive.KeptText, rule PurgeRule) (map[clinic.MessageID]bool, error) {
	todo := make(map[clinic.MessageID]bool, len(texts))
	ids := make([]clinic.MessageID, len(texts))
	for i, t := range texts {
		ids[i], todo[t.ID] = t.ID, true
	}
	rows, err := tx.Query(`SELECT message FROM exchange_purged WHERE message IN `+sqlite.InSet+` AND rule IN (?, 'all')
		UNION ALL SELECT message FROM exchange_kept WHERE message IN `+sqlite.InSet,
		sqlite.Set(ids...), string(rule), sqlite.Set(ids...))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id clinic.MessageID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		delete(todo, id)
	}
	return todo, rows.Err()
}

// turn takes some texts away, and says how many and whether there are more.
func (p *purge) turn(ctx context.Context) (done int, more bool, err error) {
	some, more, err := p.next(ctx)
	if err != nil {
		return 0, false, err
	}
	var gone []purgedText
	var kept []keptText
	var trouble error
	for _, t := range some {
		if t.Stored < t.Media {
			kept = append(kept, keptText{t.ID, t.Seq, KeptAttachments})
			continue
		}
		was, fate, err := p.alone(ctx, t)
		switch fate {
		case fateGone:
			gone = append(gone, was)
			continue
		case fateLater:
			p.pass(t)
		default:
			kept = append(kept, keptText{t.ID, t.Seq, WhyKept(fate)})
		}
		if err != nil || p.over {
			trouble, more = err, false
			break
		}
	}
	if trouble == nil && !p.left {
		p.upTo = p.at
	}
	if len(gone)+len(kept) == 0 && p.upTo == p.rule.upTo {
		return 0, more, trouble
	}
	// It is done: that is recorded even where the run is being cancelled.
	recording, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordWithin)
	defer cancel()
	_, err = p.cfg.Journal.Submit(recording, journal.Actor{}, func(d *journal.Decision) error {
		now, err := purgeRule(d.Tx)
		if err != nil {
			return err
		}
		if p.over = p.over || now.upTo < p.rule.upTo; p.over {
			p.upTo = min(p.upTo, now.upTo)
		}
		d.Record(journal.Event{Kind: kindPurged, Body: purgedBody{Rule: p.rule.Rule, Texts: gone, Kept: kept, UpTo: p.upTo}})
		return nil
	})
	p.rule.upTo = p.upTo
	more = more && !p.over
	return len(gone), more, errors.Join(trouble, err)
}

// pass leaves a text for another time.
func (p *purge) pass(t archive.KeptText) {
	if !p.left || t.Seq <= p.upTo {
		p.left, p.upTo = true, t.Seq-1
	}
}

// fate is what becomes of a text in its turn: one of these, or why it is left alone for
// good.
type fate string

const (
	fateLater fate = ""
	fateGone  fate = "gone"
)

// alone takes one text away while nothing reads the provider's list.
func (p *purge) alone(ctx context.Context, t archive.KeptText) (was purgedText, is fate, err error) {
	// Listening waits least: its turn is taken last.
	for _, reading := range []turns{p.comparing, p.filling, p.fetching, p.checking, p.listening} {
		if err := reading.take(ctx); err != nil {
			return was, fateLater, err
		}
		defer reading.give()
	}
	if err := p.cfg.Journal.Read(ctx, p.still); err != nil || p.over {
		return was, fateLater, err
	}
	ctx, cancel := context.WithTimeout(ctx, purgeWithin)
	defer cancel()
	return p.take(ctx, t)
}

// still returns what forbids to take away anything, and notes whether the run is over. It
// is asked before each text.
func (p *purge) still(tx *sqlite.Tx) error {
	rule, err := purgeRule(tx)
	if err != nil {
		return err
	}
	if p.over = rule.Rule != p.rule.Rule || rule.Days != p.rule.Days || rule.upTo < p.rule.upTo; p.over {
		return nil
	}
	waits, err := mayPurge(tx, p.cfg.Clock.Now())
	if err == nil && waits != nil {
		return waits
	}
	return err
}

// next returns the texts of one turn.
func (p *purge) next(ctx context.Context) (some []archive.KeptText, more bool, err error) {
	now := p.cfg.Clock.Now()
	err = p.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		if err := p.still(tx); err != nil || p.over {
			return err
		}
		for more = true; more && len(some) == 0; {
			texts, err := archive.KeptTexts(tx, p.at, purgeLook)
			if err != nil {
				return err
			}
			if len(texts) == 0 {
				more = false
				return nil
			}
			todo, err := notYet(tx, texts, p.rule.Rule)
			if err != nil {
				return err
			}
			for _, t := range texts {
				if len(some) == purgeAtOnce {
					break
				}
				p.at = t.Seq
				switch {
				case !todo[t.ID]:
				case !p.old(t, now), !ended(t, now), t.Due:
					p.pass(t)
				case t.Last > p.proven:
					p.pass(t)
					p.uncovered = true
				default:
					some = append(some, t)
				}
			}
		}
		return nil
	})
	return some, more, err
}

// take takes one text away, or leaves it alone.
func (p *purge) take(ctx context.Context, t archive.KeptText) (was purgedText, is fate, err error) {
	was = purgedText{Message: t.ID, At: t.At}
	sid := provider.SID(t.SID)
	there, err := p.cfg.SMS.Fetch(ctx, sid)
	switch {
	case errors.Is(err, clinic.E(clinic.CodeNotFound)):
		return was, fateGone, nil
	case err != nil:
		return was, fateLater, err
	case there.Body != "" && there.Body != t.Body:
		return was, fate(KeptWords), nil
	case there.NumMedia > t.Stored:
		return was, fate(KeptAttachments), nil
	}
	if there.NumMedia > 0 {
		var is fate
		if was.Attachments, is, err = p.takeMedia(ctx, t); err != nil || is != fateGone {
			return was, is, err
		}
	}
	if p.rule.Rule == PurgeAll {
		err = p.cfg.Purger.Delete(ctx, sid)
	} else if there.Body != "" {
		_, err = p.cfg.Purger.Redact(ctx, sid)
	}
	switch {
	case errors.Is(err, clinic.E(clinic.CodeNotFound)), err == nil:
		return was, fateGone, nil
	case errors.Is(err, clinic.E(provider.CodeNotFinished)):
		return was, fateLater, nil
	}
	return was, fateLater, err
}

// takeMedia takes the attachments of a text away, where each of them lies here.
func (p *purge) takeMedia(ctx context.Context, t archive.KeptText) (n int, is fate, err error) {
	if p.cfg.Media == nil {
		return 0, fateLater, nil
	}
	list, err := p.cfg.Media.ListMedia(ctx, provider.SID(t.SID))
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		return 0, fateGone, nil
	}
	if err != nil {
		return 0, fateLater, err
	}
	here := map[clinic.AttachmentID]bool{}
	if err := p.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		all, err := archive.AttachmentsOf(tx, t.ID)
		for _, a := range all[t.ID] {
			here[a.ID] = a.Reason == ""
		}
		return err
	}); err != nil {
		return 0, fateLater, err
	}
	// What went from here has no name of the provider's here: what it lists is what it was
	// given, and no more than that.
	ours := here[archive.PictureIDOf(p.cfg.Journal.Names(), t.ID)]
	for _, medium := range list {
		if !here[archive.AttachmentIDOf(p.cfg.Journal.Names(), string(medium.SID))] && !(ours && len(list) == 1) {
			return 0, fate(KeptAttachments), nil
		}
	}
	for _, medium := range list {
		err := p.cfg.Purger.DeleteMedia(ctx, provider.SID(t.SID), medium.SID)
		if errors.Is(err, clinic.E(provider.CodeNotFinished)) {
			return n, fateLater, nil
		}
		if err != nil && !errors.Is(err, clinic.E(clinic.CodeNotFound)) {
			return n, fateLater, err
		}
		n++
	}
	return n, fateGone, nil
}
