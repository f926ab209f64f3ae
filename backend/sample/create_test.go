package sample_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf16"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/folder"
	"quietline/backend/sample"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// lines is what a clinic holds, without the ids that its vault drew.
func lines(t *testing.T, m made) []string {
	t.Helper()
	k := know(t, m.open(t, m.Members[0].ID))
	var all []string
	for _, p := range k.patients {
		all = append(all, strings.Join([]string{p.Name, p.BirthDate.String(), string(p.Zone), p.Guardian}, " / "))
		for _, c := range k.consents[p.ID] {
			all = append(all, strings.Join([]string{p.Name, string(c.Moved), c.SignedOn.String(), string(c.RevokedHow)}, " / "))
		}
	}
	for _, x := range k.texts {
		name := ""
		if x.patient != nil {
			name = x.patient.Name
		}
		all = append(all, strings.Join([]string{
			name, string(x.phone), x.At.Time().Format(time.RFC3339Nano), x.Body, string(x.State), x.SID, x.Author.String(),
		}, " / "))
	}
	slices.Sort(all)
	return all
}

func TestTheSeedDecides(t *testing.T) {
	small := func(seed uint64, messages int) []string {
		return lines(t, create(t, wednesday, func(c *sample.Config) { c.Seed, c.Messages = seed, messages }))
	}
	one := small(7, 400)
	if again := small(7, 400); !slices.Equal(one, again) {
		t.Error("the same seed gives another clinic")
	}
	if other := small(8, 400); slices.Equal(one, other) {
		t.Error("another seed gives the same clinic")
	}
	more := small(7, 900)
	for _, l := range one {
		if _, found := slices.BinarySearch(more, l); !found {
			t.Errorf("a clinic of more messages lacks a line of the smaller one: %s", l)
		}
	}
	if len(more) <= len(one) {
		t.Errorf("900 messages give %d lines, 400 give %d", len(more), len(one))
	}
}

// Whatever the hour and the day, there is a present to show.
func TestAnyHourWillDo(t *testing.T) {
	denver, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	at := func(y int, m time.Month, d, h, minute int) time.Time {
		return time.Date(y, m, d, h, minute, 0, 0, denver)
	}
	for name, now := range map[string]time.Time{
		"Monday at eight":              at(2026, 3, 2, 8, 0),
		"a minute before":              at(2026, 3, 2, 7, 59),
		"Thursday after midnight":      at(2026, 3, 5, 0, 1),
		"Friday late":                  at(2026, 3, 6, 23, 59),
		"Saturday noon":                at(2026, 3, 7, 12, 0),
		"the night clocks go forward":  at(2026, 3, 8, 3, 30),
		"the night clocks go back":     at(2026, 11, 1, 1, 30),
		"Sunday evening":               at(2026, 3, 8, 19, 0),
		"a leap day":                   at(2028, 2, 29, 10, 0),
		"the first hour of a year":     at(2027, 1, 1, 0, 30),
		"the afternoon of a Wednesday": at(2026, 7, 1, 15, 0),
	} {
		t.Run(name, func(t *testing.T) {
			m := create(t, now, func(c *sample.Config) { c.Messages, c.Seed = 300, uint64(now.Unix()) })
			k := know(t, m.open(t, m.Members[0].ID))
			everyConsent(t, k, clinic.At(now))
			if k.unread != 14 || k.waiting.Waiting != 1 || k.waiting.Undecided != 1 {
				t.Errorf("%d unread, waiting: %+v", k.unread, k.waiting)
			}
			for _, x := range k.texts {
				if x.At > clinic.At(now) {
					t.Errorf("a text comes %s after now", x.At.Sub(clinic.At(now)))
				}
				if x.Way == archive.Out && x.Attempts > 0 {
					standsOn(t, k, x)
				}
			}
		})
	}
}

func TestNoFileIsReadable(t *testing.T) {
	m := create(t, wednesday, func(c *sample.Config) { c.Messages = 600 })
	c := m.open(t, m.Members[0].ID)
	k := know(t, c)
	words := map[string]bool{}
	add := func(text string) {
		for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
			// Short words turn up in sealed bytes by chance, and these few name parts
			// of a format.
			if len(w) >= 6 && !slices.Contains([]string{"SQLite", "format", "version", "clinic", "device", "members", "passes"}, w) {
				words[w] = true
			}
		}
	}
	for _, p := range k.patients {
		add(p.Name)
		add(p.Guardian)
		words[string(k.numbers[p.ID][0].Phone)] = true
		words[k.numbers[p.ID][0].Phone.Display()] = true
	}
	for _, x := range k.texts {
		add(x.Body)
	}
	for _, member := range m.Members {
		add(member.Name)
	}
	add(sample.Passphrase)
	if len(words) < 400 {
		t.Fatalf("only %d words to look for", len(words))
	}
	search := func(t *testing.T) {
		files := 0
		err := filepath.WalkDir(filepath.Dir(m.dir), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files++
			for w := range words {
				if holds(raw, w) {
					t.Errorf("%s holds a word of the clinic %q", e.Name(), w)
				}
			}
			return nil
		})
		if err != nil || files < 4 {
			t.Fatalf("%d files searched: %v", files, err)
		}
	}
	t.Run("in use", search)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	t.Run("closed", search)
	t.Run("the search finds what is there", func(t *testing.T) {
		if !holds([]byte("xxVegaxx"), "Vega") || !holds(utf16le("xÉtéx"), "Été") || holds([]byte("xxxx"), "Vega") {
			t.Error("it does not")
		}
	})
}

// holds reports whether bytes hold a word, in UTF-8 or in either UTF-16.
func holds(raw []byte, word string) bool {
	le := utf16le(word)
	be := slices.Clone(le)
	for i := 0; i+1 < len(be); i += 2 {
		be[i], be[i+1] = be[i+1], be[i]
	}
	return bytes.Contains(raw, []byte(word)) || bytes.Contains(raw, le) || bytes.Contains(raw, be)
}

func utf16le(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// forgetful loses its keyring after so many secrets.
type forgetful struct {
	vault.DeviceSecrets
	left int
}

func (f *forgetful) Set(ctx context.Context, name string, secret []byte) error {
	if f.left--; f.left < 0 {
		return clinic.E(vault.CodeKeyringUnavailable)
	}
	return f.DeviceSecrets.Set(ctx, name, secret)
}

func TestAFailureLeavesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		secrets  int
		messages int
		cancelAt int // texts
		occupied string
		want     error
	}{
		"no keyring":        {secrets: 0, messages: 200, cancelAt: 1e6, want: clinic.E(vault.CodeKeyringUnavailable)},
		"cancelled":         {secrets: 9, messages: 200, cancelAt: 100, want: context.Canceled},
		"a clinic is there": {secrets: 9, messages: 200, cancelAt: 1e6, occupied: "journal.db", want: clinic.E(vault.CodeExists)},
		"a file is there":   {secrets: 9, messages: 200, cancelAt: 1e6, occupied: "letter.txt", want: clinic.E(vault.CodeExists)},
		"too few messages":  {secrets: 9, messages: 99, cancelAt: 1e6, want: clinic.E(clinic.CodeBadInput)},
		"too many messages": {secrets: 9, messages: 1_000_001, cancelAt: 1e6, want: clinic.E(clinic.CodeBadInput)},
	} {
		t.Run(name, func(t *testing.T) {
			parent, aside := t.TempDir(), t.TempDir()
			dir := filepath.Join(parent, "clinic")
			if c.occupied != "" {
				if err := os.Mkdir(dir, 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, c.occupied), []byte("precious"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			_, err := sample.Create(ctx, sample.Config{
				Dir: dir, Secrets: &forgetful{filesecret.At(filepath.Join(aside, "secret")), c.secrets},
				Clock: clinictest.NewClock(wednesday), Messages: c.messages,
				Progress: func(done, _ int) {
					if done >= c.cancelAt {
						cancel()
					}
				},
			})
			if !errors.Is(err, c.want) {
				t.Errorf("got %v", err)
			}
			entries, err := os.ReadDir(parent)
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case c.occupied == "" && len(entries) > 0:
				t.Errorf("%d entries are left", len(entries))
			case c.occupied != "":
				if raw, err := os.ReadFile(filepath.Join(dir, c.occupied)); len(entries) != 1 || err != nil || string(raw) != "precious" {
					t.Errorf("what was there before is not as it was: %v", err)
				}
			}
			if raw, err := os.ReadFile(filepath.Join(aside, "secret")); !errors.Is(err, fs.ErrNotExist) && string(raw) != "{}" {
				t.Errorf("a secret is left: %v", err)
			}
		})
	}
}

// The program holds a folder before it knows that there is no clinic in it.
func TestAFolderThatWasOnlyLookedIntoWillDo(t *testing.T) {
	m := create(t, wednesday, func(c *sample.Config) {
		c.Messages = 100
		hold, err := folder.Take(c.Dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := hold.Release(); err != nil {
			t.Fatal(err)
		}
	})
	m.open(t, m.Members[0].ID)
}

// BenchmarkCreate says how many texts a second become a clinic, vault and files
// included.
func BenchmarkCreate(b *testing.B) {
	texts := 0
	for b.Loop() {
		m := create(b, wednesday, func(c *sample.Config) { c.Messages = 20_000 })
		texts += m.Messages
	}
	b.ReportMetric(float64(texts)/b.Elapsed().Seconds(), "texts/s")
}
