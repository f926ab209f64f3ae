package desk

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"

	"quietline/app/door"
	"quietline/backend/afterhours"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/exchange"
	"quietline/backend/golive"
	"quietline/backend/journal"
	"quietline/backend/provider"
	"quietline/backend/provider/twilio"
	"quietline/backend/session"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

// accountOf returns a client for credentials of a real account.
func (o *open) accountOf(c golive.Credentials) (*twilio.Client, error) {
	return twilio.New(twilio.Config{
		BaseURL: o.cfg.Provider, Account: provider.Account(c.Account), KeySID: c.Key, KeySecret: c.Secret, Transport: o.cfg.Carrier,
	})
}

// account returns the set-up with a client for it; golive.CodeNoKey before there is one.
func (o *open) account(ctx context.Context) (d golive.Draft, c *twilio.Client, err error) {
	if d, err = o.draft(ctx); err != nil {
		return d, nil, err
	}
	if d.Account == "" {
		return d, nil, clinic.E(golive.CodeNoKey)
	}
	c, err = o.accountOf(d.Credentials)
	return d, c, err
}

func (o *open) draft(ctx context.Context) (d golive.Draft, err error) {
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		d, err = golive.Get(tx)
		return err
	})
	return d, err
}

// live answers how far the set-up of a real account has come.
func (d *Desk) live(ctx context.Context, _ *door.Caller, _ door.None) (GoLive, error) {
	o, err := d.current()
	if err != nil {
		return GoLive{}, err
	}
	return o.live(ctx)
}

func (o *open) live(ctx context.Context) (shown GoLive, err error) {
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		d, err := golive.Get(tx)
		if err != nil {
			return err
		}
		proof := d.Proof.Counting(o.cfg.Clock.Now())
		shown = GoLive{
			Account: golive.Last(d.Account), Key: golive.Last(d.Key), Main: d.Main(), Phone: display(d.Phone),
			Document: d.Agreement.Document, Signed: d.Agreement.Signed, Code: d.Proof.Code, ProofPhone: display(d.Proof.Held),
			ProofAsked: d.Proof.AskedAt, Out: proof.Out, Arrived: proof.Arrived, In: proof.In, NoReply: d.NoReply,
		}
		step, err := settings.GetLive(tx)
		if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
			return nil
		}
		if err != nil {
			return err
		}
		shown.Live = &LiveSince{At: step.At, Phone: display(step.Phone)}
		for _, c := range step.Checks {
			switch golive.State(c.State) {
			case golive.Good:
				shown.Live.Checks++
			case golive.Unknown:
				shown.Live.Unknown++
			}
		}
		by, err := staff.Get(tx, step.By)
		shown.Live.By = by.Name
		return err
	})
	return shown, err
}

func display(p clinic.Phone) string {
	if p == "" {
		return ""
	}
	return p.Display()
}

// readKey says what a paste holds so far. It asks nobody.
func (d *Desk) readKey(_ context.Context, _ *door.Caller, r PasteKey) (PastedKey, error) {
	c, err := golive.ReadPaste(r.Text)
	p := PastedKey{Account: golive.Last(c.Account), Key: golive.Last(c.Key), Secret: c.Secret != "", Main: c.Main()}
	if err != nil {
		p.Problem = problemOf(err)
	}
	return p, nil
}

// useKey takes credentials that the provider knows, in the place of those before. On a
// live line they have to be of its account; the ones in use are dropped only then.
func (d *Desk) useKey(ctx context.Context, c *door.Caller, r PasteKey) (GoLive, error) {
	o, err := d.current()
	if err != nil {
		return GoLive{}, err
	}
	fresh, err := golive.ReadPaste(r.Text)
	if err != nil {
		return GoLive{}, err
	}
	line := o.wired.Load().line
	if line.Kind == settings.LineSample {
		return GoLive{}, clinic.E(CodeSampleClinic)
	}
	rotates := line.Kind == settings.LineTwilio
	if rotates && line.Account != fresh.Account {
		return GoLive{}, clinic.E(golive.CodeKeyOtherAccount)
	}
	client, err := o.accountOf(fresh)
	if err != nil {
		return GoLive{}, err
	}
	defer client.Close()
	standing, err := client.Examine(ctx)
	if err == nil {
		err = golive.KeyProblem(standing)
	}
	if err != nil {
		return GoLive{}, err
	}
	record := func(dec *journal.Decision) error { return golive.UseKey(dec, fresh) }
	if rotates {
		// No proof follows that would show it before a patient's text does.
		switch err := client.TrySending(ctx); {
		case errors.Is(err, clinic.E(provider.CodeUnauthorised)):
			return GoLive{}, clinic.E(golive.CodeKeyNoSending)
		case err != nil:
			return GoLive{}, err
		}
	}
	if !rotates {
		draft, err := o.draft(ctx)
		if err != nil {
			return GoLive{}, err
		}
		if fresh.Account != draft.Account {
			if err := o.moveReply(ctx, c.ID, afterhours.Number{Account: fresh.Account}); err != nil {
				return GoLive{}, err
			}
		}
		return o.moveOn(ctx, c, record)
	}
	line.Key, line.Secret = fresh.Key, fresh.Secret
	same := func(is settings.Line) error {
		if is.Kind != settings.LineTwilio || is.Account != fresh.Account {
			return clinic.E(golive.CodeKeyOtherAccount)
		}
		return nil
	}
	if err := d.rewire(context.WithoutCancel(ctx), c, line, same, func(dec *journal.Decision) error {
		return errors.Join(record(dec), settings.Rekey(dec, fresh.Key, fresh.Secret))
	}); err != nil {
		return GoLive{}, err
	}
	return o.live(ctx)
}

// moveOn records a part of the set-up.
func (o *open) moveOn(ctx context.Context, c *door.Caller, record func(*journal.Decision) error) (GoLive, error) {
	if _, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, record); err != nil {
		return GoLive{}, err
	}
	return o.live(ctx)
}

// accountNumbers lists the numbers of the account.
func (d *Desk) accountNumbers(ctx context.Context, _ *door.Caller, _ door.None) (AccountNumbers, error) {
	o, err := d.current()
	if err != nil {
		return AccountNumbers{}, err
	}
	_, client, err := o.account(ctx)
	if err != nil {
		return AccountNumbers{}, err
	}
	defer client.Close()
	all, err := client.Numbers(ctx)
	if err != nil {
		return AccountNumbers{}, err
	}
	var shown AccountNumbers
	for _, n := range all {
		shown.Items = append(shown.Items, AccountNumber{Phone: n.Number.Display(), Texts: n.SMS, Pictures: n.MMS, Forwarded: n.Forwarded})
	}
	return shown, nil
}

// useNumber takes a number of the account. Another account or number cannot take the
// place of a live one unasked: that is disconnected first.
func (d *Desk) useNumber(ctx context.Context, c *door.Caller, r UseNumber) (GoLive, error) {
	o, err := d.current()
	if err != nil {
		return GoLive{}, err
	}
	phone, err := clinic.ParsePhone(r.Phone)
	if err != nil {
		return GoLive{}, err
	}
	if line := o.wired.Load().line; line.Kind == settings.LineTwilio && line.Phone != phone {
		return GoLive{}, clinic.E(CodeDisconnectFirst)
	}
	draft, client, err := o.account(ctx)
	if err != nil {
		return GoLive{}, err
	}
	defer client.Close()
	if _, err := client.Check(ctx, phone); err != nil {
		return GoLive{}, err
	}
	if err := o.moveReply(ctx, c.ID, afterhours.Number{Account: draft.Account, Phone: phone}); err != nil {
		return GoLive{}, err
	}
	return o.moveOn(ctx, c, func(dec *journal.Decision) error { return golive.UseNumber(dec, phone) })
}

// recordAgreement records where the associate agreement is, and of what day.
func (d *Desk) recordAgreement(ctx context.Context, c *door.Caller, r RecordAgreement) (GoLive, error) {
	o, err := d.current()
	if err != nil {
		return GoLive{}, err
	}
	return o.moveOn(ctx, c, func(dec *journal.Decision) error {
		own, err := settings.Get(dec.Tx)
		if err != nil {
			return err
		}
		zone, err := own.Zone.Location()
		if err != nil {
			return err
		}
		today := clinic.DateOf(dec.Now.Time().In(zone))
		return golive.RecordAgreement(dec, golive.Agreement{Document: r.Document, Signed: r.Signed}, today)
	})
}

// withoutReply records that somebody goes live knowing that nobody is answered.
func (d *Desk) withoutReply(ctx context.Context, c *door.Caller, r WithoutReply) (GoLive, error) {
	o, err := d.current()
	if err != nil {
		return GoLive{}, err
	}
	return o.moveOn(ctx, c, func(dec *journal.Decision) error { return golive.WithoutReply(dec, r.Without) })
}

// prove sends one real text to a phone that somebody holds, before anything else leaves:
// on a live line it would be a text that no record knows, past every rule. That it is being sent is on
// record before it goes; where its answer is lost it is looked for, and sent again only
// where she asks for another.
func (d *Desk) prove(ctx context.Context, c *door.Caller, r Prove) (GoLive, error) {
	o, err := d.current()
	if err != nil {
		return GoLive{}, err
	}
	if line := o.wired.Load().line; line.Kind == settings.LineTwilio && line.Live {
		return GoLive{}, clinic.E(golive.CodeLive)
	}
	phone, err := clinic.ParsePhone(r.Phone)
	if err != nil {
		return GoLive{}, err
	}
	draft, client, err := o.account(ctx)
	if err != nil {
		return GoLive{}, err
	}
	defer client.Close()
	code := golive.NewCode(rand.Float64())
	if _, err := o.moveOn(ctx, c, func(dec *journal.Decision) error {
		// Whoever asked this clinic for no more texts asked its next number as well.
		refusing, err := consent.Refusing(dec.Tx)
		if err != nil {
			return err
		}
		if slices.Contains(refusing, phone) {
			return clinic.E(golive.CodeHeldRefuses)
		}
		return golive.AskProof(dec, code, phone)
	}); err != nil {
		return GoLive{}, err
	}
	_, err = client.Send(ctx, provider.Outgoing{From: draft.Phone, To: phone, Body: golive.ProofText(code)})
	switch {
	case errors.Is(err, clinic.E(provider.CodeUnauthorised)):
		return GoLive{}, clinic.E(golive.CodeKeyNoSending)
	case provider.OutcomeOf(err) == provider.NotSent:
		return GoLive{}, err
	}
	return o.live(ctx)
}

// lookForProof looks whether the two texts of the proof are there, among those between
// its two phones alone: an account may be a busy one.
func (d *Desk) lookForProof(ctx context.Context, c *door.Caller, _ door.None) (GoLive, error) {
	o, err := d.current()
	if err != nil {
		return GoLive{}, err
	}
	draft, client, err := o.account(ctx)
	if err != nil {
		return GoLive{}, err
	}
	defer client.Close()
	if draft.Proof.Code == "" {
		return GoLive{}, clinic.E(golive.CodeNoProof)
	}
	var listed []provider.Message
	for _, way := range []provider.Query{{From: draft.Phone, To: draft.Proof.Held}, {From: draft.Proof.Held, To: draft.Phone}} {
		page, err := client.List(ctx, way, "")
		if err != nil {
			return GoLive{}, err
		}
		listed = append(listed, page.Messages...)
	}
	seen := draft.Proof.Recognise(listed, draft.Phone)
	if seen == (golive.Seen{}) {
		return o.live(ctx)
	}
	return o.moveOn(ctx, c, func(dec *journal.Decision) error { return golive.RecordSeen(dec, draft.Proof.Code, seen) })
}

// checkLive looks at everything that decides, and changes nothing.
func (d *Desk) checkLive(ctx context.Context, _ *door.Caller, _ door.None) (LiveChecks, error) {
	o, err := d.current()
	if err != nil {
		return LiveChecks{}, err
	}
	found, err := o.find(ctx)
	if err != nil {
		return LiveChecks{}, err
	}
	results := golive.Judge(found)
	shown := LiveChecks{Open: golive.Open(results), At: o.cfg.Clock.Now()}
	for _, r := range results {
		shown.Items = append(shown.Items, LiveCheck{
			Check: CheckName(r.Check), State: CheckState(r.State), Finding: CheckFinding(r.Finding), Source: CheckSource(r.Source), Decides: r.Decides,
		})
	}
	return shown, nil
}

// find gathers what decides: from the records, and from the provider.
func (o *open) find(ctx context.Context) (f golive.Found, err error) {
	line := o.wired.Load().line
	f.Now = o.cfg.Clock.Now()
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		if f.Draft, err = golive.Get(tx); err != nil {
			return err
		}
		return countClinic(tx, line.Kind != settings.LineTwilio, &f)
	}); err != nil {
		return f, err
	}
	backups, err := o.backups(ctx)
	if err != nil {
		return f, err
	}
	for _, place := range backups.Folders {
		f.Backup = f.Backup || !place.Newest.IsZero() && !place.Late
	}
	if f.Draft.Account == "" {
		return f, nil
	}
	client, err := o.accountOf(f.Draft.Credentials)
	if err != nil {
		return f, err
	}
	defer client.Close()
	key, err := client.Examine(ctx)
	if err != nil {
		return f, err
	}
	f.Key = &key
	if golive.KeyProblem(key) != nil || f.Draft.Phone == "" {
		return f, nil
	}
	standing, err := client.Inspect(ctx, f.Draft.Phone)
	if err != nil {
		return f, err
	}
	f.Standing = &standing
	// A key that may not see replies has left none.
	f.Answering, err = client.Responds(ctx, f.Draft.Phone)
	if errors.Is(err, clinic.E(provider.CodeUnauthorised)) {
		err = nil
	}
	return f, err
}

// countClinic finds what the clinic itself has to show: who administrates it, whether it
// answers after hours, and, where it is not live, which texts wait.
func countClinic(tx *sqlite.Tx, waiting bool, f *golive.Found) (err error) {
	if f.Administrators, err = administrators(tx); err != nil {
		return err
	}
	hours, _, err := afterhours.Get(tx)
	if err != nil {
		return err
	}
	f.Wanted = hours.On
	if waiting {
		counts, err := exchange.Count(tx, archive.SeeAll())
		if err != nil {
			return err
		}
		f.Waiting = counts.Waiting + counts.Undecided
	}
	return nil
}

// administrators counts those who work here and can let others in and go.
func administrators(tx *sqlite.Tx) (n int, err error) {
	all, err := staff.All(tx)
	for _, m := range all {
		if m.Works() && session.Administrates(m.Role) {
			n++
		}
	}
	return n, err
}

// goLive checks all of it once more, records the step, and begins to use the account.
func (d *Desk) goLive(ctx context.Context, c *door.Caller, _ door.None) (LineStatus, error) {
	o, err := d.current()
	if err != nil {
		return LineStatus{}, err
	}
	allowed := func(is settings.Line) error { return errors.Join(notSample(is), notLive(is)) }
	if err := allowed(o.wired.Load().line); err != nil {
		return LineStatus{}, err
	}
	found, err := o.find(ctx)
	if err != nil {
		return LineStatus{}, err
	}
	if open := golive.Open(golive.Judge(found)); open > 0 {
		return LineStatus{}, clinic.E(golive.CodeNotReady).With("count", open)
	}
	draft := found.Draft
	if err := d.rewire(context.WithoutCancel(ctx), c, settings.Line{
		Kind: settings.LineTwilio, Account: draft.Account, Key: draft.Key, Secret: draft.Secret, Phone: draft.Phone, Live: true,
	}, allowed, func(dec *journal.Decision) error {
		// The provider took its time to answer.
		if err := countClinic(dec.Tx, true, &found); err != nil {
			return err
		}
		return golive.Go(dec, found)
	}); err != nil {
		return LineStatus{}, err
	}
	return d.checkLine(ctx, c, door.None{})
}
