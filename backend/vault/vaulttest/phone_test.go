package vaulttest_test

import (
	"encoding/base32"
	"testing"
	"time"

	"quietline/backend/vault/vaulttest"
)

func TestTheAppSpeaksRFC6238(t *testing.T) {
	// The SHA-1 rows of appendix B, cut to six digits.
	p := vaulttest.NewPhone(t, base32.StdEncoding.EncodeToString([]byte("12345678901234567890")))
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := p.Shows(time.Unix(at, 0)); got != want {
			t.Errorf("at %d it shows %s", at, got)
		}
	}
}
