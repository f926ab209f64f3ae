package device

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"quietline/backend/sqlite"
)

// logPrefix is the setting with what the log's file begins with, in hexadecimal.
const logPrefix = "log prefix"

// KeepLogPrefix keeps what the log's file begins with, without which nothing of it could
// be saved once its first page is lost. It writes only what is not kept already.
func (r *Rows) KeepLogPrefix(ctx context.Context, p sqlite.Prefix) error {
	if kept, err := r.LogPrefix(ctx); err == nil && kept == p {
		return nil
	}
	return r.set(ctx, logPrefix, hex.EncodeToString(p[:]))
}

// LogPrefix returns what KeepLogPrefix kept; zero for nothing.
func (r *Rows) LogPrefix(ctx context.Context) (p sqlite.Prefix, err error) {
	kept, err := r.setting(ctx, logPrefix, "")
	if err != nil || kept == "" {
		return sqlite.Prefix{}, err
	}
	raw, err := hex.DecodeString(kept)
	if err == nil && len(raw) != len(p) {
		err = errors.New("unknown shape")
	}
	if err != nil {
		return sqlite.Prefix{}, fmt.Errorf("device: read prefix of log: %w", err)
	}
	return sqlite.Prefix(raw), nil
}
