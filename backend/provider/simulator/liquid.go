package simulator

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"quietline/backend/clinic"
)

// A template of a flow, in the part of Liquid that is understood here:
//
//	{{ path | filter: argument }}
//	{% assign name = value | filter: argument %}
//	{% if a >= b and a < b %}…{% elsif text contains text %}…{% endif %}
//
// Whatever else it says is refused when the flow is brought, and not when a patient
// writes at night.
type template []piece

type piece struct {
	text string // as it is
	mark string // between {{ and }}
	tag  string // between {% and %}
}

var pieces = regexp.MustCompile(`(?s)\{\{(.*?)\}\}|\{%(.*?)%\}`)

func cut(text string) template {
	var t template
	from := 0
	for _, at := range pieces.FindAllStringSubmatchIndex(text, -1) {
		t = append(t, piece{text: text[from:at[0]]})
		if at[2] >= 0 {
			t = append(t, piece{mark: strings.TrimSpace(text[at[2]:at[3]])})
		} else {
			t = append(t, piece{tag: strings.TrimSpace(text[at[4]:at[5]])})
		}
		from = at[1]
	}
	return append(t, piece{text: text[from:]})
}

// scope is what a template knows.
type scope struct {
	now   clinic.Instant
	known map[string]string // by path
	local map[string]string
}

// fill fills a template in, and reports false where it is not understood.
func (s scope) fill(text string) (string, bool) {
	var out strings.Builder
	s.local = map[string]string{}
	// showing says of the innermost {% if %} whether it is shown, and done whether one
	// of its branches was. There is one level.
	inside, showing, done := false, true, false
	for _, p := range cut(text) {
		words := strings.Fields(p.tag)
		switch {
		case p.mark != "":
			value, fine := s.value(p.mark)
			if !fine {
				return "", false
			}
			if showing {
				out.WriteString(value)
			}
		case len(words) == 0:
			if showing {
				out.WriteString(p.text)
			}
		case words[0] == "assign" && len(words) > 3 && words[2] == "=":
			_, rest, _ := strings.Cut(p.tag, "=")
			value, fine := s.value(strings.TrimSpace(rest))
			if !fine {
				return "", false
			}
			s.local[words[1]] = value
		case words[0] == "if" && !inside, words[0] == "elsif" && inside:
			holds, fine := s.holds(words[1:])
			if !fine {
				return "", false
			}
			showing = holds && !done
			inside, done = true, done || holds
		case p.tag == "endif" && inside:
			inside, showing, done = false, true, false
		default:
			return "", false
		}
	}
	return out.String(), !inside
}

// value is what an expression with filters comes to.
func (s scope) value(text string) (string, bool) {
	parts := strings.Split(text, "|")
	value, fine := s.term(strings.TrimSpace(parts[0]))
	if !fine {
		return "", false
	}
	for _, filter := range parts[1:] {
		switch strings.TrimSpace(filter) {
		case "strip":
			value = strings.TrimSpace(value)
		case "upcase":
			value = strings.ToUpper(value)
		case "url_encode":
			value = url.QueryEscape(value)
		case "date: '%s'":
			if value != "now" {
				return "", false
			}
			value = strconv.FormatInt(int64(s.now)/1000, 10)
		case "plus: 0":
			if _, err := strconv.ParseInt(value, 10, 64); err != nil {
				return "", false
			}
		default:
			return "", false
		}
	}
	return value, true
}

var paths = regexp.MustCompile(`^[a-z_]+(\.[A-Za-z_]+)*$`)

// term is a word in quotes, a number, or what is known by a path: nothing, where
// nothing is.
func (s scope) term(text string) (string, bool) {
	if len(text) > 1 && text[0] == '\'' && text[len(text)-1] == '\'' {
		return text[1 : len(text)-1], true
	}
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		return text, true
	}
	if !paths.MatchString(text) {
		return "", false
	}
	if value, found := s.local[text]; found {
		return value, true
	}
	return s.known[text], true
}

// holds reads conditions of three words that are joined by "and".
func (s scope) holds(words []string) (holds, fine bool) {
	holds = true
	for len(words) >= 3 {
		a, first := s.term(words[0])
		b, second := s.term(words[2])
		if !first || !second {
			return false, false
		}
		switch words[1] {
		case "contains":
			holds = holds && b != "" && strings.Contains(a, b)
		case ">=", "<":
			x, one := strconv.ParseInt(a, 10, 64)
			y, two := strconv.ParseInt(b, 10, 64)
			if one != nil || two != nil {
				return false, false
			}
			holds = holds && (words[1] == ">=" && x >= y || words[1] == "<" && x < y)
		default:
			return false, false
		}
		if words = words[3:]; len(words) == 0 {
			return holds, true
		}
		if words[0] != "and" {
			return false, false
		}
		words = words[1:]
	}
	return false, false
}
