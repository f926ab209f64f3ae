package spool

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hmac"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"

	"quietline/backend/clinic"
)

// The file of an entry: head, sealed content, mark. The head is magic and version,
// the epoch whose key it is sealed to, and the entry's number, which is also its
// name: a file that was renamed does not open.
const (
	magic    = "qlspool"
	version  = 1
	headSize = len(magic) + 1 + 4 + 8
	markSize = sha256.Size
	// grain pads contents, so that the length of a file tells little of a text's.
	grain = 1024
	// sealSize is what sealing adds: an X25519 share and a tag of Poly1305.
	sealSize = 32 + 16
)

// sealInfo separates entries from whatever else is sealed to X25519 keys.
const sealInfo = "quietline spool 1\x00"

// Seal is all that a writer holds: it can add entries and open none.
type Seal struct {
	// Epoch is the number of the epoch whose key Public belongs to.
	Epoch uint32
	// Public is 32 bytes of X25519.
	Public []byte
	// Mark is the key of the marks; see [MarkKey].
	Mark []byte
}

// MarkKey derives the key of the marks from the clinic's naming key, so that whoever
// writes needs not hold that: it tells which number is which id.
func MarkKey(naming []byte) []byte {
	key := hmac.New(sha256.New, naming)
	key.Write([]byte("quietline/spool-mark/1"))
	return key.Sum(nil)
}

// PublicOf returns the public half of a private key of 32 bytes.
func PublicOf(private []byte) ([]byte, error) {
	k, err := ecdh.X25519().NewPrivateKey(private)
	if err != nil {
		return nil, clinic.E(clinic.CodeInternal)
	}
	return k.PublicKey().Bytes(), nil
}

func suite() (hpke.KEM, hpke.KDF, hpke.AEAD) {
	return hpke.DHKEM(ecdh.X25519()), hpke.HKDFSHA256(), hpke.ChaCha20Poly1305()
}

func head(epoch uint32, number uint64) []byte {
	h := make([]byte, 0, headSize)
	h = append(h, magic...)
	h = append(h, version)
	h = binary.BigEndian.AppendUint32(h, epoch)
	return binary.BigEndian.AppendUint64(h, number)
}

// mark tells an entry of whoever holds the key from one of anybody else, who could
// seal to the public key if he came to know it.
func mark(key, signed []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write(signed)
	return m.Sum(nil)
}

// seal returns the file of an entry.
func (s Seal) seal(number uint64, e Entry) ([]byte, error) {
	kem, kdf, aead := suite()
	to, err := kem.NewPublicKey(s.Public)
	if err != nil {
		return nil, clinic.E(clinic.CodeInternal).Because(errors.New("spool: the public key is none"))
	}
	content, err := e.encode()
	if err != nil {
		return nil, err
	}
	defer clear(content)
	h := head(s.Epoch, number)
	sealed, err := hpke.Seal(to, kdf, aead, slices.Concat([]byte(sealInfo), h), content)
	if err != nil {
		return nil, clinic.E(clinic.CodeInternal).Because(errors.New("spool: seal an entry"))
	}
	file := append(h, sealed...)
	return append(file, mark(s.Mark, file)...), nil
}

// open is the inverse of seal. It makes no difference between damage and
// forgery.
func open(file []byte, number uint64, keys Keys) (Entry, error) {
	switch {
	case len(file) < len(magic)+1 || len(file) > MaxEntry || string(file[:len(magic)]) != magic || file[len(magic)] == 0:
		return Entry{}, damaged("not an entry")
	case file[len(magic)] > version:
		return Entry{}, clinic.E(CodeNewer)
	case len(file) < headSize+sealSize+markSize:
		return Entry{}, damaged("too short")
	}
	epoch := binary.BigEndian.Uint32(file[len(magic)+1:])
	signed := file[:len(file)-markSize]
	naming, err := keys.Naming()
	if err != nil {
		return Entry{}, err
	}
	key := MarkKey(naming)
	clear(naming)
	defer clear(key)
	if !hmac.Equal(mark(key, signed), file[len(signed):]) {
		return Entry{}, damaged("the mark is another")
	}
	private, err := keys.Spool(epoch)
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		return Entry{}, damaged("of an epoch that is not known")
	}
	if err != nil {
		return Entry{}, err
	}
	defer clear(private)
	kem, kdf, aead := suite()
	k, err := kem.NewPrivateKey(private)
	if err != nil {
		return Entry{}, clinic.E(clinic.CodeInternal).Because(errors.New("spool: the private key is none"))
	}
	// By the number that it was asked for by, so that one which was renamed does not
	// open.
	content, err := hpke.Open(k, kdf, aead, slices.Concat([]byte(sealInfo), head(epoch, number)), signed[headSize:])
	if err != nil {
		return Entry{}, damaged("it does not open")
	}
	defer clear(content)
	return decode(content)
}

func damaged(what string) *clinic.Error { return clinic.E(CodeDamaged).Because(errors.New(what)) }

// encode writes an entry into one buffer that can be wiped: kind, key, time and
// member, the text's fields, and zeros up to a multiple of grain.
func (e Entry) encode() ([]byte, error) {
	t := e.Text
	texts := []string{t.SID, t.From, t.To, t.Body, t.Status}
	numbers := []int64{int64(t.ErrorCode), int64(t.Segments), int64(t.Media), int64(t.Created), int64(t.Sent), int64(t.Updated)}
	size := 1 + 2*16 + 8 + 8*len(numbers) + 4
	for _, s := range texts {
		size += 4 + len(s)
	}
	padded := (size + grain - 1) / grain * grain
	if padded+headSize+sealSize+markSize > MaxEntry {
		return nil, clinic.E(clinic.CodeBadInput)
	}
	b := make([]byte, 0, padded)
	b = append(b, byte(e.Kind))
	b = append(b, e.Key[:]...)
	b = append(b, e.Member[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.At))
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	for _, s := range texts {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	return b[:padded], nil
}

// decode reads exactly what encode writes: there is one reading of an entry.
func decode(content []byte) (Entry, error) {
	r := reader{rest: content}
	var e Entry
	e.Kind = Kind(r.take(1)[0])
	copy(e.Key[:], r.take(16))
	copy(e.Member[:], r.take(16))
	e.At = clinic.Instant(r.number())
	t := &e.Text
	for _, n := range []*int{&t.ErrorCode, &t.Segments, &t.Media} {
		*n = int(r.number())
	}
	for _, at := range []*clinic.Instant{&t.Created, &t.Sent, &t.Updated} {
		*at = clinic.Instant(r.number())
	}
	for _, s := range []*string{&t.SID, &t.From, &t.To, &t.Body, &t.Status} {
		*s = string(r.take(int(binary.BigEndian.Uint32(r.take(4)))))
	}
	switch {
	case r.short:
		return Entry{}, damaged("its content is cut short")
	case e.Kind < Text || e.Kind > Exported:
		// Of a newer program, which did not think it a new format.
		return Entry{}, clinic.E(CodeNewer)
	}
	again, err := e.encode()
	defer clear(again)
	if err != nil || !bytes.Equal(again, content) {
		return Entry{}, damaged("its content is not as it was written")
	}
	return e, nil
}

// reader takes bytes from the front. Past the end it hands out zeros and is
// short.
type reader struct {
	rest  []byte
	short bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.rest) {
		r.short = true
		r.rest = nil
		return make([]byte, min(max(n, 0), 16))
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) number() int64 { return int64(binary.BigEndian.Uint64(r.take(8))) }
