package vault

import "golang.org/x/crypto/argon2"

// WorkFactor chooses what one guess at a passphrase costs.
type WorkFactor uint8

const (
	// Standard is for every real clinic: Argon2id with 64 MiB, 3 passes and 4
	// lanes, the second recommended choice of RFC 9106, section 4.
	Standard WorkFactor = iota
	// Sample is for tests and the sample clinic, whose passphrases are public.
	// A vault made with it does not open where Standard is configured.
	Sample
)

func (w WorkFactor) cost() cost {
	if w == Sample {
		return cost{MemoryKiB: 64, Passes: 1, Lanes: 1}
	}
	return cost{MemoryKiB: 64 << 10, Passes: 3, Lanes: 4}
}

// cost holds the parameters of Argon2id (RFC 9106) as a slot keeps them.
type cost struct {
	MemoryKiB uint32 `json:"memory_kib"`
	Passes    uint32 `json:"passes"`
	Lanes     uint8  `json:"lanes"`
}

// The limits of what a file may ask for. The ceiling keeps a file from making
// the program swallow the machine's memory; below the floor, OWASP's least for
// Argon2id, a file is taken for the sample clinic's.
const (
	ceilingMemoryKiB = 1 << 20
	ceilingPasses    = 16
	ceilingLanes     = 16
	floorMemoryKiB   = 19 << 10
	floorPasses      = 2
)

// possible reports whether the parameters are defined (RFC 9106, section 3.1)
// and within the ceiling.
func (c cost) possible() bool {
	return c.Passes >= 1 && c.Lanes >= 1 && c.MemoryKiB >= 8*uint32(c.Lanes) &&
		c.MemoryKiB <= ceilingMemoryKiB && c.Passes <= ceilingPasses && c.Lanes <= ceilingLanes
}

func (c cost) weak() bool { return c.MemoryKiB < floorMemoryKiB || c.Passes < floorPasses }

func (c cost) stretch(passphrase, salt []byte) []byte {
	return argon2.IDKey(passphrase, salt, c.Passes, c.MemoryKiB, c.Lanes, keySize)
}
