package desk_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"quietline/backend/clinic/clinictest"
	"quietline/backend/sample"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// shelf holds sample clinics, each made once; every test works in a copy of its
// own.
var shelf struct {
	sync.Mutex
	dir  string
	made map[string]sample.Made
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shelf.dir != "" {
		_ = os.RemoveAll(shelf.dir)
	}
	os.Exit(code)
}

// stock puts a sample clinic that was made at an instant into dir/clinic, with its
// secret beside it, and returns who can sign in, the privacy officer first.
func stock(t testing.TB, dir string, at time.Time, messages int) []vault.Member {
	t.Helper()
	shelf.Lock()
	defer shelf.Unlock()
	if shelf.dir == "" {
		var err error
		if shelf.dir, err = os.MkdirTemp("", "shelf"); err != nil {
			t.Fatal(err)
		}
		shelf.made = map[string]sample.Made{}
	}
	name := fmt.Sprintf("%d-%d", at.UnixMilli(), messages)
	from := filepath.Join(shelf.dir, name)
	made, there := shelf.made[name]
	if !there {
		if err := os.Mkdir(from, 0o700); err != nil {
			t.Fatal(err)
		}
		var err error
		made, err = sample.Create(context.Background(), sample.Config{
			Dir: filepath.Join(from, "clinic"), Secrets: filesecret.At(filepath.Join(from, "secret")),
			Clock: clinictest.NewClock(at), Seed: 1, Messages: messages,
		})
		if err != nil {
			t.Fatal(err)
		}
		shelf.made[name] = made
	}
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return made.Members
}
