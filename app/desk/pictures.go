package desk

import (
	"quietline/backend/golive"
	"quietline/backend/settings"
	"quietline/backend/sqlite"
)

// picturesOn reports whether the clinic may send pictures: on the sample's line, whose
// phones are invented, and on a live line for whose account, key and number somebody saw
// a trial picture arrive.
func (o *open) picturesOn(tx *sqlite.Tx) (bool, error) {
	line, err := settings.GetLine(tx)
	if err != nil {
		return false, err
	}
	switch {
	case line.Kind == settings.LineSample:
		return true, nil
	case line.Kind != settings.LineTwilio || !line.Live:
		return false, nil
	}
	draft, err := golive.Get(tx)
	if err != nil || draft.Account != line.Account || draft.Key != line.Key || draft.Phone != line.Phone {
		return false, err
	}
	trial, err := golive.GetPictures(tx)
	return trial.On(), err
}
