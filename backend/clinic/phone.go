package clinic

import (
	"log/slog"
	"strings"
)

// Phone is a telephone number in E.164 form: "+", country code, national
// number, at most 15 digits. It is patient data: it never appears in an error,
// a file name or a log, and logs itself as "[phone]".
type Phone string

// ParsePhone reads a number as people in the United States type it: with or
// without the country code, with spaces, dots, dashes and brackets. Numbers of
// the North American Numbering Plan are checked against its shape (area code
// and exchange start with 2–9, neither is an N11 service code); other countries
// are accepted only with their "+" and 8 to 15 digits.
func ParsePhone(text string) (Phone, error) {
	text = strings.TrimSpace(text)
	international := strings.HasPrefix(text, "+")
	var digits strings.Builder
	for _, r := range strings.TrimPrefix(text, "+") {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case strings.ContainsRune(" .-()/\u00a0\u2010\u2011\u2013", r):
		default:
			return "", E(CodeBadPhone)
		}
	}
	d := digits.String()
	switch {
	case !international && len(d) == 10:
		d = "1" + d
	case !international && len(d) == 11 && d[0] == '1':
	case international && len(d) >= 8 && len(d) <= 15 && d[0] != '0':
	default:
		return "", E(CodeBadPhone)
	}
	if d[0] == '1' && !validNANP(d[1:]) {
		return "", E(CodeBadPhone)
	}
	return Phone("+" + d), nil
}

func validNANP(national string) bool {
	return len(national) == 10 &&
		national[0] >= '2' && national[3] >= '2' &&
		national[1:3] != "11" && national[4:6] != "11"
}

// Valid reports whether p is in the canonical form that ParsePhone returns.
func (p Phone) Valid() bool {
	parsed, err := ParsePhone(string(p))
	return err == nil && parsed == p && p != ""
}

// Display returns the number as it is read aloud: (303) 555-0142 for the North
// American plan, the E.164 form otherwise.
func (p Phone) Display() string {
	if len(p) == 12 && strings.HasPrefix(string(p), "+1") {
		return "(" + string(p[2:5]) + ") " + string(p[5:8]) + "-" + string(p[8:])
	}
	return string(p)
}

// LastFour returns the last four digits, by which a caller is found.
func (p Phone) LastFour() string {
	if len(p) < 5 {
		return ""
	}
	return string(p[len(p)-4:])
}

// LogValue implements [slog.LogValuer] and hides the number.
func (p Phone) LogValue() slog.Value { return slog.StringValue("[phone]") }
