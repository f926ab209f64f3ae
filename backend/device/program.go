package device

import "context"

const program = "program"

// KeepProgram keeps which version of the program worked here last.
func (r *Rows) KeepProgram(ctx context.Context, version string) error {
	return r.set(ctx, program, version)
}

// Program returns what KeepProgram kept; empty for nothing.
func (r *Rows) Program(ctx context.Context) (string, error) {
	return r.setting(ctx, program, "")
}
