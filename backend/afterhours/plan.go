package afterhours

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// Desk is what a plan is worked out from, beside the hours.
type Desk struct {
	Zone  clinic.Zone
	Phone clinic.Phone
	// Refused are the phones that get no answer, in order.
	Refused []clinic.Phone
}

// Plan is an answer for the time ahead.
type Plan struct {
	Reply provider.Reply
	basis string
}

// Silent are the words that the provider answers itself, or that ask it to stop:
// what follows them is its own.
func silent() []string {
	return []string{
		"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "START", "UNSTOP", "HELP", "INFO",
	}
}

// warnAt is how many refused phones there are when it is time to say that a reply will not
// hold them all for ever.
const warnAt = provider.MaxRefused * 9 / 10

// Warning returns CodeManyRefused where the phones that get no answer will soon be too many
// to leave any; nil where they are not.
func (p Plan) Warning() error {
	n := len(p.Reply.Refused)
	if n < warnAt {
		return nil
	}
	return clinic.E(CodeManyRefused).With("refused", n).With("limit", provider.MaxRefused)
}

// Work works out the answers for [Ahead] from an instant on. CodeNoPhone: there is no
// phone to name. CodeTooManyRefused: not all could be kept who are to get no answer.
// CodeNeverClosed: nothing would ever be answered. A plan has at least
// one period, and the closed time that it is now is the first of them. A clinic that is
// never open in that time says until when beyond it.
func Work(h Hours, desk Desk, now clinic.Instant) (Plan, error) {
	if err := h.Check(); err != nil {
		return Plan{}, err
	}
	if !desk.Phone.Valid() {
		return Plan{}, clinic.E(CodeNoPhone)
	}
	if len(desk.Refused) > provider.MaxRefused {
		return Plan{}, clinic.E(CodeTooManyRefused).With("limit", provider.MaxRefused)
	}
	zone, err := desk.Zone.Location()
	if err != nil {
		return Plan{}, err
	}
	basis, err := json.Marshal([]any{h.Week, h.Holidays, desk.Zone, desk.Phone, desk.Refused})
	if err != nil {
		return Plan{}, fmt.Errorf("afterhours: work out: %w", err)
	}
	p := Plan{basis: string(basis), Reply: provider.Reply{Silent: silent(), Refused: slices.Clone(desk.Refused)}}
	end := now.Add(Ahead)
	// The closed time that it is now began after the last opening before now, and the
	// last one that begins within reach ends with the first opening after it. A week
	// opens at least once, holidays aside; where holidays took every opening for two
	// years, nobody is waiting for an older one.
	local := now.Time().In(zone)
	hours := func(day int) (time.Time, Day) {
		on := time.Date(local.Year(), local.Month(), local.Day()+day, 0, 0, 0, 0, zone)
		if slices.Contains(h.Holidays, clinic.DateOf(on)) {
			return on, Day{}
		}
		return on, h.Week[on.Weekday()]
	}
	first := -1
	for ; first > -2*366; first-- {
		if _, open := hours(first); !open.Closed() {
			break
		}
	}
	closes := clinic.Instant(0)
	for day := first; ; day++ {
		on, open := hours(day)
		if open.Closed() {
			continue
		}
		from, to := instant(on, open.From), instant(on, open.To)
		if !closes.IsZero() && closes < from && from > now {
			p.Reply.Periods = append(p.Reply.Periods, provider.Period{From: closes, To: from, Text: text(from.Time().In(zone), desk.Phone)})
		}
		closes = to
		if closes >= end {
			if len(p.Reply.Periods) == 0 {
				return Plan{}, clinic.E(CodeNeverClosed)
			}
			return p, nil
		}
	}
}

// instant is a minute of a day as a clock on the wall shows it. One that daylight
// saving leaves out is the one an hour later.
func instant(day time.Time, minute int) clinic.Instant {
	return clinic.At(time.Date(day.Year(), day.Month(), day.Day(), 0, minute, 0, 0, day.Location()))
}

// text is what is answered until the desk opens. It has no accents, so that it costs
// two parts and not four, and so that it reads the same wherever it is quoted. The
// numbers are those of the United States: 911, and 988 for a crisis.
func text(opens time.Time, phone clinic.Phone) string {
	days := strings.Fields("dom lun mar mie jue vie sab")
	months := strings.Fields("ene feb mar abr may jun jul ago sep oct nov dic")
	at := opens.Format("3 PM")
	if opens.Minute() != 0 {
		at = opens.Format("3:04 PM")
	}
	return fmt.Sprintf("Automatic: not read until %s, %s. Emergency: 911. Crisis: 988. Office: %s. "+
		"Automatico: nadie lo lee hasta %s %d %s, %s. Emergencia: 911. Crisis: 988. Oficina: %s.",
		opens.Format("Mon Jan 2"), at, phone.Display(),
		days[opens.Weekday()], opens.Day(), months[opens.Month()-1], at, phone.Display())
}

// Due reports whether a plan has to be left anew in the place of what is in force:
// it says something else, or reaches too little ahead.
func (p Plan) Due(l Left, now clinic.Instant) bool {
	return l.At.IsZero() || l.basis != p.basis || l.Until.Sub(now) < renewAt
}
