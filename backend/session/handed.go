package session

import "quietline/backend/clinic"

// CodeHanded: the device is in a patient's hands, and this is none of hers.
const CodeHanded clinic.Code = "session.handed"

// Handed is what a patient may do while she holds the device: read one form and sign it,
// once, for one patient.
type Handed struct {
	Patient clinic.PatientID
	Form    string
	// Signed is the consent that she signed, or is signing now; zero before.
	Signed clinic.ConsentID
}

// HandOver puts the device into a patient's hands. Until TakeBack, or the end of the
// session, RequireOurs refuses everything else. CodeLocked: nobody is signed in.
// CodeHanded: somebody holds it already.
func (s *Session) HandOver(to Handed) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.member == nil:
		return clinic.E(clinic.CodeLocked)
	case s.handed != nil:
		return clinic.E(CodeHanded)
	}
	s.handed = &to
	return nil
}

// TakeBack ends it: a member of staff has the device again. The caller has checked her
// passphrase. It reports whether a patient held the device.
func (s *Session) TakeBack() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := s.handed != nil
	s.handed = nil
	return held
}

// Handed returns what the patient may do who holds the device, or false where none does.
func (s *Session) Handed() (Handed, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.handed == nil {
		return Handed{}, false
	}
	return *s.handed, true
}

// RequireOurs returns CodeHanded while a patient holds the device.
func (s *Session) RequireOurs() error {
	if _, held := s.Handed(); held {
		return clinic.E(CodeHanded)
	}
	return nil
}

// RequireForm returns CodeHanded where a patient holds the device and it is not this form
// that she was given, or not for this patient.
func (s *Session) RequireForm(patient clinic.PatientID, form string) error {
	if h, held := s.Handed(); held && (h.Patient != patient || h.Form != form) {
		return clinic.E(CodeHanded)
	}
	return nil
}

// BeginSigning returns CodeHanded where the patient who holds the device was not given
// this form, or has signed it as another consent than this; otherwise no other is signed
// until failed is called. The same one again is a second try after a lost answer.
func (s *Session) BeginSigning(patient clinic.PatientID, form string, as clinic.ConsentID) (failed func(), held bool, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.handed
	switch {
	case h == nil:
		return func() {}, false, nil
	case h.Patient != patient || h.Form != form:
		return nil, true, clinic.E(CodeHanded)
	case h.Signed.IsZero():
	case h.Signed == as:
		return func() {}, true, nil
	default:
		return nil, true, clinic.E(CodeHanded)
	}
	h.Signed = as
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		h.Signed = clinic.ConsentID{}
	}, true, nil
}
