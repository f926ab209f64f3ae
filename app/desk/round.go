package desk

import (
	"context"
	"errors"
	"slices"

	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/records"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

// roundLooked is how many patients without a consent are looked at for a round.
const roundLooked = 2000

// roundPeople answers who of the patients in sight without a consent can be asked for one
// by text, and who cannot and why.
func (d *Desk) roundPeople(ctx context.Context, c *door.Caller, _ door.None) (RoundPeople, error) {
	o, err := d.current()
	if err != nil {
		return RoundPeople{}, err
	}
	answer := RoundPeople{Items: []RoundPerson{}, Words: []RoundWords{}, Most: consent.MostInRound}
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		now := d.cfg.Clock.Now()
		lines, err := records.Lines(tx, sightOf(c).Patients(), records.Filter{Standing: records.Missing}, now)
		if errors.Is(err, clinic.E(records.CodeEmpty)) {
			return nil
		}
		if err != nil {
			return err
		}
		if answer.More = len(lines) > roundLooked; answer.More {
			lines = lines[:roundLooked]
		}
		ids := make([]clinic.PatientID, len(lines))
		for i, l := range lines {
			ids[i] = l.Patient.ID
		}
		all, err := exchange.CanAskEach(tx, o.policyLine(), now, ids...)
		if err != nil {
			return err
		}
		for _, l := range lines {
			a := all[l.Patient.ID]
			c.Saw(l.Patient.Dossier)
			row := RoundPerson{
				ID: l.Patient.ID, Name: l.Patient.Name, Language: LanguageName(l.Patient.Language), Phone: a.Number.Phone.Display(), May: a.May(),
				Until: a.Until, Reasons: []Reason{}, Before: askedBefore(l),
			}
			if !row.May {
				row.Reasons = reasonsOf(a.Reasons[:1])
			}
			answer.Items = append(answer.Items, row)
			if row.May && !slices.ContainsFunc(answer.Words, func(w RoundWords) bool { return w.Language == row.Language }) {
				answer.Words = append(answer.Words, RoundWords{
					Language: row.Language, Words: a.Words, Segments: provider.CountSegments(a.Words).Segments, Draft: a.Draft(),
				})
			}
		}
		return nil
	})
	return answer, err
}

// beginRound begins to ask patients in sight for a consent by text.
func (d *Desk) beginRound(ctx context.Context, c *door.Caller, r BeginRound) (RoundStanding, error) {
	o, err := d.current()
	if err != nil {
		return RoundStanding{}, err
	}
	if _, err := o.wire(); err != nil {
		return RoundStanding{}, err
	}
	if !r.Welcome {
		return RoundStanding{}, clinic.E(consent.CodeNotWelcome)
	}
	if len(r.Patients) > consent.MostInRound {
		return RoundStanding{}, clinic.E(consent.CodeRoundSize).With("most", consent.MostInRound)
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		for _, id := range r.Patients {
			if err := mustSee(dec.Tx, sightOf(c), id); err != nil {
				return err
			}
		}
		return exchange.BeginRound(dec, r.ID, r.Patients, o.policyLine())
	}); err != nil {
		return RoundStanding{}, err
	}
	o.poke(jobAskMany)
	return o.roundStanding(ctx)
}

// roundStanding answers how far the last round has come.
func (d *Desk) roundStanding(ctx context.Context, _ *door.Caller, _ door.None) (RoundStanding, error) {
	o, err := d.current()
	if err != nil {
		return RoundStanding{}, err
	}
	return o.roundStanding(ctx)
}

func (o *open) roundStanding(ctx context.Context) (shown RoundStanding, err error) {
	shown.Reasons = []Reason{}
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		last, found, err := consent.LastRound(tx)
		if err != nil || !found {
			return err
		}
		names, err := staff.Names(tx, last.By)
		if err != nil {
			return err
		}
		shown.Found, shown.ID, shown.End, shown.Begun, shown.Ended, shown.By = true, last.ID, RoundEnd(last.End), last.Begun, last.Ended, names[last.By]
		shown.Waiting, shown.Asked, shown.Passed = last.Waiting, last.Asked, last.Passed
		now := o.cfg.Clock.Now()
		all, err := consent.PatientsIn(tx, last.ID, now)
		if err != nil {
			return err
		}
		for _, p := range all {
			shown.Answers.count(outcomeOf(p))
		}
		if last.End != consent.RoundRuns {
			return nil
		}
		return o.roundWaitsFor(tx, &shown, all, now)
	})
	return shown, err
}

// roundWaitsFor says what the next patient of a round waits for: the soonest of them, or
// what keeps the clinic from asking anybody.
func (o *open) roundWaitsFor(tx *sqlite.Tx, shown *RoundStanding, all []consent.InRound, now clinic.Instant) error {
	next := slices.IndexFunc(all, func(p consent.InRound) bool { return p.Turn.IsZero() })
	if next < 0 {
		return nil
	}
	a, err := exchange.CanAsk(tx, all[next].Patient, o.policyLine(), now)
	switch {
	case errors.Is(err, clinic.E(clinic.CodeNotFound)):
		return nil // her record was destroyed; her turn says so
	case errors.Is(err, clinic.E(consent.CodeNoPhone)):
		shown.Problem = problemOf(clinic.E(consent.CodeNoPhone))
		return nil
	case err != nil:
		return err
	}
	if a.Outcome == policy.WaitUntil {
		shown.Until = a.Until
	}
	if reason, found := exchange.KeepsEverybody(a.Reasons); found {
		shown.Reasons = reasonsOf([]policy.Reason{reason})
	}
	return nil
}

func (a *RoundAnswers) count(o RoundOutcome) {
	switch o {
	case OutcomeOpen:
		a.Open++
	case OutcomeWords:
		a.Words++
	case OutcomeYes:
		a.Yes++
	case OutcomeNo:
		a.No++
	case OutcomeSilent:
		a.Silent++
	case OutcomeOver:
		a.Over++
	}
}

// roundsAtOnce is how many earlier rounds one answer names.
const roundsAtOnce = 20

// earlierRounds answers the rounds before another.
func (d *Desk) earlierRounds(ctx context.Context, _ *door.Caller, r RoundRef) (EarlierRounds, error) {
	o, err := d.current()
	if err != nil {
		return EarlierRounds{}, err
	}
	answer := EarlierRounds{Items: []EarlierRound{}}
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		all, err := consent.RoundsBefore(tx, r.ID, roundsAtOnce+1)
		if err != nil {
			return err
		}
		if len(all) > roundsAtOnce {
			all = all[:roundsAtOnce]
			answer.Next = all[roundsAtOnce-1].ID
		}
		by := make([]clinic.StaffID, len(all))
		for i, one := range all {
			by[i] = one.By
		}
		names, err := staff.Names(tx, by...)
		if err != nil {
			return err
		}
		for _, one := range all {
			answer.Items = append(answer.Items, EarlierRound{
				ID: one.ID, End: RoundEnd(one.End), Begun: one.Begun, Ended: one.Ended, By: names[one.By],
				Asked: one.Asked, Passed: one.Passed, Total: one.Waiting + one.Asked + one.Passed,
			})
		}
		return nil
	})
	return answer, err
}

// roundWho answers who of a round is in sight, and what has come of each.
func (d *Desk) roundWho(ctx context.Context, c *door.Caller, r RoundRef) (RoundWho, error) {
	o, err := d.current()
	if err != nil {
		return RoundWho{}, err
	}
	list := RoundWho{Items: []RoundRow{}}
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		all, err := consent.PatientsIn(tx, r.ID, d.cfg.Clock.Now())
		if err != nil {
			return err
		}
		ids := make([]clinic.PatientID, len(all))
		for i, p := range all {
			ids[i] = p.Patient
		}
		known, err := patients.GetAll(tx, ids...)
		if err != nil {
			return err
		}
		for _, p := range all {
			who, found := known[p.Patient]
			if !found { // her record was destroyed
				continue
			}
			if err := mustSee(tx, sightOf(c), p.Patient); errors.Is(err, clinic.E(clinic.CodeNotFound)) {
				continue
			} else if err != nil {
				return err
			}
			c.Saw(who.Dossier)
			row := RoundRow{Patient: PatientName{ID: p.Patient, Name: who.Name}, Outcome: outcomeOf(p), Reasons: []Reason{}}
			if p.Reason != nil {
				row.Reasons = reasonsOf([]policy.Reason{*p.Reason})
			}
			list.Items = append(list.Items, row)
		}
		return nil
	})
	return list, err
}

// callOffRound asks nobody more, and takes back the question that has not left. Who was
// asked stays asked.
func (d *Desk) callOffRound(ctx context.Context, c *door.Caller, _ door.None) (RoundStanding, error) {
	o, err := d.current()
	if err != nil {
		return RoundStanding{}, err
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		return exchange.CallOff(dec, consent.RoundStopped)
	}); err != nil {
		return RoundStanding{}, err
	}
	return o.roundStanding(ctx)
}
