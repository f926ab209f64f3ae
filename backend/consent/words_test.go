package consent_test

import (
	"strings"
	"testing"

	"quietline/backend/consent"
)

func TestRead(t *testing.T) {
	words := map[consent.Word][]string{
		consent.StopWord: {
			// The words themselves, and as phones write them.
			"STOP", "stop", " Stop. ", "stop!!!", "\"STOP\"", "StopAll", "UNSUBSCRIBE", "cancel", "END", "Quit", "revoke",
			"optout", "opt out", "OPT-OUT", "opt\u2011out", "stop all", "ALTO", "parar", "cancelar", "Baja", "no más", "NO MÁS", "no mas",
			"no ma\u0301s",
			// What survives around a word without being seen.
			"STOP ✋️", "STOP 🛑", "✋🏽STOP✋🏽", "STOP\ufe0f", "stop\u200d", "\u200bSTOP\u200b", "\ufeffstop", "st\u00adop", "STOP \u20e3",
			"STOP-", "- stop", "— stop —", "stop\n\n", "stop\x00", "STOP\u00a0", "*stop*", "stop :)",
			// Repeated, and with a courtesy.
			"stop stop", "STOP STOP STOP", "STOP!STOP!STOP!", strings.Repeat("stop ", 30), "stop. unsubscribe", "stop please stop",
			"please stop", "Stop, please. Thank you", "stop now", "STOP ALREADY", "Stop texts", "alto por favor", "ya, alto. Gracias",
			// Plain requests.
			"Stop texting me", "STOP TEXTING ME!!", "please stop texting", "Please stop texting me anymore.", "stop messaging us",
			"don't text me", "don’t text me", "dont text me again", "do not text me", "Please do not contact this number", "never text me again",
			"stop sending me these messages", "Quit texting me", "don't send me any more texts", "no more texts please", "stop these texts",
			"Can you please stop texting me?", "I want to opt out", "I'd like to unsubscribe", "unsubscribe me", "I revoke my consent",
			"unsubscribe from all texts", "cancel texts",
			"no me escriba", "No me escriban más, por favor", "¡No me escribas!", "no me manden mensajes", "no me mande más mensajes",
			"no me envíe mensajes de texto", "ya no me escriba", "no quiero más mensajes", "No quiero recibir mensajes", "no más mensajes",
			"Dejen de escribirme", "deje de mandarme mensajes", "paren de enviarme textos", "cancelar mensajes",
		},
		consent.StartWord: {"START", "start", "unstop", "Start please", "START ✅️", "start start", "-start-"},
		consent.NoWord: {
			"", " ", "✋️", "\u200b", "-", "please", "thanks", "texts", "gracias",
			// The words, about something else.
			"please stop by at 5", "stop by?", "can we stop at the pharmacy", "bus stop", "non-stop", "nonstop", "stopped", "don't stop", "do not stop",
			"don't stop texting me", "please don't cancel", "cancel my appointment", "Cancel Tuesday please", "I need to cancel", "end of day works",
			"the end", "quit smoking", "I quit smoking", "should I stop the medication", "stop the medication", "Stop sending reminders to my work",
			"revoke my referral", "opt out of the study", "I want to stop", "can you stop",
			"no me escribió el doctor", "no me mandaron mensajes", "no me mande la factura", "más tarde", "no", "ya no me duele", "la presión está baja",
			"cancelar mi cita", "quiero cancelar", "sin parar", "no puedo parar de toser", "un alto",
			// A narrowing is for a person to read.
			"don't text me at work", "do not text me after 8pm", "stop texting me so early", "no me escriba de noche", "no me escriba al trabajo",
			// Both at once say nothing, and neither does a yes.
			"stop start", "start or stop?", "yes", "sí", "start on Monday", "when do we start",
		},
	}
	for want, bodies := range words {
		for _, body := range bodies {
			if got := consent.Read(body); got != want {
				t.Errorf("Read(%q) = %q, want %q", body, got, want)
			}
		}
	}
}
