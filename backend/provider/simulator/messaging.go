package simulator

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"quietline/backend/clinic"
)

// The APIs of messaging services and of flows are others, of versions 1 and 2, on
// hosts of their own; here they are under the same. Their dates are RFC 3339, and what belongs to a
// page stands under "meta".

func stamp(at clinic.Instant) string { return at.Time().UTC().Format(time.RFC3339) }

// metaPage answers with one page of a list. A page token is the place of the
// first row.
func metaPage(w http.ResponseWriter, r *http.Request, key string, rows []map[string]any) {
	size, fine := count(r.Form.Get("PageSize"), 50, 1, 1000)
	from, known := count(r.Form.Get("PageToken"), 0, 0, len(rows))
	if !fine || !known {
		refuse(w, refusal{http.StatusBadRequest, 20007, "Invalid page"})
		return
	}
	host := "https://messaging.twilio.com"
	switch {
	case aboutPictures(r):
		host = "https://" + r.Host
	case strings.HasPrefix(r.URL.Path, "/v2/"):
		host = "https://studio.twilio.com"
	}
	address := func(token int) string {
		q := url.Values{"PageSize": {strconv.Itoa(size)}, "Page": {strconv.Itoa(token / size)}}
		if token > 0 {
			q.Set("PageToken", strconv.Itoa(token))
		}
		return host + r.URL.Path + "?" + q.Encode()
	}
	to := min(from+size, len(rows))
	var next *string
	if to < len(rows) {
		text := address(to)
		next = &text
	}
	write(w, http.StatusOK, map[string]any{
		key: rows[from:to],
		"meta": map[string]any{
			"key": key, "page": from / size, "page_size": size, "url": address(from), "first_page_url": address(0),
			"next_page_url": next, "previous_page_url": nil,
		},
	})
}

func (s *Simulator) listServices(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := []map[string]any{}
	for _, one := range s.cfg.Services {
		rows = append(rows, s.renderService(one))
	}
	metaPage(w, r, "services", rows)
}

func (s *Simulator) renderService(one Service) map[string]any {
	var inbound *string
	if one.InboundURL != "" {
		inbound = &one.InboundURL
	}
	at := "https://messaging.twilio.com/v1/Services/" + one.SID
	return map[string]any{
		"sid": one.SID, "account_sid": s.cfg.Account, "friendly_name": one.Name,
		"date_created": stamp(opened), "date_updated": stamp(opened),
		"inbound_request_url": inbound, "inbound_method": "POST", "fallback_url": nil, "fallback_method": "POST",
		"status_callback": nil, "sticky_sender": true, "mms_converter": true, "smart_encoding": one.SmartEncoding,
		"scan_message_content": "inherit", "fallback_to_long_code": false, "area_code_geomatch": true,
		"synchronous_validation": false, "validity_period": 36000, "url": at,
		"links":   map[string]string{"phone_numbers": at + "/PhoneNumbers", "us_app_to_person": at + "/Compliance/Usa2p"},
		"usecase": "undeclared", "us_app_to_person_registered": one.Campaign == "VERIFIED",
		"use_inbound_webhook_on_number": one.OnNumber,
	}
}

// pool returns the service that a path names, or answers that there is none.
func (s *Simulator) pool(w http.ResponseWriter, r *http.Request) (Service, bool) {
	one, found := s.service(r.PathValue("service"))
	if !found {
		refuse(w, notFound)
	}
	return one, found
}

func (s *Simulator) listSenders(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, found := s.pool(w, r)
	if !found {
		return
	}
	rows := []map[string]any{}
	for i, n := range s.cfg.Numbers {
		for _, sender := range one.Numbers {
			if sender != n.Phone {
				continue
			}
			rows = append(rows, map[string]any{
				"sid": numberName(i), "account_sid": s.cfg.Account, "service_sid": one.SID,
				"date_created": stamp(opened), "date_updated": stamp(opened),
				"phone_number": n.Phone, "country_code": "US", "capabilities": []string{"SMS", "MMS", "Voice"},
				"url": "https://messaging.twilio.com/v1/Services/" + one.SID + "/PhoneNumbers/" + numberName(i),
			})
		}
	}
	metaPage(w, r, "phone_numbers", rows)
}

func (s *Simulator) listCampaigns(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, found := s.pool(w, r)
	if !found {
		return
	}
	rows := []map[string]any{}
	if one.Campaign != "" {
		rows = append(rows, map[string]any{
			"sid": "QE" + one.SID[2:], "account_sid": s.cfg.Account, "brand_registration_sid": "BN" + one.SID[2:],
			"messaging_service_sid": one.SID, "description": "Texts with patients about their visits",
			"message_samples": []string{"Your visit is tomorrow at 9. Reply STOP to end."}, "us_app_to_person_usecase": "CUSTOMER_CARE",
			"has_embedded_links": false, "has_embedded_phone": true, "subscriber_opt_in": true, "age_gated": false,
			"direct_lending": false, "campaign_status": one.Campaign, "campaign_id": "CSAMPLE", "is_externally_registered": false,
			"message_flow": "Patients sign a form at the desk", "date_created": stamp(opened), "date_updated": stamp(opened),
			"url":  "https://messaging.twilio.com/v1/Services/" + one.SID + "/Compliance/Usa2p/QE" + one.SID[2:],
			"mock": false, "errors": []any{},
		})
	}
	metaPage(w, r, "compliance", rows)
}

func (s *Simulator) listVerifications(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := []map[string]any{}
	for i, n := range s.cfg.Numbers {
		asked := r.Form.Get("TollfreePhoneNumberSid")
		if n.Verification == "" || asked != "" && asked != numberName(i) {
			continue
		}
		sid := fmt.Sprintf("HH%032x", i+1)
		rows = append(rows, map[string]any{
			"sid": sid, "account_sid": s.cfg.Account, "date_created": stamp(opened), "date_updated": stamp(opened),
			"business_name": "Sample", "tollfree_phone_number_sid": numberName(i), "tollfree_phone_number": n.Phone,
			"status": n.Verification, "url": "https://messaging.twilio.com/v1/Tollfree/Verifications/" + sid,
		})
	}
	metaPage(w, r, "verifications", rows)
}
