package salvage

import "quietline/backend/clinic"

// How much room is needed for a log of one byte: a copy of it to read from, the
// views that are made of it, and what is written for people and programs. At a
// hundred thousand texts all of it took 2.7 bytes.
const (
	roomForCopy    = 1.05
	roomForViews   = 1.2
	roomForWriting = 1.25
	// headroom is left free beside it.
	headroom = 16 << 20
)

// checkRoom returns CodeNoRoom where what is to be saved will not fit. Where the
// drive does not say how much fits, it is tried.
func (i Into) checkRoom(size Size) error {
	room := i.Room
	if room == nil {
		room = Room
	}
	free, err := room(i.Folder)
	if err != nil {
		return nil
	}
	need := int64(float64(size.Log)*(roomForCopy+roomForViews+roomForWriting)) + size.Attachments + headroom
	if free >= need {
		return nil
	}
	return clinic.E(CodeNoRoom).With("need", (need+1<<20-1)>>20)
}

// Room returns how many bytes this account may still write in a folder.
func Room(folder string) (int64, error) { return roomIn(folder) }

// DiskFull reports whether an error of the operating system says that a drive is full.
func DiskFull(err error) bool { return isDiskFull(err) }
