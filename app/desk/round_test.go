package desk_test

import (
	"bytes"
	"testing"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/consent"
)

// TestManyAreAskedByText tells of a round from whom it may ask to what they answered, with
// a lock in its midst. How far it is names nobody.
func TestManyAreAskedByText(t *testing.T) {
	o := filled(t, 300)
	o.t = t
	people := must[desk.RoundPeople](o, "round.people", nil)
	begin := desk.BeginRound{ID: clinic.NewID[consent.RoundID](), Welcome: true}
	var names []string
	may, not := 0, 0
	for _, p := range people.Items {
		switch {
		case !p.May:
			not++
			if len(p.Reasons) != 1 || p.Reasons[0].Next == "" {
				t.Errorf("somebody cannot be asked because of %+v", p.Reasons)
			}
		case may < 2 && p.Until.IsZero():
			may++
			begin.Patients, names = append(begin.Patients, p.ID), append(names, p.Name)
			if p.Before == "" {
				t.Error("nothing is said of what there was before")
			}
		}
	}
	if may < 2 || not == 0 || len(people.Words) == 0 || people.Words[0].Segments == 0 || people.Words[0].Words == "" {
		t.Fatalf("%d may be asked, %d not, with %d words", may, not, len(people.Words))
	}
	refused := func(r desk.BeginRound, want clinic.Code) {
		t.Helper()
		if _, code := call[desk.RoundStanding](o, "round.begin", r); code != want {
			t.Errorf("a round of %d: %q, want %q", len(r.Patients), code, want)
		}
	}
	refused(begin, consent.CodeRoundOff)
	rules := must[desk.TextingRules](o, "clinic.texting", nil)
	rules.AskMany = true
	must[desk.TextingRules](o, "clinic.saveTexting", rules)
	unwelcome, unknown := begin, begin
	unwelcome.Welcome = false
	refused(unwelcome, consent.CodeNotWelcome)
	unknown.Patients = append(unknown.Patients[:1:1], clinic.NewID[clinic.PatientID]())
	refused(unknown, clinic.CodeNotFound)
	if s := must[desk.RoundStanding](o, "round.standing", nil); s.Found {
		t.Fatalf("nothing was begun: %+v", s)
	}

	for range 2 { // the first answer was lost
		if s := must[desk.RoundStanding](o, "round.begin", begin); !s.Found || s.End != "" || s.Waiting+s.Asked != may {
			t.Fatalf("begun: %+v", s)
		}
	}
	o.until("one is asked", func() bool { return must[desk.RoundStanding](o, "round.standing", nil).Asked > 0 })
	me := must[desk.State](o, "app.state", nil).Members[0].ID
	must[door.None](o, "session.lock", nil)
	o.mustSignIn(t, me)
	o.until("all are asked", func() bool {
		return must[desk.RoundStanding](o, "round.standing", nil).End == desk.RoundEnd(consent.RoundDone)
	})
	now := must[desk.RoundStanding](o, "round.callOff", nil)
	if now.End != desk.RoundEnd(consent.RoundDone) || now.Asked != may || now.Ended.IsZero() || now.By == "" {
		t.Errorf("done: %+v", now)
	}
	who := must[desk.RoundWho](o, "round.who", desk.RoundRef{ID: begin.ID})
	if len(who.Items) != may {
		t.Errorf("%d were asked, %d are shown", may, len(who.Items))
	}
	for _, name := range names {
		if bytes.Contains(encode(t, now), encode(t, name)) || !bytes.Contains(encode(t, who), encode(t, name)) {
			t.Error("the standing names somebody, or the list does not")
		}
	}
	people = must[desk.RoundPeople](o, "round.people", nil)
	for _, p := range people.Items {
		if p.May && (p.ID == begin.Patients[0] || p.ID == begin.Patients[1]) {
			t.Error("somebody may be asked again")
		}
	}

	// Another round leaves this one to be looked at.
	again := desk.BeginRound{ID: clinic.NewID[consent.RoundID](), Welcome: true}
	for _, p := range people.Items {
		if p.May && len(again.Patients) == 0 {
			again.Patients = append(again.Patients, p.ID)
		}
	}
	if s := must[desk.RoundStanding](o, "round.begin", again); s.ID != again.ID {
		t.Errorf("another: %+v", s)
	}
	earlier := must[desk.EarlierRounds](o, "round.earlier", desk.RoundRef{ID: again.ID})
	if len(earlier.Items) != 1 || !earlier.Next.IsZero() {
		t.Fatalf("before it: %+v", earlier)
	}
	if e := earlier.Items[0]; e.ID != begin.ID || e.Asked != may || e.Total != may || e.By == "" || e.End != desk.RoundEnd(consent.RoundDone) {
		t.Errorf("before it: %+v", e)
	}
	if who := must[desk.RoundWho](o, "round.who", desk.RoundRef{ID: earlier.Items[0].ID}); len(who.Items) != may {
		t.Errorf("of the earlier one %d are shown", len(who.Items))
	}
	if before := must[desk.EarlierRounds](o, "round.earlier", desk.RoundRef{ID: begin.ID}); len(before.Items) != 0 {
		t.Errorf("before the first: %+v", before)
	}
	if _, code := call[desk.EarlierRounds](o, "round.earlier", desk.RoundRef{ID: clinic.NewID[consent.RoundID]()}); code != clinic.CodeNotFound {
		t.Errorf("a round of nobody: %q", code)
	}
	must[desk.RoundStanding](o, "round.callOff", nil)
}
