package backup

import (
	"errors"
	"io/fs"

	"quietline/backend/clinic"
)

// readBackEvery is in how many runs each file that earlier ones have copied is read
// once: an hourly copy reads everything within a day, and no run much more than a
// small share. Lengths are compared in each.
const readBackEvery = 24

// whole reports whether a file that an earlier run has copied may be taken over; the
// place is the file's in its list, by which the share of a run is chosen. A file that
// is not what was written is told in the result, and copied again; where there is
// one, the disk is in doubt and everything after it is read.
func (w *run) whole(file string, want int64, place int, check func() error) (bool, error) {
	size, err := w.disk.files.Size(w.disk.path(file))
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		err = w.disk.unread(err)
	case err != nil || size != want:
		err = damaged("a file is gone or has another length")
	case w.doubted || (uint64(place)+w.next.Number)%readBackEvery == 0:
		err = check()
	}
	switch code := clinic.CodeOf(err); {
	case err == nil:
		return true, nil
	case code == CodeDamaged, code == CodeNewer:
		w.doubted = true
		w.result.Broken = append(w.result.Broken, Problem{File: file, Code: code})
		return false, nil
	}
	return false, err
}
