package house

import (
	"fmt"
	"maps"
	"path"
	"slices"
)

func shapeRules() []Rule {
	return []Rule{
		{
			Name:   "packages are named by what they are about",
			Reason: "Whatever finds no place lands in util, and nobody finds it again.",
			Broken: func(t Tree) []string {
				kinds := []string{"util", "utils", "common", "helper", "helpers", "manager", "service", "services", "misc", "shared", "lib", "types", "models"}
				var broken []string
				for _, folder := range packages(t) {
					if slices.Contains(kinds, path.Base(folder)) {
						broken = append(broken, folder)
					}
				}
				return broken
			},
		},
		{
			Name:   "a package has one comment",
			Reason: "It states purpose, limits and guarantees; none says nothing, and of two one is wrong before long.",
			Broken: func(t Tree) []string {
				comments := map[string][]string{}
				for _, f := range t.Files {
					if !f.Test && f.Documented {
						comments[f.Package] = append(comments[f.Package], f.Path)
					}
				}
				var broken []string
				for _, folder := range packages(t) {
					switch found := comments[folder]; {
					case len(found) == 0:
						broken = append(broken, folder+" has no package comment")
					case len(found) > 1:
						broken = append(broken, fmt.Sprintf("%s has several package comments: %v", folder, found))
					}
				}
				return broken
			},
		},
		{
			Name:   "build tags are few",
			Reason: "Each tag halves what one run of the tests sees; flags belong in settings.",
			Broken: func(t Tree) []string {
				known := []string{
					"linux", "windows", "darwin", "unix", "cgo", "race", "goexperiment.runtimesecret",
					// The program's two shells, and the story in the real window.
					"preview", "desktop", "production", "bindings", "webkit2_41", "windowstory",
				}
				var broken []string
				for _, f := range t.Files {
					for _, tag := range f.Tags {
						if !slices.Contains(known, tag) {
							broken = append(broken, fmt.Sprintf("%s is built by the tag %s", f.Path, tag))
						}
					}
				}
				return broken
			},
		},
	}
}

// packages returns the folders that hold Go files other than tests, in order.
func packages(t Tree) []string {
	seen := map[string]bool{}
	for _, f := range t.Files {
		if !f.Test {
			seen[f.Package] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
