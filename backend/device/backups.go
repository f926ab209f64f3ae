package device

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"quietline/backend/clinic"
)

// KeepBackup keeps when the clinic was last copied into a folder, for the time in
// which the folder cannot be asked: a disk that lies elsewhere is no alarm.
func (r *Rows) KeepBackup(ctx context.Context, folder string, made clinic.Instant) error {
	return r.set(ctx, "backup made "+folder, strconv.FormatInt(int64(made), 10))
}

// Backup returns what KeepBackup kept for a folder; zero for nothing, which counts
// as never.
func (r *Rows) Backup(ctx context.Context, folder string) (clinic.Instant, error) {
	return r.instant(ctx, "backup made "+folder)
}

// SawWriter keeps a digest of the sign that another computer has left in a folder for
// backups, and since when it is there.
func (r *Rows) SawWriter(ctx context.Context, folder string, sign []byte, since clinic.Instant) error {
	return r.set(ctx, "backup writer "+folder, hex.EncodeToString(sign)+" "+strconv.FormatInt(int64(since), 10))
}

// SeenWriter returns what SawWriter kept for a folder; no sign for nothing.
func (r *Rows) SeenWriter(ctx context.Context, folder string) (sign []byte, since clinic.Instant, err error) {
	kept, err := r.setting(ctx, "backup writer "+folder, "")
	if err != nil || kept == "" {
		return nil, 0, err
	}
	digest, at, _ := strings.Cut(kept, " ")
	if sign, err = hex.DecodeString(digest); err != nil {
		return nil, 0, fmt.Errorf("device: read a writer's sign: %w", err)
	}
	n, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return nil, 0, fmt.Errorf("device: read a writer's sign: %w", err)
	}
	return sign, clinic.Instant(n), nil
}

// WatchBackups returns since when this device has been asked for backups: now at the
// first call. It is how long a clinic without any was given to make one.
// CodeUnavailable says that there is nowhere to keep it.
func (r *Rows) WatchBackups(ctx context.Context, now clinic.Instant) (clinic.Instant, error) {
	since, err := r.instant(ctx, "backups since")
	if err != nil || !since.IsZero() {
		return since, err
	}
	if err := r.set(ctx, "backups since", strconv.FormatInt(int64(now), 10)); err != nil {
		return 0, err
	}
	return now, nil
}

func (r *Rows) instant(ctx context.Context, name string) (clinic.Instant, error) {
	kept, err := r.setting(ctx, name, "0")
	if err != nil {
		return 0, err
	}
	at, err := strconv.ParseInt(kept, 10, 64)
	return clinic.Instant(at), err
}
