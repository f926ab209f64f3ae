package desk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// deeds are doors without a request that do something, or say how far work has come
// that goes on beside.
var deeds = []string{
	"session.lock", "me.beginPhone", "health.check", "health.cancel", "health.remake", "backup.run", "drill.run", "drill.stop",
	"drill.saw", "line.check", "line.compare", "device.check", "restore.stop",
	"line.reading", "health.status", "backup.status", "drill.status",
}

// shown is all that a screen can ask for without naming anybody.
func (o *office) shown() map[string][]byte {
	all := map[string][]byte{}
	ask := func(name string, request any) {
		all[name] = o.doors.Call(context.Background(), token, name, encode(o.t, request))
	}
	for _, spec := range o.doors.Specs() {
		if o.doors.Request(spec.Name).NumField() == 0 && !slices.Contains(deeds, spec.Name) {
			ask(spec.Name, struct{}{})
		}
	}
	ask("inbox.list", desk.InboxQuery{View: desk.ViewAll, Limit: 50})
	ask("patient.list", desk.PatientQuery{Limit: 50})
	ask("search.find", desk.SearchQuery{Words: "hyacinth", Limit: 50})
	return all
}

// TestATherapistIsToldNothingOfAnothersPatient: a text comes from a patient of another
// therapist while she is signed in. No list, no count and no word to her screen is another.
func TestATherapistIsToldNothingOfAnothersPatient(t *testing.T) {
	tm := gather(t, openOffice(t, t.TempDir(), clinictest.NewClock(monday)))
	x := provides(t, tm.clock)
	must[desk.LineStatus](tm.office, "line.connect", simulatorAt(x.url))
	heard, end := tm.changes.Listen()
	defer end()
	told := func() (all []door.Changed) {
		for {
			select {
			case c := <-heard:
				all = append(all, c)
			default:
				return all
			}
		}
	}
	arrives := func(body string) []door.Changed {
		told()
		x.receives(t, body)
		must[desk.LineStatus](tm.office, "line.check", nil)
		return told()
	}
	names := func(c door.Changed) bool {
		return slices.Contains([]string{"inbox", "thread", "patient", "consent", "incident"}, c.Topic)
	}

	tm.mustSignIn(tm.heir, heirPass)
	must[desk.LineStatus](tm.office, "line.check", nil)
	before := tm.shown()
	changes := arrives("The hyacinth is in bloom")
	for name, now := range tm.shown() {
		if !bytes.Equal(now, before[name]) {
			t.Errorf("%s:\n%s\nbefore\n%s", name, short(now), short(before[name]))
		}
	}
	for _, c := range changes {
		if names(c) {
			t.Errorf("her screen is told of %s %v", c.Topic, c.IDs)
		}
	}

	// Whoever treats him is told, and finds both.
	tm.mustSignIn(tm.leaver, leaverPass)
	before = tm.shown()
	changes = arrives("A second hyacinth")
	if !slices.ContainsFunc(changes, func(c door.Changed) bool {
		return c.Topic == "thread" && slices.Equal(c.IDs, []string{tm.thread.String()})
	}) {
		t.Errorf("his therapist's screen is told %+v", changes)
	}
	if now := tm.shown(); bytes.Equal(now["inbox.list"], before["inbox.list"]) || !bytes.Contains(now["search.find"], []byte("second hyacinth")) {
		t.Error("his therapist does not find his texts")
	}
}

// between is a clock that does something once, in the middle of a decision that a call
// of the desk takes.
type between struct {
	clinic.Clock
	call string
	once sync.Once
	do   func()
}

func (b *between) Now() clinic.Instant {
	stack := callers()
	within := func(name string) bool {
		return slices.ContainsFunc(stack, func(f string) bool { return strings.HasSuffix(f, name) })
	}
	if within("(*Desk)."+b.call) && within("(*Journal).Submit") {
		b.once.Do(b.do)
	}
	return b.Clock.Now()
}

// TestALockedScreenIsToldNoNames: a decision is under way when the session ends, and is
// recorded after that. Whoever looks at the screen now learns that something changed, and
// of whom it did not.
func TestALockedScreenIsToldNoNames(t *testing.T) {
	dir, clock := closed(t)
	blank, recorded := make(chan struct{}), make(chan struct{})
	b := &between{Clock: clock, call: "addPatient"}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	changes := door.NewChanges()
	d := desk.New(desk.Config{
		Dir: filepath.Join(dir, "clinic"), Secrets: filesecret.At(filepath.Join(dir, "secret")), Work: vault.Sample,
		Clock: b, Log: log, Version: "test", Carrier: carried(t),
		// The screen goes blank when the session is over, and the keys wait for it.
		Locking: func() {
			close(blank)
			<-recorded
		},
	}, changes)
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	o := &office{t: t, desk: d, doors: door.NewRegistry(token, d.Session(), d, log), clock: clock, changes: changes}
	d.Register(o.doors)
	locked := make(chan struct{})
	b.do = func() {
		go func() {
			defer close(locked)
			d.Lock()
		}()
		<-blank
	}
	who := must[desk.State](o, "app.state", nil).Members[0].ID
	must[desk.State](o, "session.signIn", desk.SignIn{Member: who, Passphrase: passphrase})
	heard, end := changes.Listen()
	defer end()
	call[desk.AddedPatient](o, "patient.add", desk.AddPatient{
		Name: "Owen Whitfield", BirthDate: clinic.Date{Year: 1990, Month: 5, Day: 4}, Phone: "3035550177", Language: "en", Zone: "America/Denver",
	})
	close(recorded)
	<-locked
	told := false
	for len(heard) > 0 {
		c := <-heard
		told = told || c.Topic == "patient"
		if len(c.IDs) > 0 {
			t.Errorf("a locked screen is told of %s %v", c.Topic, c.IDs)
		}
	}
	if !told {
		t.Error("the screen is not told that there is a patient more")
	}
}

// TestTheDeskFindsNothingForCliniciansOnlyByAnyCall calls every door as the front desk,
// which sees the patient and not her texts, once naming her conversation and once one that is not there.
// The two answers are the same to the byte.
func TestTheDeskFindsNothingForCliniciansOnlyByAnyCall(t *testing.T) {
	if testing.Short() {
		t.Skip("asks every door in turn")
	}
	o := filled(t, 300)
	o.t = t
	state := must[desk.State](o, "app.state", nil)
	row := must[desk.PatientPage](o, "patient.list", desk.PatientQuery{Search: "Tomoko Hayashi", Limit: 5}).Items[0]
	hers := lookUp(t, o, row)
	secrets := []string{hers.thread.String()}
	for _, m := range must[desk.ThreadPage](o, "thread.open", desk.ThreadQuery{ID: hers.thread, Limit: 50}).Messages {
		secrets = append(secrets, m.ID.String())
	}
	var staff []clinic.StaffID
	for _, m := range state.Members {
		staff = append(staff, m.ID)
	}
	// The desk knows her, her numbers and her consents.
	none := hers.nobody()
	named := none
	named.thread, named.message, named.attachment, named.cursors = hers.thread, hers.message, hers.attachment, hers.cursors[:1]
	none.cursors = hers.cursors[:1]
	rnd := rand.New(rand.NewPCG(7, 4))
	for _, m := range state.Members {
		if clinic.Role(m.Role) != clinic.FrontDesk {
			continue
		}
		must[door.None](o, "session.lock", nil)
		o.mustSignIn(t, m.ID)
		for _, spec := range o.doors.Specs() {
			if open[spec.Name] != "" {
				continue
			}
			for range 6 {
				seed := rnd.Uint64()
				ask := func(p other) []byte {
					raw, err := json.Marshal(forge(rand.New(rand.NewPCG(seed, 0)), o.doors.Request(spec.Name), p, staff))
					if err != nil {
						t.Fatal(err)
					}
					return o.doors.Call(context.Background(), token, spec.Name, raw)
				}
				got, want := ask(named), ask(none)
				if o.doors.Request(spec.Name).NumField() > 0 && !bytes.Equal(got, want) {
					t.Fatalf("%s tells her conversation from none:\n%s\n%s", spec.Name, short(got), short(want))
				}
				for _, s := range secrets {
					if strings.Contains(string(got), s) {
						t.Fatalf("%s tells %q", spec.Name, s)
					}
				}
			}
		}
	}
}
