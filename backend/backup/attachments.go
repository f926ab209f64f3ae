package backup

import (
	"bytes"
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
)

// blobFile is where a file of an attachment lies in a repository: as in the clinic,
// in a folder named after the first letter.
func blobFile(n blob.Name) string { return path.Join(blobsDir, n.String()[:1], n.String()) }

// attachments copies the files of attachments that are not there yet. A file in
// the clinic never changes, so what was copied once and still is what it was is
// kept; a file that is missing or does not read in the clinic stays in the backup as
// long as an event names it.
func (w *run) attachments(ctx context.Context) error {
	if w.src.Attachments == nil {
		return nil
	}
	// In this order: what is named is durable, so that the list after it holds it.
	named, err := w.src.Attachments.Named(ctx)
	if err != nil {
		return err
	}
	names, err := w.src.Attachments.Sealed(ctx)
	if err != nil {
		return err
	}
	before, beforeName, err := w.shelfBefore()
	if err != nil {
		return err
	}
	there, err := w.blobs()
	if err != nil {
		return err
	}
	known := map[blob.Name]shelved{}
	for i, f := range before {
		if err := cancelled(ctx); err != nil {
			return err
		}
		if !there[f.name] {
			continue
		}
		if err := w.hold.live(); err != nil {
			return err
		}
		good, err := w.whole(blobFile(f.name), f.size, i, func() error { return w.checkBlob(ctx, f) })
		if err != nil {
			return err
		}
		clinic.Aside(ctx)
		if good {
			known[f.name] = f
		}
	}
	var next shelf
	listed := map[blob.Name]bool{}
	for i, name := range names {
		listed[name] = true
		f, ok := known[name]
		if !ok {
			if f, ok, err = w.copyBlob(ctx, name, there[name]); err != nil {
				return err
			}
		}
		if ok {
			next = append(next, f)
		} else if _, wanted := named[name]; wanted {
			w.next.Unread++
		}
		w.tell(Progress{Stage: StageAttachments, Done: uint64(i) + 1, Total: uint64(len(names))})
		clinic.Aside(ctx)
	}
	for name := range named {
		if listed[name] {
			continue
		}
		if f, ok := known[name]; ok {
			next = append(next, f)
		} else {
			w.next.Unread++
		}
	}
	slices.SortFunc(next, func(a, b shelved) int { return bytes.Compare(a.name[:], b.name[:]) })
	w.next.Attachments = len(next)
	for _, f := range next {
		w.next.Bytes += f.size
	}
	switch {
	case len(next) == 0:
		return nil
	case slices.Equal(next, before):
		w.next.Shelf = beforeName
		return nil
	}
	name, size, err := w.add(kindShelf, shelvesDir, next.content())
	w.next.Shelf = name
	w.result.Written += size
	return err
}

// shelfBefore returns the list of the newest generation; none where it is damaged.
func (w *run) shelfBefore() (shelf, Name, error) {
	if len(w.old) == 0 {
		return nil, Name{}, nil
	}
	name := w.old[0].Shelf
	s, err := w.shelf(name)
	if clinic.CodeOf(err) == CodeDamaged {
		w.result.Broken = append(w.result.Broken, Problem{File: path.Join(shelvesDir, name.String()), Code: CodeDamaged})
		return nil, Name{}, nil
	}
	return s, name, err
}

// blobs lists the files of attachments in the repository.
func (r *Repository) blobs() (map[blob.Name]bool, error) {
	folders, err := r.disk.list(blobsDir)
	if err != nil {
		return nil, err
	}
	all := map[blob.Name]bool{}
	for _, folder := range folders {
		names, _, err := r.disk.named(path.Join(blobsDir, folder))
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			if strings.HasPrefix(n.String(), folder) {
				all[blob.Name(n)] = true
			}
		}
	}
	return all, nil
}

// copyBlob copies a file, or takes over what a run that was cut short has copied.
// ok is false where the clinic's file cannot be read, or has gone meanwhile.
func (w *run) copyBlob(ctx context.Context, name blob.Name, there bool) (f shelved, ok bool, err error) {
	if err := w.hold.live(); err != nil {
		return f, false, err
	}
	from, err := w.src.Attachments.OpenSealed(name)
	if errors.Is(err, clinic.E(blob.CodeMissing)) || errors.Is(err, clinic.E(blob.CodeDamaged)) || errors.Is(err, clinic.E(blob.CodeNotRead)) {
		return f, false, nil
	}
	if err != nil {
		return f, false, err
	}
	defer func() { _ = from.Close() }()
	f.name = name
	if there {
		same, err := w.sameBlob(ctx, from, &f)
		if err != nil || same {
			return f, same, err
		}
	}
	f.size, f.sum, err = w.disk.copyIn(ctx, blobFile(name), from)
	var read source
	if errors.As(err, &read) {
		return f, false, nil
	}
	if err != nil {
		return f, false, err
	}
	w.result.Attachments++
	w.result.Written += f.size
	return f, true, nil
}

// sameBlob reports whether the repository's file is the clinic's, and describes it.
func (w *run) sameBlob(ctx context.Context, from blob.ReadFile, f *shelved) (bool, error) {
	is, err := sumOf(ctx, from)
	if err != nil {
		// Copying it meets the same error, and answers it.
		return false, cancelled(ctx)
	}
	size, has, err := w.disk.sum(ctx, blobFile(f.name))
	if err != nil {
		return false, cancelled(ctx)
	}
	f.size, f.sum = size, has
	return has == is, nil
}

// tidy removes the generations that the policy gives up, then what no generation
// names. Where any generation cannot be read, what it names cannot be told, and
// nothing is removed.
func (w *run) tidy(ctx context.Context) error {
	w.tell(Progress{Stage: StageTidying})
	// The new generation must be readable before anything older goes.
	all, broken, err := w.manifests(ctx)
	if err != nil || len(broken) > 0 || len(all) == 0 || all[0].name != w.next.name {
		return err
	}
	generations := make([]Generation, 0, len(all))
	for _, m := range all {
		generations = append(generations, m.generation())
	}
	keep := kept(generations)
	var left []*manifest
	for _, m := range all {
		if keep[m.name] {
			left = append(left, m)
			continue
		}
		if err := w.hold.confirm(); err != nil {
			return err
		}
		if err := w.disk.remove(path.Join(generationsDir, m.name.String())); err != nil {
			return err
		}
		w.result.Removed++
	}
	if w.result.Removed > 0 {
		// Lost names of what follows must never outlive those of what named them.
		if err := w.disk.files.SyncDir(w.disk.path(generationsDir)); err != nil {
			return notSaved(err)
		}
	}
	return w.sweep(ctx, left)
}

// sweep removes what none of the generations names.
func (w *run) sweep(ctx context.Context, left []*manifest) error {
	named := map[string]bool{}
	shelves := map[Name]bool{}
	for _, m := range left {
		named[path.Join(generationsDir, m.name.String())] = true
		for _, s := range m.Segments {
			named[path.Join(segmentsDir, s.Name.String())] = true
		}
		shelves[m.Shelf] = true
		for _, file := range copiesOf(bagOf(m.Incarnation)) {
			named[file] = true
		}
	}
	for name := range shelves {
		s, err := w.shelf(name)
		if clinic.CodeOf(err) == CodeDamaged {
			return nil // what it lists cannot be told
		}
		if err != nil {
			return err
		}
		named[path.Join(shelvesDir, name.String())] = true
		for _, f := range s {
			named[blobFile(f.name)] = true
		}
	}
	folders := []string{segmentsDir, shelvesDir, generationsDir, bagsDir}
	letters, err := w.disk.list(blobsDir)
	if err != nil {
		return err
	}
	for _, letter := range letters {
		folders = append(folders, path.Join(blobsDir, letter))
	}
	for _, folder := range folders {
		files, err := w.disk.list(folder)
		if err != nil {
			return err
		}
		for _, file := range files {
			file = path.Join(folder, file)
			if named[file] || !ours(file) {
				continue
			}
			if err := cancelled(ctx); err != nil {
				return err
			}
			if err := w.hold.confirm(); err != nil {
				return err
			}
			if err := w.disk.remove(file); err != nil {
				return err
			}
		}
	}
	return nil
}

// ours reports whether a file has a name that we give: what else lies in the folder
// is somebody's.
func ours(file string) bool {
	word := strings.TrimSuffix(path.Base(file), partly)
	if path.Dir(file) == bagsDir {
		word = strings.TrimSuffix(word, "-2")
		return word != "" && strings.Trim(word, "0123456789") == ""
	}
	_, err := clinic.ParseID[Name](word)
	return err == nil
}
