package settings_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

func TestWhichFoldersMayBeChosen(t *testing.T) {
	seat := clinic.SeatID{1}
	for name, c := range map[string]struct {
		backups settings.Backups
		want    clinic.Code
	}{
		"none":       {settings.Backups{Seat: seat}, ""},
		"one":        {settings.Backups{Seat: seat, Folders: []string{"/a"}}, ""},
		"two":        {settings.Backups{Seat: seat, Folders: []string{"/a", "/b"}}, ""},
		"three":      {settings.Backups{Seat: seat, Folders: []string{"/a", "/b", "/c"}}, settings.CodeBackups},
		"one twice":  {settings.Backups{Seat: seat, Folders: []string{"/a", "/a"}}, settings.CodeBackups},
		"no name":    {settings.Backups{Seat: seat, Folders: []string{""}}, clinic.CodeBadInput},
		"of no seat": {settings.Backups{Folders: []string{"/a"}}, clinic.CodeBadInput},
	} {
		err := c.backups.Check()
		if c.want == "" && err != nil || c.want != "" && !errors.Is(err, clinic.E(c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestFoldersBelongToOneComputer: what one chooses says nothing of another, and what
// was chosen last holds, in its order.
func TestFoldersBelongToOneComputer(t *testing.T) {
	c := journaltest.New(t, settings.Projection())
	desk, laptop := clinic.SeatID{1}, clinic.SeatID{2}
	choose := func(seat clinic.SeatID, folders ...string) {
		t.Helper()
		if _, err := c.Submit(context.Background(), journal.Actor{}, func(d *journal.Decision) error {
			return settings.ChangeBackups(d, settings.Backups{Seat: seat, Folders: folders})
		}); err != nil {
			t.Fatal(err)
		}
	}
	holds := func(seat clinic.SeatID, want ...string) {
		t.Helper()
		var got settings.Backups
		if err := c.Read(context.Background(), func(tx *sqlite.Tx) (err error) {
			got, err = settings.GetBackups(tx, seat)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Folders, want) {
			t.Errorf("%v has %v, want %v", seat, got.Folders, want)
		}
	}
	holds(desk)
	choose(desk, "/z", "/a")
	choose(laptop, "/m")
	holds(desk, "/z", "/a")
	holds(laptop, "/m")
	choose(desk, "/a")
	holds(desk, "/a")
	choose(desk)
	holds(desk)
	holds(laptop, "/m")
}
