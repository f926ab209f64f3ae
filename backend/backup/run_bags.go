package backup

import (
	"bytes"
	"context"
	"errors"

	"quietline/backend/clinic"
)

// outside is what opens a copy without a computer: the vault's file, and the
// document with its keys that come with it. All is of one moment, because a sheet
// that opens only one of the two opens nothing.
type outside struct {
	vault []byte
	// doc and keys are nil where the document in the repository stays.
	doc  *document
	keys *keyring
}

// errChanging: the clinic changed its keys each time that they were read.
var errChanging = errors.New("the clinic's keys change meanwhile")

func (w *run) outside() (o outside, err error) {
	for range 3 {
		epoch, err := w.src.Keys.CurrentEpoch()
		if err != nil {
			return outside{}, err
		}
		o = outside{}
		if epoch != w.doc.Epoch || w.rejoins {
			if o.doc, o.keys, err = relock(w.doc, w.keys, w.src.Keys, w.random); err != nil {
				return outside{}, err
			}
			w.keeps(o.keys)
		}
		o.vault, err = w.src.Vault()
		now, later := w.src.Keys.CurrentEpoch()
		if err = errors.Join(err, later); err == nil && now == epoch && (o.doc == nil || o.doc.Epoch == epoch) {
			return o, nil
		}
		o.keys.wipe()
		if err != nil {
			return outside{}, err
		}
	}
	return outside{}, clinic.E(CodeNotSaved).Because(errChanging).Retryable()
}

// bags writes the bag of this incarnation, with it the document where the clinic
// has gone on to another epoch, and destroys in the bags of older incarnations what
// was destroyed in the clinic.
func (w *run) bags(ctx context.Context) error {
	keys, destructions, err := w.src.ContentKeys.ContentKeys(ctx)
	if err != nil {
		return err
	}
	out, err := w.outside()
	if err != nil {
		return err
	}
	fresh := &Bag{Number: 1, Vault: out.vault, Keys: keys, Destructions: destructions}
	for _, m := range w.old {
		if m.Incarnation == w.head.Incarnation {
			fresh.Number = max(fresh.Number, m.Bag+1)
		}
	}
	last, twice, err := w.bag(w.head.Incarnation)
	switch {
	case err == nil:
		fresh.Number = max(fresh.Number, last.Number)
		if twice && out.doc == nil && fresh.Number == last.Number && bytes.Equal(last.content(), fresh.content()) {
			w.next.Bag = last.Number
			break
		}
		fresh.Number = max(fresh.Number, last.Number+1)
	case clinic.CodeOf(err) != CodeDamaged:
		out.keys.wipe()
		return err
	}
	if err := w.hold.confirm(); err != nil {
		out.keys.wipe()
		return err
	}
	switch {
	case out.doc != nil:
		if err := w.follow(out, fresh); err != nil {
			return err
		}
	case !w.twice:
		if err := w.disk.writeDocument(w.doc); err != nil {
			return err
		}
		w.twice = true
	}
	if w.next.Bag == 0 {
		if err := w.writeBag(w.head.Incarnation, fresh); err != nil {
			return err
		}
		w.next.Bag = fresh.Number
	}
	return w.olderBags(fresh)
}

// follow brings the repository along to the clinic's epoch. One copy of the bag goes
// first, which the keys before do not open, and then the document; only after that
// the other copy of the bag. Wherever this is cut short, the sheet before or the one
// in force opens a document and a bag that belong together.
func (w *run) follow(out outside, fresh *Bag) error {
	name := bagOf(w.head.Incarnation)
	raw, err := out.keys.seal(kindBag, name, fresh.content(), w.random)
	if err == nil {
		err = w.disk.write(w.spareCopy(name), raw)
	}
	if err == nil {
		err = w.disk.writeDocument(out.doc)
	}
	if err != nil {
		out.keys.wipe()
		return err
	}
	w.keys.wipe()
	w.doc, w.keys, w.twice = out.doc, out.keys, true
	return nil
}

func (w *run) olderBags(fresh *Bag) error {
	incarnations, err := w.incarnations()
	if err != nil {
		return err
	}
	for _, incarnation := range incarnations {
		if incarnation >= w.head.Incarnation {
			continue
		}
		b, twice, err := w.bag(incarnation)
		if clinic.CodeOf(err) == CodeDamaged {
			continue // its generations cannot be restored, and verifying says so
		}
		if err != nil {
			return err
		}
		if !b.destroyAs(fresh) && twice {
			continue
		}
		b.Number++
		if err := w.hold.confirm(); err != nil {
			return err
		}
		if err := w.writeBag(incarnation, b); err != nil {
			return err
		}
	}
	return nil
}
