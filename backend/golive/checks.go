package golive

import (
	"quietline/backend/clinic"
	"quietline/backend/provider"
	"quietline/backend/staff"
)

// Check names one thing that is looked at before a real account goes live.
type Check string

// The checks, in the order in which they are shown.
const (
	CheckKey            Check = "key"
	CheckRegion         Check = "region"
	CheckAccount        Check = "account"
	CheckAgreement      Check = "agreement"
	CheckAdministrators Check = "administrators"
	CheckBackup         Check = "backup"
	CheckNumber         Check = "number"
	CheckInbound        Check = "inbound"
	CheckRedaction      Check = "redaction"
	CheckForwarded      Check = "forwarded"
	CheckEncoding       Check = "encoding"
	CheckRegistration   Check = "registration"
	CheckOut            Check = "proof_out"
	CheckIn             Check = "proof_in"
	CheckReply          Check = "reply"
	CheckWaiting        Check = "waiting"
	CheckMainSecret     Check = "main_secret"
)

// Checks lists them.
func Checks() []Check {
	var all []Check
	for _, r := range table() {
		all = append(all, r.check)
	}
	return all
}

// State is how a check stands.
type State string

// The states.
const (
	Good State = "good"
	// Mend: it has to be put in order first.
	Mend State = "mend"
	// Unknown: the provider does not let the key see it, or has not been asked.
	Unknown State = "unknown"
)

// States lists them.
func States() []State { return []State{Good, Mend, Unknown} }

// Finding says what was found in particular; the front end has a sentence and a next
// step for each.
type Finding string

// Findings lists what can be found.
func Findings() []Finding {
	return []Finding{
		"", "not_asked", "no_key", "unknown_key", "lacks_permission", "other_region", "suspended", "trial", "unseen_account",
		"no_agreement", "one_administrator", "no_backup", "no_number", "voice_only", "inbound_lost", "unseen_service", "redacts",
		"forwarded", "changes_words", "registration_pending", "registration_rejected", "not_registered", "unseen_registration",
		"no_text_out", "not_arrived", "no_text_in", "no_reply", "no_reply_known", "texts_waiting", "main_secret",
	}
}

// Source is where a check's demand comes from.
type Source string

// The sources.
const (
	SourceLaw      Source = "law"      // 45 CFR 164.308(b), 164.502(e), 164.308(a)(7)
	SourceProvider Source = "provider" // what the provider documents
	SourceProof    Source = "proof"    // a real text
	SourceClinic   Source = "clinic"   // our own rule
)

// Sources lists them.
func Sources() []Source { return []Source{SourceLaw, SourceProvider, SourceProof, SourceClinic} }

// Result is how one check stands.
type Result struct {
	Check   Check
	State   State
	Finding Finding
	Source  Source
	// Decides says that going live waits for it.
	Decides bool
}

// Found is everything that is looked at. What was not asked of the provider is nil.
type Found struct {
	Draft Draft
	// Now is when it is looked at: proofs count for a week.
	Now            clinic.Instant
	Key            *provider.KeyStanding
	Standing       *provider.Standing
	Administrators int
	// Backup says that a folder has a copy that is new enough.
	Backup bool
	// Answering says that a reply of ours is in force at the provider; Wanted that the
	// clinic's hours ask for one.
	Answering, Wanted bool
	// Waiting counts texts of a practice line that have not left. They were written to
	// invented telephones, and would go to real ones.
	Waiting int
}

// rule is one row of the table.
type rule struct {
	check  Check
	source Source
	// advises: going live does not wait for it.
	advises bool
	// shown: where the provider does not say, a proof shows it in its place.
	shown bool
	judge func(Found) (State, Finding)
}

func mend(broken bool, why Finding) (State, Finding) {
	if broken {
		return Mend, why
	}
	return Good, ""
}

// of asks something of what the provider said about the number.
func of(judge func(provider.Standing) (State, Finding)) func(Found) (State, Finding) {
	return func(f Found) (State, Finding) {
		if f.Standing == nil {
			return Unknown, "not_asked"
		}
		return judge(*f.Standing)
	}
}

// seen asks something of a part that the key may not see.
func seen(part provider.Aspect, judge func(provider.Standing) (State, Finding)) func(Found) (State, Finding) {
	return of(func(s provider.Standing) (State, Finding) {
		if !s.Saw(part) {
			return Unknown, "unseen_" + Finding(part)
		}
		return judge(s)
	})
}

// registration judges whether the phone companies carry what the number sends.
func registration(f Found) (State, Finding) {
	return seen(provider.AspectRegistration, func(s provider.Standing) (State, Finding) {
		switch s.Registration {
		case provider.Approved:
			return Good, ""
		case provider.Pending:
			return Mend, "registration_pending"
		case provider.Rejected:
			return Mend, "registration_rejected"
		case provider.NotRegistered:
			return Mend, "not_registered"
		}
		return Unknown, "unseen_registration"
	})(f)
}

// table is all that decides, and nothing else does.
func table() []rule {
	return []rule{
		{check: CheckKey, source: SourceProvider, judge: func(f Found) (State, Finding) {
			switch {
			case f.Draft.Account == "":
				return Mend, "no_key"
			case f.Key == nil:
				return Unknown, "not_asked"
			case f.Key.Region != "" || !f.Key.Known:
				return Mend, "unknown_key"
			case len(f.Key.Lacks) > 0:
				return Mend, "lacks_permission"
			}
			return Good, ""
		}},
		{check: CheckRegion, source: SourceLaw, judge: func(f Found) (State, Finding) {
			if f.Key == nil {
				return Unknown, "not_asked"
			}
			return mend(f.Key.Region != "", "other_region")
		}},
		{check: CheckAccount, source: SourceProvider, shown: true, judge: seen(provider.AspectAccount, func(s provider.Standing) (State, Finding) {
			switch {
			case s.Suspended:
				return Mend, "suspended"
			case s.Type == provider.Trial:
				return Mend, "trial"
			case s.Type != provider.Full:
				return Unknown, "unseen_account"
			}
			return Good, ""
		})},
		{check: CheckAgreement, source: SourceLaw, judge: func(f Found) (State, Finding) {
			return mend(f.Draft.Agreement.Document == "", "no_agreement")
		}},
		{check: CheckAdministrators, source: SourceClinic, judge: func(f Found) (State, Finding) {
			return mend(f.Administrators < staff.MinAdministrators, "one_administrator")
		}},
		{check: CheckBackup, source: SourceLaw, judge: func(f Found) (State, Finding) {
			return mend(!f.Backup, "no_backup")
		}},
		{check: CheckNumber, source: SourceProvider, judge: func(f Found) (State, Finding) {
			if f.Draft.Phone == "" {
				return Mend, "no_number"
			}
			return of(func(s provider.Standing) (State, Finding) { return mend(!s.SMS, "voice_only") })(f)
		}},
		{check: CheckInbound, source: SourceProvider, shown: true, judge: seen(provider.AspectService, func(s provider.Standing) (State, Finding) {
			return mend(s.Service != nil && !s.Service.KeepsInbound, "inbound_lost")
		})},
		{check: CheckRedaction, source: SourceProvider, judge: of(func(s provider.Standing) (State, Finding) {
			return mend(s.Redacted, "redacts")
		})},
		{check: CheckForwarded, source: SourceProvider, judge: func(f Found) (State, Finding) {
			return of(func(s provider.Standing) (State, Finding) {
				return mend(s.Forwarded && !f.Answering, "forwarded")
			})(f)
		}},
		{check: CheckEncoding, source: SourceProvider, shown: true, judge: seen(provider.AspectService, func(s provider.Standing) (State, Finding) {
			return mend(s.Service != nil && s.Service.ChangesBodies, "changes_words")
		})},
		{check: CheckRegistration, source: SourceProvider, shown: true, judge: registration},
		{check: CheckOut, source: SourceProof, judge: func(f Found) (State, Finding) {
			p := f.Draft.Proof.Counting(f.Now)
			if p.Out.IsZero() {
				return Mend, "no_text_out"
			}
			// Where nobody can see whether the number is registered, a text that only left
			// does not show it: it may be dropped a minute later.
			state, _ := registration(f)
			return mend(p.Arrived.IsZero() && f.Standing != nil && state == Unknown, "not_arrived")
		}},
		{check: CheckIn, source: SourceProof, judge: func(f Found) (State, Finding) {
			return mend(f.Draft.Proof.Counting(f.Now).In.IsZero(), "no_text_in")
		}},
		{check: CheckReply, source: SourceClinic, judge: func(f Found) (State, Finding) {
			switch {
			case f.Answering && f.Wanted:
				return Good, ""
			case f.Draft.NoReply:
				return Good, "no_reply_known"
			}
			return Mend, "no_reply"
		}},
		{check: CheckWaiting, source: SourceClinic, judge: func(f Found) (State, Finding) {
			return mend(f.Waiting > 0, "texts_waiting")
		}},
		{check: CheckMainSecret, source: SourceProvider, advises: true, judge: func(f Found) (State, Finding) {
			return mend(f.Draft.Main(), "main_secret")
		}},
	}
}

// Judge returns how every check stands, in the order in which they are shown.
func Judge(f Found) []Result {
	var all []Result
	for _, r := range table() {
		state, finding := r.judge(f)
		// What the proofs show in its place decides no more where it cannot be known.
		decides := !r.advises && !(r.shown && state == Unknown && f.Standing != nil)
		all = append(all, Result{Check: r.check, State: state, Finding: finding, Source: r.source, Decides: decides})
	}
	return all
}

// Open counts the checks that going live waits for.
func Open(results []Result) int {
	open := 0
	for _, r := range results {
		if r.Decides && r.State != Good {
			open++
		}
	}
	return open
}
