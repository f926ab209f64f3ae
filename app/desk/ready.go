package desk

import (
	"context"
	"errors"

	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/sqlite"
)

// firstAnswers answers the ready words that may answer a patient who texted first.
func (d *Desk) firstAnswers(ctx context.Context, c *door.Caller, r ThreadRef) (FirstAnswers, error) {
	o, err := d.current()
	if err != nil {
		return FirstAnswers{}, err
	}
	answer := FirstAnswers{Items: []FirstAnswer{}}
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		if err := o.looked(tx, c, r.ID); err != nil {
			return err
		}
		first, err := exchange.FirstAnswers(tx, sightOf(c), r.ID, o.policyLine(), d.cfg.Clock.Now())
		answer.Instead = insteadOf(first.Instead)
		for _, w := range first.Words {
			answer.Items = append(answer.Items, FirstAnswer{Version: w.Version, Language: LanguageName(w.Language), Words: w.Words, Draft: w.Draft})
		}
		return err
	})
	return answer, err
}

func insteadOf(why clinic.Code) FirstInstead {
	switch why {
	case policy.CodeNumberUnverified:
		return "verify"
	case policy.CodeFirstOften:
		return "enough"
	}
	return ""
}

// sendFirst sends ready words to a patient who texted first, and nothing else.
func (d *Desk) sendFirst(ctx context.Context, c *door.Caller, r SendFirst) (SentText, error) {
	o, err := d.current()
	if err != nil {
		return SentText{}, err
	}
	if _, err := o.wire(); err != nil {
		return SentText{}, err
	}
	if err := exchange.WriteFirst(ctx, o.clinic.Journal, c.ID, r.Key, sightOf(c), r.ID, r.Version, o.policyLine()); err != nil {
		return SentText{}, err
	}
	o.poke(jobSend)
	return o.sent(ctx, c, r.Key)
}

// readyWords answers the texts that the program has ready, as they would leave.
func (d *Desk) readyWords(ctx context.Context, _ *door.Caller, _ door.None) (ReadyWords, error) {
	o, err := d.current()
	if err != nil {
		return ReadyWords{}, err
	}
	list := ReadyWords{Longest: policy.MostUnwarned}
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		by, err := exchange.AskerOf(tx)
		if err != nil {
			return err
		}
		all, err := consent.ReadyWords(tx)
		if err != nil {
			return err
		}
		for _, t := range all {
			words, err := t.Filled(by)
			if err != nil && !errors.Is(err, clinic.E(consent.CodeNoPhone)) {
				return err
			}
			row := formRow(t)
			row.Variant = "" // it is no form
			list.Items = append(list.Items, ReadyRow{Form: row, Use: ReadyUse(t.Variant), Text: t.Text, Words: words})
		}
		return nil
	})
	return list, err
}

// saveWords records words of the clinic's own for patients who text first.
func (d *Desk) saveWords(ctx context.Context, c *door.Caller, r SaveWords) (ReadyWords, error) {
	o, err := d.current()
	if err != nil {
		return ReadyWords{}, err
	}
	if _, err = o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		_, err := exchange.SaveWords(dec, consent.NewWords{Language: clinic.Language(r.Language), Text: r.Text, Replaces: r.Replaces})
		return err
	}); err != nil {
		return ReadyWords{}, err
	}
	return d.readyWords(ctx, c, door.None{})
}
