package twilio

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/twilio/twilio-go/client"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// maxAnswer caps the size of an answer. A full page of 1,000 messages of 1,600
// escaped characters is below 12 MB.
const maxAnswer = 16 << 20

// transport sends what reads over kept connections and what writes over a fresh
// one each.
type transport struct{ reads, writes *http.Transport }

// NewTransport returns the carrier of requests: TLS 1.2 or newer against the
// given roots (nil for the system's), HTTP/1.1, the system's proxy settings.
//
// HTTP/2 stays off and a request that writes never meets a kept connection,
// because both would let net/http send a request a second time by itself.
func NewTransport(roots *x509.CertPool) http.RoundTripper {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	reads := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: DefaultTimeout,
		MaxIdleConns:          2,
		MaxConnsPerHost:       2, // Twilio asks for few requests at a time
		IdleConnTimeout:       time.Minute,
		Protocols:             protocols,
	}
	writes := reads.Clone()
	writes.DisableKeepAlives = true
	return &transport{reads, writes}
}

// RoundTrip implements [http.RoundTripper].
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method == http.MethodGet || req.Method == http.MethodHead {
		return t.reads.RoundTrip(req)
	}
	return t.writes.RoundTrip(req)
}

// CloseIdleConnections ends the kept connections.
func (t *transport) CloseIdleConnections() {
	t.reads.CloseIdleConnections()
	t.writes.CloseIdleConnections()
}

// exchange is one request and its answer. It is the base on which the generated
// API stands, made anew for each call, because that API has no place for a
// context.
type exchange struct {
	ctx    context.Context
	client *Client
	sends  bool // a failure may leave a text on its way
	// deletes: the answer has no body, and says so.
	deletes bool
	// region is the host of another region that is asked, empty for our own.
	region string
	// within bounds it where that is not the client's time-out.
	within time.Duration

	serverTime clinic.Instant
}

var _ client.BaseClient = (*exchange)(nil)

// AccountSid implements client.BaseClient.
func (x *exchange) AccountSid() string { return string(x.client.account) }

// SetTimeout implements client.BaseClient; time-outs are the Client's.
func (x *exchange) SetTimeout(time.Duration) {}

// SetOauth implements client.BaseClient; keys are used instead.
func (x *exchange) SetOauth(client.OAuth) {}

// OAuth implements client.BaseClient.
func (x *exchange) OAuth() client.OAuth { return nil }

// SendRequest implements client.BaseClient. It makes one attempt and reads the
// whole answer; its errors are finished errors of package provider. The answer
// that it returns has status 200 or 201.
func (x *exchange) SendRequest(method, rawURL string, data url.Values, headers map[string]interface{}, body ...byte) (*http.Response, error) {
	req, err := x.request(method, rawURL, data, headers, body)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(x.ctx, cmp.Or(x.within, x.client.timeout))
	defer cancel()
	// The hook can run on another goroutine than ours.
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	// The transport is called directly: net/http's Client would follow
	// redirects, keep the URL in its errors and carry cookies.
	resp, err := x.client.transport.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, x.broken(err, connected.Load())
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	// What is known from the status holds even where the body broke off.
	if !x.welcome(resp.StatusCode) {
		return nil, x.refusal(resp, answer)
	}
	if err != nil {
		return nil, x.broken(err, true)
	}
	if len(answer) > maxAnswer {
		return nil, x.undecodable(errTooLarge)
	}
	if t, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		x.serverTime = clinic.At(t)
	}
	resp.Body = io.NopCloser(bytes.NewReader(answer))
	return resp, nil
}

// welcome reports whether a status is that of the answer which was asked for.
func (x *exchange) welcome(status int) bool {
	if x.deletes {
		return status == http.StatusNoContent
	}
	return status == http.StatusOK || status == http.StatusCreated
}

// request builds the request against our own base: scheme and host of the
// generated URL are not used.
func (x *exchange) request(method, rawURL string, data url.Values, headers map[string]interface{}, body []byte) (*http.Request, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, clinic.E(clinic.CodeInternal)
	}
	named := cmp.Or(x.region, u.Host)
	host, known := x.client.host(u.Host)
	if !known {
		// A provider of the same shape that has no such host.
		return nil, clinic.E(provider.CodeUnauthorised)
	}
	u.Scheme, u.Host, u.User = x.client.base.Scheme, host, nil
	here := loopback(x.client.base.Hostname())
	if x.region != "" && !here {
		u.Host = x.region
	}
	var payload io.Reader
	switch {
	case method == http.MethodGet, method == http.MethodDelete:
		u.RawQuery = data.Encode()
	case len(body) > 0:
		// No form: the header says what it is.
		payload = bytes.NewReader(body)
	default:
		payload = strings.NewReader(data.Encode())
	}
	req, err := http.NewRequestWithContext(x.ctx, method, u.String(), payload)
	if err != nil {
		return nil, clinic.E(clinic.CodeInternal)
	}
	// Without it nothing can rewind the body and send it again.
	req.GetBody = nil
	for name, value := range headers {
		if s, ok := value.(string); ok && (payload != nil || name != "Content-Type") {
			req.Header.Set(name, s)
		}
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "quietline")
	if here && named != apiHost {
		// A peer on this computer has one address for all hosts and regions, and is told
		// which of them is asked: their paths are alike.
		req.Host = named
	}
	req.SetBasicAuth(x.client.user, x.client.key)
	return req, nil
}

var errTooLarge = errors.New("answer over the size limit")

// refused is the body of an error of Twilio's. The sentence in it repeats
// numbers and is not read.
type refused struct {
	Code   int `json:"code"`
	Status int `json:"status"`
}

func readRefused(answer []byte) (refused, bool) {
	var r refused
	if json.Unmarshal(answer, &r) != nil || r.Code == 0 {
		return refused{}, false
	}
	return r, true
}
