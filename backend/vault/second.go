package vault

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"quietline/backend/clinic"
)

// A second factor is a code from an app on the person's phone, besides her
// passphrase. It answers somebody at the keyboard who has watched her type. It
// does not protect the file: the data key opens without it, and whoever holds the
// file, the device secret and the passphrase can leave the question out.

// The app's codes are those of RFC 6238 with the values that every app knows:
// HMAC-SHA-1, 160 bits of secret, 30 seconds, six digits.
const (
	secondSize   = 20
	secondPeriod = 30 * time.Second
	secondDigits = 6
	// secondDrift is how many periods the phone's clock may be off, either way.
	secondDrift = 1
)

// Backup codes stand in for a lost phone, each once. 50 bits are not guessed in
// the attempts that Unlock allows.
const (
	backupCodes  = 10
	backupLength = 10
)

// codeAlphabet is Crockford's base32, which has no letter that looks like a digit.
const codeAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// ringSecond is one person's second factor.
type ringSecond struct {
	Member clinic.StaffID `json:"member"`
	Since  clinic.Instant `json:"since"`
	Secret []byte         `json:"secret"`
	// Used is the newest period whose code was accepted: no code counts twice.
	Used int64 `json:"used"`
	// Backup are the backup codes that are left, as HMAC-SHA256.
	Backup [][]byte `json:"backup"`
}

// Enrolment is a second factor that is being set up: the secret that the app is
// given. It prints and logs itself as "[second factor]".
type Enrolment struct{ secret []byte }

// NewEnrolment draws a secret. It is asked for nowhere until SetSecondFactor.
func NewEnrolment() Enrolment { return Enrolment{random(secondSize)} }

// String hides the secret.
func (Enrolment) String() string { return "[second factor]" }

// GoString hides the secret.
func (e Enrolment) GoString() string { return e.String() }

// LogValue implements [slog.LogValuer] and hides the secret.
func (e Enrolment) LogValue() slog.Value { return slog.StringValue(e.String()) }

// Clone returns a copy that Wipe of this one leaves alone.
func (e Enrolment) Clone() Enrolment { return Enrolment{slices.Clone(e.secret)} }

// Wipe forgets the secret. Texts that were made from it remain.
func (e Enrolment) Wipe() { clear(e.secret) }

var base32Plain = base32.StdEncoding.WithPadding(base32.NoPadding)

// Text is the secret for typing it into an app: 32 letters and digits.
func (e Enrolment) Text() string { return base32Plain.EncodeToString(e.secret) }

// URL is the secret as a square code for an app to read, under the names by which
// the app will list it.
func (e Enrolment) URL(issuer, account string) string {
	q := url.Values{"secret": {e.Text()}, "issuer": {issuer}}
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + account,
		// Apps read %20 and not +.
		RawQuery: strings.ReplaceAll(q.Encode(), "+", "%20")}
	return u.String()
}

// SetSecondFactor puts a second factor in force for the person who signed in, in
// place of an earlier one, once a code proves that her app has it. It returns the
// backup codes, which exist nowhere else. Errors: CodeWrongCode, CodeNotBound for
// keys of nobody, clinic.CodeBadInput for an enrolment that was never drawn.
func (v *Vault) SetSecondFactor(ctx context.Context, k *Keys, e Enrolment, code string) ([]string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(e.secret) != secondSize {
		return nil, clinic.E(clinic.CodeBadInput)
	}
	now := v.cfg.Clock.Now()
	period, ok := matchingPeriod(e.secret, code, now, 0)
	if !ok {
		return nil, clinic.E(CodeWrongCode)
	}
	codes := make([]string, backupCodes)
	err := v.change(ctx, k, func(d *draft) error {
		if d.member.IsZero() {
			return clinic.E(CodeNotBound)
		}
		s := ringSecond{Member: d.member, Since: now, Secret: slices.Clone(e.secret), Used: period}
		for i := range codes {
			codes[i] = backupCode()
			s.Backup = append(s.Backup, d.ring.backupMAC(d.doc.Clinic, d.member, codes[i]))
		}
		d.ring.dropSecond(d.member)
		d.ring.Second = append(d.ring.Second, s)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// DropSecondFactor ends a person's second factor, as when her phone is lost. It
// does nothing where she has none. Errors: CodeMemberUnknown.
func (v *Vault) DropSecondFactor(ctx context.Context, k *Keys, id clinic.StaffID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.change(ctx, k, func(d *draft) error {
		if d.ring.member(id) < 0 {
			return clinic.E(CodeMemberUnknown)
		}
		d.ring.dropSecond(id)
		return nil
	})
}

// SecondFactor says since when a person has a second factor and how many of her
// backup codes are left. Since is zero where she has none.
type SecondFactor struct {
	Since       clinic.Instant
	BackupCodes int
}

// SecondFactor returns what is known of a person's second factor.
func (k *Keys) SecondFactor(id clinic.StaffID) (SecondFactor, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if !k.open {
		return SecondFactor{}, clinic.E(clinic.CodeLocked)
	}
	if s := k.ring.second(id); s != nil {
		return SecondFactor{Since: s.Since, BackupCodes: len(s.Backup)}, nil
	}
	return SecondFactor{}, nil
}

// proof is what a person gave as her second factor and the ring has accepted.
type proof struct {
	member clinic.StaffID
	period int64  // of an app's code
	backup []byte // MAC of a backup code
}

// accept checks a person's code: nil where none is asked for, CodeNeedsCode where
// none was given, CodeWrongCode where it is wrong, too old or was used before.
func (r *ring) accept(c ClinicID, id clinic.StaffID, code string, now clinic.Instant, used int64) (*proof, error) {
	s := r.second(id)
	code = plainCode(code)
	switch {
	case s == nil:
		return nil, nil
	case code == "":
		return nil, clinic.E(CodeNeedsCode)
	}
	if period, ok := matchingPeriod(s.Secret, code, now, max(s.Used, used)); ok {
		return &proof{member: id, period: period}, nil
	}
	mac := r.backupMAC(c, id, code)
	found := false
	for _, b := range s.Backup {
		if hmac.Equal(b, mac) {
			found = true
		}
	}
	if !found {
		return nil, clinic.E(CodeWrongCode)
	}
	return &proof{member: id, backup: mac}, nil
}

// spend notes that an answer was used, so that it counts once.
func (r *ring) spend(a *proof) {
	s := r.second(a.member)
	if s == nil {
		return
	}
	s.Used = max(s.Used, a.period)
	if a.backup != nil {
		s.Backup = slices.DeleteFunc(s.Backup, func(b []byte) bool { return hmac.Equal(b, a.backup) })
	}
}

func (r *ring) second(id clinic.StaffID) *ringSecond {
	for i := range r.Second {
		if r.Second[i].Member == id {
			return &r.Second[i]
		}
	}
	return nil
}

func (r *ring) dropSecond(id clinic.StaffID) {
	r.Second = slices.DeleteFunc(r.Second, func(s ringSecond) bool {
		if s.Member == id {
			clear(s.Secret)
		}
		return s.Member == id
	})
}

func (r *ring) backupMAC(c ClinicID, id clinic.StaffID, code string) []byte {
	key := derive(labelBackup, owner{c, string(id[:])}, r.Root)
	defer clear(key)
	h := hmac.New(sha256.New, key)
	h.Write([]byte(plainCode(code)))
	return h.Sum(nil)
}

// matchingPeriod returns the period whose code this is, among those that the
// phone's clock may show and that are newer than the one used last.
func matchingPeriod(secret []byte, code string, now clinic.Instant, used int64) (int64, bool) {
	code = plainCode(code)
	if len(code) != secondDigits {
		return 0, false
	}
	at := int64(now) / secondPeriod.Milliseconds()
	match, found := int64(0), false
	for period := at - secondDrift; period <= at+secondDrift; period++ {
		if hmac.Equal([]byte(appCode(secret, period)), []byte(code)) && period > used {
			match, found = period, true
		}
	}
	return match, found
}

// appCode is the code of a period (RFC 4226, section 5.3).
func appCode(secret []byte, period int64) string {
	h := hmac.New(sha1.New, secret)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(period)))
	sum := h.Sum(nil)
	at := sum[len(sum)-1] & 15
	number := binary.BigEndian.Uint32(sum[at:]) & 0x7fffffff
	return fmt.Sprintf("%06d", number%1_000_000)
}

// backupCode draws a backup code, in two groups for reading.
func backupCode() string {
	var b strings.Builder
	for i, r := range random(backupLength) {
		if i == backupLength/2 {
			b.WriteByte('-')
		}
		b.WriteByte(codeAlphabet[r&31])
	}
	return b.String()
}

// plainCode is a code as it was meant: without spaces and dashes, in small
// letters, with digits where a letter looks like one.
func plainCode(code string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '\u00a0':
			return -1
		case 'o', 'O':
			return '0'
		case 'i', 'I', 'l', 'L':
			return '1'
		}
		if 'A' <= r && r <= 'Z' {
			return r - 'A' + 'a'
		}
		return r
	}, code)
}
