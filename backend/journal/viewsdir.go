package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"quietline/backend/sqlite"
)

// ViewsDir keeps views files in a folder, as views-N.db.
type ViewsDir struct {
	dir     string
	options sqlite.Options
}

// NewViewsDir returns the views files of a folder that exists. Cache, readers and the
// drive are taken from options; the rest is the journal's.
func NewViewsDir(dir string, options sqlite.Options) *ViewsDir {
	return &ViewsDir{dir: dir, options: options}
}

const (
	viewsPrefix = "views-"
	viewsSuffix = ".db"
)

func (d *ViewsDir) path(generation uint64) string {
	return filepath.Join(d.dir, viewsPrefix+strconv.FormatUint(generation, 10)+viewsSuffix)
}

func (d *ViewsDir) with(schema []sqlite.Migration) sqlite.Options {
	return sqlite.Options{
		Durability: sqlite.Normal,
		CacheBytes: d.options.CacheBytes,
		Readers:    d.options.Readers,
		Migrations: schema,
		Drive:      d.options.Drive,
	}
}

// Create implements ViewsFiles.
func (d *ViewsDir) Create(ctx context.Context, generation uint64, key sqlite.Key, schema []sqlite.Migration) (*sqlite.DB, error) {
	return sqlite.Create(ctx, d.path(generation), key, d.with(schema))
}

// Open implements ViewsFiles.
func (d *ViewsDir) Open(ctx context.Context, generation uint64, key sqlite.Key, schema []sqlite.Migration) (*sqlite.DB, error) {
	return sqlite.Open(ctx, d.path(generation), key, d.with(schema))
}

// Remove implements ViewsFiles.
func (d *ViewsDir) Remove(generation uint64) error {
	return d.remove(func(g uint64) bool { return g == generation })
}

// Sweep implements ViewsFiles. It touches nothing but views-N.db and the files
// that SQLite keeps beside it.
func (d *ViewsDir) Sweep(_ context.Context, keep uint64) error {
	return d.remove(func(g uint64) bool { return g != keep })
}

func (d *ViewsDir) remove(gone func(generation uint64) bool) error {
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		return fmt.Errorf("sweep views: %w", cause(err))
	}
	var failed error
	for _, e := range entries {
		generation, ours := viewsGeneration(e.Name())
		if !ours || !gone(generation) || e.IsDir() {
			continue
		}
		if err := os.Remove(filepath.Join(d.dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = fmt.Errorf("sweep views: %w", cause(err))
		}
	}
	return failed
}

// viewsGeneration reads the generation out of a file name such as views-7.db or
// views-7.db-wal.
func viewsGeneration(name string) (uint64, bool) {
	number, found := strings.CutPrefix(name, viewsPrefix)
	if !found {
		return 0, false
	}
	for _, beside := range []string{"-wal", "-shm", "-journal"} {
		number = strings.TrimSuffix(number, beside)
	}
	number, found = strings.CutSuffix(number, viewsSuffix)
	generation, err := strconv.ParseUint(number, 10, 64)
	return generation, found && err == nil && number == strconv.FormatUint(generation, 10)
}

// cause strips the path from an error of the file system.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
