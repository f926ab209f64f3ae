package exchange_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
)

// Proven reads the lifeboat as a whole.
func (b *lifeboat) Proven(ctx context.Context, _ clinic.Instant) (uint64, error) {
	src, err := b.clinic.Source(b.vault, b.clock)
	if err != nil {
		return 0, err
	}
	from, err := b.target.Open(ctx, backup.ByKeys(b.clinic.Keys))
	if err != nil {
		return 0, err
	}
	defer from.Close()
	g, err := from.Proven(ctx, src.Log, nil)
	return g.Head.Seq, err
}

// TestABackupThatRotsIsNoneToPurgeOn: a byte of one file is another one.
func TestABackupThatRotsIsNoneToPurgeOn(t *testing.T) {
	a := longAgo(t, exchange.PurgeAll)
	b := a.lifeboat()
	if err := a.x.Purge(a.ctx, b, nil); !errors.Is(err, clinic.E(exchange.CodePurgeNoCopy)) {
		t.Fatalf("without a copy: %v", err)
	}
	made := b.copies()
	if upTo, err := b.Proven(a.ctx, 0); err != nil || upTo != made.Head.Pos.Seq {
		t.Fatalf("up to %d of %d is proven: %v", upTo, made.Head.Pos.Seq, err)
	}
	var spoilt string
	var whole []byte // the largest file
	a.ok(filepath.WalkDir(filepath.Join(a.dir, "backup"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if len(raw) > len(whole) {
			spoilt, whole = path, raw
		}
		return err
	}))
	rotten := append([]byte(nil), whole...)
	rotten[len(rotten)/2] ^= 1
	a.ok(os.WriteFile(spoilt, rotten, 0o600))
	if err := a.x.Purge(a.ctx, b, nil); !errors.Is(err, clinic.E(exchange.CodePurgeNoCopy)) {
		t.Errorf("with a copy that rots: %v", err)
	}
	if words, _, _ := a.there(); words != 3 {
		t.Fatalf("the words of %d texts are left", words)
	}
	a.ok(os.WriteFile(spoilt, whole, 0o600))
	a.ok(a.x.Purge(a.ctx, b, nil))
	if words, _, texts := a.there(); words != 1 || texts != 1 {
		t.Errorf("with a whole copy %d words of %d texts are left", words, texts)
	}
}
