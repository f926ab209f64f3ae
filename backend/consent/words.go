package consent

import (
	"regexp"
	"strings"
	"unicode"
)

// Word is what a whole text asks for.
type Word string

// The words.
const (
	NoWord    Word = ""
	StopWord  Word = "stop"
	StartWord Word = "start"
)

// Read returns what a text asks for as a whole, in English or in Spanish,
// whatever its case, accents, punctuation and pictures: one of the words that
// end texting, or a plain request to end it, once or several times, alone or
// with a courtesy. A patient takes a consent back "in any reasonable manner"
// (47 CFR 64.1200(a)(10)), not only in the provider's words.
//
// A text that says more is none: "please stop by at 5" is about something else,
// and "don't text me at work" narrows. What of it may still mean "stop" is for a person
// to read, see [MayMeanStop].
func Read(body string) Word {
	text := plain(body)
	switch {
	case stopText.MatchString(text):
		return StopWord
	case startText.MatchString(text):
		return StartWord
	}
	return NoWord
}

// plain brings a text to lower-case words without accents, one space between
// them. Apostrophes and marks without a width of their own (the selector after
// an emoji, a joiner, a byte order mark) vanish; what else is neither letter nor
// digit parts words.
func plain(body string) string {
	bare := strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune("'’‘ʼ`´", r), unicode.In(r, unicode.M, unicode.Cf):
			return -1
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return r
		}
		return ' '
	}, strings.ToLower(body))
	return strings.Join(strings.Fields(withoutAccents.Replace(bare)), " ")
}

// withoutAccents folds what Spanish writes in one character; an accent that is a
// character of its own is a mark and has gone before.
var withoutAccents = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u", "ñ", "n")

// What follows is matched against plain text: no capitals, no accents, no
// apostrophes.
const (
	// stopWords: the first eight are those on which the provider blocks by itself;
	// the rest are named by 47 CFR 64.1200(a)(10) or are their Spanish counterparts.
	stopWords = `stop|stopall|unsubscribe|cancel|end|quit|revoke|optout|` +
		`opt out|stop all|alto|parar|cancelar|baja|no mas`

	// startWords lift the provider's block. YES does so there too, but here it is
	// an answer like any other: it counts only against a question.
	startWords = `start|unstop`

	// courtesies may stand around what is asked without changing it. The provider
	// does not block on "stop please"; the patient means it all the same.
	courtesies = `please|now|right now|already|pls|plz|thanks|thank you|texting|texts|` +
		`por favor|ya|ahora|gracias`

	someTexts = `(?:(?:text|sms) )?(?:texts?|txts?|messages?|msgs?|sms)`
	textos    = `(?:textos?|mensajes?|sms)(?: de texto)?`
	me        = `(?: (?:me|us|this number))?`
	anymore   = `(?: (?:any ?more|again|ever|ever again))?`
	politely  = `(?:(?:can|could|would|will) you (?:please )?|(?:i want|i would like|id like) (?:you )?to )?`

	// requests name the texts that are to end.
	requests = politely + `(?:` +
		`(?:stop|quit) (?:texting|txting|messaging|contacting|bothering)` + me + anymore + `|` +
		`(?:stop|quit) (?:sending|getting|receiving)` + me + `(?: (?:any|all|more|the|these|those|your|my))* ` + someTexts + anymore + `|` +
		`(?:stop|end|cancel)(?: all)?(?: (?:the|these|those|your|my))? ` + someTexts + `|` +
		`(?:unsubscribe|opt) me(?: out)?|` +
		`(?:unsubscribe|opt out)(?: me)? (?:from|of)(?: (?:all|the|these|those|your))* ` + someTexts +
		`)|` +
		`(?:(?:i want|i would like|id like) to|i) (?:unsubscribe|opt out)|` +
		`(?:i )?revoke(?: my)? consent|` +
		`(?:do not|dont|never) (?:text|txt|message|contact)` + me + anymore + `|` +
		`(?:do not|dont) send` + me + `(?: (?:any|more|the|these|those|your))* ` + someTexts + anymore + `|` +
		`no more ` + someTexts

	peticiones = `no me (?:escriba|escriban|escribas|textee|texteen|textees|contacte|contacten|contactes)(?: mas| nunca| nunca mas)?|` +
		`no (?:me )?(?:mande|manden|mandes|envie|envien|envies|escriba|escriban|escribas)(?: mas| estos| esos| sus)* ` + textos + `(?: mas)?|` +
		`no mas ` + textos + `|` +
		`no (?:quiero|deseo)(?: recibir)?(?: mas| estos| esos| sus)* ` + textos + `(?: mas)?|` +
		`(?:deje|dejen|deja|pare|paren) de (?:escribirme|textearme|contactarme|(?:mandarme|enviarme|mandar|enviar)(?: mas| estos| esos| sus)* ` + textos + `)|` +
		`cancelar (?:los |estos |sus )?` + textos
)

var (
	stopText  = whole(stopWords + `|` + requests + `|` + peticiones)
	startText = whole(startWords)
)

// whole matches a text of one or more of the phrases, courtesies anywhere
// between them, and nothing else.
func whole(phrases string) *regexp.Regexp {
	return regexp.MustCompile(`^(?:(?:` + courtesies + `) )*(?:` + phrases + `)(?: (?:` + courtesies + `|` + phrases + `))*$`)
}
