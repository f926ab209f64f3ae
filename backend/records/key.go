package records

import "quietline/backend/clinic"

type keyKind struct{}

// Key names one paper that somebody is making.
type Key = clinic.ID[keyKind]
