//go:build windowstory

package windowstory_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// words are the sentences on the screen, as the program has them.
type words map[string]any

// wordsIn returns those of a language, such as en.
func wordsIn(t *testing.T, language string) words {
	t.Helper()
	const folder = "../../frontend/src/i18n/locales"
	files, err := filepath.Glob(filepath.Join(folder, language, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files of sentences, %v", len(files), err)
	}
	w := words{}
	for _, file := range append(files, filepath.Join(folder, language+".json")) {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var some map[string]any
		if err := json.Unmarshal(raw, &some); err != nil {
			t.Fatalf("%s: %v", filepath.Base(file), err)
		}
		maps.Copy(w, some)
	}
	return w
}

// of returns a sentence by its key, such as inbox.title, with names and values in turn
// filled in. A key that is gone is an error: a story must not look for nothing.
func (w words) of(key string, fill ...string) (string, error) {
	var here any = map[string]any(w)
	for step := range strings.SplitSeq(key, ".") {
		in, _ := here.(map[string]any)
		here = in[step]
	}
	sentence, found := here.(string)
	for i := 0; i+1 < len(fill); i += 2 {
		sentence = strings.ReplaceAll(sentence, "{{"+fill[i]+"}}", fill[i+1])
	}
	if !found || strings.Contains(sentence, "{{") {
		return "", fmt.Errorf("there is no sentence %s", key)
	}
	return sentence, nil
}
