package house

import (
	"fmt"
	"slices"
	"strings"
)

// Rule is one rule of the house.
type Rule struct {
	// Name is short; Reason says what breaks without the rule.
	Name, Reason string
	// Broken names each place that breaks it.
	Broken func(Tree) []string
}

// Rules lists them all.
func Rules() []Rule {
	return slices.Concat(layerRules(), technologyRules(), shapeRules(), screenRules())
}

const module = "quietline"

// own returns the folder of a package of this module.
func own(importPath string) (folder string, ok bool) {
	if importPath == module {
		return ".", true
	}
	return strings.CutPrefix(importPath, module+"/")
}

// within reports whether a folder is one of those named or lies in it.
func within(folder string, names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return folder == n || strings.HasPrefix(folder, n+"/") })
}

// forTests reports whether a package exists for tests only: it is named after
// what it tests, as clinictest is.
func forTests(folder string) bool { return strings.HasSuffix(folder, "test") }

// onlyForTests reports whether a file is compiled for tests only.
func (f File) onlyForTests() bool { return f.Test || forTests(f.Package) }

// imports returns one line for each import that wrong finds fault with.
func imports(t Tree, wrong func(f File, importPath string) bool) []string {
	var all []string
	for _, f := range t.Files {
		for _, p := range f.Imports {
			if wrong(f, p) {
				all = append(all, fmt.Sprintf("%s imports %s", f.Path, p))
			}
		}
	}
	return all
}
