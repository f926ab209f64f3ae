// Package session knows who is signed in at this workstation and what that
// person may do.
//
// There is at most one session at a time. It begins with a passphrase that the
// vault accepted and ends with the lock; nothing of it survives the process. It
// also ends by itself, when nobody is there or the working day is over: [Session.Look]
// says so, and whoever looks must lock.
// Roles and permissions are enforced by this code, not by cryptography: a member
// of staff with a debugger can read what the vault's key opens.
package session

import (
	"sync"
	"time"

	"quietline/backend/clinic"
)

// Codes of this package.
const (
	// CodeConfirm asks for the passphrase again before a sensitive step.
	CodeConfirm clinic.Code = "session.confirm"
	// CodeLacking: the person sets up first what the clinic asks of whoever signs in.
	CodeLacking clinic.Code = "session.lacking"
)

// Codes lists the codes of this package.
func Codes() []clinic.Code { return []clinic.Code{CodeConfirm, CodeLacking, CodeHanded} }

// ConfirmedFor is how long a passphrase that was just typed counts for steps
// that ask for it again. NIST SP 800-63B-4 asks for re-authentication after 15
// idle minutes at the latest; a sensitive step gets a third of that.
const ConfirmedFor = 5 * time.Minute

// Member is a person who can sign in.
type Member struct {
	ID   clinic.StaffID
	Name string
	Role clinic.Role
}

// Session is the state of this workstation: nobody, or one member. It is safe
// for concurrent use.
type Session struct {
	clock clinic.Clock

	mu     sync.RWMutex
	member *Member
	// When the passphrase was last typed, by both readings of the clock: one can
	// jump, the other can stand still while the machine sleeps.
	confirmed   time.Duration
	confirmedAt clinic.Instant
	// unconfirmed: the full passphrase was not typed in this session.
	unconfirmed bool
	// lacking: the person has not set up what the clinic asks of whoever signs in.
	lacking bool
	// handed is what a patient may do who holds the device; nil while it is ours.
	handed *Handed
	vigil  vigil
	// touched: the person has done something since the last look.
	touched bool
}

// New returns a session with nobody signed in.
func New(clock clinic.Clock) *Session { return &Session{clock: clock} }

// Now returns the time, by the session's clock.
func (s *Session) Now() clinic.Instant { return s.clock.Now() }

// Begin starts a session for a member whose passphrase the vault has accepted.
func (s *Session) Begin(m Member) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.member = &m
	s.confirmed, s.confirmedAt, s.unconfirmed = s.clock.Elapsed(), s.clock.Now(), false
	s.vigil, s.touched, s.handed = vigil{wall: s.confirmedAt, elapsed: s.confirmed}, false, nil
}

// Reopen starts a session for a member whose short passphrase the vault has
// accepted: what asks for the passphrase asks for the full one.
func (s *Session) Reopen(m Member) {
	s.Begin(m)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unconfirmed = true
}

// Worked notes for how long the working day has lasted that this session is part
// of, if that is longer than the session: a day with many locks is no longer than
// one without.
func (s *Session) Worked(day time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.member != nil {
		s.vigil.age = max(s.vigil.age, day)
	}
}

// Confirm notes that the member has typed the passphrase again.
func (s *Session) Confirm() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.confirmed, s.confirmedAt, s.unconfirmed = s.clock.Elapsed(), s.clock.Now(), false
}

// End leaves nobody signed in.
func (s *Session) End() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.member = nil
	s.confirmed, s.confirmedAt, s.lacking = 0, 0, false
	s.vigil, s.touched, s.handed = vigil{}, false, nil
}

// Member returns who is signed in.
func (s *Session) Member() (Member, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.member == nil {
		return Member{}, false
	}
	return *s.member, true
}

// Lack notes whether the person lacks something that the clinic asks of whoever
// signs in. It is said before the session begins, or in it, and holds until its end.
func (s *Session) Lack(something bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lacking = something
}

// RequireWhole returns CodeLacking as long as the member lacks something that the
// clinic asks of whoever signs in. Only what leads out of it does without.
func (s *Session) RequireWhole() error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.lacking {
		return clinic.E(CodeLacking)
	}
	return nil
}

// Permit returns who calls, if that person holds the permission: CodeLocked
// where nobody is signed in, CodeForbidden where the role does not hold it.
// Anyone is granted to nobody, too.
func (s *Session) Permit(p Permission) (Member, error) {
	m, in := s.Member()
	switch {
	case p == Anyone:
		return m, nil
	case !in:
		return Member{}, clinic.E(clinic.CodeLocked)
	case !Allows(m.Role, p):
		return Member{}, clinic.E(clinic.CodeForbidden)
	}
	return m, nil
}

// RequireConfirmed returns CodeConfirm unless the passphrase was typed within
// ConfirmedFor.
func (s *Session) RequireConfirmed() error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.member == nil {
		return clinic.E(clinic.CodeLocked)
	}
	if s.unconfirmed || s.clock.Elapsed()-s.confirmed > ConfirmedFor || s.clock.Now().Sub(s.confirmedAt) > ConfirmedFor {
		return clinic.E(CodeConfirm)
	}
	return nil
}
