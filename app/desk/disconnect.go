package desk

import (
	"context"
	"errors"

	"quietline/app/door"
	"quietline/backend/golive"
	"quietline/backend/journal"
	"quietline/backend/settings"
)

// disconnect ends the line. What was left with the provider is taken back first, texts
// that it was to send later among it, and the number put back to what it did before.
func (d *Desk) disconnect(ctx context.Context, c *door.Caller, r Disconnect) (LineStatus, error) {
	o, err := d.current()
	if err != nil {
		return LineStatus{}, err
	}
	if err := notSample(o.wired.Load().line); err != nil {
		return LineStatus{}, err
	}
	o.replying.Lock()
	defer o.replying.Unlock()
	if err := o.withdrawReply(ctx, c.ID); err != nil && !r.Anyway {
		return LineStatus{}, err
	}
	w := o.wired.Load()
	if err := o.callOff(ctx, w, r.Anyway); err != nil {
		return LineStatus{}, err
	}
	if err := d.rewire(context.WithoutCancel(ctx), c, settings.Line{}, notSample, endLine); err != nil {
		return LineStatus{}, errors.Join(err, w.stays(ctx))
	}
	o.unansweredFor(nil)
	return o.lineStatus(ctx, c)
}

// endLine records that the line is disconnected, and with a real one that its set-up is
// over: its key goes from both.
func endLine(dec *journal.Decision) error {
	line, err := settings.GetLine(dec.Tx)
	if err == nil && line.Kind == settings.LineTwilio {
		err = golive.End(dec)
	}
	if err != nil {
		return err
	}
	return settings.Disconnect(dec)
}
