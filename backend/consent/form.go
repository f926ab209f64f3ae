package consent

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"

	"quietline/backend/clinic"
)

// Form is one version of the consent form. Its hash is its identity: a signed
// paper names the words that were signed.
type Form struct {
	Version  string
	Language clinic.Language
	Text     string
	Hash     string // SHA-256 of Text, hex
	// Draft marks a translation that no named person has reviewed yet.
	Draft bool
}

//go:embed forms/*.md
var texts embed.FS

// shipped lists the versions that come with the program, newest first. A version
// that was ever shipped stays: papers refer to it.
var shipped = []struct {
	version  string
	language clinic.Language
	draft    bool
}{
	{"2026-1-en", clinic.English, false},
	{"2026-1-es", clinic.Spanish, true},
}

// Forms returns the versions on which a paper can be recorded, newest first.
func Forms() ([]Form, error) {
	var all []Form
	for _, s := range shipped {
		text, err := texts.ReadFile("forms/" + s.version + ".md")
		if err != nil {
			return nil, fmt.Errorf("consent: read form: %w", err)
		}
		sum := sha256.Sum256(text)
		all = append(all, Form{
			Version: s.version, Language: s.language, Draft: s.draft, Text: string(text), Hash: hex.EncodeToString(sum[:]),
		})
	}
	return all, nil
}

// FormByVersion returns one version, or CodeForm.
func FormByVersion(version string) (Form, error) {
	all, err := Forms()
	if err != nil {
		return Form{}, err
	}
	for _, f := range all {
		if f.Version == version {
			return f, nil
		}
	}
	return Form{}, clinic.E(CodeForm)
}
