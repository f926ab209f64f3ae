package folder_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/clinic/clinictest"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
	"quietline/backend/vault"
	"quietline/backend/vault/filesecret"
)

// roundsVariable makes the tests that draw their faults at random draw more of
// them: it multiplies their number.
const roundsVariable = "QUIETLINE_ROUNDS"

func rounds(t *testing.T, n int) int {
	t.Helper()
	times := os.Getenv(roundsVariable)
	if times == "" {
		return n
	}
	by, err := strconv.Atoi(times)
	if err != nil || by < 1 {
		t.Fatalf("%s is %q", roundsVariable, times)
	}
	return n * by
}

const passphrase = "seven grey herons at dawn"

var (
	noon  = clinic.Instant(1772625600000).Time()
	owner = vault.Member{ID: clinic.StaffID{1}, Name: "Ada Quill", Role: clinic.PrivacyOfficer}
)

// place is where a clinic lies: its folder, and beside it the device's secret.
type place struct{ root string }

func (p place) dir() string { return filepath.Join(p.root, "clinic") }

func (p place) vaultConfig() vault.Config {
	return vault.Config{
		Dir: p.dir(), Secrets: filesecret.At(filepath.Join(p.root, "secret")), Clock: clinictest.NewClock(noon), Work: vault.Sample,
	}
}

func (p place) config(keys *vault.Keys) folder.Config {
	return folder.Config{Dir: p.dir(), Keys: keys, Clock: clinictest.NewClock(noon)}
}

// found makes a clinic that has settings and a member.
func found(t *testing.T, p place) {
	t.Helper()
	ctx := context.Background()
	v, keys, sheet, err := vault.Create(ctx, p.vaultConfig(), owner, []byte(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	sheet.Wipe()
	c, err := folder.Create(ctx, p.config(keys))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Journal.Submit(ctx, journal.Actor{Staff: owner.ID}, func(d *journal.Decision) error {
		hours, caps := settings.Default()
		own := settings.Clinic{Name: "Juniper Family Counseling", Zone: "America/Denver", Language: clinic.English, Hours: hours, Caps: caps}
		return errors.Join(settings.Found(d, own), staff.Join(d, staff.Member{ID: owner.ID, Name: owner.Name, Role: owner.Role}))
	})
	if err := errors.Join(err, c.Close()); err != nil {
		t.Fatal(err)
	}
	keys.Zero()
}

// opened is a clinic that was let in.
type opened struct {
	*folder.Clinic
	vault *vault.Vault
}

// enter opens a clinic as the program does: it takes no state of the log for
// granted that the views or the anchors contradict.
func enter(ctx context.Context, p place) (_ *opened, err error) {
	v, err := vault.Load(ctx, p.vaultConfig())
	if err != nil {
		return nil, err
	}
	if status := v.Status(); !status.DeviceBound {
		return nil, clinic.E(status.Problem)
	}
	keys, err := v.Unlock(ctx, owner.ID, []byte(passphrase))
	if err != nil {
		return nil, err
	}
	anchors, older, err := folder.Noted(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	if older {
		return nil, clinic.E(vault.CodeAnchorBackwards)
	}
	c, err := folder.Open(ctx, p.config(keys))
	if err != nil {
		return nil, err
	}
	if code := c.Journal.Report().Blocked; code != "" {
		c.Abandon()
		return nil, clinic.E(code)
	}
	if err := c.Journal.CheckAnchors(ctx, anchors); err != nil {
		c.Abandon()
		return nil, err
	}
	return &opened{c, v}, nil
}

func mustEnter(t *testing.T, p place) *opened {
	t.Helper()
	c, err := enter(context.Background(), p)
	if err != nil {
		t.Fatalf("open the clinic: %v", err)
	}
	return c
}

// newPatient records the n-th patient. A second one of the same number has a
// record of a shared phone.
func (c *opened) newPatient(ctx context.Context, n int) error {
	_, err := c.Journal.Submit(ctx, journal.Actor{Staff: owner.ID}, func(d *journal.Decision) error {
		_, err := patients.Add(d, patients.New{
			Name: nameOf(n), BirthDate: clinic.Date{Year: 1990, Month: 5, Day: 4}, Language: clinic.English, Zone: "America/Denver",
			Phone: clinic.Phone(fmt.Sprintf("+1303555%04d", 100+n%100)), Shared: true,
		})
		return err
	})
	return err
}

func nameOf(n int) string { return fmt.Sprintf("Marisol %06d Vega", n) }

// patients counts the patients, and fails unless they are the first ones without
// a gap.
func (c *opened) patients(ctx context.Context) (n int, err error) {
	err = c.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		rows, err := tx.Query(`SELECT name FROM patients ORDER BY name`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for ; rows.Next(); n++ {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			if name != nameOf(n) {
				return errWrongAnswer
			}
		}
		return rows.Err()
	})
	return n, err
}

var errWrongAnswer = errors.New("a wrong answer")
