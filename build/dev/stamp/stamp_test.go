package stamp_test

import (
	"os"
	"path/filepath"
	"testing"

	"quietline/build/dev/stamp"
)

func write(t *testing.T, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func sum(t *testing.T, root string, words ...string) string {
	t.Helper()
	s, err := stamp.Sum(root, []string{"src", "lock.json"}, []string{"node_modules"}, words)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheSumChangesWithWhatIsBuiltFromAndNothingElse(t *testing.T) {
	for name, c := range map[string]struct {
		change func(t *testing.T, root string)
		same   bool
	}{
		"a changed file":          {func(t *testing.T, r string) { write(t, r, "src/a.ts", "2") }, false},
		"a new file":              {func(t *testing.T, r string) { write(t, r, "src/b.ts", "1") }, false},
		"a file appears":          {func(t *testing.T, r string) { write(t, r, "lock.json", "") }, false},
		"a file renamed":          {func(t *testing.T, r string) { rename(t, r, "src/a.ts", "src/c.ts") }, false},
		"a folder left out":       {func(t *testing.T, r string) { write(t, r, "src/node_modules/x.js", "1") }, true},
		"a file beside":           {func(t *testing.T, r string) { write(t, r, "other.ts", "1") }, true},
		"the same text once more": {func(t *testing.T, r string) { write(t, r, "src/a.ts", "1") }, true},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			write(t, root, "src/a.ts", "1")
			before := sum(t, root)
			c.change(t, root)
			if same := sum(t, root) == before; same != c.same {
				t.Errorf("the sum stayed the same: %v", same)
			}
		})
	}
	root := t.TempDir()
	if sum(t, root, "node 20") == sum(t, root, "node 22") {
		t.Error("a word does not count")
	}
}

func rename(t *testing.T, root, from, to string) {
	t.Helper()
	if err := os.Rename(filepath.Join(root, from), filepath.Join(root, to)); err != nil {
		t.Fatal(err)
	}
}

func TestAStampIsFreshForItsOwnSumOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out", "ui")
	if stamp.Fresh(path, "") || stamp.Fresh(path, "a") {
		t.Error("an absent stamp is fresh")
	}
	if err := stamp.Write(path, "a"); err != nil {
		t.Fatal(err)
	}
	if !stamp.Fresh(path, "a") || stamp.Fresh(path, "b") {
		t.Error("the stamp does not hold what was written")
	}
}
