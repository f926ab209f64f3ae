package policy

import "quietline/backend/clinic"

// Why a text does not go, or not yet.
const (
	CodeClockUnset        clinic.Code = "policy.clock_unset"
	CodeNoPatient         clinic.Code = "policy.no_patient"
	CodeOtherPatient      clinic.Code = "policy.other_patient"
	CodeNotLive           clinic.Code = "policy.not_live"
	CodeNotReviewed       clinic.Code = "policy.not_reviewed"
	CodeUsedElsewhere     clinic.Code = "policy.used_elsewhere"
	CodeNumberUnknown     clinic.Code = "policy.number_unknown"
	CodeOptedOut          clinic.Code = "policy.opted_out"
	CodeNumberPaused      clinic.Code = "policy.number_paused"
	CodeNumberIncident    clinic.Code = "policy.number_incident"
	CodeNoConsent         clinic.Code = "policy.no_consent"
	CodeConsentUnsigned   clinic.Code = "policy.consent_unsigned"
	CodeConsentPending    clinic.Code = "policy.consent_pending"
	CodeConsentPaused     clinic.Code = "policy.consent_paused"
	CodeConsentRevoked    clinic.Code = "policy.consent_revoked"
	CodeConsentReplaced   clinic.Code = "policy.consent_replaced"
	CodeConsentExpired    clinic.Code = "policy.consent_expired"
	CodeConsentUnclear    clinic.Code = "policy.consent_unclear"
	CodeConsentNotBegun   clinic.Code = "policy.consent_not_begun"
	CodeConsentGrownUp    clinic.Code = "policy.consent_grown_up"
	CodeConsentDisputed   clinic.Code = "policy.consent_disputed"
	CodeConsentCourt      clinic.Code = "policy.consent_court"
	CodeConsentSelf       clinic.Code = "policy.consent_self"
	CodeConsentVerbal     clinic.Code = "policy.consent_verbal"
	CodeConsentDeclined   clinic.Code = "policy.consent_declined"
	CodeConsentUnanswered clinic.Code = "policy.consent_unanswered"
	CodeAskOver           clinic.Code = "policy.ask_over"
	CodeAskMinor          clinic.Code = "policy.ask_minor"
	CodeAskShared         clinic.Code = "policy.ask_shared_phone"
	CodeAskNotNeeded      clinic.Code = "policy.ask_not_needed"
	CodeAskWaits          clinic.Code = "policy.ask_waits"
	CodeAskLately         clinic.Code = "policy.ask_lately"
	CodeAskTooLong        clinic.Code = "policy.ask_too_long"
	CodeFirstOff          clinic.Code = "policy.first_text_off"
	CodeFirstLate         clinic.Code = "policy.first_text_late"
	CodeFirstOften        clinic.Code = "policy.first_text_often"
	CodeNumberNotAgreed   clinic.Code = "policy.number_not_agreed"
	CodeGuardianStopped   clinic.Code = "policy.guardian_stopped"
	CodeCategory          clinic.Code = "policy.category_not_covered"
	CodeBodyEmpty         clinic.Code = "policy.body_empty"
	CodeBodyTooLong       clinic.Code = "policy.body_too_long"
	CodeScheduleKind      clinic.Code = "policy.schedule_reminders_only"
	CodeScheduleFar       clinic.Code = "policy.schedule_too_far"
	CodeSchedulePicture   clinic.Code = "policy.schedule_picture"
	CodePictureUnread     clinic.Code = "policy.picture_unread"
	CodeZoneUnknown       clinic.Code = "policy.zone_unknown"
	CodeNumberUnverified  clinic.Code = "policy.number_unverified"
	CodeSharedPhone       clinic.Code = "policy.shared_phone"
	CodePrefersCall       clinic.Code = "policy.prefers_call"
	CodePrefersLetter     clinic.Code = "policy.prefers_letter"
	CodeRecipientChanged  clinic.Code = "policy.recipient_changed"
	CodeRecipientOther    clinic.Code = "policy.recipient_neighbor"
	CodeRecipientAlike    clinic.Code = "policy.recipient_alike"
	CodeHeldTooLong       clinic.Code = "policy.held_too_long"
	CodeAppointmentPast   clinic.Code = "policy.appointment_past"
	CodeConsentHours      clinic.Code = "policy.consent_hours"
	CodeQuietHours        clinic.Code = "policy.quiet_hours"
	CodeConsentFrequency  clinic.Code = "policy.consent_frequency"
	CodeDailyCap          clinic.Code = "policy.daily_cap"
	CodeWeeklyCap         clinic.Code = "policy.weekly_cap"
	CodeTooLate           clinic.Code = "policy.too_late_for_appointment"
	CodeNoTime            clinic.Code = "policy.no_time_found"
)

// What limits a patient who may be texted; see Standing.
const (
	CodeLimitedNarrowed   clinic.Code = "policy.limited_narrowed"
	CodeLimitedExclusions clinic.Code = "policy.limited_exclusions"
	CodeLimitedHours      clinic.Code = "policy.limited_hours"
	CodeLimitedChannel    clinic.Code = "policy.limited_channel"
	CodeLimitedEnding     clinic.Code = "policy.limited_ending"
)

// What a person can do next.
const (
	NextCheckClock       clinic.Code = "policy.next_check_clock"
	NextChoosePatient    clinic.Code = "policy.next_choose_patient"
	NextLookAtPicture    clinic.Code = "policy.next_look_at_picture"
	NextOpenAgain        clinic.Code = "policy.next_open_again"
	NextGoLive           clinic.Code = "policy.next_go_live"
	NextSignReview       clinic.Code = "policy.next_sign_review"
	NextChooseCopy       clinic.Code = "policy.next_choose_copy"
	NextChooseNumber     clinic.Code = "policy.next_choose_number"
	NextCallPatient      clinic.Code = "policy.next_call_patient"
	NextAskForStart      clinic.Code = "policy.next_ask_for_start"
	NextReviewPause      clinic.Code = "policy.next_review_pause"
	NextRecordConsent    clinic.Code = "policy.next_record_consent"
	NextFinishConsent    clinic.Code = "policy.next_finish_consent"
	NextRenewConsent     clinic.Code = "policy.next_renew_consent"
	NextCheckConsent     clinic.Code = "policy.next_check_consent"
	NextWidenConsent     clinic.Code = "policy.next_widen_consent"
	NextWriteText        clinic.Code = "policy.next_write_text"
	NextShortenText      clinic.Code = "policy.next_shorten_text"
	NextSendLater        clinic.Code = "policy.next_send_later"
	NextSetZone          clinic.Code = "policy.next_set_zone"
	NextVerifyNumber     clinic.Code = "policy.next_verify_number"
	NextRecordSharing    clinic.Code = "policy.next_record_sharing"
	NextReadAgain        clinic.Code = "policy.next_read_again"
	NextWait             clinic.Code = "policy.next_wait"
	NextWaitOrOverride   clinic.Code = "policy.next_wait_or_override"
	NextCallOrOverride   clinic.Code = "policy.next_call_or_override"
	NextCheckSettings    clinic.Code = "policy.next_check_settings"
	NextStayWithinLimits clinic.Code = "policy.next_stay_within_limits"
	NextAskPatient       clinic.Code = "policy.next_ask_patient"
	NextAskManager       clinic.Code = "policy.next_ask_manager"
	NextAgreedNumber     clinic.Code = "policy.next_agreed_number"
	NextCheckRecipient   clinic.Code = "policy.next_check_recipient"
	NextDecideIncident   clinic.Code = "policy.next_decide_incident"
	NextPreferredWay     clinic.Code = "policy.next_preferred_way"
)

// Codes lists the codes of this package: reasons and next steps.
func Codes() []clinic.Code {
	return []clinic.Code{
		CodeClockUnset, CodeNoPatient, CodeOtherPatient, CodeNotLive, CodeNotReviewed, CodeUsedElsewhere,
		CodeNumberUnknown, CodeOptedOut,
		CodeNumberPaused, CodeNumberIncident, CodeNoConsent, CodeConsentUnsigned, CodeConsentPending, CodeConsentPaused,
		CodeConsentRevoked, CodeConsentReplaced, CodeConsentExpired, CodeConsentUnclear,
		CodeConsentNotBegun, CodeConsentGrownUp, CodeConsentDisputed, CodeConsentCourt, CodeConsentSelf,
		CodeConsentDeclined, CodeConsentUnanswered, CodeAskOver, CodeAskMinor, CodeAskShared, CodeAskNotNeeded, CodeAskWaits, CodeAskLately,
		CodeAskTooLong, CodeFirstOff, CodeFirstLate, CodeFirstOften,
		CodeConsentVerbal, CodeNumberNotAgreed, CodeGuardianStopped, CodeCategory, CodeBodyEmpty, CodeBodyTooLong, CodeScheduleKind,
		CodeScheduleFar, CodeSchedulePicture, CodePictureUnread, CodeZoneUnknown, CodeNumberUnverified, CodeSharedPhone,
		CodePrefersCall, CodePrefersLetter,
		CodeRecipientChanged, CodeRecipientOther, CodeRecipientAlike, CodeHeldTooLong,
		CodeAppointmentPast, CodeConsentHours, CodeQuietHours, CodeConsentFrequency, CodeDailyCap,
		CodeWeeklyCap, CodeTooLate, CodeNoTime,

		CodeLimitedNarrowed, CodeLimitedExclusions, CodeLimitedHours, CodeLimitedChannel, CodeLimitedEnding,

		NextCheckClock, NextChoosePatient, NextLookAtPicture, NextOpenAgain, NextGoLive, NextSignReview, NextChooseCopy, NextChooseNumber, NextCallPatient,
		NextAskForStart, NextReviewPause, NextRecordConsent, NextFinishConsent, NextRenewConsent,
		NextCheckConsent, NextWidenConsent, NextWriteText, NextShortenText, NextSendLater, NextSetZone,
		NextVerifyNumber, NextRecordSharing, NextReadAgain, NextWait, NextWaitOrOverride,
		NextCallOrOverride, NextCheckSettings, NextStayWithinLimits, NextAskPatient, NextAskManager, NextAgreedNumber,
		NextCheckRecipient, NextDecideIncident, NextPreferredWay,
	}
}

// Source is the stable id of what a rule rests on: a citation, or where the
// wish or limit was written down. Its wording is in the locale files.
type Source string

// The sources of the rules.
const (
	SourceAssociates   Source = "45-CFR-164.308(b)"        // agreement with whoever handles the texts
	SourceUnencrypted  Source = "78-FR-5634"               // a patient who was warned may choose unencrypted texts
	SourceChannel      Source = "45-CFR-164.522(b)"        // honour the channel that the patient asks for
	SourceRepresents   Source = "45-CFR-164.502(g)"        // who decides for somebody else, and until when
	SourceRevocation   Source = "47-CFR-64.1200(a)(10)"    // consent may be revoked by any reasonable means
	SourceTextLimits   Source = "47-CFR-64.1200(a)(9)(iv)" // one text a day, three a week
	SourceCallingHours Source = "47-CFR-64.1200(c)(1)"     // hours at the recipient; states are narrower
	SourceForm         Source = "consent-form"             // what the patient signed
	SourceClinic       Source = "clinic-rule"              // the clinic's own settings and care
	SourceProvider     Source = "provider-limit"           // what the provider accepts
	SourceMinimum      Source = "45-CFR-164.502(b)"        // say no more than is needed
	SourceProgram      Source = "program-check"            // the program cannot vouch for its own facts
)

// Sources lists the sources, for the locale files.
func Sources() []Source {
	return []Source{
		SourceAssociates, SourceUnencrypted, SourceChannel, SourceRepresents, SourceRevocation, SourceTextLimits,
		SourceCallingHours, SourceMinimum, SourceForm, SourceClinic, SourceProvider, SourceProgram,
	}
}
