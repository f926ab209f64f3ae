package sample_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/sample"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// wednesday is ten in the morning in Denver, two days after a Monday.
var wednesday = time.Date(2026, time.March, 4, 17, 0, 0, 0, time.UTC)

// made is a sample clinic on disk.
type made struct {
	sample.Made
	dir     string // of the clinic
	secrets string
	clock   *clinictest.Clock
}

func create(t testing.TB, now time.Time, change func(*sample.Config)) made {
	t.Helper()
	parent := t.TempDir()
	m := made{dir: filepath.Join(parent, "clinic"), secrets: filepath.Join(parent, "secret"), clock: clinictest.NewClock(now)}
	cfg := sample.Config{Dir: m.dir, Secrets: filesecret.At(m.secrets), Clock: m.clock, Seed: 1}
	if change != nil {
		change(&cfg)
	}
	var err error
	if m.Made, err = sample.Create(t.Context(), cfg); err != nil {
		t.Fatalf("create: %v", err)
	}
	return m
}

// open signs a member in, as the program does.
func (m made) open(t testing.TB, member clinic.StaffID) *folder.Clinic {
	t.Helper()
	v, err := vault.Load(t.Context(), vault.Config{
		Dir: m.dir, Secrets: filesecret.At(m.secrets), Clock: m.clock, Work: vault.Sample,
	})
	if err != nil {
		t.Fatalf("load the vault: %v", err)
	}
	t.Cleanup(v.Close)
	keys, err := v.Unlock(t.Context(), member, []byte(sample.Passphrase))
	if err != nil {
		t.Fatalf("unlock: %v", err)
	}
	t.Cleanup(keys.Zero)
	if s, err := keys.Sheet(); err != nil || s.Proven.IsZero() {
		t.Errorf("the recovery sheet is not confirmed: %v", err)
	}
	c, err := folder.Open(t.Context(), folder.Config{Dir: m.dir, Keys: keys, Clock: m.clock})
	if err != nil {
		t.Fatalf("open the folder: %v", err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if r := c.Journal.Report(); r != (journal.Report{}) {
		t.Errorf("opening a finished clinic had work to do: %+v", r)
	}
	return c
}

// told is a text with what a test asks about it.
type told struct {
	archive.Message
	patient *patients.Patient // nil for a stranger
	phone   clinic.Phone
}

// known is all that a sample clinic holds.
type known struct {
	patients []patients.Patient
	numbers  map[clinic.PatientID][]patients.Linked
	consents map[clinic.PatientID][]consent.Consent
	threads  []archive.Row
	texts    []told
	waiting  exchange.Counts
	unread   int
	line     settings.Line
}

func know(t testing.TB, c *folder.Clinic) known {
	t.Helper()
	k := known{numbers: map[clinic.PatientID][]patients.Linked{}, consents: map[clinic.PatientID][]consent.Consent{}}
	err := c.Journal.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
		if k.line, err = settings.GetLine(tx); err != nil {
			return err
		}
		if k.waiting, err = exchange.Count(tx, archive.SeeAll()); err != nil {
			return err
		}
		if k.unread, err = archive.CountUnread(tx, archive.SeeAll()); err != nil {
			return err
		}
		if err := k.people(tx); err != nil {
			return err
		}
		return k.conversations(tx)
	})
	if err != nil {
		t.Fatalf("read the clinic: %v", err)
	}
	return k
}

func (k *known) people(tx *sqlite.Tx) error {
	for after, more := "", true; more; more = after != "" {
		page, err := patients.Find(tx, patients.SeeAll(), "", after, 200)
		if err != nil {
			return err
		}
		after = page.Next
		for _, n := range page.Items {
			p, err := patients.Get(tx, n.ID)
			if err != nil {
				return err
			}
			k.patients = append(k.patients, p)
			numbers, err := patients.NumbersOf(tx, p.ID)
			if err != nil {
				return err
			}
			k.numbers[p.ID] = numbers[p.ID]
			if k.consents[p.ID], err = consent.Of(tx, p.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (k *known) conversations(tx *sqlite.Tx) error {
	for after, more := "", true; more; more = after != "" {
		page, err := archive.List(tx, archive.SeeAll(), archive.Filter{}, after, 200)
		if err != nil {
			return err
		}
		after = page.Next
		k.threads = append(k.threads, page.Rows...)
	}
	for _, r := range k.threads {
		number, err := patients.GetNumber(tx, r.Number)
		if err != nil {
			return err
		}
		var who *patients.Patient
		for i := range k.patients {
			if k.patients[i].ID == r.Patient {
				who = &k.patients[i]
			}
		}
		for before, more := "", true; more; more = before != "" {
			page, err := archive.History(tx, archive.SeeAll(), r.Thread.ID, before, 200)
			if err != nil {
				return err
			}
			before = page.Earlier
			for _, m := range page.Items {
				k.texts = append(k.texts, told{m, who, number.Phone})
			}
		}
	}
	return nil
}

func TestTheSampleClinicIsOneToBelieve(t *testing.T) {
	m := create(t, wednesday, nil)
	c := m.open(t, m.Members[0].ID)
	k := know(t, c)
	now := clinic.At(wednesday)

	t.Run("who works there", func(t *testing.T) {
		roles := map[clinic.Role]int{}
		for _, member := range m.Members {
			roles[member.Role]++
		}
		if len(m.Members) != 7 || len(roles) != len(clinic.Roles()) {
			t.Errorf("members: %v", roles)
		}
		if m.Members[0].Role != clinic.PrivacyOfficer {
			t.Error("the privacy officer is not the first")
		}
		if k.line.Kind != settings.LineSample {
			t.Errorf("the line is %q", k.line.Kind)
		}
	})
	t.Run("who comes there", func(t *testing.T) { believablePatients(t, k, now) })
	t.Run("what became of consents", func(t *testing.T) { everyConsent(t, k, now) })
	t.Run("what was written", func(t *testing.T) { believableTexts(t, m, k, now) })
	t.Run("what waits this morning", func(t *testing.T) { aMorning(t, k, now) })
	t.Run("rebuilding gives the same", func(t *testing.T) {
		before, err := c.Journal.ContentHash(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Journal.Rebuild(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if after, err := c.Journal.ContentHash(t.Context()); err != nil || after != before {
			t.Errorf("the rebuilt views differ: %v", err)
		}
	})
}

func believablePatients(t *testing.T, k known, now clinic.Instant) {
	if len(k.patients) != 60 {
		t.Errorf("%d patients", len(k.patients))
	}
	scripts := map[string]*unicode.RangeTable{
		"Latin": unicode.Latin, "Chinese": unicode.Han, "Korean": unicode.Hangul, "Arabic": unicode.Arabic,
		"Cyrillic": unicode.Cyrillic, "Devanagari": unicode.Devanagari,
	}
	zones, shared, minors, spanish := map[clinic.Zone]bool{}, 0, 0, 0
	for _, p := range k.patients {
		for name, table := range scripts {
			if strings.ContainsFunc(p.Name, func(r rune) bool { return unicode.Is(table, r) }) {
				delete(scripts, name)
			}
		}
		zones[p.Zone] = true
		if p.Language == clinic.Spanish {
			spanish++
		}
		if p.BirthDate.Age(clinic.DateOf(now.Time())) < patients.Adulthood {
			minors++
			if p.Guardian == "" {
				t.Error("a minor without a guardian")
			}
		}
		if len(k.numbers[p.ID]) != 1 {
			t.Fatal("a patient without a number")
		}
		n := k.numbers[p.ID][0]
		if n.Others > 0 {
			shared++
		}
		if (n.Others > 0) && !n.Shared {
			t.Error("a shared phone that is not known as one")
		}
		fictional(t, n.Phone)
	}
	for name := range scripts {
		t.Errorf("no name in %s script", name)
	}
	if len(zones) < 6 || shared < 8 || minors < 8 || spanish < 8 {
		t.Errorf("%d zones, %d on shared phones, %d minors, %d in Spanish", len(zones), shared, minors, spanish)
	}
}

// fictional refuses a number that could be somebody's.
func fictional(t *testing.T, p clinic.Phone) {
	t.Helper()
	if !p.Valid() || !strings.HasPrefix(string(p[5:]), "55501") {
		t.Error("a number that is not reserved for fiction")
	}
}

func everyConsent(t *testing.T, k known, now clinic.Instant) {
	missing := map[policy.ConsentState]bool{}
	for _, s := range policy.ConsentStates() {
		// A question by text is asked and answered through a line, which the clinic's
		// past has none of.
		missing[s] = s != policy.ConsentDeclined && s != policy.ConsentUnanswered
	}
	ways := map[consent.How]bool{}
	for _, all := range k.consents {
		for _, c := range all {
			delete(missing, c.State(now))
			ways[c.RevokedHow] = true
		}
	}
	for s, lacks := range missing {
		if lacks {
			t.Errorf("no consent is %s", s)
		}
	}
	for _, how := range []consent.How{consent.ByText, consent.ByCall, consent.InPerson} {
		if !ways[how] {
			t.Errorf("none was taken back by %s", how)
		}
	}
	optedOut := 0
	for _, x := range k.texts {
		if consent.Read(x.Body) == consent.StopWord {
			optedOut++
		}
	}
	if optedOut != 2 {
		t.Errorf("%d texts that say stop", optedOut)
	}
}

func believableTexts(t *testing.T, m made, k known, now clinic.Instant) {
	if len(k.texts) != m.Messages || m.Messages < sample.DefaultMessages*95/100 || m.Messages > sample.DefaultMessages*105/100 {
		t.Errorf("%d texts, %d said", len(k.texts), m.Messages)
	}
	denver, err := time.LoadLocation("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	same := map[string]int{}
	var outgoing int
	first := now
	for _, x := range k.texts {
		same[x.Body]++
		first = min(first, x.At)
		if x.At > now {
			t.Fatal("a text from the future")
		}
		if strings.ContainsAny(x.Body, "{}|") {
			t.Error("a text that was not filled in")
		}
		if x.Way == archive.In {
			continue
		}
		outgoing++
		at := x.At.Time().In(denver)
		if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday || at.Hour() < 8 || at.Hour() >= 18 {
			t.Errorf("somebody wrote at %s", at.Format("Monday 15:04"))
		}
		if x.Author.IsZero() {
			t.Error("a text that nobody wrote")
		}
		if x.Attempts > 0 {
			standsOn(t, k, x)
		}
	}
	for _, count := range same {
		if count >= 60 {
			t.Errorf("one sentence comes %d times", count)
		}
	}
	if months := now.Sub(first).Hours() / 24 / 30.4; months < 17 || months > 19 {
		t.Errorf("the first text is %.1f months old", months)
	}
	if share := float64(outgoing) / float64(len(k.texts)); share < 0.35 || share > 0.65 {
		t.Errorf("%.2f of the texts are the clinic's", share)
	}
}

// standsOn checks that a text that left may be shown to an auditor.
func standsOn(t *testing.T, k known, x told) {
	t.Helper()
	basis, found, err := x.Basis()
	if err != nil || !found {
		t.Fatalf("a text without a basis: %v", err)
	}
	for _, c := range k.consents[x.patient.ID] {
		if c.ID != basis.ConsentID {
			continue
		}
		covered := false
		for _, about := range c.Scope.Categories {
			covered = covered || about == x.Category
		}
		// A scope that was narrowed later no longer shows what it was.
		if !covered && c.Moved != policy.ConsentNarrowed {
			t.Error("a text about something that the patient did not agree to")
		}
		if x.At < c.Starts || x.At >= c.Ends || (c.RevokedAt > 0 && x.At > c.RevokedAt) {
			t.Error("a text outside of the time of its consent")
		}
		return
	}
	t.Error("a text on another patient's consent")
}

func aMorning(t *testing.T, k known, now clinic.Instant) {
	if k.unread != 14 {
		t.Errorf("%d unread texts", k.unread)
	}
	strangers, night, states, failures := 0, 0, map[archive.State]int{}, map[int]int{}
	for _, r := range k.threads {
		if r.Patient.IsZero() {
			strangers++
		}
	}
	for _, x := range k.texts {
		states[x.State]++
		failures[x.ProviderCode]++
		if x.Way == archive.In && now.Sub(x.At) < 8*time.Hour && x.At.Time().Hour() == 9 { // 2 a.m. in Denver
			night++
		}
	}
	if strangers != 3 || night != 1 {
		t.Errorf("%d threads of strangers, %d texts at night", strangers, night)
	}
	if states[archive.Held] != 1 || states[archive.Later] != 1 || states[archive.Failed] != 3 || failures[30006] != 2 {
		t.Errorf("states: %v, failures: %v", states, failures)
	}
	if k.waiting != (exchange.Counts{Waiting: 1, Undecided: 1}) {
		t.Errorf("waiting: %+v", k.waiting)
	}
	for _, x := range k.texts {
		if x.State == archive.Later && x.Until <= now {
			t.Error("what waits should have gone")
		}
	}
}

func TestEveryMemberCanSignIn(t *testing.T) {
	m := create(t, wednesday, func(c *sample.Config) { c.Messages = 100 })
	for _, member := range m.Members {
		t.Run(string(member.Role), func(t *testing.T) { m.open(t, member.ID) })
	}
}
