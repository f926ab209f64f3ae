package desk

import (
	"context"

	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/device"
)

// deviceSettings answers the settings of this device.
func (d *Desk) deviceSettings(ctx context.Context, _ *door.Caller, _ door.None) (DeviceSettings, error) {
	o, err := d.current()
	if err != nil {
		return DeviceSettings{}, err
	}
	closing, err := o.clinic.Device.Closing(ctx)
	if err != nil {
		return DeviceSettings{}, err
	}
	cover, err := o.clinic.Device.CoverAway(ctx)
	if err != nil {
		return DeviceSettings{}, err
	}
	plain, err := o.clinic.Device.PlainKeys(ctx)
	return DeviceSettings{Closing: Closing(closing), CoverAway: cover, PlainKeys: plain}, err
}

// saveDeviceSettings changes the settings of this device.
func (d *Desk) saveDeviceSettings(ctx context.Context, c *door.Caller, r DeviceSettings) (DeviceSettings, error) {
	o, err := d.current()
	if err != nil {
		return DeviceSettings{}, err
	}
	if err := o.clinic.Device.SetClosing(ctx, device.Closing(r.Closing)); err != nil {
		return DeviceSettings{}, err
	}
	if err := o.clinic.Device.SetCoverAway(ctx, r.CoverAway); err != nil {
		return DeviceSettings{}, err
	}
	if err := o.clinic.Device.SetPlainKeys(ctx, r.PlainKeys); err != nil {
		return DeviceSettings{}, err
	}
	return d.deviceSettings(ctx, c, door.None{})
}

// ClosingLocks reports whether closing the window shall lock the clinic instead
// of ending the program. Where nothing is open, or the setting cannot be read,
// closing closes.
func (d *Desk) ClosingLocks(ctx context.Context) bool {
	o, err := d.current()
	if err != nil {
		return false
	}
	closing, err := o.clinic.Device.Closing(ctx)
	if err != nil {
		d.cfg.Log.Warn("setting could not be read", "code", clinic.CodeOf(err))
		return false
	}
	return closing == device.Locks
}
