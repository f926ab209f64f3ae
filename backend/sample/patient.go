package sample

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/patients"
	"quietline/backend/policy"
)

// patient is a person in the plan, and then in the clinic.
type patient struct {
	person
	n         int
	there     *time.Location // the rules of zone
	born      clinic.Date
	therapist member
	style     int // of writing
	scope     consent.Scope
	// joined is the half week in which the patient came; from silent on there are
	// no conversations.
	joined, silent int
	steps          []step
	says           []saying

	// What the clinic has recorded.
	added   patients.Added
	number  patients.Number
	thread  clinic.ThreadID
	consent clinic.ConsentID
	facts   policy.Facts
}

// scopeOf returns what a patient ticked on the form.
func scopeOf(p person, rnd *rand.Rand) consent.Scope {
	s := consent.Scope{FromHour: 0, ToHour: 24, Zone: p.zone, SharedPhone: p.shared && p.story != unshared}
	for _, c := range policy.Categories() {
		likely := 8
		switch c {
		case policy.Scheduling, policy.Reminders:
			likely = 10
		case policy.Results:
			likely = 3
		}
		if rnd.IntN(10) < likely {
			s.Categories = append(s.Categories, c)
		}
	}
	switch p.story {
	case choosy:
		s.FromHour, s.ToHour, s.PerWeek = 9, 18, 1
	case excluding:
		s.Excluded = []policy.Category{policy.Medication, policy.Billing}
	}
	return s
}

// signs reports whether the clinic ever had a consent.
func (p *patient) signs() bool { return p.story != unasked && p.story != asked && p.story != answered }

// agreedTo reports whether a conversation about something fits what the patient
// has agreed to in a half week.
func (p *patient) agreedTo(about policy.Category, half int) bool {
	for _, s := range p.steps {
		if s.narrows && half >= s.half {
			return about == policy.Reminders
		}
	}
	return slices.Contains(p.scope.Categories, about) && !slices.Contains(p.scope.Excluded, about)
}

// inOwnStyle writes a text as its writer does: some care little for capitals
// and full stops, some like a picture.
func (p *patient) inOwnStyle(body string, rnd *rand.Rand) string {
	switch p.style {
	case 1:
		if !strings.Contains(body, "I") {
			body = small(body)
		}
		return strings.TrimRight(body, ".!")
	case 2:
		if rnd.IntN(4) == 0 {
			return body + " " + []string{"🙂", "👍", "🙏", "😊"}[rnd.IntN(4)]
		}
	}
	return body
}
