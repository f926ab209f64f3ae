package policy_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/policy"
)

// TestReasonsCarryWhatTheirSentencesNeed pins source, next step and parameters,
// which the locale files rely on.
func TestReasonsCarryWhatTheirSentencesNeed(t *testing.T) {
	now := clinic.At(mondayMorning)
	for _, c := range []struct {
		name   string
		change func(*policy.Draft, *policy.Facts)
		want   policy.Reason
	}{
		{"stop on the other phone", func(_ *policy.Draft, f *policy.Facts) {
			f.Numbers = append(f.Numbers, policy.NumberFact{ID: phones["home"], OptedOutSince: now - 5})
		}, policy.Reason{
			Code: policy.CodeOptedOut, Params: clinic.Params{"since": now - 5, "sameNumber": false},
			Source: policy.SourceRevocation, NextStep: policy.NextAskForStart,
		}},
		{"stop on this phone", func(_ *policy.Draft, f *policy.Facts) { f.Numbers[0].OptedOutSince = now - 5 }, policy.Reason{
			Code: policy.CodeOptedOut, Params: clinic.Params{"since": now - 5, "sameNumber": true},
			Source: policy.SourceRevocation, NextStep: policy.NextAskForStart,
		}},
		{"too long", func(d *policy.Draft, _ *policy.Facts) { d.Characters = 1700 }, policy.Reason{
			Code: policy.CodeBodyTooLong, Params: clinic.Params{"length": 1700, "limit": 1600},
			Source: policy.SourceProvider, NextStep: policy.NextShortenText,
		}},
		{"not covered", func(d *policy.Draft, _ *policy.Facts) { d.Category = policy.Billing }, policy.Reason{
			Code: policy.CodeCategory, Params: clinic.Params{"category": policy.Billing},
			Source: policy.SourceForm, NextStep: policy.NextWidenConsent,
		}},
		{"daily cap", func(_ *policy.Draft, f *policy.Facts) { f.Sent = []clinic.Instant{now} }, policy.Reason{
			Code: policy.CodeDailyCap, Params: clinic.Params{"limit": 1},
			Source: policy.SourceTextLimits, NextStep: policy.NextWaitOrOverride,
		}},
		{"held", func(d *policy.Draft, _ *policy.Facts) { d.HeldSince = now.Add(-hour) }, policy.Reason{
			Code: policy.CodeHeldTooLong, Params: clinic.Params{"since": now.Add(-hour), "minutes": 30},
			Source: policy.SourceClinic, NextStep: policy.NextReadAgain,
		}},
		{"a finding with words of its own", func(_ *policy.Draft, f *policy.Facts) {
			f.Findings = []policy.Finding{{
				Code: "words.date", Params: clinic.Params{"count": 2}, Source: policy.SourceChannel, NextStep: "words.next",
			}}
		}, policy.Reason{
			Code: "words.date", Params: clinic.Params{"count": 2}, Source: policy.SourceChannel, NextStep: "words.next",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			draft, facts := ordinaryDay()
			facts.Now = now
			c.change(&draft, &facts)
			reasons := policy.Decide(draft, facts).Reasons
			if len(reasons) != 1 {
				t.Fatalf("reasons: %+v", reasons)
			}
			got := reasons[0]
			if got.Code != c.want.Code || !maps.Equal(got.Params, c.want.Params) || got.Source != c.want.Source || got.NextStep != c.want.NextStep {
				t.Errorf("got %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// TestNothingIsSomebody: an id that was never set matches nothing, least of all
// another one that was never set.
func TestNothingIsSomebody(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*policy.Draft, *policy.Facts)
		want   clinic.Code
	}{
		"a number without an id": {func(d *policy.Draft, f *policy.Facts) {
			d.To, f.Numbers[0].ID = clinic.NumberID{}, clinic.NumberID{}
		}, policy.CodeNumberUnknown},
		"a reply to a text without an id": {func(d *policy.Draft, f *policy.Facts) {
			f.Now = f.Now.Add(11 * hour)
			d.StartedBy = policy.ByPatient
			f.LastInbound = policy.InboundFact{From: mobile, At: f.Now}
		}, policy.CodeQuietHours},
		"accepted by nobody": {func(d *policy.Draft, f *policy.Facts) {
			f.Now = f.Now.Add(11 * hour)
			d.Overrides = []policy.Override{{Code: policy.CodeQuietHours, At: f.Now}}
		}, policy.CodeQuietHours},
		"a finding without a code is accepted by nobody": {func(d *policy.Draft, f *policy.Facts) {
			f.Findings = []policy.Finding{{}}
			d.Overrides = []policy.Override{{By: staff, At: f.Now}}
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			draft, facts := ordinaryDay()
			facts.Now = clinic.At(mondayMorning)
			c.change(&draft, &facts)
			v := policy.Decide(draft, facts)
			if len(v.Reasons) != 1 || v.Reasons[0].Code != c.want {
				t.Errorf("got %+v", v)
			}
		})
	}
}

// TestDecidingChangesNothing: the caller's facts are its own.
func TestDecidingChangesNothing(t *testing.T) {
	draft, facts := ordinaryDay()
	facts.Now = clinic.At(mondayMorning)
	finding := clinic.Params{"count": 1}
	facts.Findings = []policy.Finding{{Code: "words.date", Params: finding}}
	facts.Consent.Hours = policy.Hours{{Days: policy.Days(2), From: 600, To: 700}, {Days: policy.Days(1), From: 1, To: 2}}
	before, _ := json.Marshal([]any{draft, facts.Consent.Hours, facts.Numbers, finding})
	policy.Decide(draft, facts)
	policy.StandingOf(facts)
	after, _ := json.Marshal([]any{draft, facts.Consent.Hours, facts.Numbers, finding})
	if string(before) != string(after) {
		t.Errorf("before %s\nafter %s", before, after)
	}
}

// TestBasisIsWritten pins the names under which a sent text's event keeps its
// basis: they are read back for as long as the record is kept.
func TestBasisIsWritten(t *testing.T) {
	draft, facts := ordinaryDay()
	facts.Now = clinic.At(mondayMorning)
	draft.StartedBy = policy.ByPatient
	facts.LastInbound = policy.InboundFact{ID: clinic.MessageID{2}, From: mobile, At: facts.Now.Add(-hour)}
	facts.Findings = []policy.Finding{{Code: "words.date"}}
	draft.Overrides = []policy.Override{{Code: "words.date", By: staff, At: facts.Now}}
	got, err := json.Marshal(policy.Decide(draft, facts))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		`{"outcome":"go","basis":{"kind":"reply_within_24h"`,
		`"consentId":"04000000000000000000000000"`, `"consentVersion":"2026-1"`,
		`"inReplyTo":"08000000000000000000000000"`, `"decidedAt":"2026-03-16T16:00:00.000Z"`, `"rules":5`,
		`"overrides":[{"code":"words.date","by":"04000000000000000000000000","at":"2026-03-16T16:00:00.000Z"}]}}`,
	}, ",")
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestPermissionCovers(t *testing.T) {
	for _, c := range []struct {
		holds, needs policy.Permission
		want         bool
	}{
		{policy.ConfirmText, policy.ConfirmText, true},
		{policy.OverrideLimits, policy.ConfirmText, true},
		{policy.OverrideLimits, policy.OverrideLimits, true},
		{policy.ConfirmText, policy.OverrideLimits, false},
		{"", "", false},
		{policy.OverrideLimits, "", false},
	} {
		if got := c.holds.Covers(c.needs); got != c.want {
			t.Errorf("%q covers %q: %v", c.holds, c.needs, got)
		}
	}
}
