package provider_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"quietline/backend/provider"
)

const (
	basic    = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extended = "\f^{}\\[~]|€"
)

func TestAlphabet(t *testing.T) {
	if n := utf8.RuneCountInString(basic); n != 127 {
		t.Fatalf("the basic alphabet of this test has %d characters", n)
	}
	inBasic, inExtended := 0, 0
	for r := rune(0); r <= 0x10000; r++ {
		if r >= 0xD800 && r < 0xE000 {
			continue
		}
		c := provider.CountSegments(string(r))
		switch {
		case strings.ContainsRune(basic, r):
			inBasic++
			if c.Encoding != provider.GSM7 || c.Units != 1 {
				t.Errorf("%U counts as %+v", r, c)
			}
		case strings.ContainsRune(extended, r):
			inExtended++
			if c.Encoding != provider.GSM7 || c.Units != 2 {
				t.Errorf("%U counts as %+v", r, c)
			}
		case c.Encoding != provider.UCS2:
			t.Errorf("%U counts as %+v", r, c)
		}
	}
	if inBasic != 127 || inExtended != 10 {
		t.Errorf("%d basic and %d extended characters", inBasic, inExtended)
	}
}

func TestCountSegments(t *testing.T) {
	x := func(s string, n int) string { return strings.Repeat(s, n) }
	for _, c := range []struct {
		name string
		body string
		want provider.Count
	}{
		{"nothing", "", provider.Count{Encoding: provider.GSM7, PerSegment: 160, Left: 160}},
		{"one", "a", provider.Count{Encoding: provider.GSM7, Segments: 1, Units: 1, PerSegment: 160, Left: 159}},
		{"160", x("a", 160), provider.Count{Encoding: provider.GSM7, Segments: 1, Units: 160, PerSegment: 160}},
		{"161", x("a", 161), provider.Count{Encoding: provider.GSM7, Segments: 2, Units: 161, PerSegment: 153, Left: 145}},
		{"306", x("a", 306), provider.Count{Encoding: provider.GSM7, Segments: 2, Units: 306, PerSegment: 153}},
		{"307", x("a", 307), provider.Count{Encoding: provider.GSM7, Segments: 3, Units: 307, PerSegment: 153, Left: 152}},
		{"1600", x("a", 1600), provider.Count{Encoding: provider.GSM7, Segments: 11, Units: 1600, PerSegment: 153, Left: 83}},
		{"80 pairs", x("€", 80), provider.Count{Encoding: provider.GSM7, Segments: 1, Units: 160, PerSegment: 160}},
		{"159 and a pair", x("a", 159) + "[", provider.Count{Encoding: provider.GSM7, Segments: 2, Units: 161, PerSegment: 153, Left: 145}},
		// The pair does not fit into the one unit that the first segment has left.
		{"pair on the border", x("a", 152) + "{" + x("a", 152), provider.Count{Encoding: provider.GSM7, Segments: 3, Units: 306, PerSegment: 153, Left: 152}},
		{"pair before the border", x("a", 151) + "{" + x("a", 153), provider.Count{Encoding: provider.GSM7, Segments: 2, Units: 306, PerSegment: 153}},
		{"pairs alone", x("~", 153), provider.Count{Encoding: provider.GSM7, Segments: 3, Units: 306, PerSegment: 153, Left: 151}},
		{"a curly quote", "It’s", provider.Count{Encoding: provider.UCS2, Segments: 1, Units: 4, PerSegment: 70, Left: 66}},
		{"a small cedilla", "ç", provider.Count{Encoding: provider.UCS2, Segments: 1, Units: 1, PerSegment: 70, Left: 69}},
		{"a backtick", "`", provider.Count{Encoding: provider.UCS2, Segments: 1, Units: 1, PerSegment: 70, Left: 69}},
		{"a tab", "\t", provider.Count{Encoding: provider.UCS2, Segments: 1, Units: 1, PerSegment: 70, Left: 69}},
		{"Spanish without í", "¿Mañana?", provider.Count{Encoding: provider.GSM7, Segments: 1, Units: 8, PerSegment: 160, Left: 152}},
		{"Spanish with í", "Sí", provider.Count{Encoding: provider.UCS2, Segments: 1, Units: 2, PerSegment: 70, Left: 68}},
		{"70", x("í", 70), provider.Count{Encoding: provider.UCS2, Segments: 1, Units: 70, PerSegment: 70}},
		{"71", x("í", 71), provider.Count{Encoding: provider.UCS2, Segments: 2, Units: 71, PerSegment: 67, Left: 63}},
		{"35 emoji", x("👍", 35), provider.Count{Encoding: provider.UCS2, Segments: 1, Units: 70, PerSegment: 70}},
		{"surrogates on the border", x("í", 66) + "👍" + x("í", 66), provider.Count{Encoding: provider.UCS2, Segments: 3, Units: 134, PerSegment: 67, Left: 66}},
		{"one of another alphabet", x("a", 159) + "í", provider.Count{Encoding: provider.UCS2, Segments: 3, Units: 160, PerSegment: 67, Left: 41}},
		{"not UTF-8", "a\xff", provider.Count{Encoding: provider.UCS2, Segments: 1, Units: 2, PerSegment: 70, Left: 68}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := provider.CountSegments(c.body); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

func TestNormalize(t *testing.T) {
	for _, c := range []struct{ from, to string }{
		{"n\u0303", "ñ"}, {"e\u0301", "é"}, {"\u2126", "Ω"}, {"\u212b", "Å"},
		{"a\r\nb", "a\nb"}, {"a\rb", "a\nb"}, {"a\r\r\nb", "a\n\nb"}, {" kept ", " kept "}, {"“quoted”", "“quoted”"},
		{"a\xffb", "a\uFFFDb"}, {"", ""},
	} {
		if got := provider.Normalize(c.from); got != c.to {
			t.Errorf("%q became %q, want %q", c.from, got, c.to)
		}
	}
	// An accent typed as a mark of its own costs no segment.
	typed := strings.Repeat("a", 150) + "n\u0303"
	if c := provider.CountSegments(provider.Normalize(typed)); c.Encoding != provider.GSM7 || c.Segments != 1 {
		t.Errorf("%+v", c)
	}
}

// body draws texts that mix what matters for counting.
func body() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		alphabet := rapid.SampledFrom([]string{
			"ab ñé", "ab" + extended, basic + extended, "ab{’", "aí👍中", "e\u0301\r\n",
		}).Draw(t, "alphabet")
		return rapid.StringOfN(rapid.RuneFrom([]rune(alphabet)), 0, 700, -1).Draw(t, "body")
	})
}

func TestSegmentsHoldTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := body().Draw(t, "text")
		c := provider.CountSegments(text)
		capacity := c.Segments * c.PerSegment
		wasted := capacity - c.Units - c.Left
		switch {
		case text == "":
			if c.Segments != 0 {
				t.Fatalf("nothing takes %d segments", c.Segments)
			}
			return
		case c.Left < 0 || c.Left >= c.PerSegment:
			t.Fatalf("%+v: impossible room", c)
		case wasted < 0 || wasted > max(c.Segments-1, 0):
			// At most one unit is lost at each border, where a pair did not fit.
			t.Fatalf("%+v: %d units lost", c, wasted)
		case c.Units > capacity:
			t.Fatalf("%+v: does not fit", c)
		}
		if c.Encoding == provider.UCS2 && c.Units != provider.Length(text) {
			t.Fatalf("%+v: length is %d", c, provider.Length(text))
		}
	})
}

func TestLongerTextNeverTakesFewerSegments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := body().Draw(t, "text")
		more := body().Draw(t, "more")
		a, b := provider.CountSegments(text), provider.CountSegments(text+more)
		if b.Segments < a.Segments || b.Encoding == provider.GSM7 && a.Encoding == provider.UCS2 {
			t.Fatalf("%+v grew to %+v", a, b)
		}
	})
}

// What Left says is true: so many plain characters fit, and one more does not.
func TestLeftIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := body().Draw(t, "text")
		c := provider.CountSegments(text)
		if c.Segments == 0 {
			return
		}
		full := text + strings.Repeat("a", c.Left)
		if got := provider.CountSegments(full); got.Segments != c.Segments || got.Left != 0 {
			t.Fatalf("%+v filled up is %+v", c, got)
		}
		if got := provider.CountSegments(full + "a"); got.Segments != c.Segments+1 {
			t.Fatalf("%+v and one more is %+v", c, got)
		}
	})
}

// What is called costly is what makes a text so: without it the text is cheap,
// and each of it alone is not.
func TestCostly(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "plain [text] for 5 €": "", "It’s “quoted”, it’s": "’“”", "Sí, garçon `code`": "íç`", "👍👍 ok": "👍", "a\xff": "\uFFFD",
	} {
		if got := string(provider.Costly(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(body(), rapid.String()).Draw(t, "text")
		costly := provider.Costly(text)
		if (len(costly) == 0) != (provider.CountSegments(text).Encoding == provider.GSM7) {
			t.Fatalf("%d characters of a text in %s", len(costly), provider.CountSegments(text).Encoding)
		}
		cheap := strings.Map(func(r rune) rune {
			if strings.ContainsRune(string(costly), r) {
				return -1
			}
			return r
		}, text)
		if provider.CountSegments(cheap).Encoding != provider.GSM7 {
			t.Fatal("without it the text is not cheaper")
		}
		for _, r := range costly {
			if provider.CountSegments(string(r)).Encoding != provider.UCS2 || strings.Count(string(costly), string(r)) != 1 {
				t.Fatalf("%U is not costly, or twice", r)
			}
		}
	})
}

func TestNormalizeIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := provider.Normalize(rapid.OneOf(body(), rapid.String()).Draw(t, "text"))
		if provider.Normalize(once) != once || !utf8.ValidString(once) {
			t.Fatal("normalising twice changes the text")
		}
	})
}

func FuzzCountSegments(f *testing.F) {
	for _, seed := range []string{"", "a", "€", "👍", "\xff", strings.Repeat("[", 200)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := provider.CountSegments(text)
		if (c.Segments == 0) != (text == "") || c.Left < 0 || c.Units > c.Segments*c.PerSegment {
			t.Errorf("%+v", c)
		}
	})
}
