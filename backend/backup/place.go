package backup

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"quietline/backend/clinic"
)

// FolderName is the name of the folder that Settle makes in a folder that a person
// has chosen. It is the same in every language: it is looked for, too.
const FolderName = "Quietline backup"

// Find looks for a repository in a folder that a person has chosen, a disk for
// example: it is that folder, or the one named FolderName in it. cfg.Dir is the
// chosen folder, that of the answer the repository's. Nothing is opened or changed.
//
// CodeUnreachable: the chosen folder cannot be read. CodeMissing: it holds no
// repository; the answer is then where Settle would make one.
func Find(cfg Config) (Config, error) {
	entries, err := cfg.disk().files.List(cfg.Dir)
	if err != nil {
		return cfg, unreachable(err)
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name)
	}
	if holdsDocument(names) {
		return cfg, nil
	}
	cfg.Dir = filepath.Join(cfg.Dir, FolderName)
	if names, err = cfg.disk().list("."); err != nil {
		return cfg, err
	}
	if holdsDocument(names) {
		return cfg, nil
	}
	return cfg, clinic.E(CodeMissing)
}

func holdsDocument(names []string) bool {
	return slices.Contains(names, documentName) || slices.Contains(names, documentCopy)
}

// Settle finds the repository of a clinic in a folder that a person has chosen, or
// makes one there, and proves that it opens. The chosen folder must be there: where
// a disk is not plugged in, nothing is made in its place.
//
// Errors are those of Find, Create and Open. It may be repeated: a repository that
// was made is found.
func Settle(ctx context.Context, cfg Config, keys Keys) (Config, error) {
	at, err := Find(cfg)
	if errors.Is(err, clinic.E(CodeMissing)) {
		err = Create(ctx, at, keys)
	}
	if err != nil {
		return at, err
	}
	r, err := Open(ctx, at, ByKeys(keys))
	if err != nil {
		return at, err
	}
	r.Close()
	return at, nil
}
