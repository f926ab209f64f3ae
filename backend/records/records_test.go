package records_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"quietline/backend/archive/blob"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/records"
)

func TestAPaperIsSavedWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "consent.pdf")
	for _, words := range []string{"the first", "another in its place"} {
		if err := records.Save(path, []byte(words)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != words {
			t.Errorf("%q, %v", got, err)
		}
	}
	// A folder of that name cannot be replaced by a file.
	taken := filepath.Join(dir, "taken.pdf")
	if err := os.MkdirAll(filepath.Join(taken, "within"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{taken, filepath.Join(dir, "nowhere", "consent.pdf")} {
		if err := records.Save(bad, []byte("words")); !errors.Is(err, clinic.E(records.CodeNotSaved)) {
			t.Errorf("%s: %v", filepath.Base(bad), err)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 {
		t.Errorf("in the folder lie %v (%v)", left, err)
	}
}

func TestTheCheckIsAPartOfTheSum(t *testing.T) {
	for sum, want := range map[records.Sum]string{
		"0000000000000000000000000000000000000000000000000000000000000000": "0000",
		"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff": "ZZZZ",
		"0886400000000000000000000000000000000000000000000000000000000000": "1234",
		"": "", "08": "", "no sum": "",
	} {
		if got := sum.Check(); got != want {
			t.Errorf("%q: %q, not %q", sum, got, want)
		}
	}
}

// evidence is a consent of which every part is filled.
func evidence() records.Evidence {
	day := clinic.Date{Year: 2026, Month: 3, Day: 2}
	scope := consent.Scope{
		Categories: []policy.Category{policy.Scheduling, policy.Reminders}, Excluded: []policy.Category{policy.Billing},
		FromHour: 8, ToHour: 18, Weekdays: []time.Weekday{time.Monday, time.Friday}, Zone: "America/Denver", PerDay: 1, PerWeek: 2,
		SharedPhone: true, Numbers: []clinic.NumberID{{7}},
	}
	id := clinic.ConsentID{1, 2, 3}
	e := records.Evidence{
		Patient:   patients.Patient{ID: clinic.PatientID{4}, Name: "Nguyễn Thị Ánh", BirthDate: clinic.Date{Year: 2017, Month: 5, Day: 4}},
		Signature: consent.Signature{Drawn: "M10 20L11 22"},
	}
	e.Code = consent.CodeOf(id)
	e.Consent = consent.Consent{
		ID: id, Form: "2026-2-minor-es", FormHash: "ab12", Way: consent.OnDevice, SignedOn: day, Expires: day.AddDays(364),
		Signer: consent.SignedByGuardian, SignerName: "María Ángeles", Scope: scope,
		Details: consent.Details{Witness: "Ada Quill", Interpreter: "B", Authority: "court order", Document: "letter", CopyGiven: true},
	}
	e.History = []consent.Happened{
		{At: 1_772_470_800_000, What: consent.WhatGiven, By: clinic.StaffID{9}, Scope: scope},
		{At: 1_772_557_200_000, What: consent.WhatHeld, By: clinic.StaffID{8}, Hold: "court", Scope: scope},
		{At: 1_772_643_600_000, What: consent.WhatRevoked, How: consent.ByCall, Scope: scope},
	}
	return e
}

// TestTheSumIsAFormat pins the sum of a record: papers in drawers bear its check.
func TestTheSumIsAFormat(t *testing.T) {
	const pinned = "f04e0ebea5e086a70ff05aa70f881653ac22376df5020a7b1a3a765f7e8cd863"
	got, err := records.SumOf(evidence())
	if err != nil || got != pinned {
		t.Errorf("the sum is %s (%v), and papers that were printed bear another", got, err)
	}
}

func TestTheSumTellsWhatThePaperSays(t *testing.T) {
	before, err := records.SumOf(evidence())
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(e *records.Evidence){
		"the name":          func(e *records.Evidence) { e.Patient.Name = "Nguyễn Thị Anh" },
		"the birthday":      func(e *records.Evidence) { e.Patient.BirthDate.Day++ },
		"the form's words":  func(e *records.Evidence) { e.Consent.FormHash = "ab13" },
		"the day":           func(e *records.Evidence) { e.Consent.SignedOn.Day++ },
		"the end":           func(e *records.Evidence) { e.Consent.Expires.Day++ },
		"the signer":        func(e *records.Evidence) { e.Consent.SignerName = "" },
		"the right":         func(e *records.Evidence) { e.Consent.Details.Authority = "none" },
		"the signature":     func(e *records.Evidence) { e.Signature.Drawn = "M10 20L11 23" },
		"a topic":           func(e *records.Evidence) { e.History[0].Scope.Categories = nil },
		"the hours":         func(e *records.Evidence) { e.History[0].Scope.ToHour = 19 },
		"who recorded it":   func(e *records.Evidence) { e.History[0].By = clinic.StaffID{1} },
		"how it ended":      func(e *records.Evidence) { e.History[2].How = consent.ByLetter },
		"a thing left out":  func(e *records.Evidence) { e.History = e.History[:2] },
		"why it was held":   func(e *records.Evidence) { e.History[1].Hold = "age" },
		"which number":      func(e *records.Evidence) { e.History[0].Scope.Numbers = nil },
		"another channel":   func(e *records.Evidence) { e.History[0].Scope.Channel = policy.ChannelCall },
		"the code":          func(e *records.Evidence) { e.Code = consent.CodeOf(clinic.ConsentID{2}) },
		"the way of giving": func(e *records.Evidence) { e.Consent.Way = consent.OnPaper },
	} {
		e := evidence()
		change(&e)
		if after, err := records.SumOf(e); err != nil || after == before {
			t.Errorf("%s: the sum stays (%v)", name, err)
		}
	}
	// What the calendar does is no part of it.
	e := evidence()
	e.State, e.Hold = policy.ConsentExpired, "age"
	if after, err := records.SumOf(e); err != nil || after != before {
		t.Errorf("with time alone the sum changes (%v)", err)
	}
}

// TestTheSumHoldsTheScans: a record with a scan says more, and an exchanged file shows. One
// without is summed as ever, which the pinned sum above holds.
func TestTheSumHoldsTheScans(t *testing.T) {
	sum := func(hashes ...byte) records.Sum {
		t.Helper()
		e := evidence()
		for _, h := range hashes {
			e.Scans = append(e.Scans, consent.Scan{ScanFile: consent.ScanFile{File: blob.Ref{Hash: blob.Hash{h}}}})
		}
		got, err := records.SumOf(e)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	seen := map[records.Sum]string{}
	for name, s := range map[string]records.Sum{
		"none": sum(), "one": sum(1), "another": sum(2), "both": sum(1, 2), "both, turned": sum(2, 1),
	} {
		if other, twice := seen[s]; twice {
			t.Errorf("%s sums to what %s does", name, other)
		}
		seen[s] = name
	}
}
