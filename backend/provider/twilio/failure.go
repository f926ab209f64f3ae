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
	known := provider.Reason{}
	certain := status >= 400 && status < 500 && ours
	if certain {
		known, _ = provider.Refusal(r.Code)
	}
	if x.sends && known.Code != "" && provider.OutcomeOf(clinic.E(known.Code)) != provider.NotSent {
		// A number that has no place here says nothing, but an answer that refuses
		// says that the text did not leave.
		known.Code = provider.CodeRefused
	}
	switch {
	case status == http.StatusTooManyRequests, known.Code == provider.CodeBusy:
		e := with(provider.CodeBusy).Retryable()
		// Twilio does not document the header; it is taken as a hint.
		if s, err := strconv.ParseUint(resp.Header.Get("Retry-After"), 10, 16); err == nil {
			e = e.With("retry_after", int(s))
		}
		return e
	case known.Code == provider.CodeStalePage, known.Code == provider.CodeNotFinished:
		return with(known.Code).Retryable()
	case known.Code == provider.CodeTooLong:
		return with(known.Code).With("limit", provider.MaxBody)
	case known.Code != "":
		return with(known.Code)
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return with(provider.CodeUnauthorised)
	case certain && status == http.StatusNotFound && !x.sends:
		return with(clinic.CodeNotFound)
	case certain && status != http.StatusRequestTimeout:
		return with(provider.CodeRefused)
	}
	return x.undecodable(errStatus)
}
