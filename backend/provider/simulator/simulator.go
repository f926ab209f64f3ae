// Package simulator is a Twilio-compatible server for one account, with the
// patients at the other end of the line. It is the sample clinic's provider and
// the peer against which adapters are tested.
//
// It speaks the part of the API that the program uses: account, keys, numbers,
// messages, their schedule and what is attached to them (version 2010-04-01), and
// messaging services with their registrations (version 1), flows, which it runs
// when a text comes in (Studio, version 2), and the stores of Conversations from which
// pictures are sent; with Basic
// authentication, paging, dates, error bodies and the refusals of the real one,
// and with its handling of STOP, START and HELP. Patients ([Persona]) answer by temperament. [Faults]
// makes it lag, repeat, refuse, break off or fall silent.
//
// Everything that happens is computed from the clock, the seed and the requests
// made, whenever somebody looks: there is no goroutine and no timer, the same
// story told twice gives the same texts, and a test moves time as it likes.
//
// Limits: it holds everything in memory (Snapshot and Restore carry it over a
// restart), sends nothing to anybody, and is for sample data only: its control
// handler does what anyone on this machine asks.
package simulator

import (
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// Config describes the account.
type Config struct {
	Account provider.Account
	// Token is the account's own secret, which may do everything. Empty: there is
	// none that works.
	Token string
	// KeySID and KeySecret are a standard key of the account; SetKeys replaces it.
	KeySID, KeySecret string
	// Trial says that the account texts Confirmed numbers alone.
	Trial     bool
	Confirmed []clinic.Phone
	// Suspended is shown, and changes nothing else.
	Suspended bool
	// Redacts says that the account keeps no words and hides numbers.
	Redacts bool
	// RedactsWords says that it keeps no words, and shows numbers.
	RedactsWords bool
	// NoPictures says that the account has no store from which pictures can be sent.
	NoPictures bool
	// Numbers are the account's. The first is where Receive delivers by default.
	Numbers []Number
	// Services are its messaging services.
	Services []Service
	// Personas are the patients who answer; any other number takes texts and
	// stays silent.
	Personas []Persona
	// Seed decides names of messages and what patients write.
	Seed uint64
	// Clock is the simulator's own; Advance adds to it. nil is the machine's.
	Clock clinic.Clock
}

// Number is a telephone number of the account.
type Number struct {
	Phone     clinic.Phone `json:"phone"`
	NoSMS     bool         `json:"no_sms"`    // a voice line
	NoMMS     bool         `json:"no_mms"`    // carries texts, and no pictures
	Forwarded bool         `json:"forwarded"` // incoming texts also go to a program on the web
	// Verification is how far a toll-free number is verified: PENDING_REVIEW,
	// IN_REVIEW, TWILIO_APPROVED, TWILIO_REJECTED, or empty for one that is not
	// asked about.
	Verification string `json:"verification"`
}

// Service is a messaging service: numbers that send together, and what is set for
// all of them.
type Service struct {
	SID     string         `json:"sid"` // MG and 32 hexadecimal digits
	Name    string         `json:"name"`
	Numbers []clinic.Phone `json:"numbers"`
	// InboundURL is where incoming texts are passed on to. Where it is empty and
	// OnNumber is not set, the provider keeps no incoming text at all.
	InboundURL string `json:"inbound_url"`
	// OnNumber leaves it to each number where incoming texts go.
	OnNumber bool `json:"on_number"`
	// SmartEncoding says that the provider replaces characters that cost more.
	SmartEncoding bool `json:"smart_encoding"`
	// Campaign is the state of its registration: PENDING, IN_PROGRESS, VERIFIED,
	// FAILED, SUSPENDED, or empty where none is asked about.
	Campaign string `json:"campaign"`
}

// Inbound is a text from outside.
type Inbound struct {
	From clinic.Phone `json:"from"`
	// To is a number of the account; empty is the first.
	To   clinic.Phone `json:"to,omitempty"`
	Body string       `json:"body"`
	// Media is what is attached.
	Media []Attached `json:"media,omitempty"`
}

// Simulator is the server. It is safe for concurrent use.
type Simulator struct {
	cfg    Config
	routes *http.ServeMux

	mu       sync.Mutex
	st       state
	index    map[provider.SID]*record
	personas map[clinic.Phone]*Persona
	keys     []Key
	faults   Faults
	skew     time.Duration
	held     int // requests that came to be held, less those awaited
	arrived  *sync.Cond
	release  chan struct{}
}

var (
	accountForm = regexp.MustCompile(`^AC[0-9a-fA-F]{32}$`)
	serviceForm = regexp.MustCompile(`^MG[0-9a-fA-F]{32}$`)
)

// New returns a server of an account without messages.
func New(cfg Config) (*Simulator, error) {
	if !accountForm.MatchString(string(cfg.Account)) || len(cfg.Numbers) == 0 ||
		cfg.Token == "" && (cfg.KeySID == "" || cfg.KeySecret == "") {
		return nil, clinic.E(provider.CodeBadAccount)
	}
	for _, n := range cfg.Numbers {
		if !n.Phone.Valid() {
			return nil, clinic.E(clinic.CodeBadPhone)
		}
	}
	for _, one := range cfg.Services {
		if !serviceForm.MatchString(one.SID) {
			return nil, clinic.E(provider.CodeBadAccount)
		}
	}
	if cfg.Clock == nil {
		cfg.Clock = clinic.SystemClock()
	}
	cfg.Numbers, cfg.Services = slices.Clone(cfg.Numbers), slices.Clone(cfg.Services)
	s := &Simulator{
		cfg:      cfg,
		index:    map[provider.SID]*record{},
		personas: map[clinic.Phone]*Persona{},
		release:  make(chan struct{}),
	}
	s.st.Blocked = map[pair]bool{}
	s.st.Met = map[clinic.Phone]int{}
	s.st.Pointed = map[clinic.Phone]pointed{}
	s.point()
	if cfg.KeySID != "" && cfg.KeySecret != "" {
		s.keys = []Key{{SID: cfg.KeySID, Secret: cfg.KeySecret}}
	}
	s.arrived = sync.NewCond(&s.mu)
	s.routes = s.api()
	if err := s.AddPersonas(cfg.Personas...); err != nil {
		return nil, err
	}
	return s, nil
}

// ServeHTTP answers as the provider does.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.routes.ServeHTTP(w, r) }

// Now is the simulator's time.
func (s *Simulator) Now() clinic.Instant {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

func (s *Simulator) now() clinic.Instant { return s.cfg.Clock.Now().Add(s.skew) }

// shown is an instant as the provider's clock shows it, which can be off.
func (s *Simulator) shown(at clinic.Instant) clinic.Instant {
	return at.Add(time.Duration(s.faults.Skew))
}

// Advance moves the simulator's time ahead of its clock and lets happen what
// falls due.
func (s *Simulator) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.skew += max(d, 0)
	s.settle()
}

// Receive delivers a text from outside, as if somebody had just written it. It
// has no name where the number's messaging service keeps no incoming texts.
func (s *Simulator) Receive(in Inbound) (provider.SID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	if in.To == "" {
		in.To = s.cfg.Numbers[0].Phone
	}
	if !in.From.Valid() || s.number(in.To) == nil {
		return "", clinic.E(clinic.CodeBadPhone)
	}
	if provider.Length(in.Body) > provider.MaxBody {
		return "", clinic.E(provider.CodeTooLong).With("limit", provider.MaxBody)
	}
	for _, a := range in.Media {
		if !a.valid() {
			return "", clinic.E(clinic.CodeBadInput)
		}
	}
	return s.arrive(in, s.now()).SID, nil
}

// Messages returns everything that the account holds, oldest first, whatever
// lists show at the moment.
func (s *Simulator) Messages() []provider.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	all := make([]provider.Message, len(s.st.Records))
	for i, r := range s.st.Records {
		all[i] = r.message(s.cfg.Account)
	}
	return all
}

// Seed adds messages of the past, in any order, and returns their names in the
// order given. Names that are empty are made up; nothing follows from a seeded
// message.
func (s *Simulator) Seed(past []provider.Message) ([]provider.SID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	added := make([]*record, 0, len(past))
	names := make([]provider.SID, 0, len(past))
	fresh := map[provider.SID]bool{}
	for _, m := range past {
		r := recordOf(m)
		if r.SID == "" {
			r.SID = s.name("SM", r.Created)
		}
		if s.index[r.SID] != nil || fresh[r.SID] || r.Created.IsZero() || !r.Status.Known() {
			return nil, clinic.E(clinic.CodeBadInput)
		}
		fresh[r.SID] = true
		s.st.Serial++
		r.Serial = s.st.Serial
		added = append(added, r)
		names = append(names, r.SID)
	}
	s.st.Records = append(s.st.Records, added...)
	slices.SortFunc(s.st.Records, olderFirst)
	for _, r := range added {
		s.index[r.SID] = r
	}
	return names, nil
}

// name makes a name of 34 characters. The time is part of what it is made from,
// so that a server that starts again without its memory makes other names.
func (s *Simulator) name(prefix string, at clinic.Instant) provider.SID {
	s.st.Names++
	r := rand.New(rand.NewPCG(s.cfg.Seed^s.st.Names<<40, uint64(at)))
	const hex = "0123456789abcdef"
	text := make([]byte, 32)
	for i := range text {
		text[i] = hex[r.IntN(len(hex))]
	}
	return provider.SID(prefix + string(text))
}
