package desk

import (
	"context"
	"fmt"
	"strconv"

	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/consent"
	"quietline/backend/journal"
	"quietline/backend/patients"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// forms answers the versions of the consent form.
func (d *Desk) forms(ctx context.Context, _ *door.Caller, _ door.None) (FormList, error) {
	o, err := d.current()
	if err != nil {
		return FormList{}, err
	}
	var all []consent.Template
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) (err error) {
		all, err = consent.Templates(tx)
		return err
	}); err != nil {
		return FormList{}, err
	}
	var list FormList
	for _, f := range all {
		list.Items = append(list.Items, formRow(f))
	}
	return list, nil
}

func formRow(f consent.Template) FormRow {
	return FormRow{
		Version: f.Version, Language: LanguageName(f.Language), Draft: f.Draft, Variant: FormVariant(f.Variant), Pair: f.Pair,
		Hash: f.Hash, Own: f.Own, Source: f.Source, Retired: f.Retired, ReviewedBy: f.Review.Name, ReviewedOn: f.Review.On,
		Pages: f.File.Pages,
	}
}

// formWords answers the words of a form, filled in where a patient in sight is
// named.
func (d *Desk) formWords(ctx context.Context, c *door.Caller, r FormRef) (FormWords, error) {
	o, err := d.current()
	if err != nil {
		return FormWords{}, err
	}
	if err := d.session.RequireForm(r.Patient, r.Version); err != nil {
		return FormWords{}, err
	}
	var words FormWords
	err = o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		f, err := consent.TemplateByVersion(tx, r.Version)
		if err != nil {
			return err
		}
		own, err := settings.Get(tx)
		if err != nil {
			return err
		}
		m := mergeOf(own)
		if !r.Patient.IsZero() {
			if err := mustSee(tx, sightOf(c), r.Patient); err != nil {
				return err
			}
			if err := d.mergePatient(tx, c, r.Patient, f.Language, &m); err != nil {
				return err
			}
		}
		words = FormWords{Form: formRow(f), Text: f.Text, Blocks: blocksShown(f.Blocks(m))}
		return nil
	})
	return words, err
}

// mergeOf is what a form says of the clinic.
func mergeOf(own settings.Clinic) consent.Merge {
	return consent.Merge{Practice: own.Name, AnswerHours: strconv.Itoa(own.AnswerHours)}
}

func (d *Desk) mergePatient(tx *sqlite.Tx, c *door.Caller, id clinic.PatientID, language clinic.Language, m *consent.Merge) error {
	p, err := patients.Get(tx, id)
	if err != nil {
		return err
	}
	c.Saw(p.Dossier)
	zone, err := p.Zone.Location()
	if err != nil {
		return err
	}
	numbers, err := patients.NumbersOf(tx, id)
	if err != nil {
		return err
	}
	if all := numbers[id]; len(all) > 0 {
		m.Number = all[0].Phone.Display()
	}
	today := clinic.DateOf(d.cfg.Clock.Now().Time().In(zone))
	last := clinic.Date{Year: today.Year + 1, Month: today.Month, Day: today.Day}.AddDays(-1)
	m.Patient, m.BirthDate, m.Expires = p.Name, dayIn(language, p.BirthDate), dayIn(language, last)
	return nil
}

// dayIn writes a day as the form's language does.
func dayIn(l clinic.Language, d clinic.Date) string {
	if l == clinic.Spanish {
		months := [...]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
		return fmt.Sprintf("%d de %s de %d", d.Day, months[d.Month-1], d.Year)
	}
	return fmt.Sprintf("%s %d, %d", d.Month, d.Day, d.Year)
}

func blocksShown(all []consent.Block) []FormBlock {
	var shown []FormBlock
	for _, b := range all {
		shown = append(shown, FormBlock{Kind: FormBlockKind(b.Kind), Key: b.Key, Text: b.Text})
	}
	return shown
}

// previewForm answers how a draft of a form reads and what it leaves out.
func (d *Desk) previewForm(ctx context.Context, _ *door.Caller, r FormDraft) (FormPreview, error) {
	o, err := d.current()
	if err != nil {
		return FormPreview{}, err
	}
	if len(r.Text) > maxFormDraft {
		return FormPreview{}, clinic.E(consent.CodeFormLong)
	}
	var m consent.Merge
	if err := o.clinic.Journal.Read(ctx, func(tx *sqlite.Tx) error {
		own, err := settings.Get(tx)
		m = mergeOf(own)
		return err
	}); err != nil {
		return FormPreview{}, err
	}
	f := consent.Template{Text: r.Text}
	preview := FormPreview{Blocks: blocksShown(f.Blocks(m))}
	sources := map[string]string{}
	for _, q := range consent.Required(consent.Variant(r.Variant)) {
		sources[q.Key] = q.Source
	}
	for _, key := range consent.Missing(consent.Variant(r.Variant), consent.Parse(r.Text)) {
		preview.Missing = append(preview.Missing, FormRequirement{Key: key, Source: sources[key]})
	}
	return preview, nil
}

// maxFormDraft bounds what a preview reads.
const maxFormDraft = 128 << 10

// changeForm makes a decision about forms and answers all of them.
func (d *Desk) changeForm(ctx context.Context, c *door.Caller, change func(*journal.Decision) error) (FormList, error) {
	o, err := d.current()
	if err != nil {
		return FormList{}, err
	}
	if _, err = o.clinic.Journal.Submit(ctx, journal.Actor{Staff: c.ID}, change); err != nil {
		return FormList{}, err
	}
	return d.forms(ctx, c, door.None{})
}

// saveForm records a form of the clinic's own.
func (d *Desk) saveForm(ctx context.Context, c *door.Caller, r FormDraft) (FormList, error) {
	return d.changeForm(ctx, c, func(dec *journal.Decision) error {
		_, err := consent.SaveForm(dec, consent.NewForm{
			Language: clinic.Language(r.Language), Variant: consent.Variant(r.Variant), Pair: r.Pair, Text: r.Text, Source: r.Source,
		})
		return err
	})
}

// reviewForm records who has read a form.
func (d *Desk) reviewForm(ctx context.Context, c *door.Caller, r ReviewForm) (FormList, error) {
	return d.changeForm(ctx, c, func(dec *journal.Decision) error {
		return consent.ReviewForm(dec, r.Version, consent.Review{Name: r.Name, Role: consent.Reviewer(r.Role), On: r.On})
	})
}

// retireForm takes a form out of use, or back into it.
func (d *Desk) retireForm(ctx context.Context, c *door.Caller, r RetireForm) (FormList, error) {
	return d.changeForm(ctx, c, func(dec *journal.Decision) error {
		return consent.RetireForm(dec, r.Version, r.Retired)
	})
}
