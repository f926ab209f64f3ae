package app_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/afterhours"
	"quietline/backend/archive"
	"quietline/backend/archive/blob"
	"quietline/backend/archive/media"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/device"
	"quietline/backend/exchange"
	"quietline/backend/folder"
	"quietline/backend/golive"
	"quietline/backend/incidents"
	"quietline/backend/jobs"
	"quietline/backend/journal"
	"quietline/backend/parcel"
	"quietline/backend/patients"
	"quietline/backend/phi"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/records"
	"quietline/backend/records/pdf"
	"quietline/backend/salvage"
	"quietline/backend/session"
	"quietline/backend/settings"
	"quietline/backend/spool"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
	"quietline/backend/vault"
)

// TestEveryCodeHasItsSentences holds the codes of the program against the locale
// files: a code without a sentence leaves a person at the desk without a word.
func TestEveryCodeHasItsSentences(t *testing.T) {
	codes := slices.Concat(clinic.Codes(), door.Codes(), session.Codes(), folder.Codes(), vault.Codes(), sqlite.Codes(),
		journal.Codes(), settings.Codes(), staff.Codes(), patients.Codes(), consent.Codes(), archive.Codes(), blob.Codes(), media.Codes(),
		exchange.Codes(), provider.Codes(), jobs.Codes(), device.Codes(), desk.Codes(),
		afterhours.Codes(), golive.Codes(), salvage.Codes(), parcel.Codes(), backup.Codes(), spool.Codes(), records.Codes(), pdf.Codes(),
		incidents.Codes())
	for _, language := range []string{"en", "es"} {
		sentences := locale(t, language)
		for _, code := range codes {
			for _, part := range []string{"what", "next"} {
				if s, ok := at(sentences, "errors."+string(code)+"."+part).(string); !ok || s == "" {
					t.Errorf("%s: no sentence errors.%s.%s", language, code, part)
				}
			}
		}
		for _, code := range slices.Concat(policy.Codes(), phi.Codes()) {
			if at(sentences, "reasons."+string(code)) == nil && at(sentences, "steps."+string(code)) == nil {
				t.Errorf("%s: no sentence for %s", language, code)
			}
		}
	}
}

// locale joins the files of a language.
func locale(t *testing.T, language string) map[string]any {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "frontend", "src", "i18n", "locales", language, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no locale files for %s: %v", language, err)
	}
	all := map[string]any{}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var part map[string]any
		if err := json.Unmarshal(raw, &part); err != nil {
			t.Fatalf("%s: %v", filepath.Base(f), err)
		}
		for k, v := range part {
			all[k] = v
		}
	}
	return all
}

func at(tree map[string]any, path string) any {
	var here any = tree
	for _, key := range strings.Split(path, ".") {
		branch, ok := here.(map[string]any)
		if !ok {
			return nil
		}
		here = branch[key]
	}
	return here
}
