package device

import "context"

// SetCoverAway keeps whether the window is covered while another one is in front.
func (r *Rows) SetCoverAway(ctx context.Context, cover bool) error {
	value := "no"
	if cover {
		value = "yes"
	}
	return r.set(ctx, "cover_away", value)
}

// CoverAway returns whether the window is covered while another one is in front.
func (r *Rows) CoverAway(ctx context.Context) (bool, error) {
	value, err := r.setting(ctx, "cover_away", "no")
	return value == "yes", err
}
