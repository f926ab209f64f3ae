package simulator

import (
	"encoding/binary"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strconv"

	"quietline/backend/provider"
	"quietline/backend/provider/simulator/photo"
)

// Attached is what is attached to a text from outside.
type Attached struct {
	// Type is what the provider calls it.
	Type string `json:"type"`
	// Content is its bytes. Where it is empty a file of the type is made up: a
	// photograph of Subject, where it is a picture.
	Content []byte        `json:"content,omitempty"`
	Subject photo.Subject `json:"subject,omitempty"`
	// Trouble is what happens to whoever asks for it.
	Trouble MediaTrouble `json:"trouble,omitempty"`
}

// MediaTrouble is something that is wrong with an attachment.
type MediaTrouble string

// The troubles.
const (
	Whole     MediaTrouble = ""
	NotListed MediaTrouble = "not_listed" // counted with the message, and in no list
	Gone      MediaTrouble = "gone"       // 404, with a page of HTML
	AsPage    MediaTrouble = "page"       // 200, with a page of HTML
	Cut       MediaTrouble = "cut"        // the connection breaks half-way
	Oversized MediaTrouble = "oversized"  // goes on for far more than a message may hold
	Endless   MediaTrouble = "endless"    // the same, and does not say so before
)

func (a Attached) valid() bool {
	switch a.Trouble {
	case Whole, NotListed, Gone, AsPage, Cut, Oversized, Endless:
		return len(a.Content) > 0 || len(a.bytes("ME0")) > 0
	}
	return false
}

// bytes returns the content of an attachment.
func (a Attached) bytes(name provider.SID) []byte {
	if len(a.Content) > 0 {
		return a.Content
	}
	var seed [8]byte
	// A name is hexadecimal after its first two letters; another one has seed zero.
	_, _ = hex.Decode(seed[:], []byte(name)[2:min(len(name), 18)/2*2])
	return photo.Make(a.Type, a.Subject, binary.BigEndian.Uint64(seed[:]))
}

type medium struct {
	SID provider.SID
	Attached
	Deleted bool
}

// mediaRoot is where the media host is played: under a path that the API does
// not have.
const mediaRoot = "/media-host/"

// oversize is how long an attachment is that is too long.
const oversize = 64 << 20

// bringMedium plays the media host. Its addresses are their own secret: whoever
// shows it credentials as well is refused, so that a leak would be seen.
func (s *Simulator) bringMedium(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "" {
		http.Error(w, "no credentials here", http.StatusBadRequest)
		return
	}
	a, found := s.medium(provider.SID(r.PathValue("medium")))
	if !found || a.Trouble == Gone {
		page(w, http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", a.Type)
	content := a.bytes(a.SID)
	switch a.Trouble {
	case AsPage:
		page(w, http.StatusOK)
	case Cut:
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		w.Write(content[:len(content)/2])
		http.NewResponseController(w).Flush()
		reset(w)
	case Oversized, Endless:
		if a.Trouble == Oversized {
			w.Header().Set("Content-Length", strconv.Itoa(oversize))
		}
		w.Write(content)
		io.CopyN(w, zeros{}, oversize-int64(len(content)))
	default:
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		w.Write(content)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// medium finds an attachment of any message.
func (s *Simulator) medium(name provider.SID) (medium, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.st.Records {
		for _, a := range r.Media {
			if a.SID == name && !a.Deleted {
				return a, true
			}
		}
	}
	return medium{}, false
}

func (s *Simulator) renderMedium(m *record, a medium) map[string]any {
	return map[string]any{
		"sid": a.SID, "account_sid": s.cfg.Account, "parent_sid": m.SID, "content_type": a.Type,
		"date_created": date(m.Created), "date_updated": date(m.Created),
		"uri": root + string(s.cfg.Account) + "/Messages/" + string(m.SID) + "/Media/" + string(a.SID) + ".json",
	}
}

func (s *Simulator) listMedia(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	m := s.found(w, r.PathValue("message"))
	if m == nil {
		return
	}
	rows := []map[string]any{}
	for _, a := range m.Media {
		if a.Trouble == NotListed || a.Deleted {
			continue
		}
		rows = append(rows, s.renderMedium(m, a))
	}
	uri := r.URL.RequestURI()
	write(w, http.StatusOK, map[string]any{
		"media_list": rows, "page": 0, "page_size": 50, "start": 0, "end": max(len(rows)-1, 0),
		"uri": uri, "first_page_uri": uri, "next_page_uri": nil, "previous_page_uri": nil,
	})
}

func (s *Simulator) getMedia(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.found(w, r.PathValue("message"))
	if m == nil {
		return
	}
	for _, a := range m.Media {
		if a.Deleted {
			continue
		}
		switch r.PathValue("name") {
		case string(a.SID) + ".json":
			write(w, http.StatusOK, s.renderMedium(m, a))
			return
		case string(a.SID):
			// The content lies on another host, at an address of its own.
			w.Header().Set("Location", "http://"+r.Host+mediaRoot+string(a.SID))
			w.WriteHeader(http.StatusTemporaryRedirect)
			return
		}
	}
	refuse(w, notFound)
}

// deleteMedia removes one attachment. The message goes on counting it, as the
// real one does.
func (s *Simulator) deleteMedia(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.found(w, r.PathValue("message"))
	if m == nil {
		return
	}
	at := slices.IndexFunc(m.Media, func(a medium) bool { return string(a.SID)+".json" == r.PathValue("name") && !a.Deleted })
	if at < 0 {
		refuse(w, notFound)
		return
	}
	m.Media[at] = medium{SID: m.Media[at].SID, Deleted: true}
	w.WriteHeader(http.StatusNoContent)
}
