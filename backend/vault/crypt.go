package vault

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
	"golang.org/x/crypto/chacha20poly1305"

	"quietline/backend/clinic"
)

// keySize is the length of every symmetric key, secret and private scalar here.
const keySize = 32

// A label separates what is derived or sealed for one purpose from everything
// else. Labels are part of the format: they never change and are never reused.
type label string

const (
	labelDevice     label = "device id"
	labelSlot       label = "slot"
	labelRoster     label = "roster"
	labelAttempts   label = "attempts"
	labelSeat       label = "seat"
	labelRing       label = "ring"
	labelAnchors    label = "anchors"
	labelFile       label = "file"
	labelRecovery   label = "recovery"
	labelPin        label = "pinned anchor"
	labelLifetime   label = "lifetime key"
	labelContent    label = "content wrap"
	labelSpool      label = "spool"
	labelBackup     label = "backup codes"
	labelShort      label = "short passphrase"
	labelArmed      label = "armed"
	labelBackupLock label = "backup lock"
	labelMove       label = "move code"
)

// owner is what a derivation or a sealed text belongs to besides its purpose:
// the clinic, and a device, a slot or the name of a key.
type owner struct {
	clinic ClinicID
	part   string
}

func (l label) info(o owner) string {
	// The clinic's id has a fixed length and a label holds no zero, so that two
	// different inputs never give the same text.
	return "quietline vault 1\x00" + string(l) + "\x00" + string(o.clinic[:]) + o.part
}

func random(n int) []byte {
	b := make([]byte, n)
	// crypto/rand.Read never returns an error; it ends the program instead.
	_, _ = rand.Read(b)
	return b
}

// derive returns a 32-byte key from secrets, joined in order (HKDF-SHA256,
// RFC 5869, without salt: the secrets are keys or the outcome of Argon2id).
func derive(l label, o owner, secrets ...[]byte) []byte {
	joined := bytes.Join(secrets, nil)
	defer clear(joined)
	key, err := hkdf.Key(sha256.New, joined, nil, l.info(o), keySize)
	if err != nil {
		// Only an output of more than 255 blocks is refused.
		panic("vault: derive a key: " + err.Error())
	}
	return key
}

// deviceID derives a device's public name from its secret.
func deviceID(c ClinicID, secret []byte) DeviceID {
	return DeviceID(derive(labelDevice, owner{clinic: c}, secret)[:16])
}

// seal encrypts with XChaCha20-Poly1305: a random nonce of 24 bytes, then the
// text and its tag. Label and owner are authenticated.
func seal(key []byte, l label, o owner, text []byte) []byte {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic("vault: seal: " + err.Error())
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(text)+aead.Overhead())
	_, _ = rand.Read(nonce)
	return aead.Seal(nonce, nonce, text, []byte(l.info(o)))
}

var errSealed = errors.New("a sealed part does not open")

// unseal is the inverse of seal. An error says only that it does not open.
func unseal(key []byte, l label, o owner, sealed []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil || len(sealed) < aead.NonceSize() {
		return nil, errSealed
	}
	text, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], []byte(l.info(o)))
	if err != nil {
		return nil, errSealed
	}
	return text, nil
}

// identity returns the age identity (X25519, RFC 7748) of a random or derived
// scalar. Age takes identities as text only; that text cannot be wiped.
func identity(scalar []byte) (*age.X25519Identity, error) {
	id, err := age.ParseX25519Identity(strings.ToUpper(bech32("age-secret-key-", scalar)))
	if err != nil {
		return nil, errors.New("vault: make an identity")
	}
	return id, nil
}

// recipient returns the public half of a scalar in age's text form.
func recipient(scalar []byte) (string, error) {
	id, err := identity(scalar)
	if err != nil {
		return "", err
	}
	return id.Recipient().String(), nil
}

// encryptTo returns key as an age file to every recipient.
func encryptTo(key []byte, recipients []string) ([]byte, error) {
	to := make([]age.Recipient, 0, len(recipients))
	for _, text := range recipients {
		r, err := age.ParseX25519Recipient(text)
		if err != nil {
			// Age's own error repeats the recipient.
			return nil, errors.New("vault: read a recipient")
		}
		to = append(to, r)
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to...)
	if err != nil {
		return nil, fmt.Errorf("vault: encrypt the data key: %w", err)
	}
	if _, err := w.Write(key); err != nil {
		return nil, fmt.Errorf("vault: encrypt the data key: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("vault: encrypt the data key: %w", err)
	}
	return out.Bytes(), nil
}

var errNotForUs = errors.New("the data key is not encrypted to this identity")

// decryptWith opens an age file that holds one key. It returns errNotForUs where
// the file is whole but for others, and CodeDamaged otherwise.
func decryptWith(scalar, file []byte) ([]byte, error) {
	id, err := identity(scalar)
	if err != nil {
		return nil, err
	}
	r, err := age.Decrypt(bytes.NewReader(file), id)
	var others *age.NoIdentityMatchError
	if errors.As(err, &others) {
		return nil, errNotForUs
	}
	if err != nil {
		return nil, clinic.E(CodeDamaged).Because(errSealed)
	}
	key := make([]byte, keySize+1)
	n, err := io.ReadFull(r, key)
	if !errors.Is(err, io.ErrUnexpectedEOF) || n != keySize {
		clear(key)
		return nil, clinic.E(CodeDamaged).Because(errSealed)
	}
	return key[:keySize:keySize], nil
}

// bech32 encodes 32 bytes as BIP 173 describes; age writes keys this way.
func bech32(prefix string, data []byte) string {
	const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	var values []byte
	acc, bits := uint(0), 0
	for _, b := range data {
		acc, bits = acc<<8|uint(b), bits+8
		for bits >= 5 {
			bits -= 5
			values = append(values, byte(acc>>bits)&31)
		}
	}
	if bits > 0 {
		values = append(values, byte(acc<<(5-bits))&31)
	}
	check := uint32(1)
	feed := func(v byte) {
		top := check >> 25
		check = check&0x1ffffff<<5 ^ uint32(v)
		for i, g := range [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				check ^= g
			}
		}
	}
	for i := range len(prefix) {
		feed(prefix[i] >> 5)
	}
	feed(0)
	for i := range len(prefix) {
		feed(prefix[i] & 31)
	}
	for _, v := range values {
		feed(v)
	}
	for range 6 {
		feed(0)
	}
	check ^= 1
	for i := range 6 {
		values = append(values, byte(check>>(25-5*i))&31)
	}
	var out strings.Builder
	out.WriteString(prefix)
	out.WriteByte('1')
	for _, v := range values {
		out.WriteByte(alphabet[v])
	}
	clear(values)
	return out.String()
}
