package consent

import (
	"regexp"
	"slices"
	"strings"
)

// MayMeanStop reports whether a text that [Read] takes for none of its words may still
// take a consent back, in English or in Spanish: a request to end texts among other
// words, one that narrows, one with a slip of the keys. A consent is taken back "in any
// reasonable manner" (47 CFR 64.1200(a)(10)), and a program cannot tell; so a person
// reads it, and nothing is sent meanwhile.
//
// It errs to the side of asking, and no list of phrases is whole: a text that it passes
// over is read in the inbox like any other.
func MayMeanStop(body string) bool {
	if Read(body) != NoWord {
		return false
	}
	text := plain(body)
	if text == "" {
		return strings.ContainsAny(body, "🛑🚫📵⛔")
	}
	if slips.MatchString(text) {
		return true
	}
	// What says the opposite is taken out before the rest is looked at.
	text = opposite.ReplaceAllString(text, " ")
	if unclear.MatchString(text) {
		return true
	}
	return slices.ContainsFunc(refusals.FindAllStringSubmatch(text, -1), func(found []string) bool {
		return !slices.Contains(tellers, found[1])
	})
}

// What follows is matched against plain text, as in words.go.
const (
	aText  = `(?:texts?|txts?|texted|texting|txting|messages?|messaged|messaging|msgs?|sms)`
	unText = `(?:mensajes?|textos?|sms|mensajitos?)`

	// slip is a whole text: the words with a slip of the keys, or short and curt.
	slip = `stpo|sotp|tsop|stp|sop|st op|sto p|s top|stopp+|s+top|st0p|stip|stoo|stopo|stpp|syop|dtop|atop|tstop|stops|stopit|stoped|` +
		`unsuscribe|unsubcribe|unsubscibe|usubscribe|unsubscrib|unsubsribe|unsubscribed|cancle|optuot|opt of|opting out|im opting out|opted out|` +
		`stop (?:it|this|that|everything|all of (?:it|this)|ok|okay|with (?:it|this|that))|(?:just|ok|okay|i said|again|no) stop|stop i said|` +
		`(?:i want to|i want you to|i wanna|i need you to|can you|could you|would you|will you|you can|id like to|id like you to) stop|` +
		`enough|thats enough|no more|knock it off|go away|remove|remove me|take me off|` +
		`basta|ya basta|pare|paren|ya pare|ya paren|para ya|detener|detenga|detengan|detenganse|salir|remover|quitar|borrar|dejar|no molestar`

	// unclearEnglish and unclearSpanish stand anywhere in a text.
	unclearEnglish = `(?:stop|quit) (?:texting|txting|messaging|msging|contacting|bothering|spamming|sending|all (?:the )?` + aText + `|(?:with )?(?:the|these|those|your) ` + aText + `)|` +
		`(?:do not|dont|no longer|not|never) (?:want|wish|need|like|care for|consent|agree|agreed|consented|signed up)(?: \w+){0,5} (?:` + aText + `|contacted)|` +
		`no more (?:\w+ ){0,2}` + aText + `|^no (?:texts|txts|texting|sms)|` +
		`leave (?:me|us) alone|(?:lose|delete|erase|forget|block) (?:my|this) (?:\w+ )?number|` +
		`(?:remove|take|delete|drop|get) (?:me|us|my number|this number)(?: \w+){1,4} (?:list|` + aText + `|system)|` +
		`unsubscribe|unsubscribed|opt(?:ing)? (?:me|us) out|opt(?:ing)? out (?:of|from)(?: (?:the|these|those|your|all|any))* ` + aText + `|` +
		`(?:revoke|withdraw|cancel|rescind|end|take back|taking back)(?:ing)? (?:my |the |all )*(?:consent|permission|authorization)|` +
		`(?:instead of|rather than)(?: (?:a|by|the|these|your|sending|getting))* ` + aText + `|` +
		`(?:prefer|rather|rather you) not(?: \w+){0,4} (?:` + aText + `|text|contacted)|` +
		`(?:hate|dislike|tired of|sick of|enough of|fed up with|bothered by)(?: \w+){0,3} ` + aText + `|` +
		`(?:call|email|phone|mail) (?:me |us )?only|only (?:call|email|phone|mail) (?:me|us)`

	unclearSpanish = `no (?:me |nos )?(?:escriba|escriban|escribas|escribir|escribirme|textee|texteen|textees|textear|contacte|contacten|contactes|moleste|molesten|molestes)|` +
		`no (?:me |nos )?(?:mande|manden|mandes|mandar|mandarme|envie|envien|envies|enviar|enviarme)(?: \w+){0,4} (?:` + unText + `|nada|mas)|` +
		`(?:deje|dejen|deja|dejar|pare|paren|para|parar|pueden dejar|puede dejar) de (?:escrib\w+|textear\w*|contactar\w*|mandar\w*|enviar\w*|molestar\w*)|` +
		`no (?:quiero|deseo|necesito|quisiera|acepto|autorizo|queremos)(?: \w+){0,5} (?:` + unText + `|escriban|escriba|contacten|contacte)|` +
		`no mas(?: \w+){0,2} ` + unText + `|^(?:no|sin) ` + unText + `|` +
		`(?:quite|quiten|quiteme|quitenme|saque|saquen|saqueme|saquenme|borre|borren|borreme|borrenme|elimine|eliminen|eliminenme|olvide|olviden)(?: \w+){0,4} (?:numero|lista|telefono|celular)|` +
		`(?:dejeme|dejenme|dejame|me dejen|me deje) en paz|` +
		`(?:revoco|retiro|cancelo|revocar|retirar|cancelar|quito|quitar)(?: (?:mi|el|este|todo))* (?:consentimiento|permiso|autorizacion)|` +
		`en (?:vez|lugar) de(?: (?:los|sus|por|un|el|estos))* (?:` + unText + `|escrib\w+|mandar\w*|textear\w*)|` +
		`prefiero(?: \w+){0,3} no(?: \w+){0,4} (?:` + unText + `|escriban|escriba)|` +
		`solo (?:llameme|llamenme|llamadas|por telefono)|solamente (?:llamadas|por telefono)|` +
		`ya no (?:me |nos )?(?:escriba|escriban|mande|manden|envie|envien|contacte|contacten|quiero (?:` + unText + `|recibir))`
)

var (
	// A text of nothing but the words of both sides says nothing that could be obeyed.
	slips = regexp.MustCompile(`^(?:(?:` + courtesies + `) )*(?:` + slip + `)(?: (?:` + courtesies + `))*$|^(?:stop|start|or|and)(?: (?:stop|start|or|and))+$`)

	unclear = regexp.MustCompile(`(?:^| )(?:` + unclearEnglish + `|` + unclearSpanish + `)(?: |$)`)

	// opposite asks for texts, or fears to miss one.
	opposite = regexp.MustCompile(`(?:do not|dont|never|please dont) (?:stop|quit|cancel)(?: \w+ing)?|` +
		`(?:do not|dont) want to miss|(?:do not|dont|did not|didnt) (?:need|want) to (?:stop|cancel)|no dej\w+ de|no par\w+ de|no quiero (?:perder|dejar)`)

	// refusals of texts are requests where nobody tells of herself or of others.
	refusals = regexp.MustCompile(`(?:(\w+) )?(?:do not|dont|never|no need to) (?:text|txt|message|msg|contact|bother|spam)(?: |$)`)
	tellers  = []string{"i", "we", "you", "they", "he", "she", "people", "who", "usually", "also", "mostly"}
)
