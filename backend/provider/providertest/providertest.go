// Package providertest is what every implementation of provider.SMS has to
// pass: [Run] tells its stories against the implementation and a peer that plays
// the provider, and [Described] holds every request and answer against the
// provider's own description of its API.
//
// The suite rests on one question more than on any other: after Send returned,
// does what it said agree with what the peer holds?
package providertest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// Peer plays the provider and the people behind it.
type Peer interface {
	// Receive delivers a text from outside to the clinic's number.
	Receive(t testing.TB, from clinic.Phone, body string) provider.SID
	// ReceiveMedia delivers a text with attachments from outside.
	ReceiveMedia(t testing.TB, from clinic.Phone, attached ...Attached) provider.SID
	// All returns what the peer holds, oldest first.
	All() []provider.Message
	// Advance lets time pass at the peer.
	Advance(d time.Duration)
	// NextSend and NextRead say what becomes of the next request of that kind.
	NextSend(t testing.TB, tr Trouble)
	NextRead(t testing.TB, tr Trouble)
	// NextChange does the same for redactions, cancellations and deletions.
	NextChange(t testing.TB, tr Trouble)
	// NextPicture does the same for lending pictures and taking them back, which is none
	// of the others.
	NextPicture(t testing.TB, tr Trouble)
	// Lent is how many pictures are lent to the peer.
	Lent() int
	// Shown returns the pictures that a phone got with a text of the clinic's.
	Shown(text provider.SID) [][]byte
	// AwaitHeld blocks until a request is held that was not awaited before.
	AwaitHeld()
	// Release lets held requests go on.
	Release()
}

// Trouble is something that goes wrong between an implementation and its peer.
type Trouble string

// The troubles. Those in the first group leave nothing behind at the peer.
const (
	Overloaded Trouble = "overloaded, with an error of the API"
	Flooded    Trouble = "overloaded, with a page of HTML"
	KeyRevoked Trouble = "key revoked"
	Down       Trouble = "503 with a page of HTML"
	Broken     Trouble = "500 with an error of the API"
	Elsewhere  Trouble = "redirect to another host"
	LostBefore Trouble = "connection lost before the request was carried out"
	HeldBefore Trouble = "held until Release, carried out after that"

	LostAfter Trouble = "connection lost after the request was carried out"
	CutShort  Trouble = "answer cut short"
	Hollow    Trouble = "200 with an empty object"
	Nonsense  Trouble = "200 with a page of HTML"
	DownAfter Trouble = "carried out, then 503"
	HeldAfter Trouble = "carried out, then held until Release"

	// Of a walk alone.
	Erased Trouble = "page answered, then its last message deleted"
)

// Attached is an attachment, and what is wrong with it.
type Attached struct {
	Type    string
	Content []byte
	Trouble MediaTrouble
}

// MediaTrouble is something that is wrong with an attachment.
type MediaTrouble string

// The troubles of attachments.
const (
	Whole     MediaTrouble = ""
	NotListed MediaTrouble = "counted and not listed"
	Gone      MediaTrouble = "listed and not there"
	CutOff    MediaTrouble = "cut short"
	Oversized MediaTrouble = "said to be far too long"
	Endless   MediaTrouble = "far too long without a word"
)

// Fixture is one implementation with its peer, both fresh.
type Fixture struct {
	SMS provider.SMS
	// Media and the following are capabilities of the same implementation.
	Media     provider.Media
	Pictures  provider.Pictures
	Scheduler provider.Scheduler
	Purger    provider.Purger
	Inspector provider.Inspector
	Billing   provider.Billing
	Peer      Peer
	// Clinic is a number of the account that can send. Voice is one that cannot;
	// Plain is one that carries no pictures; Foreign is one that the account does not own.
	Clinic, Voice, Plain, Foreign clinic.Phone
	// Unreachable is the same implementation, capabilities included, for a peer that is
	// not there.
	Unreachable provider.SMS
	// Secrets are words that no error may carry, beside the numbers: keys, names
	// of the account, the peer's address.
	Secrets []string
}

// Run tells every story against fixtures of the factory.
func Run(t *testing.T, factory func(t *testing.T) *Fixture) {
	stories := []struct {
		name string
		tell func(*testing.T, *Fixture)
	}{
		{"check finds the number", checkFindsTheNumber},
		{"what a number stands for is seen", standingIsSeen},
		{"attachments come whole or not at all", attachmentsCome},
		{"a text goes out and is delivered", textGoesOut},
		{"a text comes in", textComesIn},
		{"bodies pass unchanged", bodiesPassUnchanged},
		{"a walk sees every message once", walkSeesEveryMessage},
		{"a walk whose place is gone starts again", walkStartsAgain},
		{"filters lose nothing that they ask for", filtersLoseNothing},
		{"bad queries and stale cursors are refused", badQueries},
		{"what can never be sent is refused", neverSent},
		{"STOP blocks until START", stopBlocks},
		{"what Send says agrees with what the peer holds", outcomesAgree},
		{"reading recovers from every trouble", readingRecovers},
		{"a scheduled text goes at its time", scheduledTextGoes},
		{"a scheduled text is taken back", scheduledTextIsTakenBack},
		{"STOP does not hold a scheduled text back", stopAndScheduled},
		{"what Schedule says agrees with what the peer holds", scheduleOutcomesAgree},
		{"words are redacted", wordsAreRedacted},
		{"messages and attachments are deleted", messagesAreDeleted},
		{"what texting came to is told", usageIsTold},
		{"changes recover from every trouble", changesRecover},
		{"a picture arrives whole and is taken back", pictureArrives},
		{"a picture that is gone holds its text back", pictureIsGone},
		{"what can never be sent with a picture is refused", pictureIsRefused},
		{"lending recovers from every trouble", lendingRecovers},
		{"lending ends with its context", lendingEnds},
		{"an unreachable peer is offline", unreachable},
		{"a cancelled context ends every call", cancelled},
		{"many callers at a time", manyCallers},
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) { s.tell(t, factory(t)) })
	}
}

const patient = clinic.Phone("+13035550142")

// quiet fails the test where an error, or anything that it wraps, says more
// than it may.
func (f *Fixture) quiet(t testing.TB, err error, more ...string) {
	t.Helper()
	var found *clinic.Error
	if !errors.As(err, &found) {
		t.Errorf("error %T carries no code", err)
		return
	}
	for _, secret := range append(append([]string{
		string(patient), string(f.Clinic), string(f.Voice), string(f.Plain), string(f.Foreign),
		patient.LastFour(), "://", "Messages.json",
	}, f.Secrets...), more...) {
		if secret != "" && strings.Contains(err.Error(), secret) {
			t.Errorf("error with code %s repeats %q", found.Code, secret)
		}
	}
	for name, value := range found.Params {
		switch value.(type) {
		case int, bool:
		case string:
			if name != "field" {
				t.Errorf("error with code %s has a text as parameter %q", found.Code, name)
			}
		default:
			t.Errorf("error with code %s has parameter %q of type %T", found.Code, name, value)
		}
	}
}

// wants fails the test where err is not of the code.
func (f *Fixture) wants(t testing.TB, err error, code clinic.Code) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", code)
	}
	if !errors.Is(err, clinic.E(code)) {
		t.Fatalf("error %v, want %s", err, code)
	}
	f.quiet(t, err)
}

// wantsLater is wants, of an error after which the same call may work later.
func (f *Fixture) wantsLater(t testing.TB, err error, code clinic.Code) {
	t.Helper()
	f.wants(t, err, code)
	var e *clinic.Error
	if errors.As(err, &e) && !e.Retry {
		t.Errorf("error with code %s does not say that it may be retried", code)
	}
}

func (f *Fixture) text(body string) provider.Outgoing {
	return provider.Outgoing{From: f.Clinic, To: patient, Body: body}
}

// walk reads all pages, with a bound that a walk in circles would reach.
func (f *Fixture) walk(t testing.TB, q provider.Query) []provider.Message {
	t.Helper()
	var all []provider.Message
	cursor := provider.Cursor("")
	for range 10_000 {
		page, err := f.SMS.List(t.Context(), q, cursor)
		if err != nil {
			t.Fatalf("list: %v", err)
		}
		all = append(all, page.Messages...)
		if page.Next == "" {
			return all
		}
		cursor = page.Next
	}
	t.Fatal("the walk does not end")
	return nil
}

func (f *Fixture) send(t testing.TB, body string) provider.Message {
	t.Helper()
	m, err := f.SMS.Send(t.Context(), f.text(body))
	if err != nil {
		t.Fatalf("send: %v", err)
	}
	return m
}
