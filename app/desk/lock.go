package desk

import (
	"context"
	"sync"
	"time"

	"quietline/app/door"
	"quietline/backend/audit"
	"quietline/backend/clinic"
	"quietline/backend/exchange/receiver"
	"quietline/backend/journal"
)

const (
	// zeroWithin bounds the time from the word to lock until the keys are gone. A
	// window that does not answer and a disk that does not write wait no longer
	// for them.
	zeroWithin = 90 * time.Millisecond
	// noteWithin bounds what is left to write of the last notes after that, none
	// of which needs a key any more.
	noteWithin = 500 * time.Millisecond
)

// Left is what a session leaves when it ends by a lock.
type Left struct {
	// Member is who was signed in.
	Member clinic.StaffID
	At     clinic.Instant
	// Noted: the lock is on record. Otherwise the next sign-in records it.
	Noted bool
	// Took is how long it was from the word to lock until the keys were gone.
	Took time.Duration
	// Errand is what another process needs to receive while the clinic is locked;
	// nil where it is not to. It is secret, and the receiver's to wipe.
	Errand []byte
}

// Lock ends the session and takes what is readable off the screen, whatever else
// is under way; from then on no door answers. Within zeroWithin the keys are
// zeroed, and every read and write fails.
//
// A request to the provider that is under way is broken off. Its attempt is on
// record, as it was before the request was made; what became of it often is not,
// and then the text is looked for at the provider after the next sign-in and
// never sent again by itself. Where disk or keyring are slow, the record of the
// lock itself is made at the next sign-in, and the anchors outside of the log are
// up to a minute old, the keyring's as old as the sign-in.
//
// Where the clinic wants texts to be received while it is locked, the process that
// goes on with the locked screen does so: this one, unless Config.Locked ends it.
//
// Locking a locked desk does nothing but that a sign-in under way is refused.
func (d *Desk) Lock() { d.lock(d.cfg.Locked, true) }

func (d *Desk) lock(locked func(Left), receives bool) {
	d.locks.Add(1)
	end := d.leave(locked, receives)
	if end == nil {
		return
	}
	d.turn.Lock()
	defer d.turn.Unlock()
	end()
}

// leave does everything of a lock that nobody waits for, and returns the rest,
// for which the caller holds turn; nil where nothing was open.
func (d *Desk) leave(locked func(Left), receives bool) (end func()) {
	began := d.cfg.Clock.Elapsed()
	me, _ := d.session.Member()
	d.session.End()
	d.tickets.Void()
	d.mu.Lock()
	o, h, sheet := d.open, d.halted, d.sheet
	d.open, d.halted, d.sheet = nil, nil, nil
	if o != nil {
		o.enrolment.Wipe()
	}
	if o != nil || h != nil {
		d.leaving.Add(1)
	}
	d.mu.Unlock()
	if sheet != nil {
		sheet.recovery.Wipe()
	}
	if o == nil && h == nil {
		return nil
	}
	d.stood.forget()
	left := Left{Member: me.ID, At: d.cfg.Clock.Now()}
	last := notes{noted: h != nil} // nothing was opened, and nothing is recorded of it
	blank := func() {
		if d.cfg.Locking != nil {
			d.cfg.Locking()
		}
	}
	var errand *receiver.Errand
	if o != nil && receives {
		errand = o.errand()
	}
	if o != nil {
		o.still()
		last.begin(d.cfg.Clock, zeroWithin, blank, func(noted func()) { o.note(me.ID, noted) })
		o.clinic.Forget()
	} else {
		last.begin(d.cfg.Clock, zeroWithin, blank)
		h.end()
		h.saving.forget()
		if h.clinic != nil {
			h.clinic.Forget()
		}
		h.keys.Zero()
	}
	left.Took = d.cfg.Clock.Elapsed() - began
	d.changes.Publish(door.Changed{Topic: topicState})
	last.await(d.cfg.Clock, noteWithin)
	left.Noted = last.isNoted()
	d.mu.Lock()
	d.last = left
	d.mu.Unlock()
	if locked != nil {
		if o != nil {
			left.Errand = o.crossing(errand)
		} else if receives {
			left.Errand = d.crossingIdle()
		}
		locked(left)
		left.Errand = nil
	}
	return func() {
		defer d.leaving.Done()
		if h != nil {
			h.drop()
			d.goAwayAgain()
			return
		}
		// Letting go of the files may wait for a disk. Nothing of the lock does.
		o.clinic.Abandon()
		if errand != nil {
			d.kept = o.keepPeer()
		}
		if err := o.stop(); err != nil {
			d.cfg.Log.Warn("work did not end in good order", "code", clinic.CodeOf(err))
		}
		last.wait()
		if errand != nil {
			d.goAway(errand, left)
		}
	}
}

// still tells the background work to end and waits for none of it.
func (o *open) still() {
	o.mu.RLock()
	running := o.running
	o.mu.RUnlock()
	if running == nil {
		return
	}
	over, cancel := context.WithCancel(context.Background())
	cancel()
	// That some of it still runs is no error here.
	_ = running.Stop(over)
}

// note records the lock and anchors the log outside of it.
func (o *open) note(by clinic.StaffID, noted func()) {
	// The end of the keys is the end of this, too.
	ctx := context.Background()
	_, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: by}, func(d *journal.Decision) error {
		audit.RecordStep(d, audit.Locked)
		return nil
	})
	if err == nil {
		noted()
		err = o.clinic.Note(ctx, o.vault, true)
	}
	if err != nil {
		o.log.Warn("lock could not be noted", "code", clinic.CodeOf(err))
	}
}

// notes are the last things that are done for a session.
type notes struct {
	all  sync.WaitGroup
	done chan struct{}

	mu    sync.Mutex
	noted bool
}

// begin starts all at once and waits until they are done, or the time is up.
func (n *notes) begin(clock clinic.Clock, within time.Duration, blank func(), write ...func(noted func())) {
	n.done = make(chan struct{})
	n.all.Go(blank)
	for _, w := range write {
		n.all.Go(func() {
			w(func() {
				n.mu.Lock()
				defer n.mu.Unlock()
				n.noted = true
			})
		})
	}
	go func() {
		n.all.Wait()
		close(n.done)
	}()
	n.await(clock, within)
}

// await waits until all are done, or the time is up.
func (n *notes) await(clock clinic.Clock, within time.Duration) {
	waiting, over := context.WithCancel(context.Background())
	defer over()
	go func() {
		select {
		case <-n.done:
			over()
		case <-waiting.Done():
		}
	}()
	// Whether all is done or the time is up, the lock goes on.
	_ = clock.Wait(waiting, within)
}

func (n *notes) wait() { n.all.Wait() }

func (n *notes) isNoted() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.noted
}

// recordLate records the lock of the session before, where that was not possible
// when it happened.
func (d *Desk) recordLate(ctx context.Context, o *open) error {
	d.mu.RLock()
	last := d.last
	d.mu.RUnlock()
	if last.Noted || last.At.IsZero() {
		return nil
	}
	_, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: last.Member}, func(dec *journal.Decision) error {
		audit.RecordLateLock(dec, last.At)
		return nil
	})
	if err != nil {
		return err
	}
	d.mu.Lock()
	d.last.Noted = true
	d.mu.Unlock()
	return nil
}
