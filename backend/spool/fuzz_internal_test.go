package spool

import (
	"bytes"
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"

	"quietline/backend/clinic"
)

// fuzzKeys are those of the golden entries.
type fuzzKeys struct{}

func (fuzzKeys) Spool(uint32) ([]byte, error) {
	s := sha256.Sum256([]byte("epoch 3"))
	return s[:], nil
}
func (fuzzKeys) Naming() ([]byte, error) { s := sha256.Sum256([]byte("naming")); return s[:], nil }

// FuzzOpen gives the parser files of anybody's making.
func FuzzOpen(f *testing.F) {
	whole, err := os.ReadFile(filepath.Join("testdata", "v1", nameOf(1)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:40])
	f.Add([]byte(magic + "\x02"))
	f.Fuzz(func(t *testing.T, file []byte) {
		_, err := open(file, 1, fuzzKeys{})
		switch {
		case bytes.Equal(file, whole):
			if err != nil {
				t.Fatal(err)
			}
		case clinic.CodeOf(err) != CodeDamaged && clinic.CodeOf(err) != CodeNewer:
			t.Fatalf("a file that nobody sealed: %v", err)
		}
	})
}

// FuzzDecode gives it contents as a faulty program of ours might seal them: what it
// takes has one form.
func FuzzDecode(f *testing.F) {
	for _, e := range []Entry{
		{Kind: Text, Text: Arrival{SID: "SM1", From: "+1", To: "+2", Body: "hello", Media: -1}},
		{Kind: Locked, At: -1, Member: clinic.StaffID{1}},
	} {
		content, err := e.encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
		f.Add(content[:len(content)/2])
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		e, err := decode(content)
		if err != nil {
			return
		}
		again, err := e.encode()
		if err != nil || !bytes.Equal(again, content) {
			t.Fatal("two forms of one entry")
		}
	})
}
