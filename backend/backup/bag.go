package backup

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strconv"
	"strings"

	"quietline/backend/clinic"
	"quietline/backend/journal"
)

// Bag is what opens the log of a copy: the vault's file, and the content keys that
// lie beside the log. All generations of an incarnation of the log share one, the
// newest, so that a key that was destroyed in the clinic opens nothing in any of
// them. A log that went on from an older copy has lost keys of what it left behind;
// hence the older incarnation keeps a bag of its own, as long as it has generations.
type Bag struct {
	// Number counts the bags of a repository.
	Number uint64
	// Vault is vault.json, whole and sealed.
	Vault []byte
	// Keys are the content keys, sealed; destroyed ones without what was sealed.
	Keys []journal.StoredKey
	// Destructions counts the keys that were ever destroyed.
	Destructions uint64
	// Left is the vault's file of the generation's own incarnation where Vault is that
	// of a later one; only a restore sets it. What was left behind when somebody went
	// on from an older copy may have keys that no later vault knows.
	Left []byte
}

// The content of a bag:
//
//	number 8, destructions 8, length of the vault 4, vault, count of keys 4,
//	keys: id 16, dossier 16, year 2, epoch 4, destroyed at 8,
//	      length and class 1+, length and sealed key 1+
const minKeyBytes = 16 + 16 + 2 + 4 + 8 + 1 + 1

func (b *Bag) content() []byte {
	out := binary.BigEndian.AppendUint64(nil, b.Number)
	out = binary.BigEndian.AppendUint64(out, b.Destructions)
	out = binary.BigEndian.AppendUint32(out, uint32(len(b.Vault)))
	out = append(out, b.Vault...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(b.Keys)))
	for _, k := range b.Keys {
		out = append(out, k.ID[:]...)
		out = append(out, k.Slot.Dossier[:]...)
		out = binary.BigEndian.AppendUint16(out, k.Slot.Year)
		out = binary.BigEndian.AppendUint32(out, k.Epoch)
		out = binary.BigEndian.AppendUint64(out, uint64(k.DestroyedAt))
		out = append(append(out, byte(len(k.Slot.Class))), k.Slot.Class...)
		out = append(append(out, byte(len(k.Sealed))), k.Sealed...)
	}
	return out
}

func parseBag(content []byte) (*Bag, error) {
	c := &cursor{b: content}
	b := &Bag{Number: c.uint64(), Destructions: c.uint64()}
	b.Vault = c.take(c.length())
	count := c.length()
	if c.short || count > len(c.b)/minKeyBytes || b.Destructions > math.MaxInt64 {
		return nil, damaged("a bag is cut")
	}
	b.Keys = make([]journal.StoredKey, 0, count)
	for range count {
		var k journal.StoredKey
		copy(k.ID[:], c.take(len(k.ID)))
		copy(k.Slot.Dossier[:], c.take(len(k.Slot.Dossier)))
		k.Slot.Year = binary.BigEndian.Uint16(c.take(2))
		k.Epoch = binary.BigEndian.Uint32(c.take(4))
		k.DestroyedAt = clinic.Instant(c.uint64())
		k.Slot.Class = journal.RecordClass(c.take(int(c.take(1)[0])))
		if sealed := c.take(int(c.take(1)[0])); len(sealed) > 0 {
			k.Sealed = sealed
		}
		if c.short || (k.Sealed == nil) == k.DestroyedAt.IsZero() {
			return nil, damaged("a content key is neither there nor destroyed")
		}
		b.Keys = append(b.Keys, k)
	}
	if len(c.b) > 0 {
		return nil, damaged("a bag is too long")
	}
	return b, nil
}

func (c *cursor) uint64() uint64 { return binary.BigEndian.Uint64(c.take(8)) }

func (c *cursor) length() int { return int(binary.BigEndian.Uint32(c.take(4))) }

// bagOf is the name of an incarnation's bag, under which both copies are sealed.
func bagOf(incarnation uint32) string { return fmt.Sprintf("%s/%d", bagsDir, incarnation) }

// copiesOf are the two files of a bag.
func copiesOf(bag string) []string { return []string{bag, bag + "-2"} }

// bag returns the newest copy of an incarnation's bag that opens, and whether both
// are that. Where none does, the error is that of the first.
func (r *Repository) bag(incarnation uint32) (newest *Bag, twice bool, err error) {
	name := bagOf(incarnation)
	same := 0
	for _, file := range copiesOf(name) {
		b, one := r.readBag(name, file)
		switch {
		case one == nil && (newest == nil || b.Number > newest.Number):
			newest, same = b, 1
		case one == nil && b.Number == newest.Number:
			same++
		case one != nil && clinic.CodeOf(one) == CodeUnreachable:
			return nil, false, one
		case one != nil && err == nil:
			err = one
		}
	}
	if newest == nil {
		return nil, false, err
	}
	return newest, same == 2, nil
}

func (r *Repository) readBag(name, file string) (*Bag, error) {
	raw, err := r.disk.read(file)
	if err != nil {
		return nil, err
	}
	content, err := r.keys.open(kindBag, name, raw)
	if err != nil {
		return nil, err
	}
	return parseBag(content)
}

// spareCopy is the copy of a bag whose loss costs least: one that does not open, or
// is older than the other.
func (r *Repository) spareCopy(bag string) string {
	files := copiesOf(bag)
	one, err := r.readBag(bag, files[0])
	if err != nil {
		return files[0]
	}
	if two, err := r.readBag(bag, files[1]); err == nil && two.Number > one.Number {
		return files[0]
	}
	return files[1]
}

// writeBag puts a bag in the place of the one before, one copy after the other.
func (r *Repository) writeBag(incarnation uint32, b *Bag) error {
	name := bagOf(incarnation)
	raw, err := r.keys.seal(kindBag, name, b.content(), r.random)
	if err != nil {
		return err
	}
	for _, file := range copiesOf(name) {
		if err := r.disk.write(file, raw); err != nil {
			return err
		}
	}
	return nil
}

// incarnations lists those that have a bag.
func (r *Repository) incarnations() ([]uint32, error) {
	names, err := r.disk.list(bagsDir)
	if err != nil {
		return nil, err
	}
	var found []uint32
	for _, name := range names {
		first := strings.TrimSuffix(name, "-2")
		n, err := strconv.ParseUint(first, 10, 32)
		if err != nil || name != first && r.has(bagsDir+"/"+first) {
			continue
		}
		found = append(found, uint32(n))
	}
	return found, nil
}

func (r *Repository) has(file string) bool {
	_, err := r.disk.files.Size(r.disk.path(file))
	return !errors.Is(err, fs.ErrNotExist)
}

// destroyAs destroys in a bag what is destroyed in a newer one: keys by their name,
// and those of the same slot that the clinic has lost itself. It reports whether
// there was any.
func (b *Bag) destroyAs(newer *Bag) (changed bool) {
	gone := map[journal.KeyID]clinic.Instant{}
	slots := map[journal.KeySlot]clinic.Instant{}
	there := map[journal.KeyID]bool{}
	for _, k := range newer.Keys {
		there[k.ID] = true
		if !k.DestroyedAt.IsZero() {
			gone[k.ID], slots[k.Slot] = k.DestroyedAt, k.DestroyedAt
		}
	}
	for i := range b.Keys {
		k := &b.Keys[i]
		at, destroyed := gone[k.ID]
		if !there[k.ID] {
			at, destroyed = slots[k.Slot], !slots[k.Slot].IsZero()
		}
		if destroyed && k.DestroyedAt.IsZero() {
			k.Sealed, k.DestroyedAt = nil, at
			b.Destructions++
			changed = true
		}
	}
	return changed
}
