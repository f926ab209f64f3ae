package spool_test

import (
	"os"
	"path/filepath"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/spool"
)

// TestTheFormatStays opens entries that were written once, by the program of each
// version of the format. They are never made anew.
func TestTheFormatStays(t *testing.T) {
	want := map[uint64]spool.Entry{
		1: text(7),
		2: {Key: spool.Key{1, 2, 3}, Kind: spool.Refused, At: 1_772_000_000_123, Member: clinic.StaffID{9}},
		3: {Key: spool.Key{4}, Kind: spool.Locked, At: 1_772_000_000_456, Member: clinic.StaffID{8}},
		4: {Key: spool.Key{5}, Kind: spool.Exported, At: 1_772_000_000_789, Member: clinic.StaffID{7}},
	}
	dir := filepath.Join("testdata", "v1")
	if os.Getenv("SPOOL_WRITE_GOLDEN") != "" {
		written, err := spool.At(dir, nil).Names()
		if err != nil {
			t.Fatal(err)
		}
		w := writer(t, spool.At(dir, nil))
		for n := uint64(len(written)) + 1; n <= uint64(len(want)); n++ {
			if err := w.Append(want[n]); err != nil {
				t.Fatal(err)
			}
		}
	}
	b := spool.At(dir, nil)
	numbers, err := b.Names()
	if err != nil || len(numbers) != len(want) {
		t.Fatal(numbers, err)
	}
	for _, n := range numbers {
		if got, err := b.Read(n, keys{}); err != nil || got != want[n] {
			t.Errorf("entry %d: %v", n, err)
		}
	}
}
