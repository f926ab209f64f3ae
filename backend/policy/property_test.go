package policy_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quietline/backend/clinic"
	"quietline/backend/policy"
)

const hour = time.Hour

var mondayMorning = time.Date(2026, 3, 16, 16, 0, 0, 0, time.UTC) // 10:00 in Denver

// zones have every kind of change that a clock can see: an hour forward and
// back, half an hour (Lord Howe), at midnight (Havana, Santiago), two hours
// (Troll), none at all (Phoenix, UTC).
var zones = []string{
	"America/Denver", "America/New_York", "America/Phoenix", "America/Havana", "America/Santiago",
	"Australia/Lord_Howe", "Antarctica/Troll", "Asia/Kathmandu", "UTC",
}

func near(t *rapid.T, base clinic.Instant, within time.Duration, label string) clinic.Instant {
	minutes := int(within.Minutes())
	i := base.Add(time.Duration(rapid.IntRange(-minutes, minutes).Draw(t, label)) * time.Minute)
	return i + clinic.Instant(rapid.SampledFrom([]int{0, 0, 1, -1, 500}).Draw(t, label+" ms"))
}

func drawHours(t *rapid.T, label string) policy.Hours {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) policy.Window {
		return policy.Window{
			Days: policy.Weekdays(rapid.Byte().Draw(t, "days")),
			From: rapid.IntRange(-10, 1440).Draw(t, "from"),
			To:   rapid.IntRange(0, 1500).Draw(t, "to"),
		}
	}), 0, 3).Draw(t, label)
}

// drawPlausible draws what the program could really see: days around the
// changes of clocks, facts in every state.
func drawPlausible(t *rapid.T) (policy.Draft, policy.Facts) {
	draft, facts := drawHopeful(t)
	if rapid.IntRange(0, 9).Draw(t, "zone unknown") == 0 {
		facts.Patient.Zone = nil
	}
	if rapid.IntRange(0, 9).Draw(t, "opted out") == 0 {
		facts.Numbers[rapid.IntRange(0, len(facts.Numbers)-1).Draw(t, "on")].OptedOutSince = facts.Now
	}
	facts.Consent.Categories = policy.Categories()[:rapid.IntRange(0, 5).Draw(t, "categories")]
	if rapid.IntRange(0, 4).Draw(t, "any state") == 0 {
		facts.Consent.State = rapid.SampledFrom(policy.ConsentStates()).Draw(t, "state")
	}
	facts.Consent.Held = rapid.SampledFrom([]policy.Hold{"", policy.HoldAge, policy.HoldDispute, policy.HoldCourt, policy.HoldSelf, "?"}).Draw(t, "hold")
	facts.Settings.AllowVerbal = rapid.Bool().Draw(t, "spoken words")
	facts.Consent.SelfSigned = rapid.Bool().Draw(t, "herself")
	for i := range facts.Numbers {
		if rapid.IntRange(0, 4).Draw(t, "a stranger has it") == 0 {
			facts.Numbers[i].Paused = rapid.SampledFrom([]policy.Pause{policy.PausedWrongNumber, policy.PausedIncident}).Draw(t, "why")
		}
		facts.Numbers[i].Guardian = rapid.IntRange(0, 3).Draw(t, "a guardian's") == 0
	}
	if rapid.IntRange(0, 3).Draw(t, "a minor") == 0 {
		facts.Consent.OfAge = near(t, facts.Now, 20*24*hour, "of age")
	}
	if rapid.IntRange(0, 3).Draw(t, "names numbers") == 0 {
		facts.Consent.Numbers = []clinic.NumberID{rapid.SampledFrom([]clinic.NumberID{mobile, phones["home"]}).Draw(t, "named")}
	}
	facts.Consent.Excluded = policy.Categories()[:rapid.IntRange(0, 2).Draw(t, "excluded")]
	facts.Consent.Channel = rapid.SampledFrom([]policy.Channel{"", "", policy.ChannelCall, policy.ChannelLetter, "?"}).Draw(t, "channel")
	facts.Consent.Frequency.PerDay = rapid.IntRange(0, 2).Draw(t, "frequency of a day")
	if rapid.IntRange(0, 9).Draw(t, "no consent") == 0 {
		facts.Consent = nil
	}
	if rapid.IntRange(0, 3).Draw(t, "without a consent") == 0 {
		drawUnwarned(t, &draft, &facts)
	}
	return draft, facts
}

// drawUnwarned makes a text one that leaves without a consent.
func drawUnwarned(t *rapid.T, draft *policy.Draft, facts *policy.Facts) {
	draft.Purpose = rapid.SampledFrom([]policy.Purpose{policy.AskConsent, policy.FirstAnswer}).Draw(t, "purpose")
	facts.Settings.AnswerFirst = rapid.Bool().Draw(t, "answers first")
	for range rapid.IntRange(0, 3).Draw(t, "answered") {
		facts.Answered = append(facts.Answered, near(t, facts.Now, 8*24*hour, "answered at"))
	}
	facts.Patient.Adult = rapid.IntRange(0, 4).Draw(t, "grown up") > 0
	draft.Characters = rapid.IntRange(100, 200).Draw(t, "characters")
	if rapid.IntRange(0, 4).Draw(t, "recorded") > 0 {
		facts.Request = &policy.RequestFact{ID: clinic.ConsentID{2}, Version: "ask-1-en", Open: rapid.IntRange(0, 4).Draw(t, "open") > 0}
		if rapid.IntRange(0, 3).Draw(t, "asked before") == 0 {
			facts.Request.Earlier = &policy.EarlierFact{
				State: rapid.SampledFrom(policy.ConsentStates()).Draw(t, "question before"), Asked: near(t, facts.Now, 40*24*hour, "asked"),
				Ends: near(t, facts.Now, 40*24*hour, "ended"),
			}
		}
		if facts.Consent != nil && rapid.Bool().Draw(t, "its own") {
			facts.Consent.ID, facts.Consent.State = facts.Request.ID, policy.ConsentRequested
		}
	}
	facts.Numbers[0].SharedWith = rapid.IntRange(0, 4).Draw(t, "shared") / 4
	if facts.Consent != nil && rapid.Bool().Draw(t, "none yet") {
		facts.Consent = nil
	}
}

// drawHopeful draws texts against which there is nothing but the hour.
func drawHopeful(t *rapid.T) (policy.Draft, policy.Facts) {
	draft, facts := ordinaryDay()
	seasons := []time.Time{
		time.Date(2026, 3, 8, 9, 0, 0, 0, time.UTC), time.Date(2026, 11, 1, 7, 0, 0, 0, time.UTC),
		time.Date(2026, 4, 4, 15, 0, 0, 0, time.UTC), time.Date(2026, 9, 6, 4, 0, 0, 0, time.UTC), mondayMorning,
	}
	facts.Now = near(t, clinic.At(rapid.SampledFrom(seasons).Draw(t, "season")), 10*24*hour, "now")
	facts.Patient.Zone = zone(rapid.SampledFrom(zones).Draw(t, "zone"))
	draft.Category = rapid.SampledFrom(policy.Categories()[:4]).Draw(t, "category")
	draft.StartedBy = rapid.SampledFrom([]policy.StartedBy{policy.ByClinic, policy.ByPatient}).Draw(t, "started by")
	if rapid.Bool().Draw(t, "has appointment") && rapid.Bool().Draw(t, "soon") {
		draft.AppointmentAt = near(t, facts.Now, 4*24*hour, "appointment")
	}
	if rapid.IntRange(0, 3).Draw(t, "scheduled") == 0 {
		draft.Category = policy.Reminders
		draft.SendAt = near(t, facts.Now, 4*24*hour, "send at")
	}
	if rapid.Bool().Draw(t, "wrote") {
		// Not from the future: such a text is not believed, until the clock has
		// caught up with it and the answer changes.
		wrote := min(near(t, facts.Now, 30*hour, "inbound"), facts.Now)
		facts.LastInbound = policy.InboundFact{ID: clinic.MessageID{7}, From: mobile, At: wrote}
	}
	for range rapid.IntRange(0, 4).Draw(t, "sent") {
		facts.Sent = append(facts.Sent, near(t, facts.Now, 8*24*hour, "sent at"))
	}
	if rapid.IntRange(0, 9).Draw(t, "other hours") == 0 {
		facts.Settings.Hours = drawHours(t, "clinic hours")
	}
	facts.Settings.Caps = policy.Caps{PerDay: rapid.IntRange(0, 3).Draw(t, "per day"), PerWeek: rapid.IntRange(1, 5).Draw(t, "per week")}
	for _, id := range []clinic.NumberID{phones["home"], phones["old"]} {
		if rapid.Bool().Draw(t, "another number") {
			facts.Numbers = append(facts.Numbers, policy.NumberFact{ID: id, Verified: true})
		}
	}
	c := facts.Consent
	c.Categories = policy.Categories()
	if rapid.Bool().Draw(t, "own hours") {
		c.Hours = drawHours(t, "hours")
	}
	if rapid.IntRange(0, 3).Draw(t, "starts soon") == 0 {
		c.Starts = near(t, facts.Now, 20*24*hour, "starts")
	}
	if rapid.IntRange(0, 3).Draw(t, "ends soon") == 0 {
		c.Ends = near(t, facts.Now, 20*24*hour, "ends")
	}
	c.Frequency.PerWeek = rapid.IntRange(0, 3).Draw(t, "frequency")
	return draft, facts
}

// TestNeverAgainstThePatient: whatever else is true and whatever anybody
// accepted, nothing goes against a stop, without a consent, or outside of it.
func TestNeverAgainstThePatient(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draft, facts := drawPlausible(t)
		for _, code := range policy.Codes() {
			draft.Overrides = append(draft.Overrides, policy.Override{Code: code, By: staff, At: facts.Now})
		}
		v := policy.Decide(draft, facts)
		checkVerdict(t, draft, facts, v)
		if v.Outcome != policy.Go {
			return
		}
		at := max(facts.Now, draft.SendAt)
		c := facts.Consent
		switch {
		case slices.ContainsFunc(facts.Numbers, func(n policy.NumberFact) bool {
			return n.Paused != policy.NotPaused && n.ID == draft.To
		}):
			t.Fatal("to a number that is on hold")
		case slices.ContainsFunc(facts.Numbers, func(n policy.NumberFact) bool {
			return n.OptedOutSince != 0 && (n.Paused != policy.PausedWrongNumber || n.ID == draft.To) &&
				(draft.Purpose != policy.Ordinary || !n.Guardian || n.ID == draft.To || !c.SelfSigned)
		}):
			t.Fatal("after an opt-out")
		case draft.Purpose != policy.Ordinary:
			neverUnwarned(t, draft, facts, at)
		case c == nil || (!c.State.InForce() && c.State != policy.ConsentVerbal) || at < c.Starts || (c.Ends != 0 && at >= c.Ends):
			t.Fatal("without a consent in force")
		case c.State == policy.ConsentVerbal && (!facts.Settings.AllowVerbal || at >= c.Starts.Add(30*24*hour) || draft.Category != policy.Scheduling && draft.Category != policy.Reminders):
			t.Fatal("on spoken words that do not carry it")
		case c.OfAge != 0 && at >= c.OfAge:
			t.Fatal("on a guardian's word after the patient came of age")
		case len(c.Numbers) > 0 && !slices.Contains(c.Numbers, draft.To):
			t.Fatal("to a number that the form does not name")
		case !slices.Contains(c.Categories, draft.Category) || slices.Contains(c.Excluded, draft.Category):
			t.Fatal("about something else than was agreed")
		case !c.Channel.Valid() || v.Basis.Kind == policy.ByConsent && c.Channel != policy.ChannelText &&
			!slices.ContainsFunc(v.Basis.Overrides, func(o policy.Override) bool {
				return o.Code == policy.CodePrefersCall || o.Code == policy.CodePrefersLetter
			}):
			t.Fatal("in another way than the patient would rather be reached, and nobody was asked")
		case v.Basis.Kind == policy.ByConsent && tooOften(c.Frequency, facts, at):
			t.Fatal("more often than was agreed")
		case len(c.Hours) > 0 && !inHours(c.Hours, at, facts.Patient.Zone):
			t.Fatal("outside the agreed hours")
		}
	})
}

// neverUnwarned: a text without a consent goes to nobody who said no or takes texts
// already, on no phone of others, and no more often than the law lets it.
func neverUnwarned(t *rapid.T, draft policy.Draft, facts policy.Facts, at clinic.Instant) {
	t.Helper()
	asks := draft.Purpose == policy.AskConsent
	if c := facts.Consent; c != nil && (!asks || c.ID != facts.Request.ID) {
		if !slices.Contains([]policy.ConsentState{
			policy.ConsentUnanswered, policy.ConsentVerbal, policy.ConsentExpired, policy.ConsentReplaced,
		}, c.State) && (asks || c.State != policy.ConsentRequested && c.State != policy.ConsentPending) {
			t.Fatalf("against a consent that is %s", c.State)
		}
	}
	switch {
	case draft.Characters > 160:
		t.Fatal("longer than a text without a consent may be")
	case asks && (facts.Request == nil || !facts.Request.Open || !facts.Patient.Adult):
		t.Fatal("a question that nobody may be asked")
	case asks && slices.ContainsFunc(facts.Numbers, func(n policy.NumberFact) bool {
		return n.ID == draft.To && (n.Guardian || n.SharedWith != 0)
	}):
		t.Fatal("a question on a phone that others answer")
	case asks && tooOften(policy.Caps{PerDay: 1, PerWeek: 3}, facts, at):
		t.Fatal("more often than the law lets it")
	case !asks && (!facts.Settings.AnswerFirst || facts.LastInbound.At.Add(24*hour) < at):
		t.Fatal("an answer to nothing")
	case !asks && slices.ContainsFunc(facts.Answered, func(i clinic.Instant) bool { return at.Sub(i) < 24*hour }):
		t.Fatal("a second answer within a day")
	}
}

// tooOften is the plain reading of a frequency: how many texts lie on this day,
// and in the fullest seven days with it.
func tooOften(limit policy.Caps, facts policy.Facts, at clinic.Instant) bool {
	day := func(i clinic.Instant) int {
		l := i.Time().In(facts.Patient.Zone)
		return int(time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400)
	}
	today, worst := 0, 0
	for first := day(at) - 6; first <= day(at); first++ {
		week := 0
		for _, s := range facts.Sent {
			if d := day(s); first <= d && d < first+7 {
				week++
			}
		}
		worst = max(worst, week)
	}
	for _, s := range facts.Sent {
		if day(s) == day(at) {
			today++
		}
	}
	return limit.PerDay > 0 && today >= limit.PerDay || limit.PerWeek > 0 && worst >= limit.PerWeek
}

// inHours is the plain reading of a window: what the clock on the wall shows.
func inHours(h policy.Hours, at clinic.Instant, z *time.Location) bool {
	local := at.Time().In(z)
	m := local.Hour()*60 + local.Minute()
	return slices.ContainsFunc(h, func(w policy.Window) bool {
		return w.From >= 0 && w.To <= 1440 && w.Days.Has(local.Weekday()) && w.From <= m && m < w.To
	})
}

// TestWaitingEndsInGo: at the instant that was named the same text goes, and at
// no instant before it.
func TestWaitingEndsInGo(t *testing.T) {
	waits := 0
	rapid.Check(t, func(t *rapid.T) {
		draft, facts := drawHopeful(t)
		v := policy.Decide(draft, facts)
		checkVerdict(t, draft, facts, v)
		if v.Outcome != policy.WaitUntil {
			return
		}
		waits++
		decideAt := func(i clinic.Instant) policy.Verdict {
			later := facts
			later.Now = i
			return policy.Decide(draft, later)
		}
		if got := decideAt(v.Until); got.Outcome != policy.Go {
			t.Fatalf("at %s: %+v", v.Until.Time(), got)
		}
		earliest := max(facts.Now, draft.SendAt)
		for _, i := range []clinic.Instant{v.Until - 1, v.Until.Add(-time.Minute), v.Until.Add(-time.Hour), near(t, v.Until, 13*24*hour, "before")} {
			if earliest <= i && i < v.Until && decideAt(i).Outcome == policy.Go {
				t.Fatalf("already at %s, not only at %s", i.Time(), v.Until.Time())
			}
		}
	})
	t.Logf("%d waited", waits)
	if waits == 0 {
		t.Error("nothing ever waited: the property was not tried")
	}
}

// TestRefusalToWaitIsRight walks minute by minute through the two weeks in which
// no time was found.
func TestRefusalToWaitIsRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draft, facts := drawHopeful(t)
		v := policy.Decide(draft, facts)
		if !slices.ContainsFunc(v.Reasons, func(r policy.Reason) bool { return r.Code == policy.CodeNoTime }) {
			return
		}
		later := facts
		step := rapid.IntRange(7, 97).Draw(t, "step")
		for m := 0; m < 14*24*60; m += step {
			later.Now = facts.Now.Add(time.Duration(m) * time.Minute)
			if later.Now > draft.SendAt && policy.Decide(draft, later).Outcome == policy.Go {
				t.Fatalf("it could have gone at %s", later.Now.Time())
			}
		}
	})
}

// TestTotal draws facts that make no sense at all.
func TestTotal(t *testing.T) {
	instant := rapid.Custom(func(t *rapid.T) clinic.Instant { return clinic.Instant(rapid.Int64().Draw(t, "ms")) })
	word := rapid.SampledFrom([]string{"", "given", "reply", "simulator", "scheduling", "wrong_number", "?"})
	rapid.Check(t, func(t *rapid.T) {
		at := func(label string) clinic.Instant { return instant.Draw(t, label) }
		draft := policy.Draft{
			Patient: clinic.PatientID{rapid.Byte().Draw(t, "patient")}, To: clinic.NumberID{rapid.ByteRange(0, 3).Draw(t, "to")},
			Category: policy.Category(word.Draw(t, "category")), StartedBy: policy.StartedBy(word.Draw(t, "started")),
			Characters: rapid.Int().Draw(t, "characters"), SendAt: at("send"), AppointmentAt: at("appointment"), HeldSince: at("held"),
			Overrides: []policy.Override{{Code: policy.CodeHeldTooLong, By: staff, At: at("override")}},
		}
		facts := policy.Facts{
			Now: at("now"), Line: policy.Line(word.Draw(t, "line")),
			Patient:     policy.PatientFacts{ID: draft.Patient, Zone: zone(rapid.SampledFrom(append(zones, "Local")).Draw(t, "zone"))},
			LastInbound: policy.InboundFact{ID: clinic.MessageID{1}, From: draft.To, At: at("inbound")},
			Sent:        rapid.SliceOfN(instant, 0, 5).Draw(t, "sent"),
			Settings: policy.Settings{
				Hours: drawHours(t, "clinic hours"),
				Caps:  policy.Caps{PerDay: rapid.Int().Draw(t, "day"), PerWeek: rapid.Int().Draw(t, "week")},
			},
			Numbers: []policy.NumberFact{{
				ID: clinic.NumberID{rapid.ByteRange(0, 3).Draw(t, "number")}, OptedOutSince: at("opted out"),
				Paused: policy.Pause(word.Draw(t, "pause")), SharedWith: rapid.Int().Draw(t, "shared"),
			}},
			Consent: &policy.ConsentFact{
				ID: clinic.ConsentID{rapid.Byte().Draw(t, "consent")}, Version: word.Draw(t, "version"),
				State: policy.ConsentState(word.Draw(t, "state")), Categories: []policy.Category{draft.Category},
				Hours: drawHours(t, "hours"), Starts: at("starts"), Ends: at("ends"),
				Frequency: policy.Caps{PerDay: rapid.Int().Draw(t, "f day"), PerWeek: rapid.Int().Draw(t, "f week")},
			},
		}
		if rapid.Bool().Draw(t, "sane clock") {
			facts.Now = clinic.At(mondayMorning)
		}
		if rapid.Bool().Draw(t, "nothing") {
			facts = policy.Facts{Now: facts.Now}
		}
		checkVerdict(t, draft, facts, policy.Decide(draft, facts))
		policy.StandingOf(facts)
	})
	v := policy.Decide(policy.Draft{}, policy.Facts{})
	if v.Outcome != policy.Refused || policy.StandingOf(policy.Facts{}).State != policy.CannotText {
		t.Errorf("nothing known, and yet %+v", v)
	}
}
