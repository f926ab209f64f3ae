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
		return !slices.Contains(tellers, found[1]) && !slices.ContainsFunc(strings.Fields(found[2]), invites)
	})
}

func invites(word string) bool { return slices.Contains(inviters, word) }

// What follows is matched against plain text, as in words.go.
const (
	aText  = `(?:texts?|txts?|texted|texting|txting|messages?|messaged|messaging|msgs?|sms|reminders|alerts|notifications)`
	unText = `(?:mensajes?|textos?|sms|mensajitos?|recordatorios|avisos|alertas|notificaciones|(?:ningun|mas|otro) (?:recordatorio|aviso))`
	// sent is what the program sends, in the number in which nobody thanks for one.
	sent = `(?:texts|txts|messages|msgs|sms|reminders|alerts|notifications|reminder (?:texts|messages)|text (?:messages|reminders))`

	// slip is a whole text: the words with a slip of the keys, or short and curt.
	slip = `stpo|sotp|tsop|stp|sop|st op|sto p|s top|stopp+|s+top|st0p|stip|stoo|stopo|stpp|syop|dtop|atop|tstop|stops|stopit|stoped|` +
		`no (?:more )?(?:reminders|alerts|notifications|contact)|cease(?: and desist)?|` +
		`unsuscribe|unsubcribe|unsubscibe|usubscribe|unsubscrib|unsubsribe|unsubscribed|cancle|optuot|opt of|opting out|im opting out|opted out|` +
		`stop (?:it|this|that|everything|all of (?:it|this)|ok|okay|with (?:it|this|that))|(?:just|ok|okay|i said|again|no) stop|stop i said|` +
		`(?:i want to|i want you to|i wanna|i need you to|can you|could you|would you|will you|you can|id like to|id like you to) stop|` +
		`enough|thats enough|no more|knock it off|go away|remove|remove me|take me off|` +
		`basta|ya basta|pare|paren|ya pare|ya paren|para ya|detener|detenga|detengan|detenganse|salir|remover|quitar|borrar|dejar|no molestar`

	// unclearEnglish and unclearSpanish stand anywhere in a text.
	unclearEnglish = `(?:stop|quit|cease) (?:\w+ing (?:or|and) )?(?:texting|txting|messaging|msging|contacting|bothering|spamming|sending|reminding|notifying|harassing|all (?:the )?` + aText + `|(?:with )?(?:the|these|those|your) ` + aText + `)|` +
		`(?:stop|quit|end|cease|cancel|discontinue|turn off|shut off|switch off)(?: (?:with|the|these|those|your|my|all|of|any|more|such|getting|receiving|giving|me|us|daily|weekly|constant|automatic|automated|appointment))* ` + sent + `|` +
		`(?:do not|dont|no longer|not|never) (?:want|wish|need|like|care for|interested in|consent|agree|agreed|consented|signed up)(?: \w+){0,5} (?:` + aText + `|contacted|reminded|notified)|` +
		`(?:do not|dont|no longer|not) (?:want|wish|need|like)(?: \w+){0,2} (?:receive|get|receiving|getting) (?:these|those|them|this|anything|any ?more)(?: (?:any ?more|again|from you|please|thanks|thank you))*$|` +
		`(?:do not|dont|no longer) (?:want|need) (?:these|those|them)(?: (?:any ?more|please|thanks))*$|` +
		`(?:do not|dont) keep (?:texting|messaging|sending|contacting|bothering|reminding)|(?:do not|dont|never|no)(?: have| had| gave| give| given)?(?: \w+){0,2} (?:permission|consent) to (?:text|message|contact|send)|` +
		`no more (?:\w+ ){0,2}(?:` + aText + `|reminder)|too many (?:texts|reminders|alerts|notifications)|enough (?:with |of )?(?:the |these |those |your )?` + sent + `|` +
		sent + ` (?:to|need to|must|should|have to|has to|had better|better) (?:stop|end)|make (?:it|this|them|these|the ` + sent + `) stop|` +
		`(?:this|these|it) (?:is|are) spam|(?:block|blocking) (?:you|your)|^no (?:texts|txts|texting|sms)|` +
		`leave (?:me|us) alone|(?:lose|delete|erase|forget|block|remove) (?:my|this) (?:\w+ )?number|` +
		`(?:remove|take|delete|drop|get) (?:me|us|my number|this number)(?: \w+){1,4} (?:list|` + aText + `|system)|` +
		`unsubscribe|unsubscribed|opt(?:ing)? (?:me|us) out|opt(?:ing)? out (?:of|from)(?: (?:the|these|those|your|all|any))* ` + aText + `|` +
		`(?:revoke|withdraw|cancel|rescind|end|take back|taking back)(?:ing)? (?:my |the |all )*(?:consent|permission|authorization)|` +
		`(?:instead of|rather than)(?: (?:a|by|the|these|your|sending|getting))* ` + aText + `|` +
		`(?:prefer|rather|rather you) not(?: \w+){0,4} (?:` + aText + `|text|contacted)|` +
		`(?:hate|dislike|tired of|sick of|enough of|fed up with|bothered by)(?: \w+){0,3} ` + aText + `|` +
		`(?:call|email|phone|mail) (?:me |us )?only|only (?:call|email|phone|mail) (?:me|us)`

	unclearSpanish = `no (?:me |nos )?(?:(?:llame|llamen|llames|hable|hablen|hables) (?:mas )?ni (?:me |nos )?)?(?:escriba|escriban|escribas|escribir|escribirme|textee|texteen|textees|textear|contacte|contacten|contactes|moleste|molesten|molestes|recuerde|recuerden|recuerdes|notifique|notifiquen)|` +
		`no (?:me |nos )?(?:vuelva|vuelvan|vuelvas) a (?:escrib\w+|mandar\w*|textear\w*|enviar\w*|contactar\w*|molestar\w*)|` +
		`no (?:me |nos )?(?:mande|manden|mandes|mandar|mandarme|envie|envien|envies|enviar|enviarme)(?: \w+){0,4} (?:` + unText + `|nada|mas)|` +
		`(?:deje|dejen|deja|dejar|pare|paren|para|parar|pueden dejar|puede dejar) de (?:escrib\w+|textear\w*|contactar\w*|mandar\w*|enviar\w*|molestar\w*|recordar\w*)|` +
		`(?:pare|paren|parar|detenga|detengan|detener|cancele|cancelen|cancelar|quite|quiten|suspenda|suspendan|termine|terminen|elimine|eliminen)(?: (?:ya|con|de|los|las|estos|estas|esos|esas|sus|mis|todos|todas))* ` + unText + `|` +
		`no (?:quiero|deseo|quisiera)(?: seguir)? recib\w+(?: (?:mas|esto|estos|eso|esos|nada))*$|` +
		`no (?:le |les |te )?(?:doy|di|tiene mi|tienen mi)(?: \w+){0,2} (?:permiso|consentimiento|autorizacion)|demasiados (?:textos|mensajes|recordatorios|avisos)|` +
		`basta(?: ya)? (?:de|con)(?: \w+){0,2} ` + unText + `|(?:darme|deme|denme|dame) de baja|` +
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
		`(?:do not|dont|never|not) want to (?:miss|lose)|(?:do not|dont|did not|didnt) (?:need|want) to (?:stop|cancel)|no dej\w+ de|no par\w+ de|no quiero (?:perder|dejar)`)

	// refusals of texts are requests where nobody tells of herself or of others, and
	// nobody is invited.
	refusals = regexp.MustCompile(`(?:(\w+) )?(?:do not|dont|never|no need to)( (?:\w+ ){0,3}(?:or|nor|ever|even|you|dare|dare to|circumstances))? ` +
		`(?:text|txt|message|msg|contact|bother|spam|remind|(?:send|give)(?: \w+){0,4} (?:` + sent + `|these|those))(?: |$)`)
	tellers  = []string{"i", "we", "you", "they", "he", "she", "people", "who", "why", "usually", "also", "mostly"}
	inviters = []string{"hesitate", "forget", "wait", "afraid", "shy", "delay", "mind", "fail", "worry", "be", "know", "sure"}
)
