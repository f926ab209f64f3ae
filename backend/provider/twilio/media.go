package twilio

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

var _ provider.Media = (*Client)(nil)

const (
	// mediaTimeout bounds one attachment from dialling to its last byte: five
	// million of them over a slow line.
	mediaTimeout = 3 * time.Minute
	// maxHops is how often an attachment may be elsewhere: the API names the
	// media host, and that may name another once.
	maxHops = 3
)

var mediumForm = regexp.MustCompile(`^ME[0-9a-fA-F]{32}$`)

// mediaHosts is where Twilio keeps attachments: the first where media need
// credentials to be asked for, the second, a store that many share, where they
// need none. https://help.twilio.com/articles/223183748
var mediaHosts = map[string]string{
	"mms.twiliocdn.com":           "/",
	"s3-external-1.amazonaws.com": "/media.twiliocdn.com/",
}

var (
	errTooMany  = errors.New("more attachments than a message can have")
	errHost     = errors.New("redirected to an unknown host")
	errHops     = errors.New("redirected too often")
	errLocation = errors.New("redirected without a place")
)

// ListMedia implements provider.Media.
func (c *Client) ListMedia(ctx context.Context, message provider.SID) ([]provider.Medium, error) {
	// The name becomes part of a path.
	if !messageForm.MatchString(string(message)) {
		return nil, clinic.E(clinic.CodeNotFound)
	}
	svc, x := c.service(ctx, false)
	params := &api.ListMediaParams{}
	params.SetPageSize(50)
	answer, err := svc.PageMedia(string(message), params, "", "")
	if err != nil {
		return nil, x.failure(err)
	}
	list, err := readMedia(answer, message, c.account)
	if err != nil {
		return nil, x.undecodable(err)
	}
	return list, nil
}

// readMedia refuses the list as a whole when one row cannot be read: what is
// skipped is a picture that nobody misses.
func readMedia(answer *api.ListMediaResponse, message provider.SID, account provider.Account) ([]provider.Medium, error) {
	if answer.MediaList == nil {
		return nil, errNoList
	}
	if text(answer.NextPageUri) != "" || len(answer.MediaList) > 2*provider.MaxMedia {
		return nil, errTooMany
	}
	list := make([]provider.Medium, 0, len(answer.MediaList))
	for _, row := range answer.MediaList {
		m := provider.Medium{SID: provider.MediumSID(text(row.Sid)), Type: text(row.ContentType)}
		switch {
		case !mediumForm.MatchString(string(m.SID)):
			return nil, errNoName
		case provider.Account(text(row.AccountSid)) != account:
			return nil, errWrongAccount
		case provider.SID(text(row.ParentSid)) != message:
			return nil, errWrongMessage
		}
		list = append(list, m)
	}
	return list, nil
}

// OpenMedia implements provider.Media. The generated API knows only what is said
// about an attachment; its content has the same address without ".json", and
// lies on another host. The key goes to the API's host alone.
func (c *Client) OpenMedia(ctx context.Context, message provider.SID, medium provider.MediumSID, limit int64) (io.ReadCloser, error) {
	if !messageForm.MatchString(string(message)) || !mediumForm.MatchString(string(medium)) {
		return nil, clinic.E(clinic.CodeNotFound)
	}
	ctx, cancel := context.WithTimeout(ctx, mediaTimeout)
	x := &exchange{ctx: ctx, client: c}
	at := c.base.JoinPath("2010-04-01", "Accounts", string(c.account), "Messages", string(message), "Media", string(medium))
	for hop := range maxHops {
		resp, err := x.fetch(at, hop == 0)
		if err != nil {
			cancel()
			return nil, err
		}
		next, body, err := x.judge(resp, at, hop, limit)
		if body != nil {
			return &attachment{exchange: x, body: body, left: limit, limit: limit, cancel: cancel}, nil
		}
		_ = resp.Body.Close()
		if err != nil {
			cancel()
			return nil, err
		}
		at = next
	}
	cancel()
	return nil, x.undecodable(errHops)
}

// fetch makes one request. Where it goes to the media host it carries nothing
// that says who asks.
func (x *exchange) fetch(at *url.URL, withKey bool) (*http.Response, error) {
	var connected atomic.Bool
	ctx := httptrace.WithClientTrace(x.ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, clinic.E(clinic.CodeInternal)
	}
	req.Header.Set("User-Agent", "quietline")
	// What is packed would be unpacked on the way, and its length said nothing.
	req.Header.Set("Accept-Encoding", "identity")
	if withKey {
		req.SetBasicAuth(x.client.user, x.client.key)
	}
	resp, err := x.client.transport.RoundTrip(req)
	if err != nil {
		return nil, x.broken(err, connected.Load())
	}
	return resp, nil
}

// judge reads an answer on the way to an attachment: it is further on, here, or
// nowhere.
func (x *exchange) judge(resp *http.Response, at *url.URL, hop int, limit int64) (next *url.URL, body io.ReadCloser, err error) {
	switch status := resp.StatusCode; {
	case status == http.StatusOK:
		if resp.ContentLength > limit {
			return nil, nil, tooLarge(limit)
		}
		return nil, resp.Body, nil
	case status >= 300 && status < 400:
		location := resp.Header.Get("Location")
		if location == "" {
			return nil, nil, x.undecodable(errLocation)
		}
		next, err := at.Parse(location)
		if err != nil || !x.client.mayHold(next) {
			return nil, nil, x.undecodable(errHost)
		}
		return next, nil, nil
	case status == http.StatusNotFound, status == http.StatusGone:
		return nil, nil, clinic.E(clinic.CodeNotFound)
	case hop > 0:
		// The media host knows nothing of keys and codes; an address that has run
		// out is asked for anew.
		return nil, nil, x.undecodable(errStatus)
	}
	answer, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	return nil, nil, x.refusal(resp, answer)
}

// mayHold reports whether attachments may be brought from an address: over TLS
// from a host of the list, or, where the API itself is on this machine, from this
// machine.
func (c *Client) mayHold(u *url.URL) bool {
	if u.User != nil {
		return false
	}
	if loopback(c.base.Hostname()) {
		return loopback(u.Hostname())
	}
	folder, known := mediaHosts[strings.ToLower(u.Host)]
	return known && u.Scheme == "https" && strings.HasPrefix(u.Path, folder)
}

func tooLarge(limit int64) error {
	return clinic.E(provider.CodeMediaTooLarge).With("limit", int(limit))
}

// attachment is an attachment on its way.
type attachment struct {
	*exchange
	body        io.ReadCloser
	left, limit int64
	cancel      context.CancelFunc
}

// Read implements [io.Reader].
func (a *attachment) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	// One byte more than may come tells a full one from a longer one.
	if int64(len(p)) > a.left+1 {
		p = p[:a.left+1]
	}
	n, err := a.body.Read(p)
	if int64(n) > a.left {
		return int(a.left), tooLarge(a.limit)
	}
	a.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		return n, a.broken(err, true)
	}
	return n, err
}

// Close ends the request.
func (a *attachment) Close() error {
	a.cancel()
	// The caller has what it wanted, or has given up.
	_ = a.body.Close()
	return nil
}
