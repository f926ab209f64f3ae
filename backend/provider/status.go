package provider

// Status is how far a message has come. A provider may add values; one that is
// not listed here is kept as it is and never Terminal.
type Status string

// The states of a message. Outbound: accepted and scheduled wait for a sender
// or a time, queued → sending → sent → delivered is the way of a good text.
// Inbound: receiving → received.
const (
	Accepted           Status = "accepted"
	Scheduled          Status = "scheduled"
	Queued             Status = "queued"
	Sending            Status = "sending"
	Sent               Status = "sent"
	Delivered          Status = "delivered"
	PartiallyDelivered Status = "partially_delivered"
	Undelivered        Status = "undelivered"
	Failed             Status = "failed"
	Canceled           Status = "canceled"
	Read               Status = "read"
	Receiving          Status = "receiving"
	Received           Status = "received"
)

// Statuses lists the known states.
func Statuses() []Status {
	return []Status{
		Accepted, Scheduled, Queued, Sending, Sent, Delivered, PartiallyDelivered,
		Undelivered, Failed, Canceled, Read, Receiving, Received,
	}
}

// Known reports whether s is one of Statuses.
func (s Status) Known() bool { return s.rank() > 0 }

// Terminal reports whether the message has come to its end: it need not be
// asked for again. Sent is not terminal although some texts stay there for
// ever; neither is PartiallyDelivered, which is not documented to be final.
func (s Status) Terminal() bool {
	switch s {
	case Delivered, Undelivered, Failed, Canceled, Received, Read:
		return true
	}
	return false
}

// Follows reports whether a message last seen in state earlier can be in s now.
// Lists lag, so that an answer can be older than what is stored: an older state
// never replaces a newer one. Between unknown states the later answer wins,
// except that nothing unknown replaces an end.
func (s Status) Follows(earlier Status) bool {
	switch {
	case s == earlier:
		return false
	case earlier == Delivered:
		return s == Read
	case earlier.Terminal():
		return false
	case !s.Known() || !earlier.Known():
		return true
	}
	return s.rank() > earlier.rank()
}

func (s Status) rank() int {
	switch s {
	case Accepted, Scheduled, Receiving:
		return 1
	case Queued:
		return 2
	case Sending:
		return 3
	case Sent:
		return 4
	case PartiallyDelivered:
		return 5
	case Delivered, Undelivered, Failed, Canceled, Received:
		return 6
	case Read:
		return 7
	}
	return 0
}
