package spool

import (
	"bytes"
	"crypto/sha256"
	"testing"

	"quietline/backend/clinic"
)

type fuzzKeys struct{}

func (fuzzKeys) Spool(uint32) ([]byte, error) {
	s := sha256.Sum256([]byte("private"))
	return s[:], nil
}
func (fuzzKeys) Naming() ([]byte, error) { s := sha256.Sum256([]byte("naming")); return s[:], nil }

func fuzzSeal(t testing.TB) Seal {
	private, _ := fuzzKeys{}.Spool(1)
	naming, _ := fuzzKeys{}.Naming()
	public, err := PublicOf(private)
	if err != nil {
		t.Fatal(err)
	}
	return Seal{Epoch: 1, Public: public, Naming: naming}
}

// FuzzOpen gives the parser files of anybody's making.
func FuzzOpen(f *testing.F) {
	whole, err := fuzzSeal(f).seal(7, Entry{Kind: Text, Text: Arrival{SID: "SM1", Body: "hello"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:40])
	f.Add([]byte(magic + "\x02"))
	f.Fuzz(func(t *testing.T, file []byte) {
		e, err := open(file, 7, fuzzKeys{})
		if err == nil && !bytes.Equal(file, whole) {
			t.Fatalf("a file that nobody sealed opens: %v", e.Kind)
		}
		switch clinic.CodeOf(err) {
		case CodeDamaged, CodeNewer:
		default:
			if err != nil {
				t.Fatal(err)
			}
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
