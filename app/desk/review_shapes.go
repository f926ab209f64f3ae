package desk

import (
	"quietline/backend/clinic"
	"quietline/backend/exchange"
)

// Standstill is why nothing leaves at all, whatever is known about a text. Both are nil
// while texts may leave.
type Standstill struct {
	Review *ReviewDue `json:"review"`
	Other  *OtherCopy `json:"other"`
}

// ReviewDue is a time of which the clinic has no records of its own: somebody signs
// what was taken back in it.
type ReviewDue struct {
	// From and Until bound it; zero where nobody can tell.
	From  clinic.Instant `json:"from"`
	Until clinic.Instant `json:"until"`
	// Read says that what the phone service has of that time was read. Before, nobody
	// can sign.
	Read bool `json:"read"`
}

// OtherCopy is another copy of the clinic that has gone on, as a backup tells. Zero
// where the backup does not say more.
type OtherCopy struct {
	// Made is when the other last wrote to the backup, Found when that was found here.
	Made  clinic.Instant `json:"made"`
	Found clinic.Instant `json:"found"`
	// Incarnation and Seq are how far the other had come.
	Incarnation int `json:"incarnation"`
	Seq         int `json:"seq"`
}

// ReviewTold is what is known of a conversation without anybody having read it.
type ReviewTold string

// Choices implements door.Choice.
func (ReviewTold) Choices() []string {
	return []string{string(exchange.ToldStop), string(exchange.ToldRefused), string(exchange.ToldWrote)}
}

// ReviewItem is a conversation that somebody has to look at.
type ReviewItem struct {
	Thread  clinic.ThreadID `json:"thread"`
	Patient *PatientName    `json:"patient"`
	Phone   string          `json:"phone"`
	Told    ReviewTold      `json:"told"`
	// Texts counts those that came in.
	Texts int `json:"texts"`
}

// ReviewList is what somebody signs. Conversations that the caller may not see are not
// in it.
type ReviewList struct {
	Items []ReviewItem `json:"items"`
	// More says that there are others.
	More bool `json:"more"`
	// Hidden says that some are out of the caller's sight, so that another signs.
	Hidden bool `json:"hidden"`
	// Mark names what was shown.
	Mark string `json:"mark"`
}

// ReviewAnswer is what a person says about phone, paper and the counter.
type ReviewAnswer string

// Choices implements door.Choice.
func (ReviewAnswer) Choices() []string {
	return []string{string(exchange.AnswerNobody), string(exchange.AnswerRecorded)}
}

// SignReview signs what was shown, and what is known from elsewhere.
type SignReview struct {
	Mark   string       `json:"mark"`
	Answer ReviewAnswer `json:"answer"`
}

// UseThisCopy says that this computer's copy is the one that is used; Incarnation and
// Seq are those of OtherCopy as it was shown.
type UseThisCopy struct {
	Incarnation int `json:"incarnation"`
	Seq         int `json:"seq"`
}
