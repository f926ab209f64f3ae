package backup_test

import (
	"context"
	"testing"

	"quietline/backend/archive/blob"
	"quietline/backend/backup"
	"quietline/backend/clinic"
)

// piece is the most that is written or read before somebody else may go first.
const piece = 256 << 10

// weighed is a disk that counts what is written and read in one go.
type weighed struct {
	backup.Files
	now, most int
}

func (d *weighed) add(n int) {
	d.now += n
	d.most = max(d.most, d.now)
}

func (d *weighed) Create(p string) (blob.WriteFile, error) {
	f, err := d.Files.Create(p)
	return weighedWrites{f, d}, err
}

func (d *weighed) Open(p string) (blob.ReadFile, error) {
	f, err := d.Files.Open(p)
	return weighedReads{f, d}, err
}

type weighedWrites struct {
	blob.WriteFile
	*weighed
}

func (f weighedWrites) Write(b []byte) (int, error) {
	f.add(len(b))
	return f.WriteFile.Write(b)
}

type weighedReads struct {
	blob.ReadFile
	*weighed
}

func (f weighedReads) ReadAt(b []byte, off int64) (int, error) {
	f.add(len(b))
	return f.ReadFile.ReadAt(b, off)
}

// Whoever waits for an answer waits for a piece at most, however long the files are;
// what is copied in pieces is what was there.
func TestARunLetsOthersGoFirst(t *testing.T) {
	w := newWorld(t)
	w.record(2000)
	w.picture(3*piece + 17)
	disk := &weighed{Files: w.disk}
	cfg := w.config()
	cfg.Files, cfg.SegmentBytes = disk, 2*piece
	target := backup.NewTarget(cfg)
	ctx := clinic.WithAside(t.Context(), func(context.Context) { disk.now = 0 })
	for range 2 {
		disk.now = 0
		_, err := target.Run(ctx, w.source(), nil)
		w.ok(err)
		w.record(1)
	}
	// What is small and lies between two long files is not counted apart.
	if disk.most < piece || disk.most > piece+piece/2 {
		t.Errorf("%d bytes went before anybody else", disk.most)
	}
	w.whole()
	for _, g := range w.generations() {
		w.restores(g)
	}
}
