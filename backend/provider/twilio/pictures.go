package twilio

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	conversations "github.com/twilio/twilio-go/rest/conversations/v1"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

var _ provider.Pictures = (*Client)(nil)

// Pictures are lent to a service of Conversations of the account's own, which nothing
// else is done with: no conversation is ever begun in it. It is found again by its name,
// so that an answer that was lost leaves no second one.
// https://www.twilio.com/docs/conversations/api/service-resource
const storeName = "Quietline, pictures"

const storesAtOnce = 100

// lendingHost is where Twilio lends what is in a store: the only host of the addresses
// that its media resource gives out in the region US1.
// https://www.twilio.com/docs/conversations/api/media-resource
const lendingHost = "media.us1.twilio.com"

// uploadTimeout bounds one picture from dialling to the answer: MaxPictureBytes of them
// over a slow line out of the house.
const uploadTimeout = 2 * time.Minute

// unlendWithin bounds taking back what was left and is not lent, for a caller who may have
// stopped waiting.
const unlendWithin = 5 * time.Second

var (
	storeForm = regexp.MustCompile(`^IS[0-9a-fA-F]{32}$`)

	errWrongStore = errors.New("answer for another store")
	errNotWhole   = errors.New("the store holds another length")
	errNotLent    = errors.New("lent at an unknown host")
)

// content is a file in a store, as far as it is looked at.
type content struct {
	SID     string  `json:"sid"`
	Service string  `json:"service_sid"`
	Account *string `json:"account_sid"` // documented, and not always there
	Size    *int    `json:"size"`
	Links   struct {
		Lent string `json:"content_direct_temporary"`
	} `json:"links"`
}

// Lend implements provider.Pictures.
func (c *Client) Lend(ctx context.Context, picture provider.Picture) (provider.Loan, error) {
	if err := picture.Check(); err != nil {
		return provider.Loan{}, err
	}
	loan, err := c.lend(ctx, picture)
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) && c.forgetStore() {
		// Somebody removed it since it was found.
		loan, err = c.lend(ctx, picture)
	}
	switch clinic.CodeOf(err) {
	case provider.CodeUnauthorised, clinic.CodeNotFound:
		return provider.Loan{}, clinic.E(provider.CodeNoPictures)
	}
	return loan, err
}

func (c *Client) lend(ctx context.Context, picture provider.Picture) (provider.Loan, error) {
	store, err := c.storeOf(ctx)
	if err != nil {
		return provider.Loan{}, err
	}
	left, err := c.leave(ctx, store, picture)
	if err != nil {
		return provider.Loan{}, err
	}
	sid := loanSID(store, left.SID)
	// The answer to an upload does not say where it is lent; asking for it does.
	address, err := c.lentAt(ctx, store, left.SID, len(picture.JPEG))
	if err != nil {
		// Nobody would ever take it back, were it not done now, also where the time is up.
		// Where this fails too it stays there.
		after, cancel := context.WithTimeout(context.WithoutCancel(ctx), unlendWithin)
		defer cancel()
		_ = c.TakeBack(after, sid)
		return provider.Loan{}, err
	}
	return provider.Loan{SID: sid, Address: address}, nil
}

// loanSID names a loan by its store as well, so that it can be taken back whatever has
// become of that store's name.
func loanSID(store, medium string) provider.LoanSID {
	return provider.LoanSID(store + "/" + medium)
}

// TakeBack implements provider.Pictures.
func (c *Client) TakeBack(ctx context.Context, loan provider.LoanSID) error {
	store, medium, _ := strings.Cut(string(loan), "/")
	// Both become part of a path.
	if !storeForm.MatchString(store) || !mediumForm.MatchString(medium) {
		return clinic.E(clinic.CodeNotFound)
	}
	_, x := c.service(ctx, false)
	x.deletes = true
	_, err := x.SendRequest(http.MethodDelete, contentURL(store, medium), nil, nil)
	return x.ended(err)
}

func contentURL(store, medium string) string {
	at := "https://" + contentHost + "/v1/Services/" + store + "/Media"
	if medium != "" {
		at += "/" + medium
	}
	return at
}

// leave uploads a picture, as it is.
func (c *Client) leave(ctx context.Context, store string, picture provider.Picture) (content, error) {
	_, x := c.service(ctx, false)
	x.within = uploadTimeout
	headers := map[string]interface{}{"Content-Type": "image/jpeg"}
	resp, err := x.SendRequest(http.MethodPost, contentURL(store, ""), nil, headers, picture.JPEG...)
	if err != nil {
		return content{}, x.failure(err)
	}
	return x.readContent(resp, store)
}

// lentAt returns the address at which a picture is lent from now on, for about five
// minutes.
func (c *Client) lentAt(ctx context.Context, store, medium string, length int) (string, error) {
	_, x := c.service(ctx, false)
	resp, err := x.SendRequest(http.MethodGet, contentURL(store, medium), nil, nil)
	if err != nil {
		return "", x.failure(err)
	}
	now, err := x.readContent(resp, store)
	switch {
	case err != nil:
		return "", err
	case now.SID != medium:
		err = errWrongMessage
	case now.Size != nil && *now.Size != length:
		err = errNotWhole
	case !lends(now.Links.Lent):
		err = errNotLent
	}
	if err != nil {
		return "", x.undecodable(err)
	}
	return now.Links.Lent, nil
}

func (x *exchange) readContent(resp *http.Response, store string) (content, error) {
	var one content
	err := error(nil)
	switch decode := json.NewDecoder(resp.Body).Decode(&one); {
	case decode != nil:
		err = errDecode
	case !mediumForm.MatchString(one.SID):
		err = errNoName
	case one.Service != store:
		err = errWrongStore
	case one.Account != nil && *one.Account != string(x.client.account):
		err = errWrongAccount
	}
	if err != nil {
		return content{}, x.undecodable(err)
	}
	return one, nil
}

// lends reports whether an address is one of Twilio's own for what is in a store. The
// provider is given no other: whatever it named would be fetched and sent to a patient.
func lends(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.User == nil && strings.EqualFold(u.Host, lendingHost)
}

// storeOf finds the store, makes it where there is none, and keeps its name.
func (c *Client) storeOf(ctx context.Context) (string, error) {
	c.mu.Lock()
	known := c.store
	c.mu.Unlock()
	if known != "" {
		return known, nil
	}
	store, err := c.findStore(ctx)
	if err == nil && store == "" {
		store, err = c.makeStore(ctx)
	}
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.store = store
	return store, nil
}

// forgetStore has it looked for anew, and reports whether one was known.
func (c *Client) forgetStore() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.store != ""
	c.store = ""
	return known
}

// conversations binds the API of stores to one call.
func (c *Client) conversations(ctx context.Context) (*conversations.ApiService, *exchange) {
	svc, x := c.service(ctx, false)
	return conversations.NewApiService(svc.RequestHandler()), x
}

// findStore returns nothing where there is none.
func (c *Client) findStore(ctx context.Context) (string, error) {
	next := place{}
	for range maxListPages {
		svc, x := c.conversations(ctx)
		params := &conversations.ListServiceParams{}
		params.SetPageSize(storesAtOnce)
		page, err := svc.PageService(params, next.token, next.page)
		if err != nil {
			return "", x.failure(err)
		}
		if page.Services == nil {
			return "", x.undecodable(errNoList)
		}
		for _, one := range page.Services {
			if text(one.FriendlyName) == storeName {
				return c.readStore(x, one)
			}
		}
		if next, err = after(page.Meta.NextPageUrl); err != nil || next.token == "" {
			return "", err
		}
	}
	return "", clinic.E(provider.CodeUnavailable).Because(errNoEnd).Retryable()
}

func (c *Client) makeStore(ctx context.Context) (string, error) {
	svc, x := c.conversations(ctx)
	params := &conversations.CreateServiceParams{}
	params.SetFriendlyName(storeName)
	made, err := svc.CreateService(params)
	if err != nil {
		return "", x.failure(err)
	}
	return c.readStore(x, *made)
}

func (c *Client) readStore(x *exchange, one conversations.ConversationsV1Service) (string, error) {
	switch {
	case !storeForm.MatchString(text(one.Sid)):
		return "", x.undecodable(errNoName)
	case text(one.AccountSid) != string(c.account):
		return "", x.undecodable(errWrongAccount)
	}
	return text(one.Sid), nil
}
