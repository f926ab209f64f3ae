package desk

import (
	"quietline/app/door"
	"quietline/backend/archive"
)

// sightOf returns the threads and patients that the caller may see. It is the one
// place where that is said, and every door that shows or changes any of them asks
// it. All of today's roles see all; who has none sees nothing.
func sightOf(c *door.Caller) archive.Sight {
	if !c.Role.Valid() {
		return archive.Sight{}
	}
	return archive.SeeAll()
}
