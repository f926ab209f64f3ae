package folder

import (
	"context"
	"errors"
	"sync"
	"time"

	"quietline/backend/backup"
	"quietline/backend/clinic"
	"quietline/backend/device"
	"quietline/backend/journal"
	"quietline/backend/vault"
)

// Kept is a folder of backups and how it is reached.
type Kept struct {
	Folder string
	Target *backup.Target
}

// Proof is what proving the backups needs.
type Proof struct {
	Vault *vault.Vault
	In    []Kept
	Clock clinic.Clock
	// Since is the earliest time at which a backup may have been read.
	Since clinic.Instant
	// Tell, which may be nil, is called often while a backup is read.
	Tell func(backup.Progress)
}

// proofs bounds what was kept of backups that were read, by a clock that nobody sets.
type proofs struct {
	mu sync.Mutex
	// until is the reading of Clock.Elapsed up to which what was kept of a folder counts
	// in this session.
	until map[string]time.Duration
}

// Proven returns up to which position of the log a backup holds everything that was read
// as a whole since an instant, and is what was written; zero where none does. Reading all
// of a backup may take minutes: it rests as long as it works. What was read is kept on
// the device, so that it counts after a lock as well: as long as the newest whole
// generation is there, by the clock of the machine and by the one that nobody sets, and
// until somebody calls [Clinic.ForgetProof].
//
// Errors: that of the last folder that could not be read, where none is proven. A folder
// that holds generations of another copy of the log ends it, whatever the others hold.
func (c *Clinic) Proven(ctx context.Context, p Proof) (upTo uint64, err error) {
	now := p.Clock.Now()
	for _, k := range p.In {
		one, err := c.provenBefore(ctx, p, k, now)
		if err != nil {
			return 0, err
		}
		upTo = max(upTo, one)
	}
	if upTo > 0 {
		return upTo, nil
	}
	var trouble error
	for _, k := range p.In {
		one, err := c.prove(ctx, p, k)
		switch {
		case ctx.Err() != nil:
			return 0, ctx.Err()
		case otherCopy(err):
			return 0, err
		case err != nil:
			trouble = err
			continue
		}
		upTo = max(upTo, one)
	}
	if upTo == 0 {
		return 0, trouble
	}
	return upTo, nil
}

func otherCopy(err error) bool {
	return errors.Is(err, clinic.E(backup.CodeOtherCopy)) || errors.Is(err, journal.ErrForked) ||
		errors.Is(err, journal.ErrTruncated) || errors.Is(err, journal.ErrGap)
}

// provenBefore returns what was kept of a folder, zero where that counts no more.
func (c *Clinic) provenBefore(ctx context.Context, p Proof, k Kept, now clinic.Instant) (uint64, error) {
	kept, err := c.Device.ProvenBackup(ctx, k.Folder)
	if err != nil || kept.UpTo == 0 || kept.At < p.Since || kept.At > now {
		return 0, err
	}
	elapsed := p.Clock.Elapsed()
	c.proofs.mu.Lock()
	until, known := c.proofs.until[k.Folder]
	if !known {
		until = elapsed + kept.At.Sub(p.Since)
		c.proofs.keep(k.Folder, until)
	}
	c.proofs.mu.Unlock()
	if elapsed > until {
		return 0, nil
	}
	// It lies where it lay: a disk that is away or gave up keeps nothing.
	name, err := clinic.ParseID[backup.Name](kept.Generation)
	if err != nil || k.Target.Holds(name) != nil {
		return 0, nil
	}
	return kept.UpTo, nil
}

func (p *proofs) keep(in string, until time.Duration) {
	if p.until == nil {
		p.until = map[string]time.Duration{}
	}
	p.until[in] = until
}

func (c *Clinic) prove(ctx context.Context, p Proof, k Kept) (uint64, error) {
	began, elapsed := p.Clock.Now(), p.Clock.Elapsed()
	source, err := c.Source(p.Vault, p.Clock)
	if err != nil {
		return 0, err
	}
	from, over, err := c.OpenBackup(ctx, k.Target)
	if err != nil {
		return 0, err
	}
	defer over()
	rests := &pace{clock: p.Clock, ctx: ctx, since: p.Clock.Elapsed()}
	g, err := from.Proven(ctx, source.Log, func(at backup.Progress) {
		if p.Tell != nil {
			p.Tell(at)
		}
		rests.at(0, 0)
	})
	if err != nil || g.Head.IsZero() {
		return 0, err
	}
	kept := device.Proven{Generation: g.Name.String(), UpTo: g.Head.Seq, At: began}
	err = c.Device.KeepProven(ctx, k.Folder, kept)
	if errors.Is(err, clinic.E(device.CodeUnavailable)) {
		return kept.UpTo, nil // it is read anew each time
	}
	c.proofs.mu.Lock()
	c.proofs.keep(k.Folder, elapsed+began.Sub(p.Since))
	c.proofs.mu.Unlock()
	return kept.UpTo, err
}

// ForgetProof lets nothing that was read of a folder count any more: the folder was given
// up, or something was found to be wrong with it.
func (c *Clinic) ForgetProof(ctx context.Context, in string) error {
	err := c.Device.KeepProven(ctx, in, device.Proven{})
	if errors.Is(err, clinic.E(device.CodeUnavailable)) {
		return nil // nothing was kept
	}
	return err
}
