package policy

import "slices"

// RuleNames lists the rules of the table, for tests that take one away.
func RuleNames() []string {
	var names []string
	for _, r := range rules() {
		names = append(names, r.name)
	}
	return names
}

// DecideWithout decides with one rule taken out of the table.
func DecideWithout(name string, draft Draft, facts Facts) Verdict {
	return decide(slices.DeleteFunc(rules(), func(r rule) bool { return r.name == name }), draft, facts)
}
