// Package vaulttest helps to test what stands on the vault.
//
// Its authenticator app is written from the standards, apart from the vault's own
// code, so that a mistake in one of them shows.
package vaulttest

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"testing"
	"time"
)

// Phone is an authenticator app that has one secret.
type Phone struct{ secret []byte }

// NewPhone returns an app into which the text of a secret was typed: base32
// without padding (RFC 4648).
func NewPhone(t testing.TB, text string) Phone {
	t.Helper()
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(text)
	if err != nil {
		t.Fatalf("the app takes no such secret: %v", err)
	}
	return Phone{secret}
}

// Shows returns the six digits that the app shows at a time (RFC 6238).
func (p Phone) Shows(at time.Time) string {
	mac := hmac.New(sha1.New, p.secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix()/30)))
	sum := mac.Sum(nil)
	from := sum[19] % 16
	n := uint32(sum[from]&0x7f)<<24 | uint32(sum[from+1])<<16 | uint32(sum[from+2])<<8 | uint32(sum[from+3])
	return fmt.Sprintf("%06d", n%1_000_000)
}
