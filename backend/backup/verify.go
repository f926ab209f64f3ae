package backup

import (
	"context"
	"path"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
)

// Problem is a file of a repository that is not what was written.
type Problem struct {
	// File is its name within the repository; it says nothing of the clinic.
	File string
	Code clinic.Code
}

// Report is what a verification found.
type Report struct {
	// Whole are the generations of which every file is what was written, the newest
	// first; Broken the others.
	Whole, Broken []Generation
	Problems      []Problem
	// Events and Files count what was read.
	Events, Files uint64
}

// Verify reads everything that the generations name and holds each file against
// what was written: segments lead from one head to the next, files have their
// hashes. Damage is its outcome and no error. It changes nothing.
func (r *Repository) Verify(ctx context.Context, tell func(Progress)) (Report, error) {
	if tell == nil {
		tell = func(Progress) {}
	}
	manifests, broken, err := r.manifests(ctx)
	if err != nil {
		return Report{}, err
	}
	v := &verification{Repository: r, tell: tell, judged: map[string]bool{}}
	v.report.Problems = broken
	if !r.twice {
		v.report.Problems = append(v.report.Problems, r.documentProblem())
	}
	for _, m := range manifests {
		v.total = max(v.total, m.Seq)
	}
	for _, m := range manifests {
		whole, err := v.generation(ctx, m)
		if err != nil {
			return v.report, err
		}
		if whole {
			v.report.Whole = append(v.report.Whole, m.generation())
		} else {
			v.report.Broken = append(v.report.Broken, m.generation())
		}
	}
	return v.report, nil
}

// documentProblem names the copy of the document that is not the one in force.
func (r *Repository) documentProblem() Problem {
	want, err := r.doc.encode()
	if err == nil && r.disk.same(documentName, want) == nil {
		return Problem{File: documentCopy, Code: CodeDamaged}
	}
	return Problem{File: documentName, Code: CodeDamaged}
}

type verification struct {
	*Repository
	tell   func(Progress)
	report Report
	total  uint64
	// judged says of each file that was read whether it is whole.
	judged map[string]bool
}

// judge reads a file once, whichever generations name it.
func (v *verification) judge(ctx context.Context, file string, read func() error) (whole bool, err error) {
	if whole, known := v.judged[file]; known {
		return whole, nil
	}
	if err := cancelled(ctx); err != nil {
		return false, err
	}
	err = read()
	switch code := clinic.CodeOf(err); {
	case err == nil:
		v.judged[file] = true
	case code == CodeDamaged, code == CodeNewer:
		v.judged[file] = false
		v.report.Problems = append(v.report.Problems, Problem{File: file, Code: code})
	default:
		return false, err
	}
	v.report.Files++
	return v.judged[file], nil
}

func (v *verification) generation(ctx context.Context, m *manifest) (whole bool, err error) {
	whole, err = v.bagOf(ctx, m)
	if err != nil {
		return false, err
	}
	for i, s := range m.Segments {
		good, err := v.judge(ctx, path.Join(segmentsDir, s.Name.String()), func() error {
			size, from, to, events, err := v.segment(s.Name)
			if err == nil && (size != s.Size || from != m.segmentsEnd(i) || to != s.to()) {
				err = damaged("a segment is not the one that was named")
			}
			v.report.Events += uint64(len(events))
			v.tell(Progress{Stage: StageRecords, Done: min(v.report.Events, v.total), Total: v.total})
			return err
		})
		if err != nil {
			return false, err
		}
		whole = whole && good
	}
	good, err := v.files(ctx, m)
	return whole && good, err
}

// bagOf judges both copies of a generation's bag. One that opens is enough.
func (v *verification) bagOf(ctx context.Context, m *manifest) (whole bool, err error) {
	name := bagOf(m.Incarnation)
	for _, file := range copiesOf(name) {
		good, err := v.judge(ctx, file, func() error {
			b, err := v.readBag(name, file)
			if err == nil && b.Number < m.Bag {
				err = damaged("a bag is older than its generation")
			}
			return err
		})
		if err != nil {
			return false, err
		}
		whole = whole || good
	}
	return whole, nil
}

func (v *verification) files(ctx context.Context, m *manifest) (whole bool, err error) {
	if m.Shelf.IsZero() {
		return true, nil
	}
	var list shelf
	list, err = v.shelf(m.Shelf)
	good, judged := v.judge(ctx, path.Join(shelvesDir, m.Shelf.String()), func() error { return err })
	if judged != nil || !good {
		return false, judged
	}
	whole = true
	for i, f := range list {
		good, err := v.judge(ctx, blobFile(f.name), func() error { return v.checkBlob(ctx, f) })
		if err != nil {
			return false, err
		}
		whole = whole && good
		v.tell(Progress{Stage: StageAttachments, Done: uint64(i) + 1, Total: uint64(len(list))})
	}
	return whole, nil
}

func (r *Repository) checkBlob(ctx context.Context, f shelved) error {
	from, err := r.openBlob(f)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }()
	sum, err := sumOf(ctx, from)
	if err != nil {
		return r.disk.unread(err)
	}
	if sum != f.sum {
		return damaged("a file has another hash")
	}
	return nil
}

// openBlob opens a file of an attachment that has the right length.
func (r *Repository) openBlob(f shelved) (blob.ReadFile, error) {
	from, err := r.disk.open(blobFile(f.name))
	if err != nil {
		return nil, err
	}
	size, err := from.Size()
	if err == nil && size == f.size {
		return from, nil
	}
	_ = from.Close()
	if err != nil {
		return nil, r.disk.unread(err)
	}
	return nil, damaged("a file has another length")
}
