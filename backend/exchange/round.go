package exchange

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

const (
	// AskEvery spaces the questions of a round where Config does not say otherwise, so
	// that the answers can be read and the round be called off while few have left.
	AskEvery = 5 * time.Second
	// askIdle is how long AskNext rests where no round runs; beginning one wakes it.
	askIdle = 5 * time.Minute
	// askTrouble is how long it rests while the clinic as a whole sends nothing.
	askTrouble = 30 * time.Second
	// lookAgain is when a patient is looked at again who waits for her hour at the latest:
	// the clinic's hours may have changed.
	lookAgain = 10 * time.Minute
	// looksAtOnce bounds how many patients one call of AskNext passes by.
	looksAtOnce = 40
	// failsInRow is after how many questions in a row that did not arrive a round is over.
	failsInRow = 5
)

// askingMany is what is remembered of a round from one call of AskNext to the next.
type askingMany struct {
	of consent.RoundID
	// hours is from when on a patient who waits for her hour is looked at again.
	hours map[clinic.PatientID]clinic.Instant
	// rest is how long AskNext has nothing to do.
	rest time.Duration
}

// BeginRound begins to ask patients for a consent by text. The same round twice is one.
// consent.CodeRoundOff: the clinic does not ask many; CodeMayNotGo with parameter
// "reason": it sends nothing at all for now.
func BeginRound(d *journal.Decision, id consent.RoundID, who []clinic.PatientID, line policy.Line) error {
	texting, err := settings.GetTexting(d.Tx)
	if err != nil {
		return err
	}
	if !texting.AskMany {
		return clinic.E(consent.CodeRoundOff)
	}
	if err := consent.BeginRound(d, id, who); err != nil {
		return err
	}
	a, err := CanAsk(d.Tx, who[0], line, d.Now)
	if err != nil {
		return err
	}
	if r, found := KeepsEverybody(a.Reasons); found {
		return clinic.E(CodeMayNotGo).With("reason", r.Code)
	}
	return nil
}

// CallOff ends the round that runs, if any, and takes back what of it has not left.
func CallOff(d *journal.Decision, end consent.RoundEnd) error {
	r, found, err := consent.LastRound(d.Tx)
	if err != nil || !found || r.End != consent.RoundRuns {
		return err
	}
	consent.EndRound(d, r, end)
	asked, err := consent.NewestInRound(d.Tx, r.ID, failsInRow)
	if err != nil {
		return err
	}
	for _, q := range asked {
		m, err := archive.GetMessage(d.Tx, archive.SeeAll(), q.Message)
		switch {
		case errors.Is(err, clinic.E(clinic.CodeNotFound)):
		case err != nil:
			return err
		case m.State == archive.Waiting, m.State == archive.Later, m.State == archive.Held:
			if err := archive.Withdraw(d, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// AskNext asks the next patient of the round that runs, one after the other, and passes by
// those who cannot be asked. Whether she may be asked is decided anew in the decision that
// records her turn: a lock or a stop of the program in between asks nobody twice. Whom
// nothing keeps but the hour waits for it; who may not be asked is passed over, with the
// reason. While the provider does not answer, and while the clinic sends nothing at all,
// nobody's turn comes. AskRest says when to call it again.
func (x *Exchange) AskNext(ctx context.Context) error {
	x.restAsking(askTrouble)
	if s := x.Status(); s.Heard.IsZero() || s.Problem != nil {
		return nil
	}
	for range looksAtOnce {
		var t turn
		if err := x.cfg.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
			t, err = x.nextTurn(tx, x.cfg.Clock.Now())
			return err
		}); err != nil {
			return err
		}
		if t.rest > 0 {
			x.restAsking(t.rest)
			return nil
		}
		if !t.until.IsZero() {
			x.sleeps(t)
			continue
		}
		if _, err := x.cfg.Journal.Submit(ctx, journal.Actor{}, func(d *journal.Decision) error { return x.takeTurn(d) }); err != nil {
			return err
		}
		if t.asks {
			break
		}
	}
	x.restAsking(x.askEvery())
	return ctx.Err()
}

// AskRest returns how long to rest after a call of AskNext that returned err.
func (x *Exchange) AskRest(err error) time.Duration {
	if err != nil {
		return askTrouble
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return max(x.many.rest, 100*time.Millisecond)
}

func (x *Exchange) askEvery() time.Duration { return cmp.Or(x.cfg.AskEvery, AskEvery) }

func (x *Exchange) restAsking(rest time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.many.rest = rest
}

// sleeps remembers when a patient is looked at again.
func (x *Exchange) sleeps(t turn) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.many.of != t.round.ID {
		x.many.of, x.many.hours = t.round.ID, map[clinic.PatientID]clinic.Instant{}
	}
	x.many.hours[t.patient] = min(t.until, x.cfg.Clock.Now().Add(lookAgain))
}

// awake returns the first of some patients who is to be looked at, or when the next one is.
func (x *Exchange) awake(of consent.RoundID, waiting []clinic.PatientID, now clinic.Instant) (clinic.PatientID, clinic.Instant) {
	x.mu.Lock()
	defer x.mu.Unlock()
	var soonest clinic.Instant
	for _, who := range waiting {
		until := x.many.hours[who]
		if x.many.of != of || until <= now {
			return who, 0
		}
		if soonest == 0 || until < soonest {
			soonest = until
		}
	}
	return clinic.PatientID{}, soonest
}

// turn is what is to be done next: to rest, to let a patient wait for her hour, to end
// the round, to ask her, or to pass her over.
type turn struct {
	rest    time.Duration
	round   consent.Round
	patient clinic.PatientID
	until   clinic.Instant
	ends    consent.RoundEnd
	asks    bool
	why     policy.Reason
}

func (x *Exchange) takeTurn(d *journal.Decision) error {
	t, err := x.nextTurn(d.Tx, d.Now)
	switch {
	case err != nil || t.rest > 0 || !t.until.IsZero():
		return err
	case t.ends != consent.RoundRuns:
		consent.EndRound(d, t.round, t.ends)
		return nil
	case !t.asks:
		consent.PassedOver(d, t.round.ID, t.patient, t.why)
		return nil
	}
	id, err := AskByText(d, t.patient, x.cfg.Line)
	if err == nil {
		consent.AskedInTurn(d, t.round.ID, t.patient, id)
	}
	return err
}

func (x *Exchange) nextTurn(tx *sqlite.Tx, now clinic.Instant) (turn, error) {
	r, found, err := consent.LastRound(tx)
	if err != nil || !found || r.End != consent.RoundRuns {
		return turn{rest: askIdle}, err
	}
	t := turn{round: r}
	last, asked, err := newestAsked(tx, r.ID)
	if err != nil {
		return t, err
	}
	if t.ends, err = endsNow(tx, r, asked); err != nil || t.ends != consent.RoundRuns {
		return t, err
	}
	// One leaves after the other.
	if len(asked) > 0 && slices.Contains([]archive.State{archive.Waiting, archive.Sending, archive.Unsure}, asked[0]) {
		return turn{rest: x.askEvery()}, nil
	}
	if since, every := now.Sub(last), x.askEvery(); since < every {
		return turn{rest: every - max(since, 0)}, nil
	}
	waiting, err := consent.WaitingIn(tx, r.ID)
	if err != nil {
		return t, err
	}
	if t.patient, t.until = x.awake(r.ID, waiting, now); !t.until.IsZero() {
		return turn{rest: max(t.until.Sub(now), x.askEvery())}, nil
	}
	a, err := CanAsk(tx, t.patient, x.cfg.Line, now)
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) { // her record was destroyed since
		t.why = policy.Reason{Code: policy.CodeNoPatient, Source: policy.SourceProgram, NextStep: policy.NextChoosePatient, Outcome: policy.Refused}
		return t, nil
	}
	if errors.Is(err, clinic.E(consent.CodeNoPhone)) {
		return turn{rest: askTrouble}, nil
	}
	if err != nil {
		return t, err
	}
	if _, found := KeepsEverybody(a.Reasons); found {
		return turn{rest: askTrouble}, nil
	}
	switch a.Outcome {
	case policy.Go:
		t.asks = true
	case policy.WaitUntil:
		t.until = a.Until
	default:
		t.why = a.Reasons[0]
	}
	return t, nil
}

// endsNow returns why a round is over that runs, empty where it is not.
func endsNow(tx *sqlite.Tx, r consent.Round, asked []archive.State) (consent.RoundEnd, error) {
	if r.Waiting == 0 {
		return consent.RoundDone, nil
	}
	// After a copy was put back, what is missing may have asked some of them.
	if read, err := readingOf(tx); err != nil || read.alone > r.Begun {
		return consent.RoundRestored, err
	}
	texting, err := settings.GetTexting(tx)
	if err != nil || !texting.AskMany {
		return consent.RoundOff, err
	}
	if len(asked) == failsInRow && !slices.ContainsFunc(asked, func(s archive.State) bool { return s != archive.Failed }) {
		return consent.RoundFails, nil
	}
	return consent.RoundRuns, nil
}

// newestAsked returns when the last question of a round was written, and what has become
// of the newest ones, the last first.
func newestAsked(tx *sqlite.Tx, id consent.RoundID) (last clinic.Instant, all []archive.State, err error) {
	asked, err := consent.NewestInRound(tx, id, failsInRow)
	for _, q := range asked {
		m, err := archive.GetMessage(tx, archive.SeeAll(), q.Message)
		if err != nil && !errors.Is(err, clinic.E(clinic.CodeNotFound)) { // destroyed by retention
			return 0, nil, err
		}
		last, all = max(last, q.Asked), append(all, m.State)
	}
	return last, all, err
}

// KeepsEverybody returns the reason for which nobody at all can be asked, if that is so.
func KeepsEverybody(all []policy.Reason) (policy.Reason, bool) {
	whole := []clinic.Code{policy.CodeClockUnset, policy.CodeNotLive, policy.CodeNotReviewed, policy.CodeUsedElsewhere}
	i := slices.IndexFunc(all, func(r policy.Reason) bool { return slices.Contains(whole, r.Code) })
	if i < 0 {
		return policy.Reason{}, false
	}
	return all[i], true
}
