package backup

import (
	"bytes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"golang.org/x/crypto/chacha20poly1305"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// Names of what lies in a repository's folder. What every generation hangs on lies
// there twice: a disk loses single sectors.
const (
	documentName = "repository.json"
	documentCopy = "repository-2.json"

	bagsDir        = "bags"
	generationsDir = "generations"
	segmentsDir    = "records"
	shelvesDir     = "lists"
	blobsDir       = "attachments"
)

const (
	formatName    = "quietline-backup"
	formatVersion = 1
	documentLimit = 1 << 20
	// keysGrain is what the sealed keys are padded to.
	keysGrain = 1024
)

// document is repository.json: whose backup it is, and its keys, sealed. The order
// of its members is part of the format.
type document struct {
	Format  string         `json:"format"`
	Version int            `json:"version"`
	Clinic  vault.ClinicID `json:"clinic"`
	// Count tells the newer of two copies.
	Count uint64 `json:"count"`
	// Epoch is the clinic's under whose lock Lock is sealed.
	Epoch uint32 `json:"epoch"`
	// Lock is the key of Keys, sealed for the clinic; Sheet is the same as an age
	// file for the recovery sheet.
	Lock  []byte `json:"lock"`
	Sheet []byte `json:"sheet"`
	Keys  []byte `json:"keys"`
}

func (d *document) encode() ([]byte, error) {
	raw, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("backup: write %s: %w", documentName, err)
	}
	return append(raw, '\n'), nil
}

// parseDocument reads exactly what encode writes.
func parseDocument(raw []byte) (*document, error) {
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return nil, damaged("not JSON")
	}
	switch {
	case head.Format != formatName || head.Version < 1:
		return nil, damaged("not a backup")
	case head.Version > formatVersion:
		return nil, clinic.E(CodeNewer)
	}
	var d document
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return nil, damaged("unknown shape")
	}
	if again, err := d.encode(); err != nil || !bytes.Equal(again, raw) || d.Clinic.IsZero() || d.Epoch == 0 {
		return nil, damaged("not in the form in which it was written")
	}
	return &d, nil
}

// Opener opens the keys of a repository.
type Opener interface {
	// lock returns the key under which the keys of a document are sealed.
	lock(d *document) ([]byte, error)
}

// Keys are those of an open clinic.
type Keys interface {
	Clinic() vault.ClinicID
	// CurrentEpoch is the epoch that is written under.
	CurrentEpoch() (uint32, error)
	// BackupLock returns an epoch's key for the keys of backups, which the caller
	// wipes; clinic.CodeNotFound for an epoch that the clinic does not have.
	BackupLock(epoch uint32) ([]byte, error)
	// EncryptToSheet returns a key as an age file for the recovery sheet.
	EncryptToSheet(key []byte) ([]byte, error)
	// Seat is this installation.
	Seat() (clinic.SeatID, error)
}

// ByKeys opens a repository for the clinic itself.
func ByKeys(k Keys) Opener { return byKeys{k} }

type byKeys struct{ keys Keys }

func (o byKeys) lock(d *document) ([]byte, error) {
	if d.Clinic != o.keys.Clinic() {
		return nil, clinic.E(CodeForeign)
	}
	key, err := o.keys.BackupLock(d.Epoch)
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		return nil, clinic.E(CodeOtherCopy).Because(err)
	}
	if err != nil {
		return nil, err
	}
	defer clear(key)
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	lock, err := openPart(aead, d.Clinic, "lock", d.Lock)
	if err != nil {
		return nil, clinic.E(CodeDamaged).Because(errOtherKey)
	}
	if len(lock) != keyBytes {
		return nil, damaged("the lock has another length")
	}
	return lock, nil
}

// BySheet opens a repository with a recovery sheet, on any computer. The sheet is
// the caller's to wipe.
func BySheet(sheet vault.Recovery) Opener { return bySheet{sheet} }

type bySheet struct{ sheet vault.Recovery }

func (o bySheet) lock(d *document) ([]byte, error) {
	lock, err := o.sheet.Decrypt(d.Clinic, d.Sheet)
	if errors.Is(err, clinic.E(vault.CodeDamaged)) {
		return nil, clinic.E(CodeDamaged).Because(err)
	}
	return lock, err
}

// open returns the repository's keys.
func (d *document) open(by Opener) (*keyring, error) {
	lock, err := by.lock(d)
	if err != nil {
		return nil, err
	}
	defer clear(lock)
	aead, err := chacha20poly1305.NewX(lock)
	if err != nil {
		return nil, err
	}
	raw, err := openPart(aead, d.Clinic, "keys", d.Keys)
	if err != nil {
		return nil, err
	}
	defer clear(raw)
	r := &keyring{clinic: d.Clinic}
	if err := json.Unmarshal(raw, &r.keys); err != nil || len(r.keys) == 0 {
		r.wipe()
		return nil, damaged("the keys have an unknown shape")
	}
	for i, k := range r.keys {
		if k.Number != uint32(i)+1 || len(k.Key) != keyBytes {
			r.wipe()
			return nil, damaged("the keys have an unknown shape")
		}
	}
	return r, nil
}

// relock returns the document that follows d, which may be nil, and its keys: those
// of r and one more for what is written from now on, sealed to the clinic as it is
// now. Who has left since, or holds a sheet that was replaced, opens what lay there
// before. Both keyrings are the caller's to wipe.
func relock(d *document, r *keyring, keys Keys, random io.Reader) (_ *document, _ *keyring, err error) {
	next := &document{Format: formatName, Version: formatVersion, Clinic: keys.Clinic(), Count: 1}
	if d != nil {
		next.Count = d.Count + 1
	}
	if next.Epoch, err = keys.CurrentEpoch(); err != nil {
		return nil, nil, err
	}
	grown := &keyring{clinic: next.Clinic}
	defer func() {
		if err != nil {
			grown.wipe()
		}
	}()
	if r != nil {
		if grown.keys, err = r.copies(); err != nil {
			return nil, nil, err
		}
	}
	fresh, lock := make([]byte, keyBytes), make([]byte, keyBytes)
	defer clear(lock)
	grown.keys = append(grown.keys, repositoryKey{Number: uint32(len(grown.keys)) + 1, Key: fresh})
	for _, drawn := range [][]byte{fresh, lock} {
		if _, err := io.ReadFull(random, drawn); err != nil {
			return nil, nil, fmt.Errorf("backup: draw a key: %w", err)
		}
	}
	own, err := keys.BackupLock(next.Epoch)
	if err != nil {
		return nil, nil, err
	}
	defer clear(own)
	if next.Lock, err = sealPart(own, next.Clinic, "lock", lock, random); err != nil {
		return nil, nil, err
	}
	if next.Sheet, err = keys.EncryptToSheet(lock); err != nil {
		return nil, nil, err
	}
	raw, err := json.Marshal(grown.keys)
	if err != nil {
		return nil, nil, fmt.Errorf("backup: seal the keys: %w", err)
	}
	defer clear(raw)
	padded := append(make([]byte, 0, len(raw)+keysGrain), raw...)
	for len(padded)%keysGrain != 0 {
		padded = append(padded, ' ')
	}
	defer clear(padded)
	if next.Keys, err = sealPart(lock, next.Clinic, "keys", padded, random); err != nil {
		return nil, nil, err
	}
	return next, grown, nil
}

func partData(c vault.ClinicID, part string) []byte {
	return append(append([]byte("quietline/backup-keys/1\x00"), c[:]...), part...)
}

func sealPart(key []byte, c vault.ClinicID, part string, plain []byte, random io.Reader) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	out := make([]byte, nonceBytes, nonceBytes+len(plain)+tagBytes)
	if _, err := io.ReadFull(random, out); err != nil {
		return nil, fmt.Errorf("backup: draw a nonce: %w", err)
	}
	return aead.Seal(out, out, plain, partData(c, part)), nil
}

func openPart(aead cipher.AEAD, c vault.ClinicID, part string, sealed []byte) ([]byte, error) {
	if len(sealed) < nonceBytes {
		return nil, damaged("the keys do not open")
	}
	plain, err := aead.Open(nil, sealed[:nonceBytes], sealed[nonceBytes:], partData(c, part))
	if err != nil {
		return nil, damaged("the keys do not open")
	}
	return plain, nil
}

// mark names a repository as it stands, without its keys: see [Result].
func (d disk) mark() (string, error) {
	sum := sha256.New()
	for _, name := range []string{documentName, documentCopy} {
		raw, err := d.load(name, documentLimit)
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errTooLong) {
			return "", unreachable(err)
		}
		fmt.Fprintf(sum, "%d ", len(raw))
		sum.Write(raw)
	}
	names, _, err := d.named(generationsDir)
	if err != nil {
		return "", err
	}
	slices.SortFunc(names, func(a, b Name) int { return bytes.Compare(a[:], b[:]) })
	for _, name := range names {
		sum.Write(name[:])
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// errOtherKey: the lock of a document is whole, and not sealed under the key that was
// shown, or not whole.
var errOtherKey = errors.New("the lock does not open")

// readDocument returns the newest copy of the document that can be opened, its
// keys, and whether both copies are this one. One copy is enough, whatever is wrong
// with the other.
func readDocument(d disk, by Opener) (doc *document, r *keyring, twice bool, err error) {
	if _, err := d.files.List(d.dir); err != nil {
		return nil, nil, false, unreachable(err)
	}
	var raws [][]byte
	var first error
	fail := func(err error) {
		// What cannot be read now may be whole, so that this is not called damaged.
		if first == nil || clinic.CodeOf(err) == CodeUnreachable {
			first = err
		}
	}
	// All is read before any key is open: a disk may keep a reader waiting, and a lock
	// of the clinic waits for none.
	for _, name := range []string{documentName, documentCopy} {
		raw, err := d.load(name, documentLimit)
		switch {
		case err == nil:
			raws = append(raws, raw)
		case errors.Is(err, errTooLong):
			fail(damaged("too long"))
		case !errors.Is(err, fs.ErrNotExist):
			fail(unreachable(err))
		}
	}
	same := len(raws) == 2 && bytes.Equal(raws[0], raws[1])
	for _, raw := range raws {
		one, err := parseDocument(raw)
		var keys *keyring
		if err == nil {
			keys, err = one.open(by)
		}
		switch {
		case errors.Is(err, errOtherKey) && same:
			// A disk does not spoil both copies alike: this epoch is another one of the same
			// number, which began where the clinic went on without this copy of it.
			fail(clinic.E(CodeOtherCopy).Because(err))
		case err != nil:
			fail(err)
		case doc == nil || one.Count > doc.Count:
			r.wipe()
			doc, r = one, keys
		default:
			keys.wipe()
		}
	}
	switch {
	case doc != nil:
		return doc, r, same, nil
	case first != nil:
		return nil, nil, false, first
	}
	return nil, nil, false, clinic.E(CodeMissing)
}
