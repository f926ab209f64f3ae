package consent_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quietline/backend/consent"
)

// TestMayMeanStop holds three corpora against the expressions: what has to raise a doubt,
// what may not, and what is known to be passed over.
func TestMayMeanStop(t *testing.T) {
	for file, want := range map[string]bool{"doubtful.txt": true, "ordinary.txt": false, "missed.txt": false} {
		for _, body := range lines(t, file) {
			if consent.Read(body) != consent.NoWord {
				t.Errorf("%s: %q is one of the words", file, body)
			}
			// Whoever shouts means the same.
			for _, said := range []string{body, strings.ToUpper(body), " " + body + "!!"} {
				if consent.MayMeanStop(said) != want {
					t.Errorf("MayMeanStop(%q) = %v", said, !want)
				}
			}
		}
	}
	// What Read obeys is no question, and nothing asks nothing.
	for _, body := range []string{"STOP", "stop texting me", "no me escriba", "START", "alto", "", " "} {
		if consent.MayMeanStop(body) {
			t.Errorf("MayMeanStop(%q)", body)
		}
	}
}

// lines returns the texts of a corpus, one a line.
func lines(t *testing.T, file string) (all []string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			all = append(all, line)
		}
	}
	return all
}
