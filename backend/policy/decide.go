package policy

import (
	"slices"
	"time"

	"quietline/backend/clinic"
)

const (
	// searchDays is how far ahead a text may be told to wait. What cannot go for
	// two weeks is refused: by then it says something else.
	searchDays = 14
	// heldLimit is how long an outage or a lock may hold a text before a person
	// has to read it again, and how long such a confirmation counts.
	heldLimit = 30 * time.Minute
	// clockSkew is by how much the provider's clock, or another seat's, may be
	// ahead of this one.
	clockSkew = 5 * time.Minute
	// scheduleAhead is how far ahead a reminder may be handed to the provider.
	scheduleAhead = 72 * time.Hour
	// verbalLimit is how long a spoken consent may carry texts where the clinic
	// lets it.
	verbalLimit = 30 * 24 * time.Hour
	// replyWithin is how long the patient's own text lifts the clinic's limits.
	replyWithin = 24 * time.Hour
)

// A clock outside of these shows that it was never set, or was set by mistake.
var (
	earliestNow = clinic.At(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	latestNow   = clinic.At(time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC))
)

// Decide says whether a text may go now (or, with Draft.SendAt, at that time),
// and everything that stands in its way if not. It is pure and total; the worst
// outcome of all rules is the verdict's.
func Decide(draft Draft, facts Facts) Verdict { return decide(rules(), draft, facts) }

func decide(table []rule, draft Draft, facts Facts) Verdict {
	q := newQuestion(draft, facts)
	var reasons []Reason
	var used []Override
	var timed []rule
	for _, r := range table {
		accepted := false
		for _, reason := range r.reasons(q) {
			if o, ok := q.override(reason); ok {
				used = append(used, o)
				accepted = true
				continue
			}
			reasons = append(reasons, reason)
		}
		if r.opens != nil && !accepted {
			timed = append(timed, r)
		}
	}
	v := Verdict{Outcome: hardest(reasons)}
	if v.Outcome == WaitUntil {
		v.Until, reasons = q.waiting(timed, reasons)
		v.Outcome = hardest(reasons)
	}
	slices.SortStableFunc(reasons, hardestFirst)
	v.Reasons = reasons
	switch v.Outcome {
	case Go:
		v.Basis = q.basis(used)
	case WaitUntil:
		v.Override = permissionFor(reasons, WaitUntil)
	case NeedsOverride:
		v.Override = permissionFor(reasons, NeedsOverride)
	}
	return v
}

// waiting finds when the text may go. Where waiting is of no use it returns no
// instant and adds the reason for that.
func (q *question) waiting(timed []rule, reasons []Reason) (clinic.Instant, []Reason) {
	until, ok := q.firstOpen(timed)
	if ok && (q.draft.AppointmentAt <= q.at || until < q.draft.AppointmentAt) {
		return until, reasons
	}
	stuck := Reason{
		Code: CodeNoTime, Params: clinic.Params{"days": searchDays}, Source: SourceProgram,
		NextStep: NextCheckSettings, Outcome: Refused,
	}
	if ok {
		stuck = Reason{Code: CodeTooLate, Source: SourceClinic, NextStep: NextCallPatient, Outcome: Refused}
	}
	// Where everything in the way is the clinic's own limit, a person may lift it.
	if p := permissionFor(reasons, WaitUntil); p != "" {
		stuck.Outcome, stuck.Override = NeedsOverride, p
		stuck.NextStep = NextCallOrOverride
	}
	return 0, append(reasons, stuck)
}

// firstOpen returns the first instant, from the one asked about, at which every
// rule that depends on time is satisfied. Each round moves to a later opening
// of some rule, and up to the end of the search there are finitely many, so it
// ends; it finds the first, because no rule's opening lies beyond one that all
// share.
func (q *question) firstOpen(timed []rule) (clinic.Instant, bool) {
	for t := q.at; ; {
		start := t
		for _, r := range timed {
			opens, ok := r.opens(q, t)
			if !ok || opens > q.limit {
				return 0, false
			}
			t = max(t, opens)
		}
		if t == start {
			return t, true
		}
	}
}

func hardest(reasons []Reason) Outcome {
	worst := Go
	for _, r := range reasons {
		if r.Outcome.hardness() > worst.hardness() {
			worst = r.Outcome
		}
	}
	return worst
}

// permissionFor returns the permission that sets aside every reason at least as
// hard as from, or nothing where one of them cannot be set aside.
func permissionFor(reasons []Reason, from Outcome) Permission {
	var p Permission
	for _, r := range reasons {
		if r.Outcome.hardness() < from.hardness() {
			continue
		}
		if r.Override == "" {
			return ""
		}
		if !p.Covers(r.Override) {
			p = r.Override
		}
	}
	return p
}

// question is a draft and its facts, with what several rules ask of them.
type question struct {
	draft Draft
	facts Facts
	// at is the instant asked about, limit the end of any search from it.
	at, limit clinic.Instant
	// number is the one written to, or nil where it is not the patient's.
	number *NumberFact
	// consent is the patient's consent where texts may rest on it, else nil.
	consent *ConsentFact
	// patientZone and consentZone are nil where nobody recorded either.
	patientZone, consentZone *time.Location
	// reply says that the draft answers the patient's own, recent text.
	reply bool
}

func newQuestion(draft Draft, facts Facts) *question {
	q := &question{draft: draft, facts: facts, at: facts.Now}
	if !q.clockSet() {
		q.at = earliestNow
	}
	if draft.SendAt > q.at && draft.SendAt <= q.at.Add(scheduleAhead) {
		q.at = draft.SendAt
	}
	q.limit = q.at.Add(searchDays * 24 * time.Hour)
	for i := range facts.Numbers {
		if n := &facts.Numbers[i]; n.ID == draft.To && !n.ID.IsZero() {
			q.number = n
			break
		}
	}
	q.patientZone = usable(facts.Patient.Zone)
	if c := facts.Consent; c != nil {
		q.consentZone = usable(c.Zone)
		if !q.unwarned() && consentGap(c) == "" {
			q.consent = c
		}
	}
	if q.consentZone == nil {
		q.consentZone = q.patientZone
	}
	if q.patientZone == nil {
		q.patientZone = q.consentZone
	}
	in := facts.LastInbound
	q.reply = draft.StartedBy == ByPatient && !in.ID.IsZero() && in.From == draft.To &&
		in.At > 0 && in.At <= facts.Now.Add(clockSkew)
	return q
}

func (q *question) clockSet() bool { return q.facts.Now >= earliestNow && q.facts.Now < latestNow }

// usable refuses the zone of this computer: a rule about the patient's evening
// must not follow the settings of a laptop.
func usable(zone *time.Location) *time.Location {
	if zone == nil || zone == time.Local || zone.String() == time.Local.String() {
		return nil
	}
	return zone
}

// limitsBind reports whether the clinic's own hours and caps count at t.
func (q *question) limitsBind(t clinic.Instant) bool {
	return q.draft.Purpose == AskConsent || !q.reply || t > q.facts.LastInbound.At.Add(replyWithin)
}

// override returns the one by which someone has set a reason aside: lately, where
// waiting may change it.
func (q *question) override(r Reason) (Override, bool) {
	if r.Override == "" || r.Code == "" {
		return Override{}, false
	}
	now := q.facts.Now
	for _, o := range q.draft.Overrides {
		fresh := r.stays || o.At >= now.Add(-heldLimit)
		if o.Code == r.Code && !o.By.IsZero() && fresh && o.At <= now.Add(clockSkew) {
			return o, true
		}
	}
	return Override{}, false
}

// basis is called where no rule objects; so there is a consent in force, or the text
// is one of those that leave without.
func (q *question) basis(used []Override) Basis {
	b := Basis{Kind: ByConsent, DecidedAt: q.facts.Now, Rules: RulesVersion, Overrides: used}
	if q.consent != nil {
		b.ConsentID, b.ConsentVersion = q.consent.ID, q.consent.Version
	}
	switch {
	case q.draft.Purpose == AskConsent:
		b.Kind, b.Source = ByRequest, SourceTextLimits
		if r := q.facts.Request; r != nil {
			b.ConsentID, b.ConsentVersion = r.ID, r.Version
		}
	case q.draft.Purpose == FirstAnswer:
		b.Kind, b.Source, b.InReplyTo = ByFirstText, SourceTextLimits, q.facts.LastInbound.ID
	case !q.limitsBind(q.at):
		b.Kind, b.InReplyTo = ByReply, q.facts.LastInbound.ID
	}
	return b
}
