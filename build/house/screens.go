package house

import (
	"fmt"
	"strings"
)

const source = "frontend/src/"

func screenRules() []Rule {
	return []Rule{
		{
			Name:   "features do not import each other",
			Reason: "A screen that reaches into another breaks when that one changes; what two share belongs in ui, door or the app that joins them.",
			Broken: func(t Tree) []string {
				return scripts(t, func(from, to string) bool {
					a, b := feature(from), feature(to)
					return a != "" && b != "" && a != b
				})
			},
		},
		{
			Name:   "only the door imports the generated bindings",
			Reason: "The bindings change with the backend; one place turns them into what the screens know.",
			Broken: func(t Tree) []string {
				return scripts(t, func(from, to string) bool {
					return to == source+"door/bindings" && !strings.HasPrefix(from, source+"door/") ||
						strings.Contains(to, "wailsjs/")
				})
			},
		},
		{
			Name:   "the design system knows no screen",
			Reason: "A component that fetches or knows a patient can be shown on one screen only, and not in the gallery.",
			Broken: func(t Tree) []string {
				return scripts(t, func(from, to string) bool {
					return strings.HasPrefix(from, source+"ui/") &&
						(within(to, source+"features", source+"door", source+"app", "@tanstack/react-query"))
				})
			},
		},
		{
			Name:   "what lies beneath the features does not know them",
			Reason: "The door, the words and the design system serve every feature; one that knew a single feature would pull it onto every screen.",
			Broken: func(t Tree) []string {
				return scripts(t, func(from, to string) bool {
					return within(to, source+"features", source+"app") && within(from, source+"door", source+"i18n", source+"ui") ||
						feature(from) != "" && within(to, source+"app")
				})
			},
		},
		{
			Name:   "shipped screens import no test code",
			Reason: "A fake door in the program would show what never happened.",
			Broken: func(t Tree) []string {
				return scripts(t, func(from, to string) bool {
					test := strings.Contains(from, ".test.") || within(from, source+"test") || !strings.HasPrefix(from, source)
					return !test && (within(to, source+"test", "frontend/e2e", "vitest") || strings.HasPrefix(to, "@testing-library/"))
				})
			},
		},
	}
}

// feature returns the name of the feature that a script belongs to.
func feature(script string) string {
	rest, ok := strings.CutPrefix(script, source+"features/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

func scripts(t Tree, wrong func(from, to string) bool) []string {
	var all []string
	for _, s := range t.Scripts {
		for _, to := range s.Imports {
			if wrong(s.Path, to) {
				all = append(all, fmt.Sprintf("%s imports %s", s.Path, to))
			}
		}
	}
	return all
}
