package backup

import (
	"bytes"
	"crypto/rand"
	"reflect"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/vault"
)

func someKeys() *keyring {
	return &keyring{clinic: vault.ClinicID{1, 2}, keys: []repositoryKey{
		{Number: 1, Key: bytes.Repeat([]byte{5}, keyBytes)}, {Number: 2, Key: bytes.Repeat([]byte{6}, keyBytes)},
	}}
}

func someSegment() *segmentWriter {
	at := journal.Head{Pos: journal.Pos{Incarnation: 2, Seq: 41}, Chain: journal.Hash{9}}
	w := newSegment(at)
	for i, e := range []journal.Sealed{
		{ID: clinic.EventID{1}, Header: []byte("a header"), Body: []byte("a body")},
		{ID: clinic.EventID{2}, Header: []byte("another"), Exclusive: journal.Subject{7}},
		{ID: clinic.EventID{3}, Header: bytes.Repeat([]byte{3}, 200), Body: bytes.Repeat([]byte{4}, 640)},
	} {
		incarnation := uint32(2)
		var seal *journal.Seal
		if i == 2 {
			seal = &journal.Seal{Seat: clinic.SeatID{8}, Count: 2, Signature: [64]byte{1}}
		}
		if i > 0 {
			incarnation = 3
		}
		at = journal.Link(at, incarnation, e)
		w.add(journal.Entry{Pos: at.Pos, Sealed: e, Chain: at.Chain, Seal: seal})
	}
	return w
}

func someBag() *Bag {
	return &Bag{Number: 3, Vault: []byte("{}"), Destructions: 1, Keys: []journal.StoredKey{
		{ID: journal.KeyID{1}, Slot: journal.KeySlot{Dossier: clinic.DossierID{2}, Class: journal.ClassMessage, Year: 2026}, Epoch: 1, Sealed: []byte("sealed")},
		{ID: journal.KeyID{2}, Slot: journal.KeySlot{Class: journal.ClassAudit, Year: 2025}, Epoch: 2, DestroyedAt: 1772625600000},
	}}
}

func TestASealedFileIsBoundToItsPlace(t *testing.T) {
	r := someKeys()
	content := []byte("what is in it")
	file, err := r.seal(kindShelf, "name", content, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.open(kindShelf, "name", file); err != nil || !bytes.Equal(got, content) {
		t.Fatalf("it does not open: %v", err)
	}
	other := someKeys()
	other.clinic = vault.ClinicID{3}
	for what, err := range map[string]error{
		"another name":   second(r.open(kindShelf, "other", file)),
		"another kind":   second(r.open(kindBag, "name", file)),
		"another clinic": second(other.open(kindShelf, "name", file)),
		"no key of it":   second((&keyring{clinic: r.clinic, keys: r.keys[:1]}).open(kindShelf, "name", file)),
	} {
		if clinic.CodeOf(err) != CodeDamaged {
			t.Errorf("%s: %v", what, err)
		}
	}
	for at := range file {
		bad := bytes.Clone(file)
		bad[at] ^= 1
		if _, err := r.open(kindShelf, "name", bad); err == nil {
			t.Fatalf("it opens with another byte at %d", at)
		}
	}
}

func second(_ []byte, err error) error { return err }

// Contents of nearly one length have files of one length.
func TestLengthsTellLittle(t *testing.T) {
	r := someKeys()
	lengths := map[int]bool{}
	for n := 100_000; n < 130_000; n += 500 {
		file, err := r.seal(kindSegment, "n", make([]byte, n), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if over := float64(len(file)-n) / float64(n); over > 0.13 {
			t.Errorf("a content of %d bytes lies in %d", n, len(file))
		}
		lengths[len(file)] = true
	}
	if len(lengths) > 16 {
		t.Errorf("%d lengths tell 60 contents apart", len(lengths))
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	w := someSegment()
	from, to, events, err := parseSegment(w.content())
	if err != nil || from != w.from || to != w.to || len(events) != 3 {
		t.Fatalf("a segment: %v, %d events", err, len(events))
	}
	again := newSegment(from)
	for _, e := range events {
		again.add(e)
	}
	if !bytes.Equal(again.content(), w.content()) {
		t.Error("a segment is written differently again")
	}
	b, err := parseBag(someBag().content())
	if err != nil || !reflect.DeepEqual(b, someBag()) {
		t.Errorf("a bag: %v, %v", b, err)
	}
}

// A key that seals what is false, by mistake or by somebody who has it, changes no
// event unnoticed: a segment leads where it says, and ends with a batch.
func TestASegmentLeadsWhereItSays(t *testing.T) {
	good := someSegment().content()
	for at := range good {
		bad := bytes.Clone(good)
		bad[at] ^= 1
		// The seal is no part of the chain; whoever reads the log verifies it.
		if seal := len(good) - 200 - 640 - journal.SealBytes; at > seal {
			break
		}
		if _, _, _, err := parseSegment(bad); clinic.CodeOf(err) != CodeDamaged {
			t.Fatalf("it parses with another byte at %d: %v", at, err)
		}
	}
	w := someSegment()
	open := newSegment(w.from)
	_, _, events, err := parseSegment(good)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		e.Seal = nil
		open.add(e)
	}
	if _, _, _, err := parseSegment(open.content()); clinic.CodeOf(err) != CodeDamaged {
		t.Errorf("a segment that ends inside a batch: %v", err)
	}
	for n := range good {
		if _, _, _, err := parseSegment(good[:n]); clinic.CodeOf(err) != CodeDamaged {
			t.Fatalf("it parses with %d of its %d bytes: %v", n, len(good), err)
		}
	}
}

// What parses is what would be written: so there is one form, and nothing of it is
// passed over.
func FuzzSegment(f *testing.F) {
	f.Add(someSegment().content())
	f.Fuzz(func(t *testing.T, raw []byte) {
		from, _, events, err := parseSegment(raw)
		if err != nil {
			return
		}
		w := newSegment(from)
		for _, e := range events {
			w.add(e)
		}
		if !bytes.Equal(w.content(), raw) {
			t.Fatal("it reads what it would not write")
		}
	})
}

func FuzzBag(f *testing.F) {
	f.Add(someBag().content())
	f.Fuzz(func(t *testing.T, raw []byte) {
		if b, err := parseBag(raw); err == nil && !bytes.Equal(b.content(), raw) {
			t.Fatal("it reads what it would not write")
		}
	})
}

func FuzzShelf(f *testing.F) {
	f.Add(shelf{{size: 4, sum: [32]byte{1}}, {name: [16]byte{2}, size: 5}}.content())
	f.Fuzz(func(t *testing.T, raw []byte) {
		if s, err := parseShelf(raw); err == nil && !bytes.Equal(s.content(), raw) {
			t.Fatal("it reads what it would not write")
		}
	})
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"number":1,"made":"2026-03-04T12:00:00Z","incarnation":1,"seq":1,"chain":"` +
		`0000000000000000000000000000000000000000000000000000000000000000","bag":1,"segments":[],"shelf":` +
		`"00000000000000000000000000","attachments":0,"unread":0,"bytes":0}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if m, err := parseManifest(Name{}, raw); err == nil && m.segmentsEnd(len(m.Segments)) != m.head() {
			t.Fatal("a generation that does not end at its head")
		}
	})
}

func FuzzContainer(f *testing.F) {
	r := someKeys()
	good, err := r.seal(kindBag, "name", []byte("content"), bytes.NewReader(make([]byte, 100)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:60])
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, err := r.open(kindBag, "name", raw); err == nil && !bytes.Equal(raw, good) {
			t.Fatal("a file that was never written opens")
		}
	})
}

func FuzzDocument(f *testing.F) {
	d := document{Format: formatName, Version: formatVersion, Clinic: vault.ClinicID{1}, Epoch: 1, Lock: []byte{1}, Sheet: []byte{2}, Keys: []byte{3}}
	raw, err := d.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Fuzz(func(t *testing.T, raw []byte) {
		if d, err := parseDocument(raw); err == nil {
			if again, err := d.encode(); err != nil || !bytes.Equal(again, raw) {
				t.Fatal("it reads what it would not write")
			}
		}
	})
}
