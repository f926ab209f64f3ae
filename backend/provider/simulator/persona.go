package simulator

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider/simulator/photo"
)

// Temperament is how somebody at the other end deals with texts.
type Temperament string

// The temperaments.
const (
	Prompt      Temperament = "prompt"       // answers within half a minute
	Slow        Temperament = "slow"         // answers within the hour
	Terse       Temperament = "terse"        // answers with a word
	Silent      Temperament = "silent"       // never answers
	WrongNumber Temperament = "wrong_number" // says so, twice, then is silent
	Landline    Temperament = "landline"     // nothing arrives: 30006
	SwitchedOff Temperament = "switched_off" // nothing arrives: 30003
)

// Temperaments lists the temperaments.
func Temperaments() []Temperament {
	return []Temperament{Prompt, Slow, Terse, Silent, WrongNumber, Landline, SwitchedOff}
}

func (t Temperament) valid() bool {
	for _, known := range Temperaments() {
		if t == known {
			return true
		}
	}
	return false
}

// unreachable is the provider's code for a text that cannot be delivered.
func (t Temperament) unreachable() int {
	switch t {
	case Landline:
		return 30006
	case SwitchedOff:
		return 30003
	}
	return 0
}

// Persona is somebody with a telephone.
type Persona struct {
	Phone       clinic.Phone    `json:"phone"`
	Temperament Temperament     `json:"temperament"`
	Language    clinic.Language `json:"language"`
	// StopsAfter is the number of our texts after which the answer is STOP; zero
	// is never.
	StopsAfter int `json:"stops_after,omitempty"`
	// MovesAfter is the number of our texts after which the answer comes from
	// NewPhone and says so; the old number is silent from then on.
	MovesAfter int          `json:"moves_after,omitempty"`
	NewPhone   clinic.Phone `json:"new_phone,omitempty"`
	// NoPictures: no text with a picture arrives, 30011.
	NoPictures bool `json:"no_pictures,omitempty"`
}

// unreachable is the provider's code for a text that cannot be delivered to somebody.
func (p *Persona) unreachable(picture bool) int {
	code := p.Temperament.unreachable()
	if code == 0 && picture && p.NoPictures {
		return 30011
	}
	return code
}

// AddPersonas adds people, or changes those with the same number.
func (s *Simulator) AddPersonas(people ...Persona) error {
	for _, p := range people {
		if !p.Phone.Valid() || !p.Temperament.valid() || p.Language != "" && !p.Language.Valid() ||
			p.MovesAfter > 0 && !p.NewPhone.Valid() {
			return clinic.E(clinic.CodeBadInput)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range people {
		s.personas[p.Phone] = &p
	}
	return nil
}

// answer plans what somebody writes back to a text that has just arrived. It
// depends on the seed, the number and how many texts came before, and on nothing
// else: the order in which several people are written to changes no word.
func (s *Simulator) answer(got *record, at clinic.Instant) {
	p := s.personas[clinic.Phone(got.To)]
	if p == nil {
		return
	}
	s.st.Met[p.Phone]++
	n := s.st.Met[p.Phone]
	dice := s.dice(p.Phone, n)
	in := Inbound{From: p.Phone, To: clinic.Phone(got.From)}
	switch {
	case p.StopsAfter > 0 && n >= p.StopsAfter:
		if n > p.StopsAfter {
			return
		}
		in.Body = "STOP"
	case p.MovesAfter > 0 && n >= p.MovesAfter:
		if n > p.MovesAfter {
			return
		}
		in.From = p.NewPhone
		in.Body = pick(dice, phrases(p.Language).newNumber)
	default:
		if subject, asked := pictureOf(got.Body); asked && (p.Temperament == Prompt || p.Temperament == Slow) {
			in.Body, in.Media = pick(dice, phrases(p.Language).picture), []Attached{{Type: "image/jpeg", Subject: subject}}
			break
		}
		in.Body = p.reply(dice, got.Body, n)
	}
	if in.Body == "" && len(in.Media) == 0 {
		return
	}
	s.plan(step{Due: at.Add(p.pause(dice)), In: &in})
}

func (s *Simulator) dice(phone clinic.Phone, n int) *rand.Rand {
	return rand.New(rand.NewPCG(s.cfg.Seed^hashed(string(phone)), uint64(n)))
}

// hashed is FNV-1a, so that neighbours differ.
func hashed(text string) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range []byte(text) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

func pick(dice *rand.Rand, from []string) string { return from[dice.IntN(len(from))] }

// pause is how long the answer takes to come, in whole seconds.
func (p *Persona) pause(dice *rand.Rand) time.Duration {
	between := func(low, high int) time.Duration {
		return time.Duration(low+dice.IntN(high-low+1)) * time.Second
	}
	switch p.Temperament {
	case Slow:
		return between(5*60, 55*60)
	case Terse:
		return between(10, 90)
	}
	return between(6, 28)
}

func (p *Persona) reply(dice *rand.Rand, text string, n int) string {
	words := phrases(p.Language)
	switch p.Temperament {
	case Prompt, Slow:
		return pick(dice, words.about(text))
	case Terse:
		return pick(dice, words.terse)
	case WrongNumber:
		if n <= len(words.wrongNumber) {
			return words.wrongNumber[n-1]
		}
	}
	return ""
}

// pictureOf reports whether a text asks for a picture, and of what.
func pictureOf(text string) (photo.Subject, bool) {
	text = strings.ToLower(text)
	has := func(signs ...string) bool {
		return slices.ContainsFunc(signs, func(sign string) bool { return strings.Contains(text, sign) })
	}
	switch {
	case !has("photo", "picture", "foto"):
		return "", false
	case has("form", "page", "página"):
		return photo.Form, true
	case has("label", "bottle", "etiqueta", "frasco"):
		return photo.Label, true
	}
	return photo.Card, true
}

// topic is what a text of ours is about.
type topic struct {
	signs   []string // lower case; one of them in the text is enough
	answers []string
}

// book is what somebody says, in one language.
type book struct {
	topics      []topic // the first that matches
	otherwise   []string
	terse       []string
	newNumber   []string
	wrongNumber []string
	picture     []string // beside a picture that was asked for; empty for none
}

func (b book) about(text string) []string {
	text = strings.ToLower(text)
	for _, t := range b.topics {
		for _, sign := range t.signs {
			if strings.Contains(text, sign) {
				return t.answers
			}
		}
	}
	return b.otherwise
}

func phrases(l clinic.Language) book {
	if l == clinic.Spanish {
		return spanish()
	}
	return english()
}
