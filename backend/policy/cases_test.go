package policy_test

import (
	"slices"
	"strings"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/policy"
)

// TestWorkedCases runs every case of the page that the office manager reads.
func TestWorkedCases(t *testing.T) {
	for _, c := range readCases(t) {
		t.Run(c.rule+"/"+c.title, func(t *testing.T) {
			v := policy.Decide(c.draft, c.facts)
			if got := c.describe(v); got != c.want {
				t.Errorf("cases.txt:%d: %s\n got %s\nwant %s", c.line, c.title, got, c.want)
			}
			checkVerdict(t, c.draft, c.facts, v)
		})
	}
}

// TestNoRuleCanBeLost takes each rule out of the table and expects that one of
// the cases named after it then fails.
func TestNoRuleCanBeLost(t *testing.T) {
	cases := readCases(t)
	for _, name := range policy.RuleNames() {
		t.Run(name, func(t *testing.T) {
			if !slices.ContainsFunc(cases, func(c workedCase) bool {
				return c.rule == name && c.describe(policy.DecideWithout(name, c.draft, c.facts)) != c.want
			}) {
				t.Errorf("no case of [%s] notices that the rule is gone", name)
			}
		})
	}
}

// TestEveryCodeIsShown: a reason that no case shows is a sentence that nobody
// has checked against a situation.
func TestEveryCodeIsShown(t *testing.T) {
	seen := map[clinic.Code]bool{}
	for _, c := range readCases(t) {
		for _, r := range policy.Decide(c.draft, c.facts).Reasons {
			seen[r.Code], seen[r.NextStep] = true, true
		}
	}
	for _, s := range standingCases() {
		for _, r := range policy.StandingOf(s.facts).Reasons {
			seen[r.Code], seen[r.NextStep] = true, true
		}
	}
	for _, code := range policy.Codes() {
		if !seen[code] {
			t.Errorf("no case shows %s", code)
		}
		if !strings.HasPrefix(string(code), "policy.") {
			t.Errorf("%s does not name its area", code)
		}
	}
}

// checkVerdict holds what is true of every verdict there can be.
func checkVerdict(t interface {
	Helper()
	Errorf(string, ...any)
}, draft policy.Draft, facts policy.Facts, v policy.Verdict) {
	t.Helper()
	fail := func(what string) { t.Errorf("%s: %+v", what, v) }
	known := policy.Codes()
	for _, f := range facts.Findings {
		known = append(known, f.Code, f.NextStep)
	}
	weight := []policy.Outcome{policy.Go, policy.WaitUntil, policy.NeedsOverride, policy.Refused}
	for i, r := range v.Reasons {
		if !slices.Contains(known, r.Code) || !slices.Contains(known, r.NextStep) {
			fail("a code that Codes does not list")
		}
		if r.Source == "" {
			fail("a reason without a source")
		}
		if r.Outcome == policy.Go || (r.Outcome == policy.Refused && r.Override != "") || (r.Outcome == policy.NeedsOverride && r.Override == "") {
			fail("a reason whose override does not fit its outcome")
		}
		if i > 0 && slices.Index(weight, v.Reasons[i-1].Outcome) < slices.Index(weight, r.Outcome) {
			fail("reasons not hardest first")
		}
	}
	if (v.Outcome == policy.Go) != (len(v.Reasons) == 0) || (len(v.Reasons) > 0 && v.Reasons[0].Outcome != v.Outcome) {
		fail("an outcome that is not its hardest reason's")
	}
	if (v.Outcome == policy.WaitUntil && v.Until <= facts.Now) || (v.Outcome != policy.WaitUntil && v.Until != 0) {
		fail("an instant to wait for that does not fit")
	}
	if v.Outcome == policy.NeedsOverride && v.Override == "" || v.Outcome == policy.Refused && v.Override != "" || v.Outcome == policy.Go && v.Override != "" {
		fail("a permission that does not fit")
	}
	b := v.Basis
	if v.Outcome != policy.Go {
		if b.Kind != "" || b.Rules != 0 || !b.ConsentID.IsZero() {
			fail("a basis for a text that does not go")
		}
		return
	}
	if b.DecidedAt != facts.Now || b.Rules != policy.RulesVersion {
		fail("a basis that cannot be traced")
	}
	switch draft.Purpose {
	case policy.AskConsent:
		if b.Kind != policy.ByRequest || b.ConsentID != facts.Request.ID || b.ConsentVersion == "" || b.Source == "" {
			fail("a question that cannot be traced")
		}
		return
	case policy.FirstAnswer:
		if b.Kind != policy.ByFirstText || b.InReplyTo != facts.LastInbound.ID || b.InReplyTo.IsZero() || b.Source == "" {
			fail("a first answer that cannot be traced")
		}
		return
	}
	if b.ConsentID != facts.Consent.ID || b.ConsentID.IsZero() || b.ConsentVersion == "" {
		fail("a basis that cannot be traced")
	}
	if (b.Kind == policy.ByReply) != (b.InReplyTo == facts.LastInbound.ID && !b.InReplyTo.IsZero()) || (b.Kind != policy.ByReply && b.Kind != policy.ByConsent) {
		fail("a basis of the wrong kind")
	}
	if b.Kind == policy.ByReply && draft.StartedBy != policy.ByPatient {
		fail("a reply that nobody called one")
	}
}
