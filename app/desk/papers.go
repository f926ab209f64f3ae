package desk

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"sync"

	"quietline/app/door"
	"quietline/app/ticket"
	"quietline/backend/clinic"
	"quietline/backend/records"
	"quietline/backend/records/pdf"
	"quietline/backend/salvage"
)

const (
	// mostPaper is how large a finished file may be, in bytes: a register of ten
	// thousand has fifteen megabytes.
	mostPaper = 64 << 20
	// mostPart is how large a part may be. In base64 it fits into a request.
	mostPart = 512 << 10
	// mostMade is how many papers are remembered; the oldest makes room.
	mostMade = 20_000
	// pdfType is the media type of a paper.
	pdfType = "application/pdf"
)

// papers is what is known of papers that somebody is making. Whose content is on
// them is kept from their making on, so that whatever the screen sends later is
// recorded as theirs.
type papers struct {
	mu    sync.Mutex
	made  map[records.Key]madePaper
	order []records.Key
	// of and file are the file that is coming in parts, one at a time.
	of   records.Key
	file []byte
}

type madePaper struct {
	by   clinic.StaffID
	sort records.Sort
	seen []clinic.DossierID
}

func (p *papers) remember(key records.Key, made madePaper) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.made == nil {
		p.made = map[records.Key]madePaper{}
	}
	if _, there := p.made[key]; !there {
		p.order = append(p.order, key)
	}
	p.made[key] = made
	for len(p.order) > mostMade {
		delete(p.made, p.order[0])
		p.order = p.order[1:]
	}
}

// find returns what was made under some keys by somebody, and whose content is on it.
func (p *papers) find(by clinic.StaffID, keys []records.Key) (sort records.Sort, seen []clinic.DossierID, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[clinic.DossierID]struct{}{}
	for _, key := range keys {
		made, there := p.made[key]
		if !there || made.by != by {
			return "", nil, clinic.E(records.CodeGone)
		}
		sort = made.sort
		for _, d := range made.seen {
			all[d] = struct{}{}
		}
	}
	if len(keys) == 0 {
		return "", nil, clinic.E(records.CodeGone)
	}
	return sort, slices.Collect(maps.Keys(all)), nil
}

// take hands out the file that came under a key, once.
func (p *papers) take(key records.Key) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of != key || len(p.file) == 0 {
		return nil, clinic.E(records.CodeGone)
	}
	file := p.file
	p.of, p.file = records.Key{}, nil
	return file, nil
}

// paperPart takes a part of a file that the screen has set.
func (d *Desk) paperPart(_ context.Context, c *door.Caller, r PaperPart) (door.None, error) {
	o, err := d.current()
	if err != nil {
		return door.None{}, err
	}
	if _, _, err := o.papers.find(c.ID, []records.Key{r.Key}); err != nil {
		return door.None{}, err
	}
	part, err := base64.StdEncoding.DecodeString(r.Data)
	if err != nil || len(part) == 0 || len(part) > mostPart {
		return door.None{}, clinic.E(clinic.CodeBadInput)
	}
	p := &o.papers
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.At == 0 {
		p.of, p.file = r.Key, nil
	}
	if p.of != r.Key || r.At != len(p.file) || r.At+len(part) > mostPaper {
		return door.None{}, clinic.E(records.CodeGone)
	}
	p.file = append(p.file, part...)
	return door.None{}, nil
}

// printPapers puts on record that papers go to the printer, before they do. What
// the printer makes of them nobody here learns.
func (d *Desk) printPapers(_ context.Context, c *door.Caller, r PrintPapers) (door.None, error) {
	o, err := d.current()
	if err != nil {
		return door.None{}, err
	}
	_, seen, err := o.papers.find(c.ID, r.Papers)
	for _, dossier := range seen {
		c.Saw(dossier)
	}
	return door.None{}, err
}

// savePapers saves papers as one file where the person says. That she does is on
// record, durably, before anything leaves.
func (d *Desk) savePapers(ctx context.Context, c *door.Caller, r SavePapers) (SavedCopy, error) {
	o, err := d.current()
	if err != nil {
		return SavedCopy{}, err
	}
	// A password that will not do is said before the file is used up.
	if err := pdf.CheckPassword(r.Password); err != nil {
		return SavedCopy{}, err
	}
	sort, seen, err := o.papers.find(c.ID, r.Papers)
	if err != nil {
		return SavedCopy{}, err
	}
	file, err := o.papers.take(r.Papers[0])
	if err != nil {
		return SavedCopy{}, err
	}
	finished, err := pdf.Finish(ctx, file, r.Password)
	if err != nil {
		return SavedCopy{}, err
	}
	zone, err := o.zone(ctx)
	if err != nil {
		return SavedCopy{}, err
	}
	// Nobody is named in it: whoever looks over a folder reads names of files.
	name := string(sort) + "-" + d.cfg.Clock.Now().Time().In(zone).Format("2006-01-02-1504") + ".pdf"
	path := ""
	if d.cfg.SaveAs != nil {
		if path, err = d.cfg.SaveAs(ctx, name); err != nil || path == "" {
			return SavedCopy{}, err
		}
		// She may have looked for a place for long: the clinic may be locked, or
		// another's by now.
		if now, err := d.current(); err != nil || now != o {
			return SavedCopy{}, clinic.E(clinic.CodeLocked)
		}
		if err := salvage.Outside(filepath.Dir(path), d.cfg.Dir); err != nil {
			return SavedCopy{}, err
		}
	}
	if len(seen) > 0 {
		if err := d.RecordAccess(ctx, c.Member, savedPaper, seen); err != nil {
			return SavedCopy{}, clinic.E(door.CodeNoRecord).Because(err).Retryable()
		}
	}
	if path == "" {
		address := d.tickets.Issue(ticket.Thing{
			Type: pdfType, Size: int64(len(finished)), Name: name,
			Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(finished)), nil },
		})
		return SavedCopy{Address: address, Name: name}, nil
	}
	if err := records.Save(path, finished); err != nil {
		return SavedCopy{}, err
	}
	return SavedCopy{Saved: true}, nil
}
