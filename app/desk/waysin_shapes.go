package desk

import "quietline/backend/clinic"

// WaysIn is how the person who signed in proves who she is, besides her
// passphrase.
type WaysIn struct {
	// Phone is since when a code from her phone is asked for; absent where none is.
	Phone clinic.Instant `json:"phone"`
	// BackupCodes is how many are left for a phone that is lost.
	BackupCodes int `json:"backupCodes"`
	// Short is since when a short passphrase opens the clinic again after a lock on
	// this computer; absent where none does.
	Short clinic.Instant `json:"short"`
}

// PhoneSecret is what an authenticator app is given, shown once. Nothing is asked
// for until a code has proven that the app has it.
type PhoneSecret struct {
	// Text is for typing, Square for the app's camera.
	Text   string `json:"text"`
	Square string `json:"square"`
}

// ConfirmPhone proves that the app has the secret.
type ConfirmPhone struct {
	Code string `json:"code"`
}

// BackupCodes are shown once, each good once.
type BackupCodes struct {
	Codes []string `json:"codes"`
}

// SetShort gives the person who signed in a short passphrase on this computer.
type SetShort struct {
	Phrase string `json:"phrase"`
}

// PhoneEnd says that somebody has ended the second factor of the person who signed
// in.
type PhoneEnd struct {
	At clinic.Instant `json:"at"`
	By string         `json:"by"`
}

// SigningIn is what the clinic asks of whoever signs in, beside her passphrase.
type SigningIn struct {
	// Phone: everybody needs a code from her phone.
	Phone bool `json:"phone"`
	// ByRule: the rule that the clinic follows for its locking asks for it.
	ByRule bool `json:"byRule"`
	// Without are those who work here and have not set one up, for whoever may change
	// what is asked.
	Without []string `json:"without"`
}

// SaveSigningIn changes what the clinic asks.
type SaveSigningIn struct {
	Phone bool `json:"phone"`
}
