package simulator

import (
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// Pictures that the account sends lie in stores: services of Conversations, whose files
// are on another host again. Both are told apart from the other APIs, which have the same
// paths, by the host that is asked for.
const (
	conversationsHost = "conversations.twilio.com"
	contentHost       = "mcs.us1.twilio.com"
	lendingHost       = "media.us1.twilio.com"
)

// lentFor is how long an address of a file is good for.
const lentFor = 5 * time.Minute

// maxAttached is how many addresses a text can name.
const maxAttached = 10

// store is a service of Conversations.
type store struct {
	SID, Name string
	Created   clinic.Instant
}

// content is a file in a store.
type content struct {
	SID     provider.SID
	Store   string
	Type    string
	Bytes   []byte
	Created clinic.Instant
}

// defaultStore is what every account has from the outset.
var defaultStore = store{SID: "IS" + strings.Repeat("0", 32), Name: "Default Conversations Service", Created: opened}

// lendPictures adds what the hosts of pictures answer.
func (s *Simulator) lendPictures(handle func(pattern string, p Permission, h http.HandlerFunc), mux *http.ServeMux) {
	stores, files := conversationsHost+"/v1/Services", contentHost+"/v1/Services/{store}/Media"
	handle("GET "+stores, ManagePictures, s.lending(s.listStores))
	handle("POST "+stores, ManagePictures, s.lending(s.createStore))
	handle("POST "+files, ManagePictures, s.lending(s.createContent))
	handle("GET "+files+"/{medium}", ManagePictures, s.lending(s.getContent))
	handle("DELETE "+files+"/{medium}", ManagePictures, s.lending(s.deleteContent))
	for _, host := range []string{conversationsHost, contentHost} {
		mux.HandleFunc(host+"/", s.dated(nothing))
	}
}

// aboutPictures reports whether a request goes to one of their hosts.
func aboutPictures(r *http.Request) bool { return r.Host == conversationsHost || r.Host == contentHost }

// lending lets through where the account has stores, with the lock.
func (s *Simulator) lending(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.settle()
		if s.cfg.NoPictures {
			refuse(w, refusal{http.StatusForbidden, 20403, "Forbidden"})
			return
		}
		next(w, r)
	}
}

func (s *Simulator) listStores(w http.ResponseWriter, r *http.Request) {
	rows := []map[string]any{}
	for _, one := range append([]store{defaultStore}, s.st.Stores...) {
		rows = append(rows, s.renderStore(one))
	}
	metaPage(w, r, "services", rows)
}

func (s *Simulator) createStore(w http.ResponseWriter, r *http.Request) {
	name := r.PostForm.Get("FriendlyName")
	if name == "" || len(name) > 256 {
		refuse(w, refusal{http.StatusBadRequest, 20001, "FriendlyName is required"})
		return
	}
	made := store{SID: string(s.name("IS", s.now())), Name: name, Created: s.shown(s.now())}
	s.st.Stores = append(s.st.Stores, made)
	write(w, http.StatusCreated, s.renderStore(made))
}

func (s *Simulator) renderStore(one store) map[string]any {
	at := "https://" + conversationsHost + "/v1/Services/" + one.SID
	return map[string]any{
		"sid": one.SID, "account_sid": s.cfg.Account, "friendly_name": one.Name, "url": at,
		"date_created": stamp(one.Created), "date_updated": stamp(one.Created),
		"links": map[string]string{
			"conversations": at + "/Conversations", "users": at + "/Users", "roles": at + "/Roles",
			"bindings": at + "/Bindings", "configuration": at + "/Configuration",
			"participant_conversations": at + "/ParticipantConversations",
		},
	}
}

// createContent takes a file as it comes. The answer does not say where it is lent.
func (s *Simulator) createContent(w http.ResponseWriter, r *http.Request) {
	in := r.PathValue("store")
	kind := r.Header.Get("Content-Type")
	raw, err := io.ReadAll(r.Body)
	switch {
	case in != defaultStore.SID && !slices.ContainsFunc(s.st.Stores, func(one store) bool { return one.SID == in }):
		refuse(w, notFound)
	case err != nil, len(raw) == 0, !strings.HasPrefix(kind, "image/"):
		refuse(w, refusal{http.StatusBadRequest, 20001, "Unreadable media"})
	default:
		now := s.now()
		one := content{SID: s.name("ME", now), Store: in, Type: kind, Bytes: raw, Created: s.shown(now)}
		s.st.Contents = append(s.st.Contents, one)
		write(w, http.StatusCreated, s.renderContent(one, ""))
	}
}

// placeOf is where a path's file stands, or below zero after an answer that there is none.
func (s *Simulator) placeOf(w http.ResponseWriter, r *http.Request) int {
	at := slices.IndexFunc(s.st.Contents, func(one content) bool {
		return one.Store == r.PathValue("store") && string(one.SID) == r.PathValue("medium")
	})
	if at < 0 {
		refuse(w, notFound)
	}
	return at
}

func (s *Simulator) getContent(w http.ResponseWriter, r *http.Request) {
	if at := s.placeOf(w, r); at >= 0 {
		one := s.st.Contents[at]
		write(w, http.StatusOK, s.renderContent(one, s.lent(one.SID, s.now().Add(lentFor))))
	}
}

func (s *Simulator) deleteContent(w http.ResponseWriter, r *http.Request) {
	if at := s.placeOf(w, r); at >= 0 {
		s.st.Contents = slices.Delete(s.st.Contents, at, at+1)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *Simulator) renderContent(one content, lent string) map[string]any {
	at := "/v1/Services/" + one.Store + "/Media/" + string(one.SID)
	links := map[string]string{"content": at + "/Content"}
	if lent != "" {
		links["content_direct_temporary"] = lent
	}
	return map[string]any{
		"sid": one.SID, "service_sid": one.Store, "account_sid": s.cfg.Account, "size": len(one.Bytes),
		"content_type": one.Type, "filename": nil, "author": nil, "category": "media", "message_sid": nil, "channel_sid": nil,
		"date_created": stamp(one.Created), "date_updated": stamp(one.Created), "date_upload_updated": stamp(one.Created),
		"is_multipart_upstream": false, "url": at, "links": links,
	}
}

// lent is the address of a file up to an instant.
func (s *Simulator) lent(file provider.SID, until clinic.Instant) string {
	at := until.Time().Unix()
	signed := rand.New(rand.NewPCG(s.cfg.Seed^hashed(string(file)), uint64(at)))
	q := url.Values{"Expires": {strconv.FormatInt(at, 10)}, "Signature": {strconv.FormatUint(signed.Uint64(), 36)}}
	return "https://" + lendingHost + "/" + string(file) + "?" + q.Encode()
}

// fetch brings what a text is to carry, as the provider does: when the text leaves, and
// not when it is taken. It reports false where something does not come, and knows no
// other host than its own.
func (s *Simulator) fetch(addresses []string, at clinic.Instant) ([]content, bool) {
	var all []content
	for _, address := range addresses {
		u, err := url.Parse(address)
		if err != nil {
			return nil, false
		}
		until, err := strconv.ParseInt(u.Query().Get("Expires"), 10, 64)
		which := slices.IndexFunc(s.st.Contents, func(one content) bool { return "/"+string(one.SID) == u.Path })
		if err != nil || which < 0 || at.Time().Unix() >= until {
			return nil, false
		}
		one := s.st.Contents[which]
		if address != s.lent(one.SID, clinic.At(time.Unix(until, 0))) {
			return nil, false
		}
		all = append(all, one)
	}
	return all, true
}

// attach fetches what a text carries and keeps a copy of it with the text, which is
// counted and listed from then on.
func (s *Simulator) attach(r *record, at clinic.Instant) bool {
	all, came := s.fetch(r.Carries, at)
	for _, one := range all {
		r.Media = append(r.Media, medium{SID: s.name("ME", at), Attached: Attached{Type: one.Type, Content: one.Bytes}})
	}
	return came
}

// fetchable reports whether an address looks like one.
func fetchable(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// Pictures returns what a phone got with a text of ours, in its order: nothing before it
// was delivered, and nothing where it was not.
func (s *Simulator) Pictures(text provider.SID) [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	r := s.index[text]
	if r == nil || r.Status != provider.Delivered {
		return nil
	}
	var all [][]byte
	for _, a := range r.Media {
		if !a.Deleted {
			all = append(all, slices.Clone(a.Content))
		}
	}
	return all
}

// Lent returns how many files lie in the account's stores.
func (s *Simulator) Lent() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.st.Contents)
}
