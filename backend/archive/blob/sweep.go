package blob

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"quietline/backend/clinic"
)

// Swept says what a sweep removed.
type Swept struct {
	// Unnamed counts the files that no event names, Partly those of which the
	// writing was cut short.
	Unnamed, Partly int
}

// Sweep removes the files that no event names and that were last changed before
// an instant, and what is left of files whose writing was cut short. What else
// lies in the folder is left alone.
//
// named is asked once, after the files are listed, and must answer with every
// name that any event bears at that moment: then a file that arrives meanwhile
// is either still an arrival, which is left alone, or in the answer. Where it
// fails nothing is removed.
func (s *Store) Sweep(ctx context.Context, before clinic.Instant, named func(context.Context) (map[Name]struct{}, error)) (Swept, error) {
	if err := s.usable(); err != nil {
		return Swept{}, err
	}
	found, err := s.list(ctx)
	if err != nil || len(found) == 0 {
		return Swept{}, err
	}
	arriving := s.arrivals()
	known, err := named(ctx)
	if err != nil {
		return Swept{}, err
	}
	var done Swept
	for _, f := range found {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		_, held := arriving[f.name]
		_, is := known[f.name]
		switch {
		case held:
			continue
		case f.partly:
			// Whoever was writing it is gone: this process alone writes here.
			done.Partly++
		case is || clinic.At(f.modified) >= before:
			continue
		default:
			done.Unnamed++
		}
		if err := s.files.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return done, notStored(err)
		}
	}
	return done, nil
}

func (s *Store) arrivals() map[Name]struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[Name]struct{}, len(s.arriving))
	for n := range s.arriving {
		all[n] = struct{}{}
	}
	return all
}

type file struct {
	name     Name
	path     string
	partly   bool
	modified time.Time
}

// list returns the files of the store. What has another name, or lies elsewhere,
// is not one of them.
func (s *Store) list(ctx context.Context) ([]file, error) {
	folders, err := s.files.List(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, notRead(err)
	}
	var found []file
	for _, folder := range folders {
		if !folder.Dir || len(folder.Name) != 1 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		dir := filepath.Join(s.dir, folder.Name)
		entries, err := s.files.List(dir)
		if err != nil {
			return nil, notRead(err)
		}
		for _, e := range entries {
			word, isPart := strings.CutSuffix(e.Name, partly)
			name, is := nameIn(folder.Name, word)
			if !is || e.Dir {
				continue
			}
			found = append(found, file{name, filepath.Join(dir, e.Name), isPart, e.Modified})
		}
	}
	return found, nil
}
