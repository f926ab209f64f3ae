package backup

import (
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"path"
	"slices"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/journal"
)

// Sink takes a clinic that comes back. Its calls come in the order in which they
// stand here, and an error of any of them ends the restore.
type Sink interface {
	// Keys takes what opens the log and returns how far the log is there already,
	// from a restore that was cut short: the zero Head for nothing.
	Keys(ctx context.Context, b *Bag) (journal.Head, error)
	// Records takes events that follow what is there. They are durable when it
	// returns.
	Records(ctx context.Context, events []journal.Entry) error
	// Attached opens a file that is there already; nil where none is.
	Attached(ctx context.Context, name blob.Name) (blob.ReadFile, error)
	// Attachment takes a sealed file. Where reading it ends in another error than
	// io.EOF, it is not what was written, and nothing of it may be kept.
	Attachment(ctx context.Context, name blob.Name, sealed io.Reader) error
}

// ErrOtherStart is returned by Restore where what is there from a restore that was
// cut short is not a part of the generation: the caller clears it and begins anew.
var ErrOtherStart = errors.New("what was restored before is of another copy")

// Restored says what came back.
type Restored struct {
	Generation Generation
	// Head is how far the log goes: the generation's, or the one that was asked for.
	Head journal.Head
	// Newest is the furthest position that any generation of the repository knows.
	// The clinic may have gone further still.
	Newest journal.Pos
	// Events and Attachments count what was read. Lost are the files of attachments
	// that the backup holds no more, or holds damaged; beside an error also the file
	// that the restore cannot do without.
	Events, Attachments uint64
	Lost                []Problem
}

// Restore gives a generation to a sink, or only what it holds up to a position,
// which must be the end of a batch; the zero Pos is all of it. The newest bag of
// its incarnation goes with it, so that what was destroyed since stays destroyed;
// the vault in it is the newest one.
//
// CodeDamaged, CodeUnreachable: a file that it cannot do without. An attachment
// that is damaged is told and left out. It may be repeated, and goes on where the
// sink says that it is.
func (r *Repository) Restore(ctx context.Context, name Name, until journal.Pos, into Sink, tell func(Progress)) (Restored, error) {
	if tell == nil {
		tell = func(Progress) {}
	}
	all, _, err := r.manifests(ctx)
	if err != nil {
		return Restored{}, err
	}
	var m *manifest
	var newest journal.Pos
	var bag *Bag
	for _, one := range all {
		if one.name == name {
			m = one
		}
		if one.Incarnation > newest.Incarnation || one.Incarnation == newest.Incarnation && one.Seq > newest.Seq {
			newest = one.head().Pos
		}
	}
	if m == nil || until.Seq > m.Seq {
		return Restored{}, clinic.E(CodeNoGeneration)
	}
	if bag, err = r.openingBag(m, newest.Incarnation); err != nil {
		return Restored{}, err
	}
	if until.IsZero() {
		until = m.head().Pos
	}
	done := Restored{Generation: m.generation(), Newest: newest}
	at, err := into.Keys(ctx, bag)
	if err != nil {
		return done, err
	}
	if at.Seq > until.Seq {
		return done, ErrOtherStart
	}
	if done.Head, err = r.giveRecords(ctx, m, at, until, into, tell, &done); err != nil {
		return done, err
	}
	return done, r.giveAttachments(ctx, m, into, tell, &done)
}

// openingBag is what opens a generation: the content keys of its own incarnation,
// and the vault of the newest, which the sheet in force opens; beside it its own vault,
// where that is another.
func (r *Repository) openingBag(m *manifest, newest uint32) (*Bag, error) {
	b, _, err := r.bag(m.Incarnation)
	if err != nil {
		return nil, err
	}
	if b.Number < m.Bag {
		return nil, damaged("a bag is older than its generation")
	}
	all, err := r.incarnations()
	if err != nil {
		return nil, err
	}
	slices.Sort(all)
	for _, incarnation := range slices.Backward(all) {
		if incarnation <= m.Incarnation {
			break
		}
		last, _, err := r.bag(incarnation)
		switch {
		case err == nil:
			b.Left, b.Vault = b.Vault, last.Vault
			return b, nil
		case clinic.CodeOf(err) == CodeDamaged && incarnation > newest:
			// The first run of an incarnation was cut short before its document stood, or
			// before its generation did.
			continue
		}
		return nil, err
	}
	return b, nil
}

func (r *Repository) giveAttachments(ctx context.Context, m *manifest, into Sink, tell func(Progress), done *Restored) error {
	list, err := r.shelf(m.Shelf)
	if clinic.CodeOf(err) == CodeDamaged {
		// The texts are whole without their pictures.
		done.Lost = append(done.Lost, Problem{File: path.Join(shelvesDir, m.Shelf.String()), Code: CodeDamaged})
		return nil
	}
	if err != nil {
		return err
	}
	for i, f := range list {
		if err := cancelled(ctx); err != nil {
			return err
		}
		there, err := attached(ctx, f, into)
		if err == nil && !there {
			err = r.giveAttachment(ctx, f, into)
		}
		switch code := clinic.CodeOf(err); {
		case err == nil:
			done.Attachments++
		case code == CodeDamaged:
			done.Lost = append(done.Lost, Problem{File: blobFile(f.name), Code: code})
		default:
			return err
		}
		tell(Progress{Stage: StageAttachments, Done: uint64(i) + 1, Total: uint64(len(list))})
	}
	return nil
}

// attached reports whether a file is there already, and whole.
func attached(ctx context.Context, f shelved, into Sink) (bool, error) {
	is, err := into.Attached(ctx, f.name)
	if err != nil || is == nil {
		return false, err
	}
	defer func() { _ = is.Close() }()
	size, err := is.Size()
	if err != nil || size != f.size {
		return false, nil
	}
	sum, err := sumOf(ctx, is)
	return err == nil && sum == f.sum, cancelled(ctx)
}

// giveAttachment hands a file out, and counts its hash meanwhile.
func (r *Repository) giveAttachment(ctx context.Context, f shelved, into Sink) error {
	from, err := r.openBlob(f)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }()
	read := &proven{from: untilDone{ctx, io.NewSectionReader(from, 0, f.size)}, counted: sha256.New(), want: f.sum, disk: r.disk}
	err = into.Attachment(ctx, f.name, read)
	if read.err != nil {
		return read.err
	}
	return err
}

// proven reads a file that must have a hash. Where it has not, it ends in an error
// and not in io.EOF.
type proven struct {
	from    io.Reader
	counted hash.Hash
	want    [32]byte
	disk    disk
	// err is why the file was not read to its end.
	err error
}

func (p *proven) Read(b []byte) (int, error) {
	n, err := p.from.Read(b)
	p.counted.Write(b[:n])
	switch {
	case errors.Is(err, io.EOF) && [32]byte(p.counted.Sum(nil)) != p.want:
		p.err = damaged("a file has another hash")
	case err != nil && !errors.Is(err, io.EOF):
		p.err = p.disk.unread(err)
	default:
		return n, err
	}
	return n, p.err
}
