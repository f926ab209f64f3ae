package simulator

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"quietline/backend/provider"
)

// listUsage adds up what the account's texts came to, by the day on which they
// went. Like the real one it lists categories that nobody used, and some that
// have nothing to do with texts.
func (s *Simulator) listUsage(w http.ResponseWriter, r *http.Request) {
	from, fine := day(r.Form.Get("StartDate"))
	to, known := day(r.Form.Get("EndDate"))
	if !fine || !known {
		refuse(w, refusal{http.StatusBadRequest, 20001, "Invalid date"})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	// Without days it is all that there has been.
	from = cmp.Or(from, opened.Time().Format(time.DateOnly))
	to = cmp.Or(to, s.shown(s.now()).Time().Format(time.DateOnly))
	kinds := append(provider.UsageKinds(), "calls", "phonenumbers")
	counts, costs := map[provider.UsageKind]int{}, map[provider.UsageKind]int64{}
	for _, m := range s.st.Records {
		on := m.Sent.Time().Format(time.DateOnly)
		if m.Price.IsZero() || on < from || on > to {
			continue
		}
		kind := kindOf(m)
		if len(m.Media) > 0 {
			counts[kind]++ // however long its words are
		} else {
			counts[kind] += m.Segments
		}
		costs[kind] += m.Price.Millionths
		costs[provider.Total] += m.Price.Millionths
	}
	rows := make([]map[string]any, 0, len(kinds))
	for _, kind := range kinds {
		rows = append(rows, map[string]any{
			"account_sid": s.cfg.Account, "api_version": version, "as_of": s.shown(s.now()).Time().Format(time.RFC3339),
			"category": kind, "description": string(kind), "count": strconv.Itoa(counts[kind]), "count_unit": "messages",
			"usage": strconv.Itoa(counts[kind]), "usage_unit": "messages",
			"price": float64(costs[kind]) / 1e6, "price_unit": "usd", "start_date": from, "end_date": to,
			"uri": root + string(s.cfg.Account) + "/Usage/Records.json?Category=" + string(kind), "subresource_uris": map[string]string{},
		})
	}
	uri := r.URL.RequestURI()
	write(w, http.StatusOK, map[string]any{
		"usage_records": rows, "page": 0, "page_size": 1000, "start": 0, "end": max(len(rows)-1, 0),
		"uri": uri, "first_page_uri": uri, "next_page_uri": nil, "previous_page_uri": nil,
	})
}

func kindOf(m *record) provider.UsageKind {
	switch in, pictures := m.Direction == "inbound", len(m.Media) > 0; {
	case in && pictures:
		return provider.PicturesIn
	case in:
		return provider.TextsIn
	case pictures:
		return provider.PicturesOut
	}
	return provider.TextsOut
}

// day reads a date of a request; an empty one is no bound.
func day(text string) (string, bool) {
	_, err := time.Parse(time.DateOnly, text)
	return text, text == "" || err == nil
}
