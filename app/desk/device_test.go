package desk_test

import (
	"context"
	"testing"

	"quietline/app/desk"
	"quietline/app/door"
	"quietline/backend/clinic"
)

func TestClosingLocksOrQuitsAsSet(t *testing.T) {
	o := found(t, t.TempDir())
	if s := must[desk.DeviceSettings](o, "device.settings", nil); s.Closing != "quits" || s.CoverAway || !s.PlainKeys || o.desk.ClosingLocks(context.Background()) {
		t.Fatalf("unless set, closing %s", s.Closing)
	}
	if _, code := call[desk.DeviceSettings](o, "device.saveSettings", desk.DeviceSettings{Closing: "explodes"}); code != clinic.CodeBadInput {
		t.Errorf("a setting that is none: %q", code)
	}
	if s := must[desk.DeviceSettings](o, "device.saveSettings", desk.DeviceSettings{Closing: "locks", CoverAway: true}); !s.CoverAway || s.PlainKeys {
		t.Errorf("saved %+v", s)
	}
	if !o.desk.ClosingLocks(context.Background()) {
		t.Error("set to lock, and closing quits")
	}
	must[door.None](o, "session.lock", nil)
	if o.desk.ClosingLocks(context.Background()) {
		t.Error("a locked window does not close")
	}
}
