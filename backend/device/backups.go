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
// which the folder cannot be asked: a disk that lies elsewhere is no alarm; and in which
// incarnation of its log. What was kept of another copy there is forgotten.
func (r *Rows) KeepBackup(ctx context.Context, folder string, made clinic.Instant, incarnation uint32) error {
	first, err := r.instant(ctx, "backup first "+folder)
	if err == nil && first.IsZero() {
		err = r.set(ctx, "backup first "+folder, strconv.FormatInt(int64(made), 10))
	}
	if err != nil {
		return err
	}
	return r.setAll(ctx, map[string]string{
		"backup made " + folder:        strconv.FormatInt(int64(made), 10),
		"backup incarnation " + folder: strconv.FormatUint(uint64(incarnation), 10),
		"backup other " + folder:       "",
	})
}

// FirstBackup returns when the clinic was first copied into a folder; zero for never.
func (r *Rows) FirstBackup(ctx context.Context, folder string) (clinic.Instant, error) {
	return r.instant(ctx, "backup first "+folder)
}

// CopiedIncarnation returns in which incarnation of its log the clinic was last copied
// into a folder; zero where nothing was kept.
func (r *Rows) CopiedIncarnation(ctx context.Context, folder string) (uint32, error) {
	kept, err := r.setting(ctx, "backup incarnation "+folder, "0")
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseUint(kept, 10, 32)
	return uint32(n), err
}

// KeepOtherCopy keeps in which state a folder was met whose keys followed another copy
// of the clinic; see backup.Result.
func (r *Rows) KeepOtherCopy(ctx context.Context, folder, mark string) error {
	return r.set(ctx, "backup other "+folder, mark)
}

// OtherCopy returns what KeepOtherCopy kept since the last KeepBackup; empty for nothing.
func (r *Rows) OtherCopy(ctx context.Context, folder string) (string, error) {
	return r.setting(ctx, "backup other "+folder, "")
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
