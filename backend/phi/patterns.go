package phi

import "regexp"

var (
	// Social security numbers are written in three, two and four; nine digits in one
	// count only beside the words.
	social = regexp.MustCompile(`\b\d{3}[-. ]\d{2}[-. ]\d{4}\b|(?i:\b(?:ssn|social security|seguro social)\b\D{0,20})\d{9}\b`)
	digits = regexp.MustCompile(`\b\d(?:[ -]?\d){12,}\b`)
	// Blanks, dots, brackets, slashes and hyphens of every kind stand inside of a
	// telephone number.
	dialled = regexp.MustCompile(`[0-9+(][0-9+ .()/\x{a0}\x{2010}\x{2011}\x{2013}-]*`)
	group   = regexp.MustCompile(`\d+`)
	account = regexp.MustCompile(`(?i)\b(?:mrn|member id|policy (?:no|number|id)|group (?:no|number)|medical record|record number|chart (?:no|number)|medicaid(?: id)?|medicare(?: id)?|póliza|expediente)\b[^\n.!?]{0,12}?\b[a-z]{0,3}\d{5,}\b`)
	amount  = regexp.MustCompile(`(?i)\$\s?\d[\d,]*(?:\.\d\d)?|\b\d[\d,]*(?:\.\d\d)?\s?(?:dollars?|usd|d[oó]lares)\b`)
	dose    = regexp.MustCompile(`(?i)\b\d+(?:[.,]\d+)?\s?(?:mg|mcg|µg|milligrams?|miligramos?)\b`)
	birth   = regexp.MustCompile(`(?i)\b(?:dob|d\.o\.b\.|date of birth|birth ?date|born(?: on)?|fecha de nacimiento|naci[oó](?: el)?)\b[^\n!?]{0,10}?\d{1,4}[./-]\d{1,2}(?:[./-]\d{1,4})?`)
)

func (t Text) identifiers() []Mark {
	marks := append(t.all(social, Identifier), t.all(account, Identifier)...)
	return append(marks, t.cards()...)
}

// cards finds the numbers of payment cards, 13 to 19 digits, also where the month of
// their end or a code follows.
func (t Text) cards() []Mark {
	var marks []Mark
	for _, run := range digits.FindAllStringIndex(t.source, -1) {
		groups := group.FindAllStringIndex(t.source[run[0]:run[1]], -1)
		for i := range groups {
			count := 0
			for j := i; j < len(groups) && count <= 19; j++ {
				count += groups[j][1] - groups[j][0]
				from, to := run[0]+groups[i][0], run[0]+groups[j][1]
				if count >= 13 && count <= 19 && luhn(t.source[from:to]) {
					marks = append(marks, Mark{Identifier, from, to})
				}
			}
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
