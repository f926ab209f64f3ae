package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// opened is when everything about the account was made.
var opened = clinic.At(time.Date(2024, 1, 8, 15, 0, 0, 0, time.UTC))

func (s *Simulator) getAccount(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kind, status := "Full", "active"
	if s.cfg.Trial {
		kind = "Trial"
	}
	if s.cfg.Suspended {
		status = "suspended"
	}
	write(w, http.StatusOK, map[string]any{
		"sid": s.cfg.Account, "owner_account_sid": s.cfg.Account, "friendly_name": "Sample",
		"status": status, "type": kind, "auth_token": nil,
		"date_created": date(opened), "date_updated": date(opened),
		"uri": root + string(s.cfg.Account) + ".json",
		"subresource_uris": map[string]string{
			"messages":               root + string(s.cfg.Account) + "/Messages.json",
			"incoming_phone_numbers": root + string(s.cfg.Account) + "/IncomingPhoneNumbers.json",
		},
	})
}

// numberName is how a number of the account is named.
func numberName(at int) string { return fmt.Sprintf("PN%032x", at+1) }

func (s *Simulator) listNumbers(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	rows := []map[string]any{}
	for i, n := range s.cfg.Numbers {
		// The real filter matches parts of numbers as well.
		if strings.Contains(string(n.Phone), r.Form.Get("PhoneNumber")) {
			rows = append(rows, s.renderNumber(i))
		}
	}
	s.mu.Unlock()
	uri := r.URL.RequestURI()
	write(w, http.StatusOK, map[string]any{
		"incoming_phone_numbers": rows, "page": 0, "page_size": 50, "start": 0,
		"end": max(len(rows)-1, 0), "uri": uri, "first_page_uri": uri,
		"next_page_uri": nil, "previous_page_uri": nil,
	})
}

func (s *Simulator) renderNumber(at int) map[string]any {
	n := s.cfg.Numbers[at]
	to := s.st.Pointed[n.Phone]
	if to.Method == "" {
		to.Method = "POST"
	}
	var application *string
	if to.Application != "" {
		application = &to.Application
	}
	return map[string]any{
		"sid": numberName(at), "account_sid": s.cfg.Account, "phone_number": n.Phone,
		"friendly_name": n.Phone.Display(), "api_version": version, "beta": false,
		"capabilities": map[string]bool{"sms": !n.NoSMS, "mms": !n.NoSMS && !n.NoMMS, "voice": true, "fax": false},
		"date_created": date(opened), "date_updated": date(opened), "origin": "twilio", "status": "in-use",
		"address_requirements": "none", "sms_url": to.URL, "sms_method": to.Method,
		"sms_application_sid": application,
		"uri":                 root + string(s.cfg.Account) + "/IncomingPhoneNumbers/" + numberName(at) + ".json",
	}
}

// number finds a number of the account.
func (s *Simulator) number(p clinic.Phone) *Number {
	at := slices.IndexFunc(s.cfg.Numbers, func(n Number) bool { return n.Phone == p })
	if at < 0 {
		return nil
	}
	return &s.cfg.Numbers[at]
}

// service finds a messaging service of the account.
func (s *Simulator) service(sid string) (Service, bool) {
	at := slices.IndexFunc(s.cfg.Services, func(one Service) bool { return one.SID == sid })
	if at < 0 {
		return Service{}, false
	}
	return s.cfg.Services[at], true
}

// poolOf returns the messaging service of a number.
func (s *Simulator) poolOf(number clinic.Phone) (Service, bool) {
	at := slices.IndexFunc(s.cfg.Services, func(one Service) bool { return slices.Contains(one.Numbers, number) })
	if at < 0 {
		return Service{}, false
	}
	return s.cfg.Services[at], true
}

// drops reports whether texts that come to a number are kept by nobody, because
// of its messaging service.
func (s *Simulator) drops(number clinic.Phone) bool {
	pool, found := s.poolOf(number)
	return found && pool.InboundURL == "" && !pool.OnNumber
}

// unregistered returns why the phone companies do not carry texts of a number,
// as the provider's number for it, or zero. A state that was not given is not
// asked about.
func (s *Simulator) unregistered(number clinic.Phone) int {
	own := s.number(number)
	pool, _ := s.poolOf(number)
	switch {
	case own == nil:
	case provider.TollFree(number) && own.Verification != "" && own.Verification != "TWILIO_APPROVED":
		return 30032
	case !provider.TollFree(number) && pool.Campaign != "" && pool.Campaign != "VERIFIED":
		return 30034
	}
	return 0
}

// masked is a number as an account that redacts shows it.
func masked(a provider.Address) provider.Address {
	if len(a) < 5 {
		return a
	}
	return a[:len(a)-4] + "XXXX"
}
