package device

import (
	"context"
	"strconv"

	"quietline/backend/clinic"
)

// AskDrill keeps that the backup in a folder is to be tried as soon as can be, and who
// wants that; an empty folder forgets it. A lock in between does not.
func (r *Rows) AskDrill(ctx context.Context, folder string, by clinic.StaffID) error {
	who := ""
	if folder != "" {
		who = by.String()
	}
	if err := r.set(ctx, "drill asked by", who); err != nil {
		return err
	}
	return r.set(ctx, "drill asked", folder)
}

// AskedDrill returns what AskDrill kept; an empty folder for nothing.
func (r *Rows) AskedDrill(ctx context.Context) (folder string, by clinic.StaffID, err error) {
	if folder, err = r.setting(ctx, "drill asked", ""); err != nil || folder == "" {
		return "", by, err
	}
	who, err := r.setting(ctx, "drill asked by", "")
	if err != nil || who == "" {
		return folder, by, err
	}
	by, err = clinic.ParseID[clinic.StaffID](who)
	return folder, by, err
}

// PutOffDrill keeps that no drill begins by itself before an instant.
func (r *Rows) PutOffDrill(ctx context.Context, until clinic.Instant) error {
	return r.set(ctx, "drill put off", strconv.FormatInt(int64(until), 10))
}

// DrillPutOff returns what PutOffDrill kept; zero for nothing.
func (r *Rows) DrillPutOff(ctx context.Context) (clinic.Instant, error) {
	return r.instant(ctx, "drill put off")
}
