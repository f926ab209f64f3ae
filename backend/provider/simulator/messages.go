package simulator

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// createMessage takes a text to send, after the checks of the real API in about
// their order. The sentences repeat numbers, as the real ones do.
func (s *Simulator) createMessage(w http.ResponseWriter, r *http.Request) {
	bad := func(code int, format string, args ...any) {
		refuse(w, refusal{http.StatusBadRequest, code, fmt.Sprintf(format, args...)})
	}
	form := r.PostForm
	carries := slices.Clone(form["MediaUrl"])
	from, to, body := clinic.Phone(form.Get("From")), clinic.Phone(form.Get("To")), form.Get("Body")
	validity := 0
	if v := form.Get("ValidityPeriod"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > 36000 {
			bad(20001, "ValidityPeriod must be between 1 and 36000")
			return
		}
		validity = n
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	sender := s.number(from)
	service := form.Get("MessagingServiceSid")
	pool, known := s.service(service)
	at, fine := plannedFor(form, s.shown(s.now()))
	switch {
	case !fine:
		bad(35114, "Scheduling does not support this timestamp")
	case service != "" && !known:
		bad(21701, "The Messaging Service does not exist")
	case service != "" && !slices.Contains(pool.Numbers, from):
		bad(21703, "The Messaging Service contains no phone numbers")
	case to == "":
		bad(21604, "A 'To' phone number is required.")
	case !to.Valid():
		bad(21211, "Invalid 'To' Phone Number: %s", to)
	case from == "":
		bad(21603, "A 'From' phone number is required.")
	case !from.Valid():
		bad(21212, "Invalid From Number (caller ID): %s", from)
	case body == "" && len(carries) == 0:
		bad(21602, "Message body is required.")
	case provider.Length(body) > provider.MaxBody:
		bad(21617, "The concatenated message body exceeds the 1600 character limit")
	case sender == nil || sender.NoSMS:
		bad(21606, "The 'From' phone number provided (%s) is not a valid message-capable Twilio phone number for this destination phone number", from)
	case len(carries) > 0 && sender.NoMMS:
		bad(21621, "The number %s has not been enabled for MMS", from)
	case len(carries) > maxAttached:
		bad(21623, "Number of media files exceeds allowed limit")
	case slices.ContainsFunc(carries, func(address string) bool { return !fetchable(address) }):
		bad(21620, "Invalid media URL(s)")
	case from == to:
		bad(21266, "'To' and 'From' number cannot be the same: %s", to)
	case s.cfg.Trial && !slices.Contains(s.cfg.Confirmed, to):
		bad(21608, "The number %s is unverified. Trial accounts cannot send messages to unverified numbers", to)
	case at.IsZero() && s.st.Blocked[pair{from, to}]:
		bad(21610, "Attempt to send to unsubscribed recipient %s", to)
	default:
		m := s.dispatch(leaving{
			from: from, to: to, body: body, carries: carries, direction: "outbound-api", service: service,
			validFor: time.Duration(validity) * time.Second, at: at,
		}, s.now())
		write(w, http.StatusCreated, s.render(m))
	}
}

// The provider's own limits of scheduling.
const (
	soonest = 15 * time.Minute
	latest  = 35 * 24 * time.Hour
)

// plannedFor reads the time of a text that is scheduled with a messaging service,
// and false where the time is not one that can be had. Without a service the time
// is not looked at, and the text goes at once: so it is documented.
func plannedFor(form url.Values, now clinic.Instant) (at clinic.Instant, fine bool) {
	if form.Get("MessagingServiceSid") == "" || form.Get("ScheduleType") != "fixed" {
		return 0, true
	}
	t, err := time.Parse(time.RFC3339, form.Get("SendAt"))
	if err != nil {
		return 0, false
	}
	ahead := clinic.At(t).Sub(now)
	return clinic.At(t), ahead >= soonest && ahead <= latest
}

// filter is what a list is asked for.
type filter struct {
	from, to          provider.Address
	on, before, after string // days, YYYY-MM-DD; before and after include the day
}

func (f filter) admits(r *record) bool {
	if f.from != "" && r.From != f.from || f.to != "" && r.To != f.to {
		return false
	}
	if f.on == "" && f.before == "" && f.after == "" {
		return true
	}
	// What has not been sent has no such date and is left out.
	if r.Sent.IsZero() {
		return false
	}
	day := r.Sent.Time().Format(time.DateOnly)
	return (f.on == "" || day == f.on) && (f.before == "" || day <= f.before) && (f.after == "" || day >= f.after)
}

func readFilter(form url.Values) (filter, bool) {
	f := filter{from: provider.Address(form.Get("From")), to: provider.Address(form.Get("To"))}
	ok := true
	day := func(name string) string {
		text := form.Get(name)
		if text == "" {
			return ""
		}
		for _, layout := range []string{time.DateOnly, time.RFC3339} {
			if t, err := time.Parse(layout, text); err == nil {
				return t.UTC().Format(time.DateOnly)
			}
		}
		ok = false
		return ""
	}
	f.on, f.before, f.after = day("DateSent"), day("DateSent<"), day("DateSent>")
	return f, ok
}

// count reads a number of a request within bounds.
func count(text string, otherwise, low, high int) (int, bool) {
	if text == "" {
		return otherwise, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= low && n <= high
}

// listMessages answers with one page, newest first. A page token is the name of
// the last row of the page before: when that message is gone, the token is
// worth nothing.
func (s *Simulator) listMessages(w http.ResponseWriter, r *http.Request) {
	f, fine := readFilter(r.Form)
	size, sizeFine := count(r.Form.Get("PageSize"), 50, 1, 1000)
	number, pageFine := count(r.Form.Get("Page"), 0, 0, 1<<30)
	switch {
	case !fine:
		refuse(w, refusal{http.StatusBadRequest, 20001, "Invalid date"})
		return
	case !sizeFine:
		refuse(w, refusal{http.StatusBadRequest, 20007, "Page size is not between 1 and 1000"})
		return
	case !pageFine:
		refuse(w, refusal{http.StatusBadRequest, 20006, "Invalid page"})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	now := s.now()
	listed, order := s.inListOrder()
	end := len(listed) // one past the first row of the page
	token := r.Form.Get("PageToken")
	if token != "" || number > 0 {
		last := (*record)(nil)
		if len(token) > 2 && token[:2] == "PA" {
			last = s.index[provider.SID(token[2:])]
		}
		if last == nil {
			refuse(w, refusal{http.StatusBadRequest, 21481, "Invalid PageToken"})
			return
		}
		end, _ = slices.BinarySearchFunc(listed, last, order)
		if s.faults.Duplicate && size > 1 {
			end++
		}
	}
	var rows []*record
	more := false
	for i := end - 1; i >= 0; i-- {
		m := listed[i]
		if m.Listed > now || !f.admits(m) {
			continue
		}
		if len(rows) == size {
			more = true
			break
		}
		rows = append(rows, m)
	}
	mishap, _ := r.Context().Value(walkMishap{}).(Mishap)
	answer := s.renderPage(r, rows, size, number, more, mishap == Skipped)
	if last := len(rows) - 1; mishap == Erased && last >= 0 && s.deletable(rows[last]) {
		s.remove(rows[last])
	}
	write(w, http.StatusOK, answer)
}

// inListOrder returns the messages in the order in which lists show them, the
// last first, and how two of them are compared.
func (s *Simulator) inListOrder() ([]*record, func(a, b *record) int) {
	if s.faults.Disorder == 0 {
		return s.st.Records, olderFirst
	}
	// A place follows from the name, so that it is the same on every page.
	place := func(r *record) clinic.Instant {
		within := 2*int64(time.Duration(s.faults.Disorder)/time.Millisecond) + 1
		off := int64(hashed(string(r.SID))%uint64(within)) - within/2
		return r.Created.Add(time.Duration(off) * time.Millisecond)
	}
	order := func(a, b *record) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.Serial, b.Serial))
	}
	type placed struct {
		at clinic.Instant
		*record
	}
	all := make([]placed, len(s.st.Records))
	for i, r := range s.st.Records {
		all[i] = placed{place(r), r}
	}
	slices.SortFunc(all, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.Serial, b.Serial))
	})
	listed := make([]*record, len(all))
	for i, one := range all {
		listed[i] = one.record
	}
	return listed, order
}

func (s *Simulator) renderPage(r *http.Request, rows []*record, size, number int, more, skip bool) map[string]any {
	query := url.Values{}
	for _, name := range []string{"To", "From", "DateSent", "DateSent<", "DateSent>"} {
		if v := r.Form.Get(name); v != "" {
			query.Set(name, v)
		}
	}
	query.Set("PageSize", strconv.Itoa(size))
	path := root + string(s.cfg.Account) + "/Messages.json?"
	query.Set("Page", "0")
	first := path + query.Encode()
	var next *string
	if more {
		query.Set("Page", strconv.Itoa(number+1))
		query.Set("PageToken", "PA"+string(rows[len(rows)-1].SID))
		text := path + query.Encode()
		next = &text
	}
	shown := make([]messageJSON, 0, len(rows)+1)
	for i, m := range rows {
		if i == 0 && skip {
			continue
		}
		shown = append(shown, s.render(m))
		if i == 0 && s.faults.Duplicate {
			shown = append(shown, s.render(m))
		}
	}
	if s.faults.Shuffle {
		slices.Reverse(shown)
	}
	start := number * size
	return map[string]any{
		"messages": shown, "page": number, "page_size": size, "start": start,
		"end": start + max(len(shown)-1, 0), "uri": r.URL.RequestURI(), "first_page_uri": first,
		"next_page_uri": next, "previous_page_uri": nil,
	}
}
