package clinic_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"testing"

	"quietline/backend/clinic"
)

func TestACursorComesBackToItsQuestion(t *testing.T) {
	key := []byte("0123456789abcdef")
	inbox := clinic.CursorsOf("inbox", "unread", "vega")
	cursor := inbox.Write(key)
	got, err := inbox.Read(cursor, len(key))
	if err != nil || !bytes.Equal(got, key) {
		t.Fatalf("read %q, %v", got, err)
	}
	for what, other := range map[string]clinic.Cursors{
		"another list":            clinic.CursorsOf("patients", "unread", "vega"),
		"another view":            clinic.CursorsOf("inbox", "all", "vega"),
		"another search":          clinic.CursorsOf("inbox", "unread", "vegas"),
		"words that were shifted": clinic.CursorsOf("inbox", "unreadve", "ga"),
		"fewer words":             clinic.CursorsOf("inbox", "unread"),
	} {
		if _, err := other.Read(cursor, len(key)); !errors.Is(err, clinic.E(clinic.CodeBadInput)) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestAMangledCursorIsRefused(t *testing.T) {
	list := clinic.CursorsOf("inbox")
	key := []byte{1, 2, 3, 4, 5, 6, 7, 8}
	cursor := list.Write(key)
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		t.Fatal(err)
	}
	for bit := range 8 * len(raw) {
		flipped := bytes.Clone(raw)
		flipped[bit/8] ^= 1 << (bit % 8)
		if _, err := list.Read(base64.RawURLEncoding.EncodeToString(flipped), len(key)); !errors.Is(err, clinic.E(clinic.CodeBadInput)) {
			t.Fatalf("bit %d: %v", bit, err)
		}
	}
	for _, bad := range []string{"", "x", "====", cursor[1:], cursor + "A", cursor + cursor, "\x00", " " + cursor} {
		if _, err := list.Read(bad, len(key)); !errors.Is(err, clinic.E(clinic.CodeBadInput)) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := list.Read(cursor, len(key)+1); !errors.Is(err, clinic.E(clinic.CodeBadInput)) {
		t.Errorf("another size: %v", err)
	}
}
