package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"quietline/build/dev/stage"
)

// stageLimit ends a stage that hangs. The longest takes a few minutes on two
// cores with nothing compiled.
const stageLimit = 20 * time.Minute

func test(ctx context.Context, t *tree, args []string) error {
	fs := flags("test")
	list := fs.Bool("list", false, "list the stages and run none")
	only := fs.String("only", "", "run these `stages`, separated by commas")
	all := fs.Bool("all", false, "start the dear stages even where a cheap one failed")
	verbose := fs.Bool("v", false, "show what the stages print while they run")
	if err := fs.Parse(args); err != nil {
		return err
	}
	names := fs.Args()
	if *only != "" {
		names = append(slices.Clone(names), strings.Split(*only, ",")...)
	}
	chosen, err := stage.Select(stages(t), names)
	if err != nil {
		return err
	}
	if *list {
		for _, s := range chosen {
			cost := "cheap"
			if s.Dear {
				cost = "dear"
			}
			fmt.Printf("%-14s %-6s %s\n", s.Name, cost, s.About)
		}
		return nil
	}
	// Everything that compiles the program meets the folder that it embeds.
	if err := t.embeddable(); err != nil {
		return err
	}
	logs := t.path("build/out/test")
	if err := os.MkdirAll(logs, 0o755); err != nil {
		return fmt.Errorf("making the folder of logs: %w", err)
	}
	report := stage.Run(ctx, os.Stdout, chosen, stage.Options{
		All: *all, Verbose: *verbose, Now: time.Now, Limit: stageLimit, Logs: logs,
		Alone: func(name string) string { return "go run ./build/dev test -v " + name },
	})
	report.Write(os.Stdout)
	return report.Err()
}

// stages lists every check, in the order in which they run: what fails soonest
// first. Each sets up what it needs, so that each runs alone.
func stages(t *tree) []stage.Stage {
	return []stage.Stage{
		{Name: "gofmt", About: "Go files are formatted", Run: gofmt(t)},
		{Name: "imports", About: "packages import inwards only, and other rules of the house", Run: goTest(t, "./build/house/...")},
		{Name: "vet-linux", About: "go vet for Linux, preview and window", Run: vet(t, "linux")},
		{Name: "vet-windows", About: "go vet for Windows, preview and window, and its console program", Run: vet(t, "windows")},
		{Name: "vet-darwin", About: "go vet for macOS, without the window", Run: vet(t, "darwin")},
		{Name: "staticcheck", About: "staticcheck, preview and window", Run: staticcheck(t)},
		{Name: "govulncheck", About: "known faults in the Go modules that are really called", Run: govulncheck(t)},
		{Name: "npm-audit", About: "known faults in the front end's modules", Run: npmAudit(t)},
		{Name: "bindings", About: "the front end's door is what Go says it is", Run: bindingsDrift(t)},
		{Name: "ts", About: "TypeScript's types", Run: npmRun(t, "check")},
		{Name: "biome", About: "the front end's lint and format", Run: npmRun(t, "lint", "--colors=off")},
		{Name: "vitest", About: "the front end's tests", Run: vitest(t)},
		{Name: "go", About: "all Go tests, without the window", Run: goTest(t, "./...")},
		{Name: "go-window", About: "Go tests of the program with its window", Run: goTestWindow(t)},
		{Name: "race", Dear: true, About: "Go tests under the race detector, where it is affordable", Run: race(t)},
		{Name: "e2e", Dear: true, About: "stories in a browser against the preview", Run: e2e(t)},
		{Name: "window", Dear: true, About: "a story in the real window on a private screen", Run: windowStory(t)},
	}
}
