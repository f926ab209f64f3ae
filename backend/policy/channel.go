package policy

import "slices"

// Channel is how a patient would rather be reached. It is a wish and no ban: what she
// never wants texts about is ruled out.
type Channel string

const (
	// ChannelText: a text is as good as anything else, or nobody has said otherwise.
	ChannelText   Channel = ""
	ChannelCall   Channel = "call"
	ChannelLetter Channel = "letter"
)

// Channels lists every channel.
func Channels() []Channel { return []Channel{ChannelText, ChannelCall, ChannelLetter} }

// Valid reports whether c is one of Channels.
func (c Channel) Valid() bool { return slices.Contains(Channels(), c) }

// channelIsPreferred asks before a text goes in the place of the call or the letter that
// the patient would rather have (45 CFR 164.522(b)). Who has just texted is answered in
// the way that she chose. Said of one text it is said for good: it may wait for the
// morning meanwhile.
func channelIsPreferred(q *question) []Reason {
	if q.consent == nil || q.consent.Channel == ChannelText {
		return nil
	}
	var r []Reason
	switch q.consent.Channel {
	case ChannelCall:
		r = confirm(CodePrefersCall, SourceChannel, NextPreferredWay)
	case ChannelLetter:
		r = confirm(CodePrefersLetter, SourceChannel, NextPreferredWay)
	default:
		return refuse(CodeConsentUnclear, SourceProgram, NextCheckConsent)
	}
	if q.reply && !q.limitsBind(q.at) {
		return nil
	}
	r[0].stays = true
	return r
}
