package desk

import (
	"context"
	"errors"

	"quietline/app/door"
	"quietline/backend/audit"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
	"quietline/backend/vault"
)

// createClinic makes a clinic in an empty folder and opens it for its first
// member, the privacy officer.
func (d *Desk) createClinic(ctx context.Context, c *door.Caller, r CreateClinic) (CreatedClinic, error) {
	d.enterTurn()
	defer d.turn.Unlock()
	hold, err := d.held()
	if err != nil {
		return CreatedClinic{}, err
	}
	if !d.fresh() {
		return CreatedClinic{}, clinic.E(vault.CodeExists)
	}
	own, err := r.settings()
	if err != nil {
		return CreatedClinic{}, err
	}
	// All that could be refused is checked before the first file is made.
	if err := own.Check(); err != nil {
		return CreatedClinic{}, err
	}
	if err := staff.CheckName(r.YourName); err != nil {
		return CreatedClinic{}, err
	}
	me := vault.Member{ID: clinic.NewID[clinic.StaffID](), Name: r.YourName, Role: clinic.PrivacyOfficer}
	cfg := d.vaultConfig()
	cfg.Blocked = []string{r.ClinicName}
	passphrase := []byte(r.Passphrase)
	defer clear(passphrase)
	var keys *vault.Keys
	var sheet vault.Recovery
	err = hold.Make(func(dir string) (err error) {
		cfg.Dir = dir
		keys, sheet, err = d.fill(ctx, cfg, me, passphrase, own)
		return err
	})
	if err == nil {
		err = d.beginFirst(ctx, c, keys)
	}
	if err != nil {
		// If the clinic is there all the same, signing in opens it and offers a new
		// sheet.
		if keys != nil {
			keys.Zero()
			sheet.Wipe()
		}
		return CreatedClinic{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sheet = &pendingSheet{recovery: sheet, ask: sheet.Ask(), inForce: true}
	return d.sheet.show(), nil
}

// beginFirst begins the first session of a clinic that was just made.
func (d *Desk) beginFirst(ctx context.Context, c *door.Caller, keys *vault.Keys) error {
	v, err := d.loaded(ctx)
	if err == nil {
		_, err = d.begin(ctx, c, v, keys, audit.SignedIn)
	}
	if err == nil {
		d.dayEnds(ctx, 0, true)
	}
	return err
}

// fill makes the files of a clinic and records its settings and first member.
// The keys and the sheet are the caller's, also beside an error.
func (d *Desk) fill(ctx context.Context, cfg vault.Config, first vault.Member, passphrase []byte, own settings.Clinic) (*vault.Keys, vault.Recovery, error) {
	v, keys, sheet, err := vault.Create(ctx, cfg, first, passphrase)
	if err != nil {
		return nil, sheet, err
	}
	defer v.Close()
	made, err := folder.Create(ctx, folder.Config{Dir: cfg.Dir, Keys: keys, Clock: cfg.Clock})
	if err != nil {
		return keys, sheet, err
	}
	_, err = made.Journal.Submit(ctx, journal.Actor{Staff: first.ID}, func(dec *journal.Decision) error {
		if err := settings.Found(dec, own); err != nil {
			return err
		}
		return staff.Join(dec, staff.Member{ID: first.ID, Name: first.Name, Role: first.Role})
	})
	return keys, sheet, errors.Join(err, made.Close())
}

func (r CreateClinic) settings() (settings.Clinic, error) {
	hours, caps := settings.Default()
	own := settings.Clinic{
		Name: r.ClinicName, Zone: clinic.Zone(r.Zone), Language: clinic.Language(r.Language), Hours: hours, Caps: caps,
	}
	var err error
	if r.OfficePhone != "" {
		own.OfficePhone, err = clinic.ParsePhone(r.OfficePhone)
	}
	return own, err
}

// openSheet proves the recovery sheet and lists who can be let in with it.
func (d *Desk) openSheet(ctx context.Context, _ *door.Caller, r OpenSheet) (OpenedSheet, error) {
	v, err := d.loaded(ctx)
	if err != nil {
		return OpenedSheet{}, err
	}
	keys, err := v.Recover(ctx, r.Words)
	if err != nil {
		return OpenedSheet{}, err
	}
	defer keys.Zero()
	members, err := keys.Members()
	if err != nil {
		return OpenedSheet{}, err
	}
	var list OpenedSheet
	for _, m := range members {
		list.Members = append(list.Members, Member{ID: m.ID, Name: m.Name, Role: RoleName(m.Role)})
	}
	return list, nil
}

// bindDevice binds this device with the recovery sheet and signs a member in
// with a new passphrase.
func (d *Desk) bindDevice(ctx context.Context, c *door.Caller, r BindDevice) (State, error) {
	d.enterTurn()
	defer d.turn.Unlock()
	if d.entered() {
		return State{}, clinic.E(clinic.CodeBadInput)
	}
	v, err := d.loaded(ctx)
	if err != nil {
		return State{}, err
	}
	keys, err := v.Recover(ctx, r.Words)
	if err != nil {
		return State{}, err
	}
	passphrase := []byte(r.Passphrase)
	defer clear(passphrase)
	if err := v.Rebind(ctx, keys, r.Member, passphrase); err != nil {
		keys.Zero()
		return State{}, err
	}
	return d.begin(ctx, c, v, keys, audit.Recovered)
}

// settings answers the clinic's settings.
func (d *Desk) settings(ctx context.Context, _ *door.Caller, _ door.None) (ClinicSettings, error) {
	o, err := d.current()
	if err != nil {
		return ClinicSettings{}, err
	}
	var own settings.Clinic
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		own, err = settings.Get(tx)
		return err
	})
	return shownSettings(own), err
}

func shownSettings(c settings.Clinic) ClinicSettings {
	return ClinicSettings{
		ClinicName: c.Name, OfficePhone: c.OfficePhone.Display(), Zone: string(c.Zone), Language: LanguageName(c.Language),
		TextFrom: c.Hours.From, TextTo: c.Hours.To, SundayFrom: c.Hours.SundayFrom, SundayTo: c.Hours.SundayTo,
		DayCap: c.Caps.Day, WeekCap: c.Caps.Week, TextName: c.TextName, AnswerHours: c.AnswerHours,
	}
}

// saveSettings changes the clinic's settings.
func (d *Desk) saveSettings(ctx context.Context, c *door.Caller, r ClinicSettings) (ClinicSettings, error) {
	o, err := d.current()
	if err != nil {
		return ClinicSettings{}, err
	}
	next := settings.Clinic{
		Name: r.ClinicName, Zone: clinic.Zone(r.Zone), Language: clinic.Language(r.Language),
		Hours: settings.Hours{From: r.TextFrom, To: r.TextTo, SundayFrom: r.SundayFrom, SundayTo: r.SundayTo},
		Caps:  settings.Caps{Day: r.DayCap, Week: r.WeekCap}, TextName: r.TextName, AnswerHours: r.AnswerHours,
	}
	if r.OfficePhone != "" {
		if next.OfficePhone, err = clinic.ParsePhone(r.OfficePhone); err != nil {
			return ClinicSettings{}, err
		}
	}
	_, err = o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		return settings.Change(dec, next)
	})
	if err != nil {
		return ClinicSettings{}, err
	}
	return d.settings(ctx, c, door.None{})
}
