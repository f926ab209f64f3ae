package journaltest

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
)

// golden is an event as it lies in a corpus, in plain text.
type golden struct {
	Kind      string              `json:"kind"`
	Version   uint16              `json:"version"`
	MinReader uint16              `json:"min_reader"`
	Class     journal.RecordClass `json:"class"`
	ID        clinic.EventID      `json:"id"`
	Author    clinic.StaffID      `json:"author"`
	Dossier   clinic.DossierID    `json:"dossier"`
	At        clinic.Instant      `json:"at"`
	Body      json.RawMessage     `json:"body"`
}

// hashFile pins what the views hold once a whole corpus is applied.
const hashFile = "content.hash"

// Corpus holds projections to every event that was ever written. dir has one
// file for each kind and each of its versions, more where an event has more to
// it, named so that their order is that of the log: 01-consent.given.v1.json. A
// file, once released, is never changed: the events in the clinics are not
// either. Beside them content.hash pins the content hash of the views.
//
// It fails where a kind or a version has no file, where a file is not applied,
// where the hash differs, where rebuilding gives another state than recording
// did, and where a reducer does not accept that bodies were destroyed.
func Corpus(t *testing.T, projections []journal.Projection, dir string) {
	t.Helper()
	events := readCorpus(t, dir)
	t.Run("every version has a file", func(t *testing.T) { everyVersion(t, projections, events) })

	c := New(t, projections...)
	slots := map[journal.KeySlot]bool{}
	for _, g := range events {
		e := journal.Event{
			ID: g.ID, Dossier: g.Dossier, At: g.At,
			Kind: journal.Kind{Name: g.Kind, Version: g.Version, MinReader: g.MinReader, Class: g.Class},
		}
		if len(g.Body) > 0 {
			e.Body = g.Body
		}
		c.RecordAs(g.Author, e)
		slots[journal.KeySlot{Dossier: g.Dossier, Class: g.Class, Year: uint16(g.At.Time().Year())}] = true
	}
	recorded := c.Hash()

	t.Run("the views are as they were", func(t *testing.T) {
		pinned, err := os.ReadFile(filepath.Join(dir, hashFile))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if got := hex.EncodeToString(recorded[:]); got != strings.TrimSpace(string(pinned)) {
			t.Errorf("the content hash is %s, and %s holds %q: put the new one there only where the views were meant to change",
				got, hashFile, strings.TrimSpace(string(pinned)))
		}
	})
	t.Run("rebuilding gives the same", func(t *testing.T) {
		if err := c.Rebuild(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		if c.Hash() != recorded {
			t.Error("the rebuilt views differ: a reducer is not deterministic")
		}
	})
	t.Run("destroyed bodies are accepted", func(t *testing.T) {
		for slot := range slots {
			if _, err := c.DestroyContent(context.Background(), []journal.KeySlot{slot}, nil); err != nil {
				t.Fatalf("destroy %s of one dossier: %v", slot.Class, err)
			}
		}
		gone := c.Hash()
		c.Reopen()
		if c.Hash() != gone {
			t.Error("the views without content differ after a restart")
		}
	})
}

func readCorpus(t *testing.T, dir string) []golden {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var events []golden
	for _, name := range names { // Glob sorts
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var g golden
		d := json.NewDecoder(bytes.NewReader(raw))
		d.DisallowUnknownFields()
		if err := d.Decode(&g); err != nil {
			t.Fatalf("%s: %v", filepath.Base(name), err)
		}
		if _, err := d.Token(); !errors.Is(err, io.EOF) {
			t.Fatalf("%s: more than one event", filepath.Base(name))
		}
		if g.At.IsZero() || g.ID.IsZero() {
			t.Fatalf("%s: an event of the corpus has an id and a time", filepath.Base(name))
		}
		events = append(events, g)
	}
	return events
}

func everyVersion(t *testing.T, projections []journal.Projection, events []golden) {
	type version struct {
		kind   string
		number uint16
	}
	there := map[version]bool{}
	for _, g := range events {
		there[version{g.Kind, g.Version}] = true
	}
	for _, p := range projections {
		for _, k := range p.Kinds() {
			for v := uint16(1); v <= k.Version; v++ {
				if !there[version{k.Name, v}] {
					t.Errorf("version %d of %s has no file", v, k.Name)
				}
			}
		}
	}
}
