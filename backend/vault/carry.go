package vault

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"

	"filippo.io/age"

	"quietline/backend/clinic"
)

// A clinic moves to another computer as one file that only a move code opens. The
// file holds this one and the secret of its device, so that a person's passphrase
// opens it once more, away from the keyring; Settle then binds the new device, takes
// every other one away and begins a new data key and a new epoch. What the old
// computer keeps opens nothing that is written from then on.

// A move code is 128 random bits and 12 bits that find mistakes, in Crockford's
// base32: 28 letters and digits, in groups of four for reading.
const (
	moveEntropy = 16
	moveLength  = 28
	moveGroup   = 4
)

// MoveCode opens one file of a clinic that moves. Whoever holds both has what the
// folder and the keyring hold together: she guesses at passphrases for the price of
// Argon2id. It prints and logs itself as "[move code]".
type MoveCode struct{ entropy []byte }

// NewMoveCode draws a code.
func NewMoveCode() MoveCode { return MoveCode{entropy: random(moveEntropy)} }

// String hides the code.
func (MoveCode) String() string { return "[move code]" }

// GoString hides the code.
func (c MoveCode) GoString() string { return c.String() }

// LogValue implements [slog.LogValuer] and hides the code.
func (c MoveCode) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Wipe forgets the code. Texts that were made from it remain.
func (c MoveCode) Wipe() { clear(c.entropy) }

var base32Code = base32.NewEncoding(codeAlphabet).WithPadding(base32.NoPadding)

// moveCheck is the 12 bits that find mistakes, as the last bytes of what is encoded.
func moveCheck(entropy []byte) []byte {
	sum := sha256.Sum256(append([]byte("quietline move code\x00"), entropy...))
	return []byte{sum[0], sum[1] & 0xf0}
}

// Text is the code for reading and typing: xxxx-xxxx-….
func (c MoveCode) Text() string {
	// 18 bytes give 29 letters, of which the last holds none of the 140 bits.
	plain := base32Code.EncodeToString(append(slices.Clone(c.entropy), moveCheck(c.entropy)...))[:moveLength]
	var groups []string
	for g := range slices.Chunk([]byte(plain), moveGroup) {
		groups = append(groups, string(g))
	}
	return strings.Join(groups, "-")
}

// ParseMoveCode reads a code as a person types it: capital letters, spaces and
// dashes do not matter, and a letter that looks like a digit is one. Errors:
// CodeMoveMistyped.
func ParseMoveCode(text string) (MoveCode, error) {
	plain := plainCode(strings.TrimSpace(text))
	if len(plain) != moveLength {
		return MoveCode{}, clinic.E(CodeMoveMistyped)
	}
	raw, err := base32Code.DecodeString(plain + codeAlphabet[:1])
	if err != nil {
		return MoveCode{}, clinic.E(CodeMoveMistyped)
	}
	check := moveCheck(raw[:moveEntropy])
	if raw[moveEntropy] != check[0] || raw[moveEntropy+1]&0xf0 != check[1] {
		clear(raw)
		return MoveCode{}, clinic.E(CodeMoveMistyped)
	}
	return MoveCode{entropy: raw[:moveEntropy:moveEntropy]}, nil
}

func (c MoveCode) identity() (*age.X25519Identity, error) {
	scalar := derive(labelMove, owner{}, c.entropy)
	defer clear(scalar)
	return identity(scalar)
}

// Seal returns a writer whose content this code alone opens. Close ends it; without
// it the file is cut short, and is not opened.
func (c MoveCode) Seal(into io.Writer) (io.WriteCloser, error) {
	id, err := c.identity()
	if err != nil {
		return nil, err
	}
	return age.Encrypt(into, id.Recipient())
}

// Open returns what was sealed. CodeMoveCode: another code opens it; any other error
// says that it is not whole. A reader reads no further than it has proven: whoever
// has read it to its end has read what was written, all of it.
func (c MoveCode) Open(from io.Reader) (io.Reader, error) {
	id, err := c.identity()
	if err != nil {
		return nil, err
	}
	r, err := age.Decrypt(from, id)
	var others *age.NoIdentityMatchError
	if errors.As(err, &others) {
		return nil, clinic.E(CodeMoveCode)
	}
	return r, err
}

// DisarmAll ends what every short passphrase opens now. One of eight letters must not
// lie beside the secret that it stands on, in a file that is carried away.
func (v *Vault) DisarmAll(ctx context.Context, k *Keys) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.change(ctx, k, func(d *draft) error {
		for i := range d.doc.Devices {
			d.doc.Devices[i].Short = nil
		}
		return nil
	})
}

// Retire marks the file: this clinic has gone to another computer. The mark keeps
// nobody out by itself; the program shows it before anybody signs in.
func (v *Vault) Retire(ctx context.Context, k *Keys) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.change(ctx, k, func(d *draft) error {
		d.doc.Retired = v.cfg.Clock.Now()
		return nil
	})
}

// Return takes the mark away and begins a new data key and a new epoch, so that what
// was carried away opens nothing that is written from now on.
func (v *Vault) Return(ctx context.Context, k *Keys) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.change(ctx, k, func(d *draft) error {
		d.doc.Retired = 0
		d.rotate(v.cfg.Clock.Now())
		return nil
	})
}

// DeviceSecret returns a copy of this device's secret, for a clinic that moves.
// Errors: CodeNotBound.
func (v *Vault) DeviceSecret() ([]byte, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.device == nil {
		return nil, clinic.E(CodeNotBound)
	}
	return slices.Clone(v.device.secret), nil
}

// Carried is the secret of one device, as it came with a clinic that moves. It
// keeps nothing and forgets nothing.
func Carried(c ClinicID, secret []byte) DeviceSecrets {
	return carried{account(c, deviceID(c, secret)), secret}
}

type carried struct {
	name   string
	secret []byte
}

func (c carried) Get(_ context.Context, name string) ([]byte, error) {
	if name != c.name {
		return nil, clinic.E(CodeKeyringAbsent)
	}
	return slices.Clone(c.secret), nil
}

func (carried) Set(context.Context, string, []byte) error {
	return clinic.E(CodeKeyringUnavailable)
}

func (carried) Delete(context.Context, string) error { return nil }

// Settle binds a vault that came with a clinic that moves to this device, whose
// keyring is secrets, for the person who has opened it with her passphrase: a new
// device with a secret and a seat of its own, and a slot for her. Every other device
// is taken away, and with it the others' slots; they are let in by ResetPassphrase. A
// new data key and a new epoch begin.
//
// Errors: CodeNotBound for keys of nobody, the keyring codes, CodeNotSaved. After an
// error it may be repeated; at worst it leaves an entry in the keyring that nothing
// refers to.
func (v *Vault) Settle(ctx context.Context, k *Keys, passphrase []byte, secrets DeviceSecrets) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	var fresh DeviceID
	err := v.change(ctx, k, func(d *draft) error {
		if d.member.IsZero() {
			return clinic.E(CodeNotBound)
		}
		now := v.cfg.Clock.Now()
		d.ring.Slots, d.ring.Short = nil, nil
		d.doc.Devices, d.doc.Retired = nil, 0
		secret := random(keySize)
		if err := d.addDevice(secret, now); err != nil {
			return err
		}
		fresh = d.device.id
		if err := d.setSlot(d.member, passphrase, v.cfg.Work); err != nil {
			return err
		}
		d.rotate(now)
		return keep(ctx, secrets, account(d.doc.Clinic, fresh), secret)
	})
	if v.device != nil && v.device.id == fresh {
		v.cfg.Secrets = secrets
		return err
	}
	if !fresh.IsZero() {
		_ = secrets.Delete(context.WithoutCancel(ctx), account(v.clinic, fresh))
	}
	return err
}
