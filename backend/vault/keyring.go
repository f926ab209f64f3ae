package vault

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/zalando/go-keyring"

	"quietline/backend/clinic"
)

// DeviceSecrets keeps a few small secrets for one account of the operating
// system. The vault is its only caller and calls it from one goroutine at a
// time.
//
// Errors are CodeKeyringAbsent where nothing is kept under the name,
// CodeKeyringLocked, CodeKeyringUnavailable, CodeKeyringSlow, or
// clinic.CodeCancelled where the context ended. Every call may be repeated; one
// that was slow may still take effect later, before the next one does.
type DeviceSecrets interface {
	// Get returns a copy that the caller wipes.
	Get(ctx context.Context, name string) ([]byte, error)
	// Set keeps at most 512 bytes, in place of what was kept before.
	Set(ctx context.Context, name string, secret []byte) error
	// Delete forgets what is kept; nothing to forget is no error.
	Delete(ctx context.Context, name string) error
}

// patience is how long a keyring may take. A person may have to find her
// password meanwhile, in a window that belongs to the system.
const patience = 45 * time.Second

// OSKeyring returns the keyring of the operating system: Credential Manager on
// Windows, Keychain on macOS, the Secret Service on Linux. Service names the
// program in it. The secrets lie there as base64; copies of them that the system
// and its library make cannot be wiped.
func OSKeyring(service string, clock clinic.Clock) DeviceSecrets {
	return newSystemKeyring(service, clock, systemRing{})
}

// keyringCalls are the library's, as an interface so that a test can be a keyring
// that hangs.
type keyringCalls interface {
	Get(service, user string) (string, error)
	Set(service, user, secret string) error
	Delete(service, user string) error
}

type systemRing struct{}

func (systemRing) Get(service, user string) (string, error) { return keyring.Get(service, user) }
func (systemRing) Set(service, user, secret string) error   { return keyring.Set(service, user, secret) }
func (systemRing) Delete(service, user string) error        { return keyring.Delete(service, user) }

type systemKeyring struct {
	service string
	clock   clinic.Clock
	calls   keyringCalls
	// turn lets one call into the library at a time: one that hangs must not be
	// joined by others, nor take effect after them.
	turn chan struct{}
}

func newSystemKeyring(service string, clock clinic.Clock, calls keyringCalls) *systemKeyring {
	return &systemKeyring{service: service, clock: clock, calls: calls, turn: make(chan struct{}, 1)}
}

func (s *systemKeyring) Get(ctx context.Context, name string) ([]byte, error) {
	text, err := s.call(ctx, func() (string, error) { return s.calls.Get(s.service, name) })
	if err != nil {
		return nil, err
	}
	secret, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		// Somebody else's entry under our name.
		return nil, clinic.E(CodeOtherDevice)
	}
	return secret, nil
}

func (s *systemKeyring) Set(ctx context.Context, name string, secret []byte) error {
	text := base64.StdEncoding.EncodeToString(secret)
	_, err := s.call(ctx, func() (string, error) { return "", s.calls.Set(s.service, name, text) })
	return err
}

func (s *systemKeyring) Delete(ctx context.Context, name string) error {
	_, err := s.call(ctx, func() (string, error) { return "", s.calls.Delete(s.service, name) })
	if errors.Is(err, clinic.E(CodeKeyringAbsent)) {
		return nil
	}
	return err
}

type answer struct {
	text string
	err  error
}

// call runs one call of the library, which takes no context and waits without
// limit for a person to answer a prompt. If she never does, its goroutine stays
// until the program ends: there is no way to stop it.
func (s *systemKeyring) call(ctx context.Context, do func() (string, error)) (string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	expired := make(chan error, 1)
	go func() { expired <- s.clock.Wait(ctx, patience) }()
	select {
	case s.turn <- struct{}{}:
	case err := <-expired:
		return "", givenUp(err)
	}
	answered := make(chan answer, 1)
	go func() {
		defer func() { <-s.turn }()
		text, err := withoutPanic(do)
		answered <- answer{text, err}
	}()
	select {
	case a := <-answered:
		if a.err != nil {
			return "", keyringError(a.err)
		}
		return a.text, nil
	case err := <-expired:
		return "", givenUp(err)
	}
}

// withoutPanic answers the library's habit of trusting what comes over the bus:
// a panic here, on a goroutine of its own, would end the program.
func withoutPanic(do func() (string, error)) (text string, err error) {
	defer func() {
		if recover() != nil {
			text, err = "", clinic.E(CodeKeyringUnavailable).Because(errors.New("the keyring's library panicked"))
		}
	}()
	return do()
}

func givenUp(waiting error) error {
	if waiting != nil {
		return clinic.E(clinic.CodeCancelled).Because(waiting)
	}
	return clinic.E(CodeKeyringSlow).Retryable()
}

// keyringError gives the library's errors our codes. What the library says goes
// no further: it may name accounts.
func keyringError(err error) error {
	var ours *clinic.Error
	switch {
	case errors.As(err, &ours):
		return ours
	case errors.Is(err, keyring.ErrNotFound):
		return clinic.E(CodeKeyringAbsent)
	case saysLocked(err):
		return clinic.E(CodeKeyringLocked).Because(fmt.Errorf("the keyring answered with %T", err)).Retryable()
	}
	return clinic.E(CodeKeyringUnavailable).Because(fmt.Errorf("the keyring answered with %T", err)).Retryable()
}
