// Package exchange carries texts between the archive and the provider: it
// listens for what has come, hands over what may go, and clears up what became
// of a text whose answer was lost.
//
// What it owes: nothing lost, nothing sent twice, nothing sent without a basis.
// An attempt is recorded, durably and for one workstation alone, before its
// request is made; an answer that leaves the outcome open is never followed by
// another attempt unless a person asks for it; whether a text may go is decided
// when it is written and again right before the request. Listening reads the
// same stretch again and again, because the provider's list may lag, repeat and
// reorder; every fact has an id derived from what it is, so reading it twice
// changes nothing.
//
// Three readings together leave no hole: [Exchange.Listen] follows the newest texts,
// [Exchange.Backfill] reads all earlier ones once, and [Exchange.Compare] holds the
// whole list against the archive again and again. A text from the clinic's number
// that this archive did not send raises an alarm (see [Strangers]); while a second
// sender is possible nothing may be removed at the provider ([SoleSender]).
//
// After the archive went on from an older copy of itself, and where another copy of it
// has gone on, it sends nothing at all until a person has signed ([Review]) or decided
// ([Elsewhere]).
//
// It starts no work of its own: the registry of jobs calls these,
// [Exchange.FetchMedia], [Exchange.SendDue], [Exchange.CheckUnsure], [Exchange.FollowQuestions],
// [Exchange.AskNext] and [Exchange.Purge].
package exchange

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/policy"
	"quietline/backend/provider"
	"quietline/backend/sqlite"
)

// Codes of this package.
const (
	CodeNeedsConfirming clinic.Code = "exchange.needs_confirming"
	CodeMayNotGo        clinic.Code = "exchange.may_not_go"
	CodeLost            clinic.Code = "exchange.lost"
	CodeInterrupted     clinic.Code = "exchange.interrupted"
	// CodeReopened: an older copy of the archive was put back; the text may have
	// gone out in the time that the copy does not know.
	CodeReopened clinic.Code = "exchange.reopened"

	// CodeReviewUnread: the provider was not read again yet, so that nobody can say
	// what was taken back.
	CodeReviewUnread clinic.Code = "exchange.review_unread"
	// CodeReviewMoved: more has come in than was shown to who signs.
	CodeReviewMoved clinic.Code = "exchange.review_moved"
	// CodeReviewHidden: who signs may not see every conversation of a review.
	CodeReviewHidden clinic.Code = "exchange.review_hidden"

	// CodeSaidElsewhere: the same words went to the same number, and this archive did
	// not send them.
	CodeSaidElsewhere clinic.Code = "exchange.said_elsewhere"

	// CodeSendTime: a text cannot be sent at that time.
	CodeSendTime clinic.Code = "exchange.send_time"
	// CodeSendLater: a person has chosen when the text goes.
	CodeSendLater clinic.Code = "exchange.send_later"
	// CodeRecallTooLate: the provider was told not to send the text, and it had left.
	CodeRecallTooLate clinic.Code = "exchange.recall_too_late"
	// CodeCalledOff: somebody else told the provider not to send the text.
	CodeCalledOff clinic.Code = "exchange.called_off"
	// CodeVanished: the provider was to send the text, and has none of the kind any more.
	CodeVanished clinic.Code = "exchange.vanished"
	// CodeLineEnded: the text waited at the provider when the line to it was ended.
	CodeLineEnded clinic.Code = "exchange.line_ended"

	// CodeNotFailed: a text is not sent once more while it is not known to have failed.
	CodeNotFailed clinic.Code = "exchange.not_failed"
	// CodeLiftReason: nobody said why the clinic's limits are lifted for a text, or in more
	// than MostReason characters. CodeLimitsStay: the clinic lets nobody lift them.
	CodeLiftReason clinic.Code = "exchange.lift_reason"
	CodeLimitsStay clinic.Code = "exchange.limits_stay"

	// CodeAuthorLeft: whoever wrote the text has left the clinic since.
	CodeAuthorLeft clinic.Code = "exchange.author_left"
	// CodeNotLeft: a text that has reached nobody went to no wrong person.
	CodeNotLeft clinic.Code = "exchange.not_left"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code {
	return []clinic.Code{
		CodeNeedsConfirming, CodeMayNotGo, CodeLost, CodeInterrupted, CodeReopened, CodeReviewUnread, CodeReviewMoved, CodeReviewHidden, CodeSaidElsewhere, CodeNotFailed, CodeAuthorLeft, CodeNotLeft,
		CodeSendTime, CodeSendLater, CodeRecallTooLate, CodeCalledOff, CodeVanished, CodeLineEnded,
		CodeMediaGone, CodeMediaTooLarge, CodeMediaUnavailable, CodePictureLost,
		CodeUnread, CodeHistoryWaits, CodeHistoryHolds, CodeMissing, CodeSecondSender,
		CodePurgeSender, CodePurgeUnchecked, CodePurgeNoCopy, CodePurgeRule, CodeReadyTells, CodeLiftReason, CodeLimitsStay,
	}
}

// TopicLine is touched when what waits, or what is known of the line, changes.
const TopicLine = "line"

// Journal is what the exchange needs of the journal.
type Journal interface {
	Submit(ctx context.Context, actor journal.Actor, decide func(*journal.Decision) error) (journal.Pos, error)
	Read(ctx context.Context, fn func(*sqlite.Tx) error) error
	Names() journal.Namer
}

// Config is what an exchange is made of.
type Config struct {
	Journal Journal
	SMS     provider.SMS
	// Media brings attachments into Blobs; without both, none are brought.
	Media provider.Media
	Blobs archive.Blobs
	// Purger takes texts away at the provider; without it, none are.
	Purger provider.Purger
	// Pictures lends the provider pictures that go with texts, which are read from Blobs;
	// without both, such a text does not go.
	Pictures provider.Pictures
	// NoPictures says why the clinic sends no pictures now, empty where it does. It is
	// asked at each decision about a text that goes with one; nil: nothing keeps them.
	NoPictures func(*sqlite.Tx) (clinic.Code, error)
	// Scheduler keeps texts at the provider until their time; without it, all wait here.
	Scheduler provider.Scheduler
	// Account and Phone are the clinic's number at the provider. Of a line with
	// another number or account everything is read anew.
	Account provider.Account
	Phone   clinic.Phone
	// Line is what the number is connected to, for the decision whether a text
	// may go.
	Line  policy.Line
	Clock clinic.Clock
	Log   *slog.Logger
	// ListenFirst lets no text go before the provider's list was read once, down to
	// what was known: a STOP may have come while nobody listened.
	ListenFirst bool
	// AskEvery is how long two questions of a round are apart; zero is AskEvery.
	AskEvery time.Duration
	// StatusChanged, if set, is called when Status would answer something else.
	StatusChanged func()
	// Attended, if set, says whether somebody is at the desk; Random returns numbers
	// from 0 up to 1. Both are for Rest.
	Attended func() bool
	Random   func() float64
}

// Exchange is one line to one provider. It is safe for concurrent use; each of
// its rounds runs once at a time.
type Exchange struct {
	cfg Config
	// began is when this run of the program did.
	began clinic.Instant

	listening, filling, comparing, sending, checking, fetching, purging, returning turns

	// tried are the texts whose attachments could not be brought, under fetching.
	tried map[clinic.MessageID]attempts
	// returned is how often no picture could be taken back, under returning.
	returned attempts

	mu     sync.Mutex
	status Status
	memory memory
	// pause is when the next text may be handed over after one could not be, as a
	// reading of Clock.Elapsed. Reading does not shorten it: that the provider
	// lists texts does not say that it takes any.
	pause   time.Duration
	failing int
	// lendAgain is when a picture may be lent again after one could not be, as a reading of
	// Clock.Elapsed.
	lendAgain  time.Duration
	notLending int
	// recalls is when the provider is told again not to send a text, as a reading of
	// Clock.Elapsed.
	recalls time.Duration
	// ended, under sending, leaves no text with the provider any more.
	ended bool
	asked map[clinic.MessageID]time.Duration // when a moving text is asked about again
	// many is how far a round of questions is.
	many askingMany
	// round is what the last reading came to, pace how long to rest after it.
	round Round
	pace  Pace
}

// Status is what is known of the line at the moment.
type Status struct {
	// Heard is when the provider last gave a proper answer; zero for not yet.
	Heard clinic.Instant
	// Problem is why the last round failed, or nil.
	Problem *clinic.Error
}

// New returns an exchange. It does nothing until a round is called.
func New(cfg Config) *Exchange {
	return &Exchange{
		cfg: cfg, began: cfg.Clock.Now(), asked: map[clinic.MessageID]time.Duration{}, memory: memory{unheard: cfg.ListenFirst},
		listening: newTurns(), filling: newTurns(), comparing: newTurns(), sending: newTurns(), checking: newTurns(),
		fetching: newTurns(), purging: newTurns(), returning: newTurns(),
	}
}

// Status returns what is known of the line.
func (x *Exchange) Status() Status {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.status
}

// heard notes a proper answer.
func (x *Exchange) heard() {
	x.mu.Lock()
	changed := x.status.Problem != nil || x.status.Heard.IsZero()
	x.status = Status{Heard: x.cfg.Clock.Now()}
	x.mu.Unlock()
	if changed {
		x.changed()
	}
}

// failed notes why there was none.
func (x *Exchange) failed(err error) {
	if cancelled(err) {
		return
	}
	var problem *clinic.Error
	if !errors.As(err, &problem) {
		problem = clinic.E(clinic.CodeInternal)
	}
	x.mu.Lock()
	changed := x.status.Problem == nil || x.status.Problem.Code != problem.Code
	x.status.Problem = problem
	x.mu.Unlock()
	if changed {
		x.cfg.Log.Info("provider round failed", "code", problem.Code)
		x.changed()
	}
}

func cancelled(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, clinic.E(clinic.CodeCancelled))
}

// handedOver notes that the provider took a text.
func (x *Exchange) handedOver() {
	x.heard()
	x.mu.Lock()
	x.failing, x.pause = 0, 0
	x.mu.Unlock()
}

// notHandedOver notes that it did not, and lets the next ones wait longer and
// longer: 2 s, 4 s, … 64 s, or for as long as the provider asks, within maxRest.
func (x *Exchange) notHandedOver(err error) {
	if cancelled(err) {
		return
	}
	x.failed(err)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.failing = min(x.failing+1, 6)
	rest := max(time.Second<<x.failing, min(retryAfter(err), maxRest))
	x.pause = x.cfg.Clock.Elapsed() + rest
}

// maxRest bounds what a header that nobody documents can ask for.
const maxRest = 15 * time.Minute

// retryAfter returns how long the provider asked to be left alone, or zero.
func retryAfter(err error) time.Duration {
	var problem *clinic.Error
	if !errors.As(err, &problem) {
		return 0
	}
	seconds, _ := problem.Params["retry_after"].(int)
	return time.Duration(seconds) * time.Second
}

// resting reports whether the next text has to wait, for the provider's sake.
func (x *Exchange) resting() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.cfg.Clock.Elapsed() < x.pause
}

func (x *Exchange) changed() {
	if x.cfg.StatusChanged != nil {
		x.cfg.StatusChanged()
	}
}
