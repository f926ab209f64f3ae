package backup

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"path"
	"path/filepath"
	"slices"
	"sync"

	"quietline/backend/clinic"
	"quietline/backend/vault"
)

// Config is where a repository lies.
type Config struct {
	// Dir is the repository's own folder.
	Dir string
	// Files is the file system; nil is the machine's.
	Files Files
	// Random gives keys, nonces and names; nil is crypto/rand.Reader.
	Random io.Reader
	// SegmentBytes is how long a segment of the log grows; zero is 2 MiB: sealing
	// one is the longest that people may wait for a run. A run that
	// is cut short repeats one at most.
	SegmentBytes int
	// Sightings keep between two programs since when another writer is silent; nil
	// for a program that watches long enough itself.
	Sightings Sightings
}

func (c Config) disk() disk {
	if c.Files == nil {
		c.Files = MachineFiles()
	}
	return disk{c.Files, c.Dir}
}

func (c Config) random() io.Reader {
	if c.Random == nil {
		return rand.Reader
	}
	return c.Random
}

// Create makes an empty repository of a clinic in a folder that is empty or not
// there yet, in one that is. A repository is made by a person's will and never by a
// run: where a disk is not plugged in, a new one would only seem to be a backup.
//
// CodeUnreachable: the folder above is not there. CodeOccupied: the folder holds
// something. CodeNotSaved, CodeDiskFull: it
// may be repeated. Errors of the keys are returned as they are.
func Create(_ context.Context, cfg Config, keys Keys) error {
	d := cfg.disk()
	if _, err := d.files.List(filepath.Dir(d.dir)); err != nil {
		return unreachable(err)
	}
	names, err := d.list(".")
	if err != nil {
		return err
	}
	if slices.ContainsFunc(names, func(n string) bool { return n != documentName+partly && n != documentCopy+partly }) {
		return clinic.E(CodeOccupied)
	}
	if err := d.files.MkdirAll(d.dir); err != nil {
		return notSaved(err)
	}
	doc, r, err := relock(nil, nil, keys, cfg.random())
	if err != nil {
		return err
	}
	defer r.wipe()
	return d.writeDocument(doc)
}

func (d disk) writeDocument(doc *document) error {
	raw, err := doc.encode()
	if err != nil {
		return err
	}
	for _, name := range []string{documentName, documentCopy} {
		if err := d.write(name, raw); err != nil {
			return err
		}
	}
	return nil
}

// Repository is an open repository. Reading it needs no lock: what a run removes
// while it is read is reported as missing, and asking again answers it.
type Repository struct {
	disk   disk
	doc    *document
	keys   *keyring
	random io.Reader
	// twice: both copies of the document are the one that was opened.
	twice bool

	mu        sync.Mutex
	forgotten bool
	// rings are all the keys that Forget wipes.
	rings []*keyring
}

// Open opens a repository. Errors: CodeMissing, CodeUnreachable, CodeNewer,
// CodeDamaged, CodeForeign for the keys of another clinic, vault.CodeWrongWords for
// another sheet.
func Open(_ context.Context, cfg Config, by Opener) (*Repository, error) {
	d := cfg.disk()
	doc, keys, twice, err := readDocument(d, by)
	if err != nil {
		return nil, err
	}
	r := &Repository{disk: d, doc: doc, keys: keys, random: cfg.random(), twice: twice}
	r.keeps(keys)
	return r, nil
}

// keeps lets Forget reach keys.
func (r *Repository) keeps(k *keyring) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rings = append(r.rings, k)
	if r.forgotten {
		k.wipe()
	}
}

// Clinic returns whose backup it is.
func (r *Repository) Clinic() vault.ClinicID { return r.doc.Clinic }

// Close wipes the keys.
func (r *Repository) Close() { r.Forget() }

// Forget wipes the keys at once, also while the repository is read or written by
// others: what they begin afterwards fails with clinic.CodeLocked. It waits for no
// disk, and may be repeated.
func (r *Repository) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forgotten = true
	for _, k := range r.rings {
		k.wipe()
	}
}

// Generations lists the complete generations, the newest first, and the files of
// those that cannot be read.
func (r *Repository) Generations(ctx context.Context) (found []Generation, broken []Problem, err error) {
	all, broken, err := r.manifests(ctx)
	for _, m := range all {
		found = append(found, m.generation())
	}
	return found, broken, err
}

// manifests are the generations, the newest first.
func (r *Repository) manifests(ctx context.Context) (found []*manifest, broken []Problem, err error) {
	names, _, err := r.disk.named(generationsDir)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		if err := cancelled(ctx); err != nil {
			return nil, nil, err
		}
		m, err := r.manifest(name)
		switch code := clinic.CodeOf(err); {
		case err == nil:
			found = append(found, m)
		case code == CodeDamaged, code == CodeNewer:
			broken = append(broken, Problem{File: path.Join(generationsDir, name.String()), Code: code})
		default:
			return nil, nil, err
		}
	}
	slices.SortFunc(found, func(a, b *manifest) int {
		if a.Number != b.Number {
			return int(min(max(int64(b.Number)-int64(a.Number), -1), 1))
		}
		return slices.Compare(a.name[:], b.name[:]) // two writers; which of them is no matter
	})
	return found, broken, nil
}

func (r *Repository) manifest(name Name) (*manifest, error) {
	content, err := r.content(kindGeneration, path.Join(generationsDir, name.String()), name)
	if err != nil {
		return nil, err
	}
	return parseManifest(name, content)
}

// content opens a file that is named by chance.
func (r *Repository) content(k kind, file string, name Name) ([]byte, error) {
	raw, err := r.disk.read(file)
	if err != nil {
		return nil, err
	}
	return r.keys.open(k, name.String(), raw)
}

// add seals and writes a file under a new name.
func (r *Repository) add(k kind, folder string, content []byte) (Name, int64, error) {
	var name Name
	if _, err := io.ReadFull(r.random, name[:]); err != nil {
		return name, 0, errors.Join(errors.New("backup: draw a name"), err)
	}
	raw, err := r.keys.seal(k, name.String(), content, r.random)
	if err != nil {
		return name, 0, err
	}
	return name, int64(len(raw)), r.disk.write(path.Join(folder, name.String()), raw)
}

func (r *Repository) shelf(name Name) (shelf, error) {
	if name.IsZero() {
		return nil, nil
	}
	content, err := r.content(kindShelf, path.Join(shelvesDir, name.String()), name)
	if err != nil {
		return nil, err
	}
	return parseShelf(content)
}
