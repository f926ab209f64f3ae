package sqlite

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"reflect"
	"testing"
)

// countingReader is a source of known bytes for pinned formats.
type countingReader struct{ next byte }

func (r *countingReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r.next
		r.next++
	}
	return len(p), nil
}

func knownKeys(tb testing.TB) *subkeys {
	tb.Helper()
	key := Key{}
	for i := range key {
		key[i] = byte(i)
	}
	k, err := newSubkeys(&key, &countingReader{})
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

func plainPage(number uint32) []byte {
	page := make([]byte, pageSize)
	for i := range usableSize {
		page[i] = byte(i * int(number+3))
	}
	if number == 1 {
		copy(page, plainMagic)
	}
	return page
}

// sealedThing is one sealed page and how to open it.
type sealedThing struct {
	name   string
	sealed []byte
	plain  []byte
	// clear is how many bytes at the start are not secret.
	clear int
	open  func(k *subkeys, page []byte) error
	// elsewhere opens it in another place.
	elsewhere func(k *subkeys, page []byte) error
}

func everySealedThing(tb testing.TB, k *subkeys) []sealedThing {
	tb.Helper()
	s := &sealer{}
	h := frameHeader{3: 7, 7: 9, 8: 1, 15: 2}
	other := h
	other[7] = 10 // another commit size
	var out []sealedThing
	add := func(t sealedThing, err error) {
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, t)
	}
	for _, n := range []uint32{1, 2, 1 << 31} {
		page, dst := plainPage(n), make([]byte, pageSize)
		err := s.sealPage(k, dst, page, n)
		t := sealedThing{name: "page", sealed: dst, plain: page,
			open:      func(k *subkeys, p []byte) error { return s.openPage(k, p, n) },
			elsewhere: func(k *subkeys, p []byte) error { return s.openPage(k, p, n+1) }}
		if n == 1 {
			t.name, t.clear = "first page", prefixSize
		}
		add(t, err)
	}
	page, dst := plainPage(5), make([]byte, pageSize)
	err := s.sealFramePage(k, dst, page, 32, &h, h.salts())
	add(sealedThing{name: "frame", sealed: dst, plain: page,
		open:      func(k *subkeys, p []byte) error { return s.openFramePage(k, p, 32, &h, h.salts()) },
		elsewhere: func(k *subkeys, p []byte) error { return s.openFramePage(k, p, 32+frameSize, &h, h.salts()) }}, err)
	add(sealedThing{name: "frame and its commit size", sealed: dst, plain: page,
		open:      func(k *subkeys, p []byte) error { return s.openFramePage(k, p, 32, &h, h.salts()) },
		elsewhere: func(k *subkeys, p []byte) error { return s.openFramePage(k, p, 32, &other, h.salts()) }}, nil)
	add(sealedThing{name: "frame and its log", sealed: dst, plain: page,
		open:      func(k *subkeys, p []byte) error { return s.openFramePage(k, p, 32, &h, h.salts()) },
		elsewhere: func(k *subkeys, p []byte) error { return s.openFramePage(k, p, 32, &h, h.salts()+1) }}, nil)
	dst = make([]byte, pageSize)
	err = s.sealRecordPage(k, dst, page, 516, 5)
	add(sealedThing{name: "record", sealed: dst, plain: page,
		open:      func(k *subkeys, p []byte) error { _, err := s.openRecordPage(k, p, 516, 5); return err },
		elsewhere: func(k *subkeys, p []byte) error { _, err := s.openRecordPage(k, p, 516, 6); return err }}, err)
	return out
}

func TestWhatIsSealedOpensInItsPlaceOnly(t *testing.T) {
	k := knownKeys(t)
	foreign, err := newSubkeys(&Key{1}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range everySealedThing(t, k) {
		t.Run(c.name, func(t *testing.T) {
			got := bytes.Clone(c.sealed)
			if err := c.open(k, got); err != nil || !bytes.Equal(got, c.plain) {
				t.Fatalf("does not open to what was sealed: %v", err)
			}
			for name, try := range map[string]func([]byte) error{
				"elsewhere":         func(p []byte) error { return c.elsewhere(k, p) },
				"under another key": func(p []byte) error { return c.open(foreign, p) },
			} {
				got := bytes.Clone(c.sealed)
				if err := try(got); !errors.Is(err, errForged) {
					t.Errorf("opens %s: %v", name, err)
				}
				if !isZero(got) {
					t.Errorf("leaves bytes behind after failing %s", name)
				}
			}
		})
	}
}

func TestEveryFlippedBitIsFound(t *testing.T) {
	k := knownKeys(t)
	for _, c := range everySealedThing(t, k) {
		for bit := range pageSize * 8 {
			got := bytes.Clone(c.sealed)
			got[bit/8] ^= 1 << (bit % 8)
			if err := c.open(k, got); !errors.Is(err, errForged) {
				t.Fatalf("%s: bit %d flipped: %v", c.name, bit, err)
			}
		}
	}
}

func TestKindsDoNotOpenAsEachOther(t *testing.T) {
	k := knownKeys(t)
	all := everySealedThing(t, k)
	for _, from := range all {
		for _, to := range all {
			if from.name[:4] == to.name[:4] {
				continue
			}
			if err := to.open(k, bytes.Clone(from.sealed)); !errors.Is(err, errForged) {
				t.Errorf("a %s opens as a %s: %v", from.name, to.name, err)
			}
		}
	}
}

func TestAFilledTailIsRefused(t *testing.T) {
	k, s, dst := knownKeys(t), &sealer{}, make([]byte, pageSize)
	page := plainPage(2)
	page[pageSize-1] = 1
	h := frameHeader{}
	for name, err := range map[string]error{
		"page":   s.sealPage(k, dst, page, 2),
		"frame":  s.sealFramePage(k, dst, page, 32, &h, 1),
		"record": s.sealRecordPage(k, dst, page, 516, 2),
	} {
		if !errors.Is(err, errShape) {
			t.Errorf("%s with bytes where the tag goes: %v", name, err)
		}
	}
}

func TestTheFirstPageMustBeginAsADatabase(t *testing.T) {
	k, s, dst := knownKeys(t), &sealer{}, make([]byte, pageSize)
	if err := s.sealPage(k, dst, make([]byte, pageSize), 1); !errors.Is(err, errShape) {
		t.Fatal(err)
	}
}

func TestFrameHeaderHidesSaltsAndChecksum(t *testing.T) {
	k := knownKeys(t)
	h := frameHeader{0, 0, 0, 5, 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	var here, there [frameHeaderSize]byte
	k.sealFrameHeader(here[:], &h, 32)
	k.sealFrameHeader(there[:], &h, 32+frameSize)
	if !bytes.Equal(here[:8], h[:8]) {
		t.Error("page number and commit size are not in clear")
	}
	if bytes.Equal(here[8:], h[8:]) || bytes.Equal(here[8:], there[8:]) {
		t.Error("salts and checksum show, or are the same in two places")
	}
	if got := k.openFrameHeader(here[:], 32); got != h {
		t.Errorf("opens to %v", got)
	}
}

func TestWipingLeavesNothingOfTheKeys(t *testing.T) {
	k := knownKeys(t)
	all := []any{k.page, k.frame, k.record, k.header, k.sum}
	for i, c := range all {
		if reflect.ValueOf(c).Elem().IsZero() {
			t.Fatalf("cipher %d was never set", i)
		}
	}
	k.wipe()
	for i, c := range all {
		if !reflect.ValueOf(c).Elem().IsZero() {
			t.Errorf("cipher %d still holds its key", i)
		}
	}
}

func TestKeyCheck(t *testing.T) {
	k := knownKeys(t)
	key := Key{}
	for i := range key {
		key[i] = byte(i)
	}
	if ok, err := keyFits(&key, k.prefix); err != nil || !ok {
		t.Errorf("the right key does not fit: %v", err)
	}
	key[31] ^= 1
	if ok, err := keyFits(&key, k.prefix); err != nil || ok {
		t.Errorf("a wrong key fits: %v", err)
	}
}

// TestBytesArePinned holds every byte that the format puts on disk for known
// keys, places and nonces. A change here is a new version of the format.
func TestBytesArePinned(t *testing.T) {
	k, s := knownKeys(t), &sealer{}
	sum := sha256.New()
	for _, c := range everySealedThing(t, k) {
		sum.Write(c.sealed)
	}
	h := frameHeader{0, 0, 0, 5, 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8}
	var header [frameHeaderSize]byte
	k.sealFrameHeader(header[:], &h, 32)
	sum.Write(header[:])
	dst := make([]byte, pageSize)
	if err := s.sealRecordPage(k, dst, plainPage(2), 516, 2); err != nil {
		t.Fatal(err)
	}
	mask := k.sumMask(dst[tagEnd:nonceEnd])
	sum.Write([]byte{byte(mask >> 24), byte(mask >> 16), byte(mask >> 8), byte(mask)})
	const want = "8bac14fbaaa64b0bed69a2aa738c298a1ca1261d92f7eab2099290ad11e4d648"
	if got := hex.EncodeToString(sum.Sum(nil)); got != want {
		t.Errorf("the format changed: %s", got)
	}
	const prefix = "000102030405060708090a0baefd810d"
	if got := hex.EncodeToString(k.prefix[:]); got != prefix {
		t.Errorf("the prefix changed: %s", got)
	}
}

// FuzzOpen feeds the openers what might lie on disk.
func FuzzOpen(f *testing.F) {
	k := knownKeys(f)
	all := everySealedThing(f, k)
	for i, c := range all {
		f.Add(i, c.sealed)
		f.Add(i, c.sealed[:pageSize-1])
		f.Add(i, c.plain)
	}
	f.Add(0, []byte{})
	f.Fuzz(func(t *testing.T, which int, page []byte) {
		c := all[uint(which)%uint(len(all))]
		got := bytes.Clone(page)
		if err := c.open(k, got); err == nil {
			if !bytes.Equal(page, c.sealed) {
				t.Fatalf("%s: something else than what was sealed opens", c.name)
			}
		} else if len(got) == pageSize && !isZero(got) {
			t.Fatalf("%s: a failure leaves bytes behind", c.name)
		}
	})
}

func FuzzFrameHeader(f *testing.F) {
	k := knownKeys(f)
	f.Add(int64(32), bytes.Repeat([]byte{7}, frameHeaderSize))
	f.Add(int64(-1), bytes.Repeat([]byte{0xff}, frameHeaderSize))
	f.Fuzz(func(t *testing.T, offset int64, raw []byte) {
		if len(raw) < frameHeaderSize {
			return
		}
		h := k.openFrameHeader(bytes.Clone(raw), offset)
		var back [frameHeaderSize]byte
		k.sealFrameHeader(back[:], &h, offset)
		if !bytes.Equal(back[:], raw[:frameHeaderSize]) {
			t.Fatal("opening and sealing a header is not the identity")
		}
	})
}
