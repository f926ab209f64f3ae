package audit_test

import (
	"testing"

	"quietline/backend/audit"
	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/sqlite"
)

// given reads, as a later report will, who gave whom a passphrase.
type given struct {
	to map[clinic.StaffID][]clinic.StaffID
}

func (given) Name() string { return "given" }
func (given) Schema() []string {
	return []string{`CREATE TABLE given (seq INTEGER PRIMARY KEY) STRICT`}
}
func (given) Decisive() []string { return nil }

func (given) Kinds() []journal.Kind {
	for _, k := range audit.Projection().Kinds() {
		if k.Name == "session.passphrase_given" {
			return []journal.Kind{k}
		}
	}
	return nil
}

func (g given) Apply(_ *sqlite.Tx, e journal.Applied, _ *journal.Touched) error {
	var b struct {
		To clinic.StaffID `json:"to"`
	}
	if err := e.Body.Decode(&b); err != nil {
		return err
	}
	g.to[e.Author] = append(g.to[e.Author], b.To)
	return nil
}

// TestWhoeverGivesAPassphraseIsOnRecordWithWhom: she could sign in as her from then on.
func TestWhoeverGivesAPassphraseIsOnRecordWithWhom(t *testing.T) {
	manager, colleague := clinic.NewID[clinic.StaffID](), clinic.NewID[clinic.StaffID]()
	g := given{map[clinic.StaffID][]clinic.StaffID{}}
	c := journaltest.New(t, g)
	if _, err := c.Submit(t.Context(), journal.Actor{Staff: manager}, func(d *journal.Decision) error {
		audit.RecordPassphraseGiven(d, colleague)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if got := g.to[manager]; len(got) != 1 || got[0] != colleague {
		t.Errorf("on record: %v", got)
	}
}
