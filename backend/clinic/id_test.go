package clinic_test

import (
	"errors"
	"sort"
	"strings"
	"testing"

	"quietline/backend/clinic"
)

func TestIDsAreWrittenAndReadBack(t *testing.T) {
	var ids []clinic.PatientID
	for range 100 {
		id := clinic.NewID[clinic.PatientID]()
		parsed, err := clinic.ParseID[clinic.PatientID](id.String())
		if err != nil || parsed != id || len(id.String()) != 26 {
			t.Fatalf("%s is read as %s, %v", id, parsed, err)
		}
		stored, err := id.Value()
		if err != nil {
			t.Fatal(err)
		}
		var scanned clinic.PatientID
		if err := scanned.Scan(stored); err != nil || scanned != id {
			t.Fatalf("%s is stored as %s, %v", id, scanned, err)
		}
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i].String() < ids[j].String() })
	if !sort.SliceIsSorted(ids, func(i, j int) bool { return string(ids[i][:]) < string(ids[j][:]) }) {
		t.Error("the text form sorts otherwise than the bytes")
	}
}

// An id has one text: two texts for one id would pass a comparison of texts.
func TestOnlyTheOneTextOfAnIDIsRead(t *testing.T) {
	good := clinic.PatientID{1, 2, 3}.String()
	for _, text := range []string{
		"", good[:25], good + "0", strings.ToUpper(good[:10]) + "G" + good[11:], " " + good[1:], good[:25] + "w", good[:25] + "=",
		good[:25] + "1", // the last character has two bits that no byte holds
		good[:12] + "\n" + good[12:], good + "\n",
	} {
		if id, err := clinic.ParseID[clinic.PatientID](text); !errors.Is(err, clinic.E(clinic.CodeBadID)) || !id.IsZero() {
			t.Errorf("ParseID(%q) = %s, %v", text, id, err)
		}
	}
}

func TestTheZeroIDIsAbsent(t *testing.T) {
	var zero clinic.StaffID
	if v, err := zero.Value(); v != nil || err != nil {
		t.Errorf("stored as %v, %v", v, err)
	}
	id := clinic.NewID[clinic.StaffID]()
	if err := id.UnmarshalText(nil); err != nil || !id.IsZero() {
		t.Errorf("the empty text is %s, %v", id, err)
	}
	id = clinic.NewID[clinic.StaffID]()
	if err := id.Scan(nil); err != nil || !id.IsZero() {
		t.Errorf("NULL is %s, %v", id, err)
	}
	for _, src := range []any{[]byte{}, make([]byte, 15), make([]byte, 17), "text", int64(1)} {
		if err := id.Scan(src); err == nil {
			t.Errorf("%T of a wrong shape is an id", src)
		}
	}
}
