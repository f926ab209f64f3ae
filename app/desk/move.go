package desk

import (
	"context"
	"errors"
	"path/filepath"
	"sync"

	"quietline/app/door"
	"quietline/backend/audit"
	"quietline/backend/clinic"
	"quietline/backend/folder"
	"quietline/backend/journal"
	"quietline/backend/move"
	"quietline/backend/parcel"
	"quietline/backend/session"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
	"quietline/backend/vault"
)

// moving is a move that keeps the clinic from opening, of a finding.
type moving struct {
	mu   sync.Mutex
	news MoveNews
}

func (m *moving) tell(change func(*MoveNews)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(&m.news)
}

func (m *moving) told() MoveNews {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.news
}

// beginMove makes the file in which the clinic goes to another computer, and hands
// the clinic over to whoever has the file and its code. The work ends first and the
// files are closed, so that the file holds all of it. The code is told once the
// handing over is on record: from then on this computer opens the clinic no more.
// Where anything fails before, the clinic is opened again as it was, or at the next
// sign-in; the file that is left opens for nobody.
func (d *Desk) beginMove(ctx context.Context, c *door.Caller, r BeginMove) (State, error) {
	ctx = context.WithoutCancel(ctx)
	d.turn.Lock()
	defer d.turn.Unlock()
	o, err := d.current()
	if err != nil {
		return State{}, err
	}
	hold, err := d.held()
	if err != nil {
		return State{}, err
	}
	if err := hold.Outside(r.Folder); err != nil {
		return State{}, err
	}
	p := folder.Parcelled{
		Code: vault.NewMoveCode(), Move: clinic.NewID[move.ID](), Made: d.cfg.Clock.Now(), Disk: d.disk(),
	}
	defer p.Code.Wipe()
	p.Path = filepath.Join(r.Folder, "quietline-"+p.Made.Time().Format("2006-01-02-150405")+parcel.Suffix)
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		return move.Begin(dec, p.Move)
	}); err != nil {
		return State{}, err
	}
	h := d.closeForMove(o, MoveNews{Begun: p.Made, By: c.Name})
	if h == nil {
		return State{}, clinic.E(clinic.CodeLocked)
	}
	if err := d.packed(ctx, hold, o, h, c, p); err != nil {
		d.backAfterMove(ctx, o, h, err)
		return State{}, err
	}
	d.changes.Publish(door.Changed{Topic: topicState})
	return d.state(ctx, c, door.None{})
}

func (d *Desk) disk() parcel.Disk {
	if d.cfg.Parcels != nil {
		return parcel.On(d.cfg.Parcels)
	}
	return parcel.Machine()
}

// closeForMove takes the clinic from every door and keeps its keys for the move; nil
// where it was locked meanwhile. A lock ends what the move does.
func (d *Desk) closeForMove(o *open, news MoveNews) *halted {
	h := &halted{vault: o.vault, keys: o.clinic.Keys, shown: true, moving: &moving{news: news}, finding: Finding{Found: FoundMoving}}
	if !d.take(o, h) {
		return nil
	}
	return h
}

// packed writes the file and hands the clinic over.
func (d *Desk) packed(ctx context.Context, hold *folder.Hold, o *open, h *halted, c *door.Caller, p folder.Parcelled) error {
	h.saving.turn.Lock()
	defer h.saving.turn.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(h.life, cancel)()
	d.changes.Publish(door.Changed{Topic: topicState})
	if err := o.stop(); err != nil {
		return err
	}
	at, err := o.clinic.Journal.Anchor(ctx)
	if err := errors.Join(err, o.clinic.Close()); err != nil {
		return err
	}
	if err := h.vault.DisarmAll(ctx, h.keys); err != nil {
		return err
	}
	p.Report = func(done, total int64) {
		// Whoever waits for it is there, and nothing of a patient is to be seen.
		d.session.Touch()
		h.moving.tell(func(n *MoveNews) { n.Done, n.Total = int(done), int(total) })
	}
	foreign, err := hold.Pack(ctx, h.vault, p)
	if err != nil {
		return err
	}
	anchors, _, err := folder.Noted(ctx, h.vault, h.keys)
	if err != nil {
		return err
	}
	back, err := folder.Open(ctx, folder.Config{Dir: d.cfg.Dir, Keys: h.keys, Clock: d.cfg.Clock, Anchors: anchors})
	if err != nil {
		return err
	}
	if err := back.HandOver(ctx, h.vault, c.ID, p.Move, at.Head); err != nil {
		return errors.Join(err, back.Close())
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.halted != h {
		back.Abandon()
		return clinic.E(clinic.CodeLocked)
	}
	h.clinic, h.finding = back, Finding{Found: FoundMoved}
	h.moving.tell(func(n *MoveNews) { n.File, n.Code, n.Foreign = filepath.Base(p.Path), p.Code.Text(), foreign })
	return nil
}

// backAfterMove opens the clinic again after a move that led nowhere, and says why.
// Where it cannot, the clinic is locked, and the next sign-in does.
func (d *Desk) backAfterMove(ctx context.Context, o *open, h *halted, why error) {
	if h.life.Err() == nil && d.reopen(ctx, o, h) == nil {
		if back, err := d.current(); err == nil {
			back.stayed.Store(problemOf(why))
		}
		d.changes.Publish(door.Changed{Topic: topicState})
		return
	}
	// Where it got as far as to start the work, the clinic is locked by now.
	if end := d.leave(d.cfg.Locked, false); end != nil {
		end()
	}
}

func (d *Desk) reopen(ctx context.Context, o *open, h *halted) error {
	// Closing what is closed is no error that matters here.
	_ = o.stop()
	_ = o.clinic.Close()
	anchors, _, err := folder.Noted(ctx, h.vault, h.keys)
	if err != nil {
		return err
	}
	c, err := folder.Open(ctx, folder.Config{Dir: d.cfg.Dir, Keys: h.keys, Clock: d.cfg.Clock, Anchors: anchors})
	if err != nil {
		return err
	}
	if s, err := c.Moved(ctx); err != nil || s.Stage == move.HandedOver {
		return errors.Join(err, c.Close(), clinic.E(folder.CodeMoved))
	}
	d.mu.Lock()
	locked := d.halted != h
	if !locked {
		h.clinic = c // from here on a lock lets go of it
	}
	d.mu.Unlock()
	if locked {
		c.Abandon()
		return clinic.E(clinic.CodeLocked)
	}
	return d.goesOn(ctx, h)
}

// gone says what keeps a clinic from opening that has gone to another computer; nil
// where it has not. A mark in the vault's file without a record of it is what a stop
// left.
func (d *Desk) gone(ctx context.Context, h *halted, c *folder.Clinic) (*halted, error) {
	s, err := c.Moved(ctx)
	if err != nil || s.Stage != move.HandedOver {
		return nil, err
	}
	names := map[clinic.StaffID]string{}
	if err := c.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		names, err = staff.Names(tx, s.By)
		return err
	}); err != nil {
		return nil, err
	}
	h.clinic = c
	h.moving = &moving{news: MoveNews{Begun: s.At, By: names[s.By]}}
	h.finding = Finding{Found: FoundMoved}
	return h, nil
}

// takeBack takes a clinic back that was handed over, on the word of somebody who may
// decide that. Whether it was opened elsewhere, this computer cannot know. Nothing is
// changed before the sheet, where it is needed, has been proven.
func (d *Desk) takeBack(ctx context.Context, c *door.Caller, r TakeBack) (State, error) {
	// Half of it would be found again at the next sign-in, and asked again.
	ctx = context.WithoutCancel(ctx)
	if err := d.returned(ctx, c.ID, r.Words); err != nil {
		return State{}, err
	}
	d.changes.Publish(door.Changed{Topic: topicState})
	return d.state(ctx, c, door.None{})
}

func (d *Desk) returned(ctx context.Context, by clinic.StaffID, words string) error {
	d.turn.Lock()
	defer d.turn.Unlock()
	h, err := d.found()
	if err != nil {
		return err
	}
	if h.finding.Found != FoundMoved {
		return clinic.E(CodeCannotGoOn)
	}
	if err := h.proven(ctx, words); err != nil {
		return err
	}
	if err := h.clinic.TakeBack(ctx, h.vault, by); err != nil {
		return err
	}
	return d.goesOn(ctx, h)
}

// chooseMove asks the person for the file of a clinic that moves, where the system has a
// dialog for it. It opens nothing.
func (d *Desk) chooseMove(ctx context.Context, _ *door.Caller, _ door.None) (ChosenFile, error) {
	if d.cfg.ChooseMove == nil {
		return ChosenFile{Typed: true}, nil
	}
	chosen, err := d.cfg.ChooseMove(ctx)
	return ChosenFile{File: chosen}, err
}

// openMove opens the file of a clinic that comes from another computer, where there
// is none yet.
func (d *Desk) openMove(ctx context.Context, _ *door.Caller, r OpenMove) (OpenedMove, error) {
	if _, err := d.emptyFolder(); err != nil {
		return OpenedMove{}, err
	}
	p, err := d.parcel(r.File, r.Code)
	if err != nil {
		return OpenedMove{}, err
	}
	members, err := folder.Arriving(ctx, p, d.vaultConfig())
	shown := OpenedMove{Made: p.Head.Made}
	for _, m := range members {
		if session.Allows(m.Role, session.MoveClinic) {
			shown.Members = append(shown.Members, Member{ID: m.ID, Name: m.Name, Role: RoleName(m.Role)})
		}
	}
	return shown, errors.Join(err, p.Close())
}

// arriveMove takes the clinic in and opens it for who has brought it.
func (d *Desk) arriveMove(ctx context.Context, c *door.Caller, r ArriveMove) (State, error) {
	passphrase := []byte(r.Passphrase)
	defer clear(passphrase)
	d.enterTurn()
	defer d.turn.Unlock()
	hold, err := d.emptyFolder()
	if err != nil {
		return State{}, err
	}
	p, err := d.parcel(r.File, r.Code)
	if err != nil {
		return State{}, err
	}
	keys, err := hold.Arrive(ctx, folder.Arrival{
		Parcel: p, Member: r.Member, Passphrase: passphrase, Phone: r.Phone, Vault: d.vaultConfig(),
		May: func(role clinic.Role) bool { return session.Allows(role, session.MoveClinic) },
	})
	_ = p.Close() // it was read, and is here or not
	if err != nil {
		return State{}, err
	}
	v, err := d.loaded(ctx)
	if err != nil {
		keys.Zero()
		return State{}, err
	}
	state, err := d.begin(ctx, c, v, keys, audit.Arrived)
	if err == nil {
		d.dayEnds(ctx, 0, true)
	}
	return state, err
}

// emptyFolder returns the hold on a folder in which nothing of a clinic lies.
func (d *Desk) emptyFolder() (*folder.Hold, error) {
	hold, err := d.held()
	if err != nil {
		return nil, err
	}
	if !d.fresh() {
		return nil, clinic.E(vault.CodeExists)
	}
	return hold, nil
}

func (d *Desk) parcel(path, text string) (*parcel.Parcel, error) {
	code, err := vault.ParseMoveCode(text)
	if err != nil {
		return nil, err
	}
	defer code.Wipe()
	return parcel.Open(d.disk(), path, code, d.cfg.Clock.Now())
}
