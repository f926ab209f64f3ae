package desk

import (
	"quietline/backend/clinic"
	"quietline/backend/incidents"
	"quietline/backend/records"
)

func choices[T ~string](all []T) []string {
	texts := make([]string, len(all))
	for i, one := range all {
		texts[i] = string(one)
	}
	return texts
}

// IncidentContent is a kind of information that a text told.
type IncidentContent string

// Choices implements door.Choice.
func (IncidentContent) Choices() []string { return choices(incidents.Contents()) }

// IncidentRecipient is who received a text that was not meant for her; empty where the
// caller may not know.
type IncidentRecipient string

// Choices implements door.Choice.
func (IncidentRecipient) Choices() []string {
	return append([]string{""}, choices(incidents.Recipients())...)
}

// IncidentDeed is something that was done about an incident.
type IncidentDeed string

// Choices implements door.Choice.
func (IncidentDeed) Choices() []string { return choices(incidents.Deeds()) }

// IncidentConclusion is what an assessment comes to; empty before there is one.
type IncidentConclusion string

// Choices implements door.Choice.
func (IncidentConclusion) Choices() []string {
	return choices([]incidents.Conclusion{incidents.NotAssessed, incidents.LowProbability, incidents.Breach})
}

// IncidentTask is something that is to be done.
type IncidentTask string

// Choices implements door.Choice.
func (IncidentTask) Choices() []string {
	return choices([]incidents.Task{incidents.DecideTheNumber, incidents.AssessTheRisk, incidents.TellThePatient, incidents.TellTheHHS})
}

// IncidentTold is who is told of a breach; empty in a step that tells nobody.
type IncidentTold string

// Choices implements door.Choice.
func (IncidentTold) Choices() []string {
	return append([]string{""}, choices([]incidents.Told{incidents.TellPatient, incidents.TellHHS})...)
}

// IncidentWhat is what happened to an incident.
type IncidentWhat string

// Choices implements door.Choice.
func (IncidentWhat) Choices() []string {
	return choices([]incidents.What{
		incidents.WhatOpened, incidents.WhatNoted, incidents.WhatNumber, incidents.WhatAssessed, incidents.WhatTold, incidents.WhatClosed,
	})
}

// ReportIncident says that a text went to the wrong person. ID is made by the screen for
// this press of the button.
type ReportIncident struct {
	ID      incidents.ID     `json:"id"`
	Message clinic.MessageID `json:"message"`
	// About is the patient whose information it was.
	About     clinic.PatientID  `json:"about"`
	Recipient IncidentRecipient `json:"recipient"`
	Contents  []IncidentContent `json:"contents"`
	Found     clinic.Date       `json:"found"`
	Done      []IncidentDeed    `json:"done"`
	Words     string            `json:"words"`
}

// IncidentRef names an incident.
type IncidentRef struct {
	ID incidents.ID `json:"id"`
}

// IncidentDue is a task, the day by which it is to be done, absent where it is at once,
// and how many days are left; fewer than none is late.
type IncidentDue struct {
	Task IncidentTask `json:"task"`
	By   clinic.Date  `json:"by"`
	Left int          `json:"left"`
}

// IncidentRow is one incident. For whoever may not read the conversation it is Hidden,
// and tells no more than that there is one.
type IncidentRow struct {
	ID       incidents.ID   `json:"id"`
	Hidden   bool           `json:"hidden"`
	Found    clinic.Date    `json:"found"`
	ClosedAt clinic.Instant `json:"closedAt"`
	// Due is what is to be done. Closes says that it may be closed: nothing is due but the
	// report to the department, which stays due on a closed one.
	Due        []IncidentDue      `json:"due"`
	Closes     bool               `json:"closes"`
	Conclusion IncidentConclusion `json:"conclusion"`
	ReportedBy string             `json:"reportedBy"`
	ReportedAt clinic.Instant     `json:"reportedAt"`
	// Happened is when the text left, Phone where it went, and Thread and Message where
	// it is kept: its words are there alone.
	Happened  clinic.Instant    `json:"happened"`
	Phone     string            `json:"phone"`
	Thread    clinic.ThreadID   `json:"thread"`
	Message   clinic.MessageID  `json:"message"`
	About     *PatientName      `json:"about"`
	Recipient IncidentRecipient `json:"recipient"`
	Contents  []IncidentContent `json:"contents"`
	Pauses    bool              `json:"pauses"`
}

// IncidentList is the open incidents and the newest of the others.
type IncidentList struct {
	Items []IncidentRow `json:"items"`
	// Days is within how many days of discovery a patient is told of a breach.
	Days int `json:"days"`
}

// IncidentStanding is how many incidents are open, and what is due of others.
type IncidentStanding struct {
	Open int `json:"open"`
	// Reports is how many closed ones the department is still to be told of, in the 60
	// days after the year in which they were found or later, and Report until when;
	// absent where there is none.
	Reports int         `json:"reports"`
	Report  clinic.Date `json:"report"`
}

// IncidentStep is one thing that happened to an incident; what does not belong to it is
// empty.
type IncidentStep struct {
	At         clinic.Instant     `json:"at"`
	By         string             `json:"by"`
	What       IncidentWhat       `json:"what"`
	Done       []IncidentDeed     `json:"done"`
	Words      string             `json:"words"`
	Right      bool               `json:"right"`
	Factors    *IncidentFactors   `json:"factors"`
	Conclusion IncidentConclusion `json:"conclusion"`
	Whom       IncidentTold       `json:"whom"`
	On         clinic.Date        `json:"on"`
}

// IncidentFactors are the four things to weigh, in words.
type IncidentFactors struct {
	Nature     string `json:"nature"`
	Recipient  string `json:"recipient"`
	Viewed     string `json:"viewed"`
	Mitigation string `json:"mitigation"`
}

// Incident is an incident with everything that happened to it, oldest first.
type Incident struct {
	Row   IncidentRow    `json:"row"`
	Steps []IncidentStep `json:"steps"`
}

// NoteIncident adds what was done or found out. Key is made by the screen: the same key
// twice is one step.
type NoteIncident struct {
	Key   incidents.StepKey `json:"key"`
	ID    incidents.ID      `json:"id"`
	Done  []IncidentDeed    `json:"done"`
	Words string            `json:"words"`
}

// DecideNumber ends the pause of an incident's number: it is right, or it is a wrong
// number and stays on hold for everybody.
type DecideNumber struct {
	ID    incidents.ID `json:"id"`
	Right bool         `json:"right"`
}

// AssessIncident records the four factors and what they come to. Key is as in
// NoteIncident.
type AssessIncident struct {
	Key        incidents.StepKey  `json:"key"`
	ID         incidents.ID       `json:"id"`
	Factors    IncidentFactors    `json:"factors"`
	Conclusion IncidentConclusion `json:"conclusion"`
}

// TellOfIncident records that somebody was told of a breach. Key is as in NoteIncident.
type TellOfIncident struct {
	Key  incidents.StepKey `json:"key"`
	ID   incidents.ID      `json:"id"`
	Whom IncidentTold      `json:"whom"`
	On   clinic.Date       `json:"on"`
}

// CloseIncident closes an incident, with a remark or none.
type CloseIncident struct {
	ID    incidents.ID `json:"id"`
	Words string       `json:"words"`
}

// NoticeDays is within how many days of discovery a patient is told of a breach.
type NoticeDays struct {
	Days int `json:"days"`
}

// DisclosureRow is a text about a patient that went to the wrong person. For whoever may
// not read the conversation only At is filled.
type DisclosureRow struct {
	At        clinic.Instant    `json:"at"`
	Incident  string            `json:"incident"` // an id
	Recipient IncidentRecipient `json:"recipient"`
	Contents  []IncidentContent `json:"contents"`
}

// MakeIncidentPaper asks for the page of an incident.
type MakeIncidentPaper struct {
	Key records.Key  `json:"key"`
	ID  incidents.ID `json:"id"`
}

// IncidentPaper is the page of an incident. The words of the text are not on it.
type IncidentPaper struct {
	Head    PaperHead    `json:"head"`
	Patient PaperPatient `json:"patient"`
	Row     IncidentRow  `json:"row"`
	// RecipientName is the patient in whose conversation the text was sent; empty for a
	// number that nobody is known by.
	RecipientName string         `json:"recipientName"`
	Steps         []IncidentStep `json:"steps"`
}
