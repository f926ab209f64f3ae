package desk

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"time"

	"quietline/app/door"
	"quietline/app/practice"
	"quietline/backend/clinic"
	"quietline/backend/exchange"
	"quietline/backend/exchange/receiver"
	"quietline/backend/folder"
	"quietline/backend/jobs"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/provider/twilio"
	"quietline/backend/settings"
	"quietline/backend/spool"
	"quietline/backend/sqlite"
	"quietline/backend/vault"
)

const (
	// refusedAtMost bounds how many attempts to sign in are kept while the clinic is
	// locked: whoever types at random shall not fill the spool.
	refusedAtMost = 500

	jobReceive = "spool.receive"
)

// away is what goes on while the clinic is locked after a sign-in. No key that
// opens anything is in it.
type away struct {
	errand *receiver.Errand
	spool  *spool.Writer
	// receiver, sms and running are nil where there is no provider to read.
	receiver *receiver.Receiver
	sms      *twilio.Client
	running  *jobs.Registry
	// refused counts the attempts to sign in that were kept, under turn.
	refused int
}

// idle is an errand whose receiver rests: somebody has signed in, and the clinic is
// not open yet.
type idle struct {
	errand *receiver.Errand
	// here: its line lives in this process and ends with it.
	here    bool
	refused int
}

// errand gathers, from memory alone, what may be known while the clinic is locked.
// It is nil where the clinic does not want anything to be.
func (o *open) errand() *receiver.Errand {
	if !o.receives.Load() {
		return nil
	}
	e, err := o.gather()
	if err != nil {
		o.log.Warn("nothing will be received while locked", "code", clinic.CodeOf(err))
		return nil
	}
	return e
}

func (o *open) gather() (*receiver.Errand, error) {
	keys := o.clinic.Keys
	epoch, err := keys.CurrentEpoch()
	if err != nil {
		return nil, err
	}
	private, err := keys.Spool(epoch)
	if err != nil {
		return nil, err
	}
	defer clear(private)
	public, err := spool.PublicOf(private)
	if err != nil {
		return nil, err
	}
	naming, err := keys.Naming()
	if err != nil {
		return nil, err
	}
	e := &receiver.Errand{Epoch: epoch, Public: public, Mark: spool.MarkKey(naming)}
	w := o.wired.Load()
	if w == nil || w.exchange == nil {
		clear(naming)
		return e, nil
	}
	e.Naming, e.Phone = naming, w.line.Phone
	e.Line = receiver.Line{
		Address: w.line.Address, Account: w.line.Account, Key: w.line.Key, Secret: []byte(w.line.Secret),
	}
	r := w.exchange.Reading()
	e.Since, e.Known, e.Scheduled = r.Since, r.Known, w.exchange.Kept()
	return e, nil
}

// crossing is an errand as another process can do it: a line that lives in this
// process ends with it.
func (o *open) crossing(e *receiver.Errand) []byte {
	if e == nil {
		return nil
	}
	w := o.wired.Load()
	raw, err := encoded(e, w != nil && w.peer != nil)
	if err != nil {
		o.log.Warn("nothing will be received while locked", "code", clinic.CodeOf(err))
	}
	return raw
}

func encoded(e *receiver.Errand, here bool) ([]byte, error) {
	if here {
		// Nothing is read there, so nothing crosses by which it would be known.
		e = &receiver.Errand{Epoch: e.Epoch, Public: e.Public, Mark: e.Mark}
	}
	return e.Encode()
}

// keepPeer takes the practice line out of the wire, so that it outlives the lock
// in this process; nil where there is none.
func (o *open) keepPeer() *practice.Peer {
	w := o.wired.Load()
	if w == nil || w.peer == nil {
		return nil
	}
	kept := w.peer
	without := *w
	without.peer = nil
	o.wired.Store(&without)
	return kept
}

// Receive begins to receive with what the process before has handed over
// ([Config.Before]). Without that, as after a cold start, it does nothing: nothing
// is received until somebody has signed in.
func (d *Desk) Receive() {
	d.turn.Lock()
	defer d.turn.Unlock()
	raw := d.handed
	d.handed = nil
	if raw == nil || d.entered() {
		clear(raw)
		return
	}
	e, err := receiver.Decode(raw)
	clear(raw)
	if err != nil {
		d.cfg.Log.Error("what was handed over cannot be used", "code", clinic.CodeInternal)
		return
	}
	d.mu.RLock()
	last := d.last
	d.mu.RUnlock()
	d.goAway(e, last)
}

// goAway begins what goes on while the clinic is locked. The caller holds turn.
func (d *Desk) goAway(e *receiver.Errand, left Left) {
	if d.closed {
		e.Wipe()
		return
	}
	a, err := d.newAway(e, left)
	if err != nil {
		d.cfg.Log.Warn("nothing is received while locked", "code", clinic.CodeOf(err))
		a.end(d)
		return
	}
	d.mu.Lock()
	d.away = a
	d.mu.Unlock()
}

// newAway makes and starts it. On an error, what was begun is to be ended.
func (d *Desk) newAway(e *receiver.Errand, left Left) (*away, error) {
	a := &away{errand: e}
	if _, err := d.held(); err != nil {
		return a, err
	}
	var err error
	a.spool, err = folder.Spool(d.cfg.Dir, d.cfg.Files).Writer(spool.Seal{
		Epoch: e.Epoch, Public: slices.Clone(e.Public), Mark: slices.Clone(e.Mark),
	})
	if err != nil {
		return a, err
	}
	if !left.Noted && !left.At.IsZero() {
		// Should this process end, too, the lock is on record all the same.
		if err := a.spool.Append(spool.Entry{
			Key: clinic.NewID[spool.Key](), Kind: spool.Locked, At: left.At, Member: left.Member,
		}); err != nil {
			d.cfg.Log.Warn("lock could not be kept", "code", clinic.CodeOf(err))
		}
	}
	if e.Line.Address == "" {
		return a, nil
	}
	a.sms, err = twilio.New(twilio.Config{
		BaseURL: e.Line.Address, Account: provider.Account(e.Line.Account), KeySID: e.Line.Key, KeySecret: string(e.Line.Secret),
		Transport: d.cfg.Carrier,
	})
	if err != nil {
		return a, err
	}
	forget := func() {
		// What HTTP and JSON have left behind is given back to the system, as far as
		// whole pages of it are free.
		a.sms.Close()
		debug.FreeOSMemory()
		debug.FreeOSMemory() // pools keep what they hold through one collection
	}
	rest := func(err error) time.Duration { return a.receiver.Rest(err, rand.Float64()) }
	if d.kept != nil {
		rest, forget = nil, nil // all that the practice line knows is in this process
	}
	a.receiver = receiver.New(receiver.Config{
		SMS: a.sms, Scheduler: a.sms, Errand: e, Spool: a.spool, Clock: d.cfg.Clock, Log: d.cfg.Log, Forget: forget,
		Arrived: func() { d.changes.Publish(door.Changed{Topic: topicState}) },
	})
	a.running, err = jobs.New(jobs.Config{Clock: d.cfg.Clock, Log: d.cfg.Log, Random: rand.Float64}, jobs.Job{
		Name: jobReceive, Every: practiceEvery, Rest: rest, Run: func(ctx context.Context, _ *jobs.Lease) error { return a.receiver.Round(ctx) },
	})
	if err != nil {
		return a, err
	}
	a.running.Start(context.Background())
	return a, nil
}

// comeBack ends what went on while the clinic was locked. Its errand is kept until
// the clinic is open, and then wiped. The caller holds turn.
func (d *Desk) comeBack() {
	d.mu.Lock()
	a := d.away
	d.away = nil
	if a != nil {
		d.idle = &idle{errand: a.errand, here: d.kept != nil, refused: a.refused}
	}
	d.mu.Unlock()
	clear(d.handed)
	d.handed = nil
	if a != nil {
		a.rest(d)
	}
}

// idled takes out what to receive with again.
func (d *Desk) idled() (i idle) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.idle != nil {
		i = *d.idle
	}
	d.idle = nil
	return i
}

// goAwayAgain goes on receiving where the clinic did not open. What the lock before
// left is in the spool, or was taken in from there. The caller holds turn.
func (d *Desk) goAwayAgain() {
	i := d.idled()
	if i.errand == nil {
		return
	}
	d.goAway(i.errand, Left{})
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.away != nil {
		d.away.refused = i.refused
	}
}

// crossingIdle is what to receive with again as another process can do it.
func (d *Desk) crossingIdle() []byte {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.idle == nil {
		return nil
	}
	raw, err := encoded(d.idle.errand, d.idle.here)
	if err != nil {
		d.cfg.Log.Warn("nothing will be received while locked", "code", clinic.CodeOf(err))
	}
	return raw
}

// end stops and wipes.
func (a *away) end(d *Desk) {
	a.rest(d)
	a.errand.Wipe()
}

// rest stops what runs and keeps the errand.
func (a *away) rest(d *Desk) {
	if a.running != nil {
		ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()
		if err := a.running.Stop(ctx); err != nil {
			d.cfg.Log.Warn("work did not end in good order", "code", clinic.CodeOf(err))
		}
	}
	if a.sms != nil {
		a.sms.Close()
	}
	if a.spool != nil {
		a.spool.Close()
	}
}

// arrived is how many texts have come in since the lock.
func (d *Desk) arrived() int {
	d.mu.RLock()
	a := d.away
	d.mu.RUnlock()
	if a == nil || a.receiver == nil {
		return 0
	}
	return a.receiver.Count()
}

// refused keeps that an attempt to sign in failed, where the clinic was locked
// after a sign-in. The caller holds turn.
func (d *Desk) refused(v *vault.Vault, as clinic.StaffID, why error) {
	switch clinic.CodeOf(why) {
	case vault.CodeWrongPassphrase, vault.CodeWrongCode, vault.CodeWrongShort:
	default:
		return
	}
	d.mu.RLock()
	a := d.away
	d.mu.RUnlock()
	if a == nil || a.refused >= refusedAtMost {
		return
	}
	for _, m := range v.Members() {
		if m.ID != as {
			continue
		}
		a.refused++
		if err := a.spool.Append(spool.Entry{
			Key: clinic.NewID[spool.Key](), Kind: spool.Refused, At: d.cfg.Clock.Now(), Member: as,
		}); err != nil {
			d.cfg.Log.Warn("a refused sign-in could not be kept", "code", clinic.CodeOf(err))
		}
	}
}

// takeIn brings what happened while the clinic was locked into the records, before
// anything else is done. A spool that cannot be read keeps nobody out: it stays as
// it is, and nothing is sent before the provider was read again.
func (o *open) takeIn(ctx context.Context) error {
	done, err := exchange.TakeIn(ctx, o.clinic.Journal, folder.Spool(o.cfg.Dir, o.cfg.Files), o.clinic.Keys)
	o.unopened = done.Left
	if done.Left > 0 {
		o.log.Warn("entries of the spool do not open and are kept", "count", done.Left)
	}
	if errors.Is(err, clinic.E(spool.CodeUnreadable)) {
		o.log.Warn("the spool could not be read whole", "code", clinic.CodeOf(err))
		return nil
	}
	return err
}

// rememberReceiving keeps the clinic's choice in memory, where the lock finds it.
func (o *open) rememberReceiving(ctx context.Context) error {
	return o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		r, err := settings.GetReceiving(tx)
		o.receives.Store(err == nil && r.WhileLocked)
		return err
	})
}

// receiving answers whether texts are received while a desk is locked.
func (d *Desk) receiving(ctx context.Context, _ *door.Caller, _ door.None) (Receiving, error) {
	o, err := d.current()
	if err != nil {
		return Receiving{}, err
	}
	if err := o.rememberReceiving(ctx); err != nil {
		return Receiving{}, err
	}
	return Receiving{WhileLocked: o.receives.Load()}, nil
}

// saveReceiving records it, from the next lock on.
func (d *Desk) saveReceiving(ctx context.Context, c *door.Caller, r Receiving) (Receiving, error) {
	o, err := d.current()
	if err != nil {
		return Receiving{}, err
	}
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		return settings.ChangeReceiving(dec, settings.Receiving{WhileLocked: r.WhileLocked})
	}); err != nil {
		return Receiving{}, err
	}
	return d.receiving(ctx, c, door.None{})
}
