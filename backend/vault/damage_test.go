package vault_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/vault"
)

// oneFile is a folder in memory that holds a vault and takes no writes: what
// opening answers must not depend on them.
type oneFile struct {
	vault.Files
	raw []byte
}

func (f oneFile) Read(string, int64) ([]byte, error) { return f.raw, nil }
func (oneFile) Create(string) (vault.File, error)    { return nil, fs.ErrPermission }
func (oneFile) Remove(string) error                  { return fs.ErrNotExist }
func (oneFile) List(string) ([]string, error)        { return []string{vault.FileName}, nil }

// open signs in with raw as the file.
func (h *house) open(raw []byte) error {
	cfg := h.cfg
	cfg.Files = oneFile{raw: raw}
	v, err := vault.Load(h.t.Context(), cfg)
	if err != nil {
		return err
	}
	k, err := v.Unlock(h.t.Context(), h.first.ID, []byte(rightPhrase))
	if err != nil {
		return err
	}
	k.Zero()
	return nil
}

// Any byte that changes is noticed at sign-in.
func TestAnyChangedByteIsNoticed(t *testing.T) {
	h := newHouse(t)
	raw := h.file()
	if err := h.open(raw); err != nil {
		t.Fatal(err)
	}
	step := 1
	if testing.Short() {
		step = 17
	}
	for at := 0; at < len(raw); at += step {
		changed := bytes.Clone(raw)
		changed[at] ^= 1 << rand.N(8)
		if err := h.open(changed); err == nil {
			t.Fatalf("byte %d of %d can be changed from %q to %q", at, len(raw), raw[at], changed[at])
		}
	}
	for _, n := range []int{0, 1, len(raw) / 2, len(raw) - 1} {
		if err := h.open(raw[:n]); !errors.Is(err, clinic.E(vault.CodeDamaged)) {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
	}
}

func TestDamageHasACode(t *testing.T) {
	h := newHouse(t)
	second := therapist("Noor Haddad")
	if err := h.vault.AddMember(t.Context(), h.keys, second, []byte(otherPhrase)); err != nil {
		t.Fatal(err)
	}
	raw := string(h.file())
	replace := func(old, new string) string {
		if !strings.Contains(raw, old) {
			t.Fatalf("the file has no %q", old)
		}
		return strings.Replace(raw, old, new, 1)
	}
	tests := []struct {
		name, raw string
		code      clinic.Code
	}{
		{"empty", "", vault.CodeDamaged},
		{"zeros", strings.Repeat("\x00", 4096), vault.CodeDamaged},
		{"another format", replace("quietline-vault", "quietline-valut"), vault.CodeDamaged},
		{"version 0", replace(`"version": 1`, `"version": 0`), vault.CodeDamaged},
		{"a newer version", replace(`"version": 1`, `"version": 2`), vault.CodeNewer},
		{"a newer version with new members", `{"format":"quietline-vault","version":7,"novel":{}}`, vault.CodeNewer},
		{"an unknown member", replace(`"version": 1,`, `"version": 1, "more": 1,`), vault.CodeDamaged},
		{"a member twice", replace(`"version": 1,`, "\"version\": 1,\n  \"version\": 1,"), vault.CodeDamaged},
		{"a space", raw + " ", vault.CodeDamaged},
		{"two values", raw + raw, vault.CodeDamaged},
		{"no memory for Argon2", replace(`"memory_kib": 64`, `"memory_kib": 7`), vault.CodeDamaged},
		{"all memory for Argon2", replace(`"memory_kib": 64`, `"memory_kib": 4294967295`), vault.CodeDamaged},
		{"a year of Argon2", replace(`"passes": 1`, `"passes": 17`), vault.CodeDamaged},
		{"no lanes", replace(`"lanes": 1`, `"lanes": 0`), vault.CodeDamaged},
		{"another generation", replace(`"generation": 2`, `"generation": 3`), vault.CodeDamaged},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantCode(t, h.open([]byte(tt.raw)), tt.code) })
	}
}

// Parts of a file that are whole in themselves cannot be put elsewhere.
func TestPartsCannotBeExchanged(t *testing.T) {
	h := newHouse(t)
	second := therapist("Noor Haddad")
	if err := h.vault.AddMember(t.Context(), h.keys, second, []byte(otherPhrase)); err != nil {
		t.Fatal(err)
	}
	earlier := h.file()
	if _, err := h.vault.NewEpoch(t.Context(), h.keys); err != nil {
		t.Fatal(err)
	}
	other := newHouse(t)

	old, foreign := decoded(t, earlier), decoded(t, other.file())
	for name, from := range map[string]map[string]any{"earlier file": old, "other clinic": foreign} {
		for _, part := range []string{"clinic", "generation", "data_key", "ring", "anchors", "devices", "seal"} {
			doc := decoded(t, h.file())
			if fmt.Sprint(doc[part]) == fmt.Sprint(from[part]) {
				continue
			}
			doc[part] = from[part]
			if err := h.open(encoded(t, doc)); err == nil {
				t.Errorf("%s of the %s is taken", part, name)
			}
		}
	}
	t.Run("slots", func(t *testing.T) {
		doc := decoded(t, h.file())
		slots := doc["devices"].([]any)[0].(map[string]any)["slots"].([]any)
		a, b := slots[0].(map[string]any), slots[1].(map[string]any)
		for _, part := range []string{"id", "salt", "identity"} {
			a[part], b[part] = b[part], a[part]
		}
		if err := h.open(encoded(t, doc)); err == nil {
			t.Error("slots can change places")
		}
	})
	t.Run("sealed parts of a device", func(t *testing.T) {
		doc := decoded(t, h.file())
		dev := doc["devices"].([]any)[0].(map[string]any)
		dev["roster"], dev["attempts"] = dev["attempts"], dev["roster"]
		wantCode(t, h.open(encoded(t, doc)), vault.CodeDamaged)
	})
}

func decoded(t *testing.T, raw []byte) map[string]any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var doc map[string]any
	if err := dec.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// encoded writes a file in the vault's own form, so that only the change that a
// test made can be the reason for refusing it.
func encoded(t *testing.T, doc map[string]any) []byte {
	t.Helper()
	type work struct {
		MemoryKiB json.Number `json:"memory_kib"`
		Passes    json.Number `json:"passes"`
		Lanes     json.Number `json:"lanes"`
	}
	type slot struct {
		ID       string `json:"id"`
		Salt     string `json:"salt"`
		Work     work   `json:"work"`
		Identity string `json:"identity"`
	}
	type device struct {
		ID       string `json:"id"`
		Roster   string `json:"roster"`
		Seat     string `json:"seat"`
		Slots    []slot `json:"slots"`
		Attempts string `json:"attempts"`
	}
	var ordered struct {
		Format     string      `json:"format"`
		Version    json.Number `json:"version"`
		Clinic     string      `json:"clinic"`
		Generation json.Number `json:"generation"`
		DataKey    string      `json:"data_key"`
		Ring       string      `json:"ring"`
		Anchors    string      `json:"anchors"`
		Devices    []device    `json:"devices"`
		Seal       string      `json:"seal"`
	}
	raw, err := json.Marshal(doc)
	if err == nil {
		err = json.Unmarshal(raw, &ordered)
	}
	if err == nil {
		raw, err = json.MarshalIndent(ordered, "", "  ")
	}
	if err != nil {
		t.Fatal(err)
	}
	return append(raw, '\n')
}

// The count of failures is not under the seal. When it is damaged, nobody signs
// in by passphrase, and the recovery sheet begins it anew.
func TestDamagedAttemptsAreRepairedByTheSheet(t *testing.T) {
	h := newHouse(t)
	doc := decoded(t, h.file())
	dev := doc["devices"].([]any)[0].(map[string]any)
	dev["attempts"] = dev["roster"]
	h.put(encoded(t, doc))
	v := h.restart()
	_, err := v.Unlock(t.Context(), h.first.ID, []byte(rightPhrase))
	wantCode(t, err, vault.CodeDamaged)
	k := must[*vault.Keys](t)(v.Recover(t.Context(), sheetText(h.sheet)))
	if err := v.Rebind(t.Context(), k, h.first.ID, []byte(otherPhrase)); err != nil {
		t.Fatal(err)
	}
	must[*vault.Keys](t)(h.restart().Unlock(t.Context(), h.first.ID, []byte(otherPhrase)))
}

func TestDamageIsNeverWrittenOver(t *testing.T) {
	h := newHouse(t)
	broken := append(h.file(), ' ')
	h.put(broken)
	_, err := vault.Load(t.Context(), h.cfg)
	wantCode(t, err, vault.CodeDamaged)
	_, err = h.vault.Unlock(t.Context(), h.first.ID, []byte(rightPhrase))
	wantCode(t, err, vault.CodeDamaged)
	wantCode(t, h.vault.AddMember(t.Context(), h.keys, therapist("Noor Haddad"), []byte(otherPhrase)), vault.CodeDamaged)
	wantCode(t, h.vault.SaveAnchor(t.Context(), h.keys, vault.Anchor{Kind: "journal"}), vault.CodeDamaged)
	_, _, _, err = vault.Create(t.Context(), h.cfg, h.first, []byte(rightPhrase))
	wantCode(t, err, vault.CodeExists)
	if !bytes.Equal(h.file(), broken) {
		t.Error("the damaged file was changed")
	}
}

func TestAnotherClinicsFileInItsPlace(t *testing.T) {
	h, other := newHouse(t), newHouse(t)
	h.put(other.file())
	_, err := h.vault.Unlock(t.Context(), h.first.ID, []byte(rightPhrase))
	wantCode(t, err, vault.CodeDamaged)
	_, err = h.vault.Recover(t.Context(), sheetText(h.sheet))
	wantCode(t, err, vault.CodeDamaged)
}

// Reading a file, whatever is in it, ends with the vault or with one of the
// codes, and never asks Argon2 for more than the ceiling.
func FuzzLoad(f *testing.F) {
	ring := newKeyring()
	cfg := vault.Config{
		Dir: f.TempDir() + "/c", Secrets: ring, Clock: clinictest.NewClock(clinic.Instant(0).Time()), Work: vault.Sample,
	}
	first := therapist("Noor Haddad")
	if _, _, _, err := vault.Create(f.Context(), cfg, first, []byte(rightPhrase)); err != nil {
		f.Fatal(err)
	}
	raw, err := vault.MachineFiles().Read(cfg.Dir+"/"+vault.FileName, 1<<20)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"format":"quietline-vault","version":2}`))
	f.Add([]byte(`{"format":"quietline-vault","version":1,"devices":[{"slots":[{}]}]}`))
	f.Add([]byte(`[]`))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, changed []byte) {
		cfg := cfg
		cfg.Files = oneFile{raw: changed}
		v, err := vault.Load(t.Context(), cfg)
		if err == nil {
			_, err = v.Unlock(t.Context(), first.ID, []byte(rightPhrase))
		}
		if err == nil && !bytes.Equal(changed, raw) {
			t.Error("a changed file opens")
		}
		if err != nil && clinic.CodeOf(err) == clinic.CodeInternal {
			t.Errorf("an error without a code: %v", err)
		}
	})
}
