package twilio

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// Causes that go to the log in place of what the network said: its own errors
// name addresses, and those of net/http whole URLs.
var (
	errLookup    = errors.New("name not found")
	errTLS       = errors.New("secure connection failed")
	errDial      = errors.New("no connection")
	errTimeout   = errors.New("timed out")
	errBrokenOff = errors.New("connection broke off")
	errStatus    = errors.New("unexpected status")
	errDecode    = errors.New("answer could not be read")
)

// failure returns what a generated call returned: our own error as it is, and
// anything else (it failed to decode JSON) as an answer that cannot be read.
func (x *exchange) failure(err error) error {
	var ours *clinic.Error
	if errors.As(err, &ours) {
		return ours
	}
	return x.undecodable(errDecode)
}

// undecodable is the error for an answer that came and is not believed.
func (x *exchange) undecodable(cause error) error {
	if x.sends {
		return clinic.E(provider.CodeUnknown).Because(cause)
	}
	return clinic.E(provider.CodeUnavailable).Because(cause).Retryable()
}

// broken is the error for an exchange without an answer. Before a connection
// stood, not a byte of the request was written.
func (x *exchange) broken(err error, connected bool) error {
	cause := plainCause(err, connected)
	switch {
	case x.ctx.Err() == context.Canceled && !(x.sends && connected):
		return clinic.E(clinic.CodeCancelled).Because(context.Canceled).Retryable()
	case !connected:
		return clinic.E(provider.CodeOffline).Because(cause).Retryable()
	case x.sends:
		return clinic.E(provider.CodeUnknown).Because(cause)
	}
	return clinic.E(provider.CodeUnavailable).Because(cause).Retryable()
}

func plainCause(err error, connected bool) error {
	var (
		dns       *net.DNSError
		cert      *tls.CertificateVerificationError
		authority x509.UnknownAuthorityError
		record    tls.RecordHeaderError
		alert     tls.AlertError
		timeout   net.Error
	)
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return errTimeout
	case errors.As(err, &dns):
		return errLookup
	case errors.As(err, &cert), errors.As(err, &authority), errors.As(err, &record), errors.As(err, &alert):
		return errTLS
	case errors.As(err, &timeout) && timeout.Timeout():
		return errTimeout
	case connected || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return errBrokenOff
	}
	return errDial
}

// refusal reads an answer whose status is neither 200 nor 201.
//
// Certain are: 429, which Twilio never processes, whatever wrote the body; 401
// and 403, which are decided before the request is looked at; and every other
// 4xx with an error of Twilio's in it. What remains may come from something in
// between that did or did not pass the request on.
func (x *exchange) refusal(resp *http.Response, answer []byte) error {
	r, ours := readRefused(answer)
	status := resp.StatusCode
	with := func(code clinic.Code) *clinic.Error {
		e := clinic.E(code)
		if ours {
			e = e.With("provider_code", r.Code)
		}
		return e
	}
	client4xx := status >= 400 && status < 500
	switch {
	case status == http.StatusTooManyRequests, client4xx && ours && busy(r.Code):
		e := with(provider.CodeBusy).Retryable()
		// Twilio does not document the header; it is taken as a hint.
		if s, err := strconv.ParseUint(resp.Header.Get("Retry-After"), 10, 16); err == nil {
			e = e.With("retry_after", int(s))
		}
		return e
	case client4xx && ours && r.Code == 21481:
		return with(provider.CodeStalePage).Retryable()
	case client4xx && ours && specific(r.Code) != "":
		e := with(specific(r.Code))
		if e.Code == provider.CodeTooLong {
			e = e.With("limit", provider.MaxBody)
		}
		return e
	case status == http.StatusUnauthorized, status == http.StatusForbidden, client4xx && ours && r.Code == 20003:
		return with(provider.CodeUnauthorised)
	case client4xx && ours && status == http.StatusNotFound && !x.sends:
		return with(clinic.CodeNotFound)
	case client4xx && ours && status != http.StatusRequestTimeout:
		return with(provider.CodeRefused)
	}
	return x.undecodable(errStatus)
}

// busy lists reasons that pass by themselves: too many requests, a full queue,
// too many texts to one number or in one day.
func busy(code int) bool {
	switch code {
	case 20429, 21611, 14107, 30001, 30022, 30027, 63038:
		return true
	}
	return false
}

// specific maps the reasons for which a person is told something of its own.
// The list is https://www.twilio.com/docs/api/errors.
func specific(code int) clinic.Code {
	switch code {
	case 21610:
		return provider.CodeOptedOut
	case 21211, 21217, 21265, 21604, 21614:
		return provider.CodeBadRecipient
	case 21212, 21603, 21606, 21612, 21659, 21660:
		return provider.CodeBadSender
	case 21408, 21608:
		return provider.CodeNotApproved
	case 21605, 21617:
		return provider.CodeTooLong
	case 21602, 21619:
		return provider.CodeEmptyText
	}
	return ""
}
