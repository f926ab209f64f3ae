package device

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"quietline/backend/clinic"
)

// Proven is a generation of a backup that was read as a whole: up to where it holds the
// log, and when reading it began. The zero Proven is none.
type Proven struct {
	Generation string
	UpTo       uint64
	At         clinic.Instant
}

// KeepProven keeps what was read of the backup in a folder, for the time after a lock.
func (r *Rows) KeepProven(ctx context.Context, folder string, p Proven) error {
	kept := ""
	if p.UpTo > 0 {
		kept = fmt.Sprintf("%s %d %d", p.Generation, p.UpTo, int64(p.At))
	}
	return r.set(ctx, "backup proven "+folder, kept)
}

// ProvenBackup returns what KeepProven kept for a folder; zero for nothing.
func (r *Rows) ProvenBackup(ctx context.Context, folder string) (p Proven, err error) {
	kept, err := r.setting(ctx, "backup proven "+folder, "")
	if err != nil || kept == "" {
		return Proven{}, err
	}
	parts := strings.Fields(kept)
	if len(parts) == 3 {
		var at int64
		p.Generation = parts[0]
		if p.UpTo, err = strconv.ParseUint(parts[1], 10, 64); err == nil {
			at, err = strconv.ParseInt(parts[2], 10, 64)
		}
		p.At = clinic.Instant(at)
	}
	if err != nil || len(parts) != 3 {
		return Proven{}, fmt.Errorf("device: read what was proven: unknown shape")
	}
	return p, nil
}
