package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"quietline/build/dev/stage"
)

func TestFigures(t *testing.T) {
	got, err := parseFigures(`goos: linux
pkg: quietline/backend/sqlite
BenchmarkFigures/unsealed/thread-warm-2   1   76.07 ours/µs   74.94 peer/µs   0.9882 ratio   1.126 ratio-high   0.9073 ratio-low   1.100 limit
BenchmarkUse/search-worst   1   17.5 ours/ms   16.00 limit
BenchmarkUse/disk-16   1   2.117 ours/KiB
BenchmarkOther-2   100   10234 ns/op
--- BENCH: BenchmarkUse/search-worst-2
    bench_test.go:200: the slowest: "ht"
PASS
`)
	if err != nil {
		t.Fatal(err)
	}
	at := func(v float64) *float64 { return &v }
	want := []figure{
		{Name: "unsealed/thread-warm", Ours: 76.07, Unit: "µs", Peer: at(74.94), Ratio: at(0.9882), High: at(1.126), Low: at(0.9073), Limit: at(1.1)},
		{Name: "search-worst", Ours: 17.5, Unit: "ms", Limit: at(16)},
		{Name: "disk", Ours: 2.117, Unit: "KiB"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	for i, within := range []bool{true, false, true} {
		if got[i].within() != within {
			t.Errorf("%s: within its limit is %v", got[i].Name, !within)
		}
	}
	var lines strings.Builder
	if err := printLines(&lines, got[:1]); err != nil || lines.String() != `{"name":"unsealed/thread-warm","ours":76.07,"unit":"µs",`+
		`"limit":1.1,"peer":74.94,"ratio":0.9882,"ratio_low":0.9073,"ratio_high":1.126}`+"\n" {
		t.Errorf("%v\n%s", err, lines.String())
	}
	for name, text := range map[string]string{
		"none": "PASS\n", "one that is no number": "BenchmarkX/y-2 1 fast ours/ms\n", "none of ours": "BenchmarkX-2 5 10 ns/op\n",
	} {
		if _, err := parseFigures(text); err == nil {
			t.Errorf("figures were read where there is %s", name)
		}
	}
}

func TestGrowthStandsSideBySide(t *testing.T) {
	limit := 8.0
	var all []figure
	for i, size := range []int{10_000, 100_000, 1_000_000} {
		all = append(all, named("clinic", short(size), []figure{{Name: "thread", Ours: float64(i) + 1.234, Unit: "ms", Limit: &limit}})...)
	}
	var out strings.Builder
	if err := printGrowth(&out, all); err != nil {
		t.Fatal(err)
	}
	want := "\ngrowth         10k   100k  1M    unit  limit\nclinic/thread  1.23  2.23  3.23  ms    8\n"
	if out.String() != want {
		t.Errorf("%q", out.String())
	}
	out.Reset()
	if err := printGrowth(&out, all[:1]); err != nil || out.Len() > 0 {
		t.Errorf("one size is no growth: %v %q", err, out.String())
	}
}

func TestSizes(t *testing.T) {
	for list, want := range map[string][]int{"10000": {10000}, "1, 20": {1, 20}, "0": nil} {
		if got, err := sizesOf(list); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v %v", list, got, err)
		}
	}
	for _, list := range []string{"", "many", "-1", "1,"} {
		if _, err := sizesOf(list); err == nil {
			t.Errorf("%q was taken", list)
		}
	}
}

func TestRecent(t *testing.T) {
	for version, want := range map[string]bool{
		"v20.19.0": true, "v20.18.9": false, "v20.19": true, "v22.0.0": true, "v18.20.0": false, "v9.99.0": false, "": false, "nightly": false,
	} {
		if recent(version) != want {
			t.Errorf("%q: %v", version, !want)
		}
	}
}

func TestEveryStageHasItsOwnNameAndSaysWhatItHolds(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range stages(&tree{}) {
		if seen[s.Name] || s.Name == "" || strings.ContainsAny(s.Name, ", ") || s.About == "" || s.Run == nil {
			t.Errorf("stage %+v", s)
		}
		seen[s.Name] = true
	}
}

func TestGofmtNamesWhatIsNotFormatted(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"good.go":                          "package a\n",
		"crlf.go":                          "package a\r\n",
		"bad.go":                           "package  a\n",
		"frontend/node_modules/x/bad.go":   "package  a\n",
		"notgo.txt":                        "package  a\n",
		"deep/er/broken.go":                "no Go at all",
		"build/out/left/over/generated.go": "package  a\n",
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	err := gofmt(&tree{root: root})(t.Context(), &out)
	want := "bad.go\n" + filepath.Join("deep", "er", "broken.go") + "\n"
	if err == nil || out.String() != want {
		t.Errorf("%v\n%s", err, out.String())
	}
}

func TestAFolderThatGoCanEmbed(t *testing.T) {
	made := &tree{root: t.TempDir()}
	for range 2 {
		if err := made.embeddable(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(made.path("frontend/dist/.gitkeep")); err != nil {
		t.Error(err)
	}
}

func TestAProgramIsToldToEndWithTheRunner(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("sleep is not to be had on Windows")
	}
	ctx, cancel := context.WithCancel(t.Context())
	here := &tree{root: t.TempDir()}
	done := make(chan error, 1)
	go func() { done <- here.foreground(ctx, nil, "sleep", "60") }()
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("being stopped is no failure: %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the program went on")
	}
}

func TestVerbsRefuseWhatTheyDoNotKnow(t *testing.T) {
	for _, args := range [][]string{{}, {"nonsense"}, {"preview", "extra"}, {"sample"}, {"test", "nonsense"}, {"doctor", "-x"}} {
		if err := quietly(t, args); err == nil {
			t.Errorf("%v was taken", args)
		}
	}
	if err := quietly(t, []string{"test", "-h"}); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("asking for help: %v", err)
	}
}

// quietly dispatches with the usage texts out of sight.
func quietly(t *testing.T, args []string) error {
	t.Helper()
	stderr := os.Stderr
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	os.Stderr = null
	defer func() {
		os.Stderr = stderr
		null.Close()
	}()
	return dispatch(t.Context(), args)
}

func TestAToolThatIsNotThereFailsItsStage(t *testing.T) {
	here := &tree{root: t.TempDir()}
	report := stage.Run(t.Context(), io.Discard, []stage.Stage{{Name: "absent", Run: func(ctx context.Context, out io.Writer) error {
		return here.exec(ctx, out, "", nil, "no-such-program-at-all")
	}}}, stage.Options{Limit: time.Minute, Logs: t.TempDir(), Now: time.Now, Alone: func(string) string { return "" }})
	if report.Count(stage.Failed) != 1 {
		t.Errorf("%+v", report.Results)
	}
}
