package phi

import "regexp"

var (
	// Social security numbers are written 3-2-4; nine digits count only beside the
	// words.
	social  = regexp.MustCompile(`\b\d{3}-\d{2}-\d{4}\b|(?i:\b(?:ssn|social security|seguro social)\b\D{0,20})\d{9}\b`)
	card    = regexp.MustCompile(`\b\d(?:[ -]?\d){12,18}\b`)
	account = regexp.MustCompile(`(?i)\b(?:mrn|member id|policy (?:no|number|id)|group (?:no|number)|medical record|record number|chart (?:no|number)|medicaid(?: id)?|medicare(?: id)?|póliza|expediente)\b[^\n.!?]{0,12}?\b[a-z]{0,3}\d{5,}\b`)
	amount  = regexp.MustCompile(`(?i)\$\s?\d[\d,]*(?:\.\d\d)?|\b\d[\d,]*(?:\.\d\d)?\s?(?:dollars?|usd|d[oó]lares)\b`)
	dose    = regexp.MustCompile(`(?i)\b\d+(?:[.,]\d+)?\s?(?:mg|mcg|µg|milligrams?|miligramos?)\b`)
	birth   = regexp.MustCompile(`(?i)\b(?:dob|d\.o\.b\.|date of birth|birth ?date|born(?: on)?|fecha de nacimiento|naci[oó](?: el)?)\b[^\n!?]{0,10}?\d{1,4}[./-]\d{1,2}(?:[./-]\d{1,4})?`)
)

func (t Text) identifiers() []Mark {
	marks := append(t.all(social, Identifier), t.all(account, Identifier)...)
	for _, m := range t.all(card, Identifier) {
		if luhn(t.source[m.From:m.To]) {
			marks = append(marks, m)
		}
	}
	return marks
}

func (t Text) money() []Mark  { return t.all(amount, Money) }
func (t Text) doses() []Mark  { return t.all(dose, Drug) }
func (t Text) births() []Mark { return t.all(birth, BirthDate) }

func (t Text) all(pattern *regexp.Regexp, k Kind) []Mark {
	var marks []Mark
	for _, at := range pattern.FindAllStringIndex(t.source, -1) {
		marks = append(marks, Mark{k, at[0], at[1]})
	}
	return marks
}

// luhn reports whether digits bear the check digit of ISO/IEC 7812, which cards do
// and one in ten other numbers does by chance.
func luhn(s string) bool {
	sum, double := 0, false
	for i := len(s) - 1; i >= 0; i-- {
		if !isDigit(s[i]) {
			continue
		}
		d := int(s[i] - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum, double = sum+d, !double
	}
	return sum%10 == 0
}
