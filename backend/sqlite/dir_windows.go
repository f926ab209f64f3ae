package sqlite

// syncDir does nothing: NTFS journals names itself and offers no such call.
func syncDir(string) error { return nil }

func isReadOnly(error) bool { return false }
