package clinic_test

import (
	"errors"
	"strings"
	"testing"

	"quietline/backend/clinic"
)

func TestParsePhone(t *testing.T) {
	for text, want := range map[string]clinic.Phone{
		"3035550142":                 "+13035550142",
		"(303) 555-0142":             "+13035550142",
		" 303.555.0142 ":             "+13035550142",
		"1 303 555 0142":             "+13035550142",
		"+1 303 555 0142":            "+13035550142",
		"303\u00a0555\u20110142":     "+13035550142",
		"+44 20 7946 0958":           "+442079460958",
		"+12345678":                  "", // too short for the North American plan
		"+49123456":                  "+49123456",
		"+4912345":                   "", // seven digits
		"+491234567890123":           "+491234567890123",
		"+4912345678901234":          "", // sixteen
		"+0123456789":                "",
		"":                           "",
		"+":                          "",
		"555-0142":                   "", // no area code
		"44 20 7946 0958":            "", // another country without its "+"
		"23035550142":                "",
		"103 555 0142":               "", // area code begins with 1
		"003 555 0142":               "",
		"303 155 0142":               "", // exchange begins with 1
		"911 555 0142":               "", // a service code
		"303 911 0142":               "",
		"303 555 0142 x7":            "",
		"303 555 O142":               "",
		"٣٠٣٥٥٥٠١٤٢":                 "", // digits, but not the ones that are dialled
		"+1 303 555 0142+":           "",
		"3035550142\n":               "+13035550142",
		strings.Repeat("3", 100_000): "",
	} {
		got, err := clinic.ParsePhone(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("ParsePhone(%.40q) = %q, %v, want %q", text, got, err, want)
		}
		if err != nil && (!errors.Is(err, clinic.E(clinic.CodeBadPhone)) || err.Error() != string(clinic.CodeBadPhone)) {
			t.Errorf("ParsePhone(%.40q) says more than its code: %v", text, err)
		}
		if want != "" && !got.Valid() {
			t.Errorf("%q is not valid", got)
		}
	}
	for _, p := range []clinic.Phone{"", "3035550142", "+1 303 555 0142", "+13031550142"} {
		if p.Valid() {
			t.Errorf("%q is valid", p)
		}
	}
}

func TestPhonesAsTheyAreRead(t *testing.T) {
	for p, want := range map[clinic.Phone][2]string{
		"+13035550142":  {"(303) 555-0142", "0142"},
		"+442079460958": {"+442079460958", "0958"},
		"+123":          {"+123", ""},
		"":              {"", ""},
	} {
		if p.Display() != want[0] || p.LastFour() != want[1] {
			t.Errorf("%q is read %q, %q, want %q", p, p.Display(), p.LastFour(), want)
		}
	}
}
