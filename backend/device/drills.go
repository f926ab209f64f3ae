package device

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

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

// DrillWork is a drill under way, for the time after a lock that cut it short. The zero
// DrillWork is none.
type DrillWork struct {
	// Folder is where the backup lies that is tried, Began when that began.
	Folder string         `json:"folder"`
	Began  clinic.Instant `json:"began"`
	// Copying, Restoring and Opening are how long each was worked on so far.
	Copying   time.Duration `json:"copying"`
	Restoring time.Duration `json:"restoring"`
	Opening   time.Duration `json:"opening"`
}

// KeepDrillWork keeps how far a drill has come; the zero DrillWork forgets it.
func (r *Rows) KeepDrillWork(ctx context.Context, w DrillWork) error {
	kept, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("device: keep a drill: %w", err)
	}
	return r.set(ctx, "drill work", string(kept))
}

// KeptDrillWork returns what KeepDrillWork kept.
func (r *Rows) KeptDrillWork(ctx context.Context) (w DrillWork, err error) {
	kept, err := r.setting(ctx, "drill work", "{}")
	if err != nil {
		return DrillWork{}, err
	}
	if err := json.Unmarshal([]byte(kept), &w); err != nil {
		return DrillWork{}, fmt.Errorf("device: read a drill: %w", err)
	}
	return w, nil
}
