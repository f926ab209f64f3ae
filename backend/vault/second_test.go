package vault_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/vault"
	"quietline/backend/vault/vaulttest"
)

// newPhone is an app that has read the square code of an enrolment.
func newPhone(t *testing.T, e vault.Enrolment) vaulttest.Phone {
	t.Helper()
	u, err := url.Parse(e.URL("Quietline", "Ana Lindqvist"))
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Query().Get("issuer") != "Quietline" {
		t.Fatalf("the square code says something else: %v", err)
	}
	if text := u.Query().Get("secret"); len(text) != 32 || text != e.Text() {
		t.Fatalf("a secret of %d letters", len(text))
	}
	return vaulttest.NewPhone(t, e.Text())
}

// withSecond is a house whose first person has a second factor.
func withSecond(t *testing.T) (*house, vaulttest.Phone, []string) {
	t.Helper()
	h := newHouse(t)
	e := vault.NewEnrolment()
	p := newPhone(t, e)
	codes := must[[]string](t)(h.vault.SetSecondFactor(t.Context(), h.keys, e, p.Shows(h.now())))
	h.keys.Zero()
	h.clock.Advance(time.Minute)
	return h, p, codes
}

func (h *house) now() time.Time { return h.clock.Now().Time() }

func (h *house) enters(passphrase, code string) error {
	keys, err := h.vault.UnlockWithCode(h.t.Context(), h.first.ID, []byte(passphrase), code)
	if err == nil {
		h.keys = keys
	}
	return err
}

func (h *house) want(err error, code clinic.Code, what string) {
	h.t.Helper()
	if (code == "") != (err == nil) || code != "" && !errors.Is(err, clinic.E(code)) {
		h.t.Errorf("%s: %v, want %q", what, err, code)
	}
}

func TestASecondFactorIsAskedFor(t *testing.T) {
	h, p, _ := withSecond(t)
	h.want(h.enters(rightPhrase, ""), vault.CodeNeedsCode, "no code")
	h.want(h.enters(otherPhrase, p.Shows(h.now())), vault.CodeWrongPassphrase, "a wrong passphrase")
	h.want(h.enters(rightPhrase, "000 000"), vault.CodeWrongCode, "another code")
	code := p.Shows(h.now())
	h.want(h.enters(rightPhrase, code[:3]+" "+code[3:]), "", "the right code")
	h.want(h.enters(rightPhrase, code), vault.CodeWrongCode, "the same code again")
	known := must[vault.SecondFactor](t)(h.keys.SecondFactor(h.first.ID))
	if known.Since == 0 || known.BackupCodes != 10 {
		t.Errorf("it is known as %+v", known)
	}
}

// A code is good for its period and the ones beside it, once, and none before the
// last one used.
func TestACodeIsGoodForItsTime(t *testing.T) {
	for off, want := range map[time.Duration]clinic.Code{
		-90 * time.Second: vault.CodeWrongCode, -60 * time.Second: vault.CodeWrongCode,
		-30 * time.Second: "", 0: "", 30 * time.Second: "",
		60 * time.Second: vault.CodeWrongCode, 90 * time.Second: vault.CodeWrongCode,
	} {
		h, p, _ := withSecond(t)
		h.clock.Advance(10 * time.Minute)
		h.want(h.enters(rightPhrase, p.Shows(h.now().Add(off))), want, fmt.Sprint("off by ", off))
	}
	h, p, _ := withSecond(t)
	next := p.Shows(h.now().Add(30 * time.Second))
	h.want(h.enters(rightPhrase, next), "", "of a clock that is fast")
	h.want(h.enters(rightPhrase, p.Shows(h.now())), vault.CodeWrongCode, "an older one after it")
}

func TestAUsedCodeStaysUsed(t *testing.T) {
	h, p, codes := withSecond(t)
	code := p.Shows(h.now())
	h.want(h.enters(rightPhrase, code), "", "the code")
	h.want(h.enters(rightPhrase, codes[0]), "", "a backup code")
	h.vault = must[*vault.Vault](t)(vault.Load(t.Context(), h.cfg)) // the program starts anew
	h.want(h.enters(rightPhrase, code), vault.CodeWrongCode, "the code after a start")
	h.want(h.enters(rightPhrase, codes[0]), vault.CodeWrongCode, "the backup code after a start")
	h.want(h.enters(rightPhrase, strings.ToUpper(codes[1])), "", "another, in capitals")
	if left := must[vault.SecondFactor](t)(h.keys.SecondFactor(h.first.ID)).BackupCodes; left != 8 {
		t.Errorf("%d backup codes are left", left)
	}
}

// A code that is good once must be struck out, or it is not taken.
func TestABackupCodeThatCannotBeStruckOutIsNotTaken(t *testing.T) {
	h, p, codes := withSecond(t)
	block := filepath.Join(h.cfg.Dir, vault.FileName+".tmp", "x")
	if err := os.MkdirAll(block, 0o700); err != nil {
		t.Fatal(err)
	}
	h.want(h.enters(rightPhrase, codes[0]), vault.CodeNotSaved, "a backup code")
	h.want(h.enters(rightPhrase, p.Shows(h.now())), "", "a code of the app")
	h.want(h.enters(rightPhrase, p.Shows(h.now())), vault.CodeWrongCode, "the same again")
	if err := os.RemoveAll(filepath.Dir(block)); err != nil {
		t.Fatal(err)
	}
	h.want(h.enters(rightPhrase, codes[0]), "", "the backup code, once there is room")
}

func TestGuessedCodesHaveToWait(t *testing.T) {
	h, p, _ := withSecond(t)
	for range 5 {
		h.want(h.enters(rightPhrase, "000000"), vault.CodeWrongCode, "a guess")
		// Asking without a code does not wash the guess away.
		if err := h.enters(rightPhrase, ""); err == nil {
			t.Fatal("no code is needed")
		}
	}
	h.want(h.enters(rightPhrase, p.Shows(h.now())), vault.CodeTooSoon, "after five guesses")
	h.clock.Advance(time.Minute)
	h.want(h.enters(rightPhrase, p.Shows(h.now())), "", "once the wait is over")
}

// A missing code is no failure, however often.
func TestAMissingCodeIsNoFailure(t *testing.T) {
	h, p, _ := withSecond(t)
	for range 9 {
		h.want(h.enters(rightPhrase, ""), vault.CodeNeedsCode, "no code")
	}
	h.want(h.enters(rightPhrase, p.Shows(h.now())), "", "the code")
	if n := h.keys.FailuresBefore(); n != 0 {
		t.Errorf("%d failures are counted", n)
	}
}

func TestTheAppIsProvenFirst(t *testing.T) {
	h := newHouse(t)
	_, err := h.vault.SetSecondFactor(t.Context(), h.keys, vault.NewEnrolment(), "123456")
	h.want(err, vault.CodeWrongCode, "a code of nothing")
	_, err = h.vault.SetSecondFactor(t.Context(), h.keys, vault.Enrolment{}, vaulttest.Phone{}.Shows(h.now()))
	h.want(err, clinic.CodeBadInput, "the right code of an empty secret")
	h.keys.Zero()
	h.want(h.enters(rightPhrase, ""), "", "nothing is asked for")
}

func TestAnotherPhoneTakesItsPlace(t *testing.T) {
	h, p, codes := withSecond(t)
	h.want(h.enters(rightPhrase, p.Shows(h.now())), "", "the code")
	e := vault.NewEnrolment()
	another := newPhone(t, e)
	_ = must[[]string](t)(h.vault.SetSecondFactor(t.Context(), h.keys, e, another.Shows(h.now())))
	h.clock.Advance(time.Minute)
	h.want(h.enters(rightPhrase, p.Shows(h.now())), vault.CodeWrongCode, "of the phone before")
	h.want(h.enters(rightPhrase, codes[3]), vault.CodeWrongCode, "a backup code from before")
	h.want(h.enters(rightPhrase, another.Shows(h.now())), "", "of the phone now")
}

func TestASecondFactorEnds(t *testing.T) {
	h, p, _ := withSecond(t)
	h.want(h.enters(rightPhrase, p.Shows(h.now())), "", "the code")
	h.want(h.vault.DropSecondFactor(t.Context(), h.keys, clinic.NewID[clinic.StaffID]()), vault.CodeMemberUnknown, "nobody's")
	for range 2 {
		h.want(h.vault.DropSecondFactor(t.Context(), h.keys, h.first.ID), "", "hers")
		h.want(h.enters(rightPhrase, ""), "", "nothing is asked for")
	}
}

// A passphrase typed again for a sensitive step needs no code, and counts.
func TestAPassphraseIsCheckedAlone(t *testing.T) {
	h, p, _ := withSecond(t)
	h.want(h.enters(rightPhrase, p.Shows(h.now())), "", "the code")
	check := func(phrase string) error {
		return h.vault.VerifyPassphrase(t.Context(), h.first.ID, []byte(phrase))
	}
	h.want(check(rightPhrase), "", "the passphrase")
	for range 5 {
		h.want(check(otherPhrase), vault.CodeWrongPassphrase, "another")
	}
	h.want(check(rightPhrase), vault.CodeTooSoon, "after five failures")
}

func TestASecondFactorNeverShowsItself(t *testing.T) {
	e := vault.NewEnrolment()
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("made", "factor", e)
	for _, shown := range []string{fmt.Sprint(e), fmt.Sprintf("%v %+v %#v", e, e, e), log.String()} {
		if strings.Contains(shown, e.Text()[:6]) || !strings.Contains(shown, "[second factor]") {
			t.Errorf("it shows itself as %q", shown)
		}
	}
}
