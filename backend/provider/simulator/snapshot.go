package simulator

import (
	"encoding/json"
	"slices"
	"time"

	"quietline/backend/clinic"
	"quietline/backend/provider"
)

const snapshotVersion = 1

type snapshot struct {
	Version  int
	Account  provider.Account
	Skew     time.Duration
	Personas []Persona
	State    state
}

// Snapshot returns everything that the server remembers, faults excepted, as
// JSON. It holds texts and numbers in the clear: sample data only.
func (s *Simulator) Snapshot() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	out := snapshot{Version: snapshotVersion, Account: s.cfg.Account, Skew: s.skew, State: s.st}
	for _, p := range s.personas {
		out.Personas = append(out.Personas, *p)
	}
	slices.SortFunc(out.Personas, func(a, b Persona) int {
		if a.Phone < b.Phone {
			return -1
		}
		return 1
	})
	return json.Marshal(out)
}

// Restore replaces what the server remembers by a Snapshot of the same account.
// What fell due since then happens at its own time. An unreadable snapshot is
// clinic.CodeBadInput, and nothing changes.
func (s *Simulator) Restore(data []byte) error {
	var in snapshot
	if err := json.Unmarshal(data, &in); err != nil || in.Version != snapshotVersion || in.Account != s.cfg.Account {
		return clinic.E(clinic.CodeBadInput)
	}
	index := make(map[provider.SID]*record, len(in.State.Records))
	for _, r := range in.State.Records {
		if r == nil || r.SID == "" || index[r.SID] != nil {
			return clinic.E(clinic.CodeBadInput)
		}
		index[r.SID] = r
	}
	if !slices.IsSortedFunc(in.State.Records, olderFirst) {
		return clinic.E(clinic.CodeBadInput)
	}
	if in.State.Blocked == nil {
		in.State.Blocked = map[pair]bool{}
	}
	if in.State.Met == nil {
		in.State.Met = map[clinic.Phone]int{}
	}
	if in.State.Pointed == nil {
		in.State.Pointed = map[clinic.Phone]pointed{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.st, s.index, s.skew = in.State, index, max(in.Skew, 0)
	s.personas = map[clinic.Phone]*Persona{}
	for _, p := range in.Personas {
		s.personas[p.Phone] = &p
	}
	// Faults are not carried over, so that nothing is left to wait for.
	for _, p := range s.st.Stalled {
		p.Due = s.now()
		s.plan(p)
	}
	s.st.Stalled = nil
	s.settle()
	return nil
}
