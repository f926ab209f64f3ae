// Package twilio reaches the clinic's account at Twilio through the official Go
// client's generated API (version 2010-04-01), over a transport of its own.
//
// The generated code only builds requests and names fields. Everything on which
// a promise rests is done here: the context, time-outs, TLS 1.2 or newer, one
// attempt per call, no redirect followed, a cap on the size of an answer, and
// the reading of failures into the codes of package provider. The client's own
// HTTP layer is not used, and environment variables that would send its
// requests to another region have no effect.
//
// A text is always sent over a connection of its own. Up to the moment at which
// that connection stands nothing has been handed over and the error is certain;
// from then on every failure that is not an answer of Twilio's is
// provider.CodeUnknown.
//
// No error carries a number, a text, an address or a key: causes are words from
// a fixed list. Limits: it sends texts from a number of the account, with one picture
// at most, which it leaves in the account's own store of Conversations for Twilio to
// fetch. A messaging service is used for scheduling alone, and nothing with a picture
// is scheduled.
package twilio

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"sync"
	"time"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// DefaultBaseURL is the API in the region US1, the one that health data may go
// to under Twilio's agreement.
const DefaultBaseURL = "https://api.twilio.com"

// The hosts that generated calls name.
const (
	apiHost           = "api.twilio.com"
	messagingHost     = "messaging.twilio.com"
	studioHost        = "studio.twilio.com"
	conversationsHost = "conversations.twilio.com"
)

// contentHost is where files are left, in the region of DefaultBaseURL. No generated
// call knows it.
const contentHost = "mcs.us1.twilio.com"

// DefaultTimeout bounds one call from dialling to the last byte of the answer.
const DefaultTimeout = 30 * time.Second

// Config says which account is reached, and how.
type Config struct {
	// BaseURL is scheme and host; empty is DefaultBaseURL. Plain http is allowed
	// to the loopback interface only.
	BaseURL string
	Account provider.Account
	// Service is the messaging service with whose scheduler texts are left; the number
	// must be one of its senders. Where it is empty, that of the number is looked for
	// when a text is first to be left.
	Service string
	// KeySID and KeySecret are an API key of the account (or the account's name
	// and its token). They go to the host of BaseURL and nowhere else.
	KeySID, KeySecret string
	// Timeout bounds one call; zero is DefaultTimeout.
	Timeout time.Duration
	// Transport carries the requests; nil is NewTransport(nil).
	Transport Carrier
}

// Carrier carries requests. It has its own name so that who passes one on need
// not know how the network is reached.
type Carrier = http.RoundTripper

// String hides the key from every form of printing.
func (Config) String() string { return "[twilio account]" }

// GoString hides the key from %#v.
func (c Config) GoString() string { return c.String() }

// LogValue implements [slog.LogValuer].
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Client implements provider.SMS.
type Client struct {
	base      *url.URL
	account   provider.Account
	scheduler string // a messaging service, or empty to look for that of the number
	user, key string
	timeout   time.Duration
	transport http.RoundTripper

	mu       sync.Mutex
	services map[clinic.Phone]string // messaging services that were found
	store    string                  // where pictures are left, once that was found
}

var _ provider.SMS = (*Client)(nil)

var (
	accountForm = regexp.MustCompile(`^AC[0-9a-fA-F]{32}$`)
	serviceForm = regexp.MustCompile(`^MG[0-9a-fA-F]{32}$`)
	messageForm = regexp.MustCompile(`^(SM|MM)[0-9a-fA-F]{32}$`)

	flowForm      = regexp.MustCompile(`^FW[0-9a-fA-F]{32}$`)
	executionForm = regexp.MustCompile(`^FN[0-9a-fA-F]{32}$`)
)

// New checks the configuration and returns a client. Nothing is sent before the
// first call. The error is provider.CodeBadAccount with the parameter "field".
func New(cfg Config) (*Client, error) {
	bad := func(field string) error { return clinic.E(provider.CodeBadAccount).With("field", field) }
	if cfg.BaseURL == "" {
		cfg.BaseURL = DefaultBaseURL
	}
	base, err := url.Parse(cfg.BaseURL)
	if err != nil || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" ||
		(base.Path != "" && base.Path != "/") {
		return nil, bad("base_url")
	}
	if base.Scheme != "https" && (base.Scheme != "http" || !loopback(base.Hostname())) {
		return nil, bad("base_url")
	}
	if !accountForm.MatchString(string(cfg.Account)) {
		return nil, bad("account")
	}
	if cfg.Service != "" && !serviceForm.MatchString(cfg.Service) {
		return nil, bad("service")
	}
	if cfg.KeySID == "" {
		return nil, bad("key_sid")
	}
	if cfg.KeySecret == "" {
		return nil, bad("key_secret")
	}
	c := &Client{
		base: base, account: cfg.Account, scheduler: cfg.Service, user: cfg.KeySID, key: cfg.KeySecret,
		timeout: cfg.Timeout, transport: cfg.Transport,
	}
	if c.timeout <= 0 {
		c.timeout = DefaultTimeout
	}
	if c.transport == nil {
		c.transport = NewTransport(nil)
	}
	return c, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Close ends idle connections. The client stays usable.
func (c *Client) Close() {
	if t, ok := c.transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// service binds the generated API to one call. The request handler is built by
// hand: its constructor would read a region from the environment.
func (c *Client) service(ctx context.Context, sends bool) (*api.ApiService, *exchange) {
	x := &exchange{ctx: ctx, client: c, sends: sends}
	return api.NewApiService(&client.RequestHandler{Client: x}), x
}

// List implements provider.SMS.
func (c *Client) List(ctx context.Context, q provider.Query, from provider.Cursor) (provider.Page, error) {
	params := &api.ListMessageParams{}
	size := q.PageSize
	if size == 0 {
		size = provider.DefaultPageSize
	}
	if size < 1 || size > provider.MaxPageSize {
		return provider.Page{}, clinic.E(clinic.CodeBadInput).With("field", "page_size")
	}
	params.SetPageSize(size)
	if q.From != "" {
		params.SetFrom(string(q.From))
	}
	if q.To != "" {
		params.SetTo(string(q.To))
	}
	if !q.Since.IsZero() {
		// The filter counts whole days. One more is asked for, because nothing
		// says whether the day itself belongs to it in every case; callers expect
		// older messages in any event.
		y, m, d := q.Since.Time().Date()
		params.SetDateSentAfter(time.Date(y, m, d-1, 0, 0, 0, 0, time.UTC))
	}
	token, number, err := readCursor(from)
	if err != nil {
		return provider.Page{}, err
	}
	svc, x := c.service(ctx, false)
	answer, err := svc.PageMessage(params, token, number)
	if err != nil {
		return provider.Page{}, x.failure(err)
	}
	page, err := readPage(answer, c.account)
	if err != nil {
		return provider.Page{}, x.undecodable(err)
	}
	page.ServerTime = x.serverTime
	return page, nil
}

// Fetch implements provider.SMS.
func (c *Client) Fetch(ctx context.Context, sid provider.SID) (provider.Message, error) {
	// The name becomes part of a path.
	if !messageForm.MatchString(string(sid)) {
		return provider.Message{}, clinic.E(clinic.CodeNotFound)
	}
	svc, x := c.service(ctx, false)
	answer, err := svc.FetchMessage(string(sid), nil)
	if err != nil {
		return provider.Message{}, x.failure(err)
	}
	m, err := readMessage(answer, c.account)
	if err == nil && m.SID != sid {
		err = errWrongMessage
	}
	if err != nil {
		return provider.Message{}, x.undecodable(err)
	}
	return m, nil
}

// Send implements provider.SMS. Options of Twilio's that change a body (smart
// encoding, link shortening, templates) are never used: a text whose fate is
// unknown is found again by its exact body.
func (c *Client) Send(ctx context.Context, text provider.Outgoing) (provider.Message, error) {
	if err := text.Check(); err != nil {
		return provider.Message{}, err
	}
	params := outgoing(text)
	if p := text.Picture; p != nil {
		if !lends(p.Address) {
			return provider.Message{}, clinic.E(clinic.CodeBadInput).With("field", "picture")
		}
		params.SetMediaUrl([]string{p.Address})
	}
	return c.create(ctx, params)
}

func outgoing(text provider.Outgoing) *api.CreateMessageParams {
	params := &api.CreateMessageParams{}
	params.SetFrom(string(text.From)).SetTo(string(text.To)).SetBody(text.Body)
	if text.ValidFor > 0 {
		params.SetValidityPeriod(int(text.ValidFor / time.Second))
	}
	return params
}

func (c *Client) create(ctx context.Context, params *api.CreateMessageParams) (provider.Message, error) {
	svc, x := c.service(ctx, true)
	answer, err := svc.CreateMessage(params)
	if err != nil {
		return provider.Message{}, x.failure(err)
	}
	m, err := readMessage(answer, c.account)
	if err != nil {
		return provider.Message{}, x.undecodable(err)
	}
	return m, nil
}

// Check implements provider.SMS. A standard key may not read the account
// itself, so that the proof is what the key is for: reading messages and
// numbers.
func (c *Client) Check(ctx context.Context, number clinic.Phone) (provider.Facts, error) {
	if !number.Valid() {
		return provider.Facts{}, clinic.E(clinic.CodeBadPhone)
	}
	if _, err := c.List(ctx, provider.Query{PageSize: 1}, ""); err != nil {
		return provider.Facts{}, err
	}
	_, facts, err := c.owned(ctx, number)
	return facts, err
}

// owned finds a number of the account.
func (c *Client) owned(ctx context.Context, number clinic.Phone) (own api.ApiV2010IncomingPhoneNumber, facts provider.Facts, err error) {
	params := &api.ListIncomingPhoneNumberParams{}
	params.SetPhoneNumber(string(number)).SetPageSize(20)
	svc, x := c.service(ctx, false)
	answer, err := svc.PageIncomingPhoneNumber(params, "", "")
	if err != nil {
		return own, provider.Facts{}, x.failure(err)
	}
	if answer.IncomingPhoneNumbers == nil {
		return own, provider.Facts{}, x.undecodable(errNoList)
	}
	for _, n := range answer.IncomingPhoneNumbers {
		// The filter also finds numbers that merely contain the one asked for.
		if text(n.PhoneNumber) != string(number) {
			continue
		}
		return n, c.factsOf(n, x), nil
	}
	return api.ApiV2010IncomingPhoneNumber{}, provider.Facts{}, clinic.E(provider.CodeNoSuchNumber)
}

func (c *Client) factsOf(n api.ApiV2010IncomingPhoneNumber, x *exchange) provider.Facts {
	f := provider.Facts{
		Account: c.account, Number: clinic.Phone(text(n.PhoneNumber)), ServerTime: x.serverTime,
		Forwarded: text(n.SmsUrl) != "" || text(n.SmsApplicationSid) != "",
	}
	if n.Capabilities != nil {
		f.SMS, f.MMS = n.Capabilities.Sms, n.Capabilities.Mms
	}
	return f
}

// readCursor takes a cursor apart into what the generated call wants.
func readCursor(c provider.Cursor) (token, number string, err error) {
	if c == "" {
		return "", "", nil
	}
	v, err := url.ParseQuery(string(c))
	if err != nil || v.Get("PageToken") == "" {
		return "", "", clinic.E(provider.CodeStalePage).Retryable()
	}
	if n := v.Get("Page"); n != "" {
		if _, err := strconv.ParseUint(n, 10, 31); err != nil {
			return "", "", clinic.E(provider.CodeStalePage).Retryable()
		}
		number = n
	}
	return v.Get("PageToken"), number, nil
}
