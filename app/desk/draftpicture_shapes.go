package desk

import (
	"quietline/backend/clinic"
	"quietline/backend/records"
)

// AddPicture makes the file that came under a key the picture of the caller's draft in a
// thread, in place of another one.
type AddPicture struct {
	ID  clinic.ThreadID `json:"id"`
	Key records.Key     `json:"key"`
}

// DraftPicture is the picture of a draft, as it will be sent. The address is good for one
// request within half a minute. All of it is zero where the draft has none.
type DraftPicture struct {
	Address string `json:"address"`
	// Width and Height are in pixels.
	Width  int `json:"width"`
	Height int `json:"height"`
	Bytes  int `json:"bytes"`
}
