package settings_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

func TestWhatARuleLeavesToChoose(t *testing.T) {
	all := func(rule settings.Rule, minutes, hours int) settings.Locking {
		return settings.Locking{
			Rule: rule, FrontDesk: minutes, Therapist: minutes, OfficeManager: minutes, PrivacyOfficer: minutes, Longest: hours,
		}
	}
	one := func(change func(*settings.Locking)) settings.Locking {
		l := settings.DefaultLocking()
		change(&l)
		return l
	}
	for name, c := range map[string]struct {
		locking settings.Locking
		want    clinic.Code
	}{
		"the default":                    {settings.DefaultLocking(), ""},
		"what is offered":                {settings.ProposedLocking(), ""},
		"the shortest":                   {settings.ShortestLocking(), ""},
		"the most":                       {all(settings.RuleInForce, 15, 24), ""},
		"the least":                      {all(settings.RuleInForce, 1, 1), ""},
		"a minute more":                  {all(settings.RuleInForce, 16, 12), settings.CodeLocking},
		"never":                          {all(settings.RuleInForce, 0, 12), settings.CodeLocking},
		"an hour more":                   {all(settings.RuleInForce, 10, 25), settings.CodeLocking},
		"no end":                         {all(settings.RuleInForce, 10, 0), settings.CodeLocking},
		"the most under what is planned": {all(settings.RuleProposed, 10, 12), ""},
		"a minute more under it":         {all(settings.RuleProposed, 11, 12), settings.CodeLocking},
		"an hour more under it":          {all(settings.RuleProposed, 10, 13), settings.CodeLocking},
		"one role alone, front desk":     {one(func(l *settings.Locking) { l.FrontDesk = 16 }), settings.CodeLocking},
		"one role alone, therapist":      {one(func(l *settings.Locking) { l.Therapist = 16 }), settings.CodeLocking},
		"one role alone, manager":        {one(func(l *settings.Locking) { l.OfficeManager = 16 }), settings.CodeLocking},
		"one role alone, officer":        {one(func(l *settings.Locking) { l.PrivacyOfficer = 16 }), settings.CodeLocking},
		"a rule of one's own":            {all("ours", 10, 12), clinic.CodeBadInput},
	} {
		err := c.locking.Check()
		if c.want == "" && err != nil || c.want != "" && !errors.Is(err, clinic.E(c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestNothingIsShorterThanTheShortest holds what counts where nothing can be read
// against what the rules leave to choose.
func TestNothingIsShorterThanTheShortest(t *testing.T) {
	shortest := settings.ShortestLocking()
	for _, role := range clinic.Roles() {
		idle, longest := shortest.For(role)
		for _, l := range []settings.Locking{settings.DefaultLocking(), settings.ProposedLocking()} {
			if i, most := l.For(role); i <= idle || most <= longest {
				t.Errorf("%v: %v %v is no longer than %v %v", role, i, most, idle, longest)
			}
		}
	}
	for _, change := range []func(*settings.Locking){
		func(l *settings.Locking) { l.FrontDesk-- }, func(l *settings.Locking) { l.Therapist-- },
		func(l *settings.Locking) { l.OfficeManager-- }, func(l *settings.Locking) { l.PrivacyOfficer-- },
		func(l *settings.Locking) { l.Longest-- },
	} {
		shorter := shortest
		change(&shorter)
		if err := shorter.Check(); !errors.Is(err, clinic.E(settings.CodeLocking)) {
			t.Errorf("%+v may be chosen: %v", shorter, err)
		}
	}
}

// TestTimesThatCannotBeReadAreTheShortest lets the read of the records fail before and
// behind the times: a desk is then held to the shortest, and to its own otherwise.
func TestTimesThatCannotBeReadAreTheShortest(t *testing.T) {
	c := journaltest.New(t, settings.Projection())
	own := settings.DefaultLocking()
	own.Therapist = 7
	if _, err := c.Submit(t.Context(), journal.Actor{}, func(d *journal.Decision) error {
		return settings.ChangeLocking(d, own)
	}); err != nil {
		t.Fatal(err)
	}
	if got, err := settings.HeldLocking(t.Context(), c.Read); err != nil || got != own {
		t.Errorf("where they can be read: %+v, %v", got, err)
	}
	away := errors.New("the disk is away")
	for name, read := range map[string]func(context.Context, func(*sqlite.Tx) error) error{
		"nothing can be read": func(context.Context, func(*sqlite.Tx) error) error { return away },
		"the read breaks off": func(ctx context.Context, fn func(*sqlite.Tx) error) error {
			return errors.Join(c.Read(ctx, fn), away)
		},
		"whoever reads is called off": func(ctx context.Context, fn func(*sqlite.Tx) error) error {
			ended, end := context.WithCancel(ctx)
			end()
			return c.Read(ended, fn)
		},
	} {
		if got, err := settings.HeldLocking(t.Context(), read); err == nil || got != settings.ShortestLocking() {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestEachRoleHasItsOwnTime(t *testing.T) {
	l := settings.Locking{FrontDesk: 3, Therapist: 4, OfficeManager: 5, PrivacyOfficer: 6, Longest: 8}
	for role, want := range map[clinic.Role]time.Duration{
		clinic.FrontDesk: 3 * time.Minute, clinic.Therapist: 4 * time.Minute, clinic.OfficeManager: 5 * time.Minute,
		clinic.PrivacyOfficer: 6 * time.Minute,
	} {
		if idle, longest := l.For(role); idle != want || longest != 8*time.Hour {
			t.Errorf("%v: %v %v", role, idle, longest)
		}
	}
	for _, role := range clinic.Roles() {
		if idle, _ := l.For(role); idle < 3*time.Minute || idle > 6*time.Minute {
			t.Errorf("%v: %v", role, idle)
		}
	}
	var nobody clinic.Role
	if idle, _ := l.For(nobody); idle != 3*time.Minute {
		t.Errorf("an unknown role: %v", idle)
	}
}
