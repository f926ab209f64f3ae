package simulator

import (
	"net/http"
	"slices"
	"strings"

	"quietline/backend/clinic"
)

// Key is an API key of the account.
type Key struct {
	SID    string `json:"sid"`
	Secret string `json:"secret"`
	// Permissions are what a restricted key may do. nil is a standard key, which
	// may do everything but look at the account itself.
	Permissions []Permission `json:"permissions"`
	// Elsewhere says that the key was made in the region IE1: it opens the account
	// under that region's host, and not here.
	Elsewhere bool `json:"elsewhere,omitempty"`
	Revoked   bool `json:"revoked,omitempty"`
}

// Permission is one thing that a restricted key may do.
type Permission string

// The permissions.
const (
	ReadMessages   Permission = "messages.read"   // attachments included
	SendMessages   Permission = "messages.send"   // and schedule them
	ChangeMessages Permission = "messages.change" // redact, cancel, delete
	ReadNumbers    Permission = "numbers.read"
	ReadServices   Permission = "services.read" // and registrations
	ReadUsage      Permission = "usage.read"
	ChangeNumbers  Permission = "numbers.change"
	ChangeServices Permission = "services.change"
	ManageFlows    Permission = "flows.manage"
	ManagePictures Permission = "pictures.manage" // leave them in a store, and take them back

	readAccount Permission = "account.read" // the account's own secret alone
)

// Permissions lists what a restricted key can be allowed.
func Permissions() []Permission {
	return []Permission{ReadMessages, SendMessages, ChangeMessages, ReadNumbers, ReadServices, ReadUsage, ChangeNumbers, ChangeServices, ManageFlows, ManagePictures}
}

// SetKeys replaces the keys of the account, as its owner does who makes, revokes
// and restores them. The account's own secret stays.
func (s *Simulator) SetKeys(keys ...Key) error {
	for _, k := range keys {
		if k.SID == "" || k.Secret == "" || slices.ContainsFunc(k.Permissions, func(p Permission) bool {
			return !slices.Contains(Permissions(), p)
		}) {
			return clinic.E(clinic.CodeBadInput)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = slices.Clone(keys)
	return nil
}

// may reports whether somebody is known, and whether he may do something.
func (s *Simulator) may(user, secret string, p Permission, elsewhere bool) (known, allowed bool) {
	if !elsewhere && s.cfg.Token != "" && user == string(s.cfg.Account) && secret == s.cfg.Token {
		return true, true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.keys {
		if k.SID == user && k.Secret == secret && !k.Revoked && k.Elsewhere == elsewhere {
			return true, p != readAccount && (k.Permissions == nil || slices.Contains(k.Permissions, p))
		}
	}
	return false, false
}

// authorised lets through who knows a secret of the account, asks for that
// account and may do what he wants. A permission that is missing looks like a key
// that is wrong: so it is documented.
func (s *Simulator) authorised(p Permission, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		user, secret, _ := r.BasicAuth()
		account := r.PathValue("account")
		if p == readAccount {
			account = strings.TrimSuffix(r.PathValue("name"), ".json")
		}
		host, _, _ := strings.Cut(r.Host, ":")
		known, allowed := s.may(user, secret, p, strings.HasSuffix(host, ".ie1.twilio.com"))
		switch {
		case strings.HasSuffix(host, ".au1.twilio.com"):
			refuse(w, refusal{http.StatusUnauthorized, 20003, "Authenticate"})
		case !known:
			refuse(w, refusal{http.StatusUnauthorized, 20003, "Authenticate"})
		case account != "" && account != string(s.cfg.Account):
			refuse(w, notFound)
		case !allowed:
			refuse(w, refusal{http.StatusUnauthorized, 20003, "Authenticate"})
		default:
			next(w, r)
		}
	}
}
