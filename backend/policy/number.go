package policy

// nobodyOptedOut: the patient, not the phone, said stop; so one opt-out counts
// for every number. Only what a guardian's phone said does not silence the own
// phone of a patient who signed for herself; see guardianDidNotStop. What a stranger
// said on a number that is held counts for that number alone.
func nobodyOptedOut(q *question) []Reason {
	for _, n := range q.facts.Numbers {
		if !n.OptedOutSince.IsZero() && !q.aboutGuardian(n) && !q.aboutStranger(n) {
			r := refuse(CodeOptedOut, SourceRevocation, NextAskForStart)
			r[0] = r[0].with("since", n.OptedOutSince).with("sameNumber", n.ID == q.draft.To)
			return r
		}
	}
	return nil
}

// aboutGuardian reports whether an opt-out of n says nothing about the text: it
// came from a guardian's phone, and the text goes to the patient's own, under a
// consent that she signed.
func (q *question) aboutGuardian(n NumberFact) bool {
	return n.Guardian && q.number != nil && !q.number.Guardian && n.ID != q.number.ID &&
		q.consent != nil && q.consent.SelfSigned
}

// aboutStranger reports whether an opt-out of n says nothing about the text: somebody
// else has that phone now, and the text goes to another.
func (q *question) aboutStranger(n NumberFact) bool {
	return n.Paused == PausedWrongNumber && q.number != nil && n.ID != q.number.ID
}

// guardianDidNotStop: a guardian's STOP may still mean that something has changed
// at home. A person looks before the patient herself is texted.
func guardianDidNotStop(q *question) []Reason {
	for _, n := range q.facts.Numbers {
		if !n.OptedOutSince.IsZero() && q.aboutGuardian(n) && !q.aboutStranger(n) {
			r := confirm(CodeGuardianStopped, SourceRepresents, NextAskPatient)
			r[0] = r[0].with("since", n.OptedOutSince)
			return r
		}
	}
	return nil
}

func numberIsTheirs(q *question) []Reason {
	if q.number != nil {
		return nil
	}
	return refuse(CodeNumberUnknown, SourceProgram, NextChooseNumber)
}

func numberIsNotPaused(q *question) []Reason {
	for _, n := range q.facts.Numbers {
		switch {
		case n.Paused == NotPaused:
		case (n.Paused == PausedWrongNumber || n.Paused == PausedIncident) && n.ID != q.draft.To:
		case n.Paused == PausedWrongNumber:
			return refuse(CodeNumberPaused, SourceClinic, NextCallPatient)
		case n.Paused == PausedIncident:
			return refuse(CodeNumberIncident, SourceClinic, NextDecideIncident)
		default:
			return refuse(CodeNumberPaused, SourceRevocation, NextReviewPause)
		}
	}
	return nil
}

func numberIsVerified(q *question) []Reason {
	if q.number == nil || q.number.Verified || q.facts.Settings.AllowUnverified {
		return nil
	}
	return confirm(CodeNumberUnverified, SourceClinic, NextVerifyNumber)
}

// sharingIsAgreed: whoever lets others read the phone has to have said that
// texts may come to it all the same.
func sharingIsAgreed(q *question) []Reason {
	if q.number == nil || q.number.SharedWith == 0 || q.consent == nil || q.consent.SharedPhone {
		return nil
	}
	return confirm(CodeSharedPhone, SourceChannel, NextRecordSharing)
}
