package desk

import (
	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/patients"
	"quietline/backend/sqlite"
)

// sightOf returns the threads and patients that the caller may see, as of the
// call. It is the one place where that is said, and every door that shows or
// changes any of them asks it; who has no role sees nothing.
//
// The desk and the office manager answer whoever writes, strangers too, and know
// every patient; they do not read what is for clinicians only. A therapist has
// her own patients and those whom she covers. Whoever opened a patient in an
// emergency sees her for that time. The privacy officer answers for all of it.
func sightOf(c *door.Caller) archive.Sight {
	switch c.Role {
	case clinic.FrontDesk, clinic.OfficeManager:
		return archive.See(patients.SeeAll(), patients.Unrestricted(c.ID, c.At)).WithStrangers()
	case clinic.Therapist:
		own := patients.InCareOf(c.ID, c.At)
		return archive.See(own, own)
	case clinic.PrivacyOfficer:
		return archive.SeeAll()
	}
	return archive.Sight{}
}

// mustSee answers CodeNotFound for a patient who is out of sight, as for one who
// does not exist.
func mustSee(tx *sqlite.Tx, s archive.Sight, id clinic.PatientID) error {
	seen, err := s.Patients().Sees(tx, id)
	if err == nil && !seen {
		err = clinic.E(clinic.CodeNotFound)
	}
	return err
}
