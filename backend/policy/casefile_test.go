package policy_test

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	// Some systems have no time zone database of their own.
	_ "time/tzdata"

	"quietline/backend/clinic"
	"quietline/backend/policy"
)

// workedCase is one case of testdata/cases.txt.
type workedCase struct {
	rule, title string
	line        int
	draft       policy.Draft
	facts       policy.Facts
	// want is what then: and because: say, in the form of describe.
	want string
	// clock is the zone in which the case's times are written.
	clock *time.Location
}

var (
	patient = clinic.PatientID{1}
	staff   = clinic.StaffID{1}
	mobile  = clinic.NumberID{1}
	phones  = map[string]clinic.NumberID{"mobile": mobile, "home": {2}, "old": {3}}
)

func ordinaryDay() (policy.Draft, policy.Facts) {
	denver := zone("America/Denver")
	draft := policy.Draft{
		Patient: patient, To: mobile, Category: policy.Scheduling, StartedBy: policy.ByClinic, Characters: 80,
	}
	facts := policy.Facts{
		Line:    policy.LineSimulator,
		Patient: policy.PatientFacts{ID: patient, Zone: denver, Adult: true},
		Numbers: []policy.NumberFact{{ID: mobile, Verified: true}},
		Consent: &policy.ConsentFact{
			ID: clinic.ConsentID{1}, Version: "2026-1", State: policy.ConsentGiven,
			Categories: []policy.Category{policy.Scheduling, policy.Reminders},
			Starts:     clinic.At(time.Date(2026, 1, 5, 10, 0, 0, 0, denver)),
		},
		Settings: policy.DefaultSettings(),
	}
	return draft, facts
}

func zone(name string) *time.Location {
	if name == "Local" {
		return time.Local
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

var heading = regexp.MustCompile(`^\[([a-z' -]+)\] (.+)$`)

func readCases(t *testing.T) []workedCase {
	t.Helper()
	file, err := os.Open("testdata/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var cases []workedCase
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		text := lines.Text()
		if m := heading.FindStringSubmatch(text); m != nil {
			c := workedCase{rule: m[1], title: m[2], line: n, clock: zone("America/Denver")}
			c.draft, c.facts = ordinaryDay()
			cases = append(cases, c)
			continue
		}
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		key, value, ok := strings.Cut(strings.TrimPrefix(text, "  "), ": ")
		if !ok || !strings.HasPrefix(text, "  ") || len(cases) == 0 {
			t.Fatalf("cases.txt:%d: neither a case nor a fact: %s", n, text)
		}
		if err := cases[len(cases)-1].read(key, value); err != nil {
			t.Fatalf("cases.txt:%d: %v", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 200 {
		t.Fatalf("only %d cases", len(cases))
	}
	return cases
}

// read takes one line of a case. Times must come after the patient's zone.
func (c *workedCase) read(key, value string) (err error) {
	d, f := &c.draft, &c.facts
	consent := f.Consent
	at := func(into *clinic.Instant) {
		if value != "none" {
			*into, err = c.when(value)
		} else {
			*into = 0
		}
	}
	switch key {
	case "now":
		at(&f.Now)
	case "line":
		f.Line = policy.Line(strings.TrimPrefix(value, "none"))
	case "patient":
		switch value {
		case "nobody":
			d.Patient = clinic.PatientID{}
		case "someone else":
			f.Patient.ID = clinic.PatientID{9}
		default:
			err = fmt.Errorf("patient: %s", value)
		}
	case "zone":
		if value == "unknown" {
			f.Patient.Zone = nil
			return nil
		}
		f.Patient.Zone = zone(value)
		if value != "Local" {
			c.clock = f.Patient.Zone
		}
	case "text":
		err = c.readText(value)
	case "to":
		d.To = phones[value]
	case "asks for a consent":
		// A patient without one is asked, unless a line below says otherwise.
		d.Purpose, f.Consent = policy.AskConsent, nil
		if value != "nothing is recorded" {
			f.Request = &policy.RequestFact{ID: clinic.ConsentID{2}, Version: "ask-1-en", Open: value == "open"}
		}
	case "answers a first text":
		d.Purpose, f.Consent, f.Settings.AnswerFirst = policy.FirstAnswer, nil, value == "allowed"
	case "adult":
		f.Patient.Adult = value == "yes"
	case "earlier":
		_, other := ordinaryDay()
		f.Consent = other.Consent
		f.Consent.State = policy.ConsentState(value)
	case "question before":
		state, when, _ := strings.Cut(value, ", ")
		state, over := strings.CutPrefix(state, "ran out ")
		f.Request.Earlier = &policy.EarlierFact{State: policy.ConsentState(state)}
		value = when
		at(&f.Request.Earlier.Asked)
		if over {
			f.Request.Earlier.Ends, f.Request.Earlier.Asked = f.Request.Earlier.Asked, f.Request.Earlier.Asked.Add(-7*24*time.Hour)
		}
		if f.Request.Earlier.State == policy.ConsentUnanswered {
			f.Request.Earlier.Ends = f.Request.Earlier.Asked
		}
	case "number":
		err = c.readNumber(value)
	case "verified numbers only":
		f.Settings.AllowUnverified = value != "yes"
	case "consent":
		if consent.State = policy.ConsentState(value); value == "none" {
			f.Consent = nil
		}
	case "held for":
		consent.State, consent.Held = policy.ConsentPaused, policy.Hold(value)
	case "spoken consent allowed":
		f.Settings.AllowVerbal = value == "yes"
	case "of age":
		at(&consent.OfAge)
	case "signed by":
		consent.SelfSigned = value == "herself"
	case "form names":
		consent.Numbers = append(consent.Numbers, phones[value])
	case "form version":
		consent.Version = strings.TrimPrefix(value, "none")
	case "form id":
		consent.ID = clinic.ConsentID{}
	case "form zone":
		consent.Zone = zone(value)
	case "would rather have":
		consent.Channel = policy.Channel(strings.TrimPrefix(value, "a "))
	case "form says shared":
		consent.SharedPhone = value == "yes"
	case "covers":
		consent.Categories = categories(value)
	case "excludes":
		consent.Excluded = categories(value)
	case "hours":
		consent.Hours, err = addHours(consent.Hours, value)
	case "starts":
		at(&consent.Starts)
	case "ends":
		at(&consent.Ends)
	case "frequency":
		_, err = fmt.Sscanf(value, "%d a day, %d a week", &consent.Frequency.PerDay, &consent.Frequency.PerWeek)
	case "came in":
		f.LastInbound.ID, f.LastInbound.From = clinic.MessageID{1}, mobile
		at(&f.LastInbound.At)
	case "sent":
		var i clinic.Instant
		at(&i)
		f.Sent = append(f.Sent, i)
	case "answered first":
		var i clinic.Instant
		at(&i)
		f.Answered = append(f.Answered, i)
	case "settings":
		f.Settings = policy.Settings{AllowUnverified: true}
	case "clinic hours":
		f.Settings.Hours, err = addHours(nil, value)
	case "clinic caps":
		_, err = fmt.Sscanf(value, "%d a day, %d a week", &f.Settings.Caps.PerDay, &f.Settings.Caps.PerWeek)
	case "texted before":
		f.Signs.Known = true
		at(&f.Signs.Texted)
	case "heard from":
		f.Signs.Heard = value == "yes"
	case "number changed":
		f.Signs.Changed = value == "yes"
	case "another patient texted there":
		at(&f.Signs.Other)
	case "similar name":
		f.Signs.Alike = value == "yes"
	case "finding":
		f.Findings = append(f.Findings, policy.Finding{Code: clinic.Code(value)})
	case "held since":
		at(&d.HeldSince)
	case "appointment":
		at(&d.AppointmentAt)
	case "send at":
		at(&d.SendAt)
	case "accepted":
		code, when, _ := strings.Cut(value, " at ")
		value = when
		o := policy.Override{Code: longCode(code), By: staff}
		at(&o.At)
		d.Overrides = append(d.Overrides, o)
	case "then":
		c.want = value
	case "because":
		c.want += " because " + value
	default:
		err = fmt.Errorf("unknown fact %q", key)
	}
	return err
}

func (c *workedCase) readText(value string) error {
	for part := range strings.SplitSeq(value, ", ") {
		if part == "reply" {
			c.draft.StartedBy = policy.ByPatient
		} else if part == "with a picture" {
			c.draft.Pictures = 1
		} else if n, ok := strings.CutSuffix(part, " characters"); ok {
			var err error
			if c.draft.Characters, err = strconv.Atoi(n); err != nil {
				return err
			}
		} else {
			c.draft.Category = policy.Category(part)
		}
	}
	return nil
}

// readNumber adds a number, or changes the mobile that is there.
func (c *workedCase) readNumber(value string) error {
	parts := strings.Split(value, ", ")
	n := policy.NumberFact{ID: phones[parts[0]], Verified: true}
	for _, p := range parts[1:] {
		if why, ok := strings.CutPrefix(p, "paused "); ok {
			n.Paused = policy.Pause(why)
		} else if who, ok := strings.CutPrefix(p, "shared with "); ok {
			n.SharedWith, _ = strconv.Atoi(who)
		} else if p == "opted out" {
			n.OptedOutSince = clinic.At(time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC))
		} else if p == "unverified" {
			n.Verified = false
		} else if p == "a guardian's" {
			n.Guardian = true
		} else {
			return fmt.Errorf("number: %s", p)
		}
	}
	if n.ID == mobile {
		c.facts.Numbers[0] = n
	} else {
		c.facts.Numbers = append(c.facts.Numbers, n)
	}
	return nil
}

func categories(value string) (out []policy.Category) {
	for part := range strings.SplitSeq(value, ", ") {
		out = append(out, policy.Category(part))
	}
	return out
}

func addHours(have policy.Hours, value string) (policy.Hours, error) {
	names := []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}
	index := func(name string) int {
		for i, n := range names {
			if n == name {
				return i
			}
		}
		panic("no such day: " + name)
	}
	days, hours, _ := strings.Cut(value, " ")
	first, last, ranged := strings.Cut(days, "-")
	if !ranged {
		last = first
	}
	var w policy.Window
	for i := index(first); i <= index(last); i++ {
		w.Days |= policy.Days(time.Weekday((i + 1) % 7))
	}
	var fromH, fromM, toH, toM int
	if _, err := fmt.Sscanf(hours, "%d:%d-%d:%d", &fromH, &fromM, &toH, &toM); err != nil {
		return nil, err
	}
	w.From, w.To = fromH*60+fromM, toH*60+toM
	return append(have, w), nil
}

const caseTime = "Mon 2006-01-02 15:04"

// when reads a time of the patient's clock. The weekday has to be right, and
// the time one that the clock showed; "again" is the second time it did.
func (c *workedCase) when(value string) (clinic.Instant, error) {
	text, again := strings.CutSuffix(value, " again")
	layout := caseTime
	if strings.Count(text, ":") == 2 {
		layout += ":05"
	}
	t, err := time.ParseInLocation(layout, text, c.clock)
	if err != nil {
		return 0, err
	}
	if again {
		t = t.Add(time.Hour)
	}
	if shown := t.Format(layout); shown != text {
		return 0, fmt.Errorf("%s is not a time: it is %s", text, shown)
	}
	return clinic.At(t), nil
}

func (c *workedCase) show(i clinic.Instant) string {
	t := i.Time().In(c.clock)
	text := t.Format(caseTime)
	if i%60_000 != 0 {
		text = t.Format(caseTime + ":05.000")
	}
	if before := t.Add(-time.Hour); before.Format(caseTime) == t.Format(caseTime) {
		text += " again"
	}
	return text
}

// describe writes a verdict the way the page does.
func (c *workedCase) describe(v policy.Verdict) string {
	permission := map[policy.Permission]string{policy.ConfirmText: "confirm", policy.OverrideLimits: "override limits"}
	var text string
	switch v.Outcome {
	case policy.Go:
		switch text = "go"; v.Basis.Kind {
		case policy.ByReply:
			text = "go as a reply"
		case policy.ByRequest:
			text = "go as a question"
		case policy.ByFirstText:
			text = "go as a first answer"
		}
		for _, o := range v.Basis.Overrides {
			text += ", accepted " + strings.TrimPrefix(string(o.Code), "policy.")
		}
	case policy.WaitUntil:
		text = "wait until " + c.show(v.Until)
		if v.Override != "" {
			text += ", or " + permission[v.Override]
		}
	case policy.NeedsOverride:
		text = "ask, " + permission[v.Override]
	case policy.Refused:
		text = "no"
	}
	for i, r := range v.Reasons {
		if i == 0 {
			text += " because "
		} else {
			text += ", "
		}
		text += strings.TrimPrefix(string(r.Code), "policy.")
	}
	return text
}

func longCode(short string) clinic.Code {
	if strings.Contains(short, ".") {
		return clinic.Code(short)
	}
	return clinic.Code("policy." + short)
}
