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
	got, err := figures(strings.NewReader(`goos: linux
pkg: quietline/backend/journal
cpu: some
BenchmarkAppend/500-2         	     100	  10234 ns/op	  5012.5 events/s	 12 B/op	 3 allocs/op
BenchmarkSkipped
PASS
ok  	quietline/backend/journal	1.2s
pkg: quietline/backend/policy
BenchmarkDecide-2	5	1.5 ns/op
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []measured{
		{"quietline/backend/journal", "BenchmarkAppend/500-2", 100, map[string]float64{"ns/op": 10234, "events/s": 5012.5, "B/op": 12, "allocs/op": 3}},
		{"quietline/backend/policy", "BenchmarkDecide-2", 5, map[string]float64{"ns/op": 1.5}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if _, err := figures(strings.NewReader("PASS\n")); err == nil {
		t.Error("no benchmarks were taken for some")
	}
	if _, err := figures(strings.NewReader("BenchmarkX-2 5 fast ns/op\n")); err == nil {
		t.Error("a figure that is no number was passed over")
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
