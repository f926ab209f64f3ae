package golive

import (
	"log/slog"
	"regexp"
	"strings"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// Credentials are what opens an account: its name, and a key of it with its secret.
// They hide themselves from every form of printing.
type Credentials struct {
	Account, Key, Secret string
}

// String hides the secret, and the rest with it.
func (Credentials) String() string { return "[credentials]" }

// GoString hides them from %#v.
func (Credentials) GoString() string { return "[credentials]" }

// LogValue implements [slog.LogValuer].
func (Credentials) LogValue() slog.Value { return slog.StringValue("[credentials]") }

// Main reports whether the key is the account's own secret, which may do everything:
// a restricted key is the better one.
func (c Credentials) Main() bool { return c.Key != "" && c.Key == c.Account }

func (c Credentials) check() error {
	switch {
	case !accountForm.MatchString(c.Account):
		return clinic.E(CodePasteNoAccount)
	case !keyForm.MatchString(c.Key) && !c.Main():
		return clinic.E(CodePasteNoKey)
	case !secretForm.MatchString(c.Secret):
		return clinic.E(CodePasteNoSecret)
	}
	return nil
}

var (
	accountForm = regexp.MustCompile(`^AC[0-9a-fA-F]{32}$`)
	keyForm     = regexp.MustCompile(`^SK[0-9a-fA-F]{32}$`)
	// secretForm is of a key's secret and of an account's own alike: 32 letters and
	// digits.
	secretForm = regexp.MustCompile(`^[0-9a-zA-Z]{32}$`)

	words  = regexp.MustCompile(`[0-9A-Za-z]+`)
	broken = regexp.MustCompile(`\b(AC|SK)((?:[\s-]*[0-9a-fA-F]){32})\b`)
	joints = regexp.MustCompile(`[\s-]+`)
)

// ReadPaste finds the credentials in what somebody has pasted, whole or in parts, in
// any order and with whatever stands between: the account's name begins with AC, the
// key's with SK, and the secret is 32 letters and digits. Names that were copied with
// spaces in them are joined. Without a key, a secret is the account's own.
//
// What was found comes back beside an error, which says what is missing first, so that
// a screen can show how far a paste has come.
func ReadPaste(text string) (Credentials, error) {
	if strings.TrimSpace(text) == "" {
		return Credentials{}, clinic.E(CodePasteEmpty)
	}
	text = broken.ReplaceAllStringFunc(text, func(name string) string { return joints.ReplaceAllString(name, "") })
	var c Credentials
	two := false
	put := func(into *string, word string) {
		two = two || *into != "" && *into != word
		*into = word
	}
	for _, word := range words.FindAllString(text, -1) {
		switch {
		case accountForm.MatchString(word):
			put(&c.Account, word)
		case keyForm.MatchString(word):
			put(&c.Key, word)
		case secretForm.MatchString(word):
			put(&c.Secret, word)
		}
	}
	if two {
		return c, clinic.E(CodePasteTwo)
	}
	if c.Account == "" {
		return c, clinic.E(CodePasteNoAccount)
	}
	if c.Secret == "" {
		if c.Key == "" {
			return c, clinic.E(CodePasteNoKey)
		}
		return c, clinic.E(CodePasteNoSecret)
	}
	if c.Key == "" {
		c.Key = c.Account
	}
	return c, nil
}

// KeyProblem says why a key cannot be used, by what the provider made of it; nil where
// it can.
func KeyProblem(k provider.KeyStanding) error {
	switch {
	case k.Region != "":
		return clinic.E(CodeKeyElsewhere).With("region", k.Region)
	case !k.Known:
		return clinic.E(CodeKeyUnknown)
	}
	if len(k.Lacks) == 0 {
		return nil
	}
	if k.Lacks[0] == provider.MayReadTexts {
		return clinic.E(CodeKeyNoTexts)
	}
	return clinic.E(CodeKeyNoNumbers)
}

// Last returns the last four characters of a name, by which a person knows it again.
func Last(name string) string {
	if len(name) < 4 {
		return ""
	}
	return name[len(name)-4:]
}
