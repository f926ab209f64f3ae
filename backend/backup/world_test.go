package backup_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"quietline/backend/archive/blob"
	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

const passphrase = "seven grey herons at dawn"

var (
	noon  = clinic.Instant(1772625600000).Time()
	owner = vault.Member{ID: clinic.StaffID{1}, Name: "Ada Quill", Role: clinic.PrivacyOfficer}
)

// world is a clinic whose log holds any bytes, since a backup never looks into
// them, and a disk beside it.
type world struct {
	t      *testing.T
	clock  *clinictest.Clock
	random *rand.Rand
	vault  *vault.Vault
	// secrets is where the device's secret lies.
	secrets string
	keys    *vault.Keys
	sheet   vault.Recovery

	events  *journaltest.Ordering
	log     journal.EventLog
	seat    clinic.SeatID
	sign    ed25519.PrivateKey
	next    uint32 // the incarnation of what is recorded next
	content keysBeside
	files   pictures

	disk   *disk
	target *backup.Target
}

const repository = "usb/backup"

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{
		t: t, clock: clinictest.NewClock(noon), random: rand.New(rand.NewPCG(7, 11)), next: 1,
		files: pictures{there: map[blob.Name][]byte{}, named: map[blob.Name]struct{}{}}, disk: newDisk(),
	}
	dir := t.TempDir()
	var err error
	w.secrets = filepath.Join(dir, "..", filepath.Base(dir)+".secret")
	w.vault, w.keys, w.sheet, err = vault.Create(context.Background(), vault.Config{
		Dir: dir, Secrets: filesecret.At(w.secrets), Clock: w.clock, Work: vault.Sample,
	}, owner, []byte(passphrase))
	w.ok(err)
	w.sign = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{3}, ed25519.SeedSize))
	w.seat = clinic.SeatID{9}
	w.newLog()
	w.disk.dirs["usb"] = true
	w.ok(backup.Create(context.Background(), w.config(), w.keys))
	w.target = backup.NewTarget(w.config())
	return w
}

func (w *world) newLog() {
	w.events = journaltest.NewOrdering()
	w.log = w.events.Connect(journal.SeatKeys{w.seat: w.sign.Public().(ed25519.PublicKey)})
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// config is a repository whose segments are small, so that there are some.
func (w *world) config() backup.Config {
	return backup.Config{Dir: repository, Files: w.disk, SegmentBytes: 4 << 10}
}

func (w *world) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(w.random.Uint32())
	}
	return b
}

// record appends batches of a few events.
func (w *world) record(batches int) {
	w.t.Helper()
	ctx := context.Background()
	for range batches {
		head, err := w.log.Head(ctx)
		w.ok(err)
		b := journal.Batch{Parent: head, Incarnation: w.next}
		for range 1 + w.random.IntN(4) {
			e := journal.Sealed{ID: clinic.NewID[clinic.EventID](), Header: w.bytes(100 + w.random.IntN(40))}
			if w.random.IntN(3) > 0 {
				e.Body = w.bytes(64 * (1 + w.random.IntN(8)))
			}
			if w.random.IntN(5) == 0 {
				e.Exclusive = journal.Subject(w.bytes(16))
			}
			b.Events = append(b.Events, e)
		}
		_, err = journal.SignBatch(&b, w.seat, func(m []byte) ([]byte, error) { return ed25519.Sign(w.sign, m), nil })
		w.ok(err)
		_, err = w.log.Append(ctx, b)
		w.ok(err)
	}
}

// slot adds a living content key and returns its place.
func (w *world) slot() int {
	w.content.keys = append(w.content.keys, journal.StoredKey{
		ID: clinic.NewID[journal.KeyID](), Epoch: 1, Sealed: w.bytes(72),
		Slot: journal.KeySlot{Dossier: clinic.DossierID(w.bytes(16)), Class: journal.ClassMessage, Year: 2026},
	})
	return len(w.content.keys) - 1
}

// destroy destroys a content key, as the clinic does.
func (w *world) destroy(at int) {
	k := &w.content.keys[at]
	k.Sealed, k.DestroyedAt = nil, w.clock.Now()
	w.content.destructions++
}

// picture adds a file of an attachment.
func (w *world) picture(size int) blob.Name {
	name := blob.Name(w.bytes(16))
	w.files.there[name] = w.bytes(size)
	w.files.named[name] = struct{}{}
	return name
}

func (w *world) source() backup.Source {
	return backup.Source{
		Keys: w.keys, Log: w.log, ContentKeys: &w.content, Vault: func() ([]byte, error) { return w.vault.Copy(w.keys) },
		Attachments: &w.files, Clock: w.clock,
	}
}

func (w *world) run() (backup.Result, error) {
	return w.target.Run(context.Background(), w.source(), nil)
}

func (w *world) mustRun() backup.Result {
	w.t.Helper()
	r, err := w.run()
	w.ok(err)
	return r
}

func (w *world) open() *backup.Repository {
	w.t.Helper()
	r, err := backup.Open(context.Background(), w.config(), backup.BySheet(w.sheet))
	w.ok(err)
	return r
}

func (w *world) generations() []backup.Generation {
	w.t.Helper()
	r := w.open()
	defer r.Close()
	all, _, err := r.Generations(context.Background())
	w.ok(err)
	return all
}

func (w *world) verify() backup.Report {
	w.t.Helper()
	r := w.open()
	defer r.Close()
	report, err := r.Verify(context.Background(), nil)
	w.ok(err)
	return report
}

// whole fails unless everything in the repository is what was written.
func (w *world) whole() {
	w.t.Helper()
	if report := w.verify(); len(report.Problems) > 0 || len(report.Broken) > 0 {
		w.t.Fatalf("the repository is not whole: %v, %d broken generations", report.Problems, len(report.Broken))
	}
}

// restores fails unless a generation gives back what the log held at its head, and
// every file.
func (w *world) restores(g backup.Generation) *memory {
	w.t.Helper()
	into := &memory{files: map[blob.Name][]byte{}}
	r := w.open()
	defer r.Close()
	done, err := r.Restore(context.Background(), g.Name, journal.Pos{}, into, nil)
	w.ok(err)
	if len(done.Lost) > 0 || done.Head != g.Head {
		w.t.Fatalf("generation %d came back to %d of %d, without %v", g.Number, done.Head.Seq, g.Head.Seq, done.Lost)
	}
	w.same(into)
	return into
}

// same fails unless what came back is a part of the clinic.
func (w *world) same(m *memory) {
	w.t.Helper()
	all := w.all()
	for i, e := range m.events {
		if i >= len(all) || e.Pos != all[i].Pos || e.Chain != all[i].Chain || !bytes.Equal(e.Header, all[i].Header) ||
			!bytes.Equal(e.Body, all[i].Body) || e.Exclusive != all[i].Exclusive || (e.Seal == nil) != (all[i].Seal == nil) {
			w.t.Fatalf("event %d came back as another", i+1)
		}
	}
	for name, raw := range m.files {
		if has, ok := w.files.there[name]; ok && !bytes.Equal(has, raw) {
			w.t.Fatal("a file came back as another")
		}
	}
}

// memory is a sink.
type memory struct {
	bag    *backup.Bag
	events []journal.Entry
	files  map[blob.Name][]byte
	// left is how many calls work.
	left *int
}

var errCut = errors.New("cut short")

func (m *memory) step() error {
	if m.left == nil {
		return nil
	}
	if *m.left--; *m.left < 0 {
		return errCut
	}
	return nil
}

func (m *memory) Keys(_ context.Context, b *backup.Bag) (journal.Head, error) {
	if err := m.step(); err != nil {
		return journal.Head{}, err
	}
	m.bag = b
	if n := len(m.events); n > 0 {
		return journal.Head{Pos: m.events[n-1].Pos, Chain: m.events[n-1].Chain}, nil
	}
	return journal.Head{}, nil
}

func (m *memory) Records(_ context.Context, events []journal.Entry) error {
	if err := m.step(); err != nil {
		return err
	}
	if n := len(m.events); n > 0 && m.events[n-1].Seq+1 != events[0].Seq {
		return fmt.Errorf("%d after %d", events[0].Seq, m.events[n-1].Seq)
	}
	m.events = append(m.events, events...)
	return nil
}

func (m *memory) Attached(_ context.Context, name blob.Name) (blob.ReadFile, error) {
	raw, there := m.files[name]
	if !there {
		return nil, m.step()
	}
	return picture{bytes.NewReader(raw)}, m.step()
}

func (m *memory) Attachment(_ context.Context, name blob.Name, sealed io.Reader) error {
	if err := m.step(); err != nil {
		return err
	}
	raw, err := io.ReadAll(sealed)
	if err == nil {
		m.files[name] = raw
	}
	return err
}

// keysBeside are the content keys of the clinic.
type keysBeside struct {
	keys         []journal.StoredKey
	destructions uint64
}

func (k *keysBeside) ContentKeys(context.Context) ([]journal.StoredKey, uint64, error) {
	return slices.Clone(k.keys), k.destructions, nil
}

// pictures are the files of the clinic's attachments.
type pictures struct {
	there map[blob.Name][]byte
	named map[blob.Name]struct{}
	// unread is a file that does not read.
	unread blob.Name
}

func (p *pictures) Sealed(context.Context) (names []blob.Name, err error) {
	for name := range p.there {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b blob.Name) int { return bytes.Compare(a[:], b[:]) })
	return names, nil
}

func (p *pictures) Named(context.Context) (map[blob.Name]struct{}, error) { return p.named, nil }

func (p *pictures) OpenSealed(n blob.Name) (blob.ReadFile, error) {
	raw, there := p.there[n]
	switch {
	case !there:
		return nil, clinic.E(blob.CodeMissing)
	case n == p.unread:
		return nil, clinic.E(blob.CodeNotRead)
	}
	return picture{bytes.NewReader(raw)}, nil
}

type picture struct{ *bytes.Reader }

func (p picture) Size() (int64, error) { return p.Reader.Size(), nil }
func (picture) Close() error           { return nil }

// day is a day at the clinic.
func (w *world) day() {
	w.record(6)
	w.slot()
	w.picture(3000)
	w.clock.Advance(24 * time.Hour)
}
