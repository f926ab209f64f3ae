package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// measured is one benchmark's figures, by unit: ns/op, B/op, events/s.
type measured struct {
	Package string             `json:"package"`
	Name    string             `json:"name"`
	Runs    int64              `json:"runs"`
	Figures map[string]float64 `json:"figures"`
}

func bench(ctx context.Context, t *tree, args []string) error {
	fs := flags("bench")
	asJSON := fs.Bool("json", false, "print the figures as JSON")
	if err := fs.Parse(args); err != nil {
		return err
	}
	packages := fs.Args()
	if len(packages) == 0 {
		packages = []string{"./app/...", "./backend/..."}
	}
	if err := t.embeddable(); err != nil {
		return err
	}
	var text bytes.Buffer
	var out io.Writer = &text
	if !*asJSON {
		out = io.MultiWriter(&text, os.Stdout)
	}
	// One after the other: packages tested side by side would share the cores.
	args = append([]string{"test", "-p", "1", "-tags", previewTags, "-run", "^$", "-bench", ".", "-benchmem"}, packages...)
	err := t.command(ctx, program{
		name: "go", args: args, out: out, err: os.Stderr,
	}).Run()
	if err != nil {
		if *asJSON {
			os.Stderr.Write(text.Bytes())
		}
		return fmt.Errorf("running the benchmarks: %w", err)
	}
	found, err := figures(&text)
	if err != nil {
		return err
	}
	if !*asJSON {
		return nil
	}
	enc := json.NewEncoder(os.Stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(struct {
		Go      string     `json:"go"`
		System  string     `json:"system"`
		Cores   int        `json:"cores"`
		Results []measured `json:"results"`
	}{runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH, runtime.NumCPU(), found})
}

// figures reads what `go test -bench` prints: "pkg: NAME" lines, then
// "BenchmarkX-2  runs  figure unit  figure unit …".
func figures(r io.Reader) ([]measured, error) {
	var all []measured
	pkg := ""
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "pkg: "); ok {
			pkg = name
			continue
		}
		words := strings.Fields(lines.Text())
		if len(words) < 4 || len(words)%2 != 0 || !strings.HasPrefix(words[0], "Benchmark") {
			continue
		}
		runs, err := strconv.ParseInt(words[1], 10, 64)
		if err != nil {
			continue
		}
		m := measured{Package: pkg, Name: words[0], Runs: runs, Figures: map[string]float64{}}
		for i := 2; i < len(words); i += 2 {
			if m.Figures[words[i+1]], err = strconv.ParseFloat(words[i], 64); err != nil {
				return nil, fmt.Errorf("reading the figures of %s: %w", words[0], err)
			}
		}
		all = append(all, m)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading the figures: %w", err)
	}
	if len(all) == 0 {
		return nil, errors.New("there are no benchmarks")
	}
	return all, nil
}
