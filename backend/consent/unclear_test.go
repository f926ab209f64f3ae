package consent_test

import (
	"testing"

	"quietline/backend/consent"
)

func TestMayMeanStop(t *testing.T) {
	words := map[bool][]string{
		true: {
			// A request among other words, or one that narrows.
			"Please don't text me at work", "don’t text me after 8pm, I sleep", "do not text me so early", "stop texting me so early",
			"Please stop texting me, I already told you people twice", "Hi, could you please quit messaging this phone? Thanks, Joe",
			"I don't want to get these texts anymore, ok?", "I no longer wish to be contacted by text", "I never agreed to any of these messages",
			"we do not need your reminder texts", "no more of these texts", "no texts, just call", "leave me alone", "lose my number",
			"delete my phone number", "take me off your list", "remove me from this texting thing, these texts are annoying",
			"how do I unsubscribe", "I take back my permission... withdraw my consent then", "cancel my consent to this",
			"call me instead of texting", "I would rather not be texted", "I hate getting texts", "call me only", "only call me please",
			"I'm not comfortable, please never text this number again with my stuff",
			// A slip of the keys, or curt.
			"stpo", "STOPP", "sotp please", "Stip", "unsuscribe", "stop it", "Just stop", "STOP THIS!!", "I want to stop", "can you stop", "enough",
			"take me off", "stop start", "start or stop?", "🛑", "📵📵",
			// Spanish.
			"por favor no me escriban al trabajo", "no me escriba de noche", "No me mande tantos mensajes", "ya no quiero que me manden textos",
			"dejen de estar mandando... dejen de mandarme cosas", "no quiero recibir ningún mensaje de ustedes", "no más de esos mensajes",
			"quiten mi número", "Sáquenme de la lista", "déjenme en paz", "retiro mi consentimiento", "llámeme en vez de escribirme",
			"prefiero que no me escriban", "sólo llámeme", "basta", "Ya paren", "sin mensajes",
		},
		false: {
			// What Read obeys is no question.
			"STOP", "stop texting me", "no me escriba", "START", "alto",
			"", " ", "👍", "✋", "yes", "sí", "no", "ok thanks", "gracias",
			// The words, about something else.
			"please stop by at 5", "can we stop at the pharmacy", "don't stop texting me", "please don't stop the reminders",
			"I don't want to miss your texts", "please don't cancel", "cancel my appointment", "I need to cancel Tuesday", "end of day works",
			"quit smoking", "should I stop the medication", "revoke my referral", "opt out of the study", "I don't text and drive",
			"Sorry, I never text back fast", "you never contact me", "I don't need to stop", "can't stop coughing", "no problem", "no worries",
			"I don't like the new schedule", "can you take me off the waitlist", "remove the stitches", "delete that picture",
			"I did not get your message", "no message came", "you can text me anytime", "text me instead", "please call me", "I'd rather come Tuesday",
			"no me escribió el doctor", "no me mandaron mensajes", "no me mande la factura", "ya no me duele", "no puedo dejar de toser",
			"no deje de avisarme", "quiero cancelar", "cancelar mi cita", "llámeme por favor", "no recibí su mensaje", "más tarde",
			"dejé mi suéter en la clínica", "la presión está baja",
		},
	}
	for want, bodies := range words {
		for _, body := range bodies {
			if consent.MayMeanStop(body) != want {
				t.Errorf("MayMeanStop(%q) = %v", body, !want)
			}
		}
	}
}
