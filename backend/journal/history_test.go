package journal_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"quietline/backend/clinic"
	"quietline/backend/journal"
	"quietline/backend/journal/journaltest"
)

// history lives through a clinic's days at random.
type history struct {
	t        *testing.T
	random   *rand.Rand
	clinic   *journaltest.Clinic
	log      *journaltest.FaultyLog
	recorded int
	notes    []clinic.EventID
}

func (h *history) dossier() clinic.DossierID { return clinic.DossierID{byte(h.random.IntN(3))} }

func (h *history) event() journal.Event {
	h.recorded++
	switch h.random.IntN(6) {
	case 0:
		return givePermit(fmt.Sprint(h.recorded % 3))
	case 1:
		return revokePermit(fmt.Sprint(h.recorded % 3))
	case 2:
		if len(h.notes) > 0 {
			struckOut := struck{Note: h.notes[h.random.IntN(len(h.notes))]}
			return journal.Event{Kind: noteStruck, Dossier: h.dossier(), Body: struckOut}
		}
	}
	e := noteIn(h.dossier(), fmt.Sprint("note ", h.recorded))
	e.ID = h.clinic.Names().EventID("test", fmt.Append(nil, h.recorded))
	h.notes = append(h.notes, e.ID)
	return e
}

func (h *history) batch() []journal.Event {
	events := make([]journal.Event, 1+h.random.IntN(5))
	for i := range events {
		events[i] = h.event()
	}
	return events
}

func (h *history) failing() {
	h.t.Helper()
	if _, err := submit(h.clinic, h.batch()...); !errors.Is(err, journaltest.ErrFault) {
		h.t.Fatalf("submit: %v", err)
	}
}

func (h *history) step() {
	h.t.Helper()
	ctx := context.Background()
	switch h.random.IntN(12) {
	default:
		h.clinic.Record(h.batch()...)
	case 0:
		h.log.LoseAnswers.Store(1)
		h.failing()
	case 1:
		h.log.FailAppends.Store(1)
		h.failing()
	case 2:
		h.log.LoseAnswers.Store(1)
		h.failing()
		h.clinic.Crash()
	case 3:
		h.clinic.Reopen()
	case 4:
		must(h.t, h.clinic.Rebuild(ctx, nil))
	case 5:
		class := journal.ClassMessage
		if h.random.IntN(2) == 0 {
			class = journal.ClassConsent
		}
		_, err := h.clinic.DestroyContent(ctx, []journal.KeySlot{slotOf(h.dossier(), class, 2026)}, nil)
		must(h.t, err)
	case 6:
		h.clinic.Keys.NewEpoch()
	}
}

// TestHistoriesEndInOneState is the property behind the views: whatever was
// recorded, destroyed, lost and rebuilt on the way, the views are those that a
// rebuild from the log gives, the log still verifies, and every event that was
// appended is there once.
func TestHistoriesEndInOneState(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			h := &history{t: t, random: rand.New(rand.NewPCG(seed, 1)), log: &journaltest.FaultyLog{}}
			h.clinic = journaltest.NewWith(t, func(config journal.Config) journal.Config {
				h.log.EventLog, config.Log = config.Log, h.log
				return config
			}, notes{})
			for range 40 {
				h.step()
			}
			is := h.clinic.Hash()
			must(t, h.clinic.CheckViews(context.Background(), nil))
			must(t, h.clinic.Rebuild(context.Background(), nil))
			if h.clinic.Hash() != is {
				t.Error("rebuilding gives other views")
			}
			h.clinic.Reopen()
			if got := h.clinic.Report(); got != (journal.Report{}) {
				t.Errorf("the last start reports %+v", got)
			}
		})
	}
}
