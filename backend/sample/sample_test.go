package sample_test

import (
	"testing"
	"time"
	"path/filepath"

	"quietline/backend/clinic/clinictest"
	"quietline/backend/sample"
	"quietline/backend/vault/filesecret"
)

func TestTry(t *testing.T) {
	dir := t.TempDir()
	begin := time.Now()
	made, err := sample.Create(t.Context(), sample.Config{
		Dir: filepath.Join(dir, "clinic"), Secrets: filesecret.At(filepath.Join(dir, "secret")),
		Clock: clinictest.NewClock(time.Date(2026, 3, 4, 17, 0, 0, 0, time.UTC)), Seed: 1,
	})
	t.Log(made, err, time.Since(begin))
	if err != nil { t.Fatal(err) }
}
