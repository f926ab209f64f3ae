package desk

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"quietline/app/door"
	"quietline/backend/archive"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/policy"
	"quietline/backend/records"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
	"quietline/backend/staff"
)

// zone is the clinic's.
func (o *open) zone(ctx context.Context) (*time.Location, error) {
	var own settings.Clinic
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		own, err = settings.Get(tx)
		return err
	}); err != nil {
		return nil, err
	}
	return own.Zone.Location()
}

// paper gathers what stands on a paper and records, in the same decision, that the
// caller makes it. What make returns says which paper and whose.
func (o *open) paper(ctx context.Context, c *door.Caller, key records.Key, make func(tx *sqlite.Tx, p presenter) (records.Made, []clinic.DossierID, error)) (PaperHead, error) {
	if key.IsZero() {
		return PaperHead{}, clinic.E(clinic.CodeBadInput)
	}
	head := PaperHead{Key: key, MadeBy: c.Name}
	var kept madePaper
	_, err := o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, func(dec *journal.Decision) error {
		own, err := settings.Get(dec.Tx)
		if err != nil {
			return err
		}
		made, seen, err := make(dec.Tx, o.presenter(dec.Tx))
		if err != nil {
			return err
		}
		head.MadeAt, head.Clinic, head.Phone, head.Zone = dec.Now, own.Name, own.OfficePhone.Display(), string(own.Zone)
		kept = madePaper{by: c.ID, sort: made.Sort, seen: seen}
		records.RecordMade(dec, made)
		return nil
	})
	if err != nil {
		return PaperHead{}, err
	}
	for _, d := range kept.seen {
		c.Saw(d)
	}
	o.papers.remember(key, kept)
	return head, nil
}

// consentPaper answers all that is kept of a consent.
func (d *Desk) consentPaper(ctx context.Context, c *door.Caller, r MakeConsentPaper) (ConsentPaper, error) {
	o, err := d.current()
	if err != nil {
		return ConsentPaper{}, err
	}
	var paper ConsentPaper
	head, err := o.paper(ctx, c, r.Key, func(tx *sqlite.Tx, p presenter) (records.Made, []clinic.DossierID, error) {
		e, err := records.EvidenceOf(tx, sightOf(c).Patients(), r.ID, p.now)
		if err != nil {
			return records.Made{}, nil, err
		}
		if paper, err = p.evidence(e); err != nil {
			return records.Made{}, nil, err
		}
		made := records.Made{Sort: records.ConsentRecord, Consent: r.ID, Sum: e.Sum, Form: e.Consent.Form, People: 1}
		return made, []clinic.DossierID{e.Patient.Dossier}, nil
	})
	paper.Head = head
	return paper, err
}

func (p presenter) evidence(e records.Evidence) (ConsentPaper, error) {
	c := e.Consent
	paper := ConsentPaper{
		Code: e.PaperCode(), State: ConsentState(e.State), Hold: Hold(e.Hold), Way: ConsentWay(c.Way), Form: c.Form,
		FormHash: c.FormHash, Language: LanguageName(e.Template.Language), Draft: e.Template.Draft, Reviewed: e.Template.Review.Name,
		SignedOn: c.SignedOn, Expires: c.Expires, Signer: Signer(c.Signer), SignerName: c.SignerName,
		Details: ConsentDetails(c.Details), Drawn: e.Signature.Drawn, Typed: e.Signature.Typed, Scope: scopeShown(c.Scope),
	}
	var err error
	if paper.Words, err = p.wordsOf(e); err != nil {
		return ConsentPaper{}, err
	}
	if paper.Patient, err = p.onPaper(e.Patient.ID); err != nil {
		return ConsentPaper{}, err
	}
	if paper.Steps, err = p.steps(e.History); err != nil {
		return ConsentPaper{}, err
	}
	scans, err := p.scans(c.ID)
	paper.Scans = scans[c.ID]
	return paper, err
}

// wordsOf shows what was signed, or the text that asked. Within how many hours the clinic
// answered then nobody has kept: the place stays open.
func (p presenter) wordsOf(e records.Evidence) ([]FormBlock, error) {
	if e.Words != "" {
		return blocksShown([]consent.Block{{Kind: consent.BlockParagraph, Text: e.Words}}), nil
	}
	own, err := settings.Get(p.tx)
	if err != nil {
		return nil, err
	}
	language := e.Template.Language
	m := consent.Merge{Practice: own.Name, Patient: e.Patient.Name, BirthDate: dayIn(language, e.Patient.BirthDate)}
	if expires := e.Consent.Expires; !expires.IsZero() {
		m.Expires = dayIn(language, expires)
	}
	return blocksShown(e.Template.Blocks(m)), nil
}

// steps shows what happened to a consent.
func (p presenter) steps(all []consent.Happened) ([]ConsentStep, error) {
	var by []clinic.StaffID
	for _, h := range all {
		by = append(by, h.By)
	}
	names, err := staff.Names(p.tx, by...)
	if err != nil {
		return nil, err
	}
	var steps []ConsentStep
	for _, h := range all {
		steps = append(steps, ConsentStep{
			At: h.At, What: ConsentWhat(h.What), By: names[h.By], How: RevokedHow(h.How), Hold: Hold(h.Hold), Scope: scopeShown(h.Scope),
		})
	}
	return steps, nil
}

// onPaper shows a patient as a paper names her.
func (p presenter) onPaper(id clinic.PatientID) (PaperPatient, error) {
	who, err := patients.Get(p.tx, id)
	if err != nil {
		return PaperPatient{}, err
	}
	numbers, err := patients.NumbersOf(p.tx, id)
	if err != nil {
		return PaperPatient{}, err
	}
	shown := PaperPatient{ID: id, Name: who.Name, BirthDate: who.BirthDate, Guardian: who.Guardian, Zone: string(who.Zone)}
	for _, n := range numbers[id] {
		shown.Phones = append(shown.Phones, n.Phone.Display())
	}
	return shown, nil
}

// formPaper answers a form to be signed, blank or filled in for a patient.
func (d *Desk) formPaper(ctx context.Context, c *door.Caller, r MakeFormPaper) (FormPaper, error) {
	o, err := d.current()
	if err != nil {
		return FormPaper{}, err
	}
	var paper FormPaper
	head, err := o.paper(ctx, c, r.Key, func(tx *sqlite.Tx, p presenter) (records.Made, []clinic.DossierID, error) {
		made := records.Made{Sort: records.Form, Form: r.Form, Patient: r.Patient}
		var seen []clinic.DossierID
		f, err := consent.TemplateByVersion(tx, r.Form)
		if err != nil {
			return made, nil, err
		}
		if !f.IsFile() {
			// A file is printed as it is and has no room for a code.
			made.Copy, made.Sum = r.Key, records.Sum(f.Hash)
			paper.Code = records.CopyCode(r.Key, f.Hash)
		}
		own, err := settings.Get(tx)
		if err != nil {
			return made, nil, err
		}
		merge := mergeOf(own)
		if !r.Patient.IsZero() {
			if err := mustSee(tx, sightOf(c), r.Patient); err != nil {
				return made, nil, err
			}
			if err := d.mergePatient(tx, c, r.Patient, f.Language, &merge); err != nil {
				return made, nil, err
			}
			who, err := patients.Get(tx, r.Patient)
			if err != nil {
				return made, nil, err
			}
			shown, err := p.onPaper(r.Patient)
			if err != nil {
				return made, nil, err
			}
			paper.Patient, seen, made.People = &shown, []clinic.DossierID{who.Dossier}, 1
		}
		paper.Form, paper.Hash, paper.Words = formRow(f), f.Hash, blocksShown(f.Blocks(merge))
		return made, seen, nil
	})
	paper.Head = head
	return paper, err
}

// registerPaper answers the register of consents, of the patients in sight.
func (d *Desk) registerPaper(ctx context.Context, c *door.Caller, r MakeRegister) (RegisterPaper, error) {
	o, err := d.current()
	if err != nil {
		return RegisterPaper{}, err
	}
	var paper RegisterPaper
	head, err := o.paper(ctx, c, r.Key, func(tx *sqlite.Tx, p presenter) (records.Made, []clinic.DossierID, error) {
		rows, seen, err := p.register(tx, c, RegisterFilter{Standing: r.Standing, Language: r.Language, Category: r.Category})
		paper.Rows = rows
		return records.Made{Sort: records.Register, People: len(rows)}, seen, err
	})
	paper.Head = head
	return paper, err
}

// registerList answers whom a register would list, for papers of each of them: no
// register is made of it.
func (d *Desk) registerList(ctx context.Context, c *door.Caller, r RegisterFilter) (RegisterList, error) {
	o, err := d.current()
	if err != nil {
		return RegisterList{}, err
	}
	var list RegisterList
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		rows, seen, err := o.presenter(tx).register(tx, c, r)
		for _, dossier := range seen {
			c.Saw(dossier)
		}
		list.Rows = rows
		return err
	})
	return list, err
}

// register lists the patients in the caller's sight whom a filter lets through, and whose
// content that is.
func (p presenter) register(tx *sqlite.Tx, c *door.Caller, r RegisterFilter) ([]RegisterLine, []clinic.DossierID, error) {
	filter := records.Filter{
		Standing: records.Standing(r.Standing), Language: clinic.Language(r.Language), Category: policy.Category(r.Category),
	}
	all, err := records.Lines(tx, sightOf(c).Patients(), filter, p.now)
	if err != nil {
		return nil, nil, err
	}
	seen := make([]clinic.DossierID, 0, len(all))
	rows := make([]RegisterLine, 0, len(all))
	for _, l := range all {
		seen = append(seen, l.Patient.Dossier)
		rows = append(rows, registerLine(l))
	}
	return rows, seen, nil
}

func registerLine(l records.Line) RegisterLine {
	row := RegisterLine{
		Patient: l.Patient.ID, Name: l.Patient.Name, BirthDate: l.Patient.BirthDate, Language: LanguageName(l.Patient.Language),
		Phone: l.Phone.Display(), OptedOut: l.OptedOut, Held: l.Held, State: string(l.State), Minor: l.Minor,
	}
	if l.Consent != nil {
		row.Consent, row.Form, row.SignedOn, row.Expires = l.Consent.ID, l.Consent.Form, l.Consent.SignedOn, l.Consent.Expires
		row.Code, row.Begins = string(consent.CodeOf(l.Consent.ID)), l.Begins
	}
	for _, topic := range l.Topics() {
		row.Categories = append(row.Categories, Category(topic))
	}
	return row
}

// textsPaper answers why each text of a thread was sent.
func (d *Desk) textsPaper(ctx context.Context, c *door.Caller, r MakeTextsPaper) (TextsPaper, error) {
	o, err := d.current()
	if err != nil {
		return TextsPaper{}, err
	}
	zone, err := o.zone(ctx)
	if err != nil {
		return TextsPaper{}, err
	}
	var from, until clinic.Instant
	if !r.From.IsZero() {
		from = r.From.In(zone)
	}
	if !r.Until.IsZero() {
		until = r.Until.AddDays(1).In(zone)
	}
	var paper TextsPaper
	head, err := o.paper(ctx, c, r.Key, func(tx *sqlite.Tx, p presenter) (records.Made, []clinic.DossierID, error) {
		made := records.Made{Sort: records.SentTexts, People: 1}
		sight := sightOf(c)
		all, err := records.SentIn(tx, sight, r.Thread, from, until)
		if err != nil {
			return made, nil, err
		}
		thread, err := archive.GetThread(tx, sight, r.Thread)
		if err != nil {
			return made, nil, err
		}
		phones, err := patients.PhonesOf(tx, thread.Number)
		if err != nil {
			return made, nil, err
		}
		paper.Phone = phones[thread.Number].Display()
		if !thread.Patient.IsZero() {
			shown, err := p.onPaper(thread.Patient)
			if err != nil {
				return made, nil, err
			}
			paper.Patient = &shown
		}
		paper.Texts, err = p.sent(all)
		return made, []clinic.DossierID{thread.Dossier}, err
	})
	paper.Head = head
	return paper, err
}

func (p presenter) sent(all []records.Sent) ([]SentLine, error) {
	people := map[clinic.StaffID]struct{}{}
	for _, m := range all {
		people[m.Author] = struct{}{}
		for _, over := range m.Basis.Overrides {
			people[over.By] = struct{}{}
		}
	}
	names, err := staff.Names(p.tx, slices.Collect(maps.Keys(people))...)
	if err != nil {
		return nil, err
	}
	var lines []SentLine
	for _, m := range all {
		line := SentLine{
			At: m.At, By: names[m.Author], Body: m.Body, Pictures: m.Media, Category: Category(m.Category), State: MessageState(m.State), Kind: "consent",
			Form: m.Basis.ConsentVersion, SignedOn: m.SignedOn, ReplyTo: m.ReplyTo, DecidedAt: m.Basis.DecidedAt,
		}
		switch m.Basis.Kind {
		case policy.ByReply:
			line.Kind = "reply"
		case policy.ByRequest:
			line.Kind = "request"
		case policy.ByFirstText:
			line.Kind = "first_text"
		}
		if len(m.Basis.Overrides) > 0 {
			line.Kind, line.ConfirmedBy = "confirmed", names[m.Basis.Overrides[0].By]
			for _, over := range m.Basis.Overrides {
				if over.Reason != "" {
					line.Kind, line.Reason = "lifted", over.Reason
				}
			}
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// verifyPaper compares a paper with what is kept. A code of somebody out of sight
// answers as one that was never given out.
func (d *Desk) verifyPaper(ctx context.Context, c *door.Caller, r VerifyPaper) (VerifiedPaper, error) {
	o, err := d.current()
	if err != nil {
		return VerifiedPaper{}, err
	}
	var answer VerifiedPaper
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		p := o.presenter(tx)
		v, err := records.Verify(tx, sightOf(c).Patients(), r.Code, p.now)
		if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
			answer, err = p.copied(c, r.Code)
			return err
		}
		if err != nil {
			return err
		}
		c.Saw(v.Now.Patient.Dossier)
		known := v.Now.Consent
		answer = VerifiedPaper{
			Finding: PaperFinding(v.Finding), Code: v.Now.PaperCode(), State: ConsentState(v.Now.State), Form: known.Form,
			SignedOn: known.SignedOn, Expires: known.Expires, Signer: known.SignerName,
			Categories: scopeShown(known.Scope).Categories, MadeAt: v.Made.At,
		}
		if answer.Patient, err = p.onPaper(v.Now.Patient.ID); err != nil {
			return err
		}
		names, err := staff.Names(tx, v.Made.By)
		if err != nil {
			return err
		}
		answer.MadeBy = names[v.Made.By]
		answer.Since, err = p.steps(v.Since)
		return err
	})
	return answer, err
}

// copied finds a printed copy of a form.
func (p presenter) copied(c *door.Caller, code string) (VerifiedPaper, error) {
	found, finding, err := records.FindCopy(p.tx, sightOf(c).Patients(), code)
	if errors.Is(err, clinic.E(clinic.CodeNotFound)) {
		return VerifiedPaper{}, clinic.E(records.CodeUnknown)
	}
	if err != nil {
		return VerifiedPaper{}, err
	}
	f, err := consent.TemplateByVersion(p.tx, found.Form)
	if err != nil {
		return VerifiedPaper{}, err
	}
	names, err := staff.Names(p.tx, found.By)
	if err != nil {
		return VerifiedPaper{}, err
	}
	copied := VerifiedCopy{Language: LanguageName(f.Language), Retired: f.Retired}
	if !found.Patient.IsZero() {
		who, err := patients.Get(p.tx, found.Patient)
		if err != nil {
			return VerifiedPaper{}, err
		}
		c.Saw(who.Dossier)
		shown, err := p.onPaper(found.Patient)
		if err != nil {
			return VerifiedPaper{}, err
		}
		copied.Patient = &shown
	}
	return VerifiedPaper{
		Finding: PaperFinding(finding), Copy: &copied, Form: found.Form, MadeAt: found.At, MadeBy: names[found.By],
	}, nil
}
