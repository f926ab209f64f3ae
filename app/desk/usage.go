package desk

import (
	"cmp"
	"context"

	"quietline/app/door"
	"quietline/backend/clinic"
	"quietline/backend/provider"
)

// Spent is what texting came to in some days, as the phone service counts them.
type Spent struct {
	From clinic.Date `json:"from"`
	To   clinic.Date `json:"to"`
	// Out and In count the pieces that are billed, Pictures the texts with pictures.
	Out      int `json:"out"`
	In       int `json:"in"`
	Pictures int `json:"pictures"`
	// Texts is what these and the carriers' fees came to, Total all that the account
	// was billed with; in millionths of Currency, which is empty where nothing was.
	Texts    int64  `json:"texts"`
	Total    int64  `json:"total"`
	Currency string `json:"currency"`
	// Piece is about what one outgoing piece came to, the carriers' fees with it; zero
	// where none was billed.
	Piece int64 `json:"piece"`
	// Picture is about what one outgoing text with a picture came to, without the
	// carriers' fees, which are not billed apart; zero where none was billed.
	Picture int64 `json:"picture"`
}

// LineUsage is what texting came to in this month so far, and in the one before.
type LineUsage struct {
	This Spent `json:"this"`
	Last Spent `json:"last"`
}

// TextPrice is about what one outgoing piece of a text comes to, and one text with a
// picture, as in Spent and in millionths of Currency; each is zero where none was billed
// in this month or the one before.
type TextPrice struct {
	Piece    int64  `json:"piece"`
	Picture  int64  `json:"picture"`
	Currency string `json:"currency"`
}

// lineUsage asks the phone service what texting came to. Its days are UTC, and what it
// counted for the last of them can still rise.
func (d *Desk) lineUsage(ctx context.Context, _ *door.Caller, _ door.None) (u LineUsage, err error) {
	if u.This, err = d.spentIn(ctx, 0); err != nil {
		return LineUsage{}, err
	}
	u.Last, err = d.spentIn(ctx, 1)
	return u, err
}

// textPrice says what a text costs to whoever writes one, and nothing else of the bill.
func (d *Desk) textPrice(ctx context.Context, _ *door.Caller, _ door.None) (TextPrice, error) {
	var p TextPrice
	for month := range 2 {
		s, err := d.spentIn(ctx, month)
		if err != nil {
			return TextPrice{}, err
		}
		p.Piece, p.Picture = cmp.Or(p.Piece, s.Piece), cmp.Or(p.Picture, s.Picture)
		// Without a price a currency would tell that something came in.
		if s.Piece > 0 || s.Picture > 0 {
			p.Currency = cmp.Or(p.Currency, s.Currency)
		}
	}
	return p, nil
}

// spentIn returns what a month came to, so many months ago.
func (d *Desk) spentIn(ctx context.Context, ago int) (Spent, error) {
	o, err := d.current()
	if err != nil {
		return Spent{}, err
	}
	if _, err := o.wire(); err != nil {
		return Spent{}, err
	}
	to := clinic.DateOf(d.cfg.Clock.Now().Time().UTC())
	from := clinic.Date{Year: to.Year, Month: to.Month, Day: 1}
	for range ago {
		to = from.AddDays(-1)
		from = clinic.Date{Year: to.Year, Month: to.Month, Day: 1}
	}
	return spent(ctx, o.wired.Load().sms, from, to)
}

func spent(ctx context.Context, billing provider.Billing, from, to clinic.Date) (Spent, error) {
	s := Spent{From: from, To: to}
	all, err := billing.Usage(ctx, from, to)
	var out, pictures int64
	var picturesOut int
	for _, u := range all {
		if u.Cost.Currency != "" {
			s.Currency = u.Cost.Currency
		}
		switch u.Kind {
		case provider.Total:
			s.Total += u.Cost.Millionths
			continue
		case provider.TextsOut:
			s.Out += u.Count
			out += u.Cost.Millionths
		case provider.CarrierFees:
			out += u.Cost.Millionths
		case provider.TextsIn:
			s.In += u.Count
		case provider.PicturesOut:
			s.Pictures += u.Count
			picturesOut += u.Count
			pictures += u.Cost.Millionths
		case provider.PicturesIn:
			s.Pictures += u.Count
		}
		s.Texts += u.Cost.Millionths
	}
	if s.Out > 0 {
		s.Piece = out / int64(s.Out)
	}
	if picturesOut > 0 {
		s.Picture = pictures / int64(picturesOut)
	}
	return s, err
}
