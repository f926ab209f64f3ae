package journal

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/chacha20poly1305"

	"quietline/backend/clinic"
)

// counting is randomness that is not.
type counting byte

func (c *counting) Read(b []byte) (int, error) {
	for i := range b {
		*c++
		b[i] = byte(*c)
	}
	return len(b), nil
}

var (
	fixedKey = bytes.Repeat([]byte{0x42}, 32)
	fixedID  = clinic.EventID{0: 1, 15: 2}
	fixedSub = Subject{3}
)

func fixedHeader() header {
	return header{
		kind: "note.written", version: 2, minReader: 1, class: ClassMessage,
		author: clinic.StaffID{4}, seat: clinic.SeatID{5}, at: 1772625600000, dossier: clinic.DossierID{6},
		derived: true, body: true, year: 2026, key: KeyID{7},
	}
}

// TestTheFormatIsPinned seals one event with fixed keys and compares every byte
// with what the first release wrote: clinics hold such events for ever.
func TestTheFormatIsPinned(t *testing.T) {
	key, err := chacha20poly1305.NewX(fixedKey)
	if err != nil {
		t.Fatal(err)
	}
	h := fixedHeader()
	var random counting
	sealedHeader, err1 := sealHeader(9, key, &random, fixedID, fixedSub, &h)
	body, err2 := sealBody(key, &random, fixedID, sealedHeader, []byte(`{"text":"hello"}`))
	wrapped, err3 := wrapKey(key, &random, fixedKey, contentKeyPurpose(StoredKey{
		ID: KeyID{7}, Epoch: 9, Slot: KeySlot{clinic.DossierID{6}, ClassMessage, 2026},
	}))
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	b := Batch{
		Parent: Head{Pos: Pos{1, 41}, Chain: Hash{8}}, Incarnation: 2,
		Events: []Sealed{{ID: fixedID, Exclusive: fixedSub, Header: sealedHeader, Body: body}},
	}
	signing := ed25519.NewKeyFromSeed(fixedKey)
	end, err := SignBatch(&b, clinic.SeatID{5}, func(m []byte) ([]byte, error) { return ed25519.Sign(signing, m), nil })
	if err != nil {
		t.Fatal(err)
	}
	c := cursor{fingerprint: [32]byte{1}, head: end, digest: rowSum{1, 2, 3, 4}, destructions: 5, newer: true, behind: true, trail: b.Parent}
	row, err := appendRow(nil, "t", []any{nil, int64(-1), 1.5, 2.0, "s\x00x", []byte{}, []byte{9}})
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string][]byte{
		"header": h.append(nil), "sealed_header": sealedHeader, "sealed_body": body, "wrapped_key": wrapped,
		"link": end.Chain[:], "seal": encodeSeal(b.Seal), "cursor-2": c.encode(fixedKey), "row": row,
	} {
		path := filepath.Join("testdata", "format", name+".hex")
		want, err := os.ReadFile(path)
		if err != nil || strings.TrimSpace(string(want)) != hex.EncodeToString(got) {
			t.Errorf("%s is no longer what was released: %s (%v)", name, hex.EncodeToString(got), err)
		}
	}

	back, err := openHeader(key, fixedID, fixedSub, sealedHeader)
	if err != nil || back != h {
		t.Errorf("header comes back as %+v: %v", back, err)
	}
	json, err := openBody(key, fixedID, sealedHeader, body)
	if err != nil || string(json) != `{"text":"hello"}` {
		t.Errorf("body comes back as %s: %v", json, err)
	}
	if got, err := decodeSeal(encodeSeal(b.Seal)); err != nil || got != b.Seal {
		t.Errorf("seal comes back as %+v: %v", got, err)
	}
	if got, err := decodeCursor(c.encode(fixedKey), fixedKey); err != nil || got != c {
		t.Errorf("cursor comes back as %+v: %v", got, err)
	}
	// One of the programs before there was a trail.
	first, err := os.ReadFile(filepath.Join("testdata", "format", "cursor.hex"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(first)))
	if err != nil {
		t.Fatal(err)
	}
	was := c
	was.behind, was.trail = false, Head{}
	if got, err := decodeCursor(raw, fixedKey); err != nil || got != was {
		t.Errorf("an earlier cursor comes back as %+v: %v", got, err)
	}
}

// TestASealIsBoundToItsEvent moves sealed parts to where they do not belong.
func TestASealIsBoundToItsEvent(t *testing.T) {
	key, _ := chacha20poly1305.NewX(fixedKey)
	other, _ := chacha20poly1305.NewX(bytes.Repeat([]byte{1}, 32))
	h := fixedHeader()
	var random counting
	sealed, _ := sealHeader(9, key, &random, fixedID, fixedSub, &h)
	body, _ := sealBody(key, &random, fixedID, sealed, []byte(`{}`))
	_, errID := openHeader(key, clinic.EventID{9}, fixedSub, sealed)
	_, errSubject := openHeader(key, fixedID, Subject{}, sealed)
	_, errKey := openHeader(other, fixedID, fixedSub, sealed)
	epoch := bytes.Clone(sealed)
	epoch[4]++
	_, errEpoch := openHeader(key, fixedID, fixedSub, epoch)
	_, errBodyID := openBody(key, clinic.EventID{9}, sealed, body)
	_, errBodyHeader := openBody(key, fixedID, epoch, body)
	_, errBodyKey := openBody(other, fixedID, sealed, body)
	for name, err := range map[string]error{
		"header of another id": errID, "header of another subject": errSubject, "header under another key": errKey,
		"header of another epoch": errEpoch, "body of another id": errBodyID, "body of another header": errBodyHeader,
		"body under another key": errBodyKey,
	} {
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range sealed {
		flipped := bytes.Clone(sealed)
		flipped[i] ^= 0x80
		if _, err := openHeader(key, fixedID, fixedSub, flipped); err == nil {
			t.Errorf("header with byte %d changed opens", i)
		}
	}
	for i := range body {
		flipped := bytes.Clone(body)
		flipped[i] ^= 0x80
		if _, err := openBody(key, fixedID, sealed, flipped); err == nil {
			t.Errorf("body with byte %d changed opens", i)
		}
		if _, err := openBody(key, fixedID, sealed, body[:i]); err == nil {
			t.Errorf("body cut at %d opens", i)
		}
	}
}

func TestBodiesOfLikeLengthLookAlike(t *testing.T) {
	key, _ := chacha20poly1305.NewX(fixedKey)
	var random counting
	short, _ := sealBody(key, &random, fixedID, nil, []byte(`{"a":1}`))
	long, _ := sealBody(key, &random, fixedID, nil, []byte(`{"a":"`+strings.Repeat("x", 50)+`"}`))
	if len(short) != len(long) || len(short) != bodyOpen+nonceSize+bodyGrain+tagSize {
		t.Errorf("sealed to %d and %d bytes", len(short), len(long))
	}
}

func TestBodiesAreReadStrictly(t *testing.T) {
	type shape struct {
		A int `json:"a"`
	}
	for text, ok := range map[string]bool{
		`{"a":1}`: true, `{}`: true, `{"a":1} `: true,
		`{"a":1,"b":2}`: false, `{"a":"x"}`: false, `{"a":1}{}`: false, `{"a":1`: false, ``: false,
	} {
		var v shape
		if err := (Body{json: []byte(text)}).Decode(&v); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
	var v shape
	if err := (Body{json: []byte(`{"a":1,"b":2}`), lenient: true}).Decode(&v); err != nil || v.A != 1 {
		t.Errorf("a newer body that may be read: %v", err)
	}
	if err := (Body{destroyed: true}).Decode(&v); !errors.Is(err, clinic.E(CodeBodyDestroyed)) {
		t.Errorf("a destroyed body: %v", err)
	}
}

func TestVerifierRefusesWhatDoesNotFollow(t *testing.T) {
	signing := ed25519.NewKeyFromSeed(fixedKey)
	seats := SeatKeys{{5}: signing.Public().(ed25519.PublicKey)}
	entries := func(incarnation uint32, from Head, n int) []Entry {
		b := Batch{Parent: from, Incarnation: incarnation}
		for i := range n {
			b.Events = append(b.Events, Sealed{ID: clinic.EventID{byte(i)}, Header: []byte{1}})
		}
		_, _ = SignBatch(&b, clinic.SeatID{5}, func(m []byte) ([]byte, error) { return ed25519.Sign(signing, m), nil })
		var out []Entry
		h := from
		for _, e := range b.Events {
			h = Link(h, incarnation, e)
			out = append(out, Entry{Pos: h.Pos, Sealed: e, Chain: h.Chain})
		}
		out[n-1].Seal = &b.Seal
		return out
	}
	run := func(from Head, all []Entry) (int, error) {
		n := 0
		v := NewVerifier(from, seats, func(Entry) error { n++; return nil })
		for _, e := range all {
			if err := v.Next(context.Background(), e); err != nil {
				return n, err
			}
		}
		return n, v.End()
	}
	first := entries(1, Head{}, 3)
	end := Head{first[2].Pos, first[2].Chain}
	if n, err := run(Head{}, append(first[:3:3], entries(2, end, 2)...)); n != 5 || err != nil {
		t.Errorf("a log as it should be: %d, %v", n, err)
	}
	if n, err := run(Head{first[0].Pos, first[0].Chain}, first[1:]); n != 2 || err != nil {
		t.Errorf("from inside a batch: %d, %v", n, err)
	}
	if n, err := run(Head{}, first[:2]); n != 0 || !errors.Is(err, ErrTruncated) {
		t.Errorf("half a batch: %d, %v", n, err)
	}
	if n, err := run(Head{}, first[1:]); n != 0 || !errors.Is(err, ErrGap) {
		t.Errorf("a hole at the start: %d, %v", n, err)
	}
	if _, err := run(Head{}, entries(0, Head{}, 1)); !errors.Is(err, ErrForked) {
		t.Errorf("incarnation 0: %v", err)
	}
	if _, err := run(end, entries(3, end, 1)); !errors.Is(err, ErrForked) {
		t.Errorf("an incarnation skipped: %v", err)
	}
	// A seal that counts more than its batch would hide that one was cut out.
	long := entries(1, Head{}, 3)
	both := append(entries(1, Head{}, 1), long[1:]...)
	if n, err := run(Head{}, both); n != 1 || !errors.Is(err, ErrForked) {
		t.Errorf("a batch sealed over another: %d, %v", n, err)
	}
	endless := make([]Entry, MaxBatchEvents+1)
	h := Head{}
	for i := range endless {
		h = Link(h, 1, Sealed{ID: clinic.EventID{1}})
		endless[i] = Entry{Pos: h.Pos, Sealed: Sealed{ID: clinic.EventID{1}}, Chain: h.Chain}
	}
	if n, err := run(Head{}, endless); n != 0 || !errors.Is(err, ErrDamaged) {
		t.Errorf("a batch without an end: %d, %v", n, err)
	}
}

func TestRowSums(t *testing.T) {
	r := newRowHash(fixedKey)
	a, _ := r.row("t", []any{"a", int64(1)})
	b, _ := r.row("t", []any{"a", "1"})
	c, _ := r.row("u", []any{"a", int64(1)})
	if a == b || a == c {
		t.Error("different rows hash alike")
	}
	var x, y rowSum
	x.add(&a)
	x.add(&b)
	x.add(&b)
	y.add(&b)
	y.add(&a)
	if x == y {
		t.Error("a row that stands twice counts once")
	}
	x.remove(&b)
	if x != y || parseRowSum(x.append(nil)) != x {
		t.Error("order matters, or a sum does not come back")
	}
	x.remove(&a)
	x.remove(&b)
	if x != (rowSum{}) {
		t.Error("nothing is not nothing")
	}
	if _, err := r.row("t", []any{true}); err == nil {
		t.Error("a value without a canonical form was hashed")
	}
}

func FuzzHeader(f *testing.F) {
	full, bare := fixedHeader(), header{kind: "k", version: 1, minReader: 1, class: "c"}
	f.Add(full.append(nil))
	f.Add(bare.append(nil))
	f.Add([]byte{})
	f.Add([]byte{2})
	f.Add(full.append(nil)[:40])
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := parseHeader(b)
		if err != nil {
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, clinic.E(CodeNewer)) {
				t.Errorf("refused with %v", err)
			}
			return
		}
		if !bytes.Equal(h.append(nil), b) {
			t.Errorf("% x is read as what is written % x", b, h.append(nil))
		}
	})
}

func FuzzEnvelope(f *testing.F) {
	key, err := chacha20poly1305.NewX(fixedKey)
	if err != nil {
		f.Fatal(err)
	}
	h := fixedHeader()
	var random counting
	sealed, _ := sealHeader(9, key, &random, fixedID, fixedSub, &h)
	body, _ := sealBody(key, &random, fixedID, sealed, []byte(`{}`))
	f.Add(sealed, body)
	f.Add(sealed[:20], body[:20])
	f.Add([]byte{}, []byte{})
	f.Add([]byte{2}, []byte{2})
	f.Fuzz(func(t *testing.T, head, content []byte) {
		_, errHead := openHeader(key, fixedID, fixedSub, head)
		_, errBody := openBody(key, fixedID, head, content)
		if errHead == nil && !bytes.Equal(head, sealed) || errBody == nil && !bytes.Equal(content, body) {
			t.Error("something that was never sealed opens")
		}
		if _, err := decodeSeal(content); err == nil && len(content) != 84 {
			t.Error("a seal of another length is read")
		}
		_, _ = decodeCursor(content, fixedKey)
	})
}
