package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// The sizes of clinics that bench measures unless told otherwise; growth shows
// with 10000,100000,1000000.
const benchSizes = "10000"

// bench measures and prints. It does not fail where a limit is passed: on a
// machine that does other things too, a time says little by itself.
func bench(ctx context.Context, t *tree, args []string) error {
	fs := flags("bench")
	asJSON := fs.Bool("json", false, "print one line of JSON for each figure")
	messages := fs.String("messages", benchSizes, "`sizes` of sample clinics to measure, in texts, with commas between; 0 for none")
	only := fs.String("only", "", "measure the figures alone whose name begins with this `word`: sealed, keys, line, gate, paper or clinic")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if err := none(fs); err != nil {
		return err
	}
	sizes, err := sizesOf(*messages)
	if err != nil {
		return err
	}
	var all []figure
	if strings.HasPrefix("sealed", *only) {
		found, err := t.measure(ctx, "./backend/sqlite", "^BenchmarkFigures$")
		if err != nil {
			return err
		}
		all = append(all, named("sealed", "", found)...)
	}
	if strings.HasPrefix("keys", *only) {
		for _, pkg := range []string{"./app/desk", "./app/successor"} {
			found, err := t.measure(ctx, pkg, "^Benchmark(Keys|Succession)$")
			if err != nil {
				return err
			}
			all = append(all, named("keys", "", found)...)
		}
	}
	if strings.HasPrefix("line", *only) {
		for pkg, benchmark := range map[string]string{"./backend/exchange": "^BenchmarkReading$", "./app/desk": "^BenchmarkIdle$"} {
			found, err := t.measure(ctx, pkg, benchmark)
			if err != nil {
				return err
			}
			all = append(all, named("line", "", found)...)
		}
	}
	if strings.HasPrefix("gate", *only) {
		for _, pkg := range []string{"./backend/policy", "./backend/exchange"} {
			found, err := t.measure(ctx, pkg, "^BenchmarkFigures$")
			if err != nil {
				return err
			}
			all = append(all, named("gate", "", found)...)
		}
	}
	if strings.HasPrefix("paper", *only) {
		found, err := t.measurePaper(ctx)
		if err != nil {
			return err
		}
		all = append(all, named("paper", "", found)...)
	}
	for _, size := range sizes {
		benchmarks := []string{"^BenchmarkMake$", "^BenchmarkUse$", "^BenchmarkBackup$"}
		switch {
		case *only == "backup":
			benchmarks = []string{"^BenchmarkMake$", "^BenchmarkBackup$"}
		case !strings.HasPrefix("clinic", *only):
			continue
		}
		found, err := t.measureClinic(ctx, size, benchmarks)
		if err != nil {
			return err
		}
		all = append(all, named("clinic", short(size), found)...)
	}
	if len(all) == 0 {
		return errors.New("nothing was measured")
	}
	if *asJSON {
		return printLines(os.Stdout, all)
	}
	return errors.Join(printTable(os.Stdout, all), printGrowth(os.Stdout, all))
}

func sizesOf(list string) (sizes []int, err error) {
	for word := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || n < 0 {
			return nil, fmt.Errorf("%q is not a number of texts", word)
		}
		if n > 0 {
			sizes = append(sizes, n)
		}
	}
	return sizes, nil
}

// short writes a number of texts as people say it.
func short(n int) string {
	switch {
	case n >= 1_000_000 && n%1_000_000 == 0:
		return strconv.Itoa(n/1_000_000) + "M"
	case n >= 1000 && n%1000 == 0:
		return strconv.Itoa(n/1000) + "k"
	}
	return strconv.Itoa(n)
}

// figure is one thing that was measured. Smaller is better. Where there is a
// peer, the limit is on the ratio; otherwise on ours. Size is the clinic's, empty
// where there is none.
type figure struct {
	Name  string   `json:"name"`
	Size  string   `json:"size,omitempty"`
	Ours  float64  `json:"ours"`
	Unit  string   `json:"unit"`
	Limit *float64 `json:"limit"`
	Peer  *float64 `json:"peer,omitempty"`
	Ratio *float64 `json:"ratio,omitempty"`
	// Low and High are the quartiles of the ratio.
	Low  *float64 `json:"ratio_low,omitempty"`
	High *float64 `json:"ratio_high,omitempty"`
}

// within reports whether the figure keeps its limit; one without keeps it.
func (f figure) within() bool {
	switch {
	case f.Limit == nil:
		return true
	case f.Ratio != nil:
		return *f.Ratio <= *f.Limit
	}
	return f.Ours <= *f.Limit
}

// named puts an area before the names of figures.
func named(area, size string, all []figure) []figure {
	for i := range all {
		all[i].Name, all[i].Size = area+"/"+all[i].Name, size
	}
	return all
}

// measure runs the benchmarks of a package.
func (t *tree) measure(ctx context.Context, pkg, benchmarks string) ([]figure, error) {
	if err := t.embeddable(); err != nil {
		return nil, err
	}
	args := []string{"test", "-tags", previewTags, "-run", "^$", "-bench", benchmarks, "-benchtime", "1x", "-timeout", "1h", pkg}
	return t.figures(ctx, "", "go", args...)
}

// largeRegister is how many patients the register has that is measured.
const largeRegister = "2000"

// measurePaper sets a large register as the window's worker does, in Node with the same
// typesetter and fonts: gathering it and drawing its pages are not in it.
func (t *tree) measurePaper(ctx context.Context) ([]figure, error) {
	if err := t.need(ctx, os.Stderr, forPaper); err != nil {
		return nil, err
	}
	if err := t.modules(ctx, os.Stderr); err != nil {
		return nil, err
	}
	out, err := t.output(ctx, "frontend", []string{"QUIETLINE_REGISTER=" + largeRegister},
		"npm", "run", "--silent", "test", "--", "src/features/records/papers.test.ts")
	if err != nil {
		_, _ = os.Stderr.Write(out)
		return nil, err
	}
	return parseFigures(string(out))
}

// measureClinic makes a clinic of a size in one process and uses it in others.
func (t *tree) measureClinic(ctx context.Context, size int, benchmarks []string) (all []figure, err error) {
	if err := t.embeddable(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "quietline-bench-")
	if err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	program := filepath.Join(dir, "desk.test")
	if err := t.exec(ctx, os.Stderr, "", nil, "go", "test", "-tags", previewTags, "-c", "-o", program, "./app/desk"); err != nil {
		return nil, err
	}
	for _, benchmark := range benchmarks {
		found, err := t.figures(ctx, "app/desk", program, "-test.run", "^$", "-test.bench", benchmark, "-test.benchtime", "1x",
			"-test.timeout", "3h", "-clinic", dir, "-messages", strconv.Itoa(size))
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// figures runs a program that prints as `go test -bench` does.
func (t *tree) figures(ctx context.Context, dir, name string, args ...string) ([]figure, error) {
	out, err := t.output(ctx, dir, nil, name, args...)
	if err != nil {
		_, _ = os.Stderr.Write(out)
		return nil, err
	}
	return parseFigures(string(out))
}

// parseFigures reads what the benchmarks tell: "BenchmarkX/name-2  1  value
// measure  value measure …", where the measures are ours/unit, peer/unit, limit,
// ratio and its quartiles.
func parseFigures(text string) (all []figure, err error) {
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) < 4 || len(words)%2 != 0 || !strings.HasPrefix(words[0], "Benchmark") {
			continue
		}
		var f figure
		_, f.Name, _ = strings.Cut(words[0], "/")
		if i := strings.LastIndexByte(f.Name, '-'); i > 0 {
			// Go ends the name with the number of processors, if there are more than one.
			if _, err := strconv.Atoi(f.Name[i+1:]); err == nil {
				f.Name = f.Name[:i]
			}
		}
		for i := 2; i < len(words); i += 2 {
			value, err := strconv.ParseFloat(words[i], 64)
			if err != nil {
				return nil, fmt.Errorf("reading the figures of %s: %w", words[0], err)
			}
			f.take(words[i+1], value)
		}
		if f.Unit != "" {
			all = append(all, f)
		}
	}
	if len(all) == 0 {
		return nil, errors.New("the benchmarks told no figures")
	}
	return all, nil
}

func (f *figure) take(measure string, value float64) {
	what, unit, _ := strings.Cut(measure, "/")
	switch what {
	case "ours":
		f.Ours, f.Unit = value, unit
	case "peer":
		f.Peer = &value
	case "limit":
		f.Limit = &value
	case "ratio":
		f.Ratio = &value
	case "ratio-low":
		f.Low = &value
	case "ratio-high":
		f.High = &value
	}
}

func printLines(w io.Writer, all []figure) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, f := range all {
		if err := enc.Encode(f); err != nil {
			return err
		}
	}
	return nil
}

func printTable(w io.Writer, all []figure) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "figure\tours\tpeer\tunit\tratio\tspread\tlimit\t")
	for _, f := range all {
		name, spread, mark := f.Name, "", ""
		if f.Size != "" {
			name += " " + f.Size
		}
		if f.Low != nil && f.High != nil {
			spread = amount(f.Low) + "–" + amount(f.High)
		}
		if !f.within() {
			mark = "over"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
			name, amount(&f.Ours), amount(f.Peer), f.Unit, amount(f.Ratio), spread, amount(f.Limit), mark)
	}
	return table.Flush()
}

// printGrowth prints the figures of clinics of several sizes side by side.
func printGrowth(w io.Writer, all []figure) error {
	var sizes, names []string
	values := map[string]map[string]figure{}
	for _, f := range all {
		if f.Size == "" {
			continue
		}
		if !slices.Contains(sizes, f.Size) {
			sizes = append(sizes, f.Size)
		}
		if values[f.Name] == nil {
			names, values[f.Name] = append(names, f.Name), map[string]figure{}
		}
		values[f.Name][f.Size] = f
	}
	if len(sizes) < 2 {
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "\ngrowth\t%s\tunit\tlimit\n", strings.Join(sizes, "\t"))
	for _, name := range names {
		line := []string{name}
		var one figure
		for _, size := range sizes {
			f, known := values[name][size]
			cell := ""
			if known {
				cell, one = amount(&f.Ours), f
			}
			line = append(line, cell)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", strings.Join(line, "\t"), one.Unit, amount(one.Limit))
	}
	return table.Flush()
}

// amount writes a number with three digits that count.
func amount(v *float64) string {
	if v == nil {
		return ""
	}
	digits := 2
	switch abs := max(*v, -*v); {
	case abs >= 100:
		digits = 0
	case abs >= 10:
		digits = 1
	case abs > 0 && abs < 0.1:
		digits = 3
	}
	return cmp.Or(strings.TrimSuffix(strconv.FormatFloat(*v, 'f', digits, 64), ".00"), "0")
}
