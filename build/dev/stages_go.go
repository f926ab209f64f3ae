package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/format"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"quietline/build/dev/stage"
)

// check is what a stage runs.
type check = func(ctx context.Context, out io.Writer) error

// gofmt needs no program: the runner formats with the library that gofmt is.
func gofmt(t *tree) check {
	return func(_ context.Context, out io.Writer) error {
		wrong := 0
		err := filepath.WalkDir(t.root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git" || path == t.path("build/out")):
				return filepath.SkipDir
			case d.IsDir() || filepath.Ext(path) != ".go":
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
			good, err := format.Source(text)
			if err != nil || !bytes.Equal(good, text) {
				rel, _ := filepath.Rel(t.root, path)
				fmt.Fprintln(out, rel)
				wrong++
			}
			return nil
		})
		if err == nil && wrong > 0 {
			err = fmt.Errorf("%d files are not formatted; run gofmt -w on them", wrong)
		}
		return err
	}
}

// system is the environment that builds for another system. Without cgo nothing
// of that system is needed here.
func system(goos string) []string {
	processor := "amd64"
	if goos == "darwin" {
		processor = "arm64"
	}
	return []string{"GOOS=" + goos, "GOARCH=" + processor, "CGO_ENABLED=0"}
}

// hasty has the compiler inline nothing, which takes a fifth of its time off: what is
// built for another system is checked here and never run.
const hasty = "GOFLAGS=-gcflags=all=-l"

// vet vets everything as the preview, which is all but the window, then the
// program with its window. Apple's window needs Apple's headers, so elsewhere
// that part is left to a Mac.
func vet(t *tree, goos string) check {
	return func(ctx context.Context, out io.Writer) error {
		var env []string
		if goos != runtime.GOOS {
			env = append(system(goos), hasty)
		} else if err := t.need(ctx, out, forWindow); err != nil {
			return err
		}
		if err := t.exec(ctx, out, "", env, "go", "vet", "-tags", previewTags, "./..."); err != nil {
			return err
		}
		switch goos {
		case "linux":
			if runtime.GOOS != goos {
				return nil
			}
			tags := windowTags() + "," + storyTags
			return t.exec(ctx, out, "", nil, "go", "vet", "-tags", tags, ".", "./app/...", "./build/windowstory/...")
		case "windows":
			if err := t.exec(ctx, out, "", env, "go", "vet", "-tags", "desktop,production", ".", "./app/..."); err != nil {
				return err
			}
			return t.exec(ctx, out, "", env, "go", "build", "-o", os.DevNull, "./app/command/quietline-backup")
		}
		return nil
	}
}

// staticcheck looks at every way to build the program at once: what one of them
// uses is used.
func staticcheck(t *tree) check {
	return func(ctx context.Context, out io.Writer) error {
		if err := t.need(ctx, out, forWindow); err != nil {
			return err
		}
		ways := "preview: -tags=" + previewTags + "\n" +
			"window: -tags=" + windowTags() + "," + storyTags + "\n"
		if runtime.GOOS != "windows" {
			ways += "windows: GOOS=windows CGO_ENABLED=0 " + hasty + " -tags=desktop,production\n"
		}
		return t.tool(ctx, strings.NewReader(ways), out, "staticcheck", "-matrix", "./...")
	}
}

// tool runs a program that build/tools.mod pins.
func (t *tree) tool(ctx context.Context, in io.Reader, out io.Writer, name string, args ...string) error {
	args = append([]string{"tool", "-modfile=build/tools.mod", name}, args...)
	if err := t.command(ctx, program{name: "go", args: args, in: in, out: out, err: out}).Run(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// vulnDatabase is where govulncheck asks unless GOVULNDB says otherwise.
const vulnDatabase = "https://vuln.go.dev"

func govulncheck(t *tree) check {
	return func(ctx context.Context, out io.Writer) error {
		place := os.Getenv("GOVULNDB")
		if place == "" {
			place = vulnDatabase
		}
		if strings.HasPrefix(place, "http") && !answers(ctx, place+"/index/db.json") {
			return stage.Skip("the database of faults is out of reach")
		}
		if err := t.tool(ctx, nil, out, "govulncheck", "-tags", previewTags, "./..."); err != nil {
			return err
		}
		if err := t.need(ctx, out, forWindow); err != nil {
			return err
		}
		return t.tool(ctx, nil, out, "govulncheck", "-tags", windowTags(), ".", "./app/...")
	}
}

// answers reports whether a page can be had.
func answers(ctx context.Context, page string) bool {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == http.StatusOK
}

func goTest(t *tree, packages ...string) check {
	return func(ctx context.Context, out io.Writer) error {
		if err := t.need(ctx, out, forKeys); err != nil {
			return err
		}
		// More packages at once than there are processors: much of it waits for the disk.
		args := append([]string{"test", "-p", strconv.Itoa(2 * runtime.NumCPU()), "-tags", previewTags}, packages...)
		return t.exec(ctx, out, "", nil, "go", args...)
	}
}

// goTestWindow tests what the window makes different: packages that have other files
// with it, or that use such a package. The rest is the same program, tested before.
func goTestWindow(t *tree) check {
	return func(ctx context.Context, out io.Writer) error {
		if err := t.need(ctx, out, forWindow); err != nil {
			return err
		}
		without, err := t.packages(ctx, previewTags)
		if err != nil {
			return err
		}
		with, err := t.packages(ctx, windowTags())
		if err != nil {
			return err
		}
		args := []string{"test", "-tags", windowTags()}
		for path, p := range with {
			differs := func(path string) bool { return with[path].files != without[path].files }
			if p.tests && (differs(path) || slices.ContainsFunc(p.uses, differs)) {
				args = append(args, path)
			}
		}
		if len(args) == 3 {
			return errors.New("the window changes nothing that has a test")
		}
		slices.Sort(args[3:])
		return t.exec(ctx, out, "", nil, "go", args...)
	}
}

// listed is what one way to build the program makes of a package.
type listed struct {
	files string
	uses  []string
	tests bool
}

// packages lists the program's packages as they are built with tags.
func (t *tree) packages(ctx context.Context, tags string) (map[string]listed, error) {
	text, err := t.output(ctx, "", nil, "go", "list", "-tags", tags,
		"-f", "{{.ImportPath}}\t{{.GoFiles}} {{.TestGoFiles}} {{.XTestGoFiles}}\t{{join .Deps \" \"}} {{join .TestImports \" \"}} {{join .XTestImports \" \"}}\t{{if or .TestGoFiles .XTestGoFiles}}tests{{end}}",
		".", "./app/...", "./backend/...")
	if err != nil {
		return nil, err
	}
	all := map[string]listed{}
	for line := range strings.Lines(string(text)) {
		part := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(part) != 4 {
			return nil, fmt.Errorf("go list says %q", line)
		}
		all[part[0]] = listed{part[1], strings.Fields(part[2]), part[3] != ""}
	}
	return all, nil
}

// inMemory has tests keep their files in memory where the machine has room there.
// The race detector looks at goroutines and not at disks; the stage before it
// writes to the real one.
func inMemory() []string {
	const room = 4 << 30
	if free, err := freeMemoryDisk(); err != nil || free < room {
		return nil
	}
	return []string{"TMPDIR=" + memoryDisk, "GOTMPDIR=" + os.TempDir()}
}

// engine is the database engine, C in Go's clothes. It keeps its memory outside of
// Go's, where the race detector does not look, so that watching it takes ten times as
// long and finds nothing; its locks are package libc's, which is watched.
const engine = "modernc.org/sqlite/lib"

// race leaves out what would take the detector longer than it is worth. Tests that
// run many rounds in one goroutine are short here; the stage before runs them in full.
func race(t *tree) check {
	return func(ctx context.Context, out io.Writer) error {
		switch {
		case runtime.GOOS == "linux":
			if err := t.need(ctx, out, forRace); err != nil {
				return err
			}
		case !t.host.Has("gcc") && !t.host.Has("clang"):
			return stage.Skip("the race detector needs a C compiler")
		}
		list, err := t.output(ctx, "", nil, "go", "list", "-tags", previewTags,
			"-f", `{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}`, "./app/...", "./backend/...")
		if err != nil {
			return err
		}
		packages := slices.DeleteFunc(strings.Fields(string(list)), func(p string) bool {
			// It makes clinics one after another, by what the others test.
			return strings.HasSuffix(p, "/backend/sample")
		})
		if len(packages) == 0 {
			return errors.New("there are no tests to run")
		}
		args := append([]string{"test", "-race", "-gcflags=" + engine + "=-race=false", "-short", "-tags", previewTags}, packages...)
		return t.exec(ctx, out, "", append(inMemory(), "CGO_ENABLED=1"), "go", args...)
	}
}
