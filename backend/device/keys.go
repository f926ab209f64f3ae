package device

import "context"

// SetPlainKeys keeps whether a letter or a digit alone does something where nothing is
// typed. Who dictates, or presses keys by accident, turns it off (WCAG 2.1.4).
func (r *Rows) SetPlainKeys(ctx context.Context, plain bool) error {
	value := "no"
	if plain {
		value = "yes"
	}
	return r.set(ctx, "plain_keys", value)
}

// PlainKeys returns whether a letter or a digit alone does something; it does, unless
// somebody turned it off.
func (r *Rows) PlainKeys(ctx context.Context) (bool, error) {
	value, err := r.setting(ctx, "plain_keys", "yes")
	return value == "yes", err
}
