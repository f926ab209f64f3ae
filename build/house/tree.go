// Package house holds the rules about what may import what, each with its
// reason, and reads the sources that they are held against.
//
// Sources are parsed, not compiled: every file counts, whatever system or build
// tag it is for, so that no rule can be stepped around by a tag. The price is
// that only direct imports are seen; since every package of this repository is
// held, that is enough. TypeScript is read by the form of its import lines,
// which the formatter keeps to.
//
// To change a rule is to change the design; the reason beside it says what
// breaks.
package house

import (
	"fmt"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// Tree is all sources of the repository.
type Tree struct {
	Files   []File
	Scripts []Script
}

// File is one Go file.
type File struct {
	// Path is relative to the root; Package is its folder, "." for the root.
	Path, Package string
	// Name is what the package clause says.
	Name string
	// Imports are import paths; those of this module start with "quietline".
	Imports []string
	// Test says that the file is compiled for tests only.
	Test bool
	// Documented says that a comment stands on the package clause.
	Documented bool
	// Tags are the words of the build constraint.
	Tags []string
}

// Script is one TypeScript file. Imports of this repository are paths relative
// to the root, without an extension; others are module names.
type Script struct {
	Path    string
	Imports []string
}

// Read reads the tree from the repository's root.
func Read(root fs.FS) (Tree, error) {
	var t Tree
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			switch path.Base(name) {
			case "node_modules", ".git", "testdata", "dist", ".results":
				return fs.SkipDir
			}
			if name == "build/out" || name == "build/bin" {
				return fs.SkipDir
			}
			return nil
		}
		switch ext := path.Ext(name); {
		case ext == ".go":
			f, err := goFile(root, name)
			if err != nil {
				return err
			}
			t.Files = append(t.Files, f)
		case (ext == ".ts" || ext == ".tsx") && strings.HasPrefix(name, "frontend/"):
			s, err := script(root, name)
			if err != nil {
				return err
			}
			t.Scripts = append(t.Scripts, s)
		}
		return nil
	})
	if err != nil {
		return Tree{}, fmt.Errorf("reading the sources: %w", err)
	}
	return t, nil
}

func goFile(root fs.FS, name string) (File, error) {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return File{}, err
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return File{}, err
	}
	f := File{
		Path: name, Package: path.Dir(name), Name: parsed.Name.Name,
		Test: strings.HasSuffix(name, "_test.go"), Documented: parsed.Doc != nil,
	}
	for _, spec := range parsed.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return File{}, fmt.Errorf("%s: %w", name, err)
		}
		f.Imports = append(f.Imports, p)
	}
	for _, group := range parsed.Comments {
		for _, c := range group.List {
			if c.Pos() > parsed.Package || !constraint.IsGoBuild(c.Text) {
				continue
			}
			expr, err := constraint.Parse(c.Text)
			if err != nil {
				return File{}, fmt.Errorf("%s: %w", name, err)
			}
			expr.Eval(func(tag string) bool {
				f.Tags = append(f.Tags, tag)
				return true
			})
		}
	}
	return f, nil
}

// The three forms of an import: with names, for its effects, and on demand.
var importForms = []*regexp.Regexp{
	regexp.MustCompile(`(?m)^(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]`),
	regexp.MustCompile(`(?m)^import\s*['"]([^'"]+)['"]`),
	regexp.MustCompile(`\bimport\s*\(\s*['"]([^'"]+)['"]`),
}

func script(root fs.FS, name string) (Script, error) {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return Script{}, err
	}
	s := Script{Path: name}
	for _, form := range importForms {
		for _, found := range form.FindAllSubmatch(text, -1) {
			s.Imports = append(s.Imports, target(name, string(found[1])))
		}
	}
	return s, nil
}

func target(from, to string) string {
	if !strings.HasPrefix(to, ".") {
		return to
	}
	to = path.Join(path.Dir(from), to)
	for _, ext := range []string{".ts", ".tsx", ".js"} {
		to = strings.TrimSuffix(to, ext)
	}
	return to
}
