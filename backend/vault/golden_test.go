package vault_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// A file that once was written must open for ever: a new version of the format
// adds a folder beside v1 and leaves v1 as it is.
var update = flag.Bool("update", false, "write testdata/v1 anew")

const golden = "testdata/v1"

// goldenFacts is what the golden vault must say once it is open.
type goldenFacts struct {
	Members    []vault.Member
	Passphrase map[string]string // by name
	Words      string
	Code       string
	Seat       clinic.SeatID
	Epochs     uint32
	Keys       string // SHA-256 of fingerprint
	Anchors    []vault.Anchor
}

func keysDigest(t *testing.T, k *vault.Keys) string {
	sum := sha256.Sum256([]byte(fingerprint(t, k)))
	return hex.EncodeToString(sum[:])
}

func TestGoldenVault(t *testing.T) {
	if *update {
		writeGolden(t)
	}
	// A copy: signing in writes.
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(golden)); err != nil {
		t.Fatal(err)
	}
	var want goldenFacts
	if err := json.Unmarshal(must[[]byte](t)(os.ReadFile(filepath.Join(dir, "facts.json"))), &want); err != nil {
		t.Fatal(err)
	}
	cfg := vault.Config{
		Dir: dir, Secrets: filesecret.At(filepath.Join(dir, "device.json")),
		Clock: clinic.SystemClock(), Work: vault.Sample,
	}
	v := must[*vault.Vault](t)(vault.Load(t.Context(), cfg))
	members := v.Members()
	if len(members) != len(want.Members) {
		t.Fatalf("members %v", members)
	}
	for i, m := range members {
		if m != want.Members[i] {
			t.Errorf("member %v, want %v", m, want.Members[i])
		}
		k := must[*vault.Keys](t)(v.Unlock(t.Context(), m.ID, []byte(want.Passphrase[m.Name])))
		if keysDigest(t, k) != want.Keys || must[uint32](t)(k.CurrentEpoch()) != want.Epochs {
			t.Errorf("%d: the keys are not what they were", i)
		}
		if must[clinic.SeatID](t)(k.Seat()) != want.Seat {
			t.Errorf("%d: the seat is not what it was", i)
		}
		if got := must[[]vault.Anchor](t)(v.Anchors(k)); len(got) != 1 || got[0] != want.Anchors[0] {
			t.Errorf("%d: anchors %v", i, got)
		}
	}
	for _, text := range []string{want.Words, want.Code} {
		k := must[*vault.Keys](t)(v.Recover(t.Context(), text))
		if keysDigest(t, k) != want.Keys {
			t.Error("the sheet opens other keys")
		}
	}
}

func writeGolden(t *testing.T) {
	t.Helper()
	if err := os.RemoveAll(golden); err != nil {
		t.Fatal(err)
	}
	cfg := vault.Config{
		Dir: t.TempDir(), Clock: clinictest.NewClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)), Work: vault.Sample,
	}
	cfg.Secrets = filesecret.At(filepath.Join(cfg.Dir, "device.json"))
	facts := goldenFacts{
		Members: []vault.Member{
			{ID: clinic.NewID[clinic.StaffID](), Name: "Ana Lindqvist", Role: clinic.OfficeManager},
			{ID: clinic.NewID[clinic.StaffID](), Name: "Noor Haddad نور", Role: clinic.Therapist},
		},
		Passphrase: map[string]string{"Ana Lindqvist": rightPhrase, "Noor Haddad نور": "café río lumbre 12"},
		Anchors:    []vault.Anchor{anchor(1, 42, 9)},
	}
	v, k, sheet, err := vault.Create(t.Context(), cfg, facts.Members[0], []byte(rightPhrase))
	if err != nil {
		t.Fatal(err)
	}
	m := facts.Members[1]
	if err := v.AddMember(t.Context(), k, m, []byte(facts.Passphrase[m.Name])); err != nil {
		t.Fatal(err)
	}
	facts.Epochs = must[uint32](t)(v.NewEpoch(t.Context(), k))
	if err := v.SaveAnchor(t.Context(), k, facts.Anchors[0]); err != nil {
		t.Fatal(err)
	}
	facts.Words, facts.Code = sheetText(sheet), sheet.Code()
	facts.Seat, facts.Keys = must[clinic.SeatID](t)(k.Seat()), keysDigest(t, k)
	raw := must[[]byte](t)(json.MarshalIndent(facts, "", "  "))
	if err := os.WriteFile(filepath.Join(cfg.Dir, "facts.json"), append(raw, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(golden, os.DirFS(cfg.Dir)); err != nil {
		t.Fatal(err)
	}
}

// What the program writes today is what the golden file is: the same members in
// the same order, so that a change of format cannot slip in.
func TestTheFormatHasNotMoved(t *testing.T) {
	h := newHouse(t)
	shape := func(raw []byte) string {
		var out bytes.Buffer
		dec := json.NewDecoder(bytes.NewReader(raw))
		for {
			token, err := dec.Token()
			if err != nil {
				return out.String()
			}
			switch v := token.(type) {
			case json.Delim:
				out.WriteString(v.String())
			case string:
				// Names of members are the only short texts.
				if len(v) < 16 {
					out.WriteString(v + " ")
				}
			}
		}
	}
	h.addAndReturn("Noor Haddad")
	want := shape(must[[]byte](t)(os.ReadFile(filepath.Join(golden, vault.FileName))))
	if got := shape(h.file()); got != want {
		t.Errorf("the file's shape is\n%s\nwas\n%s", got, want)
	}
}

// Standard is what a real clinic signs in with: it must open, cost what it is
// meant to cost, and be the default.
func TestStandardWork(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 64 MiB and a second")
	}
	cfg := vault.Config{Dir: filepath.Join(t.TempDir(), "c"), Secrets: newKeyring(), Clock: clinic.SystemClock()}
	m := therapist("Noor Haddad")
	if _, _, _, err := vault.Create(t.Context(), cfg, m, []byte(rightPhrase)); err != nil {
		t.Fatal(err)
	}
	raw := must[[]byte](t)(os.ReadFile(filepath.Join(cfg.Dir, vault.FileName)))
	for _, want := range []string{`"memory_kib": 65536`, `"passes": 3`, `"lanes": 4`} {
		if !bytes.Contains(raw, []byte(want)) {
			t.Errorf("the file does not say %s", want)
		}
	}
	v := must[*vault.Vault](t)(vault.Load(t.Context(), cfg))
	must[*vault.Keys](t)(v.Unlock(t.Context(), m.ID, []byte(rightPhrase)))
}

func BenchmarkUnlockStandard(b *testing.B) {
	cfg := vault.Config{Dir: filepath.Join(b.TempDir(), "c"), Secrets: newKeyring(), Clock: clinic.SystemClock()}
	m := therapist("Noor Haddad")
	v, _, _, err := vault.Create(b.Context(), cfg, m, []byte(rightPhrase))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		k, err := v.Unlock(b.Context(), m.ID, []byte(rightPhrase))
		if err != nil {
			b.Fatal(err)
		}
		k.Zero()
	}
}

func BenchmarkSaveAnchor(b *testing.B) {
	cfg := vault.Config{
		Dir: filepath.Join(b.TempDir(), "c"), Secrets: newKeyring(), Clock: clinic.SystemClock(), Work: vault.Sample,
	}
	v, k, _, err := vault.Create(b.Context(), cfg, therapist("Noor Haddad"), []byte(rightPhrase))
	if err != nil {
		b.Fatal(err)
	}
	seq := uint64(0)
	for b.Loop() {
		seq++
		if err := v.SaveAnchor(b.Context(), k, vault.Anchor{Kind: "journal", Seq: seq}); err != nil {
			b.Fatal(err)
		}
	}
}
