package vault

import "quietline/backend/clinic"

const padding = 1024

// rosterEntry is what the sign-in screen shows of a person, and where her slot
// is on this device.
type rosterEntry struct {
	ID   clinic.StaffID `json:"id"`
	Name string         `json:"name"`
	Role clinic.Role    `json:"role"`
	Slot slotID         `json:"slot"`
}

// The roster of a device is a copy of what the ring says, sealed so that it can
// be read before anyone signs in. The ring decides; a roster that has fallen
// behind, because another device changed the ring, is renewed at sign-in.

func openRoster(doc *document, d deviceDocument, secret []byte) ([]rosterEntry, error) {
	o := owner{doc.Clinic, string(d.ID[:])}
	key := derive(labelRoster, o, secret)
	defer clear(key)
	var members []rosterEntry
	if err := openJSON(key, labelRoster, o, d.Roster, &members); err != nil {
		return nil, err
	}
	return members, nil
}

func sealRoster(c ClinicID, d *device, members []rosterEntry) ([]byte, error) {
	o := owner{c, string(d.id[:])}
	key := derive(labelRoster, o, d.secret)
	defer clear(key)
	return sealedJSON(key, labelRoster, o, members, padding)
}

// rosterOf lists who has a slot on a device, in the order of the ring.
func (r *ring) rosterOf(d DeviceID) []rosterEntry {
	out := []rosterEntry{}
	for _, m := range r.Members {
		for _, s := range r.Slots {
			if s.Member == m.ID && s.Device == d {
				out = append(out, rosterEntry{ID: m.ID, Name: m.Name, Role: m.Role, Slot: s.ID})
			}
		}
	}
	return out
}
